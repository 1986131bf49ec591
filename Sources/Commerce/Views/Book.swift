package import Accounting
import Bytes
package import Events
import Index

/// A policy, from when it holds and where it stands in the log.
struct Dated<Policy> {
    let fromUs: Int64
    let sequence: UInt64
    let policy: Policy
}

extension Array {
    /// The policy in force at `us` as known at `sequence`: the latest by effective time, then by sequence. A policy recorded later never restates.
    func inForce<Policy>(at us: Int64, knownAt sequence: UInt64 = .max) -> Policy? where Element == Dated<Policy> {
        var best: Dated<Policy>?
        for candidate in self where candidate.fromUs <= us && candidate.sequence < sequence {
            if let current = best, (current.fromUs, current.sequence) > (candidate.fromUs, candidate.sequence) {
                continue
            }
            best = candidate
        }
        return best?.policy
    }
}

/// The policy in force over a span of time, known once all policies are: the last answer, kept.
private struct Current<Policy> {
    let policy: Policy
    private let from: Int64
    private let to: Int64
    private let newest: UInt64

    /// `nil` where the question was about a time before some policy was known.
    init?(_ policy: Policy, _ all: [Dated<Policy>], at us: Int64, knownAt sequence: UInt64) {
        newest = all.reduce(0) { Swift.max($0, $1.sequence) }
        guard all.isEmpty || sequence > newest else { return nil }
        self.policy = policy
        from = all.reduce(Int64.min) { $1.fromUs <= us ? Swift.max($0, $1.fromUs) : $0 }
        to = all.reduce(Int64.max) { $1.fromUs > us ? Swift.min($0, $1.fromUs) : $0 }
    }

    @inline(__always)
    func holds(at us: Int64, knownAt sequence: UInt64) -> Bool { us >= from && us < to && sequence > newest }
}

