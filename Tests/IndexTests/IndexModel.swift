import Bytes
import Index

/// What an index should answer: a dictionary, and nothing clever.
struct IndexModel {
    static let hot: UInt8 = 0x01
    static let fixed: UInt8 = 0x02
    static let unique: UInt8 = 0x03
    static let plain: UInt8 = 0x04
    static let appended: UInt8 = 0x05
    static let removable: UInt8 = 0x45
    static let sums: UInt8 = 0x81
    static let totals: UInt8 = 0x90
    static let details: UInt8 = 0x91

    /// Filters by whole keys, by prefixes, by both and by neither.
    static let asked = AskedKeys(
        points: [hot, unique, removable, sums, totals],
        prefixes: [plain: 2, removable: 3, sums: 2, appended: 2, details: 4]
    )

    private(set) var newest: [[UInt8]: [UInt8]] = [:]
    private(set) var summed: [[UInt8]: Counters] = [:]

    mutating func apply(_ change: Change, to index: Index? = nil) {
        switch change {
        case .put(let key, let value):
            newest[key] = value
            key.withBytes { key in value.withBytes { index?.put(key, $0) } }
        case .remove(let key):
            newest[key] = nil
            key.withBytes { index?.remove($0) }
        case .append(let key, let value):
            newest[key] = value
            key.withBytes { key in value.withBytes { index?.append(key, $0) } }
        case .add(let key, let counters):
            add(key, counters)
            key.withBytes { index?.add($0, counters) }
        case .account(let high, let low, let detail, let counters):
            let account = bigEndian(high) + bigEndian(low)
            add([Self.totals] + account, counters)
            add([Self.details] + account + bigEndian(detail), counters)
            index?.addToAccount(high, low, detail: detail, counters)
        }
    }

    private mutating func add(_ key: [UInt8], _ counters: Counters) {
        var sum = summed[key] ?? Counters()
        _ = sum.add(counters)
        summed[key] = sum
    }

    private func bigEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    /// All keys that start with `prefix`, in byte order.
    func keys(prefix: [UInt8] = []) -> [[UInt8]] {
        (newest.keys.filter { $0.starts(with: prefix) } + summed.keys.filter { $0.starts(with: prefix) })
            .sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// The first difference to what `index` answers for this key, or nil.
    func difference(_ key: [UInt8], _ index: Index) -> String? {
        if key[0] & 0x80 != 0 {
            let found = key.withBytes { index.counters($0) }
            let wanted = summed[key] ?? Counters()
            return found == wanted ? nil : "key \(key): \(found), not \(wanted)"
        }
        let found = key.withBytes { index.value($0)?.array }
        return found == newest[key] ? nil : "key \(key): \(found as Any), not \(newest[key] as Any)"
    }

    /// The first difference to the rows that `index` lists, or nil.
    func difference(rowsOf index: Index, prefix: [UInt8] = [], from start: [UInt8]? = nil) -> String? {
        var wanted = keys(prefix: prefix)[...]
        if let start { wanted = wanted.drop { $0.lexicographicallyPrecedes(start) } }
        let rows = prefix.withBytes { prefix in
            guard let start else { return index.rows(prefix: prefix) }
            return start.withBytes { index.rows(prefix: prefix, from: $0) }
        }
        while rows.next() {
            guard let key = wanted.popFirst() else { return "a row too many: \(rows.key.array)" }
            guard rows.key.array == key else { return "row \(rows.key.array), not \(key)" }
            if let counters = summed[key], rows.counters != counters {
                return "row \(key): \(rows.counters), not \(counters)"
            }
            if let value = newest[key], rows.value.array != value { return "row \(key) has another value" }
        }
        return wanted.isEmpty ? nil : "\(wanted.count) rows are missing, the first \(wanted.first as Any)"
    }
}

/// One change of an index.
enum Change {
    case put([UInt8], [UInt8])
    case remove([UInt8])
    case append([UInt8], [UInt8])
    case add([UInt8], Counters)
    case account(UInt64, UInt16, detail: UInt64, Counters)
}

/// Changes that a seed decides; `fixed` rows are written once and appended ones are new, as the index asks.
struct Changes {
    var random: SplitMix
    private var appended: UInt64 = 0
    private var written: Set<[UInt8]> = []

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    mutating func key(_ index: UInt8) -> [UInt8] {
        // Few distinct keys, of one to five bytes mostly, so that rows meet, prefixes are shared and one key begins another.
        var key = [index]
        for _ in 0..<1 + random.below(4) { key.append(UInt8([0, 1, 2, 0x7F, 0x80, 0xFF][random.below(6)])) }
        if random.below(40) == 0 {
            key += [UInt8](repeating: 7, count: RowLimits.keyBytes - key.count - random.below(3))
        }
        return key
    }

    private mutating func value() -> [UInt8] {
        let count = [0, 1, 2, 8, 30, 127, 128, 129, 700, RowLimits.valueBytes][
            random.below(random.below(4) == 0 ? 10 : 5)]
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    private mutating func counters() -> Counters {
        let large = Int64(1) << 40
        return Counters(Int64.random(in: -large...large, using: &random), Int64(random.below(3)))
    }

    mutating func next() -> Change {
        switch random.below(12) {
        case 0: return .put(key(IndexModel.hot), value())
        case 1:
            let key = key(IndexModel.fixed)
            return written.insert(key).inserted ? .put(key, value()) : .add(self.key(IndexModel.sums), counters())
        case 2: return .put(key(IndexModel.unique), value())
        case 3, 4: return .put(key(IndexModel.plain), value())
        case 5:
            appended += 1
            let number = withUnsafeBytes(of: appended.bigEndian) { Array($0) }
            return .append([IndexModel.appended, UInt8(random.below(3))] + number, value())
        case 6, 7: return .add(key(IndexModel.sums), counters())
        case 8: return .put(key(IndexModel.removable), [1] + value().prefix(100))
        case 9: return .remove(key(IndexModel.removable))
        default:
            return .account(
                UInt64(random.below(6)) << 50, UInt16(random.below(2)), detail: UInt64(random.below(4)), counters())
        }
    }
}
