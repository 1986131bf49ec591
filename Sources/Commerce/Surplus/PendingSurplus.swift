import Events

enum ShareInterest {
    static func decide(allocated body: ShareInterestAllocatedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(allocated body: ShareInterestAllocatedView, _ fact: Fact, _ views: Views) {}
    static func decide(paid body: ShareInterestPaidView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(paid body: ShareInterestPaidView, _ fact: Fact, _ views: Views) {}
}

enum Redemptions {
    static func decide(accepted body: RedemptionAcceptedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(accepted body: RedemptionAcceptedView, _ fact: Fact, _ views: Views) {}
    static func decide(paid body: RedemptionPaidView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(paid body: RedemptionPaidView, _ fact: Fact, _ views: Views) {}
}
