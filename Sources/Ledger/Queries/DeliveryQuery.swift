import Accounting
import Bytes
import Commerce
package import Events
import Index

/// Promises kept and missed of one promise, site, carrier or month.
package struct PromiseRow: Equatable, Sendable {
    /// What the row is about; empty where a promise was counted without a locker or carrier.
    package let name: String
    package let kept: Int64
    package let missed: Int64

    package init(name: String, kept: Int64, missed: Int64) {
        self.name = name
        self.kept = kept
        self.missed = missed
    }

    /// Tenths of a percent, half-up; `nil` where nothing was promised.
    package var onTimePermille: Int64? {
        let all = kept + missed
        return all > 0 ? (kept * 2_000 + all) / (2 * all) : nil
    }
}

/// An order that should be ready by now.
package struct LateRow: Equatable, Sendable {
    package let order: String
    package let buyer: String
    package let promise: DeliveryMode
    package let deadlineUs: Int64
    /// Parcels prepared for it.
    package let parcels: Int64
    /// Who has those that are not ready, in the order of their preparation, each once.
    package let holders: [String]
}

/// Parcels of one holder, retailer or host that went wrong. Amounts in minor units.
package struct ParcelFiguresRow: Equatable, Sendable {
    package let party: String
    package let prepared: Int64
    package let expired: Int64
    package let returned: Int64
    package let lost: Int64
    package let lostMinor: Int64
    package let damaged: Int64
    package let damagedMinor: Int64

    /// Whether anything went wrong.
    package var hasLosses: Bool { expired != 0 || returned != 0 || lost != 0 || damaged != 0 }
}

