import Accounting
import Commerce

/// A movement, :61: — "1706010602RC1250,50NTRFREF//BANKREF": value date, booking month and day, mark, amount, type, our reference, the bank's.
struct MT940Line {
    let entry: StatementEntry

    /// Reads the first line of the field; what follows on a second is text.
    init(_ text: String, line: Int, exponent: Int, _ source: StatementSource) throws(StatementError) {
        var rest = Array(text.utf8)[...]
        func refusal(_ value: String, _ reason: Text) -> StatementError {
            source.refusal(
                .value, line: line, field: ":61:", value: value, reason,
                accepted: Text("1706010601C1250,50NTRFREF//REFBANQUE", "1706010601C1250,50NTRFREF//BANKREF"))
        }
        let value = try source.day(sixDigits: text, line: line, field: ":61:")
        rest = rest.dropFirst(6)
        var booking = value
        let monthDay = String(decoding: rest.prefix(4), as: UTF8.self)
        if let month = FieldText.digits(monthDay, 0, 2), let day = FieldText.digits(monthDay, 2, 2) {
            booking = try Self.booking(month, day, near: value, line: line, text, source)
            rest = rest.dropFirst(4)
        }
        // RC takes a credit back, RD a debit; EC and ED are only expected.
        var isReversal = false
        if rest.first == 0x52 {
            isReversal = true
            rest = rest.dropFirst()
        }
        guard let mark = rest.first, mark == 0x43 || mark == 0x44 else {
            throw refusal(text, Text("n’a pas de marque C, D, RC ou RD", "has no mark C, D, RC or RD"))
        }
        rest = rest.dropFirst()
        // The third letter of the currency may follow.
        if let letter = rest.first, (0x41...0x5A).contains(letter) { rest = rest.dropFirst() }
        let digits = rest.prefix { (0x30...0x39).contains($0) || $0 == 0x2C || $0 == 0x2E }
        let minor = try source.amount(
            String(decoding: digits, as: UTF8.self), exponent: exponent, line: line, field: ":61:")
        rest = rest[digits.endIndex...]
        let code = rest.prefix(4)
        guard code.count == 4, code.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }) else {
            throw refusal(
                String(decoding: code, as: UTF8.self),
                Text("n’est pas un type de mouvement", "is not a type of movement"))
        }
        rest = rest.dropFirst(4)
        let (ours, theirs) = Self.references(rest)
        let isCredit = (mark == 0x43) != isReversal
        entry = StatementEntry(
            reference: theirs, bookingDate: booking, valueDate: value, amountMinor: isCredit ? minor : -minor,
            isReversal: isReversal, code: String(decoding: code, as: UTF8.self), endToEnd: ours)
    }

    private static func references(_ rest: ArraySlice<UInt8>) -> (ours: String, theirs: String) {
        var index = rest.startIndex
        while index + 1 < rest.endIndex, rest[index] != 0x2F || rest[index + 1] != 0x2F { index += 1 }
        let isParted = index + 1 < rest.endIndex
        let ours = FieldText.clean(isParted ? rest[..<index] : rest)
        let theirs = isParted ? FieldText.clean(rest[(index + 2)...]) : ""
        return (ours == "NONREF" ? "" : ours, theirs == "NONREF" ? "" : theirs)
    }

    /// The booking day has no year: that which brings it nearest to the value date.
    private static func booking(
        _ month: Int, _ day: Int, near value: CivilDate, line: Int, _ text: String, _ source: StatementSource
    ) throws(StatementError) -> CivilDate {
        var best: CivilDate?
        for year in (value.year - 1)...(value.year + 1) {
            guard let date = CivilDate(year: year, month: month, day: day) else { continue }
            let distance = abs(Int(date.daysSinceEpoch) - Int(value.daysSinceEpoch))
            if let known = best, abs(Int(known.daysSinceEpoch) - Int(value.daysSinceEpoch)) <= distance { continue }
            best = date
        }
        if let best { return best }
        return try source.day(nil, nil, nil, line: line, field: ":61:", value: text, form: "0601")
    }
}
