import Accounting
import ArgumentParser
import Commerce
import Ledger

struct Balances: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        abstract: say("Soldes et balance de vérification.", "Balances and trial balance."),
        discussion: say(
            """
            Les comptes à zéro sont omis du tableau, sauf avec --all.

            Exemples :
              grandlivre balances --book grand-io --at 2025-01-31
              grandlivre balances --account liabilities --parties
              grandlivre balances --combined
            """,
            """
            A table leaves out accounts at zero, unless with --all.

            Examples:
              grandlivre balances --book grand-io --at 2025-01-31
              grandlivre balances --account liabilities --parties
              grandlivre balances --combined
            """))

    @Option(help: ArgumentHelp(say("Un seul livre.", "One book only."))) var book: String?
    @Option(help: ArgumentHelp(say("Comptes dont le nom commence ainsi.", "Accounts whose name starts so.")))
    var account: String?
    @Option(
        help: ArgumentHelp(say("Un membre, un vendeur ou une institution.", "A member, a seller or an institution.")))
    var party: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Au soir de cette date (de l’événement), ou à cette séquence.",
                "At the end of this (effective) date, or at this sequence.")))
    var at: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Tel qu’inscrit au soir de cette date, ou à cette séquence.",
                "As recorded by the end of this date, or at this sequence.")))
    var asKnownAt: String?
    @Flag(
        help: ArgumentHelp(
            say(
                "Aussi les comptes à zéro, qu’un tableau omet; JSON et CSV les donnent toujours.",
                "Accounts at zero too, which a table leaves out; JSON and CSV always give them.")))
    var all = false
    @Flag(help: ArgumentHelp(say("Montre aussi les sous-comptes.", "Shows the sub-accounts too."))) var parties = false
    @Flag(
        help: ArgumentHelp(
            say(
                "Les livres comme un seul, sans ce qu’ils se doivent et se vendent.",
                "The books as one, without what they owe and sell each other.")))
    var combined = false
    @Option(
        help: ArgumentHelp(
            say(
                "Avec --combined : ces livres, séparés par des virgules.",
                "With --combined: these books, separated by commas.")))
    var books: String?

    func run() throws {
        guard !combined else { return try showCombined() }
        guard books == nil else {
            throw LedgerError(
                .usage, "--books", Text("ne va qu’avec --combined", "goes with --combined only"),
                remedy: Text(
                    "ajouter --combined, ou nommer un livre avec --book", "add --combined, or name one with --book"))
        }
        var query = BalanceQuery()
        query.viewer = .current
        query.book = book
        query.accountPrefix = account
        query.party = party
        query.at = try Opening.moment(at, "--at")
        query.asKnownAt = try Opening.moment(asKnownAt, "--as-known-at")
        let snapshot = try Opening.snapshot()
        let rows = try query.rows(snapshot)
        if Invocation.current.format == .table {
            // Steps are told apart by what they print: the day alone is no change.
            if Replayed.current?.isHeld != true { putLine(Wrap.line(title(query, snapshot), indent: 2)) }
            put(Self.table(all ? rows : Self.withoutZeros(rows), withParties: parties || party != nil, all: all))
            if let part = Viewer.current.part { putLine(Wrap.line(part(Invocation.current.language))) }
        } else {
            show(Self.listing(rows))
        }
    }

    /// "Trial balance at December 31, 2025": of a part of the accounts or parties, "Balances".
    private func title(_ query: BalanceQuery, _ snapshot: LedgerSnapshot) -> String {
        let language = Invocation.current.language
        let isWhole = account == nil && party == nil && Viewer.current.part == nil
        var title =
            isWhole ? say("Balance de vérification", "Trial balance") : say("Soldes", "Balances")
        let newest = snapshot.views.allBooks.first?.calendar.day(at: snapshot.lastRecordedAtUs)
        title += Self.said(query.at ?? newest.map { .day($0) }, language)
        guard let known = query.asKnownAt else { return title }
        return title + say(", tel qu’inscrit", ", as recorded") + Self.said(known, language)
    }

    private static func said(_ moment: Moment?, _ language: Language) -> String {
        switch moment {
        case .day(let day): Text(" au ", " at ")(language) + day.long(language)
        case .sequence(let sequence): Text(" à l’événement ", " at event ")(language) + "\(sequence)"
        case nil: ""
        }
    }

    private func showCombined() throws {
        guard book == nil, account == nil, party == nil, !parties else {
            throw LedgerError(
                .usage, "--combined",
                Text(
                    "ne va ni avec --book, ni avec --account, --party ou --parties",
                    "does not go with --book, --account, --party or --parties"),
                remedy: Text("choisir les livres avec --books", "choose the books with --books"))
        }
        var query = CombinedQuery()
        query.viewer = .current
        query.books = books?.split(separator: ",").map(String.init) ?? []
        query.at = try Opening.moment(at, "--at")
        query.asKnownAt = try Opening.moment(asKnownAt, "--as-known-at")
        let statement = try query.statement(Opening.snapshot())
        if Invocation.current.format == .table {
            put(Self.table(statement, all: all))
        } else {
            show(Self.listing(statement))
        }
    }

    /// Accounts whose balance, over all their parties, is zero are left out; those that stay keep the parties that are not.
    private static func withoutZeros(_ rows: [BalanceRow]) -> [BalanceRow] {
        struct Place: Hashable { let book, account, currency: String }
        func place(_ row: BalanceRow) -> Place {
            Place(book: row.book, account: row.account, currency: row.currency.code)
        }
        let open = Set(rows.filter { $0.balanceMinor != 0 }.map(place))
        return rows.filter { open.contains(place($0)) }
    }

    /// Somebody who sees a part only gets it said in every row, by how they were named with `--as`.
    static func listing(_ rows: [BalanceRow]) -> Listing {
        let part: [(String, JSON)] = Viewer.current.part == nil ? [] : [("partSeenBy", .text(Viewer.current.text))]
        var listing = Listing(
            (["book", "account", "class", "party", "currency", "debits", "credits", "balance"] + part.map(\.0)).map {
                Listing.Column(key: $0, title: Text($0, $0))
            })
        for row in rows {
            listing.add(
                [
                    .text(row.book), .text(row.account), .text(row.accountClass.name), .text(row.party),
                    .text(row.currency.code),
                    .amount(row.debitsMinor, row.currency), .amount(row.creditsMinor, row.currency),
                    .amount(row.balanceMinor, row.currency),
                ] + part.map(\.1))
        }
        return listing
    }

    /// A tree by book, currency, class and account; debit and credit balances in their columns, totals equal.
    static func table(_ rows: [BalanceRow], withParties: Bool, all: Bool = false) -> String {
        let language = Invocation.current.language
        var out = ""
        var groups: [(book: String, currency: Currency)] = []
        for row in rows where !groups.contains(where: { $0.book == row.book && $0.currency == row.currency }) {
            groups.append((row.book, row.currency))
        }
        for group in groups {
            let mine = rows.filter { $0.book == group.book && $0.currency == group.currency }
            out += "\(group.book) · \(group.currency.code)\n"
            out += tree(mine, group.currency, withParties, all, language)
        }
        return out.isEmpty ? say("Aucun solde.", "No balance.") + "\n" : out
    }

    private static func tree(
        _ rows: [BalanceRow], _ currency: Currency, _ withParties: Bool, _ all: Bool, _ language: Language
    ) -> String {
        var listing = Listing([
            .init(key: "account", title: Text("Compte", "Account")),
            .init(key: "debit", title: Text("Débit", "Debit"), isNumber: true),
            .init(key: "credit", title: Text("Crédit", "Credit"), isNumber: true),
        ])
        func add(_ name: String, _ minor: Int64?) {
            let debit = minor.map { $0 > 0 ? shown($0, currency, language) : "" } ?? ""
            let credit = minor.map { $0 < 0 ? shown(0 &- $0, currency, language) : "" } ?? ""
            listing.add([.text(name), .text(debit), .text(credit)])
        }
        var debits: Int64 = 0
        var credits: Int64 = 0
        for accountClass in AccountClass.allCases {
            let ofClass = rows.filter { $0.accountClass == accountClass }
            guard !ofClass.isEmpty else { continue }
            add(language == .french ? accountClass.frenchLabel : accountClass.englishLabel, nil)
            var accounts: [String] = []
            for row in ofClass where accounts.last != row.account { accounts.append(row.account) }
            for account in accounts {
                let mine = ofClass.filter { $0.account == account }
                let balance = mine.reduce(0) { $0 &+ $1.balanceMinor }
                if balance > 0 { debits &+= balance } else { credits &-= balance }
                add("  " + label(account, language), balance)
                guard withParties else { continue }
                let parties = mine.filter { !$0.party.isEmpty && (all || $0.balanceMinor != 0) }
                for row in parties.map({ (NameOrder($0.party), $0) }).sorted(by: { $0.0 < $1.0 }).map(\.1) {
                    add("    " + row.party, row.balanceMinor)
                }
            }
        }
        listing.total = [
            language == .french ? "Total" : "Total", shown(debits, currency, language),
            shown(credits, currency, language),
        ]
        return listing.table(language)
    }

    static func label(_ account: String, _ language: Language) -> String {
        guard let code = AccountCode(name: account) else { return account }
        return (language == .french ? code.frenchLabel : code.englishLabel) + " (\(account))"
    }
}
