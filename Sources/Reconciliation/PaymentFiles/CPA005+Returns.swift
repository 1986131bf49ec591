package import Accounting
import Commerce

extension CPA005 {
    /// The file that an institution sends back for items of a file that it took: `I` for credits, `J` for debits.
    /// Simulated institutions need it, and tests; we never return payments ourselves.
    ///
    /// The trailer counts `I` with `C` and `J` with `D`. Throws `StatementError`: `value` where a reason is no code from
    /// 900 to 999, an item is itself a return or its amount is impossible, or a count or sum is out of range.
    package static func writeReturns(
        of sent: File, _ returns: [(item: Item, reason: String)], number: Int, day: CivilDate,
        lineEnd: LineEnd = .carriageReturnLineFeed
    ) throws(StatementError) -> [UInt8] {
        var writer = try ReturnWriter(sent, number, day, lineEnd)
        guard (1...itemsMax).contains(returns.count) else {
            throw writer.refusal(
                "returns", "\(returns.count)",
                Text("ce nombre de retours est hors limites", "this count of returns is out of range"),
                accepted: Text("de 1 à \(itemsMax)", "1 to \(itemsMax)"))
        }
        var credits: [Item] = []
        var debits: [Item] = []
        for (item, reason) in returns {
            let returned = try writer.returned(item, reason)
            if returned.kind == .returnedCredit { credits.append(returned) } else { debits.append(returned) }
        }
        writer.header(sent)
        let creditTotal = try writer.records(credits)
        let debitTotal = try writer.records(debits)
        writer.trailer(debits: debitTotal, credits: creditTotal)
        return writer.fields.bytes
    }
}

/// A file of returns as it grows.
private struct ReturnWriter {
    let originatorID: String
    let number: Int
    let day: CivilDate
    let lineEnd: CPA005.LineEnd
    var fields = CPA005Fields()
    private var recordNumber: Int64 = 0

    init(_ sent: CPA005.File, _ number: Int, _ day: CivilDate, _ lineEnd: CPA005.LineEnd) throws(StatementError) {
        self.originatorID = sent.originatorID
        self.number = number
        self.day = day
        self.lineEnd = lineEnd
        guard (1...9999).contains(number), (2000...2099).contains(day.year) else {
            throw refusal(
                "number", "\(number), \(day.text)",
                Text("le numéro ou le jour est hors limites", "the number or the day is out of range"),
                accepted: Text("de 1 à 9999, de 2000 à 2099", "1 to 9999, 2000 to 2099"))
        }
    }

    func refusal(_ field: String, _ value: String, _ reason: Text, accepted: Text) -> StatementError {
        .payment(.value, file: "returns-\(number)", field, value, reason, accepted: accepted)
    }

    func returned(_ item: CPA005.Item, _ reason: String) throws(StatementError) -> CPA005.Item {
        guard CPA005.returnReason(reason) != nil, item.kind == .credit || item.kind == .debit,
            (0...CPA005.amountMinorMax).contains(item.amountMinor)
        else {
            throw refusal(
                item.crossReference, "\(item.kind.rawValue) \(reason)",
                Text("cet article ne peut pas être retourné ainsi", "this item cannot be returned so"),
                accepted: Text(
                    "un crédit ou un débit, un code de 900 à 999", "a credit or a debit, a code from 900 to 999"))
        }
        return item.returned(reason)
    }

    private mutating func head(_ type: String) {
        recordNumber += 1
        fields.text(type, 1)
        fields.number(recordNumber, 9)
        fields.text(originatorID, 10)
        fields.number(Int64(number), 4)
    }

    mutating func header(_ sent: CPA005.File) {
        head("A")
        fields.day(day)
        fields.text(sent.dataCentre, 5)
        fields.blanks(20)
        fields.text(sent.currency, 3)
        fields.blanks(CPA005.recordBytes - 58)
        fields.lineEnd(lineEnd)
    }

    mutating func records(_ items: [CPA005.Item]) throws(StatementError) -> CPA005.Total {
        var total = CPA005.Total()
        for (index, item) in items.enumerated() {
            if index % CPA005.segmentsMax == 0 { head(item.kind.rawValue) }
            segment(item)
            total.minor += item.amountMinor
            total.count += 1
            guard total.minor <= CPA005.totalMinorMax else {
                throw refusal(
                    "Z", "\(total.minor)", Text("la somme n’entre pas", "the sum does not fit"),
                    accepted: Text("au plus \(CPA005.totalMinorMax) cents", "at most \(CPA005.totalMinorMax) cents"))
            }
            let used = index % CPA005.segmentsMax + 1
            guard index == items.count - 1 || used == CPA005.segmentsMax else { continue }
            fields.blanks((CPA005.segmentsMax - used) * CPA005.segmentBytes)
            fields.lineEnd(lineEnd)
        }
        return total
    }

    private mutating func segment(_ item: CPA005.Item) {
        fields.text(item.transactionCode, 3)
        fields.number(item.amountMinor, 10)
        fields.day(item.day ?? day)
        fields.text(item.routingNumber, 9)
        fields.text(item.accountNumber, 12)
        fields.text(item.itemTrace, CPA005.traceBytes)
        fields.text(item.storedCode, 3)
        fields.text(item.shortName, 15)
        fields.text(item.payeeName, 30)
        fields.text(item.longName, 30)
        fields.text(item.originatorID, 10)
        fields.text(item.crossReference, CPA005.crossReferenceBytes)
        fields.text(item.returnRoutingNumber, 9)
        fields.text(item.returnAccountNumber, 12)
        fields.text(item.sundry, 15)
        fields.text(item.originalItemTrace, CPA005.traceBytes)
        fields.text(item.settlementCode, 2)
        fields.text(item.invalidElements, 11)
    }

    mutating func trailer(debits: CPA005.Total, credits: CPA005.Total) {
        head("Z")
        for total in [debits, credits, CPA005.Total(), CPA005.Total()] {
            fields.number(total.minor, 14)
            fields.number(total.count, 8)
        }
        fields.blanks(CPA005.recordBytes - CPA005.headBytes - 88)
        fields.lineEnd(lineEnd)
    }
}
