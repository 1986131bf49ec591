import Accounting
import Bytes
package import Commerce
import Index

/// What one work has brought to one creator. Amounts in minor units of the book.
package struct RoyaltyRow: Equatable, Sendable {
    package let creator: String
    /// Empty where a payment finds no earnings that it could be for.
    package let product: String
    /// Royalties of licences and plays, less those that revocations took back.
    package let earnedMinor: Int64
    package let paidMinor: Int64
    /// Negative: the creator owes it.
    package let dueMinor: Int64
}

/// Royalties by creator and work. They sum to liabilities:royalties-payable, creator by creator: what is not due any more is paid.
///
/// Creators are paid as persons, not by work: what was paid is shown in proportion to what each work has earned, by largest remainder, ties
/// by product.
package struct RoyaltyQuery {
    package var book: Book
    package var creator: String?
    package var product: String?
    /// Earned and paid in this year, due at its end; `nil`: in all, due now.
    package var year: UInt16?

    package init(_ book: Book) { self.book = book }

    /// In byte order of creators, then products. Throws `notFound` for a creator whom the ledger does not know.
    ///
    /// - Complexity: O(creators × works × years); with a year, O(movements of those creators) besides.
    package func rows(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [RoyaltyRow] {
        let views = snapshot.views
        var only: UInt32?
        if let creator {
            guard let party = Array(creator.utf8).withBytes({ views.party(.identity, $0) }) else {
                throw LedgerError.unknown(.identity, creator, for: .ledger, views)
            }
            only = party
        }
        let earned = earned(only, views)
        var rows: [RoyaltyRow] = []
        for (party, works) in earned {
            let name = views.partyName(party)
            let end = standing(party, works, through: year, views)
            let start = year.map { standing(party, works, through: max(1, $0) - 1, views) } ?? [:]
            for product in Set(end.keys).union(start.keys) {
                let now = end[product] ?? Standing()
                let before = start[product] ?? Standing()
                let row = RoyaltyRow(
                    creator: name, product: product, earnedMinor: now.earned - before.earned,
                    paidMinor: now.paid - before.paid, dueMinor: now.earned - now.paid)
                let isEmpty = row.earnedMinor == 0 && row.paidMinor == 0 && row.dueMinor == 0
                if (self.product ?? product) == product, !isEmpty || year == nil { rows.append(row) }
            }
        }
        try snapshot.check()
        return rows.sorted {
            "\($0.creator)\0\($0.product)".utf8.lexicographicallyPrecedes("\($1.creator)\0\($1.product)".utf8)
        }
    }

    private struct Standing {
        var earned: Int64 = 0
        var paid: Int64 = 0
    }

    /// By creator, work and year: earned less taken back.
    private func earned(_ only: UInt32?, _ views: Views) -> [UInt32: [String: [UInt16: Int64]]] {
        var result: [UInt32: [String: [UInt16: Int64]]] = [:]
        let prefix = views.key.begin(.royalties).u16(book.id)
        if let only { prefix.u32(only) }
        let rows = views.index.rows(prefix: prefix.bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            let (party, year) = (reader.u32(), reader.u16())
            result[party, default: [:]][reader.rest.string, default: [:]][year, default: 0] +=
                rows.counters.first - rows.counters.second
        }
        return result
    }

    /// What each work has earned through a year, and what was paid of it by then.
    private func standing(
        _ party: UInt32, _ works: [String: [UInt16: Int64]], through year: UInt16?, _ views: Views
    ) -> [String: Standing] {
        var result: [String: Standing] = [:]
        for (product, years) in works {
            let sum = years.reduce(0) { $1.key <= year ?? .max ? $0 + $1.value : $0 }
            result[product] = Standing(earned: sum)
        }
        let products = result.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let bases = products.map { max(0, result[$0]?.earned ?? 0) }
        let paid = result.values.reduce(0) { $0 + $1.earned } - due(party, through: year, views)
        if let parts = try? LargestRemainder.shares(pool: paid, bases: bases, tieBreak: Array(bases.indices)) {
            for (product, part) in zip(products, parts) { result[product]?.paid = part }
        } else {
            result["", default: Standing()].paid = paid
        }
        return result
    }

    private func due(_ party: UInt32, through year: UInt16?, _ views: Views) -> Int64 {
        guard let year else { return -views.balance(book: book, .royaltiesPayable, party: party) }
        let digits = "\(year)"
        let text = String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "-12-31"
        let end = (try? CivilDate(text))?.daysSinceEpoch ?? .max
        let sums = views.balance(
            book: book, AccountCode.royaltiesPayable.rawValue, party: party, currency: book.currency.rawValue,
            through: end)
        return sums.second - sums.first
    }
}
