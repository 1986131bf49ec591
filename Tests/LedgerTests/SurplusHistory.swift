import Accounting
import Bytes
import Commerce
import Events
import Fixtures
import Index
import Testing

/// One random history: a desk, the model beside it, and what was accepted.
struct SurplusHistory {
    private static let names = ["ana", "bob", "cid", "sam", "zoe"]

    /// How many deeds of each kind were lawful and unlawful.
    struct Tally {
        var lawful = [Int](repeating: 0, count: 8)
        var unlawful = [Int](repeating: 0, count: 8)
        var withDividends = 0
        var deficitsCovered = 0
        var early = 0

        mutating func add(_ other: Tally) {
            for kind in lawful.indices {
                lawful[kind] += other.lawful[kind]
                unlawful[kind] += other.unlawful[kind]
            }
            withDividends += other.withDividends
            deficitsCovered += other.deficitsCovered
            early += other.early
        }

        mutating func count(_ body: Body, _ isLegal: Bool) {
            let kind: Int
            switch body {
            case .purchasePlaced: kind = 0
            case .redemptionAccepted: kind = 1
            case .redemptionPaid: kind = 2
            case .fiscalYearClosed: kind = 3
            case .shareInterestAllocated: kind = 4
            case .shareInterestPaid: kind = 5
            case .allocationResolved(let resolution):
                kind = 6
                if isLegal, resolution.dividendsCashMinor + resolution.dividendsSharesMinor > 0 { withDividends += 1 }
                if isLegal, resolution.deficitMinor > 0 { deficitsCovered += 1 }
            case .patronageDividendDeclared, .patronageDividendPaid: kind = 7
            default: return
            }
            if isLegal { lawful[kind] += 1 } else { unlawful[kind] += 1 }
        }
    }

    let seed: UInt64
    let desk: Desk
    var tally = Tally()
    var model = CoopModel()
    var accepted: [Event] = []
    private var random: Seeded
    private var year = 2017
    private var step = 0

    static func newDesk() throws -> Desk {
        try Desk(
            opening: [.founding(), .calendar(), .commission(ppm: 1_000_000), .withholdingRule(), CoopModel.policy]
                + (names + ["tom"]).map { .identity($0) } + ["ana", "bob"].map { .admission($0, [.consumer]) }
                + [
                    .admission("sam", [.seller]), .admission("zoe", [.seller, .consumer]), .listing("milk", .zeroRated),
                    .subscription("zoe", shares: 10, amount: 9_500, class: .preferred),
                ] + ["ana", "bob", "sam", "zoe"].map { .subscription($0, shares: 5, amount: 5_000) })
    }

    init(_ seed: UInt64) throws {
        self.seed = seed
        random = Seeded(seed)
        desk = try Self.newDesk()
        for name in ["ana", "bob"] { model.members[name] = CoopModel.Member(groups: [1]) }
        model.members["sam"] = CoopModel.Member(groups: [2])
        model.members["zoe"] = CoopModel.Member(groups: [1, 2])
        for name in ["ana", "bob", "sam", "zoe"] { model.members[name]?.common = 5 }
        model.members["zoe"]?.preferred = 10
        model.members["zoe"]?.preferredWorth = 9_500
        model.captured = 29_500
    }

    mutating func run() throws {
        for _ in 0..<2 {
            for _ in 0..<5 { try trade() }
            try close()
            if isLikely(2) { try trade() }
            for _ in 0..<2 { try interest() }
            try resolve()
            try declare()
            try pay()
            year += 1
        }
    }

