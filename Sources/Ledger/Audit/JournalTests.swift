package import Accounting
import Bytes
package import Commerce
package import Events

/// Something for an auditor to look into. Amounts in minor units of the book's currency.
package struct AuditFinding: Sendable {
    package let test: AuditTest
    /// The event, then those that it is compared with.
    package let sequences: [UInt64]
    /// `nil` where the finding is of the year as a whole.
    package let day: CivilDate?
    package let recordedDay: CivilDate?
    package let kind: EventKind?
    /// 0 where the finding is of no one entry.
    package let amountMinor: Int64
    package let accounts: [String]
    package let actor: String
    package let reason: Text
}

/// The journal-entry tests of a year (CAS 240, 33(a) and A44 to A45): nothing is judged, everything is shown.
package struct JournalTests {
    let period: AuditPeriod
    let settings: AuditSettings
    let views: Views

    /// - Complexity: O(events), in memory O(entries of the office).
    package static func run(_ period: AuditPeriod, _ settings: AuditSettings, _ snapshot: LedgerSnapshot)
        throws(LedgerError) -> [AuditFinding]
    {
        let tests = JournalTests(period: period, settings: settings, views: snapshot.views)
        let seen = Seen()
        let office = Set(settings.kinds)
        // Kinds that pay out are compared with each other for duplicates, too.
        let kept = office.union([.payoutInstructed])
        let (book, currency) = (period.book, period.book.currency.rawValue)
        try snapshot.entries(of: book) { entry, event in
            guard period.contains(entry.day) else { return }
            seen.digits.count(entry, currency)
            seen.actors[entry.kind, default: [:]][entry.actor, default: []].append(entry.sequence)
            let isLate = Int64(entry.recordedDay) - Int64(entry.day) > settings[.backdatedDays]
            let isAfterClose = period.record.map { entry.sequence > $0.closedSequence } ?? false
            let isLarge = settings[.largeAmount] > 0 && entry.debitsMinor(book) >= settings[.largeAmount]
            if kept.contains(entry.kind) || isLate || isAfterClose || isLarge {
                seen.entries.append((entry, ManualPeople(event)))
            }
        }
        var findings: [AuditFinding] = []
        if settings.tests.contains(.gaps) { findings += try tests.gaps(snapshot) }
        findings += tests.each(seen.entries.filter { office.contains($0.entry.kind) })
        findings += tests.late(seen.entries.map(\.entry))
        findings += tests.duplicates(seen.entries.filter { kept.contains($0.entry.kind) }.map(\.entry))
        findings += tests.pairs(seen.entries.map(\.entry).filter { office.contains($0.kind) })
        findings += try tests.actors(seen.actors, snapshot)
        findings += tests.benford(seen.digits)
        try snapshot.check()
        let order = Dictionary(uniqueKeysWithValues: AuditTest.allCases.enumerated().map { ($1, $0) })
        return findings.filter { settings.tests.contains($0.test) }.sorted {
            (order[$0.test] ?? 0, $0.sequences.first ?? 0) < (order[$1.test] ?? 0, $1.sequences.first ?? 0)
        }
    }

    /// What one walk of the log leaves behind.
    private final class Seen {
        var entries: [(entry: AuditEntry, people: ManualPeople?)] = []
        var actors: [EventKind: [String: [UInt64]]] = [:]
        var digits = FirstDigits()
    }

    func finding(_ test: AuditTest, _ entry: AuditEntry, with others: [UInt64] = [], _ reason: Text) -> AuditFinding {
        AuditFinding(
            test: test, sequences: [entry.sequence] + others, day: CivilDate(clampingDays: Int64(entry.day)),
            recordedDay: CivilDate(clampingDays: Int64(entry.recordedDay)), kind: entry.kind,
            amountMinor: entry.debitsMinor(period.book), accounts: entry.accounts(period.book, views),
            actor: entry.actor, reason: reason)
    }

    private func amount(_ minor: Int64) -> Text {
        Text(shown(minor, period.book.currency, .french), shown(minor, period.book.currency, .english))
    }

    // MARK: one entry at a time

    /// Round amounts, weekends, holidays, revenue by hand, scant reasons.
    private func each(_ entries: [(entry: AuditEntry, people: ManualPeople?)]) -> [AuditFinding] {
        var findings: [AuditFinding] = []
        for (entry, people) in entries {
            let debits = entry.debitsMinor(period.book)
            let unit = settings[.roundUnit]
            if unit > 0, debits > 0, debits % unit == 0 {
                let text = amount(unit)
                findings.append(
                    finding(.round, entry, Text("multiple de \(text.french)", "a multiple of \(text.english)")))
            }
            findings += closedDays(entry)
            guard let people else { continue }
            let revenue = entry.lines.filter {
                $0.amountMinor < 0 && views.accountClass($0.account, book: period.book.id) == .revenue
            }
            if !revenue.isEmpty {
                findings.append(
                    finding(
                        .revenue, entry,
                        Text("un produit crédité par écriture manuelle", "revenue credited by a manual entry")))
            }
            let letters = people.reason.count { $0.isLetter }
            if letters < settings[.reasonLettersMin] {
                findings.append(
                    finding(
                        .reason, entry,
                        Text(
                            "motif de \(letters) lettres : « \(people.reason) »",
                            "a reason of \(letters) letters: \"\(people.reason)\"")))
            }
        }
        return findings
    }

    private func closedDays(_ entry: AuditEntry) -> [AuditFinding] {
        var findings: [AuditFinding] = []
        let days: [(bit: Int64, day: Int32, said: Text)] = [
            (1, entry.recordedDay, Text("inscrite", "recorded")), (2, entry.day, Text("datée", "dated")),
        ]
        for (bit, number, said) in days where settings[.daysBasis] & bit != 0 {
            let day = CivilDate(clampingDays: Int64(number))
            if day.weekday >= 6, !findings.contains(where: { $0.test == .weekend }) {
                let (french, english) = day.weekday == 6 ? ("samedi", "Saturday") : ("dimanche", "Sunday")
                findings.append(
                    finding(
                        .weekend, entry,
                        Text("\(said.french) le \(french) \(day.text)", "\(said.english) on \(english) \(day.text)")))
            }
            if let holiday = Holiday.on(day, in: settings.jurisdictions),
                !findings.contains(where: { $0.test == .holiday })
            {
                findings.append(
                    finding(
                        .holiday, entry,
                        Text(
                            "\(said.french) le \(day.text) : \(holiday.name.french)",
                            "\(said.english) on \(day.text): \(holiday.name.english)")))
            }
        }
        return findings
    }

    private static let ofTheClose: Set<EventKind> = [.fiscalYearClosed, .allocationResolved, .shareInterestAllocated]

    /// Entries of any kind that came late: after the close of their year, or long after the fact.
    private func late(_ entries: [AuditEntry]) -> [AuditFinding] {
        var findings: [AuditFinding] = []
        for entry in entries {
            if let record = period.record, entry.sequence > record.closedSequence, entry.kind != .fiscalYearClosed {
                findings.append(
                    finding(
                        .afterClose, entry, with: [record.closedSequence],
                        Text(
                            "datée de l’exercice, inscrite après sa clôture (\(record.closedSequence))",
                            "dated in the year, recorded after its close (\(record.closedSequence))")))
            }
            let days = Int64(entry.recordedDay) - Int64(entry.day)
            // A year is closed after its last day, and what closing makes is of that day.
            if days > settings[.backdatedDays], !Self.ofTheClose.contains(entry.kind) {
                findings.append(
                    finding(.backdated, entry, Text("inscrite \(days) jours après", "recorded \(days) days later")))
            }
            let amount = entry.debitsMinor(period.book)
            if settings[.largeAmount] > 0, amount >= settings[.largeAmount] {
                let least = self.amount(settings[.largeAmount])
                findings.append(finding(.large, entry, Text("\(least.french) ou plus", "\(least.english) or more")))
            }
        }
        return findings
    }
}
