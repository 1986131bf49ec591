package import Accounting
import Bytes
package import Commerce
package import Events
package import Ledger

/// Where a file of payouts stands; without a number, the payouts of an institution that are in no file.
package struct PayoutStanding: Sendable {
    package var institution: String
    /// 0: in no file.
    package var number: UInt32
    package var format: PaymentFileFormat
    package var messageID: String
    /// Of the file; of what is in no file, of the oldest instruction.
    package var day: CivilDate
    package var dueDay: CivilDate?
    package var payouts: Int64
    package var totalMinor: Int64
    package var settled: Int64
    package var settledMinor: Int64
    package var returned: Int64
    package var returnedMinor: Int64
    /// Business days since the payees should have their money, or since the oldest instruction, while something is under way; else 0.
    package var age: Int

    package var underWay: Int64 { payouts - settled - returned }
    package var underWayMinor: Int64 { totalMinor - settledMinor - returnedMinor }

    /// All files of the institutions, oldest number first, each institution's payouts without a file behind them.
    ///
    /// - Parameters:
    ///   - institution: only that one's.
    ///   - number: only that file.
    ///   - day: to which ages count.
    /// - Complexity: O(files and payouts under way).
    package static func all(
        _ institution: String?, number: UInt32?, on day: CivilDate, _ book: Book, _ snapshot: LedgerSnapshot
    ) throws -> [PayoutStanding] {
        let views = snapshot.views
        var found: [PayoutStanding] = []
        for name in views.payingInstitutions(book) where institution == nil || institution == name {
            let party = Array(name.utf8).withBytes { views.party(.institution, $0) } ?? 0
            for (of, file) in views.paymentFiles(party, book) where number == nil || number == of {
                found.append(standing(name, of, file, on: day, book, views))
            }
            guard number == nil else { continue }
            let waiting = views.payoutsUnderWay(at: party, book).filter { one in
                Array(one.name.utf8).withBytes { views.fileOfPayout($0, book) } == nil
            }
            if let row = unfiled(name, waiting.map(\.payout), on: day, book, views) { found.append(row) }
        }
        try snapshot.check()
        return found
    }

    private static func standing(
        _ institution: String, _ number: UInt32, _ file: PaymentFileRecord, on day: CivilDate, _ book: Book,
        _ views: Views
    ) -> PayoutStanding {
        let issued = views.read(PaymentFileIssuedView.self, file.sequence)
        let outcome = views.outcome(ofFile: file.sequence)
        let made = CivilDate(clampingDays: Int64(book.day(views.effectiveAtUs(file.sequence))))
        let due = issued.flatMap { try? CivilDate.parse(utf8: $0.dueDate.buffer) }
        var row = PayoutStanding(
            institution: institution, number: number, format: issued?.format ?? .unspecified,
            messageID: issued?.messageId.string ?? "", day: made, dueDay: due, payouts: file.payouts,
            totalMinor: file.totalMinor, settled: outcome.settled, settledMinor: outcome.settledMinor,
            returned: outcome.returned, returnedMinor: outcome.returnedMinor, age: 0)
        if row.underWay > 0 { row.age = MatchScene.calendar.age(expected: due ?? made, asOf: day) }
        return row
    }

    private static func unfiled(
        _ institution: String, _ payouts: [PayoutRecord], on day: CivilDate, _ book: Book, _ views: Views
    ) -> PayoutStanding? {
        guard let oldest = payouts.min(by: { $0.sequence < $1.sequence }) else { return nil }
        let from = CivilDate(clampingDays: Int64(book.day(views.effectiveAtUs(oldest.sequence))))
        return PayoutStanding(
            institution: institution, number: 0, format: .unspecified, messageID: "", day: from, dueDay: nil,
            payouts: Int64(payouts.count), totalMinor: payouts.reduce(0) { $0 &+ $1.amountMinor }, settled: 0,
            settledMinor: 0, returned: 0, returnedMinor: 0, age: MatchScene.calendar.age(expected: from, asOf: day))
    }
}
