import EventLog
import Bytes
import Commerce
package import Events
import Index

/// Which events of the log are wanted.
package struct EventQuery {
    package var from: UInt64 = 0
    package var to: UInt64 = .max
    package var kind: EventKind?
    package var party: String?
    package var book: String?
    package var order: String?
    package var limit: Int = .max
    package var isReversed = false
    /// Only events that concern the viewer are found.
    package var viewer = Viewer.ledger

    package init() {}

    /// The sequences, in order; with a party or an order by its index, else by scanning the range.
    ///
    /// - Complexity: O(limit) for the newest of a party or order; with other conditions O(its events); else O(range).
    package func sequences(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [UInt64] {
        let views = snapshot.views
        if !viewer.isOperator { return try visible(snapshot) }
        let candidates: [UInt64]
        if let order {
            let (record, _) = try self.order(order, snapshot)
            candidates = indexed(views.key.begin(.orderEvents).sequence(record.sequence).bytes, skipping: 6, views)
        } else if let party {
            guard
                let number = Array(party.utf8).withBytes({ views.party(named: $0) }
                )
            else {
                throw LedgerError.unknown(.party, party, for: viewer, views)
            }
            candidates = indexed(views.key.begin(.partyEvents).u32(number).bytes, skipping: 4, views)
        } else {
            return try scanned(snapshot)
        }
        return try chosen(candidates, snapshot)
    }

    /// The events of one party, by its number.
    package func sequences(ofParty party: UInt32, _ snapshot: LedgerSnapshot) throws(LedgerError) -> [UInt64] {
        let views = snapshot.views
        return try chosen(indexed(views.key.begin(.partyEvents).u32(party).bytes, skipping: 4, views), snapshot)
    }

    func chosen(
        _ candidates: [UInt64], _ snapshot: LedgerSnapshot, where shows: (EventView) -> Bool = { _ in true }
    ) throws(LedgerError) -> [UInt64] {
        var result: [UInt64] = []
        for sequence in isReversed ? candidates.reversed() : candidates where sequence >= from && sequence <= to {
            guard let event = snapshot.views.event(sequence) else { break }
            if let kind, event.bodyField != kind.rawValue { continue }
            guard shows(event) else { continue }
            result.append(sequence)
            if result.count == limit { break }
        }
        try snapshot.check()
        return result
    }

    private func scanned(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [UInt64] {
        guard snapshot.head.count > 0, from < snapshot.head.count else { return [] }
        let last = min(to, snapshot.head.count - 1)
        guard from <= last else { return [] }
        var result: [UInt64] = []
        var sequence = isReversed ? last : from
        while result.count < limit {
            if kind == nil || snapshot.views.event(sequence)?.bodyField == kind?.rawValue { result.append(sequence) }
            if isReversed ? sequence == from : sequence == last { break }
            sequence = isReversed ? sequence - 1 : sequence + 1
        }
        try snapshot.check()
        return result
    }

    /// In order, whether or not the newest are wanted first.
    func indexed(_ prefix: Bytes, skipping width: Int, _ views: Views) -> [UInt64] {
        if isReversed, kind == nil, to == .max, limit < .max {
            return prefix.array.withBytes { views.index.newestSequences(prefix: $0, limit: limit) }.reversed()
        }
        var result: [UInt64] = []
        let rows = views.index.rows(prefix: prefix)
        while rows.next() {
            var reader = KeyReader(rows.key.dropFirst(width))
            result.append(reader.sequence())
        }
        return result
    }
}
