import Accounting
import Commerce

/// The slips that stand after a sending, read from the table that it left: what the next sending is compared with.
package struct SlipRegister: Equatable, Sendable {
    /// In the order of the table; every one an original, whatever it was sent as.
    package private(set) var slips: [DividendSlip] = []
    /// Numbers that Revenu Québec's slips had, by member.
    package private(set) var numbers: [String: String] = [:]

    /// Reads `path`, a table of `SlipCSV`. Throws `StatementError`: `value` where it is of another form, year or book or where an amount is none, `total`
    /// where its rows are not those that its last row sums, with the figures.
    package init(path: String, form: SlipForm, year: Int, book: String) throws(StatementError) {
        let table = try SlipRows(path: path, required: [.form, .kind, .year, .member, .paid, .tax, .book])
        let source = table.source
        var sum = SlipSummary(count: 0, paidMinor: 0, taxMinor: 0)
        var total: SlipSummary?
        for row in table.rows {
            func expect(_ column: SlipColumn, _ accepted: [String]) throws(StatementError) {
                guard !accepted.contains(row[column]) else { return }
                throw source.refusal(
                    .value, line: row.line, field: column.name.french, value: row[column],
                    Text(
                        "le dossier précédent est d’un autre envoi", "the previous folder is of another sending"),
                    accepted: Text(accepted.joined(separator: ", "), accepted.joined(separator: ", ")))
            }
            guard total == nil else {
                throw source.refusal(
                    .malformed, line: row.line, Text("une ligne suit le total", "a row follows the total"),
                    accepted: Text("le total à la dernière ligne", "the total in the last row"))
            }
            try expect(.year, ["\(year)"])
            try expect(.book, [book])
            let paid = try source.amount(row[.paid], exponent: 2, line: row.line, field: SlipColumn.paid.name.french)
            let tax = try source.amount(row[.tax], exponent: 2, line: row.line, field: SlipColumn.tax.name.french)
            if SlipRecipients.isTotal(row[.form]) {
                total = SlipSummary(
                    count: FieldText.number(row[.member]).map { Int(clamping: $0) } ?? -1, paidMinor: paid,
                    taxMinor: tax)
                continue
            }
            try expect(.form, [form.name.french, form.name.english])
            try expect(.kind, [SlipAction.original.name.french])
            let member = row[.member]
            guard !member.isEmpty, numbers[member] == nil else {
                throw source.refusal(
                    .value, line: row.line, field: SlipColumn.member.name.french, value: member,
                    Text("ce membre manque ou figure deux fois", "this member is missing or stands twice"),
                    accepted: Text("une ligne par membre", "one row a member"))
            }
            numbers[member] = row[.slipNumber]
            slips.append(
                DividendSlip(form: form, action: .original, memberID: member, paidMinor: paid, taxMinor: tax))
            sum.count += 1
            sum.paidMinor = try source.sum(sum.paidMinor, paid, line: row.line, field: SlipColumn.paid.name.french)
            sum.taxMinor = try source.sum(sum.taxMinor, tax, line: row.line, field: SlipColumn.tax.name.french)
        }
        guard total == sum else {
            throw source.refusal(
                .total, value: total.map(Self.said) ?? "",
                Text("le total n’est pas la somme des lignes", "the total is not the sum of the rows"),
                accepted: Text(Self.said(sum), Self.said(sum)))
        }
    }

    private static func said(_ summary: SlipSummary) -> String {
        let amounts = [summary.paidMinor, summary.taxMinor].map { DecimalText.format(minor: $0, exponent: 2) }
        return "\(summary.count); " + amounts.joined(separator: "; ")
    }
}
