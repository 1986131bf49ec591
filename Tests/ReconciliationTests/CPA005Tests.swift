import Accounting
import Commerce
import Foundation
import Reconciliation
import Testing

@Suite("CPA 005")
struct CPA005Tests {
    @Test("A file of seven orders has the bytes that the standard draws")
    func golden() throws {
        let written = try CPA005.write(try PaymentSamples.file(), PaymentSamples.orders(7), lineEnd: .none)
        #expect(written.bytes.count == 4 * 1464)
        let rows = stride(from: 0, to: written.bytes.count, by: 1464).map { start in
            String(decoding: written.bytes[start..<start + 1464], as: UTF8.self)
        }
        #expect(rows == goldenCPA005.map { $0 + String(repeating: " ", count: max(0, 1464 - $0.utf8.count)) })
        #expect(try CPA005.write(try PaymentSamples.file(), PaymentSamples.orders(7), lineEnd: .none) == written)
    }

    @Test("What was written is read again, item by item", arguments: [1, 5, 6, 7, 12, 13])
    func roundTrip(count: Int) throws {
        let orders = PaymentSamples.orders(count)
        for end in CPA005.LineEnd.allCases {
            let written = try CPA005.write(try PaymentSamples.file(), orders, lineEnd: end)
            let records = 2 + (count + 5) / 6
            let endBytes = end == .none ? 0 : end == .lineFeed ? 1 : 2
            #expect(written.bytes.count == records * (1464 + endBytes))
            let file = try CPA005.read(written.bytes)
            #expect(file.number == 42)
            #expect(file.creationDay == (try PaymentSamples.day(2017, 3, 30)))
            #expect(file.items.map(\.amountMinor) == orders.map(\.amountMinor))
            #expect(file.items.map(\.crossReference) == orders.map { CPA005.crossReference(of: $0.payoutID) })
            #expect(file.items.map(\.crossReference) == written.crossReferences)
            #expect(file.items.map(\.routingNumber) == orders.map(\.account.routingNumber))
            #expect(file.items.map(\.accountNumber) == orders.map(\.account.number))
            #expect(file.items.map(\.segment) == (0..<count).map { $0 % 6 + 1 })
            #expect(file.trailer.credits == CPA005.Total(minor: written.totalMinor, count: Int64(count)))
        }
    }

