import Accounting
package import Bytes
import Events
import Index

/// A seller's time in a district.
struct SeatRecord: Record {
    var joinedAtUs: Int64 = 0
    /// 0 while it is in.
    var leftAtUs: Int64 = 0

    init() {}

    init(_ reader: inout RecordReader) {
        joinedAtUs = reader.int()
        leftAtUs = reader.int()
    }

    func write(_ out: RecordWriter) {
        out.int(joinedAtUs)
        out.int(leftAtUs)
    }
}

/// Business districts (SDC). They group sellers and see sums only: see `DistrictReport`.
///
/// A seller is in one district at a time, and nobody joins or leaves in a month that is over: otherwise two sums of the same month, with and without a seller,
/// would tell what the seller sold.
package enum Districts {
    /// Names are part of a key together with a party.
    static let nameMax = 64

    static func decide(formed body: DistrictFormedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.district, "district", max: nameMax)
        try Check.name(body.name, "name", max: 200)
        if views.district(body.district, book) != nil {
            throw Refusal(
                .duplicate, "district", body.district, Text("district déjà formé", "district already formed"),
                accepted: Text("un district nouveau", "a new district"))
        }
    }

    static func fold(formed body: DistrictFormedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        views.putNumber(views.key.begin(.district).u16(book.id).text(body.district).bytes, fact.sequence)
    }

    static func decide(joined body: DistrictJoinedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try decide(body.district, book, views)
        let (party, member) = try Check.member(body.seller, "seller", fact, book, views)
        guard member.isIn(.seller) else {
            throw Refusal(
                .notAllowed, "seller", body.seller, Text("ce membre ne vend pas", "this member does not sell"),
                accepted: Text("un membre du groupe vendeur", "a member of the seller group"))
        }
        if let joined = views.joining(party, book) {
            throw Refusal(
                .duplicate, "seller", body.seller,
                Text("est déjà dans un district (événement \(joined))", "is in a district already (event \(joined))"),
                accepted: Text("un vendeur qui n’est dans aucun", "a seller who is in none"))
        }
        try decideMonth(fact, book)
    }

    private static func decide(_ district: Bytes, _ book: Book, _ views: Views) throws(Refusal) {
        try Check.id(district, "district", max: nameMax)
        guard views.district(district, book) != nil else {
            throw Refusal(
                .unknown, "district", district, Text("district inconnu", "unknown district"),
                accepted: Text("un district de districtFormed", "a district of districtFormed"))
        }
    }

    /// Who sells in a month that was published is settled.
    private static func decideMonth(_ fact: Fact, _ book: Book) throws(Refusal) {
        let first = CivilDate(clampingDays: Int64(fact.recordedDay)).firstOfMonth
        guard fact.day >= first.daysSinceEpoch else {
            throw Refusal(
                .notAllowed, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text(
                    "ce mois est terminé et ses sommes sont publiées", "that month is over and its sums are published"),
                accepted: Text("le \(first.text) ou plus tard", "\(first.text) or later"))
        }
    }

    static func fold(joined body: DistrictJoinedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let party = views.intern(.identity, body.seller)
        var seat = SeatRecord()
        seat.joinedAtUs = fact.effectiveAtUs
        views.put(views.seatKey(body.district, party, fact.sequence, book), seat)
        views.putNumber(views.key.begin(.districtOf).u16(book.id).u32(party).bytes, fact.sequence)
        views.touch(party, fact)
    }

    static func decide(left body: DistrictLeftView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try decide(body.district, book, views)
        let party = try Check.identity(body.seller, "seller", views)
        guard let joined = views.joining(party, book),
            let seat = views.seat(body.district, party, joined, book)
        else {
            throw Refusal(
                .unknown, "seller", body.seller, Text("n’est pas dans ce district", "is not in this district"),
                accepted: Text("un vendeur de districtJoined", "a seller of districtJoined"))
        }
        guard fact.effectiveAtUs >= seat.joinedAtUs else {
            let from = InstantText.format(us: seat.joinedAtUs)
            throw Refusal(
                .outOfRange, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("avant l’entrée", "before it joined"), accepted: Text("\(from) ou plus tard", "\(from) or later"))
        }
        try decideMonth(fact, book)
    }

    static func fold(left body: DistrictLeftView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let party = views.intern(.identity, body.seller)
        guard let joined = views.joining(party, book), var seat = views.seat(body.district, party, joined, book) else {
            return views.index.fail("event \(fact.sequence): not in the district")
        }
        seat.leftAtUs = fact.effectiveAtUs
        views.put(views.seatKey(body.district, party, joined, book), seat)
        views.index.remove(views.key.begin(.districtOf).u16(book.id).u32(party).bytes)
        views.touch(party, fact)
    }
}

extension Views {
    /// Where a district was formed.
    package func district(_ name: Bytes, _ book: Book) -> UInt64? {
        number(key.begin(.district).u16(book.id).text(name).bytes)
    }

    /// The districts of a book.
    package func districts(_ book: Book) -> [String] {
        var names: [String] = []
        let rows = index.rows(prefix: key.begin(.district).u16(book.id).bytes)
        while rows.next() { names.append(rows.key.dropFirst(3).string) }
        return names
    }

    /// Where a seller joined the district that it is in.
    func joining(_ party: UInt32, _ book: Book) -> UInt64? {
        number(key.begin(.districtOf).u16(book.id).u32(party).bytes)
    }

    fileprivate func seatKey(_ district: Bytes, _ party: UInt32, _ sequence: UInt64, _ book: Book) -> Bytes {
        key.begin(.districtSeat).u16(book.id).text(district).u8(0).u32(party).sequence(sequence).bytes
    }

    fileprivate func seat(_ district: Bytes, _ party: UInt32, _ sequence: UInt64, _ book: Book) -> SeatRecord? {
        record(SeatRecord.self, seatKey(district, party, sequence, book))
    }

    /// Everybody's times in a district.
    func seats(_ district: Bytes, _ book: Book) -> [(party: UInt32, seat: SeatRecord)] {
        var result: [(UInt32, SeatRecord)] = []
        let rows = index.rows(prefix: key.begin(.districtSeat).u16(book.id).text(district).u8(0).bytes)
        while rows.next() {
            var keys = KeyReader(rows.key.dropFirst(district.count + 3))
            var values = RecordReader(rows.value)
            result.append((keys.u32(), SeatRecord(&values)))
        }
        return result
    }
}
