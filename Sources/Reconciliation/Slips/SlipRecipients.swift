import Commerce
package import Events

/// What a person's file says of members and sellers that the ledger does not hold: social insurance numbers, names where they are not sealed data, slip numbers.
///
/// It stays with whoever asks; nothing of it enters the ledger.
package struct SlipRecipients: Sendable {
    /// What the file says of one of them. What it leaves out is empty.
    package struct Row: Equatable, Sendable {
        package var line = 0
        package var family = ""
        package var given = ""
        package var initial = ""
        package var organisation = ""
        package var socialInsuranceNumber = ""
        package var businessNumber = ""
        package var address = SlipAddress()
        /// Of Revenu Québec, for this sending.
        package var slipNumber = ""
        package var dateOfBirth = ""
        package var taxNumber = ""
        package var taxResidence = ""
        package var account = ""
        package var isExcluded = false
    }

    /// By member id.
    package let rows: [String: Row]
    /// For messages.
    package let file: String

    /// Nobody.
    package init() { (rows, file) = ([:], "") }

    /// Reads the table at `path`, of which only the column of members must be there. Throws `StatementError` with line and column: also where a member
    /// stands twice.
    package init(path: String) throws(StatementError) {
        let table = try SlipRows(path: path, required: [.member])
        var rows: [String: Row] = [:]
        for row in table.rows {
            let member = row[.member]
            // The table of slips ends with its totals.
            if member.isEmpty || Self.isTotal(row[.form]) { continue }
            guard rows[member] == nil else {
                throw table.source.refusal(
                    .value, line: row.line, field: SlipColumn.member.name.french, value: member,
                    Text("ce membre figure deux fois", "this member stands twice"),
                    accepted: Text("une ligne par membre", "one row a member"))
            }
            rows[member] = Row(row)
        }
        self.rows = rows
        file = path
    }

    static func isTotal(_ form: String) -> Bool { form.lowercased() == "total" }

    /// Refuses the first member, by line, whom `isKnown` does not know: what is misspelt would be missing without a word.
    package func check(isKnown: (String) -> Bool) throws(StatementError) {
        let unknown = rows.filter { !isKnown($0.key) }.min { $0.value.line < $1.value.line }
        guard let (member, row) = unknown else { return }
        throw .payment(
            .value, file: file, line: row.line, SlipColumn.member.name.french, member,
            Text("n’est pas une identité du grand livre", "is no identity of the ledger"),
            accepted: Text("l’identité d’un membre", "a member's identity"))
    }

    /// The recipient as far as it is known; nil where neither the file nor the sealed data name them.
    ///
    /// What the file says counts before `data`. `organisation` is the legal name of a member that is a cooperative with a book.
    package func recipient(_ member: String, data: PersonalData?, organisation: String = "") -> SlipRecipient? {
        let row = rows[member] ?? Row()
        let legalName = row.organisation.isEmpty ? organisation : row.organisation
        var name: SlipRecipient.Name?
        if !legalName.isEmpty {
            name = .organisation(legalName)
        } else if !row.family.isEmpty || !row.given.isEmpty {
            name = .person(family: row.family, given: row.given, initial: row.initial)
        } else if let data, !data.name.isEmpty {
            let parts = SlipRecipient.parts(ofName: data.name)
            name = .person(family: parts.family, given: parts.given, initial: row.initial)
        }
        guard let name else { return nil }
        let given = data.map { SlipAddress($0) } ?? SlipAddress()
        return SlipRecipient(
            name: name, address: row.address.line1.isEmpty ? given : row.address,
            socialInsuranceNumber: row.socialInsuranceNumber, businessNumber: row.businessNumber)
    }
}

extension SlipRecipients.Row {
    fileprivate init(_ row: SlipRows.Row) {
        line = row.line
        (family, given, initial) = (row[.family], row[.given], row[.initial])
        organisation = row[.organisation]
        // People write them "046 454 286".
        socialInsuranceNumber = Self.compact(row[.socialInsuranceNumber])
        businessNumber = Self.compact(row[.businessNumber]).uppercased()
        address = SlipAddress(
            line1: row[.line1], line2: row[.line2], city: row[.city], province: row[.province],
            postalCode: row[.postalCode], country: row[.country].isEmpty ? "CAN" : row[.country])
        slipNumber = Self.compact(row[.slipNumber])
        dateOfBirth = row[.dateOfBirth]
        taxNumber = Self.compact(row[.taxNumber])
        (taxResidence, account) = (row[.taxResidence], row[.account])
        isExcluded = ["oui", "yes", "x", "1"].contains(row[.excluded].lowercased())
    }

    private static func compact(_ number: String) -> String { String(number.filter { $0 != " " && $0 != "-" }) }
}

extension SlipRecipient {
    /// A person's name as the authorities want it: "Tremblay, Marie" and "Marie Tremblay" are told apart. Of three words or more nobody but the person knows
    /// where the family name begins: all of it stands as the family name, and the given name is missing.
    static func parts(ofName name: String) -> (family: String, given: String) {
        let comma = name.split(separator: ",", maxSplits: 1).map { FieldText.clean(String($0)) }
        if comma.count == 2 { return (comma[0], comma[1]) }
        let words = name.split(separator: " ").map(String.init)
        guard words.count == 2 else { return (words.joined(separator: " "), "") }
        return (words[1], words[0])
    }
}

extension SlipAddress {
    /// The address that a person gave.
    package init(_ data: PersonalData) {
        self.init(line1: data.streetAddress, city: data.city, province: data.province, postalCode: data.postalCode)
    }
}
