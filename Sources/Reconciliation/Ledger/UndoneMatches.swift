import Bytes
import Commerce
import Events

/// What persons took apart in an account: the rules do not do it again.
///
/// Nothing else takes a match back, so every entryUnmatched is somebody's decision. By hand the same may still be matched.
struct UndoneMatches {
    private struct Group {
        let entries: Set<UInt64>
        let items: Set<UInt64>
    }

    private var groups: [Group] = []
    /// The groups that an entry was in.
    private var byEntry: [UInt64: [Int]] = [:]
    /// Entries of which somebody said that they prove nothing of what they caused: the rules leave them to persons.
    private(set) var disproved: Set<UInt64> = []
    /// Entries that are no fees.
    private(set) var charged: Set<UInt64> = []
    /// The newest undoing of each entry.
    private(set) var undoings: [UInt64: UInt64] = [:]

    /// - Complexity: O(events of the institution).
    init(_ name: String, _ account: BankAccountRecord, _ views: Views) {
        for sequence in views.undoings(at: account) {
            guard let undoing = views.read(EntryUnmatchedView.self, sequence), undoing.account.string == name else {
                continue
            }
            switch views.event(undoing.matchSequence)?.body {
            case .entryMatched(let bytes)?:
                guard let match = try? EntryMatchedView(bytes) else { continue }
                let entries = Set(match.entries.compactMap { try? $0.view().sequence })
                let items = Set(match.items.compactMap { try? $0.view().sequence })
                if undoing.takesBackCaused { disproved.formUnion(entries) }
                for entry in entries {
                    byEntry[entry, default: []].append(groups.count)
                    undoings[entry] = sequence
                }
                groups.append(Group(entries: entries, items: items))
            case .bankFeeCharged(let bytes)?:
                guard let fee = try? BankFeeChargedView(bytes) else { continue }
                charged.insert(fee.entry)
                undoings[fee.entry] = sequence
            default: continue
            }
        }
    }

    /// Whether a match would join again what somebody parted: an entry and an item or, where there were no items, two entries.
    func forbids(_ entries: some Sequence<UInt64>, _ items: some Sequence<UInt64>) -> Bool {
        guard !groups.isEmpty else { return false }
        let (entries, items) = (Array(entries), Array(items))
        return entries.contains { entry in
            byEntry[entry]?.contains { at in
                items.contains(where: groups[at].items.contains)
                    || groups[at].items.isEmpty && entries.contains { $0 != entry && groups[at].entries.contains($0) }
            } ?? false
        }
    }
}
