package import Accounting
import Bytes
import Commerce
import EventLog
import Events
package import Ledger

/// What a run of the rules did to an account.
package struct MatchOutcome: Sendable {
    package var account: String
    package var institution: String
    package var currency: Currency
    /// Events of each kind.
    package var matches = 0
    package var matchedEntries = 0
    package var fundsSettled = 0
    package var payoutsSettled = 0
    package var payoutsReturned = 0
    package var fees = 0
    package var chargebacks = 0
    package var suspended = 0
    /// What is left: entries that nothing matched, and items that no statement has.
    package var entriesLeft = 0
    package var itemsLeft = 0
    package var entriesLeftMinor: Int64 = 0
    package var itemsLeftMinor: Int64 = 0
    /// What the identity leaves: 0.
    package var differenceMinor: Int64 = 0
}

/// Matches an account: what the rules prove is recorded, the rest stays an exception.
///
/// An entry that proves money to have moved which the books only expect makes that event first (fundsSettled, payoutSettled, payoutReturned), caused by the
/// entry, then is matched with it. A run that was killed between the two goes on by the causes.
package struct MatchRun {
    package var recording: Recording
    package var account: String
    /// Unmatched entries older than so many business days go to liabilities:suspense; `nil`: none.
    package var suspendAfter: Int?

    package init(_ recording: Recording, account: String, suspendAfter: Int? = nil) {
        self.recording = recording
        self.account = account
        self.suspendAfter = suspendAfter
    }

    /// Rounds of the rules in a run.
    private static let roundsMost = 8

    package func run(_ store: LedgerStore, proceed: () throws -> Void = {}) throws -> MatchOutcome {
        let snapshot = try LedgerSnapshot(store)
        let writer = try LedgerWriter(store)
        defer { writer.close() }
        let work = MatchWork(
            recording, account, try snapshot.views.named(recording.book),
            try snapshot.views.bankAccount(named: account, snapshot.views.named(recording.book)), snapshot, writer)
        try work.isComplete()
        try proceed()
        try work.matchCaused()
        try proceed()
        try work.takeChargebacks()
        try proceed()
        // What is matched may leave another as the only one: a second run adds nothing.
        var (round, known) = (0, -1)
        while round < Self.roundsMost, work.outcome.matches + work.outcome.fees != known {
            known = work.outcome.matches + work.outcome.fees
            try work.matchByRules()
            try proceed()
            round += 1
        }
        try work.returnPayouts()
        if let suspendAfter {
            try proceed()
            try work.suspend(after: suspendAfter)
        }
        return try work.finished()
    }
}

/// A run under way.
final class MatchWork {
    let recording: Recording
    let account: String
    let snapshot: LedgerSnapshot
    let writer: LedgerWriter
    var book: Book
    var record: BankAccountRecord
    var outcome: MatchOutcome
    private var batch: EventBatch
    /// What persons took apart before this run.
    private let undone: UndoneMatches

    var views: Views { snapshot.views }

    init(
        _ recording: Recording, _ account: String, _ book: Book, _ record: BankAccountRecord,
        _ snapshot: LedgerSnapshot,
        _ writer: LedgerWriter
    ) {
        self.recording = recording
        self.account = account
        self.book = book
        self.record = record
        self.snapshot = snapshot
        self.writer = writer
        batch = EventBatch(book, actor: recording.actor)
        undone = UndoneMatches(account, record, snapshot.views)
        outcome = MatchOutcome(
            account: account, institution: snapshot.views.partyName(record.institution), currency: record.currency)
    }

    /// Records what was proposed, and looks at the ledger anew.
    @discardableResult
    private func commit() throws -> [UInt64] {
        let sequences = try batch.record(writer)
        try snapshot.renew()
        book = try views.named(recording.book)
        record = try views.bankAccount(named: account, book)
        batch = EventBatch(book, actor: recording.actor)
        return sequences
    }

    /// Records one event by itself; `nil` where the rules of the book refuse it, which is for a person then.
    func attempt(
        _ words: [String], atUs: Int64, cause: UInt64, _ body: (EventWriter) -> Void
    ) throws -> UInt64? {
        try commit()
        try batch.add(key: [account] + words, atUs: atUs, cause: cause, body)
        do {
            return try commit().first
        } catch is Refusal {
            batch = EventBatch(book, actor: recording.actor)
            return nil
        }
    }

    func atUs(_ day: Int32) -> Int64 { book.openNoonUs(day, after: record.lockedThrough) }

