/// What kind of text a file is, by its first bytes.
enum StatementFormat: Equatable, Sendable {
    /// camt or OFX 2; the root decides.
    case xml
    /// OFX 1: a header of "KEY:value", then SGML.
    case ofx
    case mt940
    case bai2
    /// Only by a mapping.
    case csv

    /// Nil where the bytes begin none of the formats that tell themselves.
    init?(of bytes: [UInt8]) {
        var head: [UInt8]
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || Self.isWide(bytes) {
            // UTF-16: what matters here is ASCII.
            head = bytes.prefix(8192).filter { $0 != 0 && $0 < 0x80 }
        } else {
            head = Array(bytes.prefix(4096))
            if head.starts(with: [0xEF, 0xBB, 0xBF]) { head.removeFirst(3) }
        }
        let text = head.drop { $0 <= 0x20 }
        if text.starts(with: "<?xml".utf8) {
            self = .xml
        } else if text.starts(with: "OFXHEADER".utf8) || text.starts(with: "<OFX>".utf8) {
            self = .ofx
        } else if text.first == 0x3C {
            self = .xml
        } else if Self.beginsBAI(text) {
            self = .bai2
        } else if text.starts(with: "{1:".utf8) || text.starts(with: ":20:".utf8)
            || text.starts(with: "{4:".utf8) || Self.contains("\n:20:", in: text)
        {
            self = .mt940
        } else {
            return nil
        }
    }

    /// UTF-16 without a mark: "<" and a zero, or the other way round.
    private static func isWide(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x3C, 0]) || bytes.starts(with: [0, 0x3C])
    }

    /// "01," and then, further on, "02,": the first row of a CSV may begin with the day "01".
    private static func beginsBAI(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.starts(with: "01,".utf8) else { return false }
        let line = text.prefix { $0 != 0x0A && $0 != 0x2F }
        let rest = text[line.endIndex...].drop { $0 <= 0x20 || $0 == 0x2F }
        return line.count { $0 == 0x2C } >= 7 && (rest.isEmpty || rest.starts(with: "02,".utf8))
            || rest.starts(with: "02,".utf8) || rest.starts(with: "99,".utf8)
    }

    private static func contains(_ text: StaticString, in bytes: ArraySlice<UInt8>) -> Bool {
        let wanted = "\(text)".utf8
        guard bytes.count >= wanted.count else { return false }
        for start in bytes.startIndex...(bytes.endIndex - wanted.count)
        where bytes[start...].starts(with: wanted) {
            return true
        }
        return false
    }
}
