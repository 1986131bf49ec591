import Accounting
import Commerce

/// Counts and sums of entries, against those that the message gives (TxsSummry).
struct CamtTotals {
    /// Of one side, without signs.
    private struct Side {
        var count: UInt64 = 0
        var minor: Int64 = 0
    }

    private var credits = Side()
    private var debits = Side()
    private var pendingCredits = Side()
    private var pendingDebits = Side()

    /// Counts an entry, before it is split.
    mutating func add(_ entry: CamtEntry, _ source: StatementSource) throws(StatementError) {
        let isCredit = entry.amountMinor >= 0
        var side = entry.isPending ? (isCredit ? pendingCredits : pendingDebits) : (isCredit ? credits : debits)
        side.count += 1
        side.minor = try source.sum(side.minor, abs(entry.amountMinor), line: entry.line, field: "Ntry/Amt")
        switch (entry.isPending, isCredit) {
        case (false, true): credits = side
        case (false, false): debits = side
        case (true, true): pendingCredits = side
        case (true, false): pendingDebits = side
        }
    }

    /// Some institutions count what is only announced: the totals may be those of the booked entries or of all.
    func check(_ summary: MarkupElement, exponent: Int, _ source: StatementSource) throws(StatementError) {
        guard source.reading.checksTotals else { return }
        for name in ["TtlCdtNtries", "TtlDbtNtries", "TtlNtries"] {
            guard let element = summary[name] else { continue }
            let (booked, pending) = sides(name)
            try check(
                element["NbOfNtries"], "TxsSummry/\(name)/NbOfNtries", source,
                accepted: [booked.count, booked.count &+ pending.count].map { Text("\($0)", "\($0)") }
            ) { (text) throws(StatementError) in
                let count = FieldText.number(text)
                return count == booked.count || count == booked.count &+ pending.count
            }
            if name == "TtlNtries" { try checkNet(element, exponent: exponent, source) }
            guard let given = element["Sum"] else { continue }
            let all = try source.sum(booked.minor, pending.minor, field: "TxsSummry")
            let said = try source.amount(
                given.text, exponent: exponent, line: given.line, field: "TxsSummry/\(name)/Sum")
            try check(
                given, "TxsSummry/\(name)/Sum", source,
                accepted: [StatementAmount.text(booked.minor, exponent: exponent)]
            ) { (_) throws(StatementError) in said == booked.minor || said == all }
        }
    }

    /// Credits less debits: TtlNetNtry since version 04, TtlNetNtryAmt beside its indicator before.
    private func checkNet(_ element: MarkupElement, exponent: Int, _ source: StatementSource) throws(StatementError) {
        let group = element["TtlNetNtry"] ?? element
        guard let given = element["TtlNetNtry", "Amt"] ?? element["TtlNetNtryAmt"] else { return }
        let field = "TxsSummry/TtlNtries/TtlNetNtry"
        let amount = try source.amount(given.text, exponent: exponent, line: given.line, field: field)
        let said = (try source.sign(group["CdtDbtInd"], field: field) ?? 1) * amount
        let booked = credits.minor - debits.minor
        let all = try source.sum(booked, pendingCredits.minor - pendingDebits.minor, field: field)
        try check(given, field, source, accepted: [StatementAmount.text(booked, exponent: exponent)]) {
            (_) throws(StatementError) in said == booked || said == all
        }
    }

    private func sides(_ name: String) -> (booked: Side, pending: Side) {
        switch name {
        case "TtlCdtNtries": (credits, pendingCredits)
        case "TtlDbtNtries": (debits, pendingDebits)
        default:
            (
                Side(count: credits.count + debits.count, minor: credits.minor &+ debits.minor),
                Side(
                    count: pendingCredits.count + pendingDebits.count,
                    minor: pendingCredits.minor &+ pendingDebits.minor)
            )
        }
    }

    private func check(
        _ element: MarkupElement?, _ field: String, _ source: StatementSource, accepted: [Text],
        _ agrees: (String) throws(StatementError) -> Bool
    ) throws(StatementError) {
        guard let element, try !agrees(element.text) else { return }
        throw source.refusal(
            .total, line: element.line, field: field, value: element.text,
            Text("n’est pas le total des écritures", "is not the total of the entries"),
            accepted: accepted.first ?? Text("", ""))
    }
}
