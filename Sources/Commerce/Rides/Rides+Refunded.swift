import Accounting
import Bytes
import Events
import Index

/// Refunds of rides that are paid: fare, levy, taxes and tip go back, the driver and the platform earn less, and the riders are owed.
extension Rides {
    /// What a ride was worth before a refund and is worth after it, and when it was completed.
    private struct Change {
        let before: RideFare
        let after: RideFare
        let table: TaxTable
        let completedAtUs: Int64

        func taxes(_ index: Int) -> Int64 { before.taxes[index] - after.taxes[index] }
    }

    /// Computed by the policies that its completion followed.
    private static func change(
        _ body: RideRefundedView, _ ride: RideRecord, _ book: Book, _ views: Views
    ) throws(MoneyError) -> Change? {
        guard let event = views.event(ride.endSequence),
            let completed = views.body(RideCompletedView.self, of: ride.endSequence)
        else { return nil }
        let us = event.effectiveAt.map(microseconds) ?? 0
        let table = book.taxes(at: us, knownAt: ride.endSequence)
        let policy = book.policy(RidePolicyView.self, policyField, at: us, knownAt: ride.endSequence)
        let whole = try RideFare(completed, table, policy)
        let fare = min(body.fareMinor, whole.charged - ride.refundedFareMinor)
        let tip = min(body.tipMinor, whole.tip - ride.refundedTipMinor)
        return Change(
            before: try RideFare(
                whole, lessFare: ride.refundedFareMinor, lessTip: ride.refundedTipMinor, table, policy),
            after: try RideFare(
                whole, lessFare: ride.refundedFareMinor + fare, lessTip: ride.refundedTipMinor + tip, table, policy),
            table: table, completedAtUs: us)
    }

    static func decide(refunded body: RideRefundedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.refund, "refund")
        let ride = try ride(body.ride, [.completed], fact, book, views)
        if let earlier = views.number(views.key.begin(.refund).sequence(ride.sequence).text(body.refund).bytes) {
            throw Refusal(
                .duplicate, "refund", body.refund,
                Text("déjà inscrit par l’événement \(earlier)", "already recorded by event \(earlier)"),
                accepted: Text("un numéro de remboursement nouveau", "a new refund id"))
        }
        guard ride.dueMinor <= 0 else {
            throw Refusal(
                .notAllowed, "ride", body.ride,
                Text("il reste \(ride.dueMinor) à payer", "\(ride.dueMinor) is still to be paid"),
                accepted: Text("une course payée", "a paid ride"))
        }
        try Check.currency(body.currency, book)
        try Check.text(body.reason, "reason")
        let found = try Check.fits("totalMinor") { () throws(MoneyError) in try change(body, ride, book, views) }
        guard let change = found else { return }
        try Check.notNegative(body.fareMinor, "fareMinor")
        try Check.notNegative(body.tipMinor, "tipMinor")
        try Check.atMost(
            body.fareMinor, change.before.charged, "fareMinor",
            Text("plus que ce qui reste du prix", "more than remains of the fare"))
        try Check.atMost(
            body.tipMinor, change.before.tip, "tipMinor",
            Text("plus que ce qui reste du pourboire", "more than remains of the tip"))
        try Check.equal(
            body.levyMinor, change.before.levy - change.after.levy, "levyMinor",
            Text("la redevance n’est rendue qu’avec tout le prix", "the levy goes back with the whole fare only"))
        try Orders.decide(taxes: body.taxes, change.table) { change.taxes($0) }
        try Check.equal(
            body.platformMinor, change.before.platform - change.after.platform, "platformMinor",
            Text("part de la plateforme sur ce qui est rendu", "the platform's part of what goes back"))
        try Check.equal(
            body.totalMinor, change.before.total - change.after.total, "totalMinor",
            Text("prix, redevance, taxes et pourboire rendus", "fare, levy, taxes and tip given back"))
        try Check.positive(body.totalMinor, "totalMinor")
        try Check.notBefore(fact, eventAt: ride.paidSequence, Text("le paiement", "the payment"), views)
    }

    static func fold(refunded body: RideRefundedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var ride = views.ride(body.ride, book),
            let change = try? change(body, ride, book, views)
        else { return views.noBook(fact) }
        let (before, after) = (change.before, change.after)
        let total = before.total - after.total
        views.debit(book, .driverPayable, party: ride.driver, before.driverMinor - after.driverMinor)
        views.debit(book, .rides, before.platform - after.platform)
        views.debit(book, .rideLevyPayable, before.levy - after.levy)
        for (index, tax) in change.table.taxes.enumerated() {
            views.credit(book, account: tax.account, -change.taxes(index))
        }
        views.credit(book, .discounts, before.discount - after.discount)
        let riders = views.riders(ride)
        credit(total, ride, riders, fact, book, views)
        let business = zip(split(before.charged, riders, fact, views), split(after.charged, riders, fact, views))
        for (before, after) in business {
            addBusiness(before.rider, after.amount - before.amount, at: change.completedAtUs, fact, book, views)
        }
        let (fare, platform) = (before.fare - after.fare, before.platform - after.platform)
        if views.member(ride.driver, book)?.isIn(.driver) == true {
            views.addPatronage(book, fact.year, .driver, ride.driver, platform - fare)
        }
        views.addDriverTotal(ride.driver, fact.year, .fares, -fare, -platform, book)
        let tip = before.tip - after.tip
        if tip != 0 { views.addDriverTotal(ride.driver, fact.year, .extras, -tip, 0, book) }
        ride.refundedFareMinor += body.fareMinor
        ride.refundedTipMinor += body.tipMinor
        ride.refundedMinor += total
        ride.refundedSequence = fact.sequence
        views.putRide(ride, body.ride, book)
        views.putNumber(views.key.begin(.refund).sequence(ride.sequence).text(body.refund).bytes, fact.sequence)
        views.touch(ride.driver, fact)
    }

    /// The riders are owed what they paid too much, in the parts in which they paid.
    private static func credit(
        _ total: Int64, _ ride: RideRecord, _ riders: [UInt32], _ fact: Fact, _ book: Book, _ views: Views
    ) {
        let left = ride.totalMinor - ride.refundedMinor
        for (before, after) in zip(split(left, riders, fact, views), split(left - total, riders, fact, views)) {
            views.credit(book, .buyerCredits, party: before.rider, before.amount - after.amount)
            views.touch(before.rider, fact)
        }
    }
}
