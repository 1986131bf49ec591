import Foundation
import Glibc

/// One measured run, as a line of the report.
struct Measurement {
    let name: String
    let events: Int
    let seconds: Double
    /// Bytes on disk an event, where the run wrote any.
    let bytesPerEvent: Double?

    var line: String {
        let rate = seconds > 0 ? Double(events) / seconds : 0
        let bytes = bytesPerEvent.map { String(format: "%8.1f B/event", $0) } ?? "                "
        return name.padding(toLength: 46, withPad: " ", startingAt: 0)
            + String(format: "%10d  %8.3f s  %12.0f /s  ", events, seconds, rate) + bytes
            + String(format: "  peak %5d MiB", peakMemoryMiB())
    }
}

func peakMemoryMiB() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss / 1024
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let duration = try clock.measure(body)
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

func fileBytes(_ directory: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: directory + "/data.mdb")
    return attributes?[.size] as? Int ?? 0
}

/// Bytes this process gave to the disk so far.
func bytesWritten() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/io", encoding: .utf8) else { return 0 }
    for line in text.split(separator: "\n") where line.hasPrefix("write_bytes:") {
        return Int(line.dropFirst("write_bytes: ".count)) ?? 0
    }
    return 0
}
