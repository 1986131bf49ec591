/// What an acquirer may keep of a deposit: a rate of what was captured and so much for each capture, between a least and a most.
package struct FeeBounds: Equatable, Sendable {
    package var leastPpm: UInt32
    package var mostPpm: UInt32
    package var leastFixedMinor: Int64
    package var mostFixedMinor: Int64

    package init(leastPpm: UInt32, mostPpm: UInt32, leastFixedMinor: Int64, mostFixedMinor: Int64) {
        self.leastPpm = min(leastPpm, 1_000_000)
        self.mostPpm = min(mostPpm, 1_000_000)
        self.leastFixedMinor = max(0, min(leastFixedMinor, 1_000_000))
        self.mostFixedMinor = max(0, min(mostFixedMinor, 1_000_000))
    }

    /// No fee is ever netted.
    package static let none = FeeBounds(leastPpm: 0, mostPpm: 0, leastFixedMinor: 0, mostFixedMinor: 0)

    /// Whether a deposit may be these captures: whole, as where fees come later, or less a fee within the bounds. Half a cent for each capture is left for rounding.
    func allows(feeMinor: Int64, grossMinor: Int64, captureCount: Int) -> Bool {
        guard feeMinor != 0 else { return true }
        guard feeMinor > 0, grossMinor > 0, feeMinor < grossMinor else { return false }
        let count = Int128(captureCount)
        let scaled = Int128(feeMinor) * 1_000_000
        let rounding = count * 500_000 + 500_000
        let least = Int128(grossMinor) * Int128(leastPpm) + count * Int128(leastFixedMinor) * 1_000_000
        let most = Int128(grossMinor) * Int128(mostPpm) + count * Int128(mostFixedMinor) * 1_000_000
        return scaled >= least - rounding && scaled <= most + rounding
    }

    /// Whether a fee is the most that the bounds allow, to the rounding: a contract's rate, which chance seldom hits.
    func isMost(feeMinor: Int64, grossMinor: Int64, captureCount: Int) -> Bool {
        guard feeMinor > 0, mostPpm > 0 || mostFixedMinor > 0 else { return false }
        let count = Int128(captureCount)
        let most = Int128(grossMinor) * Int128(mostPpm) + count * Int128(mostFixedMinor) * 1_000_000
        return (Int128(feeMinor) * 1_000_000 - most).magnitude <= UInt128(count * 500_000 + 500_000)
    }
}
