import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger
import Reconciliation

struct ReconcileMatch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match",
        abstract: say(
            "Apparie ce que les règles prouvent. État 1 s’il reste des écarts.",
            "Matches what the rules prove. Status 1 where exceptions are left."),
        discussion: say(
            """
            Sans --by-hand, les règles en vigueur, pour tous les comptes ou un seul.
            À la main : reconcile match --by-hand --account 815-courant --entry 120 --item 98 --reason « même dépôt »
            Ou ce que la ligne prouve : --entry 120 --captures 2017-06-01, ou --entry 121 --payout versement-12
            """,
            """
            Without --by-hand, the rules in force, for all accounts or one.
            By hand: reconcile match --by-hand --account 815-current --entry 120 --item 98 --reason "same deposit"
            Or what the entry proves: --entry 120 --captures 2017-06-01, or --entry 121 --payout payout-12
            """))

    @Option(help: ArgumentHelp(say("Un seul compte.", "One account only."), valueName: "name")) var account: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Met en suspens les lignes plus vieilles (jours ouvrables).",
                "Puts older entries into suspense (business days)."), valueName: "days")) var suspend: Int?
    @Flag(help: ArgumentHelp(say("À la main : --entry, --item, --reason.", "By hand: --entry, --item, --reason.")))
    var byHand = false
    @Option(help: ArgumentHelp(say("Séquence d’une ligne; se répète.", "Sequence of an entry; may be repeated.")))
    var entry: [UInt64] = []
    @Option(help: ArgumentHelp(say("Séquence d’une écriture; se répète.", "Sequence of an item; may be repeated.")))
    var item: [UInt64] = []
    @Option(
        help: ArgumentHelp(
            say(
                "Jour dont la ligne règle les encaissements, entiers ou moins des frais; se répète.",
                "Day whose captures the entry settles, whole or less a fee; may be repeated."), valueName: "day"))
    var captures: [String] = []
    @Option(
        help: ArgumentHelp(
            say("Versement que la ligne exécute; se répète.", "Payout that the entry carries out; may be repeated."),
            valueName: "id")) var payout: [String] = []
    @Flag(
        help: ArgumentHelp(
            say(
                "À la main : la ligne est un frais de l’institution.",
                "By hand: the entry is a charge of the institution.")))
    var charge = false
    @Option(help: ArgumentHelp(say("Pourquoi.", "Why."))) var reason: String = ""
    @OptionGroup var preparation: ReconcilePreparation
    @OptionGroup var scope: ReconcileScope

    func run() throws {
        let store = try Opening.store(readOnly: false)
        let views = try LedgerSnapshot(store).views
        let recording = try scope.recording(views)
        if byHand { return try matchByHand(recording, store) }
        guard (entry + item).isEmpty, (captures + payout).isEmpty, !charge, preparation.prepare == nil,
            suspend ?? 0 >= 0
        else {
            throw LedgerError(
                .usage, "reconcile match",
                Text(
                    "--entry, --item, --captures, --payout et --prepare vont avec --by-hand",
                    "--entry, --item, --captures, --payout and --prepare go with --by-hand"),
                remedy: Text("ajouter --by-hand", "add --by-hand"))
        }
        let book = try Opening.book(scope.book, views)
        Signals.watch()
        var outcomes: [MatchOutcome] = []
        for (name, _) in try ReconcileAccounts.named(account, book, views) {
            outcomes.append(
                try MatchRun(recording, account: name, suspendAfter: suspend).run(
                    store, proceed: { try Signals.check() }))
        }
        show(Self.listing(outcomes))
        if outcomes.contains(where: { $0.entriesLeft + $0.itemsLeft > 0 || $0.differenceMinor != 0 }) {
            throw AnswerIsNo()
        }
    }

    private func matchByHand(_ recording: Recording, _ store: LedgerStore) throws {
        let isProof = !captures.isEmpty || !payout.isEmpty
        let isOne = isProof || charge
        guard let account, !reason.isEmpty || charge, isOne ? entry.count == 1 : entry.count + item.count > 1,
            !isOne || item.isEmpty, !isProof || !charge
        else {
            throw LedgerError(
                .usage, "--by-hand",
                Text(
                    "il faut --account, --reason, et ce qui va ensemble; ou une seule ligne et ce qu’elle prouve, sans --item",
                    "it takes --account, --reason, and what goes together; or one entry and what it proves, without --item"
                ), remedy: Text("--entry 120 --item 98", "--entry 120 --item 98"))
        }
        let days = try captures.map { try Opening.date($0, "--captures") }
        if isOne {
            return try preparation.carryOut(ReconciliationAct(recording, account: account, store: store)) {
                charge
                    ? try $0.charge(entry[0])
                    : try $0.prove(entry[0], captures: days, payouts: payout, reason: reason)
            }
        }
        try preparation.carryOut(ReconciliationAct(recording, account: account, store: store)) {
            try $0.match(entries: entry, items: item, reason: reason)
        }
    }

    private static func listing(_ outcomes: [MatchOutcome]) -> Listing {
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "account", title: Text("Compte", "Account")),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
            .init(key: "matches", title: Text("Paires", "Matches"), isNumber: true),
            .init(key: "entries", title: Text("Lignes", "Entries"), isNumber: true, isOptional: true),
            .init(key: "fundsSettled", title: Text("Dépôts", "Deposits"), isNumber: true, isOptional: true),
            .init(key: "payoutsSettled", title: Text("Versements", "Payouts"), isNumber: true, isOptional: true),
            .init(key: "payoutsReturned", title: Text("Retours", "Returns"), isNumber: true, isOptional: true),
            .init(key: "fees", title: Text("Frais", "Fees"), isNumber: true, isOptional: true),
            .init(key: "chargebacks", title: Text("Rétrof.", "Chargebacks"), isNumber: true, isOptional: true),
            .init(key: "suspended", title: Text("En suspens", "Suspended"), isNumber: true, isOptional: true),
            .init(key: "entriesLeft", title: Text("Lignes ouvertes", "Open entries"), isNumber: true),
            .init(key: "itemsLeft", title: Text("Écritures ouvertes", "Open items"), isNumber: true),
            .init(key: "difference", title: Text("Différence", "Difference"), isNumber: true),
        ])
        listing.nothing = Text("Aucun compte bancaire n’est déclaré.", "No bank account is declared.")
        for one in outcomes {
            let counts = [
                one.matches, one.matchedEntries, one.fundsSettled, one.payoutsSettled, one.payoutsReturned, one.fees,
                one.chargebacks, one.suspended, one.entriesLeft, one.itemsLeft,
            ]
            listing.add(
                [.text(one.account), .text(one.currency.code)] + counts.map { .count($0) }
                    + [.amount(one.differenceMinor, one.currency)],
                shown: [one.account] + counts.map { shown(count: $0, language) }
                    + [shown(one.differenceMinor, of: one.currency)])
        }
        return listing
    }
}

