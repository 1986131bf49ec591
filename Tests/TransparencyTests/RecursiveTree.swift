import Bytes
import Transparency

/// The tree as RFC 6962 §2.1 defines it, hashed anew from the entries: slow, and too plain to be wrong.
struct RecursiveTree: SubtreeSource {
    let leaves: [Hash]

    init(entries: [[UInt8]]) { leaves = entries.map { $0.withBytes { Hash.leaf($0) } } }

    /// `count` entries, each its number in decimal.
    init(count: Int) { self.init(entries: (0..<count).map { Array("entry \($0)".utf8) }) }

    func root(_ range: Range<Int>) -> Hash {
        if range.isEmpty { return .emptyRoot }
        if range.count == 1 { return leaves[range.lowerBound] }
        var split = 1
        while split * 2 < range.count { split *= 2 }
        let middle = range.lowerBound + split
        return Hash.node(root(range.lowerBound..<middle), root(middle..<range.upperBound))
    }

    func root(size: Int) -> Hash { root(0..<size) }

    func subtree(level: Int, index: UInt64) throws(Never) -> Hash {
        let from = Int(index) << level
        return root(from..<(from + (1 << level)))
    }
}
