import Accounting
import ArgumentParser
import Bytes
import Commerce
import EventLog
import Events
import Ledger

/// Who states an invoice or a netting, and when.
struct StatementOptions: ParsableArguments {
    @Option(help: ArgumentHelp(say("Qui l’inscrit.", "Who records it."))) var actor: String = "grandlivre"
    @Option(help: ArgumentHelp(say("Système qui l’énonce.", "System that states it."))) var source: String =
        "agreements"
    @Option(
        help: ArgumentHelp(
            say(
                "Quand (UTC); par défaut maintenant, ou la fin de la période facturée.",
                "When (UTC); by default now, or the end of the period billed."))) var at: String?
    @Flag(help: ArgumentHelp(say("Inscrit ce qui est proposé.", "Records what is proposed."))) var record = false
    @Option(
        help: ArgumentHelp(
            say(
                "Fichier de la clé de qui approuve, par exemple pour le client.",
                "File of the approver's key, for example for the client."), valueName: "keyfile")) var key: String?

    func effectiveAtUs(_ snapshot: LedgerSnapshot) throws(LedgerError) -> Int64 {
        try ActOptions.effectiveAtUs(at, snapshot)
    }

    /// The event that has said the same already under this source and key, whenever; `nil` where there is none.
    ///
    /// - Throws: `badInput` where it said something else.
    private func recorded(_ proposal: Bytes, in snapshot: LedgerSnapshot) throws -> UInt64? {
        let event = try EventView(proposal)
        guard let sequence = Idempotency.find(source: event.source, key: event.key, snapshot.views),
            let earlier = snapshot.views.event(sequence)
        else { return nil }
        guard earlier.bodyField == event.bodyField, earlier.bodyBytes == event.bodyBytes else {
            throw LedgerError(
                .badInput, event.key.string,
                Text(
                    "déjà inscrit par l’événement \(sequence), avec d’autres montants ou d’autres dates",
                    "recorded already by event \(sequence), with other amounts or dates"),
                remedy: Text(
                    "« grandlivre log --from \(sequence) --to \(sequence) » le montre; une période n’est facturée qu’une fois",
                    "\"grandlivre log --from \(sequence) --to \(sequence)\" shows it; a period is billed once"))
        }
        return sequence
    }

    /// The event, written once to be signed and once more with the signature where a key is given.
    private func signed(
        in snapshot: LedgerSnapshot, _ write: (EventWriter, (approver: String, signature: [UInt8])?) -> Void
    ) throws -> Proposals {
        let unsigned = Proposals()
        try unsigned.append { write($0, nil) }
        guard let key else { return unsigned }
        let seed = try KeyFile.read(key)
        let approver = try Approve.owner(seed, key, snapshot)
        guard let signature = seed.approve(try EventView(unsigned[0])) else { return unsigned }
        let signed = Proposals()
        try signed.append { write($0, (approver, signature)) }
        return signed
    }

    /// One event: recorded where that was asked for, otherwise checked by the rules as `record` would; shown once it is found right.
    func state(
        _ book: Book, _ name: String, _ effectiveAtUs: Int64, in snapshot: LedgerSnapshot, show: () -> Void,
        _ body: (EventWriter) -> Void
    ) throws {
        let proposals = try signed(in: snapshot) { writer, approval in
            writer.effectiveAt { $0.write(microseconds: effectiveAtUs) }
            writer.book(book.name)
            writer.source(source)
            writer.key(name)
            writer.actor(actor)
            if let approval {
                writer.approvals { written in
                    written.approver(approval.approver)
                    approval.signature.withBytes { written.signature($0) }
                }
            }
            body(writer)
        }
        if let before = try recorded(proposals[0], in: snapshot) {
            show()
            if Invocation.current.format == .table {
                putLine(
                    say("Déjà inscrit par l’événement \(before)", "Recorded already by event \(before)")
                        + say(" · événements : 0, déjà inscrits : 1", " · events: 0, recorded before: 1"))
            } else if record {
                putLine(JSON.object([("recorded", .count(0)), ("repeats", .count(1))]).line)
            }
            return
        }
        if record {
            let outcome = try ActOptions.append(proposals, to: snapshot.store)
            show()
            ActOptions.tell(outcome, Text("Inscrit", "Recorded"))
        } else {
            let recordedAt = max(effectiveAtUs, Int64(clamping: snapshot.head.lastRecordedAtUs))
            try Rules.decide(
                Fact(
                    EventView(proposals[0]), sequence: snapshot.head.count, recordedAtUs: recordedAt,
                    views: snapshot.views), snapshot.views)
            show()
            if Invocation.current.format == .table {
                putLine(say("Proposé; --record l’inscrit.", "Proposed; --record records it."))
            }
        }
    }
}

