import Bytes
import Commerce
import EventLog
import Events
import Ledger
import LMDB
import Transparency

/// What a ledger holds that it should not, or lacks.
struct Finding: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Compares a ledger with what the seed says: every acknowledged event, no part of a batch, the tree, the views; then goes on writing.
///
/// - Parameter acked: events that were acknowledged; nil when not even the ledger's creation was.
/// - Returns: the size at the end.
func verify(_ directory: String, seed: UInt64, acked: UInt64?, appends: Bool) throws -> UInt64 {
    let store =
        acked == nil
        ? try openOrCreate(directory, noSync: false)
        : try LedgerStore.open(directory, readOnly: !appends, mapBytes: mapBytes)
    let snapshot = try LedgerSnapshot(store)
    let size = snapshot.head.count
    if let acked, size < acked { throw Finding("\(acked) events were acknowledged, \(size) are there") }
    let sequence = EventSequence(seed: seed)
    guard let end = sequence.batch(after: size) else { throw Finding("size \(size) is no batch's end: half a batch") }
    try compare(snapshot, sequence, size)
    guard appends else { return size }
    let verification = try Verification.run(directory)
    guard verification.isSound else { throw Finding("it does not verify: \(verification.findings)") }
    let writer = try LedgerWriter(store)
    defer { writer.close() }
    let outcome = try writer.append(try sequence.proposals(end))
    if let refused = outcome.refused.first { throw Finding("refused: \(refused.refusal.text(.english))") }
    guard outcome.size == sequence.next(end).size, outcome.repeats == 0 else {
        throw Finding("the next batch ends at \(outcome.size), not at \(sequence.next(end).size)")
    }
    return outcome.size
}

/// Every entry, byte for byte, and the tree over them.
private func compare(_ snapshot: LedgerSnapshot, _ sequence: EventSequence, _ size: UInt64) throws {
    var frontier = Frontier()
    var lastRecordedAtUs: UInt64 = 0
    var bytes: UInt64 = 0
    var place = EventSequence.Place()
    while place.size < size {
        let proposals = try sequence.proposals(place)
        for index in 0..<proposals.count {
            let number = place.size + UInt64(index)
            let view = try EventView(proposals[index])
            lastRecordedAtUs = max(lastRecordedAtUs, UInt64(clamping: view.effectiveAt.map(microseconds) ?? 0))
            let offset = proposals.entries.range(index).lowerBound
            proposals.entries.buffer.writeHeader(
                at: offset, sequence: number, recordedAtUs: lastRecordedAtUs, rules: Views.rulesVersion)
            guard let entry = snapshot.entry(number) else { throw Finding("entry \(number) of \(size) is missing") }
            guard entry == proposals[index] else { throw Finding("entry \(number) has other bytes") }
            bytes += UInt64(entry.count)
            frontier.append(Hash.leaf(entry))
        }
        place = sequence.next(place)
    }
    let head = snapshot.head
    guard head.root == frontier.root, head.entryBytes == bytes, head.lastRecordedAtUs == lastRecordedAtUs else {
        throw Finding("the head does not belong to the entries")
    }
    let environment = snapshot.store.log.environment
    let stored = try snapshot.store.log.root(atSize: size, in: environment.read())
    guard stored == frontier.root else { throw Finding("the stored tree has another root than the entries") }
    try snapshot.check()
}