    private mutating func isLikely(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    private mutating func someone() -> String { Self.names.randomElement(using: &random) ?? "ana" }

    /// Proposes an event and holds the answer against what the model says.
    private mutating func attempt(
        _ body: Body, _ isLegal: Bool, at time: String? = nil, after causeUs: Int64? = nil,
        _ change: (inout CoopModel) -> Void = { _ in }
    ) throws {
        step += 1
        // What may be recorded may not be dated before what it follows from.
        if isLegal, let causeUs, isLikely(4) {
            let early = InstantText.format(us: causeUs - .random(in: 1...1_000, using: &random))
            let refusal = try desk.refusal(body, at: early)
            try #require(refusal?.field == "effectiveAt", "seed \(seed), step \(step): \(body) at \(early)")
            tally.early += 1
        }
        tally.count(body, isLegal)
        let now = desk.story.nowUs
        let event = desk.story.event(body, at: time)
        if time != nil { desk.story.nowUs = max(now, desk.story.nowUs) }
        do {
            try desk.record(event)
            try #require(isLegal, "seed \(seed), step \(step): recorded \(event)")
            accepted.append(event)
            change(&model)
        } catch let refusal as Refusal {
            try #require(!isLegal, "seed \(seed), step \(step): \(refusal.text(.english)) \(event)")
        }
    }

    // MARK: the year

    /// The calendar year in which the next event falls: the year's trade is over once it is closed.
    private var current: Int { model.years[year]?.surplus == nil ? year : year + 1 }

    private static let dayUs: Int64 = 86_400_000_000
    /// When all that opens a history is recorded.
    private static let openedUs = Story.us("2017-01-02T16:00:00Z")

    /// The local day: five hours behind UTC.
    private static func day(_ us: Int64) -> Int64 { (us - 5 * 3_600_000_000) / dayUs }

    /// The first instant that no close has locked.
    private var openUs: Int64 {
        let closed = model.years.filter { $0.value.surplus != nil }.keys.max()
        return closed.map { Story.us("\($0 + 1)-01-01T05:00:00Z") } ?? 0
    }

    /// When the next deed is effective.
    private var nextUs: Int64 { desk.story.nowUs + 60_000_000 }

    private mutating func trade() throws {
        desk.story.nowUs += .random(in: 0...15, using: &random) * Self.dayUs
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: if isLikely(4) { try finish() } else { try sell() }
        case 4: try spend()
        case 5: try subscribe()
        case 6: if isLikely(2) { try leave() } else { try give() }
        case 7, 8:
            try redeem()
            if isLikely(2) { try payRedemption() }
        default: try payRedemption()
        }
    }

    private mutating func sell() throws {
        let buyer = isLikely(4) ? "tom" : someone()
        let seller = isLikely(2) ? "sam" : "zoe"
        let amount = Int64.random(in: 1...40_000, using: &random)
        let isMember = model.members[buyer]?.isActive == true
        let claims = isLikely(12) ? !isMember : isMember
        let isLegal = claims == isMember && model.members[seller]?.isActive == true
        let order = "o\(step)"
        let us = nextUs
        let earns = isMember && model.members[buyer]?.groups.contains(1) == true
        try attempt(
            .purchase(order, buyer, [.of("milk", seller, amount, .zeroRated)], status: claims ? .member : .nonMember),
            isLegal
        ) { model in
            if isMember { model.members[buyer]?.actedUs = us }
            model.members[seller]?.actedUs = us
            model.open[order] = CoopModel.Open(
                buyer: buyer, seller: seller, amount: amount, isMember: isMember, earns: earns)
        }
        // Some are never paid, or in another year.
        if isLegal, !isLikely(4) { try finish(order) }
    }

    /// An order that waits is paid and handed over, and is business then; or it is cancelled, and never was.
    private mutating func finish(_ order: String? = nil) throws {
        guard let name = order ?? model.open.keys.sorted().randomElement(using: &random), let open = model.open[name]
        else { return }
        if order == nil, isLikely(3) { return try attempt(.cancellation(name), true) { $0.open[name] = nil } }
        try attempt(.capture("p\(step)", name, open.amount), true) {
            $0.captured += open.amount
            $0.open[name]?.isPaid = true
        }
        let now = current
        try attempt(.handOver(name), true) { model in
            model.open[name] = nil
            var year = model.years[now] ?? CoopModel.Year()
            year.revenue += open.amount
            if open.isMember { year.withMembers += open.amount } else { year.withOthers += open.amount }
            if open.earns { year.patronage[1]?[open.buyer, default: 0] += open.amount }
            year.patronage[2]?[open.seller, default: 0] += open.amount
            model.years[now] = year
        }
    }

    private mutating func spend() throws {
        let amount = Int64.random(in: 1...60_000, using: &random)
        let now = current
        try attempt(.entry([.debit("expenses:rent", amount), .credit("assets:bank", amount, party: "815")]), true) {
            $0.years[now, default: CoopModel.Year()].spent += amount
            $0.bank -= amount
        }
        // The reserve is nobody's.
        try attempt(
            .entry([.debit("equity:reserve", 1), .credit("liabilities:dividends-payable", 1, party: "ana")]), false)
    }

