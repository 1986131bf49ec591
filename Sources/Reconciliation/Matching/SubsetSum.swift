/// Whether exactly one subset of some amounts has a sum: exact, and bounded by the number of amounts.
package enum SubsetSum {
    package enum Answer: Equatable, Sendable {
        case none
        /// Places of the only subset, ascending.
        case one([Int])
        /// Two or more: nobody can say which.
        case several
        /// More amounts than `amountsMost`; nothing was searched.
        case tooMany
    }

    /// Amounts of one search at most.
    package static let amountsMost = 32

    /// Looks for subsets of at least `sizeLeast` amounts with this sum; it stops at the second.
    ///
    /// Equal amounts at different places make different subsets. The answer does not depend on the order of the amounts, its places apart.
    /// - Complexity: O(2^(n/2) · n) time, O(2^(n/2)) memory ("meet in the middle": Horowitz, Sahni, 1974); 65 536 sums a half at most.
    package static func find(_ amountsMinor: [Int64], totalMinor: Int64, sizeLeast: Int = 1) -> Answer {
        guard amountsMinor.count <= amountsMost else { return .tooMany }
        guard amountsMinor.allSatisfy({ $0.magnitude <= MatchingLimits.amountMinorMost.magnitude }) else {
            return .tooMany
        }
        let half = amountsMinor.count / 2
        let left = sums(amountsMinor[..<half])
        let right = sums(amountsMinor[half...])
        var found: UInt32?
        var low = 0
        var high = right.count
        while low < left.count {
            let (wanted, overflow) = totalMinor.subtractingReportingOverflow(left[low].sum)
            guard !overflow else { return .none }
            // Sums ascend on the left, so that what is wanted of the right descends.
            while high > 0, right[high - 1].sum > wanted { high -= 1 }
            var place = high
            while place > 0, right[place - 1].sum == wanted {
                place -= 1
                let members = left[low].members | right[place].members << UInt32(half)
                guard members.nonzeroBitCount >= sizeLeast else { continue }
                if found != nil { return .several }
                found = members
            }
            low += 1
        }
        guard let found else { return .none }
        return .one((0..<amountsMinor.count).filter { found >> UInt32($0) & 1 == 1 })
    }

    private struct Partial {
        var sum: Int64
        var members: UInt32
    }

    /// The sums of all subsets, ascending: each amount merges the list with itself moved by it.
    private static func sums(_ amounts: ArraySlice<Int64>) -> ContiguousArray<Partial> {
        var sums: ContiguousArray<Partial> = [Partial(sum: 0, members: 0)]
        for (place, amount) in amounts.enumerated() {
            let bit = UInt32(1) << UInt32(place)
            var merged = ContiguousArray<Partial>()
            merged.reserveCapacity(sums.count * 2)
            var (without, with) = (0, 0)
            while without < sums.count || with < sums.count {
                let takesWith =
                    without == sums.count
                    || (with < sums.count && sums[with].sum + amount < sums[without].sum)
                if takesWith {
                    merged.append(Partial(sum: sums[with].sum + amount, members: sums[with].members | bit))
                    with += 1
                } else {
                    merged.append(sums[without])
                    without += 1
                }
            }
            sums = merged
        }
        return sums
    }

    /// How many subsets there are that are no less simple than one of `size` out of `count`, all of two or more members: as few members, or as few left out.
    static func simplerCount(size: Int, of count: Int) -> Int64 {
        let most = min(size, count - size)
        var total: Int64 = 0
        var chosen: Int64 = 1
        for members in 0...max(0, most) {
            if members > 0 { chosen = chosen * Int64(count - members + 1) / Int64(members) }
            // With so many in, and with so many out.
            if members >= 2 { total += chosen }
            if count - members >= 2 { total += chosen }
        }
        return max(1, total)
    }

    /// Whether a stranger's amount would seldom be such a sum by chance: sums of `count` amounts crowd around their middle, four times as dense there as if
    /// they were spread over their whole span, and lie on multiples of what divides them all.
    static func isBeyondChance(_ amountsMinor: [Int64], size: Int, limitPpm: Int64) -> Bool {
        var span: Int128 = 0
        var divisor: UInt64 = 0
        for amount in amountsMinor {
            span += Int128(amount.magnitude)
            divisor = greatestCommonDivisor(divisor, amount.magnitude)
        }
        guard divisor > 0 else { return false }
        let places = span / Int128(divisor)
        return Int128(simplerCount(size: size, of: amountsMinor.count)) * 4_000_000 <= Int128(limitPpm) * places
    }

    private static func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}
