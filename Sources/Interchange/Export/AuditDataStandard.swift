import Accounting
package import Commerce
import EventLog
import Events
package import Ledger

/// One book for auditors' software: the general ledger files of the AICPA's Audit Data Standards (2015), pipe-delimited UTF-8 with a line of field names.
///
/// `Trial_Balance` has every account, currency and month: beginning + activity of `GL_Detail` = ending, signed, debits positive. The roll-forward is checked while it is written, the ending against
/// the ledger's own balance of that day, not against the sum.
package struct AuditDataStandard {
    private struct Place: Hashable {
        let account: String
        let currency: Currency
    }

    private let journal: BookJournal
    private let language: Language

    package init(_ journal: BookJournal, _ language: Language) {
        self.journal = journal
        self.language = language
    }

    /// Months, the first and last cut where the period begins and ends.
    static func months(_ days: ClosedRange<CivilDate>) -> [ClosedRange<CivilDate>] {
        var months: [ClosedRange<CivilDate>] = []
        var first = days.lowerBound
        while first <= days.upperBound {
            let last = min(first.lastOfMonth, days.upperBound)
            months.append(first...last)
            guard let next = last.adding(days: 1) else { break }
            first = next
        }
        return months
    }

    /// Writes the files into a folder and returns how many entries they have. Throws `LedgerError` where the roll-forward does not hold: the ledger is damaged.
    ///
    /// - Complexity: O(log) and O(movements) a month; in memory O(accounts × months).
    package func write(folder: String) throws(LedgerError) -> Int {
        guard let book = journal.books.first, let days = try period(book) else { return 0 }
        try ExportFile.makeFolder(folder)
        func file(_ name: String) throws(LedgerError) -> ExportFile {
            try ExportFile("\(folder)/\(name)_\(Self.compact(days.lowerBound))_\(Self.compact(days.upperBound)).txt")
        }
        let months = Self.months(days)
        let detail = try file("GL_Detail")
        let (count, activity) = try writeDetail(to: detail)
        try detail.finish()
        let trial = try file("Trial_Balance")
        try writeTrialBalance(book, months, activity, to: trial)
        try trial.finish()
        let chart = try file("Chart_of_Accounts")
        try writeChart(book, to: chart)
        try chart.finish()
        return count
    }

    private func period(_ book: Book) throws(LedgerError) -> ClosedRange<CivilDate>? {
        let posted = try journal.snapshot.postedDays(book)
        guard let from = journal.from ?? posted?.lowerBound, let to = journal.to ?? posted?.upperBound else {
            return nil
        }
        return from...max(from, to)
    }

    private static func compact(_ day: CivilDate) -> String { day.text.replacing("-", with: "") }

    private static func line(_ cells: [String]) -> String {
        cells.map { ExportText.line($0, without: [("|", "/")]) }.joined(separator: "|") + "\r\n"
    }

    private func writeDetail(to file: ExportFile) throws(LedgerError) -> (Int, [Int32: [Place: Int64]]) {
        file.put(
            Self.line([
                "Journal_ID", "Journal_ID_Line_Number", "JE_Header_Description", "Source", "Business_Unit_Code",
                "Effective_Date", "Fiscal_Year", "Period", "GL_Account_Number", "Amount",
                "Amount_Credit_Debit_Indicator", "Amount_Currency", "Entered_By", "Entered_Date", "Entered_Time",
                "Segment01",
            ]))
        var count = 0
        var activity: [Int32: [Place: Int64]] = [:]
        try journal.entries { [language] entry in
            count += 1
            let month = entry.day.firstOfMonth.daysSinceEpoch
            let entered = InstantText.format(us: entry.recordedAtUs)
            for (at, line) in entry.lines.enumerated() {
                activity[month, default: [:]][Place(account: line.account, currency: line.currency), default: 0] &+=
                    line.amountMinor
                file.put(
                    Self.line([
                        "\(entry.sequence)", "\(at + 1)", entry.title(language), entry.kind?.name ?? "", entry.book,
                        entry.day.text, "\(entry.day.year)", "\(entry.day.month)", line.account, line.amount,
                        line.amountMinor < 0 ? "C" : "D", line.currency.code, entry.actor,
                        String(entered.prefix(10)), String(entered.dropFirst(11).prefix(8)), line.party,
                    ]))
            }
        }
        return (count, activity)
    }

    private func sums(_ book: Book, through day: CivilDate?) throws(LedgerError) -> [Place: Int64] {
        guard let day else { return [:] }
        var sums: [Place: Int64] = [:]
        for row in try journal.balances(book, through: day) {
            sums[Place(account: row.account, currency: row.currency), default: 0] &+= row.balanceMinor
        }
        return sums
    }

    private func writeTrialBalance(
        _ book: Book, _ months: [ClosedRange<CivilDate>], _ activity: [Int32: [Place: Int64]], to file: ExportFile
    ) throws(LedgerError) {
        file.put(
            Self.line([
                "Business_Unit_Code", "GL_Account_Number", "Fiscal_Year", "Period", "Balance_As_Of_Date",
                "Amount_Beginning", "Amount_Ending", "Amount_Currency",
            ]))
        let places = try sums(book, through: months.last?.upperBound).keys.sorted {
            ($0.account, $0.currency.code) < ($1.account, $1.currency.code)
        }
        var beginning = try sums(book, through: months.first?.lowerBound.adding(days: -1))
        for month in months {
            let ending = try sums(book, through: month.upperBound)
            let moved = activity[month.lowerBound.firstOfMonth.daysSinceEpoch] ?? [:]
            for place in places {
                let (first, last) = (beginning[place] ?? 0, ending[place] ?? 0)
                guard first &+ (moved[place] ?? 0) == last else { throw unequal(book, place, month.upperBound) }
                file.put(
                    Self.line([
                        book.name, place.account, "\(month.upperBound.year)", "\(month.upperBound.month)",
                        month.upperBound.text, DecimalText.format(minor: first, currency: place.currency),
                        DecimalText.format(minor: last, currency: place.currency), place.currency.code,
                    ]))
            }
            beginning = ending
        }
    }

    private func unequal(_ book: Book, _ place: Place, _ day: CivilDate) -> LedgerError {
        LedgerError(
            .inputOutput, "\(book.name) \(place.account)",
            Text(
                "au \(day.text), l’ouverture et les mouvements ne donnent pas le solde",
                "at \(day.text), opening and movements do not give the balance"),
            remedy: Text(
                "vérifier avec « grandlivre rebuild --check »", "check with \"grandlivre rebuild --check\""))
    }

    private func writeChart(_ book: Book, to file: ExportFile) throws(LedgerError) {
        file.put(Self.line(["GL_Account_Number", "GL_Account_Name", "Account_Type", "Business_Unit_Code"]))
        var last = ""
        for row in try journal.balances(book, through: journal.to) where row.account != last {
            last = row.account
            let code = AccountCode(name: row.account)
            let label = (language == .french ? code?.frenchLabel : code?.englishLabel) ?? row.account
            file.put(Self.line([row.account, label, row.accountClass.name, book.name]))
        }
    }
}
