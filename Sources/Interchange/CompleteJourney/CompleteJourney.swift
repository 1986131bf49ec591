import Accounting
import Bytes
package import Events
import Glibc

/// Imports a folder of "The Complete Journey" files (a year of grocery retail) as proposals to record.
///
/// The proposals are a function of the files alone: an import that was interrupted is simply run again, and the
/// ledger's idempotency leaves out what it has. They come in ascending effective time; among equal times: founding,
/// policies (calendar, taxes, commission, allocation, withholding), products in the file's order, campaigns by number,
/// settlements by institution, payouts by store number, baskets in the file's order.
///
/// What becomes what is told in Docs/import-complete-journey.md. An object imports once.
package final class CompleteJourney {
    /// Called with each batch. The sink may keep it: the importer then goes on with a new one.
    package typealias Sink = (Proposals) throws -> Void

    /// Events in a batch, about: a basket is never split.
    package static let batchCount = 4096

    let folder: String
    let calendar: BookCalendar
    var report = ImportReport()

    private var batch = Proposals(capacity: 2 << 20)
    private var sink: Sink?
    private var progress: ((ImportProgress) -> Void)?
    private var handed = 0
    private var bytesOfReadFiles = 0
    private var bytesTotal = 0
    private var kindCounts = [Int](repeating: 0, count: (EventKind.allCases.map(\.rawValue).max() ?? 0) + 1)
    /// The file being read, for progress and for the place in messages.
    private var reader: CSVReader?

    var products = IntegerTable(capacity: 1 << 17)
    var parties = Parties()
    var media = Media()
    var schedule = Schedule()
    var basket = Basket()

    /// Throws where a file is missing: products, transactions, campaign_descriptions and coupon_redemptions are needed,
    /// each as `.csv.gz` or `.csv`.
    package init(folder: String) throws {
        self.folder = folder
        self.calendar = try BookCalendar(changes: BookCalendar.torontoOffsets(years: Terms.calendarYears))
        for name in ["products", "campaign_descriptions", "coupon_redemptions", "transactions"] {
            var status = stat()
            if stat(try path(of: name), &status) == 0 { bytesTotal += Int(status.st_size) }
        }
    }

    /// Reads the files and hands everything to `sink`, batch by batch.
    ///
    /// - Parameters:
    ///   - onYearEnd: called with 2017 after the last event of that year was handed over and before the first of the
    ///     next: the place to close the year, effective its last microsecond.
    ///   - progress: called after each batch.
    /// - Throws: `ImportError` for what is wrong with a file, and whatever `sink` and `onYearEnd` throw.
    package func run(
        sink: @escaping Sink, onYearEnd: (Int) throws -> Void, progress: ((ImportProgress) -> Void)? = nil
    ) throws -> ImportReport {
        precondition(report.eventCount == 0 && handed == 0, "an importer runs once")
        self.sink = sink
        self.progress = progress
        defer {
            self.sink = nil
            self.progress = nil
        }
        try proposeFounding()
        try importProducts()
        try importMedia()
        try importBaskets()
        try advance(to: Terms.yearEndUs)
        try flush()
        try onYearEnd(Terms.fiscalYear)
        try advance(to: .max)
        try flush()
        report.redemptionsListed += media.unclaimed()
        report.redemptionsListed.sort { $0.line < $1.line }
        for kind in EventKind.allCases where kindCounts[kind.rawValue] > 0 {
            report.events[kind] = kindCounts[kind.rawValue]
        }
        return report
    }

    // MARK: - Files

    private func path(of name: String) throws(ImportError) -> String {
        for suffix in [".csv.gz", ".csv"] where access("\(folder)/\(name)\(suffix)", F_OK) == 0 {
            return "\(folder)/\(name)\(suffix)"
        }
        throw ImportError(
            .missing, file: folder, reason: "has no \(name).csv.gz and no \(name).csv",
            expected: "a folder of Complete Journey files")
    }

    /// Opens one of the folder's files and makes it the one that progress and messages speak of.
    func open(_ name: String) throws(ImportError) -> CSVReader {
        let path = try path(of: name)
        bytesOfReadFiles += reader?.fileSize ?? 0
        let opened = try CSVReader(path: path, name: String(path.dropFirst(folder.count + 1)))
        reader = opened
        return opened
    }

    // MARK: - Proposing

    /// Adds an event to the batch; `body` writes what stands behind the envelope's actor.
    @inline(__always)
    func propose(
        _ kind: EventKind, at us: Int64, key: Bytes, _ body: (EventWriter) -> Void
    ) throws(ImportError) {
        do throws(ProposalError) {
            try batch.append { event in
                event.effectiveAt(microseconds: us)
                event.book(Bytes(Terms.book))
                event.source(Bytes(Terms.source))
                event.key(key)
                event.actor(Bytes(Terms.actor))
                body(event)
            }
        } catch {
            throw ImportError(
                .value, file: reader?.file ?? folder, line: reader?.line, reason: error.reason,
                expected: "baskets and texts that fit into one event")
        }
        kindCounts[kind.rawValue] &+= 1
    }

    /// Hands the batch over when it is large enough.
    func flushIfFull() throws {
        if batch.count >= Self.batchCount { try flush() }
    }

    func flush() throws {
        guard !batch.isEmpty else { return }
        try sink?(batch)
        handed += batch.count
        if isKnownUniquelyReferenced(&batch) { batch.removeAll() } else { batch = Proposals(capacity: 2 << 20) }
        progress?(
            ImportProgress(
                lines: report.lines, events: handed, bytesDone: bytesOfReadFiles + (reader?.consumed ?? 0),
                bytesTotal: bytesTotal))
    }

    /// `a + b`, refused where no amount is so large.
    @inline(__always)
    func sum(_ a: Int64, _ b: Int64) throws(ImportError) -> Int64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        if overflow { throw tooLarge() }
        return sum
    }

    @inline(never)
    func tooLarge() -> ImportError {
        ImportError(
            .value, file: reader?.file ?? folder, line: reader?.line, reason: "makes a sum that no account can hold",
            expected: "amounts of a real year")
    }
}
