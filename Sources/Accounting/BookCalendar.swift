/// From when on a book's clocks are how far from UTC.
package struct UtcOffsetChange: Hashable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    package let fromUs: Int64
    /// East of UTC; -18 000 is Toronto in winter.
    package let offsetSeconds: Int32

    package init(fromUs: Int64, offsetSeconds: Int32) {
        self.fromUs = fromUs
        self.offsetSeconds = offsetSeconds
    }
}

/// The local days of a book, by offsets that were recorded as policy, so that a replay never asks a machine's
/// time-zone files.
package struct BookCalendar: Hashable, Sendable {
    /// In ascending order; the first offset holds also before its own time. Never empty.
    package let changes: [UtcOffsetChange]

    package static let utc = BookCalendar(unchecked: [UtcOffsetChange(fromUs: 0, offsetSeconds: 0)])

    private init(unchecked changes: [UtcOffsetChange]) { self.changes = changes }

    /// Throws `CalendarError` with code `badOffsets` where there is no offset, where times do not strictly ascend or
    /// leave the years 1 to 9999, or where an offset is a day or more.
    package init(changes: [UtcOffsetChange]) throws(CalendarError) {
        guard !changes.isEmpty else {
            throw Self.refusal("offsets", "there is none", "at least one offset")
        }
        for (index, change) in changes.enumerated() {
            guard change.fromUs == Instant.clamped(change.fromUs) else {
                throw Self.refusal(
                    "offsets[\(index)].from", "\(change.fromUs) µs is outside the calendar", "years 1 to 9999")
            }
            guard index == 0 || changes[index - 1].fromUs < change.fromUs else {
                throw Self.refusal(
                    "offsets[\(index)].from", "it is not later than the one before", "ascending times")
            }
            guard change.offsetSeconds.magnitude < 86_400 else {
                throw Self.refusal(
                    "offsets[\(index)].offsetSeconds", "\(change.offsetSeconds) is a day or more",
                    "from -86399 to 86399")
            }
        }
        self.changes = changes
    }

    private static func refusal(_ place: String, _ reason: String, _ accepted: String) -> CalendarError {
        CalendarError(code: .badOffsets, place: place, reason: reason, accepted: accepted)
    }

    /// Position in `changes` of the offset that holds at an instant.
    /// - Complexity: O(log n), n the changes of offset.
    private func position(at us: Int64) -> Int {
        var low = 1
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].fromUs <= us { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    /// Seconds east of UTC at an instant.
    package func offsetSeconds(at us: Int64) -> Int32 { changes[position(at: us)].offsetSeconds }

    /// The local day of an instant; the nearest that there is outside the years 1 to 9999.
    package func day(at us: Int64) -> CivilDate {
        let us = Instant.clamped(us)
        return Instant.day(us + Int64(offsetSeconds(at: us)) * 1_000_000)
    }

    /// The first instant at which the local clock has reached the day.
    package func firstInstantUs(of day: CivilDate) -> Int64 {
        let midnight = Instant.midnightUs(day)
        // No offset reaches a day: a change that ended more than a day earlier cannot hold the day's beginning.
        var index = position(at: midnight - Instant.dayUs)
        while true {
            let begins = midnight - Int64(changes[index].offsetSeconds) * 1_000_000
            let candidate = index == 0 ? begins : max(begins, changes[index].fromUs)
            guard index + 1 < changes.count, candidate >= changes[index + 1].fromUs else { return candidate }
            index += 1
        }
    }

    /// The last instant before the next day begins.
    package func lastInstantUs(of day: CivilDate) -> Int64 {
        guard let next = day.adding(days: 1) else { return Instant.lastUs }
        return firstInstantUs(of: next) - 1
    }

    /// The instants of the local days from `first` to `last`, both included; empty where they are reversed.
    package func instantsUs(from first: CivilDate, through last: CivilDate) -> Range<Int64> {
        let lower = firstInstantUs(of: first)
        return lower..<max(lower, lastInstantUs(of: last) + 1)
    }
}
