import Events
import Fixtures

/// A second, plain account of a workers' desk: who may do what, who worked how much, who is owed what, computed without the rules and folds.
struct CooperativeModel {
    struct Part {
        let member: String?
        let isByHours: Bool
        let fixed: Int64
        let ppm: Int64
    }

    struct Claim {
        let member: String
        let actor: String
        let total: Int64
        let tax: Int64
        var state = "claimed"
        var approvedUs: Int64 = 0
        var paid: Int64 = 0
    }

    struct Deed {
        let event: Event
        let isLegal: Bool
        let after: CooperativeModel
    }

    static let people = ["a", "b", "c", "d"]
    static let opening: [Body] =
        [.founding(), .calendar(), .taxes()] + people.map { .identity($0) }
        + people.compactMap { try? .signingKey(of: $0) }
        + people.map { .admission($0, [.worker], category: .worker) } + [income(20_000)]

    static func income(
        _ amount: Int64, by preparer: String = "a", _ approver: String = "b", to account: String = "assets:bank"
    )
        -> Body
    {
        .entry(
            [
                .debit(account, amount, party: account == "assets:bank" ? "815" : ""),
                .credit("revenue:services", amount),
            ], preparer: preparer, approver: approver)
    }

    /// "who/role" and its limit.
    var roles: [String: Int64] = [:]
    var hasRoles = false
    /// In the group that hours are counted for.
    var working = Set(people)
    var hours: [String: Int64] = [:]
    var unit: String?
    var rule: [Part]?
    var isCosts = false
    var claims: [String: Claim] = [:]
    var owed: [String: Int64] = [:]
    var receivable: [String: Int64] = [:]
    var shared: Int64 = 0
    var earned: Int64 = 20_000
    /// Revenue and costs that were shared, what stayed with the cooperative included.
    var sharedRevenue: Int64 = 0
    var sharedCosts: Int64 = 0
    var rent: Int64 = 0
    var taxes: Int64 = 0
    var bank: Int64 = 20_000
    /// Earned and not received.
    var accrued: Int64 = 0
    var paidOut: Int64 = 0

    // MARK: what must be true

    /// Every balance that is not zero, by "account party".
    var balances: [String: Int64] {
        var sums: [String: Int64] = [
            "expenses:shared-with-members ": shared, "expenses:rent ": rent, "assets:tax-recoverable ": taxes,
            "assets:bank 815": bank, "revenue:other ": -receivable.values.reduce(0, +),
            "revenue:services ": -earned, "assets:accrued ": accrued, "liabilities:payouts-in-transit 815": -paidOut,
        ]
        for (member, amount) in owed { sums["liabilities:members-payable \(member)"] = -amount }
        for (member, amount) in receivable { sums["assets:receivable \(member)"] = amount }
        return sums.filter { $0.value != 0 }
    }

    private func may(_ actor: String, _ allowed: [Role], _ amount: Int64 = 0, person: String? = nil) -> Bool {
        guard hasRoles else { return true }
        return actor == person || allowed.contains { (roles["\(actor)/\($0.rawValue)"] ?? -1) >= amount }
    }

