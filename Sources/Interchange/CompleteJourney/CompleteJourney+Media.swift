import Accounting
import Bytes
import Events

extension CompleteJourney {
    /// Reads campaigns and redemptions; both are proposed when their time comes.
    func importMedia() throws {
        let starts = try readCampaigns()
        let file = try open("coupon_redemptions")
        let household = try file.column("household_id")
        let coupon = try file.column("coupon_upc")
        let campaign = try file.column("campaign_id")
        let date = try file.column("redemption_date")
        while try file.next() {
            let redemption = Media.Redemption(
                line: file.line, household: try file.unsigned(household), coupon: try file.unsigned(coupon),
                campaign: try file.unsigned(campaign), date: try file.date(date))
            let place = Media.HouseholdDay(
                household: redemption.household, day: redemption.date.daysSinceEpoch)
            let others = media.waiting[place, default: []]
            if let start = starts[redemption.campaign] {
                if redemption.date < start {
                    report.redemptionsListed.append(redemption.listed(.beforeCampaign))
                } else if others.contains(where: {
                    $0.coupon == redemption.coupon && $0.campaign == redemption.campaign
                }) {
                    report.redemptionsListed.append(redemption.listed(.repeated))
                } else {
                    media.waiting[place, default: []].append(redemption)
                }
            } else {
                report.redemptionsListed.append(redemption.listed(.unknownCampaign))
            }
        }
    }

    /// Answers the first day of each campaign.
    private func readCampaigns() throws -> [UInt64: CivilDate] {
        let file = try open("campaign_descriptions")
        let id = try file.column("campaign_id")
        let kind = try file.column("campaign_type")
        let start = try file.column("start_date")
        let end = try file.column("end_date")
        var starts: [UInt64: CivilDate] = [:]
        var campaigns: [Media.Campaign] = []
        while try file.next() {
            let number = try file.unsigned(id)
            let first = try file.date(start)
            let last = try file.date(end)
            guard first <= last else {
                throw file.refusal(end, reason: "is before the campaign's start", expected: "\(first) or later")
            }
            guard starts.updateValue(first, forKey: number) == nil else {
                throw file.refusal(id, reason: "is described twice", expected: "each campaign once")
            }
            // A campaign older than the cooperative begins with it.
            let launched = max(Terms.foundedUs, calendar.firstInstantUs(of: first))
            campaigns.append(
                Media.Campaign(
                    number: number, kind: try file.text(kind).string, start: first, end: last, launchedUs: launched))
        }
        campaigns.sort { ($0.launchedUs, $0.number) < ($1.launchedUs, $1.number) }
        media.campaigns = campaigns[...]
        report.campaigns = campaigns.count
        schedule.invalidate()
        return starts
    }

    func proposeLaunch(_ campaign: Media.Campaign) throws {
        let name = "campaign-\(campaign.number)"
        try Array(name.utf8).withBytes { (key) throws(ImportError) in
            try propose(.campaignLaunched, at: campaign.launchedUs, key: key) { event in
                event.campaignLaunched {
                    $0.campaign(name)
                    $0.kind(campaign.kind)
                    $0.startDate(campaign.start.text)
                    $0.endDate(campaign.end.text)
                }
            }
        }
    }

    /// Attributes to `order` what its household redeemed on `day`, if it is the first order of that day.
    func proposeAttributions(order: Bytes, household: UInt64, day: CivilDate, at us: Int64) throws {
        let place = Media.HouseholdDay(household: household, day: day.daysSinceEpoch)
        guard let redemptions = media.waiting.removeValue(forKey: place) else { return }
        for redemption in redemptions {
            let date = redemption.date.text
            let key = "redemption-\(household)-\(redemption.coupon)-\(redemption.campaign)-\(date)"
            try Array(key.utf8).withBytes { (key) throws(ImportError) in
                try propose(.purchaseAttributed, at: us, key: key) { event in
                    event.purchaseAttributed {
                        $0.order(order)
                        $0.campaign("campaign-\(redemption.campaign)")
                        $0.coupon("coupon-\(redemption.coupon)")
                        $0.redeemedDate(date)
                    }
                }
            }
            report.redemptionsAttributed += 1
        }
    }
}
