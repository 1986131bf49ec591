import Bytes
import Transparency

/// A tree in memory whose subtrees are computed by the definition of RFC 6962 §2.1, and nothing cleverer.
struct Leaves: SubtreeSource {
    let leaves: [Hash]

    init(_ count: Int) {
        leaves = (0..<count).map { index in "entry \(index)".utf8.map { $0 }.withBytes { Hash.leaf($0) } }
    }

    init(_ entries: [[UInt8]]) { leaves = entries.map { entry in entry.withBytes { Hash.leaf($0) } } }

    func subtree(level: Int, index: UInt64) throws(Never) -> Hash {
        let start = Int(index) << level
        return root(start..<start + (1 << level))
    }

    /// MTH of a range: split at the largest power of two below the length.
    func root(_ range: Range<Int>) -> Hash {
        if range.isEmpty { return .emptyRoot }
        if range.count == 1 { return leaves[range.lowerBound] }
        var half = 1
        while half * 2 < range.count { half *= 2 }
        let middle = range.lowerBound + half
        return Hash.node(root(range.lowerBound..<middle), root(middle..<range.upperBound))
    }
}
