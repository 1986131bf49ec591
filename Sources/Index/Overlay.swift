import Bytes

/// The rows over the runs: what the tail's fold made. Frozen while it becomes a run, it is read by two threads and changed by none.
final class Overlay {
    let table = RowTable()
    private let sums: HotSums?

    init(sums: HotSums?) { self.sums = sums }

    @inline(__always)
    func add(account high: UInt64, _ low: UInt16, detail: UInt64, _ counters: Counters) -> Bool {
        guard let sums else { preconditionFailure("this index has no account sums") }
        return sums.add(high, low, detail: detail, counters, to: table)
    }

    @inline(__always)
    func foresee(account high: UInt64, _ low: UInt16) { sums?.foresee(high, low) }

    /// Turns the account sums into rows; false when a sum left 64 bits.
    func settle() -> Bool {
        guard let sums, sums.count > 0 else { return true }
        return sums.settle(table)
    }

    func removeAll() {
        sums?.removeAll()
        table.removeAll()
    }
}
