import Commerce

/// The SGML of OFX 1: elements with a text need no end tag, aggregates have one.
///
/// A tag ends where its end tag stands, where another begins behind its text, or where that of an outer one ends. Which tags are aggregates the file itself
/// says: those that have an end tag somewhere. So private tags of institutions read like the standard's.
final class SGMLMarkup: Markup {
    let source: StatementSource
    private let bytes: [UInt8]
    private var at: Int
    private(set) var lineAt = 1
    private var open: [(name: String, hasText: Bool)] = []
    private var pending: [MarkupEvent] = []
    private var closed: Set<String> = []

    /// Standard elements that hold a text, even where an institution leaves it out.
    private static let leaves: Set<String> = [
        "TRNTYPE", "DTPOSTED", "DTUSER", "DTAVAIL", "TRNAMT", "FITID", "CHECKNUM", "REFNUM", "SIC", "NAME", "MEMO",
        "PAYEEID", "SRVRTID", "BANKID", "BRANCHID", "ACCTID", "ACCTTYPE", "ACCTKEY", "BALAMT", "DTASOF", "CURDEF",
        "DTSTART", "DTEND", "CODE", "SEVERITY", "MESSAGE", "TRNUID", "ORG", "FID", "EXTDNAME", "CORRECTFITID",
    ]

    /// Reads UTF-8 from byte `start`, on line `line`.
    init(_ bytes: [UInt8], from start: Int, line: Int, _ source: StatementSource) {
        self.bytes = bytes
        self.at = start
        self.lineAt = line
        self.source = source
        var index = start
        while index + 1 < bytes.count {
            guard bytes[index] == 0x3C, bytes[index + 1] == 0x2F, let end = endOfTag(from: index + 2) else {
                index += 1
                continue
            }
            // A hostile file may hold millions of names: those beyond a few hundred count as texts' tags.
            if closed.count < 512, end - index < 64 {
                closed.insert(String(decoding: bytes[(index + 2)..<end], as: UTF8.self))
            }
            index = end
        }
    }

    var line: Int? { lineAt }

    /// The next tag or text, end tags that the file leaves out among them.
    func next() throws(StatementError) -> MarkupEvent? {
        while true {
            if !pending.isEmpty { return pending.removeFirst() }
            guard at < bytes.count else { return nil }
            if bytes[at] == 0x3C {
                try readTag()
            } else if let text = try readText() {
                return text
            }
        }
    }

    /// Where the tag's ">" stands; nil where none follows before the next "<".
    private func endOfTag(from start: Int) -> Int? {
        var end = start
        while end < bytes.count, bytes[end] != 0x3E {
            if bytes[end] == 0x3C { return nil }
            end += 1
        }
        return end < bytes.count ? end : nil
    }

    private func readTag() throws(StatementError) {
        if bytes[at...].starts(with: "<![CDATA[".utf8) { return try readCharacters() }
        guard let end = endOfTag(from: at + 1), end > at + 1, end - at < 256 else {
            throw malformed("<", Text("n’est pas une balise", "is not a tag"), Text("<NOM>", "<NAME>"))
        }
        let isEnd = bytes[at + 1] == 0x2F
        let content = bytes[(at + (isEnd ? 2 : 1))..<end]
        advance(to: end + 1)
        if content.first == 0x3F || content.first == 0x21 { return }
        // Attributes and the slash of an empty element say nothing here.
        let isEmpty = content.last == 0x2F
        let name = String(
            decoding: content.prefix { $0 > 0x20 && $0 != 0x2F }, as: UTF8.self)
        guard !name.isEmpty else {
            throw malformed("<>", Text("n’est pas une balise", "is not a tag"), Text("<NOM>", "<NAME>"))
        }
        if isEnd { return try closeTag(name) }
        if let top = open.last, top.hasText || !closed.contains(top.name) || Self.leaves.contains(top.name) {
            open.removeLast()
            pending.append(.end(top.name))
        }
        guard open.count < source.limits.depthMax else {
            throw source.tooMany(
                Text("niveaux d’éléments", "levels of elements"), max: source.limits.depthMax, line: line)
        }
        pending.append(.start(name, currency: ""))
        if isEmpty { pending.append(.end(name)) } else { open.append((name, false)) }
    }

    private func closeTag(_ name: String) throws(StatementError) {
        guard let index = open.lastIndex(where: { $0.name == name }) else {
            throw malformed(
                "</\(name)>", Text("ferme ce qui n’est pas ouvert", "ends what did not begin"),
                Text("<\(name)> auparavant", "<\(name)> before"))
        }
        for inner in open[index...].reversed() { pending.append(.end(inner.name)) }
        open.removeLast(open.count - index)
    }

    private func readText() throws(StatementError) -> MarkupEvent? {
        var end = at
        while end < bytes.count, bytes[end] != 0x3C { end += 1 }
        let range = at..<end
        try checkLength(range.count)
        let isBlank = bytes[range].allSatisfy { $0 <= 0x20 }
        let text = isBlank ? "" : unescaped(bytes[range])
        advance(to: end)
        guard !isBlank, !open.isEmpty else { return nil }
        open[open.count - 1].hasText = true
        return .text(text)
    }

    private func readCharacters() throws(StatementError) {
        let start = at + 9
        var end = start
        while end + 2 < bytes.count, !(bytes[end] == 0x5D && bytes[end + 1] == 0x5D && bytes[end + 2] == 0x3E) {
            end += 1
        }
        guard end + 2 < bytes.count else {
            throw malformed("<![CDATA[", Text("ne se termine pas", "does not end"), Text("]]>", "]]>"))
        }
        try checkLength(end - start)
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        advance(to: end + 3)
        guard !open.isEmpty else { return }
        open[open.count - 1].hasText = true
        pending.append(.text(text))
    }

    private func checkLength(_ count: Int) throws(StatementError) {
        guard count <= source.limits.fieldBytesMax else {
            throw source.tooMany(
                Text("octets dans un champ", "bytes in a field"), max: source.limits.fieldBytesMax, line: line)
        }
    }

    private func advance(to end: Int) {
        for byte in bytes[at..<end] where byte == 0x0A { lineAt += 1 }
        at = end
    }

    /// "&amp;" and its like; what is none of them stays as it stands.
    private func unescaped(_ text: ArraySlice<UInt8>) -> String {
        guard text.contains(0x26) else { return String(decoding: text, as: UTF8.self) }
        let names: [(name: StaticString, byte: UInt8)] = [
            ("&amp;", 0x26), ("&lt;", 0x3C), ("&gt;", 0x3E), ("&nbsp;", 0x20), ("&quot;", 0x22), ("&apos;", 0x27),
        ]
        var result: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            let rest = text[index...]
            let known = rest[index] == 0x26 ? names.first { rest.starts(with: "\($0.name)".utf8) } : nil
            result.append(known?.byte ?? text[index])
            index += known?.name.utf8CodeUnitCount ?? 1
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func malformed(_ value: String, _ reason: Text, _ accepted: Text) -> StatementError {
        source.refusal(.malformed, line: line, field: "SGML", value: value, reason, accepted: accepted)
    }
}