    /// What the rule gives everybody; `nil` where it gives more than there is.
    func parts(of amount: Int64, _ rule: [Part]) -> [(String, Int64)]? {
        let ppm = rule.reduce(0) { $0 + $1.ppm }
        let percents = Market.share(Market.halfUp(amount, ppm: ppm), rule.map(\.ppm))
        let rest = amount - rule.reduce(0) { $0 + $1.fixed } - percents.reduce(0, +)
        guard rest >= 0 else { return nil }
        var sums: [String: Int64] = [:]
        for (part, percent) in zip(rule, percents) {
            let pool = part.fixed == 0 && part.ppm == 0 ? rest : part.fixed + percent
            if let member = part.member { sums[member, default: 0] += pool }
            guard part.isByHours else { continue }
            let workers = Self.people.filter { (hours[$0] ?? 0) > 0 }
            for (worker, share) in zip(workers, Market.share(pool, workers.map { hours[$0] ?? 0 })) {
                sums[worker, default: 0] += share
            }
        }
        return sums.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    // MARK: deeds

    func deed(_ story: inout Story, _ random: inout Seeded) throws -> Deed {
        let actor = Self.people.randomElement(using: &random) ?? "a"
        switch Int.random(in: 0..<26, using: &random) {
        case 0..<3: return try grant(actor, &story, &random)
        case 3: return try revoke(actor, &story, &random)
        case 4..<8: return try work(actor, &story, &random)
        case 8: return try reclassify(actor, &story, &random)
        case 9..<11: return try adopt(actor, &story, &random)
        case 11..<15: return try share(actor, &story, &random)
        case 15..<18: return try claim(actor, &story, &random)
        case 18..<20: return try decide(actor, &story, &random)
        case 20..<22: return try earn(actor, &story, &random)
        case 22..<24: return try reimburse(actor, &story, &random)
        default: return try payOut(actor, &story, &random)
        }
    }

    private func deed(
        _ body: Body, _ actor: String, _ isLegal: Bool, _ story: inout Story, signedBy signers: [String] = [],
        _ change: (inout CooperativeModel) -> Void
    ) throws -> Deed {
        var after = self
        if isLegal { change(&after) }
        return Deed(
            event: try story.event(body, by: actor).approved(by: signers), isLegal: isLegal, after: after)
    }

    /// Somebody who may, more often than not.
    private func able(_ actor: String, _ allowed: [Role], _ random: inout Seeded) -> String {
        guard hasRoles, Int.random(in: 0..<4, using: &random) > 0 else { return actor }
        return Self.people.first { may($0, allowed) } ?? actor
    }

    private func grant(_ actor: String, _ story: inout Story, _ random: inout Seeded) throws -> Deed {
        let actor = able(actor, [.administrator], &random)
        let grantee = Self.people.randomElement(using: &random) ?? "a"
        let isFirst = !hasRoles && Int.random(in: 0..<3, using: &random) > 0
        let role =
            isFirst
            ? .administrator
            : [Role.administrator, .accountant, .treasurer, .approver, .sales].randomElement(using: &random) ?? .sales
        let limit: Int64? = isFirst || Bool.random(using: &random) ? nil : Int64.random(in: 0...5_000, using: &random)
        let key = "\(grantee)/\(role.rawValue)"
        let isLegal =
            (hasRoles ? may(actor, [.administrator]) : role == .administrator && limit == nil)
            && roles[key] != (limit ?? .max)
        return try deed(.grant(grantee, role, limit: limit), actor, isLegal, &story) { model in
            model.hasRoles = true
            model.roles[key] = limit ?? .max
        }
    }

    private func revoke(_ actor: String, _ story: inout Story, _ random: inout Seeded) throws -> Deed {
        let actor = able(actor, [.administrator], &random)
        let key = roles.keys.sorted().randomElement(using: &random) ?? "a/1"
        let names = key.split(separator: "/").map(String.init)
        let role = Role(rawValue: Int(names[1]) ?? 1) ?? .administrator
        let administrators = roles.keys.count { $0.hasSuffix("/1") }
        let isLegal =
            may(actor, [.administrator]) && roles[key] != nil && (role != .administrator || administrators > 1)
        return try deed(.revocation(names[0], role), actor, isLegal, &story) { $0.roles[key] = nil }
    }

    private func work(_ actor: String, _ story: inout Story, _ random: inout Seeded) throws -> Deed {
        let actor = able(actor, [.accountant], &random)
        let member = Self.people.randomElement(using: &random) ?? "a"
        let quantity = Int64.random(in: -2_000...8_000, using: &random)
        let unit = Int.random(in: 0..<10, using: &random) == 0 ? "jour" : "heure"
        let isLegal =
            may(actor, [.accountant]) && working.contains(member) && quantity != 0
            && quantity >= -(hours[member] ?? 0) && (self.unit ?? unit) == unit
        return try deed(
            .contribution("h\(story.events)", member, quantity, unit: unit), actor, isLegal, &story
        ) { model in
            model.hours[member, default: 0] += quantity
            model.unit = unit
        }
    }

    private func reclassify(_ actor: String, _ story: inout Story, _ random: inout Seeded) throws -> Deed {
        let actor = able(actor, [.administrator, .sales], &random)
        let member = Self.people.randomElement(using: &random) ?? "a"
        let isIn = Bool.random(using: &random)
        let isLegal = may(actor, [.administrator, .sales]) && working.contains(member) != isIn
        return try deed(.reclassification(member, isIn ? [.worker] : []), actor, isLegal, &story) { model in
            if isIn { model.working.insert(member) } else { model.working.remove(member) }
        }
    }

    private func adopt(_ actor: String, _ story: inout Story, _ random: inout Seeded) throws -> Deed {
        let actor = able(actor, [.administrator], &random)
        var parts: [Part] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let who = Int.random(in: 0..<6, using: &random)
            let kind = Int.random(in: 0..<3, using: &random)
            parts.append(
                Part(
                    member: who < 4 ? Self.people[who] : nil, isByHours: who == 4,
                    fixed: kind == 0 ? Int64.random(in: 1...500, using: &random) : 0,
                    ppm: kind == 1 ? Int64.random(in: 1...600_000, using: &random) : 0))
        }
        let isCosts = Int.random(in: 0..<4, using: &random) == 0
        let body = Body.sharingRule(
            "r",
            parts.map { part in
                if let member = part.member { return .to(member, fixed: part.fixed, ppm: UInt32(part.ppm)) }
                return part.isByHours
                    ? .by(.worker, fixed: part.fixed, ppm: UInt32(part.ppm))
                    : .kept(fixed: part.fixed, ppm: UInt32(part.ppm))
            }, total: isCosts ? .expenses : .revenue)
        let isLegal =
            may(actor, [.administrator]) && parts.count { $0.fixed == 0 && $0.ppm == 0 } <= 1
            && parts.reduce(0) { $0 + $1.ppm } <= 1_000_000
        return try deed(body, actor, isLegal, &story) { model in
            model.rule = parts
            model.isCosts = isCosts
        }
    }

