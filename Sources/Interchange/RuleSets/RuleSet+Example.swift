import Accounting
import Commerce
import Events

extension RuleSet {
    /// An example, not law: one harmonised tax of 13 % (as in Ontario; 5 % on printed books) and a split of the surplus after Mondragon's custom, at least
    /// 45 % to the reserve, at most 45 % to members, at least 10 % to the community (DOMAIN §2). It shows that rules are data; it is no advice.
    package static var exampleHstMondragon: RuleSet {
        RuleSet(
            name: "example-hst-mondragon",
            summary: Text(
                "EXEMPLE, non une loi : TVH 13 %, réserve 45 %, ristournes 45 % au plus, collectivité 10 %",
                "EXAMPLE, not law: HST 13 %, reserve 45 %, dividends at most 45 %, community 10 %")
        ) { terms in
            [
                RulePolicies.torontoCalendar(terms.calendarYears),
                RulePolicies.taxes(
                    "CA-ON",
                    terms.taxedClasses.map { ("hst", $0, RatePpm(130_000)) } + [("hst", .printedBook, RatePpm(50_000))]),
                RulePolicies.commission(terms.commission),
                RulePolicies.allocation { allocation in
                    allocation.reserveMinPpm(450_000)
                    allocation.reserveAndSharesMinPpm(450_000)
                    // The floors bind however much equity there is.
                    allocation.equityToDebtsPpm(.max)
                    RulePolicies.groups(terms.groups, allocation)
                    allocation.rulesVersion("example-hst-mondragon")
                    allocation.communityMinPpm(100_000)
                    allocation.dividendsMaxPpm(450_000)
                    allocation.cappedByCategory(true)
                },
                RulePolicies.withholding,
            ]
        }
    }

}
