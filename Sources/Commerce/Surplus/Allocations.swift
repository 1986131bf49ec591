package import Accounting
import Bytes
import Events
import Index

/// The general meeting's resolution on a year's surplus (C-67.2 s.143).
enum Allocations {
    static func decide(_ body: AllocationResolvedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let (year, record) = try closedYear(body.fiscalYear, book, views)
        guard !record.isResolved else {
            throw Refusal(
                .duplicate, "fiscalYear", Int64(year), Text("excédents déjà affectés", "surplus already allocated"),
                accepted: Text("un exercice non affecté", "a year not yet allocated"))
        }
        try Check.currency(body.currency, book)
        _ = try Check.date(body.meetingDate, "meetingDate")
        try Check.name(body.resolution, "resolution", max: 64)
        try Check.equal(
            body.surplusMinor, record.surplusMinor, "surplusMinor",
            Text("excédents de l’exercice clos", "surplus of the closed year"))
        try Check.text(body.rulesVersion, "rulesVersion", max: 64)
        guard let rules = book.allocationRules(at: fact.effectiveAtUs) else {
            throw Refusal(
                .notAllowed, "fiscalYear", Int64(year),
                Text("aucune règle d’affectation n’est adoptée", "no allocation rule was adopted"),
                accepted: Text("une policyAdopted avec allocation", "a policyAdopted with allocation"))
        }
        let base = views.allocationBase(book, year: year, record)
        do throws(AllocationRefusal) {
            try AllocationLaw.check(plan(body), base: base, rule: rules.rule)
        } catch {
            throw Refusal(
                .notAllowed, error.field, error.valueMinor, Text(french(error), "\(error.reason) (\(error.rule))"),
                accepted: accepted(error))
        }
        if plan(body).dividendsCashMinor + plan(body).dividendsSharesMinor > 0 {
            try Check.fits("dividendsCashMinor") { () throws(MoneyError) in
                _ = try views.dividendPlan(
                    book, year: year, cashMinor: body.dividendsCashMinor, sharesMinor: body.dividendsSharesMinor, rules: rules)
            }
        }
    }

    static func closedYear(_ value: UInt32, _ book: Book, _ views: Views) throws(Refusal) -> (UInt16, FiscalYearRecord) {
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
            communityMinor: body.communityMinor)
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

    private static func french(_ refusal: AllocationRefusal) -> String {
        let rule = refusal.rule.replacing("s.", with: "art. ")
        switch refusal.code {
        case .negativePart: return "une part de l’affectation n’est jamais négative (\(rule))"
        case .sumDiffers: return "les parts ne font pas la somme des excédents (\(rule))"
        case .noSurplus: return "l’exercice n’a pas d’excédents à affecter (\(rule))"
        case .reserveTooSmall: return "la part versée à la réserve est sous le plancher (\(rule))"
        case .reserveAndSharesTooSmall: return "la réserve et les ristournes en parts sont sous le plancher (\(rule))"
        case .dividendsTooLarge: return "les ristournes viennent des seules opérations avec les membres (\(rule))"
        case .nonMemberSurplusNotReserved: return "les excédents des opérations avec des tiers vont à la réserve (\(rule))"
        default: return "les opérations avec les membres sont une part du tout (\(rule))"
        }
    }

    static func fold(_ body: AllocationResolvedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let year = UInt16(exactly: body.fiscalYear), var record = views.fiscalYear(year, book)
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
    }
}

extension Views {
    /// What the law compares an allocation with: surplus, business with members, equity and debts at the year's end.
    package func allocationBase(_ book: Book, year: UInt16, _ record: FiscalYearRecord) -> AllocationBase {
        var equity: Int64 = 0
        var debts: Int64 = 0
        for line in balances(book, through: record.lastDay) {
            let owed = line.sums.second &- line.sums.first
            switch accountClass(line.account, book: book.id) {
            case .equity: equity &+= owed
            case .liabilities: debts &+= owed
            default: break
            }
        }
        let business = business(book, year: year)
        return AllocationBase(
            surplusMinor: record.surplusMinor, memberBusinessMinor: business.members, totalBusinessMinor: business.total,
            equityMinor: equity, debtsMinor: max(0, debts))
    }
}
