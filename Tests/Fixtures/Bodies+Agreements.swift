package import Events
import SwiftProtobuf

extension AgreementFee {
    package static func unit(_ fee: String, _ price: Int64, _ taxClass: TaxClass = .standard) -> AgreementFee {
        .with {
            $0.fee = fee
            $0.basis = .unit
            $0.priceMinor = price
            $0.taxClass = taxClass
        }
    }

    package static func period(_ fee: String, _ price: Int64, _ taxClass: TaxClass = .standard) -> AgreementFee {
        .with {
            $0.fee = fee
            $0.basis = .period
            $0.priceMinor = price
            $0.taxClass = taxClass
        }
    }

    package static func percent(_ fee: String, ppm: UInt32, _ taxClass: TaxClass = .standard) -> AgreementFee {
        .with {
            $0.fee = fee
            $0.basis = .percent
            $0.ratePpm = ppm
            $0.taxClass = taxClass
        }
    }
}

extension InvoiceLine {
    package static func line(_ fee: String, _ quantity: Int64, _ amount: Int64) -> InvoiceLine {
        .with {
            $0.fee = fee
            $0.quantity = quantity
            $0.amountMinor = amount
        }
    }
}

extension Body {
    package static func agreement(
        _ name: String, client: String, kind: AgreementKind = .platform, from: String = "2017-01-01",
        to: String = "", _ fees: [AgreementFee], currency: String = "CAD"
    ) -> Body {
        .agreementSigned(
            .with {
                $0.agreement = name
                $0.clientBook = client
                $0.kind = kind
                $0.startDate = from
                $0.endDate = to
                $0.fees = fees
                $0.currency = currency
            })
    }

    package static func agreementEnd(_ name: String) -> Body {
        .agreementEnded(
            .with {
                $0.agreement = name
                $0.reason = "by common consent"
            })
    }

    /// An invoice whose total is its lines and taxes, unless told otherwise.
    package static func serviceInvoice(
        _ invoice: String, _ agreement: String, from: String, to: String, _ lines: [InvoiceLine],
        taxes: [(String, Int64)] = [], total: Int64? = nil, currency: String = "CAD", worth: Int64 = 0,
        clientWorth: Int64 = 0, rate: String = ""
    ) -> Body {
        .serviceInvoiced(
            .with {
                $0.invoice = invoice
                $0.agreement = agreement
                $0.currency = currency
                $0.fromDate = from
                $0.toDate = to
                $0.lines = lines
                $0.taxes = .listed(taxes)
                $0.totalMinor = total ?? lines.reduce(0) { $0 + $1.amountMinor } + taxes.reduce(0) { $0 + $1.1 }
                $0.bookAmountMinor = worth
                $0.clientBookAmountMinor = clientWorth
                $0.rateSource = rate
            })
    }

    package static func netting(_ name: String, with other: String, _ amount: Int64, currency: String = "CAD") -> Body {
        .balancesNetted(
            .with {
                $0.netting = name
                $0.counterpartBook = other
                $0.currency = currency
                $0.amountMinor = amount
            })
    }

    package static func settlement(
        _ name: String, to other: String, _ amount: Int64, currency: String = "CAD", from institution: String = "815",
        at counterpart: String = "006"
    ) -> Body {
        .intercoopSettled(
            .with {
                $0.settlement = name
                $0.counterpartBook = other
                $0.currency = currency
                $0.amountMinor = amount
                $0.institution = institution
                $0.counterpartInstitution = counterpart
            })
    }

    package static func clientInvoice(
        _ invoice: String, _ client: String, _ amount: Int64, _ taxClass: TaxClass = .standard,
        taxes: [(String, Int64)] = [], currency: String = "CAD", worth: Int64? = nil, rate: String = ""
    ) -> Body {
        .clientInvoiced(
            .with {
                $0.invoice = invoice
                $0.client = client
                $0.currency = currency
                $0.amountMinor = amount
                $0.taxClass = taxClass
                $0.taxes = .listed(taxes)
                $0.totalMinor = amount + taxes.reduce(0) { $0 + $1.1 }
                $0.bookAmountMinor = worth ?? amount
                $0.rateSource = rate
                $0.description_p = "support"
            })
    }

    package static func clientPayment(
        _ invoice: String, _ amount: Int64, currency: String = "CAD", institution: String = "815"
    ) -> Body {
        .clientInvoicePaid(
            .with {
                $0.invoice = invoice
                $0.institution = institution
                $0.amountMinor = amount
                $0.currency = currency
            })
    }

    package static func exchange(
        _ name: String, sold: Int64, _ soldCurrency: String, bought: Int64, _ boughtCurrency: String,
        worth: Int64 = 0, institution: String = "815"
    ) -> Body {
        .currencyExchanged(
            .with {
                $0.exchange = name
                $0.institution = institution
                $0.soldCurrency = soldCurrency
                $0.soldMinor = sold
                $0.boughtCurrency = boughtCurrency
                $0.boughtMinor = bought
                $0.bookAmountMinor = worth
            })
    }

    package static func revaluation(
        _ currency: String, holding: Int64, worth: Int64, rate: String = "Banque du Canada, 2017-12-29"
    ) -> Body {
        .currencyRevalued(
            .with {
                $0.currency = currency
                $0.holdingMinor = holding
                $0.bookAmountMinor = worth
                $0.rateSource = rate
            })
    }

    package static func solidarityPolicy(_ fund: String, ppm: UInt32) -> Body {
        .policyAdopted(
            .with {
                $0.solidarity.fundBook = fund
                $0.solidarity.contributionPpm = ppm
            })
    }

    package static func contribution(
        _ name: String, to fund: String, _ year: UInt32, _ amount: Int64, currency: String = "CAD"
    ) -> Body {
        .solidarityContributed(
            .with {
                $0.contribution = name
                $0.fundBook = fund
                $0.fiscalYear = year
                $0.currency = currency
                $0.amountMinor = amount
            })
    }

    package static func grant(_ name: String, to beneficiary: String, _ amount: Int64, currency: String = "CAD")
        -> Body
    {
        .solidarityGranted(
            .with {
                $0.grant = name
                $0.beneficiaryBook = beneficiary
                $0.currency = currency
                $0.amountMinor = amount
                $0.purpose = "flood at the warehouse"
                $0.resolution = "2018-7"
            })
    }
}

extension [TaxAmount] {
    /// Taxes by name and amount in cents.
    package static func listed(_ taxes: [(String, Int64)]) -> [TaxAmount] {
        taxes.map { tax in
            TaxAmount.with {
                $0.tax = tax.0
                $0.amountMinor = tax.1
            }
        }
    }
}

extension EntryLine {
    /// The same line in another currency.
    package func inCurrency(_ currency: String) -> EntryLine {
        var line = self
        line.currency = currency
        return line
    }
}
