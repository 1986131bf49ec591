extension CivilDate {
    /// ISO 8601: "2017-03-12".
    package var text: String {
        var digits = DigitWriter()
        let (year, month, day) = components
        digits.appendDate(year, month, day)
        return digits.text
    }

    /// The day that ISO 8601 text says: exactly YYYY-MM-DD. Throws `CalendarError`: `malformed`, `noSuchDay`.
    package init(_ text: String) throws(CalendarError) {
        self = try Self.parse(text.utf8)
    }

    /// As `init(_:)`, from bytes.
    package static func parse(utf8 text: UnsafeRawBufferPointer) throws(CalendarError) -> CivilDate {
        try parse(text)
    }

    private static func parse(_ text: some Collection<UInt8>) throws(CalendarError) -> CivilDate {
        var reader = DigitReader(text, accepted: "a day such as 2017-03-12")
        let date = try reader.date()
        try reader.end()
        return date
    }
}
