package import Bytes

extension Index {
    /// The newest rows under a prefix, newest first, of an index whose keys are `prefix ‖ sequence (6 bytes)` and are written in the order of sequences.
    ///
    /// Overlay and runs are slices of the log, so they are read from the newest on, each from its end backwards by ever wider windows, until there are
    /// `limit` rows.
    /// - Parameter size: entries of the log; no sequence reaches it.
    /// - Complexity: O(limit + runs) seeks and rows.
    package func newestFirst(prefix: Bytes, limit: Int, size: UInt64, _ body: (Bytes) -> Void) {
        var left = limit
        var sources: [(Bytes) -> RowSource] = overlaySources(prefix: prefix)
        if let reader {
            for run in reader.manifest.runs where run.indexes.contains(prefix[0]) {
                sources.append { RunRows(reader, run, from: $0) }
            }
        }
        let start = ByteBuffer(capacity: 64)
        var below = size
        for source in sources where left > 0 {
            var window: UInt64 = 1 << 14
            let keys = ByteBuffer(capacity: 2_048)
            var count = 0
            // Widen until the window holds enough rows of this source, or all that it has.
            while true {
                let from = below > window ? below - window : 0
                start.removeAll()
                start.append(prefix)
                start.appendBigEndian(UInt16(truncatingIfNeeded: from >> 32))
                start.appendBigEndian(UInt32(truncatingIfNeeded: from))
                keys.removeAll()
                count = 0
                let rows = source(start.bytes)
                while !rows.isAtEnd, rows.key.hasPrefix(prefix) {
                    keys.append(rows.key)
                    count += 1
                    rows.next()
                }
                if count >= left || from == 0 { break }
                window *= 8
            }
            let width = prefix.count + 6
            var at = count
            while at > 0, left > 0 {
                at -= 1
                body(keys.bytes(at * width..<(at + 1) * width))
                left -= 1
            }
            // Older sources hold older rows only.
            if count > 0 { below = sequence(of: keys.bytes(0..<width)) }
        }
    }

    private func sequence(of key: Bytes) -> UInt64 {
        let tail = key.dropFirst(key.count - 6)
        return UInt64(tail.bigEndian(at: 0, as: UInt16.self)) << 32 | UInt64(tail.bigEndian(at: 2, as: UInt32.self))
    }
}
