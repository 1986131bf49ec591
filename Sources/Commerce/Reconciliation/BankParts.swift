import Accounting
import Bytes
import Events
import Index

/// One side of a reconciliation: an entry of a statement, or an item of the books, which is what an event posted to the ledger account of the bank account.
///
/// What is agreed stands in groups whose entries and items have equal sums. A group counts from the latest day of its parts on: before it, all its parts
/// are open, so that the identity of `BankReconciliation` holds for every day.
package struct BankPartRecord: Record {
    package var isEntry = false
    /// What comes in is positive.
    package var amountMinor: Int64 = 0
    /// Booking day of an entry, effective day of an item.
    package var day: Int32 = 0
    package var valueDay: Int32 = 0
    /// The event that put it into a group; 0: open.
    package var resolution: UInt64 = 0
    /// The latest day of its group.
    package var groupDay: Int32 = 0

    init(isEntry: Bool, amountMinor: Int64, day: Int32, valueDay: Int32) {
        self.isEntry = isEntry
        self.amountMinor = amountMinor
        self.day = day
        self.valueDay = valueDay
    }

    package init(_ reader: inout RecordReader) {
        isEntry = reader.unsigned() != 0
        amountMinor = reader.int()
        day = Int32(truncatingIfNeeded: reader.int())
        valueDay = day &+ Int32(truncatingIfNeeded: reader.int())
        resolution = reader.unsigned()
        groupDay = day &+ Int32(truncatingIfNeeded: reader.int())
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(isEntry ? 1 : 0)
        out.int(amountMinor)
        out.int(Int64(day))
        out.int(Int64(valueDay &- day))
        guard resolution != 0 else { return }
        out.unsigned(resolution)
        out.int(Int64(groupDay &- day))
    }

    /// Whether it is in a group on that day.
    package func isAgreed(on day: Int32) -> Bool { resolution != 0 && groupDay <= day }
}

/// Why a part waits.
package enum OpenPart: UInt8, CaseIterable, Sendable {
    /// An entry that the books do not have.
    case entry = 0
    /// An item that no statement has.
    case item = 1
    /// An entry whose amount stands on liabilities:suspense.
    case suspended = 2
}

extension Views {
    package func bankPart(_ account: BankAccountRecord, _ sequence: UInt64) -> BankPartRecord? {
        record(BankPartRecord.self, key.begin(.bankPart).sequence(account.sequence).sequence(sequence).bytes)
    }

    /// Where an entry's amount stands on suspense: the entrySuspended.
    package func suspension(_ account: BankAccountRecord, _ sequence: UInt64) -> UInt64? {
        number(openKey(account, .suspended, sequence)).flatMap { $0 == 0 ? nil : $0 }
    }

    private func openKey(_ account: BankAccountRecord, _ kind: OpenPart, _ sequence: UInt64) -> Bytes {
        key.begin(.openPart).sequence(account.sequence).u8(kind.rawValue).sequence(sequence).bytes
    }

    /// The sequences of what waits, ascending.
    ///
    /// - Complexity: O(what waits).
    package func openParts(_ account: BankAccountRecord, _ kind: OpenPart) -> [UInt64] {
        var found: [UInt64] = []
        let rows = index.rows(prefix: key.begin(.openPart).sequence(account.sequence).u8(kind.rawValue).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key.dropFirst(7))
            found.append(reader.sequence())
        }
        return found
    }

    func hasOpenParts(_ account: BankAccountRecord) -> Bool {
        index.rows(prefix: key.begin(.openPart).sequence(account.sequence).bytes).next()
    }

    /// Every entry and item ever, by sequence.
    ///
    /// - Complexity: O(entries and items).
    package func forEachBankPart(_ account: BankAccountRecord, _ body: (UInt64, BankPartRecord) -> Void) {
        let rows = index.rows(prefix: key.begin(.bankPart).sequence(account.sequence).bytes)
        while rows.next() {
            var keys = KeyReader(rows.key.dropFirst(6))
            var values = RecordReader(rows.value)
            body(keys.sequence(), BankPartRecord(&values))
        }
    }

    func putBankPart(_ account: BankAccountRecord, _ sequence: UInt64, _ record: BankPartRecord) {
        put(key.begin(.bankPart).sequence(account.sequence).sequence(sequence).bytes, record)
    }

    /// A part that waits, now or again.
    func open(_ account: BankAccountRecord, _ sequence: UInt64, _ part: BankPartRecord) {
        var part = part
        part.resolution = 0
        part.groupDay = part.day
        putBankPart(account, sequence, part)
        putNumber(openKey(account, part.isEntry ? .entry : .item, sequence), 1)
    }

    func suspend(_ account: BankAccountRecord, _ sequence: UInt64, by suspension: UInt64) {
        putNumber(openKey(account, .suspended, sequence), suspension)
    }

    func endSuspension(_ account: BankAccountRecord, _ sequence: UInt64) {
        index.remove(openKey(account, .suspended, sequence))
    }

    /// Puts parts into one group.
    func agree(_ account: BankAccountRecord, _ parts: [(sequence: UInt64, part: BankPartRecord)], by resolution: UInt64)
    {
        let day = parts.map(\.part.day).max() ?? 0
        for (sequence, part) in parts {
            var part = part
            let wasOpen = part.resolution == 0
            part.resolution = resolution
            part.groupDay = day
            putBankPart(account, sequence, part)
            if wasOpen { index.remove(openKey(account, part.isEntry ? .entry : .item, sequence)) }
        }
    }

    /// What an event of this slice posts to the bank itself: an item that is in a group from the beginning.
    func ownItem(_ amountMinor: Int64, _ fact: Fact) -> (sequence: UInt64, part: BankPartRecord) {
        var part = BankPartRecord(isEntry: false, amountMinor: amountMinor, day: fact.day, valueDay: fact.day)
        // Never among what is open.
        part.resolution = fact.sequence
        return (fact.sequence, part)
    }

    /// Makes the event's postings to declared bank accounts items of the books.
    func addBankItems(_ fact: Fact) {
        guard declaresBankAccounts, !journal.isEmpty, !isOfReconciliation(fact.event.kind) else { return }
        var nets: [(posting: Posting, amountMinor: Int64)] = []
        for posting in journal.postings
        where posting.account == AccountCode.bank.rawValue || posting.account == AccountCode.trustBank.rawValue {
            let at = nets.firstIndex {
                $0.posting.book == posting.book && $0.posting.account == posting.account
                    && $0.posting.currency == posting.currency && $0.posting.party == posting.party
            }
            if let at {
                nets[at].amountMinor &+= posting.amountMinor
            } else {
                nets.append((posting, posting.amountMinor))
            }
        }
        for (posting, amountMinor) in nets where amountMinor != 0 {
            guard
                let number = bankAccountNumber(
                    book: posting.book, posting.account, currency: posting.currency, institution: posting.party)
            else { continue }
            var account = BankAccountRecord()
            account.sequence = number
            // Two accounts of one event have rows of their own: the account stands first in their keys.
            open(
                account, fact.sequence,
                BankPartRecord(isEntry: false, amountMinor: amountMinor, day: fact.day, valueDay: fact.day))
        }
    }

    private func isOfReconciliation(_ kind: EventKind?) -> Bool {
        switch kind {
        case .bankAccountDeclared, .entryMatched, .entryUnmatched, .entrySuspended, .bankFeeCharged,
            .exceptionWrittenOff:
            true
        default: false
        }
    }
}
