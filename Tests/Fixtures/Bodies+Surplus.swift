package import Events
import SwiftProtobuf

extension Body {
    /// A policy of allocation; without floors unless they are given.
    package static func allocationPolicy(
        _ groups: [(Group, UInt32)], reserveMin: UInt32 = 0, reserveAndSharesMin: UInt32 = 0,
        equityToDebts: UInt32 = 400_000, communityMin: UInt32 = 0, dividendsMax: UInt32? = nil,
        isCapped: Bool = true, needsReserve: Bool = false, version: String = "C-67.2"
    ) -> Body {
        .policyAdopted(
            .with {
                $0.allocation = .with {
                    $0.reserveMinPpm = reserveMin
                    $0.reserveAndSharesMinPpm = reserveAndSharesMin
                    $0.equityToDebtsPpm = equityToDebts
                    $0.communityMinPpm = communityMin
                    if let dividendsMax { $0.dividendsMaxPpm = dividendsMax }
                    $0.cappedByCategory = isCapped
                    $0.dividendsNeedReserve = needsReserve
                    $0.rulesVersion = version
                    $0.groups = groups.map { group in
                        GroupPatronage.with {
                            $0.group = group.0
                            $0.sharePpm = group.1
                        }
                    }
                }
            })
    }

    package static func interest(_ year: UInt32, _ member: String, rate: UInt32, _ amount: Int64) -> Body {
        .shareInterestAllocated(
            .with {
                $0.fiscalYear = year
                $0.member = member
                $0.currency = "CAD"
                $0.ratePpm = rate
                $0.amountMinor = amount
            })
    }

    package static func interestPaid(_ year: UInt32, _ member: String, _ amount: Int64) -> Body {
        .shareInterestPaid(
            .with {
                $0.fiscalYear = year
                $0.member = member
                $0.currency = "CAD"
                $0.amountMinor = amount
                $0.institution = "815"
            })
    }

    package static func redemptionAccepted(
        _ redemption: String, _ member: String, shares: UInt32, amount: Int64, class: ShareClass = .common
    ) -> Body {
        .redemptionAccepted(
            .with {
                $0.redemption = redemption
                $0.member = member
                $0.shareClass = `class`
                $0.shares = shares
                $0.amountMinor = amount
                $0.currency = "CAD"
            })
    }

    package static func redemptionPaid(_ redemption: String, _ amount: Int64) -> Body {
        .redemptionPaid(
            .with {
                $0.redemption = redemption
                $0.institution = "815"
                $0.amountMinor = amount
                $0.currency = "CAD"
            })
    }
}
