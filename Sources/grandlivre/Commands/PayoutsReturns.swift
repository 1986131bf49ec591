import Accounting
import ArgumentParser
import Commerce
import Ledger
import Reconciliation

struct PayoutsReturns: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "returns",
        abstract: say(
            "Lit des retours CPA 005 et des rapports pain.002. État 1 s’il reste des écarts.",
            "Reads CPA 005 returns and pain.002 reports. Status 1 where exceptions are left."),
        discussion: say(
            "Un versement revenu rouvre sa dette; rien n’est renvoyé. Relancé, rien n’entre deux fois. Ce qui n’est pas certain est dans la liste : "
                + "référence inconnue, autre montant, versement qu’aucun relevé n’a encore montré.",
            "A payout that came back opens its debt again; nothing is sent anew. Run again, nothing enters twice. What is not certain is listed: "
                + "an unknown reference, another amount, a payout that no statement has shown yet."))
    @Argument(help: ArgumentHelp(say("Fichiers.", "Files."))) var files: [String]
    @OptionGroup var scope: PayoutScope
    @Option(
        help: ArgumentHelp(
            say("Lignes au plus, ou all; 50 dans un tableau.", "At most this many rows, or all; default 50 in a table.")
        ), transform: RowLimit.init)
    var limit: RowLimit?

    func run() throws {
        let snapshot = try Opening.snapshotForWriting()
        let book = try Opening.book(scope.book, snapshot.views)
        let outcome = try PayoutReturns(try scope.recording(snapshot.views), atUs: try scope.atUs(snapshot))
            .run(files, to: snapshot.store)
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "file", title: Text("Fichier", "File"), isHidden: true),
            .init(key: "reference", title: Text("Référence", "Reference")),
            .init(key: "payout", title: Text("Versement", "Payout"), isHidden: true),
            .init(key: "payee", title: Text("Bénéficiaire", "Payee")),
            .init(key: "code", title: Text("Code", "Code")),
            .init(key: "amount", title: Text("Au fichier", "In the file"), isNumber: true),
            .init(key: "payoutAmount", title: Text("Versé", "Paid"), isNumber: true, isOptional: true),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
            .init(key: "state", title: Text("État", "State")),
        ])
        listing.limit = (limit ?? .ofList).rows
        listing.nothing = Text("Rien n’est revenu.", "Nothing came back.")
        func figure(_ minor: Int64?) -> String { minor.map { shown($0, of: book.currency) } ?? "" }
        for line in outcome.lines.filter({ !$0.state.isDone }) + outcome.lines.filter(\.state.isDone) {
            listing.add(
                [
                    .text(line.file), .text(line.reference), .text(line.payout), .text(line.payee), .text(line.code),
                    line.amountMinor.map { .amount($0, book.currency) } ?? .null,
                    line.payoutMinor.map { .amount($0, book.currency) } ?? .null, .text(book.currency.code),
                    .text(line.state.rawValue),
                ],
                shown: [
                    line.reference, line.payee, line.code, figure(line.amountMinor), figure(line.payoutMinor),
                    line.state.text(language),
                ])
        }
        show(listing)
        if Invocation.current.format == .table, outcome.accepted + outcome.pending > 0 {
            putLine(
                say(
                    "acceptés : \(outcome.accepted), en attente : \(outcome.pending)",
                    "accepted: \(outcome.accepted), pending: \(outcome.pending)"))
        }
        if outcome.lines.contains(where: { !$0.state.isDone }) { throw AnswerIsNo() }
    }
}

struct PayoutsStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: say(
            "Les fichiers de paiement : réglé, revenu, en cours; et ce qui n’est dans aucun.",
            "Payment files: settled, returned, under way; and what is in none."))
    @Option(help: ArgumentHelp(say("Une seule institution.", "One institution only."))) var institution: String?
    @Option(help: ArgumentHelp(say("Un seul fichier.", "One file only."), valueName: "n")) var number: UInt32?
    @Option(
        help: ArgumentHelp(
            say("Jour où les âges s’arrêtent.", "Day to which ages count."), valueName: "date")) var date: String?
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        let day =
            try date.map { text throws(LedgerError) in try Opening.date(text, "--date") }
            ?? CivilDate(clampingDays: Int64(book.day(try ActOptions.effectiveAtUs(nil, snapshot))))
        let all = try PayoutStanding.all(institution, number: number, on: day, book, snapshot)
        if let number, all.isEmpty {
            throw LedgerError(
                .notFound, "\(number)", Text("aucun fichier de ce numéro", "no file of that number"),
                remedy: Text("« grandlivre payouts status »", "\"grandlivre payouts status\""))
        }
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "institution", title: Text("Inst.", "Inst.")),
            .init(key: "number", title: Text("Fichier", "File")),
            .init(key: "format", title: Text("Format", "Format"), isOptional: true),
            .init(key: "messageId", title: Text("Message", "Message"), isHidden: true),
            .init(key: "day", title: Text("Créé le", "Made on")),
            .init(key: "dueDate", title: Text("Pour le", "Due"), isOptional: true),
            .init(key: "payouts", title: Text("Versements", "Payouts"), isNumber: true),
            .init(key: "total", title: Text("Total", "Total"), isNumber: true),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
            .init(key: "settled", title: Text("Réglés", "Settled"), isNumber: true),
            .init(key: "settledTotal", title: Text("Montant réglé", "Settled amount"), isHidden: true),
            .init(key: "returned", title: Text("Revenus", "Returned"), isNumber: true),
            .init(key: "returnedTotal", title: Text("Montant revenu", "Returned amount"), isHidden: true),
            .init(key: "underWay", title: Text("En cours", "Under way"), isNumber: true),
            .init(key: "underWayTotal", title: Text("Montant en cours", "Under way amount"), isHidden: true),
            .init(key: "ageDays", title: Text("Âge", "Age"), isNumber: true),
        ])
        listing.nothing = Text("Aucun versement en cours ni fichier.", "No payout under way and no file.")
        for one in all {
            let money = { (minor: Int64) in JSON.amount(minor, book.currency) }
            listing.add(
                [
                    .text(one.institution), one.number == 0 ? .null : .count(one.number),
                    .text(PayoutFormat.word(one.format)), .text(one.messageID), .text(one.day.text),
                    one.dueDay.map { .text($0.text) } ?? .null, .count(one.payouts), money(one.totalMinor),
                    .text(book.currency.code), .count(one.settled), money(one.settledMinor), .count(one.returned),
                    money(one.returnedMinor), .count(one.underWay), money(one.underWayMinor), .count(one.age),
                ],
                shown: [
                    one.institution, one.number == 0 ? Text("aucun", "none")(language) : "\(one.number)",
                    PayoutFormat.word(one.format), one.day.text, one.dueDay?.text ?? "",
                    shown(count: one.payouts, language), shown(one.totalMinor, of: book.currency),
                    shown(count: one.settled, language), shown(count: one.returned, language),
                    shown(count: one.underWay, language), "\(one.age)",
                ])
        }
        show(listing)
    }
}
