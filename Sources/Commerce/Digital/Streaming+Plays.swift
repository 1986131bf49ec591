import Accounting
import Bytes
import Events
import Index

extension Streaming {
    /// What one play takes from a listener.
    private struct Play {
        /// Millionths of a credit.
        let cost: Int64
        /// Their value in millionths of a minor unit.
        let value: Int64
        /// The work becomes the listener's by this play.
        let owns: Bool
    }

    static func decide(played body: WorkPlayedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.play, "play")
        try Check.unused(views.index.value(views.digitalKey(.play, book).text(body.play).bytes), body.play, "play")
        let work = try Check.work(body.product, "product", book, views)
        guard work.isDigital else {
            throw Refusal(
                .notAllowed, "product", body.product, Text("ce n’est pas une œuvre numérique", "not a digital work"),
                accepted: Text("une œuvre numérique", "a digital work"))
        }
        let listener = try Check.identity(body.listener, "listener", views)
        let policy = try policy(fact, book)
        guard let split = views.split(body.product, at: fact.effectiveAtUs, knownAt: fact.sequence, book) else {
            throw Refusal(
                .notAllowed, "product", body.product,
                Text("aucun partage des redevances en vigueur", "no split of royalties in force"),
                accepted: Text("une œuvre avec royaltiesSplit", "a work with royaltiesSplit"))
        }
        let credits = views.listening(listener, .credits, book)
        let left = credits.first - credits.second
        let play = play(listener, body.product, policy, book, views)
        guard play.cost <= left else {
            throw Refusal(
                .notAllowed, "listener", body.listener,
                Text(
                    "l’écoute coûte \(play.cost) microcrédits, il en reste \(left)",
                    "the play costs \(play.cost) microcredits, \(left) are left"),
                accepted: Text("après creditsBought", "after creditsBought"))
        }
        if let first = views.number(views.digitalKey(.firstCredits, book).u32(listener).bytes) {
            try Check.notBefore(
                fact, views.effectiveAtUs(first), of: first,
                what: Text("le premier achat de crédits de l’auditeur", "the listener's first purchase of credits"))
        }
        let brought = views.index.counters(views.playValueKey(body.product, split, book)).first
        guard brought <= valueMax - play.value else {
            throw Refusal(
                .outOfRange, "product", body.product,
                Text("l’œuvre a atteint la limite de ses montants", "the work has reached the limit of its amounts"),
                accepted: Text("un nouveau partage des redevances", "a new split of royalties"))
        }
    }

    /// The n-th play costs first × 2ⁿ⁻¹ until the work is owned, then nothing.
    private static func cost(
        _ listener: UInt32, _ product: Bytes, _ policy: StreamingPolicyView, _ book: Book, _ views: Views
    ) -> (cost: Int64, owns: Bool) {
        let plays = views.listening(listener, .work, book, product: product)
        // Who owned a work by an earlier policy owns it still.
        if plays.second > 0 { return (0, false) }
        if plays.first >= Int64(policy.playsToOwn) { return (0, true) }
        return (policy.firstPlayMicrocredits << plays.first, plays.first + 1 == Int64(policy.playsToOwn))
    }

    private static func play(
        _ listener: UInt32, _ product: Bytes, _ policy: StreamingPolicyView, _ book: Book, _ views: Views
    ) -> Play {
        let (cost, owns) = cost(listener, product, policy, book, views)
        guard cost > 0 else { return Play(cost: 0, value: 0, owns: owns) }
        let credits = views.listening(listener, .credits, book)
        let value = views.listening(listener, .value, book)
        let left = credits.first - credits.second
        guard left > 0 else { return Play(cost: cost, value: 0, owns: owns) }
        let part = Int128(value.first - value.second) * Int128(cost) / Int128(left)
        return Play(cost: cost, value: Int64(clamping: part), owns: owns)
    }

    static func fold(played body: WorkPlayedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let listener = views.intern(.identity, body.listener)
        guard let policy = inForce(fact, book),
            let split = views.split(body.product, at: fact.effectiveAtUs, knownAt: fact.sequence, book)
        else { return views.index.fail("event \(fact.sequence): no streaming policy or split in force") }
        let play = play(listener, body.product, policy, book, views)
        views.addListening(listener, .credits, book, 0, play.cost)
        views.addListening(listener, .value, book, 0, play.value)
        views.addListening(listener, .work, book, product: body.product, 1, play.owns ? 1 : 0)
        views.addCounters(views.key.begin(.playCredits).u16(book.id).text(body.product).bytes, play.cost, 0)
        views.addCounters(views.playValueKey(body.product, split, book), play.value, 0)
        views.putNumber(views.digitalKey(.play, book).text(body.play).bytes, fact.sequence)
        let last = views.number(views.digitalKey(.lastPlay, book).text(body.product).bytes)
        if last.map({ views.effectiveAtUs($0) <= fact.effectiveAtUs }) ?? true {
            views.putNumber(views.digitalKey(.lastPlay, book).text(body.product).bytes, fact.sequence)
        }
        views.touch(listener, fact)
    }
}

/// What plays brought while one split sheet was in force, in millionths of a minor unit.
struct PlayValue {
    let split: UInt64
    let brought: Int64
    let settled: Int64
}

extension Views {
    func playValueKey(_ product: Bytes, _ split: UInt64, _ book: Book) -> Bytes {
        key.begin(.playValue).u16(book.id).text(product).u8(0).sequence(split).bytes
    }

    /// By split sheet, in the order of the log.
    func playValues(_ product: Bytes, _ book: Book) -> [PlayValue] {
        var result: [PlayValue] = []
        let rows = index.rows(prefix: key.begin(.playValue).u16(book.id).text(product).u8(0).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key.dropFirst(rows.key.count - 7))
            result.append(
                PlayValue(split: reader.sequence(), brought: rows.counters.first, settled: rows.counters.second))
        }
        return result
    }
}
