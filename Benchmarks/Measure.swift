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

/// Runs a command to its end. Its status, −1 when it did not start or was killed, and what it printed.
///
/// By `posix_spawn`: `Process` copies the page tables of a benchmark with a large map, and its 50 ms would be counted as the command's.
func run(_ command: [String]) -> (status: Int32, output: String) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return (-1, "") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    let started = posix_spawn(&process, command[0], &actions, nil, &words, environ)
    close(ends[1])
    guard started == 0 else { return (-1, "") }
    let output = FileHandle(fileDescriptor: ends[0], closeOnDealloc: false).readDataToEndOfFile()
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return (status & 0x7F == 0 ? status >> 8 & 0xFF : -1, String(decoding: output, as: UTF8.self))
}
