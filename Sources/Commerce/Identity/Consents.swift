import Accounting
package import Bytes
import Events
import Index

/// A person's consent to what one cooperative does for one purpose, as it last changed.
package struct ConsentRecord: Record, Equatable {
    /// Sequence of the latest grant, and when it was given.
    package var grantedSequence: UInt64 = 0
    package var grantedAtUs: Int64 = 0
    /// Sequence of the withdrawal that ended it; 0 while it holds.
    package var withdrawnSequence: UInt64 = 0
    package var withdrawnAtUs: Int64 = 0
    /// From when it was given without a break: another version of the text, agreed to while it held, breaks nothing.
    package var sinceUs: Int64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        grantedSequence = reader.unsigned()
        grantedAtUs = reader.int()
        withdrawnSequence = reader.unsigned()
        withdrawnAtUs = reader.int()
        sinceUs = reader.int()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(grantedSequence)
        out.int(grantedAtUs)
        out.unsigned(withdrawnSequence)
        out.int(withdrawnAtUs)
        out.int(sinceUs)
    }

    package var isWithdrawn: Bool { withdrawnSequence > 0 }
    package var newestSequence: UInt64 { Swift.max(grantedSequence, withdrawnSequence) }
    var changedAtUs: Int64 { isWithdrawn ? withdrawnAtUs : grantedAtUs }
}

extension ConsentRecord {
    /// Whether it held from one time to another, both included, without a break.
    func holds(from us: Int64, through last: Int64) -> Bool {
        sinceUs <= us && (!isWithdrawn || withdrawnAtUs > last)
    }
}

extension Views {
    package func consent(_ party: UInt32, _ purpose: Bytes, in book: Book) -> ConsentRecord? {
        record(ConsentRecord.self, key.begin(.consent).u32(party).u16(book.id).text(purpose).bytes)
    }

    /// Whether the person agreed to that use of their data by the cooperative from one time to another, both included, without a break. An erased identity
    /// agrees to nothing.
    func consented(_ party: UInt32, to purpose: Bytes, in book: Book, from us: Int64, through last: Int64) -> Bool {
        consent(unlessErased: party, to: purpose, in: book)?.holds(from: us, through: last) ?? false
    }

    /// What a person said of that use of their data by the cooperative; nothing where the identity is erased.
    func consent(unlessErased party: UInt32, to purpose: Bytes, in book: Book) -> ConsentRecord? {
        // Most who are asked never agreed: that is asked first.
        guard let known = consent(party, purpose, in: book), identity(party)?.isErased != true else { return nil }
        return known
    }

    /// All purposes a person ever agreed to, by the number of the book, then in byte order.
    package func consents(_ party: UInt32) -> [(book: UInt16, purpose: String, record: ConsentRecord)] {
        var found: [(UInt16, String, ConsentRecord)] = []
        let rows = index.rows(prefix: key.begin(.consent).u32(party).bytes)
        while rows.next() {
            var key = KeyReader(rows.key)
            _ = key.u32()
            var value = RecordReader(rows.value)
            found.append((key.u16(), rows.key.dropFirst(7).string, ConsentRecord(&value)))
        }
        return found
    }
}

/// Consent to one cooperative, purpose by purpose (P-39.1 s.14): it holds until it is withdrawn or the identity erased.
enum Consents {
    static let purposeBytesMax = 64

    static func decide(granted body: ConsentGrantedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let party = try Check.present(body.identity, "identity", views)
        try Check.speaks(for: body.identity, party, "identity", fact, views)
        try Check.token(body.purpose, "purpose", max: purposeBytesMax)
        try Check.token(body.textVersion, "textVersion", max: 32)
        guard let known = views.consent(party, body.purpose, in: book) else { return }
        try inOrder(known, fact)
        guard !known.isWithdrawn else { return }
        // Another version of the text is another consent, and takes the place of the first.
        if let text = views.textVersion(known), text == body.textVersion.array {
            throw Refusal(
                .duplicate, "purpose", body.purpose,
                Text(
                    "consentement déjà donné par l’événement \(known.grantedSequence)",
                    "consent already given by event \(known.grantedSequence)"),
                accepted: Text("une autre fin ou une autre version du texte", "another purpose or text version"))
        }
    }

    static func fold(granted body: ConsentGrantedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let party = views.intern(.identity, body.identity)
        var record = ConsentRecord()
        let known = views.consent(party, body.purpose, in: book)
        record.sinceUs = known.flatMap { $0.isWithdrawn ? nil : $0.sinceUs } ?? fact.effectiveAtUs
        record.grantedSequence = fact.sequence
        record.grantedAtUs = fact.effectiveAtUs
        views.put(views.key.begin(.consent).u32(party).u16(book.id).text(body.purpose).bytes, record)
        views.touch(party, fact)
    }

    static func decide(withdrawn body: ConsentWithdrawnView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let party = try Check.present(body.identity, "identity", views)
        try Check.speaks(for: body.identity, party, "identity", fact, views)
        try Check.token(body.purpose, "purpose", max: purposeBytesMax)
        guard let known = views.consent(party, body.purpose, in: book), !known.isWithdrawn else {
            throw Refusal(
                .unknown, "purpose", body.purpose, Text("aucun consentement en cours", "no consent is in force"),
                accepted: Text("une fin de consentGranted", "a purpose of consentGranted"))
        }
        try inOrder(known, fact)
    }

    static func fold(withdrawn body: ConsentWithdrawnView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let party = views.intern(.identity, body.identity)
        guard var record = views.consent(party, body.purpose, in: book) else {
            return views.index.fail("event \(fact.sequence): no such consent")
        }
        record.withdrawnSequence = fact.sequence
        record.withdrawnAtUs = fact.effectiveAtUs
        views.put(views.key.begin(.consent).u32(party).u16(book.id).text(body.purpose).bytes, record)
        views.touch(party, fact)
    }

    /// A change that happened before the one on record would say that both held.
    private static func inOrder(_ known: ConsentRecord, _ fact: Fact) throws(Refusal) {
        guard fact.effectiveAtUs >= known.changedAtUs else {
            let changed = InstantText.format(us: known.changedAtUs)
            throw Refusal(
                .outOfRange, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text(
                    "avant le dernier changement de ce consentement, du \(changed)",
                    "before the latest change of this consent, of \(changed)"),
                accepted: Text("\(changed) ou plus tard", "\(changed) or later"))
        }
    }
}

extension Views {
    /// Which text a person agreed to.
    fileprivate func textVersion(_ record: ConsentRecord) -> [UInt8]? {
        body(ConsentGrantedView.self, of: record.grantedSequence)?.textVersion.array
    }
}
