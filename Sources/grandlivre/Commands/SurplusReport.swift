import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger

struct SurplusReport: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: say(
            "Les données du rapport annuel (C-67.2, art. 132).", "The data of the annual report (C-67.2 s.132)."))
    @OptionGroup var year: YearOptions

    func run() throws {
        let snapshot = try Opening.snapshot()
        let (book, _) = try year.closed(snapshot.views)
        try Viewer.current.require(operatorOf: book)
        let report = try AnnualReport(book: book.name, year: year.year, snapshot)
        switch Invocation.current.format {
        case .table: put(Self.table(report, Invocation.current.language))
        case .json: putLine(Self.json(report).line)
        case .csv: put(Self.flat(report).csv)
        }
    }

    private static func cell(_ value: ReportValue?, _ currency: Currency) -> JSON {
        switch value {
        case .count(let count): .int(count)
        case .amountMinor(let minor): .amount(minor, currency)
        case .thousandths(let base): .text(DecimalText.format(minor: base, exponent: 3))
        case nil: .null
        }
    }

    private static func json(_ report: AnnualReport) -> JSON {
        let sections = report.sections.map { section -> (String, JSON) in
            let rows = section.rows.map { row -> JSON in
                let values = zip(section.measures, row.values).map { ($0, cell($1, report.currency)) }
                return .object([("item", .text(row.item))] + values)
            }
            return (section.name.rawValue, .array(rows))
        }
        return .object(
            [
                ("book", .text(report.book)), ("name", .text(report.legalName)), ("year", .count(report.year)),
                ("currency", .text(report.currency.code)), ("isAllocated", .bool(report.isResolved)),
            ] + sections)
    }

    /// One figure a line.
    private static func flat(_ report: AnnualReport) -> Listing {
        var listing = Listing(
            ["section", "item", "measure", "value"].map { Listing.Column(key: $0, title: Text($0, $0)) })
        for section in report.sections {
            for row in section.rows {
                for (measure, value) in zip(section.measures, row.values) where value != nil {
                    listing.add([
                        .text(section.name.rawValue), .text(row.item), .text(measure), cell(value, report.currency),
                    ])
                }
            }
        }
        return listing
    }

    // MARK: for people

    private static func table(_ report: AnnualReport, _ language: Language) -> String {
        var out = say("Rapport annuel ", "Annual report ") + "\(report.year) · \(report.legalName)\n"
        if !report.isResolved {
            out += PlanText.notAllocated(report.surplusMinor) + "\n"
        }
        for section in report.sections {
            let rows = section.rows.filter { !$0.isZero }
            guard !rows.isEmpty else { continue }
            var columns: [Listing.Column] = [.init(key: "item", title: ReportText.title(section.name))]
            for measure in section.measures {
                columns.append(.init(key: measure, title: ReportText.measure(measure), isNumber: true))
            }
            var listing = Listing(columns)
            for row in rows {
                let label = ReportText.item(row.item, section.name, language)
                listing.add(([label] + row.values.map { cellText($0, report.currency, language) }).map { .text($0) })
            }
            out += "\n" + listing.table(language)
        }
        return out
    }

    private static func cellText(_ value: ReportValue?, _ currency: Currency, _ language: Language) -> String {
        switch value {
        case .count(let count): shown(decimal: "\(count)", language)
        case .amountMinor(let minor): shown(minor, currency, language)
        case .thousandths(let base): shown(decimal: DecimalText.format(minor: base, exponent: 3), language)
        case nil: ""
        }
    }
}

/// The report's words.
enum ReportText {
    static func title(_ name: ReportSection.Name) -> Text {
        switch name {
        case .members: Text("Membres", "Members")
        case .shares: Text("Parts", "Shares")
        case .income: Text("Résultats", "Results")
        case .allocation: Text("Affectation", "Allocation")
        case .reserve: Text("Réserve", "Reserve")
        case .dividends: Text("Ristournes par groupe, comme versées", "Dividends by group, as paid")
        case .payments: Text("Déclaré et versé", "Declared and paid")
        case .business: Text("Volume d’affaires", "Business")
        }
    }

    static func measure(_ measure: String) -> Text {
        switch measure {
        case "opening": Text("Début", "Opening")
        case "admitted": Text("Admis", "Admitted")
        case "left": Text("Partis", "Left")
        case "closing": Text("Fin", "Closing")
        case "issued": Text("Émises", "Issued")
        case "redeemed": Text("Rachetées", "Redeemed")
        case "amount": Text("Montant", "Amount")
        case "members": Text("Membres", "Members")
        case "base": Text("Base", "Base")
        case "cash": Text("En argent", "In cash")
        case "shares": Text("En parts", "In shares")
        case "withMembers": Text("Avec les membres", "With members")
        case "withOthers": Text("Avec des tiers", "With others")
        default: Text(measure, measure)
        }
    }

    static func item(_ item: String, _ section: ReportSection.Name, _ language: Language) -> String {
        switch section {
        case .members:
            return MemberCategory.allCases.first { "\($0)" == item }.map { Label.category($0)(language) } ?? item
        case .shares:
            return ShareClass.allCases.first { "\($0)" == item }.map { Label.shareClass($0)(language) } ?? item
        case .dividends, .business:
            return Group.allCases.first { "\($0)" == item }.map { Label.group($0)(language) } ?? item
        case .income where item.contains(":"): return Balances.label(item, language)
        default: return line(item)(language)
        }
    }

    private static func line(_ item: String) -> Text {
        switch item {
        case "revenue": Text("Produits", "Revenue")
        case "expenses": Text("Charges", "Expenses")
        case "surplus": Text("Trop-perçus ou excédents (déficit)", "Surplus (deficit)")
        case "interest": Text("Intérêt des parts privilégiées", "Interest on preferred shares")
        case "allocatable": Text("À affecter", "To allocate")
        case "deficit": Text("Déficits antérieurs comblés", "Earlier deficits covered")
        case "reserve": Text("Réserve", "Reserve")
        case "reserveForRebates": Text("Réserve pour ristournes éventuelles", "Reserve for future rebates")
        case "dividendsCash": Text("Ristournes en argent", "Dividends in cash")
        case "dividendsShares": Text("Ristournes en parts", "Dividends in shares")
        case "fractionsInCash":
            Text("  dont fractions de parts versées en argent", "  of which fractions of shares paid in cash")
        case "community": Text("Collectivité", "Community")
        case "opening": Text("Au début de l’exercice", "At the beginning of the year")
        case "added": Text("Versé dans l’exercice", "Added in the year")
        case "deficitsBorne": Text("Déficits absorbés", "Deficits borne")
        case "closing": Text("À la fin de l’exercice", "At the end of the year")
        case "ofThisYear": Text("Part des excédents de l’exercice", "Part of this year’s surplus")
        case "afterAllocation": Text("Après l’affectation", "After the allocation")
        case "declared": Text("Ristournes déclarées", "Dividends declared")
        case "paid": Text("Ristournes versées", "Dividends paid")
        case "withheld": Text("Impôt retenu", "Tax withheld")
        case "interestAllocated": Text("Intérêt attribué", "Interest allocated")
        case "interestPaid": Text("Intérêt versé", "Interest paid")
        default: Text(item, item)
        }
    }
}
