import Commerce

/// What the columns of an institution's CSV mean, saved as a text of `key = value` lines.
///
/// ```
/// # Desjardins, comptes d’affaires
/// institution = 815
/// currency = CAD
/// account-column = 2
/// delimiter = ;
/// encoding = ISO-8859-1
/// header-rows = 1
/// date-format = YYYY-MM-DD
/// decimal = ,
/// date = Date
/// description = Description, Note
/// debit = Retrait
/// credit = Dépôt
/// balance = Solde
/// ```
/// Columns are numbers from 1 or names of the first header row.
package struct CSVMapping: Equatable, Sendable {
    /// A column by its number from 1 or its name.
    package enum Column: Hashable, Sendable {
        case number(Int)
        case name(String)
    }

    /// What a column can hold.
    package enum Role: String, CaseIterable, Sendable {
        case date, amount, debit, credit, description, reference, balance, counterparty, code, batch
        case valueDate = "value-date"
        case endToEnd = "end-to-end"
        case returnCode = "return-code"
        case account = "account-column"
    }

    package var institution = ""
    package var account = ""
    package var currency = "CAD"
    package var delimiter: UInt8 = 0x2C
    /// Nil: UTF-8 if the bytes are, Windows-1252 otherwise.
    package var encoding: TextEncoding?
    package var headerRows = 1
    /// YYYY, YY, MM, DD and what stands between.
    package var dateFormat = "YYYY-MM-DD"
    package var decimal: UInt8 = 0x2E
    /// The last entry stands first; balances run upwards.
    package var isNewestFirst = false
    /// What leaves the account stands without a sign in `amount`, what comes in has one.
    package var isInverted = false
    package var columns: [Role: [Column]] = [:]

    /// A mapping without columns.
    package init() {}

    /// Reads a saved mapping. Throws `StatementError` with the line.
    package init(text: String, name: String) throws(StatementError) {
        let source = StatementSource(name: name, reading: StatementReading())
        var line = 0
        var seen: Set<String> = []
        for row in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            line += 1
            let row = FieldText.clean(String(row))
            guard !row.isEmpty, !row.hasPrefix("#") else { continue }
            let parts = row.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = FieldText.clean(String(parts[0]))
            guard parts.count == 2, seen.insert(key).inserted else {
                throw source.refusal(
                    .malformed, line: line, value: row,
                    Text("n’est pas une ligne « clé = valeur » unique", "is not a line \"key = value\" of its own"),
                    accepted: Text("date = Date", "date = Date"))
            }
            try set(key, FieldText.clean(String(parts[1])), line, source)
        }
        try check(source)
    }

    private mutating func set(
        _ key: String, _ value: String, _ line: Int, _ source: StatementSource
    ) throws(StatementError) {
        func refusal(_ accepted: Text) -> StatementError {
            source.refusal(
                .value, line: line, field: key, value: value,
                Text("n’est pas une valeur de cette clé", "is not a value of this key"), accepted: accepted)
        }
        if let role = Role(rawValue: key) {
            columns[role] = value.split(separator: ",").map {
                let name = FieldText.clean(String($0))
                return FieldText.number(name).map { Column.number(Int(clamping: $0)) } ?? .name(name)
            }
            guard columns[role]?.isEmpty == false, columns[role]?.contains(.number(0)) == false else {
                throw refusal(Text("des colonnes : 1, 2 ou des noms", "columns: 1, 2 or names"))
            }
            return
        }
        switch key {
        case "institution": institution = value
        case "account": account = value
        case "currency": currency = value
        case "delimiter":
            let names: [String: UInt8] = [
                ";": 0x3B, ",": 0x2C, "|": 0x7C, "tab": 0x09, "semicolon": 0x3B, "comma": 0x2C,
            ]
            guard let byte = names[value] else { throw refusal(Text("; , | ou tab", "; , | or tab")) }
            delimiter = byte
        case "encoding":
            guard let known = TextEncoding(named: value) else {
                throw refusal(Text("UTF-8, ISO-8859-1 ou Windows-1252", "UTF-8, ISO-8859-1 or Windows-1252"))
            }
            encoding = known
        case "header-rows":
            guard let count = FieldText.number(value), count <= 100 else { throw refusal(Text("0 à 100", "0 to 100")) }
            headerRows = Int(count)
        case "date-format": dateFormat = value
        case "decimal":
            guard value == "," || value == "." else { throw refusal(Text(", ou .", ", or .")) }
            decimal = value == "," ? 0x2C : 0x2E
        case "order":
            guard ["oldest-first", "newest-first"].contains(value) else {
                throw refusal(Text("oldest-first ou newest-first", "oldest-first or newest-first"))
            }
            isNewestFirst = value == "newest-first"
        case "sign":
            guard ["normal", "inverted"].contains(value) else {
                throw refusal(Text("normal ou inverted", "normal or inverted"))
            }
            isInverted = value == "inverted"
        default:
            throw source.refusal(
                .value, line: line, value: key, Text("n’est pas une clé", "is not a key"),
                accepted: Text(Self.keys, Self.keys))
        }
    }

    private static let keys =
        ([
            "institution", "account", "currency", "delimiter", "encoding", "header-rows", "date-format", "decimal",
            "order", "sign",
        ]
        + Role.allCases.map { $0.rawValue }).joined(separator: ", ")

    private func check(_ source: StatementSource) throws(StatementError) {
        _ = try source.currency(currency, field: "currency")
        guard columns[.date] != nil else {
            throw source.missing("date", Text("la colonne de la date", "the date's column"))
        }
        guard columns[.amount] != nil || columns[.debit] != nil && columns[.credit] != nil else {
            throw source.missing("amount", Text("amount, ou debit et credit", "amount, or debit and credit"))
        }
        guard !account.isEmpty || columns[.account] != nil else {
            throw source.missing("account", Text("account, ou account-column", "account, or account-column"))
        }
        let hasYear = dateFormat.contains("YY")
        guard hasYear, dateFormat.contains("MM"), dateFormat.contains("DD") else {
            throw source.refusal(
                .value, field: "date-format", value: dateFormat,
                Text("n’est pas une forme de date", "is not the form of a day"),
                accepted: Text("YYYY-MM-DD, DD/MM/YYYY, YYYYMMDD…", "YYYY-MM-DD, DD/MM/YYYY, YYYYMMDD…"))
        }
    }

    /// The mapping as a text that `init(text:name:)` reads.
    package var text: String {
        var lines = ["institution = \(institution)", "account = \(account)", "currency = \(currency)"]
        lines.append("delimiter = " + (delimiter == 0x09 ? "tab" : String(UnicodeScalar(delimiter))))
        if let encoding { lines.append("encoding = \(encoding.rawValue)") }
        lines += ["header-rows = \(headerRows)", "date-format = \(dateFormat)"]
        lines.append("decimal = " + String(UnicodeScalar(decimal)))
        lines.append("order = " + (isNewestFirst ? "newest-first" : "oldest-first"))
        lines.append("sign = " + (isInverted ? "inverted" : "normal"))
        for role in Role.allCases {
            guard let given = columns[role] else { continue }
            let names = given.map { column in
                switch column {
                case .number(let number): "\(number)"
                case .name(let name): name
                }
            }
            lines.append("\(role.rawValue) = " + names.joined(separator: ", "))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension CSVMapping {
    /// Reads a saved mapping from a file.
    package init(path: String) throws(StatementError) {
        try self.init(text: String(decoding: StatementFile.bytes(path: path), as: UTF8.self), name: path)
    }
}
