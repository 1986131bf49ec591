import Accounting
import Bytes
import Commerce
import Events
import Ledger

/// What the books expect and an entry may prove to have moved.
package enum ExpectedMoney: Equatable, Sendable {
    /// What is left of a day's captures.
    case captures(day: Int32, amountMinor: Int64)
    case payout(name: String, sequence: UInt64)
}

/// What the rules look at: open entries, the open items of the books, and what the books expect and do not have in the bank yet.
struct MatchScene {
    var entries = StatementItems()
    var items = BookItems()
    /// By their place in the run, which lies beyond all sequences.
    var expected: [UInt64: ExpectedMoney] = [:]

    static let calendar = BusinessCalendar.canada
    private static let firstExpected: UInt64 = 1 << 62

    init(_ account: BankAccountRecord, _ book: Book, _ views: Views, _ open: [UInt64]) throws {
        let institution = views.partyName(account.institution)
        for sequence in open {
            // What is too large for sums of many to fit 64 bits is for a person.
            guard let part = views.bankPart(account, sequence),
                part.amountMinor.magnitude <= MatchingLimits.amountMinorMost.magnitude,
                let body = views.read(StatementEntryImportedView.self, sequence)
            else { continue }
            // What the statement proved when it was imported, and nothing else: see EntryEvidence.
            let party =
                body.party.isEmpty
                ? 0 : body.party.string == institution ? account.institution : views.party(.identity, body.party) ?? 0
            try entries.append(
                StatementItem(
                    identifier: sequence, amountMinor: part.amountMinor,
                    bookingDay: Self.countingDay(sequence, part, book, views), valueDay: Self.day(part.valueDay),
                    party: party, isReversal: body.reversal),
                texts: StatementTexts(
                    endToEnd: body.endToEnd.string, batch: OwnFiles.batch(body.batch.string, account, book, views),
                    // Words that name nobody of ours: which words, only the file says, but the same words are the same.
                    counterparty: party == 0 ? EventBatch.hex(body.textSha256.array) : "",
                    code: body.code.string, returnCode: body.returnCode.string))
        }
        if !open.isEmpty { try addItems(account, book, views) }
    }

    /// The books' side alone.
    init(items account: BankAccountRecord, _ book: Book, _ views: Views) throws {
        try addItems(account, book, views)
    }

    private mutating func addItems(_ account: BankAccountRecord, _ book: Book, _ views: Views) throws {
        for sequence in views.openParts(account, .item) { try add(item: sequence, account, book, views) }
        try addExpected(account, book, views)
    }

    /// What an open entry may be of what is expected: candidates that the rules found, and days whose captures it is less a fee within the bounds, which they take
    /// for nothing where nothing says that it settles captures. By its place in the scene.
    func expected(for entry: UInt64, _ candidates: [UInt64], fees: FeeBounds) -> [ExpectedMoney] {
        var places = candidates
        if let row = (0..<entries.count).lazy.map({ entries[$0] }).first(where: { $0.identifier == entry }),
            row.amountMinor > 0
        {
            for at in 0..<items.count where items[at].kind == .settlement && items[at].amountMinor > 0 {
                let item = items[at]
                let days = row.bookingDay.daysSinceEpoch - item.day.daysSinceEpoch
                let fee = item.amountMinor - row.amountMinor
                if (0...Self.settlementDaysMost).contains(days), !places.contains(item.sequence),
                    fees.allows(feeMinor: fee, grossMinor: item.amountMinor, captureCount: 1)
                {
                    places.append(item.sequence)
                }
            }
        }
        return places.compactMap { expected[$0] }
    }

    /// Days from captures to their deposit that are thought of.
    private static let settlementDaysMost: Int32 = 10

    private static func day(_ day: Int32) -> CivilDate { CivilDate(clampingDays: Int64(day)) }

