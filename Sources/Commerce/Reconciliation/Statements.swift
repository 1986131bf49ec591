import Accounting
package import Bytes
import Events
import Index

extension Views {
    /// The event of the entry that has a reference in an account.
    package func statementEntry(_ reference: Bytes, _ account: BankAccountRecord) -> UInt64? {
        number(key.begin(.bankReference).sequence(account.sequence).text(reference).bytes)
    }
}

/// Statements and their entries: each continues where the one before it ended, to the cent.
enum Statements {
    static func decide(imported body: StatementImportedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let account = try Check.bankAccount(body.account, book, views)
        try isComplete(account)
        try Check.name(body.statement, "statement", max: 64)
        try Check.name(body.format, "format", max: 32)
        try currency(body.currency, account)
        guard fact.event.evidence.count == 32 else {
            throw Refusal(
                .missing, "evidence", "", Text("l’empreinte du fichier manque", "the hash of the file is missing"),
                accepted: Text("le SHA-256 du relevé", "the SHA-256 of the statement"))
        }
        let first = try Check.date(body.fromDate, "fromDate")
        let last = try Check.date(body.throughDate, "throughDate")
        guard first <= last else {
            throw Refusal(
                .outOfRange, "throughDate", body.throughDate, Text("avant le premier jour", "before the first day"),
                accepted: Text("\(first.text) ou plus tard", "\(first.text) or later"))
        }
        try Check.isOpen(account, last.daysSinceEpoch, "throughDate")
        try days(first, last, body, account)
        try amounts(body, account)
        // 1 begins a year anew.
        if body.number > 1, account.number != 0, body.number != account.number &+ 1 {
            throw Refusal(
                .outOfRange, "number", "\(body.number)",
                Text("un relevé manque, ou ils ne se suivent pas", "a statement is missing, or they are out of order"),
                accepted: Text("\(account.number + 1)", "\(account.number + 1)"))
        }
    }

    /// The account has all entries that its newest statement promised.
    static func isComplete(_ account: BankAccountRecord) throws(Refusal) {
        guard account.pendingEntries == 0 else {
            throw Refusal(
                .conflict, "account", Int64(account.pendingEntries),
                Text(
                    "il manque \(account.pendingEntries) lignes au dernier relevé",
                    "\(account.pendingEntries) entries of the last statement are missing"),
                accepted: Text("le reste du relevé d’abord", "the rest of the statement first"))
        }
    }

    private static func currency(_ code: Bytes, _ account: BankAccountRecord) throws(Refusal) {
        guard Currency(utf8: code.buffer) == account.currency else {
            throw Refusal(
                .notAllowed, "currency", code, Text("ce n’est pas la monnaie du compte", "not the account's currency"),
                accepted: Text(account.currency.code, account.currency.code))
        }
    }

    private static func days(
        _ first: CivilDate, _ last: CivilDate, _ body: StatementImportedView, _ account: BankAccountRecord
    ) throws(Refusal) {
        guard last.daysSinceEpoch >= account.throughDay else {
            let through = CivilDate(clampingDays: Int64(account.throughDay)).text
            throw Refusal(
                .outOfRange, "throughDate", body.throughDate,
                Text("les relevés vont déjà jusqu’au \(through)", "statements reach through \(through) already"),
                accepted: Text("\(through) ou plus tard", "\(through) or later"))
        }
        guard first.daysSinceEpoch >= account.fromDay else {
            let from = CivilDate(clampingDays: Int64(account.fromDay)).text
            throw Refusal(
                .outOfRange, "fromDate", body.fromDate,
                Text("avant le premier jour du compte", "before the account's first day"),
                accepted: Text("à partir du \(from)", "from \(from) on"))
        }
    }

    private static func amounts(_ body: StatementImportedView, _ account: BankAccountRecord) throws(Refusal) {
        for (amount, field) in [
            (body.openingMinor, "openingMinor"), (body.closingMinor, "closingMinor"), (body.knownMinor, "knownMinor"),
        ] where amount.magnitude > Check.amountMinorMax.magnitude {
            throw Refusal(
                .outOfRange, field, amount, Text("montant hors limites", "amount out of range"),
                accepted: Text("au plus \(Check.amountMinorMax)", "at most \(Check.amountMinorMax)"))
        }
        guard body.knownEntries <= body.entries else {
            throw Refusal(
                .outOfRange, "knownEntries", Int64(body.knownEntries),
                Text("plus que les lignes du relevé", "more than the statement's entries"),
                accepted: Text("au plus \(body.entries)", "at most \(body.entries)"))
        }
        let known = account.statementSequence == 0 ? 0 : body.knownEntries
        try Check.equal(
            Int64(body.knownEntries), Int64(known), "knownEntries",
            Text("aucun relevé avant celui-ci", "no statement before this one"))
        if known == 0 {
            try Check.equal(
                body.knownMinor, 0, "knownMinor", Text("aucune ligne déjà connue", "no entry that is known already"))
        }
        try Check.equal(
            body.openingMinor, account.closingMinor - body.knownMinor, "openingMinor",
            Text(
                "le solde d’ouverture ne suit pas le dernier solde de fermeture (\(account.closingMinor)), lignes déjà connues (\(body.knownMinor)) déduites",
                "the opening balance does not follow the last closing balance (\(account.closingMinor)) less what is known already (\(body.knownMinor))"
            ))
        let new = body.closingMinor - body.openingMinor - body.knownMinor
        guard body.entries > body.knownEntries || new == 0 else {
            throw Refusal(
                .wrongAmount, "closingMinor", body.closingMinor,
                Text("les soldes diffèrent sans aucune ligne", "the balances differ without any entry"),
                accepted: Text("\(body.openingMinor + body.knownMinor)", "\(body.openingMinor + body.knownMinor)"))
        }
    }

