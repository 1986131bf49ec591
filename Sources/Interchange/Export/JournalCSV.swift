import Accounting
package import Commerce
import Events
package import Ledger

/// The lines of the journal for a spreadsheet: one a posting, debit and credit in their columns.
package enum JournalCSV {
    static let columns = [
        "book", "sequence", "line", "date", "recordedAt", "type", "description", "source", "key", "actor", "account",
        "party", "currency", "debit", "credit",
    ]

    /// Writes the lines and returns how many entries they are.
    package static func write(
        _ journal: BookJournal, _ language: Language, to file: ExportFile
    ) throws(LedgerError) -> Int {
        var count = 0
        file.put(ExportText.csv(columns))
        try journal.entries { entry in
            count += 1
            write(entry, language, to: file)
        }
        return count
    }

    static func write(_ entry: BookJournal.Entry, _ language: Language, to file: ExportFile) {
        let recordedAt = InstantText.format(us: entry.recordedAtUs)
        for (at, line) in entry.lines.enumerated() {
            let absolute = DecimalText.format(
                minor: line.amountMinor < 0 ? 0 &- line.amountMinor : line.amountMinor, currency: line.currency)
            file.put(
                ExportText.csv([
                    entry.book, "\(entry.sequence)", "\(at + 1)", entry.day.text, recordedAt,
                    entry.kind?.name ?? "", entry.title(language), entry.source, entry.key, entry.actor,
                    line.account, line.party, line.currency.code, line.amountMinor > 0 ? absolute : "",
                    line.amountMinor < 0 ? absolute : "",
                ]))
        }
    }
}
