import Bytes

/// The rows over the runs: what the tail's fold made. Frozen while it becomes a run, it is read by two threads and changed by none.
final class Overlay {
    let table = RowTable()
    let sums: HotSums?

    init(sums: HotSums?) { self.sums = sums }

    /// Turns the account sums into rows; false when a sum left 64 bits.
    func settle() -> Bool {
        guard let sums, sums.count > 0 else { return true }
        return sums.settle(table)
    }

    /// From now on `undo` takes back what comes: the sums so far become rows, which know how. False when a sum left 64 bits.
    func mark() -> Bool {
        defer { table.mark() }
        return settle()
    }

    /// Goes back to the mark.
    func undo() {
        sums?.removeAll()
        table.undo()
    }

    func removeAll() {
        sums?.removeAll()
        table.removeAll()
    }
}
