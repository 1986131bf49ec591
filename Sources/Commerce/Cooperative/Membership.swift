import Accounting
import Bytes
import Index
package import Events

/// A member of one cooperative.
package struct MemberRecord: Record {
    package var admittedSequence: UInt64 = 0
    package var admittedAtUs: Int64 = 0
    /// 0 while a member.
    package var withdrewAtUs: Int64 = 0
    package var category: Int = 0
    /// Bit n says group n.
    package var groups: UInt64 = 0
    package var hasRegistrations = false
    /// The member is a cooperative with a book of that name in the ledger.
    package var isBook = false
    package var commonShares: Int64 = 0
    package var preferredShares: Int64 = 0
    /// Groups before the newest admission or reclassification.
    package var formerGroups: UInt64 = 0
    /// The last day on which shares of the class came or went, biased by 2³¹; 0 where none ever did.
    private var commonMoved: UInt32 = 0
    private var preferredMoved: UInt32 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        admittedSequence = reader.unsigned()
        admittedAtUs = reader.int()
        withdrewAtUs = reader.int()
        category = Int(reader.int())
        groups = reader.unsigned()
        let flags = reader.unsigned()
        hasRegistrations = flags & 1 != 0
        isBook = flags & 2 != 0
        commonShares = reader.int()
        preferredShares = reader.int()
        formerGroups = reader.unsigned()
        commonMoved = UInt32(truncatingIfNeeded: reader.unsigned())
        preferredMoved = UInt32(truncatingIfNeeded: reader.unsigned())
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(admittedSequence)
        out.int(admittedAtUs)
        out.int(withdrewAtUs)
        out.int(Int64(category))
        out.unsigned(groups)
        out.unsigned((hasRegistrations ? 1 : 0) | (isBook ? 2 : 0))
        out.int(commonShares)
        out.int(preferredShares)
        // Most have none of these: the row stays short.
        guard formerGroups != 0 || commonMoved != 0 || preferredMoved != 0 else { return }
        out.unsigned(formerGroups)
        guard commonMoved != 0 || preferredMoved != 0 else { return }
        out.unsigned(UInt64(commonMoved))
        if preferredMoved != 0 { out.unsigned(UInt64(preferredMoved)) }
    }

    package func shares(_ shareClass: ShareClass) -> Int64 {
        shareClass == .preferred ? preferredShares : commonShares
    }

    /// The last local day on which shares of the class came or went; nil where none ever did.
    package func lastShareMovement(_ shareClass: ShareClass) -> Int32? {
        let moved = shareClass == .preferred ? preferredMoved : commonMoved
        return moved == 0 ? nil : Int32(bitPattern: moved ^ 0x8000_0000)
    }

    /// Shares that come, or go where they are fewer than none.
    mutating func addShares(_ shareClass: ShareClass, _ shares: Int64, day: Int32) {
        if shareClass == .preferred {
            preferredShares += shares
            preferredMoved = max(preferredMoved, day.sortable)
        } else {
            commonShares += shares
            commonMoved = max(commonMoved, day.sortable)
        }
    }

    package func isIn(_ group: Group) -> Bool { groups & (1 << UInt64(group.rawValue)) != 0 }

    /// Whether the member is or was in the group, by whatever admission or reclassification.
    package func wasIn(_ group: Group) -> Bool { (groups | formerGroups) & (1 << UInt64(group.rawValue)) != 0 }

    package func isActive(at us: Int64) -> Bool { admittedAtUs <= us && (withdrewAtUs == 0 || us < withdrewAtUs) }
}

extension Views {
    package func member(_ party: UInt32, _ book: Book) -> MemberRecord? {
        switch directory.membership(party, book: book.id) {
        case .member(let known): return known
        case .stranger: return nil
        case nil: break
        }
        let found = record(MemberRecord.self, key.begin(.member).u16(book.id).u32(party).bytes)
        directory.set(found.map { .member($0) } ?? .stranger, party, book: book.id)
        return found
    }

    /// Where the membership known at `sequence` was admitted: a later admission never restates an order.
    func admission(_ party: UInt32, _ member: MemberRecord, knownAt sequence: UInt64, _ book: Book) -> UInt64? {
        if member.admittedSequence < sequence { return member.admittedSequence }
        var found: UInt64?
        let rows = index.rows(prefix: key.begin(.admission).u16(book.id).u32(party).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            _ = reader.u32()
            let admitted = reader.sequence()
            if admitted < sequence { found = admitted }
        }
        return found
    }

    func putMember(_ record: MemberRecord, _ party: UInt32, _ book: Book) {
        put(key.begin(.member).u16(book.id).u32(party).bytes, record)
        directory.set(.member(record), party, book: book.id)
    }
}

