import Commerce
import Reconciliation

/// Reads the input as libFuzzer made it as what institutions answer to payment files: a CPA 005 file, a pain.002 report. Nothing may trap.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAnswer(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    for checksTotals in [true, false] {
        attempt { () throws(StatementError) in _ = try CPA005.read(bytes, file: "fuzz", checksTotals: checksTotals) }
    }
    attempt { () throws(StatementError) in
        for status in try Pain002.read(bytes, file: "fuzz") {
            precondition(!status.name.french.isEmpty && !status.name.english.isEmpty)
        }
    }
    return 0
}

private func attempt(_ body: () throws(StatementError) -> Void) {
    do throws(StatementError) { try body() } catch {
        // A message is made as well: it quotes what stood in the file.
        precondition(!error.line(in: .french).isEmpty && !error.line(in: .english).isEmpty)
    }
}
