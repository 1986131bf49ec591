import Bytes
import CXML2
import Commerce

/// XML by libxml2's streaming reader: no network, no external entity, no document type; depth and sizes bounded.
///
/// Memory is that of the element at hand: nothing that was read is kept. Holds as long as the bytes do.
final class XMLMarkup: Markup {
    let source: StatementSource
    private let reader: xmlTextReaderPtr
    /// Keeps the descriptor open that the reader reads.
    private let file: StatementFileReader?
    /// An empty element `<A/>` has a start only; its end comes from here.
    private var pendingEnd: String?
    private var isEncodingKnown = false
    /// What the processing instruction `<?OFX …?>` says; empty without one.
    private(set) var instruction = ""

    /// Begins to read `bytes`, which must stay where they are.
    init(_ bytes: Bytes, _ source: StatementSource) throws(StatementError) {
        self.source = source
        self.file = nil
        Self.silence()
        guard let count = Int32(exactly: bytes.count),
            let reader = xmlReaderForMemory(
                bytes.base.assumingMemoryBound(to: CChar.self), count, nil, nil, Self.options)
        else { throw StatementFileReader.tooLarge(source) }
        self.reader = reader
    }

    /// Begins to read a file from its beginning.
    init(_ file: StatementFileReader, _ source: StatementSource) throws(StatementError) {
        self.source = source
        self.file = file
        Self.silence()
        guard let reader = xmlReaderForFd(try file.rewound(), nil, nil, Self.options) else {
            throw StatementFileReader.tooLarge(source)
        }
        self.reader = reader
    }

    private static let options = Int32(
        XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
            | XML_PARSE_BIG_LINES.rawValue)

    /// Errors are asked for where they happen; without handlers libxml2 prints those of encodings, whatever its options say. They are the thread's own.
    private static func silence() {
        xmlSetStructuredErrorFunc(nil) { _, _ in }
        xml_silence()
    }

    deinit { xmlFreeTextReader(reader) }

    /// Refuses a document type before libxml2 reads it: it could declare entities that grow without end, or name files.
    static func refuseDeclaredTypes(_ bytes: [UInt8], _ source: StatementSource) throws(StatementError) {
        let mark = Array("<!DOCTYPE".utf8)
        var matched = 0
        var line = 1
        // UTF-16 has zeros between; the declaration stands before the root.
        for byte in bytes.prefix(64 << 10) where byte != 0 {
            if byte == 0x0A { line += 1 }
            matched = byte == mark[matched] ? matched + 1 : byte == mark[0] ? 1 : 0
            guard matched < mark.count else { throw declaredType(source, line: line) }
        }
    }

    private static func declaredType(_ source: StatementSource, line: Int?) -> StatementError {
        source.refusal(
            .malformed, line: line, field: "DOCTYPE",
            Text(
                "un relevé ne déclare ni type de document ni entité",
                "a statement declares neither a document type nor entities"),
            accepted: Text("un fichier sans DOCTYPE", "a file without DOCTYPE"))
    }

    /// The namespace of the element at hand.
    var namespace: String { xmlTextReaderConstNamespaceUri(reader).map { text($0) } ?? "" }

    var line: Int? {
        if let node = xmlTextReaderCurrentNode(reader) {
            let line = xmlGetLineNo(node)
            // libxml2 keeps 16 bits for most nodes.
            if line > 0, line < 65_535 { return Int(line) }
        }
        let line = xmlTextReaderGetParserLineNumber(reader)
        return line > 0 ? Int(line) : nil
    }

