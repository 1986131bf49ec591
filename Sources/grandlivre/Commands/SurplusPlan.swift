import Accounting
import ArgumentParser
import Commerce
import Events
import Ledger

/// A plan in amounts or in percent of the surplus after deficits; what is left goes to cash dividends.
struct PlanOptions: ParsableArguments {
    @Option(help: ArgumentHelp(say("À la réserve, en % des excédents.", "To the reserve, in % of the surplus.")))
    var reservePercent: String?
    @Option(help: ArgumentHelp(say("À la réserve, en montant.", "To the reserve, as an amount."))) var reserve: String?
    @Option(
        help: ArgumentHelp(say("Ristournes en parts, en % des excédents.", "Dividends in shares, in % of the surplus."))
    ) var sharesPercent: String?
    @Option(help: ArgumentHelp(say("Ristournes en parts, en montant.", "Dividends in shares, as an amount.")))
    var shares: String?
    @Option(
        help: ArgumentHelp(
            say("Réserve pour ristournes éventuelles, en montant.", "Reserve for future rebates, as an amount.")))
    var rebates: String?
    @Option(help: ArgumentHelp(say("À la collectivité, en montant.", "To the community, as an amount."))) var community:
        String?
    @Option(
        help: ArgumentHelp(say("À la collectivité, en % des excédents.", "To the community, in % of the surplus.")))
    var communityPercent: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Aux déficits antérieurs, en montant; par défaut tout ce qui reste à combler.",
                "To earlier deficits, as an amount; all that stands by default.")))
    var deficit: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Ristournes en argent, en montant; par défaut le reste.",
                "Dividends in cash, as an amount; the rest by default.")))
    var cash: String?

    /// - Parameter base: the surplus and the deficits that stand.
    func plan(_ base: AllocationBase, _ book: Book) throws -> AllocationPlan {
        let covered =
            try deficit.map { try Opening.amount($0, "--deficit", book.currency) }
            ?? max(0, min(base.deficitMinor, base.surplusMinor))
        let available = max(0, base.surplusMinor.subtractingReportingOverflow(max(0, covered)).partialValue)
        func part(_ amount: String?, _ percent: String?, _ name: String) throws -> Int64 {
            if let amount { return try Opening.amount(amount, "--\(name)", book.currency) }
            guard let percent else { return 0 }
            return try Percent.parse(percent, "--\(name)-percent").applied(to: available)
        }
        var plan = AllocationPlan(
            reserveMinor: try part(reserve, reservePercent, "reserve"),
            reserveForRebatesMinor: try part(rebates, nil, "rebates"),
            dividendsSharesMinor: try part(shares, sharesPercent, "shares"),
            communityMinor: try part(community, communityPercent, "community"), deficitMinor: covered)
        let (used, overflow) = [plan.reserveForRebatesMinor, plan.dividendsSharesMinor, plan.communityMinor].reduce(
            (plan.reserveMinor, false)
        ) {
            let sum = $0.0.addingReportingOverflow($1)
            return (sum.partialValue, $0.1 || sum.overflow)
        }
        plan.dividendsCashMinor =
            try cash.map { try Opening.amount($0, "--cash", book.currency) }
            ?? (overflow ? 0 : max(0, available &- used))
        return plan
    }
}

