import Accounting
import Bytes
import Events
import Index

/// What a row of the media index says.
enum MediaRow: UInt8 {
    /// touch → sequence
    case touch = 1
    /// party ‖ effective time (8, biased) ‖ sequence → the campaign's sequence
    case touchOfParty = 2
    /// order's sequence ‖ line (4) → sequence of the product's listing: a line bought here instead of outside Québec
    case repatriatedLine = 3
}

extension Views {
    func mediaKey(_ row: MediaRow, _ book: Book) -> KeyBuilder { key.begin(.media).u16(book.id).u8(row.rawValue) }
}

/// Someone saw or followed a campaign.
enum Touches {
    /// The purpose of ConsentGranted under which touches are kept and purchases attributed to them (P-39.1).
    static let purpose: StaticString = "attribution"

    static func decide(touched body: CampaignTouchedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.touch, "touch")
        try Check.unused(views.index.value(views.mediaKey(.touch, book).text(body.touch).bytes), body.touch, "touch")
        guard let campaign = try Check.campaign(body.campaign, book, views) else { return }
        let party = try Check.identity(body.identity, "identity", views)
        let day = CivilDate(clampingDays: Int64(fact.day))
        let start = try Check.date(campaign.startDate, "startDate")
        let end = try Check.date(campaign.endDate, "endDate")
        guard start <= day, day <= end else {
            throw Refusal(
                .outOfRange, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("la campagne ne court pas ce jour-là", "the campaign does not run on that day"),
                accepted: Text("du \(start.text) au \(end.text)", "\(start.text) to \(end.text)"))
        }
        let us = fact.effectiveAtUs
        guard views.consented(party, to: Bytes(purpose), in: book, from: us, through: us) else {
            throw Refusal(
                .notAllowed, "identity", body.identity,
                Text(
                    "aucun consentement à l’attribution donné à \(book.name) et en vigueur à cette heure",
                    "no consent to attribution given to \(book.name) and in force at that time"),
                accepted: Text("après consentGranted « attribution »", "after consentGranted \"attribution\""))
        }
    }

    static func fold(touched body: CampaignTouchedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let campaign = views.campaign(body.campaign, book) else {
            return views.noBook(fact)
        }
        let party = views.intern(.identity, body.identity)
        views.putNumber(views.mediaKey(.touch, book).text(body.touch).bytes, fact.sequence)
        views.putNumber(
            views.mediaKey(.touchOfParty, book).u32(party).u64(fact.effectiveAtUs.sortable).sequence(fact.sequence)
                .bytes, campaign)
        views.addCounters(views.key.begin(.campaignTouches).u16(book.id).text(body.campaign).bytes, 1, 0)
        views.touch(party, fact)
    }
}

extension Check {
    /// A campaign that was launched.
    static func campaign(_ name: Bytes, _ book: Book, _ views: Views) throws(Refusal) -> CampaignLaunchedView? {
        try Check.id(name, "campaign", max: 64)
        guard let launched = views.campaign(name, book) else {
            throw Refusal(
                .unknown, "campaign", name, Text("campagne inconnue", "unknown campaign"),
                accepted: Text("une campagne de campaignLaunched", "a campaign of campaignLaunched"))
        }
        return views.body(CampaignLaunchedView.self, of: launched)
    }
}