    /// The next tag or text; comments and the rest are passed over.
    func next() throws(StatementError) -> MarkupEvent? {
        if let name = pendingEnd {
            pendingEnd = nil
            return .end(name)
        }
        while true {
            let status = xmlTextReaderRead(reader)
            if status == 0 { return nil }
            guard status == 1 else { throw notWellFormed() }
            if !isEncodingKnown { try checkEncoding() }
            let type = xmlTextReaderNodeType(reader)
            switch UInt32(bitPattern: type) {
            case XML_READER_TYPE_ELEMENT.rawValue: return try start()
            case XML_READER_TYPE_END_ELEMENT.rawValue: return .end(name)
            case XML_READER_TYPE_TEXT.rawValue, XML_READER_TYPE_CDATA.rawValue:
                if let value = try value() { return .text(value) }
            case XML_READER_TYPE_DOCUMENT_TYPE.rawValue, XML_READER_TYPE_ENTITY_REFERENCE.rawValue:
                throw Self.declaredType(source, line: line)
            case XML_READER_TYPE_PROCESSING_INSTRUCTION.rawValue:
                if name == "OFX", let said = try value() { instruction = said }
            default: break
            }
        }
    }

    private func start() throws(StatementError) -> MarkupEvent {
        let name = name
        guard xmlTextReaderDepth(reader) < source.limits.depthMax else {
            throw source.tooMany(
                Text("niveaux d’éléments", "levels of elements"), max: source.limits.depthMax, line: line)
        }
        if xmlTextReaderIsEmptyElement(reader) == 1 { pendingEnd = name }
        var currency = ""
        if xmlTextReaderMoveToAttribute(reader, "Ccy") == 1 {
            if let value = xmlTextReaderConstValue(reader) { currency = xmlStrlen(value) <= 8 ? text(value) : "?" }
            xmlTextReaderMoveToElement(reader)
        }
        return .start(name, currency: currency)
    }

    private func value() throws(StatementError) -> String? {
        guard let value = xmlTextReaderConstValue(reader) else { return nil }
        let count = xmlStrlen(value)
        guard Int(count) <= source.limits.fieldBytesMax else {
            throw source.tooMany(Text("octets dans un champ", "bytes in a field"), max: source.limits.fieldBytesMax)
        }
        return text(value)
    }

    private var name: String { xmlTextReaderConstLocalName(reader).map { text($0) } ?? "" }

    private func text(_ value: UnsafePointer<xmlChar>) -> String { String(cString: value) }

    private func checkEncoding() throws(StatementError) {
        isEncodingKnown = true
        guard let name = xmlTextReaderConstEncoding(reader).map({ text($0) }) else { return }
        guard TextEncoding(named: name) == nil, name.uppercased() != "UTF-16", name.uppercased() != "ISO-8859-15"
        else { return }
        throw source.refusal(
            .encoding, line: 1, field: "encoding", value: name,
            Text("n’est pas un encodage de relevés", "is not an encoding of statements"),
            accepted: Text(
                "UTF-8, UTF-16, ISO-8859-1, ISO-8859-15 ou Windows-1252",
                "UTF-8, UTF-16, ISO-8859-1, ISO-8859-15 or Windows-1252"))
    }

    private func notWellFormed() -> StatementError {
        var said = ""
        var line = xmlTextReaderGetParserLineNumber(reader)
        var code: Int32 = 0
        if let last = xmlGetLastError() {
            code = last.pointee.code
            if last.pointee.line > 0 { line = Int32(last.pointee.line) }
            if let message = last.pointee.message { said = FieldText.clean(String(cString: message)) }
        }
        let encodings: [UInt32] = [
            XML_ERR_INVALID_ENCODING.rawValue, XML_ERR_INVALID_CHAR.rawValue, XML_ERR_UNKNOWN_ENCODING.rawValue,
            XML_ERR_UNSUPPORTED_ENCODING.rawValue, XML_I18N_CONV_FAILED.rawValue, XML_I18N_NO_HANDLER.rawValue,
        ]
        let isEncoding = encodings.contains(UInt32(bitPattern: code))
        return source.refusal(
            isEncoding ? .encoding : .malformed, line: line > 0 ? Int(line) : nil, field: "XML", value: said,
            isEncoding
                ? Text(
                    "(libxml2) : des octets hors de l’encodage annoncé",
                    "(libxml2): bytes outside the declared encoding")
                : Text("(libxml2) : le XML n’est pas bien formé", "(libxml2): the XML is not well-formed"),
            accepted: isEncoding
                ? Text("un fichier dans l’encodage qu’il annonce", "a file in the encoding that it declares")
                : Text("un XML bien formé", "well-formed XML"))
    }
}
