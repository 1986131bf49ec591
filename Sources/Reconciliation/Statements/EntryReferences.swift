import Accounting
import Bytes

/// References that are unique in an account and the same whenever the same entry comes again.
package enum EntryReferences {
    /// Gives a made reference to entries that have none, and to all that share one.
    ///
    /// Statements cover whole days, so the n-th of equals of a day is the same entry in every file that holds the day: overlapping files agree. An
    /// importer that finds a stored reference with another day or amount has met an institution that uses references again, and makes one the same way.
    static func assign(_ entries: inout [StatementEntry]) {
        var counts: [String: Int] = [:]
        counts.reserveCapacity(entries.count)
        for entry in entries where !entry.reference.isEmpty { counts[entry.reference, default: 0] += 1 }
        guard counts.count < entries.count else { return }
        var equals: [String: Int] = [:]
        for index in entries.indices {
            let given = entries[index].reference
            guard given.isEmpty || counts[given, default: 0] > 1 else { continue }
            let stem = stem(of: entries[index])
            var made: String
            repeat {
                equals[stem, default: 0] += 1
                made = "\(stem)-\(equals[stem, default: 1])"
            } while counts[made] != nil
            entries[index].reference = made
        }
    }

    /// The reference of the `ordinal`-th (from 1) of equal entries of a day: "=20170601-9f86d081884c7d65-1".
    package static func derived(from entry: StatementEntry, ordinal: Int) -> String {
        "\(stem(of: entry))-\(ordinal)"
    }

    private static func stem(of entry: StatementEntry) -> String {
        let texts = [
            entry.reference, entry.bookingDate.text, "\(entry.amountMinor)", entry.code, entry.endToEnd, entry.batch,
            entry.returnCode, entry.counterparty, entry.text,
        ]
        // A byte that no clean text holds parts them, so that what moves from one text to the next is something else.
        let hash = Array(texts.joined(separator: "\u{1F}").utf8).withBytes { $0.stableHash }
        let digits = String(hash, radix: 16)
        return "=" + entry.bookingDate.text.filter { $0 != "-" } + "-"
            + String(repeating: "0", count: max(0, 16 - digits.count)) + digits
    }
}
