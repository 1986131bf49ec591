package import Bytes
package import Events
import Index

/// Where a parcel is in its life.
package enum ParcelState: Int, CaseIterable, Sendable {
    case prepared = 1
    case inTransit = 2
    case placed = 3
    case expired = 4
    case collected = 5
    case delivered = 6
    case returned = 7
    case lost = 8

    /// Nothing more happens to it, unless a scan is voided.
    package var isEnd: Bool { rawValue >= ParcelState.collected.rawValue }

    package var isWithBuyer: Bool { self == .collected || self == .delivered }

    package var text: Text {
        switch self {
        case .prepared: Text("préparé", "prepared")
        case .inTransit: Text("en route", "in transit")
        case .placed: Text("au casier", "in the locker")
        case .expired: Text("échu", "expired")
        case .collected: Text("ramassé", "collected")
        case .delivered: Text("livré", "delivered")
        case .returned: Text("retourné", "returned")
        case .lost: Text("perdu", "lost")
        }
    }
}

/// A parcel as it stands. Its number is the sequence of its preparation.
package struct ParcelRecord: Record, Equatable {
    /// The order, by its purchase's sequence.
    package var order: UInt64 = 0
    package var retailer: UInt32 = 0
    package var buyer: UInt32 = 0
    /// CompartmentSize.
    package var size: Int = 0
    package var valueMinor: Int64 = 0
    /// The part of the value that damage took.
    package var damagedMinor: Int64 = 0
    /// The locker it is meant for; 0 for a delivery to the door.
    package var site: UInt64 = 0
    /// The order's DeliveryMode.
    package var mode: Int = 0
    package var state = ParcelState.prepared
    package var holder: UInt32 = 0
    /// The compartment it stands in; all 0 elsewhere.
    package var placedSite: UInt64 = 0
    package var placedSize: Int = 0
    package var compartment: UInt32 = 0
    package var placedAtUs: Int64 = 0
    /// When its pickup may be declared expired; 0 where no policy says.
    package var expiresAtUs: Int64 = 0
    /// It has been ready for its buyer: since when, where and through which carrier. It stays so.
    package var isReady = false
    package var readyAtUs: Int64 = 0
    package var readySite: UInt64 = 0
    package var readyCarrier: UInt32 = 0
    /// The newest scan that stands; 0 after the preparation.
    package var lastScan: UInt64 = 0
    package var lastAtUs: Int64 = 0
    package var reminders: Int64 = 0
    /// Numbers of parcels of the same order; 0 for none.
    package var replaces: UInt64 = 0
    package var replacedBy: UInt64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        order = reader.unsigned()
        retailer = UInt32(truncatingIfNeeded: reader.unsigned())
        buyer = UInt32(truncatingIfNeeded: reader.unsigned())
        size = Int(reader.int())
        valueMinor = reader.int()
        damagedMinor = reader.int()
        site = reader.unsigned()
        mode = Int(reader.int())
        state = ParcelState(rawValue: Int(reader.int())) ?? .prepared
        holder = UInt32(truncatingIfNeeded: reader.unsigned())
        placedSite = reader.unsigned()
        placedSize = Int(reader.int())
        compartment = UInt32(truncatingIfNeeded: reader.unsigned())
        placedAtUs = reader.int()
        expiresAtUs = reader.int()
        isReady = reader.unsigned() != 0
        readyAtUs = reader.int()
        readySite = reader.unsigned()
        readyCarrier = UInt32(truncatingIfNeeded: reader.unsigned())
        lastScan = reader.unsigned()
        lastAtUs = reader.int()
        reminders = reader.int()
        replaces = reader.unsigned()
        replacedBy = reader.unsigned()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(order)
        out.unsigned(UInt64(retailer))
        out.unsigned(UInt64(buyer))
        out.int(Int64(size))
        out.int(valueMinor)
        out.int(damagedMinor)
        out.unsigned(site)
        out.int(Int64(mode))
        out.int(Int64(state.rawValue))
        out.unsigned(UInt64(holder))
        out.unsigned(placedSite)
        out.int(Int64(placedSize))
        out.unsigned(UInt64(compartment))
        out.int(placedAtUs)
        out.int(expiresAtUs)
        out.unsigned(isReady ? 1 : 0)
        out.int(readyAtUs)
        out.unsigned(readySite)
        out.unsigned(UInt64(readyCarrier))
        out.unsigned(lastScan)
        out.int(lastAtUs)
        out.int(reminders)
        out.unsigned(replaces)
        out.unsigned(replacedBy)
    }

    /// What is left of the value: what its holder owes when it is lost.
    package var worthMinor: Int64 { valueMinor &- damagedMinor }

    /// What it counts for among the parcels of its order: another that replaces it, or its return, takes its place.
    var standingMinor: Int64 { replacedBy == 0 && state != .returned ? valueMinor : 0 }

    mutating func leaveCompartment() {
        placedSite = 0
        placedSize = 0
        compartment = 0
    }

    mutating func becomeReady(at us: Int64, site: UInt64, carrier: UInt32) {
        guard !isReady else { return }
        isReady = true
        readyAtUs = us
        readySite = site
        readyCarrier = carrier
    }
}

