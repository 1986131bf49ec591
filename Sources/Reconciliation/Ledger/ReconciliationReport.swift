package import Accounting
import Bytes
package import Commerce
import Crypto
import EventLog
package import Events
package import Ledger

/// A month of an account: both sides, what is open between them, and who signed.
package struct ReconciliationReport: Sendable {
    package struct Side: Sendable {
        package var openingMinor: Int64 = 0
        package var inMinor: Int64 = 0
        package var outMinor: Int64 = 0
        package var count = 0
        package var closingMinor: Int64 { openingMinor &+ inMinor &- outMinor }

        mutating func add(_ amountMinor: Int64, isInMonth: Bool) {
            guard isInMonth else { return openingMinor &+= amountMinor }
            count += 1
            if amountMinor > 0 { inMinor &+= amountMinor } else { outMinor &-= amountMinor }
        }
    }

    package var account: String
    package var institution: String
    package var currency: Currency
    /// "2017-06"
    package var month: String
    package var first: CivilDate
    package var last: CivilDate
    /// The last day of statements: a month that they do not cover cannot be signed.
    package var through: CivilDate
    /// The last day whose balance the institution said: what lies behind it is reckoned from entries.
    package var said: CivilDate
    package var statement = Side()
    /// What the account's items of the books move.
    package var books = Side()
    package var entriesOpenMinor: Int64
    package var itemsOpenMinor: Int64
    package var differenceMinor: Int64
    /// Entries that the books do not have, then items that no statement has, at the month's end.
    package var open: [OpenException]
    package var preparer: String?
    package var reviewer: String?

    package var isComplete: Bool { through >= last }

    /// Whether the institution said a balance at the end of the month or after it.
    package var isClosingSaid: Bool { said >= min(last, through) }

    /// The statement's closing balance without what the books do not have, and with what it does not have itself.
    package var reconciledMinor: Int64 { statement.closingMinor &- entriesOpenMinor &+ itemsOpenMinor }

    /// Throws where the month is not one.
    package init(
        _ name: String, _ account: BankAccountRecord, _ book: Book, month: String, for viewer: Viewer = .ledger,
        _ snapshot: LedgerSnapshot
    ) throws(LedgerError) {
        guard month.utf8.count == 7, let first = try? CivilDate(month + "-01") else {
            throw LedgerError(
                .usage, month, Text("ce n’est pas un mois", "not a month"),
                remedy: Text("par exemple 2017-06", "for example 2017-06"))
        }
        let views = snapshot.views
        let last = first.lastOfMonth
        guard last.daysSinceEpoch >= account.fromDay else {
            let from = CivilDate(clampingDays: Int64(account.fromDay)).text
            throw LedgerError(
                .notFound, "\(name), \(month)", Text("le compte commence le \(from)", "the account begins on \(from)"),
                remedy: Text("un mois à partir de \(from.prefix(7))", "a month from \(from.prefix(7)) on"))
        }
        self.account = name
        institution = views.partyName(account.institution)
        currency = account.currency
        self.month = month
        self.first = first
        self.last = last
        through = CivilDate(clampingDays: Int64(account.throughDay))
        said = CivilDate(clampingDays: Int64(account.saidThrough))
        let end = views.reconciliation(account, book, through: last.daysSinceEpoch)
        var (statement, books) = (Side(), Side())
        statement.openingMinor = account.openingMinor
        views.forEachBankPart(account) { _, part in
            guard part.day <= last.daysSinceEpoch else { return }
            let isInMonth = part.day >= first.daysSinceEpoch
            if part.isEntry {
                statement.add(part.amountMinor, isInMonth: isInMonth)
            } else if isInMonth {
                books.add(part.amountMinor, isInMonth: true)
            }
        }
        // What the books had when the account was declared is no item.
        books.openingMinor = end.bookMinor &- books.inMinor &+ books.outMinor
        (self.statement, self.books) = (statement, books)
        (entriesOpenMinor, itemsOpenMinor) = (end.entriesOpenMinor, end.itemsOpenMinor)
        differenceMinor = end.differenceMinor
        open = (end.entries + end.items).map {
            ExceptionList.exception(
                $0.sequence, $0.part, name, account, book, on: last,
                isSuspended: $0.part.isEntry && views.suspension(account, $0.sequence) != nil, for: viewer, snapshot)
        }
        if let signed = views.signedMonth(account, lastDay: last.daysSinceEpoch) {
            preparer = signed.preparer == 0 ? nil : views.partyName(signed.preparer)
            reviewer = signed.reviewer == 0 ? nil : views.partyName(signed.reviewer)
        }
    }

    /// What is signed: the figures and what is open, without owners and signatures.
    package var sha256: [UInt8] {
        var text = "\(account),\(institution),\(currency.code),\(month)\n"
        text += "\(statement.openingMinor),\(statement.inMinor),\(statement.outMinor),\(statement.count)\n"
        text += "\(books.openingMinor),\(books.inMinor),\(books.outMinor),\(books.count)\n"
        text += "\(books.closingMinor),\(entriesOpenMinor),\(itemsOpenMinor),\(differenceMinor)\n"
        for part in open { text += "\(part.sequence),\(part.isEntry),\(part.day.text),\(part.amountMinor)\n" }
        return Array(SHA256.hash(data: Array(text.utf8)))
    }
}

