import Bytes
import Commerce
import EventLog
import Events
import Transparency

/// The events that say what the views were (`ViewsAttested`), to be compared with what a fresh fold gives at the same size of the log.
struct Attestations {
    /// Where one stands, and what it speaks of.
    private struct Attestation {
        let sequence: UInt64
        /// Of the log that was folded.
        let size: UInt64
    }

    /// A view that the fresh fold has otherwise.
    struct Difference {
        let sequence: UInt64
        let view: String
        let attested: ViewDigest
        let fresh: ViewDigest?
    }

    /// The digests of all attestations together cost at most so many times those of the whole log; the newest are always taken.
    private static let logsMax: UInt64 = 4

    private var compared: [Attestation] = []
    /// Those that speak of events that do not stand before them.
    private(set) var early: [UInt64] = []
    /// How many are of another version of the views, and how many older ones were left out.
    private(set) var ofOtherVersion: UInt64 = 0
    private(set) var leftOut = 0
    private(set) var differences: [Difference] = []

    /// Finds them in the log; an event that cannot be read is told elsewhere.
    ///
    /// - Parameter takesAll: leaves out none, whatever that costs.
    /// - Complexity: O(events); no body but theirs is read.
    init(_ snapshot: LedgerSnapshot, takesAll: Bool) {
        let size = snapshot.head.count
        snapshot.entries.scan(0..<size) { sequence, entry in
            guard let body = Self.body(of: entry) else { return true }
            if body.version != Views.version {
                ofOtherVersion += 1
            } else if body.throughSequence >= sequence {
                early.append(sequence)
            } else {
                compared.append(Attestation(sequence: sequence, size: body.throughSequence + 1))
            }
            return true
        }
        compared.sort { ($0.size, $0.sequence) < ($1.size, $1.sequence) }
        guard !takesAll else { return }
        var room = min(size, .max / Self.logsMax) * Self.logsMax
        var first = compared.count
        while first > 0 {
            let cost =
                first < compared.count && compared[first].size == compared[first - 1].size
                ? 0 : compared[first - 1].size
            guard cost <= room else { break }
            room -= cost
            first -= 1
        }
        leftOut = first
        compared.removeFirst(first)
    }

    private static func body(of entry: Bytes) -> ViewsAttestedView? {
        guard let event = try? EventView(entry), case .viewsAttested(let body)? = event.body else { return nil }
        return try? ViewsAttestedView(body)
    }

    /// How many are compared.
    var count: Int { compared.count }

    /// The sizes of the log whose digests are wanted, ascending.
    var sizes: [UInt64] {
        compared.map(\.size).reduce(into: []) { sizes, size in if sizes.last != size { sizes.append(size) } }
    }

    /// Compares those that speak of this size.
    mutating func compare(_ size: UInt64, _ fresh: [ViewDigest], _ entry: (UInt64) -> Bytes?) {
        for attestation in compared where attestation.size == size {
            guard let body = entry(attestation.sequence).flatMap(Self.body) else { continue }
            for encoded in body.views {
                guard let view = try? encoded.view() else { continue }
                let attested = ViewDigest(
                    view: view.view.string, rows: view.rows, digest: view.digest.array)
                let found = fresh.first { $0.view == attested.view }
                let differs = found?.digest != attested.digest || attested.rows > 0 && found?.rows != attested.rows
                guard differs, differences.count < LogAudit.findingsMax else { continue }
                differences.append(
                    Difference(sequence: attestation.sequence, view: attested.view, attested: attested, fresh: found))
            }
        }
    }
}

extension Verification {
    /// What the fresh fold says of the attested views.
    mutating func take(_ attestations: Attestations) {
        count(.attestations, UInt64(attestations.count))
        for sequence in attestations.early {
            find(
                .attestations, sequence: sequence,
                Text(
                    "parle d’événements qui n’étaient pas encore inscrits",
                    "speaks of events that were not recorded yet"
                ))
        }
        for difference in attestations.differences {
            let (attested, fresh) = (Self.text(difference.attested), Self.text(difference.fresh))
            find(
                .attestations, database: difference.view, sequence: difference.sequence,
                Text(
                    "vue \(difference.view) : attestée \(attested.french), calcul neuf \(fresh.french)",
                    "view \(difference.view): attested \(attested.english), fresh fold \(fresh.english)"))
        }
        var said: [Text] = []
        if attestations.ofOtherVersion > 0 {
            said.append(
                Text(
                    "\(attestations.ofOtherVersion) d’une autre version des vues, non comparées",
                    "\(attestations.ofOtherVersion) of another version of the views, not compared"))
        }
        if attestations.leftOut > 0 {
            said.append(
                Text(
                    "\(attestations.leftOut) plus anciennes, non comparées (--all-attestations)",
                    "\(attestations.leftOut) older ones, not compared (--all-attestations)"))
        }
        guard !said.isEmpty else { return }
        remark(
            .attestations,
            Text(said.map(\.french).joined(separator: "; "), said.map(\.english).joined(separator: "; ")))
    }

    private static func text(_ digest: ViewDigest?) -> Text {
        guard let digest, digest.digest.count == 32 else { return Text("rien", "nothing") }
        let hex = digest.digest.withBytes { Hash($0).hex }
        guard digest.rows > 0 else { return Text(hex, hex) }
        return Text("\(hex) (\(digest.rows) rangées)", "\(hex) (\(digest.rows) rows)")
    }
}
