import Accounting
import Bytes
import Commerce
package import Ledger
import Reconciliation

/// The institutions' side of a simulated year: statements of what really moved, with noise, in every format, and the truth beside them.
///
/// It is made of the log and a seed alone: same log, seed and noise, same bytes.
package struct InstitutionStatements {
    /// What was written of an account.
    package struct Written: Sendable {
        package var book: String
        package var account: String
        package var institution: String
        package var currency: String
        package var months: Int
        package var entries: Int
        package var closingMinor: Int64
    }

    /// A month of an account, as its institution sees it.
    struct Month {
        var first: CivilDate
        var number: Int
        var entries: ArraySlice<InstitutionEntry>
        /// Place of the first of them in the account.
        var start: Int
        var openingMinor: Int64
        var closingMinor: Int64
    }

    let seed: UInt64
    let noise: InstitutionNoise
    private let books: [InstitutionBook]
    /// The last day of all statements: the end of the month in which the last entry of any account is booked.
    private let last: CivilDate

    package init(_ snapshot: LedgerSnapshot, seed: UInt64, noise: InstitutionNoise) throws {
        self.seed = seed
        self.noise = noise
        books = try InstitutionAccount.all(snapshot).map { InstitutionBook($0, noise, seed: seed) }
        let from = books.map(\.account.record.fromDay).min() ?? 0
        let days = books.flatMap { $0.entries.map(\.day) }
        last = (days.max() ?? CivilDate(clampingDays: Int64(from))).lastOfMonth
        guard !books.isEmpty else {
            throw LedgerError(
                .badInput, "--statements",
                Text("aucun compte bancaire n’est déclaré dans ce grand livre", "this ledger declares no bank account"),
                remedy: Text(
                    "simuler dans un dossier neuf avec --statements", "simulate in a new folder with --statements")
            )
        }
    }

    /// Writes `folder/FORMAT/BOOK/ACCOUNT-2025-01.xml` and `folder/FORMAT/truth.csv`; CSV files have their columns in `ACCOUNT.mapping`.
    package func write(to folder: String, proceed: () throws -> Void = {}) throws -> [Written] {
        try WholeFile.makeFolder(folder)
        for format in InstitutionFormat.allCases {
            let place = folder + "/" + format.rawValue
            try WholeFile.makeFolder(place)
            var truth = "book,account,institution,statement,reference,date,amount_minor,group,items,noise\n"
            for book in books {
                try proceed()
                try WholeFile.makeFolder("\(place)/\(book.account.book.name)")
                let files = "\(place)/\(book.account.book.name)/\(book.account.name)"
                for month in months(book) {
                    let statement = statement(book, month, format)
                    try Self.put("\(files)-\(month.first.text.prefix(7)).\(format.ending)", format.write(statement))
                    truth += rows(book, month, statement.identification, format)
                }
                guard format == .csv else { continue }
                try Self.put("\(files).mapping", Array(InstitutionFormat.mapping(book.statementAccount).text.utf8))
            }
            try Self.put(place + "/truth.csv", Array(truth.utf8))
        }
        return books.map { book in
            Written(
                book: book.account.book.name, account: book.account.name, institution: book.account.institution,
                currency: book.account.record.currency.code, months: months(book).count, entries: book.entries.count,
                closingMinor: months(book).last?.closingMinor ?? 0)
        }
    }

    private static func put(_ path: String, _ bytes: [UInt8]) throws(LedgerError) {
        var failure: LedgerError?
        bytes.withBytes { whole in
            do throws(LedgerError) {
                try WholeFile.replace(path, whole, waits: false)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    // MARK: months

    func months(_ book: InstitutionBook) -> [Month] {
        var months: [Month] = []
        var balance = book.account.record.openingMinor
        var first = CivilDate(clampingDays: Int64(book.account.record.fromDay))
        var start = 0
        while first <= last {
            var end = start
            var closing = balance
            while end < book.entries.count, book.entries[end].day <= first.lastOfMonth {
                closing += book.entries[end].amountMinor
                end += 1
            }
            months.append(
                Month(
                    first: first, number: months.count + 1, entries: book.entries[start..<end], start: start,
                    openingMinor: balance, closingMinor: closing))
            (balance, start) = (closing, end)
            guard let next = first.lastOfMonth.adding(days: 1) else { break }
            first = next
        }
        return months
    }

    /// The institution's own reference of an entry: its day and its place in the account.
    static func reference(_ entry: InstitutionEntry, _ place: Int) -> String {
        let digits = "\(place + 1)"
        return entry.day.text.filter { $0 != "-" }.dropFirst(2) + "-"
            + String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits
    }

    func statement(_ book: InstitutionBook, _ month: Month, _ format: InstitutionFormat) -> BankStatement {
        var entries: [StatementEntry] = []
        for (offset, entry) in month.entries.enumerated() {
            var booked = StatementEntry(
                reference: Self.reference(entry, month.start + offset), bookingDate: entry.day, valueDate: entry.day,
                amountMinor: entry.amountMinor, isReversal: entry.isReversal, code: entry.purpose.code(format),
                endToEnd: entry.reference, batch: entry.batch, returnCode: entry.returnCode,
                counterparty: entry.party, text: entry.text)
            guard format.hasDetails, entry.details.count > 1 else {
                entries.append(booked)
                continue
            }
            let whole = booked.reference
            for (place, detail) in entry.details.enumerated() {
                booked.reference = "\(whole)/\(place + 1)"
                booked.amountMinor = detail.amountMinor
                booked.endToEnd = detail.reference
                booked.counterparty = detail.party.uppercased()
                entries.append(booked)
            }
        }
        let account = book.statementAccount
        return BankStatement(
            kind: .statement, format: format.rawValue, account: account,
            identification: "\(account.institution)\(account.currency)\(month.first.text.prefix(7))",
            number: UInt64(month.number), from: month.first, through: month.first.lastOfMonth,
            openingMinor: month.openingMinor, closingMinor: month.closingMinor, entries: entries)
    }

    /// The truth of a month's entries.
    private func rows(_ book: InstitutionBook, _ month: Month, _ statement: String, _ format: InstitutionFormat)
        -> String
    {
        let account = book.account
        var rows = ""
        func add(
            _ reference: String, _ entry: InstitutionEntry, _ amountMinor: Int64, _ group: String, _ items: [UInt64],
            _ noise: NoiseKind
        ) {
            let fields = [
                account.book.name, account.name, account.institution, statement, reference, entry.day.text,
                "\(amountMinor)", group, items.map { "\($0)" }.joined(separator: " "), noise.rawValue,
            ]
            rows += fields.joined(separator: ",") + "\n"
        }
        for (offset, entry) in month.entries.enumerated() {
            let truth = book.truths[entry.truth]
            let reference = Self.reference(entry, month.start + offset)
            guard format.hasDetails, entry.details.count > 1 else {
                add(reference, entry, entry.amountMinor, "\(entry.truth)", truth.items, truth.noise)
                continue
            }
            for (place, detail) in entry.details.enumerated() {
                add(
                    "\(reference)/\(place + 1)", entry, detail.amountMinor, "\(entry.truth)/\(place + 1)",
                    [detail.item], truth.noise)
            }
        }
        return rows
    }

    /// What the accounts' books say; for tests.
    var accounts: [InstitutionBook] { books }
}

extension InstitutionBook {
    /// As the institution's files name the account.
    var statementAccount: StatementAccount {
        StatementAccount(
            institution: account.institution, number: account.number, currency: account.record.currency.code)
    }
}