    private mutating func subscribe() throws {
        let name = someone()
        let us = nextUs
        let day = Self.day(us)
        let count = Int64.random(in: 1...9, using: &random)
        let isPreferred = isLikely(2)
        var amount = count * (isPreferred ? Int64.random(in: 100...1_999, using: &random) : 1_000)
        if isLikely(8) { amount += Int64.random(in: 1...9, using: &random) }
        let isLegal =
            model.members[name]?.isActive == true && (isPreferred ? amount % count == 0 : amount == count * 1_000)
        try attempt(
            .subscription(name, shares: UInt32(count), amount: amount, class: isPreferred ? .preferred : .common),
            isLegal
        ) {
            $0.captured += amount
            $0.members[name]?.actedUs = us
            if isPreferred {
                $0.members[name]?.preferred += count
                $0.members[name]?.preferredWorth += amount
                $0.members[name]?.preferredDay = day
            } else {
                $0.members[name]?.common += count
                $0.members[name]?.commonDay = day
            }
        }
    }

    private mutating func leave() throws {
        let name = someone()
        if model.members[name]?.isActive == true {
            let us = nextUs
            try attempt(.withdrawal(name), true, after: model.members[name]?.actedUs) {
                $0.members[name]?.isActive = false
                $0.members[name]?.withdrewUs = us
            }
        } else {
            let us = nextUs
            let group = name == "sam" || name == "zoe" ? 2 : 1
            try attempt(.admission(name, group == 2 ? [.seller] : [.consumer]), true) {
                var member = $0.members[name] ?? CoopModel.Member(groups: [])
                member.isActive = true
                member.actedUs = us
                member.withdrewUs = 0
                member.groups = [group]
                $0.members[name] = member
            }
        }
    }

    private mutating func redeem() throws {
        let name = someone()
        let isPreferred = isLikely(3)
        let member = model.members[name] ?? CoopModel.Member(groups: [])
        let held = isPreferred ? member.preferred : member.common
        let count = held > 0 && !isLikely(5) ? Int64.random(in: 1...held, using: &random) : held + 1
        let paid = isPreferred && held > 0 ? CoopModel.halfUp(member.preferredWorth * count, over: held) : count * 1_000
        let amount = isLikely(6) ? paid + 1 : paid
        // Some are dated back: before the close, before the shares moved, before their holder left.
        let now = desk.story.nowUs
        if isLikely(3) { desk.story.nowUs = max(Self.openedUs, now - .random(in: 0...20, using: &random) * Self.dayUs) }
        let us = desk.story.nowUs + 60_000_000
        let moved = isPreferred ? member.preferredDay : member.commonDay
        let isLegal =
            count <= held && amount == paid && amount > 0 && amount <= model.netAssets
            && Self.day(us) >= moved && us >= openUs
            && (isPreferred || !(member.isActive || us < member.withdrewUs) || count < held)
        let id = "r\(step)"
        let isAtOnce = isLikely(3)
        let kind: ShareClass = isPreferred ? .preferred : .common
        try attempt(
            isAtOnce
                ? .redemption(name, shares: UInt32(count), amount: amount, class: kind)
                : .redemptionAccepted(id, name, shares: UInt32(count), amount: amount, class: kind), isLegal
        ) {
            if isAtOnce {
                $0.bank -= amount
            } else {
                $0.redemptions[id] = CoopModel.Redemption(member: name, amount: amount, us: us)
            }
            if isPreferred {
                $0.members[name]?.preferred -= count
                $0.members[name]?.preferredWorth -= amount
                $0.members[name]?.preferredDay = Self.day(us)
            } else {
                $0.members[name]?.common -= count
                $0.members[name]?.commonDay = Self.day(us)
            }
        }
        desk.story.nowUs = max(now, desk.story.nowUs)
    }

    private mutating func give() throws {
        let (name, other) = (someone(), someone())
        let isPreferred = isLikely(2)
        let member = model.members[name] ?? CoopModel.Member(groups: [])
        let held = isPreferred ? member.preferred : member.common
        let count = held > 0 && !isLikely(6) ? Int64.random(in: 1...held, using: &random) : held + 1
        let paid = isPreferred && held > 0 ? CoopModel.halfUp(member.preferredWorth * count, over: held) : count * 1_000
        let amount = isLikely(6) ? paid + 1 : paid
        let us = desk.story.nowUs + 60_000_000
        let moved = isPreferred ? member.preferredDay : member.commonDay
        let isLegal =
            count <= held && amount == paid && amount > 0 && name != other && Self.day(us) >= moved && us >= openUs
            && model.members[other]?.isActive == true
            && (isPreferred || !(member.isActive || us < member.withdrewUs) || count < held)
        let day = Self.day(us)
        try attempt(
            .transfer(of: UInt32(count), name, to: other, amount: amount, class: isPreferred ? .preferred : .common),
            isLegal
        ) {
            for (who, sign) in [(name, Int64(-1)), (other, 1)] {
                guard var member = $0.members[who] else { continue }
                if isPreferred {
                    member.preferred += sign * count
                    member.preferredWorth += sign * amount
                    member.preferredDay = max(day, member.preferredDay)
                } else {
                    member.common += sign * count
                    member.commonDay = max(day, member.commonDay)
                }
                $0.members[who] = member
            }
        }
    }

