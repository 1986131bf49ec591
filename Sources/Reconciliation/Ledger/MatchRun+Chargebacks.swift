import Accounting
import Bytes
import Commerce
import Events
import Ledger

/// What an entry that takes a payment back says of the books.
enum ChargebackFinding {
    /// The payment, or the order, that it names; its chargeback is not in the books.
    case payment(order: String, paymentSequence: UInt64)
    /// A chargeback of the books that has not left the bank.
    case known(name: String, sequence: UInt64)
    /// Nothing, or more than one: a person decides.
    case unclear(Text, remedy: Text)
}

/// Chargebacks: an entry takes out what a buyer had paid, with the code of a chargeback or a return, or as a reversal, and the reference of an order or a payment.
struct ChargebackFinder {
    let account: BankAccountRecord
    let book: Book
    let views: Views
    let policy: MatchingPolicy

    /// `nil` where the entry is no chargeback.
    func find(_ entry: UInt64, among open: [UInt64]) -> ChargebackFinding? {
        guard let part = views.bankPart(account, entry), part.amountMinor < 0,
            let body = views.read(StatementEntryImportedView.self, entry)
        else { return nil }
        let isCoded = isChargeback(body)
        guard isCoded || body.reversal || !body.returnCode.isEmpty else { return nil }
        let named = self.named([body.endToEnd, body.batch])
        guard isCoded || !named.isEmpty else { return nil }
        let waiting = waiting(part, named)
        if waiting.count == 1, !named.isEmpty || isOnly(part, among: open) {
            return .known(name: waiting[0].name, sequence: waiting[0].record.sequence)
        }
        guard waiting.isEmpty, named.count == 1, let one = named.first else {
            return .unclear(
                named.isEmpty
                    ? Text(
                        "rétrofacturation : la ligne ne nomme aucune commande", "chargeback: the entry names no order")
                    : Text("rétrofacturation : plusieurs sont possibles", "chargeback: several are possible"),
                remedy: Self.remedy)
        }
        switch one {
        case .order(_, let name): return .payment(order: name, paymentSequence: 0)
        case .payment(let sequence): return .payment(order: "", paymentSequence: sequence)
        case .chargeback:
            return .unclear(
                Text(
                    "rétrofacturation déjà réglée, ou d’un autre montant",
                    "chargeback settled already, or of another amount"),
                remedy: Self.remedy)
        }
    }

    static let remedy = Text(
        "inscrire chargebackReceived (commande, institution, montant), puis « reconcile match »",
        "record chargebackReceived (order, institution, amount), then \"reconcile match\"")

    private func isChargeback(_ body: StatementEntryImportedView) -> Bool {
        policy.entryClass(code: body.code.string, returnCode: "", isReversal: false) == .chargeback
    }

    // MARK: what is named

    private enum Name: Hashable {
        case order(sequence: UInt64, name: String)
        case payment(UInt64)
        case chargeback(UInt64)
    }

    /// What the references are the names of, each once.
    private func named(_ references: [Bytes]) -> Set<Name> {
        var found: Set<Name> = []
        for reference in references where !reference.isEmpty {
            if let known = views.chargeback(reference, book) {
                found.insert(.chargeback(known.sequence))
            } else if let sequence = views.payment(named: reference, book) {
                if let captured = views.event(sequence).flatMap({ $0.kind == .paymentCaptured ? $0 : nil }),
                    let order = try? PaymentCapturedView(captured.bodyBytes).order
                {
                    insert(order, into: &found)
                } else if views.event(sequence)?.kind != .giftCardRedeemed {
                    found.insert(.payment(sequence))
                }
            } else {
                insert(reference, into: &found)
            }
        }
        return found
    }

    private func insert(_ order: Bytes, into found: inout Set<Name>) {
        guard let record = views.order(order, book) else { return }
        found.insert(.order(sequence: record.sequence, name: order.string))
    }

    // MARK: what the books have

