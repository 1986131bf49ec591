import Accounting
package import Bytes
import Events
import Index

/// A split sheet as it was recorded.
package struct SplitSheet {
    package struct Part {
        package let creator: String
        package let party: UInt32
        package let role: String
        package let sharePpm: UInt32
    }

    package let sequence: UInt64
    package let fromUs: Int64
    package let parts: [Part]

    /// The minor units of each part, by largest remainder, ties by the creators' ids. They sum to the amount.
    func shares(of amount: Int64) -> [Int64] {
        let shares = try? LargestRemainder.shares(
            pool: amount, bases: parts.map { Int64($0.sharePpm) }, ids: parts.map(\.creator))
        // The rule has checked that the parts sum to 100 %.
        return shares ?? parts.map { _ in 0 }
    }
}

extension Views {
    /// The sequence of the split sheet in force at `us` as known at `sequence`; nil where there was none. A sheet recorded later never
    /// restates.
    ///
    /// - Complexity: O(split sheets of the work).
    package func split(_ product: Bytes, at us: Int64, knownAt sequence: UInt64 = .max, _ book: Book) -> UInt64? {
        splits(product, book).last { $0.fromUs <= us && $0.sequence < sequence }?.sequence
    }

    /// When each split sheet of a work takes effect, and where it stands; in that order. Kept with the book: every play asks.
    package func splits(_ product: Bytes, _ book: Book) -> [(fromUs: Int64, sequence: UInt64)] {
        let name = product.string
        if let known = book.splits[name] { return known }
        var result: [(fromUs: Int64, sequence: UInt64)] = []
        let rows = index.rows(prefix: key.begin(.royaltySplit).u16(book.id).text(product).u8(0).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key.dropFirst(rows.key.count - 15))
            let fromUs = Int64(sortable: UInt64(reader.u32()) << 32 | UInt64(reader.u32()))
            result.append((fromUs, reader.sequence()))
        }
        book.splits[name] = result
        return result
    }

    /// A split sheet by its sequence.
    package func splitSheet(_ sequence: UInt64) -> SplitSheet? {
        guard let event = event(sequence), let body = body(RoyaltiesSplitView.self, of: sequence) else { return nil }
        var parts: [SplitSheet.Part] = []
        for encoded in body.parts {
            guard let part = try? encoded.view() else { continue }
            parts.append(
                SplitSheet.Part(
                    creator: part.creator.string, party: party(.identity, part.creator) ?? 0, role: part.role.string,
                    sharePpm: part.sharePpm))
        }
        return SplitSheet(sequence: sequence, fromUs: event.effectiveAt.map(microseconds) ?? 0, parts: parts)
    }
}
