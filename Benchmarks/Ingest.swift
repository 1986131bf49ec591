import EventLog
import Events
import Foundation
import Ledger

/// Appends workload W, durably, with everything on: the tree, idempotency, rules, all views and indexes.
struct Ingest {
    let arguments: Arguments
    let folder: String
    let report: Report
    /// Events made before the clock starts; it stops while the next are made.
    static let madeAhead = 200_000

    func run() throws {
        let all = arguments.events
        let sizes: [(perCommit: Int, events: Int)] =
            arguments.perCommit.map { [($0, all)] } ?? [(3_300, all), (200, all / 2), (1, min(all, 3_000))]
        let kernel = try Kernel(arguments, folder: folder, events: all)
        for (perCommit, events) in sizes {
            var rates: [(ours: Double, kernel: Double)] = []
            var last: Measurement?
            for round in 0..<arguments.rounds {
                let theirs = kernel?.rate(perCommit == 1 ? "trees" : "hashed", perCommit: perCommit, events: events)
                let measured = try ingest("\(folder)/ingest-\(perCommit)-\(round)", perCommit, events)
                rates.append((measured.perSecond, theirs ?? 0))
                last = measured
            }
            guard var line = last else { continue }
            // Rounds alternate, since the disk is not the same from minute to minute; the median stands for them.
            let ours = median(rates.map(\.ours))
            let theirs = median(rates.map(\.kernel))
            line = Measurement(
                name: line.name, events: line.events, seconds: Double(line.events) / ours,
                writtenPerEvent: line.writtenPerEvent, latencies: line.latencies,
                kernelRatio: theirs > 0 ? ours / theirs : nil)
            report.add(line)
        }
        if arguments.perCommit == nil { report.add(try concurrent(callers: 64, events: min(all, 100_000))) }
    }

    /// Makes a ledger with the cooperative, its members, sellers and products in it.
    static func founded(_ directory: String, mapBytes: Int?) throws -> (store: LedgerStore, writer: LedgerWriter) {
        let store = try LedgerStore.create(directory, origin: "benchmark", mapBytes: mapBytes)
        let writer = try LedgerWriter(store)
        for batch in try Workload.founding() { try writer.submit(batch).mustSucceed() }
        return (store, writer)
    }

    /// Fills a ledger; throughput with three batches on their way, latencies one by one afterwards.
    private func ingest(_ directory: String, _ perCommit: Int, _ events: Int) throws -> Measurement {
        let (_, writer) = try Self.founded(directory, mapBytes: arguments.mapBytes)
        var elapsed = 0.0
        var parts: [Double] = []
        let written = bytesWritten()
        var made = 0
        while made < events {
            let batches = try Workload.batches(
                from: made, count: min(Self.madeAhead, events - made), perBatch: perCommit)
            let part = try seconds { try append(batches, to: writer, outstanding: perCommit == 1 ? 1 : 3) }
            elapsed += part
            made += batches.reduce(0) { $0 + $1.count }
            parts.append(Double(batches.reduce(0) { $0 + $1.count }) / part)
        }
        let perEvent = Double(bytesWritten() - written) / Double(made)
        var times: [Double] = []
        for batch in try Workload.batches(from: made, count: min(200 * perCommit, 200_000), perBatch: perCommit) {
            times.append(try seconds { try writer.submit(batch).mustSucceed() } * 1e6)
        }
        if parts.count >= 10 {
            let tenth = parts.count / 10
            let first = median(Array(parts[0..<tenth]))
            let last = median(Array(parts[(parts.count - tenth)...]))
            print(
                String(
                    format:
                        "  first tenth %.0f /s, last tenth %.0f /s (%.0f %%); anonymous memory %d MiB; disk %.0f B/event",
                    first, last, 100 * last / first, anonymousMiB(), Double(fileBytes(directory)) / Double(made)))
        }
        writer.close()
        return Measurement(
            name: "ingest, \(perCommit) a commit", events: made, seconds: elapsed, writtenPerEvent: perEvent,
            latencies: Latencies(times))
    }

    private func append(_ batches: [Proposals], to writer: LedgerWriter, outstanding: Int) throws {
        var waiting: [Submission] = []
        for batch in batches {
            if waiting.count == outstanding { try waiting.removeFirst().mustSucceed() }
            waiting.append(writer.submit(batch))
        }
        for submission in waiting { try submission.mustSucceed() }
    }

    /// Callers that each wait for their own event, and share commits.
    private func concurrent(callers: Int, events: Int) throws -> Measurement {
        let (_, writer) = try Self.founded(folder + "/ingest-callers", mapBytes: arguments.mapBytes)
        let each = events / callers / 2 * 2
        let work = try (0..<callers).map { caller in
            try Workload.batches(from: caller * each, count: each, perBatch: 1)
        }
        let written = bytesWritten()
        let elapsed = seconds {
            let group = DispatchGroup()
            for mine in work {
                group.enter()
                let job = CallerJob(mine, writer)
                let thread = Thread {
                    job.run()
                    group.leave()
                }
                thread.stackSize = 1 << 20
                thread.start()
            }
            group.wait()
        }
        let perEvent = Double(bytesWritten() - written) / Double(each * callers)
        writer.close()
        return Measurement(
            name: "ingest, \(callers) callers of one event each", events: each * callers, seconds: elapsed,
            writtenPerEvent: perEvent)
    }
}

/// One caller's events, handed to its thread.
private final class CallerJob: @unchecked Sendable {
    private let batches: [Proposals]
    private let writer: LedgerWriter

    init(_ batches: [Proposals], _ writer: LedgerWriter) {
        self.batches = batches
        self.writer = writer
    }

    func run() {
        for batch in batches {
            do { try writer.submit(batch).mustSucceed() } catch { fatalError("\(error)") }
        }
    }
}

extension Submission {
    func mustSucceed() throws {
        let outcome = try wait()
        precondition(outcome.refused.isEmpty, "\(outcome.refused)")
    }
}

/// The C kernel, where it was built (`make kernel`).
struct Kernel {
    private let path: String
    private let workload: String
    private let folder: String
    private let before: Int

    init?(_ arguments: Arguments, folder: String, events: Int) throws {
        guard FileManager.default.isExecutableFile(atPath: arguments.kernel) else {
            print("  the C kernel is absent (make kernel): no ratios")
            return nil
        }
        path = arguments.kernel
        workload = folder + "/workload"
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        before = try WorkloadFile.write(workload, events: events).before
    }

    /// Events a second of one run.
    func rate(_ mode: String, perCommit: Int, events: Int) -> Double {
        let directory = folder + "/kernel"
        try? FileManager.default.removeItem(atPath: directory)
        try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let (status, output) = run([
            path, mode, workload, directory, "--commit", "\(perCommit)", "--before", "\(before)", "--events",
            "\(events)",
        ])
        guard status == 0 else { fatalError("the kernel ended with \(status)") }
        for word in output.split(whereSeparator: { $0 == " " || $0 == "\n" }) where word.hasPrefix("events_per_second=")
        {
            return Double(word.dropFirst("events_per_second=".count)) ?? 0
        }
        return 0
    }
}
