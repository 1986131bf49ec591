import Bytes
package import Commerce
package import Events
import Foundation
import SwiftProtobuf

extension Body {
    package static func bankAccount(
        _ account: String = "ops", _ institution: String = "815", from: String, opening: Int64 = 0,
        ledger: String = "", currency: String = "CAD", number: String = "20010-0001234"
    ) -> Body {
        .bankAccountDeclared(
            .with {
                $0.account = account
                $0.institution = institution
                $0.number = number
                $0.currency = currency
                $0.ledgerAccount = ledger
                $0.fromDate = from
                $0.openingMinor = opening
            })
    }

    package static func bankAccountClosed(_ account: String = "ops", reason: String = "moved") -> Body {
        .bankAccountClosed(
            .with {
                $0.account = account
                $0.reason = reason
            })
    }

    package static func bankStatement(
        _ statement: String, _ account: String = "ops", from: String, through: String, opening: Int64, closing: Int64,
        entries: UInt32, known: UInt32 = 0, knownMinor: Int64 = 0, number: UInt64 = 0, currency: String = "CAD",
        format: String = "camt.053.001.08"
    ) -> Body {
        .statementImported(
            .with {
                $0.account = account
                $0.statement = statement
                $0.number = number
                $0.fromDate = from
                $0.throughDate = through
                $0.openingMinor = opening
                $0.closingMinor = closing
                $0.currency = currency
                $0.format = format
                $0.entries = entries
                $0.knownEntries = known
                $0.knownMinor = knownMinor
            })
    }

    package static func bankEntry(
        _ reference: String, _ amount: Int64, _ account: String = "ops", of statement: String, on day: String,
        value: String? = nil, currency: String = "CAD", party: String = "", text: Int = 0
    ) -> Body {
        .statementEntryImported(
            .with {
                $0.account = account
                $0.statement = statement
                $0.reference = reference
                $0.bookingDate = day
                $0.valueDate = value ?? day
                $0.amountMinor = amount
                $0.currency = currency
                $0.party = party
                $0.textSha256 = Data(repeating: 7, count: text)
            })
    }

    package static func match(
        _ entries: [UInt64], _ items: [UInt64], _ rule: MatchRule = .amount, _ account: String = "ops",
        reason: String = ""
    ) -> Body {
        .entryMatched(
            .with {
                $0.account = account
                $0.entries = entries.map { sequence in MatchedPart.with { $0.sequence = sequence } }
                $0.items = items.map { sequence in MatchedPart.with { $0.sequence = sequence } }
                $0.rule = rule
                $0.reason = reason
            })
    }

    package static func unmatch(_ sequence: UInt64, _ account: String = "ops", reason: String = "wrong") -> Body {
        .entryUnmatched(
            .with {
                $0.account = account
                $0.matchSequence = sequence
                $0.reason = reason
            })
    }

    package static func suspend(_ entry: UInt64, _ account: String = "ops", reason: String = "who?") -> Body {
        .entrySuspended(
            .with {
                $0.account = account
                $0.entry = entry
                $0.reason = reason
            })
    }

    package static func bankFee(
        _ entry: UInt64, _ amount: Int64, _ account: String = "ops", currency: String = "CAD"
    ) -> Body {
        .bankFeeCharged(
            .with {
                $0.account = account
                $0.entry = entry
                $0.amountMinor = amount
                $0.currency = currency
            })
    }

    package static func writeOff(
        entry: UInt64 = 0, item: UInt64 = 0, _ amount: Int64, _ account: String = "ops", reason: String = "small",
        currency: String = "CAD"
    ) -> Body {
        .exceptionWrittenOff(
            .with {
                $0.account = account
                $0.entry = entry
                $0.item = item
                $0.amountMinor = amount
                $0.currency = currency
                $0.reason = reason
            })
    }

    package static func assign(
        entry: UInt64 = 0, item: UInt64 = 0, to owner: String, _ account: String = "ops"
    ) -> Body {
        .exceptionAssigned(
            .with {
                $0.account = account
                $0.entry = entry
                $0.item = item
                $0.owner = owner
            })
    }

    package static func signature(
        _ month: String, _ signer: ReconciliationSigner, statement: Int64, book: Int64, entries: Int64 = 0,
        items: Int64 = 0, _ account: String = "ops", report: UInt8 = 1
    ) -> Body {
        .reconciliationSigned(
            .with {
                $0.account = account
                $0.month = month
                $0.signer = signer
                $0.statementMinor = statement
                $0.bookMinor = book
                $0.entriesOpenMinor = entries
                $0.itemsOpenMinor = items
                $0.reportSha256 = Data(repeating: report, count: report == 0 ? 0 : 32)
            })
    }

    package static func paymentFile(
        _ number: UInt32, _ institution: String = "815", payouts: UInt32, total: Int64,
        format: PaymentFileFormat = .cpa005, currency: String = "CAD", hash: Int = 32, message: String = "",
        due: String = "", cash: String = "", madeFrom: UInt64 = 0
    ) -> Body {
        .paymentFileIssued(
            .with {
                $0.institution = institution
                $0.number = number
                $0.format = format
                $0.payouts = payouts
                $0.totalMinor = total
                $0.currency = currency
                $0.fileSha256 = Data(repeating: 9, count: hash)
                $0.messageID = message
                $0.dueDate = due
                $0.ledgerAccount = cash
                $0.madeFrom = madeFrom
            })
    }

