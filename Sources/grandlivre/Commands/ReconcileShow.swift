import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger
import Reconciliation

struct ReconcileStatus: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: say("Où en est chaque compte bancaire.", "Where each bank account stands."),
        discussion: say(
            "Solde du relevé − lignes absentes des livres + écritures absentes du relevé = solde des livres. État 1 s’il reste des écarts.",
            "Statement balance − entries not in the books + items not on the statement = book balance. Status 1 where exceptions are left."
        ))

    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        let standings = try Viewer.current.bankAccounts(book, snapshot.views).map {
            AccountStanding($0.name, $0.record, book, snapshot)
        }
        try snapshot.check()
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "account", title: Text("Compte", "Account")),
            .init(key: "institution", title: Text("Inst.", "Inst."), isOptional: true),
            .init(key: "ledgerAccount", title: Text("Au grand livre", "Ledger account"), isHidden: true),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
            .init(key: "through", title: Text("Jusqu’au", "Through")),
            .init(key: "statement", title: Text("Relevé", "Statement"), isNumber: true),
            .init(key: "entriesOpen", title: Text("Lignes ouvertes", "Open entries"), isNumber: true, isOptional: true),
            .init(key: "itemsOpen", title: Text("Écritures ouvertes", "Open items"), isNumber: true, isOptional: true),
            .init(key: "books", title: Text("Livres", "Books"), isNumber: true),
            .init(key: "difference", title: Text("Différence", "Difference"), isNumber: true),
            .init(key: "captures", title: Text("Encaissements", "Captures"), isNumber: true, isHidden: true),
            .init(key: "payouts", title: Text("Versements", "Payouts"), isNumber: true, isHidden: true),
            .init(key: "suspended", title: Text("En suspens", "Suspended"), isNumber: true, isHidden: true),
            .init(key: "later", title: Text("Inscrit depuis", "Posted since"), isNumber: true, isHidden: true),
            .init(key: "overdue", title: Text("Attendus", "Expected"), isNumber: true, isHidden: true),
            .init(key: "said", title: Text("Solde dit", "Balance said"), isHidden: true),
            .init(key: "pendingEntries", title: Text("Manquent", "Missing"), isNumber: true, isHidden: true),
            .init(key: "lockedThrough", title: Text("Signé", "Signed"), isOptional: true),
        ])
        listing.nothing = Text("Aucun compte bancaire n’est déclaré.", "No bank account is declared.")
        for one in standings {
            let side = one.reconciliation
            let amounts = [
                side.statementMinor, side.entriesOpenMinor, side.itemsOpenMinor, side.bookMinor, side.differenceMinor,
            ]
            let locked = one.lockedThrough?.text
            listing.add(
                [
                    .text(one.account), .text(one.institution), .text(one.ledgerAccount.name),
                    .text(one.currency.code), .text(one.through.text),
                ] + amounts.map { .amount($0, one.currency) } + [
                    .amount(one.capturesMinor, one.currency), .amount(one.payoutsMinor, one.currency),
                    .count(one.suspendedCount), .amount(one.laterMinor, one.currency), .count(one.overdueCount),
                    .text(one.said.text),
                    .count(one.pendingEntries),
                    locked.map { .text($0) } ?? .null,
                ],
                shown: [one.account, one.institution, one.through.text]
                    + amounts.map { shown($0, one.currency, language) }
                    + [locked ?? ""])
        }
        show(listing)
        let isClean = standings.allSatisfy {
            $0.reconciliation.entries.isEmpty && $0.reconciliation.items.isEmpty && $0.suspendedCount == 0
                && $0.reconciliation.differenceMinor == 0 && $0.pendingEntries == 0 && $0.overdueCount == 0
        }
        if !isClean { throw AnswerIsNo() }
    }
}

