import Accounting
import Bytes
import Commerce
import EventLog
import Events
package import Ledger
import Transparency

/// The ledger as one SQL script that `sqlite3 FILE.db < SCRIPT` loads: events, journal and views, for people who think in SQL.
package struct SQLDump {
    private let journal: BookJournal
    private let log: LogExport
    private let parties: PartyQuery

    /// - Parameters:
    ///   - log: which events.
    ///   - parties: whom whoever asks may know of.
    package init(_ journal: BookJournal, _ log: LogExport, _ parties: PartyQuery) {
        self.journal = journal
        self.log = log
        self.parties = parties
    }

    private static let schema = """
        PRAGMA foreign_keys = OFF;
        BEGIN;
        CREATE TABLE ledger(origin TEXT NOT NULL, size INTEGER NOT NULL, root TEXT NOT NULL, views_version INTEGER NOT NULL);
        CREATE TABLE books(book TEXT PRIMARY KEY, name TEXT NOT NULL, currency TEXT NOT NULL, founded_sequence INTEGER NOT NULL);
        CREATE TABLE accounts(book TEXT NOT NULL, account TEXT NOT NULL, class TEXT NOT NULL, label_fr TEXT NOT NULL, label_en TEXT NOT NULL, PRIMARY KEY(book, account));
        CREATE TABLE parties(party TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY(party, kind));
        CREATE TABLE members(book TEXT NOT NULL, party TEXT NOT NULL, category TEXT NOT NULL, groups TEXT NOT NULL, admitted_at TEXT NOT NULL, withdrew_at TEXT, common_shares INTEGER NOT NULL, preferred_shares INTEGER NOT NULL, PRIMARY KEY(book, party));
        CREATE TABLE currencies(currency TEXT PRIMARY KEY, exponent INTEGER NOT NULL);
        CREATE TABLE events(sequence INTEGER PRIMARY KEY, recorded_at TEXT NOT NULL, effective_at TEXT NOT NULL, type TEXT NOT NULL, book TEXT NOT NULL, source TEXT, key TEXT, actor TEXT, rules INTEGER, leaf_hash TEXT, json TEXT NOT NULL);
        CREATE TABLE journal(sequence INTEGER NOT NULL, book TEXT NOT NULL, line INTEGER NOT NULL, date TEXT NOT NULL, account TEXT NOT NULL, party TEXT NOT NULL, currency TEXT NOT NULL, amount_minor INTEGER NOT NULL, PRIMARY KEY(sequence, book, line)) WITHOUT ROWID;
        CREATE TABLE orders(book TEXT NOT NULL, order_id TEXT NOT NULL, sequence INTEGER NOT NULL, buyer TEXT NOT NULL, date TEXT NOT NULL, status TEXT NOT NULL, lines INTEGER NOT NULL, currency TEXT NOT NULL, merchandise_minor INTEGER NOT NULL, total_minor INTEGER NOT NULL, remaining_minor INTEGER NOT NULL, paid_minor INTEGER NOT NULL, PRIMARY KEY(book, order_id)) WITHOUT ROWID;
        CREATE TABLE balances(book TEXT NOT NULL, account TEXT NOT NULL, party TEXT NOT NULL, currency TEXT NOT NULL, debits_minor INTEGER NOT NULL, credits_minor INTEGER NOT NULL, balance_minor INTEGER NOT NULL, PRIMARY KEY(book, account, party, currency));

        """

    /// Debits less credits, in units of the currency; and what journal and balances do not have alike, which is nothing when no period was named.
    private static let queries = """
        CREATE VIEW trial_balance AS SELECT book, account, currency, SUM(debits_minor) AS debits_minor, SUM(credits_minor) AS credits_minor, SUM(balance_minor) AS balance_minor FROM balances GROUP BY book, account, currency;
        CREATE VIEW differences AS SELECT book, account, party, currency, SUM(posted) AS posted_minor, SUM(kept) AS balance_minor FROM (SELECT book, account, party, currency, amount_minor AS posted, 0 AS kept FROM journal UNION ALL SELECT book, account, party, currency, 0, balance_minor FROM balances) GROUP BY book, account, party, currency HAVING SUM(posted) <> SUM(kept);
        CREATE VIEW unbalanced AS SELECT sequence, book, currency, SUM(amount_minor) AS sum_minor FROM journal GROUP BY sequence, book, currency HAVING SUM(amount_minor) <> 0;
        CREATE INDEX journal_account ON journal(book, account, party);
        COMMIT;

        """

    /// Writes the script and returns how many events it has.
    ///
    /// - Complexity: O(log) twice; in memory O(rows of balances and parties).
    package func write(to file: ExportFile) throws -> Int {
        let snapshot = journal.snapshot
        file.put(Self.schema)
        var table = Rows("ledger", file)
        table.add([
            ExportText.sql(snapshot.store.log.format.origin), "\(snapshot.head.count)",
            ExportText.sql(snapshot.head.root.hex), "\(Views.version)",
        ])
        table.end()
        try writeViews(snapshot, to: file)
        try writeOrders(snapshot, to: file)
        table = Rows("events", file)
        var count = 0
        try log.each(snapshot) { sequence, line, leafHash in
            table.add(event(sequence, line, leafHash, snapshot))
            count += 1
        }
        table.end()
        let lines = Rows("journal", file)
        try journal.entries { entry in
            for (at, line) in entry.lines.enumerated() {
                lines.add([
                    "\(entry.sequence)", ExportText.sql(entry.book), "\(at + 1)", ExportText.sql(entry.day.text),
                    ExportText.sql(line.account), ExportText.sql(line.party), ExportText.sql(line.currency.code),
                    "\(line.amountMinor)",
                ])
            }
        }
        lines.end()
        file.put(Self.queries)
        return count
    }

    private func event(_ sequence: UInt64, _ line: String, _ leafHash: String?, _ snapshot: LedgerSnapshot) -> [String]
    {
        guard let event = snapshot.views.event(sequence) else { return [] }
        func own(_ text: String) -> String { leafHash == nil ? "NULL" : ExportText.sql(text) }
        return [
            "\(sequence)", ExportText.sql(InstantText.format(us: Int64(clamping: event.recordedAtUs ?? 0))),
            ExportText.sql(InstantText.format(us: event.effectiveAt.map(microseconds) ?? 0)),
            ExportText.sql(event.kind?.name ?? "?"), ExportText.sql(event.book.string), own(event.source.string),
            own(event.key.string), own(event.actor.string), "\(event.rules ?? 0)",
            leafHash.map(ExportText.sql) ?? "NULL", ExportText.sql(line),
        ]
    }

    /// Each as it stands now, whatever days were named for the journal.
    private func writeOrders(_ snapshot: LedgerSnapshot, to file: ExportFile) throws(LedgerError) {
        let views = snapshot.views
        let table = Rows("orders", file)
        for book in journal.books {
            for name in views.orderNames(book) {
                guard let order = name.withBytes({ views.order($0, book) }) else { continue }
                table.add([
                    ExportText.sql(book.name), ExportText.sql(String(decoding: name, as: UTF8.self)),
                    "\(order.sequence)", ExportText.sql(views.partyName(order.buyer)),
                    ExportText.sql(CivilDate(clampingDays: Int64(order.day)).text),
                    ExportText.sql(order.status.rawValue), "\(order.lines)", ExportText.sql(book.currency.code),
                    "\(order.merchandiseMinor)", "\(order.totalMinor)", "\(order.remainingMinor)",
                    "\(order.paidMinor)",
                ])
            }
        }
        table.end()
        try snapshot.check()
    }

    private func writeViews(_ snapshot: LedgerSnapshot, to file: ExportFile) throws(LedgerError) {
        var table = Rows("books", file)
        for book in journal.books {
            table.add([
                ExportText.sql(book.name), ExportText.sql(book.legalName), ExportText.sql(book.currency.code),
                "\(book.foundedSequence)",
            ])
        }
        table.end()
        var accounts: [(book: String, account: String, accountClass: AccountClass)] = []
        var currencies = Set(journal.books.map(\.currency))
        table = Rows("balances", file)
        for book in journal.books {
            for row in try journal.balances(book, through: journal.to) {
                if accounts.last.map({ $0.book != row.book || $0.account != row.account }) ?? true {
                    accounts.append((row.book, row.account, row.accountClass))
                }
                currencies.insert(row.currency)
                table.add([
                    ExportText.sql(row.book), ExportText.sql(row.account), ExportText.sql(row.party),
                    ExportText.sql(row.currency.code), "\(row.debitsMinor)", "\(row.creditsMinor)",
                    "\(row.balanceMinor)",
                ])
            }
        }
        table.end()
        table = Rows("accounts", file)
        for row in accounts {
            let code = AccountCode(name: row.account)
            table.add([
                ExportText.sql(row.book), ExportText.sql(row.account), ExportText.sql(row.accountClass.name),
                ExportText.sql(code?.frenchLabel ?? row.account), ExportText.sql(code?.englishLabel ?? row.account),
            ])
        }
        table.end()
        table = Rows("currencies", file)
        for currency in currencies.sorted(by: { $0.code < $1.code }) {
            table.add([ExportText.sql(currency.code), "\(currency.exponent)"])
        }
        table.end()
        table = Rows("parties", file)
        for party in try parties.rows(snapshot) {
            table.add([ExportText.sql(party.name), ExportText.sql("\(party.kind)")])
        }
        table.end()
        table = Rows("members", file)
        for row in try PartyList.rows(parties, journal.books, snapshot) {
            guard let member = row.member else { continue }
            table.add([
                ExportText.sql(row.book), ExportText.sql(row.party.name), ExportText.sql(row.category),
                ExportText.sql(row.groups.joined(separator: " ")), ExportText.sql(row.admittedAt),
                row.withdrewAt.isEmpty ? "NULL" : ExportText.sql(row.withdrewAt), "\(member.commonShares)",
                "\(member.preferredShares)",
            ])
        }
        table.end()
    }
}

/// Rows of one table: some hundred to a statement.
private final class Rows {
    private static let rowsPerStatement = 200

    private let table: String
    private let file: ExportFile
    private var count = 0

    init(_ table: String, _ file: ExportFile) {
        self.table = table
        self.file = file
    }

    func add(_ values: [String]) {
        file.put(
            count % Self.rowsPerStatement == 0 ? (count == 0 ? "" : ";\n") + "INSERT INTO \(table) VALUES\n" : ",\n")
        file.put("(" + values.joined(separator: ",") + ")")
        count += 1
    }

    func end() { if count > 0 { file.put(";\n") } }
}
