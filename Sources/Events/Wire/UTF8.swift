import Bytes

/// Whether the bytes are well-formed UTF-8 (Unicode, table 3-7): no overlong forms, no surrogates.
@inline(__always)
func isUTF8(_ bytes: Bytes) -> Bool { isASCII(bytes) || isWideUTF8(bytes) }

/// Whether no byte has its high bit set; words overlap at the end instead of looping over single bytes.
@inline(__always)
private func isASCII(_ bytes: Bytes) -> Bool {
    let base = bytes.base
    let count = bytes.count
    if count >= 8 {
        var high = base.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        var i = 0
        while i &+ 8 <= count {
            high |= base.loadUnaligned(fromByteOffset: i, as: UInt64.self)
            i &+= 8
        }
        return high & 0x8080_8080_8080_8080 == 0
    }
    if count >= 4 {
        let high =
            base.loadUnaligned(as: UInt32.self) | base.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
        return high & 0x8080_8080 == 0
    }
    guard count > 0 else { return true }
    let high =
        base.load(as: UInt8.self) | base.load(fromByteOffset: count / 2, as: UInt8.self)
        | base.load(fromByteOffset: count &- 1, as: UInt8.self)
    return high & 0x80 == 0
}

@inline(never)
private func isWideUTF8(_ bytes: Bytes) -> Bool {
    var i = 0
    while i < bytes.count {
        let lead = bytes[i]
        let width: Int
        let second: ClosedRange<UInt8>
        switch lead {
        case 0x00...0x7F:
            i += 1
            continue
        case 0xC2...0xDF: (width, second) = (2, 0x80...0xBF)
        case 0xE0: (width, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (width, second) = (3, 0x80...0xBF)
        case 0xED: (width, second) = (3, 0x80...0x9F)
        case 0xF0: (width, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (width, second) = (4, 0x80...0xBF)
        case 0xF4: (width, second) = (4, 0x80...0x8F)
        default: return false
        }
        guard i + width <= bytes.count, second.contains(bytes[i + 1]) else { return false }
        for next in (i + 2)..<(i + width) where bytes[next] & 0xC0 != 0x80 { return false }
        i += width
    }
    return true
}