    /// Chargebacks of this institution and amount that have not left the bank, of what is named where something is.
    private func waiting(
        _ part: BankPartRecord, _ named: Set<Name>
    ) -> [(name: String, record: ChargebackRecord)] {
        let days = Set(views.unsettledCaptures(account, book).map(\.day))
        return views.chargebacks(book).filter { name, record in
            guard record.institution == account.institution, !record.isSettled, !record.isReversed,
                let body = views.read(ChargebackReceivedView.self, record.sequence),
                body.amountMinor &+ body.feeMinor == 0 &- part.amountMinor
            else { return false }
            let day = book.day(views.effectiveAtUs(record.sequence))
            guard days.contains(day) else { return false }
            guard !named.isEmpty else { return isNear(day, part.day) }
            return named.contains { one in
                switch one {
                case .order(let sequence, _): record.orderSequence == sequence && !record.isOfPayment
                case .payment(let sequence): record.orderSequence == sequence && record.isOfPayment
                case .chargeback(let sequence): record.sequence == sequence
                }
            }
        }
    }

    private func isNear(_ a: Int32, _ b: Int32) -> Bool {
        let calendar = MatchScene.calendar
        let distance =
            calendar.position(CivilDate(clampingDays: Int64(a))) - calendar.position(CivilDate(clampingDays: Int64(b)))
        return abs(distance) <= policy.daysAfter
    }

    /// Whether no other chargeback of this amount is open: between equals nothing is guessed.
    private func isOnly(_ part: BankPartRecord, among open: [UInt64]) -> Bool {
        open.filter { other in
            guard views.bankPart(account, other)?.amountMinor == part.amountMinor,
                let body = views.read(StatementEntryImportedView.self, other)
            else { return false }
            return isChargeback(body)
        }.count == 1
    }
}

extension MatchWork {
    /// Records what institutions took back, and that it left the bank; what is not clear, or what the rules of the book refuse, stays an exception.
    func takeChargebacks() throws {
        let open = openEntries()
        let policy = MatchingPolicy(ReconciliationTerms.policy(book, at: atUs(record.throughDay)))
        for entry in open {
            let finder = ChargebackFinder(account: record, book: book, views: views, policy: policy)
            guard let finding = finder.find(entry, among: open), let part = views.bankPart(record, entry),
                let body = views.read(StatementEntryImportedView.self, entry)
            else { continue }
            var taken: UInt64?
            switch finding {
            case .known(_, let sequence): taken = sequence
            case .payment(let order, let paymentSequence):
                let why = [body.code.string, body.returnCode.string].filter { !$0.isEmpty }.joined(separator: " ")
                taken = try attempt(
                    ["\(entry)", "chargeback"], atUs: max(atUs(part.day), views.effectiveAtUs(entry)), cause: entry
                ) {
                    event in
                    event.chargebackReceived {
                        $0.chargeback("\(account)/\(entry)")
                        $0.order(order)
                        $0.institution(outcome.institution)
                        $0.amountMinor(0 &- part.amountMinor)
                        $0.currency(record.currency.code)
                        $0.reason(why)
                        $0.paymentSequence(paymentSequence)
                    }
                }
                if taken != nil { outcome.chargebacks += 1 }
            case .unclear: continue
            }
            if let taken { try settle(chargeback: taken, by: entry, part) }
        }
        try matchCaused()
    }

    private func settle(chargeback sequence: UInt64, by entry: UInt64, _ part: BankPartRecord) throws {
        let us = views.effectiveAtUs(sequence)
        let day = CivilDate(clampingDays: Int64(book.day(us))).text
        // Its key names the entry: a run that died here goes on, and the match finds the entry by it.
        let settled = try attempt(
            ["\(entry)", "settled", "\(MatchRule.reference)", "chargeback"], atUs: max(us, atUs(part.day)),
            cause: sequence
        ) { event in
            event.fundsSettled {
                $0.institution(outcome.institution)
                $0.captureDate(day)
                $0.grossMinor(part.amountMinor)
                $0.valueDate(CivilDate(clampingDays: Int64(part.valueDay)).text)
                $0.currency(record.currency.code)
            }
        }
        if settled != nil { outcome.fundsSettled += 1 }
    }
}
