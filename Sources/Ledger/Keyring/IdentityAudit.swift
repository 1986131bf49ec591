import Bytes
import Commerce
import Events

/// Whether every piece of personal data in the log can be opened, or its person is erased and the key destroyed.
package struct IdentityAudit: Sendable, Equatable {
    /// Events PersonalDataProvided that open.
    package var opened = 0
    /// Events PersonalDataProvided of erased identities, which nobody can open any more.
    package var closed = 0
    package var erasedIdentities = 0
    /// Erasures of the log that the file of keys had not seen, applied now.
    package var appliedAgain = 0
    package var damagedSlots = 0
    /// Sequences of personal data that does not open although its person is not erased.
    package var failures: [UInt64] = []
    /// Erased identities whose key still stands.
    package var undestroyed: [String] = []

    package var isClean: Bool { failures.isEmpty && undestroyed.isEmpty && damagedSlots == 0 }

    /// - Parameter keyring: `nil` where there is no file of keys.
    /// - Complexity: O(events of the identities that gave personal data).
    package init(_ snapshot: LedgerSnapshot, _ keyring: Keyring?, appliedAgain: Int = 0) throws(LedgerError) {
        let views = snapshot.views
        self.appliedAgain = appliedAgain
        damagedSlots = keyring?.damagedSlots ?? 0
        for (party, record) in views.identityRecords() {
            let identity = views.partyName(party)
            if record.isErased {
                erasedIdentities += 1
                if keyring?.state(of: identity) == .held { undestroyed.append(identity) }
            }
            guard record.dataCount > 0 else { continue }
            var query = EventQuery()
            query.kind = .personalDataProvided
            let key = try? keyring?.key(of: identity)
            for sequence in try query.sequences(ofParty: party, snapshot) {
                guard let event = views.event(sequence), let body = try? PersonalDataProvidedView(event.bodyBytes),
                    body.identity.string == identity
                else { continue }
                let opens =
                    key.map { $0.id == body.keyId.array && $0.open(body.sealed.array, of: identity) != nil } ?? false
                if opens, !record.isErased {
                    opened += 1
                } else if record.isErased, !opens {
                    closed += 1
                } else {
                    failures.append(sequence)
                }
            }
        }
        try snapshot.check()
    }
}
