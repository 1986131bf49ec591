import Bytes

/// Says of most keys that one run does not have them, so that a question seeks only in runs that may answer it.
///
/// A Bloom filter of words: a key sets five bits of one word, so that a question reads one word, whatever the answer. With twelve bits a key one strange key
/// in ninety passes; a key that is there is never denied. Nobody changes it once it serves.
final class KeyFilter: @unchecked Sendable {
    static let bitsPerKey = 12
    /// With fewer it denies too little to be worth its memory.
    static let bitsPerKeyMin = 4

    let words: UnsafeMutablePointer<UInt64>
    let wordCount: UInt64
    private(set) var keys = 0

    /// - Parameter bytes: at least eight.
    init(bytes: Int) {
        wordCount = UInt64(Swift.max(1, bytes / 8))
        words = TableMemory.allocate(UInt64.self, capacity: Int(wordCount))
        words.initialize(repeating: 0, count: Int(wordCount))
    }

    deinit { TableMemory.deallocate(words) }

    var byteCount: Int { Int(wordCount) * 8 }

    /// The word of a hash among `count`, and the bits that it has there.
    @inline(__always)
    static func place(_ hash: UInt64, of count: UInt64) -> Int {
        Int(truncatingIfNeeded: ((hash >> 32) &* count) >> 32)
    }

    @inline(__always)
    static func bits(_ hash: UInt64) -> UInt64 {
        1 << (hash & 63) | 1 << (hash >> 6 & 63) | 1 << (hash >> 12 & 63) | 1 << (hash >> 18 & 63)
            | 1 << (hash >> 24 & 63)
    }

    @inline(__always)
    func foresee(_ hash: UInt64) { prefetch(words + Self.place(hash, of: wordCount)) }

    @inline(__always)
    func insert(_ hash: UInt64) {
        words[Self.place(hash, of: wordCount)] |= Self.bits(hash)
        keys += 1
    }

    @inline(__always)
    func mayContain(_ hash: UInt64) -> Bool {
        let bits = Self.bits(hash)
        return words[Self.place(hash, of: wordCount)] & bits == bits
    }
}

/// Makes the filter of a run while its rows are written, in key order.
final class KeyFilterBuilder {
    private let asked: AskedKeys
    /// Which indexes are asked, by first byte: one load tells it of every row that is written.
    private let isAsked: UnsafeMutablePointer<Bool>
    /// `nil` while it is not known how many keys there are going to be.
    private let filter: KeyFilter?
    @exclusivity(unchecked) private var hashes: [UInt64] = []
    @exclusivity(unchecked) private var lastPrefix: UInt64 = 0
    private static let group = 32

    init(_ asked: AskedKeys, _ filter: KeyFilter?) {
        self.asked = asked
        self.filter = filter
        isAsked = .allocate(capacity: 256)
        for index in UInt8.min...UInt8.max { (isAsked + Int(index)).initialize(to: asked.indexes.contains(index)) }
    }

    deinit { isAsked.deallocate() }

    var byteCount: Int { filter?.byteCount ?? 0 }

    @inline(__always)
    func insert(_ key: Bytes) {
        if isAsked[Int(key[0])] { insertAsked(key) }
    }

    private func insertAsked(_ key: Bytes) {
        if asked.points.contains(key[0]) { insert(hash: RowKey(key).hash) }
        guard let prefix = asked.prefix(of: key) else { return }
        let hash = RowKey(prefix).hash
        // Rows of one prefix are neighbours.
        guard hash != lastPrefix else { return }
        lastPrefix = hash
        insert(hash: hash)
    }

    private func insert(hash: UInt64) {
        hashes.append(hash)
        guard let filter else { return }
        // In groups, so that the waits for words of a filter larger than the cache overlap.
        filter.foresee(hash)
        if hashes.count == Self.group { drain(filter) }
    }

    private func drain(_ filter: KeyFilter) {
        for hash in hashes { filter.insert(hash) }
        hashes.removeAll(keepingCapacity: true)
    }

    /// The filter of all keys that were inserted, of at most that many bytes; `nil` when that is too little.
    func finish(bytesMax: Int) -> KeyFilter? {
        guard let filter = filter ?? RunFilters.filter(keys: hashes.count, bytesMax: bytesMax) else { return nil }
        drain(filter)
        return filter
    }
}
