import Accounting
import Commerce

/// Reads MT940: tags on lines of their own, in the blocks of SWIFT or bare.
struct MT940Reader {
    let source: StatementSource
    private var lines: TextLines
    private var statements: [BankStatement] = []
    private var open: MT940Statement?
    private var entryCount = 0
    /// The field at hand: its tag, its text with the lines that go on, its line.
    private var field: (tag: String, lines: [ArraySlice<UInt8>], line: Int)?
    private var fieldBytes = 0

    /// Reads UTF-8.
    init(_ bytes: [UInt8], _ source: StatementSource) {
        self.source = source
        self.lines = TextLines(bytes, source)
    }

    /// All statements, in the order of the file; pages are statements still.
    mutating func read() throws(StatementError) -> [BankStatement] {
        while let line = try lines.next() {
            if let (tag, rest) = Self.tag(line) {
                try endField()
                field = (tag, [rest], lines.line)
                fieldBytes = rest.count
            } else if line.first == 0x2D && (line.count == 1 || line.dropFirst().first == 0x7D) {
                // "-" or "-}" ends the message; what follows may be blocks of the next.
                try endField()
                try endStatement()
            } else if line.first == 0x7B {
                try endField()
            } else if field != nil {
                fieldBytes += line.count
                guard fieldBytes <= source.limits.fieldBytesMax else {
                    throw source.tooMany(
                        Text("octets dans un champ", "bytes in a field"), max: source.limits.fieldBytesMax,
                        line: lines.line)
                }
                field?.lines.append(line)
            }
        }
        try endField()
        try endStatement()
        guard !statements.isEmpty else { throw source.missing(":20:", Text("un relevé", "a statement")) }
        return statements
    }

    /// ":61:…", or "…{4:" and then a tag on the same line.
    private static func tag(_ line: ArraySlice<UInt8>) -> (String, ArraySlice<UInt8>)? {
        var line = line
        if line.first == 0x7B {
            // "{1:…}{2:…}{4::20:…": some write the block's start and the first tag on one line.
            let mark = Array("{4:".utf8)
            var index = line.startIndex
            while index + 3 <= line.endIndex, !line[index...].starts(with: mark) { index += 1 }
            guard index + 3 < line.endIndex else { return nil }
            line = line[(index + 3)...]
        }
        guard line.first == 0x3A else { return nil }
        let name = line.dropFirst().prefix { $0 != 0x3A }
        guard (2...3).contains(name.count), name.endIndex < line.endIndex,
            name.prefix(2).allSatisfy({ (0x30...0x39).contains($0) }),
            name.dropFirst(2).allSatisfy({ (0x41...0x5A).contains($0) })
        else { return nil }
        return (String(decoding: name, as: UTF8.self), line[(name.endIndex + 1)...])
    }

    private mutating func endField() throws(StatementError) {
        guard let (tag, lines, line) = field else { return }
        field = nil
        if tag == "20" {
            try endStatement()
            open = MT940Statement(source)
        }
        guard open != nil else {
            throw source.missing(":20:", line: line, Text(":20: avant :\(tag):", ":20: before :\(tag):"))
        }
        try open?.add(tag, lines, line: line)
        guard entryCount + (open?.entryCount ?? 0) <= source.limits.entriesMax else {
            throw source.tooMany(Text("écritures", "entries"), max: source.limits.entriesMax, line: line)
        }
    }

    private mutating func endStatement() throws(StatementError) {
        guard let statement = open else { return }
        open = nil
        guard statements.count < source.limits.statementsMax else {
            throw source.tooMany(Text("relevés", "statements"), max: source.limits.statementsMax)
        }
        entryCount += statement.entryCount
        statements.append(try statement.finished())
    }
}
