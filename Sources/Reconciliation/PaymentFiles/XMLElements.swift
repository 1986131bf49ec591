import CXML2
import Commerce

/// What an XML document may cost us: files come from outside.
struct XMLLimits {
    var bytesMax = 64 << 20
    var depthMax = 32
    var textBytesMax = 4096
}

/// Reads an XML document element by element with libxml2's text reader.
///
/// No network, no DTD, no entities but the five of XML: a document type declaration or an entity reference is refused.
struct XMLElements {
    /// What the reader met.
    enum Step {
        /// `isEmpty` elements have no end of their own.
        case start(name: String, namespace: String, depth: Int, isEmpty: Bool)
        case text(String)
        case end(depth: Int)
    }

    private let reader: xmlTextReaderPtr
    private let file: String
    private let limits: XMLLimits

    /// Calls `body` for every step of the document that `bytes` are, then returns.
    static func read(
        _ bytes: [UInt8], file: String, limits: XMLLimits = XMLLimits(),
        _ body: (Step, Int) throws(StatementError) -> Void
    ) throws(StatementError) {
        guard bytes.count <= limits.bytesMax else {
            throw .payment(
                .limit, file: file, "", "\(bytes.count)", Text("le fichier est trop gros", "the file is too large"),
                accepted: Text("au plus \(limits.bytesMax) octets", "at most \(limits.bytesMax) bytes"))
        }
        // The reader keeps the pointer, so the document stays in memory that nothing moves while it reads.
        let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(bytes.count, 1))
        defer { copy.deallocate() }
        for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
        xmlResetLastError()
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        guard
            let reader = xmlReaderForMemory(
                copy.baseAddress, Int32(truncatingIfNeeded: bytes.count), nil, nil,
                Int32(truncatingIfNeeded: options))
        else {
            throw .payment(
                .malformed, file: file, "", "", Text("ce n’est pas un document XML", "this is no XML document"),
                accepted: Text("un document XML", "an XML document"))
        }
        defer { xmlFreeTextReader(reader) }
        try XMLElements(reader: reader, file: file, limits: limits).steps(body)
    }

    private func steps(_ body: (Step, Int) throws(StatementError) -> Void) throws(StatementError) {
        while true {
            let result = xmlTextReaderRead(reader)
            if result == 0 { return }
            guard result == 1 else { throw malformed() }
            let line = Int(xmlTextReaderGetParserLineNumber(reader))
            let depth = Int(xmlTextReaderDepth(reader))
            guard depth <= limits.depthMax else {
                throw .payment(
                    .limit, file: file, line: line, "", "\(depth)",
                    Text("les éléments sont trop profonds", "elements are nested too deep"),
                    accepted: Text("au plus \(limits.depthMax) niveaux", "at most \(limits.depthMax) levels"))
            }
            switch xmlTextReaderNodeType(reader) {
            case Int32(XML_READER_TYPE_ELEMENT.rawValue):
                let name = string(xmlTextReaderConstLocalName(reader))
                let isEmpty = xmlTextReaderIsEmptyElement(reader) == 1
                try body(
                    .start(
                        name: name, namespace: string(xmlTextReaderConstNamespaceUri(reader)), depth: depth,
                        isEmpty: isEmpty), line)
            case Int32(XML_READER_TYPE_END_ELEMENT.rawValue):
                try body(.end(depth: depth), line)
            case Int32(XML_READER_TYPE_TEXT.rawValue), Int32(XML_READER_TYPE_CDATA.rawValue):
                try body(.text(try text(line)), line)
            case Int32(XML_READER_TYPE_DOCUMENT_TYPE.rawValue), Int32(XML_READER_TYPE_ENTITY_REFERENCE.rawValue):
                throw .payment(
                    .malformed, file: file, line: line, "DOCTYPE", string(xmlTextReaderConstName(reader)),
                    Text(
                        "les déclarations de type et les entités sont refusées",
                        "document type declarations and entities are refused"),
                    accepted: Text("un document sans DTD", "a document without a DTD"))
            default: continue
            }
        }
    }

    private func text(_ line: Int) throws(StatementError) -> String {
        let text = string(xmlTextReaderConstValue(reader))
        guard text.utf8.count <= limits.textBytesMax else {
            throw .payment(
                .limit, file: file, line: line, "", text, Text("ce texte est trop long", "this text is too long"),
                accepted: Text("au plus \(limits.textBytesMax) octets", "at most \(limits.textBytesMax) bytes"))
        }
        return text
    }

    private func malformed() -> StatementError {
        let line = Int(xmlTextReaderGetParserLineNumber(reader))
        var said = ""
        if let last = xmlGetLastError(), let message = last.pointee.message {
            said = String(cString: message).split(separator: "\n").first.map(String.init) ?? ""
        }
        return .payment(
            .malformed, file: file, line: max(line, 1), "", said,
            Text("le XML est mal formé", "the XML is not well-formed"),
            accepted: Text("un document XML bien formé", "a well-formed XML document"))
    }

    private func string(_ text: UnsafePointer<xmlChar>?) -> String {
        guard let text else { return "" }
        return String(cString: text)
    }
}
