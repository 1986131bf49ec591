package import Accounting
package import Bytes
package import Events
import Index

/// What a sharing rule makes of an amount: fixed parts first, then percentages of the whole, and what remains to the part that names neither.
///
/// The percentages together are half-up to the minor unit and shared among their parts by largest remainder, ties to the earlier part, so that they sum to it.
/// A group's part goes to its members in proportion to their patronage of the fiscal year so far, largest remainder, ties to the smaller member id in byte
/// order; a group without patronage leaves its part with the cooperative.
package enum SharingRule {
    /// Shares an amount of minor units; members in byte order of their ids, nobody with 0. Throws where the rule gives more than there is.
    ///
    /// - Complexity: O(parts × members of their groups).
    package static func parts(
        of amountMinor: Int64, _ policy: SharingPolicyView, year: UInt16, _ book: Book, _ views: Views
    ) throws(MoneyError) -> [(party: UInt32, member: String, amountMinor: Int64)] {
        let pools = try pools(of: amountMinor, policy)
        var sums: [UInt32: Int64] = [:]
        for (encoded, pool) in zip(policy.parts, pools) where pool > 0 {
            guard let part = try? encoded.view() else { continue }
            if !part.member.isEmpty {
                let party = views.party(.identity, part.member) ?? 0
                sums[party] = try Money.sum(sums[party] ?? 0, pool)
            } else if part.contributionOf != .unspecified {
                let bases = views.patronage(book, year: year, group: part.contributionOf).filter { $0.base > 0 }
                guard !bases.isEmpty else { continue }
                let shares = try LargestRemainder.shares(
                    pool: pool, bases: bases.map(\.base), ids: bases.map { views.partyName($0.party) })
                for (base, share) in zip(bases, shares) {
                    sums[base.party] = try Money.sum(sums[base.party] ?? 0, share)
                }
            }
        }
        return sums.filter { $0.value != 0 }
            .map { (party: $0.key, member: views.partyName($0.key), amountMinor: $0.value) }
            .sorted { $0.member.utf8.lexicographicallyPrecedes($1.member.utf8) }
    }

    /// The amount of each part of the rule, in their order.
    static func pools(of amountMinor: Int64, _ policy: SharingPolicyView) throws(MoneyError) -> [Int64] {
        var pools: [Int64] = []
        var rates: [Int64] = []
        var left = amountMinor
        var rest: Int?
        for encoded in policy.parts {
            guard let part = try? encoded.view() else { continue }
            if part.fixedMinor == 0, part.sharePpm == 0 { rest = pools.count }
            pools.append(part.fixedMinor)
            rates.append(Int64(part.sharePpm))
            left = try Money.difference(left, part.fixedMinor)
        }
        let rate = rates.reduce(0, +)
        if rate > 0 {
            let whole = try RatePpm(UInt32(clamping: rate)).applied(to: amountMinor)
            let shares = try LargestRemainder.shares(pool: whole, bases: rates, tieBreak: Array(rates.indices))
            for (index, share) in shares.enumerated() { pools[index] = try Money.sum(pools[index], share) }
            left = try Money.difference(left, whole)
        }
        guard left >= 0 else {
            throw MoneyError(
                code: .outOfRange, place: "amountMinor", reason: "the rule gives \(-left) more than there is",
                accepted: "a larger amount")
        }
        if let rest { pools[rest] = left }
        return pools
    }
}

extension Book {
    /// The sharing rule of that name in force at `us` as known at `sequence`.
    package func sharingRule(_ name: Bytes, at us: Int64, knownAt sequence: UInt64) -> SharingPolicyView? {
        policy(SharingPolicyView.self, Sharing.policyField, at: us, knownAt: sequence) { $0.rule == name }
    }
}

extension Policies {
    static func decide(sharing policy: SharingPolicyView, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        try Check.id(policy.rule, "sharing.rule", max: 64)
        switch policy.total {
        case .revenue, .expenses: break
        case .profit:
            throw Refusal(
                .notAllowed, "sharing.total", "SHARED_TOTAL_PROFIT",
                Text(
                    "l’assemblée générale affecte les excédents (C-67.2, art. 143)",
                    "the general meeting allocates the surplus (C-67.2 s.143)"),
                accepted: Text(
                    "une politique allocation avec ses groupes, puis allocationResolved et patronageDividendDeclared",
                    "an allocation policy with its groups, then allocationResolved and patronageDividendDeclared"))
        default:
            throw Refusal(
                .missing, "sharing.total", "", Text("ce qui se partage manque", "what is shared is missing"),
                accepted: Text(
                    "SHARED_TOTAL_REVENUE ou SHARED_TOTAL_EXPENSES", "SHARED_TOTAL_REVENUE or SHARED_TOTAL_EXPENSES"))
        }
        guard !policy.parts.isEmpty, policy.parts.count <= Sharing.partsMax else {
            throw Refusal(
                .outOfRange, "sharing.parts", Int64(policy.parts.count),
                Text("nombre de parts hors limites", "number of parts out of range"),
                accepted: Text("de 1 à \(Sharing.partsMax)", "1 to \(Sharing.partsMax)"))
        }
        var rate: UInt64 = 0
        var fixed: Int64 = 0
        var rest = false
        for (index, encoded) in policy.parts.enumerated() {
            guard let part = try? encoded.view() else { continue }
            let place = "sharing.parts[\(index)]"
            try decide(part, place, book, views)
            rate += UInt64(part.sharePpm)
            fixed = try Check.fits("\(place).fixedMinor") { () throws(MoneyError) in
                try Money.sum(fixed, part.fixedMinor)
            }
            guard part.fixedMinor == 0, part.sharePpm == 0 else { continue }
            guard !rest else {
                throw Refusal(
                    .duplicate, place, "", Text("deux parts pour ce qui reste", "two parts for what remains"),
                    accepted: Text("fixedMinor ou sharePpm", "fixedMinor or sharePpm"))
            }
            rest = true
        }
        guard rate <= 1_000_000 else {
            throw Refusal(
                .outOfRange, "sharing.parts", Int64(clamping: rate),
                Text("les pourcentages dépassent 100 %", "the percentages are more than 100 %"),
                accepted: Text("une somme d’au plus 1000000", "a sum of at most 1000000"))
        }
    }

    private static func decide(_ part: SharingPartView, _ place: String, _ book: Book, _ views: Views) throws(Refusal) {
        if !part.member.isEmpty {
            guard part.contributionOf == .unspecified else {
                throw Refusal(
                    .conflict, "\(place).contributionOf", "\(part.contributionOf)",
                    Text("un membre et un groupe à la fois", "a member and a group at once"),
                    accepted: Text("l’un ou l’autre", "one of them"))
            }
            let party = try Check.identity(part.member, "\(place).member", views)
            guard views.member(party, book) != nil else {
                throw Refusal(
                    .unknown, "\(place).member", part.member,
                    Text("n’est pas membre de \(book.name)", "not a member of \(book.name)"),
                    accepted: Text("un membre admis par memberAdmitted", "a member that memberAdmitted admitted"))
            }
        }
        try Check.notNegative(part.fixedMinor, "\(place).fixedMinor")
        try rate(part.sharePpm, "\(place).sharePpm")
    }
}
