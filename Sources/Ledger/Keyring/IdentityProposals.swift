import Bytes
import Commerce
package import Events

/// What a person says of themselves, as proposals: each has a key that a retry repeats.
package struct IdentityProposals {
    package let book: String
    package let source: String
    package let actor: String
    package let effectiveAtUs: Int64

    package init(book: String, source: String, actor: String, effectiveAtUs: Int64) {
        self.book = book
        self.source = source
        self.actor = actor
        self.effectiveAtUs = effectiveAtUs
    }

    private func propose(_ key: String, _ body: (EventWriter) -> Void) throws(LedgerError) -> Proposals {
        let proposals = Proposals()
        do throws(ProposalError) {
            try proposals.append { writer in
                writer.effectiveAt { $0.write(microseconds: effectiveAtUs) }
                writer.book(book)
                writer.source(source)
                writer.key(key)
                writer.actor(actor)
                body(writer)
            }
        } catch {
            throw LedgerError(
                .badInput, key, Text("\(error)", "\(error)"), remedy: Text("des textes plus courts", "shorter texts"))
        }
        return proposals
    }

    package func register(_ identity: String) throws(LedgerError) -> Proposals {
        try propose("register-\(identity)") { event in event.identityRegistered { $0.identity(identity) } }
    }

    /// - Parameter after: the sequence of the data that this replaces, 0 for the first.
    package func provide(
        _ identity: String, keyId: [UInt8], sealed: [UInt8], after: UInt64
    ) throws(LedgerError) -> Proposals {
        try propose("provide-\(identity)-\(after)") { event in
            event.personalDataProvided { body in
                body.identity(identity)
                keyId.withBytes { body.keyId($0) }
                sealed.withBytes { body.sealed($0) }
            }
        }
    }

    /// - Parameter after: the sequence of the consent's latest change, 0 for the first.
    package func consent(
        _ identity: String, to purpose: String, textVersion: String, after: UInt64
    ) throws(LedgerError) -> Proposals {
        try propose("consent-\(identity)-\(purpose)-\(after)") { event in
            event.consentGranted {
                $0.identity(identity)
                $0.purpose(purpose)
                $0.textVersion(textVersion)
            }
        }
    }

    package func withdraw(
        _ identity: String, from purpose: String, after: UInt64
    ) throws(LedgerError) -> Proposals {
        try propose("withdraw-\(identity)-\(purpose)-\(after)") { event in
            event.consentWithdrawn {
                $0.identity(identity)
                $0.purpose(purpose)
            }
        }
    }

    package func erase(_ identity: String, reason: String) throws(LedgerError) -> Proposals {
        try propose("erase-\(identity)") { event in
            event.identityErased {
                $0.identity(identity)
                $0.reason(reason)
            }
        }
    }

    package func registerKey(_ identity: String, _ key: [UInt8]) throws(LedgerError) -> Proposals {
        try propose("key-\(Hex.text(key))") { event in
            event.signingKeyRegistered { body in
                body.identity(identity)
                key.withBytes { body.publicKey($0) }
            }
        }
    }

    package func revokeKey(_ identity: String, _ key: [UInt8], reason: String) throws(LedgerError) -> Proposals {
        try propose("revoke-\(Hex.text(key))") { event in
            event.signingKeyRevoked { body in
                body.identity(identity)
                key.withBytes { body.publicKey($0) }
                if !reason.isEmpty { body.reason(reason) }
            }
        }
    }
}
