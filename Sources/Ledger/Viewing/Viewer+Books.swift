import Bytes
package import Commerce
import Events
import Index

extension Viewer {
    /// The books that a question goes over where none is named: a party's are those in which it is a member or something but its registration concerns it;
    /// everybody else's, those they see.
    ///
    /// - Complexity: O(events of the party).
    package func books(_ views: Views) throws(LedgerError) -> [Book] {
        guard let own = try party(views) else { return views.allBooks.filter { sees(book: $0.name) } }
        var sequences: [UInt64] = []
        let rows = views.index.rows(prefix: views.key.begin(.partyEvents).u32(own).bytes)
        while rows.next() {
            var value = RecordReader(rows.value)
            let kind = EventKind(rawValue: Int(clamping: value.unsigned()))
            guard kind != .identityRegistered, kind != .personalDataProvided else { continue }
            var reader = KeyReader(rows.key.dropFirst(4))
            sequences.append(reader.sequence())
        }
        var names: Set<String> = []
        for sequence in sequences { if let event = views.event(sequence) { names.insert(event.book.string) } }
        return views.allBooks.filter { names.contains($0.name) || views.member(own, $0) != nil }
    }
}
