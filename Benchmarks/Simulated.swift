import Accounting
import Events
import Foundation
import Ledger
import Simulation

/// Appends what `grandlivre simulate` tells: all kinds of events in their proportions, made before the clock starts and durable when it stops.
struct Simulated {
    let arguments: Arguments
    let folder: String
    let report: Report

    func run() throws {
        guard let from = CivilDate(year: 2025, month: 1, day: 1) else { return }
        var batches: [Proposals] = []
        let options = SimulationOptions(members: arguments.members, days: arguments.days, seed: 1, from: from)
        let simulation = try Simulation(options) { batch in
            batches.append(batch)
            return Proposals(capacity: 1 << 20)
        }
        let making = try seconds { try simulation.run() }
        print("  \(simulation.events) events made in \(String(format: "%.1f", making)) s")
        let directory = folder + "/simulated"
        let store = try LedgerStore.create(directory, origin: "benchmark", mapBytes: arguments.mapBytes)
        let writer = try LedgerWriter(store)
        let written = bytesWritten()
        let elapsed = try seconds {
            var waiting: [Submission] = []
            for batch in batches {
                if waiting.count == 3 { try waiting.removeFirst().mustSucceed() }
                waiting.append(writer.submit(batch))
            }
            for submission in waiting { try submission.mustSucceed() }
        }
        writer.close()
        report.add(
            Measurement(
                name: "ingest, simulated, \(arguments.members) members, \(arguments.days) days",
                events: simulation.events, seconds: elapsed,
                writtenPerEvent: Double(bytesWritten() - written) / Double(simulation.events)))
    }
}