/// Admission and withdrawal.
enum Membership {
    static func decide(admitted body: MemberAdmittedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let party = try Check.identity(body.member, "member", views)
        if let member = views.member(party, book), member.withdrewAtUs == 0 {
            throw Refusal(
                .duplicate, "member", body.member,
                Text("déjà membre de \(book.name)", "already a member of \(book.name)"),
                accepted: Text("une identité qui n’est pas membre", "an identity that is not a member"))
        }
        if let member = views.member(party, book), fact.effectiveAtUs < member.withdrewAtUs {
            let withdrew = InstantText.format(us: member.withdrewAtUs)
            throw Refusal(
                .notAllowed, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("membre jusqu’au \(withdrew)", "a member until \(withdrew)"),
                accepted: Text("\(withdrew) ou plus tard", "\(withdrew) or later"))
        }
        guard body.category != .unspecified else {
            throw Refusal(
                .missing, "category", "", Text("la catégorie manque", "the category is missing"),
                accepted: Text("par exemple MEMBER_CATEGORY_USER", "for example MEMBER_CATEGORY_USER"))
        }
        try decide(body.category, book)
        try decide(body.groups, body.category)
        for (index, encoded) in body.registrations.enumerated() {
            guard let registration = try? encoded.view() else { continue }
            try Check.name(registration.tax, "registrations[\(index)].tax", max: 16)
            try Check.name(registration.number, "registrations[\(index)].number", max: 32)
            _ = try Check.date(registration.fromDate, "registrations[\(index)].fromDate")
        }
    }

    static func fold(admitted body: MemberAdmittedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let party = views.intern(.identity, body.member)
        let earlier = views.member(party, book)
        if let earlier {
            views.index.put(
                views.key.begin(.admission).u16(book.id).u32(party).sequence(earlier.admittedSequence).bytes, Bytes.none
            )
        }
        var member = earlier ?? MemberRecord()
        member.admittedSequence = fact.sequence
        member.admittedAtUs = fact.effectiveAtUs
        member.withdrewAtUs = 0
        member.category = body.category.rawValue
        member.formerGroups |= member.groups
        member.groups = 0
        for group in body.groups { member.groups |= 1 << UInt64(group.rawValue) }
        member.hasRegistrations = !body.registrations.isEmpty
        member.isBook = views.book(body.member).map { $0.id != book.id } ?? false
        views.putMember(member, party, book)
        views.countMember(member.category, admitted: 1, left: 0, fact, book)
        views.touch(party, fact)
    }

    static func decide(withdrew body: MemberWithdrewView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        if let party = views.party(.identity, body.member), let member = views.member(party, book) {
            if member.withdrewAtUs == 0 {
                try Check.notBefore(fact, eventAt: member.admittedSequence, Text("l’admission", "the admission"), views)
            }
            try decide(leaving: body.member, party, fact, book, views)
        }
        _ = try Check.member(body.member, "member", fact, book, views)
        try Check.text(body.reason, "reason")
    }

    /// Nobody left before what they did as a member.
    private static func decide(
        leaving name: Bytes, _ party: UInt32, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        let acts = Debts.laterEvents(party, fact, views).filter { isAct($0.sequence, of: name, fact, views) }
        guard let last = acts.max(by: { $0.us < $1.us }) else { return }
        try Check.notBefore(
            fact, last.us, of: last.sequence,
            what: Text("ce qui n’est que d’un membre", "what only a member does"))
    }

    /// Whether an event is one that only a member of the fact's book may do, and the member did.
    private static func isAct(_ sequence: UInt64, of name: Bytes, _ fact: Fact, _ views: Views) -> Bool {
        guard let event = views.event(sequence), event.book == fact.event.book else { return false }
        switch event.body {
        case .sharesSubscribed?, .contributionRecorded?, .memberReclassified?, .expenseClaimed?: return true
        case .purchasePlaced(let bytes)?:
            guard let body = try? PurchasePlacedView(bytes) else { return false }
            return body.buyer == name && body.buyerStatus == .member
                || body.lines.contains { (try? $0.view())?.seller == name }
        case .rideAccepted(let bytes)?: return (try? RideAcceptedView(bytes))?.driver == name
        case .parcelTransferred(let bytes)?: return (try? ParcelTransferredView(bytes))?.to == name
        default: return false
        }
    }

    static func fold(withdrew body: MemberWithdrewView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let party = views.intern(.identity, body.member)
        guard var member = views.member(party, book) else {
            return views.index.fail("event \(fact.sequence): no such member")
        }
        member.withdrewAtUs = fact.effectiveAtUs
        views.putMember(member, party, book)
        views.countMember(member.category, admitted: 0, left: 1, fact, book)
        views.touch(party, fact)
    }
}

extension Views {
    /// A recorded event whose book was never founded: the log and the rules disagree.
    func noBook(_ fact: Fact) { index.fail("event \(fact.sequence): its book is not founded") }
}
