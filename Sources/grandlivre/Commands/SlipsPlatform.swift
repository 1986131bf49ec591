import Accounting
import ArgumentParser
import Bytes
import Commerce
import Events
import Ledger
import Reconciliation

struct SlipsPlatform: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "platform",
        abstract: say(
            "Ce que les vendeurs et chauffeurs ont reçu, par trimestre (LIR, partie XX).",
            "What sellers and drivers were credited, by quarter (ITA Part XX)."),
        discussion: say(
            "Une ligne par vendeur déclaré : contrepartie nette, activités, commission, taxes sur la commission. Qui est exclu, et pourquoi, est dit ici. État 1 s’il manque des renseignements. Un vendeur (--as) n’obtient que sa ligne.",
            "One row a seller who is reported: net consideration, activities, commission, taxes on it. Who is left out, and why, is said here. Status 1 where information is missing. A seller (--as) gets their own row only."
        ))
    @OptionGroup var options: SlipOptions
    @Option(help: ArgumentHelp(say("Fichier CSV neuf.", "New CSV file."), valueName: "file")) var out: String

    func run() throws {
        try options.begin()
        try StatementPage.requireNew(out)
        let snapshot = try Opening.snapshot()
        let views = snapshot.views
        let book = try Opening.book(options.book, views)
        let own = try Viewer.current.person(in: book, views)
        let settings = try options.settings(book)
        let people = try options.people(book, views)
        var sellers = try PlatformFigures.sellers(book, year: options.year, only: own, snapshot)
        guard !sellers.isEmpty else {
            throw LedgerError(
                .notFound, "\(book.name) \(options.year)",
                Text("aucune vente remise ni course dans l’année", "no sale handed over and no ride in the year"),
                remedy: Text("une autre année ou un autre livre", "another year or book"))
        }
        for at in sellers.indices { sellers[at].fill(people.file, try people.recipient(sellers[at].sellerID)) }
        let report = try PlatformReport(year: options.year, sellers: sellers, rules: settings.platform)
        try report.csv(language: Invocation.current.language).withBytes { bytes throws(LedgerError) in
            try WholeFile.replace(out, bytes)
        }
        try tell(report, book)
        if report.gaps.contains(where: \.kind.isUnready) { throw AnswerIsNo() }
    }

    private func tell(_ report: PlatformReport, _ book: Book) throws {
        let language = Invocation.current.language
        let listing = try listing(report, book)
        switch Invocation.current.format {
        case .csv: put(listing.csv)
        case .json:
            putLine(
                JSON.object([
                    ("book", .text(book.name)), ("year", .count(options.year)), ("file", .text(out)),
                    ("sellers", listing.json), ("gaps", .count(report.gaps.count)),
                    ("isReady", .bool(!report.gaps.contains(where: \.kind.isUnready))),
                ]).line)
        case .table:
            putLine(
                say("Vendeurs d’une plateforme · ", "Sellers of a platform · ") + "\(book.legalName) · \(options.year)")
            put(listing.table(language))
            let reported = shown(count: report.reported.count, language)
            let excluded = shown(count: report.excluded.count, language)
            putLine(
                say(
                    "Déclarés : \(reported); exclus : \(excluded) (\(out))",
                    "Reported: \(reported); left out: \(excluded) (\(out))"))
            SlipGaps.put(report.gaps, file: say("--format json", "--format json"))
        }
    }

    /// Every seller: those reported, then those left out with the reason.
    private func listing(_ report: PlatformReport, _ book: Book) throws -> Listing {
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "seller", title: Text("Vendeur", "Seller")),
            .init(key: "consideration", title: Text("Contrepartie", "Consideration"), isNumber: true),
            .init(key: "activities", title: Text("Activités", "Activities"), isNumber: true),
            .init(key: "fees", title: Text("Frais", "Fees"), isNumber: true),
            .init(key: "taxes", title: Text("Taxes", "Taxes"), isNumber: true, isOptional: true),
            .init(key: "isReported", title: Text("Déclaré", "Reported"), isHidden: true),
            .init(key: "exclusion", title: Text("Exclu parce que", "Left out because"), isOptional: true),
            .init(key: "missing", title: Text("Manquent", "Missing"), isHidden: true),
        ])
        listing.elsewhere = Invocation.current.format == .table ? (50, out) : nil
        let missing = Dictionary(grouping: report.gaps, by: \.memberID).mapValues { $0.map(\.field) }
        for seller in report.reported + report.excluded {
            let total = try seller.total(place: seller.sellerID)
            let why = try report.exclusion(of: seller)
            listing.add(
                [
                    .text(seller.sellerID), .amount(total.considerationMinor, book.currency), .count(total.activities),
                    .amount(total.feesMinor, book.currency), .amount(total.taxesMinor, book.currency),
                    .bool(why == nil), why.map { .text($0.rawValue) } ?? .null,
                    .text((missing[seller.sellerID] ?? []).joined(separator: " ")),
                ],
                shown: [
                    seller.sellerID, shown(total.considerationMinor, book.currency, language),
                    shown(count: total.activities, language), shown(total.feesMinor, book.currency, language),
                    shown(total.taxesMinor, book.currency, language), why?.text(report.rules)(language) ?? "",
                ])
        }
        return listing
    }
}
