import Accounting
import ArgumentParser
import Bytes
import Commerce
import EventLog
import Events
import Ledger

struct Coop: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coop",
        abstract: say(
            "Les coopératives : fonder, membres, rôles, partages, dépenses, districts.",
            "The cooperatives: founding, members, roles, sharing, expenses, districts."),
        subcommands: [
            CoopFound.self, CoopList.self, CoopShow.self, CoopMembers.self, CoopRoles.self, CoopShare.self,
            CoopExpenses.self, CoopDistrict.self,
        ])
}

/// The moment that a ledger is read at: its newest recorded time.
extension LedgerSnapshot {
    var nowUs: Int64 { Int64(clamping: head.lastRecordedAtUs) }
}

extension Label {
    static func form(_ form: LegalForm) -> Text {
        switch form {
        case .solidarity: Text("coopérative de solidarité", "solidarity cooperative")
        case .consumers: Text("coopérative de consommateurs", "consumers' cooperative")
        case .producers: Text("coopérative de producteurs", "producers' cooperative")
        case .workers: Text("coopérative de travail", "workers' cooperative")
        case .federation: Text("fédération", "federation")
        default: Text("?", "?")
        }
    }

    /// For a column: "de solidarité".
    static func shortForm(_ form: LegalForm) -> Text {
        let text = Self.form(form)
        return Text(
            text.french.replacing("coopérative ", with: ""), text.english.replacing(" cooperative", with: ""))
    }

    static func role(_ role: Role) -> Text {
        switch role {
        case .administrator: Text("administration", "administrator")
        case .accountant: Text("comptabilité", "accountant")
        case .approver: Text("approbation", "approver")
        case .treasurer: Text("trésorerie", "treasurer")
        case .sales: Text("ventes", "sales")
        case .warehouse: Text("entrepôt", "warehouse")
        case .delivery: Text("livraison", "delivery")
        case .rides: Text("courses", "rides")
        case .media: Text("médias", "media")
        case .auditor: Text("audit", "auditor")
        default: Text("?", "?")
        }
    }
}

struct CoopList: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("Les coopératives du grand livre.", "The cooperatives of the ledger."))

    func run() throws {
        let snapshot = try Opening.snapshot()
        _ = try Viewer.current.party(snapshot.views)
        let language = Invocation.current.language
        // That a cooperative exists is public; how many it counts is not.
        var listing = Listing([
            .init(key: "book", title: Text("Livre", "Book")),
            .init(key: "name", title: Text("Dénomination", "Name")),
            .init(key: "form", title: Text("Forme", "Form")),
            .init(key: "founded", title: Text("Fondée", "Founded")),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
            .init(key: "members", title: Text("Membres", "Members"), isNumber: true),
            .init(key: "hasRoles", title: Text("Rôles", "Roles"), isOptional: true),
        ])
        for book in snapshot.views.allBooks where Viewer.current.sees(book: book.name) {
            let isOwn = Viewer.current.operates(book)
            let summary = CooperativeSummary(book, at: snapshot.nowUs, snapshot.views)
            let founded = CivilDate(clampingDays: Int64(book.day(summary.foundedAtUs))).text
            listing.add(
                [
                    .text(book.name), .text(book.legalName), .text("\(summary.form)"), .text(founded),
                    .text(book.currency.code), isOwn ? .count(summary.members) : .null,
                    isOwn ? .bool(book.hasRoles) : .null,
                ],
                shown: [
                    book.name, book.legalName, Label.shortForm(summary.form)(language), founded,
                    isOwn ? "\(summary.members)" : "",
                    isOwn ? (book.hasRoles ? say("oui", "yes") : say("non", "no")) : "",
                ])
        }
        try snapshot.check()
        show(listing)
    }
}

