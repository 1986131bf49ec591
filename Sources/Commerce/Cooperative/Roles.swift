import Bytes
package import Events
import Index

/// A role of one person or service in one book.
package struct RoleRecord: Record {
    package var grantedSequence: UInt64 = 0
    package var isActive = false
    /// The largest amount that may be recorded or approved with the role, in minor units; `nil`: any.
    package var limitMinor: Int64?

    init() {}

    package init(_ reader: inout RecordReader) {
        grantedSequence = reader.unsigned()
        isActive = reader.unsigned() != 0
        limitMinor = reader.unsigned() != 0 ? reader.int() : nil
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(grantedSequence)
        out.unsigned(isActive ? 1 : 0)
        out.unsigned(limitMinor == nil ? 0 : 1)
        if let limitMinor { out.int(limitMinor) }
    }
}

extension Views {
    /// Where the book's first role was granted; `nil` for an open book.
    func firstGrant(_ book: Book) -> UInt64? { number(key.begin(.role).u16(book.id).bytes) }

    func role(_ party: UInt32, _ role: Role, _ book: Book) -> RoleRecord? {
        record(RoleRecord.self, roleKey(party, role, book))
    }

    fileprivate func roleKey(_ party: UInt32, _ role: Role, _ book: Book) -> Bytes {
        key.begin(.role).u16(book.id).u32(party).u8(UInt8(truncatingIfNeeded: role.rawValue)).bytes
    }

    /// Every role ever granted in a book, revoked ones too, by party and role.
    ///
    /// - Complexity: O(roles of the book).
    package func roles(_ book: Book) -> [(party: UInt32, role: Role, record: RoleRecord)] {
        var result: [(UInt32, Role, RoleRecord)] = []
        let rows = index.rows(prefix: key.begin(.role).u16(book.id).bytes)
        while rows.next() {
            guard rows.key.count == 8 else { continue }
            var keys = KeyReader(rows.key)
            _ = keys.u16()
            let party = keys.u32()
            guard let role = Role(rawValue: Int(keys.u8())) else { continue }
            var values = RecordReader(rows.value)
            result.append((party, role, RoleRecord(&values)))
        }
        return result
    }
}

/// Who may do what. A book without roles takes events from everybody; from the first grant on, from those alone whose role allows the kind.
///
/// Roles hold in the order of the log, whatever the effective times: nobody backdates an event to before a grant or a revocation.
package enum Roles {
    static func decide(granted body: RoleGrantedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let party = try Check.identity(body.grantee, "grantee", views)
        try decide(body.role)
        if let limit = body.limitMinor { try Check.notNegative(limit, "limitMinor") }
        // Whoever opens the rules must be able to change them again.
        guard book.hasRoles || body.role == .administrator && body.limitMinor == nil else {
            throw Refusal(
                .notAllowed, body.role == .administrator ? "limitMinor" : "role", name(body.role),
                Text(
                    "le premier rôle d’un livre est celui de l’administration, sans limite",
                    "the first role of a book is its administrator's, without limit"),
                accepted: Text("ROLE_ADMINISTRATOR sans limitMinor", "ROLE_ADMINISTRATOR without limitMinor"))
        }
        if let known = views.role(party, body.role, book), known.isActive, known.limitMinor == body.limitMinor {
            throw Refusal(
                .duplicate, "grantee", body.grantee,
                Text("a déjà ce rôle avec cette limite", "has this role with this limit already"),
                accepted: Text("une autre limite, un autre rôle", "another limit, another role"))
        }
    }

    private static func decide(_ role: Role) throws(Refusal) {
        guard role != .unspecified else {
            throw Refusal(
                .missing, "role", "", Text("le rôle manque", "the role is missing"),
                accepted: Text("par exemple ROLE_TREASURER", "for example ROLE_TREASURER"))
        }
    }

    static func fold(granted body: RoleGrantedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let party = views.intern(.identity, body.grantee)
        if !book.hasRoles {
            views.putNumber(views.key.begin(.role).u16(book.id).bytes, fact.sequence)
            book.hasRoles = true
        }
        var record = RoleRecord()
        record.grantedSequence = fact.sequence
        record.isActive = true
        record.limitMinor = body.limitMinor
        views.put(views.roleKey(party, body.role, book), record)
        views.touch(party, fact)
    }

    static func decide(revoked body: RoleRevokedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let party = try Check.identity(body.grantee, "grantee", views)
        try decide(body.role)
        try Check.text(body.reason, "reason")
        guard let known = views.role(party, body.role, book), known.isActive else {
            throw Refusal(
                .unknown, "role", name(body.role), Text("n’a pas ce rôle", "does not have this role"),
                accepted: Text("un rôle de roleGranted, en vigueur", "a role of roleGranted that holds"))
        }
        guard body.role != .administrator || administrators(book, views) > 1 else {
            throw Refusal(
                .notAllowed, "grantee", body.grantee,
                Text(
                    "la dernière personne à l’administration : plus personne ne pourrait donner de rôle",
                    "the last administrator: nobody could grant a role any more"),
                accepted: Text("nommer d’abord une autre personne", "grant the role to another person first"))
        }
    }

    private static func administrators(_ book: Book, _ views: Views) -> Int {
        views.roles(book).count { $0.role == .administrator && $0.record.isActive }
    }

    static func fold(revoked body: RoleRevokedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let party = views.intern(.identity, body.grantee)
        guard var record = views.role(party, body.role, book) else {
            return views.index.fail("event \(fact.sequence): no such role")
        }
        record.isActive = false
        views.put(views.roleKey(party, body.role, book), record)
        views.touch(party, fact)
    }

    /// The role as the schema's JSON names it.
    package static func name(_ role: Role) -> String { "ROLE_" + "\(role)".uppercased() }
}
