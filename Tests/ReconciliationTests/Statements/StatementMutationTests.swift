import Accounting
import Commerce
import Testing

@testable import Reconciliation

/// Damaged files are read or refused, never a trap, and the same twice. The long search is the fuzzer's (Tests/Fuzz).
struct StatementMutationTests {
    private static func files(_ seed: UInt64) throws -> [[UInt8]] {
        var places = StatementGenerator.Places()
        (places.referenceMax, places.codes) = (16, ["PMNT/RCDT/ESCT", "142", ""])
        var generator = StatementGenerator(seed: seed, places)
        var statement = generator.statement()
        statement.entries.removeLast(max(0, statement.entries.count - 4))
        statement.closingMinor = statement.entries.reduce(statement.openingMinor ?? 0) { $0 + $1.amountMinor }
        let one = [statement]
        return [
            try StatementWriter.camt053(one), try StatementWriter.ofx1(one), try StatementWriter.ofx2(one),
            try StatementWriter.mt940(one), try StatementWriter.bai2(one),
            try StatementWriter.csv(one, mapping: mapping()),
        ]
    }

    private static func mapping() throws(StatementError) -> CSVMapping {
        try CSVMapping(
            text: "account = 1\nheader-rows = 0\ndate = 1\namount = 2\nbalance = 3\ndescription = 4", name: "mapping")
    }

    @Test(arguments: Array(UInt64(1)...40))
    func noMutationTraps(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let reading = StatementReading(csv: try Self.mapping())
        var accepted = 0
        for file in try Self.files(seed) {
            for _ in 0..<15 {
                var bytes = file
                for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                    let at = Int.random(in: 0..<bytes.count, using: &random)
                    let end = min(bytes.count, at + Int.random(in: 1...60, using: &random))
                    switch Int.random(in: 0..<6, using: &random) {
                    case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes.removeSubrange(at..<end)
                    case 2: bytes.insert(contentsOf: bytes[at..<end], at: at)
                    case 3: bytes.removeSubrange(at...)
                    case 4:
                        bytes[at] =
                            [0x2C, 0x2F, 0x3A, 0x3C, 0x3E, 0x30, 0x39, 0x0A, 0x22].randomElement(using: &random) ?? 0
                    default: bytes.insert(contentsOf: Array("9223372036854775807".utf8), at: at)
                    }
                }
                let first = Self.result(bytes, reading)
                #expect(first == Self.result(bytes, reading), "seed \(seed)")
                if case .success = first { accepted += 1 }
            }
        }
        // Most damage is seen; some only changes a text.
        #expect(accepted < 60, "seed \(seed)")
    }

    private static func result(_ bytes: [UInt8], _ reading: StatementReading) -> Result<[BankStatement], StatementError>
    {
        do throws(StatementError) {
            return .success(try StatementFile.read(bytes: bytes, name: "f", reading))
        } catch {
            return .failure(error)
        }
    }
}