/// On-time rates, what is late, and what was lost.
package struct DeliveryQuery: Sendable {
    package enum Grouping: String, CaseIterable, Sendable {
        case promise
        case site
        case carrier
        case month
    }

    package let book: String
    package var grouping = Grouping.promise
    /// Months, as `Month` numbers them, both included.
    package var months: ClosedRange<UInt32> = 0...(.max)

    /// A person sees the promises they carried, what is late of their own orders, and what went wrong in their hands.
    package var viewer = Viewer.ledger

    package init(book: String) { self.book = book }

    private func opened(_ views: Views) throws(LedgerError) -> Book {
        guard let book = Array(book.utf8).withBytes({ views.book($0) }) else {
            throw LedgerError.unknown(.book, self.book, for: viewer, views)
        }
        return book
    }

    /// Promises by what they are grouped by, in the order of their names.
    ///
    /// - Complexity: O(months × sites × carriers).
    package func promises(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [PromiseRow] {
        let views = snapshot.views
        let book = try opened(views)
        let own = try viewer.person(in: book, views)
        guard own == nil || grouping == .carrier else { throw Viewer.refused(book.name) }
        var sums: [UInt64: Counters] = [:]
        let rows = views.index.rows(prefix: views.key.begin(.promises).u16(book.id).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            let mode = UInt64(reader.u8())
            let month = reader.u32()
            let site = reader.sequence()
            let carrier = UInt64(reader.u32())
            guard months.contains(month), own == nil || own == UInt32(carrier) else { continue }
            let group =
                switch grouping {
                case .promise: mode
                case .site: site
                case .carrier: carrier
                case .month: UInt64(month)
                }
            _ = sums[group, default: Counters()].add(rows.counters)
        }
        let result = sums.filter { $0.value != Counters() }.map { group, sum in
            PromiseRow(name: name(group, views), kept: sum.first, missed: sum.second)
        }
        try snapshot.check()
        return result.sorted { $0.name < $1.name }
    }

    private func name(_ group: UInt64, _ views: Views) -> String {
        switch grouping {
        case .promise: DeliveryMode(rawValue: Int(group)) == .locker4H ? "4h" : "24h"
        case .site: views.lockerSiteName(group)
        case .carrier: views.partyName(UInt32(truncatingIfNeeded: group))
        case .month: Month.text(UInt32(truncatingIfNeeded: group))
        }
    }

    /// What is still due and whose deadline is before `us`, the oldest first.
    ///
    /// - Complexity: O(what is late).
    package func late(at us: Int64, _ snapshot: LedgerSnapshot) throws(LedgerError) -> [LateRow] {
        let views = snapshot.views
        let book = try opened(views)
        var due: [UInt64] = []
        let rows = views.index.rows(prefix: views.key.begin(.promiseDue).u16(book.id).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            let deadline = Int64(sortable: UInt64(reader.u32()) << 32 | UInt64(reader.u32()))
            guard deadline < us else { break }
            due.append(reader.sequence())
        }
        return try late(due, at: .max, book, snapshot)
    }

    /// What was late at a time in the past: of all that happened by then, whenever it was recorded, without what was voided since.
    ///
    /// - Complexity: O(orders of the book).
    package func late(asOf us: Int64, _ snapshot: LedgerSnapshot) throws(LedgerError) -> [LateRow] {
        let views = snapshot.views
        let book = try opened(views)
        var due: [(order: UInt64, deadlineUs: Int64)] = []
        let rows = views.index.rows(prefix: views.key.begin(.order).u16(book.id).bytes)
        while rows.next() {
            var value = RecordReader(rows.value)
            let order = OrderRecord(&value)
            guard order.hasPromise, order.wasPaid, order.deadlineUs < us else { continue }
            due.append((order.sequence, order.deadlineUs))
        }
        due = due.filter { isDue($0.order, at: us, book, views) }
        due.sort { ($0.deadlineUs, $0.order) < ($1.deadlineUs, $1.order) }
        return try late(due.map(\.order), at: us, book, snapshot)
    }

    /// Whether an order whose promise ran was neither over nor ready then.
    private func isDue(_ sequence: UInt64, at us: Int64, _ book: Book, _ views: Views) -> Bool {
        let rows = views.index.rows(prefix: views.key.begin(.orderEvents).sequence(sequence).bytes)
        var events: [(sequence: UInt64, kind: EventKind?)] = []
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.sequence()
            var value = RecordReader(rows.value)
            events.append((reader.sequence(), EventKind(rawValue: Int(clamping: value.unsigned()))))
        }
        let isRefunded = views.order(at: sequence, book)?.isRefundedWhole == true
        var refundedUs: Int64?
        for event in events {
            switch event.kind {
            case .orderHandedOver, .purchaseCancelled:
                if views.effectiveAtUs(event.sequence) <= us { return false }
            case .purchaseRefunded where isRefunded:
                refundedUs = max(refundedUs ?? .min, views.effectiveAtUs(event.sequence))
            default: continue
            }
        }
        if let refundedUs, refundedUs <= us { return false }
        return !views.isReady(sequence, by: us)
    }

    /// The rows of orders that are late, with what was known of their parcels then.
    private func late(
        _ orders: [UInt64], at us: Int64, _ book: Book, _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> [LateRow] {
        let views = snapshot.views
        let own = try viewer.person(in: book, views)
        var result: [LateRow] = []
        for sequence in orders {
            guard let event = views.event(sequence), let body = try? PurchasePlacedView(event.bodyBytes),
                own == nil || views.party(.identity, body.buyer) == own, let order = views.order(body.order, book)
            else { continue }
            let parcels = views.parcels(ofOrder: sequence).filter { views.isPrepared($0, by: us) }
            var holders: [String] = []
            for number in parcels {
                guard let parcel = views.parcel(number: number), !parcel.isReady(by: us),
                    !views.isPrepared(parcel.replacedBy, by: us)
                else { continue }
                let holder = views.partyName(views.holder(of: number, parcel, at: us))
                if !holders.contains(holder) { holders.append(holder) }
            }
            result.append(
                LateRow(
                    order: body.order.string, buyer: body.buyer.string,
                    promise: DeliveryMode(rawValue: order.deliveryMode) ?? .unspecified, deadlineUs: order.deadlineUs,
                    parcels: Int64(parcels.count), holders: holders))
        }
        try snapshot.check()
        return result
    }

    /// What was prepared, expired, went back, was lost or damaged, by party.
    ///
    /// - Complexity: O(months × sites × parties).
    package func figures(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [ParcelFiguresRow] {
        let views = snapshot.views
        let book = try opened(views)
        let own = try viewer.person(in: book, views)
        var sums: [UInt32: [ParcelFigure: Counters]] = [:]
        let rows = views.index.rows(prefix: views.key.begin(.parcelFigures).u16(book.id).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            let month = reader.u32()
            guard months.contains(month), let figure = ParcelFigure(rawValue: reader.u8()) else { continue }
            _ = reader.sequence()
            _ = sums[reader.u32(), default: [:]][figure, default: Counters()].add(rows.counters)
        }
        var result: [ParcelFiguresRow] = []
        for (party, figures) in sums where own == nil || party == own {
            func sum(_ figure: ParcelFigure) -> Counters { figures[figure] ?? Counters() }
            guard figures.values.contains(where: { $0 != Counters() }) else { continue }
            result.append(
                ParcelFiguresRow(
                    party: views.partyName(party), prepared: sum(.prepared).first, expired: sum(.expired).first,
                    returned: sum(.returned).first, lost: sum(.lost).first, lostMinor: sum(.lost).second,
                    damaged: sum(.damaged).first, damagedMinor: sum(.damaged).second))
        }
        try snapshot.check()
        return result.sorted { $0.party < $1.party }
    }
}
