import Accounting

extension Matcher {
    /// The captures of a party that are expected on one day.
    private struct DayGroup {
        var party: UInt32
        /// The day itself: captures of a weekend may come with those of the Friday or of the Monday.
        var day: CivilDate
        var position: Int32
        var members: Range<Int>
        var totalMinor: Int64
        /// Without what goes out.
        var paidMinor: Int64
        /// Of this, that of which a fee may be kept, and of how many captures.
        var grossMinor: Int64
        var captureCount: Int
        /// Whether some of them are not in the bank yet.
        var isExpected = false
    }

    private struct Capture: Comparable {
        var party: UInt32
        var day: CivilDate
        var position: Int32
        var item: UInt32

        static func < (a: Capture, b: Capture) -> Bool { (a.party, a.day, a.item) < (b.party, b.day, b.item) }
    }

    /// A run of days that a deposit may be, alone or together with a charge that came later.
    private struct Fit {
        var entry: Int
        var run: Range<Int>
        var charge: Int?
    }

    /// Charges, by their amount: fees of a deposit that was paid whole may come days later.
    private func lateCharges() -> [Int64: [Int]] {
        var charges: [Int64: [Int]] = [:]
        for entry in entries.rows.indices where entryStates[entry] == .open && classes[entry] == .fee {
            if amount(entry: entry) < 0 { charges[-amount(entry: entry), default: []].append(entry) }
        }
        return charges
    }

    /// Deposits of an acquirer: the captures of one day, or of a few days one after the other, whole or less a fee within the policy's bounds.
    ///
    /// Accepted where only one run of days fits the deposit and no day of it fits another.
    mutating func matchSettlements() {
        var captures: ContiguousArray<Capture> = []
        for item in items.rows.indices where isCapture(item) {
            captures.append(
                .init(
                    party: party(item: item), day: items.rows[item].item.day, position: itemPositions[item],
                    item: UInt32(item)))
        }
        guard !captures.isEmpty else { return }
        captures.sort()
        let groups = groups(captures)
        let charges = lateCharges()
        var fits: [Fit] = []
        for entry in entries.rows.indices where entryStates[entry] == .open && classes[entry] == .ordinary {
            guard amount(entry: entry) > 0, party(entry: entry) != 0 else { continue }
            let (found, late) = runs(entry, groups, charges)
            for run in found { fits.append(Fit(entry: entry, run: run)) }
            guard found.isEmpty else { continue }
            for (run, charge) in late { fits.append(Fit(entry: entry, run: run, charge: charge)) }
        }
        accept(fits, groups, captures)
    }

    /// Captures, and what an acquirer takes off them.
    private func isCapture(_ item: Int) -> Bool {
        guard party(item: item) != 0, itemStates[item] == .open || itemStates[item] == .contested else { return false }
        switch items.rows[item].item.kind {
        case .settlement: return true
        case .payout, .returned, .fee, .transfer, .chargeback, .other: return false
        }
    }

    private func groups(_ captures: ContiguousArray<Capture>) -> ContiguousArray<DayGroup> {
        var groups: ContiguousArray<DayGroup> = []
        for (place, capture) in captures.enumerated() {
            let amount = amount(item: Int(capture.item))
            let day = items.rows[Int(capture.item)].item.day
            if groups.last?.party != capture.party || groups.last?.day != day {
                groups.append(
                    DayGroup(
                        party: capture.party, day: day, position: capture.position, members: place..<place,
                        totalMinor: 0, paidMinor: 0, grossMinor: 0, captureCount: 0))
            }
            let last = groups.count - 1
            groups[last].members = groups[last].members.lowerBound..<(place + 1)
            groups[last].totalMinor += amount
            if items.rows[Int(capture.item)].item.isExpected { groups[last].isExpected = true }
            if amount > 0 { groups[last].paidMinor += amount }
            if amount > 0, !items.rows[Int(capture.item)].item.isNet {
                groups[last].grossMinor += amount
                groups[last].captureCount += 1
            }
        }
        return groups
    }

