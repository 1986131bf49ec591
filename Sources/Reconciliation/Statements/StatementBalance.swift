import Accounting
import Commerce

/// Opening balance + entries = closing balance.
enum StatementBalance {
    /// Throws `.total` with the figures where the three are known and do not agree.
    static func check(_ statement: BankStatement, exponent: Int, source: StatementSource) throws(StatementError) {
        var total: Int128 = 0
        for entry in statement.entries { total += Int128(entry.amountMinor) }
        guard let entries = Int64(exactly: total) else {
            throw source.refusal(
                .limit, field: statement.identification,
                Text(
                    "la somme des écritures dépasse 64 bits d’unités mineures",
                    "the sum of the entries does not fit 64 bits of minor units"),
                accepted: Text("des montants moindres", "smaller amounts"))
        }
        guard source.reading.checksTotals, statement.kind == .statement, let opening = statement.openingMinor,
            let closing = statement.closingMinor
        else { return }
        let computed = try source.sum(opening, entries, field: statement.identification)
        guard computed != closing else { return }
        func figure(_ minor: Int64) -> Text { StatementAmount.text(minor, exponent: exponent) }
        let (o, e, c, s) = (figure(opening), figure(entries), figure(closing), figure(computed))
        throw source.refusal(
            .total, field: [statement.account.number, statement.identification].joined(separator: " "), value: "",
            Text(
                "le solde de fermeture \(c.french) n’est pas le solde d’ouverture \(o.french) plus les écritures \(e.french), soit \(s.french)",
                "the closing balance \(c.english) is not the opening balance \(o.english) plus the entries \(e.english), \(s.english)"
            ),
            accepted: Text("un solde de fermeture de \(s.french)", "a closing balance of \(s.english)"))
    }
}