struct SurplusPlan: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: say(
            "Simule une affectation et dit si elle est licite.",
            "Simulates an allocation and says whether it is lawful."))
    @OptionGroup var year: YearOptions
    @OptionGroup var options: PlanOptions
    @Option(
        parsing: .unconditional, help: ArgumentHelp(say("Membres montrés.", "Members shown.")),
        transform: { try RowLimit($0) })
    var limit: RowLimit = 10

    func run() throws {
        let snapshot = try Opening.snapshot()
        let (book, record) = try year.closed(snapshot.views)
        try Viewer.current.require(operatorOf: book)
        guard !record.isResolved else {
            throw LedgerError(
                .no, "\(book.name) \(year.year)",
                Text(
                    "les excédents sont déjà affectés par la résolution à l’événement \(record.resolvedSequence)",
                    "the surplus is already allocated by the resolution at event \(record.resolvedSequence)"),
                remedy: year.remedy("show"))
        }
        guard record.surplusMinor > 0 else {
            let loss = shown(-record.surplusMinor, book.currency, Invocation.current.language)
            throw LedgerError(
                .no, "\(book.name) \(year.year)",
                Text("aucun excédent à affecter : perte de \(loss)", "no surplus to allocate: a loss of \(loss)"),
                remedy: Text(
                    "la réserve l’a absorbée; ce qui reste est un déficit à combler",
                    "the reserve has borne it; what remains is a deficit to be covered"))
        }
        guard let rules = book.allocationRules(at: .max) else {
            throw LedgerError(
                .notFound, book.name,
                Text("aucune règle d’affectation n’est adoptée", "no allocation rule was adopted"),
                remedy: Text("inscrire une policyAdopted avec allocation", "record a policyAdopted with allocation"))
        }
        let base = snapshot.views.allocationBase(book, year: year.year, record, rules)
        let plan = try options.plan(base, book)
        let refusals = AllocationLaw.refusals(plan, base: base, rule: rules.rule)
        let end = YearEnd(book: book.name, year: year.year, source: "plan", actor: "plan")
        let shares =
            // A lawful plan sums to the surplus, so its parts can be added; what was asked for need not.
            refusals.isEmpty && plan.dividendsMinor > 0
            ? try end.simulate(plan, snapshot.views) : []
        try snapshot.check()
        let language = Invocation.current.language
        if Invocation.current.format == .table {
            put(PlanText.table(plan, surplus: base.surplusMinor, book, language))
            for refusal in refusals {
                putLine(
                    Wrap.line(say("NON : ", "NO: ") + AllocationText.line(refusal, book.currency, language), indent: 4))
            }
            if refusals.isEmpty {
                putLine(say("Licite selon \(rules.rulesVersion).", "Lawful under \(rules.rulesVersion)."))
                put(PlanText.shares(shares, limit: limit.rows, book, language))
            }
        } else {
            putLine(
                JSON.object([
                    ("year", .count(year.year)), ("surplus", .amount(base.surplusMinor, book.currency)),
                    ("reserve", .amount(plan.reserveMinor, book.currency)),
                    ("reserveForRebates", .amount(plan.reserveForRebatesMinor, book.currency)),
                    ("dividendsCash", .amount(plan.dividendsCashMinor, book.currency)),
                    ("dividendsShares", .amount(plan.dividendsSharesMinor, book.currency)),
                    ("community", .amount(plan.communityMinor, book.currency)), ("lawful", .bool(refusals.isEmpty)),
                    ("refusals", .array(refusals.map { .text(AllocationText.line($0, book.currency, language)) })),
                    (
                        "dividends",
                        .array(
                            shares.map {
                                .object([
                                    ("member", .text($0.member)), ("base", .amount($0.baseMinor, book.currency)),
                                    ("cash", .amount($0.cashMinor, book.currency)),
                                    ("shares", .amount($0.sharesMinor, book.currency)),
                                ])
                            })
                    ),
                    ("deficit", .amount(plan.deficitMinor, book.currency)),
                ]).line)
        }
        if !refusals.isEmpty { throw AnswerIsNo() }
    }
}

enum PlanText {
    /// Why a closed year has no allocation.
    static func notAllocated(_ surplusMinor: Int64) -> String {
        surplusMinor < 0
            ? say("Perte : rien à affecter.", "A loss: nothing to allocate.")
            : say("Les excédents ne sont pas encore affectés.", "The surplus is not allocated yet.")
    }