/// A cooperative's books: its founding and the policies it adopted, read from the log once and kept.
package final class Book {
    package let id: UInt16
    package let name: String
    private let nameBuffer: ByteBuffer
    private let currencyLetters: ByteBuffer
    package let foundedSequence: UInt64
    /// When it was founded: its events are not effective before.
    var foundedAtUs: Int64 = .min
    package let currency: Currency
    package let legalName: String
    package let commonSharePriceMinor: Int64
    package let legalForm: LegalForm
    /// Somebody was granted a role: events are taken from those alone whose role allows them.
    package var hasRoles = false { didSet { isGuarded = isGuarded || hasRoles } }
    /// There are roles or an approval policy; the one test that every event pays for.
    private(set) var isGuarded = false
    /// The tax policies of the book's own jurisdiction, which is that of its first one; those of others apply to supplies made there.
    private(set) var taxes: [Dated<TaxTable>] = [] { didSet { taxesNow = nil } }
    private var taxesElsewhere: [Dated<TaxTable>] = []
    /// Accounts of taxes that the chart does not name.
    private var ownTaxAccounts: [UInt16] = []
    var commissions: [Dated<RatePpm>] = [] { didSet { commissionNow = nil } }
    // Nearly every event asks for the policy that the event before it asked for.
    private var taxesNow: Current<TaxTable>?
    private var commissionNow: Current<RatePpm>?
    var allocations: [Dated<AllocationRules>] = []
    var withholdings: [Dated<WithholdingRule>] = []
    /// The policies that their slices read as they were written, by their field in PolicyAdopted.
    private var adopted: [Int: [Dated<ByteBuffer>]] = [:]
    /// Bit n: `adopted` has policies of field n. Limits are asked for with every purchase and payment.
    private var adoptedFields: UInt64 = 0
    package var calendar = BookCalendar.utc
    /// All debits ever posted; every balance and every sum of some lies within it.
    package var turnoverMinor: Int64 = 0
    /// This day and all before it take no more events.
    package var lockedThrough: Int32?
    /// Whether a product of this book was ever sold from a stock: nothing is looked up for purchases of books that sell none.
    package var sellsFromStock = false
    /// Whether a work of this book ever had a split sheet: books without look nothing up for their orders.
    var splitsRoyalties = false
    /// Split sheets of works, by product, as far as they were asked for.
    var splits: [String: [(fromUs: Int64, sequence: UInt64)]] = [:]
    // Where the counters stand that nearly every event adds to.
    var turnoverPlace = RowPlace()
    var ordersPlace = RowPlace()
    var amountsPlace = RowPlace()
    var businessPlace = RowPlace()
    var businessYear: UInt16 = 0
    private var cachedDay: (from: Int64, to: Int64, day: Int32) = (0, 0, 0)

    init(
        id: UInt16, name: String, foundedSequence: UInt64, currency: Currency, legalName: String,
        commonSharePriceMinor: Int64, legalForm: LegalForm
    ) {
        self.legalForm = legalForm
        self.id = id
        self.name = name
        self.nameBuffer = ByteBuffer(capacity: 128)
        self.nameBuffer.append(name)
        self.currencyLetters = ByteBuffer(capacity: 64)
        self.currencyLetters.append(currency.code)
        self.foundedSequence = foundedSequence
        self.currency = currency
        self.legalName = legalName
        self.commonSharePriceMinor = commonSharePriceMinor
    }

    @inline(__always)
    func isNamed(_ name: Bytes) -> Bool { nameBuffer.bytes == name }

    /// Whether the letters are those of the book's currency.
    @inline(__always)
    func isCurrency(_ letters: Bytes) -> Bool { currencyLetters.bytes == letters }

    /// The local day of an instant, in days since 1970-01-01. Events come in order, so the last day is kept.
    package func day(_ us: Int64) -> Int32 {
        if us >= cachedDay.from, us < cachedDay.to { return cachedDay.day }
        let day = calendar.day(at: us)
        let instants = calendar.instantsUs(from: day, through: day)
        cachedDay = (instants.lowerBound, instants.upperBound, day.daysSinceEpoch)
        return day.daysSinceEpoch
    }

    func setCalendar(_ calendar: BookCalendar) {
        self.calendar = calendar
        cachedDay = (0, 0, 0)
    }

    /// The commission on a purchase effective at `us` and recorded at `sequence`.
    func commission(at us: Int64, knownAt sequence: UInt64) -> RatePpm {
        if let now = commissionNow, now.holds(at: us, knownAt: sequence) { return now.policy }
        let policy = commissions.inForce(at: us, knownAt: sequence) ?? RatePpm(0)
        commissionNow = Current(policy, commissions, at: us, knownAt: sequence)
        return policy
    }

    func taxes(at us: Int64, knownAt sequence: UInt64) -> TaxTable {
        if let now = taxesNow, now.holds(at: us, knownAt: sequence) { return now.policy }
        let policy = taxes.inForce(at: us, knownAt: sequence) ?? TaxTable.none
        taxesNow = Current(policy, taxes, at: us, knownAt: sequence)
        return policy
    }

    /// The tax policy of a place of supply; absent, the book's own. `none` where there is none in force.
    @inline(__always)
    func taxes(in place: Bytes, at us: Int64, knownAt sequence: UInt64) -> TaxTable {
        place.isEmpty
            ? taxes(at: us, knownAt: sequence) : taxTable(of: place, at: us, knownAt: sequence) ?? TaxTable.none
    }

    /// The tax policy in force in a jurisdiction that is named.
    ///
    /// - Complexity: O(tax policies adopted).
    @inline(never)
    func taxTable(of place: Bytes, at us: Int64, knownAt sequence: UInt64) -> TaxTable? {
        if let own = taxes.first?.policy, own.isIn(place) { return taxes.inForce(at: us, knownAt: sequence) }
        var best: Dated<TaxTable>?
        for candidate in taxesElsewhere
        where candidate.fromUs <= us && candidate.sequence < sequence && candidate.policy.isIn(place) {
            if let best, (best.fromUs, best.sequence) > (candidate.fromUs, candidate.sequence) { continue }
            best = candidate
        }
        return best?.policy
    }

    /// The highest rate of a tax that the book charges at `us`, at home or elsewhere; `nil` for a tax that it is not registered for.
    ///
    /// - Complexity: O(tax policies adopted).
    func rateMax(of tax: Bytes, at us: Int64, knownAt sequence: UInt64) -> RatePpm? {
        var tables = [taxes(at: us, knownAt: sequence)]
        for place in jurisdictions {
            if let table = Array(place.utf8).withBytes({ taxTable(of: $0, at: us, knownAt: sequence) }) {
                tables.append(table)
            }
        }
        return tables.compactMap { table in table.index(of: tax).flatMap { table.taxes[$0].rates.max() } }.max()
            .map { RatePpm($0) }
    }

    /// The jurisdictions of the tax policies, the book's own first.
    var jurisdictions: [String] {
        var names: [String] = []
        for table in taxes + taxesElsewhere {
            let name = String(decoding: table.policy.jurisdiction, as: UTF8.self)
            if !name.isEmpty, !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// Adds a tax policy: to the book's own where it names no other jurisdiction.
    func adopt(taxes table: TaxTable, fromUs: Int64, sequence: UInt64) {
        let dated = Dated(fromUs: fromUs, sequence: sequence, policy: table)
        let own = taxes.first?.policy.jurisdiction
        if table.jurisdiction.isEmpty || own == nil || own == table.jurisdiction {
            taxes.append(dated)
        } else {
            taxesElsewhere.append(dated)
        }
        for tax in table.taxes where tax.account >= AccountCode.bookDefinedMin {
            if !ownTaxAccounts.contains(tax.account) { ownTaxAccounts.append(tax.account) }
        }
    }

    /// Whether a tax that a return covers is owed on the account.
    @inline(__always)
    func isTaxAccount(_ account: UInt16) -> Bool {
        (AccountCode.gstPayable.rawValue...AccountCode.hstPayable.rawValue).contains(account)
            || account == AccountCode.rideLevyPayable.rawValue
            || (account >= AccountCode.bookDefinedMin && ownTaxAccounts.contains(account))
    }

    /// The taxes of all policies adopted and the accounts they are owed on, in the order of the policies; the ride levy last.
    package var taxNames: [(tax: String, account: UInt16)] {
        var found: [(tax: String, account: UInt16)] = []
        for table in taxes + taxesElsewhere {
            for tax in table.policy.taxes where !found.contains(where: { $0.account == tax.account }) {
                found.append((String(decoding: tax.name, as: UTF8.self), tax.account))
            }
        }
        if hasRideLevy { found.append(("ride-levy", AccountCode.rideLevyPayable.rawValue)) }
        return found
    }

    /// Whether a policy of that field in PolicyAdopted was ever adopted.
    @inline(__always)
    func hasPolicy(_ field: Int) -> Bool { adoptedFields & (1 << UInt64(truncatingIfNeeded: field)) != 0 }

    /// Whether a ride policy ever set a levy.
    var hasRideLevy: Bool {
        (adopted[Rides.policyField] ?? []).contains {
            ((try? RidePolicyView($0.policy.bytes))?.levyMinor ?? 0) > 0
        }
    }

    /// Whether the book charges or recovers a sales tax of that name.
    func levies(tax: Bytes) -> Bool {
        taxes.contains { $0.policy.index(of: tax) != nil }
            || taxesElsewhere.contains { $0.policy.index(of: tax) != nil }
    }

    /// Keeps the bytes of a policy; `policy(_:_:at:knownAt:)` reads them.
    func adopt(_ field: Int, _ policy: Bytes, fromUs: Int64, sequence: UInt64) {
        let copy = ByteBuffer(capacity: policy.count)
        copy.append(policy)
        if field == Approvals.policyField { isGuarded = true }
        adopted[field, default: []].append(Dated(fromUs: fromUs, sequence: sequence, policy: copy))
        adoptedFields |= 1 << UInt64(truncatingIfNeeded: field)
    }

    /// The policy of that field in force at `us` as known at `sequence`, among those that `matches`; valid as long as the book.
    ///
    /// - Complexity: O(policies of the field).
    package func policy<V: WireView>(
        _ type: V.Type, _ field: Int, at us: Int64, knownAt sequence: UInt64, where matches: (V) -> Bool = { _ in true }
    ) -> V? {
        guard hasPolicy(field), let all = adopted[field] else { return nil }
        var best: (from: Int64, sequence: UInt64, view: V)?
        for candidate in all where candidate.fromUs <= us && candidate.sequence < sequence {
            guard let view = try? V(candidate.policy.bytes), matches(view) else { continue }
            if let best, (best.from, best.sequence) > (candidate.fromUs, candidate.sequence) { continue }
            best = (candidate.fromUs, candidate.sequence, view)
        }
        return best?.view
    }

    /// Whether a policy levies the tax. "withholding" is the income tax kept back from dividends, "ride-levy" the levy on rides.
    func owes(tax: Bytes) -> Bool {
        tax == "withholding" || levies(tax: tax) || tax == "ride-levy" && hasRideLevy
    }

    /// The rules that a resolution effective at `us` and recorded at `sequence` follows.
    package func allocationRules(at us: Int64, knownAt sequence: UInt64 = .max) -> AllocationRules? {
        allocations.inForce(at: us, knownAt: sequence)
    }
    package func withholdingRule(at us: Int64) -> WithholdingRule? { withholdings.inForce(at: us) }
}

/// The rates of a tax policy.
final class TaxTable: Sendable {
    struct Tax {
        let name: [UInt8]
        let account: UInt16
        /// Parts per million by tax class.
        var rates: [UInt32]

        @inline(__always)
        func isNamed(_ other: Bytes) -> Bool {
            guard other.count == name.count else { return false }
            var at = 0
            while at < other.count, name[at] == other[at] { at &+= 1 }
            return at == other.count
        }
    }

    static let none = TaxTable(taxes: [], basis: .order)

    /// The tax classes of one rate, which are summed before rounding.
    struct Band {
        let rate: RatePpm
        /// Bit n: class n.
        let classes: UInt8
    }

    let taxes: [Tax]
    /// By tax.
    let bands: [[Band]]
    let basis: Accounting::TaxBasis
    /// "CA-QC", or nothing where the policy names none.
    let jurisdiction: [UInt8]

    init(taxes: [Tax], basis: Accounting::TaxBasis, jurisdiction: [UInt8] = []) {
        self.jurisdiction = jurisdiction
        self.taxes = taxes
        self.bands = taxes.map { tax in
            var bands: [Band] = []
            for rate in tax.rates where rate > 0 && !bands.contains(where: { $0.rate == RatePpm(rate) }) {
                let classes = tax.rates.indices.filter { tax.rates[$0] == rate }
                bands.append(Band(rate: RatePpm(rate), classes: classes.reduce(0) { $0 | 1 << UInt8($1) }))
            }
            return bands
        }
        self.basis = basis
    }

    func isIn(_ place: Bytes) -> Bool { place.count == jurisdiction.count && place.array == jurisdiction }

    /// The place of a tax in the table.
    @inline(__always)
    func index(of name: Bytes) -> Int? {
        var at = 0
        while at < taxes.count {
            if taxes[at].isNamed(name) { return at }
            at &+= 1
        }
        return nil
    }

    func name(_ index: Int) -> String { String(decoding: taxes[index].name, as: UTF8.self) }
}

/// What an allocation policy says.
package struct AllocationRules {
    package let rule: AllocationRule
    package let groups: [(group: Group, sharePpm: UInt32)]
    package let rulesVersion: String
    /// Whether each group's dividends come only from its own business with members (C-67.2 s.128.1).
    package let isCappedByCategory: Bool

    /// The groups whose patronage counts: a policy that names none means the consumers.
    package var sharingGroups: [(group: Group, sharePpm: UInt32)] {
        groups.isEmpty ? [(.consumer, 1_000_000)] : groups
    }
}
