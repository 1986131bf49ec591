import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger
import Reconciliation

struct PayoutsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payouts",
        abstract: say(
            "Verse ce qui est dû : ordres, fichiers de paiement, retours.",
            "Pays what is due: instructions, payment files, returns."),
        discussion: say(
            """
            Exemples :
              grandlivre payouts due
              grandlivre payouts instruct --institution 815 --minimum 25
              grandlivre payouts send --institution 815 --standard cpa-005 --due 2017-03-31 --out avril.txt
              grandlivre payouts returns retours.txt
              grandlivre payouts status
            """,
            """
            Examples:
              grandlivre payouts due
              grandlivre payouts instruct --institution 815 --minimum 25
              grandlivre payouts send --institution 815 --standard cpa-005 --due 2017-03-31 --out april.txt
              grandlivre payouts returns returns.txt
              grandlivre payouts status
            """),
        subcommands: [
            PayoutsDue.self, PayoutsInstruct.self, PayoutsSend.self, PayoutsFile.self, PayoutsReturns.self,
            PayoutsStatus.self,
        ])
}

/// The book, who records and when.
struct PayoutScope: ParsableArguments {
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(help: ArgumentHelp(say("Qui l’inscrit.", "Who records it."))) var actor: String = "grandlivre"
    @Option(help: ArgumentHelp(say("Quand (UTC); par défaut maintenant.", "When (UTC); now by default."))) var at:
        String?

    func recording(_ views: Views) throws -> Recording {
        Recording(book: try Opening.book(book, views).name, actor: actor)
    }

    func atUs(_ snapshot: LedgerSnapshot) throws -> Int64 { try ActOptions.effectiveAtUs(at, snapshot) }

    /// The persons' keys, without which nobody's account is known; `nil` where nobody ever gave one.
    static func keyring() throws -> Keyring? {
        let key = try Opening.ledgerKey()
        guard let keyring = try Keyring.open(Opening.keysPath, ledgerKey: key, isWritable: false) else { return nil }
        guard key != nil else { throw LedgerKey.missing() }
        return keyring
    }
}

/// Which debts.
struct DueOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "Compte de la dette, par exemple liabilities:seller-payable; se répète.",
                "Account of the debt, for example liabilities:seller-payable; may be repeated."),
            valueName: "debt")) var account: [String] = []
    @Option(help: ArgumentHelp(say("Un seul bénéficiaire.", "One payee only."), valueName: "identity")) var payee:
        String?
    @Option(
        help: ArgumentHelp(say("Rien sous ce montant.", "Nothing below this amount."), valueName: "amount"))
    var minimum: String?
    @Option(
        help: ArgumentHelp(
            say("Ristournes et intérêts de cet exercice.", "Dividends and interest of this fiscal year."))) var year:
        UInt16?

    func dues(_ book: Book, absent: [AccountCode]) throws(LedgerError) -> PayoutDues {
        var accounts: [AccountCode] = []
        for name in account {
            guard name.utf8.count <= 128, let code = AccountCode(name: name), PayoutDues.allAccounts.contains(code)
            else {
                let all = PayoutDues.allAccounts.map(\.name).joined(separator: ", ")
                throw LedgerError(
                    .usage, "--account « \(name) »",
                    Text("un versement ne paie pas ce compte", "a payout does not pay that account"),
                    remedy: Text("l’un de : \(all)", "one of: \(all)"))
            }
            if !accounts.contains(code) { accounts.append(code) }
        }
        var dues = PayoutDues(accounts: accounts.isEmpty ? absent : accounts)
        dues.payee = payee
        dues.year = year
        if let minimum { dues.minimumMinor = max(1, try Opening.amount(minimum, "--minimum", book.currency)) }
        return dues
    }
}

extension PayoutDue {
    /// What pays it, for people.
    var wayText: Text {
        switch way {
        case .payout: Text("versement", "payout")
        case .dividend(let year): Text("ristourne \(year)", "dividend \(year)")
        case .interest(let year): Text("intérêt \(year)", "interest \(year)")
        case .redemption(let name): Text("rachat \(name)", "redemption \(name)")
        }
    }

    /// The event that pays it.
    var event: String {
        switch way {
        case .payout: "payoutInstructed"
        case .dividend: "patronageDividendPaid"
        case .interest: "shareInterestPaid"
        case .redemption: "redemptionPaid"
        }
    }
}

struct PayoutsDue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "due",
        abstract: say(
            "Ce qui est dû et peut être versé, et à qui manquent des coordonnées.",
            "What is owed and can be paid out, and who lacks details."))
    @OptionGroup var options: DueOptions
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(
        help: ArgumentHelp(
            say("Lignes au plus, ou all; 50 dans un tableau.", "At most this many rows, or all; default 50 in a table.")
        ), transform: RowLimit.init)
    var limit: RowLimit?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        // Without the key the debts are known, and nobody's account.
        let payees = try Opening.ledgerKey() == nil ? nil : PayeeBook(snapshot, PayoutScope.keyring())
        let found = try options.dues(book, absent: PayoutDues.allAccounts).find(book, snapshot, payees)
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "account", title: Text("Dette", "Debt")),
            .init(key: "payee", title: Text("Bénéficiaire", "Payee")),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
            .init(key: "paidBy", title: Text("Payé par", "Paid by"), isOptional: true),
            .init(key: "details", title: Text("Coordonnées", "Details")),
        ])
        listing.limit = (limit ?? .ofList).rows
        listing.nothing = Text("Rien n’est dû.", "Nothing is due.")
        for due in found {
            let details = due.details.map { $0.isKnown ? Text("oui", "yes") : $0.reason } ?? Text("?", "?")
            listing.add(
                [
                    .text(due.account.name), .text(due.payee), .amount(due.amountMinor, book.currency),
                    .text(book.currency.code), .text(due.event), due.details.map { .text($0.word) } ?? .null,
                ],
                shown: [
                    due.account.name, due.payee, shown(due.amountMinor, of: book.currency), due.wayText(language),
                    details(language),
                ])
        }
        if found.count > 1, found.count <= listing.limit {
            listing.total = ["", "\(found.count)", shown(found.reduce(0) { $0 &+ $1.amountMinor }, of: book.currency)]
        }
        show(listing)
    }
}

