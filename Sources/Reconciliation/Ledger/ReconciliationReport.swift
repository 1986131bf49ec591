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
    package var statement = Side()
    package var bookClosingMinor: Int64
    package var entriesOpenMinor: Int64
    package var itemsOpenMinor: Int64
    package var differenceMinor: Int64
    /// Entries that the books do not have, then items that no statement has, at the month's end.
    package var open: [OpenException]
    package var preparer: String?
    package var reviewer: String?

    package var isComplete: Bool { through >= last }

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
        self.account = name
        institution = views.partyName(account.institution)
        currency = account.currency
        self.month = month
        self.first = first
        self.last = last
        through = CivilDate(clampingDays: Int64(account.throughDay))
        let end = views.reconciliation(account, book, through: last.daysSinceEpoch)
        var statement = Side()
        statement.openingMinor = account.openingMinor
        views.forEachBankPart(account) { _, part in
            guard part.isEntry, part.day <= last.daysSinceEpoch else { return }
            statement.add(part.amountMinor, isInMonth: part.day >= first.daysSinceEpoch)
        }
        self.statement = statement
        bookClosingMinor = end.bookMinor
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
        text += "\(bookClosingMinor),\(entriesOpenMinor),\(itemsOpenMinor),\(differenceMinor)\n"
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

    /// Takes a match, a suspension, a fee or a write-off back.
    package func undo(_ sequence: UInt64, reason: String) throws -> UInt64 {
        let snapshot = try LedgerSnapshot(store)
        let book = try snapshot.views.named(recording.book)
        let day = sequence < snapshot.head.count ? book.day(snapshot.views.effectiveAtUs(sequence)) : .min
        return try record(["undo", "\(sequence)"], about: [], lastDay: day) { event, _, _ in
            event.entryUnmatched {
                $0.account(account)
                $0.matchSequence(sequence)
                $0.reason(reason)
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
                body.bookMinor(report.bookClosingMinor)
                body.entriesOpenMinor(report.entriesOpenMinor)
                body.itemsOpenMinor(report.itemsOpenMinor)
                report.sha256.withBytes { body.reportSha256($0) }
            }
        }
    }
}
