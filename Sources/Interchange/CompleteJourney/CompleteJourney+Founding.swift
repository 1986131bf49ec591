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
        var terms = RuleSetTerms()
        terms.calendarYears = Terms.calendarYears
        terms.commission = Terms.commission
        // The files sell neither downloads nor rides.
        terms.taxedClasses = [.standard]
        for policy in RuleSet.quebec.policies(terms) {
            try propose(.policyAdopted, at: at, key: Bytes(policy.key)) { event in
                event.policyAdopted { policy.write($0) }
            }
        }
    }
}
