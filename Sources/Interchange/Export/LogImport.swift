import Bytes
package import Commerce
import EventLog
package import Events
package import Ledger
import Transparency

/// Makes a log again from the lines of `LogExport`: the same entries, byte for byte, and so the same root.
///
/// The leaf hash of each line is checked before the event is believed, rules decide as they did, and folds make the views. What a ledger has already is compared and not
/// recorded again, so that an interrupted import goes on where it was.
package final class LogImport {
    /// Events and bytes of one commit.
    private static let batchEvents = 4_096
    private static let batchBytes = 16 << 20

    private let store: LedgerStore
    private let writer: LedgerWriter
    /// What the ledger had before, while lines are compared with it: a reader that stays makes the file grow.
    private var present: LedgerSnapshot?
    private let presentCount: UInt64
    private let proposals = Proposals()
    private var headers: [RecordedHeader] = []
    private var lines: [Int] = []
    /// Where the next line belongs.
    private var next: UInt64 = 0
    package private(set) var recorded = 0
    /// Events that the ledger had already, the same.
    package private(set) var repeats = 0

    /// A line that was refused; everything before its batch is recorded.
    package struct LineRefused: Error {
        package let line: Int
        package let reason: Reason

        package init(line: Int, reason: Reason) {
            self.line = line
            self.reason = reason
        }

        package enum Reason {
            case json(EventJSON.Failure)
            case entry(ProposalError)
            case rule(Refusal)
        }
    }

    package init(_ store: LedgerStore) throws(LedgerError) {
        self.store = store
        writer = try LedgerWriter(store)
        let snapshot = try LedgerSnapshot(store)
        presentCount = snapshot.head.count
        present = presentCount > 0 ? snapshot : nil
    }

    package func close() { writer.close() }

    /// Takes the next line. Throws `LineRefused`, or `LedgerError`.
    package func take(_ line: String, number: Int) throws {
        let event = try read(line, number)
        guard event.sequence == next else {
            throw LineRefused(
                line: number,
                reason: .rule(
                    Refusal(
                        .outOfRange, "sequence", "\(event.sequence)",
                        Text("une ligne manque ou est de trop", "a line is missing or one too many"),
                        accepted: Text("\(next)", "\(next)"))))
        }
        next += 1
        if event.sequence < presentCount {
            guard let known = present?.entry(event.sequence), Hash.leaf(known).hex == event.leafHash else {
                try present?.check()
                throw LineRefused(
                    line: number,
                    reason: .rule(
                        Refusal(
                            .conflict, "sequence", "\(event.sequence)",
                            Text(
                                "le grand livre a un autre événement à cette place",
                                "the ledger has another event at that place"),
                            accepted: Text(
                                "un grand livre vide, ou le même journal", "an empty ledger, or the same log"))))
            }
            repeats += 1
            if next == presentCount { present = nil }
            return
        }
        do {
            try event.entry.withBytes { bytes throws(ProposalError) in try proposals.append(encoded: bytes) }
        } catch {
            throw LineRefused(line: number, reason: .entry(error))
        }
        headers.append(
            RecordedHeader(sequence: event.sequence, recordedAtUs: event.recordedAtUs, rules: event.rules))
        lines.append(number)
        if proposals.count == Self.batchEvents || proposals.byteCount > Self.batchBytes { try flush() }
    }

    /// The entry that a line states, once its hash holds.
    private func read(_ line: String, _ number: Int) throws(LineRefused) -> ExportedEvent {
        do throws(EventJSON.Failure) {
            let event = try EventJSON.decode(exported: line)
            let found = event.entry.withBytes { Hash.leaf($0).hex }
            guard found == event.leafHash else { throw EventJSON.wrongLeafHash(event.leafHash, found: found) }
            return event
        } catch {
            throw LineRefused(line: number, reason: .json(error))
        }
    }

    /// Records what waits. Throws `LineRefused` for the first line that a rule refuses.
    package func flush() throws {
        guard !proposals.isEmpty else { return }
        var options = AppendOptions()
        options.recorded = headers
        let outcome = try writer.append(proposals, options)
        if let refused = outcome.refused.min(by: { $0.position < $1.position }) {
            let line = lines.indices.contains(refused.position) ? lines[refused.position] : 0
            throw LineRefused(line: line, reason: .rule(refused.refusal))
        }
        recorded += outcome.recorded
        proposals.removeAll()
        headers.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
    }

    /// Records what is left and compares lengths: a file that ends before the ledger does is not its log. Throws `LedgerError` with code `badInput`.
    package func finish() throws {
        try flush()
        guard next >= presentCount else {
            throw LedgerError(
                .badInput, store.directory,
                Text(
                    "le grand livre a \(presentCount) événements, le fichier \(next)",
                    "the ledger has \(presentCount) events, the file \(next)"),
                remedy: Text("nommer un dossier vide avec --ledger", "name an empty folder with --ledger"))
        }
    }
}
