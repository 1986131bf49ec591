/// The first and last second that RFC 3339 can write: years 1 to 9999.
private let writableSeconds: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

extension TimestampView {
    /// Microseconds since 1970-01-01T00:00:00Z; nil where the instant is finer than a microsecond, outside of years 1
    /// to 9999 or not normal (protobuf: nanoseconds count forward, 0 to 999 999 999).
    package var microseconds: Int64? {
        guard writableSeconds.contains(seconds), nanos >= 0, nanos < 1_000_000_000, nanos % 1_000 == 0 else {
            return nil
        }
        return seconds * 1_000_000 + Int64(nanos / 1_000)
    }
}

extension TimestampWriter {
    /// Writes the instant `microseconds` after 1970-01-01T00:00:00Z.
    @inlinable
    package func write(microseconds: Int64) {
        let part = microseconds % 1_000_000
        let borrow: Int64 = part < 0 ? 1 : 0
        seconds(microseconds / 1_000_000 - borrow)
        nanos(Int32(truncatingIfNeeded: (part + borrow * 1_000_000) * 1_000))
    }
}
