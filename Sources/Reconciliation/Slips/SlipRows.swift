import Commerce

/// The rows of a table that a person filled in or that an earlier sending left: columns by name, in French or English, in any order, between commas or, as a
/// French spreadsheet saves them, semicolons. UTF-8, or Windows-1252.
struct SlipRows {
    /// A row, with its line for messages. A column that is not there is empty.
    struct Row {
        let line: Int
        let cells: [SlipColumn: String]

        subscript(_ column: SlipColumn) -> String { cells[column] ?? "" }
    }

    /// Bytes of a table; a longer file is something else.
    private static let bytesMax = 256 << 20
    /// Bytes of a row: a slip's takes a few hundred.
    private static let rowBytesMax = 16 << 10

    let source: StatementSource
    let rows: [Row]

    /// Reads the file at `path`. Throws `StatementError`: `unreadable`, `limit`, `encoding`, `malformed`; `value` where a column is unknown, twice or, being
    /// among `required`, missing, and where a row has other fields than the first.
    init(path: String, required: [SlipColumn]) throws(StatementError) {
        var reading = StatementReading()
        reading.limits.fileBytesMax = Self.bytesMax
        reading.limits.fieldBytesMax = Self.rowBytesMax
        let source = StatementSource(name: path, reading: reading)
        let bytes = try StatementFileReader(path: path, source).read()
        try self.init(TextEncoding.decoded(bytes, declared: nil, source: source), required: required, source)
    }

    private init(_ bytes: [UInt8], required: [SlipColumn], _ source: StatementSource) throws(StatementError) {
        self.source = source
        let first = bytes.prefix { $0 != 0x0A }
        let delimiter: UInt8 = first.contains(0x3B) && !first.contains(0x2C) ? 0x3B : 0x2C
        var table = CSVRows(bytes, delimiter: delimiter, source)
        let columns = try Self.columns(table.next() ?? [], required, source)
        var rows: [Row] = []
        while let fields = try table.next() {
            if fields.allSatisfy(\.isEmpty) { continue }
            guard fields.count == columns.count else {
                throw source.refusal(
                    .malformed, line: table.line, field: "CSV",
                    Text("\(fields.count) champs", "\(fields.count) fields"),
                    accepted: Text("\(columns.count), un par colonne", "\(columns.count), one a column"))
            }
            guard rows.count < DividendSlips.membersMax else {
                throw source.tooMany(Text("lignes", "rows"), max: DividendSlips.membersMax, line: table.line)
            }
            var cells: [SlipColumn: String] = [:]
            for (column, field) in zip(columns, fields) where !field.isEmpty {
                if let column { cells[column] = SlipTable.unmarked(field) }
            }
            rows.append(Row(line: table.line, cells: cells))
        }
        self.rows = rows
    }

    /// Which column stands at each place; nil for those of a table of slips that say the same in every row.
    private static func columns(
        _ names: [String], _ required: [SlipColumn], _ source: StatementSource
    ) throws(StatementError) -> [SlipColumn?] {
        var columns: [SlipColumn?] = []
        for name in names {
            if SlipColumn.repeated.contains(name.lowercased()) {
                columns.append(nil)
                continue
            }
            guard let column = SlipColumn(named: name) else {
                throw source.refusal(
                    .value, line: 1, field: "CSV", value: name,
                    Text("n’est pas une colonne connue", "is not a known column"),
                    accepted: SlipColumn.all)
            }
            guard !columns.contains(column) else {
                throw source.refusal(
                    .value, line: 1, field: "CSV", value: name,
                    Text("est deux fois une colonne", "is a column twice"),
                    accepted: Text("chaque colonne une fois", "each column once"))
            }
            columns.append(column)
        }
        for column in required where !columns.contains(column) {
            throw source.missing(
                "CSV", line: 1, Text("la colonne \(column.name.french)", "the column \(column.name.english)"))
        }
        return columns
    }
}

/// A column of the tables of slips and recipients.
enum SlipColumn: CaseIterable {
    case form, kind, year, member, family, given, initial, organisation, socialInsuranceNumber, businessNumber
    case line1, line2, city, province, postalCode, country, paid, tax, slipNumber, book
    case dateOfBirth, taxNumber, taxResidence, account, excluded

    /// Columns that stand twice in a table of slips and tell nothing that the form does not.
    static let repeated: Set<String> = ["case", "box"]

    init?(named name: String) {
        let wanted = name.lowercased()
        guard
            let found = Self.allCases.first(where: { column in
                [column.name.french, column.name.english].contains { $0.lowercased() == wanted }
            })
        else { return nil }
        self = found
    }

    /// All names, for messages.
    static var all: Text {
        Text(
            allCases.map { $0.name.french }.joined(separator: ", "),
            allCases.map { $0.name.english }.joined(separator: ", "))
    }

    var name: Text {
        switch self {
        case .form: Text("formulaire", "form")
        case .kind: Text("nature", "kind")
        case .year: Text("année", "year")
        case .member: Text("membre", "member")
        case .family: Text("nom de famille", "family name")
        case .given: Text("prénom", "given name")
        case .initial: Text("initiale", "initial")
        case .organisation: Text("organisme", "organisation")
        case .socialInsuranceNumber: Text("NAS", "SIN")
        case .businessNumber: Text("numéro d’entreprise", "business number")
        case .line1: Text("adresse", "address")
        case .line2: Text("adresse (suite)", "address (continued)")
        case .city: Text("ville", "city")
        case .province: Text("province", "province")
        case .postalCode: Text("code postal", "postal code")
        case .country: Text("pays", "country")
        case .paid: Text("ristourne versée", "dividend paid")
        case .tax: Text("impôt retenu", "tax withheld")
        case .slipNumber: Text("numéro du relevé", "slip number")
        case .book: Text("livre", "book")
        case .dateOfBirth: Text("date de naissance", "date of birth")
        case .taxNumber: Text("numéro fiscal", "tax number")
        case .taxResidence: Text("résidence fiscale", "tax residence")
        case .account: Text("compte", "account")
        case .excluded: Text("exclu", "excluded")
        }
    }
}
