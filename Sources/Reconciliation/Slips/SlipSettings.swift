import Accounting
import Commerce

/// Who pays and who sends, and the thresholds of the year: a small file of lines "key = value", as the mapping of a CSV statement is.
///
/// What it leaves out is listed as missing where an authority asks for it; thresholds keep the values of `SlipRules` and `PlatformRules`.
package struct SlipSettings: Equatable, Sendable {
    package var issuer = SlipIssuer()
    package var transmitter = SlipTransmitter()
    package var rules = SlipRules()
    package var platform = PlatformRules()
    /// Of Revenu Québec for the year: "2026.1".
    package var schemaVersion = ""

    /// Bytes of a file; a longer one is something else.
    private static let bytesMax = 64 << 10

    /// Nothing but the thresholds.
    package init() {}

    /// Reads the file at `path`, in UTF-8 or Windows-1252. Lines that begin with "#" are comments. Throws `StatementError` with the line and the key.
    package init(path: String) throws(StatementError) {
        var reading = StatementReading()
        reading.limits.fileBytesMax = Self.bytesMax
        let source = StatementSource(name: path, reading: reading)
        let bytes = try StatementFileReader(path: path, source).read()
        let text = String(decoding: try TextEncoding.decoded(bytes, declared: nil, source: source), as: UTF8.self)
        var seen: Set<String> = []
        for (at, row) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let row = FieldText.clean(String(row))
            guard !row.isEmpty, !row.hasPrefix("#") else { continue }
            let parts = row.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = FieldText.clean(String(parts[0]))
            guard parts.count == 2, seen.insert(key).inserted else {
                throw source.refusal(
                    .malformed, line: at + 1, value: row,
                    Text("n’est pas une ligne « clé = valeur » unique", "is not a line \"key = value\" of its own"),
                    accepted: Text("name = Coop Boréal", "name = Coop Boréal"))
            }
            try set(key, FieldText.clean(String(parts[1])), at + 1, source)
        }
    }

    private static let texts: [(key: String, place: any WritableKeyPath<SlipSettings, String> & Sendable)] = [
        ("name", \.issuer.name), ("address", \.issuer.address.line1), ("address2", \.issuer.address.line2),
        ("city", \.issuer.address.city), ("province", \.issuer.address.province),
        ("postal-code", \.issuer.address.postalCode), ("contact", \.issuer.contactName),
        ("area-code", \.issuer.contactAreaCode), ("phone", \.issuer.contactPhone),
        ("business-number", \.issuer.businessNumber), ("quebec-identification", \.issuer.quebecIdentification),
        ("quebec-file", \.issuer.quebecFile), ("neq", \.issuer.enterpriseNumber),
        ("transmitter-account", \.transmitter.federalAccount),
        ("transmitter-representative", \.transmitter.representativeID),
        ("submission", \.transmitter.submissionReference), ("email", \.transmitter.email),
        ("preparer", \.transmitter.preparerNumber), ("preparer-type", \.transmitter.preparerType),
        ("certification", \.transmitter.certification), ("partner", \.transmitter.partnerID),
        ("product", \.transmitter.productID), ("schema-version", \.schemaVersion),
        ("rl1-source", \.rules.rl1SourceCode),
    ]

    private static let amounts: [(key: String, place: any WritableKeyPath<SlipSettings, Int64> & Sendable)] = [
        ("t4a-above", \.rules.t4aAboveMinor), ("rl1-above", \.rules.rl1AboveMinor),
        ("goods-consideration-max", \.platform.goodsConsiderationMaxMinor),
    ]

    private mutating func set(
        _ key: String, _ value: String, _ line: Int, _ source: StatementSource
    ) throws(StatementError) {
        if let text = Self.texts.first(where: { $0.key == key }) {
            self[keyPath: text.place] = value
        } else if let amount = Self.amounts.first(where: { $0.key == key }) {
            self[keyPath: amount.place] = try source.amount(value, exponent: 2, line: line, field: key)
        } else if key == "goods-sales-below" {
            guard let count = FieldText.number(value).flatMap({ Int64(exactly: $0) }) else {
                throw source.refusal(
                    .value, line: line, field: key, value: value,
                    Text("n’est pas un nombre de ventes", "is not a number of sales"), accepted: Text("30", "30"))
            }
            platform.goodsActivitiesBelow = count
        } else {
            let known = (Self.texts.map(\.key) + Self.amounts.map(\.key) + ["goods-sales-below"]).joined(
                separator: ", ")
            throw source.refusal(
                .value, line: line, field: key, Text("clé inconnue", "unknown key"), accepted: Text(known, known))
        }
    }
}
