package import Accounting
package import Events

/// What an import of Complete Journey files found: nothing is dropped without a place here.
package struct ImportReport: Equatable, Sendable {
    /// Rows of the transactions file.
    package var lines = 0
    /// Baskets.
    package var orders = 0
    /// Lines of value zero; imported.
    package var zeroValueLines = 0
    /// Lines of quantity zero; imported.
    package var zeroQuantityLines = 0
    /// Baskets of total zero: no payment, and they count as paid.
    package var zeroTotalOrders = 0
    /// Rows of the products file.
    package var listedProducts = 0
    /// Products sold but absent from the products file; listed when first sold, department unknown.
    package var unlistedProducts: [UInt64] = []
    package var households = 0
    package var stores = 0
    package var campaigns = 0
    package var redemptionsAttributed = 0
    /// Coupon redemptions that no purchase could be attributed to.
    package var redemptionsListed: [ListedRedemption] = []
    /// Sums over all orders, in minor units.
    package var merchandiseMinor: Int64 = 0
    package var gstMinor: Int64 = 0
    package var qstMinor: Int64 = 0
    package var totalMinor: Int64 = 0
    /// How many events of each kind were proposed.
    package var events: [EventKind: Int] = [:]

    package init() {}

    /// Events of all kinds.
    package var eventCount: Int { events.values.reduce(0, +) }
}

/// A coupon redemption without a purchase, and why.
package struct ListedRedemption: Equatable, Sendable {
    /// Why no purchase was attributed.
    package struct Reason: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        /// The household has no order on that local day.
        package static let noOrder = Reason(rawValue: "no-order-that-day")
        /// No file describes the campaign.
        package static let unknownCampaign = Reason(rawValue: "unknown-campaign")
        /// The coupon was redeemed before its campaign began.
        package static let beforeCampaign = Reason(rawValue: "before-campaign")
        /// The same household redeemed the same coupon of the same campaign on the same day in an earlier row.
        package static let repeated = Reason(rawValue: "repeated")
    }

    /// Line in the redemptions file.
    package let line: Int
    package let household: UInt64
    package let coupon: UInt64
    package let campaign: UInt64
    package let date: CivilDate
    package let reason: Reason
}

/// How far an import has come.
package struct ImportProgress: Sendable {
    /// Rows of the transactions file so far.
    package let lines: Int
    /// Events handed to the sink so far.
    package let events: Int
    /// Stored bytes of all files that were taken up so far, and all that there are.
    package let bytesDone: Int
    package let bytesTotal: Int
}
