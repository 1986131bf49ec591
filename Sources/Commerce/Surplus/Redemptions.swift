import Accounting
package import Bytes
import Events
import Index

/// Shares that the board took back, and what was paid for them.
package struct RedemptionRecord: Record {
    package var sequence: UInt64 = 0
    package var party: UInt32 = 0
    package var shareClass: Int = 0
    package var shares: Int64 = 0
    package var amountMinor: Int64 = 0
    package var paidMinor: Int64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        party = UInt32(truncatingIfNeeded: reader.unsigned())
        shareClass = Int(reader.int())
        shares = reader.int()
        amountMinor = reader.int()
        paidMinor = reader.int()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.unsigned(UInt64(party))
        out.int(Int64(shareClass))
        out.int(shares)
        out.int(amountMinor)
        out.int(paidMinor)
    }

    package var dueMinor: Int64 { amountMinor &- paidMinor }
}

extension Views {
    package func redemption(_ name: Bytes, _ book: Book) -> RedemptionRecord? {
        record(RedemptionRecord.self, key.begin(.redemption).u16(book.id).text(name).bytes)
    }
}

/// Redemption of shares: accepted by the board, which makes it a debt; paid later, in full or in part.
enum Redemptions {
    static func decide(accepted body: RedemptionAcceptedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.redemption, "redemption")
        if views.redemption(body.redemption, book) != nil {
            throw Refusal(
                .duplicate, "redemption", body.redemption,
                Text("rachat déjà accepté", "redemption already accepted"),
                accepted: Text("un numéro de rachat nouveau", "a new redemption id"))
        }
        let party = try Check.identity(body.member, "member", views)
        try Check.currency(body.currency, book)
        try Shares.decide(redeeming: body.shareClass, body.shares, body.amountMinor, party, fact, book, views)
    }

    static func fold(accepted body: RedemptionAcceptedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let party = views.intern(.identity, body.member)
        var record = RedemptionRecord()
        record.sequence = fact.sequence
        record.party = party
        record.shareClass = body.shareClass.rawValue
        record.shares = Int64(body.shares)
        record.amountMinor = body.amountMinor
        views.put(views.key.begin(.redemption).u16(book.id).text(body.redemption).bytes, record)
        views.addShares(body.shareClass, -Int64(body.shares), party, fact, book)
        views.addShareMovement(
            .redeemed, body.shareClass, party, shares: Int64(body.shares), amountMinor: body.amountMinor, fact, book)
        views.debit(book, Shares.account(body.shareClass), party: party, body.amountMinor)
        views.credit(book, .sharesToRedeem, party: party, body.amountMinor)
        views.touch(party, fact)
    }

    static func decide(paid body: RedemptionPaidView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.redemption, "redemption")
        guard let redemption = views.redemption(body.redemption, book) else {
            throw Refusal(
                .unknown, "redemption", body.redemption, Text("rachat inconnu", "unknown redemption"),
                accepted: Text(
                    "un rachat accepté par redemptionAccepted", "a redemption that redemptionAccepted accepted"))
        }
        guard redemption.dueMinor > 0 else {
            throw Refusal(
                .duplicate, "redemption", body.redemption, Text("rachat déjà payé", "redemption already paid"),
                accepted: Text("un rachat à payer", "a redemption still to be paid"))
        }
        try Check.notBefore(
            fact, eventAt: redemption.sequence, Text("l’acceptation du rachat", "the redemption was accepted"), views)
        try Check.institution(body.institution)
        try Check.currency(body.currency, book)
        try Check.positive(body.amountMinor, "amountMinor")
        try Check.atMost(
            body.amountMinor, redemption.dueMinor, "amountMinor",
            Text("plus que ce qui reste dû", "more than what is still due"))
        try Payouts.decide(sending: body.payout, body.amountMinor, book, views)
        // What is due is a debt already: paying it changes nothing of what assets are above debts, but others are paid first.
        let net = views.netAssets(book)
        guard net >= 0 else {
            throw Refusal(
                .notAllowed, "amountMinor", body.amountMinor,
                Text(
                    "l’actif est inférieur aux dettes de \(-net) : aucun rachat ne se paie (C-67.2, art. 38)",
                    "assets are \(-net) below debts: no redemption is paid (C-67.2 s.38)"),
                accepted: Text("un paiement quand l’actif couvre les dettes", "a payment once assets cover the debts"))
        }
    }

    static func fold(paid body: RedemptionPaidView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var redemption = views.redemption(body.redemption, book) else {
            return views.noBook(fact)
        }
        redemption.paidMinor &+= body.amountMinor
        views.put(views.key.begin(.redemption).u16(book.id).text(body.redemption).bytes, redemption)
        let institution = views.intern(.institution, body.institution)
        views.addShareMovement(
            .repaid, ShareClass(rawValue: redemption.shareClass) ?? .common, redemption.party, shares: 0,
            amountMinor: body.amountMinor, fact, book)
        views.debit(book, .sharesToRedeem, party: redemption.party, body.amountMinor)
        Payouts.pay(
            body.payout, body.amountMinor, .sharesToRedeem, to: redemption.party, from: institution, fact, book, views)
        views.touch(redemption.party, fact)
        views.touch(institution, fact)
    }
}
