package import Accounting
import Bytes
import Commerce
import EventLog
import Events
package import Ledger
import Transparency

/// The log as JSON lines: proto3 JSON of each event with what the ledger assigned to it, and its leaf hash, so that `LogImport` makes the same log of them.
package struct LogExport {
    /// Only the events of this book: an extract, no log.
    package var book: String?
    /// Days on which events were recorded, both included, by the book's calendar or that of the first book.
    package var from: CivilDate?
    package var to: CivilDate?
    package var viewer = Viewer.ledger

    package init() {}

    /// Writes the lines and returns how many they are. An event that the viewer sees in part has no leaf hash: it would tell of the rest.
    ///
    /// - Complexity: O(log); a line at a time is in memory.
    package func write(_ snapshot: LedgerSnapshot, to file: ExportFile) throws -> Int {
        var count = 0
        try each(snapshot) { _, line, leafHash in
            file.put((leafHash.map { EventJSON.line(line, leafHash: $0) } ?? line) + "\n")
            count += 1
        }
        return count
    }

    /// Calls `body` with each event's sequence, its JSON and its leaf hash.
    func each(_ snapshot: LedgerSnapshot, _ body: (UInt64, String, String?) -> Void) throws {
        let range = try range(snapshot)
        if let book, !viewer.sees(book: book) || Array(book.utf8).withBytes({ snapshot.views.book($0) }) == nil {
            throw LedgerError.unknown(.book, book, for: viewer, snapshot.views)
        }
        func take(_ sequence: UInt64) throws {
            guard let entry = snapshot.entry(sequence) else { return try snapshot.check() }
            if let book, snapshot.views.event(sequence)?.book.string != book { return }
            let (line, leafHash) = try line(sequence, entry, snapshot)
            body(sequence, line, leafHash)
        }
        if viewer.isOperator {
            for sequence in range { try take(sequence) }
        } else {
            var query = EventQuery()
            query.viewer = viewer
            for sequence in try query.sequences(snapshot) where range.contains(sequence) { try take(sequence) }
        }
        try snapshot.check()
    }

    private func line(_ sequence: UInt64, _ entry: Bytes, _ snapshot: LedgerSnapshot) throws -> (String, String?) {
        switch try viewer.disclosure(of: sequence, snapshot) {
        case .whole: return (try EventJSON.encode(entry: entry), Hash.leaf(entry).hex)
        case .part(let event):
            let name = snapshot.views.event(sequence)?.kind?.name ?? "?"
            return (try EventJSON.encode(redacted: event, type: name.prefix(1).lowercased() + name.dropFirst()), nil)
        }
    }

    /// The log is in the order of recorded time: days are one range of it.
    private func range(_ snapshot: LedgerSnapshot) throws(LedgerError) -> Range<UInt64> {
        let views = snapshot.views
        let calendar =
            book.flatMap { name in Array(name.utf8).withBytes { views.book($0) } }?.calendar
            ?? views.allBooks.first?.calendar ?? .utc
        var lower: UInt64 = 0
        var upper = snapshot.head.count
        if let from { lower = try snapshot.firstSequence(recordedAtOrAfter: calendar.firstInstantUs(of: from)) }
        if let to { upper = try snapshot.firstSequence(recordedAtOrAfter: calendar.lastInstantUs(of: to) + 1) }
        return lower..<max(lower, upper)
    }
}
