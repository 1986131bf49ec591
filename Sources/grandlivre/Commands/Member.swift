import Accounting
import ArgumentParser
import Bytes
import Commerce
import Events
import Index
import Ledger

struct MemberShow: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: say("Ce que le grand livre sait d’un membre.", "What the ledger knows of a member."))

    @Argument(help: ArgumentHelp(say("Identité du membre.", "The member's identity."))) var member: String
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(say("Derniers événements montrés, ou all.", "Newest events shown, or all.")),
        transform: { try RowLimit($0) })
    var events: RowLimit = 10
    @Flag(
        help: ArgumentHelp(
            say("Ouvre aussi ses données personnelles (clé requise).", "Opens their personal data too (needs the key).")
        ))
    var personal = false

    func run() throws {
        let snapshot = try Opening.snapshot()
        let views = snapshot.views
        let book = try Opening.book(book, views)
        guard let party = Array(member.utf8).withBytes({ views.party(.identity, $0) }),
            try Viewer.current.mayRead(party, in: book, views)
        else {
            throw LedgerError.unknown(.identity, member, for: .current, views)
        }
        let record = views.member(party, book)
        var query = EventQuery()
        query.viewer = .current
        query.party = member
        query.isReversed = true
        query.limit = events.rows
        let sequences = try query.sequences(snapshot)
        let accounts = try accounts(party, book, views)
        let patronage = patronage(party, book, views)
        let personal = personal ? try Opening.personalData(party, views) : nil
        try snapshot.check()
        if Invocation.current.format == .table {
            try printTable(book, party, record, accounts, patronage, sequences, snapshot)
            put(PersonalText.table(personal, asked: self.personal))
        } else {
            let opened = self.personal ? [("personalData", PersonalText.json(personal))] : []
            putLine(JSON.object(json(book, party, record, accounts, patronage, sequences, views) + opened).line)
        }
    }

    /// The member's sub-accounts: looked up one account at a time, so that the cost does not grow with the book.
    private func accounts(_ party: UInt32, _ book: Book, _ views: Views) throws(LedgerError) -> [(
        name: String, currency: Currency, sums: Counters
    )] {
        AccountCode.allCases.filter { $0.partyKind == .identity || $0 == .payoutsInTransit || $0 == .dividendsPayable }
            .flatMap { code in
                views.currencies(book, code.rawValue).compactMap { currency in
                    let sums = views.balance(
                        book: book.id, code.rawValue, party: party, currency: currency.rawValue)
                    return sums == Counters() ? nil : (code.name, currency, sums)
                }
            }
    }

    private struct YearPatronage {
        let year: UInt16
        let purchases: Int64
        let sales: Int64
        let dividend: DividendRecord?
    }

    private func patronage(_ party: UInt32, _ book: Book, _ views: Views) -> [YearPatronage] {
        var result: [YearPatronage] = []
        let first = CivilDate(clampingDays: Int64(book.day(foundedUs(book, views)))).year
        let last = max(first, CivilDate(clampingDays: Int64(book.day(Int64(clamping: lastUs(views))))).year)
        for year in first...min(last, first + 200) {
            let year = UInt16(clamping: year)
            func base(_ group: Group) -> Int64 {
                views.index.counters(
                    views.key.begin(.patronage).u16(book.id).u16(year).u8(UInt8(group.rawValue)).u32(party).bytes
                ).first
            }
            let row = YearPatronage(
                year: year, purchases: base(.consumer), sales: base(.seller),
                dividend: views.dividend(party, year: year, book))
            if row.purchases != 0 || row.sales != 0 || row.dividend != nil { result.append(row) }
        }
        return result
    }

    private func foundedUs(_ book: Book, _ views: Views) -> Int64 {
        views.event(book.foundedSequence)?.effectiveAt.map(microseconds) ?? 0
    }

    private func lastUs(_ views: Views) -> UInt64 {
        var newest: UInt64 = 0
        if let party = Array(member.utf8).withBytes({ views.party(.identity, $0) }),
            let sequence = views.newestEvent(ofParty: party),
            let event = views.event(sequence)
        {
            newest = event.recordedAtUs ?? 0
        }
        return newest
    }

    private func groups(_ record: MemberRecord?) -> [String] {
        guard let record else { return [] }
        return Group.allCases.filter { $0 != .unspecified && record.isIn($0) }.map { "\($0)" }
    }

    private func status(_ record: MemberRecord?) -> String {
        guard let record else { return "none" }
        return record.withdrewAtUs == 0 ? "active" : "withdrawn"
    }

    private func json(
        _ book: Book, _ party: UInt32, _ record: MemberRecord?,
        _ accounts: [(name: String, currency: Currency, sums: Counters)],
        _ patronage: [YearPatronage],
        _ sequences: [UInt64], _ views: Views
    ) -> [(String, JSON)] {
        let currency = book.currency
        let category = record.flatMap { MemberCategory(rawValue: $0.category) }.map { "\($0)" } ?? ""
        var members: [(String, JSON)] = [
            ("member", .text(member)), ("book", .text(book.name)), ("status", .text(status(record))),
        ]
        members.append(("category", .text(category)))
        members.append(("groups", .array(groups(record).map { .text($0) })))
        members.append(("admittedAt", record.map { .time($0.admittedAtUs) } ?? .null))
        let withdrewAt: JSON? = record.flatMap { $0.withdrewAtUs == 0 ? nil : .time($0.withdrewAtUs) }
        members.append(("withdrewAt", withdrewAt ?? .null))
        members.append(("commonShares", .int(record?.commonShares ?? 0)))
        members.append(("preferredShares", .int(record?.preferredShares ?? 0)))
        let sums: [JSON] = accounts.map { name, currency, sums in
            let balance = JSON.amount(sums.first &- sums.second, currency)
            return .object([
                ("account", .text(name)), ("debits", .amount(sums.first, currency)),
                ("credits", .amount(sums.second, currency)),
                ("balance", balance), ("currency", .text(currency.code)),
            ])
        }
        members.append(("accounts", .array(sums)))
        let years: [JSON] = patronage.map { year in
            let dividend = (year.dividend?.cashMinor ?? 0) &+ (year.dividend?.sharesMinor ?? 0)
            return .object([
                ("year", .count(year.year)), ("purchases", .amount(year.purchases, currency)),
                ("sales", .amount(year.sales, currency)),
                ("dividend", .amount(dividend, currency)),
                ("withheld", .amount(year.dividend?.withheldMinor ?? 0, currency)),
                ("isPaid", .bool(year.dividend?.isPaid ?? false)),
            ])
        }
        members.append(("years", .array(years)))
        members.append(("newestEvents", .array(sequences.map { .count($0) })))
        let erased = views.identity(party).flatMap { $0.isErased ? $0 : nil }
        members.append(("erasedAt", erased.map { .time($0.erasedAtUs) } ?? .null))
        return members
    }

    private func printTable(
        _ book: Book, _ party: UInt32, _ record: MemberRecord?,
        _ accounts: [(name: String, currency: Currency, sums: Counters)],
        _ patronage: [YearPatronage],
        _ sequences: [UInt64], _ snapshot: LedgerSnapshot
    ) throws {
        let language = Invocation.current.language
        let currency = book.currency
        putLine("\(member) · \(book.legalName) (\(book.name))")
        if let identity = snapshot.views.identity(party), identity.isErased {
            let day = CivilDate(clampingDays: Int64(book.day(identity.erasedAtUs))).text
            putLine(
                say(
                    "Identité effacée le \(day) (événement \(identity.erasedSequence)).",
                    "Identity erased on \(day) (event \(identity.erasedSequence))."))
        }
        if let record {
            let since = CivilDate(clampingDays: Int64(book.day(record.admittedAtUs))).text
            let category = MemberCategory(rawValue: record.category) ?? .unspecified
            let groups = Group.allCases.filter { $0 != .unspecified && record.isIn($0) }
                .map { Label.group($0)(language) }.joined(separator: ", ")
            var line = say("Membre ", "Member, ") + Label.category(category)(language) + " · " + groups
            line += say(" · depuis le ", " · since ") + since
            if record.withdrewAtUs != 0 {
                line +=
                    say(" · retiré le ", " · withdrew ")
                    + CivilDate(clampingDays: Int64(book.day(record.withdrewAtUs))).text
            }
            putLine(line)
            var shares = say("Parts sociales : ", "Common shares: ") + "\(record.commonShares)"
            if record.preferredShares != 0 {
                shares += say(" · parts privilégiées : ", " · preferred shares: ") + "\(record.preferredShares)"
            }
            putLine(shares)
        } else {
            putLine(say("N’est pas membre de ce livre.", "Not a member of this book."))
        }
        if !patronage.isEmpty {
            var listing = Listing([
                .init(key: "year", title: Text("Exercice", "Year")),
                .init(key: "purchases", title: Text("Achats", "Purchases"), isNumber: true),
                .init(key: "sales", title: Text("Ventes", "Sales"), isNumber: true),
                .init(key: "dividend", title: Text("Ristourne", "Dividend"), isNumber: true),
                .init(key: "withheld", title: Text("Retenue", "Withheld"), isNumber: true),
                .init(key: "paid", title: Text("Versée", "Paid")),
            ])
            for year in patronage {
                let dividend = (year.dividend?.cashMinor ?? 0) &+ (year.dividend?.sharesMinor ?? 0)
                listing.add([
                    .count(year.year), .text(shown(year.purchases, currency, language)),
                    .text(shown(year.sales, currency, language)),
                    .text(shown(dividend, currency, language)),
                    .text(shown(year.dividend?.withheldMinor ?? 0, currency, language)),
                    .text(year.dividend.map { $0.isPaid ? say("oui", "yes") : say("non", "no") } ?? ""),
                ])
            }
            putLine("")
            put(listing.table(language))
        }
        var listing = Listing([
            .init(key: "account", title: Text("Compte", "Account")),
            .init(key: "debits", title: Text("Débits", "Debits"), isNumber: true),
            .init(key: "credits", title: Text("Crédits", "Credits"), isNumber: true),
            .init(key: "balance", title: Text("Solde", "Balance"), isNumber: true),
        ])
        for (name, currency, sums) in accounts {
            let label = AccountCode(name: name).map { language == .french ? $0.frenchLabel : $0.englishLabel } ?? name
            listing.add([
                .text(currency == book.currency ? label : "\(label) · \(currency.code)"),
                .text(shown(sums.first, currency, language)), .text(shown(sums.second, currency, language)),
                .text(shown(sums.first &- sums.second, currency, language)),
            ])
        }
        putLine("")
        put(listing.table(language))
        putLine("")
        put(try EventTable.listing(sequences, snapshot).table(language))
    }
}

