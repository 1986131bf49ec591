package import Accounting
import Bytes
import Commerce
import Events
package import Ledger

/// A bank account that is declared.
package struct BankAccountDeclaration: Sendable {
    package var account: String
    package var institution: String
    package var number: String
    package var currency: String
    package var ledgerAccount: String
    package var from: CivilDate
    package var openingMinor: Int64

    package init(
        account: String, institution: String, number: String, currency: String, ledgerAccount: String, from: CivilDate,
        openingMinor: Int64
    ) {
        self.account = account
        self.institution = institution
        self.number = number
        self.currency = currency
        self.ledgerAccount = ledgerAccount
        self.from = from
        self.openingMinor = openingMinor
    }

    package func record(_ recording: Recording, to store: LedgerStore) throws {
        let snapshot = try LedgerSnapshot(store)
        let writer = try LedgerWriter(store)
        defer { writer.close() }
        try record(recording, snapshot, writer)
    }

    func record(_ recording: Recording, _ snapshot: LedgerSnapshot, _ writer: LedgerWriter) throws {
        let batch = EventBatch(try snapshot.views.named(recording.book), actor: recording.actor)
        try add(to: batch)
        try batch.record(writer)
        try snapshot.renew()
    }

    func add(to batch: EventBatch) throws(LedgerError) {
        try batch.add(key: ["account", account], atUs: batch.book.openNoonUs(from.daysSinceEpoch)) { event in
            event.bankAccountDeclared {
                $0.account(account)
                $0.institution(institution)
                $0.number(number)
                $0.currency(currency)
                $0.ledgerAccount(ledgerAccount)
                $0.fromDate(from.text)
                $0.openingMinor(openingMinor)
            }
        }
    }
}
