import Accounting
import Bytes
import Events
import Index

/// What is counted of parcels by month, site and party.
package enum ParcelFigure: UInt8, CaseIterable, Sendable {
    /// Parcels and their value, by retailer.
    case prepared = 1
    /// Parcels whose pickup expired and their value, by host.
    case expired = 2
    /// Parcels and their value, by who held them when they went back.
    case returned = 3
    /// Parcels and what was left of their value, by holder.
    case lost = 4
    /// Damages and their amounts, by holder.
    case damaged = 5
}

/// Calendar months, as figures are kept by.
package enum Month {
    /// Months since the year 0 of the local day.
    package static func of(day: Int32) -> UInt32 {
        let (year, month, _) = CivilDate(clampingDays: Int64(day)).components
        return UInt32(clamping: year * 12 + month - 1)
    }

    /// "2017-03".
    package static func text(_ month: UInt32) -> String {
        String(CivilDate(year: Int(month / 12), month: Int(month % 12) + 1, day: 1)?.text.prefix(7) ?? "?")
    }
}

extension Views {
    /// Adds a scan to the figures; takes it away where `sign` is −1.
    func count(_ scan: ScanRecord, sign: Int64, _ book: Book) {
        let before = scan.before
        switch EventKind(rawValue: scan.kind) {
        case .parcelPlaced: addCounters(key.begin(.siteDay).sequence(scan.site).day(scan.day).bytes, sign, 0)
        case .parcelCollected:
            addCounters(key.begin(.siteDay).sequence(scan.site).day(scan.day).bytes, 0, sign)
            let seconds = (scan.atUs - before.placedAtUs) / 1_000_000
            addCounters(
                key.begin(.dwell).u16(book.id).u32(Month.of(day: scan.day)).sequence(scan.site).bytes, sign * seconds,
                sign)
        case .pickupExpired: add(.expired, scan, before.valueMinor, sign, book)
        case .parcelReturned: add(.returned, scan, before.valueMinor, sign, book)
        case .parcelLost: add(.lost, scan, before.worthMinor, sign, book)
        case .parcelDamaged:
            // The retailer's own damage is owed to nobody, and is counted without an amount.
            add(.damaged, scan, scan.dues.owedMinor, sign, book)
        default: break
        }
    }

    private func add(_ figure: ParcelFigure, _ scan: ScanRecord, _ amount: Int64, _ sign: Int64, _ book: Book) {
        addFigure(figure, scan.day, scan.before.site, scan.before.holder, sign, sign * amount, book)
    }

    func addFigure(
        _ figure: ParcelFigure, _ day: Int32, _ site: UInt64, _ party: UInt32, _ parcels: Int64, _ amount: Int64,
        _ book: Book
    ) {
        addCounters(
            key.begin(.parcelFigures).u16(book.id).u32(Month.of(day: day)).u8(figure.rawValue).sequence(site).u32(party)
                .bytes, parcels, amount)
    }
}