struct CoopShow: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: say(
            "Une coopérative : forme, membres, parts, règles en vigueur, rôles.",
            "A cooperative: form, members, shares, rules in force, roles."))

    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        try Viewer.current.require(operatorOf: book)
        let summary = CooperativeSummary(book, at: snapshot.nowUs, snapshot.views)
        let roles = snapshot.views.roles(book).filter(\.record.isActive)
        try snapshot.check()
        guard Invocation.current.format == .table else {
            return putLine(json(book, summary, roles, snapshot.views).line)
        }
        let language = Invocation.current.language
        putLine("\(book.legalName) (\(book.name))")
        putLine(
            Label.form(summary.form)(language) + say(" · fondée le ", " · founded ")
                + CivilDate(clampingDays: Int64(book.day(summary.foundedAtUs))).text + " · \(book.currency.code)")
        var members = say("Membres : ", "Members: ") + "\(summary.members)"
        for (category, count) in summary.byCategory { members += " · \(Label.category(category)(language)) \(count)" }
        putLine(members)
        if !summary.byGroup.isEmpty {
            putLine(
                say("Groupes : ", "Groups: ")
                    + summary.byGroup.map { "\(Label.group($0.group)(language)) \($0.members)" }
                    .joined(separator: " · "))
        }
        putLine(
            say("Parts sociales : ", "Common shares: ") + "\(summary.commonShares)"
                + say(" de ", " of ") + shown(book.commonSharePriceMinor, book.currency, language)
                + say(" · privilégiées : ", " · preferred: ") + "\(summary.preferredShares)")
        if let locked = book.lockedThrough {
            putLine(say("Verrouillé jusqu’au ", "Locked through ") + CivilDate(clampingDays: Int64(locked)).text)
        }
        putLine("")
        put(policies(book, summary).table(language))
        putLine("")
        guard book.hasRoles else {
            return putLine(say("Livre ouvert : aucun rôle n’est donné.", "Open book: no role was granted."))
        }
        put(CoopRoles.listing(book, roles, snapshot.views).table(language))
    }

    private func policies(_ book: Book, _ summary: CooperativeSummary) -> Listing {
        var listing = Listing([
            .init(key: "policy", title: Text("Règle", "Rule")), .init(key: "detail", title: Text("Contenu", "Content")),
            .init(key: "from", title: Text("Depuis", "Since")),
            .init(key: "sequence", title: Text("Événement", "Event"), isNumber: true, isOptional: true),
        ])
        for policy in summary.policies {
            let language = Invocation.current.language
            listing.add([
                .text(Text.policy(policy.name)(language)), .text(policy.detail(language)),
                .text(CivilDate(clampingDays: Int64(book.day(policy.fromUs))).text), .count(policy.sequence),
            ])
        }
        return listing
    }

    private func json(
        _ book: Book, _ summary: CooperativeSummary, _ roles: [(party: UInt32, role: Role, record: RoleRecord)],
        _ views: Views
    ) -> JSON {
        .object([
            ("book", .text(book.name)), ("name", .text(book.legalName)), ("form", .text("\(summary.form)")),
            ("currency", .text(book.currency.code)), ("foundedAt", .time(summary.foundedAtUs)),
            ("members", .count(summary.members)),
            ("categories", .object(summary.byCategory.map { ("\($0.category)", .count($0.members)) })),
            ("groups", .object(summary.byGroup.map { ("\($0.group)", .count($0.members)) })),
            ("commonShares", .int(summary.commonShares)), ("preferredShares", .int(summary.preferredShares)),
            ("commonSharePrice", .amount(book.commonSharePriceMinor, book.currency)),
            ("lockedThrough", book.lockedThrough.map { .text(CivilDate(clampingDays: Int64($0)).text) } ?? .null),
            (
                "policies",
                .array(
                    summary.policies.map {
                        .object([
                            ("policy", .text($0.name)), ("from", .time($0.fromUs)), ("sequence", .count($0.sequence)),
                            ("detail", .text($0.detail.english)),
                        ])
                    })
            ),
            ("roles", CoopRoles.listing(book, roles, views).json),
        ])
    }
}

