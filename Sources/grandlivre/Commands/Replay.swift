import Accounting
import ArgumentParser
import Commerce
import EventLog
import Events
import Ledger
import Transparency

/// Any report as it stood, and the events that made a figure.
struct Replay: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        abstract: say(
            "Refait un rapport tel qu’il était, ou explique un chiffre.",
            "Makes a report as it stood, or explains a figure."),
        discussion: say(
            """
            --at : ce qui était inscrit. Les dates du rapport lui-même : ce qu’il
            dit d’un jour. Sans rapport, la balance de vérification.

            Exemples :
              grandlivre replay --at 2025-02-10 -- balances --at 2025-01-31
              grandlivre replay --to 120 --step -- orders c-12 --book grand-io
              grandlivre replay --explain m-12 --book grand-io
            """,
            """
            --at: what was recorded. The dates of the report itself: what it says
            of a day. Without a report, the trial balance.

            Examples:
              grandlivre replay --at 2025-02-10 -- balances --at 2025-01-31
              grandlivre replay --to 120 --step -- orders c-12 --book grand-io
              grandlivre replay --explain m-12 --book grand-io
            """))

    @Option(
        help: ArgumentHelp(
            say(
                "Ce qui était inscrit : une séquence, une date ou un instant.",
                "What was recorded: a sequence, a date or an instant."), valueName: "point"))
    var at: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Avec --explain, le dernier jour; sinon comme --at.",
                "With --explain the last day; else as --at."), valueName: "point"))
    var to: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Avec --explain, le premier jour; avec --step, la première séquence.",
                "With --explain the first day; with --step the first sequence."), valueName: "point"))
    var from: String?
    @Flag(
        help: ArgumentHelp(
            say(
                "Le rapport après chaque événement qui le change.", "The report after each event that changes it.")))
    var step = false
    @Option(
        help: ArgumentHelp(
            say(
                "Un compte, une partie ou une commande : les événements qui en font le chiffre.",
                "An account, a party or an order: the events that make its figure."), valueName: "subject"))
    var explain: String?
    @Option(help: ArgumentHelp(say("Avec --explain : un seul livre.", "With --explain: one book only."))) var book:
        String?
    @Option(
        help: ArgumentHelp(
            say("Avec --explain d’un compte : une partie.", "With --explain of an account: one party.")))
    var party: String?
    @Flag(help: ArgumentHelp(say("Avec --explain : sans les écritures.", "With --explain: without the postings.")))
    var brief = false
    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp(say("Après -- : une commande qui lit.", "After --: a command that reads.")))
    var report: [String] = []

    func run() throws {
        guard explain == nil else { return try printExplanation() }
        guard book == nil, party == nil, !brief else {
            throw LedgerError(
                .usage, "replay",
                Text("--book, --party et --brief vont avec --explain", "--book, --party and --brief go with --explain"),
                remedy: Text("les options du rapport après --", "the report's options after --"))
        }
        guard at == nil || to == nil else {
            throw LedgerError(
                .usage, "--to", Text("--at dit déjà le point", "--at says the point already"),
                remedy: Text("l’un ou l’autre", "one or the other"))
        }
        guard step || from == nil else {
            throw LedgerError(
                .usage, "--from", Text("va avec --step ou --explain", "goes with --step or --explain"),
                remedy: Text("--at seul dit le point", "--at alone says the point"))
        }
        let command = try reading()
        let snapshot = try Opening.snapshot()
        let size = try (at ?? to).map { try snapshot.size(at: Opening.point($0, at == nil ? "--to" : "--at")) }
        guard !step else { return try printSteps(command, to: size ?? snapshot.head.count, snapshot) }
        let past = try snapshot.past(atSize: size ?? snapshot.head.count)
        if Invocation.current.format == .table { putLine(Self.title(past)) }
        try Replayed.$current.withValue(Replayed(past)) {
            var command = command
            try command.run()
        }
    }

    /// The report's command: one that reads, whoever asks.
    private func reading() throws -> any ParsableCommand {
        let words = report.isEmpty ? ["balances"] : report
        let command = try GrandLivre.parseAsRoot(words)
        guard !(command is Replay) else {
            throw LedgerError(
                .usage, words[0], Text("replay ne se rejoue pas", "replay is not replayed"),
                remedy: Text("une commande qui lit : balances, orders…", "a command that reads: balances, orders…"))
        }
        guard Viewer.current.isOperator || command is any ScopedQuery else { throw Viewer.reserved(words[0]) }
        return command
    }

    /// "As recorded up to event 12 · 2025-01-31 12:00", by the clock of the first book, and the root: what the report is drawn from.
    private static func title(_ past: LedgerSnapshot) -> String {
        let us = past.lastRecordedAtUs
        let calendar = past.views.allBooks.first?.calendar
        let time = calendar.map { AuditCutoff.local(us, $0) } ?? InstantText.format(us: us)
        let last = past.head.count == 0 ? 0 : past.head.count - 1
        return say("Tel qu’inscrit jusqu’à l’événement ", "As recorded up to event ") + "\(last) · \(time)\n"
            + say("Racine ", "Root ") + past.head.root.hex + "\n"
    }

    // MARK: step by step

    /// Prints the report after each event that changes it. While what it asks of does not exist yet, there is none.
    private func printSteps(_ command: any ParsableCommand, to size: UInt64, _ snapshot: LedgerSnapshot) throws {
        // Each step names its event, whomever that concerns.
        try Viewer.current.requireOperator("--step")
        guard Invocation.current.format != .csv else {
            throw LedgerError(
                .usage, "--step", Text("pas en CSV", "not as CSV"),
                remedy: Text("--format table ou json", "--format table or json"))
        }
        let first: UInt64 = try from.map { try snapshot.size(at: Opening.point($0, "--from")) } ?? 1
        let past = try snapshot.past(atSize: min(first, size))
        let replayed = Replayed(past)
        var shown: String?
        var missing: LedgerError?
        var at = min(first, size)
        while at > 0, at <= size {
            try past.advance(to: at)
            replayed.held = ""
            replayed.isHeld = true
            do {
                try Replayed.$current.withValue(replayed) {
                    var command = command
                    try command.run()
                }
                if replayed.held != shown { printStep(replayed.held, at - 1, past) }
                shown = replayed.held
            } catch let error as LedgerError where error.code == .notFound || error.code == .usage && shown == nil {
                missing = error
            }
            at += 1
        }
        if shown == nil, let missing { throw missing }
    }

    private func printStep(_ report: String, _ sequence: UInt64, _ past: LedgerSnapshot) {
        let event = past.views.event(sequence)
        let time = InstantText.format(us: past.lastRecordedAtUs)
        guard Invocation.current.format == .table else {
            for line in report.split(separator: "\n") {
                putLine(
                    JSON.object([
                        ("sequence", .count(sequence)), ("recordedAt", .text(time)),
                        ("type", .text(event?.kind?.name ?? "?")), ("report", .raw(String(line))),
                    ]).line)
            }
            return
        }
        let kind = event?.kind?.label(Invocation.current.language) ?? "?"
        putLine(say("── après l’événement ", "── after event ") + "\(sequence) · \(time) · \(kind)")
        putLine(report)
    }

    // MARK: a figure

    private func printExplanation() throws {
        guard report.isEmpty, !step else {
            throw LedgerError(
                .usage, "--explain",
                Text("ne va ni avec un rapport ni avec --step", "goes with neither report nor --step"),
                remedy: Text("--explain seul", "--explain alone"))
        }
        try Viewer.current.requireOperator("--explain")
        let snapshot = try Opening.snapshot()
        let point = try at.map { try snapshot.size(at: Opening.point($0, "--at")) }
        let past = try point.map { try snapshot.past(atSize: $0) } ?? snapshot
        var query = ExplanationQuery(explain ?? "")
        query.book = book
        query.party = party
        query.from = try from.map { try Opening.date($0, "--from") }
        query.to = try to.map { try Opening.date($0, "--to") }
        if let first = query.from, let last = query.to, last < first {
            throw LedgerError(
                .usage, "--to « \(last.text) »", Text("avant --from", "before --from"),
                remedy: Text("\(first.text) ou plus tard", "\(first.text) or later"))
        }
        let explanation = try query.explanation(past)
        switch Invocation.current.format {
        case .table: ExplanationText.put(explanation, brief: brief, hasFrom: from != nil)
        case .json: putLine(ExplanationText.json(explanation).line)
        case .csv: put(ExplanationText.listing(explanation).csv)
        }
    }
}

