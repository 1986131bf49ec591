import Events

enum LockerSites {
    static func decide(opened body: LockerSiteOpenedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(opened body: LockerSiteOpenedView, _ fact: Fact, _ views: Views) {}
    static func decide(closed body: LockerSiteClosedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(closed body: LockerSiteClosedView, _ fact: Fact, _ views: Views) {}
}

enum Parcels {
    static func decide(prepared body: ParcelPreparedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(prepared body: ParcelPreparedView, _ fact: Fact, _ views: Views) {}
    static func decide(transferred body: ParcelTransferredView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(transferred body: ParcelTransferredView, _ fact: Fact, _ views: Views) {}
    static func decide(placed body: ParcelPlacedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(placed body: ParcelPlacedView, _ fact: Fact, _ views: Views) {}
    static func decide(reminded body: PickupRemindedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(reminded body: PickupRemindedView, _ fact: Fact, _ views: Views) {}
    static func decide(collected body: ParcelCollectedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(collected body: ParcelCollectedView, _ fact: Fact, _ views: Views) {}
    static func decide(delivered body: ParcelDeliveredView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(delivered body: ParcelDeliveredView, _ fact: Fact, _ views: Views) {}
    static func decide(expired body: PickupExpiredView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(expired body: PickupExpiredView, _ fact: Fact, _ views: Views) {}
    static func decide(returned body: ParcelReturnedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(returned body: ParcelReturnedView, _ fact: Fact, _ views: Views) {}
    static func decide(lost body: ParcelLostView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(lost body: ParcelLostView, _ fact: Fact, _ views: Views) {}
    static func decide(damaged body: ParcelDamagedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(damaged body: ParcelDamagedView, _ fact: Fact, _ views: Views) {}
    static func decide(voided body: ScanVoidedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(voided body: ScanVoidedView, _ fact: Fact, _ views: Views) {}
}

extension Policies {
    static func decide(delivery policy: DeliveryPolicyView, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal)
    {
        throw .pending
    }
}
