import Accounting
import Bytes
package import Events

/// The policy of allocation: floors, bounds, and the groups that share the dividends.
extension AllocationRules {
    /// Whether the policy may be adopted.
    static func decide(_ policy: AllocationPolicyView) throws {
        try Policies.rate(policy.reserveMinPpm, "allocation.reserveMinPpm")
        try Policies.rate(policy.reserveAndSharesMinPpm, "allocation.reserveAndSharesMinPpm")
        try Policies.rate(policy.communityMinPpm, "allocation.communityMinPpm")
        if let most = policy.dividendsMaxPpm { try Policies.rate(most, "allocation.dividendsMaxPpm") }
        let most = 1_000_000 - max(policy.reserveMinPpm, policy.reserveAndSharesMinPpm)
        guard policy.communityMinPpm <= most else {
            throw Refusal(
                .outOfRange, "allocation.communityMinPpm", Int64(policy.communityMinPpm),
                Text("les planchers dépassent 100 % ensemble", "the floors together exceed 100 %"),
                accepted: Text("au plus \(most)", "at most \(most)"))
        }
        try Check.text(policy.rulesVersion, "allocation.rulesVersion", max: 64)
        var sum: UInt64 = 0
        var seen: Set<Group> = []
        for (index, encoded) in policy.groups.enumerated() {
            let group = try encoded.view()
            sum += UInt64(group.sharePpm)
            guard group.group != .unspecified, seen.insert(group.group).inserted else {
                throw Refusal(
                    .notAllowed, "allocation.groups[\(index)].group", "\(group.group)",
                    Text("groupe absent ou répété", "no group, or a group twice"),
                    accepted: Text(
                        "chaque groupe une fois, par exemple GROUP_CONSUMER",
                        "each group once, for example GROUP_CONSUMER"))
            }
        }
        guard policy.groups.isEmpty || sum == 1_000_000 else {
            throw Refusal(
                .wrongAmount, "allocation.groups", Int64(sum),
                Text("les parts des groupes ne font pas 100 %", "the shares of the groups do not sum to 100 %"),
                accepted: Text("une somme de 1000000", "a sum of 1000000"))
        }
    }

    /// What a recorded policy says. Throws where it cannot be read.
    package init(policy: AllocationPolicyView) throws { try self.init(policy) }

    init(_ policy: AllocationPolicyView) throws {
        var groups: [(Group, UInt32)] = []
        for encoded in policy.groups {
            let group = try encoded.view()
            groups.append((group.group, group.sharePpm))
        }
        self.init(
            rule: AllocationRule(
                reserveMin: RatePpm(policy.reserveMinPpm), reserveAndSharesMin: RatePpm(policy.reserveAndSharesMinPpm),
                equityToDebts: RatePpm(policy.equityToDebtsPpm), communityMin: RatePpm(policy.communityMinPpm),
                dividendsMax: policy.dividendsMaxPpm.map { RatePpm($0) },
                dividendsNeedReserve: policy.dividendsNeedReserve),
            groups: groups, rulesVersion: policy.rulesVersion.string, isCappedByCategory: policy.cappedByCategory)
    }
}
