package import Accounting
import Bytes
import Commerce
import Index

/// A day's movements on an account. Amounts in minor units.
package struct MovementRow: Equatable, Sendable {
    package let day: CivilDate
    package let recordedDay: CivilDate
    package let party: String
    package let currency: Currency
    package let debitsMinor: Int64
    package let creditsMinor: Int64
    /// Running balance of the rows so far in that currency.
    package let balanceMinor: Int64
}

/// The movements of one account, by effective and recorded day.
package struct AccountQuery {
    package let book: String
    package let account: String
    package var party: String?
    package var from: CivilDate?
    package var to: CivilDate?
    /// A party sees its own sub-account only.
    package var viewer = Viewer.ledger

    package init(book: String, account: String) {
        self.book = book
        self.account = account
    }

    /// What stands before `from` in one currency, in minor units.
    package struct BroughtForward: Equatable, Sendable {
        package let currency: Currency
        package let balanceMinor: Int64
    }

    /// The rows by currency, the book's own first, then by day; those before `from` come as one balance brought forward a currency.
    ///
    /// - Complexity: O(movements of the account); with a party, of that party.
    package func rows(_ snapshot: LedgerSnapshot) throws(LedgerError) -> (
        broughtForward: [BroughtForward], rows: [MovementRow]
    ) {
        let views = snapshot.views
        guard viewer.sees(book: book), let book = Array(book.utf8).withBytes({ views.book($0) }) else {
            throw LedgerError.unknown(.book, self.book, for: viewer, views)
        }
        guard let account = Array(account.utf8).withBytes({ views.account($0, book: book.id) }) else {
            throw LedgerError.unknown(.account(book), self.account, for: viewer, views)
        }
        var wanted: UInt32?
        if let party {
            // A cooperative may have the name of an identity: the account says which of them is meant.
            wanted = Array(party.utf8).withBytes { name in
                let own: UInt32? =
                    switch AccountCode(rawValue: account)?.partyKind {
                    case .cooperative: views.party(.cooperative, name)
                    case .institution: views.party(.institution, name)
                    case .identity: views.party(.identity, name)
                    default: nil
                    }
                return own ?? views.party(named: name)
            }
            guard wanted != nil else { throw LedgerError.unknown(.party, party, for: viewer, views) }
        }
        if let own = try viewer.party(views) {
            guard wanted == nil || wanted == own || party.map(viewer.names) == true else {
                throw LedgerError.unknown(.party, party ?? "", for: viewer, views)
            }
            wanted = own
        } else {
            try viewer.require(operatorOf: book)
        }
        var forwards: [BroughtForward] = []
        var result: [MovementRow] = []
        let currencies = views.currencies(book, account)
        for currency in currencies.filter({ $0 == book.currency }) + currencies.filter({ $0 != book.currency }) {
            let (forward, rows) = rows(currency, account, wanted, book, views)
            if from != nil { forwards.append(BroughtForward(currency: currency, balanceMinor: forward)) }
            result += rows
        }
        try snapshot.check()
        return (forwards, result)
    }

    private func rows(_ currency: Currency, _ account: UInt16, _ wanted: UInt32?, _ book: Book, _ views: Views) -> (
        forwardMinor: Int64, rows: [MovementRow]
    ) {
        views.key.begin(.movement).u16(book.id).u16(account).u16(currency.rawValue)
        if let wanted { views.key.u32(wanted) }
        var found: [(party: UInt32, day: Int32, recorded: Int32, sums: Counters)] = []
        let rows = views.index.rows(prefix: views.key.bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = (reader.u16(), reader.u16(), reader.u16())
            let party = reader.u32()
            let day = reader.day()
            found.append((party, day, reader.day(), rows.counters))
        }
        found.sort { ($0.day, $0.recorded, $0.party) < ($1.day, $1.recorded, $1.party) }
        var balance: Int64 = 0
        var forward: Int64 = 0
        var result: [MovementRow] = []
        for row in found {
            let day = CivilDate(clampingDays: Int64(row.day))
            if let to, day > to { continue }
            balance &+= row.sums.first &- row.sums.second
            if let from, day < from {
                forward = balance
                continue
            }
            result.append(
                MovementRow(
                    day: day, recordedDay: CivilDate(clampingDays: Int64(row.recorded)),
                    party: views.partyName(row.party),
                    currency: currency, debitsMinor: row.sums.first, creditsMinor: row.sums.second,
                    balanceMinor: balance))
        }
        return (forward, result)
    }
}
