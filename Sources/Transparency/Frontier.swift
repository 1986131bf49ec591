package import Bytes

/// The right edge of a growing tree: the roots of its complete subtrees, at most 64.
///
/// `roots[k]` covers 2^k entries where bit k of `size` is set. Appending a leaf folds equal subtrees, as adding 1 carries.
package struct Frontier: Equatable, Sendable {
    package private(set) var size: UInt64 = 0
    private var roots: [Hash] = Array(repeating: .emptyRoot, count: 64)

    package init() {}

    /// Levels that are not in `size` keep what once stood there, and count for nothing.
    package static func == (a: Frontier, b: Frontier) -> Bool {
        a.size == b.size && (0..<64).allSatisfy { a.size & (1 << UInt64($0)) == 0 || a.roots[$0] == b.roots[$0] }
    }

    /// Adds an entry's leaf hash; `completed` hears of every subtree that it completes: its level and its root.
    ///
    /// - Complexity: amortised O(1) hashes.
    package mutating func append(_ leaf: Hash, completed: (_ level: Int, _ root: Hash) -> Void = { _, _ in }) {
        var root = leaf
        var level = 0
        while size & (1 << UInt64(level)) != 0 {
            root = Hash.node(roots[level], root)
            level += 1
            completed(level, root)
        }
        roots[level] = root
        size += 1
    }

    /// The root of the tree (RFC 6962): complete subtrees, from the smallest up.
    package var root: Hash {
        var root: Hash?
        for level in 0..<64 where size & (1 << UInt64(level)) != 0 {
            root = root.map { Hash.node(roots[level], $0) } ?? roots[level]
        }
        return root ?? .emptyRoot
    }

    /// `size (8, little-endian)` and the hashes of the levels whose bit is set, lowest first.
    package func encode(to out: ByteBuffer) {
        out.appendLittleEndian(size)
        for level in 0..<64 where size & (1 << UInt64(level)) != 0 { roots[level].append(to: out) }
    }

    package init?(encoded bytes: Bytes) {
        guard bytes.count >= 8 else { return nil }
        size = bytes.littleEndian(at: 0)
        guard bytes.count == 8 + size.nonzeroBitCount * 32 else { return nil }
        var offset = 8
        for level in 0..<64 where size & (1 << UInt64(level)) != 0 {
            roots[level] = Hash(bytes, at: offset)
            offset += 32
        }
    }
}
