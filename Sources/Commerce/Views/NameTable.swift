import Bytes
import Index

/// Names and their dense numbers, in memory: an open-addressing table that holds names of up to 24 bytes in the place itself, so that a look-up
/// touches one cache line.
///
/// - Complexity: O(1); nothing is allocated for a name.
final class NameTable {
    /// 32 bytes.
    private struct Place {
        /// The name's bytes; of a longer name its hash and where it lies in the arena.
        var words: (UInt64, UInt64, UInt64)
        var number: UInt32
        /// 0 where the place is free.
        var count: UInt32
    }

    @exclusivity(unchecked) private var places: UnsafeMutablePointer<Place>
    @exclusivity(unchecked) private var mask = NameTable.firstMask
    @exclusivity(unchecked) private(set) var count = 0
    private let arena = ByteBuffer(capacity: 1 << 12)

    private static let firstMask = (1 << 8) - 1

    init() { places = Self.makePlaces(mask + 1) }

    deinit { TableMemory.deallocate(places) }

    private static func makePlaces(_ count: Int) -> UnsafeMutablePointer<Place> {
        let places = TableMemory.allocate(Place.self, capacity: count)
        places.initialize(repeating: Place(words: (0, 0, 0), number: 0, count: 0), count: count)
        return places
    }

    /// Bytes that it holds, for budgets.
    var byteCount: Int { arena.count + (mask + 1) * MemoryLayout<Place>.stride }

    /// Forgets everything, and gives back the memory that a table of its first size does not need.
    func removeAll() {
        count = 0
        arena.removeAll()
        TableMemory.deallocate(places)
        mask = Self.firstMask
        places = Self.makePlaces(mask + 1)
    }

    @inline(__always)
    func foresee(_ name: Bytes) { prefetch(places + (Int(truncatingIfNeeded: RowKey(name).hash) & mask)) }

    /// The number that was given to `name`.
    @inline(__always)
    func number(_ name: Bytes) -> UInt32? {
        let key = RowKey(name)
        var at = Int(truncatingIfNeeded: key.hash) & mask
        while true {
            let place = places + at
            if place.pointee.count == 0 { return nil }
            if Int(place.pointee.count) == name.count, isEqual(place, key) { return place.pointee.number }
            at = (at &+ 1) & mask
        }
    }

    @inline(__always)
    private func isEqual(_ place: UnsafeMutablePointer<Place>, _ key: RowKey) -> Bool {
        if key.bytes.count <= RowKey.inlineBytes { return place.pointee.words == key.words }
        return place.pointee.words.0 == key.hash
            && compareMemory(
                UnsafeRawPointer(arena.base) + Int(place.pointee.words.1), key.bytes.base, key.bytes.count) == 0
    }

    /// Remembers a name that is not in the table; an empty name is nobody's.
    func insert(_ name: Bytes, number: UInt32) {
        guard !name.isEmpty else { return }
        if count * 2 >= mask { grow() }
        let key = RowKey(name)
        var words = key.words
        if name.count > RowKey.inlineBytes {
            words = (key.hash, UInt64(arena.count), 0)
            arena.append(name)
        }
        put(Place(words: words, number: number, count: UInt32(name.count)), key.hash)
        count += 1
    }

    private func put(_ place: Place, _ hash: UInt64) {
        var at = Int(truncatingIfNeeded: hash) & mask
        while places[at].count != 0 { at = (at &+ 1) & mask }
        places[at] = place
    }

    private func grow() {
        let before = places
        let size = mask + 1
        mask = mask * 2 + 1
        places = Self.makePlaces(mask + 1)
        for at in 0..<size where before[at].count != 0 { put(before[at], hash(before + at)) }
        TableMemory.deallocate(before)
    }

    private func hash(_ place: UnsafeMutablePointer<Place>) -> UInt64 {
        let count = Int(place.pointee.count)
        guard count <= RowKey.inlineBytes else { return place.pointee.words.0 }
        return RowKey(Bytes(base: UnsafeRawPointer(place), count: count)).hash
    }
}