    /// The day on which an entry counts for matching and ages: that of its booking or, where the statement says the hour and it is not before the policy's
    /// cut-off, the next business day. The booking and value days stay what the institution says.
    static func countingDay(_ entry: UInt64, _ part: BankPartRecord, _ book: Book, _ views: Views) -> CivilDate {
        let us = views.effectiveAtUs(entry)
        let day = Self.day(part.day)
        guard book.day(us) == part.day, let second = book.bookingSecond(us),
            let cutOff = ReconciliationTerms.policy(book, at: us)?.cutOffMinutes, cutOff > 0
        else { return day }
        return calendar.countingDay(
            localMinute: Int64(day.daysSinceEpoch) * 1_440 + Int64(second / 60), cutOffMinuteOfDay: Int(cutOff) - 1)
    }

    private mutating func add(
        item sequence: UInt64, _ account: BankAccountRecord, _ book: Book, _ views: Views
    ) throws {
        guard let part = views.bankPart(account, sequence),
            part.amountMinor.magnitude <= MatchingLimits.amountMinorMost.magnitude, let event = views.event(sequence)
        else { return }
        var item = BookItem(sequence: sequence, amountMinor: part.amountMinor, day: Self.day(part.day))
        var references = [event.key.string]
        func payout(_ name: Bytes, _ kind: BookItem.Kind) {
            references.append(name.string)
            item.kind = kind
            let record = views.payout(name, book)
            item.party = record?.payee ?? 0
            item.fileNumber = Self.fileNumber(name, book, views)
            item.filePart = record.map { PaymentPurpose($0.account).part } ?? 0
        }
        switch event.body {
        case .payoutSettled(let bytes)?:
            if let body = try? PayoutSettledView(bytes) { payout(body.payout, .payout) }
        case .payoutReturned(let bytes)?:
            if let body = try? PayoutReturnedView(bytes) { payout(body.payout, .returned) }
        case .fundsSettled?:
            item.kind = .settlement
            item.isNet = true
            item.party = account.institution
        case .chargebackReceived?, .chargebackReversed?: item.kind = .chargeback
        // What the payer or we gave as the payment's name.
        case .clientInvoicePaid(let bytes)?:
            if let body = try? ClientInvoicePaidView(bytes) { references.append(body.invoice.string) }
        case .intercoopSettled(let bytes)?:
            if let body = try? IntercoopSettledView(bytes) { references.append(body.settlement.string) }
        case .patronageDividendPaid(let bytes)?:
            item.kind = .payout
            if let body = try? PatronageDividendPaidView(bytes) {
                item.party = views.party(.identity, body.member) ?? 0
            }
        default: item.kind = .other
        }
        try items.append(item, references: references)
    }

    private mutating func addExpected(_ account: BankAccountRecord, _ book: Book, _ views: Views) throws {
        var place = Self.firstExpected
        for (day, amountMinor) in views.unsettledCaptures(account, book) {
            try items.append(
                BookItem(
                    sequence: place, amountMinor: amountMinor, day: Self.day(day), party: account.institution,
                    kind: .settlement, isExpected: true))
            expected[place] = .captures(day: day, amountMinor: amountMinor)
            place += 1
        }
        for (name, payout) in views.payoutsUnderWay(account, book) {
            let bytes = Array(name.utf8)
            try items.append(
                BookItem(
                    sequence: place, amountMinor: -payout.amountMinor,
                    day: Self.day(book.day(views.effectiveAtUs(payout.sequence))), party: payout.payee, kind: .payout,
                    fileNumber: bytes.withBytes { Self.fileNumber($0, book, views) },
                    filePart: PaymentPurpose(payout.account).part, isExpected: true),
                references: [name])
            expected[place] = .payout(name: name, sequence: payout.sequence)
            place += 1
        }
    }

    /// The number of the payment file that a payout was sent in; 0 where there is none.
    private static func fileNumber(_ payout: Bytes, _ book: Book, _ views: Views) -> UInt32 {
        guard let file = views.fileOfPayout(payout, book) else { return 0 }
        return views.read(PaymentFileIssuedView.self, file)?.number ?? 0
    }
}

extension BusinessCalendar {
    /// Monday to Friday without the federal holidays, on which payments do not clear.
    package static let canada = BusinessCalendar(
        holidays: (1970...2100).flatMap { year in
            Holiday.table.filter { $0.jurisdiction == .canada }.compactMap { $0.day(in: year) }
        })
}
