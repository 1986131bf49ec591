import Accounting

/// What notifications (camt.054) and accounts of the day so far (camt.052) say of entries that a statement books as one sum.
///
/// They book nothing: they have no balances from which the next statement could follow, and what they announce may still change. But a batch that the statement
/// has as one entry comes apart by them: payouts with their end-to-end ids, returns with their codes. Both sides name the entry by the institution's
/// reference (AcctSvcrRef), and nothing is split whose parts do not sum to it.
struct StatementNotices {
    private struct Key: Hashable {
        let account: String
        let reference: String
    }

    private var entries: [Key: [StatementEntry]] = [:]

    init(_ statements: [BankStatement]) {
        for statement in statements where statement.kind != .statement {
            var found: [Key: [StatementEntry]] = [:]
            for entry in statement.entries {
                found[key(statement, Self.stem(of: entry.reference)), default: []].append(entry)
            }
            // The newest word counts; an intraday account says again what it said an hour before.
            for (key, parts) in found where parts.count >= entries[key]?.count ?? 0 { entries[key] = parts }
        }
    }

    private func key(_ statement: BankStatement, _ reference: String) -> Key {
        Key(account: StatementImport.plain(statement.account.number), reference: reference)
    }

    /// "REF" of "REF/2", which is what details are called.
    private static func stem(of reference: String) -> String {
        guard let slash = reference.lastIndex(of: "/"),
            FieldText.number(reference[reference.index(after: slash)...]) != nil
        else { return reference }
        return String(reference[..<slash])
    }

    /// The entries of a statement, batches in their parts. What `isKnown` says is in the books as one stays one.
    func detailed(_ statement: BankStatement, isKnown: (String) -> Bool) -> [StatementEntry] {
        guard !entries.isEmpty else { return statement.entries }
        return statement.entries.flatMap { entry -> [StatementEntry] in
            guard let parts = entries[key(statement, entry.reference)], !isKnown(entry.reference),
                parts.reduce(Int64(0), { $0 &+ $1.amountMinor }) == entry.amountMinor
            else { return [entry] }
            return parts.map { part in
                var part = part
                (part.bookingDate, part.bookingSecond) = (entry.bookingDate, entry.bookingSecond)
                part.valueDate = entry.valueDate
                guard parts.count == 1 else { return part }
                // One for one: what both say, the statement says.
                part.reference = entry.reference
                part.isReversal = entry.isReversal
                if !entry.code.isEmpty { part.code = entry.code }
                if !entry.endToEnd.isEmpty { part.endToEnd = entry.endToEnd }
                if !entry.batch.isEmpty { part.batch = entry.batch }
                if !entry.returnCode.isEmpty { part.returnCode = entry.returnCode }
                if !entry.counterparty.isEmpty { part.counterparty = entry.counterparty }
                if !entry.text.isEmpty { part.text = entry.text }
                return part
            }
        }
    }
}
