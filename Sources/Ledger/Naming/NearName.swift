/// What somebody may have meant by a name that is none.
package enum NearName {
    private static let distanceMax = 2

    /// The name that is nearest to `text`: at most two letters apart, accents and case aside, and less than half of them; else the shortest
    /// that begins with it. Ties by the names' order.
    ///
    /// - Complexity: O(names × length).
    package static func find(_ text: String, among names: some Sequence<String>) -> String? {
        let wanted = NameOrder.folded(text)
        guard !wanted.isEmpty else { return nil }
        var best: (rank: Int, order: NameOrder)?
        for name in names where name != text {
            let candidate = NameOrder.folded(name)
            guard let rank = rank(candidate, wanted), rank <= best?.rank ?? .max else { continue }
            let order = NameOrder(name)
            if let best, rank == best.rank, best.order < order { continue }
            best = (rank, order)
        }
        return best?.order.name
    }

    /// Letters apart; a name that only begins with the text comes after all that are near, the shortest first.
    private static func rank(_ name: [UInt32], _ wanted: [UInt32]) -> Int? {
        if let distance = distance(name, wanted), distance * 2 < max(name.count, wanted.count) { return distance }
        return wanted.count >= 2 && name.starts(with: wanted) ? distanceMax + name.count - wanted.count : nil
    }

    /// Letters to put in, take out, change or swap with their neighbour; `nil` above two.
    private static func distance(_ a: [UInt32], _ b: [UInt32]) -> Int? {
        guard abs(a.count - b.count) <= distanceMax else { return nil }
        var before: [Int] = []
        var row = Array(0...b.count)
        for i in a.indices {
            var next = [i + 1]
            for j in b.indices {
                var cost = min(row[j] + (a[i] == b[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
                next.append(cost)
            }
            (before, row) = (row, next)
        }
        return row[b.count] <= distanceMax ? row[b.count] : nil
    }
}
