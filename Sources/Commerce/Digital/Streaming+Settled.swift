import Accounting
package import Bytes
import Events
import Index

/// What plays of a work have brought since they were last settled.
package struct UnsettledPlays {
    package let microcredits: Int64
    package let amountMinor: Int64
    /// By split sheet: its sequence and the millionths of a minor unit that plays brought under it.
    let values: [(split: UInt64, value: Int64)]
}

extension Views {
    /// - Complexity: O(split sheets of the work).
    package func unsettledPlays(_ product: Bytes, _ book: Book) -> UnsettledPlays {
        let credits = index.counters(key.begin(.playCredits).u16(book.id).text(product).bytes)
        let values = playValues(product, book)
        // Each sheet's sum is within 64 bits; all together need not be.
        let brought = values.reduce(Int128(0)) { $0 + Int128($1.brought) }
        let settled = values.reduce(Int128(0)) { $0 + Int128($1.settled) }
        return UnsettledPlays(
            microcredits: credits.first - credits.second,
            // The floor of all so far less the floor of what was settled: no cent is lost between settlements, or made twice.
            amountMinor: Int64(clamping: brought / 1_000_000 - settled / 1_000_000),
            values: values.map { ($0.split, $0.brought - $0.settled) })
    }
}

extension Streaming {
    static func decide(settled body: PlaysSettledView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.settlement, "settlement")
        try Check.unused(
            views.index.value(views.digitalKey(.settlement, book).text(body.settlement).bytes), body.settlement,
            "settlement")
        _ = try Check.work(body.product, "product", book, views)
        try Check.currency(body.currency, book)
        _ = try policy(fact, book)
        let unsettled = views.unsettledPlays(body.product, book)
        guard unsettled.microcredits > 0 else {
            throw Refusal(
                .notAllowed, "product", body.product,
                Text("aucune écoute à régler", "no plays to settle"),
                accepted: Text("après workPlayed", "after workPlayed"))
        }
        if let last = views.number(views.digitalKey(.lastPlay, book).text(body.product).bytes) {
            try Check.notBefore(
                fact, eventAt: last, Text("la dernière écoute qu’il règle", "the last play that it settles"), views)
        }
        try Check.equal(
            body.microcredits, unsettled.microcredits, "microcredits",
            Text("microcrédits écoutés et non réglés", "microcredits played and not settled"))
        try Check.equal(
            body.amountMinor, unsettled.amountMinor, "amountMinor",
            Text(
                "ce que les écoutes ont rapporté, à la cent près vers le bas",
                "what plays have brought, floored to the cent"))
    }

    /// The creators' part goes to each split sheet by what plays brought under it, then to its parts; the rest is the cooperative's.
    static func fold(settled body: PlaysSettledView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        guard let policy = inForce(fact, book) else {
            return views.index.fail("event \(fact.sequence): no streaming policy in force")
        }
        let unsettled = views.unsettledPlays(body.product, book)
        let amount = unsettled.amountMinor
        var creators = (try? RatePpm(policy.creatorsPpm).applied(to: amount)) ?? 0
        let parts = try? LargestRemainder.shares(
            pool: creators, bases: unsettled.values.map(\.value), tieBreak: Array(unsettled.values.indices))
        if parts == nil { creators = 0 }
        views.debit(book, .playCredits, amount)
        views.credit(book, .streaming, amount - creators)
        for (index, (split, value)) in unsettled.values.enumerated() {
            Royalties.post(parts?[index] ?? 0, product: body.product, split: split, fact, book, views)
            if value != 0 { views.addCounters(views.playValueKey(body.product, split, book), 0, value) }
        }
        views.addCounters(
            views.key.begin(.playCredits).u16(book.id).text(body.product).bytes, 0, unsettled.microcredits)
        views.putNumber(views.digitalKey(.settlement, book).text(body.settlement).bytes, fact.sequence)
    }
}
