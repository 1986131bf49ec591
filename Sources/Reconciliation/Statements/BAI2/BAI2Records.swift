import Commerce

/// One logical record of BAI2: its code, its fields, its line.
struct BAI2Record {
    let code: String
    /// The fields behind the code, with those of the records 88 that go on.
    var fields: [String]
    let line: Int
    /// Records in the file that it is made of: itself and its 88.
    var count = 1
}

/// Cuts a file into records.
///
/// A record ends with "/" or with its line. Files in use put several on one line ("…,2/ 02,…"), break a text over lines without an 88, and leave the slash
/// out: a line that begins no record goes on with the one before.
struct BAI2Records {
    let source: StatementSource
    private var lines: TextLines
    /// Pieces of lines not yet read, the first last.
    private var pieces: [(text: ArraySlice<UInt8>, line: Int)] = []
    private static let codes: Set<[UInt8]> = Set(
        ["01", "02", "03", "16", "88", "49", "98", "99"].map { Array($0.utf8) })

    /// Cuts UTF-8.
    init(_ bytes: [UInt8], _ source: StatementSource) {
        self.source = source
        self.lines = TextLines(bytes, source)
    }

    /// The next record with all that goes on from it; nil at the end.
    mutating func next() throws(StatementError) -> BAI2Record? {
        guard let (first, line) = try nextPiece() else { return nil }
        guard let code = Self.code(first), code != "88" else {
            throw source.refusal(
                .malformed, line: line, field: "BAI2", value: String(decoding: first.prefix(40), as: UTF8.self),
                Text("ne commence aucun enregistrement", "begins no record"),
                accepted: Text("01, 02, 03, 16, 88, 49, 98 ou 99", "01, 02, 03, 16, 88, 49, 98 or 99"))
        }
        var record = BAI2Record(code: code, fields: [], line: line)
        var content = [Array(Self.content(first.dropFirst(3)))]
        var size = first.count
        while let (piece, line) = try nextPiece() {
            let next = Self.code(piece)
            guard next == nil || next == "88" else {
                pieces.append((piece, line))
                break
            }
            size += piece.count
            guard size <= source.limits.fieldBytesMax * 16 else {
                throw source.tooMany(
                    Text("octets dans un enregistrement", "bytes in a record"), max: source.limits.fieldBytesMax * 16,
                    line: line)
            }
            if next == "88" {
                record.count += 1
                content.append(Array(Self.content(piece.dropFirst(3))))
            } else {
                // A text that was broken over lines: the slash of the line before was part of it, or its end.
                content[content.count - 1] += [0x20] + Self.content(piece)
            }
        }
        record.fields = Self.fields(content, isDetail: code == "16")
        return record
    }

    /// Fields of a record and its continuations. An 88 goes on where its record was cut: behind a comma with the next field, in a text with the text.
    private static func fields(_ content: [[UInt8]], isDetail: Bool) -> [String] {
        var fields: [String] = []
        for part in content {
            var values = part.split(separator: 0x2C, omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            }[...]
            if isDetail, let last = fields.indices.last, let first = values.popFirst() {
                // In place: a hostile record may go on a hundred thousand times.
                if !fields[last].isEmpty { fields[last] += " " }
                fields[last] += first
            }
            fields += values
        }
        return fields
    }

    private mutating func nextPiece() throws(StatementError) -> (ArraySlice<UInt8>, Int)? {
        while pieces.isEmpty {
            guard let line = try lines.next() else { return nil }
            let trimmed = line.drop { $0 <= 0x20 }
            guard !trimmed.isEmpty else { continue }
            pieces = Array(Self.split(trimmed).map { ($0, lines.line) }.reversed())
        }
        return pieces.popLast()
    }

    /// Parts a line behind each slash that another record's code follows.
    private static func split(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var result: [ArraySlice<UInt8>] = []
        var start = line.startIndex
        for index in line.indices where line[index] == 0x2F {
            // 100 spaces are enough; more would cost a hostile line its square.
            let rest = line[(index + 1)...].prefix(100).drop { $0 <= 0x20 }
            guard !rest.isEmpty, begins(line[rest.startIndex...]) else { continue }
            result.append(line[start...index])
            start = rest.startIndex
        }
        result.append(line[start...])
        return result
    }

    private static func code(_ piece: ArraySlice<UInt8>) -> String? {
        guard piece.count >= 3, piece[piece.startIndex + 2] == 0x2C, codes.contains(Array(piece.prefix(2))) else {
            return nil
        }
        return String(decoding: piece.prefix(2), as: UTF8.self)
    }

    /// Stricter inside a line, where "/ 16,50" may be a text: a detail has a type of three digits.
    private static func begins(_ piece: ArraySlice<UInt8>) -> Bool {
        guard let code = code(piece) else { return false }
        guard code == "16" else { return true }
        let type = piece.dropFirst(3).prefix(4)
        return type.count == 4 && type.prefix(3).allSatisfy { (0x30...0x39).contains($0) } && type.last == 0x2C
    }

    /// Without the slash and the spaces at the end.
    private static func content(_ piece: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var piece = piece
        while let last = piece.last, last <= 0x20 { piece.removeLast() }
        if piece.last == 0x2F { piece.removeLast() }
        return piece
    }
}
