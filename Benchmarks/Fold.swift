import Commerce
import EventLog
import Foundation
import Ledger

/// Reads, folds and verifies a ledger of workload W.
struct Fold {
    let arguments: Arguments
    let folder: String
    let report: Report

    func run() throws {
        let directory = folder + "/fold"
        let (store, writer) = try Ingest.founded(directory, mapBytes: arguments.mapBytes)
        for batch in try Workload.batches(from: 0, count: arguments.events, perBatch: 3_300) {
            try writer.submit(batch).mustSucceed()
        }
        writer.close()
        let snapshot = try LedgerSnapshot(store)
        let size = Int(snapshot.head.count)
        func measure(_ name: String, _ body: () throws -> Void) rethrows {
            let times = try (0..<arguments.rounds).map { _ in try seconds(body) }
            report.add(Measurement(name: name, events: size, seconds: median(times)))
        }
        measure("read every entry by sequence") {
            for sequence in 0..<UInt64(size) { _ = snapshot.entry(sequence) }
        }
        try measure("fold into all balances") {
            _ = try snapshot.views(atSize: UInt64(size), leavingOut: IndexByte.besideBalances)
        }
        try measure("fold into all views, in memory") { _ = try snapshot.views(atSize: UInt64(size)) }
        try measure("fold into all views, with runs and root") { _ = try Rebuild.fold(store) { _, _ in } }
        try measure("verify: fold, root, every view's digest") {
            let result = try Rebuild.check(store) { _, _ in }
            precondition(result.differing.isEmpty)
        }
    }
}
