import Accounting
import Bytes
import Events
import Index

/// What media are owed for a purchase. Recorded again after a refund, it replaces what was recorded before: the difference is posted.
enum MediaCredits {
    static let policyField = 8

    static func decide(credited body: MediaCreditedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let order = try Check.order(body.order, book, views)
        try Check.open(order, body.order)
        try Check.notBefore(fact, order, views)
        guard order.isHandedOver else {
            throw Refusal(
                .notAllowed, "order", body.order, Text("pas encore remise", "not handed over"),
                accepted: Text("une commande remise", "an order that is handed over"))
        }
        try Check.notBeforeHandOver(fact, order, views)
        guard let purchase = views.purchase(order) else { return }
        guard
            let policy = book.policy(
                MediaPolicyView.self, policyField, at: purchase.atUs, knownAt: order.sequence)
        else {
            throw Refusal(
                .notAllowed, "order", body.order,
                Text("aucune politique des médias en vigueur à l’achat", "no media policy in force at the purchase"),
                accepted: Text("un achat qui suit policyAdopted.media", "a purchase after policyAdopted.media"))
        }
        let pool = try Check.fits("order") { () throws(MoneyError) in
            // Nobody paid for what was charged back whole: until a reversal, nothing is owed for bringing it.
            try RatePpm(policy.ratePpm).applied(to: order.isChargedBackWhole ? 0 : views.merchandise(order))
        }
        let right = Attribution(order, at: purchase.atUs, policy, book, views).shares(of: pool)
        try decide(body.shares, right)
        let before = views.mediaShares(order)
        guard !before.isEmpty || !right.isEmpty else {
            throw Refusal(
                .notAllowed, "order", body.order,
                Text("aucun média n’y a droit", "no medium is owed for it"),
                accepted: Text(
                    "un achat qu’une campagne d’un média a amené", "a purchase that a medium's campaign brought"))
        }
        guard before.map(\.campaign) != right.map(\.campaign) || before.map(\.amountMinor) != right.map(\.amountMinor)
        else {
            throw Refusal(
                .duplicate, "order", body.order,
                Text("déjà inscrit, et rien n’a changé depuis", "already recorded, and nothing changed since"),
                accepted: Text("après un remboursement ou une attribution", "after a refund or an attribution"))
        }
    }

    /// Exactly the shares that the rule gives, each campaign once; a share of zero is left out.
    private static func decide(_ shares: Repeated<MediaShareView>, _ right: [CampaignShare]) throws(Refusal) {
        let all = right.map { "\($0.campaign) \($0.amountMinor)" }.joined(separator: ", ")
        let accepted = right.isEmpty ? Text("aucune part", "no share") : Text(all, all)
        var seen: Set<String> = []
        for (index, encoded) in shares.enumerated() {
            guard let share = try? encoded.view() else { continue }
            try Check.id(share.campaign, "shares[\(index)].campaign", max: 64)
            let name = share.campaign.string
            guard let owed = right.first(where: { $0.campaign == name }) else {
                throw Refusal(
                    .notAllowed, "shares[\(index)].campaign", share.campaign,
                    Text("rien ne lui est dû selon la politique", "nothing is owed to it by the policy"),
                    accepted: accepted)
            }
            guard seen.insert(owed.campaign).inserted else {
                throw Refusal(
                    .duplicate, "shares[\(index)].campaign", share.campaign,
                    Text("campagne répétée", "the same campaign twice"),
                    accepted: Text("chaque campagne une fois", "each campaign once"))
            }
            try Check.equal(
                share.amountMinor, owed.amountMinor, "shares[\(index)].amountMinor",
                Text("part selon la politique en vigueur à l’achat", "share by the policy in force at the purchase"))
        }
        guard seen.count == right.count else {
            throw Refusal(
                .missing, "shares", Int64(seen.count), Text("il manque une part", "a share is missing"),
                accepted: accepted)
        }
    }

    /// Posts what changed since the order was last credited.
    static func fold(credited body: MediaCreditedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let order = views.order(body.order, book) else { return views.noBook(fact) }
        for old in views.mediaShares(order) { change(old.campaign, -old.amountMinor, -1, fact, book, views) }
        for encoded in body.shares {
            guard let share = try? encoded.view() else { continue }
            change(share.campaign.string, share.amountMinor, 1, fact, book, views)
        }
        views.putNumber(views.key.begin(.mediaCredit).sequence(order.sequence).bytes, fact.sequence)
        views.touchOrder(order.sequence, fact)
    }

    private static func change(
        _ campaign: String, _ amount: Int64, _ orders: Int64, _ fact: Fact, _ book: Book, _ views: Views
    ) {
        Array(campaign.utf8).withBytes { name in
            guard let launched = views.campaign(name, book),
                let medium = views.body(CampaignLaunchedView.self, of: launched)?.medium
            else { return views.index.fail("event \(fact.sequence): no such campaign") }
            let party = views.intern(.identity, medium)
            views.debit(book, .media, amount)
            views.credit(book, .accountsPayable, party: party, amount)
            views.addCounters(
                views.key.begin(.campaignOwed).u16(book.id).text(name).bytes, max(0, amount), max(0, -amount))
            views.addCounters(views.key.begin(.campaignTouches).u16(book.id).text(name).bytes, 0, orders)
            views.touch(party, fact)
        }
    }
}

/// A campaign's part of what media are owed for an order.
package struct CampaignShare: Equatable, Sendable {
    package let campaign: String
    package let amountMinor: Int64
}

extension Views {
    /// What media are owed for an order as last recorded, in byte order of the campaigns.
    package func mediaShares(_ order: OrderRecord) -> [CampaignShare] {
        guard let credited = number(key.begin(.mediaCredit).sequence(order.sequence).bytes),
            let body = body(MediaCreditedView.self, of: credited)
        else { return [] }
        var shares: [CampaignShare] = []
        for encoded in body.shares {
            guard let share = try? encoded.view() else { continue }
            shares.append(CampaignShare(campaign: share.campaign.string, amountMinor: share.amountMinor))
        }
        return shares.sorted { $0.campaign.utf8.lexicographicallyPrecedes($1.campaign.utf8) }
    }

    /// The merchandise of an order that was not taken back.
    func merchandise(_ order: OrderRecord) -> Int64 {
        order.isCancelled ? 0 : refunded(order).reduce(order.merchandiseMinor) { $0 - $1.first }
    }
}

extension Policies {
    static func decide(media policy: MediaPolicyView, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        guard policy.rule != .unspecified else {
            throw Refusal(
                .missing, "media.rule", "", Text("la règle manque", "the rule is missing"),
                accepted: Text("par exemple ATTRIBUTION_RULE_LAST", "for example ATTRIBUTION_RULE_LAST"))
        }
        guard policy.windowDays <= 3_660 else {
            throw Refusal(
                .outOfRange, "media.windowDays", Int64(policy.windowDays),
                Text("plus de dix ans", "more than ten years"), accepted: Text("de 0 à 3660", "0 to 3660"))
        }
        try rate(policy.ratePpm, "media.ratePpm")
    }
}
