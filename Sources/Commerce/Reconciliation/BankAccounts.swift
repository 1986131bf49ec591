package import Accounting
package import Bytes
import Events
import Index

/// An account at an institution, and how far its statements are known.
package struct BankAccountRecord: Record {
    /// Of its declaration: the account's number in all other rows.
    package var sequence: UInt64 = 0
    package var institution: UInt32 = 0
    package var ledgerAccount = AccountCode.bank
    package var currency = Currency(rawValue: 0)
    package var fromDay: Int32 = 0
    package var openingMinor: Int64 = 0
    package var isClosed = false
    /// The newest statement: its event, its last day, its closing balance and its number (0: none).
    package var statementSequence: UInt64 = 0
    package var throughDay: Int32 = 0
    package var closingMinor: Int64 = 0
    package var number: UInt64 = 0
    /// Its first day, and what it promised and has not yet brought.
    package var firstDay: Int32 = 0
    package var pendingEntries: Int64 = 0
    package var pendingMinor: Int64 = 0
    /// The last day whose closing balance the institution said; that of later days is reckoned from entries.
    package var saidThrough: Int32 = 0
    /// The last day of the newest month that was reviewed; the day before the first one at the beginning.
    package var lockedThrough: Int32 = 0
    /// Where it is closed: the last day on which it counts.
    package var closedDay: Int32 = 0

    init() {}

    /// What a declaration that is to be recorded will say; its number is that of no account yet.
    package init(
        declared from: CivilDate, openingMinor: Int64, institution: String, _ currency: Currency, _ views: Views
    ) {
        self.institution = Array(institution.utf8).withBytes { views.party(.institution, $0) } ?? 0
        self.currency = currency
        self.openingMinor = openingMinor
        (fromDay, firstDay, closingMinor) = (from.daysSinceEpoch, from.daysSinceEpoch, openingMinor)
        (throughDay, lockedThrough, saidThrough) = (fromDay &- 1, fromDay &- 1, fromDay &- 1)
    }

    /// The last day for which both sides can be compared, up to `day`.
    package func lastDay(through day: Int32) -> Int32 { isClosed ? min(day, closedDay) : day }

    package init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        institution = UInt32(truncatingIfNeeded: reader.unsigned())
        ledgerAccount = AccountCode(rawValue: UInt16(truncatingIfNeeded: reader.unsigned())) ?? .bank
        currency = Currency(rawValue: UInt16(truncatingIfNeeded: reader.unsigned()))
        fromDay = Int32(truncatingIfNeeded: reader.int())
        openingMinor = reader.int()
        isClosed = reader.unsigned() != 0
        statementSequence = reader.unsigned()
        throughDay = Int32(truncatingIfNeeded: reader.int())
        closingMinor = reader.int()
        number = reader.unsigned()
        firstDay = Int32(truncatingIfNeeded: reader.int())
        pendingEntries = reader.int()
        pendingMinor = reader.int()
        lockedThrough = Int32(truncatingIfNeeded: reader.int())
        saidThrough = throughDay &- Int32(truncatingIfNeeded: reader.int())
        closedDay = Int32(truncatingIfNeeded: reader.int())
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.unsigned(UInt64(institution))
        out.unsigned(UInt64(ledgerAccount.rawValue))
        out.unsigned(UInt64(currency.rawValue))
        out.int(Int64(fromDay))
        out.int(openingMinor)
        out.unsigned(isClosed ? 1 : 0)
        out.unsigned(statementSequence)
        out.int(Int64(throughDay))
        out.int(closingMinor)
        out.unsigned(number)
        out.int(Int64(firstDay))
        out.int(pendingEntries)
        out.int(pendingMinor)
        out.int(Int64(lockedThrough))
        out.int(Int64(throughDay &- saidThrough))
        if isClosed { out.int(Int64(closedDay)) }
    }
}

extension Views {
    package func bankAccount(_ name: Bytes, _ book: Book) -> BankAccountRecord? {
        record(BankAccountRecord.self, key.begin(.bankAccount).u16(book.id).text(name).bytes)
    }