/// Words of the schema for people.
enum Label {
    static func category(_ category: MemberCategory) -> Text {
        switch category {
        case .user: Text("utilisateur", "user")
        case .worker: Text("travailleur", "worker")
        case .support: Text("de soutien", "support")
        case .producer: Text("producteur", "producer")
        case .auxiliary: Text("auxiliaire", "auxiliary")
        default: Text("?", "?")
        }
    }

    static func taxClass(_ taxClass: TaxClass) -> Text {
        switch taxClass {
        case .standard: Text("taxable", "standard")
        case .zeroRated: Text("détaxé", "zero-rated")
        case .exempt: Text("exonéré", "exempt")
        case .printedBook: Text("livre imprimé", "printed book")
        case .digital: Text("numérique", "digital")
        default: Text("?", "?")
        }
    }

    /// Fees that the ledger measures, by the names that it knows them by; any other name is its agreement's own.
    static func fee(_ name: String) -> Text {
        switch name {
        case "storage-day": Text("entreposage (unités-jours)", "storage (unit-days)")
        case "sales": Text("ventes", "sales")
        case "orders": Text("commandes", "orders")
        case "hours": Text("heures", "hours")
        case "rides": Text("courses", "rides")
        case "km": Text("kilomètres", "kilometres")
        case "receive": Text("réception", "receiving")
        case "pick": Text("prélèvement", "picking")
        case "pack": Text("emballage", "packing")
        case "ship": Text("expédition", "shipping")
        case "return": Text("retour en stock", "return to stock")
        case "move": Text("transfert", "moving")
        default: Text(name, name)
        }
    }

