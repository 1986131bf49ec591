package import Commerce

/// What an institution says of a message that we sent, of one of its batches or of one payment (pain.002).
package struct PaymentStatus: Equatable, Sendable {
    /// What the status is about.
    package enum Level: String, Sendable {
        case message
        case batch
        case payment
    }

    /// What follows for the payout.
    package enum Outcome: String, Sendable {
        /// On its way; nothing is owed back yet.
        case accepted
        /// The payee's account has it, as far as the institution knows.
        case settled
        /// A person or a check at the institution holds it.
        case pending
        /// Some payments are accepted, some are not: look at theirs.
        case partial
        /// It was not made, and will not be.
        case rejected
        /// A code that we do not know: for a person.
        case unknown
    }

    /// Why, in the institution's words.
    package struct Reason: Equatable, Sendable {
        /// ISO ("AC04") or the institution's own.
        package var code: String
        package var isProprietary: Bool
        package var text: String

        package init(code: String, isProprietary: Bool, text: String) {
            self.code = code
            self.isProprietary = isProprietary
            self.text = text
        }
    }

    package var level: Level
    /// "ACCP", "ACSC", "RJCT"… as in the file.
    package var status: String
    package var reasons: [Reason]
    /// The message that the report is about: the message id of our payment file.
    package var messageID: String
    /// The batch; empty for the message as a whole.
    package var batchID: String
    /// The payout's id: the original end-to-end id, or the instruction id where that is missing; empty above payments.
    package var payoutID: String
    /// The institution's own reference, where it gives one.
    package var servicerReference: String
    /// "100.00" where the report repeats the amount; empty otherwise.
    package var amount: String

    /// What the status means.
    package var outcome: Outcome {
        switch status {
        case "ACTC", "ACCP", "ACSP", "ACWC", "ACFC", "RCVD": .accepted
        case "ACSC", "ACCC": .settled
        case "PDNG", "PATC", "ACWP": .pending
        case "PART": .partial
        case "RJCT", "CANC", "BLCK": .rejected
        default: .unknown
        }
    }

    /// For people.
    package var name: Text {
        switch outcome {
        case .accepted: Text("accepté", "accepted")
        case .settled: Text("réglé", "settled")
        case .pending: Text("en attente", "pending")
        case .partial: Text("accepté en partie", "partly accepted")
        case .rejected: Text("rejeté", "rejected")
        case .unknown: Text("statut inconnu « \(status) »", "unknown status \"\(status)\"")
        }
    }
}
