import Accounting
import Bytes
package import Commerce
package import Events
package import Ledger

/// Makes payouts of what is due: payoutInstructed, or the event of a dividend, an interest or a redemption, each with the id of a payout.
///
/// The id and the key come from the debt and from all that was paid on it before: the same command, run again, finds the debt paid; a copy of it that runs at
/// the same time proposes the same events.
package struct PayoutInstruction {
    package var recording: Recording
    /// Where the money leaves from.
    package var institution: String
    package var dues: PayoutDues
    package var atUs: Int64
    /// Also those whose last payout came back, although they gave no other account since.
    package var again = false

    package static let source = "payouts"

    package init(_ recording: Recording, institution: String, _ dues: PayoutDues, atUs: Int64) {
        self.recording = recording
        self.institution = institution
        self.dues = dues
        self.atUs = atUs
    }

    /// What becomes of a debt.
    package struct Line: Sendable {
        package var due: PayoutDue
        /// Empty where there is none.
        package var payout: String
        /// What is sent: a dividend is less by what is withheld, and by what goes in shares.
        package var amountMinor: Int64
        /// Why it is left; `nil` where it is instructed.
        package var left: Text?
    }

    package struct Plan {
        package var lines: [Line]
        package let proposals: Proposals
        /// By proposal: whom a refusal is about.
        let payees: [String]
    }

    /// What would be instructed: nothing is recorded.
    package func plan(_ snapshot: LedgerSnapshot, _ payees: PayeeBook) throws -> Plan {
        let views = snapshot.views
        let book = try views.named(recording.book)
        var lines: [Line] = []
        var dividends: Set<UInt32> = []
        for due in try dues.find(book, snapshot, payees) {
            var line = Line(due: due, payout: "", amountMinor: due.amountMinor, left: nil)
            let details = due.details ?? .noAccount
            if !details.isKnown {
                line.left = details.reason
            } else if due.way == .payout, !again, let bounced = try due.bounced(snapshot) {
                line.left = Text(
                    "revenu (\(bounced.code)), coordonnées inchangées", "came back (\(bounced.code)), details unchanged"
                )
            } else if case .dividend = due.way, !dividends.insert(due.party).inserted {
                // What is withheld depends on what was paid before it in the calendar year.
                line.left = Text(
                    "une ristourne à la fois : relancer la commande", "one dividend at a time: run the command again")
            } else {
                line.payout = name(of: due, book, views)
            }
            lines.append(line)
        }
        let batch = EventBatch(book, actor: recording.actor)
        try instruct(lines, batch, book, views)
        var names = lines.filter { $0.left == nil && $0.due.way == .payout }.map(\.due.payee)
        names += try redeem(lines, batch)
        let all = batch.proposals
        let others = try yearEnds(lines, book, views)
        for proposals in others {
            for index in 0..<proposals.count {
                try append(proposals[index], to: all)
                names.append((try? EventView(proposals[index]).key.string) ?? "")
            }
        }
        try tellCash(&lines, others)
        try snapshot.check()
        return Plan(lines: lines, proposals: all, payees: names)
    }

    /// Records a plan, whole or not at all. Throws the first refusal, with the payee.
    package func record(_ plan: Plan, to store: LedgerStore) throws {
        guard !plan.proposals.isEmpty else { return }
        let writer = try LedgerWriter(store)
        defer { writer.close() }
        let outcome = try writer.append(plan.proposals)
        guard let first = outcome.refused.first else { return }
        let refusal = first.refusal
        let payee = plan.payees.indices.contains(first.position) ? plan.payees[first.position] + ", " : ""
        throw Refusal(
            refusal.code, payee + refusal.field, refusal.value, refusal.reason, accepted: refusal.accepted)
    }

    private func append(_ entry: Bytes, to proposals: Proposals) throws {
        do throws(ProposalError) {
            try proposals.append(encoded: entry)
        } catch {
            throw LedgerError(
                .internalError, recording.book, Text("\(error)", "\(error)"),
                remedy: Text("moins de bénéficiaires à la fois", "fewer payees at once"))
        }
    }

    private func name(of due: PayoutDue, _ book: Book, _ views: Views) -> String {
        switch due.way {
        case .payout: PayoutName.make("V", [book.name] + Self.parts(due, book, views))
        case .dividend(let year): PayoutName.make("R\(Self.short(year))", [book.name, due.payee])
        case .interest(let year): PayoutName.make("I\(Self.short(year))", [book.name, due.payee, "\(due.amountMinor)"])
        case .redemption(let name): PayoutName.make("A", [book.name, name, "\(due.amountMinor)"])
        }
    }

    /// "17" of 2017.
    private static func short(_ year: UInt16) -> String {
        let number = year % 100
        return number < 10 ? "0\(number)" : "\(number)"
    }

    /// What a payout is about: the debt, and what was paid of it before.
    private static func parts(_ due: PayoutDue, _ book: Book, _ views: Views) -> [String] {
        [due.account.name, due.payee, "\(views.debitedMinor(due.account, due.party, book))"]
    }

    private func instruct(_ lines: [Line], _ batch: EventBatch, _ book: Book, _ views: Views) throws {
        for line in lines where line.left == nil && line.due.way == .payout {
            try batch.add(source: Self.source, key: Self.parts(line.due, book, views), atUs: atUs) { event in
                event.payoutInstructed {
                    $0.payout(line.payout)
                    $0.payee(line.due.payee)
                    $0.institution(institution)
                    $0.amountMinor(line.due.amountMinor)
                    $0.currency(book.currency.code)
                    if line.due.account != .sellerPayable { $0.account(line.due.account.name) }
                }
            }
        }
    }

    private func redeem(_ lines: [Line], _ batch: EventBatch) throws -> [String] {
        var names: [String] = []
        for line in lines where line.left == nil {
            guard case .redemption(let name) = line.due.way else { continue }
            try batch.add(source: Self.source, key: ["redemption", name, line.payout], atUs: atUs) { event in
                event.redemptionPaid {
                    $0.redemption(name)
                    $0.institution(institution)
                    $0.amountMinor(line.due.amountMinor)
                    $0.currency(batch.book.currency.code)
                    $0.payout(line.payout)
                }
            }
            names.append(line.due.payee)
        }
        return names
    }

    /// Dividends and interest, as the year's end pays them.
    private func yearEnds(_ lines: [Line], _ book: Book, _ views: Views) throws -> [Proposals] {
        var dividends: [UInt16: [UInt32: String]] = [:]
        var interest: [UInt16: [UInt32: String]] = [:]
        for line in lines where line.left == nil {
            switch line.due.way {
            case .dividend(let year): dividends[year, default: [:]][line.due.party] = line.payout
            case .interest(let year): interest[year, default: [:]][line.due.party] = line.payout
            case .payout, .redemption: break
            }
        }
        func end(_ year: UInt16) -> YearEnd {
            YearEnd(book: book.name, year: year, source: Self.source, actor: recording.actor)
        }
        var all: [Proposals] = []
        for (year, payouts) in interest.sorted(by: { $0.key < $1.key }) {
            all.append(
                try end(year).payInterest(
                    institution: institution, effectiveAtUs: atUs, views, payout: { payouts[$0] }))
        }
        for (year, payouts) in dividends.sorted(by: { $0.key < $1.key }) {
            all.append(
                try end(year).pay(
                    institution: institution, effectiveAtUs: atUs, views, payout: { payouts[$0.party] }))
        }
        return all
    }

    /// What dividends leave in cash; one that goes in shares and tax alone has no payout.
    private func tellCash(_ lines: inout [Line], _ others: [Proposals]) throws {
        var cash: [String: (payout: String, minor: Int64)] = [:]
        for proposals in others {
            for index in 0..<proposals.count {
                guard case .patronageDividendPaid(let bytes)? = try EventView(proposals[index]).body else { continue }
                let body = try PatronageDividendPaidView(bytes)
                cash["\(body.fiscalYear)/\(body.member.string)"] = (
                    body.payout.string, body.cashMinor - body.withheldMinor
                )
            }
        }
        for at in lines.indices where lines[at].left == nil {
            guard case .dividend(let year) = lines[at].due.way, let sent = cash["\(year)/\(lines[at].due.payee)"] else {
                continue
            }
            lines[at].payout = sent.payout
            lines[at].amountMinor = sent.minor
        }
    }
}
