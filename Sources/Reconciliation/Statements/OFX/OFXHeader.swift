import Commerce

/// The header of OFX 1: lines of "KEY:value" before the first tag.
struct OFXHeader {
    /// "OFX 1.0.2" of VERSION:102.
    let format: String
    /// What ENCODING and CHARSET say; nil where they say nothing.
    let encoding: TextEncoding?
    /// Bytes and lines before the first tag.
    let length: Int
    let line: Int

    /// Reads what stands before the first tag.
    init(_ bytes: [UInt8], _ source: StatementSource) throws(StatementError) {
        let head = bytes.prefix(8192)
        // With UTF-16 the header is found again after decoding.
        let end = head.firstIndex(of: 0x3C) ?? head.count
        length = end
        line = head[..<end].reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
        var values: [String: String] = [:]
        let words = String(decoding: head[..<end], as: UTF8.self).split { $0.isWhitespace }
        for word in words {
            let parts = word.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
        }
        let version = values["VERSION"] ?? ""
        format = OFXHeader.format(version: version)
        let names = [values["CHARSET"] ?? "", values["ENCODING"] ?? ""].filter { !$0.isEmpty && $0 != "NONE" }
        if names.contains("UTF-8") || names.contains("UNICODE") {
            encoding = .utf8
        } else if let name = names.first, name != "USASCII" {
            guard let known = TextEncoding(named: name) else {
                throw source.refusal(
                    .encoding, line: 1, field: "CHARSET", value: name,
                    Text("n’est pas un jeu de caractères d’OFX", "is not a character set of OFX"),
                    accepted: Text("1252, ISO-8859-1 ou UTF-8", "1252, ISO-8859-1 or UTF-8"))
            }
            encoding = known
        } else {
            encoding = nil
        }
    }

    /// "102" is "OFX 1.0.2".
    static func format(version: String) -> String {
        let digits = version.filter { $0.isASCII && $0.isNumber }
        return digits.count == 3 ? "OFX " + digits.map { String($0) }.joined(separator: ".") : "OFX"
    }

    /// The same of XML's `OFXHEADER="200" VERSION="211"`; "OFX 2" without it.
    static func format(instruction: String) -> String {
        let mark = " VERSION=\""
        guard let start = instruction.firstRange(of: mark)?.upperBound else { return "OFX 2" }
        let version = format(version: String(instruction[start...].prefix { $0 != "\"" }))
        return version == "OFX" ? "OFX 2" : version
    }
}
