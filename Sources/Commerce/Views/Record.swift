import Index
package import Bytes

/// The value of a row: integers as zigzag varints, one behind the other.
///
/// Fields are only ever added at the end; a missing field reads as 0.
package protocol Record {
    init(_ reader: inout RecordReader)
    func write(_ out: RecordWriter)
}

package struct RecordReader {
    private let bytes: Bytes
    private var offset = 0

    package init(_ bytes: Bytes) { self.bytes = bytes }

    package mutating func int() -> Int64 {
        guard offset < bytes.count, let raw = bytes.varint(at: &offset) else { return 0 }
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    package mutating func unsigned() -> UInt64 {
        guard offset < bytes.count, let raw = bytes.varint(at: &offset) else { return 0 }
        return raw
    }
}

package final class RecordWriter {
    package let buffer = ByteBuffer(capacity: 256)

    package func int(_ value: Int64) { buffer.appendVarint(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }
    package func unsigned(_ value: UInt64) { buffer.appendVarint(value) }
}

extension Views {
    /// The newest record under a key.
    package func record<R: Record>(_ type: R.Type, _ key: Bytes) -> R? {
        guard let value = index.value(key) else { return nil }
        var reader = RecordReader(value)
        return R(&reader)
    }

    package func put<R: Record>(_ key: Bytes, _ record: R) {
        recordWriter.buffer.removeAll()
        record.write(recordWriter)
        index.put(key, recordWriter.buffer.bytes)
    }

    package func putNumber(_ key: Bytes, _ value: UInt64) {
        recordWriter.buffer.removeAll()
        recordWriter.unsigned(value)
        index.put(key, recordWriter.buffer.bytes)
    }

    /// A row that is found by its prefix only.
    func appendNumber(_ key: Bytes, _ value: UInt64) {
        recordWriter.buffer.removeAll()
        recordWriter.unsigned(value)
        index.append(key, recordWriter.buffer.bytes)
    }

    package func number(_ key: Bytes) -> UInt64? {
        guard let value = index.value(key) else { return nil }
        var reader = RecordReader(value)
        return reader.unsigned()
    }
}
