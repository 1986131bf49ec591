import Accounting
import Bytes
package import Commerce
package import Events
import Index

/// A parcel as listings show it. Amounts in minor units, times in microseconds since 1970.
package struct ParcelRow: Sendable {
    package let parcel: String
    package let number: UInt64
    /// Empty to whoever only carries or keeps it.
    package fileprivate(set) var order: String
    package let state: ParcelState
    /// Names that are not the viewer's to know are empty.
    package fileprivate(set) var retailer: String
    package fileprivate(set) var holder: String
    package fileprivate(set) var buyer: String
    /// The site it is meant for; empty for the door.
    package let site: String
    /// 0 where it stands in no compartment.
    package let compartment: UInt32
    package let compartmentSize: CompartmentSize
    package let size: CompartmentSize
    /// 0, as the damage is, to whoever only carries or keeps it.
    package fileprivate(set) var valueMinor: Int64
    package fileprivate(set) var damagedMinor: Int64
    package let readyAtUs: Int64?
    package let expiresAtUs: Int64?
    package let lastAtUs: Int64
}

/// Which parcels of a book are wanted.
package struct ParcelQuery: Sendable {
    package let book: String
    package var order: String?
    /// Whoever has it and must pass it on; a parcel that has arrived is held for nobody.
    package var holder: String?
    /// The site in whose compartments it stands.
    package var site: String?
    package var state: ParcelState?
    /// The first in the order of names that tables have, not in that of bytes.
    package var isInNameOrder = false
    package var limit: Int = .max
    /// Only parcels that the viewer sells, buys or has are found.
    package var viewer = Viewer.ledger

    package init(book: String) { self.book = book }

    /// The parcels in the order of their preparation; without order, holder or site in that of their names.
    ///
    /// - Complexity: O(parcels of the order, holder or site); without one O(parcels) until the limit is reached.
    package func rows(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [ParcelRow] {
        let views = snapshot.views
        guard let book = Array(book.utf8).withBytes({ views.book($0) }) else {
            throw LedgerError.unknown(.book, self.book, for: viewer, views)
        }
        var holderParty: UInt32?
        if let holder, viewer.isOperator || viewer.names(holder) || viewer.operates(book) {
            holderParty = Array(holder.utf8).withBytes { views.party(.identity, $0) }
            guard holderParty != nil else { throw LedgerError.unknown(.identity, holder, for: viewer, views) }
        }
        var siteNumber: UInt64?
        if let site {
            siteNumber = Array(site.utf8).withBytes { views.lockerSite($0, book)?.number }
            guard siteNumber != nil else { throw LedgerError.unknown(.lockerSite(book), site, for: viewer, views) }
        }
        let own = viewer.operates(book) ? nil : try viewer.party(views)
        var numbers: [UInt64]
        if viewer.operates(book) {
            numbers = try candidates(holderParty, siteNumber, book, views)
        } else {
            guard let own else { throw Viewer.refused("parcels") }
            if let holder, holderParty != own { throw Viewer.unknown(holder) }
            numbers = try parcels(of: own, book, snapshot)
            if let order { numbers = try only(numbers, order, book, views) }
        }
        var result: [ParcelRow] = []
        for number in numbers {
            guard let record = views.parcel(number: number) else { continue }
            if let state, record.state != state { continue }
            if let holderParty, record.state.isEnd || record.holder != holderParty { continue }
            if let siteNumber, record.placedSite != siteNumber { continue }
            if let row = Self.row(number, record, views) { result.append(own.map { row.seen(by: $0, record) } ?? row) }
            if result.count == limit { break }
        }
        try snapshot.check()
        return result
    }

    /// Those that the party sold, bought or has now, by their numbers.
    private func parcels(of own: UInt32, _ book: Book, _ snapshot: LedgerSnapshot) throws(LedgerError) -> [UInt64] {
        let views = snapshot.views
        var query = EventQuery()
        query.kind = .parcelPrepared
        var numbers = Set(try query.sequences(ofParty: own, snapshot))
        let rows = views.index.rows(prefix: views.key.begin(.custody).u16(book.id).u32(own).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key.dropFirst(6))
            numbers.insert(reader.sequence())
        }
        return numbers.filter { views.event($0)?.book.string == book.name }.sorted()
    }

    /// Of an order that the viewer may know.
    private func only(
        _ numbers: [UInt64], _ order: String, _ book: Book, _ views: Views
    ) throws(LedgerError) -> [UInt64] {
        guard let record = Array(order.utf8).withBytes({ views.order($0, book) }),
            try viewer.sight(of: record, in: book, views) != .hidden
        else { throw LedgerError.unknown(.order(book), order, for: viewer, views) }
        return numbers.filter { views.parcel(number: $0)?.order == record.sequence }
    }

    private func candidates(
        _ holder: UInt32?, _ site: UInt64?, _ book: Book, _ views: Views
    ) throws(LedgerError) -> [UInt64] {
        if let order {
            guard let record = Array(order.utf8).withBytes({ views.order($0, book) }) else {
                throw LedgerError.unknown(.order(book), order, for: viewer, views)
            }
            return views.parcels(ofOrder: record.sequence)
        }
        if let site {
            return Self.values(views.index.rows(prefix: views.key.begin(.compartment).sequence(site).bytes)).sorted()
        }
        if let holder {
            var numbers: [UInt64] = []
            let rows = views.index.rows(prefix: views.key.begin(.custody).u16(book.id).u32(holder).bytes)
            while rows.next() {
                var reader = KeyReader(rows.key.dropFirst(6))
                numbers.append(reader.sequence())
            }
            return numbers
        }
        let rows = views.index.rows(prefix: views.key.begin(.parcelName).u16(book.id).bytes)
        guard isInNameOrder else { return Self.values(rows) }
        var named: [(name: NameOrder, number: UInt64)] = []
        while rows.next() {
            var reader = RecordReader(rows.value)
            named.append((NameOrder(rows.key.dropFirst(3).string), reader.unsigned()))
        }
        return named.sorted { $0.name < $1.name }.map(\.number)
    }

    private static func values(_ rows: Rows) -> [UInt64] {
        var numbers: [UInt64] = []
        while rows.next() {
            var reader = RecordReader(rows.value)
            numbers.append(reader.unsigned())
        }
        return numbers
    }

    static func row(_ number: UInt64, _ record: ParcelRecord, _ views: Views) -> ParcelRow? {
        guard let event = views.event(number), let body = try? ParcelPreparedView(event.bodyBytes) else { return nil }
        return ParcelRow(
            parcel: body.parcel.string, number: number, order: body.order.string, state: record.state,
            retailer: views.partyName(record.retailer), holder: views.partyName(record.holder),
            buyer: views.partyName(record.buyer), site: body.site.string, compartment: record.compartment,
            compartmentSize: CompartmentSize(rawValue: record.placedSize) ?? .unspecified,
            size: CompartmentSize(rawValue: record.size) ?? .unspecified, valueMinor: record.valueMinor,
            damagedMinor: record.damagedMinor, readyAtUs: record.isReady ? record.readyAtUs : nil,
            expiresAtUs: record.compartment != 0 && record.expiresAtUs != 0 ? record.expiresAtUs : nil,
            lastAtUs: record.lastAtUs)
    }
}

