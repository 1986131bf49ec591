import Commerce

/// The rows of a CSV text (RFC 4180) with any delimiter; a field in quotes may hold delimiters, line ends and doubled quotes.
struct CSVRows {
    let source: StatementSource
    private let bytes: [UInt8]
    private let delimiter: UInt8
    private var at = 0
    private var nextLine = 1
    /// Line on which the row begins that was read last.
    private(set) var line = 0

    /// Reads UTF-8.
    init(_ bytes: [UInt8], delimiter: UInt8, _ source: StatementSource) {
        self.bytes = bytes
        self.delimiter = delimiter
        self.source = source
    }

    /// The fields of the next row, cleaned; nil at the end. Empty lines are passed over.
    mutating func next() throws(StatementError) -> [String]? {
        while at < bytes.count, bytes[at] == 0x0A || bytes[at] == 0x0D {
            if bytes[at] == 0x0A || at + 1 >= bytes.count || bytes[at + 1] != 0x0A { nextLine += 1 }
            at += 1
        }
        guard at < bytes.count else { return nil }
        line = nextLine
        var fields: [String] = []
        let start = at
        while true {
            fields.append(FieldText.clean(try readField(rowFrom: start)))
            guard at < bytes.count, bytes[at] == delimiter else { break }
            at += 1
        }
        return fields
    }

    /// Up to the delimiter or the line's end.
    private mutating func readField(rowFrom start: Int) throws(StatementError) -> [UInt8] {
        var field: [UInt8] = []
        var isQuoted = false
        let begin = at
        while at < bytes.count {
            let byte = bytes[at]
            guard at - start < source.limits.fieldBytesMax else {
                throw source.tooMany(
                    Text("octets dans une ligne", "bytes in a row"), max: source.limits.fieldBytesMax, line: line)
            }
            if byte == 0x22, isQuoted {
                if at + 1 < bytes.count, bytes[at + 1] == 0x22 {
                    field.append(byte)
                    at += 1
                } else {
                    isQuoted = false
                }
            } else if byte == 0x22, at == begin {
                isQuoted = true
            } else if !isQuoted, byte == delimiter || byte == 0x0A || byte == 0x0D {
                break
            } else {
                if byte == 0x0A { nextLine += 1 }
                field.append(byte)
            }
            at += 1
        }
        guard !isQuoted else {
            throw source.refusal(
                .malformed, line: line, field: "CSV",
                Text("un champ entre guillemets ne se termine pas", "a quoted field does not end"),
                accepted: Text("un guillemet de fin", "a closing quote"))
        }
        return field
    }
}