/// An explanation as a person, a program and a spreadsheet read it.
enum ExplanationText {
    static func put(_ explanation: Explanation, brief: Bool, hasFrom: Bool) {
        let language = Invocation.current.language
        if explanation.figures.isEmpty { putLine(say("Aucun mouvement.", "No movement.")) }
        for (at, figure) in explanation.figures.enumerated() {
            if at > 0 { putLine("") }
            putLine(Wrap.line(title(figure, language), indent: 2))
            var listing = Listing([
                .init(key: "sequence", title: Text("Séq.", "Seq."), isNumber: true),
                .init(key: "date", title: Text("Date", "Date")),
                .init(key: "recordedDate", title: Text("Inscrit le", "Recorded")),
                .init(key: "type", title: Text("Fait", "Fact")),
                .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
                .init(key: "balance", title: Text("Solde", "Balance"), isNumber: true),
            ])
            func money(_ minor: Int64) -> String { shown(minor, figure.currency, language) }
            if hasFrom {
                listing.add(
                    ["", "", "", say("Report", "Brought forward"), "", money(figure.openingMinor)].map { .text($0) })
            }
            for line in figure.lines {
                listing.add(
                    [
                        "\(line.sequence)", line.day.text, line.recordedDay.text, line.kind.label(language),
                        money(line.amountMinor), money(line.balanceMinor),
                    ].map { .text($0) })
                for entry in brief ? [] : line.entries {
                    let account = (entry.book == figure.book ? "" : entry.book + " ") + entry.account
                    listing.add(
                        [
                            "", "", "", "  " + account + (entry.party.isEmpty ? "" : " · " + entry.party),
                            shown(entry.amountMinor, entry.currency, language), "",
                        ].map { .text($0) })
                }
            }
            listing.total = ["", "", "", say("Solde", "Balance"), "", money(figure.closingMinor)]
            putLine(String(listing.table(language).dropLast()))
            if case .due(let remaining, let paid) = figure.measure {
                putLine(
                    say("Reste ", "Remaining ") + money(remaining) + say(" · payé ", " · paid ") + money(paid)
                        + say(" · dû ", " · due ") + money(figure.closingMinor))
            }
        }
    }

