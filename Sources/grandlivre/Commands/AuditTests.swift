import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger

struct AuditTests: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tests",
        abstract: say("Les tests d’écritures d’un exercice (NCA 240).", "A year's journal-entry tests (CAS 240)."),
        discussion: say(
            """
            Ce qui est trouvé est à examiner, et n’est pas une faute : état 0.

            Exemple :
              grandlivre audit tests --year 2025 --set backdated.days=3
                --set round.unit=500.00 --set tests=round,backdated
            """,
            """
            What is found is to be looked into, and is no fault: status 0.

            Example:
              grandlivre audit tests --year 2025 --set backdated.days=3
                --set round.unit=500.00 --set tests=round,backdated
            """))

    @OptionGroup var year: AuditYear
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            say("Un seuil, NOM=VALEUR; se répète.", "A threshold, NAME=VALUE; may be repeated."), valueName: "threshold"
        ))
    var thresholds: [String] = []
    @Option(
        help: ArgumentHelp(
            say(
                "Seuils dans un fichier JSON : {\"round\": {\"unit\": \"500.00\"}}.",
                "Thresholds in a JSON file: {\"round\": {\"unit\": \"500.00\"}}."),
            valueName: "file"))
    var config: String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(year.book, snapshot.views)
        var settings = AuditSettings()
        if let config {
            for (key, value) in try AuditConfig.read(config) {
                try settings.set(key, to: value, book.currency, in: config)
            }
        }
        for threshold in thresholds {
            let parts = threshold.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                throw LedgerError(
                    .usage, "--set « \(threshold) »", Text("ce n’est pas un seuil", "not a threshold"),
                    remedy: Text("par exemple backdated.days=3", "for example backdated.days=3"))
            }
            try settings.set(parts[0], to: parts[1], book.currency, in: "--set")
        }
        let period = try AuditPeriod(book: book.name, year: year.year, snapshot.views)
        let events = try period.events(snapshot)
        let findings = try JournalTests.run(period, settings, snapshot)
        let language = Invocation.current.language
        year.putTitle(
            Text("Tests d’écritures", "Journal-entry tests"), "\(period.first.text) – \(period.last.text)", period,
            events)
        if Invocation.current.format == .table, !findings.isEmpty { putLine(counts(findings, language) + "\n") }
        show(Self.listing(findings, book, language))
    }

    /// What the tests found, as every surface has it.
    static func listing(_ findings: [AuditFinding], _ book: Book, _ language: Language) -> Listing {
        var listing = Listing([
            .init(key: "test", title: Text("Test", "Test")),
            .init(key: "sequence", title: Text("Séq.", "Seq."), isNumber: true),
            .init(key: "sequences", title: Text("Autres", "Others"), isHidden: true),
            .init(key: "date", title: Text("Date", "Date")),
            .init(key: "recordedDate", title: Text("Inscrite", "Recorded"), isHidden: true),
            .init(key: "type", title: Text("Type", "Type"), isHidden: true),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
            .init(key: "accounts", title: Text("Comptes", "Accounts"), isHidden: true),
            .init(key: "actor", title: Text("Auteur", "Actor")),
            .init(key: "reason", title: Text("Motif", "Reason")),
        ])
        listing.nothing = Text("Rien à signaler.", "Nothing to report.")
        for finding in findings {
            listing.add(
                [
                    .text(finding.test.rawValue), finding.sequences.first.map { .count($0) } ?? .null,
                    .array(finding.sequences.dropFirst().map { .count($0) }), finding.day.json,
                    finding.recordedDay.json, finding.kind.map { .text($0.name) } ?? .null,
                    .amount(finding.amountMinor, book.currency), .array(finding.accounts.map { .text($0) }),
                    .text(finding.actor), .text(finding.reason(language)),
                ],
                shown: [
                    finding.test.label(language), finding.sequences.first.map { "\($0)" } ?? "",
                    finding.day?.text ?? "",
                    finding.accounts.isEmpty ? "" : shown(finding.amountMinor, book.currency, language), finding.actor,
                    finding.reason(language),
                ])
        }
        return listing
    }

    private func counts(_ findings: [AuditFinding], _ language: Language) -> String {
        AuditTest.allCases.compactMap { test in
            let count = findings.count { $0.test == test }
            return count == 0 ? nil : "\(test.label(language)) : \(shown(count: count, language))"
        }.joined(separator: "\n")
    }
}

extension CivilDate? {
    /// ISO 8601, or null.
    var json: JSON { map { .text($0.text) } ?? .null }
}
