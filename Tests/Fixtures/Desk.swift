import Accounting
import Bytes
package import Commerce
package import Events
import Index

/// Rules and folds over a log in memory: what one event does, without files.
package final class Desk {
    package let views: Views
    package var story: Story
    private let log = DeskLog()
    private let proposals = Proposals()
    private var recordedAtUs: Int64 = 0

    package init(
        _ story: Story = Story(), opening: [Body] = Story.opening + Story.people, leavingOut: Set<IndexByte> = []
    ) throws {
        self.story = story
        self.views = Views(index: Index.views(nil, leavingOut: leavingOut), entries: log)
        // Ledgers of other tests record the same openings by the rules.
        for body in opening { try record(self.story.event(body), isDecided: true) }
    }

    package var size: UInt64 { UInt64(log.entries.count) }

    /// Records an event; its postings as "account party amount", debits positive. Throws `Refusal`.
    @discardableResult
    package func record(_ body: Body, at time: String? = nil) throws -> [String] {
        try record(story.event(body, at: time))
        return journal
    }

    package func record(_ event: Event) throws { try record(event, isDecided: false) }

    /// Folds events that another desk has recorded, as a rebuild does: their rules, signatures above all, are not asked again.
    package func replay(_ events: [Event]) throws {
        for event in events { try record(event, isDecided: true) }
    }

    private func record(_ event: Event, isDecided: Bool) throws {
        proposals.removeAll()
        try proposals.append(event)
        let sequence = UInt64(log.entries.count)
        let view = try EventView(proposals[0])
        let recorded = max(recordedAtUs, view.effectiveAt?.microseconds ?? 0)
        if !isDecided {
            try Rules.decide(Fact(view, sequence: sequence, recordedAtUs: recorded, views: views), views)
        }
        let offset = log.entries.buffer.count
        log.entries.append(proposals[0])
        log.entries.buffer.writeHeader(
            at: offset, sequence: sequence, recordedAtUs: UInt64(recorded), rules: Views.rulesVersion)
        recordedAtUs = recorded
        Folds.fold(
            Fact(try EventView(log.entries[Int(sequence)]), sequence: sequence, recordedAtUs: recorded, views: views),
            views)
        if let failure = views.failure { throw DeskFailure(reason: failure) }
    }

    /// The postings of the last event, in a stable order.
    package var journal: [String] {
        var sums: [String: Int64] = [:]
        for posting in views.journal.postings {
            let party = views.partyName(posting.party)
            let account = views.accountName(posting.account, book: posting.book)
            sums[party.isEmpty ? account : "\(account) \(party)", default: 0] += posting.amountMinor
        }
        return sums.filter { $0.value != 0 }.map { "\($0.key) \($0.value)" }.sorted()
    }

    /// Why an event would be refused; nil where it would be recorded. Nothing is recorded.
    package func refusal(_ body: Body, at time: String? = nil) throws -> Refusal? {
        var copy = story
        return try refusal(copy.event(body, at: time))
    }

    package func refusal(_ event: Event) throws -> Refusal? {
        proposals.removeAll()
        try proposals.append(event)
        let view = try EventView(proposals[0])
        let recorded = max(recordedAtUs, view.effectiveAt?.microseconds ?? 0)
        do throws(Refusal) {
            try Rules.decide(Fact(view, sequence: size, recordedAtUs: recorded, views: views), views)
            return nil
        } catch {
            return error
        }
    }

    package var book: Book? { story.book.utf8.map { $0 }.withBytes { views.book($0) } }

    /// Debits less credits of one account, by its name.
    package func balance(_ account: String, _ party: String = "") -> Int64 {
        balances["\(account) \(party)"] ?? 0
    }

    /// Every balance that is not zero, by "account party".
    package var balances: [String: Int64] {
        var result: [String: Int64] = [:]
        guard let book else { return result }
        for line in views.balances(book, through: .max) where line.sums.first != line.sums.second {
            let name = views.accountName(line.account, book: book.id)
            result["\(name) \(views.partyName(line.party))"] = line.sums.first - line.sums.second
        }
        return result
    }

    package func party(_ name: String) -> UInt32 { Array(name.utf8).withBytes { views.party(.identity, $0) } ?? 0 }
}

package struct DeskFailure: Error {
    package let reason: String
}

/// The entries of a desk.
private final class DeskLog: EntrySource {
    let entries = BytesList()
    var count: UInt64 { UInt64(entries.count) }

    func entry(_ sequence: UInt64) -> Bytes? {
        sequence < UInt64(entries.count) ? entries[Int(sequence)] : nil
    }
}
