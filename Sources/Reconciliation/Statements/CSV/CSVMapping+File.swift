import Commerce

extension CSVMapping {
    /// Bytes of a mapping; a longer file is something else.
    private static let bytesMax = 64 << 10

    /// The mapping saved in the file at `path`, in UTF-8 or Windows-1252; messages call it `name`.
    package static func read(path: String, name: String? = nil) throws(StatementError) -> CSVMapping {
        var reading = StatementReading()
        reading.limits.fileBytesMax = bytesMax
        let source = StatementSource(name: name ?? path, reading: reading)
        let bytes = try StatementFileReader(path: path, source).read()
        let text = try TextEncoding.decoded(bytes, declared: nil, source: source)
        return try CSVMapping(text: String(decoding: text, as: UTF8.self), name: source.name)
    }
}
