import Accounting
import Bytes
package import Events
import Index

/// What the entries of a match caused — captures that settled, payouts that were carried out — where its undoing says that this was wrong, too.
enum CausedMoney {
    /// An item of a match that one of its entries caused.
    private struct Caused {
        let sequence: UInt64
        let event: EventView
    }

    private static func items(_ resolution: Resolution, _ views: Views) -> [Caused] {
        guard resolution.kind == .entryMatched else { return [] }
        return resolution.items.compactMap { sequence in
            guard let event = views.event(sequence), let cause = event.cause?.sequence,
                resolution.entries.contains(cause), event.kind == .fundsSettled || event.kind == .payoutSettled
            else { return nil }
            return Caused(sequence: sequence, event: event)
        }
    }

    /// Payouts that are under way again, as they stand now.
    static func payouts(_ resolution: Resolution, _ book: Book, _ views: Views) -> [PayoutRecord] {
        items(resolution, views).compactMap { name($0.event).flatMap { views.payout($0, book) } }
    }

    private static func name(_ event: EventView) -> Bytes? {
        guard case .payoutSettled(let bytes)? = event.body else { return nil }
        return (try? PayoutSettledView(bytes))?.payout
    }

    /// Refuses to take back what something else was built on since.
    static func decide(
        _ resolution: Resolution, _ account: BankAccountRecord, _ book: Book, _ views: Views
    ) throws(Refusal) {
        let caused = items(resolution, views)
        guard !caused.isEmpty else {
            throw Refusal(
                .missing, "takesBackCaused", "",
                Text(
                    "les lignes de l’appariement n’ont causé ni fundsSettled ni payoutSettled",
                    "the entries of the match caused neither a fundsSettled nor a payoutSettled"),
                accepted: Text("sans takesBackCaused", "without takesBackCaused"))
        }
        for item in caused {
            try wouldLandHere(item, account, book, views)
            guard let name = name(item.event) else { continue }
            guard let payout = views.payout(name, book), payout.settledSequence == item.sequence, !payout.isReturned
            else {
                throw Refusal(
                    .notAllowed, "takesBackCaused", name, Text("le versement est revenu", "the payout was returned"),
                    accepted: Text("un versement réglé", "a payout that is settled"))
            }
            guard payout.mirroredMinor == 0 else {
                throw Refusal(
                    .notAllowed, "takesBackCaused", name,
                    Text("le livre du bénéficiaire l’a aussi", "the payee's own book has it, too"),
                    accepted: Text(
                        "l’appariement seul, puis payoutReturned s’il est revenu",
                        "the match alone, then payoutReturned if it came back"))
            }
        }
    }

    /// Where a trust account was declared since, the money would be expected there, and the entry that is open again stands here.
    private static func wouldLandHere(
        _ item: Caused, _ account: BankAccountRecord, _ book: Book, _ views: Views
    ) throws(Refusal) {
        let payout = name(item.event).flatMap { views.payout($0, book) }
        let cash =
            payout.map { Payouts.cash($0, book, views) } ?? views.cash(book, at: account.institution, forOthers: true)
        guard cash != account.ledgerAccount else { return }
        throw Refusal(
            .notAllowed, "takesBackCaused", cash.name,
            Text(
                "un compte en fidéicommis a été déclaré depuis : l’argent y serait attendu",
                "a trust account was declared since: the money would be expected there"),
            accepted: Text("l’appariement seul, et un correctif", "the match alone, and a correction"))
    }

    /// Posts the opposite of what was caused. Returns the items as they were, and their sum.
    static func takeBack(
        _ resolution: Resolution, _ account: BankAccountRecord, _ book: Book, _ views: Views
    ) -> (parts: [(sequence: UInt64, part: BankPartRecord)], minor: Int64) {
        var parts: [(sequence: UInt64, part: BankPartRecord)] = []
        var sum: Int64 = 0
        for item in items(resolution, views) {
            guard let part = views.bankPart(account, item.sequence) else { continue }
            parts.append((item.sequence, part))
            sum &+= part.amountMinor
            views.debit(book, account.ledgerAccount, party: account.institution, 0 &- part.amountMinor)
            switch item.event.body {
            case .fundsSettled(let bytes)?:
                guard let body = try? FundsSettledView(bytes),
                    let day = try? CivilDate.parse(utf8: body.captureDate.buffer)
                else { continue }
                views.addCounters(
                    views.captureKey(book, account.institution, day.daysSinceEpoch), 0, 0 &- body.grossMinor)
                views.credit(book, .bankFees, body.feesMinor)
                views.debit(book, .inTransit, party: account.institution, body.grossMinor)
            case .payoutSettled?:
                guard let name = name(item.event) else { continue }
                Payouts.unsettle(name, book, views)
            default: continue
            }
        }
        return (parts, sum)
    }
}

extension Views {
    /// The payouts that an entryUnmatched puts under way again.
    package func payoutsTakenBack(_ body: EntryUnmatchedView, _ book: Book) -> [PayoutRecord] {
        guard body.takesBackCaused, let resolution = event(body.matchSequence).flatMap(Resolution.init) else {
            return []
        }
        return CausedMoney.payouts(resolution, book, self)
    }
}
