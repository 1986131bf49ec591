import Commerce
import Reconciliation

/// Columns by number, so that any text of three fields may be a CSV.
private let mapping: CSVMapping = {
    var mapping = CSVMapping()
    mapping.account = "1"
    mapping.headerRows = 0
    mapping.decimal = 0x2C
    mapping.delimiter = 0x3B
    mapping.columns = [.date: [.number(1)], .amount: [.number(2)], .description: [.number(3)], .balance: [.number(4)]]
    return mapping
}()

/// Reads the input as libFuzzer made it; what is read is written in every format. Nothing may trap, and what camt.053 carries comes back.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStatement(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    _ = read(bytes, checksTotals: true)
    for statement in read(bytes, checksTotals: false) {
        if let written = attempt({ () throws(StatementError) in try StatementWriter.camt053([statement]) }) {
            let again = read(written, checksTotals: false)
            precondition(again.count == 1 || statement.account.number.isEmpty, "what was written does not read back")
            precondition(
                again.isEmpty || again[0].entries.map { $0.amountMinor } == statement.entries.map { $0.amountMinor },
                "other amounts came back")
        }
        _ = attempt({ () throws(StatementError) in try StatementWriter.ofx1([statement]) })
        _ = attempt({ () throws(StatementError) in try StatementWriter.ofx2([statement]) })
        _ = attempt({ () throws(StatementError) in try StatementWriter.mt940([statement]) })
        _ = attempt({ () throws(StatementError) in try StatementWriter.bai2([statement]) })
        _ = attempt({ () throws(StatementError) in try StatementWriter.csv([statement], mapping: mapping) })
    }
    return 0
}

private func read(_ bytes: [UInt8], checksTotals: Bool) -> [BankStatement] {
    attempt({ () throws(StatementError) in
        try StatementFile.read(bytes: bytes, name: "fuzz", StatementReading(csv: mapping, checksTotals: checksTotals))
    }) ?? []
}

private func attempt<T>(_ body: () throws(StatementError) -> T) -> T? {
    do throws(StatementError) { return try body() } catch {
        // A message is made as well: it quotes what stood in the file.
        precondition(!error.line(in: .french).isEmpty && !error.line(in: .english).isEmpty)
        return nil
    }
}
