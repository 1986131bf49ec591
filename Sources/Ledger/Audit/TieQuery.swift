package import Accounting
import Bytes
package import Commerce
import Events
import Index

/// Which two sides are compared.
package enum TieKind: String, CaseIterable, Sendable {
    /// The trial balance sums to zero.
    case trialBalance
    /// A control account against its sub-ledger: the sum of its parties, folded anew from the log, against the stored balance.
    case subLedger
    /// What of such an account stands on no party.
    case withoutParty
    /// Opening + issued − redeemed ± transferred = closing, and closing = account.
    case shares
    /// Gift cards against their account.
    case giftCards
    /// Payments on their way against captures and settlements.
    case inTransit
    /// A quarter's return against the account of its tax.
    case taxReturn
    /// The parts of the resolution against the surplus, and against what it posted.
    case resolution
    /// A member's dividend, computed anew, against what was declared.
    case dividend

    package var label: Text {
        switch self {
        case .trialBalance: Text("Balance de vérification", "Trial balance")
        case .subLedger: Text("Auxiliaire", "Sub-ledger")
        case .withoutParty: Text("Sans partie", "No party")
        case .shares: Text("Registre des parts", "Share register")
        case .giftCards: Text("Cartes-cadeaux", "Gift cards")
        case .inTransit: Text("En transit", "In transit")
        case .taxReturn: Text("Déclaration", "Tax return")
        case .resolution: Text("Affectation", "Allocation")
        case .dividend: Text("Ristournes", "Dividends")
        }
    }
}

/// One comparison. Amounts in minor units, debits positive save where the register counts what is owed.
package struct TieRow: Sendable {
    package let kind: TieKind
    /// The account, the tax and its quarter, the class of shares, the part of the allocation.
    package let subject: String
    /// The party whose difference is largest, where there is one.
    package let party: String
    package let currency: Currency
    package let bookMinor: Int64
    package let registerMinor: Int64
    /// How many parties, cards or members were compared.
    package let count: Int
    /// Whether every one of them agrees, not their sum alone.
    package let ties: Bool

    package var differenceMinor: Int64 { bookMinor &- registerMinor }
}

