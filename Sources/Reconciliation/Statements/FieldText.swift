/// Texts of files as they are kept: one line, single spaces, none at the ends.
enum FieldText {
    /// Spaces and control characters in a row become one space; those at the ends go.
    static func clean(_ bytes: some Collection<UInt8>) -> String {
        if isClean(bytes) { return String(decoding: bytes, as: UTF8.self) }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var isPending = false
        for byte in bytes {
            if byte <= 0x20 || byte == 0x7F {
                isPending = !result.isEmpty
            } else {
                if isPending { result.append(0x20) }
                isPending = false
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// As `clean` of bytes.
    static func clean(_ text: String) -> String { clean(text.utf8) }

    /// As `clean`, without what terminals obey and people do not see: C1 controls, marks that turn the direction of text, ends of lines.
    static func printable(_ text: String) -> String {
        func isHidden(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.value {
            case 0x80...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
        guard text.unicodeScalars.contains(where: isHidden) else { return clean(text) }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { shown.append(isHidden(scalar) ? " " : scalar) }
        return clean(String(shown))
    }

    private static func isClean(_ bytes: some Collection<UInt8>) -> Bool {
        var previous: UInt8 = 0x20
        for byte in bytes {
            guard byte > 0x20 || byte == 0x20 && previous > 0x20, byte != 0x7F else { return false }
            previous = byte
        }
        return bytes.isEmpty || previous > 0x20
    }

    /// The texts that say something, one after the other.
    static func joined(_ texts: [String]) -> String {
        texts.filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// A number of decimal digits only; nil otherwise, and where it does not fit.
    static func number(_ text: some StringProtocol) -> UInt64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt64(text)
    }

    /// As `number`, of a part of digits "170601".
    static func digits(_ text: some StringProtocol, _ from: Int, _ count: Int) -> Int? {
        let part = text.utf8.dropFirst(from).prefix(count)
        guard part.count == count else { return nil }
        var value = 0
        for byte in part {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte) - 0x30
        }
        return value
    }
}
