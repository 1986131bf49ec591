import CXML2
import Commerce

/// Writes an XML document with libxml2's text writer, which escapes what must be.
///
/// The bytes are UTF-8, indented by one space a level. Characters that XML 1.0 does not know are left out: a name that
/// has them is no reason to refuse a payment.
struct XMLText {
    private let buffer: xmlBufferPtr
    private let writer: xmlTextWriterPtr
    private var isBroken = false

    /// Nil where memory is out.
    private init?() {
        guard let buffer = xmlBufferCreate() else { return nil }
        guard let writer = xmlNewTextWriterMemory(buffer, 0) else {
            xmlBufferFree(buffer)
            return nil
        }
        self.buffer = buffer
        self.writer = writer
    }

    /// The document that `body` writes. `file` names it where memory runs out.
    static func document(
        _ file: String, _ body: (inout XMLText) throws(StatementError) -> Void
    ) throws(StatementError) -> [UInt8] {
        guard var text = XMLText() else { throw outOfMemory(file) }
        defer { xmlBufferFree(text.buffer) }
        text.start()
        do {
            try body(&text)
        } catch {
            xmlFreeTextWriter(text.writer)
            throw error
        }
        text.note(xmlTextWriterEndDocument(text.writer))
        // Freeing the writer flushes what it still holds into the buffer.
        xmlFreeTextWriter(text.writer)
        guard !text.isBroken, let content = xmlBufferContent(text.buffer) else { throw outOfMemory(file) }
        return Array(UnsafeBufferPointer(start: content, count: Int(xmlBufferLength(text.buffer))))
    }

    private static func outOfMemory(_ file: String) -> StatementError {
        .payment(
            .limit, file: file, "", "", Text("la mémoire ne suffit pas", "memory is out"),
            accepted: Text("un fichier moins gros", "a smaller file"))
    }

    private mutating func note(_ result: Int32) {
        if result < 0 { isBroken = true }
    }

    private mutating func start() {
        note(xmlTextWriterSetIndent(writer, 1))
        note(xmlTextWriterStartDocument(writer, "1.0", "UTF-8", nil))
    }

    /// An element with what `body` writes inside.
    mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:],
        _ body: (inout XMLText) throws(StatementError) -> Void
    ) throws(StatementError) {
        note(xmlTextWriterStartElement(writer, name))
        for (key, value) in attributes { note(xmlTextWriterWriteAttribute(writer, key, Self.permitted(value))) }
        try body(&self)
        note(xmlTextWriterEndElement(writer))
    }

    /// An element that holds text.
    mutating func leaf(_ name: String, _ text: String, _ attributes: KeyValuePairs<String, String> = [:]) {
        note(xmlTextWriterStartElement(writer, name))
        for (key, value) in attributes { note(xmlTextWriterWriteAttribute(writer, key, Self.permitted(value))) }
        note(xmlTextWriterWriteString(writer, Self.permitted(text)))
        note(xmlTextWriterEndElement(writer))
    }

    /// As `leaf`, but only where there is text.
    mutating func leafIfAny(_ name: String, _ text: String) {
        if !text.isEmpty { leaf(name, text) }
    }

    /// `text` without what XML 1.0 does not know: control characters, U+FFFE, U+FFFF.
    static func permitted(_ text: String) -> String {
        let isClean = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0xEF }
        if isClean { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<0x20, 0x7F...0x9F, 0xFFFE, 0xFFFF: continue
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
