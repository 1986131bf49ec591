import Commerce

/// The encodings of statement files.
package enum TextEncoding: String, Sendable, CaseIterable {
    case utf8 = "UTF-8"
    case latin1 = "ISO-8859-1"
    case windows1252 = "Windows-1252"
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"

    /// The encoding by one of its common names, in any case; nil where it is none of them.
    package init?(named name: String) {
        switch String(name.uppercased().filter { $0 != "-" && $0 != "_" && $0 != " " }) {
        case "UTF8", "65001", "UNICODE", "USASCII", "ASCII": self = .utf8
        case "ISO88591", "88591", "LATIN1": self = .latin1
        case "WINDOWS1252", "1252", "CP1252": self = .windows1252
        case "UTF16LE": self = .utf16LittleEndian
        case "UTF16BE": self = .utf16BigEndian
        default: return nil
        }
    }

    /// What 0x80 to 0x9F mean in Windows-1252; 0 where it gives them no meaning.
    static let windowsTable: [UInt16] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
        0x0178,
    ]

    /// `bytes` as UTF-8 without a byte order mark.
    ///
    /// A mark decides; then what the file declares; then, where it declares nothing, UTF-8 if the bytes are, and Windows-1252 otherwise. Bytes that the
    /// encoding does not know are refused with their line.
    static func decoded(
        _ bytes: [UInt8], declared: TextEncoding?, source: StatementSource
    ) throws(StatementError) -> [UInt8] {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return try utf8(Array(bytes.dropFirst(3)), source) }
        if bytes.starts(with: [0xFF, 0xFE]) { return try utf16(bytes, from: 2, isLittle: true, source) }
        if bytes.starts(with: [0xFE, 0xFF]) { return try utf16(bytes, from: 2, isLittle: false, source) }
        switch declared {
        case .utf8: return try utf8(bytes, source)
        case .latin1: return try singleBytes(bytes, isWindows: false, source)
        case .windows1252: return try singleBytes(bytes, isWindows: true, source)
        case .utf16LittleEndian: return try utf16(bytes, from: 0, isLittle: true, source)
        case .utf16BigEndian: return try utf16(bytes, from: 0, isLittle: false, source)
        case nil:
            return firstInvalidUTF8(bytes) == nil ? bytes : try singleBytes(bytes, isWindows: true, source)
        }
    }

    private static func utf8(_ bytes: [UInt8], _ source: StatementSource) throws(StatementError) -> [UInt8] {
        if let offset = firstInvalidUTF8(bytes) { throw refusal(.utf8, bytes, offset, source) }
        return bytes
    }

    private static func singleBytes(
        _ bytes: [UInt8], isWindows: Bool, _ source: StatementSource
    ) throws(StatementError) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 16)
        for (offset, byte) in bytes.enumerated() {
            guard byte >= 0x80 else {
                result.append(byte)
                continue
            }
            var code = UInt16(byte)
            if isWindows, byte < 0xA0 {
                code = windowsTable[Int(byte) - 0x80]
                guard code != 0 else { throw refusal(.windows1252, bytes, offset, source) }
            }
            append(UInt32(code), to: &result)
        }
        return result
    }

    private static func utf16(
        _ bytes: [UInt8], from start: Int, isLittle: Bool, _ source: StatementSource
    ) throws(StatementError) -> [UInt8] {
        let encoding: TextEncoding = isLittle ? .utf16LittleEndian : .utf16BigEndian
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var at = start
        var high: UInt32 = 0
        while at + 1 < bytes.count {
            let (a, b) = (UInt32(bytes[at]), UInt32(bytes[at + 1]))
            let unit = isLittle ? b << 8 | a : a << 8 | b
            switch unit {
            case 0xD800...0xDBFF where high == 0: high = unit
            case 0xDC00...0xDFFF where high != 0:
                append(0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00), to: &result)
                high = 0
            case 0xD800...0xDFFF: throw refusal(encoding, bytes, at, source)
            default:
                guard high == 0 else { throw refusal(encoding, bytes, at, source) }
                append(unit, to: &result)
            }
            at += 2
        }
        guard at == bytes.count, high == 0 else { throw refusal(encoding, bytes, bytes.count, source) }
        return result
    }

    private static func append(_ code: UInt32, to result: inout [UInt8]) {
        guard let scalar = Unicode.Scalar(code) else { return }
        result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// Where the bytes stop being UTF-8 (Unicode, table 3-7); nil where they are.
    static func firstInvalidUTF8(_ bytes: [UInt8]) -> Int? {
        var at = 0
        while at < bytes.count {
            let lead = bytes[at]
            guard lead >= 0x80 else {
                at += 1
                continue
            }
            let (length, low, high): (Int, UInt8, UInt8) =
                switch lead {
                case 0xC2...0xDF: (2, 0x80, 0xBF)
                case 0xE0: (3, 0xA0, 0xBF)
                case 0xED: (3, 0x80, 0x9F)
                case 0xE1...0xEF: (3, 0x80, 0xBF)
                case 0xF0: (4, 0x90, 0xBF)
                case 0xF1...0xF3: (4, 0x80, 0xBF)
                case 0xF4: (4, 0x80, 0x8F)
                default: (0, 0, 0)
                }
            guard length > 0, at + length <= bytes.count, (low...high).contains(bytes[at + 1]) else { return at }
            for next in 2..<max(2, length) where bytes[at + next] & 0xC0 != 0x80 { return at }
            at += length
        }
        return nil
    }

    private static func refusal(
        _ encoding: TextEncoding, _ bytes: [UInt8], _ offset: Int, _ source: StatementSource
    ) -> StatementError {
        let line = bytes.prefix(offset).reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
        let hex = offset < bytes.count ? "0x" + String(bytes[offset], radix: 16, uppercase: true) : ""
        return source.refusal(
            .encoding, line: line, field: encoding.rawValue, value: hex,
            Text(
                "n’est pas du texte en \(encoding.rawValue) (octet \(offset))",
                "is not text in \(encoding.rawValue) (byte \(offset))"),
            accepted: Text(
                "un fichier dans l’encodage qu’il annonce", "a file in the encoding that it declares"))
    }
}
