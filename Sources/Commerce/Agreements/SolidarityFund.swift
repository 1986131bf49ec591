import Accounting
import Bytes
import Events
import Index

/// The fund that member cooperatives feed from their surplus and that helps them, and nobody else.
///
/// The law gives the surplus of a closed year to the general meeting alone (C-67.2 s.143): nothing may leave it before. A contribution is
/// therefore an expense of the running year, measured by the surplus of a year that is closed, once for each.
enum SolidarityFund {
    /// The policy's field in PolicyAdopted.
    static let policyField = 14

    static func decide(contributed body: SolidarityContributedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try AgreementReference.contribution.decide(body.contribution, "contribution", book, views)
        guard
            let policy = book.policy(
                SolidarityPolicyView.self, policyField, at: fact.effectiveAtUs, knownAt: fact.sequence)
        else {
            throw Refusal(
                .notAllowed, "fundBook", body.fundBook,
                Text("aucune politique de solidarité n’est adoptée", "no solidarity policy was adopted"),
                accepted: Text("une policyAdopted avec solidarity", "a policyAdopted with solidarity"))
        }
        guard body.fundBook == policy.fundBook else {
            throw Refusal(
                .conflict, "fundBook", body.fundBook,
                Text("ce n’est pas le fonds de la politique en vigueur", "not the fund of the policy in force"),
                accepted: Text(policy.fundBook.string, policy.fundBook.string))
        }
        _ = try Check.counterpart(body.fundBook, "fundBook", fact, book, views)
        let (year, record) = try Allocations.closedYear(body.fiscalYear, book, views)
        if let before = views.number(yearKey(year, book, views)) {
            throw Refusal(
                .duplicate, "fiscalYear", Int64(year),
                Text("la contribution est à l’événement \(before)", "the contribution is event \(before)"),
                accepted: Text("une contribution par exercice", "one contribution a year"))
        }
        try Check.currency(body.currency, book)
        guard record.surplusMinor > 0 else {
            throw Refusal(
                .notAllowed, "fiscalYear", Int64(year),
                Text("l’exercice n’a pas d’excédents", "the year has no surplus"),
                accepted: Text("un exercice avec des excédents", "a year with a surplus"))
        }
        let right = try Check.fits("amountMinor") { () throws(MoneyError) in
            try RatePpm(policy.contributionPpm).applied(to: record.surplusMinor)
        }
        try Check.equal(
            body.amountMinor, right, "amountMinor",
            Text("part des excédents selon la politique", "part of the surplus by the policy"))
        try Check.positive(body.amountMinor, "amountMinor")
    }

    static func fold(contributed body: SolidarityContributedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let fund = views.book(body.fundBook), let year = UInt16(exactly: body.fiscalYear)
        else { return views.noBook(fact) }
        AgreementReference.contribution.fold(body.contribution, fact, book, views)
        views.putNumber(yearKey(year, book, views), fact.sequence)
        views.addCounters(fundKey(fund, book, views), body.amountMinor, 0)
        views.debit(book, .solidarity, body.amountMinor)
        views.credit(fund, .solidarityFund, body.amountMinor)
        views.owe(book, to: fund, book.currency.rawValue, body.amountMinor, fact)
        views.addIntercoopChange(fund, fund, fund.currency.rawValue, body.amountMinor, fact)
        views.mirror(book, fund, .solidarity, book.currency.rawValue, body.amountMinor, fact)
        Agreements.touchBoth(book, fund, fact, views)
    }

