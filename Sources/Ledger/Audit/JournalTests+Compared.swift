import Accounting
import Bytes
import Commerce
import Events

/// The tests that compare entries with each other.
extension JournalTests {
    private struct Shape: Hashable {
        let kind: EventKind
        let lines: [AuditEntry.Line]
    }

    /// Entries of one kind with the same accounts, parties and amounts, a few days apart. A correction mirrors what it corrects and is none.
    func duplicates(_ entries: [AuditEntry]) -> [AuditFinding] {
        var newest: [Shape: AuditEntry] = [:]
        var findings: [AuditFinding] = []
        for entry in entries where entry.kind != .correctionPosted {
            let shape = Shape(
                kind: entry.kind,
                lines: entry.lines.sorted {
                    ($0.account, $0.party, $0.currency, $0.amountMinor) < (
                        $1.account, $1.party, $1.currency, $1.amountMinor
                    )
                })
            if let before = newest[shape], (Int64(entry.day) - Int64(before.day)).magnitude <= settings[.duplicatesDays]
            {
                findings.append(
                    finding(
                        .duplicates, entry, with: [before.sequence],
                        Text(
                            "mêmes comptes, parties et montants que \(before.sequence)",
                            "the same accounts, parties and amounts as \(before.sequence)")))
            }
            newest[shape] = entry
        }
        return findings
    }

    private struct Pair: Hashable {
        let debit: UInt16
        let credit: UInt16
    }

    /// Accounts that seldom meet.
    func pairs(_ entries: [AuditEntry]) -> [AuditFinding] {
        guard entries.count >= settings[.pairsPopulationMin] else { return [] }
        var counts: [Pair: Int64] = [:]
        for entry in entries { for pair in Self.pairs(entry) { counts[pair, default: 0] += 1 } }
        return entries.compactMap { entry in
            let seldom = Self.pairs(entry).filter { (counts[$0] ?? 0) <= settings[.pairsEntriesMax] }
                .sorted { ($0.debit, $0.credit) < ($1.debit, $1.credit) }
            guard let pair = seldom.first else { return nil }
            let debit = views.accountName(pair.debit, book: period.book.id)
            let credit = views.accountName(pair.credit, book: period.book.id)
            let times = counts[pair] ?? 0
            return finding(
                .pairs, entry,
                Text(
                    "\(debit) débité contre \(credit) : \(times) fois dans l’exercice",
                    "\(debit) debited against \(credit): \(times) in the year"))
        }
    }

    /// Every account debited with every one credited.
    private static func pairs(_ entry: AuditEntry) -> Set<Pair> {
        let debits = Set(entry.lines.filter { $0.amountMinor > 0 }.map(\.account))
        let credits = Set(entry.lines.filter { $0.amountMinor < 0 }.map(\.account))
        return Set(debits.flatMap { debit in credits.map { Pair(debit: debit, credit: $0) } })
    }

    /// Who seldom records a kind that a few people record often; and manual entries of nobody.
    ///
    /// Kinds of many actors are what people record themselves, each their own: nobody there is unusual.
    func actors(_ all: [EventKind: [String: [UInt64]]], _ snapshot: LedgerSnapshot) throws(LedgerError)
        -> [AuditFinding]
    {
        var wanted: [UInt64: Text] = [:]
        for (kind, actors) in all {
            let total = actors.values.reduce(0) { $0 + $1.count }
            for (actor, sequences) in actors {
                if actor.isEmpty, settings.kinds.contains(kind) {
                    for sequence in sequences { wanted[sequence] = Text("aucun auteur", "no actor") }
                } else if total >= settings[.actorsPopulationMin], actors.count <= settings[.actorsDistinctMax],
                    actors.count > 1, sequences.count <= settings[.actorsEntriesMax]
                {
                    for sequence in sequences {
                        wanted[sequence] = Text(
                            "\(actor) : \(sequences.count) de \(total) de ce type",
                            "\(actor): \(sequences.count) of \(total) of this type")
                    }
                }
            }
        }
        guard !wanted.isEmpty else { return [] }
        let found = Found()
        let asked = wanted
        try snapshot.entries(of: period.book) { entry, _ in
            if asked[entry.sequence] != nil { found.entries.append(entry) }
        }
        return found.entries.compactMap { entry in asked[entry.sequence].map { finding(.actors, entry, $0) } }
    }

