package import Accounting
package import Bytes

extension CSVReader {
    /// Field `index` as a whole number without sign or leading zeros, at most 15 digits.
    package func unsigned(_ index: Int) throws(ImportError) -> UInt64 {
        let text = self[index]
        let base = text.buffer.baseAddress.unsafelyUnwrapped
        var value: UInt64 = 0
        var bad = text.isEmpty || text.count > 15
        var at = 0
        while at < text.count, !bad {
            let digit = base.load(fromByteOffset: at, as: UInt8.self) &- 0x30
            bad = digit > 9 || (digit == 0 && at == 0 && text.count > 1)
            value = value &* 10 &+ UInt64(digit)
            at &+= 1
        }
        if bad {
            throw refusal(index, reason: "is not a number", expected: "1 to 15 digits without leading zeros")
        }
        return value
    }

    /// Field `index` as an amount of at most 11 digits and two decimals, in minor units; never negative.
    ///
    /// Read digit by digit: no floating point, nothing is rounded.
    package func amountMinor(_ index: Int) throws(ImportError) -> Int64 {
        let text = self[index]
        let base = text.buffer.baseAddress.unsafelyUnwrapped
        var value: Int64 = 0
        var point = -1
        var bad = text.isEmpty
        var at = 0
        while at < text.count {
            let byte = base.load(fromByteOffset: at, as: UInt8.self)
            if byte == 0x2E {
                bad = bad || point >= 0 || at == 0
                point = at
            } else {
                let digit = byte &- 0x30
                bad = bad || digit > 9
                value = value &* 10 &+ Int64(digit)
            }
            at &+= 1
            if bad { break }
        }
        let decimals = point < 0 ? 0 : text.count &- point &- 1
        let digits = point < 0 ? text.count : point
        if bad || decimals > 2 || digits > 11 || (point >= 0 && decimals == 0) {
            throw refusal(
                index, reason: "is not an amount",
                expected: "at most 11 digits, a point and two digits, not negative, such as 12.50")
        }
        return decimals == 2 ? value : decimals == 1 ? value &* 10 : value &* 100
    }

    /// Field `index` as an instant (RFC 3339, UTC), in microseconds since 1970.
    package func instantUs(_ index: Int) throws(ImportError) -> Int64 {
        // The usual form, whole seconds, is read here in place; the general reader decides about all others.
        if let us = Self.wholeSecondsUs(self[index]) { return us }
        do throws(CalendarError) { return try InstantText.parse(utf8: self[index].buffer) } catch {
            throw refusal(index, reason: "is not a time", expected: "a time in UTC such as 2017-01-31T18:05:00Z")
        }
    }

    /// `YYYY-MM-DDTHH:MM:SSZ`; nil for anything else.
    private static func wholeSecondsUs(_ text: Bytes) -> Int64? {
        guard text.count == 20, text[4] == 0x2D, text[7] == 0x2D, text[10] == 0x54, text[13] == 0x3A, text[16] == 0x3A,
            text[19] == 0x5A
        else { return nil }
        func number(_ at: Int) -> Int {
            let tens = Int(text[at]) - 0x30
            let ones = Int(text[at + 1]) - 0x30
            // Out of every range that is asked for below.
            guard (0...9).contains(tens), (0...9).contains(ones) else { return -1 }
            return tens * 10 + ones
        }
        let (century, year) = (number(0), number(2))
        let (hour, minute, second) = (number(11), number(14), number(17))
        guard century >= 0, year >= 0, (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second),
            let day = CivilDate(year: century * 100 + year, month: number(5), day: number(8))
        else { return nil }
        return Instant.midnightUs(day) + Int64((hour * 60 + minute) * 60 + second) * 1_000_000
    }

    /// Field `index` as a day (ISO 8601).
    package func date(_ index: Int) throws(ImportError) -> CivilDate {
        do throws(CalendarError) { return try CivilDate.parse(utf8: self[index].buffer) } catch {
            throw refusal(index, reason: "is not a day", expected: "a day such as 2017-01-31")
        }
    }

    /// Field `index` as text that can stand in an event: UTF-8 without control characters, at most 500 bytes.
    package func text(_ index: Int) throws(ImportError) -> Bytes {
        let text = self[index]
        var isPlain = text.count <= 500
        var isASCII = true
        for byte in text.buffer {
            if byte < 0x20 || byte == 0x7F { isPlain = false }
            if byte >= 0x80 { isASCII = false }
        }
        if !isASCII, String(validating: text.buffer, as: UTF8.self) == nil { isPlain = false }
        guard isPlain else {
            throw refusal(
                index, reason: "is not plain text",
                expected: "UTF-8 text of at most 500 bytes without control characters")
        }
        return text
    }
}
