import Accounting
import ArgumentParser
import Bytes
import Commerce
import EventLog
import Events
import Ledger
import Reconciliation
import Transparency

struct SlipsT4A: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "t4a",
        abstract: say(
            "Les feuillets T4A des ristournes : case 030 versé, case 022 impôt retenu.",
            "T4A slips of patronage dividends: box 030 paid, box 022 tax withheld."),
        discussion: DividendSlipOptions.discussion)
    @OptionGroup var options: SlipOptions
    @OptionGroup var sending: DividendSlipOptions

    func run() throws { try DividendSending(.t4a, options, sending).run() }
}

struct SlipsRL1: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "rl1",
        abstract: say(
            "Les relevés 1 des ristournes : case O, code RL.", "RL-1 slips of patronage dividends: box O, code RL."),
        discussion: DividendSlipOptions.discussion)
    @OptionGroup var options: SlipOptions
    @OptionGroup var sending: DividendSlipOptions

    func run() throws { try DividendSending(.rl1, options, sending).run() }
}

/// Where a sending goes, and what went before.
struct DividendSlipOptions: ParsableArguments {
    static let discussion = say(
        "Écrit la table des feuillets (CSV), un XML par nature (originaux, modifiés, annulés), les imprimés non officiels et les lacunes. L’impôt des feuillets égale les retenues aux livres, sinon refus avec l’écart. Un membre (--as) n’obtient que son feuillet.",
        "Writes the table of slips (CSV), an XML a kind (originals, amended, cancelled), unofficial printouts and the gaps. The slips' tax is what the books withheld, or they are refused with the difference. A member (--as) gets their own slip only."
    )

    @Option(help: ArgumentHelp(say("Dossier vide ou absent.", "Empty or missing folder."), valueName: "folder"))
    var out: String
    @Option(
        help: ArgumentHelp(
            say(
                "Dossier de l’envoi précédent : seul ce qui a changé est transmis.",
                "Folder of the sending before: only what changed is sent."), valueName: "folder"))
    var previous: String?
}

/// One sending of slips, from the ledger to a folder.
private struct DividendSending {
    private let form: SlipForm
    private let options: SlipOptions
    private let sending: DividendSlipOptions

    init(_ form: SlipForm, _ options: SlipOptions, _ sending: DividendSlipOptions) {
        self.form = form
        self.options = options
        self.sending = sending
    }

    func run() throws {
        try options.begin()
        try SlipFolder.requireEmpty(sending.out)
        let snapshot = try Opening.snapshot()
        let views = snapshot.views
        let asked = try Viewer.current.party(views)
        let book = try Opening.book(options.book, views) { book in
            _ = try SlipFigures(book, year: options.year, only: asked, snapshot)
            return true
        }
        let own = try Viewer.current.person(in: book, views)
        let figures = try SlipFigures(book, year: options.year, only: own, snapshot)
        let settings = try options.settings(book)
        let people = try options.people(book, views)
        let slips = try DividendSlips(year: options.year, members: figures.dividends, rules: settings.rules)
        // Of one member's slip there is no account to compare with.
        if own == nil { try slips.tie(federalWithheldMinor: figures.withheldMinor) }
        let previous = try register(book, isOwn: own != nil)
        let needed = Set((slips.slips(form) + (previous?.slips ?? [])).map(\.memberID))
        var recipients: [String: SlipRecipient] = [:]
        for member in needed { recipients[member] = try people.recipient(member) }
        let due = SlipSending(
            form, slips, book: book.name, since: previous, settings: settings, recipients: recipients,
            numbers: people.file.rows.mapValues(\.slipNumber), isOwn: own != nil)
        try snapshot.check()
        let summary = try SlipPrintout.Summary(
            figures, slips, form, logSize: snapshot.head.count, root: snapshot.head.root.hex)
        // Where nothing changed, nothing is sent; where nobody needs a slip, the summary says so.
        let isNothing = due.changes.isEmpty && (previous != nil || own != nil)
        let (files, gaps) =
            isNothing
            ? ([], []) : try due.files(summary: own == nil ? summary : nil, language: Invocation.current.language)
        if !files.isEmpty { try SlipFolder.write(files, to: sending.out) }
        tell(due, summary, previous, files.map(\.name), gaps, book)
        if gaps.contains(where: \.kind.isUnready) { throw AnswerIsNo() }
    }

    private func register(_ book: Book, isOwn: Bool) throws -> SlipRegister? {
        guard let previous = sending.previous else { return nil }
        guard !isOwn else {
            throw LedgerError(
                .usage, "--previous", Text("réservé à qui exploite le livre", "for whoever operates the book"),
                remedy: Text("sans --previous", "without --previous"))
        }
        let name = SlipSending.stem(form, options.year) + ".csv"
        return try SlipRegister(path: previous + "/" + name, form: form, year: options.year, book: book.name)
    }

    // MARK: what is said

    private func tell(
        _ due: SlipSending, _ summary: SlipPrintout.Summary, _ previous: SlipRegister?, _ files: [String],
        _ gaps: [SlipGap], _ book: Book
    ) {
        let figures = figures(due, summary, book)
        switch Invocation.current.format {
        case .table: putTable(due, figures, previous, files, gaps, book)
        case .csv:
            var listing = Listing(figures.map { .init(key: $0.key, title: $0.title) })
            listing.add(figures.map(\.value))
            put(listing.csv)
        case .json:
            putLine(
                JSON.object(
                    [
                        ("form", .text(form.rawValue)), ("book", .text(book.name)), ("year", .count(options.year)),
                        ("folder", files.isEmpty ? .null : .text(sending.out)),
                        ("files", .array(files.map { .text($0) })),
                    ] + figures.map { ($0.key, $0.value) }
                        + [
                            ("changes", previous == nil ? .null : changes(due, previous, book).json),
                            ("gaps", .count(gaps.count)), ("isReady", .bool(!gaps.contains(where: \.kind.isUnready))),
                        ]
                ).line)
        }
    }

