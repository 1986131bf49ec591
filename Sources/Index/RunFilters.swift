import Bytes
import Synchronization

/// What of an index is asked of runs that mostly do not have it: whole keys, or the rows under a prefix of one length.
package struct AskedKeys: Sendable {
    let points: IndexSet
    let indexes: IndexSet
    /// By first byte; 0 where nothing is asked by prefix.
    private let prefixes: [UInt8]

    /// - Parameters:
    ///   - points: the indexes of which whole keys are asked.
    ///   - prefixes: the indexes that are asked by prefix, with the length of the prefix, its first byte included.
    package init(points: Set<UInt8>, prefixes: [UInt8: Int]) {
        var lengths = [UInt8](repeating: 0, count: 256)
        for (index, length) in prefixes { lengths[Int(index)] = UInt8(length) }
        self.prefixes = lengths
        self.points = IndexSet(points)
        self.indexes = IndexSet(points.union(prefixes.keys))
    }

    /// The part of a key under which its index is asked.
    @inline(__always)
    func prefix(of key: Bytes) -> Bytes? {
        let length = Int(prefixes[Int(key[0])])
        return length > 0 && key.count >= length ? key.prefix(length) : nil
    }
}

/// The filters of runs, in the memory of a writer: made by the thread that writes the runs, in passing, and asked by the one that decides.
///
/// A run without one is asked as if it had the key: a run that is there when a ledger is opened has none until as many seeks in it were in vain as make reading
/// it worth its cost, or until it is merged. So opening costs nothing for them, and nothing of them is stored.
package final class RunFilters: Sendable {
    /// All filters of one writer together, in bytes. Where there is no more room, filters of large runs have fewer bits a key, and at last there are none.
    static let bytesMax = 256 << 20

    package let asked: AskedKeys

    private struct State {
        var serving: [UInt32: KeyFilter] = [:]
        /// Of runs that are being written, and of those that are finished but not committed.
        var growing: [UInt32: Growing] = [:]
        var finished: [UInt32: KeyFilter] = [:]

        var byteCount: Int {
            serving.values.reduce(0) { $0 + $1.byteCount } + finished.values.reduce(0) { $0 + $1.byteCount }
                + growing.values.reduce(0) { $0 + $1.builder.byteCount }
        }
    }

    /// Touched only by the thread that writes runs.
    private struct Growing: @unchecked Sendable {
        let builder: KeyFilterBuilder
    }

    private let state = Mutex(State())

    package init(_ asked: AskedKeys) { self.asked = asked }

    /// Bytes that they hold, for budgets.
    package var byteCount: Int { state.withLock { $0.byteCount } }

    static func filter(keys: Int, bytesMax: Int) -> KeyFilter? {
        let bytes = min(keys * KeyFilter.bitsPerKey / 8, bytesMax)
        return bytes * 8 >= keys * KeyFilter.bitsPerKeyMin ? KeyFilter(bytes: bytes) : nil
    }

    // MARK: the thread that writes runs

    /// Begins the filter of a new run; with `keys`, about as many are expected.
    func begin(_ run: UInt32, keys: Int? = nil) -> KeyFilterBuilder? {
        let growing: Growing? = state.withLock {
            $0.growing[run] = nil
            var filter: KeyFilter?
            if let keys {
                filter = Self.filter(keys: keys, bytesMax: (Self.bytesMax - $0.byteCount) / 2)
                guard filter != nil else { return nil }
            }
            let growing = Growing(builder: KeyFilterBuilder(asked, filter))
            $0.growing[run] = growing
            return growing
        }
        return growing?.builder
    }

    /// The filter of a run that goes on being written, where it was seen from its first row on.
    func builder(of run: UInt32) -> KeyFilterBuilder? { state.withLock { $0.growing[run] }?.builder }

    /// All rows of a run are written; with the commit its filter serves.
    func finish(_ run: UInt32) {
        state.withLock {
            guard let growing = $0.growing.removeValue(forKey: run) else { return }
            $0.finished[run] = growing.builder.finish(bytesMax: (Self.bytesMax - $0.byteCount) / 2)
        }
    }

    /// Forgets what a transaction that failed had finished.
    func abandonFinished() { state.withLock { $0.finished.removeAll() } }

    /// After the commit of `manifest`: those that were finished serve, those of runs that are no more do not.
    func publish(_ manifest: Manifest) {
        let runs = Set(manifest.runs.map(\.id))
        let outputs = Set(manifest.jobs.map(\.output) + [manifest.unfinishedRun])
        state.withLock {
            $0.serving.merge($0.finished) { $1 }
            $0.finished.removeAll()
            $0.serving = $0.serving.filter { runs.contains($0.key) }
            $0.growing = $0.growing.filter { outputs.contains($0.key) }
        }
    }

    /// How many keys of a run its filter has.
    func keys(of run: UInt32) -> Int? { state.withLock { $0.serving[run]?.keys } }

    // MARK: the thread that asks

    /// The filters of runs, by their numbers.
    var serving: [UInt32: KeyFilter] { state.withLock { $0.serving } }

    /// Begins the filter of a run that is going to be read for it; half of its rows are taken for keys.
    func builder(reading run: Run) -> KeyFilterBuilder? {
        let room = (Self.bytesMax - byteCount) / 2
        return Self.filter(keys: Int(clamping: run.rows / 2), bytesMax: room).map { KeyFilterBuilder(asked, $0) }
    }

    /// Takes the filter of a run that was read for it.
    func adopt(_ builder: KeyFilterBuilder, of run: UInt32) -> KeyFilter? {
        state.withLock {
            let filter = builder.finish(bytesMax: (Self.bytesMax - $0.byteCount) / 2)
            $0.serving[run] = filter
            return filter
        }
    }

    /// Another process may have changed the runs.
    func forget() {
        state.withLock {
            $0.serving.removeAll()
            $0.growing.removeAll()
            $0.finished.removeAll()
        }
    }
}