struct PayoutsInstruct: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "instruct",
        abstract: say(
            "Ordonne des versements de ce qui est dû. État 1 si quelqu’un est laissé.",
            "Instructs payouts of what is due. Status 1 where somebody is left."),
        discussion: say(
            """
            Sans --account : vendeurs, créateurs, chauffeurs, fournisseurs, membres, acheteurs.
            Ristournes : --account liabilities:dividends-payable; intérêts : liabilities:interest-payable; rachats : liabilities:shares-to-redeem.
            Personne n’est payé sans compte bancaire, ni de nouveau à un compte d’où l’argent est revenu, sauf avec --again.
            """,
            """
            Without --account: sellers, creators, drivers, suppliers, members, buyers.
            Dividends: --account liabilities:dividends-payable; interest: liabilities:interest-payable; redemptions: liabilities:shares-to-redeem.
            Nobody is paid without a bank account, or again at an account from which the money came back, save with --again.
            """))
    @Option(
        help: ArgumentHelp(
            say("Institution d’où part l’argent : 815.", "Institution the money leaves from: 815."))) var institution:
        String
    @OptionGroup var options: DueOptions
    @Flag(
        help: ArgumentHelp(
            say(
                "Aussi à ceux dont le dernier versement est revenu.", "Also to those whose last payout came back.")))
    var again = false
    @Option(
        help: ArgumentHelp(
            say(
                "Écrit les propositions dans ce fichier, pour approve, au lieu d’inscrire.",
                "Writes the proposals to this file, for approve, instead of recording."), valueName: "file"))
    var prepare: String?
    @OptionGroup var scope: PayoutScope
    @Option(
        help: ArgumentHelp(
            say("Lignes au plus, ou all; 50 dans un tableau.", "At most this many rows, or all; default 50 in a table.")
        ), transform: RowLimit.init)
    var limit: RowLimit?

    func run() throws {
        if let prepare { try WholeFile.refuseExisting(prepare) }
        let keyring = try PayoutScope.keyring()
        let snapshot = try Opening.snapshotForWriting()
        let book = try Opening.book(scope.book, snapshot.views)
        var instruction = PayoutInstruction(
            try scope.recording(snapshot.views), institution: institution,
            try options.dues(book, absent: Views.payoutDebts), atUs: try scope.atUs(snapshot))
        instruction.again = again
        let plan = try instruction.plan(snapshot, PayeeBook(snapshot, keyring))
        if let prepare {
            try PreparedBatch.write(plan.proposals, to: prepare)
        } else {
            try instruction.record(plan, to: snapshot.store)
        }
        show(listing(plan, book))
        if plan.lines.contains(where: { $0.left != nil }) { throw AnswerIsNo() }
    }

    private func listing(_ plan: PayoutInstruction.Plan, _ book: Book) -> Listing {
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "payout", title: Text("Versement", "Payout")),
            .init(key: "payee", title: Text("Bénéficiaire", "Payee")),
            .init(key: "account", title: Text("Dette", "Debt"), isOptional: true),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
            .init(key: "state", title: Text("État", "State")),
            .init(key: "reason", title: Text("Raison", "Reason"), isHidden: true),
        ])
        listing.limit = (limit ?? .ofList).rows
        listing.nothing = Text("Rien n’est dû.", "Nothing is due.")
        let done = prepare == nil ? Text("ordonné", "instructed") : Text("préparé", "prepared")
        // Whoever is left comes first: a long table must not hide them.
        for line in plan.lines.filter({ $0.left != nil }) + plan.lines.filter({ $0.left == nil }) {
            let word = line.left == nil ? (prepare == nil ? "instructed" : "prepared") : "left"
            listing.add(
                [
                    .text(line.payout), .text(line.due.payee), .text(line.due.account.name),
                    .amount(line.amountMinor, book.currency), .text(book.currency.code), .text(word),
                    .text(line.left?(language) ?? ""),
                ],
                shown: [
                    line.payout, line.due.payee, line.due.account.name, shown(line.amountMinor, of: book.currency),
                    line.left?(language) ?? done(language),
                ])
        }
        let sent = plan.lines.filter { $0.left == nil }
        if plan.lines.count > 1, plan.lines.count <= listing.limit {
            listing.total = [
                "\(sent.count)", "", "", shown(sent.reduce(0) { $0 &+ $1.amountMinor }, of: book.currency), "",
            ]
        }
        return listing
    }
}

/// Proposals that go from one person to the next: one JSON line each, as `approve` and `record` take them.
enum PreparedBatch {
    static func write(_ proposals: Proposals, to path: String) throws {
        var text = ""
        for index in 0..<proposals.count {
            text += try EventJSON.encode(proposal: EventJSON.message(entry: proposals[index])) + "\n"
        }
        try WholeFile.create(path, Array(text.utf8))
    }
}
