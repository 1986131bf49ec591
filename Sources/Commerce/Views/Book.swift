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

/// A cooperative's books: its founding and the policies it adopted, read from the log once and kept.
package final class Book {
    package let id: UInt16
    package let name: String
    private let nameBuffer: ByteBuffer
    private let currencyLetters: ByteBuffer
    package let foundedSequence: UInt64
    package let currency: Currency
    package let legalName: String
    package let commonSharePriceMinor: Int64
    var taxes: [Dated<TaxTable>] = []
    var commissions: [Dated<RatePpm>] = []
    var allocations: [Dated<AllocationRules>] = []
    var withholdings: [Dated<WithholdingRule>] = []
    package var calendar = BookCalendar.utc
    /// All debits ever posted; every balance and every sum of some lies within it.
    package var turnoverMinor: Int64 = 0
    /// This day and all before it take no more events.
    package var lockedThrough: Int32?
    // Where the counters stand that nearly every event adds to.
    var turnoverPlace = RowPlace()
    var ordersPlace = RowPlace()
    var amountsPlace = RowPlace()
    private var cachedDay: (from: Int64, to: Int64, day: Int32) = (0, 0, 0)

    init(
        id: UInt16, name: String, foundedSequence: UInt64, currency: Currency, legalName: String,
        commonSharePriceMinor: Int64
    ) {
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
        commissions.inForce(at: us, knownAt: sequence) ?? RatePpm(0)
    }

    func taxes(at us: Int64, knownAt sequence: UInt64) -> TaxTable {
        taxes.inForce(at: us, knownAt: sequence) ?? TaxTable.none
    }

    /// Whether a policy levies the tax. "withholding" is the income tax kept back from dividends.
    func owes(tax: Bytes) -> Bool {
        tax == "withholding" || taxes.contains { $0.policy.index(of: tax) != nil }
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

    let taxes: [Tax]
    let basis: Accounting::TaxBasis

    init(taxes: [Tax], basis: Accounting::TaxBasis) {
        self.taxes = taxes
        self.basis = basis
    }

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
}