    static func fold(imported body: StatementImportedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var account = views.bankAccount(body.account, book),
            let first = try? CivilDate.parse(utf8: body.fromDate.buffer),
            let last = try? CivilDate.parse(utf8: body.throughDate.buffer)
        else { return views.noBook(fact) }
        account.statementSequence = fact.sequence
        account.firstDay = first.daysSinceEpoch
        account.throughDay = last.daysSinceEpoch
        account.closingMinor = body.closingMinor
        if !body.closingReckoned { account.saidThrough = account.throughDay }
        if body.number != 0 { account.number = body.number }
        account.pendingEntries = Int64(body.entries) &- Int64(body.knownEntries)
        account.pendingMinor = body.closingMinor &- body.openingMinor &- body.knownMinor
        views.putBankAccount(account, body.account, book)
        views.touch(account.institution, fact)
    }

    static func decide(entry body: StatementEntryImportedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let account = try Check.bankAccount(body.account, book, views)
        try currency(body.currency, account)
        try Check.name(body.reference, "reference", max: 128)
        if let known = views.statementEntry(body.reference, account) {
            throw Refusal(
                .duplicate, "reference", body.reference,
                Text("ligne déjà inscrite à la séquence \(known)", "entry recorded already at sequence \(known)"),
                accepted: Text("une référence nouvelle", "a new reference"))
        }
        try texts(body, account, views)
        guard body.amountMinor != 0, body.amountMinor.magnitude <= Check.amountMinorMax.magnitude else {
            throw Refusal(
                .outOfRange, "amountMinor", body.amountMinor, Text("montant hors limites", "amount out of range"),
                accepted: Text(
                    "de 1 à \(Check.amountMinorMax), ou négatif", "1 to \(Check.amountMinorMax), or negative"))
        }
        let day = try Check.date(body.bookingDate, "bookingDate").daysSinceEpoch
        _ = try Check.date(body.valueDate, "valueDate")
        guard (account.firstDay...max(account.firstDay, account.throughDay)).contains(day) else {
            let first = CivilDate(clampingDays: Int64(account.firstDay)).text
            let last = CivilDate(clampingDays: Int64(account.throughDay)).text
            throw Refusal(
                .outOfRange, "bookingDate", body.bookingDate,
                Text("hors des jours du relevé", "outside the days of the statement"),
                accepted: Text("du \(first) au \(last)", "\(first) to \(last)"))
        }
        guard account.pendingEntries > 0 else {
            throw Refusal(
                .conflict, "statement", body.statement,
                Text("le relevé a déjà toutes ses lignes", "the statement has all its entries already"),
                accepted: Text("un nouveau relevé d’abord", "a new statement first"))
        }
        guard account.pendingEntries == 1 else { return }
        try Check.equal(
            body.amountMinor, account.pendingMinor, "amountMinor",
            Text(
                "la dernière ligne ne mène pas au solde de fermeture",
                "the last entry does not lead to the closing balance"))
    }

    private static func texts(
        _ body: StatementEntryImportedView, _ account: BankAccountRecord, _ views: Views
    ) throws(Refusal) {
        guard account.statementSequence != 0,
            let statement = views.body(StatementImportedView.self, of: account.statementSequence),
            statement.statement == body.statement
        else {
            throw Refusal(
                .unknown, "statement", body.statement,
                Text("ce n’est pas le dernier relevé du compte", "not the newest statement of the account"),
                accepted: Text("le relevé du dernier statementImported", "the statement of the last statementImported"))
        }
        try Check.text(body.code, "code", max: 64)
        try Check.text(body.endToEnd, "endToEnd", max: 128)
        try Check.text(body.batch, "batch", max: 64)
        try Check.text(body.returnCode, "returnCode", max: 8)
        if !body.party.isEmpty, body.party.string != views.partyName(account.institution) {
            _ = try Check.identity(body.party, "party", views)
        }
        guard body.textSha256.isEmpty || body.textSha256.count == 32 else {
            throw Refusal(
                .malformed, "textSha256", "", Text("\(body.textSha256.count) octets", "\(body.textSha256.count) bytes"),
                accepted: Text("un SHA-256 : 32 octets", "a SHA-256: 32 bytes"))
        }
    }

    static func fold(entry body: StatementEntryImportedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var account = views.bankAccount(body.account, book),
            let day = try? CivilDate.parse(utf8: body.bookingDate.buffer),
            let value = try? CivilDate.parse(utf8: body.valueDate.buffer)
        else { return views.noBook(fact) }
        account.pendingEntries &-= 1
        account.pendingMinor &-= body.amountMinor
        views.putBankAccount(account, body.account, book)
        views.putNumber(
            views.key.begin(.bankReference).sequence(account.sequence).text(body.reference).bytes, fact.sequence)
        views.open(
            account, fact.sequence,
            BankPartRecord(
                isEntry: true, amountMinor: body.amountMinor,
                // What the institution books into a month that was reviewed counts from the first day after it.
                day: max(day.daysSinceEpoch, account.lockedThrough &+ 1), valueDay: value.daysSinceEpoch))
        if !body.party.isEmpty, body.party.string != views.partyName(account.institution) {
            views.touch(views.intern(.identity, body.party), fact)
        }
    }
}
