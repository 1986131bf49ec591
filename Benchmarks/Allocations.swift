import Foundation
import Ledger

/// Counts allocations on the way of an event into the log, and fails above the limit: what is allocated an event is paid for at every event.
///
/// The counter is a library put before the C library's allocator (`Benchmarks/kernel/allocations.c`, `make kernel`).
struct Allocations {
    let arguments: Arguments
    let folder: String
    let report: Report

    /// Allocations an event beside those of the hash function: one a hash, two hashes an event.
    static let limit = 0.1

    private typealias Counter = @convention(c) () -> UInt64

    func run() throws {
        guard let symbol = dlsym(UnsafeMutableRawPointer(bitPattern: 0), "allocation_count") else {
            print("  allocations: skipped, run with LD_PRELOAD=.build/allocations.so (make kernel)")
            return
        }
        let count = unsafeBitCast(symbol, to: Counter.self)
        let (_, writer) = try Ingest.founded(folder + "/allocations", mapBytes: arguments.mapBytes)
        let events = 66_000
        let batches = try Workload.batches(from: 0, count: 3 * events, perBatch: 3_300)
        let warm = batches.count / 3
        for batch in batches[..<warm] { try writer.submit(batch).mustSucceed() }
        let before = count()
        for batch in batches[warm...] { try writer.submit(batch).mustSucceed() }
        let total = Double(count() - before) / Double(2 * events)
        writer.close()
        let beside = total - 2
        print(
            String(
                format: "allocations an event: %.3f, beside the hash function's two: %.3f (at most %.1f)", total,
                beside,
                Self.limit))
        guard beside <= Self.limit else {
            print("too many allocations an event")
            exit(1)
        }
    }
}
