import Accounting
import Bytes
import Index

/// What an operator does for the goods in its care, counted by owning book, site and day: what a warehousing agreement charges for.
package enum StorageMeasure: UInt8, CaseIterable, Sendable {
    /// Units that came in and went out, whatever the reason.
    case stored = 0
    /// Units, receipts.
    case received = 1
    /// Units, lines.
    case picked = 2
    /// Units, parcels.
    case packed = 3
    /// Units, lines.
    case shipped = 4
    /// Units, lines.
    case returned = 5
    /// Units that left for another site or came from one, movements.
    case moved = 6
}

/// What a cooperative used of sites over a period.
package struct StorageUsage: Equatable, Sendable {
    /// A unit that stands at a site at the end of a day is one unit-day: the day it comes counts, the day it leaves does not.
    package private(set) var unitDays: Int64 = 0
    /// At the end of the last day.
    package private(set) var unitsAtEnd: Int64 = 0
    private var handled: [StorageMeasure: Counters] = [:]

    init() {}

    /// Units handled, and in how many lines, receipts, parcels or movements.
    package func handled(_ measure: StorageMeasure) -> (units: Int64, times: Int64) {
        let counters = handled[measure] ?? Counters()
        return (counters.first, counters.second)
    }

    package static func == (a: StorageUsage, b: StorageUsage) -> Bool {
        a.unitDays == b.unitDays && a.unitsAtEnd == b.unitsAtEnd && a.handled == b.handled
    }

    mutating func add(days: Int128, unitsAtEnd units: Int64) {
        unitDays = Int64(clamping: Int128(unitDays) + days)
        unitsAtEnd &+= units
    }

    mutating func add(_ measure: StorageMeasure, _ counters: Counters) -> Bool {
        handled[measure, default: Counters()].add(counters)
    }
}

extension Views {
    /// What `owner` used of a site from day to day, both included, as known on the recorded day; days of the owner's calendar.
    ///
    /// Every movement counts for the days of the period from its own on: the sum of quantity × days left is the sum of what stood there each evening,
    /// without a row for a day or a product.
    /// - Complexity: O(days with movements of the owner at the site).
    package func storageUsage(
        owner: Book, site: StorageSiteRecord, from: Int32, to: Int32, knownBy recorded: Int32 = .max
    ) -> StorageUsage {
        var usage = StorageUsage()
        var days: Int128 = 0
        var units: Int64 = 0
        let rows = index.rows(prefix: key.begin(.storageUsage).u16(owner.id).sequence(site.sequence).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = (reader.u16(), reader.sequence())
            let measure = StorageMeasure(rawValue: reader.u8())
            let day = reader.day()
            guard let measure, day <= to, reader.day() <= recorded else { continue }
            if measure == .stored {
                let net = rows.counters.first &- rows.counters.second
                days += Int128(net) * Int128(Int64(to) - Int64(Swift.max(day, from)) + 1)
                units &+= net
            } else if day >= from, !usage.add(measure, rows.counters) {
                index.fail("a sum of the storage used left 64 bits")
            }
        }
        usage.add(days: from <= to ? days : 0, unitsAtEnd: units)
        return usage
    }

    /// The same over all sites of an operator, open or closed: what its agreement with `owner` charges.
    ///
    /// - Complexity: O(sites of the ledger + days with movements of the owner at the operator's sites).
    package func storageUsage(
        owner: Book, operator provider: Book, from: Int32, to: Int32, knownBy recorded: Int32 = .max
    ) -> StorageUsage {
        var usage = StorageUsage()
        for (_, site) in storageSites where site.book == provider.id {
            let one = storageUsage(owner: owner, site: site, from: from, to: to, knownBy: recorded)
            usage.add(days: Int128(one.unitDays), unitsAtEnd: one.unitsAtEnd)
            for measure in StorageMeasure.allCases {
                let handled = one.handled(measure)
                guard handled != (0, 0) else { continue }
                if !usage.add(measure, Counters(handled.units, handled.times)) {
                    index.fail("a sum of the storage used left 64 bits")
                }
            }
        }
        return usage
    }

    /// Every site of the ledger by name.
    ///
    /// - Complexity: O(sites).
    package var storageSites: [(name: String, site: StorageSiteRecord)] {
        var found: [(name: String, site: StorageSiteRecord)] = []
        let rows = index.rows(prefix: key.begin(.storageSite).bytes)
        while rows.next() {
            var value = RecordReader(rows.value)
            found.append((rows.key.dropFirst(1).string, StorageSiteRecord(&value)))
        }
        return found
    }

    func addUsage(
        _ measure: StorageMeasure, _ units: Int64, _ times: Int64, _ site: StorageSiteRecord, _ fact: Fact, _ book: Book
    ) {
        addCounters(
            key.begin(.storageUsage).u16(book.id).sequence(site.sequence).u8(measure.rawValue).day(fact.day)
                .day(fact.recordedDay).bytes,
            units, times)
    }
}