    private mutating func payRedemption() throws {
        guard let id = model.redemptions.keys.sorted().randomElement(using: &random),
            let redemption = model.redemptions[id]
        else { return try attempt(.redemptionPaid("none", 1), false) }
        let due = redemption.amount - redemption.paid
        let amount = isLikely(4) ? due + 1 : isLikely(2) ? max(1, due / 2) : due
        try attempt(
            .redemptionPaid(id, amount), amount > 0 && amount <= due && model.netAssets >= 0, after: redemption.us
        ) {
            $0.redemptions[id]?.paid += amount
            $0.bank -= amount
        }
    }

    // MARK: the year's end

    private mutating func close() throws {
        let known = model.years[year] ?? CoopModel.Year()
        let surplus = known.revenue - known.spent
        let time = "\(year + 1)-01-01T04:59:59Z"
        let year = year
        if isLikely(4) { try attempt(.close(UInt32(year), surplus: surplus + 1), false, at: time) }
        try attempt(.close(UInt32(year), surplus: surplus), true, at: time) { model in
            var closed = known
            closed.surplus = surplus
            for (name, member) in model.members where member.preferredWorth > 0 {
                closed.preferredAtEnd[name] = member.preferredWorth
            }
            model.years[year] = closed
            guard surplus < 0 else { return }
            let borne = min(-surplus, max(0, model.reserve))
            model.reserve -= borne
            model.deficit += -surplus - borne
        }
    }

    private mutating func interest() throws {
        guard let known = model.years[year] else { return }
        let name = known.preferredAtEnd.keys.sorted().randomElement(using: &random) ?? someone()
        let held = known.preferredAtEnd[name] ?? 0
        let rate = Int64.random(in: 1...150_000, using: &random)
        let right = CoopModel.halfUp(held, ppm: rate)
        let amount = isLikely(5) ? right + 1 : right
        let isLegal =
            held > 0 && amount == right && amount > 0 && amount <= model.allocatable(year) - model.deficit
            && known.interest[name] == nil
        let (year, us) = (year, nextUs)
        try attempt(.interest(UInt32(year), name, rate: UInt32(rate), amount), isLegal) {
            $0.years[year]?.interest[name] = amount
            $0.years[year]?.interestUs[name] = us
        }
        let due = model.years[year]?.interest[name] ?? 0
        let paid = model.years[year]?.interestPaid[name] ?? 0
        guard isLikely(2) else { return }
        let allocated = model.years[year]?.interestUs[name]
        try attempt(.interestPaid(UInt32(year), name, due), due > 0 && paid == 0, after: allocated) {
            $0.years[year]?.interestPaid[name] = due
            $0.bank -= due
        }
    }

    private mutating func resolve() throws {
        let wanted = Int64.random(in: 0...60_000, using: &random)
        let lawful = model.someLawful(year, dividends: wanted, sharesPart: Int64.random(in: 0...4, using: &random))
        for _ in 0..<2 {
            var plan = lawful
            let shift = Int64.random(in: 1...3_000, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: (plan.reserve, plan.cash) = (plan.reserve - shift, plan.cash + shift)
            case 1: (plan.community, plan.reserve) = (plan.community - shift, plan.reserve + shift)
            case 2: (plan.deficit, plan.reserve) = (plan.deficit - shift, plan.reserve + shift)
            case 3: (plan.deficit, plan.reserve) = (plan.deficit + shift, plan.reserve - shift)
            case 4: plan.rebates += 1
            default: (plan.reserve, plan.shares) = (plan.reserve - shift, plan.shares + shift)
            }
            if isLikely(2) { try propose(plan) }
        }
        if model.years[year]?.plan == nil, model.years[year]?.surplus ?? 0 >= 0 {
            try #require(model.isLawful(lawful, year), "seed \(seed): the model refuses its own plan \(lawful)")
        }
        try propose(lawful)
    }

