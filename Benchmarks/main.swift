import Bytes
import Commerce
import EventLog
import Foundation
import Interchange
import Ledger

// Benchmarks [ingest|fold|import|query|all] [--events N] [--data FOLDER] [--binary PATH]
//            workload FILE [--events N]: the same entries as a file, for Benchmarks/kernel
// Prints events a second, bytes an event and peak memory. It reports; it judges nothing by the clock.

var arguments = Array(CommandLine.arguments.dropFirst())
@MainActor
func option(_ name: String) -> String? {
    guard let at = arguments.firstIndex(of: name), at + 1 < arguments.count else { return nil }
    let value = arguments[at + 1]
    arguments.removeSubrange(at...at + 1)
    return value
}
let events = Int(option("--events") ?? "") ?? 400_000
let data = option("--data") ?? "../shared/data/complete-journey"
let binary = option("--binary") ?? ".build/release/grandlivre"
let wanted = arguments.first ?? "all"
let folder =
    FileManager.default.temporaryDirectory.path + "/grandlivre-benchmark-\(ProcessInfo.processInfo.processIdentifier)"
defer { try? FileManager.default.removeItem(atPath: folder) }

@MainActor
func isWanted(_ name: String) -> Bool { wanted == "all" || wanted == name }

if wanted == "workload" {
    guard arguments.count == 2 else { fatalError("usage: Benchmarks workload FILE [--events N]") }
    let file = try WorkloadFile.write(arguments[1], events: events)
    print("before=\(file.before) events=\(file.events) entry_bytes=\(file.entryBytes)")
}

/// Fills a ledger with W, `perBatch` events a commit; purchases are made before the clock starts.
func ingest(_ directory: String, events: Int, perBatch: Int) throws -> Measurement {
    let store = try LedgerStore.create(directory, origin: "benchmark")
    let writer = try LedgerWriter(store)
    defer { writer.close() }
    for batch in try Workload.founding() {
        let outcome = try writer.append(batch)
        precondition(outcome.refused.isEmpty, "\(outcome.refused)")
    }
    let pairs = max(1, perBatch / 2)
    let batches = try stride(from: 0, to: events / 2, by: pairs).map {
        try Workload.batch(from: $0, count: min(pairs, events / 2 - $0))
    }
    let before = bytesWritten()
    let elapsed = try seconds {
        for batch in batches {
            let outcome = try writer.append(batch)
            precondition(outcome.refused.isEmpty, "\(outcome.refused)")
        }
    }
    return Measurement(
        name: "ingest, \(perBatch) a commit, durable", events: events, seconds: elapsed,
        bytesPerEvent: Double(bytesWritten() - before) / Double(events))
}

if isWanted("ingest") {
    for (perBatch, count) in [(1_600, events), (3_300, events), (200, events / 4), (2, min(events, 8_000))] {
        let directory = folder + "/ingest-\(perBatch)"
        let measured = try ingest(directory, events: count, perBatch: perBatch)
        print(measured.line)
        if perBatch != 1_600 { try FileManager.default.removeItem(atPath: directory) }
    }
}
if isWanted("fold") {
    let directory = folder + "/ingest-1600"
    if !FileManager.default.fileExists(atPath: directory) { _ = try ingest(directory, events: events, perBatch: 1_600) }
    let store = try LedgerStore.open(directory, readOnly: true)
    let snapshot = try LedgerSnapshot(store)
    let size = Int(snapshot.head.count)
    var bytes = 0
    let scan = try seconds {
        for sequence in 0..<UInt64(size) { bytes += snapshot.entry(sequence)?.count ?? 0 }
        try snapshot.check()
    }
    print(
        Measurement(
            name: "read every entry by sequence", events: size, seconds: scan,
            bytesPerEvent: Double(bytes) / Double(size)
        ).line)
    let memory = try seconds { _ = try snapshot.views(atSize: UInt64(size)) }
    print(Measurement(name: "fold into all views, in memory", events: size, seconds: memory, bytesPerEvent: nil).line)
    let fold = try seconds { _ = try Rebuild.fold(store) { _, _ in } }
    print(Measurement(name: "fold into all views, with runs", events: size, seconds: fold, bytesPerEvent: nil).line)
}
if isWanted("import") || wanted == "query" {
    let directory = folder + "/year"
    var lines = 0
    if FileManager.default.fileExists(atPath: data) {
        var recorded = 0
        let elapsed = try seconds {
            let outcome = try CompleteJourney.record(
                folder: data, to: LedgerStore.create(directory, origin: "benchmark"))
            lines = outcome.report.lines
            recorded = outcome.recorded
        }
        print(
            Measurement(
                name: "import Complete Journey, CSV lines", events: lines, seconds: elapsed,
                bytesPerEvent: Double(fileBytes(directory)) / Double(recorded)
            ).line)
        for query in [
            ["account", "liabilities:seller-payable", "--party", "store-330"], ["member", "household-900"],
            ["orders", "basket-31198570044"], ["balances"], ["stats"],
        ] {
            var times: [Double] = []
            for _ in 0..<15 {
                var status: Int32 = 0
                times.append(seconds { status = run([binary] + query + ["--ledger", directory, "--format", "json"]) })
                guard status == 0 else { fatalError("\(query) ended with \(status)") }
            }
            times.sort()
            print(
                "whole process: \(query.joined(separator: " "))".padding(toLength: 58, withPad: " ", startingAt: 0)
                    + String(format: "median %6.1f ms  worst %6.1f ms", times[7] * 1000, times[14] * 1000))
        }
    } else {
        print("import and query: skipped, \(data) is absent (--data FOLDER)")
    }
}
