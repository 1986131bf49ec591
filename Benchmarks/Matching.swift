import Accounting
import Commerce
import Reconciliation

/// Matches as many entries of statements as there are open items of the books: a year of payouts and deposits, most by reference, the rest by amount and party,
/// cut references, charges, and entries that are nobody's.
struct MatchingPace {
    let arguments: Arguments
    let report: Report

    func run() throws {
        let (entries, items) = try scene(arguments.events)
        var policy = MatchingPolicy()
        policy.fees = FeeBounds(leastPpm: 0, mostPpm: 15_000, leastFixedMinor: 0, mostFixedMinor: 0)
        var matched = 0
        let times = try (0..<arguments.rounds).map { _ in
            try seconds {
                matched = try Matching.run(entries, against: items, policy: policy, calendar: .canada).matches.count
            }
        }
        // Seventeen of twenty are somebody’s; of some, the amount is another’s, too.
        precondition(matched > arguments.events / 20 * 14, "only \(matched) matches")
        report.add(
            Measurement(
                name: "match entries against as many open items", events: arguments.events, seconds: median(times)))
    }

    private func scene(_ count: Int) throws -> (StatementItems, BookItems) {
        var (entries, items) = (StatementItems(), BookItems())
        entries.reserve(count)
        items.reserve(count)
        let first = CivilDate.first.adding(days: 739_255) ?? .first
        for number in 0..<count {
            let day = first.adding(days: number * 360 / max(count, 1)) ?? first
            let next = day.adding(days: 1) ?? day
            let party = UInt32(2 + number % 20_000)
            // Amounts that come again and again, as wages and prices do.
            let minor = Int64(1_000 + (number &* 7_919) % 500_000)
            let reference = "versement-\(number)"
            let kind = number % 20
            func item(_ amountMinor: Int64, _ kind: BookItem.Kind, _ party: UInt32, _ references: [String]) throws {
                try items.append(
                    BookItem(
                        sequence: UInt64(number), amountMinor: amountMinor, day: day, party: party, kind: kind),
                    references: references)
            }
            func entry(_ amountMinor: Int64, _ party: UInt32, _ texts: StatementTexts) throws {
                try entries.append(
                    StatementItem(
                        identifier: UInt64(number), amountMinor: amountMinor, bookingDay: next, valueDay: next,
                        party: party), texts: texts)
            }
            switch kind {
            case 0..<12:
                try item(-minor, .payout, party, [reference])
                try entry(-minor, 0, StatementTexts(endToEnd: reference.uppercased(), counterparty: "NAME"))
            case 12..<16:
                try item(-minor, .payout, party, [reference])
                try entry(-minor, party, StatementTexts())
            case 16:
                try item(-minor, .payout, party, ["\(number)-remboursement"])
                try entry(-minor, 0, StatementTexts(endToEnd: "\(number)REMBOURS", counterparty: "NAME"))
            case 17:
                try item(-minor, .payout, party, [reference])
                try entry(-minor / 10, 0, StatementTexts(code: "ACMT/MDOP/CHRG"))
            default:
                try item(-minor, .payout, party, [reference])
                try entry(minor, 0, StatementTexts(endToEnd: "X\(number)", counterparty: "STRANGER"))
            }
        }
        return (entries, items)
    }
}