    /// What is alone of its amount among a part of a statement may not be among all of it.
    func isComplete() throws(LedgerError) {
        guard record.pendingEntries > 0 else { return }
        throw LedgerError(
            .badInput, account,
            Text(
                "il manque \(record.pendingEntries) lignes au dernier relevé",
                "\(record.pendingEntries) entries of the last statement are missing"),
            remedy: Text("inscrire le reste du relevé", "record the rest of the statement"))
    }

    // MARK: causes

    /// Matches entries with what they caused: what an earlier run began, or this one.
    func matchCaused() throws {
        let open = Set(openEntries())
        var groups: [UInt64: (items: [UInt64], minor: Int64, rule: MatchRule)] = [:]
        for item in views.openParts(record, .item) {
            guard let event = views.event(item), event.source.string == EventBatch.source,
                let entry = entry(behind: event), open.contains(entry), let part = views.bankPart(record, item)
            else { continue }
            let word = EventBatch.parts(event.key.string, book).dropFirst(3).first.map(String.init) ?? ""
            groups[entry, default: ([], 0, MatchRule(word: word))].items.append(item)
            groups[entry]?.minor += part.amountMinor
        }
        for entry in groups.keys.sorted() {
            guard let group = groups[entry], let part = views.bankPart(record, entry), part.amountMinor == group.minor,
                !undone.forbids([entry], group.items)
            else { continue }
            try match([entry], group.items, group.rule)
        }
        try commit()
    }

    /// The entry that an event of ours comes from: its cause, or that in its key where a chargeback stands between them.
    private func entry(behind event: EventView) -> UInt64? {
        guard let cause = event.cause?.sequence else { return nil }
        guard views.event(cause)?.kind == .chargebackReceived else { return cause }
        let words = event.key.string.split(separator: "/")
        return words.first.map(String.init) == account && words.count > 1 ? UInt64(words[1]) : nil
    }

    func openEntries() -> [UInt64] {
        (views.openParts(record, .entry) + views.openParts(record, .suspended)).sorted()
    }

    /// Proposes a match, where one event can hold it.
    private func match(_ entries: [UInt64], _ items: [UInt64], _ rule: MatchRule) throws {
        guard entries.count <= Matches.partsMax, items.count <= Matches.rangedPartsMax,
            let first = entries.first ?? items.first
        else { return }
        let days = (entries + items).compactMap { views.bankPart(record, $0)?.day }
        let entries = entries.sorted()
        let items = items.sorted()
        try flush()
        try batch.add(key: [account, "\(first)", "matched@\(snapshot.head.count)"], atUs: atUs(days.max() ?? 0)) {
            event in
            event.entryMatched { body in
                body.account(account)
                for entry in entries { body.entries { $0.sequence(entry) } }
                if items.count <= Matches.partsMax {
                    for item in items { body.items { $0.sequence(item) } }
                }
                body.rule(rule)
                guard items.count > Matches.partsMax else { return }
                for range in Self.ranges(items) {
                    body.itemRanges {
                        $0.first(range.lowerBound)
                        $0.last(range.upperBound)
                    }
                }
            }
        }
        outcome.matches += 1
        outcome.matchedEntries += entries.count
    }

    /// Ascending sequences as ranges of those that follow each other: what one file of payouts settled is recorded one behind the other.
    private static func ranges(_ sequences: [UInt64]) -> [ClosedRange<UInt64>] {
        var ranges: [ClosedRange<UInt64>] = []
        for sequence in sequences {
            if let last = ranges.last, sequence == last.upperBound + 1 {
                ranges[ranges.count - 1] = last.lowerBound...sequence
            } else {
                ranges.append(sequence...sequence)
            }
        }
        return ranges
    }

    private func flush() throws { if batch.isFull { try commit() } }

    // MARK: rules

    func matchByRules() throws {
        let terms = ReconciliationTerms.policy(book, at: atUs(record.throughDay))
        let policy = MatchingPolicy(terms)
        let chargeMax = terms?.chargeMaxMinor ?? 0
        // An entry whose match a person took apart is for a person; what it would have taken is there for others.
        var parted = undone.disproved
        var scene = try MatchScene(record, book, views, openEntries().filter { !parted.contains($0) })
        guard scene.entries.count > 0 else { return }
        func run() throws -> MatchingOutcome {
            try Matching.run(scene.entries, against: scene.items, policy: policy, calendar: MatchScene.calendar)
        }
        var found = try run()
        while case let again = Set(
            found.matches.filter { undone.forbids(found.entries(of: $0), found.items(of: $0)) }
                .flatMap { Array(found.entries(of: $0)) }), !again.isEmpty
        {
            parted.formUnion(again)
            scene = try MatchScene(record, book, views, openEntries().filter { !parted.contains($0) })
            found = try run()
        }
        var settling: [(match: MatchingOutcome.Match, expected: [ExpectedMoney])] = []
        for match in found.matches {
            let expected = found.items(of: match).compactMap { scene.expected[$0] }
            if expected.isEmpty {
                try self.match(Array(found.entries(of: match)), Array(found.items(of: match)), MatchRule(match.rule))
            } else {
                settling.append((match, expected))
            }
        }
        for fee in found.classifications where fee.kind == .fee { try charge(fee, most: chargeMax) }
        try commit()
        for (match, expected) in settling {
            let entries = Array(found.entries(of: match))
            guard let first = entries.first else { continue }
            try settle(expected, by: first, match)
        }
        try commit()
        try matchCaused()
        try matchRest(settling.map(\.match), found, scene)
    }

