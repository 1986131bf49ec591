import Accounting
import Bytes
import Events
import Index

/// Where a claim stands.
package enum ClaimState: UInt8, CaseIterable, Sendable {
    case claimed = 0
    case approved = 1
    case rejected = 2
    case reimbursed = 3
}

/// What a member paid for the cooperative and asks back.
package struct ClaimRecord: Record {
    package var claimedSequence: UInt64 = 0
    package var member: UInt32 = 0
    /// Minor units, taxes included.
    package var totalMinor: Int64 = 0
    package var reimbursedMinor: Int64 = 0
    package var state = ClaimState.claimed
    /// Local days, since 1970-01-01.
    package var claimedDay: Int32 = 0
    package var decidedDay: Int32 = 0
    package var reimbursedDay: Int32 = 0
    /// The approval or the rejection; 0 before it.
    package var decidedSequence: UInt64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        claimedSequence = reader.unsigned()
        member = UInt32(truncatingIfNeeded: reader.unsigned())
        totalMinor = reader.int()
        reimbursedMinor = reader.int()
        state = ClaimState(rawValue: UInt8(truncatingIfNeeded: reader.unsigned())) ?? .claimed
        claimedDay = Int32(truncatingIfNeeded: reader.int())
        decidedDay = Int32(truncatingIfNeeded: reader.int())
        reimbursedDay = Int32(truncatingIfNeeded: reader.int())
        decidedSequence = reader.unsigned()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(claimedSequence)
        out.unsigned(UInt64(member))
        out.int(totalMinor)
        out.int(reimbursedMinor)
        out.unsigned(UInt64(state.rawValue))
        out.int(Int64(claimedDay))
        out.int(Int64(decidedDay))
        out.int(Int64(reimbursedDay))
        out.unsigned(decidedSequence)
    }

    /// What the cooperative still owes the member for it.
    package var dueMinor: Int64 { state == .approved ? totalMinor - reimbursedMinor : 0 }

    /// Whole days that it has waited, on a local day; 0 once it is rejected or reimbursed.
    package func ageDays(on day: Int32) -> Int32 {
        state == .claimed || state == .approved ? max(0, day &- claimedDay) : 0
    }
}

extension Views {
    func claim(_ name: Bytes, _ book: Book) -> ClaimRecord? {
        record(ClaimRecord.self, key.begin(.expenseClaim).u16(book.id).text(name).bytes)
    }

    func putClaim(_ record: ClaimRecord, _ name: Bytes, _ book: Book) {
        put(key.begin(.expenseClaim).u16(book.id).text(name).bytes, record)
        let open = key.begin(.openClaim).u16(book.id).text(name).bytes
        if record.state == .claimed || record.state == .approved {
            putNumber(open, record.claimedSequence)
        } else {
            index.remove(open)
        }
    }

    /// What approved claims of a member still wait for, in minor units: of what the cooperative owes the member, nothing else may pay it.
    func claimsDue(_ member: UInt32, _ book: Book) -> Int64 {
        let sums = index.counters(claimsKey(member, book))
        return sums.first &- sums.second
    }

    func countClaims(_ member: UInt32, _ book: Book, approved: Int64 = 0, reimbursed: Int64 = 0) {
        addCounters(claimsKey(member, book), approved, reimbursed)
    }

    private func claimsKey(_ member: UInt32, _ book: Book) -> Bytes {
        key.begin(.claims).u16(book.id).u32(member).bytes
    }

    /// The claims of a book by their name, all or those that wait for a decision or for money.
    ///
    /// - Complexity: O(claims asked for).
    package func claims(_ book: Book, openOnly: Bool) -> [(name: String, record: ClaimRecord)] {
        var names: [[UInt8]] = []
        let byte: IndexByte = openOnly ? .openClaim : .expenseClaim
        let rows = index.rows(prefix: key.begin(byte).u16(book.id).bytes)
        while rows.next() { names.append(rows.key.dropFirst(3).array) }
        return names.compactMap { name in
            name.withBytes { bytes in claim(bytes, book).map { (bytes.string, $0) } }
        }
    }
}

