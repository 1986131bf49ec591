import Accounting
import Bytes
package import Commerce
package import Events
import Index

/// A parcel as listings show it. Amounts in minor units, times in microseconds since 1970.
package struct ParcelRow: Sendable {
    package let parcel: String
    package let number: UInt64
    package let order: String
    package let state: ParcelState
    package let retailer: String
    package let holder: String
    package let buyer: String
    /// The site it is meant for; empty for the door.
    package let site: String
    /// 0 where it stands in no compartment.
    package let compartment: UInt32
    package let compartmentSize: CompartmentSize
    package let size: CompartmentSize
    package let valueMinor: Int64
    package let damagedMinor: Int64
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
    package var limit: Int = .max

    package init(book: String) { self.book = book }

    /// The parcels in the order of their preparation; without order, holder or site in that of their names.
    ///
    /// - Complexity: O(parcels of the order, holder or site); without one O(parcels) until the limit is reached.
    package func rows(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [ParcelRow] {
        let views = snapshot.views
        guard let book = Array(book.utf8).withBytes({ views.book($0) }) else {
            throw Self.unknown(self.book, Text("livre inconnu", "unknown book"))
        }
        var holderParty: UInt32?
        if let holder {
            holderParty = Array(holder.utf8).withBytes { views.party(.identity, $0) }
            guard holderParty != nil else { throw Self.unknown(holder, Text("identité inconnue", "unknown identity")) }
        }
        var siteNumber: UInt64?
        if let site {
            siteNumber = Array(site.utf8).withBytes { views.lockerSite($0, book)?.number }
            guard siteNumber != nil else { throw Self.unknown(site, Text("site inconnu", "unknown site")) }
        }
        var result: [ParcelRow] = []
        for number in try candidates(holderParty, siteNumber, book, views) {
            guard let record = views.parcel(number: number) else { continue }
            if let state, record.state != state { continue }
            if let holderParty, record.state.isEnd || record.holder != holderParty { continue }
            if let siteNumber, record.placedSite != siteNumber { continue }
            if let row = Self.row(number, record, views) { result.append(row) }
            if result.count == limit { break }
        }
        try snapshot.check()
        return result
    }

    private func candidates(
        _ holder: UInt32?, _ site: UInt64?, _ book: Book, _ views: Views
    ) throws(LedgerError) -> [UInt64] {
        if let order {
            guard let record = Array(order.utf8).withBytes({ views.order($0, book) }) else {
                throw Self.unknown(order, Text("commande inconnue", "unknown order"))
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
        let most = state == nil ? limit : .max
        return Self.values(views.index.rows(prefix: views.key.begin(.parcelName).u16(book.id).bytes), limit: most)
    }

    private static func values(_ rows: Rows, limit: Int = .max) -> [UInt64] {
        var numbers: [UInt64] = []
        while numbers.count < limit, rows.next() {
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

    static func unknown(_ place: String, _ reason: Text) -> LedgerError {
        LedgerError(.notFound, place, reason, remedy: Text("vérifier l’identifiant", "check the id"))
    }
}

/// One link of a parcel's chain of custody.
package struct CustodyRow: Sendable {
    package let sequence: UInt64
    package let kind: EventKind
    package let atUs: Int64
    /// Who had it before, empty for the preparation, and who has it after.
    package let from: String
    package let to: String
    package let site: String
    package let compartment: UInt32
    package let compartmentSize: CompartmentSize
    /// Fees and debts that it posted, in minor units.
    package let carrierFeeMinor: Int64
    package let hostingFeeMinor: Int64
    package let owedMinor: Int64
    /// The scanVoided that undid it.
    package let voidedBy: UInt64?
}

/// A parcel's whole chain, from its preparation on.
package struct CustodyQuery: Sendable {
    package let book: String
    package let parcel: String

    package init(book: String, parcel: String) {
        self.book = book
        self.parcel = parcel
    }

    /// - Complexity: O(the parcel's events).
    package func chain(_ snapshot: LedgerSnapshot) throws(LedgerError) -> (parcel: ParcelRow, links: [CustodyRow]) {
        let views = snapshot.views
        guard let book = Array(book.utf8).withBytes({ views.book($0) }) else {
            throw ParcelQuery.unknown(self.book, Text("livre inconnu", "unknown book"))
        }
        guard let (number, record) = Array(parcel.utf8).withBytes({ views.parcel($0, book) }),
            let row = ParcelQuery.row(number, record, views)
        else { throw ParcelQuery.unknown(parcel, Text("colis inconnu", "unknown parcel")) }
        let preparedUs = views.event(number)?.effectiveAt.map(microseconds) ?? 0
        var links = [
            CustodyRow(
                sequence: number, kind: .parcelPrepared, atUs: preparedUs, from: "", to: row.retailer, site: "",
                compartment: 0, compartmentSize: .unspecified, carrierFeeMinor: 0, hostingFeeMinor: 0, owedMinor: 0,
                voidedBy: nil)
        ]
        for (sequence, scan) in views.scans(ofParcel: number) {
            links.append(
                CustodyRow(
                    sequence: sequence, kind: EventKind(rawValue: scan.kind) ?? .scanVoided, atUs: scan.atUs,
                    from: views.partyName(scan.before.holder), to: views.partyName(scan.holder),
                    site: views.lockerSiteName(scan.site), compartment: scan.compartment,
                    compartmentSize: CompartmentSize(rawValue: scan.size) ?? .unspecified,
                    carrierFeeMinor: scan.feeMinor, hostingFeeMinor: scan.hostingMinor, owedMinor: scan.owedMinor,
                    voidedBy: scan.voidedBy == 0 ? nil : scan.voidedBy))
        }
        try snapshot.check()
        return (row, links)
    }
}