    /// Matches of several entries, or of what is expected together with what is in the books: their items are in the books now.
    private func matchRest(_ matches: [MatchingOutcome.Match], _ found: MatchingOutcome, _ scene: MatchScene) throws {
        let open = Set(openEntries())
        var caused: [UInt64: [UInt64]] = [:]
        for item in views.openParts(record, .item) {
            guard let event = views.event(item), event.source.string == EventBatch.source,
                let entry = event.cause?.sequence
            else { continue }
            caused[entry, default: []].append(item)
        }
        for match in matches {
            let entries = Array(found.entries(of: match))
            guard entries.allSatisfy(open.contains), let first = entries.first else { continue }
            let items = found.items(of: match).filter { scene.expected[$0] == nil } + (caused[first] ?? [])
            let sums = [entries, items].map {
                $0.reduce(Int64(0)) { $0 + (views.bankPart(record, $1)?.amountMinor ?? 0) }
            }
            if sums[0] == sums[1], !undone.forbids(entries, items) {
                try self.match(entries, items, MatchRule(match.rule))
            }
        }
        try commit()
    }

    /// Books what the institution charges, up to the policy's limit: beyond it a person looks first.
    private func charge(_ fee: MatchingOutcome.Classification, most chargeMax: Int64) throws {
        guard let part = views.bankPart(record, fee.entry), part.resolution == 0, !undone.charged.contains(fee.entry),
            // Expenses are in the book's currency: a charge in another one stays an exception.
            record.currency == book.currency,
            chargeMax == 0 || part.amountMinor >= -chargeMax
        else { return }
        try flush()
        try batch.add(
            key: [account, "\(fee.entry)", "fee@\(snapshot.head.count)"], atUs: atUs(part.day), cause: fee.entry
        ) { event in
            event.bankFeeCharged {
                $0.account(account)
                $0.entry(fee.entry)
                $0.amountMinor(-part.amountMinor)
                $0.currency(record.currency.code)
            }
        }
        outcome.fees += 1
    }

    /// The events of what the books expected and an entry proves.
    private func settle(_ expected: [ExpectedMoney], by entry: UInt64, _ match: MatchingOutcome.Match) throws {
        guard let part = views.bankPart(record, entry) else { return }
        let word = "\(MatchRule(match.rule))"
        let captures = expected.compactMap { item -> (day: Int32, amountMinor: Int64)? in
            if case .captures(let day, let amountMinor) = item { return (day, amountMinor) }
            return nil
        }
        let fees = try Self.shares(of: match.feeMinor, captures.map(\.amountMinor))
        for (capture, fee) in zip(captures, fees) {
            try flush()
            let day = CivilDate(clampingDays: Int64(capture.day)).text
            try batch.add(
                key: [account, "\(entry)", "settled", word, day], atUs: atUs(max(part.day, capture.day)), cause: entry
            ) { event in
                event.fundsSettled {
                    $0.institution(outcome.institution)
                    $0.captureDate(day)
                    $0.grossMinor(capture.amountMinor)
                    $0.feesMinor(fee)
                    $0.valueDate(CivilDate(clampingDays: Int64(part.valueDay)).text)
                    $0.currency(record.currency.code)
                }
            }
            outcome.fundsSettled += 1
        }
        for item in expected {
            guard case .payout(let name, let sequence) = item else { continue }
            try flush()
            try batch.add(
                key: [account, "\(entry)", "settled", word, name],
                atUs: max(atUs(part.day), views.effectiveAtUs(sequence)), cause: entry
            ) { event in event.payoutSettled { $0.payout(name) } }
            outcome.payoutsSettled += 1
        }
    }

    /// The fee of a deposit, shared over its days by their captures.
    static func shares(of feeMinor: Int64, _ captures: [Int64]) throws(MoneyError) -> [Int64] {
        guard feeMinor > 0, captures.contains(where: { $0 > 0 }) else { return captures.map { _ in 0 } }
        return try LargestRemainder.shares(
            pool: feeMinor, bases: captures.map { max(0, $0) }, tieBreak: Array(captures.indices))
    }

