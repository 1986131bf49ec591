import Accounting
import ArgumentParser
import Commerce
import Ledger

struct PaymentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payments",
        abstract: say("Autorisations ouvertes et cartes-cadeaux.", "Open authorizations and gift cards."),
        subcommands: [PaymentsHolds.self, PaymentsCards.self])
}

struct PaymentsHolds: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "holds",
        abstract: say("Les autorisations dont il reste une somme.", "The authorizations of which something is left."))

    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func run() throws {
        let snapshot = try Opening.snapshot()
        let books = try Opening.books(book, snapshot.views)
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "authorization", title: Text("Autorisation", "Authorization")),
            .init(key: "order", title: Text("Commande", "Order")),
            .init(key: "institution", title: Text("Inst.", "Inst.")),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
            .init(key: "left", title: Text("Reste", "Left"), isNumber: true),
            .init(key: "expiresAt", title: Text("Échéance", "Expires")),
            .init(key: "isExpired", title: Text("Échue", "Expired"), isOptional: true), Listing.bookColumn(books),
        ])
        (listing.nameColumns, listing.nothing) = (1, Text("Aucune autorisation ouverte.", "No open authorization."))
        for (book, hold) in try books.flatMap({ book in
            try PaymentViews.holds(book, for: .current, snapshot).map { (book, $0) }
        }) {
            listing.add(
                [
                    .text(hold.authorization), .text(hold.order), .text(hold.institution),
                    .amount(hold.amountMinor, book.currency), .amount(hold.leftMinor, book.currency),
                    .time(hold.expiresAtUs), .bool(hold.isExpired), .text(book.name),
                ],
                shown: [
                    hold.authorization, hold.order, hold.institution, shown(hold.amountMinor, book.currency, language),
                    shown(hold.leftMinor, book.currency, language), InstantText.format(us: hold.expiresAtUs),
                    hold.isExpired ? say("oui", "yes") : "", book.name,
                ])
        }
        show(listing)
    }
}

struct PaymentsCards: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "cards", abstract: say("Le solde des cartes-cadeaux.", "The balances of gift cards."))

    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Flag(help: ArgumentHelp(say("Aussi les cartes vides.", "Empty cards too."))) var all = false

    func run() throws {
        let snapshot = try Opening.snapshot()
        let books = try Opening.books(book, snapshot.views)
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "card", title: Text("Carte", "Card")),
            .init(key: "buyer", title: Text("Acheteur", "Buyer")),
            .init(key: "sold", title: Text("Vendue", "Sold"), isNumber: true),
            .init(key: "balance", title: Text("Solde", "Balance"), isNumber: true), Listing.bookColumn(books),
        ])
        (listing.nameColumns, listing.nothing) = (1, Text("Aucune carte-cadeau.", "No gift card."))
        for (book, card) in try books.flatMap({ book in
            try PaymentViews.cards(book, all: all, for: .current, snapshot).map { (book, $0) }
        }) {
            listing.add(
                [
                    .text(card.card), .text(card.buyer), .amount(card.soldMinor, book.currency),
                    .amount(card.balanceMinor, book.currency), .text(book.name),
                ],
                shown: [
                    card.card, card.buyer, shown(card.soldMinor, book.currency, language),
                    shown(card.balanceMinor, book.currency, language), book.name,
                ])
        }
        show(listing)
    }
}
