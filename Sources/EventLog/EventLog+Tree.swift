import Bytes
package import LMDB
package import Transparency

/// Subtrees of the log in one snapshot: stored from level 8 up, hashed again from the entries below.
private struct LogSubtrees: SubtreeSource {
    let read: (UInt64) throws(LMDBError) -> Hash
    let stored: (Int, UInt64) throws(LMDBError) -> Hash

    func subtree(level: Int, index: UInt64) throws(LMDBError) -> Hash {
        if level == 0 { return try read(index) }
        if level % 8 == 0 { return try stored(level, index) }
        return Hash.node(
            try subtree(level: level - 1, index: index * 2), try subtree(level: level - 1, index: index * 2 + 1))
    }
}

extension EventLog {
    private func leaf<T: Reading & ~Copyable>(_ sequence: UInt64, in transaction: borrowing T) throws(LMDBError) -> Hash
    {
        guard let entry = try entry(sequence, in: transaction) else { throw missing("entry \(sequence)") }
        return Hash.leaf(entry)
    }

    private func node<T: Reading & ~Copyable>(
        _ level: Int, _ index: UInt64, in transaction: borrowing T
    ) throws(LMDBError) -> Hash {
        let key = ByteBuffer(capacity: 64)
        key.append(UInt8(level))
        key.appendBigEndian(index)
        guard let stored = try transaction.get(tree, key.bytes) else {
            throw missing("the tree's node \(level)/\(index)")
        }
        guard let value = stored.checked(under: key.bytes), value.count == 32 else {
            throw damaged("the tree's node \(level)/\(index)")
        }
        return Hash(value)
    }

    /// The root of a complete subtree that the log stores: levels 8, 16, 24, …
    package func subtree(level: Int, index: UInt64, in transaction: borrowing ReadTransaction) throws(LMDBError) -> Hash
    {
        try node(level, index, in: transaction)
    }

    /// The root of the tree over the first `size` entries.
    ///
    /// - Complexity: O(log n) nodes, and at most 255 entries hashed again.
    package func root(atSize size: UInt64, in transaction: borrowing ReadTransaction) throws(LMDBError) -> Hash {
        try check(size, within: transaction)
        return try withSubtrees(transaction) { source throws(LMDBError) in try Proof.root(source, from: 0, to: size) }
    }

    package func inclusionProof(
        _ index: UInt64, size: UInt64, in transaction: borrowing ReadTransaction
    ) throws(LMDBError) -> [Hash] {
        try check(size, within: transaction)
        guard index < size else { throw outside("entry \(index)", "the tree has \(size)") }
        return try withSubtrees(transaction) { source throws(LMDBError) in
            try Proof.inclusion(source, index: index, size: size)
        }
    }

    package func consistencyProof(
        from first: UInt64, to second: UInt64, in transaction: borrowing ReadTransaction
    ) throws(LMDBError) -> [Hash] {
        try check(second, within: transaction)
        guard first <= second else { throw outside("size \(first)", "the newer tree has \(second) entries") }
        return try withSubtrees(transaction) { source throws(LMDBError) in
            try Proof.consistency(source, first: first, second: second)
        }
    }

    /// Throws `.notFound` for a tree larger than the log.
    private func check(_ size: UInt64, within transaction: borrowing ReadTransaction) throws(LMDBError) {
        let count = try head(in: transaction).count
        guard size <= count else { throw outside("size \(size)", "the log has \(count) entries") }
    }

    private func outside(_ what: String, _ limit: String) -> LMDBError {
        LMDBError(
            code: .notFound, operation: "prove", path: environment.path, reason: "there is no \(what): \(limit)",
            remedy: "ask for one that exists")
    }

    private func withSubtrees<R>(
        _ transaction: borrowing ReadTransaction, _ body: (LogSubtrees) throws(LMDBError) -> R
    ) throws(LMDBError) -> R {
        // A borrowed transaction cannot be captured; the source reads through one of its own at the same or a later
        // state, where every node of an append-only log is the same.
        let reading = SharedReading(try environment.read())
        return try body(
            LogSubtrees(
                read: { sequence throws(LMDBError) in try self.leaf(sequence, in: reading.transaction) },
                stored: { level, index throws(LMDBError) in try self.node(level, index, in: reading.transaction) }))
    }
}

/// A read transaction that closures can hold.
private final class SharedReading {
    let transaction: ReadTransaction

    init(_ transaction: consuming ReadTransaction) { self.transaction = transaction }
}
