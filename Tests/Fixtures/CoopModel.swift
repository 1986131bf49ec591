import Events

/// A second, plain account of a cooperative's surplus: what is lawful and what every figure must be, computed without the program.
///
/// Amounts are small. The commission is all that is sold, nothing is taxed; consumers have 60 % of the dividends, sellers 40 %, capped by
/// category; reserve at least 10 %, reserve and shares 20 %, community 5 %, dividends at most 50 % and only with a reserve.
package struct CoopModel {
    package struct Member {
        package var isActive = true
        package var groups: Set<Int>
        package var common: Int64 = 0
        package var preferred: Int64 = 0
        package var preferredWorth: Int64 = 0
        /// Local days of the last movements of shares, and when the member left; 0 while a member.
        package var commonDay: Int64 = 0
        package var preferredDay: Int64 = 0
        package var withdrewUs: Int64 = 0
        /// When the member last did what only members do.
        package var actedUs: Int64?

        package init(groups: Set<Int>) { self.groups = groups }
    }

    package struct Year {
        package var revenue: Int64 = 0
        package var spent: Int64 = 0
        package var withMembers: Int64 = 0
        package var withOthers: Int64 = 0
        /// By group (1 consumers, 2 sellers) and member.
        package var patronage: [Int: [String: Int64]] = [1: [:], 2: [:]]
        package var surplus: Int64?
        package var interest: [String: Int64] = [:]
        package var interestPaid: [String: Int64] = [:]
        package var preferredAtEnd: [String: Int64] = [:]
        package var plan: Plan?
        /// When interest was allocated, the meeting resolved and dividends were declared.
        package var interestUs: [String: Int64] = [:]
        package var resolvedUs: Int64?
        package var declaredUs: [String: Int64] = [:]
        package var declared: Set<String> = []
        package var paid: Set<String> = []

        package init() {}
    }

    package struct Plan {
        package var reserve: Int64 = 0
        package var rebates: Int64 = 0
        package var cash: Int64 = 0
        package var shares: Int64 = 0
        package var community: Int64 = 0
        package var deficit: Int64 = 0

        package init() {}

        package var sum: Int64 { reserve + rebates + cash + shares + community + deficit }
        var parts: [Int64] { [reserve, rebates, cash, shares, community, deficit] }
    }

    package struct Redemption {
        package let member: String
        package let amount: Int64
        package let us: Int64
        package var paid: Int64 = 0

        package init(member: String, amount: Int64, us: Int64) {
            self.member = member
            self.amount = amount
            self.us = us
        }
    }

    /// An order that is not handed over: no business yet, whatever it is worth.
    package struct Open {
        package let buyer: String
        package let seller: String
        package let amount: Int64
        package let isMember: Bool
        /// The buyer was a consumer when it was placed.
        package let earns: Bool
        package var isPaid = false

        package init(buyer: String, seller: String, amount: Int64, isMember: Bool, earns: Bool) {
            self.buyer = buyer
            self.seller = seller
            self.amount = amount
            self.isMember = isMember
            self.earns = earns
        }
    }

    package static let sharePrice: Int64 = 1_000
    package static let policy = Body.allocationPolicy(
        [(.consumer, 600_000), (.seller, 400_000)], reserveMin: 100_000, reserveAndSharesMin: 200_000,
        equityToDebts: .max, communityMin: 50_000, dividendsMax: 500_000, needsReserve: true)

    package var members: [String: Member] = [:]
    package var years: [Int: Year] = [:]
    package var open: [String: Open] = [:]
    package var redemptions: [String: Redemption] = [:]
    package var reserve: Int64 = 0
    package var rebates: Int64 = 0
    package var community: Int64 = 0
    package var deficit: Int64 = 0
    package var withheld: Int64 = 0
    package var bank: Int64 = 0
    package var captured: Int64 = 0
    /// By member and calendar year: dividends paid.
    package var paidIn: [String: [Int: Int64]] = [:]

    package init() {}

    package static func halfUp(_ amount: Int64, ppm: Int64) -> Int64 { (amount * ppm + 500_000) / 1_000_000 }

    package static func halfUp(_ amount: Int64, over: Int64) -> Int64 { (amount * 2 + over) / (over * 2) }

    // MARK: the surplus

    package func allocatable(_ year: Int) -> Int64 {
        guard let known = years[year], let surplus = known.surplus else { return 0 }
        return surplus > 0 ? surplus - known.interest.values.reduce(0, +) : surplus
    }

    private func caps(_ left: Int64, _ year: Year) -> [Int64] {
        [(1, 600_000), (2, 400_000)].map { (group: Int, share: Int64) -> Int64 in
            guard year.patronage[group]?.values.contains(where: { $0 > 0 }) == true, left > 0 else { return 0 }
            guard group == 1 else { return left * share / 1_000_000 }
            let total = year.withMembers + year.withOthers
            return total == 0 ? 0 : left * share * year.withMembers / (1_000_000 * total)
        }
    }

    package func isLawful(_ plan: Plan, _ number: Int) -> Bool {
        guard let year = years[number], let surplus = year.surplus, year.plan == nil, surplus >= 0 else { return false }
        let total = allocatable(number)
        guard plan.parts.allSatisfy({ $0 >= 0 }), plan.sum == total else { return false }
        guard total > 0 else { return true }
        let owed = min(deficit, total)
        guard plan.deficit <= owed else { return false }
        if plan.deficit < owed, plan.rebates + plan.cash + plan.shares + plan.community > 0 { return false }
        let left = total - plan.deficit
        let members = caps(left, year).reduce(0, +)
        let floor = Self.halfUp(left, ppm: 100_000)
        let both = Self.halfUp(left, ppm: 200_000)
        let dividends = plan.cash + plan.shares
        guard plan.reserve >= floor, plan.reserve + plan.shares >= both, dividends <= members,
            plan.reserve >= left - members, dividends <= left / 2
        else { return false }
        let kept = max(left - members, max(floor, both))
        guard plan.community >= max(0, min(Self.halfUp(left, ppm: 50_000), left - kept)) else { return false }
        return dividends == 0 || reserve + plan.reserve > 0
    }

    /// A plan that is lawful whatever the year: nothing but deficits, reserve and community, and some dividends where there is room.
    package func someLawful(_ number: Int, dividends wanted: Int64, sharesPart: Int64) -> Plan {
        var plan = Plan()
        let total = allocatable(number)
        guard let year = years[number], total > 0 else { return plan }
        plan.deficit = min(deficit, total)
        let left = total - plan.deficit
        plan.community = Self.halfUp(left, ppm: 50_000)
        let members = caps(left, year).reduce(0, +)
        let most = max(
            0, min(members, min(left / 2, left - max(Self.halfUp(left, ppm: 200_000), left - members) - plan.community))
        )
        let dividends = min(wanted, most)
        plan.shares = dividends * sharesPart / 4
        plan.cash = dividends - plan.shares
        plan.reserve = left - plan.community - dividends
        if plan.reserve < left - members {
            plan.community -= left - members - plan.reserve
            plan.reserve = left - members
        }
        return plan
    }

    /// Everybody's cash and shares under a year's plan, with the base in money.
    package func dividends(_ number: Int) -> [String: (base: Int64, cash: Int64, shares: Int64)] {
        guard let year = years[number], let plan = year.plan else { return [:] }
        let left = plan.sum - plan.deficit
        let pools = Market.share(plan.cash + plan.shares, caps(left, year))
        let cashPools = Market.share(plan.cash, pools)
        var result: [String: (base: Int64, cash: Int64, shares: Int64)] = [:]
        for (at, group) in [1, 2].enumerated() {
            let names = (year.patronage[group] ?? [:]).keys.sorted()
            let bases = names.map { max(0, year.patronage[group]?[$0] ?? 0) }
            let cash = Market.share(cashPools[at], bases)
            let shares = Market.share(pools[at] - cashPools[at], bases)
            for (index, name) in names.enumerated() {
                let known = result[name] ?? (0, 0, 0)
                result[name] = (known.base + bases[index], known.cash + cash[index], known.shares + shares[index])
            }
        }
        return result
    }

    // MARK: the books

    /// Assets less liabilities: shares, reserves, what is neither closed nor allocated, less the deficit.
    package var netAssets: Int64 {
        var sum = reserve + rebates - deficit
        for member in members.values { sum += member.common * Self.sharePrice + member.preferredWorth }
        for (number, year) in years {
            if year.surplus == nil { sum += year.revenue - year.spent }
            if year.plan == nil, year.surplus ?? 0 > 0 { sum += allocatable(number) }
        }
        return sum
    }

    /// Every balance that is not zero, by "account party".
    package var balances: [String: Int64] {
        var sums: [String: Int64] = [
            "assets:in-transit 815": captured, "assets:bank 815": bank, "equity:reserve ": -reserve,
            "equity:reserve-for-rebates ": -rebates, "liabilities:community-payable ": -community,
            "equity:deficit ": deficit, "liabilities:withholding-payable ": -withheld,
        ]
        for (name, member) in members {
            sums["equity:member-shares \(name)"] = -member.common * Self.sharePrice
            sums["equity:preferred-shares \(name)"] = -member.preferredWorth
        }
        for order in open.values {
            sums["liabilities:deferred-commission ", default: 0] -= order.amount
            if !order.isPaid { sums["assets:receivable \(order.buyer)", default: 0] += order.amount }
        }
        for redemption in redemptions.values {
            sums["liabilities:shares-to-redeem \(redemption.member)", default: 0] -= redemption.amount - redemption.paid
        }
        for (number, year) in years {
            if year.surplus == nil {
                sums["revenue:commission ", default: 0] -= year.revenue
                sums["expenses:rent ", default: 0] += year.spent
            } else if year.plan == nil, allocatable(number) > 0 {
                sums["equity:surplus ", default: 0] -= allocatable(number)
            }
            for (name, minor) in year.interest {
                sums["liabilities:interest-payable \(name)", default: 0] -= minor - (year.interestPaid[name] ?? 0)
            }
            guard let plan = year.plan else { continue }
            sums["liabilities:dividends-payable ", default: 0] -= plan.cash + plan.shares
            for (name, part) in dividends(number) where year.declared.contains(name) {
                sums["liabilities:dividends-payable ", default: 0] += part.cash + part.shares
                guard !year.paid.contains(name) else { continue }
                sums["liabilities:dividends-payable \(name)", default: 0] -= part.cash + part.shares
            }
        }
        return sums.filter { $0.value != 0 }
    }
}
