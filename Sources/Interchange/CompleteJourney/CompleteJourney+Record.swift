import Bytes
import Accounting
import Commerce
import Events
package import Ledger

/// What an import did to the ledger.
package struct ImportOutcome: Sendable {
    package let report: ImportReport
    package let recorded: Int
    package let repeats: Int
    package let surplusMinor: Int64
    package let reserveMinor: Int64
    package let poolMinor: Int64
}

extension CompleteJourney {
    /// Records the whole year: the files, the close, the resolution, the dividends and their payment.
    ///
    /// Batches go to the writer while the next is made. Running it again records nothing twice. `proceed` is called before each batch; what it
    /// throws ends the import between two batches.
    package static func record(
        folder: String, to store: LedgerStore, proceed: @escaping () throws -> Void = {},
        progress: ((ImportProgress) -> Void)? = nil
    ) throws -> ImportOutcome {
        let importer = try CompleteJourney(folder: folder)
        let recorder = try BatchRecorder(store, name: "import")
        defer { recorder.close() }
        let yearEnd = YearEnd(
            book: Terms.bookName, year: UInt16(Terms.fiscalYear), source: Terms.sourceName, actor: Terms.actorName)
        let report = try importer.run(
            sink: {
                try proceed()
                try recorder.take($0)
            },
            onYearEnd: { _ in
                try recorder.finish()
                try recorder.take(yearEnd.close(LedgerSnapshot(store).views))
                try recorder.finish()
            },
            progress: progress)
        try recorder.finish()
        let plan = try resolution(yearEnd, LedgerSnapshot(store).views)
        let meeting = Terms.declaredAtUs
        try recorder.take(
            yearEnd.resolve(
                plan, meeting: importer.calendar.day(at: meeting), resolution: "2018-1", effectiveAtUs: meeting,
                LedgerSnapshot(store).views))
        try recorder.finish()
        try recorder.take(yearEnd.declare(effectiveAtUs: meeting, LedgerSnapshot(store).views))
        try recorder.finish()
        try recorder.take(
            yearEnd.pay(
                institution: Terms.payingInstitution, effectiveAtUs: Terms.paidAtUs, LedgerSnapshot(store).views))
        try recorder.finish()
        return ImportOutcome(
            report: report, recorded: recorder.recorded, repeats: recorder.repeats,
            surplusMinor: plan.reserveMinor + plan.dividendsCashMinor, reserveMinor: plan.reserveMinor,
            poolMinor: plan.dividendsCashMinor)
    }

    /// Reserve 20 % of the surplus, half-up; the rest in cash to consumers. A year without surplus allocates nothing.
    private static func resolution(_ yearEnd: YearEnd, _ views: Views) throws -> AllocationPlan {
        guard let book = Array(yearEnd.book.utf8).withBytes({ views.book($0) }),
            let record = views.fiscalYear(yearEnd.year, book)
        else {
            throw ImportError(
                .refused, file: yearEnd.book, reason: "the year was not closed", expected: "a closed year")
        }
        let surplus = max(0, record.surplusMinor)
        let reserve = try RatePpm(200_000).applied(to: surplus)
        return AllocationPlan(reserveMinor: reserve, dividendsCashMinor: surplus - reserve)
    }
}
