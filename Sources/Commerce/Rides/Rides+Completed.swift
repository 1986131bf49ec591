import Accounting
import Bytes
import Events
import Index

/// What a completed ride is worth, by the policies in force. Minor units.
struct RideFare {
    /// Base, distance and time, before the discount.
    let fare: Int64
    let discount: Int64
    let levy: Int64
    /// The taxes of the transport class, in the table's order, on fare less discount and levy together.
    let taxes: [Int64]
    let tip: Int64
    let platform: Int64
    let total: Int64

    /// What the riders were charged for the ride itself.
    var charged: Int64 { fare - discount }

    /// The driver's: the fare, whoever pays it, less the platform's part, and the tip.
    var driverMinor: Int64 { fare - platform + tip }

    init(_ body: RideCompletedView, _ table: TaxTable, _ policy: RidePolicyView?) throws(MoneyError) {
        fare = try Money.total([body.baseMinor, body.distanceFareMinor, body.timeFareMinor])
        discount = body.discountMinor
        levy = policy?.levyMinor ?? 0
        tip = body.tipMinor
        let base = try Money.sum(Money.difference(fare, discount), levy)
        var taxes: [Int64] = []
        for tax in table.taxes { taxes.append(try RatePpm(tax.rates[TaxClass.transport.rawValue]).applied(to: base)) }
        self.taxes = taxes
        platform = try RatePpm(policy?.platformPpm ?? 0).applied(to: fare)
        total = try Money.total([base, tip] + taxes)
    }

    /// The fee of a cancellation: untaxed, and all of it the driver's.
    init(fee: Int64) {
        (fare, discount, levy, taxes, tip, platform, total) = (fee, 0, 0, [], 0, 0, fee)
    }

    /// What remains of a ride of which so much of the charge and of the tip was given back. Fare and discount shrink alike; the levy stays until
    /// the whole charge has gone back.
    init(
        _ whole: RideFare, lessFare: Int64, lessTip: Int64, _ table: TaxTable, _ policy: RidePolicyView?
    ) throws(MoneyError) {
        let left = whole.charged - lessFare
        fare = whole.charged == 0 ? whole.fare : try Money.proportion(whole.fare, left, over: whole.charged)
        discount = fare - left
        levy = left == 0 && lessFare > 0 ? 0 : whole.levy
        tip = whole.tip - lessTip
        let base = try Money.sum(left, levy)
        var taxes: [Int64] = []
        for tax in table.taxes { taxes.append(try RatePpm(tax.rates[TaxClass.transport.rawValue]).applied(to: base)) }
        self.taxes = taxes
        platform = try RatePpm(policy?.platformPpm ?? 0).applied(to: fare)
        total = try Money.total([base, tip] + taxes)
    }
}

extension Rides {
    /// The length of a ride, 10 000 km: drivers' totals stay far within 64 bits.
    static let distanceMetersMax: Int64 = 10_000_000

    static func decide(completed body: RideCompletedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let ride = try ride(body.ride, [.started], fact, book, views)
        try Check.currency(body.currency, book)
        try Check.notNegative(body.baseMinor, "baseMinor")
        guard (0...distanceMetersMax).contains(body.distanceMeters) else {
            throw Refusal(
                .outOfRange, "distanceMeters", body.distanceMeters,
                Text("distance hors limites", "distance out of range"),
                accepted: Text("de 0 à \(distanceMetersMax) mètres", "0 to \(distanceMetersMax) meters"))
        }
        try Check.notNegative(body.distanceFareMinor, "distanceFareMinor")
        try Check.notNegative(body.durationSeconds, "durationSeconds")
        try Check.notNegative(body.timeFareMinor, "timeFareMinor")
        try Check.notNegative(body.discountMinor, "discountMinor")
        try Check.notNegative(body.tipMinor, "tipMinor")
        try Check.text(body.salesRecord, "salesRecord", max: 64)
        let table = book.taxes(at: fact.effectiveAtUs, knownAt: fact.sequence)
        let fare = try Check.fits("totalMinor") { () throws(MoneyError) in
            try RideFare(body, table, book.rides(fact))
        }
        guard fare.fare > 0 else {
            throw Refusal(
                .outOfRange, "baseMinor", body.baseMinor, Text("la course n’a pas de prix", "the ride has no fare"),
                accepted: Text(
                    "base, distance et durée d’au moins 1 en tout", "base, distance and time of at least 1 in all"))
        }
        try Check.atMost(
            body.discountMinor, fare.fare, "discountMinor", Text("plus que le prix", "more than the fare"))
        try Check.equal(
            body.levyMinor, fare.levy, "levyMinor",
            Text("redevance selon la politique en vigueur", "levy by the policy in force"))
        try Orders.decide(taxes: body.taxes, table) { fare.taxes[$0] }
        try Check.equal(
            body.platformMinor, fare.platform, "platformMinor",
            Text("part de la plateforme selon la politique en vigueur", "the platform's part by the policy in force"))
        try Check.equal(
            body.totalMinor, fare.total, "totalMinor",
            Text(
                "prix moins rabais, redevance, taxes et pourboire", "fare less discount, levy, taxes and tip"))
        try Check.positive(body.totalMinor, "totalMinor")
        guard let limits = book.limits(fact) else { return }
        for (rider, owed) in split(fare.total, views.riders(ride), fact, views) {
            try limits.credit(rider, owed, "totalMinor", book, views)
        }
    }

