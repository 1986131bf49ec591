import EventLog
import Accounting
import ArgumentParser
import Bytes
import Commerce
import Events
import Ledger

struct Surplus: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: say(
            "L’excédent d’un exercice : clôture, affectation, ristournes.",
            "A year's surplus: close, allocation, patronage dividends."),
        subcommands: [
            SurplusShow.self, SurplusPlan.self, SurplusClose.self, SurplusResolve.self, SurplusDeclare.self,
            SurplusPay.self,
        ])
}

/// Which year of which book.
struct YearOptions: ParsableArguments {
    @Option(help: ArgumentHelp(say("L’exercice.", "The fiscal year."))) var year: UInt16
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func closed(_ views: Views) throws(LedgerError) -> (Book, FiscalYearRecord) {
        let book = try Opening.book(book, views)
        guard let record = views.fiscalYear(year, book) else {
            throw LedgerError(
                .notFound, "\(book.name) \(year)", Text("l’exercice n’est pas clos", "the fiscal year is not closed"),
                remedy: Text(
                    "« grandlivre surplus close --year \(year) »", "\"grandlivre surplus close --year \(year)\""))
        }
        return (book, record)
    }
}

/// Who records it and when.
struct ActOptions: ParsableArguments {
    @Option(help: ArgumentHelp(say("Qui l’inscrit.", "Who records it."))) var actor: String = "grandlivre"
    @Option(help: ArgumentHelp(say("Système qui l’énonce.", "System that states it."))) var source: String = "surplus"
    @Option(help: ArgumentHelp(say("Quand (UTC); par défaut maintenant.", "When (UTC); now by default."))) var at:
        String?

    func effectiveAtUs(_ snapshot: LedgerSnapshot) throws(LedgerError) -> Int64 { try Self.effectiveAtUs(at, snapshot) }

    /// The time that was given, else now, never before the newest event.
    static func effectiveAtUs(_ at: String?, _ snapshot: LedgerSnapshot) throws(LedgerError) -> Int64 {
        guard let at else { return max(Clock.nowUs, Int64(clamping: snapshot.head.lastRecordedAtUs)) }
        do throws(CalendarError) {
            return try InstantText.parse(at)
        } catch {
            throw LedgerError(
                .usage, "--at « \(at) »", Text("ce n’est pas une heure UTC", "not a UTC time"),
                remedy: Text("par exemple 2018-04-15T16:00:00Z", "for example 2018-04-15T16:00:00Z"))
        }
    }

    func yearEnd(_ book: Book, _ year: UInt16) -> YearEnd {
        YearEnd(book: book.name, year: year, source: source, actor: actor)
    }

    /// Records what was proposed, and says so.
    func record(_ proposals: Proposals, in store: LedgerStore, _ done: Text) throws {
        try Self.record(proposals, in: store, done)
    }

    static func record(_ proposals: Proposals, in store: LedgerStore, _ done: Text) throws {
        try tell(append(proposals, to: store), done)
    }

    /// Records what was proposed, or throws the refusal.
    static func append(_ proposals: Proposals, to store: LedgerStore) throws -> AppendOutcome {
        let writer = try LedgerWriter(store)
        defer { writer.close() }
        let outcome = try writer.append(proposals)
        if let refused = outcome.refused.first { throw refused.refusal }
        return outcome
    }

    static func tell(_ outcome: AppendOutcome, _ done: Text) {
        if Invocation.current.format == .table {
            putLine(
                done(Invocation.current.language)
                    + say(
                        " · événements : \(outcome.recorded), déjà inscrits : \(outcome.repeats)",
                        " · events: \(outcome.recorded), recorded before: \(outcome.repeats)"))
        } else {
            putLine(JSON.object([("recorded", .count(outcome.recorded)), ("repeats", .count(outcome.repeats))]).line)
        }
    }
}

struct SurplusClose: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: say("Clôt l’exercice et verrouille la période.", "Closes the year and locks the period."))
    @OptionGroup var year: YearOptions
    @OptionGroup var act: ActOptions

    func run() throws {
        let snapshot = try Opening.snapshotForWriting()
        let book = try Opening.book(year.book, snapshot.views)
        let proposals = try act.yearEnd(book, year.year).close(snapshot.views)
        try act.record(proposals, in: snapshot.store, Text("Exercice \(year.year) clos", "Year \(year.year) closed"))
    }
}