    private static func title(_ figure: Explanation.Figure, _ language: Language) -> String {
        switch figure.measure {
        case .account(let name): Balances.label(name, language) + " · \(figure.book) · \(figure.currency.code)"
        case .due: say("Dû par l’acheteur", "Due from the buyer") + " · \(figure.book) · \(figure.currency.code)"
        }
    }

    private static func name(_ measure: Explanation.Measure) -> String {
        switch measure {
        case .account(let name): name
        case .due: "due"
        }
    }

    static func json(_ explanation: Explanation) -> JSON {
        .array(
            explanation.figures.map { figure in
                let currency = figure.currency
                let lines: [JSON] = figure.lines.map { line in
                    let entries: [JSON] = line.entries.map { entry in
                        .object([
                            ("book", .text(entry.book)), ("account", .text(entry.account)),
                            ("party", .text(entry.party)), ("currency", .text(entry.currency.code)),
                            ("amount", .amount(entry.amountMinor, entry.currency)),
                        ])
                    }
                    return .object([
                        ("sequence", .count(line.sequence)), ("date", .text(line.day.text)),
                        ("recordedDate", .text(line.recordedDay.text)), ("type", .text(line.kind.name)),
                        ("amount", .amount(line.amountMinor, currency)),
                        ("balance", .amount(line.balanceMinor, currency)), ("postings", .array(entries)),
                    ])
                }
                var fields: [(String, JSON)] = [
                    ("figure", .text(name(figure.measure))), ("book", .text(figure.book)),
                    ("currency", .text(currency.code)), ("opening", .amount(figure.openingMinor, currency)),
                    ("lines", .array(lines)), ("closing", .amount(figure.closingMinor, currency)),
                ]
                if case .due(let remaining, let paid) = figure.measure {
                    fields += [("remaining", .amount(remaining, currency)), ("paid", .amount(paid, currency))]
                }
                return .object(fields)
            })
    }

    static func listing(_ explanation: Explanation) -> Listing {
        var listing = Listing(
            [
                "figure", "book", "currency", "sequence", "date", "recordedDate", "type", "amount", "balance",
                "postings",
            ].map { .init(key: $0, title: Text($0, $0)) })
        for figure in explanation.figures {
            for line in figure.lines {
                let entries = line.entries.map { entry in
                    entry.account + (entry.party.isEmpty ? "" : "/" + entry.party) + " "
                        + DecimalText.format(minor: entry.amountMinor, currency: entry.currency)
                }
                listing.add([
                    .text(name(figure.measure)), .text(figure.book), .text(figure.currency.code),
                    .count(line.sequence), .text(line.day.text), .text(line.recordedDay.text), .text(line.kind.name),
                    .amount(line.amountMinor, figure.currency), .amount(line.balanceMinor, figure.currency),
                    .text(entries.joined(separator: "; ")),
                ])
            }
        }
        return listing
    }
}
