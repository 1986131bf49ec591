import Accounting
import ArgumentParser
import Bytes
import Commerce
import Events
import Ledger
import Reconciliation

/// The formats of payment files, as people name them.
enum PayoutFormat: String, CaseIterable {
    case cpa005 = "cpa-005"
    case pain001 = "pain-001"

    var format: PaymentFileFormat { self == .cpa005 ? .cpa005 : .pain001 }

    static func word(_ format: PaymentFileFormat) -> String {
        allCases.first { $0.format == format }?.rawValue ?? ""
    }

    static func parse(_ text: String) throws(LedgerError) -> PayoutFormat {
        if let format = PayoutFormat(rawValue: text) { return format }
        throw LedgerError(
            .usage, "--standard « \(text) »", Text("format inconnu", "unknown format"),
            remedy: Text("cpa-005 ou pain-001", "cpa-005 or pain-001"))
    }
}

struct PayoutsSend: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: say(
            "Met dans un fichier de paiement tout versement en cours qui n’est dans aucun.",
            "Puts every payout under way that is in no file into a payment file."),
        discussion: say(
            "L’inscription vient d’abord, le fichier ensuite : s’il manque, « payouts file » le refait, octet pour octet. "
                + "Avec --prepare, rien n’est inscrit : approve, record, puis payouts file. "
                + "État 1 si des versements restent faute de coordonnées.",
            "Recording comes first, the file then: where it is missing, \"payouts file\" makes it again, byte for byte. "
                + "With --prepare nothing is recorded: approve, record, then payouts file. "
                + "Status 1 where payouts stay behind for want of details."))
    @Option(
        help: ArgumentHelp(
            say("Institution qui prend le fichier : 815.", "Institution that takes the file: 815."))) var institution:
        String
    @Option(help: ArgumentHelp(say("cpa-005 ou pain-001.", "cpa-005 or pain-001."), valueName: "standard"))
    var standard: String
    @Option(
        help: ArgumentHelp(
            say("Jour où les bénéficiaires ont l’argent.", "Day on which the payees have the money."),
            valueName: "date")) var due: String
    @Option(
        help: ArgumentHelp(say("Fichier, qui ne doit pas exister.", "File, which must not exist."), valueName: "file"))
    var out: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Écrit les propositions dans ce fichier, pour approve, au lieu d’inscrire.",
                "Writes the proposals to this file, for approve, instead of recording."), valueName: "file"))
    var prepare: String?
    @Option(
        help: ArgumentHelp(
            say(
                "assets:bank ou assets:trust-bank, si des versements partent des deux.",
                "assets:bank or assets:trust-bank, where payouts leave from both."), valueName: "account"))
    var ledgerAccount: String?
    @OptionGroup var scope: PayoutScope

    func run() throws {
        let format = try PayoutFormat.parse(standard).format
        let dueDay = try Opening.date(due, "--due")
        guard let path = prepare ?? out, prepare == nil || out == nil else {
            throw LedgerError(
                .usage, "payouts send", Text("--out ou --prepare", "--out or --prepare"),
                remedy: Text("--out FICHIER", "--out FILE"))
        }
        try WholeFile.refuseExisting(path)
        let cash = try ledgerAccount.map { name throws(LedgerError) in try Self.cash(name) }
        let keyring = try PayoutScope.keyring()
        let snapshot = try Opening.snapshotForWriting()
        let writer = try LedgerWriter(snapshot.store)
        defer { writer.close() }
        // As it stands now that nobody else writes.
        try snapshot.renew()
        let book = try Opening.book(scope.book, snapshot.views)
        let sending = PayoutSending(
            try scope.recording(snapshot.views), institution: institution, format: format, dueDay: dueDay,
            atUs: try scope.atUs(snapshot), cash: cash)
        let plan = try sending.plan(snapshot, keyring)
        if prepare != nil {
            try PreparedBatch.write(plan.proposals, to: path)
        } else {
            try sending.record(plan, writer)
            do throws(LedgerError) {
                try WholeFile.create(path, plan.file.bytes)
            } catch {
                let number = plan.file.number
                throw LedgerError(
                    error.code, error.place,
                    Text(
                        "\(error.reason.french); le fichier \(number) est inscrit",
                        "\(error.reason.english); file \(number) is recorded"),
                    remedy: Text(
                        "« grandlivre payouts file --institution \(institution) --number \(number) --out … »",
                        "\"grandlivre payouts file --institution \(institution) --number \(number) --out …\""))
            }
        }
        tell(plan, path, book)
        PayoutFileText.warn(plan.file.warnings)
        if !plan.left.isEmpty { throw AnswerIsNo() }
    }

    private static func cash(_ name: String) throws(LedgerError) -> AccountCode {
        if name == AccountCode.bank.name { return .bank }
        if name == AccountCode.trustBank.name { return .trustBank }
        throw LedgerError(
            .usage, "--ledger-account « \(name) »", Text("ce n’est pas une encaisse", "no account of cash"),
            remedy: Text("assets:bank ou assets:trust-bank", "assets:bank or assets:trust-bank"))
    }

    private func tell(_ plan: PayoutSending.Plan, _ path: String, _ book: Book) {
        let language = Invocation.current.language
        var left = Listing([
            .init(key: "payout", title: Text("Versement laissé", "Payout left")),
            .init(key: "payee", title: Text("Bénéficiaire", "Payee")),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
            .init(key: "reason", title: Text("Raison", "Reason")),
        ])
        for one in plan.left {
            left.add(
                [
                    .text(one.payout), .text(one.payee), .amount(one.amountMinor, book.currency),
                    .text(one.reason(language)),
                ],
                shown: [one.payout, one.payee, shown(one.amountMinor, of: book.currency), one.reason(language)])
        }
        if Invocation.current.format == .json {
            return putLine(
                JSON.object(
                    PayoutFileText.members(plan.file, path, book)
                        + [("messageId", .text(plan.messageID)), ("left", left.json)]
                ).line)
        }
        PayoutFileText.tell(plan.file, path, book)
        if Invocation.current.format == .table, !plan.left.isEmpty { put("\n" + left.table(language)) }
    }
}