    /// The accounts of a book that were declared, by name.
    ///
    /// - Complexity: O(accounts).
    package func bankAccounts(_ book: Book) -> [(name: String, record: BankAccountRecord)] {
        var found: [(String, BankAccountRecord)] = []
        let rows = index.rows(prefix: key.begin(.bankAccount).u16(book.id).bytes)
        while rows.next() {
            var reader = RecordReader(rows.value)
            found.append((rows.key.dropFirst(3).string, BankAccountRecord(&reader)))
        }
        return found
    }

    func putBankAccount(_ record: BankAccountRecord, _ name: Bytes, _ book: Book) {
        put(key.begin(.bankAccount).u16(book.id).text(name).bytes, record)
    }

    /// The declared account behind an institution's sub-account of a ledger account.
    func bankAccountNumber(
        book: UInt16, _ account: UInt16, currency: UInt16, institution: UInt32
    ) -> UInt64? {
        number(key.begin(.bankAccountOf).u16(book).u16(account).u16(currency).u32(institution).bytes)
    }

    /// Where money at an institution lies: what is held for others lies in trust, where a trust account is declared there (SOR/2023-229 s.15).
    func cash(_ book: Book, at institution: UInt32, forOthers: Bool) -> AccountCode {
        guard forOthers, declaresBankAccounts else { return .bank }
        let trust = bankAccountNumber(
            book: book.id, AccountCode.trustBank.rawValue, currency: book.currency.rawValue, institution: institution)
        return trust == nil ? .bank : .trustBank
    }
}

extension Check {
    /// Revenue and expenses are in the book's currency.
    static func currency(posting account: BankAccountRecord, _ book: Book) throws(Refusal) {
        guard account.currency == book.currency else {
            throw Refusal(
                .notAllowed, "currency", account.currency.code,
                Text(
                    "les produits et les charges sont dans la monnaie du livre",
                    "revenue and expenses are in the currency of the book"),
                accepted: Text(
                    "une opération de change (currencyExchanged), puis l’appariement",
                    "an exchange (currencyExchanged), then a match"))
        }
    }

    /// A declared account that is open, by the name in `account`; a closed one only where its past is meant.
    static func bankAccount(
        _ name: Bytes, _ book: Book, _ views: Views, evenClosed: Bool = false
    ) throws(Refusal) -> BankAccountRecord {
        try id(name, "account", max: 64)
        guard let account = views.bankAccount(name, book) else {
            throw Refusal(
                .unknown, "account", name, Text("compte bancaire non déclaré", "undeclared bank account"),
                accepted: Text("un compte de bankAccountDeclared", "an account of bankAccountDeclared"))
        }
        guard !account.isClosed || evenClosed else {
            throw Refusal(
                .notAllowed, "account", name, Text("compte bancaire fermé", "closed bank account"),
                accepted: Text("un compte ouvert", "an open account"))
        }
        return account
    }

    /// Nothing changes in a month that was reviewed.
    static func isOpen(_ account: BankAccountRecord, _ day: Int32, _ field: @autoclosure () -> String) throws(Refusal) {
        guard day <= account.lockedThrough else { return }
        let last = CivilDate(clampingDays: Int64(account.lockedThrough)).text
        throw Refusal(
            .locked, field(), CivilDate(clampingDays: Int64(day)).text,
            Text("le rapprochement est signé jusqu’au \(last)", "the reconciliation is signed through \(last)"),
            accepted: Text("après le \(last)", "after \(last)"))
    }
}

