import Accounting
import Bytes
import Events
import Index

/// Split sheets: who shares a work's royalties, from when on.
enum Royalties {
    static func decide(split body: RoyaltiesSplitView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        _ = try Check.work(body.product, "product", book, views)
        try Check.parts(body.parts.count, "parts")
        var seen: Set<String> = []
        var sum: Int64 = 0
        for (index, encoded) in body.parts.enumerated() {
            guard let part = try? encoded.view() else { continue }
            try Check.creator(part.creator, part.role, "parts[\(index)]", &seen, views)
            guard part.sharePpm > 0, part.sharePpm <= 1_000_000 else {
                throw Refusal(
                    .outOfRange, "parts[\(index)].sharePpm", Int64(part.sharePpm),
                    Text("part hors limites", "share out of range"),
                    accepted: Text("de 1 à 1000000 parties par million", "1 to 1000000 parts per million"))
            }
            sum += Int64(part.sharePpm)
        }
        try Check.equal(
            sum, 1_000_000, "parts", Text("les parts ne font pas 100 %", "the shares do not sum to 100 %"))
    }

    static func fold(split body: RoyaltiesSplitView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        book.splitsRoyalties = true
        book.splits[body.product.string] = nil
        views.index.put(
            views.key.begin(.royaltySplit).u16(book.id).text(body.product).u8(0).u64(fact.effectiveAtUs.sortable)
                .sequence(fact.sequence).bytes, Bytes.none)
        for encoded in body.parts {
            guard let part = try? encoded.view() else { continue }
            views.touch(views.intern(.identity, part.creator), fact)
        }
    }

    /// Gives creators what a work has brought, or takes it back: royalties payable, figures by creator and year, patronage.
    ///
    /// - Parameters:
    ///   - amount: shared by largest remainder, ties by the creators' ids; negative takes back the very cents that giving gave.
    ///   - known: what was given before and is now `amount`.
    ///   - patronage: bit n says part n earns patronage; nil: what membership says now.
    /// - Returns: the bits that were used.
    @discardableResult
    static func post(
        _ amount: Int64, from known: Int64 = 0, product: Bytes, split: UInt64, patronage: UInt64? = nil, _ fact: Fact,
        _ book: Book, _ views: Views
    ) -> UInt64 {
        guard amount != known, let sheet = views.splitSheet(split) else { return 0 }
        var bits: UInt64 = 0
        for (index, (now, before)) in zip(sheet.shares(of: amount), sheet.shares(of: known)).enumerated() {
            let part = now - before
            let creator = sheet.parts[index].party
            views.credit(book, .royaltiesPayable, party: creator, part)
            views.addCounters(
                views.key.begin(.royalties).u16(book.id).u32(creator).u16(fact.year).text(product).bytes,
                max(0, part), max(0, -part))
            let earns = patronage.map { $0 & 1 << UInt64(index) != 0 } ?? earnsPatronage(creator, fact, book, views)
            if earns {
                views.addPatronage(book, fact.year, .creator, creator, part)
                bits |= 1 << UInt64(index)
            }
            views.touch(creator, fact)
        }
        return bits
    }

    private static func earnsPatronage(_ creator: UInt32, _ fact: Fact, _ book: Book, _ views: Views) -> Bool {
        guard let member = views.member(creator, book) else { return false }
        return member.isActive(at: fact.effectiveAtUs) && member.isIn(.creator)
    }
}
