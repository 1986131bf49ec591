import Accounting
import ArgumentParser
import Commerce
import Events
import Index
import Ledger

struct SurplusGroups: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "groups",
        abstract: say("Bases et ristournes par groupe et par membre.", "Bases and dividends by group and member."))
    @OptionGroup var year: YearOptions
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            say(
                "Membres montrés par groupe (all : tous); JSON et CSV les donnent tous.",
                "Members shown a group (all); JSON and CSV give all.")),
        transform: { try RowLimit($0) })
    var limit: RowLimit = 10

    /// One member's part of one group's dividends.
    private struct Part {
        let member: String
        let share: GroupShare
    }

    func run() throws {
        let snapshot = try Opening.snapshot()
        let (book, record) = try year.closed(snapshot.views)
        let end = YearEnd(book: book.name, year: year.year, source: "groups", actor: "groups")
        // A member sees their own parts: from everybody's base and pool two who compete could reckon each other's business.
        let own = try Viewer.current.person(in: book, snapshot.views)
        let shares = try end.sharesByGroup(snapshot.views).filter { own == nil || $0.party == own }
        let rules = snapshot.views.allocationRules(book, record)
        let groups = rules?.sharingGroups ?? [(.consumer, 1_000_000)]
        try snapshot.check()
        let language = Invocation.current.language
        guard Invocation.current.format == .table, own == nil else {
            let columns: [Listing.Column] = [
                .init(key: "group", title: Text("Groupe", "Group")),
                .init(key: "member", title: Text("Membre", "Member")),
            ]
            var listing = Listing(columns + Self.amounts)
            for group in groups {
                for part in Self.parts(group.group, shares) {
                    let base = Self.decimal(part.share, book)
                    let amounts = [part.share.cashMinor, part.share.sharesMinor]
                    listing.add(
                        [.text("\(group.group)"), .text(part.member), .text(base)]
                            + amounts.map { .amount($0, book.currency) },
                        shown: [Label.group(group.group)(language), part.member, shown(decimal: base, language)]
                            + amounts.map { shown($0, book.currency, language) })
                }
            }
            if Invocation.current.format == .table { putLine("\(book.legalName) · \(year.year)") }
            return show(listing)
        }
        putLine("\(book.legalName) · \(year.year)")
        if !record.isResolved {
            putLine(PlanText.notAllocated(record.surplusMinor))
        }
        for group in groups {
            let parts = Self.parts(group.group, shares)
            let rate = shown(decimal: RatePpm(group.sharePpm).percentText, language)
            putLine("")
            putLine(
                Label.group(group.group)(language) + " · " + rate
                    + say(" % des ristournes", "% of the dividends")
                    + (rules?.isCappedByCategory == true ? say(" avant les plafonds", " before the caps") : "")
                    + say(" · membres : ", " · members: ")
                    + "\(parts.count)")
            put(table(parts, book, language))
            if parts.count > limit.rows {
                putLine(
                    say(
                        "… et \(parts.count - limit.rows) autres membres",
                        "… and \(parts.count - limit.rows) more members"))
            }
        }
    }

    private static let amounts: [Listing.Column] = [
        .init(key: "base", title: Text("Volume d’affaires", "Patronage base"), isNumber: true),
        .init(key: "cash", title: Text("En argent", "In cash"), isNumber: true),
        .init(key: "shares", title: Text("En parts", "In shares"), isNumber: true),
    ]

    private static func parts(_ group: Group, _ shares: [DividendShare]) -> [Part] {
        shares.flatMap { share in
            share.groups.filter { $0.group == group && $0.base > 0 }.map { Part(member: share.member, share: $0) }
        }
    }

    private func table(_ parts: [Part], _ book: Book, _ language: Language) -> String {
        var listing = Listing([.init(key: "member", title: Text("Membre", "Member"))] + Self.amounts)
        func cells(_ name: String, _ base: String, _ cash: Int64, _ shares: Int64) -> [String] {
            [name, shown(decimal: base, language)] + [cash, shares].map { shown($0, book.currency, language) }
        }
        let largest = parts.sorted { ($0.share.base, $1.member) > ($1.share.base, $0.member) }
        for part in largest.prefix(limit.rows) {
            let row = cells(part.member, Self.decimal(part.share, book), part.share.cashMinor, part.share.sharesMinor)
            listing.add(row.map { .text($0) })
        }
        func sum(_ value: (GroupShare) -> Int64) -> Int64 { parts.reduce(0) { $0 &+ value($1.share) } }
        let base = parts.first.map { Self.decimal(sum(\.base), $0.share.group, book) } ?? "0"
        listing.total = cells("Total", base, sum(\.cashMinor), sum(\.sharesMinor))
        return listing.table(language)
    }

    private static func decimal(_ share: GroupShare, _ book: Book) -> String {
        decimal(share.base, share.group, book)
    }

    /// A base as decimal text: an amount, or units with their thousandths.
    private static func decimal(_ base: Int64, _ group: Group, _ book: Book) -> String {
        DecimalText.format(minor: base, exponent: group.isInMoney ? book.currency.exponent : 3)
    }

    // MARK: one member

    /// One member's part of every group it is in: base, pool, exact part, rounding.
    static func explain(_ member: String, _ year: YearOptions, _ book: Book, _ snapshot: LedgerSnapshot) throws {
        let end = YearEnd(book: book.name, year: year.year, source: "groups", actor: "groups")
        let shares = try end.sharesByGroup(snapshot.views)
        let party = try Viewer.current.identity(member, snapshot.views)
        let mine = shares.first { $0.party == party }
        guard mine != nil || Invocation.current.format != .table else { return putLine(year.nothing(member)) }
        let language = Invocation.current.language
        let dividend = snapshot.views.dividend(party, year: year.year, book)
        var listing = Listing([
            .init(key: "group", title: Text("Groupe", "Group")),
            .init(key: "base", title: Text("Base", "Base"), isNumber: true),
            .init(key: "totalBase", title: Text("Base de tous", "Everybody’s base"), isNumber: true),
            .init(key: "pool", title: Text("À partager", "To share"), isNumber: true),
            .init(key: "exactShareMinor", title: Text("Cents exacts", "Exact cents"), isNumber: true),
            .init(key: "dividend", title: Text("Ristourne", "Dividend"), isNumber: true),
        ])
        let own = (mine?.groups ?? []).filter { $0.base > 0 }
        let withheld = SurplusShow.withheld(own.map(\.group), year, book, snapshot.views)
        for part in own {
            let all = withheld.contains(part.group) ? nil : parts(part.group, shares)
            let total = all?.reduce(Int64(0)) { $0 &+ $1.share.base }
            let pool = all?.reduce(Int64(0)) { $0 &+ $1.share.cashMinor &+ $1.share.sharesMinor }
            let exact = total.map { SurplusShow.exact(pool ?? 0, part.base, $0) }
            let totalText = total.map { decimal($0, part.group, book) }
            let amount = part.cashMinor &+ part.sharesMinor
            listing.add(
                [
                    .text("\(part.group)"), .text(decimal(part, book)), totalText.map { .text($0) } ?? .null,
                    pool.map { .amount($0, book.currency) } ?? .null, exact.map { .text($0) } ?? .null,
                    .amount(amount, book.currency),
                ],
                shown: [
                    Label.group(part.group)(language), shown(decimal: decimal(part, book), language),
                    totalText.map { shown(decimal: $0, language) } ?? "—",
                    pool.map { shown($0, book.currency, language) } ?? "—",
                    exact.map { shown(decimal: $0, language) } ?? "—", shown(amount, book.currency, language),
                ])
        }
        let amount = (mine?.cashMinor ?? 0) &+ (mine?.sharesMinor ?? 0)
        let withheldMinor = dividend?.withheldMinor ?? 0
        let payment =
            dividend?.payment(book) ?? (cashMinor: mine?.cashMinor ?? 0, sharesMinor: mine?.sharesMinor ?? 0)
        let paid = dividend?.isPaid == true ? payment.cashMinor &- withheldMinor : 0
        guard Invocation.current.format == .table else {
            putLine(
                JSON.object([
                    ("member", .text(member)), ("year", .count(year.year)), ("groups", listing.json),
                    ("dividend", .amount(amount, book.currency)),
                    ("withheld", .amount(withheldMinor, book.currency)),
                    ("paid", .amount(paid, book.currency)),
                    ("declaredSequence", dividend.map { .count($0.declaredSequence) } ?? .null),
                    ("paidSequence", dividend.flatMap { $0.isPaid ? .count($0.paidSequence) : nil } ?? .null),
                    ("cash", .amount(payment.cashMinor, book.currency)),
                    ("shares", .amount(payment.sharesMinor, book.currency)),
                ]).line)
            return
        }
        putLine("\(member) · \(book.legalName) · \(year.year)")
        put(listing.table(language))
        var line = say("Ristourne : ", "Dividend: ") + shown(amount, book.currency, language)
        line += say(" · argent : ", " · cash: ") + shown(payment.cashMinor, book.currency, language)
        line += say(" · parts : ", " · shares: ") + shown(payment.sharesMinor, book.currency, language)
        putLine(line)
        let fraction = (mine?.sharesMinor ?? 0) &- payment.sharesMinor
        if dividend != nil, fraction > 0 {
            putLine(
                say("  dont fraction de part versée en argent : ", "  of which a fraction of a share in cash: ")
                    + shown(fraction, book.currency, language))
        }
        line = ""
        if dividend?.isPaid == true {
            line += say("Retenue d’impôt : ", "Tax withheld: ") + shown(withheldMinor, book.currency, language)
            line += say(" · versé en argent : ", " · paid in cash: ") + shown(paid, book.currency, language)
        } else {
            line += dividend == nil ? say("Non déclarée.", "Not declared.") : say("Non versée.", "Not paid.")
        }
        putLine(line)
    }
}