struct PayoutsFile: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "file",
        abstract: say(
            "Refait un fichier de paiement du journal, octet pour octet.",
            "Makes a payment file again from the log, byte for byte."))
    @Option(help: ArgumentHelp(say("Institution qui le prend : 815.", "Institution that takes it: 815.")))
    var institution: String
    @Option(help: ArgumentHelp(say("Numéro du fichier.", "Number of the file."), valueName: "n")) var number: UInt32
    @Option(
        help: ArgumentHelp(say("Fichier, qui ne doit pas exister.", "File, which must not exist."), valueName: "file"))
    var out: String
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        try WholeFile.refuseExisting(out)
        let keyring = try PayoutScope.keyring()
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        let file = try IssuedPayoutFile(institution: institution, number: number).make(book, snapshot, keyring)
        try WholeFile.create(out, file.bytes)
        PayoutFileText.tell(file, out, book)
        PayoutFileText.warn(file.warnings)
    }
}

/// A payment file for people and programs.
enum PayoutFileText {
    static func members(_ file: PayoutFile, _ path: String, _ book: Book) -> [(String, JSON)] {
        [
            ("institution", .text(file.institution)), ("number", .count(file.number)),
            ("format", .text(PayoutFormat.word(file.format))), ("payouts", .count(file.payouts)),
            ("total", .amount(file.totalMinor, book.currency)), ("currency", .text(book.currency.code)),
            ("sha256", .text(Hex.text(file.sha256))), ("file", .text(path)),
        ]
    }

    static func tell(_ file: PayoutFile, _ path: String, _ book: Book) {
        let members = members(file, path, book)
        guard Invocation.current.format != .json else { return putLine(JSON.object(members).line) }
        let titles: [String: Text] = [
            "institution": Text("Institution", "Institution"), "number": Text("Fichier", "File"),
            "format": Text("Format", "Format"), "payouts": Text("Versements", "Payouts"),
            "total": Text("Total", "Total"), "file": Text("Écrit dans", "Written to"),
        ]
        var listing = Listing(
            members.map { key, _ in
                Listing.Column(
                    key: key, title: titles[key] ?? Text(key, key), isNumber: ["payouts", "total"].contains(key),
                    isHidden: titles[key] == nil)
            })
        listing.add(
            members.map(\.1),
            shown: [
                file.institution, "\(file.number)", PayoutFormat.word(file.format),
                shown(count: file.payouts, Invocation.current.language),
                shown(file.totalMinor, of: book.currency), path,
            ])
        show(listing)
    }

    private static let warningsMax = 10

    /// What the file says less well than it was told, on stderr.
    static func warn(_ warnings: [PaymentWarning]) {
        let language = Invocation.current.language
        for warning in warnings.prefix(warningsMax) {
            note("grandlivre: " + (warning.payoutID.isEmpty ? "" : warning.payoutID + ", ") + warning.text(language))
        }
        if warnings.count > warningsMax {
            let more = warnings.count - warningsMax
            note("grandlivre: " + say("et \(more) autres remarques", "and \(more) more remarks"))
        }
    }
}