/// The accounts that the cooperative has at institutions. The book balance of one is that of the institution's sub-account of its ledger account.
enum BankAccounts {
    static func decide(declared body: BankAccountDeclaredView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.account, "account", max: 64)
        guard views.bankAccount(body.account, book) == nil else {
            throw Refusal(
                .duplicate, "account", body.account, Text("compte déjà déclaré", "account already declared"),
                accepted: Text("un nom nouveau", "a new name"))
        }
        try Check.institution(body.institution)
        try Check.name(body.number, "number", max: 64)
        guard let currency = Currency(utf8: body.currency.buffer) else {
            throw Refusal(
                .malformed, "currency", body.currency, Text("monnaie inconnue", "unknown currency"),
                accepted: Text("un code ISO 4217, par exemple CAD", "an ISO 4217 code, for example CAD"))
        }
        let ledgerAccount = try ledgerAccount(body.ledgerAccount)
        let first = try Check.date(body.fromDate, "fromDate")
        guard body.openingMinor.magnitude <= Check.amountMinorMax.magnitude else {
            throw Refusal(
                .outOfRange, "openingMinor", body.openingMinor, Text("montant hors limites", "amount out of range"),
                accepted: Text("au plus \(Check.amountMinorMax)", "at most \(Check.amountMinorMax)"))
        }
        guard first.daysSinceEpoch <= fact.day else {
            throw Refusal(
                .outOfRange, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("avant le premier jour du compte", "before the account's first day"),
                accepted: Text("à partir du \(first.text)", "from \(first.text) on"))
        }
        let institution = views.party(.institution, body.institution) ?? 0
        if institution != 0,
            views.bankAccountNumber(
                book: book.id, ledgerAccount.rawValue, currency: currency.rawValue, institution: institution) != nil
        {
            throw Refusal(
                .duplicate, "institution", body.institution,
                Text(
                    "un compte y est déjà déclaré pour \(ledgerAccount.name) en \(currency.code)",
                    "an account is declared there already for \(ledgerAccount.name) in \(currency.code)"),
                accepted: Text(
                    "une autre institution, un autre compte du grand livre ou une autre monnaie",
                    "another institution, ledger account or currency"))
        }
        try opening(body, first, fact, book, ledgerAccount, institution, views)
        // What stands on the books before is agreed by the opening; an item of the books cannot be made afterwards. An account that was closed there
        // keeps its days.
        var last = views.lastDay(book, ledgerAccount, institution, currency) ?? .min
        for (_, closed) in views.bankAccounts(book)
        where institution != 0 && closed.institution == institution && closed.ledgerAccount == ledgerAccount {
            last = max(last, closed.closedDay)
        }
        guard last >= first.daysSinceEpoch else { return }
        let next = CivilDate(clampingDays: Int64(last) + 1).text
        throw Refusal(
            .outOfRange, "fromDate", body.fromDate,
            Text(
                "des écritures du \(CivilDate(clampingDays: Int64(last)).text) sont déjà au compte",
                "the account has entries of \(CivilDate(clampingDays: Int64(last)).text) already"),
            accepted: Text("\(next) ou plus tard", "\(next) or later"))
    }

    /// A difference from the books is booked on the first day, or the days between would not agree.
    private static func opening(
        _ body: BankAccountDeclaredView, _ first: CivilDate, _ fact: Fact, _ book: Book, _ ledgerAccount: AccountCode,
        _ institution: UInt32, _ views: Views
    ) throws(Refusal) {
        let held = institution == 0 ? 0 : views.balance(book: book, ledgerAccount, party: institution)
        guard body.openingMinor != held, fact.day != first.daysSinceEpoch else { return }
        throw Refusal(
            .outOfRange, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
            Text(
                "l’ouverture diffère des livres (\(held)) : l’écart s’inscrit le premier jour",
                "the opening differs from the books (\(held)): the difference is booked on the first day"),
            accepted: Text("le \(first.text)", "on \(first.text)"))
    }

    private static func ledgerAccount(_ name: Bytes) throws(Refusal) -> AccountCode {
        guard !name.isEmpty else { return .bank }
        guard name.count <= AccountName.lengthMax, let account = AccountCode(name: name.string),
            account == .bank || account == .trustBank
        else {
            throw Refusal(
                .notAllowed, "ledgerAccount", name, Text("ce n’est pas une encaisse", "no account of cash"),
                accepted: Text("assets:bank ou assets:trust-bank", "assets:bank or assets:trust-bank"))
        }
        return account
    }

    static func fold(declared body: BankAccountDeclaredView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let first = try? CivilDate.parse(utf8: body.fromDate.buffer),
            let currency = Currency(utf8: body.currency.buffer)
        else { return views.noBook(fact) }
        var record = BankAccountRecord()
        record.sequence = fact.sequence
        record.institution = views.intern(.institution, body.institution)
        record.ledgerAccount = (try? ledgerAccount(body.ledgerAccount)) ?? .bank
        record.currency = currency
        record.fromDay = first.daysSinceEpoch
        record.openingMinor = body.openingMinor
        record.throughDay = first.daysSinceEpoch &- 1
        record.saidThrough = record.throughDay
        record.firstDay = first.daysSinceEpoch
        record.closingMinor = body.openingMinor
        record.lockedThrough = first.daysSinceEpoch &- 1
        views.putBankAccount(record, body.account, book)
        views.putNumber(
            views.key.begin(.bankAccountOf).u16(book.id).u16(record.ledgerAccount.rawValue).u16(currency.rawValue)
                .u32(record.institution).bytes, fact.sequence)
        views.declaresBankAccounts = true
        let held = views.balance(
            book: book.id, record.ledgerAccount.rawValue, party: record.institution, currency: currency.rawValue)
        views.postSuspense(record, body.openingMinor &- (held.first &- held.second), book)
        views.touch(record.institution, fact)
    }

    static func decide(closed body: BankAccountClosedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let account = try Check.bankAccount(body.account, book, views)
        try Check.name(body.reason, "reason", max: 500)
        try Statements.isComplete(account)
        guard !views.hasOpenParts(account) else {
            throw Refusal(
                .notAllowed, "account", body.account,
                Text("des écarts y restent à traiter", "exceptions are left there"),
                accepted: Text("un compte sans écart", "an account without exceptions"))
        }
        try Check.equal(
            account.closingMinor, 0, "account",
            Text("le dernier relevé n’est pas à zéro", "the last statement does not close at zero"))
        let posted = views.lastDay(book, account.ledgerAccount, account.institution, account.currency) ?? .min
        let last = max(account.throughDay, posted)
        guard fact.day >= last else {
            let day = CivilDate(clampingDays: Int64(last)).text
            throw Refusal(
                .outOfRange, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("avant la dernière écriture (\(day))", "before the last item (\(day))"),
                accepted: Text("à partir du \(day)", "from \(day) on"))
        }
    }

    static func fold(closed body: BankAccountClosedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var record = views.bankAccount(body.account, book) else {
            return views.noBook(fact)
        }
        record.isClosed = true
        record.closedDay = fact.day
        views.putBankAccount(record, body.account, book)
        // Another may be declared there.
        views.index.remove(
            views.key.begin(.bankAccountOf).u16(book.id).u16(record.ledgerAccount.rawValue)
                .u16(record.currency.rawValue).u32(record.institution).bytes)
        views.touch(record.institution, fact)
    }
}

