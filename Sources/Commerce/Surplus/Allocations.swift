package import Accounting
import Bytes
import Events
import Index

/// The general meeting's resolution on a year's surplus (C-67.2 s.143).
package enum Allocations {
    static func decide(_ body: AllocationResolvedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let (year, record) = try closedYear(body.fiscalYear, book, views)
        guard !record.isResolved else {
            throw Refusal(
                .duplicate, "fiscalYear", Int64(year), Text("excédents déjà affectés", "surplus already allocated"),
                accepted: Text("un exercice non affecté", "a year not yet allocated"))
        }
        try Check.currency(body.currency, book)
        try decide(meeting: body.meetingDate, record, fact)
        try Check.name(body.resolution, "resolution", max: 64)
        guard body.minutesSha256.isEmpty || body.minutesSha256.count == 32 else {
            throw Refusal(
                .malformed, "minutesSha256", "",
                Text("\(body.minutesSha256.count) octets", "\(body.minutesSha256.count) bytes"),
                accepted: Text(
                    "le SHA-256 du procès-verbal : 32 octets, ou rien", "the SHA-256 of the minutes: 32 bytes, or none")
            )
        }
        guard record.surplusMinor >= 0 else {
            throw Refusal(
                .notAllowed, "fiscalYear", Int64(year),
                Text(
                    "l’exercice a un déficit, que la réserve a absorbé",
                    "the year has a deficit, which the reserve has borne"),
                accepted: Text("un exercice avec des excédents", "a year with a surplus"))
        }
        try Check.equal(
            body.surplusMinor, views.allocatable(book, record), "surplusMinor",
            Text(
                "excédents de l’exercice moins l’intérêt des parts privilégiées (C-67.2, art. 143)",
                "surplus of the year less the interest on preferred shares (C-67.2 s.143)"))
        guard let rules = book.allocationRules(at: fact.effectiveAtUs, knownAt: fact.sequence) else {
            throw Refusal(
                .notAllowed, "fiscalYear", Int64(year),
                Text("aucune règle d’affectation n’est adoptée", "no allocation rule was adopted"),
                accepted: Text("une policyAdopted avec allocation", "a policyAdopted with allocation"))
        }
        guard body.rulesVersion.string == rules.rulesVersion else {
            throw Refusal(
                .conflict, "rulesVersion", body.rulesVersion,
                Text("ce ne sont pas les règles en vigueur", "not the rules in force"),
                accepted: Text(rules.rulesVersion, rules.rulesVersion))
        }
        let base = views.allocationBase(book, year: year, record, rules)
        do throws(AllocationRefusal) {
            try AllocationLaw.check(plan(body), base: base, rule: rules.rule)
        } catch {
            throw Refusal(
                .notAllowed, error.field, error.valueMinor, Text(french(error), "\(error.reason) (\(error.rule))"),
                accepted: accepted(error))
        }
        if plan(body).dividendsMinor > 0 {
            do throws(MoneyError) {
                _ = try views.dividendPlan(book, year: year, plan(body), rules: rules)
            } catch {
                throw Refusal(
                    .notAllowed, "dividendsCashMinor", body.dividendsCashMinor,
                    Text("un groupe n’a fait aucune opération dans l’exercice", "a group did no business in the year"),
                    accepted: Text("une affectation sans ristournes", "an allocation without dividends"))
            }
        }
    }

    /// The meeting comes after the year that it allocates, and what it resolves not before it, nor before the interest that the surplus is less by.
    private static func decide(meeting date: Bytes, _ record: FiscalYearRecord, _ fact: Fact) throws(Refusal) {
        let meeting = try Check.date(date, "meetingDate")
        guard meeting.daysSinceEpoch > record.lastDay else {
            let first = CivilDate(clampingDays: Int64(record.lastDay) + 1).text
            throw Refusal(
                .outOfRange, "meetingDate", date,
                Text("avant la fin de l’exercice qu’elle affecte", "before the end of the year that it allocates"),
                accepted: Text("le \(first) ou plus tard", "\(first) or later"))
        }
        guard fact.day >= meeting.daysSinceEpoch else {
            throw Refusal(
                .outOfRange, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("avant l’assemblée", "before the meeting"),
                accepted: Text("le \(meeting.text) ou plus tard", "\(meeting.text) or later"))
        }
        try Check.notBefore(
            fact, record.interestAtUs, of: record.interestSequence,
            what: Text("l’intérêt des parts privilégiées", "the interest on preferred shares"))
    }

    static func closedYear(_ value: UInt32, _ book: Book, _ views: Views) throws(Refusal) -> (UInt16, FiscalYearRecord)
    {
        guard let year = UInt16(exactly: value), let record = views.fiscalYear(year, book) else {
            throw Refusal(
                .unknown, "fiscalYear", Int64(value), Text("exercice non clos", "fiscal year not closed"),
                accepted: Text("un exercice clos par fiscalYearClosed", "a year that fiscalYearClosed closed"))
        }
        return (year, record)
    }

    static func plan(_ body: AllocationResolvedView) -> AllocationPlan {
        AllocationPlan(
            reserveMinor: body.reserveMinor, reserveForRebatesMinor: body.reserveForRebatesMinor,
            dividendsCashMinor: body.dividendsCashMinor, dividendsSharesMinor: body.dividendsSharesMinor,
            communityMinor: body.communityMinor, deficitMinor: body.deficitMinor)
    }

    private static func accepted(_ refusal: AllocationRefusal) -> Text {
        switch (refusal.leastMinor, refusal.mostMinor) {
        case (let least?, let most?) where least == most: Text("exactement \(least)", "exactly \(least)")
        case (let least?, let most?): Text("de \(least) à \(most)", "\(least) to \(most)")
        case (let least?, nil): Text("au moins \(least)", "at least \(least)")
        case (nil, let most?): Text("au plus \(most)", "at most \(most)")
        case (nil, nil): Text("des chiffres cohérents", "consistent figures")
        }
    }

    /// The reason of a refusal in French.
    package static func french(_ refusal: AllocationRefusal) -> String {
        let rule = refusal.rule.replacing("s.", with: "art. ")
        switch refusal.code {
        case .negativePart: return "une part de l’affectation n’est jamais négative (\(rule))"
        case .sumDiffers: return "les parts ne font pas la somme des excédents (\(rule))"
        case .noSurplus: return "l’exercice n’a pas d’excédents à affecter (\(rule))"
        case .reserveTooSmall: return "la part versée à la réserve est sous le plancher (\(rule))"
        case .reserveAndSharesTooSmall: return "la réserve et les ristournes en parts sont sous le plancher (\(rule))"
        case .dividendsTooLarge: return "les ristournes viennent des seules opérations avec les membres (\(rule))"
        case .nonMemberSurplusNotReserved:
            return "les excédents des opérations avec des tiers vont à la réserve (\(rule))"
        case .deficitTooLarge: return "aucun déficit de cette taille n’est à combler (\(rule))"
        case .deficitFirst: return "les déficits antérieurs se comblent d’abord (\(rule))"
        case .communityTooSmall: return "la part de la collectivité est sous le plancher que fixe la politique"
        case .dividendsAboveMost: return "les ristournes dépassent le plafond que fixe la politique"
        case .reserveNotPositive: return "la politique veut une réserve générale positive avant toute ristourne"
        default: return "les opérations avec les membres sont une part du tout (\(rule))"
        }
    }

    static func fold(_ body: AllocationResolvedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let year = UInt16(exactly: body.fiscalYear),
            var record = views.fiscalYear(year, book)
        else { return views.noBook(fact) }
        record.isResolved = true
        record.resolvedSequence = fact.sequence
        record.plan = plan(body)
        views.put(views.key.begin(.fiscalYear).u16(book.id).u16(year).bytes, record)
        views.debit(book, .surplus, body.surplusMinor)
        views.credit(book, .reserve, body.reserveMinor)
        views.credit(book, .reserveForRebates, body.reserveForRebatesMinor)
        views.credit(book, .dividendsPayable, body.dividendsCashMinor + body.dividendsSharesMinor)
        views.credit(book, .communityPayable, body.communityMinor)
        views.credit(book, .deficit, body.deficitMinor)
    }
}

