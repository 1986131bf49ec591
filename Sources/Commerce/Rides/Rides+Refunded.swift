import Accounting
import Bytes
import Events
import Index

/// Refunds of rides that are paid: fare, levy, taxes and tip go back, the driver and the platform earn less, and the riders are owed: all of them, or the
/// one named. The fee of a cancellation goes back likewise.
extension Rides {
    /// What a ride was worth before a refund and is worth after it, and when it ended.
    private struct Change {
        let whole: RideFare
        let before: RideFare
        let after: RideFare
        let table: TaxTable
        let endedAtUs: Int64

        func taxes(_ index: Int) -> Int64 { before.taxes[index] - after.taxes[index] }
    }

    /// Computed by the policies that its completion followed.
    private static func change(
        _ body: RideRefundedView, _ ride: RideRecord, _ book: Book, _ views: Views
    ) throws(MoneyError) -> Change? {
        guard let event = views.event(ride.endSequence) else { return nil }
        let us = event.effectiveAt.map(microseconds) ?? 0
        var (table, policy, whole) = (TaxTable.none, RidePolicyView?.none, RideFare(fee: ride.totalMinor))
        if ride.state == .completed {
            guard let completed = views.body(RideCompletedView.self, of: ride.endSequence) else { return nil }
            table = book.taxes(at: us, knownAt: ride.endSequence)
            policy = book.policy(RidePolicyView.self, policyField, at: us, knownAt: ride.endSequence)
            whole = try RideFare(completed, table, policy)
        }
        let fare = min(body.fareMinor, whole.charged - ride.refundedFareMinor)
        let tip = min(body.tipMinor, whole.tip - ride.refundedTipMinor)
        return Change(
            whole: whole,
            before: try RideFare(
                whole, lessFare: ride.refundedFareMinor, lessTip: ride.refundedTipMinor, table, policy),
            after: try RideFare(
                whole, lessFare: ride.refundedFareMinor + fare, lessTip: ride.refundedTipMinor + tip, table, policy),
            table: table, endedAtUs: us)
    }

    static func decide(refunded body: RideRefundedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.refund, "refund")
        let ride = try ride(body.ride, [.completed, .cancelled], fact, book, views)
        if let earlier = views.number(views.key.begin(.refund).sequence(ride.sequence).text(body.refund).bytes) {
            throw Refusal(
                .duplicate, "refund", body.refund,
                Text("déjà inscrit par l’événement \(earlier)", "already recorded by event \(earlier)"),
                accepted: Text("un numéro de remboursement nouveau", "a new refund id"))
        }
        let named = body.rider.isEmpty ? nil : try charged(body.rider, ride, views)
        let due = named.map { $0.sums.first &- $0.sums.second } ?? ride.dueMinor
        guard due <= 0 else {
            throw Refusal(
                .notAllowed, "ride", body.ride, Text("il reste \(due) à payer", "\(due) is still to be paid"),
                accepted: named == nil
                    ? Text("une course payée, ou « rider »", "a paid ride, or a \"rider\"")
                    : Text("un passager qui a payé sa part", "a rider who has paid their part"))
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
        if named != nil, let part = parts(body, ride, change.whole, fact, views).first {
            try Check.atMost(
                body.fareMinor, part.charge, "fareMinor",
                Text("plus que ce qui reste de sa part du prix", "more than remains of their part of the fare"))
            try Check.atMost(
                body.totalMinor, part.total, "totalMinor",
                Text(
                    "plus que ce qu’il a payé, moins ce qui lui a été rendu (la redevance revient à tous, sans « rider »)",
                    "more than they paid less what went back (the levy goes back to all, without \"rider\")"))
        }
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
        let isRide = ride.state == .completed
        let left = parts(body, ride, change.whole, fact, views)
        let names = left.map { views.partyName($0.rider) }
        guard
            let charges = try? LargestRemainder.shares(
                pool: before.charged - after.charged, bases: left.map(\.charge), ids: names),
            let totals = try? LargestRemainder.shares(pool: total, bases: left.map(\.total), ids: names)
        else { return views.index.fail("event \(fact.sequence): its refund cannot be split") }
        for (part, (charge, total)) in zip(left, zip(charges, totals)) {
            views.credit(book, .buyerCredits, party: part.rider, total)
            views.addRideBack(ride, part.rider, charge: charge, total: total)
            views.touch(part.rider, fact)
            if isRide { addBusiness(part.rider, -charge, at: change.endedAtUs, fact, book, views) }
        }
        let (fare, platform) = (before.fare - after.fare, before.platform - after.platform)
        if isRide {
            if views.member(ride.driver, book)?.isIn(.driver) == true {
                views.addPatronage(book, fact.year, .driver, ride.driver, platform - fare)
            }
            views.addDriverTotal(ride.driver, fact.year, .fares, -fare, -platform, book)
            let tip = before.tip - after.tip
            if tip != 0 { views.addDriverTotal(ride.driver, fact.year, .extras, -tip, 0, book) }
        } else {
            views.addDriverTotal(ride.driver, fact.year, .extras, 0, -fare, book)
        }
        ride.refundedFareMinor += body.fareMinor
        ride.refundedTipMinor += body.tipMinor
        ride.refundedMinor += total
        ride.refundedSequence = fact.sequence
        views.putRide(ride, body.ride, book)
        views.putNumber(views.key.begin(.refund).sequence(ride.sequence).text(body.refund).bytes, fact.sequence)
        views.touch(ride.driver, fact)
    }

    /// What is left to each rider, or to the one named, of the charge and of all that they paid.
    private static func parts(
        _ body: RideRefundedView, _ ride: RideRecord, _ whole: RideFare, _ fact: Fact, _ views: Views
    ) -> [(rider: UInt32, charge: Int64, total: Int64)] {
        let riders = ride.state == .cancelled ? [ride.rider] : views.riders(ride)
        let named = body.rider.isEmpty ? nil : views.party(.identity, body.rider)
        return split(whole.charged, riders, fact, views).compactMap { rider, charge in
            guard named == nil || named == rider else { return nil }
            let back = views.rideBack(ride, rider)
            return (rider, charge - back.first, views.rideDue(ride, rider).first - back.second)
        }
    }
}
