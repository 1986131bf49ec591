import Accounting
import Bytes
import Commerce
import Events
import Ledger

/// Orders as one party sees them: whole where it bought, its own lines where it sold.
extension OrdersCommand {
    func printOwn(_ books: [Book], _ snapshot: LedgerSnapshot) throws {
        guard !summary, let own = try Viewer.current.party(snapshot.views) else { throw Viewer.refused("orders") }
        for named in [buyer, seller] {
            if let named, named != snapshot.views.partyName(own) { throw Viewer.unknown(named) }
        }
        guard let order else { return try printOwnList(own, books, snapshot) }
        let views = snapshot.views
        let book = try Opening.book(book, views) { book in
            let record = Array(order.utf8).withBytes { views.order($0, book) }
            return try record.map { try Viewer.current.sight(of: $0, in: book, views) != .hidden } ?? false
        }
        guard let record = Array(order.utf8).withBytes({ views.order($0, book) }) else {
            throw LedgerError.unknown(.order(book), order, for: .current, views)
        }
        switch try Viewer.current.sight(of: record, in: book, views) {
        case .whole: try printOrder(order, book, snapshot)
        case .lines(let mine): try printOwnLines(order, record, mine, book, snapshot)
        case .hidden: throw LedgerError.unknown(.order(book), order, for: .current, views)
        }
    }

    /// What a seller may know of where the order stands: a refund of other lines is none of its affairs.
    private func ownStatus(_ order: OrderRecord) -> (code: String, text: Text) {
        var order = order
        order.hasRefunds = false
        return status(order)
    }

    private func printOwnList(_ own: UInt32, _ books: [Book], _ snapshot: LedgerSnapshot) throws {
        let views = snapshot.views
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "order", title: Text("Commande", "Order")), .init(key: "date", title: Text("Date", "Date")),
            .init(key: "buyer", title: Text("Acheteur", "Buyer")),
            .init(key: "lines", title: Text("Lignes", "Lines"), isNumber: true, isOptional: true),
            .init(key: "merchandise", title: Text("Marchandises", "Merchandise"), isNumber: true, isOptional: true),
            .init(key: "total", title: Text("Total", "Total"), isNumber: true),
            .init(key: "due", title: Text("Dû", "Due"), isNumber: true),
            .init(key: "status", title: Text("État", "Status")), Listing.bookColumn(books),
        ])
        listing.limit = limit.rows
        var query = EventQuery()
        query.kind = .purchasePlaced
        query.isReversed = true
        for sequence in try query.sequences(ofParty: own, snapshot) {
            guard listing.rows.count < limit.oneMore else { break }
            guard let event = views.event(sequence), let book = books.first(where: { $0.name == event.book.string }),
                let body = try? PurchasePlacedView(event.bodyBytes), let record = views.order(body.order, book)
            else { continue }
            let date = CivilDate(clampingDays: Int64(record.day)).text
            switch try Viewer.current.sight(of: record, in: book, views) {
            case .whole where Self.sells(seller, body):
                let status = status(record)
                let amounts = [record.merchandiseMinor, record.totalMinor, record.dueMinor]
                listing.add(
                    [.text(body.order.string), .text(date), .text(views.partyName(own)), .int(record.lines)]
                        + amounts.map { .amount($0, book.currency) } + [.text(status.code), .text(book.name)],
                    shown: [body.order.string, date, views.partyName(own), "\(record.lines)"]
                        + amounts.map { shown($0, book.currency, language) } + [status.text(language), book.name])
            case .lines(let mine) where buyer == nil:
                let sold = Self.amount(of: mine, body)
                let status = ownStatus(record)
                listing.add(
                    [
                        .text(body.order.string), .text(date), .null, .count(mine.count),
                        .amount(sold, book.currency), .null, .null, .text(status.code), .text(book.name),
                    ],
                    shown: [
                        body.order.string, date, "", "\(mine.count)", shown(sold, book.currency, language), "", "",
                        status.text(language), book.name,
                    ])
            case .whole, .lines, .hidden: continue
            }
        }
        try snapshot.check()
        show(listing)
    }

    private static func amount(of lines: [Int], _ body: PurchasePlacedView) -> Int64 {
        var sum: Int64 = 0
        for (position, encoded) in body.lines.enumerated() where lines.contains(position) {
            sum &+= (try? encoded.view())?.amountMinor ?? 0
        }
        return sum
    }

    private func printOwnLines(
        _ name: String, _ order: OrderRecord, _ mine: [Int], _ book: Book, _ snapshot: LedgerSnapshot
    ) throws {
        let views = snapshot.views
        let language = Invocation.current.language
        guard let purchase = views.purchase(order) else {
            throw LedgerError.unknown(.order(book), name, for: .current, views)
        }
        var query = EventQuery()
        query.viewer = .current
        query.book = book.name
        query.order = name
        let sequences = try query.sequences(snapshot)
        var lines = Listing([
            .init(key: "product", title: Text("Produit", "Product")),
            .init(key: "seller", title: Text("Vendeur", "Seller")),
            .init(key: "quantity", title: Text("Qté", "Qty"), isNumber: true),
            .init(key: "amount", title: Text("Montant", "Amount"), isNumber: true),
            .init(key: "taxClass", title: Text("Classe", "Class")),
        ])
        for (position, encoded) in purchase.body.lines.enumerated() where mine.contains(position) {
            guard let line = try? encoded.view() else { continue }
            lines.add(
                [
                    .text(line.product.string), .text(line.seller.string), .int(line.quantity),
                    .amount(line.amountMinor, book.currency), .text("\(line.taxClass)"),
                ],
                shown: [
                    line.product.string, line.seller.string, "\(line.quantity)",
                    shown(line.amountMinor, book.currency, language), Label.taxClass(line.taxClass)(language),
                ])
        }
        let merchandise = Self.amount(of: mine, purchase.body)
        let date = CivilDate(clampingDays: Int64(order.day)).text
        let status = ownStatus(order)
        try snapshot.check()
        guard Invocation.current.format == .table else {
            return putLine(
                JSON.object([
                    ("order", .text(name)), ("book", .text(book.name)), ("placedAt", .time(purchase.atUs)),
                    ("date", .text(date)), ("buyer", .null), ("status", .text(status.code)),
                    ("currency", .text(book.currency.code)), ("lines", lines.json),
                    ("merchandise", .amount(merchandise, book.currency)), ("taxes", .null), ("total", .null),
                    ("remaining", .null), ("paid", .null), ("due", .null),
                    ("events", .array(sequences.map { .count($0) })),
                ]).line)
        }
        putLine("\(name) · \(date) · \(status.text(language))")
        put(lines.table(language))
        putLine(say("Ses lignes ", "Own lines ") + shown(merchandise, book.currency, language))
        putLine("")
        put(try EventTable.listing(sequences, snapshot).table(language))
    }
}