struct AgreementBill: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "bill",
        abstract: say(
            "Propose la facture d’une période; --record l’inscrit.",
            "Proposes the invoice of a period; --record records it."))

    @Argument(help: ArgumentHelp(say("L’entente.", "The agreement."))) var agreement: String
    @Option(help: ArgumentHelp(say("Premier jour.", "First day."))) var from: String
    @Option(help: ArgumentHelp(say("Dernier jour.", "Last day."))) var to: String
    @Option(
        help: ArgumentHelp(
            say(
                "Quantité d’un tarif : unités, ou unités mineures du montant pour un pourcentage; 0 l’omet.",
                "Quantity of a fee: units, or minor units of the amount for a percentage; 0 leaves it out."),
            valueName: "fee=quantity"))
    var units: [String] = []
    @Option(help: ArgumentHelp(say("Numéro de la facture.", "The invoice's id."))) var invoice: String?
    @Option(
        help: ArgumentHelp(
            say("Le livre du prestataire, s’il y en a plusieurs.", "The provider's book, where there are several.")))
    var book: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Valeur avant taxes dans la monnaie du prestataire, si elle est autre.",
                "Worth before tax in the provider's currency, where it is another."))) var bookAmount: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Valeur totale dans la monnaie du client, si elle est autre.",
                "Worth of the total in the client's currency, where it is another."))) var clientBookAmount: String?
    @Option(help: ArgumentHelp(say("Où le taux est publié, et sa date.", "Where the rate is published, and its date.")))
    var rateSource: String = ""
    @OptionGroup var statement: StatementOptions

    func run() throws {
        if statement.record { try Viewer.current.requireOperator("--record") }
        let snapshot = try statement.record ? Opening.snapshotForWriting() : Opening.snapshot()
        let views = snapshot.views
        let provider = try book.map { try Opening.book($0, views, isPublic: true) }
        let row = try AgreementQuery.find(agreement, provider: provider, for: .current, snapshot)
        let first = try Opening.date(from, "--from")
        let last = try Opening.date(to, "--to")
        // An invoice belongs to the period that it bills.
        let now = try statement.effectiveAtUs(snapshot)
        let at = statement.at == nil ? min(now, row.provider.calendar.lastInstantUs(of: last)) : now
        let bill = try Billing.propose(
            row.agreement, row.provider, from: first, to: last,
            quantities: quantities(AgreementQuery.fees(row, views).map(\.fee)), at: at, views)
        let name = invoice ?? "\(row.agreement)-\(first.text)"
        try snapshot.check()
        let worth = try bookAmount.map { try Opening.amount($0, "--book-amount", row.provider.currency) } ?? 0
        let clientWorth =
            try clientBookAmount.map { try Opening.amount($0, "--client-book-amount", row.client.currency) } ?? 0
        func show() {
            if Invocation.current.format == .table {
                printTable(bill, name, row, first, last)
            } else {
                putLine(json(bill, name, row, first, last).line)
            }
        }
        try statement.state(row.provider, "invoice-\(name)", at, in: snapshot, show: show) { event in
            event.serviceInvoiced {
                $0.invoice(name)
                $0.agreement(row.agreement)
                $0.currency(bill.currency.code)
                $0.fromDate(first.text)
                $0.toDate(last.text)
                for line in bill.lines {
                    $0.lines {
                        $0.fee(line.fee)
                        $0.quantity(line.quantity)
                        $0.amountMinor(line.amountMinor)
                    }
                }
                for tax in bill.taxes {
                    $0.taxes {
                        $0.tax(tax.tax)
                        $0.amountMinor(tax.amountMinor)
                    }
                }
                $0.totalMinor(bill.totalMinor)
                $0.bookAmountMinor(worth)
                $0.clientBookAmountMinor(clientWorth)
                $0.rateSource(rateSource)
            }
        }
    }

    /// - Parameter fees: the agreement's; each is named as it is, or as tables call it.
    private func quantities(_ fees: [String]) throws(LedgerError) -> [String: Int64] {
        var result: [String: Int64] = [:]
        for text in units {
            guard let equals = text.lastIndex(of: "="), let quantity = Int64(text[text.index(after: equals)...]),
                quantity >= 0, equals != text.startIndex
            else {
                throw LedgerError(
                    .usage, "--units « \(text) »", Text("forme inconnue", "unknown form"),
                    remedy: Text(
                        "par exemple storage-day=1240, chaque tarif une fois",
                        "for example storage-day=1240, each fee once"))
            }
            let given = String(text[..<equals])
            let fee = Choice.find(given, among: fees, words: { [Label.fee($0), Label.feeAlone($0)] }) ?? given
            guard result[fee] == nil else {
                throw LedgerError(
                    .usage, "--units « \(text) »", Text("tarif déjà donné", "fee given already"),
                    remedy: Text("chaque tarif une fois", "each fee once"))
            }
            result[fee] = quantity
        }
        return result
    }

    private func printTable(
        _ bill: BillProposal, _ name: String, _ row: AgreementRow, _ first: CivilDate, _ last: CivilDate
    ) {
        let language = Invocation.current.language
        putLine(say("Facture ", "Invoice ") + "\(name) · \(row.provider.name) → \(row.client.name)")
        putLine(
            say("Du \(first.text) au \(last.text)", "\(first.text) to \(last.text)") + " · \(bill.currency.code)")
        var listing = Listing([
            .init(key: "fee", title: Text("Tarif", "Fee")),
            .init(key: "quantity", title: Text("Quantité", "Quantity"), isNumber: true),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
        ])
        for line in bill.lines {
            listing.add([
                .text(Label.fee(line.fee)(language)), .int(line.quantity),
                .text(shown(line.amountMinor, bill.currency, language)),
            ])
        }
        for tax in bill.taxes {
            listing.add([
                .text(Text.tax(tax.tax)(language)), .text(""),
                .text(shown(tax.amountMinor, bill.currency, language)),
            ])
        }
        listing.total = ["Total", "", shown(bill.totalMinor, bill.currency, language)]
        put(listing.table(language))
    }

    private func json(
        _ bill: BillProposal, _ name: String, _ row: AgreementRow, _ first: CivilDate, _ last: CivilDate
    ) -> JSON {
        .object([
            ("invoice", .text(name)), ("agreement", .text(row.agreement)), ("provider", .text(row.provider.name)),
            ("client", .text(row.client.name)), ("currency", .text(bill.currency.code)),
            ("fromDate", .text(first.text)), ("toDate", .text(last.text)),
            (
                "lines",
                .array(
                    bill.lines.map {
                        .object([
                            ("fee", .text($0.fee)), ("quantity", .int($0.quantity)),
                            ("amount", .amount($0.amountMinor, bill.currency)),
                        ])
                    })
            ),
            (
                "taxes",
                .array(
                    bill.taxes.map {
                        .object([("tax", .text($0.tax)), ("amount", .amount($0.amountMinor, bill.currency))])
                    })
            ),
            ("net", .amount(bill.netMinor, bill.currency)), ("total", .amount(bill.totalMinor, bill.currency)),
        ])
    }
}

