import Accounting

/// What the calendar makes due: a day's captures to settle, a month's sales to pay out.
struct Schedule {
    /// The captures of a local day, by `Institution`.
    struct Day {
        let date: CivilDate
        let valueDate: CivilDate
        let settledUs: Int64
        var grossMinor: [Int64] = Array(repeating: 0, count: Institution.allCases.count)
    }

    /// What the stores are owed for a local month, by their position among the stores.
    struct Month {
        let first: CivilDate
        let paidUs: Int64
        var owedMinor: [Int64] = []
    }

    /// In ascending order; only the last still grows.
    var days: [Day] = []
    var months: [Month] = []

    /// The instants of the current local day; empty before the first basket.
    private(set) var currentDay: Range<Int64> = 0..<0
    private(set) var date = CivilDate.first

    /// The time of what is due first, as far as it is known; what becomes due later never comes before it.
    private(set) var nextUs = Int64.min

    /// Something was added: look again.
    mutating func invalidate() { nextUs = .min }

    mutating func setNext(_ us: Int64) { nextUs = us }

    /// Opens the local day of `us`, and its month, unless they are open.
    mutating func enter(_ us: Int64, _ calendar: BookCalendar) {
        if currentDay.contains(us) { return }
        date = calendar.day(at: us)
        currentDay = calendar.instantsUs(from: date, through: date)
        let following = date.adding(days: 1) ?? date
        days.append(
            Day(date: date, valueDate: following, settledUs: Instant.midnightUs(following) + Terms.settlementUs))
        if months.last?.first != date.firstOfMonth {
            let payday = date.lastOfMonth.adding(days: Terms.payoutDay) ?? date
            months.append(Month(first: date.firstOfMonth, paidUs: Instant.midnightUs(payday) + Terms.payoutUs))
        }
        invalidate()
    }
}