    // MARK: returns

    /// Payouts that came back: an entry with a return code, the reference of a payout that settled, and its amount.
    func returnPayouts() throws {
        // A payout comes back once: a second entry that says so is for a person.
        var returned: Set<String> = []
        for entry in openEntries() {
            guard let body = views.read(StatementEntryImportedView.self, entry), !body.returnCode.isEmpty,
                let code = PayoutReturn.code(body.returnCode.string), let part = views.bankPart(record, entry)
            else { continue }
            let name = body.endToEnd.string
            guard let payout = Array(name.utf8).withBytes({ views.payout($0, book) }), payout.isSettled,
                !payout.isReturned, payout.amountMinor == part.amountMinor, views.leaves(payout, from: record, book),
                returned.insert(name).inserted
            else { continue }
            try flush()
            try batch.add(
                key: [account, "\(entry)", "returned", "\(MatchRule.reference)", name],
                atUs: max(atUs(part.day), views.effectiveAtUs(payout.sequence)), cause: entry
            ) { event in
                event.payoutReturned {
                    $0.payout(name)
                    $0.returnCode(code)
                }
            }
            outcome.payoutsReturned += 1
        }
        try commit()
        try matchCaused()
    }

    // MARK: suspense

    func suspend(after days: Int) throws {
        for entry in views.openParts(record, .entry) {
            guard let part = views.bankPart(record, entry) else { continue }
            let age = MatchScene.calendar.age(
                expected: CivilDate(clampingDays: Int64(part.day)),
                asOf: CivilDate(clampingDays: Int64(record.throughDay)))
            guard age > days else { continue }
            try flush()
            try batch.add(
                key: [account, "\(entry)", "suspended@\(snapshot.head.count)"], atUs: atUs(part.day), cause: entry
            ) { event in
                event.entrySuspended {
                    $0.account(account)
                    $0.entry(entry)
                    $0.reason("aucune écriture ne correspond après \(days) jours ouvrables")
                }
            }
            outcome.suspended += 1
        }
        try commit()
    }

    func finished() throws -> MatchOutcome {
        let side = views.reconciliation(record, book, through: .max)
        // What the books post after the last statement is on its way.
        outcome.differenceMinor = side.differenceMinor
        for entry in openEntries() {
            outcome.entriesLeft += 1
            outcome.entriesLeftMinor += views.bankPart(record, entry)?.amountMinor ?? 0
        }
        for item in views.openParts(record, .item) {
            guard let part = views.bankPart(record, item), part.day <= record.throughDay else { continue }
            outcome.itemsLeft += 1
            outcome.itemsLeftMinor += part.amountMinor
        }
        try snapshot.check()
        return outcome
    }
}

/// Codes of returns as CPA Standard 005 has them.
enum PayoutReturn {
    /// "902" of "902" or of the ISO reasons that say the same; `nil` where there is none.
    static func code(_ given: String) -> String? {
        if given.utf8.count == 3, given.first == "9", FieldText.number(given) != nil { return given }
        switch given {
        case "AM04": return "901"
        case "AC01", "AC02", "AC03", "BE01": return "902"
        case "MS02", "DUPL": return "903"
        case "AC04", "MD07": return "905"
        case "AC06": return "907"
        default: return given.isEmpty ? nil : "900"
        }
    }
}

extension MatchRule {
    /// The rule as events have it.
    init(_ rule: MatchingRule) {
        switch rule {
        case .reversal: self = .reversal
        case .reference, .referencePrefix, .referenceText: self = .reference
        case .referenceGroup, .batch, .settlement, .subset: self = .group
        case .amountAndParty: self = .amountParty
        case .amountAlone: self = .amount
        case .split: self = .parts
        }
    }

    init(word: String) {
        let all: [MatchRule] = [.reference, .amountParty, .amount, .group, .parts, .reversal]
        self = all.first { "\($0)" == word } ?? .reference
    }
}

extension MatchingPolicy {
    /// The recorded policy in the terms of the rules; their own where there is none.
    init(_ policy: ReconciliationPolicyView?) {
        self.init()
        guard let policy else { return }
        if policy.windowDays > 0 { daysAfter = Int32(clamping: policy.windowDays) }
        fees = FeeBounds(
            leastPpm: 0, mostPpm: policy.feeMaxPpm, leastFixedMinor: 0, mostFixedMinor: policy.feeMaxMinor)
        let named = Array(policy.rules)
        guard !named.isEmpty else { return }
        rules = named.flatMap { rule in MatchingRule.allCases.filter { $0 != .referenceGroup && MatchRule($0) == rule }
        }
    }
}
