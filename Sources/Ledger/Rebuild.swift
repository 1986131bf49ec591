import Bytes
import Commerce
import EventLog
package import Index
import LMDB
import Transparency

/// The digest of one view.
package struct ViewDigest: Equatable, Sendable {
    package let view: String
    package let rows: UInt64
    package let digest: [UInt8]
}

/// What a rebuild found.
package struct RebuildReport: Equatable, Sendable {
    package let size: UInt64
    package let before: [ViewDigest]
    package let after: [ViewDigest]

    /// The views that a fresh fold does not give.
    package var differing: [String] {
        let names = Set(before.map(\.view)).union(after.map(\.view)).sorted()
        return names.filter { name in before.first { $0.view == name } != after.first { $0.view == name } }
    }
}

/// What goes on while the log is folded again.
struct FoldWatch {
    /// Checks the entries, on the other thread, in place of the hashing there.
    var audit: LogAudit?
    /// Called after each event, while the views' journal holds its postings.
    var told: ((Fact, Views) -> Void)?
    /// Sizes of the log, ascending, none above its own, at which `reached` hears the digests of all views.
    var stops: [UInt64] = []
    var reached: (_ size: UInt64, _ views: [ViewDigest]) -> Void = { _, _ in }
}

/// Folds the log again, beside the views that serve.
package enum Rebuild {
    static let manifestKey = "rebuild"
    private static let flushRows = 48_000

    package static func digests(_ index: Index) -> [ViewDigest] {
        index.digests().map {
            ViewDigest(
                view: IndexByte(rawValue: $0.index).map { "\($0)" } ?? "\($0.index)", rows: $0.rows, digest: $0.digest)
        }
    }

    /// Both at once: the first on the other thread.
    private static func digests(_ a: Index, _ b: Index, _ worker: Worker) -> ([ViewDigest], [ViewDigest]) {
        let first = DigestJob(a)
        worker.start { first.run() }
        let second = digests(b)
        worker.wait()
        return (first.digests, second)
    }

    /// Folds into a throwaway copy and compares; the ledger is only read.
    ///
    /// - Complexity: O(log), in memory bounded by a few hundred thousand rows.
    package static func check(_ store: LedgerStore, progress: (UInt64, UInt64) -> Void) throws(LedgerError)
        -> RebuildReport
    {
        let snapshot = try LedgerSnapshot(store)
        let report = try compare(snapshot, progress: progress)
        if let failure = snapshot.index.failure {
            throw LedgerError(failed(store.directory, failure), store.directory)
        }
        return report
    }

    /// Folds into a throwaway copy and compares with a snapshot, whose views may be damaged: it then has a failure.
    ///
    static func compare(
        _ snapshot: LedgerSnapshot, _ watch: FoldWatch = FoldWatch(), progress: (UInt64, UInt64) -> Void
    ) throws(LedgerError) -> RebuildReport {
        let worker = try Worker(snapshot.store.directory)
        defer { worker.end() }
        return try inThrowawayCopy(snapshot, watch, progress: progress) { index in
            let (before, after) = digests(snapshot.wholeIndex, index, worker)
            return RebuildReport(size: snapshot.head.count, before: before, after: after)
        }
    }

    /// Folds into a throwaway copy, for benchmarks. Returns how many events.
    package static func fold(_ store: LedgerStore, progress: (UInt64, UInt64) -> Void) throws(LedgerError) -> UInt64 {
        let snapshot = try LedgerSnapshot(store)
        let size = try inThrowawayCopy(snapshot, progress: progress) { _ in snapshot.head.count }
        try snapshot.check()
        return size
    }

    private static func inThrowawayCopy<R>(
        _ snapshot: LedgerSnapshot, _ watch: FoldWatch = FoldWatch(), progress: (UInt64, UInt64) -> Void,
        _ body: (Index) -> R
    ) throws(LedgerError) -> R {
        let store = snapshot.store
        let directory = try throwawayDirectory()
        defer { removeEnvironment(directory) }
        do throws(LMDBError) {
            var options = store.log.environment.options
            options.readOnly = false
            options.noSync = true
            options.createDirectory = true
            options.maxDatabases = IndexReader.databaseNames.count + 2
            let environment = try Environment.open(directory: directory, options: options)
            // Open files outlive their names: nothing is left behind, however this process ends.
            removeEnvironment(directory)
            let databases = try environment.databases(IndexReader.databaseNames, create: true)
            let reader = try IndexReader(environment.read(), databases: databases, viewsVersion: Views.version)
            let index = Index.views(reader)
            try fold(snapshot, into: index, environment, watch, progress: progress)
            if let failure = index.failure { throw failed(directory, failure) }
            let report = body(index)
            if let failure = index.failure { throw failed(directory, failure) }
            return report
        } catch {
            throw LedgerError(error, store.directory)
        }
    }

    /// Folds anew and swaps the views in one transaction. Takes the writer's lock; readers go on.
    package static func rebuild(_ store: LedgerStore, progress: (UInt64, UInt64) -> Void) throws(LedgerError)
        -> RebuildReport
    {
        do throws(LMDBError) {
            let lock = try WriterLock(directory: store.directory)
            defer { withExtendedLifetime(lock) {} }
            try discardAbandoned(store)
            let serving = try LedgerSnapshot.forRebuild(store)
            let environment = store.log.environment
            let reader = try IndexReader(
                environment.read(), databases: store.indexDatabases, viewsVersion: Views.version,
                manifestKey: manifestKey)
            let index = Index.views(reader)
            guard let servingReader = serving.index.reader else { preconditionFailure("a snapshot reads runs") }
            try environment.write { transaction throws(LMDBError) in
                try index.begin(behind: servingReader, to: transaction)
            }
            try reader.renew()
            try fold(serving, into: index, environment, progress: progress)
            if let failure = index.failure { throw failed(store.directory, failure) }
            let worker = try Worker.forStorage(store.directory)
            defer { worker.end() }
            let (before, after) = digests(serving.wholeIndex, index, worker)
            // What could not be read had no digest.
            let report = RebuildReport(
                size: serving.head.count, before: serving.views.failure == nil ? before : [], after: after)
            if let failure = index.failure { throw failed(store.directory, failure) }
            try environment.write { transaction throws(LMDBError) in try index.replace(servingReader, to: transaction) }
            return report
        } catch {
            throw LedgerError(error, store.directory)
        }
    }

    /// Folds the log into an empty index, on two threads: one folds, the other hashes entries and writes runs.
    ///
    private static func fold(
        _ snapshot: LedgerSnapshot, into index: Index, _ environment: Environment, _ watch: FoldWatch = FoldWatch(),
        progress: (UInt64, UInt64) -> Void
    ) throws(LMDBError) {
        guard let reader = index.reader else { preconditionFailure("a rebuild writes runs") }
        index.filterMisses(of: Appender.unique)
        let views = Views(index: index, entries: snapshot.entries)
        let size = snapshot.head.count
        let beside = try RunsBeside(
            log: snapshot.store.log, runs: reader, environment: environment, place: snapshot.store.directory,
            audit: watch.audit)
        defer { beside.end() }
        var sequence: UInt64 = 0
        var hashed: UInt64 = 0
        var stops = watch.stops[...]
        let telling = watch.told.map { told in { (fact: Fact) in told(fact, views) } }
        while sequence < size {
            let end = min(size, sequence + 2_048, stops.first ?? size)
            LedgerSnapshot.fold(sequence..<end, snapshot.entries, views, told: telling)
            if let failure = views.failure { throw failed(environment.path, failure) }
            sequence = end
            if index.overlayRows >= flushRows || sequence == size {
                try beside.wait()
                try index.thaw()
                beside.start(index.freeze(folded: sequence), hashing: hashed..<sequence, folded: sequence)
                hashed = sequence
            }
            if sequence == stops.first {
                watch.reached(sequence, digests(index))
                stops.removeFirst()
            }
            progress(sequence, size)
        }
        try beside.wait()
        try index.thaw()
        // Views are only as good as the bytes they are folded from.
        guard size == 0 || watch.audit != nil || beside.root == snapshot.head.root else {
            throw failed(
                snapshot.store.directory,
                "the entries give root \(beside.root.hex), the head says \(snapshot.head.root.hex): entries were altered"
            )
        }
    }

    /// Deletes what an interrupted rebuild wrote.
    static func discardAbandoned(_ store: LedgerStore) throws(LMDBError) {
        let environment = store.log.environment
        let abandoned = try IndexReader(
            environment.read(), databases: store.indexDatabases, viewsVersion: Views.version, manifestKey: manifestKey)
        guard try abandoned.exists() else { return }
        let serving = try IndexReader(
            environment.read(), databases: store.indexDatabases, viewsVersion: Views.version)
        try environment.write { transaction throws(LMDBError) in
            try Index.discardRebuild(abandoned, beside: serving, to: transaction)
        }
    }

    static func failed(_ path: String, _ reason: String) -> LMDBError {
        LMDBError(code: .corrupt, operation: "fold", path: path, reason: reason, remedy: "restore a backup")
    }
}

/// An index handed to another thread until its digests are made.
private final class DigestJob: @unchecked Sendable {
    private let index: Index
    private(set) var digests: [ViewDigest] = []

    init(_ index: Index) { self.index = index }

    func run() { digests = Rebuild.digests(index) }
}
