import Accounting
import Bytes
import Events

extension CompleteJourney {
    /// The cooperative and its policies, all effective the first instant of the year.
    func proposeFounding() throws {
        let at = Terms.foundedUs
        try propose(.cooperativeFounded, at: at, key: Bytes("founding")) { event in
            event.cooperativeFounded {
                $0.name("Grand.io")
                $0.legalForm(.solidarity)
                $0.currency(Bytes(Terms.currency))
                $0.timeZone(Terms.timeZone)
                $0.commonSharePriceMinor(Terms.sharePriceMinor)
                $0.clock(.data)
            }
        }
        try propose(.policyAdopted, at: at, key: Bytes("policy-calendar")) { event in
            event.policyAdopted { policy in
                policy.calendar { calendar in
                    for change in self.calendar.changes {
                        calendar.offsets {
                            $0.from { $0.write(microseconds: change.fromUs) }
                            $0.offsetSeconds(change.offsetSeconds)
                        }
                    }
                }
            }
        }
        try proposeTaxes(at: at)
        try propose(.policyAdopted, at: at, key: Bytes("policy-commission")) { event in
            event.policyAdopted { $0.commission { $0.ratePpm(Terms.commission.ppm) } }
        }
        try propose(.policyAdopted, at: at, key: Bytes("policy-allocation")) { event in
            event.policyAdopted { policy in
                policy.allocation { allocation in
                    // C-67.2 s.146.
                    allocation.reserveMinPpm(100_000)
                    allocation.reserveAndSharesMinPpm(200_000)
                    allocation.equityToDebtsPpm(400_000)
                    allocation.groups {
                        $0.group(.consumer)
                        $0.sharePpm(1_000_000)
                    }
                    allocation.rulesVersion("C-67.2")
                }
            }
        }
        try propose(.policyAdopted, at: at, key: Bytes("policy-withholding")) { event in
            event.policyAdopted { policy in
                policy.withholding {
                    // ITA 135(3).
                    $0.ratePpm(150_000)
                    $0.exemptMinor(10_000)
                }
            }
        }
    }

    private func proposeTaxes(at us: Int64) throws {
        let rates: [(StaticString, TaxClass, RatePpm)] = [
            ("gst", .standard, Terms.gst), ("gst", .printedBook, Terms.gst), ("qst", .standard, Terms.qst),
        ]
        try propose(.policyAdopted, at: us, key: Bytes("policy-taxes")) { event in
            event.policyAdopted { policy in
                policy.taxes { taxes in
                    taxes.jurisdiction("CA-QC")
                    for (tax, taxClass, rate) in rates {
                        taxes.rates {
                            $0.tax(Bytes(tax))
                            $0.taxClass(taxClass)
                            $0.ratePpm(rate.ppm)
                        }
                    }
                    taxes.basis(.order)
                }
            }
        }
    }
}
