package import Accounting
import Bytes
package import Commerce
import EventLog
package import Events
package import Ledger

/// An entry that the books do not have, or an item that no statement has.
package struct OpenException: Sendable {
    package var account: String
    package var sequence: UInt64
    package var isEntry: Bool
    package var isSuspended: Bool
    /// Money that the books expect and the institution has not moved within the policy's window: a day's captures (whose sequence is 0: they are many
    /// events), a payout.
    package var isExpected = false
    /// Booking day of an entry, effective day of an item.
    package var day: CivilDate
    package var amountMinor: Int64
    package var currency: Currency
    /// What the institution calls an entry; the key of an item's event.
    package var reference: String
    /// The institution's code of an entry; the kind of an item's event.
    package var what: String
    /// Business days since the day, up to the day that is asked about.
    package var age: Int
    /// Who answers for it; empty: nobody yet.
    package var owner: String

    package var bucket: AgeBucket { AgeBucket(businessDays: age) }
}

/// What waits in an account, oldest first. What the books post after the last statement is on its way, and no exception.
package enum ExceptionList {
    /// - Parameter day: at whose end it waits or waited, and from which ages count back; where there is none, what still waits of the days of statements.
    /// - Complexity: O(what waits); O(entries and items) for a day.
    package static func open(
        _ name: String, _ account: BankAccountRecord, _ book: Book, on day: CivilDate?, for viewer: Viewer = .ledger,
        _ snapshot: LedgerSnapshot
    ) -> [OpenException] {
        let views = snapshot.views
        var found: [OpenException] = []
        if let day {
            let side = views.reconciliation(account, book, through: day.daysSinceEpoch)
            for (sequence, part) in side.entries + side.items {
                found.append(
                    exception(
                        sequence, part, name, account, book, on: day, isSuspended: false, for: viewer, snapshot))
            }
        }
        for kind in OpenPart.allCases where day == nil || kind == .suspended {
            for sequence in views.openParts(account, kind) {
                guard let part = views.bankPart(account, sequence),
                    part.day <= day?.daysSinceEpoch ?? account.throughDay,
                    day.map({ part.isAgreed(on: $0.daysSinceEpoch) }) ?? true
                else { continue }
                found.append(
                    exception(
                        sequence, part, name, account, book, on: day, isSuspended: kind == .suspended, for: viewer,
                        snapshot))
            }
        }
        found += overdue(name, account, book, on: day, for: viewer, snapshot)
        return found.sorted { ($0.day, $0.sequence) < ($1.day, $1.sequence) }
    }

    /// What is expected at the institution for longer than the policy's window.
    fileprivate static func overdue(
        _ name: String, _ account: BankAccountRecord, _ book: Book, on day: CivilDate?, for viewer: Viewer,
        _ snapshot: LedgerSnapshot
    ) -> [OpenException] {
        let views = snapshot.views
        let asOf = day ?? CivilDate(clampingDays: Int64(account.throughDay))
        let noon = book.openNoonUs(asOf.daysSinceEpoch)
        let window = Int(MatchingPolicy(ReconciliationTerms.policy(book, at: noon)).daysAfter)
        var found: [OpenException] = []
        func add(_ sequence: UInt64, _ from: CivilDate, _ amountMinor: Int64, _ reference: String, _ what: String) {
            let age = MatchScene.calendar.age(expected: from, asOf: asOf)
            guard age > window else { return }
            found.append(
                OpenException(
                    account: name, sequence: sequence, isEntry: false, isSuspended: false, isExpected: true, day: from,
                    amountMinor: amountMinor, currency: account.currency, reference: reference, what: what, age: age,
                    owner: ""))
        }
        for (day, amountMinor) in views.unsettledCaptures(account, book) {
            add(0, CivilDate(clampingDays: Int64(day)), amountMinor, "", EventKind.fundsSettled.name)
        }
        for (payoutName, payout) in views.payoutsUnderWay(account, book) {
            add(
                payout.sequence, CivilDate(clampingDays: Int64(book.day(views.effectiveAtUs(payout.sequence)))),
                -payout.amountMinor, payoutName, EventKind.payoutSettled.name)
        }
        return found
    }

    static func exception(
        _ sequence: UInt64, _ part: BankPartRecord, _ name: String, _ account: BankAccountRecord, _ book: Book,
        on day: CivilDate?, isSuspended: Bool, for viewer: Viewer, _ snapshot: LedgerSnapshot
    ) -> OpenException {
        let views = snapshot.views
        var (reference, what) = ("", "")
        if part.isEntry, let body = views.read(StatementEntryImportedView.self, sequence) {
            (reference, what) = (body.reference.string, body.code.string)
        } else if let event = views.event(sequence) {
            (reference, what) = (viewer.reference(of: sequence, snapshot), event.kind?.name ?? "")
        }
        let from = CivilDate(clampingDays: Int64(part.day))
        let asOf = day ?? CivilDate(clampingDays: Int64(account.throughDay))
        return OpenException(
            account: name, sequence: sequence, isEntry: part.isEntry, isSuspended: isSuspended, day: from,
            amountMinor: part.amountMinor, currency: account.currency, reference: reference, what: what,
            age: MatchScene.calendar.age(
                expected: part.isEntry ? MatchScene.countingDay(sequence, part, book, views) : from, asOf: asOf),
            owner: views.exceptionOwner(account, sequence).map(views.partyName) ?? "")
    }
}