/// What an auditor ties together at a year's end: the accounts to the registers behind them.
package struct TieQuery {
    let period: AuditPeriod
    let views: Views
    private(set) var rows: [TieRow] = []

    /// - Complexity: O(events) for the fold of the log, plus O(movements).
    package static func run(_ period: AuditPeriod, _ snapshot: LedgerSnapshot) throws(LedgerError) -> [TieRow] {
        var query = TieQuery(period: period, views: snapshot.views)
        let folded = try Folded(period, snapshot)
        query.balances(folded)
        try query.shares(snapshot)
        try query.cards(folded, snapshot)
        query.inTransit(folded)
        try query.taxes(folded, snapshot)
        query.resolution(folded)
        query.dividends(folded)
        try snapshot.check()
        return query.rows
    }

    private init(period: AuditPeriod, views: Views) {
        self.period = period
        self.views = views
    }

    mutating func add(
        _ kind: TieKind, _ subject: String, party: String = "", currency: Currency? = nil, book: Int64, register: Int64,
        count: Int = 0, ties: Bool = true
    ) {
        rows.append(
            TieRow(
                kind: kind, subject: subject, party: party, currency: currency ?? period.book.currency, bookMinor: book,
                registerMinor: register, count: count, ties: ties && book == register))
    }

    // MARK: accounts and their parties

    private mutating func balances(_ folded: Folded) {
        let last = period.last.daysSinceEpoch
        var stored: [Folded.Place: Int64] = [:]
        for line in views.balances(period.book, through: last) {
            stored[Folded.Place(line.account, line.currency, line.party), default: 0] +=
                line.sums.first &- line.sums.second
        }
        var currencies = Set(stored.keys.map(\.currency)).union(folded.atEnd.keys.map(\.currency))
        currencies.insert(period.book.currency.rawValue)
        for currency in currencies.sorted() {
            let sum = stored.reduce(Int64(0)) { $1.key.currency == currency ? $0 &+ $1.value : $0 }
            add(
                .trialBalance, Currency(rawValue: currency).code, currency: Currency(rawValue: currency), book: sum,
                register: 0, count: stored.count { $0.key.currency == currency && $0.value != 0 })
        }
        var byAccount: [Account: Set<Folded.Place>] = [:]
        for place in stored.keys { byAccount[Account(place.account, place.currency), default: []].insert(place) }
        for place in folded.atEnd.keys { byAccount[Account(place.account, place.currency), default: []].insert(place) }
        for (account, places) in byAccount.sorted(by: { $0.key < $1.key }) {
            let own = places.reduce(Int64(0)) { $0 &+ (stored[$1] ?? 0) }
            let fresh = places.reduce(Int64(0)) { $0 &+ (folded.atEnd[$1] ?? 0) }
            let worst = places.filter { stored[$0] ?? 0 != folded.atEnd[$0] ?? 0 }.min { $0.party < $1.party }
            add(
                .subLedger, views.accountName(account.number, book: period.book.id),
                party: worst.map { views.partyName($0.party) } ?? "", currency: Currency(rawValue: account.currency),
                book: own, register: fresh, count: places.count { $0.party != 0 && folded.atEnd[$0] ?? 0 != 0 },
                ties: worst == nil)
        }
        withoutParty(stored)
    }

    private struct Account: Hashable, Comparable {
        let number: UInt16
        let currency: UInt16

        init(_ number: UInt16, _ currency: UInt16) {
            self.number = number
            self.currency = currency
        }

        static func < (a: Account, b: Account) -> Bool { (a.number, a.currency) < (b.number, b.currency) }
    }

    /// Accounts with sub-accounts of which something stands on nobody. Dividends of a resolution do until they are declared.
    private mutating func withoutParty(_ stored: [Folded.Place: Int64]) {
        for (place, amount) in stored.sorted(by: { $0.key.account < $1.key.account })
        where place.party == 0 && amount != 0 {
            guard let code = AccountCode(rawValue: place.account), code.partyKind != .none, code != .dividendsPayable
            else { continue }
            add(.withoutParty, code.name, currency: Currency(rawValue: place.currency), book: amount, register: 0)
        }
    }

    // MARK: registers

    private mutating func shares(_ snapshot: LedgerSnapshot) throws(LedgerError) {
        var query = ShareRegisterQuery(book: period.book.name)
        query.from = period.first
        query.at = period.last
        let register = try query.register(snapshot)
        let before = period.first.daysSinceEpoch - 1
        for (shareClass, code) in [(ShareClass.common, AccountCode.memberShares), (.preferred, .preferredShares)] {
            let all = register.movements.filter { $0.shareClass == shareClass }
            var opening: Int64 = 0
            for row in views.shareMovements(period.book) where row.shareClass == shareClass && row.day <= before {
                opening &+= Self.signed(row.movement, row.amountMinor)
            }
            let moved = all.reduce(Int64(0)) { $0 &+ Self.signed($1.movement, $1.amountMinor) }
            let transferred = all.reduce(Int64(0)) {
                switch $1.movement {
                case .transferredIn: $0 &+ $1.shares
                case .transferredOut: $0 &- $1.shares
                default: $0
                }
            }
            let closing = register.rows.filter { $0.shareClass == shareClass }.reduce(Int64(0)) { $0 &+ $1.amountMinor }
            let holders = register.rows.count { $0.shareClass == shareClass && $0.closing != 0 }
            let openingBook = owed(code, through: before)
            let closingBook = owed(code, through: period.last.daysSinceEpoch)
            guard opening != 0 || closing != 0 || openingBook != 0 || closingBook != 0 || !all.isEmpty else { continue }
            add(.shares, "\(code.name) \(period.first.text)", book: openingBook, register: opening)
            // What one member gives another takes, so that transfers change nothing.
            add(.shares, "\(code.name) ±", book: opening &+ moved, register: closing, ties: transferred == 0)
            add(.shares, "\(code.name) \(period.last.text)", book: closingBook, register: closing, count: holders)
        }
    }

    /// What a movement does to the paid-up capital.
    private static func signed(_ movement: ShareMovement, _ amount: Int64) -> Int64 {
        switch movement {
        case .subscribed, .dividend, .transferredIn: amount
        case .redeemed, .transferredOut: 0 &- amount
        case .repaid: 0
        }
    }

    private func owed(_ code: AccountCode, through day: Int32) -> Int64 {
        views.balances(period.book, through: day) { $0 == code.rawValue }
            .filter { $0.currency == period.book.currency.rawValue }
            .reduce(Int64(0)) { $0 &+ $1.sums.second &- $1.sums.first }
    }

    /// Cards have no history of their own: what is on them now, less what was put on them since the year's end, against the account at that day.
    private mutating func cards(_ folded: Folded, _ snapshot: LedgerSnapshot) throws(LedgerError) {
        let cards = try PaymentViews.cards(period.book, all: true, snapshot)
        let account = owed(.giftCards, through: period.last.daysSinceEpoch)
        let register = cards.reduce(0) { $0 &+ $1.balanceMinor } &- folded.cardsSince
        guard folded.cardsSold > 0 || account != 0 || register != 0 else { return }
        add(.giftCards, AccountCode.giftCards.name, book: account, register: register, count: folded.cardsSold)
    }

    /// Captured and not settled, by the days of the captures, taken back to the year's end, against the account by institution at that day.
    private mutating func inTransit(_ folded: Folded) {
        var open: [UInt32: Int64] = [:]
        let rows = views.index.rows(prefix: views.key.begin(.captures).u16(period.book.id).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            open[reader.u32(), default: 0] &+= rows.counters.first &- rows.counters.second
        }
        for (party, amount) in folded.inTransitSince { open[party, default: 0] &-= amount }
        for party in Set(open.keys).union(folded.inTransit.keys).sorted() {
            let (book, register) = (folded.inTransit[party] ?? 0, open[party] ?? 0)
            // An institution of a later year has nothing to compare.
            guard folded.inTransit[party] != nil || book != register else { continue }
            add(
                .inTransit, "\(AccountCode.inTransit.name) \(views.partyName(party))", book: book, register: register)
        }
    }

    // MARK: taxes

    private mutating func taxes(_ folded: Folded, _ snapshot: LedgerSnapshot) throws(LedgerError) {
        guard !period.book.taxNames.isEmpty else { return }
        var closings: [String: Int64] = [:]
        for quarter in 1...4 {
            guard let first = CivilDate(year: Int(period.year), month: quarter * 3 - 2, day: 1),
                let last = CivilDate(year: Int(period.year), month: quarter * 3, day: 1)?.lastOfMonth
            else { continue }
            for row in try TaxReturn(book: period.book.name, from: first, to: last).rows(snapshot) {
                let account = views.account(of: row.account, period.book)
                let own = -folded.balance(account, period.book, through: last.daysSinceEpoch)
                let explained =
                    row.openingMinor &+ row.collectedMinor &- row.adjustedMinor &+ row.manualMinor &- row.remittedMinor
                let follows = closings[row.tax].map { $0 == row.openingMinor } ?? true
                closings[row.tax] = row.closingMinor
                add(
                    .taxReturn, "\(row.tax) \(period.year)-T\(quarter)", book: own, register: explained,
                    ties: follows && row.isTied)
            }
        }
    }
}

extension Views {
    /// The number of an account of a book, 0 where it has none.
    fileprivate func account(of name: String, _ book: Book) -> UInt16 {
        Array(name.utf8).withBytes { account($0, book: book.id) } ?? 0
    }
}
