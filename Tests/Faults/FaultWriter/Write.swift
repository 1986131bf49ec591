import Commerce
import EventLog
import Events
import Glibc
import Ledger

/// How `write` goes about it.
struct WriteOptions {
    var seed: UInt64 = 1
    /// Stops when the log has this many events.
    var events: UInt64 = 12_000
    var noSync = false
    /// One batch a commit and one writer for the whole run, so that a system call's number names one place.
    var isPlain = false
    var machineClock = false
    /// Keeps the writer open until standard input ends.
    var holds = false
}

let mapBytes = 16 << 30

/// One line, at once: what a harness reads counts as told to the world.
func tell(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = Glibc.write(1, bytes, bytes.count)
}

func openOrCreate(_ directory: String, noSync: Bool) throws(LedgerError) -> LedgerStore {
    do throws(LedgerError) {
        return try LedgerStore.open(directory, readOnly: false, mapBytes: mapBytes, noSync: noSync)
    } catch {
        // Missing, or a creation that was cut off before it was acknowledged.
        guard error.code == .notFound || error.code == .badInput else { throw error }
        return try LedgerStore.create(directory, origin: "faults/log", mapBytes: mapBytes, noSync: noSync)
    }
}

/// Appends the seed's batches behind those the ledger has, and tells `ack <size>` of each once it is durable.
func write(_ directory: String, _ options: WriteOptions) throws {
    let store = try openOrCreate(directory, noSync: options.noSync)
    let sequence = EventSequence(seed: options.seed, machineClock: options.machineClock)
    var size = try LedgerSnapshot(store).head.count
    guard var place = sequence.batch(after: size) else { throw Finding("size \(size) is no batch's end") }
    tell("ack \(size)")
    var writer = try LedgerWriter(store)
    var unflushed: UInt64 = 0
    while size < options.events {
        var random = SplitMix(seed: options.seed ^ 0xFACE &+ UInt64(place.number))
        var group: [(Submission, UInt64)] = []
        for _ in 0..<(options.isPlain ? 1 : 1 + random.below(3)) {
            let submission = writer.submit(try sequence.proposals(place))
            place = sequence.next(place)
            group.append((submission, place.size))
        }
        for (submission, end) in group {
            let outcome = try submission.wait()
            if let refused = outcome.refused.first { throw Finding("refused: \(refused.refusal.text(.english))") }
            unflushed += end - size
            size = end
            tell("ack \(size)")
        }
        // A writer that closes leaves a short tail: so runs and their merges come often.
        if !options.isPlain, unflushed >= 1_024 {
            writer.close()
            unflushed = 0
            writer = try LedgerWriter(store)
        }
    }
    if options.holds {
        tell("holding")
        while getchar() != EOF {}
    }
    writer.close()
}