/// What people decide about exceptions and months: each records one event or, where it is only prepared, gives its line for a second person to sign.
package struct ReconciliationAct {
    package var recording: Recording
    package var account: String
    package var store: LedgerStore
    /// Takes the proposal as a line of JSON, as `approve` signs it and `record` records it; nothing is recorded then, and the sequence is 0.
    package var prepare: ((String) throws -> Void)?

    package init(_ recording: Recording, account: String, store: LedgerStore) {
        self.recording = recording
        self.account = account
        self.store = store
    }

    /// Records one event on the latest day of the parts it is about, or the first open day after it.
    private func record(
        _ words: [String], about parts: [UInt64], lastDay: Int32 = .min,
        _ body: (EventWriter, BankAccountRecord, Views) -> Void
    ) throws -> UInt64 {
        let snapshot = try LedgerSnapshot(store)
        let views = snapshot.views
        let book = try views.named(recording.book)
        let record = try views.bankAccount(named: account, book)
        let days = parts.compactMap { views.bankPart(record, $0)?.day }
        let day = max(days.max() ?? record.fromDay, lastDay)
        let batch = EventBatch(book, actor: recording.actor)
        try batch.add(
            key: [account] + words + ["@\(snapshot.head.count)"],
            atUs: book.openNoonUs(day, after: record.lockedThrough)
        ) { body($0, record, views) }
        if let prepare {
            try prepare(batch.line(snapshot))
            return 0
        }
        let writer = try LedgerWriter(store)
        defer { writer.close() }
        return try batch.record(writer).first ?? 0
    }

    /// Entries and items that a person says are the same money.
    package func match(entries: [UInt64], items: [UInt64], reason: String) throws -> UInt64 {
        try record(["by-hand"], about: entries + items) { event, _, _ in
            event.entryMatched { body in
                body.account(account)
                for entry in entries.sorted() { body.entries { $0.sequence(entry) } }
                for item in items.sorted() { body.items { $0.sequence(item) } }
                body.rule(.manual)
                body.reason(reason)
            }
        }
    }

    /// What a person says that the institution charged, or gave back.
    package func charge(_ entry: UInt64) throws -> UInt64 {
        try record(["charge", "\(entry)"], about: [entry]) { event, record, views in
            event.bankFeeCharged {
                $0.account(account)
                $0.entry(entry)
                $0.amountMinor(0 &- (views.bankPart(record, entry)?.amountMinor ?? 0))
                $0.currency(record.currency.code)
            }
        }
    }

    /// What a person says that an entry proves: the captures of days, whole or less a fee, or payouts carried out. The events of these, which the entry causes,
    /// and its match are recorded together or not at all.
    package func prove(_ entry: UInt64, captures days: [CivilDate], payouts: [String], reason: String) throws -> UInt64
    {
        let writer = try LedgerWriter(store)
        defer { writer.close() }
        let snapshot = try LedgerSnapshot(store)
        let views = snapshot.views
        let book = try views.named(recording.book)
        let record = try views.bankAccount(named: account, book)
        guard let part = views.bankPart(record, entry), part.isEntry else {
            throw LedgerError(
                .notFound, "\(entry)", Text("ce n’est pas une ligne du compte", "not an entry of the account"),
                remedy: Text("« grandlivre reconcile exceptions »", "\"grandlivre reconcile exceptions\""))
        }
        let open = views.unsettledCaptures(record, book)
        let captures = try days.map { day in
            guard let found = open.first(where: { $0.day == day.daysSinceEpoch }) else {
                throw LedgerError(
                    .badInput, day.text, Text("rien n’est en transit de ce jour", "nothing is in transit of that day"),
                    remedy: Text("« grandlivre reconcile status »", "\"grandlivre reconcile status\""))
            }
            return found
        }
        let last = max(part.day, captures.map(\.day).max() ?? part.day)
        let paid = payouts.compactMap { name in Array(name.utf8).withBytes { views.payout($0, book) } }
        let feeMinor = captures.reduce(Int64(0)) { $0 &+ $1.amountMinor } &- part.amountMinor
        let bounds = MatchingPolicy(ReconciliationTerms.policy(book, at: book.openNoonUs(last))).fees
        let grossMinor = captures.reduce(Int64(0)) { $0 &+ max(0, $1.amountMinor) }
        guard
            payouts.isEmpty && !captures.isEmpty
                ? bounds.allows(feeMinor: feeMinor, grossMinor: grossMinor, captureCount: captures.count) : true
        else {
            let (fee, gross) = (
                StatementAmount.text(feeMinor, exponent: record.currency.exponent),
                StatementAmount.text(grossMinor, exponent: record.currency.exponent)
            )
            throw LedgerError(
                .badInput, "\(entry)",
                Text(
                    "un écart de \(fee.french) sur \(gross.french) n’est pas des frais que permet la politique (feeMaxPpm, feeMaxMinor)",
                    "a difference of \(fee.english) on \(gross.english) is no fee that the policy allows (feeMaxPpm, feeMaxMinor)"
                ),
                remedy: Text("d’autres jours, ou une autre ligne", "other days, or another entry"))
        }
        let fees = try MatchWork.shares(of: payouts.isEmpty ? feeMinor : 0, captures.map(\.amountMinor))
        let atUs = max(
            book.openNoonUs(last, after: record.lockedThrough),
            paid.map { views.effectiveAtUs($0.sequence) }.max() ?? .min)
        let batch = EventBatch(book, actor: recording.actor)
        let first = snapshot.head.count
        for (capture, fee) in zip(captures, fees) {
            let day = CivilDate(clampingDays: Int64(capture.day)).text
            try batch.add(key: [account, "\(entry)", "proved@\(first)", day], atUs: atUs, cause: entry) { event in
                event.fundsSettled {
                    $0.institution(views.partyName(record.institution))
                    $0.captureDate(day)
                    $0.grossMinor(capture.amountMinor)
                    $0.feesMinor(fee)
                    $0.valueDate(CivilDate(clampingDays: Int64(part.valueDay)).text)
                    $0.currency(record.currency.code)
                }
            }
        }
        for name in payouts {
            try batch.add(key: [account, "\(entry)", "proved@\(first)", name], atUs: atUs, cause: entry) { event in
                event.payoutSettled { $0.payout(name) }
            }
        }
        let items = first..<(first + UInt64(batch.proposals.count))
        try batch.add(key: [account, "by-hand", "@\(first)"], atUs: atUs) { event in
            event.entryMatched { body in
                body.account(account)
                body.entries { $0.sequence(entry) }
                for item in items { body.items { $0.sequence(item) } }
                body.rule(.manual)
                body.reason(reason)
            }
        }
        if let prepare {
            // They stand in the log together, where they are recorded before anything else is.
            for index in 0..<batch.proposals.count {
                try prepare(EventJSON.encode(proposal: EventJSON.message(entry: batch.proposals[index])))
            }
            return 0
        }
        return try batch.record(writer).last ?? 0
    }

    /// Takes a match, a suspension, a fee or a write-off back.
    ///
    /// - Parameter takesBackCaused: what the match's entries caused (settled captures, payouts carried out) was wrong, too.
    package func undo(_ sequence: UInt64, reason: String, takesBackCaused: Bool = false) throws -> UInt64 {
        let snapshot = try LedgerSnapshot(store)
        let book = try snapshot.views.named(recording.book)
        let day = sequence < snapshot.head.count ? book.day(snapshot.views.effectiveAtUs(sequence)) : .min
        return try record(["undo", "\(sequence)"], about: [], lastDay: day) { event, _, _ in
            event.entryUnmatched {
                $0.account(account)
                $0.matchSequence(sequence)
                $0.reason(reason)
                $0.takesBackCaused(takesBackCaused)
            }
        }
    }

    /// Gives an exception up; its amount is that of the part.
    package func writeOff(entry: UInt64, item: UInt64, reason: String) throws -> UInt64 {
        try record(["write-off"], about: [max(entry, item)]) { event, record, views in
            event.exceptionWrittenOff {
                $0.account(account)
                $0.entry(entry)
                $0.item(item)
                $0.amountMinor(views.bankPart(record, max(entry, item))?.amountMinor ?? 0)
                $0.currency(record.currency.code)
                $0.reason(reason)
            }
        }
    }

    /// Says who answers for an exception.
    package func assign(entry: UInt64, item: UInt64, owner: String, note: String) throws -> UInt64 {
        try record(["assign"], about: [max(entry, item)]) { event, _, _ in
            event.exceptionAssigned {
                $0.account(account)
                $0.entry(entry)
                $0.item(item)
                $0.owner(owner)
                $0.note(note)
            }
        }
    }

    /// Signs the report of a month as it stands now.
    package func sign(_ report: ReconciliationReport, as signer: ReconciliationSigner) throws -> UInt64 {
        let day = report.last.daysSinceEpoch + 1
        return try record(["signed", report.month, "\(signer)"], about: [], lastDay: day) { event, _, _ in
            event.reconciliationSigned { body in
                body.account(account)
                body.month(report.month)
                body.signer(signer)
                body.statementMinor(report.statement.closingMinor)
                body.bookMinor(report.books.closingMinor)
                body.entriesOpenMinor(report.entriesOpenMinor)
                body.itemsOpenMinor(report.itemsOpenMinor)
                report.sha256.withBytes { body.reportSha256($0) }
            }
        }
    }
}
