import Accounting
import Bytes
package import Commerce
import EventLog
import Events
package import Ledger

/// Where somebody is paid, as they said it, or why they cannot be paid.
package enum PayeeDetails: Equatable, Sendable {
    case known(name: String, account: PaymentAccount)
    case noName
    case noAccount
    case erased

    package var isKnown: Bool {
        if case .known = self { return true }
        return false
    }

    /// What is missing, for people; empty where nothing is.
    package var reason: Text {
        switch self {
        case .known: Text("", "")
        case .noName: Text("aucun nom", "no name")
        case .noAccount: Text("aucun compte bancaire", "no bank account")
        case .erased: Text("identité effacée", "identity erased")
        }
    }

    /// "known", "no-name"…: for programs.
    package var word: String {
        switch self {
        case .known: "known"
        case .noName: "no-name"
        case .noAccount: "no-bank-account"
        case .erased: "erased"
        }
    }
}

/// Opens what payees gave of themselves: only what is needed to pay them, and only for whoever has the keys.
package struct PayeeBook {
    let snapshot: LedgerSnapshot
    let keyring: Keyring?
    /// Only what was given before this event counts.
    let before: UInt64

    /// - Parameters:
    ///   - keyring: `nil` where there is no file of keys: nobody's details are known then.
    ///   - sequence: only what was given before it counts.
    package init(_ snapshot: LedgerSnapshot, _ keyring: Keyring?, before sequence: UInt64 = .max) {
        self.snapshot = snapshot
        self.keyring = keyring
        before = sequence
    }

    /// Throws `LedgerError` where the person's key is missing or damaged.
    ///
    /// - Complexity: O(1); O(events of the person) where they gave others since.
    package func details(_ party: UInt32) throws -> PayeeDetails {
        let views = snapshot.views
        guard let record = views.identity(party) else { return .noAccount }
        guard !record.isErased else { return .erased }
        guard record.dataSequence > 0, let sequence = try given(party, record.dataSequence),
            let data = try keyring?.personalData(of: party, views, at: sequence)
        else { return .noAccount }
        guard !data.bankAccount.isEmpty else { return .noAccount }
        guard !data.name.isEmpty else { return .noName }
        return .known(
            name: data.name,
            account: PaymentAccount(
                institution: data.bankInstitution, transit: data.bankTransit, number: data.bankAccount))
    }

    private func given(_ party: UInt32, _ newest: UInt64) throws -> UInt64? {
        guard newest >= before else { return newest }
        var query = EventQuery()
        query.kind = .personalDataProvided
        query.to = before == 0 ? 0 : before - 1
        return try query.sequences(ofParty: party, snapshot).last
    }
}
