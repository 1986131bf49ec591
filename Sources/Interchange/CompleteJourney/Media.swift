import Accounting

/// Campaigns and coupon redemptions, as far as they wait for their time.
struct Media {
    struct Campaign {
        let number: UInt64
        let kind: String
        let start: CivilDate
        let end: CivilDate
        let launchedUs: Int64
    }

    struct Redemption {
        let line: Int
        let household: UInt64
        let coupon: UInt64
        let campaign: UInt64
        let date: CivilDate

        func listed(_ reason: ListedRedemption.Reason) -> ListedRedemption {
            ListedRedemption(
                line: line, household: household, coupon: coupon, campaign: campaign, date: date, reason: reason)
        }
    }

    struct HouseholdDay: Hashable {
        let household: UInt64
        let day: Int32
    }

    /// In the order of their launch, from the first that waits.
    var campaigns: ArraySlice<Campaign> = []
    /// Redemptions that wait for the household's first order of the day.
    var waiting: [HouseholdDay: [Redemption]] = [:]

    /// What no order came for.
    func unclaimed() -> [ListedRedemption] {
        waiting.values.joined().map { $0.listed(.noOrder) }
    }
}