extension Views {
    /// The last effective day of what was posted to an institution's sub-account; `nil` where nothing was.
    ///
    /// - Complexity: O(movement rows of the account).
    fileprivate func lastDay(
        _ book: Book, _ account: AccountCode, _ institution: UInt32, _ currency: Currency
    ) -> Int32? {
        guard institution != 0 else { return nil }
        var last: Int32?
        let rows = index.rows(
            prefix: key.begin(.movement).u16(book.id).u16(account.rawValue).u16(currency.rawValue).u32(institution)
                .bytes)
        while rows.next() {
            var reader = KeyReader(rows.key.dropFirst(10))
            last = reader.day()
        }
        return last
    }

    /// Puts an amount that nobody can explain yet on the account of cash: Dr bank / Cr suspense; a negative one the other way.
    func postSuspense(_ account: BankAccountRecord, _ amountMinor: Int64, _ book: Book) {
        postCash(account, amountMinor, against: .suspense, book)
    }

    /// Dr suspense / Cr the other account: what stood there is given up.
    func postFromSuspense(_ account: BankAccountRecord, _ amountMinor: Int64, to other: AccountCode, _ book: Book) {
        let currency = account.currency.rawValue
        for (code, minor) in [(AccountCode.suspense, amountMinor), (other, 0 &- amountMinor)] {
            journal.debit(
                book: book.id, code, party: code.partyKind == .institution ? account.institution : 0,
                currency: currency, amountMinor: minor)
        }
    }

    /// Dr bank / Cr the other account, in the currency of the bank account.
    func postCash(_ account: BankAccountRecord, _ amountMinor: Int64, against other: AccountCode, _ book: Book) {
        let currency = account.currency.rawValue
        journal.debit(
            book: book.id, account.ledgerAccount, party: account.institution, currency: currency,
            amountMinor: amountMinor)
        let party = other.partyKind == .institution ? account.institution : 0
        journal.credit(book: book.id, other, party: party, currency: currency, amountMinor: amountMinor)
    }
}
