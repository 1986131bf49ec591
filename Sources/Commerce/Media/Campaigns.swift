import Accounting
package import Bytes
import Events
import Index

/// Campaigns of partner media, and the purchases they brought.
enum Campaigns {
    static func decide(launched body: CampaignLaunchedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.campaign, "campaign", max: 64)
        if views.campaign(body.campaign, book) != nil {
            throw Refusal(
                .duplicate, "campaign", body.campaign, Text("campagne déjà lancée", "campaign already launched"),
                accepted: Text("une campagne nouvelle", "a new campaign"))
        }
        try Check.text(body.kind, "kind", max: 64)
        let start = try Check.date(body.startDate, "startDate")
        let end = try Check.date(body.endDate, "endDate")
        guard start <= end else {
            throw Refusal(
                .outOfRange, "endDate", body.endDate, Text("avant le début", "before the start"),
                accepted: Text("\(start.text) ou plus tard", "\(start.text) or later"))
        }
        if !body.medium.isEmpty { _ = try Check.identity(body.medium, "medium", views) }
    }

    static func fold(launched body: CampaignLaunchedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        views.putNumber(views.key.begin(.campaign).u16(book.id).text(body.campaign).bytes, fact.sequence)
        if !body.medium.isEmpty { views.touch(views.intern(.identity, body.medium), fact) }
    }

    static func decide(attributed body: PurchaseAttributedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let order = try Check.order(body.order, book, views)
        try Check.notBefore(fact, order, views)
        try Check.text(body.coupon, "coupon", max: 64)
        _ = try Check.date(body.redeemedDate, "redeemedDate")
        _ = try Check.campaign(body.campaign, book, views)
        if views.index.value(attributionKey(body, order, views)) != nil {
            throw Refusal(
                .duplicate, "coupon", body.coupon,
                Text("achat déjà attribué à cette campagne", "purchase already attributed to that campaign"),
                accepted: Text("un autre coupon ou une autre campagne", "another coupon or campaign"))
        }
    }

    private static func attributionKey(_ body: PurchaseAttributedView, _ order: OrderRecord, _ views: Views) -> Bytes {
        views.key.begin(.attribution).sequence(order.sequence).text(body.campaign).u8(0).text(body.coupon).bytes
    }

    static func fold(attributed body: PurchaseAttributedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let order = views.order(body.order, book) else { return views.noBook(fact) }
        views.putNumber(attributionKey(body, order, views), fact.sequence)
        views.addCounters(views.key.begin(.campaignPurchases).u16(book.id).text(body.campaign).bytes, 1, 0)
        views.touch(order.buyer, fact)
        views.touchOrder(order.sequence, fact)
    }
}

extension Views {
    /// Where a campaign was launched.
    package func campaign(_ name: Bytes, _ book: Book) -> UInt64? {
        number(key.begin(.campaign).u16(book.id).text(name).bytes)
    }
}
