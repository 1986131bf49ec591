@testable import Events

/// Spoils encoded messages, each in one of the ways in which two encodings of one message, or damage, come about.
struct Changes {
    enum Kind: CaseIterable {
        case none, flippedBit, truncated, insertedByte, removedByte
        case swappedFields, repeatedField, longVarint, explicitDefault, unknownField
    }

    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// The changed bytes; nil where there is nothing to change.
    mutating func apply(_ kind: Kind, to bytes: [UInt8]) -> [UInt8]? {
        var changed = bytes
        switch kind {
        case .none: return bytes
        case .insertedByte:
            changed.insert(UInt8.random(in: .min ... .max, using: &random), at: place(upTo: bytes.count))
            return changed
        case .explicitDefault:
            // Any field number, any wire type, value zero.
            let wireType: UInt64 = random.chance(1, of: 2) ? 0 : 2
            let tag = varint(UInt64.random(in: 1...12, using: &random) << 3 | wireType)
            return inserting(tag + [0], between: fields(bytes))
        case .unknownField:
            let number = UInt64([16, 60, 1999, 2047, 70_000].randomElement(using: &random) ?? 60)
            return bytes + varint(number << 3) + [1]
        default: break
        }
        guard !bytes.isEmpty else { return nil }
        let at = place(upTo: bytes.count - 1)
        switch kind {
        case .flippedBit: changed[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case .truncated: changed.removeLast(bytes.count - at)
        case .removedByte: changed.remove(at: at)
        case .longVarint:
            changed[at] |= 0x80
            changed.insert(0, at: at + 1)
        case .swappedFields:
            var parts = fields(bytes)
            parts.swapAt(place(upTo: parts.count - 1), place(upTo: parts.count - 1))
            return parts.flatMap { $0 }
        case .repeatedField:
            let parts = fields(bytes)
            return inserting(parts[place(upTo: parts.count - 1)], between: parts)
        default: break
        }
        return changed
    }

    private mutating func place(upTo last: Int) -> Int { Int.random(in: 0...last, using: &random) }

    private mutating func inserting(_ field: [UInt8], between fields: [[UInt8]]) -> [UInt8] {
        var fields = fields
        fields.insert(field, at: place(upTo: fields.count))
        return fields.flatMap { $0 }
    }

    /// The fields of a well-formed message, tags included.
    private func fields(_ bytes: [UInt8]) -> [[UInt8]] {
        var at = 0
        func integer() -> Int {
            var value = 0
            var shift = 0
            while at < bytes.count {
                let byte = bytes[at]
                at += 1
                value |= Int(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            return value
        }
        var fields: [[UInt8]] = []
        while at < bytes.count {
            let start = at
            switch integer() & 7 {
            case 0: _ = integer()
            case 1: at += 8
            case 2:
                let length = integer()
                at += length
            default: at += 4
            }
            fields.append(Array(bytes[start..<at]))
        }
        return fields
    }
}
