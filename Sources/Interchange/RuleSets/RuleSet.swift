package import Accounting
package import Commerce
package import Events

/// One policy of a rule set.
package struct RulePolicy {
    /// Its part of the idempotency key: "policy-taxes".
    package let key: StaticString
    /// Writes the body of PolicyAdopted.
    package let write: (PolicyAdoptedWriter) -> Void
}

/// The policies that a new cooperative adopts, all in force from its founding on. Data that goes into the log, never constants of a rule.
package struct RuleSet {
    /// What `coop found --rules` calls it.
    package let name: String
    /// What it is and where it comes from.
    package let summary: Text
    /// In the order in which they are recorded.
    package let policies: (RuleSetTerms) -> [RulePolicy]

    package static var all: [RuleSet] { [quebec, exampleHstMondragon] }

    package static func named(_ name: String) -> RuleSet? { all.first { $0.name == name } }
}

/// What the same rules leave to each cooperative.
package struct RuleSetTerms {
    /// The years whose changes of offset from UTC are recorded.
    package var calendarYears = 2015...2035
    /// Parts per million of an order's merchandise.
    package var commission = RatePpm(40_000)
    /// Shares of the dividends by group, in parts per million; they sum to a million.
    package var groups: [(Group, UInt32)] = [(.consumer, 1_000_000)]
    /// Classes of supply taxed at the full rates.
    package var taxedClasses: [TaxClass] = [.standard, .digital, .transport]

    package init() {}
}

/// The policies that several rule sets are made of.
enum RulePolicies {
    /// Local days of Toronto and Montréal.
    static func torontoCalendar(_ years: ClosedRange<Int>) -> RulePolicy {
        RulePolicy(key: "policy-calendar") { policy in
            policy.calendar { calendar in
                for change in BookCalendar.torontoOffsets(years: years) {
                    calendar.offsets {
                        $0.from { $0.write(microseconds: change.fromUs) }
                        $0.offsetSeconds(change.offsetSeconds)
                    }
                }
            }
        }
    }

    static func taxes(_ jurisdiction: StaticString, _ rates: [(StaticString, TaxClass, RatePpm)]) -> RulePolicy {
        RulePolicy(key: "policy-taxes") { policy in
            policy.taxes { taxes in
                taxes.jurisdiction("\(jurisdiction)")
                for (tax, taxClass, rate) in rates {
                    taxes.rates {
                        $0.tax("\(tax)")
                        $0.taxClass(taxClass)
                        $0.ratePpm(rate.ppm)
                    }
                }
                taxes.basis(.order)
            }
        }
    }

    static func commission(_ rate: RatePpm) -> RulePolicy {
        RulePolicy(key: "policy-commission") { policy in policy.commission { $0.ratePpm(rate.ppm) } }
    }

    static func allocation(_ write: @escaping (AllocationPolicyWriter) -> Void) -> RulePolicy {
        RulePolicy(key: "policy-allocation") { policy in policy.allocation { write($0) } }
    }

    static func groups(_ groups: [(Group, UInt32)], _ allocation: AllocationPolicyWriter) {
        for (group, share) in groups {
            allocation.groups {
                $0.group(group)
                $0.sharePpm(share)
            }
        }
    }

    /// Income tax withheld from patronage dividends: 15 % above 100 dollars a year (ITA 135(3)).
    static var withholding: RulePolicy {
        RulePolicy(key: "policy-withholding") { policy in
            policy.withholding {
                $0.ratePpm(150_000)
                $0.exemptMinor(10_000)
            }
        }
    }
}
