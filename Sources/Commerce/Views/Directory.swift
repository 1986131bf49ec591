import Bytes

/// What rules and folds ask of nearly every event, decoded and found by dense number: the numbers of parties, their memberships, products.
///
/// It holds nothing that is not a row of the index: it may be dropped at any time, and is when it has grown beyond its budget.
final class Directory {
    static let byteCountMax = 192 << 20

    private let identities = NameTable()
    private let institutions = NameTable()
    private let cooperatives = NameTable()
    private let products = NameTable()
    @exclusivity(unchecked) private var productRecords: [ProductRecord] = []
    /// By book and party: whether the record beside is known.
    @exclusivity(unchecked) private var known: [[Knowledge]] = []
    @exclusivity(unchecked) private var members: [[MemberRecord]] = []
    private var membershipCount = 0

    private enum Knowledge: UInt8 {
        case nothing, member, stranger
    }

    /// What is known of a party's membership: the record, or that there is none.
    enum Membership {
        case member(MemberRecord)
        case stranger
    }

    func removeAll() {
        identities.removeAll()
        institutions.removeAll()
        cooperatives.removeAll()
        products.removeAll()
        productRecords.removeAll(keepingCapacity: true)
        members.removeAll(keepingCapacity: true)
        known.removeAll(keepingCapacity: true)
        membershipCount = 0
        recent = (nil, nil)
    }

    /// A name of the event at hand, by where it lies: one event asks for the same name several times.
    private struct Recent {
        var base: UnsafeRawPointer
        var count: Int
        var kind: PartyNameKind
        var party: UInt32
    }

    @exclusivity(unchecked) private var recent: (Recent?, Recent?)
    /// Where the event at hand lies; only names in it are remembered by their place.
    @exclusivity(unchecked) private var event = Bytes.none

    /// Drops everything when it has grown too large.
    @inline(__always)
    func beginEvent(_ encoded: Bytes) {
        recent = (nil, nil)
        event = encoded
        let bytes =
            identities.byteCount + institutions.byteCount + products.byteCount
            + (productRecords.count + membershipCount) * MemoryLayout<MemberRecord>.stride
        if bytes > Self.byteCountMax { removeAll() }
    }

    @inline(__always)
    func endEvent() {
        recent = (nil, nil)
        event = Bytes.none
    }

    // MARK: parties

    @inline(__always)
    func party(_ kind: PartyNameKind, _ name: Bytes) -> UInt32? {
        if let found = recent.0, found.base == name.base, found.count == name.count, found.kind == kind {
            return found.party
        }
        if let found = recent.1, found.base == name.base, found.count == name.count, found.kind == kind {
            return found.party
        }
        guard let number = table(kind).number(name) else { return nil }
        if name.base >= event.base, name.base < event.base + event.count {
            recent = (Recent(base: name.base, count: name.count, kind: kind, party: number), recent.0)
        }
        return number
    }

    func insert(_ kind: PartyNameKind, _ name: Bytes, party: UInt32) {
        table(kind).insert(name, number: party)
    }

    @inline(__always)
    private func table(_ kind: PartyNameKind) -> NameTable {
        switch kind {
        case .identity: identities
        case .institution: institutions
        case .cooperative: cooperatives
        }
    }

    // MARK: members

    @inline(__always)
    func membership(_ party: UInt32, book: UInt16) -> Membership? {
        guard Int(book) < known.count, Int(party) < known[Int(book)].count else { return nil }
        switch known[Int(book)][Int(party)] {
        case .nothing: return nil
        case .stranger: return .stranger
        case .member: return .member(members[Int(book)][Int(party)])
        }
    }

    func set(_ membership: Membership, _ party: UInt32, book: UInt16) {
        while members.count <= Int(book) {
            members.append([])
            known.append([])
        }
        let missing = Int(party) + 1 - members[Int(book)].count
        // A cooperative of so many is looked up in the index; the budget is for all books together.
        guard missing <= 0 || (membershipCount + missing) * MemoryLayout<MemberRecord>.stride <= Self.byteCountMax / 2
        else { return }
        if missing > 0 {
            members[Int(book)].append(contentsOf: repeatElement(MemberRecord(), count: missing))
            known[Int(book)].append(contentsOf: repeatElement(.nothing, count: missing))
            membershipCount += missing
        }
        switch membership {
        case .stranger: known[Int(book)][Int(party)] = .stranger
        case .member(let record):
            known[Int(book)][Int(party)] = .member
            members[Int(book)][Int(party)] = record
        }
    }

    // MARK: foreseeing

    /// Fetches the place of an identity's name.
    @inline(__always)
    func foreseeIdentity(_ name: Bytes) { identities.foresee(name) }

    /// Fetches the place of a product's key.
    @inline(__always)
    func foreseeProduct(_ key: Bytes) { products.foresee(key) }

    /// Fetches a membership; the name's place has been fetched. Its party.
    @inline(__always)
    func foreseeMember(_ name: Bytes, book: UInt16) -> UInt32? {
        guard let party = identities.number(name) else { return nil }
        guard Int(book) < members.count, Int(party) < members[Int(book)].count else { return party }
        members[Int(book)].withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress { prefetch(base + Int(party)) }
        }
        return party
    }

    // MARK: products

    /// - Parameter key: the key of the product's row.
    @inline(__always)
    func product(_ key: Bytes) -> ProductRecord? { products.number(key).map { productRecords[Int($0)] } }

    func set(_ record: ProductRecord, product key: Bytes) {
        if let known = products.number(key) {
            productRecords[Int(known)] = record
        } else {
            products.insert(key, number: UInt32(productRecords.count))
            productRecords.append(record)
        }
    }
}
