/// Sharing an amount pro rata so that the parts sum to it, always.
package enum LargestRemainder {
    /// Parts of `pool` in proportion to `bases`: each part is the floor of its exact share, and the minor units left over
    /// go one each to the largest remainders, ties to the smaller rank.
    ///
    /// `tieBreak[i]` is the rank of base `i`, for example the position of the member's id in byte order. A negative
    /// pool is shared like its magnitude, so that taking back mirrors giving. A base of 0 never gets anything.
    ///
    /// Throws `MoneyError` with code `outOfRange` where the arrays differ in length, a base is negative, or a pool other
    /// than 0 finds no base to be shared by.
    /// - Complexity: O(n log n).
    package static func shares(
        pool: Int64, bases: [Int64], tieBreak: [Int]
    ) throws(MoneyError) -> [Int64] {
        guard tieBreak.count == bases.count else {
            throw MoneyError(
                code: .outOfRange, place: "tieBreak", reason: "\(tieBreak.count) ranks for \(bases.count) bases",
                accepted: "one rank for each base")
        }
        var total: Int128 = 0
        for (index, base) in bases.enumerated() {
            guard base >= 0 else {
                throw MoneyError(
                    code: .outOfRange, place: "bases[\(index)]", reason: "the base \(base) is negative",
                    accepted: "bases of at least 0")
            }
            total += Int128(base)
        }
        guard pool != 0 else { return [Int64](repeating: 0, count: bases.count) }
        guard total > 0 else {
            throw MoneyError(
                code: .outOfRange, place: "bases", reason: "the pool \(pool) has no base to be shared by",
                accepted: "at least one base above 0, or a pool of 0")
        }

        let magnitude = Int128(pool.magnitude)
        var parts: [Int128] = []
        var remainders: [Int128] = []
        parts.reserveCapacity(bases.count)
        remainders.reserveCapacity(bases.count)
        var leftOver = magnitude
        for base in bases {
            // At most 2^63 · 2^63: it fits.
            let (part, remainder) = (magnitude * Int128(base)).quotientAndRemainder(dividingBy: total)
            parts.append(part)
            remainders.append(remainder)
            leftOver -= part
        }
        if leftOver > 0 {
            // The remainders sum to leftOver · total and each is below total: more than leftOver of them are above 0.
            let order = bases.indices.sorted { a, b in
                remainders[a] != remainders[b] ? remainders[a] > remainders[b] : tieBreak[a] < tieBreak[b]
            }
            for index in order.prefix(Int(leftOver)) { parts[index] += 1 }
        }
        var shares: [Int64] = []
        shares.reserveCapacity(bases.count)
        for part in parts { shares.append(try Money.narrowed(pool < 0 ? -part : part, "share")) }
        return shares
    }

    /// As `shares(pool:bases:tieBreak:)`, with ties in the byte order of `ids`: the member ids.
    package static func shares(
        pool: Int64, bases: [Int64], ids: [String]
    ) throws(MoneyError) -> [Int64] {
        try shares(pool: pool, bases: bases, tieBreak: ranks(ofIds: ids))
    }

    /// The position of each id when all stand in byte order.
    package static func ranks(ofIds ids: [String]) -> [Int] {
        let order = ids.indices.sorted { a, b in
            // Two equal ids keep their order in the list, so that the answer never depends on the sort.
            ids[a].utf8.elementsEqual(ids[b].utf8)
                ? a < b : ids[a].utf8.lexicographicallyPrecedes(ids[b].utf8)
        }
        var ranks = [Int](repeating: 0, count: ids.count)
        for (rank, index) in order.enumerated() { ranks[index] = rank }
        return ranks
    }
}