    static func table(_ plan: AllocationPlan, surplus: Int64, _ book: Book, _ language: Language) -> String {
        var listing = Listing([
            .init(key: "part", title: Text("Affectation", "Allocation")),
            .init(key: "amount", title: Text(book.currency.code, book.currency.code), isNumber: true),
        ])
        func add(_ text: Text, _ minor: Int64) {
            listing.add([.text(text(language)), .text(shown(minor, book.currency, language))])
        }
        if plan.deficitMinor != 0 { add(Text("Déficits antérieurs", "Earlier deficits"), plan.deficitMinor) }
        add(Text("Réserve", "Reserve"), plan.reserveMinor)
        if plan.reserveForRebatesMinor != 0 {
            add(Text("Réserve pour ristournes éventuelles", "Reserve for future rebates"), plan.reserveForRebatesMinor)
        }
        add(Text("Ristournes en argent", "Dividends in cash"), plan.dividendsCashMinor)
        if plan.dividendsSharesMinor != 0 {
            add(Text("Ristournes en parts", "Dividends in shares"), plan.dividendsSharesMinor)
        }
        if plan.communityMinor != 0 { add(Text("Collectivité", "Community"), plan.communityMinor) }
        listing.total = [
            Text("Trop-perçus ou excédents", "Surplus")(language), shown(surplus, book.currency, language),
        ]
        return listing.table(language)
    }

    static func shares(_ shares: [DividendShare], limit: Int, _ book: Book, _ language: Language) -> String {
        var listing = Listing([
            .init(key: "member", title: Text("Membre", "Member")),
            .init(key: "base", title: Text("Volume d’affaires", "Patronage base"), isNumber: true),
            .init(key: "cash", title: Text("En argent", "In cash"), isNumber: true),
            .init(key: "shares", title: Text("En parts", "In shares"), isNumber: true),
        ])
        let largest = shares.sorted {
            ($0.cashMinor &+ $0.sharesMinor, NameOrder($1.member)) > (
                $1.cashMinor &+ $1.sharesMinor, NameOrder($0.member)
            )
        }
        for share in largest.prefix(max(0, limit)) {
            listing.add([
                .text(share.member), .text(shown(share.baseMinor, book.currency, language)),
                .text(shown(share.cashMinor, book.currency, language)),
                .text(shown(share.sharesMinor, book.currency, language)),
            ])
        }
        let left = shares.count - listing.rows.count
        return listing.table(language)
            + (left > 0 ? say("… et \(left) autres membres", "… and \(left) more members") + "\n" : "")
    }
}

/// A refusal of the law, for people: amounts as decimals.
enum AllocationText {
    static func line(_ refusal: AllocationRefusal, _ currency: Currency, _ language: Language) -> String {
        let value = shown(refusal.valueMinor, currency, language)
        let bounds =
            switch (refusal.leastMinor, refusal.mostMinor) {
            case (let least?, let most?) where least == most: shown(least, currency, language)
            case (let least?, nil): Text("au moins ", "at least ")(language) + shown(least, currency, language)
            case (nil, let most?): Text("au plus ", "at most ")(language) + shown(most, currency, language)
            case (let least?, let most?): "\(shown(least, currency, language)) – \(shown(most, currency, language))"
            case (nil, nil): Text("des chiffres cohérents", "consistent figures")(language)
            }
        return language == .french
            ? "\(name(refusal, language)) \(value) : \(Allocations.french(refusal)); accepté : \(bounds)"
            : "\(name(refusal, language)) \(value): \(refusal.reason) (\(refusal.rule)); accepted: \(bounds)"
    }

    /// The parts that a refusal is about, as the plan's table names them.
    private static func name(_ refusal: AllocationRefusal, _ language: Language) -> String {
        refusal.field.split(separator: " ").map { word in
            switch word {
            case "reserveMinor": Text("réserve", "reserve")(language)
            case "reserveForRebatesMinor":
                Text("réserve pour ristournes éventuelles", "reserve for future rebates")(language)
            case "dividendsCashMinor": Text("ristournes en argent", "dividends in cash")(language)
            case "dividendsSharesMinor": Text("ristournes en parts", "dividends in shares")(language)
            case "communityMinor": Text("collectivité", "community")(language)
            case "deficitMinor": Text("déficits antérieurs", "earlier deficits")(language)
            case "surplusMinor": Text("excédents", "surplus")(language)
            case "memberBusinessMinor": Text("affaires avec les membres", "business with members")(language)
            case "debtsMinor": Text("dettes", "debts")(language)
            default: String(word)
            }
        }.joined(separator: " ")
    }
}
