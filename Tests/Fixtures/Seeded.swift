/// A small generator (SplitMix64) that gives the same numbers for the same seed everywhere.
package struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    package init(_ seed: UInt64) { self.state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// An amount of any magnitude: small ones as often as those near the end of 64 bits.
    package mutating func amount() -> Int64 {
        let bits = Int.random(in: 0...63, using: &self)
        return Int64(truncatingIfNeeded: next()) >> Int64(bits)
    }
}