/// A plan in amounts or in percent of the surplus; what is left goes to cash dividends.
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
        help: ArgumentHelp(
            say(
                "Ristournes en argent, en montant; par défaut le reste.",
                "Dividends in cash, as an amount; the rest by default.")))
    var cash: String?

    func plan(_ surplus: Int64, _ book: Book) throws -> AllocationPlan {
        let available = max(0, surplus)
        func part(_ amount: String?, _ percent: String?, _ name: String) throws -> Int64 {
            if let amount { return try Opening.amount(amount, "--\(name)", book.currency) }
            guard let percent else { return 0 }
            do throws(MoneyError) {
                let ppm = try DecimalText.parse(utf8: percent.utf8, exponent: 4)
                guard let rate = UInt32(exactly: ppm) else { throw MoneyError.overflow("percent") }
                return try RatePpm(rate).applied(to: available)
            } catch {
                throw LedgerError(
                    .usage, "--\(name)-percent « \(percent) »", Text("ce n’est pas un pourcentage", "not a percentage"),
                    remedy: Text("par exemple 20 ou 12.5", "for example 20 or 12.5"))
            }
        }
        var plan = AllocationPlan(
            reserveMinor: try part(reserve, reservePercent, "reserve"),
            reserveForRebatesMinor: try part(rebates, nil, "rebates"),
            dividendsSharesMinor: try part(shares, sharesPercent, "shares"),
            communityMinor: try part(community, nil, "community"))
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
    @Option(help: ArgumentHelp(say("Membres montrés.", "Members shown."))) var limit: Int = 10

    func run() throws {
        let snapshot = try Opening.snapshot()
        let (book, record) = try year.closed(snapshot.views)
        try Viewer.current.require(operatorOf: book)
        let plan = try options.plan(record.surplusMinor, book)
        guard let rules = book.allocationRules(at: .max) else {
            throw LedgerError(
                .notFound, book.name,
                Text("aucune règle d’affectation n’est adoptée", "no allocation rule was adopted"),
                remedy: Text("inscrire une policyAdopted avec allocation", "record a policyAdopted with allocation"))
        }
        let base = snapshot.views.allocationBase(book, year: year.year, record)
        let refusals = AllocationLaw.refusals(plan, base: base, rule: rules.rule)
        let end = YearEnd(book: book.name, year: year.year, source: "plan", actor: "plan")
        let shares =
            // A lawful plan sums to the surplus, so its parts can be added; what was asked for need not.
            refusals.isEmpty && plan.dividendsCashMinor + plan.dividendsSharesMinor > 0
            ? try end.simulate(plan, snapshot.views) : []
        try snapshot.check()
        let language = Invocation.current.language
        if Invocation.current.format == .table {
            put(PlanText.table(plan, surplus: record.surplusMinor, book, language))
            for refusal in refusals {
                putLine(say("NON : ", "NO: ") + AllocationText.line(refusal, book.currency, language))
            }
            if refusals.isEmpty {
                putLine(say("Licite selon \(rules.rulesVersion).", "Lawful under \(rules.rulesVersion)."))
                put(PlanText.shares(shares, limit: limit, book, language))
            }
        } else {
            putLine(
                JSON.object([
                    ("year", .count(year.year)), ("surplus", .amount(record.surplusMinor, book.currency)),
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
                ]).line)
        }
        if !refusals.isEmpty { throw AnswerIsNo() }
    }
}

enum PlanText {
    static func table(_ plan: AllocationPlan, surplus: Int64, _ book: Book, _ language: Language) -> String {
        var listing = Listing([
            .init(key: "part", title: Text("Affectation", "Allocation")),
            .init(key: "amount", title: Text(book.currency.code, book.currency.code), isNumber: true),
        ])
        func add(_ text: Text, _ minor: Int64) {
            listing.add([.text(text(language)), .text(shown(minor, book.currency, language))])
        }
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
        for share in shares.prefix(max(0, limit)) {
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
            ? "\(refusal.field) \(value) : \(Allocations.french(refusal)); accepté : \(bounds)"
            : "\(refusal.field) \(value): \(refusal.reason) (\(refusal.rule)); accepted: \(bounds)"
    }
}

struct SurplusResolve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: say(
            "Inscrit la résolution de l’assemblée générale.", "Records the resolution of the general meeting."))
    @OptionGroup var year: YearOptions
    @OptionGroup var options: PlanOptions
    @OptionGroup var act: ActOptions
    @Option(help: ArgumentHelp(say("Date de l’assemblée.", "Date of the meeting."))) var meeting: String
    @Option(help: ArgumentHelp(say("Numéro de la résolution.", "Number of the resolution."))) var resolution: String

    func run() throws {
        let snapshot = try Opening.snapshotForWriting()
        let (book, record) = try year.closed(snapshot.views)
        let plan = try options.plan(record.surplusMinor, book)
        let proposals = try act.yearEnd(book, year.year).resolve(
            plan, meeting: Opening.date(meeting, "--meeting"), resolution: resolution,
            effectiveAtUs: act.effectiveAtUs(snapshot),
            snapshot.views)
        try act.record(
            proposals, in: snapshot.store,
            Text("Excédents de \(year.year) affectés", "Surplus of \(year.year) allocated"))
    }
}

struct SurplusDeclare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "declare",
        abstract: say("Déclare la ristourne de chaque membre.", "Declares each member's dividend."))
    @OptionGroup var year: YearOptions
    @OptionGroup var act: ActOptions

    func run() throws {
        let snapshot = try Opening.snapshotForWriting()
        let (book, _) = try year.closed(snapshot.views)
        let proposals = try act.yearEnd(book, year.year).declare(
            effectiveAtUs: act.effectiveAtUs(snapshot), snapshot.views)
        try act.record(
            proposals, in: snapshot.store,
            Text("Ristournes de \(year.year) déclarées", "Dividends of \(year.year) declared"))
    }
}

struct SurplusPay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pay",
        abstract: say("Verse les ristournes, retenue d’impôt déduite.", "Pays the dividends, less the tax withheld."))
    @OptionGroup var year: YearOptions
    @OptionGroup var act: ActOptions
    @Option(
        help: ArgumentHelp(
            say(
                "Institution d’où part l’argent, par exemple 815.",
                "Institution the money leaves from, for example 815.")))
    var institution: String

    func run() throws {
        let snapshot = try Opening.snapshotForWriting()
        let (book, _) = try year.closed(snapshot.views)
        let proposals = try act.yearEnd(book, year.year).pay(
            institution: institution, effectiveAtUs: act.effectiveAtUs(snapshot), snapshot.views)
        try act.record(
            proposals, in: snapshot.store, Text("Ristournes de \(year.year) versées", "Dividends of \(year.year) paid"))
    }
}
