import Events

enum StorageSites {
    static func decide(opened body: StorageSiteOpenedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(opened body: StorageSiteOpenedView, _ fact: Fact, _ views: Views) {}
    static func decide(closed body: StorageSiteClosedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(closed body: StorageSiteClosedView, _ fact: Fact, _ views: Views) {}
}

enum Stock {
    static func decide(received body: StockReceivedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(received body: StockReceivedView, _ fact: Fact, _ views: Views) {}
    static func decide(moved body: StockMovedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(moved body: StockMovedView, _ fact: Fact, _ views: Views) {}
    static func decide(picked body: StockPickedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(picked body: StockPickedView, _ fact: Fact, _ views: Views) {}
    static func decide(packed body: StockPackedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(packed body: StockPackedView, _ fact: Fact, _ views: Views) {}
    static func decide(shipped body: StockShippedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(shipped body: StockShippedView, _ fact: Fact, _ views: Views) {}
    static func decide(returned body: StockReturnedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(returned body: StockReturnedView, _ fact: Fact, _ views: Views) {}
    static func decide(adjusted body: StockAdjustedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(adjusted body: StockAdjustedView, _ fact: Fact, _ views: Views) {}
    static func decide(counted body: StockCountedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(counted body: StockCountedView, _ fact: Fact, _ views: Views) {}
}
