import Accounting
import Commerce
import Events

/// The rates of Québec since 2013.
enum QuebecRates {
    static let gst = RatePpm(50_000)
    static let qst = RatePpm(99_750)
}

extension RuleSet {
    /// Québec: GST 5 % and QST 9.975 %, each on the price before tax; a printed book bears GST alone, basic groceries are zero-rated (DOMAIN §3); the
    /// floors of the Cooperatives Act (C-67.2 s.146); income tax withheld from dividends (ITA 135(3)); local days of Montréal.
    package static var quebec: RuleSet {
        RuleSet(
            name: "quebec",
            summary: Text(
                "Québec : TPS 5 %, TVQ 9,975 %, planchers de C-67.2, art. 146, retenue d’impôt sur les ristournes",
                "Québec: GST 5 %, QST 9.975 %, floors of C-67.2 s.146, income tax withheld from dividends")
        ) { terms in
            [
                RulePolicies.torontoCalendar(terms.calendarYears),
                RulePolicies.taxes("CA-QC", quebecRates(terms.taxedClasses)),
                RulePolicies.commission(terms.commission),
                RulePolicies.allocation { allocation in
                    allocation.reserveMinPpm(100_000)
                    allocation.reserveAndSharesMinPpm(200_000)
                    allocation.equityToDebtsPpm(400_000)
                    RulePolicies.groups(terms.groups, allocation)
                    allocation.rulesVersion("C-67.2")
                    // Whoever buys from producers or workers is no measure of what they did: each group has its own (s.128.1).
                    if terms.groups.contains(where: { $0.0 != .consumer }) { allocation.cappedByCategory(true) }
                },
                RulePolicies.withholding,
            ]
        }
    }

    private static func quebecRates(_ classes: [TaxClass]) -> [(StaticString, TaxClass, RatePpm)] {
        let (gst, qst) = (QuebecRates.gst, QuebecRates.qst)
        var rates: [(StaticString, TaxClass, RatePpm)] = []
        for taxClass in classes { rates.append(("gst", taxClass, gst)) }
        rates.append(("gst", .printedBook, gst))
        for taxClass in classes { rates.append(("qst", taxClass, qst)) }
        return rates
    }
}
