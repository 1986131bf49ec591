import Commerce

/// The lines of a text: LF, CRLF or CR end them. None is longer than a field may be.
struct TextLines {
    let bytes: [UInt8]
    let source: StatementSource
    private var at = 0
    /// Number of the line that was read last, from 1.
    private(set) var line = 0

    /// Reads UTF-8.
    init(_ bytes: [UInt8], _ source: StatementSource) {
        self.bytes = bytes
        self.source = source
    }

    /// The next line without its end; nil at the end of the text.
    mutating func next() throws(StatementError) -> ArraySlice<UInt8>? {
        guard at < bytes.count else { return nil }
        line += 1
        let start = at
        while at < bytes.count, bytes[at] != 0x0A, bytes[at] != 0x0D { at += 1 }
        let end = at
        if at < bytes.count { at += bytes[at] == 0x0D && at + 1 < bytes.count && bytes[at + 1] == 0x0A ? 2 : 1 }
        guard end - start <= source.limits.fieldBytesMax else {
            throw source.tooMany(
                Text("octets dans une ligne", "bytes in a line"), max: source.limits.fieldBytesMax, line: line)
        }
        return bytes[start..<end]
    }
}
