package import Accounting
import Bytes
package import Commerce
import EventLog
package import Events
package import Ledger

/// Puts every payout under way of an institution that is in no file into a file: paymentFileIssued and payoutsFiled, one batch, whole or not at all.
///
/// The events come first. Once they are durable the file is a matter of making it again (`IssuedPayoutFile`): a crash between the two loses nothing, and no
/// payout is ever in two files.
package struct PayoutSending {
    package var recording: Recording
    package var institution: String
    package var format: PaymentFileFormat
    package var dueDay: CivilDate
    package var atUs: Int64
    /// `nil`: the only one that payouts leave from.
    package var cash: AccountCode?

    /// Payouts that one event names: formats carry ids of 35 bytes at most, and an event has 65 535.
    private static let namedMost = 1_500
    /// Payouts of one file: its events, and those that settle it, go into one batch.
    package static let payoutsMost = 50_000

    package init(
        _ recording: Recording, institution: String, format: PaymentFileFormat, dueDay: CivilDate, atUs: Int64,
        cash: AccountCode? = nil
    ) {
        self.recording = recording
        self.institution = institution
        self.format = format
        self.dueDay = dueDay
        self.atUs = atUs
        self.cash = cash
    }

    /// A payout that stays behind.
    package struct Left: Sendable {
        package var payout: String
        package var payee: String
        package var amountMinor: Int64
        package var reason: Text
    }

    package struct Plan {
        package var file: PayoutFile
        package var messageID: String
        package var left: [Left]
        package let proposals: Proposals
    }

    /// What would be sent: nothing is recorded. Throws `.no` where there is nothing to send.
    package func plan(_ snapshot: LedgerSnapshot, _ keyring: Keyring?) throws -> Plan {
        let views = snapshot.views
        let book = try views.named(recording.book)
        let party = Array(institution.utf8).withBytes { views.party(.institution, $0) } ?? 0
        let last = views.lastPaymentFile(party, book)
        var waiting = views.payoutsUnderWay(at: party, book).filter { one in
            Array(one.name.utf8).withBytes { views.fileOfPayout($0, book) } == nil
        }
        let cash = try cash ?? onlyCash(waiting.map(\.payout), book, views)
        waiting = waiting.filter { views.cash(of: $0.payout, book) == cash }
        let payees = PayeeBook(snapshot, keyring)
        var left: [Left] = []
        var payouts: [FiledPayout] = []
        for (name, payout) in waiting {
            let one = FiledPayout(
                name: name, payout: payout, payee: views.partyName(payout.payee),
                details: try payees.details(payout.payee))
            var reason = obstacle(one)
            if reason == nil, payouts.count == Self.payoutsMost {
                reason = Text("le fichier suivant", "the next file")
            }
            if let reason {
                left.append(
                    Left(payout: name, payee: one.payee, amountMinor: payout.amountMinor, reason: reason))
            } else {
                payouts.append(one)
            }
        }
        guard !payouts.isEmpty else { throw nothing(left, last) }
        let day = CivilDate(clampingDays: Int64(book.day(atUs)))
        let number = UInt32(PaymentFile.numberAfter(Int(last)))
        let head = PayoutFileHead(
            institution: institution, number: number, format: format,
            messageID: PayoutFileHead.messageID(day, institution, number), dueDay: dueDay, cash: cash, atUs: atUs,
            madeFrom: snapshot.head.count)
        let file = try PayoutFile.make(head, payouts, book, views)
        let batch = EventBatch(book, actor: recording.actor)
        try propose(head, file, payouts.map(\.name), batch)
        try snapshot.check()
        return Plan(file: file, messageID: head.messageID, left: left, proposals: batch.proposals)
    }

    /// Why a payout cannot be in a file of the format: it stays behind, so that it does not keep the others.
    private func obstacle(_ one: FiledPayout) -> Text? {
        guard case .known(let name, _) = one.details else { return one.details.reason }
        guard LatinText.isIdentifier(one.name, widthMax: 35) else {
            return Text("son numéro ne peut pas voyager tel quel", "its id cannot travel as it is")
        }
        guard one.payout.amountMinor <= CPA005.amountMinorMax else {
            let most = DecimalText.format(minor: CPA005.amountMinorMax, exponent: 2)
            return Text("plus que \(most)", "more than \(most)")
        }
        let folded = LatinText.folded(name, to: format == .cpa005 ? .cpa005 : .swift)
        guard folded.utf8.contains(where: { (0x41...0x5A).contains($0 & 0xDF) || (0x30...0x39).contains($0) }) else {
            return Text("un nom sans lettre latine", "a name without a Latin letter")
        }
        return nil
    }

    private func onlyCash(_ payouts: [PayoutRecord], _ book: Book, _ views: Views) throws -> AccountCode {
        let all = Set(payouts.map { views.cash(of: $0, book) })
        guard all.count > 1 else { return all.first ?? .bank }
        throw LedgerError(
            .usage, institution,
            Text("des versements partent de deux comptes", "payouts leave from two accounts"),
            remedy: Text(
                "--ledger-account assets:bank, puis assets:trust-bank",
                "--ledger-account assets:bank, then assets:trust-bank"))
    }

    private func nothing(_ left: [Left], _ last: UInt32) -> LedgerError {
        let first = left.first.map { "\($0.payout), \($0.payee)" } ?? ""
        let why =
            left.first.map { one in
                Text(
                    "; \(left.count) attendent, dont \(first) : \(one.reason.french)",
                    "; \(left.count) wait, among them \(first): \(one.reason.english)")
            } ?? Text("", "")
        return LedgerError(
            .no, institution,
            Text("aucun versement à envoyer\(why.french)", "no payout to send\(why.english)"),
            remedy: last == 0
                ? Text("« grandlivre payouts instruct »", "\"grandlivre payouts instruct\"")
                : Text(
                    "le dernier fichier se refait : « grandlivre payouts file --institution \(institution) --number \(last) »",
                    "the last file is made again: \"grandlivre payouts file --institution \(institution) --number \(last)\""
                ))
    }

    private func propose(
        _ head: PayoutFileHead, _ file: PayoutFile, _ names: [String], _ batch: EventBatch
    ) throws {
        let source = PayoutInstruction.source
        try batch.add(source: source, key: ["file", head.messageID], atUs: atUs) { event in
            event.paymentFileIssued { body in
                body.institution(institution)
                body.number(head.number)
                body.format(format)
                body.payouts(UInt32(clamping: names.count))
                body.totalMinor(file.totalMinor)
                body.currency(batch.book.currency.code)
                file.sha256.withBytes { body.fileSha256($0) }
                body.messageId(head.messageID)
                body.dueDate(head.dueDay.text)
                if head.cash != .bank { body.ledgerAccount(head.cash.name) }
                body.madeFrom(head.madeFrom)
            }
        }
        for start in stride(from: 0, to: names.count, by: Self.namedMost) {
            let part = names[start..<min(names.count, start + Self.namedMost)]
            try batch.add(source: source, key: ["filed", head.messageID, "\(start)"], atUs: atUs) { event in
                event.payoutsFiled { body in
                    body.institution(institution)
                    body.number(head.number)
                    for name in part { body.payouts { $0.payout(name) } }
                }
            }
        }
    }

    /// Records a plan: durable when it returns.
    package func record(_ plan: Plan, _ writer: LedgerWriter) throws {
        let outcome = try writer.append(plan.proposals)
        if let first = outcome.refused.first { throw first.refusal }
    }
}
