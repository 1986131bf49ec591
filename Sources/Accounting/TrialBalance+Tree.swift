extension TrialBalance {
    /// An account or a group of accounts with what stands below it.
    package struct Node: Equatable, Sendable {
        /// The last segment: "bank" of "assets:bank".
        package let segment: String
        /// The segments from the root: "assets:bank".
        package let account: String
        /// Sums in minor units, all below included.
        package fileprivate(set) var debitsMinor: Int64
        package fileprivate(set) var creditsMinor: Int64
        package fileprivate(set) var children: [Node]

        /// Debits less credits.
        package var balanceMinor: Int64 { debitsMinor &- creditsMinor }
    }

    /// The rows rolled up by the segments of their names: one root a class.
    ///
    /// Where an account also has accounts below it, its own amounts are in its sums and in no child.
    /// - Complexity: O(n · d), d the segments of a name.
    package var tree: [Node] {
        var roots: [Node] = []
        for row in rows {
            Self.insert(
                row, segments: row.account.split(separator: ":", omittingEmptySubsequences: false)[...], "", &roots)
        }
        return roots
    }

    private static func insert(_ row: Row, segments: ArraySlice<Substring>, _ parent: String, _ nodes: inout [Node]) {
        guard let segment = segments.first else { return }
        let account = parent.isEmpty ? String(segment) : parent + ":" + segment
        // Rows stand in order of their names, but "a-b" stands between "a" and "a:c": look at all siblings.
        let index =
            nodes.firstIndex { $0.account.utf8.elementsEqual(account.utf8) }
            ?? {
                nodes.append(
                    Node(segment: String(segment), account: account, debitsMinor: 0, creditsMinor: 0, children: []))
                return nodes.count - 1
            }()
        // A part of the sum of all rows, which fits.
        nodes[index].debitsMinor += row.debitsMinor
        nodes[index].creditsMinor += row.creditsMinor
        insert(row, segments: segments.dropFirst(), account, &nodes[index].children)
    }
}
