@testable import Events

/// SplitMix64: the same numbers from the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func chance(_ part: Int, of whole: Int) -> Bool { Int.random(in: 0..<whole, using: &self) < part }
}

/// Fills messages of any type with random values, field by field, as the schema says; what it makes is well formed but
/// not canonical: SwiftProtobuf has yet to drop the defaults.
struct RandomMessages {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func message(_ name: String, depth: Int = 0) -> [UInt8] {
        guard let message = WireMessage.named(name) else { return [] }
        // Of the envelope's bodies and of the policies only one may stand.
        let isOneof: (WireField) -> Bool = { name == "PolicyAdopted" || (name == "Event" && $0.number >= 100) }
        let chosen = message.fields.filter(isOneof).randomElement(using: &random)
        var bytes: [UInt8] = []
        for field in message.fields where isOneof(field) ? field.number == chosen?.number : random.chance(3, of: 4) {
            let times = field.isRepeated && field.type == "message" ? Int.random(in: 0...4, using: &random) : 1
            for _ in 0..<times { bytes += self.field(field, depth: depth) }
        }
        return bytes
    }

    private mutating func field(_ field: WireField, depth: Int) -> [UInt8] {
        let tag = varint(UInt64(field.number) << 3 | UInt64(field.wireType))
        switch field.type {
        case "message": return tag + delimited(message(field.message, depth: depth + 1))
        case "string": return tag + delimited(text())
        case "bytes": return tag + delimited((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        case "fixed64": return tag + little(integer(), bytes: 8)
        case "fixed32": return tag + little(integer(), bytes: 4)
        case "enum" where field.isRepeated:
            let count = Int.random(in: 0...5, using: &random)
            return tag + delimited((0..<count).flatMap { _ in varint(enumValue(field)) })
        case "enum": return tag + varint(enumValue(field))
        case "bool": return tag + varint(integer() & 1)
        case "uint32", "sint32": return tag + varint(integer() & 0xFFFF_FFFF)
        case "int32": return tag + varint(UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: integer()))))
        default: return tag + varint(integer())
        }
    }

    private mutating func enumValue(_ field: WireField) -> UInt64 {
        UInt64(Int.random(in: 0..<field.values.count, using: &random))
    }

    /// As often small, large or zero as a varint has widths.
    private mutating func integer() -> UInt64 {
        let bits = Int.random(in: 0...64, using: &random)
        return bits == 0 ? 0 : random.next() >> UInt64(64 - bits)
    }

    private mutating func text() -> [UInt8] {
        let samples: [Unicode.Scalar] = ["a", "Z", "0", "-", "é", "œ", "€", "日", "😀", "\u{0}", "\u{7FF}", "\u{FFFF}"]
        var text = ""
        for _ in 0..<(random.chance(1, of: 20) ? 200 : Int.random(in: 0...14, using: &random)) {
            let isPlain = random.chance(9, of: 10)
            text.unicodeScalars.append(isPlain ? "x" : samples.randomElement(using: &random) ?? "x")
        }
        return Array(text.utf8)
    }

    private func delimited(_ bytes: [UInt8]) -> [UInt8] { varint(UInt64(bytes.count)) + bytes }

    private func little(_ value: UInt64, bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    }
}

/// A base-128 integer in its shortest form.
func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
    }
    return bytes + [UInt8(truncatingIfNeeded: rest)]
}
