import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger

struct AuditDuties: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duties",
        abstract: say(
            "La séparation des tâches : qui a fait les deux moitiés. État 1 s’il y en a.",
            "Segregation of duties: who did both halves. Status 1 where there are any."),
        discussion: say(
            """
            Exemple :
              grandlivre audit duties --year 2025 --service caisse-1
            """,
            """
            Example:
              grandlivre audit duties --year 2025 --service till-1
            """))

    @OptionGroup var year: AuditYear
    @Option(
        help: ArgumentHelp(
            say("Un auteur qui est un programme; se répète.", "An actor that is a program; may be repeated."),
            valueName: "actor"))
    var service: [String] = []
    @Flag(help: ArgumentHelp(say("Chaque cas, même dans un tableau.", "Every case, in a table, too."))) var all = false

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(year.book, snapshot.views)
        let period = try AuditPeriod(book: book.name, year: year.year, snapshot.views)
        let events = try period.events(snapshot)
        let findings = try DutyTests.run(period, services: Set(service), snapshot)
        let language = Invocation.current.language
        year.putTitle(
            Text("Séparation des tâches", "Segregation of duties"), "\(period.first.text) – \(period.last.text)",
            period, events)
        if Invocation.current.format == .table, !all {
            show(Self.byActor(findings, book, language))
        } else {
            show(Self.cases(findings, book, language))
        }
        if !findings.isEmpty { throw AnswerIsNo() }
    }

    /// Every case, as programs get it.
    static func cases(_ findings: [DutyFinding], _ book: Book, _ language: Language) -> Listing {
        var listing = Listing([
            .init(key: "rule", title: Text("Tâches", "Duties")),
            .init(key: "actor", title: Text("Auteur", "Actor")),
            .init(key: "sequences", title: Text("Séquences", "Sequences")),
            .init(key: "type", title: Text("Type", "Type"), isHidden: true),
            .init(key: "subject", title: Text("Sur", "About")),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
        ])
        listing.nothing = Text("Les tâches sont séparées.", "Duties are kept apart.")
        for finding in findings {
            listing.add(
                [
                    .text(finding.rule.rawValue), .text(finding.actor),
                    .array(finding.sequences.map { .count($0) }), finding.kind.map { .text($0.name) } ?? .null,
                    .text(finding.subject), .amount(finding.amountMinor, book.currency),
                ],
                shown: [
                    finding.rule.label(language), finding.actor,
                    finding.sequences.map { "\($0)" }.joined(separator: " "), finding.subject,
                    shown(finding.amountMinor, book.currency, language),
                ])
        }
        return listing
    }

    /// One row a rule and actor, with the first case.
    static func byActor(_ findings: [DutyFinding], _ book: Book, _ language: Language) -> Listing {
        var listing = Listing([
            .init(key: "rule", title: Text("Tâches", "Duties")),
            .init(key: "actor", title: Text("Auteur", "Actor")),
            .init(key: "cases", title: Text("Cas", "Cases"), isNumber: true),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
            .init(key: "first", title: Text("Premier", "First")),
        ])
        listing.nothing = Text("Les tâches sont séparées.", "Duties are kept apart.")
        var groups: [(rule: DutyRule, actor: String, all: [DutyFinding])] = []
        for finding in findings {
            if let at = groups.firstIndex(where: { $0.rule == finding.rule && $0.actor == finding.actor }) {
                groups[at].all.append(finding)
            } else {
                groups.append((finding.rule, finding.actor, [finding]))
            }
        }
        for group in groups {
            guard let first = group.all.first else { continue }
            let amount = group.all.reduce(Int64(0)) { $0 &+ $1.amountMinor }
            let sequences = first.sequences.map { "\($0)" }
            let said =
                (sequences.count > 1 ? Text("événements ", "events ") : Text("événement ", "event "))(language)
                + sequences.joined(separator: language == .french ? " et " : " and ")
                + (first.subject.isEmpty ? "" : " · \(first.subject)")
            listing.add(
                [.text(group.rule.rawValue), .text(group.actor), .count(group.all.count), .null, .text(said)],
                shown: [
                    group.rule.label(language), group.actor, shown(count: group.all.count, language),
                    shown(amount, book.currency, language), said,
                ])
        }
        return listing
    }
}
