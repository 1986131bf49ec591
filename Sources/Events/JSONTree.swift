/// JSON split into its parts, each scalar as it is written: enough to say which part of a line is wrong.
indirect enum JSONTree {
    case object([(key: String, value: JSONTree)])
    case array([JSONTree])
    case scalar(String)

    /// Where and why a text is not JSON.
    struct Failure: Error {
        /// Bytes before the place.
        let offset: Int
        let reason: String
    }

    init(_ text: String) throws(Failure) {
        var parser = JSONTreeParser(text: Array(text.utf8))
        self = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.at == parser.text.count else { throw parser.failure("something follows the value") }
    }

    /// The part as JSON on one line, shortened to what an error can show.
    var shown: String {
        let text =
            switch self {
            case .object: "{…}"
            case .array: "[…]"
            case .scalar(let text): text
            }
        return text.count > 60 ? "\(text.prefix(60))…" : text
    }
}

private struct JSONTreeParser {
    let text: [UInt8]
    var at = 0

    func failure(_ reason: String) -> JSONTree.Failure { JSONTree.Failure(offset: at, reason: reason) }

    private var next: UInt8? { at < text.count ? text[at] : nil }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || (0x09...0x0D).contains(byte) { at += 1 }
    }

    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard let byte = next, UInt32(byte) == character.value else { return false }
        at += 1
        return true
    }

    mutating func value(depth: Int) throws(JSONTree.Failure) -> JSONTree {
        guard depth < 64 else { throw failure("more than 64 levels deep") }
        if takes("{") { return try object(depth: depth) }
        if takes("[") { return try array(depth: depth) }
        if next == 0x22 { return .scalar(try string()) }
        let start = at
        while let byte = next, ![0x2C, 0x5D, 0x7D, 0x3A, 0x22, 0x7B, 0x5B].contains(byte), byte > 0x20 { at += 1 }
        guard at > start else { throw failure(next == nil ? "the line ends too early" : "a value is expected") }
        return .scalar(String(decoding: text[start..<at], as: UTF8.self))
    }

    private mutating func object(depth: Int) throws(JSONTree.Failure) -> JSONTree {
        var members: [(key: String, value: JSONTree)] = []
        if takes("}") { return .object(members) }
        while true {
            skipSpace()
            guard next == 0x22 else { throw failure("a key in double quotes is expected") }
            let key = try string().dropFirst().dropLast()
            guard takes(":") else { throw failure("a colon is expected") }
            members.append((String(key), try value(depth: depth + 1)))
            if takes("}") { return .object(members) }
            guard takes(",") else { throw failure(next == nil ? "the line ends too early" : "a comma is expected") }
        }
    }

    private mutating func array(depth: Int) throws(JSONTree.Failure) -> JSONTree {
        var elements: [JSONTree] = []
        if takes("]") { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            if takes("]") { return .array(elements) }
            guard takes(",") else { throw failure(next == nil ? "the line ends too early" : "a comma is expected") }
        }
    }

    /// A string as it is written, quotes and escapes included.
    private mutating func string() throws(JSONTree.Failure) -> String {
        let start = at
        at += 1
        while let byte = next, byte != 0x22 { at += byte == 0x5C ? 2 : 1 }
        guard at < text.count else {
            at = text.count
            throw failure("a string does not end")
        }
        at += 1
        return String(decoding: text[start..<at], as: UTF8.self)
    }
}
