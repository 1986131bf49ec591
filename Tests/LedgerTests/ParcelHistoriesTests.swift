import Bytes
import Commerce
import Events
import Fixtures
import Index
import Ledger
import Testing

/// Random lives of parcels, legal and illegal, against a plain account of the same yard.
@Suite("Random parcels")
struct ParcelHistoriesTests {
    private static let steps = 24
    private static let opening: [Body] =
        [.founding(), .calendar(), .commission(ppm: 40_000)] + ["ana", "sam"].map { .identity($0) } + [
            .admission("ana", [.consumer]), .admission("sam", [.seller]), .listing("milk", .zeroRated),
        ] + Story.lockers + [.identity("entrepot")]

    /// A book without any agreement stands beside it.
    private static func desk() throws -> Desk {
        let desk = try Desk(Story(from: "2017-01-29T15:00:00Z"), opening: opening)
        try desk.record(in: "entrepot", .founding(clock: .machine))
        desk.story.book = "grand-io"
        return desk
    }

    @Test(arguments: 0..<50)
    func `every parcel, compartment, debt and promise is what the scans say`(block: Int) throws {
        for seed in UInt64(block * 200)..<UInt64(block * 200 + 200) {
            var random = Seeded(seed)
            let desk = try Self.desk()
            desk.story.nowUs += 86_400_000_000
            var yard = Yard()
            var accepted: [Event] = []
            for step in 0..<Self.steps {
                let deed = yard.deed(&desk.story, &random, sequence: desk.size)
                do {
                    try desk.record(deed.event)
                    try #require(deed.isLegal, "seed \(seed), step \(step): recorded \(deed.event)")
                    accepted.append(deed.event)
                } catch let refusal as Refusal {
                    try #require(!deed.isLegal, "seed \(seed), step \(step): \(refusal.text(.english)) \(deed.event)")
                }
                yard = deed.after
            }
            let balances = desk.balances
            try #require(balances == yard.balances, "seed \(seed)")
            try #require(balances.values.reduce(0, +) == 0, "seed \(seed)")
            try Self.check(desk, yard, seed)
            // Refused events left nothing: without them the views are the same.
            let quiet = try Self.desk()
            try quiet.replay(accepted)
            try #require(Rebuild.digests(quiet.views.index) == Rebuild.digests(desk.views.index), "seed \(seed)")
        }
    }

    private static func check(_ desk: Desk, _ yard: Yard, _ seed: UInt64) throws {
        let views = desk.views
        let book = try #require(desk.book)
        // Every parcel has one holder, whose list has it while it is under way.
        var held: [String: String] = [:]
        let custody = views.index.rows(prefix: views.key.begin(.custody).u16(book.id).bytes)
        while custody.next() {
            var reader = KeyReader(custody.key)
            _ = reader.u16()
            let holder = views.partyName(reader.u32())
            let parcel = views.parcelName(reader.sequence())
            try #require(held.updateValue(holder, forKey: parcel) == nil, "seed \(seed): \(parcel)")
        }
        try #require(
            held == yard.parcels.filter { !$0.value.isEnd }.mapValues(\.holder), "seed \(seed)")
        var doors: [Yard.Door: String] = [:]
        for name in ["caisse", "metro"] {
            let site = try #require(Array(name.utf8).withBytes { views.lockerSite($0, book) })
            let rows = views.index.rows(prefix: views.key.begin(.compartment).sequence(site.number).bytes)
            while rows.next() {
                var reader = KeyReader(rows.key)
                _ = reader.sequence()
                let size = Int(reader.u8())
                let door = Yard.Door(site: name, size: size, number: reader.u32())
                try #require(door.number <= Yard.doors[name]?[size] ?? 0, "seed \(seed)")
                var value = RecordReader(rows.value)
                doors[door] = views.parcelName(value.unsigned())
            }
        }
        var expected: [Yard.Door: String] = [:]
        for parcel in yard.parcels.values {
            guard let door = parcel.door else { continue }
            try #require(expected.updateValue(parcel.name, forKey: door) == nil, "seed \(seed): \(door)")
        }
        try #require(doors == expected, "seed \(seed)")
        for (name, parcel) in yard.parcels {
            let record = try #require(Array(name.utf8).withBytes { views.parcel($0, book)?.record })
            try #require(views.partyName(record.holder) == parcel.holder, "seed \(seed): \(name)")
            try #require("\(record.state)" == "\(parcel.state)", "seed \(seed): \(name)")
            try #require(record.damagedMinor == parcel.damaged && record.isReady == (parcel.ready != nil))
            try unbroken(views.scans(ofParcel: parcel.number), record, "seed \(seed): \(name)")
        }
        try #require(due(views, book) == yard.due, "seed \(seed)")
        try #require(promises(views, book) == yard.promises.mapValues { Counters($0.kept, $0.missed) }, "seed \(seed)")
    }

    /// The scans that stand follow one another: each begins with the holder that the one before it left.
    private static func unbroken(
        _ scans: [(sequence: UInt64, scan: ScanRecord)], _ parcel: ParcelRecord, _ place: String
    ) throws {
        var holder = parcel.retailer
        for (_, scan) in scans where scan.voidedBy == 0 && EventKind(rawValue: scan.kind) != .scanVoided {
            try #require(scan.before.holder == holder, "\(place)")
            holder = scan.holder
        }
        try #require(parcel.holder == holder, "\(place)")
    }

    private static func due(_ views: Views, _ book: Book) throws -> [String] {
        var orders: [UInt64] = []
        let rows = views.index.rows(prefix: views.key.begin(.promiseDue).u16(book.id).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = (reader.u16(), reader.u32(), reader.u32())
            orders.append(reader.sequence())
        }
        return try orders.map { try PurchasePlacedView(#require(views.event($0)).bodyBytes).order.string }.sorted()
    }

    private static func promises(_ views: Views, _ book: Book) -> [String: Counters] {
        var found: [(UInt8, UInt32, UInt64, UInt32, Counters)] = []
        let rows = views.index.rows(prefix: views.key.begin(.promises).u16(book.id).bytes)
        while rows.next() {
            guard rows.counters != Counters() else { continue }
            var reader = KeyReader(rows.key)
            _ = reader.u16()
            found.append((reader.u8(), reader.u32(), reader.sequence(), reader.u32(), rows.counters))
        }
        var result: [String: Counters] = [:]
        for (mode, month, site, carrier, sum) in found {
            let hours = Int(mode) == DeliveryMode.locker4H.rawValue ? 4 : 24
            result["\(hours) \(Month.text(month)) \(views.lockerSiteName(site)) \(views.partyName(carrier))"] = sum
        }
        return result
    }
}