    private struct Figure {
        let key: String
        let title: Text
        let value: JSON
        let shown: String
    }

    /// The sums of the cooperative, or of the member who asks.
    private func figures(_ due: SlipSending, _ summary: SlipPrintout.Summary, _ book: Book) -> [Figure] {
        let language = Invocation.current.language
        func amount(_ key: String, _ title: Text, _ minor: Int64) -> Figure {
            Figure(
                key: key, title: title, value: .amount(minor, book.currency),
                shown: shown(minor, book.currency, language))
        }
        func count(_ key: String, _ title: Text, _ value: Int) -> Figure {
            Figure(key: key, title: title, value: .count(value), shown: shown(count: value, language))
        }
        let boxes = form.boxes
        let slips = [
            count("slips", Text("Feuillets", "Slips"), summary.standing.count),
            amount(
                "paid", Text("Case \(boxes.paid), ristournes", "Box \(boxes.paid), dividends"),
                summary.standing.paidMinor),
            amount(
                "tax", Text("Case \(boxes.tax), impôt retenu", "Box \(boxes.tax), tax withheld"),
                summary.standing.taxMinor),
        ]
        guard !due.isOwn else { return slips }
        return [
            count("members", Text("Membres payés dans l’année", "Members paid in the year"), summary.members),
            amount(
                "cash", Text("  en argent, retenues comprises", "  in cash, tax withheld included"), summary.cashMinor),
            amount("shares", Text("  en parts", "  in shares"), summary.sharesMinor),
            count(
                "belowThresholds", Text("  sans feuillet, sous les seuils", "  no slip, below the thresholds"),
                summary.belowThresholds),
        ] + slips + [
            amount(
                "withheld", Text("Retenues aux livres pour cette case", "Withheld by the books for that box"),
                summary.withheldMinor),
            amount("difference", Text("Écart", "Difference"), summary.standing.taxMinor &- summary.withheldMinor),
            amount(
                "returned", Text("Revenu, pas renvoyé (reste au feuillet)", "Came back, not sent again (stays)"),
                summary.returnedMinor),
        ]
            + SlipAction.allCases.map { action in
                count(
                    action == .original ? "originals" : action.rawValue,
                    Text("À transmettre : \(action.plural.french)", "To be sent: \(action.plural.english)"),
                    due.count(action))
            }
    }

    private func putTable(
        _ due: SlipSending, _ figures: [Figure], _ previous: SlipRegister?, _ files: [String], _ gaps: [SlipGap],
        _ book: Book
    ) {
        let language = Invocation.current.language
        putLine("\(form.title(language)) · \(book.legalName) · \(options.year)")
        var listing = Listing([
            .init(key: "item", title: Text("Poste", "Item")),
            .init(key: "value", title: Text("Valeur", "Value"), isNumber: true),
        ])
        for figure in figures { listing.add([.text(figure.title(language)), .text(figure.shown)]) }
        put(listing.table(language))
        if previous != nil {
            var changed = changes(due, previous, book)
            changed.nothing = Text(
                "Rien n’a changé depuis l’envoi précédent : rien à transmettre.",
                "Nothing changed since the sending before: nothing to send.")
            changed.elsewhere = (20, files.first { $0.hasSuffix("-changes.csv") } ?? files.first ?? "")
            putLine("")
            put(changed.table(language))
        } else if due.isOwn, due.changes.isEmpty {
            putLine(
                say("Aucun feuillet : sous les seuils.", "No slip: below the thresholds."))
        }
        if !files.isEmpty {
            putLine("")
            putLine(sending.out + say(" :", ":"))
            for file in files { putLine("  " + file) }
        }
        SlipGaps.put(gaps, file: SlipSending.stem(form, due.year) + "-gaps.csv")
    }

    /// Who must be told what: the amounts before and now.
    private func changes(_ due: SlipSending, _ previous: SlipRegister?, _ book: Book) -> Listing {
        let language = Invocation.current.language
        let before = Dictionary(
            (previous?.slips ?? []).map { ($0.memberID, $0) }, uniquingKeysWith: { first, _ in first })
        var listing = Listing([
            .init(key: "member", title: Text("Membre", "Member")), .init(key: "kind", title: Text("Nature", "Kind")),
            .init(key: "paidBefore", title: Text("Versé avant", "Paid before"), isNumber: true),
            .init(key: "paid", title: Text("Versé", "Paid"), isNumber: true),
            .init(key: "taxBefore", title: Text("Impôt avant", "Tax before"), isNumber: true),
            .init(key: "tax", title: Text("Impôt", "Tax"), isNumber: true),
        ])
        listing.nameColumns = 1
        for slip in due.changes {
            let old = before[slip.memberID]
            // A cancelled slip says what there was; nothing is left of it.
            let now: DividendSlip? = slip.action == .cancelled ? nil : slip
            let amounts = [old?.paidMinor, now?.paidMinor, old?.taxMinor, now?.taxMinor]
            listing.add(
                [.text(slip.memberID), .text(slip.action.rawValue)]
                    + amounts.map { $0.map { .amount($0, book.currency) } ?? .null },
                shown: [slip.memberID, slip.action.name(language)]
                    + amounts.map { $0.map { shown($0, book.currency, language) } ?? "" })
        }
        return listing
    }
}
