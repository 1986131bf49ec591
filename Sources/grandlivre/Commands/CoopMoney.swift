import Accounting
import ArgumentParser
import Bytes
import Commerce
import Events
import Ledger

struct CoopShare: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "share",
        abstract: say(
            "Ce que la règle en vigueur donne à chacun d’un montant.",
            "What the rule in force gives everybody of an amount."),
        discussion: say(
            "Rien n’est inscrit : les parts sont celles qu’un revenueShared doit porter.",
            "Nothing is recorded: the parts are those that a revenueShared has to carry."))

    @Argument(help: ArgumentHelp(say("Nom de la règle.", "Name of the rule."))) var rule: String
    @Argument(help: ArgumentHelp(say("Montant, par exemple 1250,00.", "Amount, for example 1250.00."))) var amount:
        String
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(help: ArgumentHelp(say("Jour du partage.", "Day of the sharing."))) var on: String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        try Viewer.current.require(operatorOf: book)
        let total = try Opening.amount(amount, "AMOUNT", book.currency)
        let day = try on.map { try Opening.date($0, "--on") }
        let us = day.map { book.calendar.lastInstantUs(of: $0) } ?? snapshot.nowUs
        guard let policy = Array(rule.utf8).withBytes({ book.sharingRule($0, at: us, knownAt: .max) }) else {
            throw LedgerError.unknown(.sharing(book), rule, for: .current, snapshot.views)
        }
        let year = UInt16(clamping: CivilDate(clampingDays: Int64(book.day(us))).year)
        let parts: [(party: UInt32, member: String, amountMinor: Int64)]
        do throws(MoneyError) {
            parts = try SharingRule.parts(of: total, policy, year: year, book, snapshot.views)
        } catch {
            throw LedgerError(
                .no, amount, Text("la règle donne plus que ce montant", "the rule gives more than the amount"),
                remedy: Text("un montant plus grand", "a larger amount"))
        }
        try snapshot.check()
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "member", title: Text("Membre", "Member")),
            .init(key: "amount", title: Text("Part", "Part"), isNumber: true),
        ])
        for part in parts {
            listing.add(
                [.text(part.member), .amount(part.amountMinor, book.currency)],
                shown: [part.member, shown(part.amountMinor, book.currency, language)])
        }
        let kept = total - parts.reduce(0) { $0 + $1.amountMinor }
        listing.total = [
            say("Reste à la coopérative", "Stays with the cooperative"), shown(kept, book.currency, language),
        ]
        show(listing)
    }
}

struct CoopExpenses: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "expenses",
        abstract: say(
            "Les demandes de remboursement, leur état et leur âge.",
            "Expense claims, where they stand and how old they are."))

    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Flag(help: ArgumentHelp(say("Montre aussi les demandes réglées.", "Shows settled claims, too."))) var all = false

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        let language = Invocation.current.language
        let today = book.day(snapshot.nowUs)
        let own = try Viewer.current.person(in: book, snapshot.views)
        var listing = Listing([
            .init(key: "claim", title: Text("Demande", "Claim")), .init(key: "member", title: Text("Membre", "Member")),
            .init(key: "claimed", title: Text("Inscrite", "Claimed"), isOptional: true),
            .init(key: "state", title: Text("État", "State")),
            .init(key: "total", title: Text("Total", "Total"), isNumber: true),
            .init(key: "due", title: Text("Dû", "Due"), isNumber: true),
            .init(key: "ageDays", title: Text("Jours", "Days"), isNumber: true, isOptional: true),
        ])
        var due: Int64 = 0
        for (name, record) in snapshot.views.claims(book, openOnly: !all)
        where own == nil || record.member == own {
            due &+= record.dueMinor
            let day = CivilDate(clampingDays: Int64(record.claimedDay)).text
            let member = snapshot.views.partyName(record.member)
            listing.add(
                [
                    .text(name), .text(member), .text(day), .text("\(record.state)"),
                    .amount(record.totalMinor, book.currency), .amount(record.dueMinor, book.currency),
                    .count(record.ageDays(on: today)),
                ],
                shown: [
                    name, member, day, Self.word(record.state)(language),
                    shown(record.totalMinor, book.currency, language), shown(record.dueMinor, book.currency, language),
                    "\(record.ageDays(on: today))",
                ])
        }
        try snapshot.check()
        listing.total = [say("Dû", "Due"), "", "", "", "", shown(due, book.currency, language), ""]
        show(listing)
    }

    private static func word(_ state: ClaimState) -> Text {
        switch state {
        case .claimed: Text("à décider", "to decide")
        case .approved: Text("approuvée", "approved")
        case .rejected: Text("rejetée", "rejected")
        case .reimbursed: Text("remboursée", "reimbursed")
        }
    }
}

struct CoopDistrict: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "district",
        abstract: say(
            "Les sommes d’un district par mois, d’au moins cinq vendeurs.",
            "A district's sums by month, of at least five sellers."),
        discussion: say(
            "Un mois est publié une fois terminé, sur les vendeurs présents du premier au dernier jour.",
            "A month is published once it is over, over the sellers present from its first to its last day."))

    @Argument(help: ArgumentHelp(say("Le district.", "The district."))) var district: String
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let book = try Opening.book(book, snapshot.views)
        let language = Invocation.current.language
        if Viewer.current.scope != .district(book: book.name, district) {
            try Viewer.current.require(operatorOf: book)
        }
        guard let months = Array(district.utf8).withBytes({ DistrictReport.months(of: $0, book, snapshot.views) })
        else {
            guard Viewer.current.operates(book) else { throw Viewer.unknown(district) }
            throw LedgerError.unknown(.district(book), district, for: .current, snapshot.views)
        }
        try snapshot.check()
        var listing = Listing([
            .init(key: "month", title: Text("Mois", "Month")),
            .init(key: "sellers", title: Text("Vendeurs", "Sellers"), isNumber: true),
            .init(key: "orders", title: Text("Commandes", "Orders"), isNumber: true),
            .init(key: "sales", title: Text("Ventes", "Sales"), isNumber: true),
            .init(key: "refunds", title: Text("Retours", "Refunds"), isNumber: true),
        ])
        func amount(_ minor: Int64?) -> JSON { minor.map { .amount($0, book.currency) } ?? .null }
        func text(_ minor: Int64?) -> String { minor.map { shown($0, book.currency, language) } ?? "–" }
        for month in months {
            let name = String(month.firstDay.text.prefix(7))
            listing.add(
                [
                    .text(name), .count(month.sellers), month.orders.map { .int($0) } ?? .null,
                    amount(month.salesMinor), amount(month.refundsMinor),
                ],
                shown: [
                    name, "\(month.sellers)", month.orders.map { "\($0)" } ?? "–", text(month.salesMinor),
                    text(month.refundsMinor),
                ])
        }
        show(listing)
        guard Invocation.current.format == .table else { return }
        putLine(
            say(
                "– : moins de \(DistrictReport.sellersMin) vendeurs",
                "–: fewer than \(DistrictReport.sellersMin) sellers"))
    }
}
