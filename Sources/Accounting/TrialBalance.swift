/// The debits and credits of every account of a book in one currency; a pure value for reports.
package struct TrialBalance: Equatable, Sendable {
    /// One account.
    package struct Row: Equatable, Sendable {
        /// The account's name, for example "assets:bank".
        package let account: String
        /// Sums in minor units, neither negative.
        package var debitsMinor: Int64
        package var creditsMinor: Int64

        package init(account: String, debitsMinor: Int64, creditsMinor: Int64) {
            self.account = account
            self.debitsMinor = debitsMinor
            self.creditsMinor = creditsMinor
        }

        /// Debits less credits. Neither sum is negative, so the difference always fits.
        package var balanceMinor: Int64 { debitsMinor &- creditsMinor }
    }

    /// One row an account: by class in the order of statements, then by name in byte order.
    package let rows: [Row]
    /// Sums of all rows in minor units.
    package let debitsMinor: Int64
    package let creditsMinor: Int64

    /// Rows of the same account are added together.
    ///
    /// Throws `MoneyError`: `overflow`, or `outOfRange` where a row's debits or credits are negative.
    /// - Complexity: O(n log n).
    package init(_ rows: some Sequence<Row>) throws(MoneyError) {
        var merged: [Row] = []
        for row in rows.sorted(by: Self.precedes) {
            try Self.requireNotNegative(row)
            if let last = merged.last, last.account.utf8.elementsEqual(row.account.utf8) {
                merged[merged.count - 1].debitsMinor = try Money.sum(last.debitsMinor, row.debitsMinor)
                merged[merged.count - 1].creditsMinor = try Money.sum(last.creditsMinor, row.creditsMinor)
            } else {
                merged.append(row)
            }
        }
        self.rows = merged
        self.debitsMinor = try Money.total(merged.lazy.map(\.debitsMinor))
        self.creditsMinor = try Money.total(merged.lazy.map(\.creditsMinor))
    }

    /// Whether debits equal credits, as they must.
    package var isBalanced: Bool { debitsMinor == creditsMinor }

    /// The sums of one class. Each is at most the sum of all, so it fits.
    package func totals(of accountClass: AccountClass) -> (debitsMinor: Int64, creditsMinor: Int64) {
        rows.reduce(into: (0, 0)) { sums, row in
            guard AccountClass(ofAccount: row.account) == accountClass else { return }
            sums.0 += row.debitsMinor
            sums.1 += row.creditsMinor
        }
    }

    private static func precedes(_ a: Row, _ b: Row) -> Bool {
        // A name of no class cannot come from a book; should one be given, it goes last rather than missing.
        let aRank = AccountClass(ofAccount: a.account)?.rawValue ?? .max
        let bRank = AccountClass(ofAccount: b.account)?.rawValue ?? .max
        return aRank != bRank ? aRank < bRank : a.account.utf8.lexicographicallyPrecedes(b.account.utf8)
    }

    private static func requireNotNegative(_ row: Row) throws(MoneyError) {
        guard row.debitsMinor >= 0, row.creditsMinor >= 0 else {
            throw MoneyError(
                code: .outOfRange, place: row.account,
                reason: "debits \(row.debitsMinor), credits \(row.creditsMinor): a sum of one side is negative",
                accepted: "sums of at least 0")
        }
    }
}
