/// SplitMix64: the same numbers from the same seed on every machine.
struct MatchingRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }
    /// True so many times in a thousand.
    mutating func perMille(_ chance: Int) -> Bool { below(1000) < chance }

    mutating func shuffle<T>(_ values: inout [T]) {
        for place in stride(from: values.count - 1, to: 0, by: -1) { values.swapAt(place, below(place + 1)) }
    }

    mutating func letters(_ count: Int) -> String {
        let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")
        return String((0..<count).map { _ in alphabet[below(alphabet.count)] })
    }
}
