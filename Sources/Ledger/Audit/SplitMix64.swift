/// A generator of whole numbers that anybody can write again in ten lines (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014), so that a
/// sample can be drawn anew from its seed by other programs. Not for secrets.
package struct SplitMix64: Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `bound` − 1, each as likely: draws of the last, uneven part of the range are drawn again. `bound` is at least 1.
    package mutating func below(_ bound: UInt64) -> UInt64 {
        let bound = max(1, bound)
        let even = UInt64.max - UInt64.max % bound
        while true {
            let draw = next()
            if draw < even { return draw % bound }
        }
    }
}