    @Test("Debits follow credits in records of their own")
    func debits() throws {
        let written = try CPA005.write(
            try PaymentSamples.file(), PaymentSamples.orders(2),
            debits: [PaymentSamples.order(9), PaymentSamples.order(8)])
        let file = try CPA005.read(written.bytes)
        #expect(file.items.map(\.kind) == [.credit, .credit, .debit, .debit])
        #expect(file.items.map(\.recordNumber) == [2, 2, 3, 3])
        #expect(file.trailer.debits.count == 2)
        if let reading = try PaymentSamples.independentReading(written.bytes) { #expect(reading.status == 0) }
    }

    @Test("An independent reader of DOMAIN §4 agrees", arguments: [1, 5, 6, 7, 12, 13, 10_000])
    func independent(count: Int) throws {
        let orders = PaymentSamples.orders(count)
        let written = try CPA005.write(try PaymentSamples.file(), orders)
        guard let reading = try PaymentSamples.independentReading(written.bytes) else { return }
        #expect(reading.status == 0, "\(reading.output.suffix(500))")
        let lines = reading.output.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false)
        }
        #expect(lines.count == count + 1)
        for (line, order) in zip(lines, orders) {
            #expect(line.count == 9)
            guard line.count == 9 else { continue }
            #expect(line[0] == "C" && line[1] == "250" && line[2] == "\(order.amountMinor)" && line[3] == "2017-03-31")
            #expect(line[4] == order.account.routingNumber && line[5] == order.account.number)
            #expect(line[8] == CPA005.crossReference(of: order.payoutID))
        }
        #expect(lines.last?.first == "C \(count) \(written.totalMinor)")
    }

    @Test("Ten thousand dividends go out and all their returns come back to their payouts")
    func tenThousand() throws {
        let orders = PaymentSamples.orders(10_000)
        let written = try CPA005.write(try PaymentSamples.file(), orders)
        #expect(written.bytes.count == (10_000 / 6 + 1 + 2) * 1466)
        let open = Dictionary(uniqueKeysWithValues: zip(written.crossReferences, orders.map(\.payoutID)))
        #expect(open.count == 10_000)
        let file = try CPA005.read(written.bytes)
        #expect(file.items.count == 10_000)
        #expect(file.items.map { open[$0.crossReference] } == orders.map(\.payoutID))
    }

    @Test("A payee's name is folded to capital letters, never dropped nor split")
    func names() throws {
        let written = try CPA005.write(try PaymentSamples.file(), PaymentSamples.orders(7))
        let file = try CPA005.read(written.bytes)
        #expect(
            file.items.map(\.payeeName) == [
                "LIBRAIRIE LE BOEUF A COEUR", "EVE-MARIE D'OEUVRE NUNEZ", "GARCON & FILS INC.",
                "O'BRIEN, PAT PAT EXEMPLE", "ORCHESTRE DE LA VILLE REINE", "ANNE COTE", "ZOE L'ECUYER",
            ])
        #expect(file.items.allSatisfy { $0.longName == "COOPERATIVE GRAND.IO" && $0.sundry == "RISTOURNE 2016" })
    }

    @Test("Without a pattern the trace stays blank and the writer says so, never zeros")
    func blankTrace() throws {
        let written = try CPA005.write(try PaymentSamples.file(trace: nil), PaymentSamples.orders(1))
        #expect(written.warnings.map(\.kind).contains(.blankItemTrace))
        #expect(written.warnings.first?.text.french.isEmpty == false)
        #expect(try CPA005.read(written.bytes).items.first?.itemTrace == "")
        let traced = try CPA005.write(try PaymentSamples.file(), PaymentSamples.orders(2))
        #expect(!traced.warnings.map(\.kind).contains(.blankItemTrace))
        #expect(
            try CPA005.read(traced.bytes).items.map(\.itemTrace) == [
                "6121006100042000000001", "6121006100042000000002",
            ])
    }

    @Test(
        "A pattern that makes no trace numbers is refused",
        arguments: ["", "612100610FFFF", "612100610FFFFNNNNNNNN ", "NNN100610FFFFNNNNNNNNN", "612100610FFFNNNNNNNNNN"])
    func badPattern(pattern: String) throws {
        let file = try PaymentSamples.file(trace: pattern)
        #expect(throws: StatementError.self) { try CPA005.write(file, PaymentSamples.orders(1)) }
    }

    @Test("A sum that does not fit the trailer is refused with the figures; the last that fits is written")
    func overflow() throws {
        var orders = (1...10_001).map { PaymentSamples.order($0, amountMinor: CPA005.amountMinorMax) }
        let error = #expect(throws: StatementError.self) { try CPA005.write(try PaymentSamples.file(), orders) }
        #expect(error?.code == .total)
        #expect(error?.accepted.french == "au plus 999999999999.99 par fichier")
        orders.removeLast()
        #expect(try CPA005.write(try PaymentSamples.file(), orders).totalMinor == 99_999_999_990_000)
    }

    @Test(
        "An order that the format cannot carry is refused by its field",
        arguments: [
            "amountMinor", "amountMinor0", "currency", "account.institution", "account.transit", "account.number",
            "payoutID", "payeeName", "twice",
        ])
    func refusals(field: String) throws {
        var orders = PaymentSamples.orders(3)
        switch field {
        case "amountMinor": orders[1].amountMinor = 10_000_000_000
        case "amountMinor0": orders[1].amountMinor = 0
        case "currency": orders[1].currency = .usd
        case "account.institution": orders[1].account.institution = "81"
        case "account.transit": orders[1].account.transit = "1234x"
        case "account.number": orders[1].account.number = "1234567890123"
        case "payoutID": orders[1].payoutID = "un versement"
        case "payeeName": orders[1].payeeName = "🎻\u{0}\n"
        default: orders[1].payoutID = orders[0].payoutID
        }
        let error = #expect(throws: StatementError.self) { try CPA005.write(try PaymentSamples.file(), orders) }
        #expect(error?.field.hasPrefix("orders[1]") == true)
        #expect(error?.file == "20170330-0042")
        #expect(throws: StatementError.self) {
            if field == "amountMinor" { orders[1].amountMinor = .min }
            _ = try Pain001.write(try PaymentSamples.file(), orders)
        }
    }

    @Test("A head that is not complete is refused", arguments: 0..<9)
    func heads(field: Int) throws {
        var file = try PaymentSamples.file()
        switch field {
        case 0: file.number = 0
        case 1: file.number = 10_000
        case 2: file.originatorID = "123"
        case 3: file.dataCentre = "8151"
        case 4: file.dueDay = try PaymentSamples.day(2017, 3, 29)
        case 5: file.messageID = ""
        case 6: file.longName = String(repeating: "œ", count: 16)
        case 7: file.creationSecond = 86_400
        default: file.account.number = ""
        }
        #expect(throws: StatementError.self) { try CPA005.write(file, PaymentSamples.orders(1)) }
        #expect(throws: StatementError.self) { try Pain001.write(file, PaymentSamples.orders(1)) }
        #expect(throws: StatementError.self) { try CPA005.write(try PaymentSamples.file(), []) }
    }

    @Test("File numbers follow without gap and wrap after 9999")
    func numbers() {
        #expect(PaymentFile.numberAfter(1) == 2)
        #expect(PaymentFile.numberAfter(9998) == 9999)
        #expect(PaymentFile.numberAfter(9999) == 1)
        #expect(PaymentFile.numberAfter(0) == 1)
    }

    @Test("A cross reference fits its field, keeps short ids and tells long ones apart")
    func crossReferences() {
        #expect(CPA005.crossReference(of: "PAY-2017-000001") == "PAY-2017-000001")
        #expect(CPA005.crossReference(of: "pay-1") != CPA005.crossReference(of: "PAY-1"))
        var seen: Set<String> = []
        for index in 0..<50_000 {
            let reference = CPA005.crossReference(of: "payout-2017-03-store-\(index)")
            #expect(reference.utf8.count == 19)
            seen.insert(reference)
        }
        #expect(seen.count == 50_000)
    }
}
