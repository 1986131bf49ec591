import Accounting
import Commerce
import Events
import Fixtures
import Index
import Testing

/// Random histories of statements, matches and exceptions, legal and illegal, against a plain account of the same deeds.
@Suite("Random histories of reconciliation")
struct ReconciliationHistoriesTests {
    private static let deeds = 14

    @Test(arguments: 0..<40)
    func `both sides agree at the end of every day, and refused deeds leave nothing`(block: Int) throws {
        var (reviews, undone, suspended) = (0, 0, 0)
        for seed in UInt64(block * 250)..<UInt64(block * 250 + 250) {
            var random = Seeded(seed)
            var model = BankModel(openingMinor: Int64(seed % 3) * 100)
            let opening: [Body] = [
                .founding(), .calendar(), .identity("ana"), .identity("bob"),
                .reconciliationRule(one: 200, month: 500),
            ]
            let desk = try Desk(opening: opening)
            var accepted: [Event] = []
            try record(
                .bankAccount(from: "2017-01-28", opening: model.openingMinor), on: BankModel.days[0], desk, &accepted)
            for step in 0..<Self.deeds {
                let end = desk.reconciliation(through: BankModel.monthEnd)?.figures ?? []
                let deed = model.deed(desk.size, end, &random)
                var event = desk.story.proven(deed.body, at: BankModel.time(deed.day))
                event.actor = deed.actor
                do {
                    try desk.record(event)
                    try #require(deed.isLegal, "seed \(seed), step \(step): recorded \(event)")
                    accepted.append(event)
                    model = deed.after
                    if case .entryUnmatched = deed.body { undone += 1 }
                    if case .entrySuspended = deed.body { suspended += 1 }
                    try check(model, desk, "seed \(seed), step \(step): \(event)")
                } catch let refusal as Refusal {
                    try #require(!deed.isLegal, "seed \(seed), step \(step): \(refusal.text(.english)) \(event)")
                }
            }
            let quiet = try Desk(opening: opening)
            try quiet.replay(accepted)
            try #require(digests(quiet) == digests(desk), "seed \(seed)")
            let bare = try Desk(opening: opening, leavingOut: IndexByte.besideBalances)
            try bare.replay(accepted)
            try #require(bare.balances == desk.balances, "seed \(seed)")
            reviews += model.signed == nil ? 0 : 1
        }
        // The deeds that ask most of the rules came to pass.
        #expect(reviews > 0 && undone > 0 && suspended > 0, "\(reviews) \(undone) \(suspended)")
    }

    private func record(_ body: Body, on day: Int32, _ desk: Desk, _ accepted: inout [Event]) throws {
        let event = desk.story.event(body, at: BankModel.time(day))
        try desk.record(event)
        accepted.append(event)
    }

    private func digests(_ desk: Desk) -> [String] {
        desk.views.index.digests().map { "\($0.index) \($0.rows) \($0.digest)" }
    }

    private func check(_ model: BankModel, _ desk: Desk, _ place: String) throws {
        let account = try #require(desk.bankAccount())
        let book = try #require(desk.book)
        for day in BankModel.days {
            let both = desk.views.reconciliation(account, book, through: day)
            try #require(both.differenceMinor == 0, "\(place), day \(day)")
            try #require(both.statementMinor == model.statementMinor(through: day), "\(place), day \(day)")
            try #require(both.bookMinor == model.bookMinor(through: day), "\(place), day \(day)")
            if let signed = model.signed, day == BankModel.monthEnd {
                try #require(both.figures == signed, "\(place): what was signed changed")
            }
        }
        try #require(desk.views.openParts(account, .entry) == model.waiting(isEntry: true, .open), "\(place)")
        try #require(desk.views.openParts(account, .item) == model.waiting(isEntry: false, .open), "\(place)")
        try #require(desk.views.openParts(account, .suspended) == model.waiting(isEntry: true, .suspended), "\(place)")
        let balances = desk.balances
        try #require(balances == model.balances, "\(place)")
        try #require(balances.values.reduce(0, +) == 0, "\(place)")
    }
}

extension BankReconciliation {
    fileprivate var figures: [Int64] { [statementMinor, bookMinor, entriesOpenMinor, itemsOpenMinor] }
}

/// A second, plain account of one bank account: no groups, only what waits and what was posted.
private struct BankModel {
    /// Around the end of January 2017, and in March.
    static let days: [Int32] = [17_194, 17_196, 17_197, 17_198, 17_226]
    static let monthEnd: Int32 = 17_197

