import Events

enum Rides {
    static func decide(requested body: RideRequestedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(requested body: RideRequestedView, _ fact: Fact, _ views: Views) {}
    static func decide(accepted body: RideAcceptedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(accepted body: RideAcceptedView, _ fact: Fact, _ views: Views) {}
    static func decide(started body: RideStartedView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(started body: RideStartedView, _ fact: Fact, _ views: Views) {}
    static func decide(completed body: RideCompletedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(completed body: RideCompletedView, _ fact: Fact, _ views: Views) {}
    static func decide(cancelled body: RideCancelledView, _ fact: Fact, _ views: Views) throws(Refusal) {
        throw .pending
    }
    static func fold(cancelled body: RideCancelledView, _ fact: Fact, _ views: Views) {}
    static func decide(paid body: RidePaidView, _ fact: Fact, _ views: Views) throws(Refusal) { throw .pending }
    static func fold(paid body: RidePaidView, _ fact: Fact, _ views: Views) {}
}

extension Policies {
    static func decide(rides policy: RidePolicyView, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        throw .pending
    }
}
