import Accounting
import Bytes
package import Commerce
import Events
import Index

/// A campaign and what it brought. Amounts in minor units of the book.
package struct CampaignRow: Sendable {
    package let campaign: String
    package let kind: String
    /// Empty for the cooperative's own.
    package let medium: String
    package let launchedAtUs: Int64
    package let startDate: String
    package let endDate: String
    package let touches: Int64
    package let redemptions: Int64
    /// Orders for which its medium is owed.
    package let purchases: Int64
    package let owedMinor: Int64
    package fileprivate(set) var paidMinor: Int64 = 0
}

/// The campaigns of a book, or those of one medium.
package struct CampaignQuery {
    package var book: Book
    package var medium: String?

    package init(_ book: Book) { self.book = book }

    /// In byte order of their names. What was paid to a medium is shown in proportion to what is owed for each of its campaigns: a payment
    /// names the medium only. What stands open on liabilities:accounts-payable counts first as owed for campaigns.
    ///
    /// - Complexity: O(campaigns).
    package func rows(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [CampaignRow] {
        let views = snapshot.views
        if let medium, Array(medium.utf8).withBytes({ views.party(.identity, $0) }) == nil {
            throw LedgerError.unknown(.identity, medium, for: .ledger, views)
        }
        var names: [[UInt8]] = []
        let rows = views.index.rows(prefix: views.key.begin(.campaign).u16(book.id).bytes)
        while rows.next() { names.append(rows.key.dropFirst(3).array) }
        var result = names.compactMap { name in name.withBytes { row($0, views) } }
        for medium in Set(result.map(\.medium)) where !medium.isEmpty { pay(medium, &result, views) }
        try snapshot.check()
        return result.filter { (medium ?? $0.medium) == $0.medium }
    }

    private func row(_ name: Bytes, _ views: Views) -> CampaignRow? {
        guard let launched = views.campaign(name, book), let event = views.event(launched),
            let body = try? CampaignLaunchedView(event.bodyBytes)
        else { return nil }
        let owed = views.index.counters(views.key.begin(.campaignOwed).u16(book.id).text(name).bytes)
        let touches = views.index.counters(views.key.begin(.campaignTouches).u16(book.id).text(name).bytes)
        let redeemed = views.index.counters(views.key.begin(.campaignPurchases).u16(book.id).text(name).bytes)
        return CampaignRow(
            campaign: name.string, kind: body.kind.string, medium: body.medium.string,
            launchedAtUs: event.effectiveAt.map(microseconds) ?? 0, startDate: body.startDate.string,
            endDate: body.endDate.string, touches: touches.first, redemptions: redeemed.first,
            purchases: touches.second, owedMinor: owed.first - owed.second)
    }

    private func pay(_ medium: String, _ rows: inout [CampaignRow], _ views: Views) {
        guard let party = Array(medium.utf8).withBytes({ views.party(.identity, $0) }) else { return }
        let own = rows.indices.filter { rows[$0].medium == medium }
        let bases = own.map { max(0, rows[$0].owedMinor) }
        let owed = bases.reduce(0, +)
        let due = min(owed, -views.balance(book: book, .accountsPayable, party: party))
        guard
            let parts = try? LargestRemainder.shares(pool: owed - due, bases: bases, tieBreak: Array(bases.indices))
        else { return }
        for (at, part) in zip(own, parts) { rows[at].paidMinor = part }
    }
}
