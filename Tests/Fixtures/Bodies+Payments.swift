import Accounting
package import Events
import SwiftProtobuf

extension Body {
    package static func taxes(of jurisdiction: String, _ rates: [(String, TaxClass, UInt32)]) -> Body {
        .policyAdopted(
            .with {
                $0.taxes.jurisdiction = jurisdiction
                $0.taxes.basis = .order
                $0.taxes.rates = rates.map { rate in
                    TaxRate.with {
                        $0.tax = rate.0
                        $0.taxClass = rate.1
                        $0.ratePpm = rate.2
                    }
                }
            })
    }

    package static func limits(credit: Int64 = 0, daily: Int64 = 0, payout: Int64 = 0) -> Body {
        .policyAdopted(
            .with {
                $0.limits.memberCreditMinor = credit
                $0.limits.institutionDailyMinor = daily
                $0.limits.payoutMinor = payout
            })
    }

    package static func chargebackRule(_ bearer: ChargebackBearer) -> Body {
        .policyAdopted(.with { $0.chargebacks.bearer = bearer })
    }

    /// - Parameter expires: RFC 3339.
    package static func authorization(
        _ name: String, _ order: String, _ amount: Int64, expires: String, _ institution: String = "815",
        currency: String = "CAD"
    ) -> Body {
        .paymentAuthorized(
            .with {
                $0.authorization = name
                $0.order = order
                $0.institution = institution
                $0.amountMinor = amount
                $0.currency = currency
                let us = Story.us(expires)
                $0.expiresAt = .with {
                    $0.seconds = us / 1_000_000
                    $0.nanos = Int32(us % 1_000_000) * 1_000
                }
            })
    }

    package static func voiding(_ name: String) -> Body { .authorizationVoided(.with { $0.authorization = name }) }

    package static func expiry(_ name: String) -> Body { .authorizationExpired(.with { $0.authorization = name }) }

    package static func capture(
        _ payment: String, _ order: String, _ amount: Int64, _ institution: String = "815", on authorization: String
    ) -> Body {
        .paymentCaptured(
            .with {
                $0.payment = payment
                $0.order = order
                $0.institution = institution
                $0.amountMinor = amount
                $0.currency = "CAD"
                $0.authorization = authorization
            })
    }

    package static func payBack(_ payment: String, _ order: String, _ amount: Int64, toCard card: String) -> Body {
        .paymentRefunded(
            .with {
                $0.payment = payment
                $0.order = order
                $0.amountMinor = amount
                $0.currency = "CAD"
                $0.card = card
            })
    }

    package static func giftCard(_ card: String, _ buyer: String, _ amount: Int64, _ institution: String = "815")
        -> Body
    {
        .giftCardSold(
            .with {
                $0.card = card
                $0.buyer = buyer
                $0.institution = institution
                $0.amountMinor = amount
                $0.currency = "CAD"
            })
    }

    package static func redeem(_ card: String, _ payment: String, _ order: String, _ amount: Int64) -> Body {
        .giftCardRedeemed(
            .with {
                $0.card = card
                $0.payment = payment
                $0.order = order
                $0.amountMinor = amount
                $0.currency = "CAD"
            })
    }

    package static func chargeback(
        _ name: String, _ order: String, _ amount: Int64, _ institution: String = "815", fee: Int64 = 0
    ) -> Body {
        .chargebackReceived(
            .with {
                $0.chargeback = name
                $0.order = order
                $0.institution = institution
                $0.amountMinor = amount
                $0.currency = "CAD"
                $0.feeMinor = fee
                $0.reason = "4853"
            })
    }

    /// Of a payment that was of no order, by its sequence.
    package static func chargeback(
        _ name: String, ofPayment sequence: UInt64, _ amount: Int64, _ institution: String = "815", fee: Int64 = 0
    ) -> Body {
        guard case .chargebackReceived(var body) = chargeback(name, "", amount, institution, fee: fee) else {
            return identity("")
        }
        body.paymentSequence = sequence
        return .chargebackReceived(body)
    }

    package static func chargebackReversal(_ name: String, _ amount: Int64, _ institution: String = "815") -> Body {
        .chargebackReversed(
            .with {
                $0.chargeback = name
                $0.institution = institution
                $0.amountMinor = amount
                $0.currency = "CAD"
            })
    }

    package static func payout(
        _ payout: String, _ payee: String, _ amount: Int64, _ institution: String = "815", of account: String
    ) -> Body {
        .payoutInstructed(
            .with {
                $0.payout = payout
                $0.payee = payee
                $0.institution = institution
                $0.amountMinor = amount
                $0.currency = "CAD"
                $0.account = account
            })
    }

    package static func payoutReturn(_ payout: String, _ code: String = "902") -> Body {
        .payoutReturned(
            .with {
                $0.payout = payout
                $0.returnCode = code
            })
    }

    /// - Parameter total: the sum of lines and taxes where it is not given.
    package static func supplierInvoice(
        _ invoice: String, _ supplier: String, _ lines: [(String, Int64)], taxes: [(String, Int64)] = [],
        total: Int64? = nil, due: String = "2017-04-30"
    ) -> Body {
        .supplierInvoiced(
            .with {
                $0.invoice = invoice
                $0.supplier = supplier
                $0.currency = "CAD"
                $0.lines = lines.map { line in
                    SupplierLine.with {
                        $0.account = line.0
                        $0.amountMinor = line.1
                    }
                }
                $0.taxes = amounts(taxes)
                $0.totalMinor = total ?? lines.reduce(0) { $0 + $1.1 } + taxes.reduce(0) { $0 + $1.1 }
                $0.dueDate = due
            })
    }

    package static func remittance(
        _ tax: String, _ amount: Int64, recovered: Int64, through end: String = "2017-01-02"
    ) -> Body {
        .taxRemitted(
            .with {
                $0.tax = tax
                $0.institution = "815"
                $0.amountMinor = amount
                $0.currency = "CAD"
                $0.periodEndDate = end
                $0.recoveredMinor = recovered
            })
    }

    /// A purchase made elsewhere than the book's own jurisdiction.
    package static func purchase(
        _ order: String, _ buyer: String, _ lines: [PurchaseLine], taxes: [(String, Int64)] = [], in place: String
    ) -> Body {
        guard case .purchasePlaced(var body) = purchase(order, buyer, lines, taxes: taxes) else { return identity("") }
        body.jurisdiction = place
        return .purchasePlaced(body)
    }
}

extension Body {
    /// The sponsor pays discounts up to a limit; see `Event.by` for who agrees to it.
    package static func sponsorship(_ sponsor: String, _ limit: Int64) -> Body {
        .policyAdopted(
            .with {
                $0.sponsorship.sponsor = sponsor
                $0.sponsorship.limitMinor = limit
            })
    }

    package static func collection(
        _ payment: String, _ debtor: String, _ amount: Int64, _ institution: String = "815", of account: String = ""
    ) -> Body {
        .debtCollected(
            .with {
                $0.account = account
                $0.payment = payment
                $0.debtor = debtor
                $0.institution = institution
                $0.amountMinor = amount
                $0.currency = "CAD"
            })
    }
}

extension PurchaseLine {
    /// The line with a discount that a party pays through the cooperative.
    package func sponsored(_ funder: Funder, _ party: String, _ amount: Int64) -> PurchaseLine {
        var line = self
        line.discounts.append(
            .with {
                $0.funder = funder
                $0.funderParty = party
                $0.amountMinor = amount
            })
        return line
    }
}
