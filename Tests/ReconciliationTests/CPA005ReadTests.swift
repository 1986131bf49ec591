import Accounting
import Commerce
import Foundation
import Reconciliation
import Testing

@Suite("CPA 005, files that come in")
struct CPA005ReadTests {
    /// A file of returns as an institution sends it, from what we sent.
    private func returns(_ count: Int, _ reason: String, totals: Bool) throws -> [UInt8] {
        let written = try CPA005.write(try PaymentSamples.file(), PaymentSamples.orders(count), lineEnd: .lineFeed)
        var lines = written.bytes.split(separator: 0x0A).map { Array($0) }
        for index in 1..<lines.count - 1 {
            lines[index][0] = UInt8(ascii: "I")
            for segment in stride(from: 24, to: 1464, by: 240) where lines[index][segment] != 0x20 {
                lines[index].replaceSubrange(segment + 62..<segment + 65, with: lines[index][segment..<segment + 3])
                lines[index].replaceSubrange(segment..<segment + 3, with: Array(reason.utf8))
                let trace = lines[index][segment + 40..<segment + 62]
                lines[index].replaceSubrange(segment + 205..<segment + 227, with: Array(trace))
            }
        }
        if !totals { lines[lines.count - 1].replaceSubrange(24..<112, with: Array(repeating: 0x30, count: 88)) }
        return Array(lines.joined(separator: [0x0A])) + [0x0A]
    }

    @Test("Returns name the payout and the reason, whether or not the trailer counts them", arguments: [true, false])
    func returned(totals: Bool) throws {
        let orders = PaymentSamples.orders(13)
        let file = try CPA005.read(try returns(13, "902", totals: totals))
        #expect(file.returns.count == 13)
        let open = Dictionary(
            uniqueKeysWithValues: orders.map { (CPA005.crossReference(of: $0.payoutID), $0.payoutID) })
        for (item, order) in zip(file.returns, orders) {
            #expect(open[item.crossReference] == order.payoutID)
            #expect(item.returnCode == "902" && item.storedCode == "250")
            #expect(item.originalItemTrace == item.itemTrace && item.originalItemTrace.count == 22)
            #expect(item.amountMinor == order.amountMinor)
        }
        let sent = try CPA005.read(try CPA005.write(try PaymentSamples.file(), orders).bytes)
        #expect(sent.returns.isEmpty)
        #expect(sent.items.map { $0.returned("902") } == file.items)
    }

