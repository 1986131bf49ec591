/// The weighted average cost, kept as the whole value of what is on hand, so that nothing is lost to rounding.
///
/// Units leave at value × quantity ÷ on hand, rounded down to the minor unit: what is left over stays with the goods that stay, and the last units take
/// all that remains. Hence the value is never negative, and it is zero when nothing is on hand.
extension StockRecord {
    /// The cost of `quantity` units that leave, of those on hand.
    package func cost(of quantity: Int64) -> Int64 {
        guard quantity < onHand else { return valueMinor }
        return Int64(truncatingIfNeeded: Int128(valueMinor) * Int128(quantity) / Int128(onHand))
    }

    /// What `quantity` units more are worth at the average, rounded down; 0 where nothing is on hand, `nil` beyond 64 bits.
    package func worth(of quantity: Int64) -> Int64? {
        guard onHand > 0 else { return 0 }
        return Int64(exactly: Int128(valueMinor) * Int128(quantity) / Int128(onHand))
    }

    /// Takes units away at the average. Their cost.
    package mutating func take(_ quantity: Int64) -> Int64 {
        let cost = cost(of: quantity)
        onHand &-= quantity
        valueMinor &-= cost
        return cost
    }

    package mutating func add(_ quantity: Int64, costMinor: Int64) {
        onHand &+= quantity
        valueMinor &+= costMinor
    }

    /// The average of one unit, half-up to the minor unit, to be shown; `nil` where nothing is on hand.
    package var averageMinor: Int64? {
        guard onHand > 0 else { return nil }
        return Int64(truncatingIfNeeded: (Int128(valueMinor) * 2 + Int128(onHand)) / (Int128(onHand) * 2))
    }
}
