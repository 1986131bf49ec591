import Accounting
import Bytes
import Commerce
import Events

/// What happens to a ride next.
enum RideStep: UInt8 {
    case accept, start, complete, pay, cancel
}

/// A ride as the simulation follows it.
struct SimulatedRide {
    let rider: Int
    let companion: Int?
    var driver = 0
    var totalMinor: Int64 = 0
}

extension Simulation {
    private static let levyMinor: Int64 = 90
    private static let platform = RatePpm(150_000)

    func ride(_ number: Int) -> Bytes { names("course-", number + 1) }
    func driver(_ number: Int) -> Bytes { names("chauffeur-", number + 1) }

    func foundRides() throws {
        try found(Books.rides, "Covoit", .solidarity)
        try tell(Books.rides) { event in
            event.policyAdopted { policy in
                policy.sharing { sharing in
                    sharing.rule("chauffeurs")
                    sharing.total(.revenue)
                    sharing.parts {
                        $0.contributionOf(.driver)
                        $0.sharePpm(700_000)
                    }
                }
            }
        }
        try tell(Books.rides) { event in
            event.policyAdopted { policy in
                policy.rides {
                    $0.levyMinor(Self.levyMinor)
                    $0.platformPpm(Self.platform.ppm)
                    $0.cancellationFeeMinor(500)
                }
            }
        }
        for number in 0..<town.drivers {
            try register(person: driver(number))
            try admit(Books.rides, driver(number), .worker, [.driver])
        }
        for number in 0..<town.members where number % 3 == 0 && shop.joinedDay[number] == 0 {
            try admit(Books.rides, member(number), .user, [.rider])
        }
        freeDrivers = Array((0..<town.drivers).reversed())
    }

    func planRides(_ span: Range<Int64>) {
        for _ in 0..<max(1, town.members * 12 / 1_000) {
            let us = span.lowerBound + chance.within(0...Int64(86_399_999)) * 1_000
            agenda.plan(.requestRide, at: min(us, span.upperBound - 1))
        }
    }

    func requestRide() throws {
        let day = Int(calendar.day(at: nowUs).daysSinceEpoch - options.from.daysSinceEpoch)
        let rider = chance.favoured(town.members)
        let other = chance.below(town.members)
        guard shop.joinedDay[rider] == 0 || shop.joinedDay[rider] < day, !people.isGone(rider) else { return }
        let shares =
            chance.happens(perMille: 120) && other != rider && shop.joinedDay[other] == 0 && !people.isGone(other)
        let number = rides.count
        rides.append(SimulatedRide(rider: rider, companion: shares ? other : nil))
        try tell(Books.rides) { event in
            event.rideRequested { requested in
                requested.ride(ride(number))
                requested.rider(member(rider))
                requested.fromZone(names("zone-", chance.within(1...40)))
                requested.toZone(names("zone-", chance.within(1...40)))
                if shares { requested.companions { $0.rider(member(other)) } }
            }
        }
        agenda.plan(.ride(number, .accept), at: nowUs + chance.within(20...300) * 1_000_000)
    }

    func move(ride number: Int, _ step: RideStep) throws {
        switch step {
        case .accept: try accept(number)
        case .start:
            try tell(Books.rides) { event in event.rideStarted { $0.ride(ride(number)) } }
            agenda.plan(.ride(number, .complete), at: nowUs + chance.within(4...45) * 60_000_000)
        case .complete: try complete(number)
        case .pay: try payRide(number)
        case .cancel: try cancelRide(number, by: .rider, feeMinor: 500)
        }
    }

    private func accept(_ number: Int) throws {
        guard let driver = freeDrivers.popLast() else { return try cancelRide(number, by: .platform, feeMinor: 0) }
        rides[number].driver = driver
        try tell(Books.rides) { event in
            event.rideAccepted {
                $0.ride(ride(number))
                $0.driver(self.driver(driver))
            }
        }
        let next: RideStep = chance.happens(perMille: 40) ? .cancel : .start
        agenda.plan(.ride(number, next), at: nowUs + chance.within(2...12) * 60_000_000)
    }

    private func cancelRide(_ number: Int, by: RideCanceller, feeMinor: Int64) throws {
        try tell(Books.rides) { event in
            event.rideCancelled {
                $0.ride(ride(number))
                $0.by(by)
                $0.feeMinor(feeMinor)
                $0.currency("CAD")
                $0.reason(by == .rider ? "changement de plan" : "aucun chauffeur libre")
            }
        }
        guard by == .rider else { return }
        freeDrivers.insert(rides[number].driver, at: 0)
        rides[number].totalMinor = feeMinor
        agenda.plan(.ride(number, .pay), at: nowUs + 60_000_000)
    }

    private func complete(_ number: Int) throws {
        let meters = chance.within(1_200...28_000)
        let seconds = chance.within(240...2_700)
        let distance = Int64(meters) * 130 / 1_000
        let time = Int64(seconds) * 35 / 60
        let fare = 350 + distance + time
        let discount: Int64 = chance.happens(perMille: 50) ? 200 : 0
        let taxable = fare - discount + Self.levyMinor
        let gst = try Terms.gst.applied(to: taxable)
        let qst = try Terms.qst.applied(to: taxable)
        let tip = chance.happens(perMille: 300) ? fare * chance.within(8...20) / 100 : 0
        let platform = try Self.platform.applied(to: fare)
        let total = taxable + gst + qst + tip
        rides[number].totalMinor = total
        try tell(Books.rides) { event in
            event.rideCompleted { completed in
                completed.ride(ride(number))
                completed.currency("CAD")
                completed.baseMinor(350)
                completed.distanceMeters(Int64(meters))
                completed.distanceFareMinor(distance)
                completed.durationSeconds(Int64(seconds))
                completed.timeFareMinor(time)
                completed.discountMinor(discount)
                completed.levyMinor(Self.levyMinor)
                for (tax, amount) in [("gst", gst), ("qst", qst)] as [(StaticString, Int64)] where amount != 0 {
                    completed.taxes {
                        $0.tax(Bytes(tax))
                        $0.amountMinor(amount)
                    }
                }
                completed.tipMinor(tip)
                completed.totalMinor(total)
                completed.platformMinor(platform)
                completed.salesRecord(names("srm-", number + 1))
            }
        }
        freeDrivers.insert(rides[number].driver, at: 0)
        agenda.plan(.ride(number, .pay), at: nowUs + 30_000_000)
    }

    private func payRide(_ number: Int) throws {
        let ridden = rides[number]
        var parts: [(who: Int, amountMinor: Int64)] = [(ridden.rider, ridden.totalMinor)]
        if let companion = ridden.companion, ridden.totalMinor != 500 {
            let ids = [member(ridden.rider).string, member(companion).string]
            let shares = try LargestRemainder.shares(
                pool: ridden.totalMinor, bases: [1, 1], tieBreak: LargestRemainder.ranks(ofIds: ids))
            parts = [(ridden.rider, shares[0]), (companion, shares[1])]
        }
        for (who, amount) in parts where amount > 0 {
            shop.payments += 1
            let payment = names("pc-", shop.payments)
            try tell(Books.rides) { event in
                event.ridePaid {
                    $0.payment(payment)
                    $0.ride(ride(number))
                    $0.rider(member(who))
                    $0.institution(Bytes(Town.institutions[who & 1]))
                    $0.amountMinor(amount)
                    $0.currency("CAD")
                }
            }
            capture(Books.rides, who & 1, amount)
        }
    }
}
