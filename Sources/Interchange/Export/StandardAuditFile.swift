import Accounting
package import Commerce
import EventLog
import Events
package import Ledger
import Transparency

/// One book as a Standard Audit File for Tax (OECD, version 2.0): header, accounts, customers and suppliers with their balances, and all entries with their totals.
///
/// Canada has no version of its own. The entries stand in the book's currency; a line in another has `Amount` 0.00 and its own amount in `CurrencyAmount`, as the ledger holds no rate for it.
package struct StandardAuditFile {
    private let journal: BookJournal
    private let language: Language
    private let version: String

    /// - Parameter version: of the program that writes.
    package init(_ journal: BookJournal, _ language: Language, version: String) {
        self.journal = journal
        self.language = language
        self.version = version
    }

    /// Writes the file and returns how many entries it has.
    ///
    /// - Complexity: O(log) twice: the totals stand before the entries.
    package func write(to file: ExportFile) throws(LedgerError) -> Int {
        guard let book = journal.books.first else { return 0 }
        file.put(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<AuditFile xmlns=\"urn:OECD:StandardAuditFile-Tax:2.00\">\n")
        try writeHeader(book, to: file)
        try writeMasterFiles(book, to: file)
        let count = try writeEntries(book, to: file)
        file.put("</AuditFile>\n")
        return count
    }

    private func element(_ name: String, _ text: String) -> String { "<\(name)>\(ExportText.xml(text))</\(name)>" }

    private func decimal(_ minor: Int64, _ currency: Currency) -> String {
        DecimalText.format(minor: minor, currency: currency)
    }

    private func writeHeader(_ book: Book, to file: ExportFile) throws(LedgerError) {
        let posted = try journal.snapshot.postedDays(book)
        let recorded = InstantText.format(us: Int64(clamping: journal.snapshot.head.lastRecordedAtUs)).prefix(10)
        let from = journal.from ?? posted?.lowerBound
        let to = journal.to ?? posted?.upperBound
        file.put(
            [
                "<Header>", element("AuditFileVersion", "2.00"), element("AuditFileCountry", "CA"),
                // The same ledger gives the same file: the day is that of its newest event.
                element("AuditFileDateCreated", String(recorded)), element("SoftwareCompanyName", "GrandLivre"),
                element("SoftwareID", "grandlivre"), element("SoftwareVersion", version),
                "<Company>" + element("RegistrationNumber", book.name) + element("Name", book.legalName) + "</Company>",
                element("DefaultCurrencyCode", book.currency.code),
                "<SelectionCriteria>" + element("SelectionStartDate", from?.text ?? "")
                    + element("SelectionEndDate", to?.text ?? "") + "</SelectionCriteria>",
                element(
                    "HeaderComment",
                    Text("Racine du journal : ", "Root of the log: ")(language) + journal.snapshot.head.root.hex),
                element("TaxAccountingBasis", "A"), "</Header>\n",
            ].joined(separator: "\n"))
    }

    // MARK: master files

    private struct Place: Hashable {
        let account: String
        let party: String
    }

    private func writeMasterFiles(_ book: Book, to file: ExportFile) throws(LedgerError) {
        let closing = try journal.balances(book, through: journal.to).filter { $0.currency == book.currency }
        var opening: [Place: Int64] = [:]
        var ofAccount: [String: Int64] = [:]
        for row in try journal.openingBalances(book) where row.currency == book.currency {
            ofAccount[row.account, default: 0] &+= row.balanceMinor
            opening[Place(account: row.account, party: row.party), default: 0] &+= row.balanceMinor
        }
        file.put("<MasterFiles>\n<GeneralLedgerAccounts>\n")
        var at = 0
        while at < closing.count {
            let end = closing[at...].firstIndex { $0.account != closing[at].account } ?? closing.count
            let sum = closing[at..<end].reduce(0) { $0 &+ $1.balanceMinor }
            let code = AccountCode(name: closing[at].account)
            let label = language == .french ? code?.frenchLabel : code?.englishLabel
            let own = closing[at].account
            file.put(
                "<Account>" + element("AccountID", own) + element("AccountDescription", label ?? own)
                    + element("AccountType", "GL") + element("GroupingCategory", closing[at].accountClass.name)
                    + balances(ofAccount[own] ?? 0, sum, book.currency) + "</Account>\n")
            at = end
        }
        file.put("</GeneralLedgerAccounts>\n")
        let parties = closing.filter { !$0.party.isEmpty }
        write(parties.filter { $0.accountClass == .assets }, "Customer", opening, book, to: file)
        write(parties.filter { $0.accountClass == .liabilities }, "Supplier", opening, book, to: file)
        file.put("</MasterFiles>\n")
    }

    private func write(
        _ rows: [BalanceRow], _ name: String, _ opening: [Place: Int64], _ book: Book, to file: ExportFile
    ) {
        guard !rows.isEmpty else { return }
        file.put("<\(name)s>\n")
        for row in rows {
            let before = opening[Place(account: row.account, party: row.party)] ?? 0
            file.put(
                "<\(name)>" + element("Name", row.party) + element("\(name)ID", row.party)
                    + element("AccountID", row.account) + balances(before, row.balanceMinor, book.currency)
                    + "</\(name)>\n")
        }
        file.put("</\(name)s>\n")
    }

    private func balances(_ opening: Int64, _ closing: Int64, _ currency: Currency) -> String {
        func side(_ name: String, _ minor: Int64) -> String {
            element(
                "\(name)\(minor < 0 ? "Credit" : "Debit")Balance", decimal(minor < 0 ? 0 &- minor : minor, currency))
        }
        return side("Opening", opening) + side("Closing", closing)
    }

    // MARK: entries

    private func writeEntries(_ book: Book, to file: ExportFile) throws(LedgerError) -> Int {
        var count = 0
        var debits: Int64 = 0
        var credits: Int64 = 0
        try journal.entries { entry in
            count += 1
            for line in entry.lines where line.currency == book.currency {
                if line.amountMinor > 0 { debits &+= line.amountMinor } else { credits &-= line.amountMinor }
            }
        }
        file.put(
            "<GeneralLedgerEntries>\n" + element("NumberOfEntries", "\(count)") + "\n"
                + element("TotalDebit", decimal(debits, book.currency)) + "\n"
                + element("TotalCredit", decimal(credits, book.currency)) + "\n<Journal>"
                + element("JournalID", "GL")
                + element("Description", Text("Journal général", "General journal")(language))
                + element("Type", "GL") + "\n")
        try journal.entries { write($0, book, to: file) }
        file.put("</Journal>\n</GeneralLedgerEntries>\n")
        return count
    }

    private func write(_ entry: BookJournal.Entry, _ book: Book, to file: ExportFile) {
        let recorded = String(InstantText.format(us: entry.recordedAtUs).prefix(10))
        var text =
            "<Transaction>" + element("TransactionID", "\(entry.sequence)") + element("Period", "\(entry.day.month)")
            + element("PeriodYear", "\(entry.day.year)") + element("TransactionDate", entry.day.text)
        if !entry.actor.isEmpty { text += element("SourceID", entry.actor) }
        text +=
            element("TransactionType", entry.kind?.name ?? "") + element("Description", entry.title(language))
            + element("SystemEntryDate", recorded) + element("GLPostingDate", entry.day.text)
        for (at, line) in entry.lines.enumerated() {
            text += "<Line>" + element("RecordID", "\(at + 1)") + element("AccountID", line.account)
            if !line.party.isEmpty, line.accountClass == .assets { text += element("CustomerID", line.party) }
            if !line.party.isEmpty, line.accountClass == .liabilities { text += element("SupplierID", line.party) }
            text += element("Description", entry.key.isEmpty ? entry.title(language) : entry.key)
            text += amount(line, book) + "</Line>"
        }
        file.put(text + "</Transaction>\n")
    }

    private func amount(_ line: BookJournal.Line, _ book: Book) -> String {
        let side = line.amountMinor < 0 ? "CreditAmount" : "DebitAmount"
        let minor = line.amountMinor < 0 ? 0 &- line.amountMinor : line.amountMinor
        let isOwn = line.currency == book.currency
        var text = "<\(side)>" + element("Amount", decimal(isOwn ? minor : 0, book.currency))
        if !isOwn {
            text +=
                element("CurrencyCode", line.currency.code)
                + element("CurrencyAmount", decimal(minor, line.currency))
        }
        return text + "</\(side)>"
    }
}