    static func date(_ day: Int32) -> String { CivilDate(clampingDays: Int64(day)).text }
    static func time(_ day: Int32) -> String { "\(date(day))T15:00:00Z" }

    enum State { case open, suspended, done }

    struct Part {
        let isEntry: Bool
        let amount: Int64
        let day: Int32
        var state = State.open
        var by: UInt64 = 0
        /// Where its amount went to suspense: the event and its day.
        var suspension: (by: UInt64, day: Int32)?
    }

    struct Resolution {
        let parts: [UInt64]
        let day: Int32
        /// On which its undoing would show first.
        let shows: Int32
        /// What it posted: account, amount.
        let posted: [(String, Int64)]
        var writtenOff: (month: String, amount: Int64)?
    }

    struct Deed {
        let body: Body
        let day: Int32
        var actor = "ana"
        let isLegal: Bool
        let after: BankModel
    }

    let openingMinor: Int64
    var parts: [UInt64: Part] = [:]
    var resolutions: [UInt64: Resolution] = [:]
    /// What was posted to the bank by day.
    var bank: [(day: Int32, amount: Int64)] = []
    var sums: [String: Int64] = [:]
    var statements = 0
    var references = 0
    var firstDay: Int32 = days[0]
    var throughDay: Int32 = days[0] - 1
    var closing: Int64
    var pending: [Int64] = []
    var locked: Int32 = days[0] - 1
    var isPrepared = false
    var signed: [Int64]?
    var writtenOff: [String: Int64] = [:]

    init(openingMinor: Int64) {
        self.openingMinor = openingMinor
        closing = openingMinor
        post(openingMinor, "liabilities:suspense 815", Self.days[0])
    }

    // MARK: readings

    func statementMinor(through day: Int32) -> Int64 {
        parts.values.filter { $0.isEntry && $0.day <= day }.reduce(openingMinor) { $0 + $1.amount }
    }

    func bookMinor(through day: Int32) -> Int64 { bank.filter { $0.day <= day }.reduce(0) { $0 + $1.amount } }

    func waiting(isEntry: Bool, _ state: State) -> [UInt64] {
        parts.filter { $0.value.isEntry == isEntry && $0.value.state == state }.keys.sorted()
    }

    var balances: [String: Int64] {
        var all = sums
        all["assets:bank 815"] = bookMinor(through: .max)
        return all.filter { $0.value != 0 }
    }

    // MARK: deeds

    /// - Parameter end: the figures of both sides at the month's end, which only a signature needs.
    func deed(_ next: UInt64, _ end: [Int64], _ random: inout Seeded) -> Deed {
        let day = Self.days.randomElement(using: &random) ?? Self.days[0]
        // What is done with entries and items comes mostly after them.
        let late = Int.random(in: 0..<3, using: &random) == 0 ? day : Self.days.last ?? day
        switch Int.random(in: 0..<17, using: &random) {
        case 0, 1: return item(next, Swift.max(day, locked + 1), &random)
        case 2, 3, 4, 5:
            return pending.isEmpty && Int.random(in: 0..<6, using: &random) != 0
                ? statement(day, &random) : entry(next, day, &random)
        case 6, 7, 8: return match(next, late, &random)
        case 9: return single(next, late, &random, .suspend)
        case 10: return single(next, late, &random, .fee)
        case 11: return single(next, late, &random, .writeOff)
        case 12, 13: return unmatch(late, &random)
        default: return sign(late, end, &random)
        }
    }

    private func amount(_ random: inout Seeded) -> Int64 {
        [100, -100, 200, -200, 300].randomElement(using: &random) ?? 100
    }

    private func item(_ next: UInt64, _ day: Int32, _ random: inout Seeded) -> Deed {
        let amount = amount(&random)
        var after = self
        after.parts[next] = Part(isEntry: false, amount: amount, day: day)
        after.post(amount, "expenses:rent ", day)
        return Deed(body: .cash(amount), day: day, isLegal: true, after: after)
    }

