/// Where the hashes of a tree are read: the root of a complete subtree.
package protocol SubtreeSource {
    associatedtype Failure: Error
    /// The root over entries [index · 2^level, (index + 1) · 2^level); all of them exist.
    func subtree(level: Int, index: UInt64) throws(Failure) -> Hash
}

/// Proofs of RFC 6962 §2.1, made from a source of subtrees and checked without one.
package enum Proof {
    /// The root over entries [from, to); `from` is a multiple of the largest power of two below the length.
    package static func root<S: SubtreeSource>(_ source: S, from: UInt64, to: UInt64) throws(S.Failure) -> Hash {
        let length = to - from
        guard length > 0 else { return .emptyRoot }
        if length.nonzeroBitCount == 1 {
            let level = length.trailingZeroBitCount
            return try source.subtree(level: level, index: from >> UInt64(level))
        }
        let half = split(length)
        let left = try root(source, from: from, to: from + half)
        return Hash.node(left, try root(source, from: from + half, to: to))
    }

    /// The largest power of two below `length`.
    private static func split(_ length: UInt64) -> UInt64 { 1 << UInt64(63 - (length - 1).leadingZeroBitCount) }

    /// The path that proves entry `index` in the tree over `size` entries. O(log n) subtrees.
    package static func inclusion<S: SubtreeSource>(
        _ source: S, index: UInt64, size: UInt64
    ) throws(S.Failure) -> [Hash] {
        precondition(index < size)
        var path: [Hash] = []
        var from: UInt64 = 0
        var to = size
        while to - from > 1 {
            let middle = from + split(to - from)
            if index < middle {
                path.append(try root(source, from: middle, to: to))
                to = middle
            } else {
                path.append(try root(source, from: from, to: middle))
                from = middle
            }
        }
        return path.reversed()
    }

    /// The path that proves the tree over `second` entries an extension of that over `first`.
    package static func consistency<S: SubtreeSource>(
        _ source: S, first: UInt64, second: UInt64
    ) throws(S.Failure) -> [Hash] {
        precondition(first <= second)
        guard first > 0, first < second else { return [] }
        var path: [Hash] = []
        var from: UInt64 = 0
        var to = second
        var isWhole = true
        while first != to {
            let middle = from + split(to - from)
            if first <= middle {
                path.append(try root(source, from: middle, to: to))
                to = middle
            } else {
                path.append(try root(source, from: from, to: middle))
                from = middle
                isWhole = false
            }
        }
        if !isWhole { path.append(try root(source, from: from, to: to)) }
        return path.reversed()
    }

    /// Whether `path` proves `leaf` at `index` of the tree of `size` entries with this `root` (RFC 9162 §2.1.3.2).
    package static func verifyInclusion(leaf: Hash, index: UInt64, size: UInt64, path: [Hash], root: Hash) -> Bool {
        guard index < size else { return false }
        var fn = index
        var sn = size - 1
        var r = leaf
        for p in path {
            guard sn != 0 else { return false }
            if fn & 1 == 1 || fn == sn {
                r = Hash.node(p, r)
                while fn & 1 == 0, fn != 0 {
                    fn >>= 1
                    sn >>= 1
                }
            } else {
                r = Hash.node(r, p)
            }
            fn >>= 1
            sn >>= 1
        }
        return sn == 0 && r == root
    }

    /// Whether `path` proves that the tree of `second` entries extends that of `first` (RFC 9162 §2.1.4.2).
    package static func verifyConsistency(
        first: UInt64, second: UInt64, firstRoot: Hash, secondRoot: Hash, path: [Hash]
    ) -> Bool {
        guard first <= second else { return false }
        if first == second { return path.isEmpty && firstRoot == secondRoot }
        if first == 0 { return path.isEmpty && firstRoot == .emptyRoot }
        var path = path
        if first.nonzeroBitCount == 1 { path.insert(firstRoot, at: 0) }
        guard let start = path.first else { return false }
        var fn = first - 1
        var sn = second - 1
        while fn & 1 == 1 {
            fn >>= 1
            sn >>= 1
        }
        var fr = start
        var sr = start
        for c in path.dropFirst() {
            guard sn != 0 else { return false }
            if fn & 1 == 1 || fn == sn {
                fr = Hash.node(c, fr)
                sr = Hash.node(c, sr)
                while fn & 1 == 0, fn != 0 {
                    fn >>= 1
                    sn >>= 1
                }
            } else {
                sr = Hash.node(sr, c)
            }
            fn >>= 1
            sn >>= 1
        }
        return fr == firstRoot && sr == secondRoot && sn == 0
    }
}
