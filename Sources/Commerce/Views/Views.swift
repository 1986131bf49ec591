package import Accounting
package import Bytes
package import Events
package import Index

/// Where a fold reads an earlier event: by sequence, whether committed or waiting in the batch.
package protocol EntrySource: AnyObject {
    /// Holds until the transaction ends or the batch is dropped. `nil` when there is no such entry.
    func entry(_ sequence: UInt64) -> Bytes?

    /// How many entries there are.
    var count: UInt64 { get }
}

/// Everything folded from the log, as typed readings of the index.
///
/// A view is exact at `index`'s sequence: what has been flushed plus what the tail's fold put over it. Rules read it; only folds write it.
package final class Views {
    /// Version of the rows. Another version on disk asks for a rebuild.
    package static let version: UInt32 = 6
    /// Version of the posting rules, stored in every event.
    package static let rulesVersion: UInt32 = 1

    package let index: Index
    package let entries: any EntrySource
    package let key = KeyBuilder()
    let recordWriter = RecordWriter()
    /// The postings of the event being folded.
    package let journal = JournalEntry()
    let before = OrderAmounts()
    let after = OrderAmounts()

    /// Books by name, loaded when first asked for.
    var books: [String: Book] = [:]
    /// One of `books`, the last that was asked for.
    @exclusivity(unchecked) private var lastBook: Unmanaged<Book>?
    var dividendPlans: [DividendPlanKey: DividendPlan] = [:]
    /// What admissions say of registrations, by their sequence: every purchase asks for its sellers'.
    var registrations: [UInt64: [Registrations]] = [:]
    /// What launches say of campaigns, by their sequence: every purchase of somebody who saw them asks.
    var launches: [UInt64: CampaignLaunch] = [:]
    private var touched: [UInt32] = []
    private var bankAccountsKnown: Bool?
    /// The event being folded, and when it is effective.
    private(set) var folded: (us: Int64, sequence: UInt64) = (0, 0)
    /// Whether folds leave the idempotency index to `settleKeys`, and the events that wait for it.
    package var defersKeys = false
    var deferredKeys: [UInt64] = []
    let directory = Directory()
    /// Where the counters of each kind of event stand.
    private var kindPlaces = [RowPlace](repeating: RowPlace(), count: 2_048)
    /// Whether a product that is sold from a stock was asked for since the rules began with the event.
    @exclusivity(unchecked) var sawStock = false
    /// The same of a product that is a work.
    @exclusivity(unchecked) var sawWork = false
    /// The event that the rules have just accepted; what they computed of it holds for its fold.
    private var decided: (place: UnsafeRawPointer, sequence: UInt64)?

    package init(index: Index, entries: any EntrySource) {
        self.index = index
        self.entries = entries
    }

    /// Whether any book declared a bank account: nothing is looked up for the postings of ledgers without.
    var declaresBankAccounts: Bool {
        get {
            if let bankAccountsKnown { return bankAccountsKnown }
            let known = index.rows(prefix: key.begin(.bankAccountOf).bytes).next()
            bankAccountsKnown = known
            return known
        }
        set { bankAccountsKnown = newValue }
    }

    /// The first failure of the storage or of a fold; see `Index.failure`.
    package var failure: String? { index.failure }

    /// Forgets what was learned from the overlay, after it was dropped or replaced.
    package func forget() {
        directory.removeAll()
        books.removeAll()
        lastBook = nil
        dividendPlans.removeAll()
        registrations.removeAll()
        launches.removeAll()
        bankAccountsKnown = nil
        deferredKeys.removeAll()
    }

    package func book(_ name: Bytes) -> Book? { bookReference(name)?.takeUnretainedValue() }

    /// The same without counting the reference; the views keep the book until `forget`.
    @inline(__always)
    func bookReference(_ name: Bytes) -> Unmanaged<Book>? {
        if let lastBook, lastBook._withUnsafeGuaranteedRef({ $0.isNamed(name) }) { return lastBook }
        return otherBook(name)
    }

    @inline(never)
    private func otherBook(_ name: Bytes) -> Unmanaged<Book>? {
        let text = name.string
        guard let book = books[text] ?? loadBook(text) else { return nil }
        books[text] = book
        lastBook = .passUnretained(book)
        return lastBook
    }

    /// Reads an earlier event; a failure stops the fold.
    package func event(_ sequence: UInt64) -> EventView? {
        guard let entry = entries.entry(sequence) else {
            index.fail("event \(sequence) is missing from the log")
            return nil
        }
        do {
            return try EventView(entry)
        } catch {
            index.fail("event \(sequence) cannot be read: \(error)")
            return nil
        }
    }

    /// When an earlier event was effective, in microseconds since 1970.
    package func effectiveAtUs(_ sequence: UInt64) -> Int64 { event(sequence)?.effectiveAt.map(microseconds) ?? 0 }

    /// The body of an earlier event of a known kind.
    func body<V: WireView>(_ type: V.Type, of sequence: UInt64) -> V? {
        guard let event = event(sequence) else { return nil }
        do {
            return try V(event.bodyBytes)
        } catch {
            index.fail("event \(sequence) cannot be read: \(error)")
            return nil
        }
    }

    // MARK: events by party

    func beginEvent(_ fact: Fact) {
        touched.removeAll(keepingCapacity: true)
        journal.removeAll()
        folded = (fact.effectiveAtUs, fact.sequence)
        directory.beginEvent(fact.event.encoded)
    }

    func setDecided(_ fact: Fact?) {
        decided = fact.map { ($0.event.encoded.base, $0.sequence) }
        guard fact == nil else { return }
        sawStock = false
        sawWork = false
    }

    func isDecided(_ fact: Fact) -> Bool {
        decided.map { $0.place == fact.event.encoded.base && $0.sequence == fact.sequence } ?? false
    }

    func countKind(_ fact: Fact) {
        let field = fact.event.bodyField
        guard kindPlaces.indices.contains(field) else { return index.fail("event \(fact.sequence) has no known kind") }
        index.add(&kindPlaces[field], Counters(1, Int64(fact.event.encoded.count))) {
            key.begin(.kindStatistics).u16(UInt16(truncatingIfNeeded: field)).bytes
        }
    }

    /// Says that the event concerns a party.
    func touch(_ party: UInt32, _ fact: Fact) {
        guard party != 0, !touched.contains(party) else { return }
        touched.append(party)
        appendNumber(key.begin(.partyEvents).u32(party).sequence(fact.sequence).bytes, UInt64(fact.event.bodyField))
    }

    func touchOrder(_ order: UInt64, _ fact: Fact) {
        appendNumber(
            key.begin(.orderEvents).sequence(order).sequence(fact.sequence).bytes, UInt64(fact.event.bodyField))
    }

    /// The events of some kinds that concern an order, in the order of the log.
    ///
    /// - Complexity: O(events of the order).
    func all(_ kinds: [EventKind], of order: UInt64) -> [UInt64] {
        var found: [UInt64] = []
        let rows = index.rows(prefix: key.begin(.orderEvents).sequence(order).bytes)
        while rows.next() {
            var value = RecordReader(rows.value)
            let kind = value.unsigned()
            guard kinds.contains(where: { UInt64($0.rawValue) == kind }) else { continue }
            var reader = KeyReader(rows.key.dropFirst(6))
            found.append(reader.sequence())
        }
        return found
    }

    // MARK: postings

    /// Turns the event's postings into balances and movements.
    func post(_ fact: Fact) {
        guard !journal.isEmpty else { return }
        do {
            try journal.checkBalanced()
        } catch {
            index.fail("event \(fact.sequence): \(error)")
            return
        }
        addTurnover(fact)
        addTaxMovements(fact)
        let days = UInt64(fact.day.sortable) << 32 | UInt64(fact.recordedDay.sortable)
        for posting in journal.postings {
            let amount =
                posting.amountMinor >= 0 ? Counters(posting.amountMinor, 0) : Counters(0, 0 &- posting.amountMinor)
            let (high, low) = Self.account(posting.book, posting.account, posting.currency, posting.party)
            index.addToAccount(high, low, detail: days, amount)
        }
    }

    /// The key of an account, as IndexByte draws it, in two numbers.
    @inline(__always)
    static func account(_ book: UInt16, _ account: UInt16, _ currency: UInt16, _ party: UInt32) -> (UInt64, UInt16) {
        (
            UInt64(book) << 48 | UInt64(account) << 32 | UInt64(currency) << 16 | UInt64(party >> 16),
            UInt16(truncatingIfNeeded: party)
        )
    }

    private func addTurnover(_ fact: Fact) {
        guard let book = fact.bookReference else { return }
        book._withUnsafeGuaranteedRef { book in
            var debits: Int64 = 0
            var net: Int64 = 0
            var isAlone = true
            for posting in journal.postings {
                guard posting.book == book.id else {
                    isAlone = false
                    continue
                }
                if posting.amountMinor > 0 { debits &+= posting.amountMinor }
                net &+= netAssets(posting, book)
            }
            if !isAlone { addTurnover(besides: book.id) }
            book.turnoverMinor &+= debits
            index.add(&book.turnoverPlace, Counters(debits, net)) { key.begin(.turnover).u16(book.id).bytes }
        }
    }

    /// What a posting adds to its book's assets less its debts.
    @inline(__always)
    private func netAssets(_ posting: Posting, _ book: Book) -> Int64 {
        guard posting.currency == book.currency.rawValue else { return 0 }
        switch accountClass(posting.account, book: book.id) {
        case .assets, .liabilities: return posting.amountMinor
        default: return 0
        }
    }

    /// The same in other books than the event's own.
    private func addTurnover(besides own: UInt16) {
        for posting in journal.postings where posting.book != own {
            guard let other = book(number: posting.book) else { continue }
            let debit = max(0, posting.amountMinor)
            other.turnoverMinor &+= debit
            index.add(&other.turnoverPlace, Counters(debit, netAssets(posting, other))) {
                key.begin(.turnover).u16(other.id).bytes
            }
        }
    }

    /// Debits and credits of one account.
    package func balance(book: UInt16, _ account: UInt16, party: UInt32 = 0, currency: UInt16) -> Counters {
        index.counters(key.begin(.balance).u16(book).u16(account).u16(currency).u32(party).bytes)
    }

    package func balance(book: Book, _ account: AccountCode, party: UInt32 = 0) -> Int64 {
        let sums = balance(book: book.id, account.rawValue, party: party, currency: book.currency.rawValue)
        return sums.first &- sums.second
    }
}

extension Index {
    /// An index of the views, with the sums that postings feed.
    package static func views(_ reader: IndexReader?, leavingOut leftOut: Set<IndexByte> = []) -> Index {
        Index(
            reader, accountSums: (IndexByte.balance.rawValue, IndexByte.movement.rawValue),
            leavingOut: Set(leftOut.map(\.rawValue)))
    }
}