    private func statement(_ day: Int32, _ random: inout Seeded) -> Deed {
        let through = Bool.random(using: &random) ? Swift.max(day, throughDay, Self.monthEnd) : day
        let from = Swift.min(through, Bool.random(using: &random) ? Self.days[0] : through)
        let amounts = (0..<Int.random(in: 0...3, using: &random)).map { _ in amount(&random) }
        let off: Int64 = Int.random(in: 0..<5, using: &random) == 0 ? 1 : 0
        var after = self
        after.statements += 1
        after.firstDay = from
        after.throughDay = through
        after.pending = amounts
        after.closing = closing + amounts.reduce(0, +)
        return Deed(
            body: .bankStatement(
                "s\(after.statements)", from: Self.date(from), through: Self.date(through), opening: closing + off,
                closing: after.closing + off, entries: UInt32(amounts.count)),
            day: day,
            isLegal: pending.isEmpty && through >= throughDay && through > locked && off == 0, after: after)
    }

    private func entry(_ next: UInt64, _ day: Int32, _ random: inout Seeded) -> Deed {
        let isRight = Int.random(in: 0..<6, using: &random) != 0
        let booked = isRight ? Swift.min(Swift.max(day, firstDay), throughDay) : day
        let isKnown = !isRight && references > 0 && Bool.random(using: &random)
        let off: Int64 = !isRight && Bool.random(using: &random) ? 1 : 0
        let amount = (pending.first ?? 100) + off
        var after = self
        if !pending.isEmpty { after.pending.removeFirst() }
        // An amount that is not the file's shows at the latest in the last entry.
        if off != 0, !after.pending.isEmpty { after.pending[after.pending.count - 1] -= off }
        after.references += 1
        after.parts[next] = Part(isEntry: true, amount: amount, day: Swift.max(booked, locked + 1))
        return Deed(
            body: .bankEntry(
                "e\(isKnown ? references : after.references)", amount, of: "s\(statements)", on: Self.date(booked)),
            day: day,
            isLegal: !pending.isEmpty && !isKnown && (firstDay...throughDay).contains(booked)
                && (off == 0 || pending.count > 1),
            after: after)
    }

