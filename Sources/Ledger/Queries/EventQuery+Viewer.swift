import Bytes
import Commerce
import EventLog
import Events
import Index

/// The same questions, asked by somebody who may not see everything.
extension EventQuery {
    func visible(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [UInt64] {
        if let own = try viewer.party(snapshot.views) { return try visible(to: own, snapshot) }
        guard case .cooperative(let name) = viewer.scope else { throw Viewer.refused("log") }
        return try visible(toBook: name, snapshot)
    }

    /// A party finds the events that concern it, and the orders among them.
    private func visible(to own: UInt32, _ snapshot: LedgerSnapshot) throws(LedgerError) -> [UInt64] {
        let views = snapshot.views
        if let party, Array(party.utf8).withBytes({ views.party(named: $0) }) != own, !viewer.names(party) {
            throw LedgerError.unknown(.party, party, for: viewer, views)
        }
        guard let order else { return try sequences(ofParty: own, snapshot) }
        let (record, opened) = try self.order(order, snapshot)
        guard try viewer.sight(of: record, in: opened, views) != .hidden else {
            throw unknownOrder(order, opened, views)
        }
        let mine = Set(indexed(views.key.begin(.partyEvents).u32(own).bytes, skipping: 4, views))
        let events = indexed(views.key.begin(.orderEvents).sequence(record.sequence).bytes, skipping: 6, views)
        return try chosen(events.filter(mine.contains), snapshot)
    }

    /// A cooperative finds the events of its own book, and those of others that touch it.
    private func visible(toBook name: String, _ snapshot: LedgerSnapshot) throws(LedgerError) -> [UInt64] {
        let views = snapshot.views
        guard let mine = Array(name.utf8).withBytes({ views.book($0) }) else { throw Viewer.unknown(name) }
        let shows: (EventView) -> Bool = { $0.book.string == mine.name }
        if let order {
            guard book == nil || book == mine.name else { throw unknownOrder(order, mine, views) }
            var query = self
            query.book = mine.name
            let (record, _) = try query.order(order, snapshot)
            let events = indexed(views.key.begin(.orderEvents).sequence(record.sequence).bytes, skipping: 6, views)
            return try chosen(events, snapshot, where: shows)
        }
        if let party {
            guard let number = Array(party.utf8).withBytes({ views.party(named: $0) }) else {
                throw LedgerError.unknown(.party, party, for: viewer, views)
            }
            let events = indexed(views.key.begin(.partyEvents).u32(number).bytes, skipping: 4, views)
            var all = EventQuery()
            all.limit = 1
            let isKnown = try !all.chosen(events, snapshot, where: shows).isEmpty
            guard isKnown || views.member(number, mine) != nil else {
                throw LedgerError.unknown(.party, party, for: viewer, views)
            }
            return try chosen(events, snapshot, where: shows)
        }
        let touching = Set(
            Array(name.utf8).withBytes { views.party(.cooperative, $0) }
                .map { indexed(views.key.begin(.partyEvents).u32($0).bytes, skipping: 4, views) } ?? [])
        guard snapshot.head.count > 0 else { return [] }
        let all = Array(Swift.min(from, snapshot.head.count)..<snapshot.head.count)
        return try chosen(all, snapshot) { shows($0) || touching.contains($0.sequence ?? .max) }
    }

    /// The order of that name, in the book that was named; else in the only one that has such an order.
    func order(_ name: String, _ snapshot: LedgerSnapshot) throws(LedgerError) -> (OrderRecord, Book) {
        let views = snapshot.views
        let books = try book.map { name throws(LedgerError) in [try BalanceQuery.book(name, views, for: viewer)] }
        let found = (books ?? views.allBooks).compactMap { book in
            Array(name.utf8).withBytes { views.order($0, book) }.map { ($0, book) }
        }
        try snapshot.check()
        guard let first = found.first else { throw unknownOrder(name, books?.first, views) }
        guard found.count == 1 || !viewer.isOperator else {
            let names = found.map { "\($0.1.name)/\(name)" }.joined(separator: ", ")
            throw LedgerError(
                .usage, name, Text("plusieurs livres ont cette commande", "several books have that order"),
                remedy: Text("en nommer une : \(names)", "name one: \(names)"))
        }
        return first
    }

    private func unknownOrder(_ name: String, _ book: Book?, _ views: Views) -> LedgerError {
        LedgerError.unknown(.order(book), name, for: viewer, views)
    }
}

extension Viewer {
    /// Whether the text is how the viewer calls itself.
    func names(_ party: String) -> Bool {
        if case .party(_, let name) = scope { return name == party }
        return false
    }
}
