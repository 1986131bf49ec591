package import Events
import SwiftProtobuf

extension Body {
    package static func campaign(
        _ name: String, medium: String, from: String = "2017-01-01", to: String = "2017-12-31"
    ) -> Body {
        .campaignLaunched(
            .with {
                $0.campaign = name
                $0.startDate = from
                $0.endDate = to
                $0.medium = medium
            })
    }

    package static func touch(_ touch: String, _ campaign: String, _ identity: String) -> Body {
        .campaignTouched(
            .with {
                $0.touch = touch
                $0.campaign = campaign
                $0.identity = identity
            })
    }

    package static func mediaRule(_ rule: AttributionRule = .last, windowDays: UInt32 = 7, ppm: UInt32 = 20_000)
        -> Body
    {
        .policyAdopted(
            .with {
                $0.media.rule = rule
                $0.media.windowDays = windowDays
                $0.media.ratePpm = ppm
            })
    }

    package static func mediaCredit(_ order: String, _ shares: [(String, Int64)]) -> Body {
        .mediaCredited(
            .with {
                $0.order = order
                $0.shares = shares.map { share in
                    MediaShare.with {
                        $0.campaign = share.0
                        $0.amountMinor = share.1
                    }
                }
            })
    }
}