    /// Who we are in the files of an institution: one account that pays, or another for each name of an account of cash.
    package static func originator(
        _ institution: String = "815", id: String = "1234567890", short: String = "COOP BOREAL",
        long: String = "Coopérative Boréal", centre: String = "81510", pattern: String = "", transit: String = "20010",
        account: String = "0001234", cash: [String] = [""], returns: (String, String) = ("", ""), twice: Bool = false
    ) -> Body {
        .policyAdopted(
            .with { policy in
                let originator = PaymentOriginator.with {
                    $0.institution = institution
                    $0.originatorID = id
                    $0.shortName = short
                    $0.longName = long
                    $0.dataCentre = centre
                    $0.itemTracePattern = pattern
                    $0.accounts = cash.map { name in
                        .with {
                            $0.ledgerAccount = name
                            $0.transit = transit
                            $0.account = account
                            ($0.returnTransit, $0.returnAccount) = returns
                        }
                    }
                }
                policy.paymentFiles.originators = twice ? [originator, originator] : [originator]
            })
    }

    /// A match of entries with all events of the ranges.
    package static func match(
        _ entries: [UInt64], ranges: [ClosedRange<UInt64>], items: [UInt64] = [], _ account: String = "ops"
    ) -> Body {
        .entryMatched(
            .with {
                $0.account = account
                $0.entries = entries.map { entry in .with { $0.sequence = entry } }
                $0.items = items.map { item in .with { $0.sequence = item } }
                $0.itemRanges = ranges.map { range in
                    .with {
                        $0.first = range.lowerBound
                        $0.last = range.upperBound
                    }
                }
                $0.rule = .group
            })
    }

    package static func filed(_ number: UInt32, _ payouts: [String], _ institution: String = "815") -> Body {
        .payoutsFiled(
            .with {
                $0.institution = institution
                $0.number = number
                $0.payouts = payouts.map { payout in FiledPayout.with { $0.payout = payout } }
            })
    }

    package static func reconciliationRule(
        one: Int64 = 0, month: Int64 = 0, rules: [MatchRule] = [], window: UInt32 = 3
    )
        -> Body
    {
        .policyAdopted(
            .with {
                $0.reconciliation.rules = rules
                $0.reconciliation.windowDays = window
                $0.reconciliation.writeOffMaxMinor = one
                $0.reconciliation.writeOffMonthMaxMinor = month
            })
    }

    /// What comes in (or goes, where negative) at an institution, against rent.
    package static func cash(_ amount: Int64, _ institution: String = "815", _ account: String = "assets:bank") -> Body
    {
        amount > 0
            ? .entry([.debit(account, amount, party: institution), .credit("expenses:rent", amount)])
            : .entry([.debit("expenses:rent", -amount), .credit(account, -amount, party: institution)])
    }

    /// The same dividend, interest or redemption, sent under the id of a payout.
    package func sent(as payout: String) -> Body {
        switch self {
        case .patronageDividendPaid(var body):
            body.payout = payout
            return .patronageDividendPaid(body)
        case .shareInterestPaid(var body):
            body.payout = payout
            return .shareInterestPaid(body)
        case .redemptionPaid(var body):
            body.payout = payout
            return .redemptionPaid(body)
        default: return self
        }
    }
}

extension Story {
    /// The next event with the hash of its file.
    package mutating func proven(_ body: Body, at time: String? = nil, bytes: Int = 32) -> Event {
        var event = event(body, at: time)
        event.evidence = Data(repeating: 5, count: bytes)
        return event
    }
}

extension Desk {
    /// Records a statement that follows the last one, with its entries as ("reference", amount, day); returns their sequences.
    @discardableResult
    package func importStatement(
        _ statement: String, _ account: String = "ops", from: String, through: String, opening: Int64,
        _ entries: [(reference: String, amount: Int64, day: String)], at time: String? = nil, number: UInt64 = 0
    ) throws -> [UInt64] {
        let closing = entries.reduce(opening) { $0 + $1.amount }
        try record(
            story.proven(
                .bankStatement(
                    statement, account, from: from, through: through, opening: opening, closing: closing,
                    entries: UInt32(entries.count), number: number), at: time))
        return try entries.map { entry in
            let sequence = size
            try record(.bankEntry(entry.reference, entry.amount, account, of: statement, on: entry.day))
            return sequence
        }
    }

    /// Records an event and says its sequence.
    package func sequence(of body: Body, at time: String? = nil) throws -> UInt64 {
        let sequence = size
        try record(body, at: time)
        return sequence
    }

    package func bankAccount(_ name: String = "ops") -> BankAccountRecord? {
        guard let book else { return nil }
        return Array(name.utf8).withBytes { views.bankAccount($0, book) }
    }

    /// Both sides at the end of a day, in days since 1970.
    package func reconciliation(_ name: String = "ops", through day: Int32 = .max) -> BankReconciliation? {
        guard let book, let account = bankAccount(name) else { return nil }
        return views.reconciliation(account, book, through: day)
    }
}
