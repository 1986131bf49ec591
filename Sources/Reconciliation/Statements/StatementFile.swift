import Bytes
import Commerce

/// Reads statement files, whatever their format: what the file says decides, never its name.
package enum StatementFile {
    /// The statements of the file at `path`; messages call it `name`.
    ///
    /// Throws `StatementError`. Nothing is returned of a file of which a part is wrong.
    package static func read(
        path: String, name: String? = nil, _ reading: StatementReading = StatementReading()
    ) throws(StatementError) -> [BankStatement] {
        let source = StatementSource(name: name ?? path, reading: reading)
        let file = try StatementFileReader(path: path, source)
        let head = try file.read(atMost: headBytes)
        guard StatementFormat(of: head) == .xml else { return try read(head + file.read(), source) }
        // XML streams: of a long file only the entry at hand is in memory besides what was read.
        try XMLMarkup.refuseDeclaredTypes(head, source)
        return try finished(readXML(XMLMarkup(file, source), source), source)
    }

    /// What is looked at to know the format.
    private static let headBytes = 64 << 10

    /// The statements of a file whose bytes are at hand.
    package static func read(
        bytes: [UInt8], name: String, _ reading: StatementReading = StatementReading()
    ) throws(StatementError) -> [BankStatement] {
        try read(bytes, StatementSource(name: name, reading: reading))
    }

    private static func read(_ bytes: [UInt8], _ source: StatementSource) throws(StatementError) -> [BankStatement] {
        guard bytes.count <= source.limits.fileBytesMax else { throw StatementFileReader.tooLarge(source) }
        guard let format = StatementFormat(of: bytes) ?? (source.reading.csv == nil ? nil : .csv) else {
            throw source.refusal(
                .format, line: bytes.isEmpty ? nil : 1, value: String(decoding: bytes.prefix(40), as: UTF8.self),
                bytes.isEmpty
                    ? Text("le fichier est vide", "the file is empty")
                    : Text("n’est le début d’aucun format connu", "begins no known format"),
                accepted: Text(
                    "camt.052, camt.053, camt.054, OFX, MT940, BAI2, ou CSV avec un fichier de correspondance",
                    "camt.052, camt.053, camt.054, OFX, MT940, BAI2, or CSV with a mapping"))
        }
        let pages: [BankStatement] =
            switch format {
            case .xml: try readBytesOfXML(bytes, source)
            case .ofx: try OFXReader.read(sgml: bytes, source)
            case .mt940: try readMT940(bytes, source)
            case .bai2: try readBAI2(bytes, source)
            case .csv: try readCSV(bytes, source)
            }
        return try finished(pages, source)
    }

    /// Joins pages, completes references and checks balances.
    private static func finished(
        _ pages: [BankStatement], _ source: StatementSource
    ) throws(StatementError) -> [BankStatement] {
        var statements = try StatementPages.joined(pages, source: source)
        for index in statements.indices {
            EntryReferences.assign(&statements[index].entries)
            try StatementBalance.check(
                statements[index], exponent: StatementAmount.exponent(of: statements[index].account.currency),
                source: source)
        }
        return statements
    }

    private static func readBytesOfXML(
        _ bytes: [UInt8], _ source: StatementSource
    ) throws(StatementError) -> [BankStatement] {
        try XMLMarkup.refuseDeclaredTypes(bytes, source)
        return try bytes.withBytes { (bytes) throws(StatementError) -> [BankStatement] in
            try readXML(XMLMarkup(bytes, source), source)
        }
    }

    private static func readXML(
        _ markup: XMLMarkup, _ source: StatementSource
    ) throws(StatementError) -> [BankStatement] {
        var root = ""
        var elementCount = 0
        // An envelope may stand around the message, and its header before it.
        while elementCount < 1000, let event = try markup.next() {
            guard case .start(let element, _) = event else { continue }
            if root.isEmpty { root = element }
            if elementCount == 0, element == "OFX" {
                var reader = OFXReader(markup, format: OFXHeader.format(instruction: markup.instruction), source)
                return try reader.read()
            }
            if let message = try CamtMessage(namespace: markup.namespace, line: markup.line, source) {
                var reader = CamtReader(markup, message, source)
                return try reader.read()
            }
            elementCount += 1
        }
        throw source.refusal(
            .format, line: 1, value: root,
            Text("n’est la racine d’aucun relevé connu", "is the root of no known statement"),
            accepted: CamtMessage.accepted)
    }

    private static func readCSV(_ bytes: [UInt8], _ source: StatementSource) throws(StatementError) -> [BankStatement] {
        guard let mapping = source.reading.csv else { return [] }
        let text = try TextEncoding.decoded(bytes, declared: mapping.encoding, source: source)
        var reader = try CSVStatementReader(text, mapping, source)
        return try reader.read()
    }

    private static func readMT940(_ bytes: [UInt8], _ source: StatementSource) throws(StatementError) -> [BankStatement]
    {
        var reader = MT940Reader(try TextEncoding.decoded(bytes, declared: nil, source: source), source)
        return try reader.read()
    }

    private static func readBAI2(_ bytes: [UInt8], _ source: StatementSource) throws(StatementError) -> [BankStatement]
    {
        var reader = BAI2Reader(try TextEncoding.decoded(bytes, declared: nil, source: source), source)
        return try reader.read()
    }
}

extension StatementFile {
    /// The bytes of a file within the limits, as they are.
    static func bytes(path: String) throws(StatementError) -> [UInt8] {
        try StatementFileReader(path: path, StatementSource(name: path, reading: StatementReading())).read()
    }
}
