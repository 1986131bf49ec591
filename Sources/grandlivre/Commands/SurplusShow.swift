import Accounting
import ArgumentParser
import Bytes
import Commerce
import Events
import Index
import Ledger

struct SurplusShow: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: say(
            "L’affectation, et la part de chacun ou d’un seul expliquée.",
            "The allocation, and everybody's part, or one explained."))
    @OptionGroup var year: YearOptions
    @Option(help: ArgumentHelp(say("Explique la part de ce membre.", "Explains this member's part."))) var member:
        String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            say(
                "Membres montrés (all : tous); JSON et CSV les donnent tous.",
                "Members shown (all); JSON and CSV give all.")),
        transform: { try RowLimit($0) })
    var limit: RowLimit = 20

    /// One member with business in the year.
    private struct Row {
        let party: UInt32
        let member: String
        let base: Int64
        let dividend: DividendRecord?
        /// In cash, and in whole shares.
        let payment: (cashMinor: Int64, sharesMinor: Int64)

        init(_ party: UInt32, _ member: String, base: Int64, _ dividend: DividendRecord?, _ book: Book) {
            self.party = party
            self.member = member
            self.base = base
            self.dividend = dividend
            payment = dividend?.payment(book) ?? (0, 0)
        }

        var amount: Int64 { (dividend?.cashMinor ?? 0) &+ (dividend?.sharesMinor ?? 0) }
        var withheld: Int64 { dividend?.withheldMinor ?? 0 }
        /// The money that the member got.
        var paid: Int64 { dividend?.isPaid == true ? payment.cashMinor &- withheld : 0 }
    }

    func run() throws {
        let snapshot = try Opening.snapshot()
        let (book, record) = try year.closed(snapshot.views)
        let groups = snapshot.views.allocationRules(book, record)?.sharingGroups.map(\.group) ?? [.consumer]
        let rows = rows(groups, book, snapshot.views)
        try snapshot.check()
        guard Viewer.current.operates(book) else { return try showOwn(rows, groups, book, record, snapshot) }
        if let member { return try explain(member, rows, groups, book, record, snapshot) }
        let pool = record.plan.dividendsMinor
        let language = Invocation.current.language
        switch Invocation.current.format {
        case .json:
            putLine(
                JSON.object(
                    [
                        ("surplus", .amount(record.surplusMinor, book.currency)),
                        ("reserve", .amount(record.plan.reserveMinor, book.currency)),
                        ("pool", .amount(pool, book.currency)), ("dividends", listing(rows, book, language).json),
                    ]
                        + [("interest", record.interestMinor), ("deficit", record.plan.deficitMinor)]
                        .filter { $0.1 != 0 }.map { ($0.0, JSON.amount($0.1, book.currency)) }
                ).line)
        case .csv: put(listing(rows, book, language).csv)
        case .table:
            putLine("\(book.legalName) · \(year.year)")
            put(PlanText.table(record.plan, surplus: snapshot.views.allocatable(book, record), book, language))
            if !record.isResolved {
                putLine(PlanText.notAllocated(record.surplusMinor))
            }
            putLine("")
            let largest = rows.sorted { ($0.amount, $1.member) > ($1.amount, $0.member) }
            put(listing(Array(largest.prefix(limit.rows)), book, language).table(language))
            if rows.count > limit.rows {
                putLine(
                    say(
                        "… et \(rows.count - limit.rows) autres membres",
                        "… and \(rows.count - limit.rows) more members"))
            }
        }
    }

    /// A member sees their own row and, once the meeting has resolved it, what it publishes: surplus, reserve and pool, as in the bundle of `prove member`, which
    /// leaves them out where the dividends of one or two would follow.
    private func showOwn(
        _ rows: [Row], _ groups: [Group], _ book: Book, _ record: FiscalYearRecord, _ snapshot: LedgerSnapshot
    ) throws {
        guard let own = try Viewer.current.party(snapshot.views) else { throw Viewer.refused("surplus") }
        let name = snapshot.views.partyName(own)
        if let member {
            guard member == name else { throw Viewer.unknown(member) }
            guard !record.isResolved else { return try explain(member, rows, groups, book, record, snapshot) }
        }
        let language = Invocation.current.language
        let listing = listing(rows.filter { $0.party == own }, book, language)
        let isPublished = record.isResolved && Self.withheld(groups, year, book, snapshot.views).isEmpty
        func published(_ minor: Int64) -> JSON { isPublished ? .amount(minor, book.currency) : .null }
        switch Invocation.current.format {
        case .json:
            putLine(
                JSON.object([
                    ("surplus", published(record.surplusMinor)), ("reserve", published(record.plan.reserveMinor)),
                    ("pool", published(record.plan.dividendsMinor)), ("dividends", listing.json),
                ]).line)
        case .csv: show(listing)
        case .table:
            if isPublished {
                let surplus = snapshot.views.allocatable(book, record)
                putLine(PlanText.table(record.plan, surplus: surplus, book, language))
            }
            show(listing)
        }
    }

    private func explain(
        _ member: String, _ rows: [Row], _ groups: [Group], _ book: Book, _ record: FiscalYearRecord,
        _ snapshot: LedgerSnapshot
    ) throws {
        // Where several groups share, each has its own unit and pool.
        guard groups == [.consumer] else { return try SurplusGroups.explain(member, year, book, snapshot) }
        try explain(member, rows, book, record, snapshot)
    }

    private func rows(_ groups: [Group], _ book: Book, _ views: Views) -> [Row] {
        var parties: [UInt32: Int64] = [:]
        for group in groups {
            for base in views.patronage(book, year: year.year, group: group) {
                parties[base.party, default: 0] += group.isInMoney ? base.base : 0
            }
        }
        return parties.map {
            Row($0.key, views.partyName($0.key), base: $0.value, views.dividend($0.key, year: year.year, book), book)
        }.sorted { $0.member.utf8.lexicographicallyPrecedes($1.member.utf8) }
    }

    private func listing(_ rows: [Row], _ book: Book, _ language: Language) -> Listing {
        // What a payment is made of stands before it in a table; programs find new keys at the end.
        let cash: [(Listing.Column, (Row) -> Int64)] = [
            (.init(key: "cash", title: Text("Argent", "Cash"), isNumber: true), { $0.payment.cashMinor }),
            (.init(key: "shares", title: Text("Parts", "Shares"), isNumber: true), { $0.payment.sharesMinor }),
        ]
        let paid: [(Listing.Column, (Row) -> Int64)] = [
            (.init(key: "withheld", title: Text("Retenue", "Withheld"), isNumber: true), { $0.withheld }),
            (.init(key: "paid", title: Text("Versé", "Paid"), isNumber: true), { $0.paid }),
        ]
        let columns: [(Listing.Column, (Row) -> Int64)] =
            [
                (
                    .init(key: "base", title: Text("Volume d’affaires", "Patronage base"), isNumber: true),
                    { $0.base }
                ),
                (
                    .init(key: "dividend", title: Text("Ristourne", "Dividend"), isNumber: true, isOptional: true),
                    { $0.amount }
                ),
            ] + (Invocation.current.format == .table ? cash + paid : paid + cash)
        var listing = Listing([.init(key: "member", title: Text("Membre", "Member"))] + columns.map(\.0))
        for row in rows {
            let amounts = columns.map { $0.1(row) }
            listing.add(
                [.text(row.member)] + amounts.map { .amount($0, book.currency) },
                shown: [row.member] + amounts.map { shown($0, book.currency, language) })
        }
        return listing
    }

    /// Base, rate, exact part, rounding, tax, payment: everything the amount follows from.
    private func explain(
        _ member: String, _ rows: [Row], _ book: Book, _ record: FiscalYearRecord, _ snapshot: LedgerSnapshot
    ) throws {
        let party = try Viewer.current.identity(member, snapshot.views)
        let row = rows.first { $0.party == party } ?? Row(party, member, base: 0, nil, book)
        guard row.base != 0 || row.dividend != nil || Invocation.current.format != .table else {
            return putLine(year.nothing(member))
        }
        let isPublished = Self.withheld([.consumer], year, book, snapshot.views).isEmpty
        let total = isPublished ? rows.reduce(Int64(0)) { $0 &+ $1.base } : nil
        let pool = isPublished ? record.plan.dividendsMinor : nil
        let purchases = try purchases(row.party, book, snapshot)
        let exact = total.map { Self.exact(record.plan.dividendsMinor, row.base, $0) }
        let rate = total.map { Self.exact(record.plan.dividendsMinor, 1_000_000, $0) }
        let paidAt = row.dividend.flatMap {
            $0.isPaid ? snapshot.views.event($0.paidSequence)?.effectiveAt.map(microseconds) : nil
        }
        try snapshot.check()
        if Invocation.current.format != .table {
            putLine(
                JSON.object([
                    ("member", .text(member)), ("year", .count(year.year)), ("purchases", .count(purchases.count)),
                    ("purchasesAmount", .amount(purchases.sum, book.currency)),
                    ("base", .amount(row.base, book.currency)),
                    ("totalBase", total.map { .amount($0, book.currency) } ?? .null),
                    ("pool", pool.map { .amount($0, book.currency) } ?? .null),
                    ("dividendPerMillion", rate.map { .text($0) } ?? .null),
                    ("exactShareMinor", exact.map { .text($0) } ?? .null),
                    ("dividend", .amount(row.amount, book.currency)),
                    ("withheld", .amount(row.withheld, book.currency)),
                    ("paid", .amount(row.paid, book.currency)), ("paidAt", paidAt.map { .time($0) } ?? .null),
                    ("declaredSequence", row.dividend.map { .count($0.declaredSequence) } ?? .null),
                    ("paidSequence", row.dividend.flatMap { $0.isPaid ? .count($0.paidSequence) : nil } ?? .null),
                    ("cash", .amount(row.payment.cashMinor, book.currency)),
                    ("shares", .amount(row.payment.sharesMinor, book.currency)),
                ]).line)
            return
        }
        printExplanation(row, total, pool, purchases, exact, paidAt, book)
    }

    private func printExplanation(
        _ row: Row, _ total: Int64?, _ pool: Int64?, _ purchases: (count: Int, sum: Int64), _ exact: String?,
        _ paidAt: Int64?, _ book: Book
    ) {
        let language = Invocation.current.language
        func amount(_ minor: Int64) -> String { shown(minor, book.currency, language) }
        putLine("\(row.member) · \(book.legalName) · \(year.year)")
        var listing = Listing([
            .init(key: "step", title: Text("Étape", "Step")),
            .init(key: "amount", title: Text(book.currency.code, book.currency.code), isNumber: true),
        ])
        func add(_ french: String, _ english: String, _ value: String) {
            listing.add([.text(Text(french, english)(language)), .text(value)])
        }
        add(
            "Avant taxes : \(purchases.count) \(purchases.count == 1 ? "achat" : "achats")",
            "Own purchases before tax (\(purchases.count) orders)", amount(purchases.sum))
        add("Volume d’affaires retenu", "Patronage base", amount(row.base))
        add("Volume d’affaires de tous", "Everybody's base", total.map(amount) ?? "—")
        add("Ristournes à partager", "Dividends to share", pool.map(amount) ?? "—")
        add("Part exacte, en cents", "Exact part, in minor units", exact.map { shown(decimal: $0, language) } ?? "—")
        add("Ristourne (plus forts restes)", "Dividend (largest remainder)", amount(row.amount))
        if row.payment.sharesMinor != 0 {
            add("  dont en argent", "  of it in cash", amount(row.payment.cashMinor))
            add("  dont en parts", "  of it in shares", amount(row.payment.sharesMinor))
        }
        // Before the payment there is no tax yet: a zero would say that there will be none.
        let isPaid = paidAt != nil
        add(
            "Retenue d’impôt à la source (LIR 135(3))", "Income tax withheld (ITA 135(3))",
            isPaid ? amount(row.withheld) : "—")
        add("Versé en argent", "Paid in cash", isPaid ? amount(row.paid) : "—")
        put(listing.table(language))
        putLine(why(row, paidAt, book, language))
        if let paidAt { putLine(say("Versé le ", "Paid on ") + CivilDate(clampingDays: Int64(book.day(paidAt))).text) }
    }

    /// Why so much was withheld, by the policy in force when the dividend was paid.
    private func why(_ row: Row, _ paidAt: Int64?, _ book: Book, _ language: Language) -> String {
        guard row.dividend != nil else {
            return say("Aucune ristourne n’est encore déclarée.", "No dividend is declared yet.")
        }
        guard let paidAt else {
            return say(
                "Pas encore versée : la retenue se calcule au versement.",
                "Not paid yet: the tax is reckoned at payment.")
        }
        guard let rule = book.withholdingRule(at: paidAt) else {
            return say("Sans retenue : aucune politique n’en demande.", "Nothing withheld: no policy asks for it.")
        }
        let exempt = shown(rule.exemptMinor, book.currency, language)
        let rate = shown(decimal: rule.rate.percentText, language)
        let year = CivilDate(clampingDays: Int64(book.day(paidAt))).year
        return row.withheld == 0
            ? say(
                "Sans retenue : ce qui fut versé en \(year) ne dépassait pas l’exemption de \(exempt).",
                "Nothing withheld: what was paid in \(year) did not exceed the exemption of \(exempt).")
            : say(
                "Retenue : \(rate) % de ce qui, en \(year), dépasse l’exemption de \(exempt).",
                "Withheld: \(rate)% of what exceeds, in \(year), the exemption of \(exempt).")
    }

    /// The member's purchases of the year, from the log.
    private func purchases(_ party: UInt32, _ book: Book, _ snapshot: LedgerSnapshot) throws -> (count: Int, sum: Int64)
    {
        var query = EventQuery()
        query.party = snapshot.views.partyName(party)
        query.kind = .purchasePlaced
        var count = 0
        var sum: Int64 = 0
        for sequence in try query.sequences(snapshot) {
            guard let event = snapshot.views.event(sequence), event.book.string == book.name,
                let body = try? PurchasePlacedView(event.bodyBytes), body.buyer.string == query.party,
                let order = snapshot.views.order(body.order, book),
                CivilDate(clampingDays: Int64(order.day)).year == Int(year.year)
            else { continue }
            count += 1
            sum &+= order.merchandiseMinor
        }
        return (count, sum)
    }

    /// The groups whose totals the viewer is not told: members know of none in which only one or two did business.
    static func withheld(_ groups: [Group], _ year: YearOptions, _ book: Book, _ views: Views) -> Set<Group> {
        Viewer.current.operates(book) ? [] : views.groupsOfFew(book, year: year.year, groups)
    }

    /// `pool × base ÷ total` with six decimals, cut; exact integer arithmetic.
    static func exact(_ pool: Int64, _ base: Int64, _ total: Int64) -> String {
        guard total > 0 else { return "0" }
        let scaled = Int128(pool) * Int128(base) * 1_000_000 / Int128(total)
        return DecimalText.format(minor: Int64(clamping: scaled), exponent: 6)
    }
}