/// Where an account stands.
package struct AccountStanding: Sendable {
    package var account: String
    package var institution: String
    package var ledgerAccount: AccountCode
    package var currency: Currency
    /// The last day of statements.
    package var through: CivilDate
    /// The last day whose balance the institution said.
    package var said: CivilDate
    /// Both sides at the end of that day.
    package var reconciliation: BankReconciliation
    /// What the books posted after it.
    package var laterMinor: Int64
    /// Entries of the newest statement that are still missing.
    package var pendingEntries: Int64
    package var suspendedCount: Int
    /// What the books expect and the bank does not have: captures and payouts under way, and their balances in the books.
    package var capturesMinor: Int64
    package var payoutsMinor: Int64
    /// Of these, how many have been expected for longer than the policy's window.
    package var overdueCount: Int
    /// The last reviewed day; `nil`: none.
    package var lockedThrough: CivilDate?

    package init(_ name: String, _ account: BankAccountRecord, _ book: Book, _ snapshot: LedgerSnapshot) {
        let views = snapshot.views
        self.account = name
        institution = views.partyName(account.institution)
        ledgerAccount = account.ledgerAccount
        currency = account.currency
        through = CivilDate(clampingDays: Int64(account.throughDay))
        said = CivilDate(clampingDays: Int64(account.saidThrough))
        reconciliation = views.reconciliation(account, book, through: account.throughDay)
        laterMinor = views.reconciliation(account, book, through: .max).bookMinor &- reconciliation.bookMinor
        pendingEntries = account.pendingEntries
        suspendedCount = views.openParts(account, .suspended).count
        capturesMinor = views.unsettledCaptures(account, book).reduce(0) { $0 &+ $1.amountMinor }
        payoutsMinor = views.payoutsUnderWay(account, book).reduce(0) { $0 &- $1.payout.amountMinor }
        overdueCount = ExceptionList.overdue(name, account, book, on: nil, for: .ledger, snapshot).count
        lockedThrough =
            account.lockedThrough >= account.fromDay ? CivilDate(clampingDays: Int64(account.lockedThrough)) : nil
    }
}

