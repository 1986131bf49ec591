import Accounting
package import Commerce
import Events
package import Ledger

/// Who is in the ledger, by name: members, sellers, institutions, cooperatives. Nothing of what they gave of themselves, which is sealed, stands in it.
package enum PartyList {
    /// One membership, or a party that is member nowhere.
    struct Row {
        let party: PartyRow
        let book: String
        let member: MemberRecord?

        var category: String { member.flatMap { MemberCategory(rawValue: $0.category) }.map { "\($0)" } ?? "" }

        var groups: [String] {
            Group.allCases.filter { $0 != .unspecified && member?.isIn($0) == true }.map { "\($0)" }
        }

        var admittedAt: String { member.map { InstantText.format(us: $0.admittedAtUs) } ?? "" }

        var withdrewAt: String {
            member.flatMap { $0.withdrewAtUs == 0 ? nil : InstantText.format(us: $0.withdrewAtUs) } ?? ""
        }
    }

    /// The rows of the books, in the order of the parties.
    static func rows(_ query: PartyQuery, _ books: [Book], _ snapshot: LedgerSnapshot) throws(LedgerError) -> [Row] {
        var rows: [Row] = []
        for party in try query.rows(snapshot) {
            let memberships = books.compactMap { book in
                snapshot.views.member(party.number, book).map { Row(party: party, book: book.name, member: $0) }
            }
            rows += memberships.isEmpty ? [Row(party: party, book: "", member: nil)] : memberships
        }
        try snapshot.check()
        return rows
    }

    /// Writes a CSV and returns how many rows it has.
    package static func write(
        _ query: PartyQuery, _ books: [Book], _ snapshot: LedgerSnapshot, to file: ExportFile
    ) throws(LedgerError) -> Int {
        let rows = try rows(query, books, snapshot)
        file.put(
            ExportText.csv([
                "party", "kind", "book", "category", "groups", "admittedAt", "withdrewAt", "commonShares",
                "preferredShares",
            ]))
        for row in rows {
            file.put(
                ExportText.csv([
                    row.party.name, "\(row.party.kind)", row.book, row.category,
                    row.groups.joined(separator: " "), row.admittedAt, row.withdrewAt,
                    row.member.map { "\($0.commonShares)" } ?? "", row.member.map { "\($0.preferredShares)" } ?? "",
                ]))
        }
        return rows.count
    }
}
