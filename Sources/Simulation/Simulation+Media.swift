import Accounting
import Bytes
import Commerce
import Events

extension Simulation {
    private static let windowDays: Int32 = 14
    private static let mediaRate = RatePpm(10_000)
    private static let campaignDays = 45

    private var campaigns: Int { town.media * 3 }

    /// The first day of a campaign: they follow each other over the whole time.
    func campaignStart(_ number: Int) -> CivilDate? {
        options.from.adding(days: number * options.days / campaigns)
    }

    func launchCampaigns() throws {
        for number in 0..<campaigns {
            guard let start = campaignStart(number), let end = start.adding(days: Self.campaignDays) else { continue }
            try tell(Books.market) { event in
                event.campaignLaunched {
                    $0.campaign(names("campagne-", number + 1))
                    $0.kind("radio")
                    $0.startDate(start.text)
                    $0.endDate(end.text)
                    $0.medium(medium(number % town.media))
                }
            }
        }
    }

    func planTouches(_ date: CivilDate, _ span: Range<Int64>) {
        for number in 0..<campaigns {
            guard let start = campaignStart(number), start <= date,
                date.daysSinceEpoch - start.daysSinceEpoch <= Int32(Self.campaignDays)
            else { continue }
            for _ in 0..<max(1, town.members * 8 / 1_000) {
                agenda.plan(
                    .touch(campaign: number),
                    at: span.lowerBound + chance.within(25_000_000...Int64(80_000_000)) * 1_000)
            }
        }
    }

    func touch(_ campaign: Int) throws {
        let who = chance.favoured(town.members)
        // Campaigns are counted only of those who agree to it.
        guard shop.joinedDay[who] == 0, people.attributes.contains(who), !people.isGone(who) else { return }
        shop.touches += 1
        shop.lastTouch[who] = (campaign, calendar.day(at: nowUs).daysSinceEpoch)
        let touch = names("vu-", shop.touches)
        try tell(Books.market) { event in
            event.campaignTouched {
                $0.touch(touch)
                $0.campaign(names("campagne-", campaign + 1))
                $0.identity(member(who))
            }
        }
    }

    /// The campaign that the buyer saw last within the window, as the purchase is placed.
    func campaign(touching member: Int) -> Int? {
        guard let (campaign, day) = shop.lastTouch[member],
            calendar.day(at: nowUs).daysSinceEpoch - day <= Self.windowDays
        else { return nil }
        return campaign
    }

    /// What the medium is owed, once the purchase is handed over.
    func creditMedium(_ number: Int) throws {
        guard let campaign = shop.orders[number].campaign else { return }
        let pool = try Self.mediaRate.applied(to: shop.orders[number].merchandiseMinor)
        guard pool > 0 else { return }
        try tell(Books.market) { event in
            event.mediaCredited { credited in
                credited.order(order(number))
                credited.shares {
                    $0.campaign(names("campagne-", campaign + 1))
                    $0.amountMinor(pool)
                }
            }
        }
    }
}
