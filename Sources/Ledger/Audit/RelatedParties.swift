import Accounting
import Bytes
package import Commerce
package import Events

/// Why a party is related to a book (CAS 550, 10).
package enum RelatedReason: Sendable, Hashable {
    case role(Role)
    /// Prepares or approves manual entries.
    case entries
    /// Another cooperative of the federation.
    case cooperative
    /// Whom the auditor named.
    case named

    package var name: String {
        switch self {
        case .role(let role): Roles.name(role)
        case .entries: "entries"
        case .cooperative: "cooperative"
        case .named: "named"
        }
    }

    package var label: Text {
        switch self {
        case .role(let role): Text("rôle \(role)", "role \(role)")
        case .entries: Text("écritures manuelles", "manual entries")
        case .cooperative: Text("coopérative", "cooperative")
        case .named: Text("nommée", "named")
        }
    }
}

/// What passed between a book and a related party in a year. Amounts in minor units of the book's currency.
package struct RelatedRow: Sendable {
    package let party: String
    package let reasons: [RelatedReason]
    package let kind: EventKind
    package let count: Int
    package let debitsMinor: Int64
    package let creditsMinor: Int64
    package let firstSequence: UInt64
    package let lastSequence: UInt64
}

/// Related parties and their transactions.
package enum RelatedParties {
    /// By party, then by kind; those without transactions are left out.
    ///
    /// - Complexity: O(events).
    package static func rows(_ period: AuditPeriod, named: [String], _ snapshot: LedgerSnapshot) throws(LedgerError)
        -> [RelatedRow]
    {
        let (views, book) = (snapshot.views, period.book)
        let gathered = Gathered()
        for name in named {
            guard let party = Array(name.utf8).withBytes({ views.party(named: $0) }) else {
                throw LedgerError.unknown(.party, name, for: .ledger, views)
            }
            gathered.add(party, .named)
        }
        for row in views.roles(book) { gathered.add(row.party, .role(row.role)) }
        try snapshot.entries(of: book) { entry, event in
            if let people = ManualPeople(event) {
                for name in [people.preparer, people.approver] where !name.isEmpty {
                    gathered.people.insert(name)
                }
            }
            guard period.contains(entry.day) else { return }
            for line in entry.lines where line.party != 0 && line.currency == book.currency.rawValue {
                if AccountCode(rawValue: line.account)?.partyKind == .cooperative {
                    gathered.add(line.party, .cooperative)
                }
                gathered.sums[Gathered.Key(party: line.party, kind: entry.kind), default: Gathered.Sums()]
                    .add(line.amountMinor, entry.sequence)
            }
        }
        for name in gathered.people {
            if let party = Array(name.utf8).withBytes({ views.party(.identity, $0) }) { gathered.add(party, .entries) }
        }
        try snapshot.check()
        return gathered.sums.compactMap { key, sums in
            guard let reasons = gathered.reasons[key.party] else { return nil }
            return RelatedRow(
                party: views.partyName(key.party), reasons: reasons, kind: key.kind, count: sums.count,
                debitsMinor: sums.debits, creditsMinor: sums.credits, firstSequence: sums.first, lastSequence: sums.last
            )
        }.sorted { ($0.party, $0.kind.rawValue) < ($1.party, $1.kind.rawValue) }
    }

    private final class Gathered {
        struct Key: Hashable {
            let party: UInt32
            let kind: EventKind
        }

        struct Sums {
            var debits: Int64 = 0
            var credits: Int64 = 0
            var count = 0
            var first: UInt64 = .max
            var last: UInt64 = 0

            mutating func add(_ amount: Int64, _ sequence: UInt64) {
                if amount > 0 { debits &+= amount } else { credits &-= amount }
                // An event may touch several accounts of the party.
                if count == 0 || last != sequence { count += 1 }
                first = min(first, sequence)
                last = sequence
            }
        }

        var reasons: [UInt32: [RelatedReason]] = [:]
        var sums: [Key: Sums] = [:]
        var people: Set<String> = []

        func add(_ party: UInt32, _ reason: RelatedReason) {
            if reasons[party]?.contains(reason) != true { reasons[party, default: []].append(reason) }
        }
    }
}
