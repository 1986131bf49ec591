import Accounting
import ArgumentParser
import Commerce
import EventLog
import Ledger

struct Trust: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        abstract: say(
            "Les fonds détenus pour autrui et ce qu’il y a en fidéicommis. État 1 s’il en manque.",
            "Funds held for others against the cash in trust. Status 1 where it is short."),
        discussion: say(
            """
            À la fin d’un jour, par titulaire : ce qui lui est dû et que les acheteurs ont payé; en regard, l’encaisse en fidéicommis et les fonds en transit vers elle. L’excédent (commissions, taxes) est à virer; une insuffisance est un écart ce jour-là.
              grandlivre trust --date 2017-06-30
              grandlivre trust --month 2017-06 --html juin.html
              grandlivre trust --as vendeur-12
            """,
            """
            At the end of a day, by holder: what they are owed and buyers have paid; against it the cash in trust and the funds in transit to it. A surplus (commissions, taxes) is to be transferred out; a shortfall is an exception that day.
              grandlivre trust --date 2017-06-30
              grandlivre trust --month 2017-06 --html june.html
              grandlivre trust --as seller-12
            """))

    @Option(
        help: ArgumentHelp(
            say(
                "Fin de ce jour; par défaut le dernier jour inscrit.",
                "End of this day; the last one posted by default."),
            valueName: "on")) var date: String?
    @Option(
        help: ArgumentHelp(say("Chaque jour d’un mois : 2017-06.", "Each day of a month: 2017-06."), valueName: "on"))
    var month: String?
    @Option(help: ArgumentHelp(say("Écrit une page HTML.", "Writes an HTML page."))) var html: String?
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func validate() throws {
        guard date == nil || month == nil else {
            throw ValidationError(say("--date ou --month, non les deux.", "--date or --month, not both."))
        }
    }

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        let days = try self.days(book, snapshot)
        let report = try TrustQuery.report(
            book, from: days.lowerBound, through: days.upperBound, for: .current, snapshot)
        let isMonth = month != nil
        if let html { try StatementPage.write(TrustPage.html(report, isMonth: isMonth), to: html) }
        switch Invocation.current.format {
        case .table: if html == nil { put(TrustText.text(report, isMonth: isMonth)) }
        case .json: putLine(TrustText.json(report, isMonth: isMonth).line)
        case .csv: put((isMonth ? TrustText.days(report) : TrustText.holders(report)).csv)
        }
        if !report.shortDays.isEmpty { throw AnswerIsNo() }
    }

    private func days(_ book: Book, _ snapshot: LedgerSnapshot) throws -> ClosedRange<CivilDate> {
        if let month {
            guard month.utf8.count == 7, let first = try? CivilDate(month + "-01") else {
                throw LedgerError(
                    .usage, "--month « \(month) »", Text("ce n’est pas un mois", "not a month"),
                    remedy: Text("par exemple 2017-06", "for example 2017-06"))
            }
            return first...first.lastOfMonth
        }
        if let date {
            let day = try Opening.date(date, "--date")
            return day...day
        }
        let last =
            try snapshot.postedDays(book)?.upperBound
            ?? CivilDate(clampingDays: Int64(book.day(Int64(clamping: snapshot.head.lastRecordedAtUs))))
        return last...last
    }
}

/// The report of trust funds in words and for programs.
enum TrustText {
    typealias Line = (title: Text, minor: Int64)

    static func head(_ report: TrustReport, isMonth: Bool) -> String {
        let days = report.days.last.map { isMonth ? String($0.day.text.prefix(7)) : $0.day.text } ?? ""
        return "\(report.book) · \(days) · \(report.currency.code)"
    }

    /// Both sides at the end of the last day.
    static func lines(_ report: TrustReport) -> [Line] {
        guard let day = report.days.last else { return [] }
        let held = (Text("Détenu pour autrui", "Held for others"), day.heldMinor)
        guard let difference = day.differenceMinor else { return [held] }
        return report.places.flatMap { place -> [Line] in
            [
                (
                    Text("Encaisse en fidéicommis, \(place.institution)", "Cash in trust, \(place.institution)"),
                    place.trustMinor
                ),
                (
                    Text("+ en transit vers elle, \(place.institution)", "+ in transit to it, \(place.institution)"),
                    place.inTransitMinor
                ),
            ]
        } + [(Text("− détenu pour autrui", "− held for others"), day.heldMinor), (verdict(difference), difference)]
    }

    static func verdict(_ difference: Int64) -> Text {
        difference < 0
            ? Text("Insuffisance", "Shortfall")
            : difference > 0 ? Text("Excédent, à virer", "Surplus, to be transferred out") : Text("Écart", "Difference")
    }

    static func text(_ report: TrustReport, isMonth: Bool) -> String {
        let language = Invocation.current.language
        guard !isMonth else {
            let short = report.shortDays
            var out = head(report, isMonth: true) + "\n"
            if short.count == report.days.count, !short.isEmpty {
                out += say("Insuffisance chaque jour.", "A shortfall every day.") + "\n"
            } else if !short.isEmpty {
                out +=
                    say("Jours d’insuffisance :", "Days of shortfall:") + "\n"
                    + days(report, only: short).table(language) + "\n"
            }
            return out + days(report).table(language) + notes(report)
        }
        var listing = Listing([
            .init(key: "item", title: Text(head(report, isMonth: false), head(report, isMonth: false))),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
        ])
        for line in lines(report) {
            listing.add([.text(line.title(language)), .text(shown(line.minor, of: report.currency))])
        }
        return listing.table(language) + notes(report) + "\n" + holders(report).table(language)
    }

