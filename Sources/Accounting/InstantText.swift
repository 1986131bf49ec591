/// Instants, microseconds since 1970-01-01T00:00:00Z, as RFC 3339 text in UTC.
package enum InstantText {
    /// "2017-03-12T07:00:00Z", with three or six decimals of the second where they are needed, as in the proto3 JSON
    /// mapping. Instants outside the years 1 to 9999 print as the nearest that there is.
    package static func format(us: Int64) -> String {
        let us = Instant.clamped(us)
        let day = Instant.day(ofClamped: us)
        let usOfDay = Int(us - Instant.midnightUs(day))
        let (year, month, dayOfMonth) = day.components
        var digits = DigitWriter()
        digits.appendDate(year, month, dayOfMonth)
        digits.append(0x54)
        let second = usOfDay / 1_000_000
        digits.append(second / 3600, width: 2)
        digits.append(0x3A)
        digits.append(second / 60 % 60, width: 2)
        digits.append(0x3A)
        digits.append(second % 60, width: 2)
        let fraction = usOfDay % 1_000_000
        if fraction != 0 {
            digits.append(0x2E)
            if fraction % 1000 == 0 {
                digits.append(fraction / 1000, width: 3)
            } else {
                digits.append(fraction, width: 6)
            }
        }
        digits.append(0x5A)
        return digits.text
    }

    /// Microseconds since 1970 that RFC 3339 text in UTC says: YYYY-MM-DDTHH:MM:SS, optionally one to six decimals, Z.
    ///
    /// Upper-case T and Z, no other offset, no leap second, so that one instant has one reading everywhere. Throws
    /// `CalendarError`: `malformed`, `noSuchDay`, `noSuchTime`.
    package static func parse(_ text: String) throws(CalendarError) -> Int64 { try parse(text.utf8) }

    /// As `parse(_:)`, from bytes.
    package static func parse(utf8 text: UnsafeRawBufferPointer) throws(CalendarError) -> Int64 { try parse(text) }

    private static func parse(_ text: some Collection<UInt8>) throws(CalendarError) -> Int64 {
        var reader = DigitReader(text, accepted: "UTC such as 2017-03-12T07:00:00Z, at most six decimals")
        let day = try reader.date()
        try reader.literal(0x54)
        let hour = try reader.number(width: 2)
        try reader.literal(0x3A)
        let minute = try reader.number(width: 2)
        try reader.literal(0x3A)
        let second = try reader.number(width: 2)
        var fractionUs = 0
        if reader.next == 0x2E {
            try reader.literal(0x2E)
            var unitUs = 100_000
            repeat {
                fractionUs += try reader.number(width: 1) * unitUs
                unitUs /= 10
            } while unitUs > 0 && reader.next != 0x5A
        }
        try reader.literal(0x5A)
        try reader.end()
        guard hour < 24, minute < 60, second < 60 else {
            throw reader.refusal(.noSuchTime, "no day has that time")
        }
        let secondOfDay = hour * 3600 + minute * 60 + second
        return Instant.midnightUs(day) + Int64(secondOfDay) * 1_000_000 + Int64(fractionUs)
    }
}

/// Instants as microseconds since 1970-01-01T00:00:00Z.
package enum Instant {
    package static let dayUs: Int64 = 86_400_000_000
    /// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z.
    package static let firstUs: Int64 = -719_162 * 86_400_000_000
    package static let lastUs: Int64 = 2_932_897 * 86_400_000_000 - 1

    /// The instant, or the nearest in the years 1 to 9999.
    @inlinable
    package static func clamped(_ us: Int64) -> Int64 { min(max(us, firstUs), lastUs) }

    /// 00:00 UTC of a day.
    @inlinable
    package static func midnightUs(_ day: CivilDate) -> Int64 { Int64(day.daysSinceEpoch) * dayUs }

    /// The UTC day of an instant; the nearest day for one outside the years 1 to 9999.
    @inlinable
    package static func day(_ us: Int64) -> CivilDate { day(ofClamped: clamped(us)) }

    @inlinable
    static func day(ofClamped us: Int64) -> CivilDate {
        // Division rounds to zero, days begin at or before: shift to what is never negative.
        CivilDate(clampingDays: (us - firstUs) / dayUs - 719_162)
    }
}
