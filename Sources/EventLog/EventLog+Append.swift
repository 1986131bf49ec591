package import Bytes
package import LMDB
package import Transparency

extension EventLog {
    /// Appends entries in a write transaction: the entries, the complete subtrees, the new head.
    ///
    /// - Parameters:
    ///   - leaves: the leaf hashes of the first entries, as far as they are known.
    ///   - last: recorded time of the last entry, microseconds since 1970.
    package func append(
        _ batch: BytesList, leaves: [Hash] = [], lastRecordedAtUs last: UInt64,
        to transaction: borrowing WriteTransaction
    ) throws(LMDBError) -> LogHead {
        var head = try head(in: transaction)
        let key = ByteBuffer(capacity: 64)
        let value = ByteBuffer(capacity: 1_024)
        var complete: [(Int, Hash)] = []
        for index in 0..<batch.count {
            let entry = batch[index]
            guard entry.count <= EventLog.entryBytesMax else {
                throw LMDBError(
                    code: .entryTooLarge, operation: "append", path: environment.path,
                    reason: "item \(index) has \(entry.count) bytes", remedy: "an entry has at most 65 535 bytes")
            }
            let sequence = head.count
            key.removeAll()
            key.appendBigEndian(sequence)
            value.removeAll()
            value.append(entry)
            value.appendChecksum(under: key.bytes)
            try transaction.put(entries, key.bytes, value.bytes, append: true)
            head.entryBytes += UInt64(entry.count)
            complete.removeAll(keepingCapacity: true)
            head.frontier.append(index < leaves.count ? leaves[index] : Hash.leaf(entry)) { level, root in
                if level % 8 == 0 { complete.append((level, root)) }
            }
            for (level, root) in complete {
                key.removeAll()
                key.append(UInt8(level))
                key.appendBigEndian(sequence >> UInt64(level))
                value.removeAll()
                root.append(to: value)
                value.appendChecksum(under: key.bytes)
                try transaction.put(tree, key.bytes, value.bytes)
            }
        }
        head.lastRecordedAtUs = max(head.lastRecordedAtUs, last)
        let record = ByteBuffer(capacity: 2_200)
        head.encode(to: record)
        try transaction.put(formatDatabase, LogHead.key, record.bytes)
        return head
    }
}