    @Test("A simulated institution's returns are those that its file would hold, byte for byte")
    func written() throws {
        let written = try CPA005.write(try PaymentSamples.file(), PaymentSamples.orders(13), lineEnd: .lineFeed)
        let sent = try CPA005.read(written.bytes)
        let all = try CPA005.writeReturns(
            of: sent, sent.items.map { ($0, "902") }, number: sent.number, day: sent.creationDay, lineEnd: .lineFeed)
        #expect(all == (try returns(13, "902", totals: true)))
        let some = try CPA005.writeReturns(
            of: sent, [(sent.items[3], "905"), (sent.items[11], "914")], number: 7,
            day: try PaymentSamples.day(2017, 4, 3))
        let file = try CPA005.read(some)
        #expect(file.returns.map(\.crossReference) == [sent.items[3].crossReference, sent.items[11].crossReference])
        #expect(file.returns.map(\.returnCode) == ["905", "914"])
        for (item, reason) in [(sent.items[0], "450"), (file.items[0], "902")] {
            #expect(throws: StatementError.self) {
                try CPA005.writeReturns(of: sent, [(item, reason)], number: 7, day: sent.creationDay)
            }
        }
    }

    @Test("Reasons of returns are known in French and in English; other codes are no reasons")
    func reasons() {
        #expect(CPA005.returnReason("901")?.french == "provision insuffisante")
        #expect(CPA005.returnReason("905")?.english == "account closed")
        #expect(CPA005.returnReason("987")?.english == "return reason 987")
        #expect(CPA005.returnReason("450") == nil)
        #expect(CPA005.returnReason("9") == nil)
    }

    @Test(
        "The unpadded sample of moov-io/cadeft is read; its trailer, which does not agree, is refused with the figures")
    func sample() throws {
        guard let bytes = PaymentSamples.bytes(ofShared: "payments/cpa005/credits.txt") else { return }
        let file = try CPA005.read(bytes, file: "credits.txt", checksTotals: false)
        #expect(file.originatorID == "0000000610" && file.number == 1 && file.dataCentre == "61210")
        #expect(file.creationDay == (try PaymentSamples.day(2023, 5, 18)))
        let kinds: [CPA005.Kind] = Array(repeating: .credit, count: 6) + Array(repeating: .debit, count: 5)
        #expect(file.items.map(\.kind) == kinds)
        let amounts: [Int64] = [99_999, 12_006, 12_049, 12_048, 12_037, 12_007, 4_042, 4_043, 4_067, 4_006, 4_007]
        #expect(file.items.map(\.amountMinor) == amounts)
        #expect(file.items.first?.shortName == "SCOTIABANK12345" && file.items.first?.payeeName == "D1-1-OCC ZERO")
        #expect(file.trailer.debits == CPA005.Total(minor: 20_165, count: 5))
        #expect(file.trailer.credits == CPA005.Total(minor: 72_220, count: 6))
        let error = #expect(throws: StatementError.self) { try CPA005.read(bytes, file: "credits.txt") }
        #expect(error?.code == .total && error?.field == "Z, C" && error?.line == 4)
        #expect(
            error?.reason.english.contains("6 items of 722.20") == true
                && error?.accepted.english == "6 items of 1601.46")
        if let reading = try PaymentSamples.independentReading(bytes, "--unpadded", "--no-totals") {
            let lines = reading.output.split(separator: "\n").map { $0.split(separator: "\t") }
            #expect(lines.prefix(11).map { $0.count > 3 ? "\($0[2])" : "" } == amounts.map { "\($0)" })
            #expect(lines.first?[3] == "2023-05-18")
        }
    }

    @Test("A damaged file is refused with its place", arguments: 0..<16)
    func damaged(kind: Int) throws {
        let good = try CPA005.write(try PaymentSamples.file(), PaymentSamples.orders(7), lineEnd: .lineFeed).bytes
        var bytes = good
        var expected = StatementError.Code.malformed
        let second = 1465
        switch kind {
        case 0: bytes = []
        case 1: bytes.removeLast(1465)
        case 2: bytes.remove(at: 100)
        case 3: bytes.insert(0x20, at: 100)
        case 4: (bytes[second + 100], expected) = (0xE9, .encoding)
        case 5: (bytes[second + 100], expected) = (0x00, .encoding)
        case 6: bytes[second + 9] = 0x37
        case 7: bytes[second + 15] = 0x39
        case 8: bytes[second] = UInt8(ascii: "X")
        case 9: bytes.replaceSubrange(second + 264..<second + 504, with: Array(repeating: 0x20, count: 240))
        case 10: (bytes[second + 24 + 5], expected) = (UInt8(ascii: "x"), .value)
        case 11: (bytes[second + 24 + 12], expected) = (UInt8(ascii: "9"), .total)
        case 12: (bytes[second + 24 + 18], expected) = (UInt8(ascii: "x"), .value)
        case 13: bytes += good
        case 14: bytes.removeFirst(1465)
        default: bytes = Array(good.filter { $0 != 0x0A }.dropLast(3))
        }
        let error = #expect(throws: StatementError.self) { try CPA005.read(bytes, file: "retours.txt") }
        #expect(error?.code == expected, "kind \(kind)")
        #expect(error?.file == "retours.txt")
        #expect(error?.reason.french.isEmpty == false && error?.accepted.english.isEmpty == false)
    }

    @Test("Six amounts of ten nines do not trouble the sums")
    func largest() throws {
        let orders = (1...6).map { PaymentSamples.order($0, amountMinor: CPA005.amountMinorMax) }
        let file = try CPA005.read(try CPA005.write(try PaymentSamples.file(), orders).bytes)
        #expect(file.trailer.credits.minor == 59_999_999_994)
    }

    @Test("Damaged files never trap", arguments: [0x5EED_0001, 0x5EED_0002, 0x5EED_0003] as [UInt64])
    func fuzz(seed: UInt64) throws {
        print("seed \(seed)")
        var random = PaymentSeed(seed)
        let samples = [
            try CPA005.write(try PaymentSamples.file(), PaymentSamples.orders(3), lineEnd: .lineFeed).bytes,
            try CPA005.write(try PaymentSamples.file(), PaymentSamples.orders(1), lineEnd: .none).bytes,
            try returns(2, "905", totals: true),
        ]
        for round in 0..<PaymentSeed.rounds { CPA005.fuzz(random.mutated(samples[round % samples.count])) }
    }
}
