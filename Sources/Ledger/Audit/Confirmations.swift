package import Accounting
import Bytes
package import Commerce
import Index

/// Whom a letter goes to.
package enum ConfirmationKind: String, CaseIterable, Sendable {
    case member
    case seller
    case institution
    case cooperative

    package var label: Text {
        switch self {
        case .member: Text("Membre", "Member")
        case .seller: Text("Vendeur", "Seller")
        case .institution: Text("Institution", "Institution")
        case .cooperative: Text("Coopérative", "Cooperative")
        }
    }
}

/// What a party is asked to confirm: its balances in a book at a year's end (CAS 505).
package struct Confirmation: Sendable {
    package struct Line: Sendable {
        package let account: String
        package let currency: Currency
        /// Positive, whoever owes it.
        package let amountMinor: Int64
        /// Whether it stands on the cooperative's debit side: the party owes it, or holds it.
        package let isDebit: Bool
    }

    package let party: String
    package let kind: ConfirmationKind
    package let lines: [Line]
}

/// The letters of a year's end.
package enum Confirmations {
    /// By kind, then by name. Institutions and cooperatives with movements in the year are asked at zero, too: they may know of what the books do not.
    ///
    /// - Parameter least: letters whose largest line is smaller are left out, save to institutions and cooperatives.
    /// - Complexity: O(movement rows of the book).
    package static func all(
        _ period: AuditPeriod, kinds: Set<ConfirmationKind>, leastMinor: Int64, _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> [Confirmation] {
        let (views, book) = (snapshot.views, period.book)
        var lines: [UInt32: [Confirmation.Line]] = [:]
        var found: [UInt32: ConfirmationKind] = [:]
        for row in views.balances(book, through: period.last.daysSinceEpoch) where row.party != 0 {
            guard let code = AccountCode(rawValue: row.account) else { continue }
            let kind: ConfirmationKind =
                switch code.partyKind {
                case .institution: .institution
                case .cooperative: .cooperative
                default: code == .sellerPayable || found[row.party] == .seller ? .seller : .member
                }
            found[row.party] = kind
            let balance = row.sums.first &- row.sums.second
            guard balance != 0 || kind == .institution || kind == .cooperative else { continue }
            lines[row.party, default: []].append(
                Confirmation.Line(
                    account: code.name, currency: Currency(rawValue: row.currency),
                    amountMinor: Int64(clamping: balance.magnitude), isDebit: balance >= 0))
        }
        var result: [Confirmation] = []
        for (party, own) in lines {
            guard let kind = found[party], kinds.contains(kind) else { continue }
            let isAlways = kind == .institution || kind == .cooperative
            guard isAlways || own.contains(where: { $0.amountMinor >= leastMinor }) else { continue }
            result.append(
                Confirmation(
                    party: views.partyName(party), kind: kind,
                    lines: own.sorted { ($0.account, $0.currency.rawValue) < ($1.account, $1.currency.rawValue) }))
        }
        try snapshot.check()
        let order = Dictionary(uniqueKeysWithValues: ConfirmationKind.allCases.enumerated().map { ($1, $0) })
        return result.sorted {
            (order[$0.kind] ?? 0, NameOrder($0.party)) < (order[$1.kind] ?? 0, NameOrder($1.party))
        }
    }
}

/// What a party answered of one account, or the work done where it did not (CAS 505, 12 and 14).
package struct ConfirmationReply: Sendable {
    package let party: String
    package let account: String
    package let currency: Currency
    /// In the direction of the letter; `nil`: no answer came.
    package let amountMinor: Int64?
    package let date: String
    package let alternative: String

    package init(
        party: String, account: String, currency: Currency, amountMinor: Int64?, date: String, alternative: String
    ) {
        self.party = party
        self.account = account
        self.currency = currency
        self.amountMinor = amountMinor
        self.date = date
        self.alternative = alternative
    }
}

/// One line of a letter and what became of it.
package struct ConfirmationOutcome: Sendable {
    package enum Status: String, CaseIterable, Sendable {
        case agrees
        case differs
        /// It differs, and what was done about it is written down.
        case explained
        case noReply
        case alternative

        package var label: Text {
            switch self {
            case .agrees: Text("concorde", "agrees")
            case .differs: Text("diffère", "differs")
            case .explained: Text("écart expliqué", "explained")
            case .noReply: Text("sans réponse", "no reply")
            case .alternative: Text("autres procédures", "alternative work")
            }
        }

        /// Whether nothing is left to do.
        package var isDone: Bool { self != .differs && self != .noReply }
    }

    package let confirmation: Confirmation
    package let line: Confirmation.Line
    package let reply: ConfirmationReply?
    package let status: Status

    /// What the books have more than the answer.
    package var differenceMinor: Int64? { reply?.amountMinor.map { line.amountMinor &- $0 } }

    /// The outcome of every line that was asked; throws for a reply to what was not asked.
    package static func all(_ letters: [Confirmation], _ replies: [ConfirmationReply]) throws(LedgerError)
        -> [ConfirmationOutcome]
    {
        var byLine: [String: ConfirmationReply] = [:]
        for reply in replies {
            let key = "\(reply.party) \(reply.account) \(reply.currency.code)"
            guard byLine[key] == nil else {
                throw LedgerError(
                    .badInput, key, Text("deux réponses", "two replies"), remedy: Text("une seule", "one only"))
            }
            byLine[key] = reply
        }
        var outcomes: [ConfirmationOutcome] = []
        for letter in letters {
            for line in letter.lines {
                let reply = byLine.removeValue(forKey: "\(letter.party) \(line.account) \(line.currency.code)")
                let hasWork = !(reply?.alternative.isEmpty ?? true)
                let status: Status =
                    if let amount = reply?.amountMinor {
                        amount == line.amountMinor ? .agrees : hasWork ? .explained : .differs
                    } else {
                        hasWork ? .alternative : .noReply
                    }
                outcomes.append(ConfirmationOutcome(confirmation: letter, line: line, reply: reply, status: status))
            }
        }
        if let stray = byLine.keys.min() {
            throw LedgerError(
                .badInput, stray, Text("aucune lettre ne le demandait", "no letter asked for it"),
                remedy: Text(
                    "la partie, le compte et la monnaie d’une lettre",
                    "the party, the account and the currency of a letter"))
        }
        return outcomes
    }
}
