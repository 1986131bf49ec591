/// Reads fixed-width digits and separators, strictly: dates and times come from outside.
struct DigitReader<Text: Collection<UInt8>> {
    private let whole: Text
    private var rest: Text.SubSequence
    private let accepted: String

    init(_ text: Text, accepted: String) {
        self.whole = text
        self.rest = text[...]
        self.accepted = accepted
    }

    var next: UInt8? { rest.first }

    /// A number of exactly `width` digits.
    mutating func number(width: Int) throws(CalendarError) -> Int {
        var value = 0
        for _ in 0..<width {
            guard let byte = rest.first, (0x30...0x39).contains(byte) else { throw malformed() }
            value = value * 10 + Int(byte) - 0x30
            rest = rest.dropFirst()
        }
        return value
    }

    mutating func literal(_ byte: UInt8) throws(CalendarError) {
        guard rest.first == byte else { throw malformed() }
        rest = rest.dropFirst()
    }

    mutating func date() throws(CalendarError) -> CivilDate {
        let year = try number(width: 4)
        try literal(0x2D)
        let month = try number(width: 2)
        try literal(0x2D)
        let day = try number(width: 2)
        guard let date = CivilDate(year: year, month: month, day: day) else {
            throw refusal(.noSuchDay, "no calendar has that day")
        }
        return date
    }

    func end() throws(CalendarError) {
        guard rest.isEmpty else { throw malformed() }
    }

    func malformed() -> CalendarError { refusal(.malformed, "it does not have the form that is accepted") }

    func refusal(_ code: CalendarError.Code, _ reason: String) -> CalendarError {
        // A hostile file may hold a line of any length: the message quotes its beginning only.
        let quoted = String(decoding: whole.prefix(40), as: UTF8.self)
        return CalendarError(code: code, place: "\"\(quoted)\"", reason: reason, accepted: accepted)
    }
}

/// Writes numbers padded with zeros.
struct DigitWriter {
    private var bytes: [UInt8] = []

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    /// `value`, not negative, in at least `width` digits.
    mutating func append(_ value: Int, width: Int) {
        let digits = Array("\(value)".utf8)
        bytes.append(contentsOf: repeatElement(0x30, count: max(0, width - digits.count)))
        bytes.append(contentsOf: digits)
    }

    mutating func appendDate(_ year: Int, _ month: Int, _ day: Int) {
        append(year, width: 4)
        append(0x2D)
        append(month, width: 2)
        append(0x2D)
        append(day, width: 2)
    }
}