struct AgreementNetting: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "netting",
        abstract: say(
            "Propose de compenser ce que deux coopératives se doivent; --record l’inscrit.",
            "Proposes to set off what two cooperatives owe each other; --record records it."))

    @Argument(help: ArgumentHelp(say("Le livre qui l’inscrit.", "The book that records it."))) var first: String
    @Argument(help: ArgumentHelp(say("L’autre livre.", "The other book."))) var second: String
    @Option(help: ArgumentHelp(say("Numéro de la compensation.", "The netting's id."))) var netting: String?
    @OptionGroup var statement: StatementOptions

    func run() throws {
        if statement.record { try Viewer.current.requireOperator("--record") }
        let snapshot = try statement.record ? Opening.snapshotForWriting() : Opening.snapshot()
        let views = snapshot.views
        let one = try Opening.book(first, views, isPublic: true)
        let other = try Opening.book(second, views, isPublic: true)
        guard Viewer.current.operates(one) || Viewer.current.operates(other) else { throw Viewer.refused("netting") }
        guard one.id != other.id else {
            throw LedgerError(
                .usage, second, Text("deux fois le même livre", "the same book twice"),
                remedy: Text("nommer deux livres", "name two books"))
        }
        let rows = AgreementQuery.netting(one, other, views)
        let at = try statement.effectiveAtUs(snapshot)
        try snapshot.check()
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "currency", title: Text("Monnaie", "Currency")),
            .init(
                key: "firstOwes", title: Text("\(one.name) doit", "\(one.name) owes"), isNumber: true),
            .init(
                key: "secondOwes", title: Text("\(other.name) doit", "\(other.name) owes"), isNumber: true),
            .init(key: "netting", title: Text("À compenser", "To set off"), isNumber: true),
        ])
        listing.nothing = Text("Rien à compenser.", "Nothing to set off.")
        for row in rows {
            let amounts = [row.firstOwesMinor, row.secondOwesMinor, row.amountMinor]
            listing.add(
                [.text(row.currency.code)] + amounts.map { .amount($0, row.currency) },
                shown: [row.currency.code] + amounts.map { shown($0, row.currency, language) })
        }
        show(listing)
        let day = CivilDate(clampingDays: Int64(one.day(at))).text
        for row in rows where row.amountMinor > 0 {
            let name = (netting ?? "\(other.name)-\(day)") + (rows.count > 1 ? "-\(row.currency.code)" : "")
            try statement.state(one, "netting-\(name)", at, in: snapshot, show: {}) { event in
                event.balancesNetted {
                    $0.netting(name)
                    $0.counterpartBook(other.name)
                    $0.currency(row.currency.code)
                    $0.amountMinor(row.amountMinor)
                }
            }
        }
    }
}
