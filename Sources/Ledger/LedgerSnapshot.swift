package import Accounting
package import Bytes
package import Commerce
package import EventLog
import Events
package import Index
import LMDB

/// The ledger at one sequence: the log, and views exact at it.
///
/// Opening folds the tail, whatever the log's length: at most 8 192 entries, or the last commit where it brought more while a run was being written. Not to be shared between threads.
package final class LedgerSnapshot {
    package let store: LedgerStore
    package let index: Index
    package let views: Views
    package private(set) var head: LogHead
    let entries: SnapshotEntries

    package convenience init(_ store: LedgerStore) throws(LedgerError) {
        try self.init(store, isReplaced: false)
    }

    /// An earlier state that is folded into memory: empty, until it is moved on.
    init(past snapshot: LedgerSnapshot) {
        self.store = snapshot.store
        self.index = Index.views(nil)
        self.entries = SnapshotEntries(log: snapshot.store.log, reader: snapshot.entries.reader)
        self.views = Views(index: index, entries: entries)
        self.head = LogHead()
    }

    /// Views of another version, or damaged, can be replaced, not read.
    static func forRebuild(_ store: LedgerStore) throws(LMDBError) -> LedgerSnapshot {
        do throws(LedgerError) {
            return try LedgerSnapshot(store, isReplaced: true)
        } catch {
            throw LMDBError(
                code: .corrupt, operation: "read", path: error.place, reason: error.reason.english,
                remedy: error.remedy.english)
        }
    }

    private init(_ store: LedgerStore, isReplaced: Bool) throws(LedgerError) {
        self.store = store
        let reader = try store.indexReader(isReplaced: isReplaced)
        self.index = Index.views(reader)
        self.entries = SnapshotEntries(log: store.log, reader: reader)
        self.views = Views(index: index, entries: entries)
        self.head = try Self.head(store, reader)
        entries.committed = head.count
        guard isReplaced || !reader.needsRebuild else {
            throw LedgerError(
                .inputOutput, store.directory,
                Text("les vues sont d’une autre version", "the views are of another version"),
                remedy: Text("lancer « grandlivre rebuild »", "run \"grandlivre rebuild\""))
        }
        do throws(LedgerError) {
            if !reader.needsRebuild { try foldTail() }
        } catch {
            guard isReplaced else { throw error }
        }
    }

    static func head(_ store: LedgerStore, _ reader: IndexReader) throws(LedgerError) -> LogHead {
        do throws(LMDBError) {
            return try reader.withTransaction { transaction throws(LMDBError) in try store.log.head(in: transaction) }
        } catch {
            throw LedgerError(error, store.directory)
        }
    }

    /// Folds the entries that are not in the runs yet.
    func foldTail() throws(LedgerError) {
        entries.committed = head.count
        let folded = index.reader?.manifest.folded ?? 0
        guard folded <= head.count else {
            throw LedgerError.damaged(store.directory, "the views are ahead of the log")
        }
        views.defersKeys = true
        Self.fold(folded..<head.count, entries, views)
        views.defersKeys = false
        try check()
    }

    /// The index with every row in it, also those that only a writer asks for.
    package var wholeIndex: Index {
        views.settleKeys()
        return index
    }

    /// Events whose memory is fetched together.
    private static let announced = 16

    /// Folds a range of recorded events; a failure is left in `views.failure`.
    ///
    /// - Parameter told: called after each event, while `views.journal` holds its postings.
    static func fold(
        _ range: Range<UInt64>, _ entries: SnapshotEntries, _ views: Views, told: ((Fact) -> Void)? = nil
    ) {
        let foresight = Foresight()
        var group: [Bytes] = []
        group.reserveCapacity(announced)
        entries.scan(range) { sequence, entry in
            group.append(entry)
            guard group.count == announced || sequence + 1 == range.upperBound else { return true }
            foresight.begin()
            for entry in group { foresight.announce(entry, views) }
            foresight.announceParties(views)
            let first = sequence + 1 - UInt64(group.count)
            for (index, entry) in group.enumerated() where views.failure == nil {
                fold(entry, first + UInt64(index), views, told)
            }
            group.removeAll(keepingCapacity: true)
            return views.failure == nil
        }
    }

    private static func fold(_ entry: Bytes, _ sequence: UInt64, _ views: Views, _ told: ((Fact) -> Void)?) {
        do {
            let event = try EventView(entry)
            let rules = event.rules ?? 0
            guard rules <= Views.rulesVersion else {
                return views.index.fail(
                    "event \(sequence) was recorded under rules \(rules); this program knows them up to \(Views.rulesVersion)"
                )
            }
            let fact = Fact(
                event, sequence: sequence, recordedAtUs: Int64(clamping: event.recordedAtUs ?? 0), views: views)
            Folds.fold(fact, views)
            told?(fact)
        } catch {
            views.index.fail("event \(sequence) cannot be read: \(error)")
        }
    }

    /// Throws if a read or a fold failed; call it before believing a result.
    package func check() throws(LedgerError) {
        if let failure = views.failure { throw LedgerError.damaged(store.directory, failure) }
    }

    /// Moves to the newest snapshot, folding only what is new when the runs have not changed.
    package func renew() throws(LedgerError) {
        guard let reader = index.reader else { throw Self.hasNoNewer }
        let before = (folded: reader.manifest.folded, size: head.count)
        try moveOn(reader)
        if reader.manifest.folded == before.folded {
            entries.committed = head.count
            views.defersKeys = true
            Self.fold(before.size..<head.count, entries, views)
            views.defersKeys = false
            try check()
        } else {
            try foldAnew()
        }
    }

    /// Forgets everything in memory and reads the newest snapshot anew.
    func reload() throws(LedgerError) {
        guard let reader = index.reader else { return }
        try moveOn(reader)
        try foldAnew()
    }

    private func moveOn(_ reader: IndexReader) throws(LedgerError) {
        do throws(LMDBError) {
            try reader.renew()
        } catch {
            throw LedgerError(error, store.directory)
        }
        head = try Self.head(store, reader)
    }

    private func foldAnew() throws(LedgerError) {
        index.dropOverlay()
        index.forget()
        views.forget()
        try foldTail()
    }

    /// The stored bytes of an event.
    package func entry(_ sequence: UInt64) -> Bytes? { entries.entry(sequence) }

    /// The views as they stood when the log had `size` events: folded anew from the first event.
    ///
    /// - Parameter leftOut: what nobody is going to ask for; balances alone take less than half the time of all views.
    /// - Complexity: O(size).
    package func views(atSize size: UInt64, leavingOut leftOut: Set<IndexByte> = []) throws(LedgerError) -> Views {
        let views = Views(index: Index.views(nil, leavingOut: leftOut), entries: entries)
        Self.fold(0..<Swift.min(size, head.count), entries, views)
        if let failure = views.failure { throw LedgerError.damaged(store.directory, failure) }
        return views
    }

    /// Folds the log anew and tells of each event with its postings: what made every balance.
    ///
    /// Returns what was folded, which has no row that balances are not made of.
    ///
    /// - Complexity: O(size), in memory O(rows of balances).
    @discardableResult
    package func journal(upTo size: UInt64 = .max, _ body: @escaping (Fact, JournalEntry, Views) -> Void)
        throws(LedgerError) -> Views
    {
        let views = Views(index: Index.views(nil, leavingOut: IndexByte.besideBalances), entries: entries)
        Self.fold(0..<Swift.min(size, head.count), entries, views) { body($0, views.journal, views) }
        if let failure = views.failure { throw LedgerError.damaged(store.directory, failure) }
        return views
    }

    /// Entries appended by this process and not yet in a snapshot.
    func setHead(_ head: LogHead) {
        self.head = head
        entries.committed = head.count
    }
}
