package import Events
import SwiftProtobuf

extension Body {
    /// GST 5 %, QST 9.975 %; a printed book bears GST alone (DOMAIN §3).
    package static func taxes(_ basis: TaxBasis = .order, qstPpm: UInt32 = 99_750) -> Body {
        taxes(basis, [("gst", .standard, 50_000), ("gst", .printedBook, 50_000), ("qst", .standard, qstPpm)])
    }

    package static func taxes(_ basis: TaxBasis, _ rates: [(String, TaxClass, UInt32)]) -> Body {
        .policyAdopted(
            .with {
                $0.taxes.jurisdiction = "CA-QC"
                $0.taxes.basis = basis
                $0.taxes.rates = rates.map { rate in
                    TaxRate.with {
                        $0.tax = rate.0
                        $0.taxClass = rate.1
                        $0.ratePpm = rate.2
                    }
                }
            })
    }

    package static func commission(ppm: UInt32) -> Body { .policyAdopted(.with { $0.commission.ratePpm = ppm }) }

    /// The floors of C-67.2 s.146.
    package static func allocationRule(_ groups: [(Group, UInt32)] = [(.consumer, 1_000_000)]) -> Body {
        .policyAdopted(
            .with {
                $0.allocation.reserveMinPpm = 100_000
                $0.allocation.reserveAndSharesMinPpm = 200_000
                $0.allocation.equityToDebtsPpm = 400_000
                $0.allocation.rulesVersion = "C-67.2"
                $0.allocation.groups = groups.map { group in
                    GroupPatronage.with {
                        $0.group = group.0
                        $0.sharePpm = group.1
                    }
                }
            })
    }

    /// 15 % above 100 dollars a year (ITA 135(3)).
    package static func withholdingRule() -> Body {
        .policyAdopted(
            .with {
                $0.withholding.ratePpm = 150_000
                $0.withholding.exemptMinor = 10_000
            })
    }

    /// Five hours behind UTC, all year.
    package static func calendar(offsetSeconds: Int32 = -18_000) -> Body {
        .policyAdopted(
            .with {
                $0.calendar.offsets = [
                    UtcOffset.with {
                        $0.from = .with { $0.seconds = 0 }
                        $0.offsetSeconds = offsetSeconds
                    }
                ]
            })
    }
}
