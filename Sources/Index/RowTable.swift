package import Bytes

/// Rows in memory, found by key: an open-addressing table whose rows are one cache line each.
///
/// A row holds up to 24 bytes of its key and 32 of its value; what is longer goes to an arena beside.
/// - Complexity: `value`, `put` and `add` O(1); `sorted` O(n).
package final class RowTable {
    /// 64 bytes.
    struct Slot {
        /// The key's first 24 bytes as they lie in memory, zero behind its end.
        var key: (UInt64, UInt64, UInt64)
        /// The value's bytes; of a longer one: where it lies in the arena, and the room it has there. Of counters: both.
        var value: (UInt64, UInt64, UInt64, UInt64)
        /// Where a key of more than 24 bytes lies in the arena.
        var keyOffset: UInt32
        var valueCount: UInt16
        var keyCount: UInt8
        /// Whether `locate` finds it.
        var isPlaced: Bool
    }

    private static let inlineValueBytes = 32
    private static let valuePlace = 24

    /// A place in the table: the slot's number and the upper half of its hash, so that a stranger is told apart without looking at it.
    private struct Position {
        var slot: UInt32
        var tag: UInt32

        static let free = Position(slot: .max, tag: 0)
    }

    // Nothing borrows these fields across a call; the run-time exclusivity check would cost more than the look-up.
    @exclusivity(unchecked) private(set) var slots: UnsafeMutablePointer<Slot>
    @exclusivity(unchecked) private var slotCapacity = 1 << 10
    @exclusivity(unchecked) package private(set) var count = 0
    @exclusivity(unchecked) private var placed = 0
    @exclusivity(unchecked) private var positions: UnsafeMutablePointer<Position>
    @exclusivity(unchecked) private var mask = (1 << 11) - 1
    /// Raised whenever slots lose their meaning, so that a remembered slot is known to be stale.
    @exclusivity(unchecked) private(set) var generation: UInt32 = 1
    let arena = ByteBuffer(capacity: 1 << 12)
    /// Rows below are kept as they were when they change, for `undo`. 0 where nothing is going to be undone.
    @exclusivity(unchecked) private(set) var marked = 0
    @exclusivity(unchecked) private var markedArena = 0
    @exclusivity(unchecked) private var changed: [(slot: Int, row: Slot)] = []
    /// Indexes whose rows are kept in order while they come; see `block`.
    @exclusivity(unchecked) var followed = IndexSet()
    /// By first byte: the rows of the followed indexes. Empty until one is.
    @exclusivity(unchecked) var lists: [RowList] = []

    package init() {
        precondition(MemoryLayout<Slot>.size == 64)
        slots = TableMemory.allocate(Slot.self, capacity: slotCapacity)
        positions = TableMemory.allocate(Position.self, capacity: mask + 1)
        positions.initialize(repeating: .free, count: mask + 1)
    }

    deinit {
        TableMemory.deallocate(slots)
        TableMemory.deallocate(positions)
    }

    /// Bytes that the table holds, for budgets.
    package var byteCount: Int { arena.count + count * MemoryLayout<Slot>.stride }

    package func removeAll() {
        unmark()
        count = 0
        placed = 0
        generation &+= 1
        arena.removeAll()
        positions.update(repeating: .free, count: mask + 1)
        emptyLists()
    }

    // MARK: finding

    /// The place of `key`: its slot, or −1 and the free position where it would go.
    @inline(__always)
    private func locate(_ key: RowKey) -> (slot: Int, position: Int) {
        let tag = UInt32(truncatingIfNeeded: key.hash >> 32)
        var at = Int(truncatingIfNeeded: key.hash) & mask
        while true {
            let position = positions[at]
            if position.slot == .max { return (-1, at) }
            if position.tag == tag, isEqual(slots + Int(position.slot), key) { return (Int(position.slot), at) }
            at = (at &+ 1) & mask
        }
    }

    @inline(__always)
    private func isEqual(_ slot: UnsafeMutablePointer<Slot>, _ key: RowKey) -> Bool {
        guard slot.pointee.key == key.words, Int(slot.pointee.keyCount) == key.bytes.count else { return false }
        guard key.bytes.count > RowKey.inlineBytes else { return true }
        return compareMemory(
            UnsafeRawPointer(arena.base) + Int(slot.pointee.keyOffset), key.bytes.base, key.bytes.count) == 0
    }

    /// Puts a new row behind the others; its value is still to be written.
    @inline(__always)
    private func insert(_ key: RowKey, at position: Int?) -> Int {
        precondition(key.bytes.count > 0 && key.bytes.count <= RowLimits.keyBytes)
        if count == slotCapacity { growSlots() }
        let index = count
        let slot = slots + index
        slot.pointee.key = key.words
        slot.pointee.keyCount = UInt8(truncatingIfNeeded: key.bytes.count)
        slot.pointee.isPlaced = position != nil
        if key.bytes.count > RowKey.inlineBytes {
            slot.pointee.keyOffset = UInt32(arena.count)
            arena.append(key.bytes)
        }
        count = index &+ 1
        if followed.contains(key.bytes[0]) {
            lists[Int(key.bytes[0])].fresh.append(UInt32(truncatingIfNeeded: index))
        }
        if let position {
            positions[position] = Position(
                slot: UInt32(truncatingIfNeeded: index), tag: UInt32(truncatingIfNeeded: key.hash >> 32))
            placed &+= 1
            if placed &* 2 > mask { growPositions() }
        }
        return index
    }

    @inline(never)
    private func growSlots() {
        let larger = TableMemory.allocate(Slot.self, capacity: slotCapacity * 2)
        larger.update(from: slots, count: count)
        TableMemory.deallocate(slots)
        slots = larger
        slotCapacity *= 2
    }

    @inline(never)
    private func growPositions() {
        TableMemory.deallocate(positions)
        mask = mask * 2 + 1
        positions = TableMemory.allocate(Position.self, capacity: mask + 1)
        positions.initialize(repeating: .free, count: mask + 1)
        for index in 0..<count where slots[index].isPlaced {
            let hash = RowKey(key(slot: index)).hash
            var at = Int(truncatingIfNeeded: hash) & mask
            while positions[at].slot != .max { at = (at &+ 1) & mask }
            positions[at] = Position(slot: UInt32(index), tag: UInt32(truncatingIfNeeded: hash >> 32))
        }
    }

    /// Fetches the place that a look-up of the key begins with.
    @inline(__always)
    func prefetchPlace(_ key: RowKey) { prefetch(positions + (Int(truncatingIfNeeded: key.hash) & mask)) }

    /// Fetches a row that is about to be read.
    @inline(__always)
    func prefetchRow(slot: UInt32) { prefetch(slots + Int(slot)) }

    // MARK: values

    /// The value of `key`. Holds until the next change of the table.
    @inline(__always)
    package func value(_ key: RowKey) -> Bytes? {
        let slot = locate(key).slot
        return slot < 0 ? nil : value(slot: slot)
    }

    package func value(_ key: Bytes) -> Bytes? { value(RowKey(key)) }

    /// Replaces the value of `key`.
    package func put(_ key: Bytes, _ value: Bytes) { put(RowKey(key), value) }

    @inline(__always)
    func put(_ key: RowKey, _ value: Bytes) {
        let (found, position) = locate(key)
        if found >= 0 { set(found, value, isNew: false) } else { set(insert(key, at: position), value, isNew: true) }
    }

    /// Adds a row that only `sorted` finds: a key that is new and never looked up.
    package func append(_ key: Bytes, _ value: Bytes) { set(insert(RowKey(key), at: nil), value, isNew: true) }

    @inline(__always)
    private func set(_ index: Int, _ value: Bytes, isNew: Bool) {
        precondition(value.count <= RowLimits.valueBytes)
        let slot = slots + index
        if index < marked { keep(index) }
        if value.count <= Self.inlineValueBytes {
            let place = UnsafeMutableRawPointer(slot) + Self.valuePlace
            place.copyMemory(from: value.base, byteCount: value.count)
        } else {
            // What lies in the arena is kept with the row.
            setLong(slot, value, isNew: isNew || index < marked)
        }
        slot.pointee.valueCount = UInt16(truncatingIfNeeded: value.count)
    }

    private func setLong(_ slot: UnsafeMutablePointer<Slot>, _ value: Bytes, isNew: Bool) {
        let hasRoom =
            !isNew && Int(slot.pointee.valueCount) > Self.inlineValueBytes
            && UInt64(value.count) <= slot.pointee.value.1
        if hasRoom {
            arena.overwrite(at: Int(slot.pointee.value.0), with: value)
        } else {
            slot.pointee.value.0 = UInt64(arena.count)
            slot.pointee.value.1 = UInt64(value.count)
            arena.append(value)
        }
    }

    // MARK: counters

    /// Adds to the counters of `key` and returns their sums; `nil` when one left 64 bits.
    @inline(__always)
    package func add(_ key: RowKey, _ counters: Counters) -> Counters? { add(slot: counterSlot(key), counters) }

    package func add(_ key: Bytes, _ counters: Counters) -> Counters? { add(RowKey(key), counters) }

    /// The slot of a summed row, made now if there is none. It means the same until `generation` changes.
    @inline(__always)
    func counterSlot(_ key: RowKey) -> Int {
        let (found, position) = locate(key)
        if found >= 0 { return found }
        let slot = insert(key, at: position)
        slots[slot].value = (0, 0, 0, 0)
        slots[slot].valueCount = 16
        return slot
    }

    @inline(__always)
    func add(slot: Int, _ counters: Counters) -> Counters? {
        if slot < marked { keep(slot) }
        var sum = self.counters(slot: slot)
        let fits = sum.add(counters)
        slots[slot].value.0 = UInt64(bitPattern: sum.first)
        slots[slot].value.1 = UInt64(bitPattern: sum.second)
        return fits ? sum : nil
    }

    package func counters(_ key: Bytes) -> Counters? {
        let slot = locate(RowKey(key)).slot
        return slot < 0 ? nil : counters(slot: slot)
    }

    @inline(__always)
    func counters(slot: Int) -> Counters {
        Counters(Int64(bitPattern: slots[slot].value.0), Int64(bitPattern: slots[slot].value.1))
    }

    // MARK: undoing

    /// From now on `undo` takes back what changes, at a cost that depends on the changes alone.
    func mark() {
        marked = count
        markedArena = arena.count
    }

    /// Nothing is going to be undone.
    func unmark() {
        marked = 0
        changed.removeAll(keepingCapacity: true)
    }

    @inline(never)
    private func keep(_ slot: Int) { changed.append((slot, slots[slot])) }

    /// Goes back to the mark.
    ///
    /// - Complexity: O(rows added and changed since, and rows of followed indexes).
    func undo() {
        for (slot, row) in changed.reversed() { slots[slot] = row }
        // A place is free again once every row that came later, and may have been put behind it, is gone.
        while count > marked {
            count &-= 1
            if slots[count].isPlaced { free(slot: count) }
        }
        arena.truncate(to: markedArena)
        generation &+= 1
        for index in lists.indices { lists[index].removeAll(from: marked) }
        unmark()
    }

    private func free(slot: Int) {
        var at = Int(truncatingIfNeeded: RowKey(key(slot: slot)).hash) & mask
        while positions[at].slot != UInt32(truncatingIfNeeded: slot) { at = (at &+ 1) & mask }
        positions[at] = .free
        placed &-= 1
    }

    // MARK: by slot

    @inline(__always)
    func key(slot: Int) -> Bytes {
        let place = slots + slot
        let count = Int(place.pointee.keyCount)
        if count <= RowKey.inlineBytes { return Bytes(base: UnsafeRawPointer(place), count: count) }
        return arena.bytes(Int(place.pointee.keyOffset)..<Int(place.pointee.keyOffset) + count)
    }

    @inline(__always)
    func isPlaced(slot: Int) -> Bool { slots[slot].isPlaced }

    @inline(__always)
    func value(slot: Int) -> Bytes {
        let place = slots + slot
        let count = Int(place.pointee.valueCount)
        if count <= Self.inlineValueBytes {
            return Bytes(base: UnsafeRawPointer(place) + Self.valuePlace, count: count)
        }
        return arena.bytes(Int(place.pointee.value.0)..<Int(place.pointee.value.0) + count)
    }
}