struct ReconcileExceptions: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "exceptions",
        abstract: say(
            "Les écarts, leur âge en jours ouvrables et qui en répond.",
            "The exceptions, their age in business days and their owner."),
        discussion: say(
            "Une ligne que les livres n’ont pas, une écriture qu’aucun relevé n’a, ou ce qui est attendu au-delà de la fenêtre; d’abord ce qui manque en fidéicommis. État 1 s’il y en a.",
            "An entry that the books do not have, an item that no statement has, or what is expected beyond the window; first what trust is short of. Status 1 where there are any."
        ))

    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(
        help: ArgumentHelp(say("Un seul compte.", "One account only."), valueName: "name"))
    var account: String?
    @Option(
        help: ArgumentHelp(
            say(
                "À la fin de ce jour; par défaut, ce qui reste des relevés.",
                "At the end of that day; by default what is left of statements."), valueName: "on")) var on: String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        let day = try on.map { try Opening.date($0, "--on") }
        var found: [OpenException] = []
        for (name, record) in try ReconcileAccounts.named(account, book, snapshot.views) {
            found += ExceptionList.open(name, record, book, on: day, for: .current, snapshot)
        }
        // A sum over institutions is for none of them.
        var shortfall: TrustShortfall?
        if account == nil, Viewer.current.operates(book), let on = try day ?? snapshot.postedDays(book)?.upperBound {
            shortfall = try TrustShortfall.standing(book, on: on, snapshot)
        }
        try snapshot.check()
        show(Self.listing(found, shortfall))
        if !found.isEmpty || shortfall != nil { throw AnswerIsNo() }
    }

    /// The kind of an item's event in words; an institution's code as it is.
    static func kind(_ what: String) -> String {
        EventKind(name: what)?.label(Invocation.current.language) ?? what
    }

    static func listing(_ found: [OpenException], _ shortfall: TrustShortfall? = nil) -> Listing {
        // Of several accounts each row says its own.
        let isOne = shortfall == nil && Set(found.map(\.account)).count < 2
        var listing = Listing([
            .init(key: "account", title: Text("Compte", "Account"), isOptional: isOne),
            .init(key: "sequence", title: Text("Séq.", "Seq."), isNumber: true),
            .init(key: "side", title: Text("Côté", "Side")),
            .init(key: "day", title: Text("Jour", "Day")),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
            .init(key: "what", title: Text("Quoi", "What"), isOptional: true),
            .init(key: "reference", title: Text("Référence", "Reference"), isOptional: true),
            .init(key: "isSuspended", title: Text("En suspens", "Suspended"), isHidden: true),
            .init(key: "ageDays", title: Text("Jours", "Days"), isHidden: true),
            .init(key: "age", title: Text("Âge", "Age")),
            .init(key: "owner", title: Text("Responsable", "Owner")),
        ])
        listing.nothing = Text("Aucun écart.", "No exception.")
        if let shortfall {
            let cash = AccountCode.trustBank.name
            listing.add(
                [
                    .text(cash), .null, .text("trust"), .text(shortfall.since.text),
                    .amount(shortfall.amountMinor, shortfall.currency), .text(shortfall.currency.code),
                    .text("shortfall"), .text(""), .bool(false), .count(shortfall.age),
                    .text(shortfall.bucket.rawValue),
                    .text(""),
                ],
                shown: [
                    cash, "", say("fidéicommis", "trust"), shortfall.since.text,
                    shown(shortfall.amountMinor, of: shortfall.currency), say("insuffisance", "shortfall"), "",
                    shortfall.bucket.rawValue, "",
                ])
        }
        for one in found {
            let side =
                one.isSuspended
                ? say("suspens", "suspense")
                : one.isExpected
                    ? say("attendu", "expected") : one.isEntry ? say("relevé", "statement") : say("livres", "books")
            listing.add(
                [
                    .text(one.account), one.sequence == 0 ? .null : .count(one.sequence),
                    .text(one.isExpected ? "expected" : one.isEntry ? "statement" : "books"),
                    .text(one.day.text), .amount(one.amountMinor, one.currency), .text(one.currency.code),
                    .text(one.what), .text(one.reference), .bool(one.isSuspended), .count(one.age),
                    .text(one.bucket.rawValue), .text(one.owner),
                ],
                shown: [
                    one.account, one.sequence == 0 ? "" : "\(one.sequence)", side, one.day.text,
                    shown(one.amountMinor, of: one.currency), kind(one.what), one.reference, one.bucket.rawValue,
                    one.owner,
                ])
        }
        return listing
    }
}