struct ReconcileUndo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: say(
            "Défait un appariement, un suspens, un frais ou une radiation.",
            "Undoes a match, a suspension, a fee or a write-off."))

    @Argument(help: ArgumentHelp(say("Sa séquence.", "Its sequence."))) var sequence: UInt64
    @Option(help: ArgumentHelp(say("Le compte.", "The account."), valueName: "name")) var account: String
    @Option(help: ArgumentHelp(say("Pourquoi.", "Why."))) var reason: String
    @Flag(
        help: ArgumentHelp(
            say(
                "Ce que la ligne a causé était faux aussi : les encaissements sont de nouveau en transit, le versement en cours.",
                "What the entry caused was wrong, too: the captures are in transit again, the payout under way.")))
    var takeBack = false
    @OptionGroup var preparation: ReconcilePreparation
    @OptionGroup var scope: ReconcileScope

    func run() throws {
        let store = try Opening.store(readOnly: false)
        let recording = try scope.recording(LedgerSnapshot(store).views)
        try preparation.carryOut(ReconciliationAct(recording, account: account, store: store)) {
            try $0.undo(sequence, reason: reason, takesBackCaused: takeBack)
        }
    }
}

/// One entry or one item of an account.
struct ReconcilePart: ParsableArguments {
    @Option(help: ArgumentHelp(say("Le compte.", "The account."), valueName: "name")) var account: String
    @Option(help: ArgumentHelp(say("Séquence de la ligne.", "Sequence of the entry."))) var entry: UInt64?
    @Option(help: ArgumentHelp(say("Séquence de l’écriture.", "Sequence of the item."))) var item: UInt64?

    func validate() throws {
        guard (entry == nil) != (item == nil) else {
            throw ValidationError(say("Il faut --entry ou --item.", "Either --entry or --item is needed."))
        }
    }
}

struct ReconcileWriteOff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "write-off",
        abstract: say(
            "Radie un écart, dans les limites de la politique.", "Writes an exception off, within the policy's limits.")
    )

    @OptionGroup var part: ReconcilePart
    @Option(help: ArgumentHelp(say("Pourquoi.", "Why."))) var reason: String
    @OptionGroup var preparation: ReconcilePreparation
    @OptionGroup var scope: ReconcileScope

    func run() throws {
        let store = try Opening.store(readOnly: false)
        let recording = try scope.recording(LedgerSnapshot(store).views)
        try preparation.carryOut(ReconciliationAct(recording, account: part.account, store: store)) {
            try $0.writeOff(entry: part.entry ?? 0, item: part.item ?? 0, reason: reason)
        }
    }
}

struct ReconcileAssign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign",
        abstract: say("Confie un écart à quelqu’un.", "Gives an exception an owner."))

    @OptionGroup var part: ReconcilePart
    @Option(help: ArgumentHelp(say("Qui en répond.", "Who answers for it."))) var owner: String
    @Option(help: ArgumentHelp(say("Note.", "Note."))) var note: String = ""
    @OptionGroup var scope: ReconcileScope

    func run() throws {
        let store = try Opening.store(readOnly: false)
        let recording = try scope.recording(LedgerSnapshot(store).views)
        ReconcileScope.tell(
            try ReconciliationAct(recording, account: part.account, store: store).assign(
                entry: part.entry ?? 0, item: part.item ?? 0, owner: owner, note: note))
    }
}