extension ParcelRow {
    /// The viewer may know whose it is and what it is worth.
    package var isWhole: Bool { !retailer.isEmpty }

    /// A retailer does not learn who buys, and whoever carries or keeps a parcel neither of which order it is nor what it is worth: they may compete. Whose it
    /// is, only its chain tells, to whoever took it from its retailer: a carrier knows where it picks up.
    fileprivate func seen(by own: UInt32, _ record: ParcelRecord) -> ParcelRow {
        var row = self
        if record.buyer == own { return row }
        row.buyer = ""
        // Whoever hosts the locker may be the retailer's competitor; the site says where it is.
        if record.placedSite != 0, record.holder != own { row.holder = "" }
        if record.holder == record.buyer { row.holder = "" }
        if record.retailer == own { return row }
        (row.order, row.retailer, row.valueMinor, row.damagedMinor) = ("", "", 0, 0)
        if record.holder != own { row.holder = "" }
        return row
    }
}

/// One link of a parcel's chain of custody.
package struct CustodyRow: Sendable {
    package let sequence: UInt64
    package let kind: EventKind
    package let atUs: Int64
    /// Who had it before, empty for the preparation, and who has it after.
    package fileprivate(set) var from: String
    package fileprivate(set) var to: String
    package let site: String
    package let compartment: UInt32
    package let compartmentSize: CompartmentSize
    /// Fees and debts that it posted, in minor units.
    package fileprivate(set) var carrierFeeMinor: Int64
    package fileprivate(set) var hostingFeeMinor: Int64
    package fileprivate(set) var owedMinor: Int64
    /// The scanVoided that undid it.
    package let voidedBy: UInt64?
}

