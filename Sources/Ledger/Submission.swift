import Bytes
package import Commerce
import Events

/// What a caller requires not to have moved since it looked: nothing newer than `sequence` may concern the subject.
package struct Expectation: Sendable, Equatable {
    package enum Subject: Sendable, Equatable {
        case log
        case party(String)
        case order(book: String, String)
    }

    package let subject: Subject
    /// The newest sequence the caller knows of.
    package let sequence: UInt64

    package init(_ subject: Subject, sequence: UInt64) {
        self.subject = subject
        self.sequence = sequence
    }
}

/// Where an event stands, new or recorded before with the same content.
package struct Receipt: Sendable, Equatable {
    package let sequence: UInt64
    package let isRepeat: Bool
}

/// A refused proposal: its position in the batch, from 0.
package struct RefusedProposal: Sendable, Equatable {
    package let position: Int
    package let refusal: Refusal
}

/// What became of a batch. Receipts are durable.
package struct AppendOutcome: Sendable {
    /// One a proposal; nil where it was refused.
    package internal(set) var receipts: [Receipt?]
    package internal(set) var refused: [RefusedProposal]
    /// Events of the log after the batch.
    package internal(set) var size: UInt64

    init(receipts: [Receipt?], refused: [RefusedProposal], size: UInt64) {
        self.receipts = receipts
        self.refused = refused
        self.size = size
    }

    package var recorded: Int { receipts.reduce(0) { $0 + ($1.map { $0.isRepeat ? 0 : 1 } ?? 0) } }
    package var repeats: Int { receipts.reduce(0) { $0 + ($1.map { $0.isRepeat ? 1 : 0 } ?? 0) } }
}

/// How a batch is taken.
package struct AppendOptions: Sendable {
    /// Lets the good proposals through and reports the others; otherwise one refusal refuses all.
    package var isPartial = false
    package var expectations: [Expectation] = []
    /// One a proposal, where they are copies of another log's entries that must become the same bytes again; else empty.
    package var recorded: [RecordedHeader] = []

    package init(isPartial: Bool = false, expectations: [Expectation] = []) {
        self.isPartial = isPartial
        self.expectations = expectations
    }
}

/// Limits of one caller's batch (DESIGN §6).
package enum AppendLimits {
    package static let events = 65_536
    package static let bytes = 64 << 20
}
