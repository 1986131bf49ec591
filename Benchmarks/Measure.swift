import Foundation
@preconcurrency import Glibc

/// One measured run, as a line of the report.
struct Measurement {
    let name: String
    let events: Int
    let seconds: Double
    /// Bytes handed to write calls an event (`wchar`; `write_bytes` counts whole folios of the page cache).
    var writtenPerEvent: Double?
    /// Microseconds of a commit, a query: the median, the 99th of a hundred, the worst.
    var latencies: Latencies?
    /// Our rate over the C kernel's, in the same run.
    var kernelRatio: Double?

    var perSecond: Double { seconds > 0 ? Double(events) / seconds : 0 }

    var line: String {
        var text = name.padding(toLength: 50, withPad: " ", startingAt: 0)
        text += String(format: "%10d  %8.3f s  %11.0f /s", events, seconds, perSecond)
        if let writtenPerEvent { text += String(format: "  %8.1f B written/event", writtenPerEvent) }
        if let latencies { text += "  \(latencies.line)" }
        if let kernelRatio { text += String(format: "  %.2f of the C kernel", kernelRatio) }
        return text
    }

    var json: [String: Any] {
        var object: [String: Any] = ["name": name, "events": events, "seconds": seconds, "perSecond": perSecond]
        object["bytesPerEvent"] = writtenPerEvent
        object["kernelRatio"] = kernelRatio
        if let latencies {
            object["p50Us"] = latencies.p50
            object["p99Us"] = latencies.p99
            object["maxUs"] = latencies.worst
        }
        return object
    }
}

/// Microseconds.
struct Latencies {
    let p50: Double
    let p99: Double
    let worst: Double

    init(_ all: [Double]) {
        let sorted = all.sorted()
        func at(_ share: Double) -> Double {
            sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
        }
        p50 = at(0.5)
        p99 = at(0.99)
        worst = sorted.last ?? 0
    }

    var line: String { String(format: "p50 %.1f µs  p99 %.1f µs  worst %.1f µs", p50, p99, worst) }
}

/// The lines of one call, printed as they come and kept for `--json`.
final class Report {
    private(set) var measurements: [Measurement] = []

    func add(_ measurement: Measurement) {
        measurements.append(measurement)
        print(measurement.line)
        fflush(nil)
    }

    func write(to path: String) throws {
        let data = try JSONSerialization.data(
            withJSONObject: measurements.map(\.json), options: [.prettyPrinted, .sortedKeys])
        try data.write(to: URL(fileURLWithPath: path))
    }
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let duration = try clock.measure(body)
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

func median(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.sorted()[values.count / 2] }

func fileBytes(_ directory: String) -> Int {
    var status = stat()
    guard stat(directory + "/data.mdb", &status) == 0 else { return 0 }
    return Int(status.st_blocks) * 512
}

private func field(_ name: String, of file: String) -> Int {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return 0 }
    for line in text.split(separator: "\n") where line.hasPrefix(name) {
        return Int(line.dropFirst(name.count).split(separator: " ").first ?? "") ?? 0
    }
    return 0
}

/// Bytes this process handed to write calls so far.
func bytesWritten() -> Int { field("wchar:", of: "/proc/self/io") }

/// Memory of this process that is not a file's.
func anonymousMiB() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
    for line in text.split(separator: "\n") where line.hasPrefix("RssAnon:") {
        return (Int(line.split(separator: " ").dropFirst().first ?? "") ?? 0) / 1024
    }
    return 0
}

/// Runs a command to its end. Its status, −1 when it did not start, and what it printed.
func run(_ command: [String]) -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    let pipe = Pipe()
    process.standardOutput = pipe
    do { try process.run() } catch { return (-1, "") }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}
