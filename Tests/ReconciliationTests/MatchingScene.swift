import Accounting
import Reconciliation

/// A few entries and items, numbered from 1 as they are added; days count from Monday 5 June 2017.
struct MatchingScene {
    var entries = StatementItems()
    var items = BookItems()
    var policy = MatchingWorld.policy
    let calendar = BusinessCalendar()

    static func day(_ offset: Int) -> CivilDate {
        CivilDate(year: 2017, month: 6, day: 5)?.adding(days: offset) ?? .first
    }

    /// A payout.
    mutating func item(
        _ amountMinor: Int64, _ day: Int, party: UInt32 = 0, file: UInt32 = 0, part: UInt8 = 0, isSettled: Bool = false,
        _ references: String...
    ) throws {
        try add(amountMinor, day, party, .payout, file, part, isSettled, references)
    }

    mutating func item(
        _ amountMinor: Int64, _ day: Int, party: UInt32 = 0, _ kind: BookItem.Kind, isNet: Bool = false,
        isSettled: Bool = false, _ references: String...
    ) throws {
        try add(amountMinor, day, party, kind, 0, 0, isNet: isNet, isSettled, references)
    }

    private mutating func add(
        _ amountMinor: Int64, _ day: Int, _ party: UInt32, _ kind: BookItem.Kind, _ file: UInt32, _ part: UInt8,
        isNet: Bool = false, _ isSettled: Bool, _ references: [String]
    ) throws {
        try items.append(
            BookItem(
                sequence: UInt64(items.count + 1), amountMinor: amountMinor, day: Self.day(day), party: party,
                kind: kind,
                fileNumber: file, filePart: part, isNet: isNet, isSettled: isSettled), references: references)
    }

    mutating func entry(
        _ amountMinor: Int64, _ day: Int, party: UInt32 = 0, isReversal: Bool = false, _ endToEnd: String = "",
        batch: String = "", counterparty: String = "", text: String = "", code: String = "", returnCode: String = ""
    ) throws {
        try entries.append(
            StatementItem(
                identifier: UInt64(entries.count + 1), amountMinor: amountMinor, bookingDay: Self.day(day),
                valueDay: Self.day(day), party: party, isReversal: isReversal),
            texts: StatementTexts(
                endToEnd: endToEnd, batch: batch, counterparty: counterparty, text: text, code: code,
                returnCode: returnCode))
    }

    func run() throws -> MatchingOutcome {
        try Matching.run(entries, against: items, policy: policy, calendar: calendar)
    }

    /// One line for each decision: "reference 1=1", "settlement 1=1,2 fee 37", "returned 2=1", "amountDiffers 1?1".
    func lines() throws -> [String] {
        let outcome = try run()
        let joined = { (numbers: [UInt64]) in numbers.map { "\($0)" }.joined(separator: ",") }
        let matches = outcome.matches.map { match in
            "\(match.rule.rawValue) \(joined(Array(outcome.entries(of: match))))=\(joined(Array(outcome.items(of: match))))"
                + (match.feeMinor == 0 ? "" : " fee \(match.feeMinor)")
        }
        let classified = outcome.classifications.map { one in
            "\(one.kind.rawValue) \(one.entry)" + (one.item.map { "=\($0)" } ?? "")
        }
        let exceptions = outcome.exceptions.map { "\($0.reason) \($0.entry)?\(joined($0.candidates))" }
        return matches + classified + exceptions
    }
}
