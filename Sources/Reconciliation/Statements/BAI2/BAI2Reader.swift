import Accounting
import Commerce

/// Reads BAI2: file 01–99, groups 02–98, accounts 03–49, details 16; each level's control total and count are checked.
struct BAI2Reader {
    let source: StatementSource
    private var records: BAI2Records
    private var statements: [BankStatement] = []
    private var file = BAI2Control()
    private var group: BAI2Group?
    private var account: BAI2Account?
    private var entryCount = 0
    private var hasBegun = false
    private var hasEnded = false

    /// Reads UTF-8.
    init(_ bytes: [UInt8], _ source: StatementSource) {
        self.source = source
        self.records = BAI2Records(bytes, source)
    }

    /// A statement for each account of each group.
    mutating func read() throws(StatementError) -> [BankStatement] {
        while let record = try records.next() {
            switch record.code {
            case "01" where !hasBegun:
                hasBegun = true
                file.records = record.count
            case "02" where hasBegun && group == nil && !hasEnded:
                var begun = try BAI2Group(record, source)
                begun.control.records = record.count
                group = begun
            case "03" where group != nil && account == nil:
                guard let group else { break }
                guard statements.count < source.limits.statementsMax else {
                    throw source.tooMany(Text("relevés", "statements"), max: source.limits.statementsMax)
                }
                account = try BAI2Account(record, group, source)
            case "16" where account != nil:
                entryCount += 1
                guard entryCount <= source.limits.entriesMax else {
                    throw source.tooMany(Text("écritures", "entries"), max: source.limits.entriesMax, line: record.line)
                }
                try account?.add(record)
            case "49" where account != nil: try endAccount(record)
            case "98" where group != nil && account == nil: try endGroup(record)
            case "99" where hasBegun && group == nil && !hasEnded:
                file.records += record.count
                try file.check(record, members: true, source)
                hasEnded = true
            default:
                throw source.refusal(
                    .malformed, line: record.line, field: "BAI2", value: record.code,
                    Text("ne vient pas à cet endroit", "does not come here"),
                    accepted: Text("01 02 03 16… 49 98 99, dans cet ordre", "01 02 03 16… 49 98 99, in this order"))
            }
        }
        guard hasEnded else {
            throw source.refusal(
                .malformed, field: "99", Text("le fichier s’arrête avant sa fin", "the file stops before its end"),
                accepted: Text("un enregistrement 99", "a record 99"))
        }
        distinguishParts()
        return statements
    }

    /// An account may come several times in a day: the parts are named "2017-06-01", "2017-06-01/2"…, and references are made over all of them, so that
    /// equal entries of two parts stay two.
    private mutating func distinguishParts() {
        var parts: [BAI2Part: [Int]] = [:]
        for (index, statement) in statements.enumerated() {
            let part = BAI2Part(account: statement.account, kind: statement.kind, day: statement.identification)
            parts[part, default: []].append(index)
        }
        for indices in parts.values where indices.count > 1 {
            var whole = indices.flatMap { statements[$0].entries }
            EntryReferences.assign(&whole)
            var entries = whole[...]
            for (ordinal, index) in indices.enumerated() {
                let count = statements[index].entries.count
                statements[index].entries = Array(entries.prefix(count))
                entries = entries.dropFirst(count)
                if ordinal > 0 { statements[index].identification += "/\(ordinal + 1)" }
            }
        }
    }

    private mutating func endAccount(_ record: BAI2Record) throws(StatementError) {
        guard var ending = account else { return }
        account = nil
        ending.control.records += record.count
        try ending.control.check(record, members: false, source)
        try group?.control.add(ending.control, line: record.line, source)
        statements.append(try ending.finished())
    }

    private mutating func endGroup(_ record: BAI2Record) throws(StatementError) {
        guard var ending = group else { return }
        group = nil
        ending.control.records += record.count
        try ending.control.check(record, members: true, source)
        try file.add(ending.control, line: record.line, source)
    }
}

/// What parts of one account's day have in common.
private struct BAI2Part: Hashable {
    let account: StatementAccount
    let kind: BankStatement.Kind
    let day: String
}

/// Sum of amounts, members and records of one level.
struct BAI2Control {
    var minor: Int64 = 0
    var members: UInt64 = 0
    var records = 0

    /// Takes a level inside this one.
    mutating func add(_ inner: BAI2Control, line: Int, _ source: StatementSource) throws(StatementError) {
        minor = try source.sum(minor, inner.minor, line: line, field: "BAI2")
        members += 1
        records += inner.records
    }

    /// Compares with a record 49 (total, records), 98 or 99 (total, members, records).
    func check(_ record: BAI2Record, members hasMembers: Bool, _ source: StatementSource) throws(StatementError) {
        guard source.reading.checksTotals else { return }
        let wanted = hasMembers ? 3 : 2
        let fields = record.fields.map { FieldText.clean($0) }
        guard fields.count >= wanted else {
            throw source.missing(
                record.code, line: record.line, Text("le total et les nombres de contrôle", "control total and counts"))
        }
        let said = try source.amount(fields[0], exponent: 0, line: record.line, field: record.code, isSigned: true)
        try agree(
            said == minor, fields[0], "\(minor)", record, Text("le total de contrôle", "the control total"), source)
        if hasMembers {
            try agree(
                FieldText.number(fields[1]) == members, fields[1], "\(members)", record,
                Text("le nombre de groupes ou de comptes", "the number of groups or accounts"), source)
        }
        try agree(
            FieldText.number(fields[wanted - 1]) == UInt64(records), fields[wanted - 1], "\(records)", record,
            Text("le nombre d’enregistrements", "the number of records"), source)
    }

    private func agree(
        _ isEqual: Bool, _ value: String, _ computed: String, _ record: BAI2Record, _ what: Text,
        _ source: StatementSource
    ) throws(StatementError) {
        guard !isEqual else { return }
        throw source.refusal(
            .total, line: record.line, field: record.code, value: value,
            Text("n’est pas \(what.french), qui est \(computed)", "is not \(what.english), which is \(computed)"),
            accepted: Text(computed, computed))
    }
}

/// A group: one day of one institution.
struct BAI2Group {
    let institution: String
    let day: CivilDate
    let currency: String
    let kind: BankStatement.Kind
    var control = BAI2Control()

    /// 02: receiver, originator, status, day, hour, currency, modifier.
    init(_ record: BAI2Record, _ source: StatementSource) throws(StatementError) {
        let fields = record.fields.map { FieldText.clean($0) }
        func field(_ index: Int) -> String { index < fields.count ? fields[index] : "" }
        guard field(2) == "1" else {
            throw source.refusal(
                .value, line: record.line, field: "02/status", value: field(2),
                Text(
                    "n’est pas une mise à jour (2 suppression, 3 correction, 4 essai)",
                    "is no update (2 deletion, 3 correction, 4 test)"), accepted: Text("1", "1"))
        }
        institution = field(1)
        day = try source.day(sixDigits: field(3), line: record.line, field: "02/day")
        currency = field(5)
        // 1 and 2 are of an earlier day; 3 and 4 of the same.
        kind = ["3", "4"].contains(field(6)) ? .intraday : .statement
    }
}
