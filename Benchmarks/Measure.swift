import Foundation
@preconcurrency import Glibc

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

/// Runs a command to its end, output to nowhere. Its status; -1 when it did not start.
func run(_ command: [String]) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var child = pid_t()
    guard posix_spawn(&child, command[0], &actions, nil, arguments, environ) == 0 else { return -1 }
    var status: Int32 = 0
    waitpid(child, &status, 0)
    return status
}