    private func earn(_ actor: String, _ story: inout Story, _ random: inout Seeded) throws -> Deed {
        let amount = Int64.random(in: 1...9_000, using: &random)
        let actor = able(actor, [.accountant], &random)
        // Mostly prepared by who records it; sometimes approved by the same, or by nobody known.
        let preparer =
            Int.random(in: 0..<6, using: &random) == 0 ? "ghost" : Self.people.randomElement(using: &random) ?? "a"
        let approver = Self.people.randomElement(using: &random) ?? "b"
        let isReceived = Bool.random(using: &random)
        let isSigned = isReceived && hasRoles && Int.random(in: 0..<3, using: &random) > 0
        let isLegal =
            may(actor, [.accountant], amount) && preparer != "ghost" && preparer != approver && actor != approver
            && (!isSigned || may(approver, [.approver, .administrator], amount))
            && (isSigned || !isReceived || !hasRoles)
        return try deed(
            Self.income(amount, by: preparer, approver, to: isReceived ? "assets:bank" : "assets:accrued"), actor,
            isLegal, &story, signedBy: isSigned ? [approver] : []
        ) { model in
            model.earned += amount
            if isReceived { model.bank += amount } else { model.accrued += amount }
        }
    }

    /// What is paid out of what members are owed is never what approved claims wait for.
    private func payOut(_ actor: String, _ story: inout Story, _ random: inout Seeded) throws -> Deed {
        let actor = able(actor, [.treasurer], &random)
        let member = Self.people.randomElement(using: &random) ?? "a"
        let claimed = claims.values.filter { $0.state == "approved" && $0.member == member }
            .reduce(0) { $0 + $1.total - $1.paid }
        let free = (owed[member] ?? 0) - claimed
        let amount = max(
            1, Bool.random(using: &random) ? free : free + Int64.random(in: -50...claimed + 1, using: &random))
        let body = Body.payout("v\(story.events)", member, amount, of: "liabilities:members-payable")
        return try deed(body, actor, may(actor, [.treasurer], amount) && amount <= free, &story) { model in
            model.owed[member, default: 0] -= amount
            model.paidOut += amount
        }
    }

    /// What nobody shared yet: of the revenue, what members pay of the costs included; of the costs, those that members claimed.
    private var left: Int64 {
        isCosts ? rent - sharedCosts : earned + receivable.values.reduce(0, +) - sharedRevenue
    }

    /// What the year brought and did not cost: no more goes out, whatever is left to share.
    private var result: Int64 { earned + receivable.values.reduce(0, +) - rent - shared }

    private func share(_ actor: String, _ story: inout Story, _ random: inout Seeded) throws -> Deed {
        // Now and then exactly what is left, or one cent more.
        let amount =
            switch Int.random(in: 0..<4, using: &random) {
            case 0: max(1, left)
            case 1: max(1, left + 1)
            default: Int64.random(in: 1...20_000, using: &random)
            }
        let actor = able(actor, [.accountant], &random)
        let right = rule.flatMap { parts(of: amount, $0) }
        var given = right ?? []
        let isSpoiled = Int.random(in: 0..<6, using: &random) == 0
        if isSpoiled {
            if given.isEmpty || Bool.random(using: &random) {
                given.append(("a", 1))
            } else {
                given[0].1 += 1
            }
        }
        let isLegal =
            may(actor, [.accountant], amount) && !isSpoiled && !(right ?? []).isEmpty && amount <= left
            && (isCosts || given.reduce(0) { $0 + $1.1 } <= max(0, result))
        return try deed(.sharing("s\(story.events)", amount, given), actor, isLegal, &story) { model in
            if model.isCosts { model.sharedCosts += amount } else { model.sharedRevenue += amount }
            for (member, part) in given {
                if model.isCosts {
                    model.receivable[member, default: 0] += part
                } else {
                    model.owed[member, default: 0] += part
                    model.shared += part
                }
            }
        }
    }

