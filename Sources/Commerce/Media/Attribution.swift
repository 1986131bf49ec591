import Accounting
import Bytes
import Events
import Index

/// Which campaigns brought a purchase: those that were redeemed with it, and those that its buyer saw within the window before it.
///
/// A redemption is the buyer's own act. What they saw counts only while they agreed to be followed, from then to the purchase (P-39.1).
struct Attribution {
    private struct Contact {
        let campaign: String
        /// Order in time: a redemption's local day or a touch's time, then the place in the log.
        let time: (Int64, UInt64)
    }

    private let rule: AttributionRule
    private var redemptions: [Contact] = []
    private var touches: [Contact] = []
    private let media: Set<String>

    /// - Complexity: O(redemptions of the order + touches of its buyer).
    init(_ order: OrderRecord, at us: Int64, _ policy: MediaPolicyView, _ book: Book, _ views: Views) {
        rule = policy.rule
        for sequence in Self.redemptions(order, views) {
            guard let body = views.body(PurchaseAttributedView.self, of: sequence) else { continue }
            let day = (try? CivilDate.parse(utf8: body.redeemedDate.buffer))?.daysSinceEpoch ?? 0
            redemptions.append(Contact(campaign: body.campaign.string, time: (Int64(day), sequence)))
        }
        let first = Int64(order.day) - Int64(policy.windowDays)
        let touches = Self.touches(order.buyer, book, views)
        let consent =
            touches.isEmpty ? nil : views.consent(unlessErased: order.buyer, to: Bytes(Touches.purpose), in: book)
        for touch in touches where touch.us <= us && Int64(book.day(touch.us)) >= first {
            guard let consent, consent.holds(from: touch.us, through: us),
                let launch = views.launch(touch.campaign)
            else { continue }
            self.touches.append(Contact(campaign: launch.campaign, time: (touch.us, touch.sequence)))
        }
        media = Set(redemptions.map(\.campaign)).union(self.touches.map(\.campaign)).filter { name in
            Array(name.utf8).withBytes { views.campaign($0, book) }.flatMap { views.launch($0) }?.hasMedium == true
        }
    }

    private static func redemptions(_ order: OrderRecord, _ views: Views) -> [UInt64] {
        var result: [UInt64] = []
        let rows = views.index.rows(prefix: views.key.begin(.attribution).sequence(order.sequence).bytes)
        while rows.next() {
            var reader = RecordReader(rows.value)
            result.append(reader.unsigned())
        }
        return result
    }

    private static func touches(
        _ party: UInt32, _ book: Book, _ views: Views
    ) -> [(us: Int64, sequence: UInt64, campaign: UInt64)] {
        var result: [(Int64, UInt64, UInt64)] = []
        let rows = views.index.rows(prefix: views.mediaKey(.touchOfParty, book).u32(party).bytes)
        while rows.next() {
            var key = KeyReader(rows.key.dropFirst(7))
            let us = Int64(sortable: UInt64(key.u32()) << 32 | UInt64(key.u32()))
            var value = RecordReader(rows.value)
            result.append((us, key.sequence(), value.unsigned()))
        }
        return result
    }

    /// The campaigns that brought the purchase, by the rule, in byte order.
    var campaigns: [String] {
        switch rule {
        case .equal:
            return Set((redemptions + touches).map(\.campaign)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        case .first:
            let all = redemptions.isEmpty ? touches : redemptions
            return all.min { $0.time < $1.time }.map { [$0.campaign] } ?? []
        default:
            let all = redemptions.isEmpty ? touches : redemptions
            return all.max { $0.time < $1.time }.map { [$0.campaign] } ?? []
        }
    }

    /// What is owed of the pool: all campaigns have their part, those of a medium are owed it; parts of zero are left out.
    func shares(of pool: Int64) -> [CampaignShare] {
        let campaigns = campaigns
        let parts = try? LargestRemainder.shares(
            pool: pool, bases: campaigns.map { _ in 1 }, tieBreak: Array(campaigns.indices))
        return zip(campaigns, parts ?? []).filter { media.contains($0) && $1 != 0 }
            .map { CampaignShare(campaign: $0, amountMinor: $1) }
    }
}

/// What the launch of a campaign says that purchases ask for.
struct CampaignLaunch {
    let campaign: String
    let hasMedium: Bool
}

extension Views {
    private static let launchesMax = 4_096

    /// The launch that stands at a sequence.
    func launch(_ sequence: UInt64) -> CampaignLaunch? {
        if let known = launches[sequence] { return known }
        guard let body = body(CampaignLaunchedView.self, of: sequence) else { return nil }
        let launch = CampaignLaunch(campaign: body.campaign.string, hasMedium: !body.medium.isEmpty)
        if launches.count == Self.launchesMax { launches.removeAll() }
        launches[sequence] = launch
        return launch
    }
}