    /// Runs of days that fit an entry.
    private mutating func runs(
        _ entry: Int, _ groups: ContiguousArray<DayGroup>, _ charges: [Int64: [Int]]
    ) -> (whole: [Range<Int>], late: [(run: Range<Int>, charge: Int)]) {
        let window = itemWindow(entry)
        let party = party(entry: entry)
        var low = 0
        var high = groups.count
        while low < high {
            let middle = (low + high) / 2
            let group = groups[middle]
            if (group.party, group.position) < (party, window.lowerBound) { low = middle + 1 } else { high = middle }
        }
        var found: [Range<Int>] = []
        // Of several, the whole captures say more than those less the contract's fee, and these more than any fee within the bounds.
        var best = 0
        var late: [(run: Range<Int>, charge: Int)] = []
        while low < groups.count, groups[low].party == party, groups[low].position <= window.upperBound {
            guard spend(policy.mergedDaysMost * 2) else { return ([], []) }
            var (total, paid, gross, captures) = (Int64(0), Int64(0), Int64(0), 0)
            var (positions, last) = (0, Int32.min)
            for end in low..<groups.count {
                let group = groups[end]
                guard group.party == party, group.position <= window.upperBound else { break }
                guard !group.isExpected || group.position <= entryPositions[entry] else { break }
                if group.position != last { (positions, last) = (positions + 1, group.position) }
                guard positions <= policy.mergedDaysMost else { break }
                total += group.totalMinor
                paid += group.paidMinor
                gross += group.grossMinor
                captures += group.captureCount
                let fee = total - amount(entry: entry)
                if policy.fees.allows(feeMinor: fee, grossMinor: gross, captureCount: captures) {
                    let isMost = policy.fees.isMost(feeMinor: fee, grossMinor: gross, captureCount: captures)
                    let rank = fee == 0 ? 3 : isMost ? 2 : 1
                    if rank > best { found = [] }
                    if rank >= best { found.append(low..<(end + 1)) }
                    best = max(best, rank)
                }
                // What the books have less than the deposit, to the cent, and never a tenth of it.
                guard fee < 0, fee > -(paid / 10), let after = charges[-fee] else { continue }
                for charge in after {
                    let days = entryPositions[charge] - entryPositions[entry]
                    if days >= 0, days <= policy.reversalDays { late.append((low..<(end + 1), charge)) }
                }
            }
            low += 1
        }
        return (found, late)
    }

    private mutating func accept(
        _ fits: [Fit], _ groups: ContiguousArray<DayGroup>,
        _ captures: ContiguousArray<Capture>
    ) {
        // The entry that wants a day; -2 where several do.
        var wanting = ContiguousArray<Int>(repeating: -1, count: groups.count)
        for fit in fits {
            for group in fit.run where wanting[group] != fit.entry {
                wanting[group] = wanting[group] == -1 ? fit.entry : -2
            }
        }
        var charged: [Int: Int] = [:]
        for fit in fits { if let charge = fit.charge { charged[charge, default: 0] += 1 } }
        for (place, fit) in fits.enumerated() {
            let isOnly =
                (place == 0 || fits[place - 1].entry != fit.entry)
                && (place + 1 == fits.count || fits[place + 1].entry != fit.entry)
            let members = fit.run.flatMap { group in groups[group].members.map { Int(captures[$0].item) } }
            let isCharged = fit.charge.map { charged[$0] == 1 } ?? true
            if isOnly, isCharged, fit.run.allSatisfy({ wanting[$0] == fit.entry }) {
                match(
                    .settlement, entries: ([fit.entry] + [fit.charge].compactMap { $0 }).sorted(),
                    items: members.sorted())
            } else {
                hold(fit.entry, .ambiguous, candidates: members)
                // Nor is the charge one of its own before somebody says so.
                if let charge = fit.charge { hold(charge, .ambiguous, candidates: members) }
            }
        }
    }
}
