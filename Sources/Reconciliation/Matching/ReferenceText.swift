/// References as they can be compared after institutions upper-cased them, cut punctuation and padded numbers with zeros.
///
/// What remains is ASCII letters (upper case), digits and whatever is not ASCII; a number loses its leading zeros; words by which institutions say "none"
/// are empty. Two references that become equal are told apart by amount, or not at all: then nothing is matched.
enum ReferenceText {
    /// What institutions write where they have nothing.
    private static let emptyWords: [StaticString] = [
        "NOTPROVIDED", "NONREF", "NOREF", "NONE", "UNKNOWN", "NA", "INCONNU", "AUCUNE",
    ]

    /// Appends the comparable form of `text`; the number of bytes appended.
    static func append(_ text: String, to bytes: inout [UInt8]) -> Int {
        let start = bytes.count
        var text = text
        text.withUTF8 { for byte in $0 { appendFolded(byte, to: &bytes) } }
        finish(&bytes, from: start)
        return bytes.count - start
    }

    /// Appends the byte's comparable form, if it has one.
    static func appendFolded(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x80...: bytes.append(byte)
        case 0x61...0x7A: bytes.append(byte - 0x20)
        default: break
        }
    }

    /// Strips a number's leading zeros and empties what says "none".
    static func finish(_ bytes: inout [UInt8], from start: Int) {
        let count = bytes.count - start
        guard count > 0 else { return }
        if bytes[start] == 0x30, !bytes[start...].contains(where: { !isDigit($0) }) {
            let zeros = bytes[start...].prefix { $0 == 0x30 }.count
            bytes.removeSubrange(start..<(start + zeros))
            return
        }
        guard count <= 11, bytes[start] >= 0x41 else { return }
        for word in emptyWords where word.utf8CodeUnitCount == count {
            let isWord = word.withUTF8Buffer { letters in bytes[start...].elementsEqual(letters) }
            if isWord {
                bytes.removeSubrange(start...)
                return
            }
        }
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    static let hashSeed: UInt64 = 0xCBF2_9CE4_8422_2325

    /// FNV-1a, byte by byte, so that one pass over a reference gives the hash of each of its prefixes.
    @inline(__always)
    static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

    /// Spreads the state over all bits. A hit is only ever a hint: bytes are compared.
    @inline(__always)
    static func spread(_ hash: UInt64) -> UInt64 {
        var mixed = hash
        mixed = (mixed ^ (mixed >> 32)) &* 0xD6E8_FEB8_6659_FD93
        return mixed ^ (mixed >> 32)
    }

    static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var state = hashSeed
        for byte in bytes { state = step(state, byte) }
        return spread(state)
    }
}

/// Where a text lies in a buffer of many.
struct TextRange: Equatable, Sendable {
    var offset: UInt32
    var count: UInt32

    var range: Range<Int> { Int(offset)..<(Int(offset) + Int(count)) }
    var isEmpty: Bool { count == 0 }

    static let none = TextRange(offset: 0, count: 0)
}
