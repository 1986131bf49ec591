import Accounting
import Bytes
import Events
import Index

extension Views {
    func bookNumber(_ name: String) -> UInt16? {
        number(key.begin(.bookName).text(name).bytes).map { UInt16(truncatingIfNeeded: $0) }
    }

    /// All books, in the order of their founding.
    package var allBooks: [Book] {
        var names: [(UInt64, String)] = []
        let rows = index.rows(prefix: key.begin(.bookName).bytes)
        while rows.next() {
            var reader = RecordReader(rows.value)
            names.append((reader.unsigned(), rows.key.dropFirst(1).string))
        }
        return names.sorted { $0.0 < $1.0 }.compactMap { _, name in
            Array(name.utf8).withBytes { book($0) }
        }
    }

    /// Reads a book and its policies from the log.
    ///
    /// - Complexity: O(policies adopted).
    func loadBook(_ name: String) -> Book? {
        guard let id = bookNumber(name), let founded = number(key.begin(.book).u16(id).bytes),
            let founding = body(CooperativeFoundedView.self, of: founded)
        else { return nil }
        let book = Founding.book(id: id, name: name, sequence: founded, founding)
        book.foundedAtUs = effectiveAtUs(founded)
        book.turnoverMinor = index.counters(key.begin(.turnover).u16(id).bytes).first
        book.sellsFromStock = index.counters(key.begin(.stockedListings).u16(id).bytes).first > 0
        book.splitsRoyalties = index.rows(prefix: key.begin(.royaltySplit).u16(id).bytes).next()
        if let locked = index.value(key.begin(.lock).u16(id).bytes) {
            var reader = RecordReader(locked)
            book.lockedThrough = Int32(truncatingIfNeeded: reader.int())
        }
        book.hasRoles = firstGrant(book) != nil
        var adopted: [UInt64] = []
        let rows = index.rows(prefix: key.begin(.policy).u16(id).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            adopted.append(reader.sequence())
        }
        for sequence in adopted {
            guard let event = event(sequence) else { return nil }
            Policies.apply(event, sequence: sequence, to: book, self)
        }
        return book
    }
}
