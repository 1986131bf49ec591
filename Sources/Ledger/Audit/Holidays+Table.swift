import Commerce

extension Holiday {
    private static let standards = "CQLR c. N-1.1, s. 60"
    private static let code = "Canada Labour Code, R.S.C. 1985, c. L-2, s. 166"
    private static let holidaysAct = "Holidays Act, R.S.C. 1985, c. H-5"

    /// The holidays of Québec and of Canada, by their acts. A day that both decree stands twice, so that either can be left out.
    package static let table: [Holiday] = [
        Holiday(
            name: Text("jour de l’An", "New Year’s Day"), jurisdiction: .quebec, rule: .fixed(month: 1, day: 1),
            source: standards, since: 1900),
        // The employer chooses one of the two; a test of entries takes both.
        Holiday(
            name: Text("Vendredi saint", "Good Friday"), jurisdiction: .quebec, rule: .easter(days: -2),
            source: standards, since: 1900),
        Holiday(
            name: Text("lundi de Pâques", "Easter Monday"), jurisdiction: .quebec, rule: .easter(days: 1),
            source: standards, since: 1900),
        Holiday(
            name: Text("Journée nationale des patriotes", "National Patriots’ Day"), jurisdiction: .quebec,
            rule: .mondayBefore(month: 5, day: 25), source: standards, since: 1900),
        Holiday(
            name: Text("fête nationale", "National Holiday"), jurisdiction: .quebec,
            rule: .fixed(month: 6, day: 24), source: "CQLR c. F-1.1, s. 2", since: 1978),
        Holiday(
            name: Text("fête du Canada", "Canada Day"), jurisdiction: .quebec,
            rule: .fixedNotSunday(month: 7, day: 1), source: standards, since: 1900),
        Holiday(
            name: Text("fête du Travail", "Labour Day"), jurisdiction: .quebec, rule: .monday(1, month: 9),
            source: standards, since: 1900),
        Holiday(
            name: Text("Action de grâces", "Thanksgiving"), jurisdiction: .quebec, rule: .monday(2, month: 10),
            source: standards, since: 1957),
        Holiday(
            name: Text("Noël", "Christmas"), jurisdiction: .quebec, rule: .fixed(month: 12, day: 25),
            source: standards, since: 1900),
        Holiday(
            name: Text("jour de l’An", "New Year’s Day"), jurisdiction: .canada, rule: .fixed(month: 1, day: 1),
            source: code, since: 1900),
        Holiday(
            name: Text("Vendredi saint", "Good Friday"), jurisdiction: .canada, rule: .easter(days: -2),
            source: code, since: 1900),
        Holiday(
            name: Text("fête de Victoria", "Victoria Day"), jurisdiction: .canada,
            rule: .mondayBefore(month: 5, day: 25), source: holidaysAct + ", s. 4", since: 1953),
        Holiday(
            name: Text("fête du Canada", "Canada Day"), jurisdiction: .canada,
            rule: .fixedNotSunday(month: 7, day: 1), source: holidaysAct + ", s. 2", since: 1900),
        Holiday(
            name: Text("fête du Travail", "Labour Day"), jurisdiction: .canada, rule: .monday(1, month: 9),
            source: code, since: 1900),
        Holiday(
            name: Text("Journée de la vérité et de la réconciliation", "Day for Truth and Reconciliation"),
            jurisdiction: .canada, rule: .fixed(month: 9, day: 30), source: code + " (S.C. 2021, c. 11)", since: 2021),
        Holiday(
            name: Text("Action de grâces", "Thanksgiving"), jurisdiction: .canada, rule: .monday(2, month: 10),
            source: code, since: 1957),
        Holiday(
            name: Text("jour du Souvenir", "Remembrance Day"), jurisdiction: .canada,
            rule: .fixed(month: 11, day: 11), source: holidaysAct + ", s. 3", since: 1931),
        Holiday(
            name: Text("Noël", "Christmas"), jurisdiction: .canada, rule: .fixed(month: 12, day: 25),
            source: code, since: 1900),
        Holiday(
            name: Text("lendemain de Noël", "Boxing Day"), jurisdiction: .canada, rule: .fixed(month: 12, day: 26),
            source: code, since: 1900),
    ]
}
