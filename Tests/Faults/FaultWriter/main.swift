import Commerce
import EventLog
import Glibc
import Ledger

// fault-writer write DIR SEED [--events N] [--nosync] [--plain] [--machine-clock] [--hold]
// fault-writer verify DIR SEED ACKED [--no-append]        ACKED is `none` when not even the creation was acknowledged
// fault-writer read DIR                                   holds a snapshot until it is killed
//
// Status: 0 done, 1 the ledger is not what it should be, 64 usage, 74 input/output, 75 busy, 73 and 66 as the command line.

var arguments = Array(CommandLine.arguments.dropFirst())

@MainActor
func flag(_ name: String) -> Bool {
    guard let at = arguments.firstIndex(of: name) else { return false }
    arguments.remove(at: at)
    return true
}

@MainActor
func option(_ name: String) -> UInt64? {
    guard let at = arguments.firstIndex(of: name), at + 1 < arguments.count else { return nil }
    defer { arguments.removeSubrange(at...at + 1) }
    return UInt64(arguments[at + 1])
}

func leave(_ message: String, _ status: CInt) -> Never {
    let bytes = Array((message + "\n").utf8)
    _ = write(2, bytes, bytes.count)
    exit(status)
}

func status(_ code: LedgerError.Code) -> CInt {
    switch code {
    case .no: 1
    case .usage: 64
    case .badInput: 65
    case .notFound: 66
    case .cannotCreate: 73
    case .inputOutput: 74
    case .busy: 75
    default: 70
    }
}

var options = WriteOptions()
options.events = option("--events") ?? options.events
options.noSync = flag("--nosync")
options.isPlain = flag("--plain")
options.machineClock = flag("--machine-clock")
options.holds = flag("--hold")
let appends = !flag("--no-append")

do {
    switch (arguments.first, arguments.count) {
    case ("write", 3):
        guard let seed = UInt64(arguments[2]) else { leave("SEED is a number", 64) }
        options.seed = seed
        try write(arguments[1], options)
    case ("verify", 4):
        guard let seed = UInt64(arguments[2]) else { leave("SEED is a number", 64) }
        let acked = UInt64(arguments[3])
        guard acked != nil || arguments[3] == "none" else { leave("ACKED is a number or none", 64) }
        tell("ok \(try verify(arguments[1], seed: seed, acked: acked, appends: appends))")
    case ("read", 2):
        let snapshot = try LedgerSnapshot(LedgerStore.open(arguments[1], readOnly: true, mapBytes: mapBytes))
        tell("reading \(snapshot.head.count)")
        while true { pause() }
    default:
        leave("usage: fault-writer write DIR SEED | verify DIR SEED ACKED | read DIR", 64)
    }
} catch let error as LedgerError {
    leave(error.text(.english), status(error.code))
} catch let finding as Finding {
    leave("finding: \(finding)", 1)
} catch {
    leave("\(error)", 70)
}
