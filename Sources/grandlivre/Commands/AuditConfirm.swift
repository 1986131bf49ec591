import Accounting
import ArgumentParser
import Commerce
@preconcurrency import Glibc
import Ledger

struct AuditConfirm: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: say(
            "Les lettres de confirmation, et ce qu’on y a répondu (NCA 505).",
            "Confirmation letters, and what was answered (CAS 505)."),
        discussion: say(
            """
            Écrit une lettre par partie, en français puis en anglais, et lettres.csv.
            Avec --replies, un fichier aux colonnes party, account, currency, amount,
            date et alternative : écrit reponses.csv; état 1 tant qu’il reste à faire.

            Exemple :
              grandlivre audit confirm lettres --year 2025 --kind institution
                --auditor "Roy CPA inc., 1 rue Un, Québec"
            """,
            """
            Writes one letter a party, in French then English, and lettres.csv.
            With --replies, a file with the columns party, account, currency, amount,
            date and alternative: writes reponses.csv; status 1 while work is left.

            Example:
              grandlivre audit confirm letters --year 2025 --kind institution
                --auditor "Roy CPA inc., 1 rue Un, Québec"
            """))

    @Argument(help: ArgumentHelp(say("Où écrire.", "Where to write."), valueName: "folder")) var folder: String
    @OptionGroup var year: AuditYear
    @Option(
        help: ArgumentHelp(
            say(
                "member, seller, institution ou cooperative; se répète.",
                "member, seller, institution or cooperative; may be repeated.")))
    var kind: [String] = []
    @Option(
        help: ArgumentHelp(
            say("Pas de lettre à un membre ou vendeur sous ce solde.", "No letter to a member or seller below it."),
            valueName: "amount"))
    var least: String = "0.01"
    @Option(
        help: ArgumentHelp(
            say("Seulement les parties de cet échantillon de soldes.", "Only the parties of this sample of balances."),
            valueName: "file"))
    var sample: String?
    @Option(
        help: ArgumentHelp(
            say("À qui répondre : nom et adresse.", "Whom to reply to: name and address."), valueName: "auditor"))
    var auditor: String?
    @Option(help: ArgumentHelp(say("La date des lettres.", "The letters' date."))) var date: String?
    @Option(help: ArgumentHelp(say("Répondre au plus tard ce jour.", "Reply by that day."), valueName: "date"))
    var replyBy: String?
    @Flag(help: ArgumentHelp(say("En texte plutôt qu’en HTML.", "As text, not HTML."))) var text = false
    @Option(help: ArgumentHelp(say("Les réponses (CSV).", "The replies (CSV)."), valueName: "file")) var replies:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(year.book, snapshot.views)
        let period = try AuditPeriod(book: book.name, year: year.year, snapshot.views)
        var kinds = Set(ConfirmationKind.allCases)
        if !kind.isEmpty {
            kinds = Set(
                try kind.map { text in
                    guard let kind = ConfirmationKind(rawValue: text) else {
                        let known = ConfirmationKind.allCases.map(\.rawValue).joined(separator: ", ")
                        throw LedgerError(
                            .usage, "--kind « \(text) »", Text("mot inconnu", "unknown word"),
                            remedy: Text("accepté : \(known)", "accepted: \(known)"))
                    }
                    return kind
                })
        }
        var letters = try Confirmations.all(
            period, kinds: kinds, leastMinor: try Opening.amount(least, "--least", book.currency), snapshot)
        if let sample {
            let parties = Set(try SampleFile(reading: sample).items.map(\.id))
            letters = letters.filter { parties.contains($0.party) }
        }
        if let replies {
            try outcomes(letters, replies, book)
        } else {
            try write(letters, period, book)
        }
    }

    /// Once all that was asked is known to be right: a refusal leaves nothing behind.
    private func makeFolder() throws(LedgerError) {
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
            throw LedgerError(
                .cannotCreate, folder, SystemReason.text(errno),
                remedy: Text("nommer un dossier que l’on peut créer", "name a folder that can be made"))
        }
    }

    private func write(_ letters: [Confirmation], _ period: AuditPeriod, _ book: Book) throws {
        guard let auditor, !auditor.isEmpty else {
            throw LedgerError(
                .usage, "--auditor", Text("qui reçoit la réponse ?", "who receives the reply?"),
                remedy: Text("le nom et l’adresse de l’auditeur", "the auditor's name and address"))
        }
        try StatementPage.requireNew(folder + "/lettres.csv")
        try makeFolder()
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "file", title: Text("Fichier", "File")),
            .init(key: "party", title: Text("Partie", "Party")),
            .init(key: "kind", title: Text("Genre", "Kind")),
            .init(key: "account", title: Text("Compte", "Account")),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
            .init(key: "owedBy", title: Text("Doit", "Owed by")),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
        ])
        listing.nothing = Text("Aucune lettre.", "No letter.")
        let day = try date.map { try Opening.date($0, "--date") }
        let last = try replyBy.map { try Opening.date($0, "--reply-by") }
        for (at, letter) in letters.enumerated() {
            let page = ConfirmationLetter(
                letter: letter, period: period, auditor: auditor, number: at + 1, day: day, replyBy: last)
            let name = page.fileName(text ? ".txt" : ".html")
            try StatementPage.write(text ? page.text : page.html, to: folder + "/" + name)
            for line in letter.lines {
                listing.add(
                    [
                        .text(name), .text(letter.party), .text(letter.kind.rawValue), .text(line.account),
                        .text(line.currency.code), .text(line.isDebit ? "party" : "cooperative"),
                        .amount(line.amountMinor, line.currency),
                    ],
                    shown: [
                        name, letter.party, letter.kind.label(language), line.account,
                        line.isDebit ? Text("la partie", "party")(language) : Text("nous", "us")(language),
                        shown(line.amountMinor, line.currency, language),
                    ])
            }
        }
        try StatementPage.write(listing.csv, to: folder + "/lettres.csv")
        listing.elsewhere = (20, folder + "/lettres.csv")
        grandlivre.show(listing)
    }

    private func read(_ path: String, _ letters: [Confirmation], _ book: Book) throws -> [ConfirmationReply] {
        let rows = try CSVRows.read(
            path, required: ["party", "account", "amount"], optional: ["currency", "date", "alternative"])
        var asked: [String: [Currency]] = [:]
        for letter in letters {
            for line in letter.lines { asked["\(letter.party) \(line.account)", default: []].append(line.currency) }
        }
        return try rows.map { row in
            func cell(_ name: String) -> String { row.cells[name] ?? "" }
            func refused(_ text: String, _ reason: Text, _ remedy: Text) -> LedgerError {
                LedgerError(.badInput, "\(path):\(row.line) « \(text) »", reason, remedy: remedy)
            }
            let (party, account, amount, date) = (cell("party"), cell("account"), cell("amount"), cell("date"))
            // Asked in one currency only, the reply need not say which.
            let known = asked["\(party) \(account)"] ?? [book.currency]
            guard
                let currency = cell("currency").isEmpty && known.count == 1
                    ? known[0] : Currency(utf8: cell("currency").utf8)
            else {
                let codes = known.map(\.code).joined(separator: ", ")
                throw refused(
                    cell("currency"), Text("en quelle monnaie ?", "in which currency?"),
                    Text("colonne currency : \(codes)", "column currency: \(codes)"))
            }
            let minor = try? Opening.decimal(amount, exponent: currency.exponent)
            guard amount.isEmpty || minor != nil else {
                throw refused(
                    amount, Text("ce n’est pas un montant", "not an amount"),
                    Text("par exemple 125,00; rien sans réponse", "for example 125.00; nothing without a reply"))
            }
            guard date.isEmpty || (try? CivilDate(date)) != nil else {
                throw refused(
                    date, Text("ce n’est pas une date", "not a date"),
                    Text("par exemple 2026-01-20", "for example 2026-01-20"))
            }
            return ConfirmationReply(
                party: party, account: account, currency: currency, amountMinor: minor, date: date,
                alternative: cell("alternative"))
        }
    }

    private func outcomes(_ letters: [Confirmation], _ path: String, _ book: Book) throws {
        let outcomes = try ConfirmationOutcome.all(letters, read(path, letters, book))
        try makeFolder()
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "party", title: Text("Partie", "Party")),
            .init(key: "account", title: Text("Compte", "Account")),
            .init(key: "currency", title: Text("Monnaie", "Currency"), isHidden: true),
            .init(key: "book", title: Text("Livres", "Books"), isNumber: true),
            .init(key: "reply", title: Text("Réponse", "Reply"), isNumber: true),
            .init(key: "difference", title: Text("Écart", "Diff."), isNumber: true),
            .init(key: "status", title: Text("État", "Status")),
            .init(key: "date", title: Text("Date", "Date"), isHidden: true),
            .init(key: "alternative", title: Text("Autres procédures", "Alternative work"), isOptional: true),
        ])
        listing.nothing = Text("Aucune lettre.", "No letter.")
        for outcome in outcomes {
            let currency = outcome.line.currency
            func amount(_ minor: Int64?) -> JSON { minor.map { .amount($0, currency) } ?? .null }
            func said(_ minor: Int64?) -> String { minor.map { shown($0, currency, language) } ?? "" }
            listing.add(
                [
                    .text(outcome.confirmation.party), .text(outcome.line.account), .text(currency.code),
                    amount(outcome.line.amountMinor), amount(outcome.reply?.amountMinor),
                    amount(outcome.differenceMinor), .text(outcome.status.rawValue),
                    .text(outcome.reply?.date ?? ""), .text(outcome.reply?.alternative ?? ""),
                ],
                shown: [
                    outcome.confirmation.party, outcome.line.account, said(outcome.line.amountMinor),
                    said(outcome.reply?.amountMinor), said(outcome.differenceMinor), outcome.status.label(language),
                    outcome.reply?.alternative ?? "",
                ])
        }
        try StatementPage.write(listing.csv, to: folder + "/reponses.csv")
        grandlivre.show(listing)
        let left = outcomes.count { !$0.status.isDone }
        guard left > 0 else { return }
        note("grandlivre: " + say("\(left) lignes sans réponse ou en écart", "\(left) lines unanswered or different"))
        throw AnswerIsNo()
    }
}
