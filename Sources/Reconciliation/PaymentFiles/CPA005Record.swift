/// A record or a segment, by the positions of the standard: from 1, both ends included. What lies after its end is
/// blank.
struct CPA005Record {
    let bytes: ArraySlice<UInt8>

    var count: Int { bytes.count }
    var isBlank: Bool { bytes.allSatisfy { $0 == 0x20 } }

    func raw(_ first: Int, _ last: Int) -> ArraySlice<UInt8> {
        let start = min(bytes.startIndex + first - 1, bytes.endIndex)
        return bytes[start..<min(bytes.startIndex + last, bytes.endIndex)]
    }

    /// Without the blanks around it.
    func text(_ first: Int, _ last: Int) -> String {
        var field = raw(first, last)
        while field.last == 0x20 { field = field.dropLast() }
        while field.first == 0x20 { field = field.dropFirst() }
        return String(decoding: field, as: UTF8.self)
    }

    /// Digits in every place, at most 18; nil otherwise.
    func number(_ first: Int, _ last: Int) -> Int64? {
        let field = raw(first, last)
        guard field.count == last - first + 1, field.count <= 18 else { return nil }
        var value: Int64 = 0
        for byte in field {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }

    /// Segment 0 to 5.
    func segment(_ index: Int) -> CPA005Record {
        let first = CPA005.headBytes + index * CPA005.segmentBytes + 1
        return CPA005Record(bytes: raw(first, first + CPA005.segmentBytes - 1))
    }
}