struct ReconcileExplain: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: say(
            "Une ligne de relevé : ce qu’elle est, ce qui l’a réglée.",
            "An entry of a statement: what it is, what settled it."))

    @Argument(help: ArgumentHelp(say("Séquence de la ligne.", "Sequence of the entry."))) var entry: UInt64
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        let explanation = try EntryExplanation(entry, book, for: .current, snapshot)
        try snapshot.check()
        if Invocation.current.format == .json { return putLine(Self.json(explanation).line) }
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "item", title: Text("Ligne \(entry)", "Entry \(entry)")),
            .init(key: "value", title: Text("Valeur", "Value")),
        ])
        func add(_ french: String, _ english: String, _ value: String) {
            if !value.isEmpty { listing.add([.text(Text(french, english)(language)), .text(value)]) }
        }
        let one = explanation.entry
        add("compte", "account", one.account)
        add("relevé", "statement", explanation.statement)
        add("référence", "reference", one.reference)
        add("jour comptable", "booking day", explanation.bookingDay.text)
        add("jour de valeur", "value day", explanation.valueDay.text)
        add("montant", "amount", shown(one.amountMinor, of: one.currency) + " " + one.currency.code)
        add("code", "code", one.what)
        add("notre référence", "our reference", explanation.endToEnd)
        add("lot", "batch", explanation.batch)
        add("code de retour", "return code", explanation.returnCode)
        if let resolution = explanation.resolution {
            add(
                one.isSuspended ? "en suspens depuis" : "réglée par", one.isSuspended ? "suspended by" : "settled by",
                "\(explanation.resolutionKind.map { $0.label(language) } ?? "") (\(resolution))")
        }
        if let rule = explanation.rule { add("règle", "rule", Self.word(rule)(language)) }
        for other in explanation.others.prefix(20) {
            add(
                "avec \(other.sequence)", "with \(other.sequence)",
                "\(ReconcileExceptions.kind(other.what)), \(other.day.text), \(shown(other.amountMinor, of: other.currency))"
            )
        }
        if explanation.others.count > 20 { add("avec", "with", "… \(explanation.others.count)") }
        if let reason = explanation.reason { add("ouverte", "open", reason(language)) }
        if let remedy = explanation.remedy { add("à faire", "to do", remedy(language)) }
        if !explanation.candidates.isEmpty {
            add("peut-être", "perhaps", explanation.candidates.map { "\($0)" }.joined(separator: ", "))
        }
        for expected in explanation.expected.prefix(5) {
            switch expected {
            case .captures(let day, let minor):
                let day = CivilDate(clampingDays: Int64(day)).text
                add("peut-être", "perhaps", "--captures \(day) (\(shown(minor, of: one.currency)))")
            case .payout(let name, _): add("peut-être", "perhaps", "--payout \(name)")
            }
        }
        add("responsable", "owner", one.owner)
        show(listing)
    }

    static func word(_ rule: MatchRule) -> Text {
        switch rule {
        case .reference: Text("référence et montant", "reference and amount")
        case .amountParty: Text("montant, personne et jours", "amount, party and days")
        case .amount: Text("montant unique", "unique amount")
        case .group: Text("règlement ou lot", "settlement or batch")
        case .parts: Text("plusieurs lignes, une écriture", "many entries, one item")
        case .reversal: Text("annulation", "reversal")
        case .manual: Text("à la main", "by hand")
        default: Text("\(rule)", "\(rule)")
        }
    }

    private static func json(_ explanation: EntryExplanation) -> JSON {
        let one = explanation.entry
        return .object([
            ("entry", .count(one.sequence)), ("account", .text(one.account)),
            ("statement", .text(explanation.statement)), ("reference", .text(one.reference)),
            ("bookingDate", .text(explanation.bookingDay.text)), ("valueDate", .text(explanation.valueDay.text)),
            ("amount", .amount(one.amountMinor, one.currency)), ("currency", .text(one.currency.code)),
            ("code", .text(one.what)), ("endToEnd", .text(explanation.endToEnd)),
            ("batch", .text(explanation.batch)), ("returnCode", .text(explanation.returnCode)),
            ("reversal", .bool(explanation.isReversal)),
            ("resolution", explanation.resolution.map { .count($0) } ?? .null),
            ("resolutionType", explanation.resolutionKind.map { .text($0.name) } ?? .null),
            ("rule", explanation.rule.map { .text("\($0)") } ?? .null),
            ("with", .array(explanation.others.map { .count($0.sequence) })),
            ("reason", explanation.reason.map { .text($0(Invocation.current.language)) } ?? .null),
            ("remedy", explanation.remedy.map { .text($0(Invocation.current.language)) } ?? .null),
            ("candidates", .array(explanation.candidates.map { .count($0) })),
            (
                "expected",
                .array(
                    explanation.expected.map { expected in
                        switch expected {
                        case .captures(let day, let minor):
                            .object([
                                ("captures", .text(CivilDate(clampingDays: Int64(day)).text)),
                                ("amount", .amount(minor, one.currency)),
                            ])
                        case .payout(let name, _): .object([("payout", .text(name))])
                        }
                    })
            ), ("owner", .text(one.owner)),
        ])
    }
}
