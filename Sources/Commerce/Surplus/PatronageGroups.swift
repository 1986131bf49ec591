package import Accounting
import Bytes
package import Events
import Index

extension Group {
    /// Whether the group's business is in minor units. Hours and storage are in thousandths of a unit of their own.
    package var isInMoney: Bool { self != .worker && self != .depositor }
}

/// Who did how much business with the cooperative, group by group: each in its own unit, never added to another's.
extension Views {
    /// The patronage of a group's members in a year. A base that refunds made negative counts as none; whoever was never a member of
    /// the group has none, whatever a slice may have counted (C-67.2 s.143: those who were members in that fiscal year).
    ///
    /// - Complexity: O(parties with patronage in the group).
    package func patronage(_ book: Book, year: UInt16, group: Group) -> [(party: UInt32, base: Int64)] {
        var found: [(party: UInt32, base: Int64)] = []
        let rows = index.rows(prefix: key.begin(.patronage).u16(book.id).u16(year).u8(UInt8(group.rawValue)).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key.dropFirst(5))
            found.append((reader.u32(), max(0, rows.counters.first)))
        }
        return found.filter { wasMember($0.party, of: group, book) }
    }

    /// The groups in which only one or two did business in a year. Their totals are nobody's to be told: one would read there the other's business, and
    /// everybody that of the only one.
    ///
    /// - Complexity: O(parties with patronage in the groups).
    package func groupsOfFew(_ book: Book, year: UInt16, _ groups: [Group]) -> Set<Group> {
        Set(
            groups.filter { group in
                (1...2).contains(patronage(book, year: year, group: group).count { $0.base > 0 })
            })
    }

    /// Whether the party was ever in the group: also if it left since, was reclassified, or came back as something else.
    private func wasMember(_ party: UInt32, of group: Group, _ book: Book) -> Bool {
        guard let member = member(party, book), member.admittedSequence > 0 else { return false }
        return member.wasIn(group)
    }

    /// Consumers' business with members and in all, in a year; the basis of s.147 for the whole cooperative.
    package func business(_ book: Book, year: UInt16) -> (members: Int64, total: Int64) {
        groupBusiness(book, year: year, group: .consumer)
    }

    /// A group's business with members and in all. Where no slice counts it, it is the group's patronage: that of its members, and that of
    /// people who never were in the group.
    package func groupBusiness(_ book: Book, year: UInt16, group: Group) -> (members: Int64, total: Int64) {
        if let counted = business(book, year: year, group: group) { return counted }
        let members = patronage(book, year: year, group: group).reduce(Int64(0)) { $0 &+ $1.base }
        var total: Int64 = 0
        let rows = index.rows(prefix: key.begin(.patronage).u16(book.id).u16(year).u8(UInt8(group.rawValue)).bytes)
        while rows.next() { total &+= max(0, rows.counters.first) }
        return (members, total)
    }

    /// A group's business with members and in all; nil where nothing was counted.
    private func business(_ book: Book, year: UInt16, group: Group) -> (members: Int64, total: Int64)? {
        let sums = index.counters(key.begin(.business).u16(book.id).u16(year).u8(UInt8(group.rawValue)).bytes)
        guard sums != Counters() else { return nil }
        return (max(0, sums.first), max(0, sums.first) + max(0, sums.second))
    }

    /// The groups as the law measures them, in the order of the policy. A group whose members did nothing brings nothing: its part
    /// goes to the reserve.
    package func categories(_ book: Book, year: UInt16, _ rules: AllocationRules) -> [AllocationCategory] {
        rules.sharingGroups.map { group in
            let hasPatronage = patronage(book, year: year, group: group.group).contains { $0.base > 0 }
            let business = groupBusiness(book, year: year, group: group.group)
            return AllocationCategory(
                sharePpm: group.sharePpm, memberBusiness: hasPatronage ? business.members : 0,
                totalBusiness: business.total)
        }
    }
}
