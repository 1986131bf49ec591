package import Events
import SwiftProtobuf

extension PurchaseLine {
    package static func of(
        _ product: String, _ seller: String, _ amount: Int64, quantity: Int64 = 1, price: Int64? = nil,
        discounts: [(Funder, Int64)] = [], _ taxClass: TaxClass = .standard
    ) -> PurchaseLine {
        .with {
            $0.product = product
            $0.seller = seller
            $0.quantity = quantity
            $0.amountMinor = amount
            if let price { $0.unitPriceMinor = price }
            $0.discounts = discounts.map { discount in
                Discount.with {
                    $0.funder = discount.0
                    $0.amountMinor = discount.1
                }
            }
            $0.taxClass = taxClass
        }
    }
}

extension Body {
    /// - Parameter total: the sum of lines and taxes where it is not given.
    package static func purchase(
        _ order: String, _ buyer: String, _ lines: [PurchaseLine], taxes: [(String, Int64)] = [], total: Int64? = nil,
        status: BuyerStatus = .member, currency: String = "CAD"
    ) -> Body {
        .purchasePlaced(
            .with {
                $0.order = order
                $0.buyer = buyer
                $0.buyerStatus = status
                $0.currency = currency
                $0.lines = lines
                $0.taxes = amounts(taxes)
                $0.totalMinor = total ?? lines.reduce(0) { $0 + $1.amountMinor } + taxes.reduce(0) { $0 + $1.1 }
                $0.deliveryMode = .inStore
            })
    }

    package static func amounts(_ taxes: [(String, Int64)]) -> [TaxAmount] {
        taxes.map { tax in
            TaxAmount.with {
                $0.tax = tax.0
                $0.amountMinor = tax.1
            }
        }
    }

    package static func cancellation(_ order: String) -> Body { .purchaseCancelled(.with { $0.order = order }) }

    package static func handOver(_ order: String) -> Body { .orderHandedOver(.with { $0.order = order }) }

    /// - Parameter lines: line, amount, quantity.
    package static func refund(
        _ order: String, _ refund: String, _ lines: [(UInt32, Int64, Int64)], taxes: [(String, Int64)] = [],
        total: Int64? = nil
    ) -> Body {
        .purchaseRefunded(
            .with {
                $0.order = order
                $0.refund = refund
                $0.lines = lines.map { line in
                    RefundLine.with {
                        $0.line = line.0
                        $0.amountMinor = line.1
                        $0.quantity = line.2
                    }
                }
                $0.taxes = amounts(taxes)
                $0.totalMinor = total ?? lines.reduce(0) { $0 + $1.1 } + taxes.reduce(0) { $0 + $1.1 }
            })
    }

    package static func capture(_ payment: String, _ order: String, _ amount: Int64, _ institution: String = "815")
        -> Body
    {
        .paymentCaptured(
            .with {
                $0.payment = payment
                $0.order = order
                $0.institution = institution
                $0.amountMinor = amount
                $0.currency = "CAD"
            })
    }

    package static func failure(_ payment: String, _ order: String, _ amount: Int64) -> Body {
        .paymentFailed(
            .with {
                $0.payment = payment
                $0.order = order
                $0.institution = "815"
                $0.amountMinor = amount
                $0.currency = "CAD"
                $0.reason = "refused"
            })
    }

    package static func payBack(_ payment: String, _ order: String, _ amount: Int64, _ institution: String = "815")
        -> Body
    {
        .paymentRefunded(
            .with {
                $0.payment = payment
                $0.order = order
                $0.institution = institution
                $0.amountMinor = amount
                $0.currency = "CAD"
            })
    }

    package static func settlement(
        _ institution: String, day: String, gross: Int64, fees: Int64 = 0
    ) -> Body {
        .fundsSettled(
            .with {
                $0.institution = institution
                $0.captureDate = day
                $0.grossMinor = gross
                $0.feesMinor = fees
                $0.valueDate = day
                $0.currency = "CAD"
            })
    }

    package static func payout(_ payout: String, _ payee: String, _ amount: Int64, _ institution: String = "815")
        -> Body
    {
        .payoutInstructed(
            .with {
                $0.payout = payout
                $0.payee = payee
                $0.institution = institution
                $0.amountMinor = amount
                $0.currency = "CAD"
            })
    }

    package static func payoutSettled(_ payout: String) -> Body { .payoutSettled(.with { $0.payout = payout }) }

    package static func remittance(
        _ tax: String, _ amount: Int64, _ institution: String = "815", through end: String = "2017-01-02"
    ) -> Body {
        .taxRemitted(
            .with {
                $0.tax = tax
                $0.institution = institution
                $0.amountMinor = amount
                $0.currency = "CAD"
                $0.periodEndDate = end
            })
    }
}
