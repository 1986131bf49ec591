import Accounting
import Bytes
package import Commerce
import Events
package import Ledger

/// The parcel events of a book as an EPCIS 2.0 document (GS1, JSON-LD).
///
/// The same ledger gives the same bytes: the document's date is the last recorded time, and an event's id is its leaf's
/// hash. A voided scan stands as it was recorded and again with an error declaration, as EPCIS 2.0 §7.4.1.3 asks.
/// Everything that stands between quotes is a URN of ours, a word of the vocabulary, a number or a time: nothing needs
/// escaping.
package struct EPCISExport {
    private let snapshot: LedgerSnapshot
    private let views: Views
    private let book: Book

    package init(_ snapshot: LedgerSnapshot, _ book: Book) {
        self.snapshot = snapshot
        self.views = snapshot.views
        self.book = book
    }

    /// A parcel's event, by sequence.
    private struct Seen {
        let sequence: UInt64
        let parcel: UInt64
    }

    /// Writes the document, an event a line; returns how many events it has.
    ///
    /// - Complexity: O(parcel events), of which it keeps two numbers each.
    @discardableResult
    package func write(_ out: (String) -> Void) throws(LedgerError) -> Int {
        let date = InstantText.format(us: snapshot.lastRecordedAtUs)
        out(
            #"{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","#
                + #""schemaVersion":"2.0","creationDate":"\#(date)","epcisBody":{"eventList":["#)
        var count = 0
        for seen in events() {
            guard let line = line(seen) else { continue }
            out((count == 0 ? "\n" : ",\n") + line)
            count += 1
        }
        out("\n]}}\n")
        try snapshot.check()
        return count
    }

    private func events() -> [Seen] {
        var all: [Seen] = []
        for parcel in views.allParcels(book) {
            all.append(Seen(sequence: parcel, parcel: parcel))
            for (sequence, _) in views.scans(ofParcel: parcel) { all.append(Seen(sequence: sequence, parcel: parcel)) }
        }
        return all.sorted { $0.sequence < $1.sequence }
    }

    private func line(_ seen: Seen) -> String? {
        guard let event = views.event(seen.sequence), let kind = event.kind else { return nil }
        guard kind == .scanVoided else { return object(seen, event, error: nil) }
        guard let body = try? ScanVoidedView(event.bodyBytes), let voided = views.event(body.scannedSequence) else {
            return nil
        }
        let declared = InstantText.format(us: event.effectiveAt.map(microseconds) ?? 0)
        return object(
            Seen(sequence: body.scannedSequence, parcel: seen.parcel), voided,
            error: (#"{"declarationTime":"\#(declared)","reason":"did_not_occur"}"#, event.recordedAtUs ?? 0))
    }

    private func object(
        _ seen: Seen, _ event: EventView, error: (declaration: String, recordedAtUs: UInt64)?
    ) -> String? {
        guard let kind = event.kind, let step = EPCISStep(kind), let id = snapshot.eventUUID(seen.sequence),
            let prepared = views.preparation(ofParcel: seen.parcel)
        else { return nil }
        let us = event.effectiveAt.map(microseconds) ?? 0
        let recorded = InstantText.format(us: Int64(clamping: error?.recordedAtUs ?? event.recordedAtUs ?? 0))
        var members = [
            #""type":"ObjectEvent""#, #""eventID":"urn:uuid:\#(id)""#,
            #""eventTime":"\#(InstantText.format(us: us))""#, #""recordTime":"\#(recorded)""#,
            #""eventTimeZoneOffset":"\#(offset(us))""#,
        ]
        if let error { members.append(#""errorDeclaration":\#(error.declaration)"#) }
        members += [
            #""epcList":["\#(name("parcel", prepared.parcel.string))"]"#, #""action":"\#(step.action)""#,
            #""bizStep":"\#(step.bizStep)""#, #""disposition":"\#(step.disposition)""#,
        ]
        members += places(kind, seen)
        members.append(
            #""bizTransactionList":[{"type":"po","bizTransaction":"\#(name("order", prepared.order.string))"}]"#)
        members += custody(kind, seen)
        return "{" + members.joined(separator: ",") + "}"
    }

    private func name(_ kind: String, _ text: String) -> String { EPCISName.of(kind, book: book.name, text) }

    /// "-05:00"; offsets of a book are told to the minute.
    private func offset(_ us: Int64) -> String {
        let minutes = Int(book.calendar.offsetSeconds(at: us)) / 60
        let clamped = Swift.min(Swift.max(minutes, -840), 840)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return (clamped < 0 ? "-" : "+") + two(abs(clamped) / 60) + ":" + two(abs(clamped) % 60)
    }

    /// Where it was read, and where it is from then on: only the lockers are places; the rest is known by who has it.
    private func places(_ kind: EventKind, _ seen: Seen) -> [String] {
        guard let scan = views.scan(seen.sequence, of: seen.parcel), scan.site != 0 else { return [] }
        let site = name("site", views.lockerSiteName(scan.site))
        let read = #""readPoint":{"id":"\#(site)"}"#
        return kind == .parcelPlaced || kind == .pickupExpired ? [read, #""bizLocation":{"id":"\#(site)"}"#] : [read]
    }

    /// Who gave it and who took it; absent where it stayed with its holder.
    private func custody(_ kind: EventKind, _ seen: Seen) -> [String] {
        guard let scan = views.scan(seen.sequence, of: seen.parcel), scan.holder != scan.before.holder else {
            return []
        }
        // An identity is one and the same in every book.
        let from = "urn:grandlivre:party:" + EPCISName.escaped(views.partyName(scan.before.holder))
        let to = "urn:grandlivre:party:" + EPCISName.escaped(views.partyName(scan.holder))
        return [
            #""sourceList":[{"type":"possessing_party","source":"\#(from)"}]"#,
            #""destinationList":[{"type":"possessing_party","destination":"\#(to)"}]"#,
        ]
    }
}