    private mutating func propose(_ plan: CoopModel.Plan) throws {
        let (year, us) = (year, nextUs)
        let body = Body.resolution(
            UInt32(year), surplus: plan.sum, reserve: plan.reserve, rebates: plan.rebates, cash: plan.cash,
            shares: plan.shares, community: plan.community, deficit: plan.deficit)
        let meeting = Story.us("\(year + 1)-01-01T05:00:00Z")
        let causeUs = max(meeting, model.years[year]?.interestUs.values.max() ?? meeting)
        try attempt(body, model.isLawful(plan, year), after: causeUs) {
            $0.years[year]?.resolvedUs = us
            $0.years[year]?.plan = plan
            $0.reserve += plan.reserve
            $0.rebates += plan.rebates
            $0.community += plan.community
            $0.deficit -= plan.deficit
        }
    }

    private mutating func declare() throws {
        let parts = model.dividends(year)
        let year = year
        for name in (Self.names + ["tom"]).shuffled(using: &random) {
            let part = parts[name] ?? (0, 0, 0)
            if isLikely(6) {
                try attempt(
                    .declaration(UInt32(year), name, base: part.base, cash: part.cash + 1, shares: part.shares), false)
            }
            let isLegal = part.cash + part.shares > 0
            let us = nextUs
            try attempt(
                .declaration(UInt32(year), name, base: part.base, cash: part.cash, shares: part.shares), isLegal,
                after: model.years[year]?.resolvedUs
            ) {
                $0.years[year]?.declared.insert(name)
                $0.years[year]?.declaredUs[name] = us
            }
        }
    }

    private mutating func pay() throws {
        let parts = model.dividends(year)
        let year = year
        for name in Self.names where isLikely(2) {
            let day = Self.day(desk.story.nowUs + 60_000_000)
            let part = parts[name] ?? (0, 0, 0)
            let left = part.shares % CoopModel.sharePrice
            let (cash, shares) = (part.cash + left, part.shares - left)
            let before = model.paidIn[name]?[year + 1] ?? 0
            let taxed = min(cash + shares, max(0, before + cash + shares - 10_000))
            let withheld = CoopModel.halfUp(taxed, ppm: 150_000)
            let isDue = cash + shares > 0 && model.years[year]?.paid.contains(name) != true
            try attempt(
                .dividend(UInt32(year), name, cash: cash, shares: shares, withheld: withheld),
                isDue && cash >= withheld, after: model.years[year]?.declaredUs[name]
            ) {
                $0.years[year]?.paid.insert(name)
                $0.paidIn[name, default: [:]][year + 1, default: 0] += cash + shares
                $0.withheld += withheld
                $0.bank -= cash - withheld
                $0.members[name]?.common += shares / CoopModel.sharePrice
                if shares > 0 { $0.members[name]?.commonDay = day }
            }
        }
    }

    // MARK: what must hold

    func check() throws {
        let balances = desk.balances
        try #require(balances == model.balances, "seed \(seed)")
        try #require(balances.values.reduce(0, +) == 0, "seed \(seed)")
        let book = try #require(desk.book)
        // Declared dividends sum to the resolution exactly: nothing is left without an owner.
        for (number, year) in model.years where year.plan != nil {
            let sums = desk.views.index.counters(
                desk.views.key.begin(.declared).u16(book.id).u16(UInt16(number)).bytes)
            try #require(sums.first == year.plan?.cash && sums.second == year.plan?.shares, "seed \(seed): \(number)")
        }
        // The register is the shares accounts and the members' counts.
        var amounts: [UInt32: [ShareClass: Int64]] = [:]
        var counts: [UInt32: [ShareClass: Int64]] = [:]
        for row in desk.views.shareMovements(book) where row.movement != .repaid {
            let sign: Int64 = row.movement == .redeemed || row.movement == .transferredOut ? -1 : 1
            amounts[row.party, default: [:]][row.shareClass, default: 0] += sign * row.amountMinor
            counts[row.party, default: [:]][row.shareClass, default: 0] += sign * row.shares
        }
        for (name, member) in model.members {
            let party = desk.party(name)
            try #require(amounts[party]?[.common] ?? 0 == member.common * 1_000, "seed \(seed): \(name)")
            try #require(amounts[party]?[.preferred] ?? 0 == member.preferredWorth, "seed \(seed): \(name)")
            try #require(counts[party]?[.common] ?? 0 == member.common, "seed \(seed): \(name)")
            try #require(counts[party]?[.preferred] ?? 0 == member.preferred, "seed \(seed): \(name)")
        }
        try #require(desk.views.netAssets(book) == model.netAssets, "seed \(seed)")
        let active = model.members.values.filter(\.isActive).count
        let counted = desk.views.memberMovements(book).reduce(Int64(0)) { $0 + $1.admitted - $1.left }
        try #require(counted == Int64(active), "seed \(seed)")
    }
}
