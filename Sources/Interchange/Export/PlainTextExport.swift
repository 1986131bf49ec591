import Accounting
package import Commerce
import EventLog
import Events
package import Ledger
import Transparency

/// One book's journal for hledger, Ledger or Beancount: a transaction an event, with its sequence as code or metadata, every amount to the cent in its currency.
package struct PlainTextExport {
    package let tool: PlainTextTool
    package let journal: BookJournal
    package let language: Language
    /// Begins with what stood before the period and ends with assertions of what stands after it, so that a year can be read month by month.
    package var withOpening = false

    package init(_ tool: PlainTextTool, _ journal: BookJournal, _ language: Language) {
        self.tool = tool
        self.journal = journal
        self.language = language
    }

    /// Writes the first of the journal's books and returns how many entries it has.
    package func write(to file: ExportFile) throws(LedgerError) -> Int {
        guard let book = journal.books.first else { return 0 }
        let accounts = PlainTextAccounts(tool, book, journal.snapshot.views)
        let closing = try journal.balances(book, through: journal.to)
        let days = try journal.snapshot.postedDays(book)
        put(heading(book), to: file)
        declare(closing, accounts, opened: days?.lowerBound, book, to: file)
        if withOpening, let from = journal.from {
            open(try journal.openingBalances(book), from, accounts, to: file)
        }
        var count = 0
        try journal.entries { entry in
            put(entry, accounts, to: file)
            count += 1
        }
        if withOpening, let last = journal.to ?? days?.upperBound {
            assert(closing, Swift.max(last, journal.from ?? last), accounts, to: file)
        }
        return count
    }

    // MARK: what stands before the entries

    private func heading(_ book: Book) -> [String] {
        let period = "\(journal.from?.text ?? "")..\(journal.to?.text ?? "")"
        let head = journal.snapshot.head
        return [
            "GrandLivre - \(ExportText.line(book.name)) - \(ExportText.line(book.legalName))",
            Text("jours \(period), \(head.count) événements", "days \(period), \(head.count) events")(language),
            Text("racine \(head.root.hex)", "root \(head.root.hex)")(language),
        ]
    }

    private func put(_ comments: [String], to file: ExportFile) {
        for comment in comments { file.put("; \(comment)\n") }
        file.put("\n")
    }

    private func declare(
        _ rows: [BalanceRow], _ accounts: PlainTextAccounts, opened: CivilDate?, _ book: Book, to file: ExportFile
    ) {
        var currencies: [Currency] = [book.currency]
        for row in rows where !currencies.contains(row.currency) { currencies.append(row.currency) }
        if tool == .hledger { file.put("decimal-mark .\n") }
        if tool == .ledger { file.put("tag type\ntag key\n") }
        if tool == .beancount {
            file.put("option \"title\" \(quoted(book.legalName))\noption \"name_income\" \"Revenue\"\n")
            for currency in currencies { file.put("option \"operating_currency\" \"\(currency.code)\"\n") }
        }
        for currency in currencies {
            let example = DecimalText.format(
                minor: currency.exponent == 0 ? 1_000 : powerOfTen(currency.exponent + 3), currency: currency)
            switch tool {
            case .hledger: file.put("commodity \(example)\(currency.exponent == 0 ? "." : "") \(currency.code)\n")
            case .ledger: file.put("commodity \(currency.code)\n    format \(example) \(currency.code)\n")
            case .beancount: file.put("\(day(beforeAll: opened)) commodity \(currency.code)\n")
            }
        }
        var last = ""
        for row in rows {
            let name = accounts.name(row.account, row.party)
            guard name != last else { continue }
            last = name
            guard tool == .beancount else {
                file.put("account \(name)\n")
                continue
            }
            file.put("\(day(beforeAll: opened)) open \(name)\n")
            if !row.party.isEmpty { file.put("  party: \(quoted(row.party))\n") }
        }
        file.put("\n")
    }

    private func powerOfTen(_ exponent: Int) -> Int64 { (0..<exponent).reduce(1) { power, _ in power * 10 } }

    /// The day before anything was posted: what opens then is open when balances are brought forward.
    private func day(beforeAll opened: CivilDate?) -> String {
        let days = [opened, journal.from].compactMap { $0 }
        return (days.min()?.adding(days: -1) ?? days.min())?.text ?? "1970-01-01"
    }

    // MARK: balances

    private func open(
        _ rows: [BalanceRow], _ from: CivilDate, _ accounts: PlainTextAccounts, to file: ExportFile
    ) {
        let rows = rows.filter { $0.balanceMinor != 0 }
        guard !rows.isEmpty else { return }
        let title = Text("Soldes d’ouverture", "Opening balances")(language)
        switch tool {
        case .hledger, .ledger: file.put("\(from.text) (\(Text("ouverture", "opening")(language))) \(title)\n")
        case .beancount: file.put("\((from.adding(days: -1) ?? from).text) * \(quoted(title))\n")
        }
        for row in rows {
            let amount = self.amount(row.balanceMinor, row.currency)
            let assertion = tool == .beancount ? "" : " = \(amount)"
            file.put("    \(accounts.name(row.account, row.party))  \(amount)\(assertion)\n")
        }
        file.put("\n")
        guard tool == .beancount else { return }
        balances(rows, from, accounts, to: file)
        file.put("\n")
    }

    /// What stands at the end of the period.
    private func assert(
        _ rows: [BalanceRow], _ last: CivilDate, _ accounts: PlainTextAccounts, to file: ExportFile
    ) {
        guard !rows.isEmpty else { return }
        if tool == .beancount {
            let next = last.adding(days: 1) ?? last
            balances(rows, next, accounts, to: file)
            return
        }
        let code = Text("fermeture", "closing")(language)
        let title = Text("Soldes de fermeture vérifiés", "Closing balances asserted")(language)
        file.put("\(last.text) (\(code)) \(title)\n")
        for row in rows {
            file.put(
                "    \(accounts.name(row.account, row.party))  \(amount(0, row.currency)) = \(amount(row.balanceMinor, row.currency))\n"
            )
        }
    }

    /// Beancount's assertions of what stands at the beginning of a day, without tolerance. To Beancount an account holds what the parties under it hold.
    private func balances(
        _ rows: [BalanceRow], _ day: CivilDate, _ accounts: PlainTextAccounts, to file: ExportFile
    ) {
        for row in rows {
            let minor =
                !row.party.isEmpty
                ? row.balanceMinor
                : rows.reduce(0) {
                    $1.account == row.account && $1.currency == row.currency ? $0 + $1.balanceMinor : $0
                }
            let decimal = DecimalText.format(minor: minor, currency: row.currency)
            file.put(
                "\(day.text) balance \(accounts.name(row.account, row.party))  \(decimal) ~ 0 \(row.currency.code)\n")
        }
    }

    // MARK: entries

    private func put(_ entry: BookJournal.Entry, _ accounts: PlainTextAccounts, to file: ExportFile) {
        let kind = entry.kind?.name ?? "?"
        var text: String
        switch tool {
        case .hledger:
            text = "\(entry.day.text) (\(entry.sequence)) \(title(entry))  ; type: \(kind)"
            if !entry.key.isEmpty { text += ", key: \(tag(entry.key))" }
            text += "\n"
        case .ledger:
            text = "\(entry.day.text) (\(entry.sequence)) \(title(entry))\n    ; type: \(kind)\n"
            if !entry.key.isEmpty { text += "    ; key: \(tag(entry.key))\n" }
        case .beancount:
            text = "\(entry.day.text) * \(quoted(entry.title(language))) ^s\(entry.sequence)\n"
            text += "  sequence: \(entry.sequence)\n  type: \"\(kind)\"\n"
            if !entry.key.isEmpty { text += "  key: \(quoted(entry.key))\n" }
        }
        for line in entry.lines {
            text += "    \(accounts.name(line.account, line.party))  \(line.amount) \(line.currency.code)\n"
        }
        file.put(text + "\n")
    }

    private func amount(_ minor: Int64, _ currency: Currency) -> String {
        "\(DecimalText.format(minor: minor, currency: currency)) \(currency.code)"
    }

    /// A description ends at a semicolon; a bar parts it in two.
    private func title(_ entry: BookJournal.Entry) -> String {
        ExportText.line(entry.title(language), without: [(";", ","), ("|", "/")])
    }

    /// The value of a tag ends at a comma.
    private func tag(_ text: String) -> String { ExportText.line(text, without: [(",", ";")]) }

    private func quoted(_ text: String) -> String { ExportText.quoted(text) }
}
