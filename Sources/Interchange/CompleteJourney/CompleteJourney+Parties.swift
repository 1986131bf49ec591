import Bytes
import Events

/// Households and stores that were seen.
struct Parties {
    var households = IntegerTable(capacity: 4096)
    /// Store number to position in `stores`.
    var storePositions = IntegerTable(capacity: 1024)
    var stores: [UInt64] = []

    let identityKey = NameText("identity-")
    let memberKey = NameText("member-")
    let sharesKey = NameText("shares-")
}

extension CompleteJourney {
    /// At its first purchase a household is registered, admitted as a consumer, and takes one share.
    func meet(household: UInt64, name: Bytes, at us: Int64) throws {
        guard parties.households.insert(household, 0) else { return }
        report.households += 1
        try proposeMember(name, .consumer, Institution(household: household), at: us)
    }

    /// The same for a store, as a seller. Answers its position among the stores.
    func meet(store: UInt64, name: Bytes, at us: Int64) throws -> Int {
        if let position = parties.storePositions[store] { return Int(position) }
        let position = parties.stores.count
        _ = parties.storePositions.insert(store, UInt32(position))
        parties.stores.append(store)
        report.stores += 1
        try proposeMember(name, .seller, .desjardins, at: us)
        return position
    }

    private func proposeMember(
        _ name: Bytes, _ group: Group, _ institution: Institution, at us: Int64
    ) throws {
        try propose(.identityRegistered, at: us, key: parties.identityKey(name)) { event in
            event.identityRegistered { $0.identity(name) }
        }
        try propose(.memberAdmitted, at: us, key: parties.memberKey(name)) { event in
            event.memberAdmitted {
                $0.member(name)
                $0.category(.user)
                $0.groups([group])
            }
        }
        try propose(.sharesSubscribed, at: us, key: parties.sharesKey(name)) { event in
            event.sharesSubscribed {
                $0.member(name)
                $0.shareClass(.common)
                $0.shares(1)
                $0.amountMinor(Terms.sharePriceMinor)
                $0.currency(Bytes(Terms.currency))
                $0.institution(institution.number)
            }
        }
        try capture(Terms.sharePriceMinor, institution)
    }
}