/// What an entry is and what was done with it.
package struct EntryExplanation: Sendable {
    package var entry: OpenException
    package var bookingDay: CivilDate
    package var valueDay: CivilDate
    package var endToEnd: String
    package var batch: String
    package var returnCode: String
    package var isReversal: Bool
    package var statement: String
    /// The event that settled it; `nil`: none yet.
    package var resolution: UInt64?
    package var resolutionKind: EventKind?
    package var rule: MatchRule?
    /// What it was matched with.
    package var others: [OpenException] = []
    /// Where nothing settled it: why not, what a person can do about it, and what it may be.
    package var reason: Text?
    package var remedy: Text?
    package var candidates: [UInt64] = []
    /// What the books expect and it may be: for the cooperative alone.
    package var expected: [ExpectedMoney] = []

    /// Throws where no event of that sequence is an entry of an account, or of one that the viewer may know of.
    package init(
        _ sequence: UInt64, _ book: Book, for viewer: Viewer = .ledger, _ snapshot: LedgerSnapshot
    ) throws {
        let views = snapshot.views
        let visible = try viewer.bankAccounts(book, views)
        guard sequence < snapshot.head.count, views.event(sequence)?.kind == .statementEntryImported,
            let body = views.read(StatementEntryImportedView.self, sequence),
            viewer.isOperator || visible.contains(where: { views.bankPart($0.record, sequence) != nil })
        else {
            throw LedgerError(
                .notFound, "\(sequence)", Text("ce n’est pas une ligne de relevé", "not an entry of a statement"),
                remedy: Text(
                    "la séquence d’une ligne : « grandlivre reconcile exceptions »",
                    "an entry's sequence: \"grandlivre reconcile exceptions\""))
        }
        let name = body.account.string
        let account = try views.bankAccount(named: name, book)
        guard let part = views.bankPart(account, sequence) else {
            throw LedgerError(
                .notFound, "\(sequence)", Text("ce n’est pas une ligne de ce livre", "not an entry of this book"),
                remedy: Text("nommer le livre avec --book", "name the book with --book"))
        }
        let isSuspended = views.suspension(account, sequence) != nil
        entry = ExceptionList.exception(
            sequence, part, name, account, book, on: nil, isSuspended: isSuspended, for: viewer, snapshot)
        bookingDay = CivilDate(clampingDays: Int64(part.day))
        valueDay = CivilDate(clampingDays: Int64(part.valueDay))
        (endToEnd, batch, returnCode) = (body.endToEnd.string, body.batch.string, body.returnCode.string)
        (isReversal, statement) = (body.reversal, body.statement.string)
        if part.resolution != 0 {
            resolution = part.resolution
            resolutionKind = views.event(part.resolution)?.kind
            if resolutionKind == .entryMatched, let match = views.read(EntryMatchedView.self, part.resolution) {
                rule = match.rule
                let parts =
                    match.entries.compactMap { try? $0.view().sequence } + match.itemSequences
                for other in parts where other != sequence {
                    guard let part = views.bankPart(account, other) else { continue }
                    others.append(
                        ExceptionList.exception(
                            other, part, name, account, book, on: nil, isSuspended: false, for: viewer, snapshot))
                }
            }
        }
        guard part.resolution == 0 || isSuspended else { return }
        let open = views.openParts(account, .entry) + views.openParts(account, .suspended)
        let scene = try MatchScene(account, book, views, open.sorted())
        let policy = MatchingPolicy(
            ReconciliationTerms.policy(book, at: book.openNoonUs(account.throughDay)))
        let found = try Matching.run(
            scene.entries, against: scene.items, policy: policy, calendar: MatchScene.calendar)
        let exception = found.exceptions.first { $0.entry == sequence }
        candidates = exception?.candidates.filter { scene.expected[$0] == nil } ?? []
        if viewer.isOperator {
            expected = scene.expected(for: sequence, exception?.candidates ?? [], fees: policy.fees)
        }
        reason = exception?.reason.text ?? Text("« reconcile match » la traitera", "\"reconcile match\" will settle it")
        if exception != nil {
            remedy = Text(
                "« reconcile match --by-hand », « reconcile assign », ou « reconcile match --suspend »",
                "\"reconcile match --by-hand\", \"reconcile assign\", or \"reconcile match --suspend\"")
        }
        if exception == nil { explainUndone(found, name, account, views) }
        let finder = ChargebackFinder(account: account, book: book, views: views, policy: policy)
        guard let chargeback = finder.find(sequence, among: open) else { return }
        remedy = ChargebackFinder.remedy
        if case .unclear(let why, let what) = chargeback {
            (reason, remedy) = (why, what)
        } else {
            reason = Text(
                "rétrofacturation : « reconcile match » l’inscrit, sauf au-delà de ce que l’institution avait encaissé",
                "chargeback: \"reconcile match\" records it, unless it is more than the institution had captured")
        }
    }

    /// What the rules would do, and somebody has taken apart.
    private mutating func explainUndone(
        _ found: MatchingOutcome, _ name: String, _ account: BankAccountRecord, _ views: Views
    ) {
        let undone = UndoneMatches(name, account, views)
        guard let undoing = undone.undoings[entry.sequence] else { return }
        let isParted = found.matches.contains {
            found.entries(of: $0).contains(entry.sequence)
                && undone.forbids(found.entries(of: $0), found.items(of: $0))
        }
        guard isParted || undone.charged.contains(entry.sequence) || undone.disproved.contains(entry.sequence) else {
            return
        }
        reason = Text(
            "une personne a défait ce que les règles feraient (séquence \(undoing))",
            "a person undid what the rules would do (sequence \(undoing))")
        remedy = Text(
            "« reconcile match --by-hand », ou « reconcile write-off »",
            "\"reconcile match --by-hand\", or \"reconcile write-off\"")
    }
}

/// Less in trust than what is held for others: an exception of the book, not of one account.
package struct TrustShortfall: Sendable {
    /// The first day of the shortfall that stands.
    package let since: CivilDate
    /// What is missing; less than 0.
    package let amountMinor: Int64
    package let currency: Currency
    /// Business days since.
    package let age: Int

    package var bucket: AgeBucket { AgeBucket(businessDays: age) }

    /// The shortfall that stands at the end of a day; `nil` where there is none, or where the book has no trust account and so promised none.
    ///
    /// - Complexity: O(log) where there is a trust account; see `TrustQuery`.
    package static func standing(
        _ book: Book, on day: CivilDate, _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> TrustShortfall? {
        guard TrustQuery.hasTrustAccount(book, snapshot) else { return nil }
        let report = try TrustQuery.report(book, from: day, through: day, snapshot)
        guard let since = report.shortSince, let amountMinor = report.days.last?.differenceMinor else { return nil }
        return TrustShortfall(
            since: since, amountMinor: amountMinor, currency: report.currency,
            age: MatchScene.calendar.age(expected: since, asOf: day))
    }
}