/// Expense claims: claimed, decided by another person, reimbursed.
enum Expenses {
    static let linesMax = 100

    static func decide(claimed body: ExpenseClaimedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.claim, "claim")
        if views.claim(body.claim, book) != nil {
            throw Refusal(
                .duplicate, "claim", body.claim, Text("demande déjà inscrite", "claim already recorded"),
                accepted: Text("un numéro de demande nouveau", "a new claim id"))
        }
        _ = try Check.member(body.member, "member", fact, book, views)
        // In a book with roles the guard has asked for the member or somebody whose role allows it.
        guard book.hasRoles || fact.event.actor == body.member else {
            throw Refusal(
                .notAllowed, "actor", fact.event.actor,
                Text("qui demande un remboursement le fait en son nom", "who claims does so in their own name"),
                accepted: Text(
                    "\(body.member.string), ou une personne dont le rôle le permet dans un livre à rôles",
                    "\(body.member.string), or in a book with roles a person whose role allows it"))
        }
        try Check.currency(body.currency, book)
        guard !body.lines.isEmpty, body.lines.count <= linesMax else {
            throw Refusal(
                .outOfRange, "lines", Int64(body.lines.count),
                Text("nombre de lignes hors limites", "number of lines out of range"),
                accepted: Text("de 1 à \(linesMax)", "1 to \(linesMax)"))
        }
        var total: Int64 = 0
        for (index, encoded) in body.lines.enumerated() {
            guard let line = try? encoded.view() else { continue }
            try account(line.account, "lines[\(index)].account")
            try Check.positive(line.amountMinor, "lines[\(index)].amountMinor")
            try Check.text(line.description, "lines[\(index)].description")
            total += line.amountMinor
        }
        total += try taxes(body, fact, book)
        try Check.equal(
            body.totalMinor, total, "totalMinor", Text("somme des lignes et des taxes", "sum of lines and taxes"))
        try Check.positive(body.totalMinor, "totalMinor")
        let incurred = try Check.date(body.incurredDate, "incurredDate")
        let day = CivilDate(clampingDays: Int64(fact.day))
        guard incurred <= day else {
            throw Refusal(
                .outOfRange, "incurredDate", body.incurredDate, Text("après la demande", "after the claim"),
                accepted: Text("au plus tard le \(day.text)", "at the latest \(day.text)"))
        }
    }

    private static func account(_ account: Bytes, _ field: String) throws(Refusal) {
        guard AccountName.isValid(account.string), AccountClass(ofAccount: account.string) == .expenses else {
            throw Refusal(
                .malformed, field, account, Text("ce n’est pas un compte de charges", "not an expense account"),
                accepted: Text("par exemple expenses:rent", "for example expenses:rent"))
        }
    }

    /// Each tax once, and at most what its rate gives on the lines: what is approved is recovered from the authority.
    private static func taxes(_ body: ExpenseClaimedView, _ fact: Fact, _ book: Book) throws(Refusal) -> Int64 {
        var sum: Int64 = 0
        var seen: Set<String> = []
        let lines = body.lines.compactMap { try? $0.view() }.map(\.amountMinor)
        for (index, encoded) in body.taxes.enumerated() {
            guard let tax = try? encoded.view() else { continue }
            guard seen.insert(tax.tax.string).inserted else {
                throw Refusal(
                    .duplicate, "taxes[\(index)].tax", tax.tax, Text("taxe répétée", "the same tax twice"),
                    accepted: Text("chaque taxe une fois", "each tax once"))
            }
            try Check.positive(tax.amountMinor, "taxes[\(index)].amountMinor")
            try Check.recoverable(tax, on: lines, "taxes[\(index)]", fact, book)
            sum += tax.amountMinor
        }
        return sum
    }

    static func fold(claimed body: ExpenseClaimedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        var record = ClaimRecord()
        record.claimedSequence = fact.sequence
        record.member = views.intern(.identity, body.member)
        record.totalMinor = body.totalMinor
        record.claimedDay = fact.day
        views.putClaim(record, body.claim, book)
        views.touch(record.member, fact)
    }
}