    /// What a reader has to know about the figures.
    static func notes(_ report: TrustReport) -> String {
        guard report.days.last?.trustMinor != nil else { return "" }
        if !report.hasTrustAccount {
            return say(
                "Aucun compte en fidéicommis n’est déclaré : reconcile declare … --ledger-account assets:trust-bank.\n",
                "No trust account is declared: reconcile declare … --ledger-account assets:trust-bank.\n")
        }
        guard let since = report.shortSince else { return "" }
        return say("Il en manque depuis le \(since.text).\n", "It has been short since \(since.text).\n")
    }

    static func days(_ report: TrustReport, only: [TrustDay]? = nil) -> Listing {
        var listing = Listing([
            .init(key: "date", title: Text("Jour", "Day")),
            .init(key: "held", title: Text("Détenu", "Held"), isNumber: true),
            .init(key: "trust", title: Text("Fidéicommis", "In trust"), isNumber: true),
            .init(key: "inTransit", title: Text("En transit", "In transit"), isNumber: true),
            .init(
                key: "difference", title: Text("Excédent ou insuffisance (−)", "Surplus or shortfall (−)"),
                isNumber: true),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
        ])
        for day in only ?? report.days {
            let amounts = [day.heldMinor, day.trustMinor, day.inTransitMinor, day.differenceMinor]
            listing.add(
                [.text(day.day.text)] + amounts.map { $0.map { .amount($0, report.currency) } ?? .null }
                    + [.text(report.currency.code)],
                shown: [day.day.text] + amounts.map { $0.map { shown($0, of: report.currency) } ?? "" })
        }
        return listing
    }

    static func holders(_ report: TrustReport) -> Listing {
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "holder", title: Text("Titulaire", "Holder")),
            .init(key: "account", title: Text("À titre de", "As")),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
            .init(key: "date", title: Text("Jour", "Day"), isHidden: true),
        ])
        listing.nothing = Text("Rien n’est détenu pour autrui.", "Nothing is held for others.")
        for row in report.holders {
            listing.add(
                [
                    .text(row.holder), .text(row.account.name), .amount(row.amountMinor, report.currency),
                    .text(report.currency.code), .text(report.days.last?.day.text ?? ""),
                ],
                shown: [
                    row.holder.isEmpty ? say("(au porteur)", "(bearer)") : row.holder, title(row.account)(language),
                    shown(row.amountMinor, of: report.currency),
                ])
        }
        return listing
    }

    private static func title(_ account: AccountCode) -> Text {
        account == .receivable
            ? Text("À rendre aux acheteurs", "To go back to buyers") : Text(account.frenchLabel, account.englishLabel)
    }

    static func json(_ report: TrustReport, isMonth: Bool) -> JSON {
        func amount(_ minor: Int64?) -> JSON { minor.map { .amount($0, report.currency) } ?? .null }
        func day(_ day: TrustDay) -> [(String, JSON)] {
            [
                ("date", .text(day.day.text)), ("held", amount(day.heldMinor)), ("trust", amount(day.trustMinor)),
                ("inTransit", amount(day.inTransitMinor)), ("difference", amount(day.differenceMinor)),
            ]
        }
        let common: [(String, JSON)] = [
            ("book", .text(report.book)), ("currency", .text(report.currency.code)),
            ("shortSince", report.shortSince.map { .text($0.text) } ?? .null),
        ]
        if isMonth { return .object(common + [("days", .array(report.days.map { .object(day($0)) }))]) }
        let places = report.places.map {
            JSON.object([
                ("institution", .text($0.institution)), ("trust", amount($0.trustMinor)),
                ("inTransit", amount($0.inTransitMinor)),
            ])
        }
        let holders = report.holders.map {
            JSON.object([
                ("holder", .text($0.holder)), ("account", .text($0.account.name)), ("amount", amount($0.amountMinor)),
            ])
        }
        return .object(
            common + (report.days.last.map(day) ?? []) + [
                ("institutions", .array(places)), ("holders", .array(holders)),
            ])
    }
}

/// The report as a page that stands alone.
enum TrustPage {
    static func html(_ report: TrustReport, isMonth: Bool) -> String {
        let language = Invocation.current.language
        let title = say("Fonds détenus pour autrui", "Funds held for others")
        var out = StatementPage.opening(title)
        out += "<h1>\(title)</h1>\n<p>\(StatementPage.escaped(TrustText.head(report, isMonth: isMonth)))</p>\n"
        if isMonth {
            if !report.shortDays.isEmpty {
                out += "<h2>\(say("Jours d’insuffisance", "Days of shortfall"))</h2>\n"
                out += StatementPage.table(TrustText.days(report, only: report.shortDays), language)
            }
            out += StatementPage.table(TrustText.days(report), language)
        } else {
            var listing = Listing([
                .init(key: "item", title: Text("Poste", "Item")),
                .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
            ])
            for line in TrustText.lines(report) {
                listing.add([.text(line.title(language)), .text(shown(line.minor, of: report.currency))])
            }
            out += StatementPage.table(listing, language)
            out +=
                "<h2>\(say("Par titulaire", "By holder"))</h2>\n"
                + StatementPage.table(TrustText.holders(report), language)
        }
        let notes = TrustText.notes(report)
        if !notes.isEmpty { out += "<p>\(StatementPage.escaped(notes))</p>\n" }
        return out + "</body></html>\n"
    }
}
