package import Accounting
import Bytes
package import Commerce
package import Events

/// How large, how long, and by which chance.
package struct SimulationOptions: Sendable {
    package var members = 2_000
    package var days = 365
    package var seed: UInt64 = 1
    /// The first day, local.
    package var from: CivilDate
    /// Whether the log begins with the accounts at institutions, so that statements can be reconciled with it. Its bytes are others then.
    package var hasBankAccounts: Bool

    package init(
        members: Int = 2_000, days: Int = 365, seed: UInt64 = 1, from: CivilDate, hasBankAccounts: Bool = false
    ) {
        self.members = members
        self.days = days
        self.seed = seed
        self.from = from
        self.hasBankAccounts = hasBankAccounts
    }
}

/// A plausible Grand.io, told as the events that its systems would record, in the order of time.
///
/// The same options give the same events, so the same log and the same root. Chance decides who does what and when; every amount follows from the policies
/// that the simulation itself adopts, and the ledger's rules check each of them.
package final class Simulation {
    /// Events of a batch.
    static let batchEvents = 3_300

    let options: SimulationOptions
    let town: Town
    var chance: Chance
    var agenda = Agenda<Deed>()
    let names = Names()
    let calendar: BookCalendar
    /// What was captured by book, institution and local day, to be settled the next morning.
    var captures: [CaptureDay: Int64] = [:]
    var shop: ShopState
    var works: WorkState
    /// Copies of each stored book that nobody has bought.
    var stock: [Int]
    /// Orders that the warehouse picked since the last invoice, invoices told, and what is owed by agreement.
    var picked = 0
    var invoices = 0
    var owed: [String: Int64] = [:]
    var rides: [SimulatedRide] = []
    /// Drivers without a ride; the one who waits longest is last.
    var freeDrivers: [Int] = []
    var nowUs: Int64 = 0
    /// What people said of themselves, and who is gone.
    var people: PeopleState
    var trade = TradeState()
    var catalogue = CatalogueState()
    /// Copies of each stored book on the shelf, sold ones included.
    var shelf: [Int]

    /// The views after everything told so far; nothing where nobody folds, and then nobody is paid.
    package var viewsNow: ((_ told: Int) throws -> Views)?

    /// Called after each day with its number and how many there are.
    var dayDone: (Int, Int) -> Void = { _, _ in }

    private let sink: (Proposals) throws -> Proposals
    private var proposals = Proposals(capacity: 1 << 20)
    package private(set) var events = 0

    /// - Parameter sink: takes a full batch and gives an empty one to fill next.
    package init(_ options: SimulationOptions, sink: @escaping (Proposals) throws -> Proposals) throws {
        self.options = options
        var chance = Chance(seed: options.seed)
        self.town = Town(members: options.members, chance: &chance)
        // One in ten joins during the time; the others are there from the first day.
        let joined = (0..<town.members).map { _ in
            chance.happens(perMille: 100) ? chance.within(1...max(1, options.days - 1)) : 0
        }
        self.chance = chance
        self.sink = sink
        let years = options.from.year - 1...options.from.year + 3
        self.calendar = try BookCalendar(changes: BookCalendar.torontoOffsets(years: years))
        self.shop = ShopState(town)
        self.stock = Array(repeating: 0, count: town.storedBooks)
        self.shelf = self.stock
        self.works = WorkState(works: town.works)
        self.shop.joinedDay = joined
        self.people = PeopleState(seed: options.seed)
    }

    /// Tells everything from the founding to the last day.
    package func run() throws {
        try found()
        for day in 0..<options.days {
            guard let date = options.from.adding(days: day) else { break }
            try live(date)
            dayDone(day + 1, options.days)
        }
        // What is under way comes to its end; nothing new begins.
        while let (us, deed) = agenda.takeNext() {
            nowUs = us
            try happen(deed)
        }
        try flush()
    }

    /// One local day: its new deeds are planned, then everything due until midnight happens.
    private func live(_ date: CivilDate) throws {
        let span = calendar.instantsUs(from: date, through: date)
        planShopping(date, span)
        planTouches(date, span)
        planRides(span)
        planListening(span)
        planOffices(date, span)
        while let next = agenda.nextUs, next < span.upperBound, let (us, deed) = agenda.takeNext() {
            nowUs = us
            try happen(deed)
        }
    }

    /// Adds an event of a book, effective now or at `us`.
    func tell(
        _ book: StaticString, at us: Int64? = nil, by actor: Bytes = Bytes("simulation"),
        _ body: (EventWriter) throws -> Void
    ) throws {
        let key = names("e", events + 1)
        let at = us ?? nowUs
        try tell { event in
            event.effectiveAt { $0.write(microseconds: at) }
            event.book(Bytes(book))
            event.source(Bytes("simulation"))
            event.key(key)
            event.actor(actor)
            try body(event)
        }
    }

    /// Adds an event that is written whole.
    func tell(_ event: (EventWriter) throws -> Void) throws {
        try proposals.append(throwing: event)
        events += 1
        if proposals.count >= Self.batchEvents { try flush() }
    }

    func booksNow() throws -> Views? {
        guard let viewsNow else { return nil }
        try flush()
        return try viewsNow(events)
    }

    /// Hands over what was told so far.
    func flush() throws {
        guard !proposals.isEmpty else { return }
        proposals = try sink(proposals)
    }
}

/// A day's takings at one institution.
struct CaptureDay: Hashable, Comparable {
    let book: String
    let day: Int32
    let institution: Int

    static func < (a: CaptureDay, b: CaptureDay) -> Bool {
        (a.day, a.book, a.institution) < (b.day, b.book, b.institution)
    }
}

/// What may be due.
enum Deed {
    case join(member: Int)
    case buy(member: Int, day: Int)
    case bringBack(order: Int)
    case parcel(order: Int, ParcelStep)
    case settle(CaptureDay)
    case touch(campaign: Int)
    case expense(claim: Int, totalMinor: Int64, ExpenseStep)
    case requestRide
    case ride(Int, RideStep)
    case listen
    case download(licence: Int)
    case office(OfficeDuty)
    case person(member: Int, PersonStep)
    /// A hold, or an order whose payment is disputed.
    case trade(Int, TradeStep)
    case damaged(order: Int)
}