extension Views {
    /// The surplus that the meeting allocates: the closed year's, less the interest allocated on its preferred shares and what manual
    /// entries took from it since (C-67.2 s.143). The surplus of other years that wait for their meeting is left alone.
    package func allocatable(_ book: Book, _ record: FiscalYearRecord) -> Int64 {
        if record.isResolved { return record.plan.afterDeficitMinor &+ record.plan.deficitMinor }
        guard record.surplusMinor > 0 else { return record.surplusMinor }
        var waiting: Int64 = 0
        let rows = index.rows(prefix: key.begin(.fiscalYear).u16(book.id).bytes)
        while rows.next() {
            var reader = RecordReader(rows.value)
            let other = FiscalYearRecord(&reader)
            if !other.isResolved, other.surplusMinor > 0 { waiting &+= other.afterInterestMinor }
        }
        return record.afterInterestMinor &+ (-balance(book: book, .surplus) &- waiting)
    }

    /// What the law compares an allocation with: surplus, business with members, equity and debts at the year's end, and the deficits
    /// and the reserve as they stand.
    package func allocationBase(
        _ book: Book, year: UInt16, _ record: FiscalYearRecord, _ rules: AllocationRules
    ) -> AllocationBase {
        var equity: Int64 = 0
        var debts: Int64 = 0
        // What is held in other currencies is carried in the book's own on assets:currency-exchange, debts taken off.
        for line in balances(book, through: record.lastDay) where line.currency == book.currency.rawValue {
            let owed = line.sums.second &- line.sums.first
            switch accountClass(line.account, book: book.id) {
            case .equity: equity &+= owed
            case .liabilities: debts &+= owed
            default: break
            }
        }
        let business = business(book, year: year)
        return AllocationBase(
            surplusMinor: allocatable(book, record), memberBusinessMinor: business.members,
            totalBusinessMinor: business.total, equityMinor: equity, debtsMinor: max(0, debts),
            deficitMinor: max(0, balance(book: book, .deficit)), reserveMinor: -balance(book: book, .reserve),
            categories: rules.isCappedByCategory ? categories(book, year: year, rules) : [])
    }
}