    private func claim(_ actor: String, _ story: inout Story, _ random: inout Seeded) throws -> Deed {
        // Mostly one's own.
        let member =
            Int.random(in: 0..<3, using: &random) > 0 ? actor : Self.people.randomElement(using: &random) ?? "a"
        let amount = Int64.random(in: 1...4_000, using: &random)
        // Around what the rate gives: 5 %, rounded up.
        let most = (amount * 50_000 + 999_999) / 1_000_000
        let tax = Bool.random(using: &random) ? Int64.random(in: 1...most + 1, using: &random) : 0
        let total = amount + tax
        let isSpoiled = Int.random(in: 0..<6, using: &random) == 0
        let name = "e\(story.events)"
        let body = Body.claim(
            name, member, [("expenses:rent", amount)], taxes: tax > 0 ? [("gst", tax)] : [],
            total: isSpoiled ? total + 1 : total)
        let isLegal =
            may(actor, [.accountant], isSpoiled ? total + 1 : total, person: member) && !isSpoiled
            && tax <= most && (hasRoles || actor == member)
        return try deed(body, actor, isLegal, &story) { model in
            model.claims[name] = Claim(member: member, actor: actor, total: total, tax: tax)
        }
    }

    private func someClaim(_ state: String, _ random: inout Seeded) -> (String, Claim?) {
        let fitting = claims.keys.sorted().filter { claims[$0]?.state == state }
        let names = Int.random(in: 0..<5, using: &random) == 0 ? claims.keys.sorted() : fitting
        let name = names.randomElement(using: &random) ?? "none"
        return (name, claims[name])
    }

    private func decide(_ actor: String, _ story: inout Story, _ random: inout Seeded) throws -> Deed {
        let (name, claim) = someClaim("claimed", &random)
        let actor = able(actor, [.approver, .administrator, .accountant], &random)
        let isOpen = claim?.state == "claimed"
        let roles: [Role] = [.approver, .administrator, .accountant]
        guard Int.random(in: 0..<4, using: &random) > 0 else {
            return try deed(.claimRejected(name), actor, may(actor, roles) && isOpen, &story) { model in
                model.claims[name]?.state = "rejected"
            }
        }
        let isLegal =
            may(actor, roles, claim?.total ?? 0) && isOpen && actor != claim?.member && actor != claim?.actor
        let us = story.nowUs + 60_000_000
        return try deed(.claimApproved(name), actor, isLegal, &story) { model in
            guard let claim else { return }
            model.claims[name]?.approvedUs = us
            model.claims[name]?.state = "approved"
            model.rent += claim.total - claim.tax
            model.taxes += claim.tax
            model.owed[claim.member, default: 0] += claim.total
        }
    }

    private func reimburse(_ actor: String, _ story: inout Story, _ random: inout Seeded) throws -> Deed {
        let (name, claim) = someClaim("approved", &random)
        let actor = able(actor, [.treasurer], &random)
        let left = claim.map { $0.total - $0.paid } ?? 5
        let amount =
            switch Int.random(in: 0..<4, using: &random) {
            case 0: left + 1
            case 1: max(1, left / 2)
            default: left
            }
        // One in eight is told as of two minutes earlier.
        let now = story.nowUs
        let us = now + (Int.random(in: 0..<8, using: &random) == 0 ? -60_000_000 : 60_000_000)
        let isLegal =
            may(actor, [.treasurer], amount) && claim?.state == "approved" && amount > 0 && amount <= left
            && us >= claim?.approvedUs ?? us
        if us < now { story.nowUs = us - 60_000_000 }
        defer { story.nowUs = max(story.nowUs, now) }
        return try deed(.reimbursement(name, amount), actor, isLegal, &story) { model in
            guard let claim else { return }
            model.claims[name]?.paid += amount
            if amount == left { model.claims[name]?.state = "reimbursed" }
            model.owed[claim.member, default: 0] -= amount
            model.bank -= amount
        }
    }
}