/// One link of a parcel's chain of custody, with what undoes it.
package struct ScanRecord: Record {
    /// EventKind.
    package var kind: Int = 0
    package var atUs: Int64 = 0
    /// Local day; figures are kept by it.
    package var day: Int32 = 0
    /// Sequence of the scanVoided that undid it; 0 while it stands.
    package var voidedBy: UInt64 = 0
    /// Who had the parcel then, and where it stood.
    package var holder: UInt32 = 0
    package var site: UInt64 = 0
    package var size: Int = 0
    package var compartment: UInt32 = 0
    var dues = ScanDues()
    /// The parcel before the scan.
    package var before = ParcelRecord()

    init() {}

    package init(_ reader: inout RecordReader) {
        kind = Int(reader.int())
        atUs = reader.int()
        day = Int32(truncatingIfNeeded: reader.int())
        voidedBy = reader.unsigned()
        holder = UInt32(truncatingIfNeeded: reader.unsigned())
        site = reader.unsigned()
        size = Int(reader.int())
        compartment = UInt32(truncatingIfNeeded: reader.unsigned())
        dues.carrier = UInt32(truncatingIfNeeded: reader.unsigned())
        dues.feeMinor = reader.int()
        dues.host = UInt32(truncatingIfNeeded: reader.unsigned())
        dues.hostingMinor = reader.int()
        dues.debtor = UInt32(truncatingIfNeeded: reader.unsigned())
        dues.owedMinor = reader.int()
        before = ParcelRecord(&reader)
    }

    package func write(_ out: RecordWriter) {
        out.int(Int64(kind))
        out.int(atUs)
        out.int(Int64(day))
        out.unsigned(voidedBy)
        out.unsigned(UInt64(holder))
        out.unsigned(site)
        out.int(Int64(size))
        out.unsigned(UInt64(compartment))
        out.unsigned(UInt64(dues.carrier))
        out.int(dues.feeMinor)
        out.unsigned(UInt64(dues.host))
        out.int(dues.hostingMinor)
        out.unsigned(UInt64(dues.debtor))
        out.int(dues.owedMinor)
        before.write(out)
    }

    package var feeMinor: Int64 { dues.feeMinor }
    package var hostingMinor: Int64 { dues.hostingMinor }
    package var owedMinor: Int64 { dues.owedMinor }
    /// Who earned the fees, and who owes the retailer; 0 for nobody.
    package var carrier: UInt32 { dues.carrier }
    package var host: UInt32 { dues.host }
    package var debtor: UInt32 { dues.debtor }
}

/// Who is owed what by a scan, in minor units.
struct ScanDues {
    var carrier: UInt32 = 0
    var feeMinor: Int64 = 0
    var host: UInt32 = 0
    var hostingMinor: Int64 = 0
    /// Who owes the retailer what was lost or damaged; 0 where that is the retailer's own loss.
    var debtor: UInt32 = 0
    var owedMinor: Int64 = 0
}

extension Views {
    /// A parcel's number and record.
    package func parcel(_ name: Bytes, _ book: Book) -> (number: UInt64, record: ParcelRecord)? {
        guard let number = number(key.begin(.parcelName).u16(book.id).text(name).bytes),
            let record = parcel(number: number)
        else { return nil }
        return (number, record)
    }

    package func parcel(number: UInt64) -> ParcelRecord? {
        record(ParcelRecord.self, key.begin(.parcel).sequence(number).bytes)
    }

    /// What a parcel is called, read from its preparation.
    package func parcelName(_ number: UInt64) -> String {
        number == 0 ? "" : preparation(ofParcel: number)?.parcel.string ?? ""
    }

    /// What a locker site is called, read from its first opening.
    package func lockerSiteName(_ number: UInt64) -> String { lockerSite(number: number)?.site.string ?? "" }

    /// What a parcel's preparation says.
    package func preparation(ofParcel number: UInt64) -> ParcelPreparedView? {
        body(ParcelPreparedView.self, of: number)
    }

    /// Numbers of a book's parcels, in the order of their names.
    ///
    /// - Complexity: O(parcels).
    package func allParcels(_ book: Book) -> [UInt64] {
        var numbers: [UInt64] = []
        let rows = index.rows(prefix: key.begin(.parcelName).u16(book.id).bytes)
        while rows.next() {
            var reader = RecordReader(rows.value)
            numbers.append(reader.unsigned())
        }
        return numbers
    }

    /// Numbers of an order's parcels, ascending.
    ///
    /// - Complexity: O(its parcels).
    package func parcels(ofOrder order: UInt64) -> [UInt64] {
        if let delivery = orderDelivery(order), delivery.parcels == 1 { return [delivery.firstParcel] }
        var numbers: [UInt64] = []
        let rows = index.rows(prefix: key.begin(.orderParcel).sequence(order).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.sequence()
            numbers.append(reader.sequence())
        }
        return numbers
    }

    /// What the parcels of an order that stand are worth: all, and those of one retailer.
    func parcelWorth(ofOrder order: UInt64, _ retailer: UInt32) -> (all: Int64, own: Int64) {
        func standing(_ part: UInt32) -> Int64 {
            let sums = index.counters(key.begin(.parcelWorth).sequence(order).u32(part).bytes)
            return sums.first &- sums.second
        }
        return (standing(Self.allRetailers), standing(retailer))
    }

    /// No party has this number.
    static let allRetailers = UInt32.max

    /// One scan of a parcel; `nil` for its preparation.
    package func scan(_ sequence: UInt64, of parcel: UInt64) -> ScanRecord? {
        record(ScanRecord.self, key.begin(.parcelScan).sequence(parcel).sequence(sequence).bytes)
    }

    /// A parcel's chain of custody after its preparation, oldest first, with what was voided.
    package func scans(ofParcel parcel: UInt64) -> [(sequence: UInt64, scan: ScanRecord)] {
        var scans: [(UInt64, ScanRecord)] = []
        let rows = index.rows(prefix: key.begin(.parcelScan).sequence(parcel).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.sequence()
            var value = RecordReader(rows.value)
            scans.append((reader.sequence(), ScanRecord(&value)))
        }
        return scans
    }
}
