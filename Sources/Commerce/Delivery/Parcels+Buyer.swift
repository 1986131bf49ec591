import Accounting
import Bytes
import Events
import Index

/// To the buyer, at the locker or at the door.
extension Parcels {
    static func decide(collected body: ParcelCollectedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let parcel = try underWay(body.parcel, fact, book, views).record
        try require(.placed, of: parcel, body.parcel)
        try stands(parcel, body.parcel, book, views)
    }

    static func fold(collected body: ParcelCollectedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let parcel = views.parcel(body.parcel, book) else { return views.noParcel(fact) }
        scan(parcel, fact, book, views) {
            $0.state = .collected
            $0.holder = $0.buyer
            $0.leaveCompartment()
        }
    }

    static func decide(delivered body: ParcelDeliveredView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let parcel = try underWay(body.parcel, fact, book, views).record
        try require(.inTransit, of: parcel, body.parcel)
        try stands(parcel, body.parcel, book, views)
        guard parcel.site == 0 else {
            throw Refusal(
                .notAllowed, "parcel", body.parcel, Text("le colis va au casier", "the parcel goes to a locker"),
                accepted: Text(
                    "parcelPlaced à \(views.lockerSiteName(parcel.site))",
                    "parcelPlaced at \(views.lockerSiteName(parcel.site))"))
        }
    }

    static func fold(delivered body: ParcelDeliveredView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let parcel = views.parcel(body.parcel, book) else { return views.noParcel(fact) }
        var dues = ScanDues()
        dues.carrier = parcel.record.holder
        dues.feeMinor = DeliveryTerms(parcel.record.mode, fact, book).carrierFeeMinor
        scan(parcel, owing: dues, fact, book, views) {
            $0.becomeReady(at: fact.effectiveAtUs, site: 0, carrier: $0.holder)
            $0.state = .delivered
            $0.holder = $0.buyer
        }
    }

    /// An order with parcels is handed over once all of them are with the buyer; a parcel that was lost or returned does
    /// not stand in the way once another replaces it or lines were refunded since.
    static func decide(handedOver order: OrderRecord, _ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views)
        throws(Refusal)
    {
        guard views.orderDelivery(order.sequence) != nil else { return }
        for number in views.parcels(ofOrder: order.sequence) {
            guard let parcel = views.parcel(number: number), parcel.replacedBy == 0, !parcel.state.isWithBuyer,
                !(parcel.state.isEnd && views.isRefunded(order, since: parcel.lastScan))
            else { continue }
            let text = views.parcelName(number)
            throw Refusal(
                .notAllowed, "order", name,
                Text(
                    "le colis \(text) est \(parcel.state.text.french)",
                    "parcel \(text) is \(parcel.state.text.english)"),
                accepted: parcel.state.isEnd
                    ? Text("un colis qui le remplace, ou un remboursement", "a parcel that replaces it, or a refund")
                    : Text("une commande dont l’acheteur a tous les colis", "an order whose buyer has every parcel"))
        }
    }
}

extension Views {
    /// Whether lines of the order were refunded after an event.
    func isRefunded(_ order: OrderRecord, since sequence: UInt64) -> Bool {
        guard order.hasRefunds else { return false }
        let rows = index.rows(prefix: key.begin(.refund).sequence(order.sequence).bytes)
        while rows.next() {
            var reader = RecordReader(rows.value)
            if reader.unsigned() > sequence { return true }
        }
        return false
    }
}