    private final class Found {
        var entries: [AuditEntry] = []
    }

    // MARK: numbering

    /// Numbers missing from series such as "invoice-1", "invoice-2", by source, and numbers used twice.
    ///
    /// The log itself has no gaps (`audit verify`); these are the numbers that the systems before it gave.
    func gaps(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [AuditFinding] {
        var series: [String: [(number: UInt64, sequence: UInt64)]] = [:]
        var failed = false
        let (name, book) = (Array(period.book.name.utf8), period.book)
        try snapshot.events { sequence, event in
            guard event.book.array == name else { return }
            guard let (prefix, number) = Self.numbered(event.key.string), !Self.endsInDate(prefix) else { return }
            series["\(event.source.string) \(prefix)", default: []].append((number, sequence))
        }
        var findings: [AuditFinding] = []
        for (prefix, unsorted) in series where unsorted.count >= settings[.gapsSeriesMin] {
            let numbers = unsorted.sorted { ($0.number, $0.sequence) < ($1.number, $1.sequence) }
            guard let first = numbers.first, let last = numbers.last else { continue }
            let span = last.number - first.number + 1
            let isSeries =
                UInt128(numbers.count) * 1_000_000 >= UInt128(span) * UInt128(UInt64(settings[.gapsDensityPpm]))
            // Names such as "household-17" are numbers, too; but only numbers that are given one after the other can be missing.
            let rising = zip(unsorted, unsorted.dropFirst()).count { $0.number < $1.number }
            guard isSeries, rising * 10 >= (unsorted.count - 1) * 9 else { continue }
            for (before, after) in zip(numbers, numbers.dropFirst()) where after.number != before.number + 1 {
                guard let event = snapshot.views.event(after.sequence) else {
                    failed = true
                    continue
                }
                let day = book.day(event.effectiveAt.map(microseconds) ?? 0)
                guard period.contains(day) else { continue }
                let reason =
                    after.number == before.number
                    ? Text("\(prefix)\(after.number) deux fois", "\(prefix)\(after.number) twice")
                    : after.number == before.number + 2
                        ? Text("il manque \(prefix)\(before.number + 1)", "\(prefix)\(before.number + 1) is missing")
                        : Text(
                            "il manque \(prefix)\(before.number + 1) à \(after.number - 1)",
                            "\(prefix)\(before.number + 1) to \(after.number - 1) are missing")
                findings.append(
                    AuditFinding(
                        test: .gaps, sequences: [after.sequence, before.sequence],
                        day: CivilDate(clampingDays: Int64(day)),
                        recordedDay: CivilDate(
                            clampingDays: Int64(book.day(Int64(clamping: event.recordedAtUs ?? 0)))),
                        kind: EventKind(rawValue: event.bodyField), amountMinor: 0, accounts: [],
                        actor: event.actor.string, reason: reason))
            }
        }
        if failed { try snapshot.check() }
        return findings
    }

    /// Whether what stands before a number is a year, or a year and a month: the number is of a calendar then, as in "settlement-2017-12-25".
    static func endsInDate(_ prefix: String) -> Bool {
        let parts = prefix.utf8.split(separator: 0x2D, omittingEmptySubsequences: false)
        func isNumber(_ part: String.UTF8View.SubSequence, _ digits: ClosedRange<Int>) -> Bool {
            digits.contains(part.count) && part.allSatisfy { (0x30...0x39).contains($0) }
        }
        // The last part is empty where a hyphen ends the prefix.
        guard parts.count >= 2, parts.last?.isEmpty == true else { return false }
        let last = parts[parts.count - 2]
        return isNumber(last, 4...4)
            || parts.count >= 3 && isNumber(last, 1...2) && isNumber(parts[parts.count - 3], 4...4)
    }

    /// A key such as "f-0012" as "f-" and 12; `nil` where it does not end in a number of 1 to 15 digits.
    static func numbered(_ key: String) -> (prefix: String, number: UInt64)? {
        let digits = key.utf8.reversed().prefix { (0x30...0x39).contains($0) }.count
        guard (1...15).contains(digits), let number = UInt64(key.suffix(digits)) else { return nil }
        return (String(key.dropLast(digits)), number)
    }
}