    /// The same without what its quantity counts: "entreposage".
    static func feeAlone(_ name: String) -> Text {
        func alone(_ text: String) -> String { text.split(separator: " (").first.map(String.init) ?? text }
        return Text(alone(fee(name).french), alone(fee(name).english))
    }

    /// What creators commonly are to a work; a sheet may say it otherwise.
    static func creatorRole(_ role: String) -> Text {
        switch role {
        case "author": Text("auteur", "author")
        case "composer": Text("compositeur", "composer")
        case "lyricist": Text("parolier", "lyricist")
        case "performer": Text("interprète", "performer")
        case "arranger": Text("arrangeur", "arranger")
        case "producer": Text("réalisateur", "producer")
        case "publisher": Text("éditeur", "publisher")
        case "translator": Text("traducteur", "translator")
        case "illustrator": Text("illustrateur", "illustrator")
        default: Text(role, role)
        }
    }

    static func group(_ group: Group) -> Text {
        switch group {
        case .consumer: Text("consommateur", "consumer")
        case .seller: Text("vendeur", "seller")
        case .driver: Text("chauffeur", "driver")
        case .rider: Text("passager", "rider")
        case .creator: Text("créateur", "creator")
        case .author: Text("auteur", "author")
        case .carrier: Text("transporteur", "carrier")
        case .worker: Text("travailleur", "worker")
        case .depositor: Text("déposant", "depositor")
        default: Text("?", "?")
        }
    }
}