    /// Often two that fit, sometimes any.
    private func match(_ next: UInt64, _ day: Int32, _ random: inout Seeded) -> Deed {
        let entries = (waiting(isEntry: true, .open) + waiting(isEntry: true, .suspended)).sorted()
        let items = waiting(isEntry: false, .open)
        var chosen: (entries: [UInt64], items: [UInt64]) = ([], [])
        if Int.random(in: 0..<4, using: &random) != 0 {
            let pairs = entries.flatMap { entry in
                items.filter { parts[$0]?.amount == parts[entry]?.amount }.map { ([entry], [$0]) }
            }
            let doubles = entries.flatMap { first in
                entries.filter { $0 > first && parts[$0]?.amount == parts[first].map { -$0.amount } }
                    .map { ([first, $0], [UInt64]()) }
            }
            chosen = (pairs + doubles).randomElement(using: &random) ?? chosen
        }
        if chosen.entries.isEmpty {
            let all = parts.keys.sorted()
            chosen.entries = all.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }.filter {
                parts[$0]?.isEntry == true
            }
            chosen.items = all.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }.filter {
                parts[$0]?.isEntry == false
            }
        }
        let named = chosen.entries + chosen.items
        let known = named.compactMap { parts[$0] }
        let sum = known.reduce(Int64(0)) { $0 + ($1.isEntry ? $1.amount : -$1.amount) }
        let last = known.map { Swift.max($0.day, $0.suspension?.day ?? .min) }.max() ?? 0
        let isLegal =
            named.count >= 2 && sum == 0 && known.allSatisfy { $0.state != .done } && day >= last && day > locked
        var after = self
        let suspended = known.filter { $0.state == .suspended }.reduce(Int64(0)) { $0 + $1.amount }
        let plain = known.filter { $0.state == .open }.map(\.day).max()
        // What is taken from suspense counts from the match on.
        let shows = plain.map { suspended != 0 ? day : Swift.max($0, locked + 1) } ?? .max
        if suspended != 0 { after.post(-suspended, "liabilities:suspense 815", day) }
        for name in named {
            after.parts[name]?.state = .done
            after.parts[name]?.by = next
        }
        after.resolutions[next] = Resolution(
            parts: named, day: day, shows: shows,
            posted: [("", -suspended), ("liabilities:suspense 815", suspended)])
        return Deed(
            body: .match(chosen.entries, chosen.items), day: day, isLegal: isLegal, after: after)
    }

    private enum Single { case suspend, fee, writeOff }

    /// One part, mostly one that waits.
    private func single(_ next: UInt64, _ day: Int32, _ random: inout Seeded, _ kind: Single) -> Deed {
        let waiting = parts.filter { $0.value.state != .done }.keys.sorted()
        let name = (Bool.random(using: &random) ? waiting : parts.keys.sorted()).randomElement(using: &random) ?? 1
        let part = parts[name] ?? Part(isEntry: true, amount: 100, day: 0, state: .done)
        let month = String(Self.date(day).prefix(7))
        var isLegal = part.state != .done && day >= part.day && day > locked
        if kind != .writeOff { isLegal = isLegal && part.isEntry && part.state == .open }
        var after = self
        let posted = part.isEntry ? part.amount : -part.amount
        var other = ""
        switch kind {
        case .suspend: other = "liabilities:suspense 815"
        case .fee: other = "expenses:bank-fees "
        case .writeOff:
            other = posted > 0 ? "revenue:other " : "expenses:losses "
            let amount = abs(part.amount)
            isLegal =
                isLegal && amount <= 200 && amount + (writtenOff[month] ?? 0) <= 500
                && (part.suspension.map { day >= $0.day } ?? true)
            after.writtenOff[month, default: 0] += amount
        }
        var lines = [("", posted), (other, -posted)]
        var shows = day
        if kind == .writeOff, part.state == .suspended {
            lines = [("liabilities:suspense 815", posted), (other, -posted)]
            after.sums["liabilities:suspense 815", default: 0] += posted
            after.sums[other, default: 0] -= posted
            shows = .max
        } else {
            after.post(posted, other, day)
        }
        after.parts[name]?.by = next
        after.parts[name]?.state = kind == .suspend ? .suspended : .done
        if kind == .suspend { after.parts[name]?.suspension = (next, day) }
        after.resolutions[next] = Resolution(
            parts: [name], day: day, shows: shows, posted: lines,
            writtenOff: kind == .writeOff ? (month, abs(part.amount)) : nil)
        let body: Body =
            switch kind {
            case .suspend: .suspend(name)
            case .fee: .bankFee(name, -part.amount)
            case .writeOff: part.isEntry ? .writeOff(entry: name, part.amount) : .writeOff(item: name, part.amount)
            }
        return Deed(body: body, day: day, isLegal: isLegal, after: after)
    }

    private func unmatch(_ day: Int32, _ random: inout Seeded) -> Deed {
        let sequence = resolutions.keys.sorted().randomElement(using: &random) ?? 3
        guard let resolution = resolutions[sequence] else {
            return Deed(body: .unmatch(sequence), day: day, isLegal: false, after: self)
        }
        let stands = resolution.parts.allSatisfy { parts[$0]?.by == sequence }
        let isLegal =
            stands && day >= resolution.day && Swift.min(resolution.shows, resolution.day) > locked && day > locked
        var after = self
        for (account, amount) in resolution.posted {
            if account.isEmpty { after.bank.append((day, -amount)) } else { after.sums[account, default: 0] -= amount }
        }
        for name in resolution.parts {
            if let suspension = after.parts[name]?.suspension, suspension.by != sequence {
                after.parts[name]?.state = .suspended
                after.parts[name]?.by = suspension.by
            } else {
                after.parts[name]?.state = .open
                after.parts[name]?.by = 0
                after.parts[name]?.suspension = nil
            }
        }
        if let off = resolution.writtenOff { after.writtenOff[off.month, default: 0] -= off.amount }
        return Deed(body: .unmatch(sequence), day: day, isLegal: isLegal, after: after)
    }

    /// What waits at the month's end is not the model's to know: it signs what both sides say.
    private func sign(_ day: Int32, _ figures: [Int64], _ random: inout Seeded) -> Deed {
        let isReview = isPrepared && Bool.random(using: &random)
        let end = Self.monthEnd
        let actor = isReview && Int.random(in: 0..<3, using: &random) != 0 ? "bob" : "ana"
        let off: Int64 = Int.random(in: 0..<4, using: &random) == 0 ? 1 : 0
        var after = self
        if isReview {
            after.locked = end
            after.signed = figures
        } else {
            after.isPrepared = true
        }
        return Deed(
            body: .signature(
                "2017-01", isReview ? .reviewer : .preparer, statement: figures[0] + off, book: figures[1],
                entries: figures[2], items: figures[3]),
            day: day, actor: actor,
            isLegal: locked < end && pending.isEmpty && throughDay >= end && day > end && off == 0
                && (!isReview || actor == "bob"),
            after: after)
    }
}

extension BankModel {
    fileprivate mutating func post(_ amount: Int64, _ other: String, _ day: Int32) {
        bank.append((day, amount))
        sums[other, default: 0] -= amount
    }
}
