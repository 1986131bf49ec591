/// Which indexes a run has rows of: a bit for each first byte.
package struct IndexSet: Equatable, Sendable {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init(words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)) { self.words = words }

    init(_ indexes: Set<UInt8>) { for index in indexes.sorted() { insert(index) } }

    package static func == (a: IndexSet, b: IndexSet) -> Bool { a.words == b.words }

    @inline(__always)
    func contains(_ index: UInt8) -> Bool {
        let bit: UInt64 = 1 << UInt64(index & 63)
        switch index >> 6 {
        case 0: return words.0 & bit != 0
        case 1: return words.1 & bit != 0
        case 2: return words.2 & bit != 0
        default: return words.3 & bit != 0
        }
    }

    @inline(__always)
    mutating func insert(_ index: UInt8) {
        let bit: UInt64 = 1 << UInt64(index & 63)
        switch index >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    mutating func formUnion(_ other: IndexSet) {
        words.0 |= other.words.0
        words.1 |= other.words.1
        words.2 |= other.words.2
        words.3 |= other.words.3
    }
}
