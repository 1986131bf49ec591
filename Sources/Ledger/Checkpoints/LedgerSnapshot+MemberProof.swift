import Accounting
import Bytes
package import Commerce
import Events
import Index
import Transparency

extension LedgerSnapshot {
    /// What a member checks their dividend of a year with.
    ///
    /// Their admission and what changed it, their orders that count in the year (purchase, hand-over, refunds), their dividend; and what is everybody's: the
    /// founding, calendars and rules of allocation, the close and the resolution. Nobody else's purchases, sales or dividends: where only one or two did business
    /// in a group, its totals stay out, and so do rules and resolution, from which its dividends would follow.
    ///
    /// Throws `.notFound` for a year that is not resolved, or a member to whom nothing was declared in it, and where no checkpoint covers them all.
    /// - Complexity: O(events of the member + log n an event).
    package func proof(ofMember name: String, in book: Book, year: UInt16) throws(LedgerError) -> MemberProof {
        guard let party = Array(name.utf8).withBytes({ views.party(.identity, $0) }) else {
            throw LedgerError.unknown(.identity, name, for: .ledger, views)
        }
        guard let record = views.fiscalYear(year, book), record.isResolved,
            let dividend = views.dividend(party, year: year, book)
        else {
            try check()
            throw LedgerError(
                .notFound, "\(name) \(year)", Text("aucune ristourne déclarée", "no dividend declared"),
                remedy: Text(
                    "un membre et un exercice de « surplus show »", "a member and a year of \"surplus show\""))
        }
        let sharing = views.allocationRules(book, record)?.sharingGroups.map(\.group) ?? [.consumer]
        let few = views.groupsOfFew(book, year: year, sharing)
        var sequences: Set<UInt64> = [book.foundedSequence, record.closedSequence, dividend.declaredSequence]
        if few.isEmpty { sequences.insert(record.resolvedSequence) }
        if dividend.isPaid { sequences.insert(dividend.paidSequence) }
        sequences.formUnion(policies(book, allocation: few.isEmpty))
        sequences.formUnion(try own(party, name, book, year))
        let sorted = sequences.sorted()
        let checkpoint = try store.checkpoint(covering: sorted.last ?? 0)
        var entries: [MemberProof.Entry] = []
        for sequence in sorted {
            let proof = try store.proof(of: sequence, size: checkpoint.checkpoint.size)
            entries.append(MemberProof.Entry(sequence: sequence, bytes: proof.entry, path: proof.path))
        }
        let groups = try totals(party, book, year, record, sharing, few)
        try check()
        return MemberProof(
            member: name, book: book.name, year: year, entries: entries, groups: groups,
            checkpoint: checkpoint.note.encoded)
    }

    /// Calendars say which day it is, and allocation which groups share: resolutions that are everybody's.
    private func policies(_ book: Book, allocation: Bool) -> [UInt64] {
        EventQuery().indexed(views.key.begin(.policy).u16(book.id).bytes, skipping: 2, views).filter { sequence in
            guard let event = views.event(sequence), let body = try? PolicyAdoptedView(event.bodyBytes) else {
                return false
            }
            return switch body.policy {
            case .calendar?: true
            case .allocation?: allocation
            default: false
            }
        }
    }

    private func own(_ party: UInt32, _ name: String, _ book: Book, _ year: UInt16) throws(LedgerError) -> [UInt64] {
        var found: [UInt64] = []
        for sequence in try EventQuery().sequences(ofParty: party, self) {
            guard let event = views.event(sequence), event.book.string == book.name, let kind = event.kind else {
                continue
            }
            switch kind {
            case .memberAdmitted, .memberReclassified:
                let member =
                    (try? MemberAdmittedView(event.bodyBytes))?.member
                    ?? (try? MemberReclassifiedView(event.bodyBytes))?.member
                if member?.string == name { found.append(sequence) }
            case .purchasePlaced:
                guard let body = try? PurchasePlacedView(event.bodyBytes), body.buyer.string == name else { continue }
                let counted = EventQuery()
                    .indexed(views.key.begin(.orderEvents).sequence(sequence).bytes, skipping: 6, views)
                    .filter { MemberProof.counts(views.event($0)?.kind) }
                guard
                    counted.contains(where: { event in
                        views.event(event)?.effectiveAt.map(microseconds).map { MemberProof.year($0, book.calendar) }
                            == Int(year)
                    })
                else { continue }
                found.append(sequence)
                found += counted
            default: continue
            }
        }
        try check()
        return found
    }

    private func totals(
        _ party: UInt32, _ book: Book, _ year: UInt16, _ record: FiscalYearRecord, _ groups: [Group],
        _ few: Set<Group>
    ) throws(LedgerError) -> [MemberProof.GroupTotal] {
        let plan: DividendPlan
        do throws(MoneyError) {
            plan = try views.resolvedPlan(book, year: year, record)
        } catch {
            throw LedgerError.damaged(store.directory, "\(error)")
        }
        return groups.map { group in
            let bases = views.patronage(book, year: year, group: group)
            let base = bases.first { $0.party == party }?.base ?? 0
            guard !few.contains(group) else { return MemberProof.GroupTotal(group: group, base: base, totals: nil) }
            var cash: Int64 = 0
            var shares: Int64 = 0
            for share in plan.shares {
                for part in share.groups where part.group == group {
                    cash &+= part.cashMinor
                    shares &+= part.sharesMinor
                }
            }
            return MemberProof.GroupTotal(
                group: group, base: base,
                totals: MemberProof.Totals(
                    base: bases.reduce(0) { $0 &+ $1.base }, poolCashMinor: cash, poolSharesMinor: shares))
        }
    }
}