    static func decide(granted body: SolidarityGrantedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let fund = try Check.book(fact)
        try AgreementReference.grant.decide(body.grant, "grant", fund, views)
        let other = try Check.counterpart(body.beneficiaryBook, "beneficiaryBook", fact, fund, views)
        guard views.index.counters(fundKey(fund, other, views)).first > 0 else {
            throw Refusal(
                .notAllowed, "beneficiaryBook", body.beneficiaryBook,
                Text("cette coopérative ne contribue pas au fonds", "this cooperative does not feed the fund"),
                accepted: Text("une coopérative qui a contribué", "a cooperative that has contributed"))
        }
        try Check.currency(body.currency, fund)
        try Check.currency(body.currency, other)
        try Check.positive(body.amountMinor, "amountMinor")
        if let first = views.firstContribution(of: other, to: fund) {
            try Check.notBefore(
                fact, first.us, of: first.sequence,
                what: Text("sa première contribution", "its first contribution"))
        }
        let holding = -views.balance(book: fund, .solidarityFund)
        try Check.atMost(
            body.amountMinor, holding, "amountMinor", Text("plus que l’avoir du fonds", "more than the fund has"))
        try Check.stood(
            body.amountMinor, of: holding, fund, fund, fund.currency.rawValue,
            Text("l’avoir du fonds", "the fund had it"), fact, views)
        try Check.name(body.purpose, "purpose", max: 500)
        try Check.name(body.resolution, "resolution", max: 64)
    }

    static func fold(granted body: SolidarityGrantedView, _ fact: Fact, _ views: Views) {
        guard let fund = fact.book, let other = views.book(body.beneficiaryBook) else { return views.noBook(fact) }
        AgreementReference.grant.fold(body.grant, fact, fund, views)
        views.addCounters(fundKey(fund, other, views), 0, body.amountMinor)
        views.debit(fund, .solidarityFund, body.amountMinor)
        views.credit(other, .otherRevenue, body.amountMinor)
        views.owe(fund, to: other, fund.currency.rawValue, body.amountMinor, fact)
        views.addIntercoopChange(fund, fund, fund.currency.rawValue, -body.amountMinor, fact)
        views.mirror(other, fund, .otherRevenue, other.currency.rawValue, -body.amountMinor, fact)
        Agreements.touchBoth(fund, other, fact, views)
    }

    private static func yearKey(_ year: UInt16, _ book: Book, _ views: Views) -> Bytes {
        views.key.begin(.solidarityYear).u16(book.id).u16(year).bytes
    }

    private static func fundKey(_ fund: Book, _ contributor: Book, _ views: Views) -> Bytes {
        views.key.begin(.solidarity).u16(fund.id).u16(contributor.id).bytes
    }
}

extension Views {
    /// The contribution of a cooperative to a fund that was effective first.
    ///
    /// - Complexity: O(years that it contributed for).
    fileprivate func firstContribution(of contributor: Book, to fund: Book) -> (us: Int64, sequence: UInt64)? {
        var sequences: [UInt64] = []
        let rows = index.rows(prefix: key.begin(.solidarityYear).u16(contributor.id).bytes)
        while rows.next() {
            var reader = RecordReader(rows.value)
            sequences.append(reader.unsigned())
        }
        return sequences.filter { body(SolidarityContributedView.self, of: $0)?.fundBook.string == fund.name }
            .map { (us: effectiveAtUs($0), sequence: $0) }.min { $0.us < $1.us }
    }
}

extension Policies {
    static func decide(solidarity policy: SolidarityPolicyView, _ fact: Fact, _ book: Book, _ views: Views)
        throws(Refusal)
    {
        let fund = try Check.cooperative(policy.fundBook, "solidarity.fundBook", views)
        guard fund.id != book.id else {
            throw Refusal(
                .notAllowed, "solidarity.fundBook", policy.fundBook,
                Text("une coopérative ne contribue pas à elle-même", "a cooperative does not feed itself"),
                accepted: Text("le livre du fonds", "the fund's book"))
        }
        guard fund.currency == book.currency else {
            throw Refusal(
                .notAllowed, "solidarity.fundBook", policy.fundBook,
                Text("le fonds tient ses comptes dans une autre monnaie", "the fund's books are in another currency"),
                accepted: Text("un fonds en \(book.currency.code)", "a fund in \(book.currency.code)"))
        }
        try rate(policy.contributionPpm, "solidarity.contributionPpm")
    }
}
