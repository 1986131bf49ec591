import Accounting
import ArgumentParser
import Bytes
import Commerce
import Events
import Index
import Ledger

struct OrdersCommand: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: say(
            "Une commande, celles d’un acheteur, ou le total.", "One order, those of a buyer, or all in sum."),
        discussion: say(
            """
            Exemples :
              grandlivre orders c-12 --book grand-io
              grandlivre orders --buyer m-12 --book grand-io
            """,
            """
            Examples:
              grandlivre orders c-12 --book grand-io
              grandlivre orders --buyer m-12 --book grand-io
            """))

    @Argument(help: ArgumentHelp(say("Une commande.", "One order."))) var order: String?
    @Flag(help: ArgumentHelp(say("Le total de toutes.", "The sum of all."))) var summary = false
    @Option(help: ArgumentHelp(say("Les commandes d’un acheteur.", "The orders of a buyer."))) var buyer: String?
    @Option(help: ArgumentHelp(say("Celles où vend ce vendeur.", "Those in which this seller sells."))) var seller:
        String?
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(parsing: .unconditional, help: RowLimit.help, transform: { try RowLimit($0) }) var limit = RowLimit.ofList

    func run() throws {
        let snapshot = try Opening.snapshot()
        let books = try Opening.books(book, snapshot.views)
        let book = books[0]
        if !Viewer.current.operates(book) {
            try printOwn(books, snapshot)
        } else if summary {
            try printSummary(book, snapshot)
        } else if let order {
            try printOrder(order, book, snapshot)
        } else {
            try printList(book, snapshot)
        }
    }

    private func printSummary(_ book: Book, _ snapshot: LedgerSnapshot) throws {
        let summary = OrderSummary(book, snapshot.views)
        try snapshot.check()
        if Invocation.current.format == .table {
            let language = Invocation.current.language
            var listing = Listing([
                .init(key: "item", title: Text("Commandes", "Orders")),
                .init(key: "value", title: Text("\(book.name)", "\(book.name)"), isNumber: true),
            ])
            for (title, count) in [
                (Text("commandes", "orders"), summary.orders), (Text("lignes", "lines"), summary.lines),
            ] {
                listing.add([.text(title(language)), .text(shown(count: count, language))])
            }
            listing.add([
                .text(say("marchandises", "merchandise")),
                .text(shown(summary.merchandiseMinor, book.currency, language)),
            ])
            for tax in summary.taxes {
                listing.add([
                    .text(Text.tax(tax.tax)(language)), .text(shown(tax.amountMinor, book.currency, language)),
                ])
            }
            listing.add([.text("total"), .text(shown(summary.totalMinor, book.currency, language))])
            put(listing.table(language))
            return
        }
        var members: [(String, JSON)] = [
            ("orders", .int(summary.orders)), ("lines", .int(summary.lines)),
            ("merchandise", .amount(summary.merchandiseMinor, book.currency)),
        ]
        // The contract names these two; a book without them says 0.
        for tax in ["gst", "qst"] where !summary.taxes.contains(where: { $0.tax == tax }) {
            members.append((tax, .amount(0, book.currency)))
        }
        for tax in summary.taxes { members.append((tax.tax, .amount(tax.amountMinor, book.currency))) }
        members.append(("total", .amount(summary.totalMinor, book.currency)))
        if Invocation.current.format == .json {
            putLine(JSON.object(members).line)
        } else {
            var listing = Listing(members.map { .init(key: $0.0, title: Text($0.0, $0.0)) })
            listing.add(members.map(\.1))
            put(listing.csv)
        }
    }

    func status(_ order: OrderRecord) -> (code: String, text: Text) {
        let text =
            switch order.status {
            case .cancelled: Text("annulée", "cancelled")
            case .refunded:
                order.remainingMinor > 0
                    ? Text("rembours. partiel", "partly refunded") : Text("remboursée", "refunded")
            case .handedOver: Text("remise", "handed over")
            case .paid: Text("payée", "paid")
            case .placed: Text("passée", "placed")
            }
        return (order.status.rawValue, text)
    }

    /// Whether a line is the seller's; everybody's where none is named.
    static func sells(_ seller: String?, _ body: PurchasePlacedView) -> Bool {
        guard let seller else { return true }
        return body.lines.contains { (try? $0.view())?.seller.string == seller }
    }

    private func printList(_ book: Book, _ snapshot: LedgerSnapshot) throws {
        let views = snapshot.views
        var listing = Listing([
            .init(key: "order", title: Text("Commande", "Order")), .init(key: "date", title: Text("Date", "Date")),
            .init(key: "buyer", title: Text("Acheteur", "Buyer")),
            .init(key: "lines", title: Text("Lignes", "Lines"), isNumber: true, isOptional: true),
            .init(key: "merchandise", title: Text("Marchandises", "Merchandise"), isNumber: true, isHidden: true),
            .init(key: "total", title: Text("Total", "Total"), isNumber: true),
            .init(key: "due", title: Text("Dû", "Due"), isNumber: true),
            .init(key: "status", title: Text("État", "Status")), Listing.bookColumn([book]),
        ])
        listing.nothing = Text("Aucune commande.", "No order.")
        listing.nameColumns = buyer == nil && seller == nil ? 1 : 0
        listing.limit = limit.rows
        var names: [[UInt8]] = []
        if let party = buyer ?? seller {
            var query = EventQuery()
            query.party = party
            query.kind = .purchasePlaced
            query.isReversed = true
            for sequence in try query.sequences(snapshot) {
                guard let event = views.event(sequence), let body = try? PurchasePlacedView(event.bodyBytes),
                    buyer == nil || body.buyer.string == buyer, Self.sells(seller, body)
                else { continue }
                names.append(body.order.array)
                if names.count == limit.oneMore { break }
            }
        } else {
            let isTable = Invocation.current.format == .table
            names = views.orderNames(book, limit: isTable ? .max : limit.oneMore)
            if isTable { names = Array(names.inNameOrder().prefix(limit.oneMore)) }
        }
        let language = Invocation.current.language
        for name in names {
            guard let order = name.withBytes({ views.order($0, book) }) else { continue }
            let date = CivilDate(clampingDays: Int64(order.day)).text
            let text = String(decoding: name, as: UTF8.self)
            let status = status(order)
            listing.add(
                [
                    .text(text), .text(date), .text(views.partyName(order.buyer)), .int(order.lines),
                    .amount(order.merchandiseMinor, book.currency), .amount(order.totalMinor, book.currency),
                    .amount(order.dueMinor, book.currency), .text(status.code), .text(book.name),
                ],
                shown: [
                    text, date, views.partyName(order.buyer), "\(order.lines)",
                    shown(order.totalMinor, book.currency, language),
                    shown(order.dueMinor, book.currency, language), status.text(language),
                ])
        }
        try snapshot.check()
        show(listing)
    }

    func printOrder(_ name: String, _ book: Book, _ snapshot: LedgerSnapshot) throws {
        let views = snapshot.views
        guard let order = Array(name.utf8).withBytes({ views.order($0, book) }), let purchase = views.purchase(order)
        else {
            try snapshot.check()
            throw LedgerError.unknown(.order(book), name, for: .current, views)
        }
        var query = EventQuery()
        query.viewer = .current
        query.book = book.name
        query.order = name
        let sequences = try query.sequences(snapshot)
        let language = Invocation.current.language
        var lines = Listing([
            .init(key: "product", title: Text("Produit", "Product")),
            .init(key: "seller", title: Text("Vendeur", "Seller")),
            .init(key: "quantity", title: Text("Qté", "Qty"), isNumber: true),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
            .init(key: "taxClass", title: Text("Classe", "Class")),
            .init(key: "discounts", title: Text("Rabais", "Discounts"), isNumber: true, isOptional: true),
        ])
        for encoded in purchase.body.lines {
            guard let line = try? encoded.view() else { continue }
            var discount: Int64 = 0
            for encoded in line.discounts { discount &+= (try? encoded.view())?.amountMinor ?? 0 }
            lines.add(
                [
                    .text(line.product.string), .text(line.seller.string), .int(line.quantity),
                    .amount(line.amountMinor, book.currency),
                    .text("\(line.taxClass)"), .amount(discount, book.currency),
                ],
                shown: [
                    line.product.string, line.seller.string, "\(line.quantity)",
                    shown(line.amountMinor, book.currency, language),
                    Label.taxClass(line.taxClass)(language),
                    discount == 0 ? "" : shown(discount, book.currency, language),
                ])
        }
        var taxes: [(String, Int64)] = []
        for encoded in purchase.body.taxes {
            guard let tax = try? encoded.view() else { continue }
            taxes.append((tax.tax.string, tax.amountMinor))
        }
        try snapshot.check()
        let status = status(order)
        guard Invocation.current.format == .table else {
            putLine(
                JSON.object([
                    ("order", .text(name)), ("book", .text(book.name)), ("placedAt", .time(purchase.atUs)),
                    ("date", .text(CivilDate(clampingDays: Int64(order.day)).text)),
                    ("buyer", .text(views.partyName(order.buyer))),
                    ("status", .text(status.code)), ("currency", .text(book.currency.code)), ("lines", lines.json),
                    ("merchandise", .amount(order.merchandiseMinor, book.currency)),
                    (
                        "taxes",
                        .array(taxes.map { .object([("tax", .text($0.0)), ("amount", .amount($0.1, book.currency))]) })
                    ),
                    ("total", .amount(order.totalMinor, book.currency)),
                    ("remaining", .amount(order.remainingMinor, book.currency)),
                    ("paid", .amount(order.paidMinor, book.currency)), ("due", .amount(order.dueMinor, book.currency)),
                    ("events", .array(sequences.map { .count($0) })),
                ]).line)
            return
        }
        putLine(
            "\(name) · \(views.partyName(order.buyer)) · \(CivilDate(clampingDays: Int64(order.day)).text) · \(status.text(language))"
        )
        put(lines.table(language))
        var sums = say("Marchandises ", "Merchandise ") + shown(order.merchandiseMinor, book.currency, language)
        for tax in taxes { sums += " · \(Text.tax(tax.0)(language)) " + shown(tax.1, book.currency, language) }
        putLine(sums + say(" · total ", " · total ") + shown(order.totalMinor, book.currency, language))
        if order.remainingMinor != order.totalMinor {
            putLine(
                say("Reste après remboursements ou annulation ", "Remaining after refunds or cancellation ")
                    + shown(order.remainingMinor, book.currency, language))
        }
        putLine(
            say("Payé ", "Paid ") + shown(order.paidMinor, book.currency, language) + say(" · dû ", " · due ")
                + shown(order.dueMinor, book.currency, language))
        putLine("")
        put(try EventTable.listing(sequences, snapshot).table(language))
    }
}
