package import Bytes

/// Rows in memory, found by key: an open-addressing table over one arena, without an allocation for each row.
///
/// - Complexity: `find`, `put` and `add` O(1); `sorted` O(n log n).
package final class RowTable {
    struct Slot {
        var hash: UInt64
        var keyOffset: Int
        var valueOffset: Int
        var keyCount: UInt16
        var valueCount: UInt16
        var valueCapacity: UInt16
        /// Whether `locate` finds it.
        var isPlaced: Bool
    }

    /// A place in the table: the slot's number and the upper half of its hash, so that a stranger is told apart without looking at it.
    private struct Position {
        var slot: UInt32
        var tag: UInt32

        static let free = Position(slot: .max, tag: 0)
    }

    // Nothing borrows these fields across a call; the run-time exclusivity check would cost more than the look-up.
    @exclusivity(unchecked) private var slots: UnsafeMutablePointer<Slot>
    @exclusivity(unchecked) private var slotCapacity = 1 << 11
    @exclusivity(unchecked) package private(set) var count = 0
    @exclusivity(unchecked) private var placed = 0
    @exclusivity(unchecked) private var positions: UnsafeMutablePointer<Position>
    @exclusivity(unchecked) private var mask = (1 << 12) - 1
    let arena = ByteBuffer(capacity: 1 << 16)

    package init() {
        slots = .allocate(capacity: slotCapacity)
        positions = .allocate(capacity: mask + 1)
        positions.initialize(repeating: .free, count: mask + 1)
    }

    deinit {
        slots.deallocate()
        positions.deallocate()
    }

    /// Bytes that the table holds, for budgets.
    package var byteCount: Int { arena.count }

    package func removeAll() {
        count = 0
        placed = 0
        arena.removeAll()
        positions.update(repeating: .free, count: mask + 1)
    }

    /// The place of `key`: its slot, or the free position where it would go.
    private func locate(_ key: Bytes, _ hash: UInt64) -> (slot: Int, position: Int) {
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        var at = Int(truncatingIfNeeded: hash) & mask
        while true {
            let position = positions[at]
            if position.slot == .max { return (-1, at) }
            if position.tag == tag {
                let slot = slots[Int(position.slot)]
                if slot.hash == hash, Int(slot.keyCount) == key.count,
                    compareMemory(UnsafeRawPointer(arena.base) + slot.keyOffset, key.base, key.count) == 0
                {
                    return (Int(position.slot), at)
                }
            }
            at = (at &+ 1) & mask
        }
    }

    private func insert(_ key: Bytes, _ hash: UInt64, at position: Int?, value: Bytes, capacity: Int) {
        precondition(key.count > 0 && key.count <= RowLimits.keyBytes && value.count <= RowLimits.valueBytes)
        if count == slotCapacity { growSlots() }
        let keyOffset = arena.count
        arena.append(key)
        let valueOffset = arena.count
        arena.append(value)
        for _ in value.count..<capacity { arena.append(0 as UInt8) }
        if let position {
            positions[position] = Position(slot: UInt32(count), tag: UInt32(truncatingIfNeeded: hash >> 32))
        }
        slots[count] = Slot(
            hash: hash, keyOffset: keyOffset, valueOffset: valueOffset, keyCount: UInt16(key.count),
            valueCount: UInt16(value.count), valueCapacity: UInt16(capacity), isPlaced: position != nil)
        count += 1
        if position != nil { placed += 1 }
        if placed * 2 > mask { growPositions() }
    }

    private func growSlots() {
        let larger = UnsafeMutablePointer<Slot>.allocate(capacity: slotCapacity * 2)
        larger.update(from: slots, count: count)
        slots.deallocate()
        slots = larger
        slotCapacity *= 2
    }

    private func growPositions() {
        positions.deallocate()
        mask = mask * 2 + 1
        positions = .allocate(capacity: mask + 1)
        positions.initialize(repeating: .free, count: mask + 1)
        for index in 0..<count where slots[index].isPlaced {
            let hash = slots[index].hash
            var at = Int(truncatingIfNeeded: hash) & mask
            while positions[at].slot != .max { at = (at &+ 1) & mask }
            positions[at] = Position(slot: UInt32(index), tag: UInt32(truncatingIfNeeded: hash >> 32))
        }
    }

    /// The value of `key`. Holds until the next change of the table.
    package func value(_ key: Bytes) -> Bytes? {
        let slot = locate(key, key.stableHash).slot
        return slot < 0 ? nil : value(slot: slot)
    }

    /// Replaces the value of `key`.
    package func put(_ key: Bytes, _ value: Bytes) {
        let hash = key.stableHash
        let (found, position) = locate(key, hash)
        guard found >= 0 else {
            insert(key, hash, at: position, value: value, capacity: value.count)
            return
        }
        if value.count <= Int(slots[found].valueCapacity) {
            arena.overwrite(at: slots[found].valueOffset, with: value)
        } else {
            slots[found].valueOffset = arena.count
            slots[found].valueCapacity = UInt16(value.count)
            arena.append(value)
        }
        slots[found].valueCount = UInt16(value.count)
    }

    /// Adds a row that only `sorted` finds: a key that is new and never looked up.
    package func append(_ key: Bytes, _ value: Bytes) {
        insert(key, 0, at: nil, value: value, capacity: value.count)
    }

    /// Adds to the counters of `key`; false when a sum left 64 bits.
    package func add(_ key: Bytes, _ counters: Counters) -> Bool {
        let hash = key.stableHash
        let (found, position) = locate(key, hash)
        if found >= 0 {
            let offset = slots[found].valueOffset
            var sum = self.counters(at: offset)
            let fits = sum.add(counters)
            arena.storeLittleEndian(sum.first, at: offset)
            arena.storeLittleEndian(sum.second, at: offset + 8)
            return fits
        }
        withUnsafeBytes(of: (counters.first.littleEndian, counters.second.littleEndian)) {
            insert(key, hash, at: position, value: Bytes($0), capacity: 16)
        }
        return true
    }

    package func counters(_ key: Bytes) -> Counters? {
        let slot = locate(key, key.stableHash).slot
        return slot < 0 ? nil : counters(at: slots[slot].valueOffset)
    }

    private func counters(at offset: Int) -> Counters {
        let bytes = arena.bytes
        return Counters(bytes.littleEndian(at: offset), bytes.littleEndian(at: offset + 8))
    }

    func key(slot: Int) -> Bytes {
        arena.bytes[slots[slot].keyOffset..<slots[slot].keyOffset + Int(slots[slot].keyCount)]
    }

    /// The stable hash of a row's key; of appended rows, which no hash finds, it is not kept.
    func hash(slot: Int) -> UInt64 { slots[slot].hash }

    func value(slot: Int) -> Bytes {
        arena.bytes[slots[slot].valueOffset..<slots[slot].valueOffset + Int(slots[slot].valueCount)]
    }

    func counters(slot: Int) -> Counters { counters(at: slots[slot].valueOffset) }

    /// The slots in key order, all of them or those whose key starts with `prefix`.
    func sorted(prefix: Bytes? = nil) -> [UInt32] {
        struct Item {
            var head: UInt64
            var next: UInt64
            var slot: UInt32
        }
        var items: [Item] = []
        items.reserveCapacity(prefix == nil ? count : 64)
        let memory = arena.bytes
        for index in 0..<count {
            let slot = slots[index]
            let key = memory[slot.keyOffset..<slot.keyOffset + Int(slot.keyCount)]
            if let prefix, !key.hasPrefix(prefix) { continue }
            items.append(Item(head: key.word(at: 0), next: key.word(at: 8), slot: UInt32(index)))
        }
        items.sort { a, b in
            if a.head != b.head { return a.head < b.head }
            if a.next != b.next { return a.next < b.next }
            return key(slot: Int(a.slot)) < key(slot: Int(b.slot))
        }
        return items.map(\.slot)
    }
}

extension Bytes {
    /// Eight bytes as a number that sorts as they do; missing bytes count as zero.
    @inline(__always)
    fileprivate func word(at offset: Int) -> UInt64 {
        if count >= offset + 8 { return bigEndian(at: offset, as: UInt64.self) }
        var value: UInt64 = 0
        for index in offset..<offset + 8 { value = value << 8 | (index < count ? UInt64(self[index]) : 0) }
        return value
    }
}
