import Foundation
import Interchange
import Ledger

/// The imported year of Complete Journey, and queries on it as whole processes.
struct Import {
    let arguments: Arguments
    let folder: String
    let report: Report

    func run() throws {
        guard FileManager.default.fileExists(atPath: arguments.data) else {
            print("import and processes: skipped, \(arguments.data) is absent (--data FOLDER)")
            return
        }
        var lines = 0
        let times = try (0..<arguments.rounds).map { round in
            try seconds {
                let outcome = try CompleteJourney.record(
                    folder: arguments.data,
                    to: LedgerStore.create("\(folder)/year-\(round)", origin: "benchmark", mapBytes: arguments.mapBytes)
                )
                lines = outcome.report.lines
            }
        }
        report.add(Measurement(name: "import Complete Journey, CSV lines", events: lines, seconds: median(times)))
        guard FileManager.default.isExecutableFile(atPath: arguments.binary) else {
            print("processes: skipped, \(arguments.binary) is absent")
            return
        }
        for query in [
            ["account", "liabilities:seller-payable", "--party", "store-330"], ["member", "household-900"],
            ["orders", "basket-31198570044"], ["balances"], ["stats"],
        ] {
            var each: [Double] = []
            for _ in 0..<15 {
                var status: Int32 = 0
                let command = [arguments.binary] + query + ["--ledger", folder + "/year-0", "--format", "json"]
                each.append(seconds { status = Benchmarks.run(command).status } * 1e6)
                guard status == 0 else { fatalError("\(query) ended with \(status)") }
            }
            report.add(
                Measurement(
                    name: "process: \(query[0])", events: each.count, seconds: each.reduce(0, +) / 1e6,
                    latencies: Latencies(each)))
        }
    }
}
