package import Bytes
import LMDB

extension Index {
    /// The sequences at the end of the newest keys under a prefix, newest first: of an index whose keys are `prefix ‖ sequence (6 bytes)` and are
    /// written in the order of sequences.
    ///
    /// Overlays and runs are slices of the log, so they are read from the newest on, each from its end, until there are `limit`.
    /// - Complexity: O(limit + runs) rows and seeks.
    package func newestSequences(prefix: Bytes, limit: Int) -> [UInt64] {
        var found: [UInt64] = []
        found.reserveCapacity(limit)
        let end = ByteBuffer(capacity: prefix.count + 8)
        end.append(prefix)
        end.appendBigEndian(UInt64.max)
        for table in tables(asked: prefix) where found.count < limit {
            for slot in table.last(under: prefix, before: end.bytes, limit: limit - found.count) {
                let key = table.key(slot: Int(slot))
                if key.count == prefix.count + 6 { found.append(Self.sequence(key.dropFirst(prefix.count))) }
            }
        }
        guard let reader else { return found }
        for run in reader.manifest.runs where found.count < limit && run.indexes.contains(prefix[0]) {
            reader.appendNewest(of: run, prefix: prefix, limit: limit, to: &found)
        }
        return found
    }

    fileprivate static func sequence(_ tail: Bytes) -> UInt64 {
        UInt64(tail.bigEndian(at: 0, as: UInt16.self)) << 32 | UInt64(tail.bigEndian(at: 2, as: UInt32.self))
    }
}

extension IndexReader {
    /// Reads a run's chunks from the last one backwards that may hold rows under the prefix.
    fileprivate func appendNewest(of run: Run, prefix: Bytes, limit: Int, to found: inout [UInt64]) {
        let box = takeCursor(level: run.level)
        defer { returnCursor(box, level: run.level) }
        seekKey.removeAll()
        seekKey.appendBigEndian(run.id)
        seekKey.append(prefix)
        seekKey.appendBigEndian(UInt64.max)
        do throws(LMDBError) {
            var entry = try box.cursor?.seek(atOrAfter: seekKey.bytes)
            if entry == nil {
                entry = try box.cursor?.last()
            } else if !isOf(run, entry) {
                entry = try box.cursor?.previous()
            }
            var sequences: [UInt64] = []
            while let chunk = entry, isOf(run, entry), found.count < limit, let rows = rows(of: chunk, run) {
                sequences.removeAll(keepingCapacity: true)
                let mayHaveMore = readSequences(under: prefix, in: rows, of: run, into: &sequences)
                found.append(contentsOf: sequences.suffix(limit - found.count).reversed())
                guard mayHaveMore else { return }
                entry = try box.cursor?.previous()
                // A chunk's key is its last row's.
                guard let before = entry, before.key.dropFirst(Swift.min(4, before.key.count)).hasPrefix(prefix) else {
                    return
                }
            }
        } catch {
            fail(error.reason)
        }
    }

    private func isOf(_ run: Run, _ entry: Cursor.Entry?) -> Bool {
        guard let entry, entry.key.count >= 4 else { return false }
        return entry.key.bigEndian(at: 0, as: UInt32.self) == run.id
    }

    /// The sequences under the prefix in one chunk, in order; whether the chunk before may hold more.
    private func readSequences(under prefix: Bytes, in chunk: Bytes, of run: Run, into sequences: inout [UInt64])
        -> Bool
    {
        let key = seekKey
        key.removeAll()
        var at = 0
        var isFirst = true
        var mayHaveMore = true
        while at < chunk.count {
            guard let row = RowHeader(chunk, at: at), row.shared <= key.count else {
                fail("a run holds a row that cannot be read (run \(run.id))")
                return false
            }
            at = row.value.upperBound
            key.truncate(to: row.shared)
            key.append(chunk[row.rest])
            let isBefore = key.bytes < prefix
            if isFirst { mayHaveMore = !isBefore }
            isFirst = false
            if isBefore { continue }
            guard key.bytes.hasPrefix(prefix) else { return mayHaveMore }
            if key.count == prefix.count + 6 { sequences.append(Index.sequence(key.bytes.dropFirst(prefix.count))) }
        }
        return mayHaveMore
    }
}