    static func fold(completed body: RideCompletedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let table = book.taxes(at: fact.effectiveAtUs, knownAt: fact.sequence)
        guard let fare = try? RideFare(body, table, book.rides(fact)) else {
            return views.index.fail("event \(fact.sequence): its fare does not fit 64 bits")
        }
        change(body.ride, to: .completed, fact, views) { ride, book in
            ride.endSequence = fact.sequence
            ride.totalMinor = fare.total
            views.setRideUnderWay(nil, ride.driver, book)
            views.credit(book, .driverPayable, party: ride.driver, fare.driverMinor)
            views.credit(book, .rides, fare.platform)
            views.credit(book, .rideLevyPayable, fare.levy)
            for (tax, amount) in zip(table.taxes, fare.taxes) { views.credit(book, account: tax.account, amount) }
            views.debit(book, .discounts, fare.discount)
            let riders = views.riders(ride)
            for (rider, owed) in split(fare.total, riders, fact, views) {
                views.debit(book, .receivable, party: rider, owed)
                views.addRideDue(ride, rider, owed: owed, paid: 0)
            }
            // What the riders were charged for the ride itself, as a purchase counts what the buyer was charged.
            for (rider, share) in split(fare.charged, riders, fact, views) {
                addBusiness(rider, share, at: fact.effectiveAtUs, fact, book, views)
            }
            let year = fact.year
            if views.member(ride.driver, book)?.isIn(.driver) == true {
                views.addPatronage(book, year, .driver, ride.driver, fare.fare - fare.platform)
            }
            views.addDriverTotal(ride.driver, year, .rides, 1, body.distanceMeters, book)
            views.addDriverTotal(ride.driver, year, .fares, fare.fare, fare.platform, book)
            if fare.tip != 0 { views.addDriverTotal(ride.driver, year, .extras, fare.tip, 0, book) }
        }
    }

    /// Equal parts among the riders: largest remainder, ties by the rider's id in byte order.
    static func split(
        _ amount: Int64, _ riders: [UInt32], _ fact: Fact, _ views: Views
    ) -> [(rider: UInt32, amount: Int64)] {
        guard riders.count > 1 else { return riders.map { ($0, amount) } }
        guard
            let parts = try? LargestRemainder.shares(
                pool: amount, bases: riders.map { _ in 1 }, ids: riders.map(views.partyName))
        else {
            views.index.fail("event \(fact.sequence): its fare cannot be split")
            return []
        }
        return zip(riders, parts).map { ($0, $1) }
    }

    /// A rider's business with the cooperative, by the standing on the day of the ride: patronage where the rider is in the group.
    static func addBusiness(
        _ rider: UInt32, _ share: Int64, at us: Int64, _ fact: Fact, _ book: Book, _ views: Views
    ) {
        let member = views.member(rider, book)
        let isMember = member?.isActive(at: us) == true
        if isMember, member?.isIn(.rider) == true { views.addPatronage(book, fact.year, .rider, rider, share) }
        views.addCounters(
            views.key.begin(.business).u16(book.id).u16(fact.year).u8(UInt8(Group.rider.rawValue)).bytes,
            isMember ? share : 0, isMember ? 0 : share)
    }
}