struct CoopMembers: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "members",
        abstract: say("Les membres par catégorie et par groupe.", "The members by category and group."))

    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Flag(help: ArgumentHelp(say("Montre aussi qui s’est retiré.", "Shows who withdrew, too."))) var all = false

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        try Viewer.current.require(operatorOf: book)
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "member", title: Text("Membre", "Member")),
            .init(key: "category", title: Text("Catégorie", "Category")),
            .init(key: "groups", title: Text("Groupes", "Groups")),
            .init(key: "since", title: Text("Depuis", "Since")),
            .init(key: "withdrew", title: Text("Retrait", "Withdrew"), isHidden: !all),
            .init(key: "commonShares", title: Text("Parts", "Shares"), isNumber: true),
            .init(key: "preferredShares", title: Text("Privil.", "Preferred"), isNumber: true, isOptional: true),
        ])
        listing.nameColumns = 1
        let names = snapshot.views.partyNames()
        let members = snapshot.views.members(book).filter { all || $0.record.isActive(at: snapshot.nowUs) }
            .map { (names[$0.party] ?? "", $0.record) }
            .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
        for (name, record) in members {
            let category = MemberCategory(rawValue: record.category) ?? .unspecified
            let groups = Group.allCases.filter { $0 != .unspecified && record.isIn($0) }
            func day(_ us: Int64) -> String { CivilDate(clampingDays: Int64(book.day(us))).text }
            let withdrew = record.withdrewAtUs == 0 ? "" : day(record.withdrewAtUs)
            listing.add(
                [
                    .text(name), .text("\(category)"), .text(groups.map { "\($0)" }.joined(separator: "+")),
                    .text(day(record.admittedAtUs)), record.withdrewAtUs == 0 ? .null : .text(withdrew),
                    .int(record.commonShares), .int(record.preferredShares),
                ],
                shown: [
                    name, Label.category(category)(language),
                    groups.map { Label.group($0)(language) }.joined(separator: ", "), day(record.admittedAtUs),
                ] + (all ? [withdrew] : []) + ["\(record.commonShares)", "\(record.preferredShares)"])
        }
        try snapshot.check()
        show(listing)
    }
}

struct CoopRoles: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "roles", abstract: say("Qui peut faire quoi.", "Who may do what."))

    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        try Viewer.current.require(operatorOf: book)
        let listing = Self.listing(book, snapshot.views.roles(book), snapshot.views)
        try snapshot.check()
        show(listing)
        if Invocation.current.format == .table, !book.hasRoles {
            putLine(say("Livre ouvert : aucun rôle n’est donné.", "Open book: no role was granted."))
        }
    }

    static func listing(
        _ book: Book, _ roles: [(party: UInt32, role: Role, record: RoleRecord)], _ views: Views
    ) -> Listing {
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "grantee", title: Text("Personne", "Person")), .init(key: "role", title: Text("Rôle", "Role")),
            .init(key: "limit", title: Text("Limite", "Limit"), isNumber: true),
            .init(key: "isActive", title: Text("En vigueur", "Holds")),
            .init(key: "sequence", title: Text("Événement", "Event"), isNumber: true, isOptional: true),
        ])
        let named = roles.map { (views.partyName($0.party), $0.role, $0.record) }.sorted { a, b in
            a.0 != b.0 ? a.0.utf8.lexicographicallyPrecedes(b.0.utf8) : a.1.rawValue < b.1.rawValue
        }
        for (name, role, record) in named {
            listing.add(
                [
                    .text(name), .text("\(role)"), record.limitMinor.map { .amount($0, book.currency) } ?? .null,
                    .bool(record.isActive), .count(record.grantedSequence),
                ],
                shown: [
                    name, Label.role(role)(language),
                    record.limitMinor.map { shown($0, book.currency, language) } ?? say("aucune", "none"),
                    record.isActive ? say("oui", "yes") : say("révoqué", "revoked"), "\(record.grantedSequence)",
                ])
        }
        return listing
    }
}
