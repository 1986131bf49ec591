package import Accounting
import Bytes
import Commerce
package import Events
import Index

/// A locker site: how full it is, what happened today, how long parcels wait.
package struct LockerRow: Sendable {
    package struct Size: Sendable {
        package let size: CompartmentSize
        package let count: UInt32
        package let occupied: UInt32
    }

    package let site: String
    package let name: String
    package let kind: LockerSiteKind
    package let host: String
    package let isClosed: Bool
    package let sizes: [Size]
    /// The local day that is today.
    package let day: CivilDate
    package let placedToday: Int64
    package let collectedToday: Int64
    /// From placed to collected, of all parcels collected there.
    package let dwellSeconds: Int64
    package let collected: Int64

    /// Counts, days and waits, and not only what is free.
    package let isOwn: Bool

    package var count: Int64 { sizes.reduce(0) { $0 + Int64($1.count) } }
    package var occupied: Int64 { sizes.reduce(0) { $0 + Int64($1.occupied) } }
}

/// The locker sites of a book.
package struct LockerQuery: Sendable {
    package let book: String
    /// Closed sites too.
    package var isWhole = false
    /// Everybody may know which sites have room; how full they are is for the host and the operator.
    package var viewer = Viewer.ledger

    package init(book: String) { self.book = book }

    /// In the order of their names; "today" is the local day of the last recorded time.
    ///
    /// - Complexity: O(sites + parcels in them + months of figures).
    package func rows(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [LockerRow] {
        let views = snapshot.views
        guard let book = Array(book.utf8).withBytes({ views.book($0) }) else {
            throw LedgerError.unknown(.book, self.book, for: viewer, views)
        }
        if case .district = viewer.scope { throw Viewer.refused("lockers") }
        let own = try viewer.party(views)
        let today = book.day(snapshot.lastRecordedAtUs)
        var dwell: [UInt64: Counters] = [:]
        let figures = views.index.rows(prefix: views.key.begin(.dwell).u16(book.id).bytes)
        while figures.next() {
            var reader = KeyReader(figures.key)
            _ = (reader.u16(), reader.u32())
            _ = dwell[reader.sequence(), default: Counters()].add(figures.counters)
        }
        var sites: [(name: [UInt8], record: LockerSiteRecord)] = []
        let rows = views.index.rows(prefix: views.key.begin(.lockerSite).u16(book.id).bytes)
        while rows.next() {
            var value = RecordReader(rows.value)
            sites.append((rows.key.dropFirst(3).array, LockerSiteRecord(&value)))
        }
        var result: [LockerRow] = []
        for (name, site) in sites where isWhole || !site.isClosed {
            let opened = views.lockerSite(number: site.openedSequence)
            let day = views.index.counters(views.key.begin(.siteDay).sequence(site.number).day(today).bytes)
            let waited = dwell[site.number] ?? Counters()
            let occupied = Self.occupied(site.number, views)
            result.append(
                LockerRow(
                    site: String(decoding: name, as: UTF8.self), name: opened?.name.string ?? "",
                    kind: opened?.kind ?? .unspecified, host: views.partyName(site.host), isClosed: site.isClosed,
                    sizes: [CompartmentSize.small, .medium, .large].filter { site.count($0) > 0 }.map {
                        LockerRow.Size(size: $0, count: site.count($0), occupied: occupied[$0.rawValue] ?? 0)
                    },
                    day: CivilDate(clampingDays: Int64(today)), placedToday: day.first, collectedToday: day.second,
                    dwellSeconds: waited.first,
                    collected: waited.second,
                    isOwn: viewer.operates(book) || own != nil && own == site.host))
        }
        try snapshot.check()
        return result.sorted { $0.site < $1.site }
    }

    private static func occupied(_ site: UInt64, _ views: Views) -> [Int: UInt32] {
        var counts: [Int: UInt32] = [:]
        let rows = views.index.rows(prefix: views.key.begin(.compartment).sequence(site).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.sequence()
            counts[Int(reader.u8()), default: 0] += 1
        }
        return counts
    }
}
