package import Events
import SwiftProtobuf

/// What an event says, in few words. Amounts in cents.
package typealias Body = Event.OneOf_Body

extension Body {
    package static func founding(
        name: String = "Grand.io", currency: String = "CAD", form: LegalForm = .solidarity, sharePrice: Int64 = 1_000,
        clock: Clock = .data
    ) -> Body {
        .cooperativeFounded(
            .with {
                $0.name = name
                $0.legalForm = form
                $0.currency = currency
                $0.timeZone = "America/Toronto"
                $0.commonSharePriceMinor = sharePrice
                $0.clock = clock
            })
    }

    package static func identity(_ name: String) -> Body { .identityRegistered(.with { $0.identity = name }) }

    package static func admission(
        _ member: String, _ groups: [Group], category: MemberCategory = .user, registered: [String: String] = [:]
    ) -> Body {
        .memberAdmitted(
            .with {
                $0.member = member
                $0.category = category
                $0.groups = groups
                $0.registrations = registered.keys.sorted().map { tax in
                    TaxRegistration.with {
                        $0.tax = tax
                        $0.number = "123456789"
                        $0.fromDate = registered[tax] ?? ""
                    }
                }
            })
    }

    package static func withdrawal(_ member: String) -> Body { .memberWithdrew(.with { $0.member = member }) }

    package static func transfer(
        of shares: UInt32, _ from: String, to: String, amount: Int64, class: ShareClass = .common
    ) -> Body {
        .sharesTransferred(
            .with {
                $0.from = from
                $0.to = to
                $0.shareClass = `class`
                $0.shares = shares
                $0.amountMinor = amount
                $0.currency = "CAD"
            })
    }

    package static func subscription(
        _ member: String, shares: UInt32 = 1, amount: Int64 = 1_000, class: ShareClass = .common,
        institution: String = "815"
    ) -> Body {
        .sharesSubscribed(
            .with {
                $0.member = member
                $0.shareClass = `class`
                $0.shares = shares
                $0.amountMinor = amount
                $0.currency = "CAD"
                $0.institution = institution
            })
    }

    package static func redemption(
        _ member: String, shares: UInt32 = 1, amount: Int64 = 1_000, class: ShareClass = .common,
        institution: String = "815"
    ) -> Body {
        .sharesRedeemed(
            .with {
                $0.member = member
                $0.shareClass = `class`
                $0.shares = shares
                $0.amountMinor = amount
                $0.currency = "CAD"
                $0.institution = institution
            })
    }

    package static func listing(
        _ product: String, seller: String = "", _ taxClass: TaxClass = .standard, price: Int64? = nil
    ) -> Body {
        .productListed(
            .with {
                $0.product = product
                $0.seller = seller
                $0.taxClass = taxClass
                if let price { $0.unitPriceMinor = price }
            })
    }

    package static func revision(_ product: String, seller: String = "", _ taxClass: TaxClass = .standard) -> Body {
        .productRevised(
            .with {
                $0.product = product
                $0.seller = seller
                $0.taxClass = taxClass
            })
    }

    package static func delisting(_ product: String) -> Body { .productDelisted(.with { $0.product = product }) }

    package static func campaign(_ name: String, from: String = "2017-01-01", to: String = "2017-12-31") -> Body {
        .campaignLaunched(
            .with {
                $0.campaign = name
                $0.startDate = from
                $0.endDate = to
            })
    }

    package static func attribution(_ order: String, _ campaign: String, coupon: String = "c1") -> Body {
        .purchaseAttributed(
            .with {
                $0.order = order
                $0.campaign = campaign
                $0.coupon = coupon
                $0.redeemedDate = "2017-03-01"
            })
    }
}
