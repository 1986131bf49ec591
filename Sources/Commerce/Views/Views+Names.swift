import Index
package import Accounting
package import Bytes

/// What a party's name names: the kinds do not share a name space.
package enum PartyNameKind: UInt8, CaseIterable, Sendable {
    case identity = 1
    case institution = 2
    /// Another cooperative, by the name of its book.
    case cooperative = 3
}

/// Parties, accounts and books are numbered from 1 in the order in which the log first names them.
extension Views {
    package func party(_ kind: PartyNameKind, _ name: Bytes) -> UInt32? {
        if let known = directory.party(kind, name) { return known }
        guard let stored = number(key.begin(.partyName).u8(kind.rawValue).text(name).bytes) else { return nil }
        let party = UInt32(truncatingIfNeeded: stored)
        directory.insert(kind, name, party: party)
        return party
    }

    /// A party as a person names it: an identity, else an institution, else a cooperative.
    package func party(named name: Bytes) -> UInt32? {
        for kind in PartyNameKind.allCases {
            if let found = party(kind, name) { return found }
        }
        return nil
    }

    /// The party of that name, numbered now if it is new. For folds.
    func intern(_ kind: PartyNameKind, _ name: Bytes) -> UInt32 {
        if let known = party(kind, name) { return known }
        let number = nextNumber(.party)
        putNumber(key.begin(.partyName).u8(kind.rawValue).text(name).bytes, UInt64(number))
        recordWriter.buffer.removeAll()
        recordWriter.buffer.append(kind.rawValue)
        recordWriter.buffer.append(name)
        index.put(key.begin(.party).u32(number).bytes, recordWriter.buffer.bytes)
        directory.insert(kind, name, party: number)
        return number
    }

    package func partyName(_ party: UInt32) -> String {
        guard party != 0, let value = index.value(key.begin(.party).u32(party).bytes), value.count > 0 else {
            return ""
        }
        return value.dropFirst(1).string
    }

    /// The names of all parties, read in one pass.
    ///
    /// - Complexity: O(parties).
    package func partyNames() -> [UInt32: String] {
        var names: [UInt32: String] = [:]
        let rows = index.rows(prefix: key.begin(.party).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            guard rows.value.count > 0 else { continue }
            names[reader.u32()] = rows.value.dropFirst(1).string
        }
        return names
    }

    enum Numbering: UInt8 {
        case party = 1
        case book = 2
        case account = 3
    }

    func nextNumber(_ numbering: Numbering) -> UInt32 {
        let next = number(key.begin(.nextNumbers).u8(numbering.rawValue).bytes) ?? 1
        putNumber(key.begin(.nextNumbers).u8(numbering.rawValue).bytes, next + 1)
        return UInt32(truncatingIfNeeded: next)
    }

    // MARK: accounts

    /// The number of an account's code, if it is in the chart or the book has used it.
    package func account(_ name: Bytes, book: UInt16) -> UInt16? {
        if let known = AccountCode(name: name.string) { return known.rawValue }
        return number(key.begin(.accountName).u16(book).text(name).bytes).map { UInt16(truncatingIfNeeded: $0) }
    }

    /// The account of that name, numbered now if the book uses it for the first time. For folds.
    func internAccount(_ name: Bytes, book: UInt16) -> UInt16 {
        if let known = account(name, book: book) { return known }
        let number = nextNumber(.account) + UInt32(AccountCode.bookDefinedMin)
        guard let code = UInt16(exactly: number) else {
            index.fail("more than 65 000 account names")
            return 0
        }
        putNumber(key.begin(.accountName).u16(book).text(name).bytes, UInt64(code))
        index.put(key.begin(.account).u16(book).u16(code).bytes, name)
        return code
    }

    package func accountName(_ account: UInt16, book: UInt16) -> String {
        if let known = AccountCode(rawValue: account) { return known.name }
        return index.value(key.begin(.account).u16(book).u16(account).bytes)?.string ?? "?"
    }

    /// The class of an account, by its name's first segment.
    package func accountClass(_ account: UInt16, book: UInt16) -> AccountClass? {
        AccountCode(rawValue: account)?.accountClass ?? AccountClass(ofAccount: accountName(account, book: book))
    }
}

extension Views {
    /// The newest event that concerns a party.
    package func newestEvent(ofParty party: UInt32) -> UInt64? { latestEvents(ofParty: party, limit: 1).first }

    /// The newest event of the order whose purchase stands at `order`.
    package func newestEvent(ofOrder order: UInt64) -> UInt64? {
        key.begin(.orderEvents).sequence(order).bytes.array.withBytes { index.newestSequences(prefix: $0, limit: 1) }
            .first
    }
}
