import Accounting
import Reconciliation

/// A year of an account, as the books expect it and as its statement says it, together with the truth.
struct MatchingWorld {
    /// How hard it is made.
    struct Shape {
        var payoutsPerDay = 12
        var capturesPerDay = 14
        var dividends = 300
        /// In a thousand payouts: amounts that many others have too.
        var popularPerMille = 200
        /// References begin alike, so that what is cut off says nothing.
        var hasCommonPrefix = false
        var payees = 250
        /// In a thousand.
        var missingReference = 60
        var truncated = 50
        var unknownParty = 80
        var strangers = 15
        var inTransit = 20
        var duplicates = 6

        static let usual = Shape()
        /// Nearly all amounts are equal, few payees, many references lost.
        static let equals = Shape(
            payoutsPerDay: 20, popularPerMille: 950, hasCommonPrefix: true, payees: 40, missingReference: 300,
            truncated: 200, unknownParty: 300, strangers: 60, inTransit: 60, duplicates: 30)
        /// Amounts differ, but nearly nothing else is said.
        static let mute = Shape(
            popularPerMille: 50, missingReference: 900, unknownParty: 500, strangers: 60, inTransit: 60, duplicates: 20)
    }

    struct Entry {
        var item: StatementItem
        var texts: StatementTexts
    }

    struct Booked {
        var item: BookItem
        var references: [String]
    }

    /// Entries that are items.
    struct Group: Hashable {
        var entries: Set<UInt64>
        var items: Set<UInt64>
    }

    var shape: Shape
    var random: MatchingRandom
    let calendar: BusinessCalendar
    let days: [CivilDate]
    var booked: [Booked] = []
    var entries: [Entry] = []
    var truth: Set<Group> = []
    /// By entry: what it is that is no item.
    var classified: [UInt64: (kind: MatchingOutcome.Classification.Kind, item: UInt64?)] = [:]
    var nextEntry: UInt64 = 1
    var nextItem: UInt64 = 1

    static let fees = FeeBounds(leastPpm: 26_000, mostPpm: 27_000, leastFixedMinor: 10, mostFixedMinor: 10)

    static var policy: MatchingPolicy {
        var policy = MatchingPolicy()
        policy.fees = fees
        return policy
    }

    init(seed: UInt64, shape: Shape) {
        self.shape = shape
        random = MatchingRandom(seed: seed)
        let holidays = [(1, 2), (4, 14), (5, 22), (6, 23), (7, 3), (9, 4), (10, 9), (12, 25), (12, 26)]
        calendar = BusinessCalendar(
            holidays: holidays.compactMap { CivilDate(year: 2017, month: $0.0, day: $0.1) })
        var days: [CivilDate] = []
        let first = CivilDate(year: 2017, month: 1, day: 1) ?? .first
        for offset in 0..<365 {
            if let day = first.adding(days: offset), calendar.isBusinessDay(day) { days.append(day) }
        }
        self.days = days
        makePayouts()
        makeCaptures()
        makeReceipts()
        makeFees()
        makeStrangers()
    }

    // MARK: Parts

    func day(_ index: Int) -> CivilDate { days[min(max(index, 0), days.count - 1)] }

    mutating func book(
        _ amountMinor: Int, _ day: CivilDate, party: UInt32, _ kind: BookItem.Kind, file: UInt32 = 0,
        isSettled: Bool = false, references: [String]
    ) -> UInt64 {
        let sequence = nextItem
        nextItem += UInt64(random.within(1...3))
        booked.append(
            Booked(
                item: BookItem(
                    sequence: sequence, amountMinor: Int64(amountMinor), day: day, party: party, kind: kind,
                    fileNumber: file, isSettled: isSettled), references: references))
        return sequence
    }

    mutating func enter(
        _ amountMinor: Int, _ day: CivilDate, party: UInt32 = 0, isReversal: Bool = false,
        _ texts: StatementTexts = StatementTexts()
    ) -> UInt64 {
        let identifier = nextEntry
        nextEntry += UInt64(random.within(1...2))
        entries.append(
            Entry(
                item: StatementItem(
                    identifier: identifier, amountMinor: Int64(amountMinor), bookingDay: day, valueDay: day,
                    party: party, isReversal: isReversal), texts: texts))
        return identifier
    }

    mutating func isTrue(_ entries: [UInt64], _ items: [UInt64]) {
        truth.insert(Group(entries: Set(entries), items: Set(items)))
    }

    mutating func amount() -> Int {
        let popular = [2_500, 5_000, 10_000, 2_500, 7_500]
        return random.perMille(shape.popularPerMille)
            ? popular[random.below(popular.count)] : random.within(500...250_000)
    }

    mutating func reference(_ number: Int) -> String {
        guard !shape.hasCommonPrefix else { return "PAIEMENT-2017-\(1_000_000 + number)" }
        return "GL\(random.letters(9))-\(100_000 + number)"
    }

    /// Business days until the institution books.
    mutating func delay() -> Int { random.perMille(900) ? random.below(2) : random.within(2...4) }

    func name(_ party: UInt32) -> String { "Membre numéro \(party)" }

    // MARK: Evaluation

    struct Figures: CustomStringConvertible {
        var matches = 0
        var wrong: [String] = []
        var matchable = 0
        var matchableFound = 0
        var all = 0
        var found = 0
        var exceptions = 0
        var description: String {
            "\(matches) matched, \(wrong.count) wrong, matchable \(matchableFound)/\(matchable), all \(found)/\(all), "
                + "\(exceptions) exceptions"
        }
    }
}
