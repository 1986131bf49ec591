import Accounting
import Commerce
import Ledger
import Transparency

/// What the audit's own tests and samples say of the year, for an audit pack: files in the shapes that the commands print, tables for the report.
struct PackFindings {
    /// One command's findings.
    struct Section {
        /// "audit tests".
        let command: String
        let title: Text
        /// All rows, as the command gives them to programs.
        let rows: (Language) -> Listing
        /// What the report shows of them, where those are not simply the gravest.
        var shown: ((Language) -> Listing)?
        /// Places of the rows that are findings, the gravest first.
        let gravest: [Int]
        /// How many of each sort.
        let counts: [(label: Text, count: Int)]

        var file: String { "findings-\(command).csv" }
    }

    /// As `audit cutoff` has them where nobody names others.
    private static let cutoffDays: Int32 = 5
    private static let cutoffEvents = 5

    let sections: [Section]
    let samples: AuditSamples

    /// How many findings there are in all.
    var count: Int { sections.reduce(0) { $0 + $1.gravest.count } }

    /// - Complexity: O(events), a few times over.
    init(_ period: AuditPeriod, _ terms: SampleTerms, _ snapshot: LedgerSnapshot) throws(LedgerError) {
        // First, because its terms may be refused.
        samples = try AuditSamples(period, terms, snapshot)
        sections = [
            Self.tests(try JournalTests.run(period, AuditSettings(), snapshot), period.book),
            Self.duties(try DutyTests.run(period, services: [], snapshot), period.book),
            Self.cutoff(
                try CutoffQuery.run(period, days: Self.cutoffDays, boundary: Self.cutoffEvents, snapshot), period.book),
            Self.ties(try TieQuery.run(period, snapshot)),
            Self.related(try RelatedParties.rows(period, named: [], snapshot), period.book),
            Self.subsequent(
                try SubsequentEvents.rows(period, to: nil, leastMinor: samples.materialityMinor, snapshot), period.book),
        ]
    }

    /// The files of a pack. Findings are CSV in French, as the journal is; samples are what `audit evaluate` reads.
    func files(_ checkpoint: Checkpoint) -> [(name: String, text: String)] {
        sections.map { ($0.file, $0.rows(.french).csv) }
            + samples.drawn.map { drawn in
                let json = SampleFile.json(
                    drawn.sample, drawn.population, logSize: checkpoint.size, root: checkpoint.root.hex)
                return (Self.file(drawn), json.line + "\n")
            }
    }

    /// "sample-liabilities-seller-payable.json".
    static func file(_ drawn: AuditSamples.Drawn) -> String {
        "sample-\(drawn.population.account.replacing(":", with: "-")).json"
    }

    // MARK: the commands

    private static func tests(_ findings: [AuditFinding], _ book: Book) -> Section {
        Section(
            command: "tests", title: Text("Tests d’écritures (NCA 240)", "Journal-entry tests (CAS 240)"),
            rows: { AuditTests.listing(findings, book, $0) }, gravest: order(findings) { ($0.amountMinor, 0) },
            counts: tally(AuditTest.allCases, findings.map(\.test), \.label))
    }

    private static func duties(_ findings: [DutyFinding], _ book: Book) -> Section {
        Section(
            command: "duties", title: Text("Séparation des tâches (NCA 315)", "Segregation of duties (CAS 315)"),
            rows: { AuditDuties.cases(findings, book, $0) }, shown: { AuditDuties.byActor(findings, book, $0) },
            gravest: Array(findings.indices), counts: tally(DutyRule.allCases, findings.map(\.rule), \.label))
    }

    private static func cutoff(_ rows: [CutoffRow], _ book: Book) -> Section {
        Section(
            command: "cutoff", title: Text("Séparation des périodes (NCA 330)", "Cut-off (CAS 330)"),
            rows: { AuditCutoff.listing(rows, book, $0) },
            // What changed a year's result goes before what merely lies near its end.
            gravest: order(rows) { (Int64(clamping: $0.resultMinor.magnitude), $0.amountMinor) },
            counts: tally(CutoffReason.allCases, rows.map(\.reason), \.label))
    }

    private static func ties(_ rows: [TieRow]) -> Section {
        Section(
            command: "ties", title: Text("Concordances (NCA 330)", "Ties (CAS 330)"),
            rows: { AuditTies.listing(rows, $0) },
            // What ties is no finding.
            gravest: order(rows) { (Int64(clamping: $0.differenceMinor.magnitude), 0) }.filter { !rows[$0].ties },
            counts: [
                (Text("Égales", "Equal"), rows.count { $0.ties }),
                (Text("Écarts", "Differences"), rows.count { !$0.ties }),
            ].filter { $0.1 > 0 })
    }

    private static func related(_ rows: [RelatedRow], _ book: Book) -> Section {
        Section(
            command: "related", title: Text("Parties liées (NCA 550)", "Related parties (CAS 550)"),
            rows: { AuditRelated.listing(rows, book, $0) },
            gravest: order(rows) { (max($0.debitsMinor, $0.creditsMinor), Int64($0.count)) },
            counts: Set(rows.map(\.party)).sorted().map { party in
                (Text(party, party), rows.reduce(0) { $0 + ($1.party == party ? $1.count : 0) })
            })
    }

    private static func subsequent(_ rows: [SubsequentRow], _ book: Book) -> Section {
        Section(
            command: "subsequent", title: Text("Événements postérieurs (NCA 560)", "Subsequent events (CAS 560)"),
            rows: { AuditSubsequent.listing(rows, book, $0) },
            gravest: order(rows) { ($0.reason.mayAdjust ? 1 : 0, $0.amountMinor) },
            counts: tally(SubsequentReason.allCases, rows.map(\.reason), \.label))
    }

    /// Places by weight, the heaviest first; of equal ones the first.
    private static func order<Row>(_ rows: [Row], _ weight: (Row) -> (Int64, Int64)) -> [Int] {
        let weights = rows.map(weight)
        return rows.indices.sorted { a, b in weights[a] == weights[b] ? a < b : weights[a] > weights[b] }
    }

    private static func tally<Sort: Hashable>(
        _ all: [Sort], _ found: [Sort], _ label: (Sort) -> Text
    ) -> [(label: Text, count: Int)] {
        let counts = Dictionary(grouping: found, by: \.self).mapValues(\.count)
        return all.compactMap { sort in counts[sort].map { (label(sort), $0) } }
    }
}
