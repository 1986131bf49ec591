import Accounting
import Bytes
import Events
import Index

/// Rides: requested, accepted, started, completed or cancelled, and paid.
enum Rides {
    /// Field of RidePolicy in PolicyAdopted.
    static let policyField = 12
    static let companionsMax = 20
    static let zoneBytesMax = 64

    static func decide(requested body: RideRequestedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.ride, "ride")
        if views.ride(body.ride, book) != nil {
            throw Refusal(
                .duplicate, "ride", body.ride, Text("course déjà demandée", "ride already requested"),
                accepted: Text("un numéro de course nouveau", "a new ride id"))
        }
        try rider(body.rider, "rider", fact, book, views)
        try Check.name(body.fromZone, "fromZone", max: zoneBytesMax)
        try Check.name(body.toZone, "toZone", max: zoneBytesMax)
        guard body.companions.count <= companionsMax else {
            throw Refusal(
                .outOfRange, "companions", Int64(body.companions.count),
                Text("trop de passagers", "too many riders"),
                accepted: Text("au plus \(companionsMax)", "at most \(companionsMax)"))
        }
        var seen = [body.rider]
        for (at, encoded) in body.companions.enumerated() {
            guard let companion = try? encoded.view() else { continue }
            try rider(companion.rider, "companions[\(at)].rider", fact, book, views)
            guard !seen.contains(companion.rider) else {
                throw Refusal(
                    .duplicate, "companions[\(at)].rider", companion.rider,
                    Text("passager répété", "the same rider twice"),
                    accepted: Text("chaque passager une fois", "each rider once"))
            }
            seen.append(companion.rider)
        }
    }

    /// Anybody may ride; who already owes the limit of credit may not. What a ride costs is known, and held to the limit, at its end.
    private static func rider(
        _ name: Bytes, _ field: @autoclosure () -> String, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        let party = try Check.identity(name, field(), views)
        if let limits = book.limits(fact) { try limits.credit(party, 1, field(), book, views) }
    }

    static func fold(requested body: RideRequestedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        var ride = RideRecord()
        ride.sequence = fact.sequence
        ride.rider = views.intern(.identity, body.rider)
        ride.companions = Int64(body.companions.count)
        ride.requestedAtUs = fact.effectiveAtUs
        ride.changedAtUs = fact.effectiveAtUs
        ride.changedSequence = fact.sequence
        ride.day = fact.day
        views.putRide(ride, body.ride, book)
        for rider in views.riders(ride) { views.touch(rider, fact) }
    }

    static func decide(accepted body: RideAcceptedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let ride = try ride(body.ride, [.requested], fact, book, views)
        let driver = try Check.member(body.driver, "driver", fact, book, views)
        guard driver.record.isIn(.driver) else {
            throw Refusal(
                .notAllowed, "driver", body.driver, Text("ce membre ne conduit pas", "this member does not drive"),
                accepted: Text("un membre du groupe chauffeur", "a member of the driver group"))
        }
        guard !views.riders(ride).contains(driver.party) else {
            throw Refusal(
                .conflict, "driver", body.driver, Text("le chauffeur est passager", "the driver is a rider"),
                accepted: Text("un autre chauffeur", "another driver"))
        }
        if let other = views.rideUnderWay(driver.party, book),
            let request = views.body(RideRequestedView.self, of: other)
        {
            throw Refusal(
                .conflict, "driver", body.driver,
                Text("déjà en course : \(request.ride.string)", "already driving: \(request.ride.string)"),
                accepted: Text("un chauffeur libre", "a driver who is free"))
        }
    }

    static func fold(accepted body: RideAcceptedView, _ fact: Fact, _ views: Views) {
        let driver = views.intern(.identity, body.driver)
        change(body.ride, to: .accepted, fact, views) { ride, book in
            ride.driver = driver
            views.setRideUnderWay(ride.sequence, driver, book)
        }
    }

    static func decide(started body: RideStartedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        _ = try ride(body.ride, [.accepted], fact, book, views)
    }

    static func fold(started body: RideStartedView, _ fact: Fact, _ views: Views) {
        change(body.ride, to: .started, fact, views) { _, _ in }
    }

    static func decide(cancelled body: RideCancelledView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let ride = try ride(body.ride, [.requested, .accepted], fact, book, views)
        try Check.text(body.reason, "reason")
        guard body.by != .unspecified else {
            throw Refusal(
                .missing, "by", "", Text("qui annule manque", "who cancels is missing"),
                accepted: Text("par exemple RIDE_CANCELLER_RIDER", "for example RIDE_CANCELLER_RIDER"))
        }
        guard body.by != .driver || ride.state == .accepted else {
            throw Refusal(
                .notAllowed, "by", "RIDE_CANCELLER_DRIVER",
                Text("aucun chauffeur n’a accepté", "no driver has accepted"),
                accepted: Text(
                    "RIDE_CANCELLER_RIDER ou RIDE_CANCELLER_PLATFORM", "RIDE_CANCELLER_RIDER or RIDE_CANCELLER_PLATFORM"
                ))
        }
        let owesFee = body.by == .rider && ride.state == .accepted
        try Check.equal(
            body.feeMinor, owesFee ? book.rides(fact)?.cancellationFeeMinor ?? 0 : 0, "feeMinor",
            Text(
                "frais de la politique, dus par le passager après l’acceptation",
                "the policy's fee, which the rider owes after a driver accepted"))
        if body.feeMinor != 0 || !body.currency.isEmpty { try Check.currency(body.currency, book) }
    }

    static func fold(cancelled body: RideCancelledView, _ fact: Fact, _ views: Views) {
        change(body.ride, to: .cancelled, fact, views) { ride, book in
            ride.endSequence = fact.sequence
            ride.totalMinor = body.feeMinor
            guard ride.driver != 0 else { return }
            views.setRideUnderWay(nil, ride.driver, book)
            guard body.feeMinor != 0 else { return }
            views.debit(book, .receivable, party: ride.rider, body.feeMinor)
            views.credit(book, .driverPayable, party: ride.driver, body.feeMinor)
            views.addRideDue(ride, ride.rider, owed: body.feeMinor, paid: 0)
            views.addDriverTotal(ride.driver, fact.year, .extras, 0, body.feeMinor, book)
        }
    }

    static func decide(paid body: RidePaidView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.payment(body.payment, book, views)
        let ride = try known(body.ride, book, views)
        let sums = try charged(body.rider, ride, views).sums
        try Check.institution(body.institution)
        try Check.positive(body.amountMinor, "amountMinor")
        try Check.currency(body.currency, book)
        try notBefore(fact, ride)
        try Check.atMost(
            body.amountMinor, sums.first - sums.second, "amountMinor",
            Text("plus que ce que le passager doit", "more than the rider owes"))
        try Limits.capture(body.amountMinor, body.institution, fact, book, views)
    }

    static func fold(paid body: RidePaidView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var ride = views.ride(body.ride, book) else { return views.noBook(fact) }
        let rider = views.intern(.identity, body.rider)
        let institution = views.intern(.institution, body.institution)
        views.putNumber(views.key.begin(.payment).u16(book.id).text(body.payment).bytes, fact.sequence)
        ride.paidMinor += body.amountMinor
        if ride.paidSequence == 0 || fact.effectiveAtUs >= views.effectiveAtUs(ride.paidSequence) {
            ride.paidSequence = fact.sequence
        }
        views.putRide(ride, body.ride, book)
        views.addRideDue(ride, rider, owed: 0, paid: body.amountMinor)
        views.debit(book, .inTransit, party: institution, body.amountMinor)
        views.credit(book, .receivable, party: rider, body.amountMinor)
        views.addCapture(book, institution, fact.day, body.amountMinor)
        views.touch(rider, fact)
        views.touch(institution, fact)
    }

    // MARK: shared by the steps

    static func known(_ name: Bytes, _ book: Book, _ views: Views) throws(Refusal) -> RideRecord {
        try Check.id(name, "ride")
        guard let ride = views.ride(name, book) else {
            throw Refusal(
                .unknown, "ride", name, Text("course inconnue", "unknown ride"),
                accepted: Text("une course de rideRequested", "a ride of rideRequested"))
        }
        return ride
    }

    /// A rider of a ride that is over: what they owe for it, and have paid.
    static func charged(
        _ name: Bytes, _ ride: RideRecord, _ views: Views
    ) throws(Refusal) -> (party: UInt32, sums: Counters) {
        let rider = try Check.identity(name, "rider", views)
        let sums = views.rideDue(ride, rider)
        guard sums.first > 0 else {
            throw Refusal(
                .notAllowed, "rider", name, Text("ne doit rien pour la course", "owes nothing for the ride"),
                accepted: Text("un passager d’une course terminée", "a rider of a completed ride"))
        }
        return (rider, sums)
    }

    /// A ride that stands in one of these states, and whose last step is not later than the fact.
    static func ride(
        _ name: Bytes, _ states: [RideState], _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) -> RideRecord {
        let ride = try known(name, book, views)
        guard states.contains(ride.state) else {
            throw Refusal(
                .notAllowed, "ride", name,
                Text("la course est \(ride.state.text.french)", "the ride is \(ride.state.text.english)"),
                accepted: Text(
                    "une course " + states.map(\.text.french).joined(separator: " ou "),
                    "a ride that is " + states.map(\.text.english).joined(separator: " or ")))
        }
        try notBefore(fact, ride)
        return ride
    }

    private static func notBefore(_ fact: Fact, _ ride: RideRecord) throws(Refusal) {
        try Check.notBefore(
            fact, ride.changedAtUs, of: ride.changedSequence,
            what: Text("l’étape précédente de la course", "the ride's previous step"))
    }

    /// Moves a ride on and says so to its riders and its driver.
    static func change(
        _ name: Bytes, to state: RideState, _ fact: Fact, _ views: Views,
        _ body: (inout RideRecord, Book) -> Void
    ) {
        guard let book = fact.book, var ride = views.ride(name, book) else { return views.noBook(fact) }
        ride.state = state
        ride.changedAtUs = fact.effectiveAtUs
        ride.changedSequence = fact.sequence
        body(&ride, book)
        views.putRide(ride, name, book)
        for rider in views.riders(ride) { views.touch(rider, fact) }
        views.touch(ride.driver, fact)
    }
}

extension RideState {
    /// As an adjective of a ride.
    package var text: Text {
        switch self {
        case .requested: Text("demandée", "requested")
        case .accepted: Text("acceptée", "accepted")
        case .started: Text("en cours", "started")
        case .completed: Text("terminée", "completed")
        case .cancelled: Text("annulée", "cancelled")
        }
    }
}

extension Book {
    /// The ride policy in force at the fact's effective time, as known when it was recorded.
    func rides(_ fact: Fact) -> RidePolicyView? {
        policy(RidePolicyView.self, Rides.policyField, at: fact.effectiveAtUs, knownAt: fact.sequence)
    }
}

extension Policies {
    static func decide(rides policy: RidePolicyView, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        try Check.notNegative(policy.levyMinor, "rides.levyMinor")
        try rate(policy.platformPpm, "rides.platformPpm")
        try Check.notNegative(policy.cancellationFeeMinor, "rides.cancellationFeeMinor")
    }
}
