package import Commerce
import Bytes
import EventLog
import Index

/// Somebody whom the ledger knows by a name, without anything that they gave of themselves.
package struct PartyRow: Sendable {
    package let number: UInt32
    package let name: String
    package let kind: PartyNameKind
}

/// The parties that a viewer may know of.
package struct PartyQuery {
    /// Only the parties of this book: its members, and whoever has an account in it.
    package var book: String?
    package var viewer = Viewer.ledger

    package init() {}

    /// The rows in the order in which the log first names them.
    ///
    /// - Complexity: O(parties), for one book and its accounts too.
    package func rows(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [PartyRow] {
        let views = snapshot.views
        var only: Book?
        if case .cooperative(let name) = viewer.scope { only = try BalanceQuery.book(name, views, for: viewer) }
        if let book {
            guard viewer.sees(book: book) else { throw LedgerError.unknown(.book, book, for: viewer, views) }
            only = try BalanceQuery.book(book, views, for: viewer)
        }
        if let only { try viewer.require(operatorOf: only) } else { try viewer.requireOperator("parties") }
        var all: [PartyRow] = []
        let rows = views.index.rows(prefix: views.key.begin(.party).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            guard rows.value.count > 0, let kind = PartyNameKind(rawValue: rows.value[0]) else { continue }
            all.append(PartyRow(number: reader.u32(), name: rows.value.dropFirst(1).string, kind: kind))
        }
        if let only {
            let seen = Set(views.trialBalance(only).map(\.party))
            all = all.filter { seen.contains($0.number) || views.member($0.number, only) != nil }
        }
        try snapshot.check()
        return all.sorted { $0.number < $1.number }
    }
}
