import Accounting
import Bytes
import Commerce
import Events

extension Simulation {
    /// Copies of each book at the start and after each month's delivery.
    private static let copies = 40

    /// The booksellers' cooperative keeps its books with a warehouse operator, which is a cooperative too.
    func foundWarehouse() throws {
        try found(Books.warehouse, "Entrepôt coopératif", .workers)
        try found(Books.booksellers, "Libraires indépendants", .solidarity)
        try register(Bytes("diffuseur"))
        try tell(Books.warehouse) { event in
            event.storageSiteOpened {
                $0.site("entrepot-montreal")
                $0.name("Entrepôt de Montréal")
            }
        }
    }

    func stockBooks() throws {
        for book in 0..<town.storedBooks { try receive(book, Self.copies) }
    }

    /// Fills up what was sold since.
    func replenish() throws {
        for book in 0..<town.storedBooks where stock[book] < Self.copies / 2 {
            try receive(book, Self.copies - stock[book])
        }
    }

    private func receive(_ book: Int, _ copies: Int) throws {
        stock[book] += copies
        shelf[book] += copies
        let number = town.firstStoredBook + book
        // Six tenths of the price.
        let cost = town.products[number].priceMinor * 6 / 10 * Int64(copies)
        shop.payments += 1
        let receipt = names("reception-", shop.payments)
        try tell(Books.booksellers) { event in
            event.stockReceived {
                $0.receipt(receipt)
                $0.site("entrepot-montreal")
                $0.product(product(number))
                $0.quantity(Int64(copies))
                $0.costMinor(cost)
                $0.currency("CAD")
                $0.supplier("diffuseur")
            }
        }
    }

    /// A book of which a copy is free, or none.
    func storedBook() -> Int? {
        for _ in 0..<4 {
            let book = chance.favoured(town.storedBooks)
            if stock[book] > 0 {
                stock[book] -= 1
                return town.firstStoredBook + book
            }
        }
        return nil
    }

    func isStored(_ number: Int) -> Bool {
        shop.orders[number].lines.contains { town.products[$0.product].goods == .storedBook }
    }

    /// The warehouse takes an order's books from the shelf, packs them and lets them go.
    func ship(_ number: Int) throws {
        let lines = shop.orders[number].lines
        picked += 1
        for line in lines where town.products[line.product].goods == .storedBook {
            shelf[line.product - town.firstStoredBook] -= Int(line.quantity)
        }
        func write(_ line: StockQuantityWriter, _ bought: (product: Int, quantity: Int64, amountMinor: Int64)) {
            line.product(product(bought.product))
            line.quantity(bought.quantity)
        }
        try tell(Books.booksellers) { event in
            event.stockPicked { picked in
                picked.order(order(number))
                picked.orderBook(Bytes(Books.market))
                picked.site("entrepot-montreal")
                for line in lines { picked.lines { write($0, line) } }
            }
        }
        try tell(Books.booksellers) { event in
            event.stockPacked {
                $0.order(order(number))
                $0.orderBook(Bytes(Books.market))
                $0.site("entrepot-montreal")
                $0.parcel(parcel(number))
            }
        }
        try tell(Books.booksellers) { event in
            event.stockShipped { shipped in
                shipped.order(order(number))
                shipped.orderBook(Bytes(Books.market))
                shipped.site("entrepot-montreal")
                for line in lines { shipped.lines { write($0, line) } }
            }
        }
    }
}