extension CustodyRow {
    fileprivate mutating func narrow(to own: UInt32, _ scan: ScanRecord, _ parcel: ParcelRecord) {
        if scan.holder != own, scan.before.holder != own, parcel.buyer != own { (from, to) = ("", "") }
        if parcel.buyer != own {
            if scan.holder == parcel.buyer { to = "" }
            if scan.before.holder == parcel.buyer { from = "" }
        }
        if scan.carrier != own { carrierFeeMinor = 0 }
        if scan.host != own { hostingFeeMinor = 0 }
        if scan.debtor != own, scan.debtor == 0 || parcel.retailer != own { owedMinor = 0 }
    }
}

/// A parcel's whole chain, from its preparation on.
package struct CustodyQuery: Sendable {
    package let book: String
    package let parcel: String
    /// Whoever sold, bought or had the parcel sees it; of its links, the names and fees of those in which they took part.
    package var viewer = Viewer.ledger

    package init(book: String, parcel: String) {
        self.book = book
        self.parcel = parcel
    }

    /// - Complexity: O(the parcel's events).
    package func chain(_ snapshot: LedgerSnapshot) throws(LedgerError) -> (parcel: ParcelRow, links: [CustodyRow]) {
        let views = snapshot.views
        guard let book = Array(book.utf8).withBytes({ views.book($0) }) else {
            throw LedgerError.unknown(.book, self.book, for: viewer, views)
        }
        guard let (number, record) = Array(parcel.utf8).withBytes({ views.parcel($0, book) }),
            let row = ParcelQuery.row(number, record, views)
        else { throw LedgerError.unknown(.parcel(book), parcel, for: viewer, views) }
        let preparedUs = views.event(number)?.effectiveAt.map(microseconds) ?? 0
        var links = [
            CustodyRow(
                sequence: number, kind: .parcelPrepared, atUs: preparedUs, from: "", to: row.retailer, site: "",
                compartment: 0, compartmentSize: .unspecified, carrierFeeMinor: 0, hostingFeeMinor: 0, owedMinor: 0,
                voidedBy: nil)
        ]
        let own = viewer.operates(book) ? nil : try viewer.party(views)
        var isConcerned = viewer.operates(book)
        if let own { isConcerned = [record.retailer, record.buyer, record.holder].contains(own) }
        for (sequence, scan) in views.scans(ofParcel: number) {
            if let own, [scan.holder, scan.before.holder].contains(own) { isConcerned = true }
            var link = CustodyRow(
                sequence: sequence, kind: EventKind(rawValue: scan.kind) ?? .scanVoided, atUs: scan.atUs,
                from: views.partyName(scan.before.holder), to: views.partyName(scan.holder),
                site: views.lockerSiteName(scan.site), compartment: scan.compartment,
                compartmentSize: CompartmentSize(rawValue: scan.size) ?? .unspecified,
                carrierFeeMinor: scan.feeMinor, hostingFeeMinor: scan.hostingMinor, owedMinor: scan.owedMinor,
                voidedBy: scan.voidedBy == 0 ? nil : scan.voidedBy)
            if let own { link.narrow(to: own, scan, record) }
            links.append(link)
        }
        if let own, record.retailer != own, record.buyer != own { links[0].to = "" }
        try snapshot.check()
        guard isConcerned else { throw LedgerError.unknown(.parcel(book), parcel, for: viewer, views) }
        return (own.map { row.seen(by: $0, record) } ?? row, links)
    }
}
