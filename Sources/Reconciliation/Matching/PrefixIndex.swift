/// Which items have a reference that begins with what an entry has of one. It is asked with all beginnings at once, so that the items' references are read
/// once, and neither a common beginning of all of them nor the number of items matters.
struct PrefixIndex {
    private struct Query {
        var bytes: TextRange
        /// The last item so far.
        var item: UInt32
        /// Distinct items; one more than `itemsMost` for more.
        var count: UInt8
        /// The chain of the items in `hits`, the last one first; 0 where there is none.
        var hit: UInt32
        var next: UInt32
        /// The first query of the same bytes, which has the answer; itself, as a rule.
        var same: UInt32
    }

    private var queries: ContiguousArray<Query> = []
    /// Items that have a beginning, and the one before them, plus one.
    private var hits: ContiguousArray<(item: UInt32, before: UInt32)> = []
    private var bytes: [UInt8] = []
    private var heads: ContiguousArray<UInt32> = []
    /// Lengths that a query has: nothing else is looked up.
    private var lengths: [Bool] = []

    /// Beginnings of more characters than this are whole references for all we know.
    static let lengthMost = 140

    /// Items of a beginning that are kept; a beginning of more is common.
    static let itemsMost = 200

    var isEmpty: Bool { queries.isEmpty }

    /// Adds a beginning; its number, by which the answer is asked for.
    mutating func add(_ prefix: ArraySlice<UInt8>) -> Int {
        if lengths.isEmpty { lengths = [Bool](repeating: false, count: Self.lengthMost + 1) }
        let prefix = prefix.prefix(Self.lengthMost)
        let offset = bytes.count
        bytes.append(contentsOf: prefix)
        lengths[prefix.count] = true
        queries.append(
            Query(
                bytes: TextRange(offset: UInt32(offset), count: UInt32(prefix.count)), item: 0, count: 0, hit: 0,
                next: 0, same: UInt32(queries.count)))
        return queries.count - 1
    }

    /// - Complexity: O(queries + bytes of references · lengths that queries have).
    mutating func answer(_ items: BookItems) {
        var capacity = 16
        while capacity < queries.count * 2 { capacity *= 2 }
        heads = ContiguousArray(repeating: 0, count: capacity)
        for place in queries.indices { enter(place) }
        guard let shortest = lengths.firstIndex(of: true) else { return }
        for item in items.rows.indices {
            for reference in items.rows[item].references {
                look(items.bytes[items.references[reference].range], of: item, from: shortest)
            }
        }
    }

    /// Puts a query into its chain, unless one of the same bytes is there: a beginning that a million entries have is looked up once.
    private mutating func enter(_ place: Int) {
        let prefix = bytes[queries[place].bytes.range]
        let slot = Int(truncatingIfNeeded: ReferenceText.hash(prefix)) & (heads.count - 1)
        var link = heads[slot]
        while link != 0 {
            let other = Int(link) - 1
            if bytes[queries[other].bytes.range].elementsEqual(prefix) {
                queries[place].same = UInt32(other)
                return
            }
            link = queries[other].next
        }
        queries[place].next = heads[slot]
        heads[slot] = UInt32(place + 1)
    }

    private mutating func look(_ reference: ArraySlice<UInt8>, of item: Int, from shortest: Int) {
        var state = ReferenceText.hashSeed
        var count = 0
        for byte in reference.prefix(Self.lengthMost) {
            state = ReferenceText.step(state, byte)
            count += 1
            guard count >= shortest, lengths[count] else { continue }
            var link = heads[Int(truncatingIfNeeded: ReferenceText.spread(state)) & (heads.count - 1)]
            while link != 0 {
                let place = Int(link) - 1
                link = queries[place].next
                guard queries[place].bytes.count == count,
                    bytes[queries[place].bytes.range].elementsEqual(reference.prefix(count))
                else { continue }
                hit(place, item)
            }
        }
    }

    private mutating func hit(_ place: Int, _ item: Int) {
        let count = Int(queries[place].count)
        // Items come in order, each with all its references.
        guard count == 0 || queries[place].item != UInt32(item), count <= Self.itemsMost else { return }
        queries[place].item = UInt32(item)
        queries[place].count += 1
        hits.append((UInt32(item), queries[place].hit))
        queries[place].hit = UInt32(hits.count)
    }

    /// The only item whose reference begins so; `nil` where there is none or more than one.
    func onlyItem(_ query: Int) -> Int? {
        let answer = queries[Int(queries[query].same)]
        return answer.count == 1 ? Int(answer.item) : nil
    }

    /// The items whose reference begins so, ascending; none where they are more than `itemsMost`.
    func items(_ query: Int) -> [Int] {
        let answer = queries[Int(queries[query].same)]
        guard answer.count <= Self.itemsMost else { return [] }
        var found: [Int] = []
        var link = answer.hit
        while link != 0 {
            found.append(Int(hits[Int(link) - 1].item))
            link = hits[Int(link) - 1].before
        }
        return found.reversed()
    }
}
