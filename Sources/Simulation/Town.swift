import Events

/// Who and what there is, in numbers that follow from the number of members: the same plan for the same options.
struct Town {
    /// What a product is to the simulation.
    enum Goods: UInt8 {
        /// Kept by its seller, handed over in the store or sent.
        case ordinary
        /// A printed book in the warehouse of the booksellers' cooperative.
        case storedBook
        /// An album or an e-book.
        case digital
    }

    struct Product {
        let seller: Int
        let priceMinor: Int64
        let taxClass: TaxClass
        let goods: Goods
        let category: Int
    }

    static let categories = [
        "Épicerie", "Maison", "Vêtements", "Électronique", "Jouets", "Jardin", "Sports", "Beauté", "Livres", "Musique",
    ]
    static let largeRetailers = 15
    static let institutions: [StaticString] = ["815", "006"]
    /// Sellers that are cooperatives with books of their own.
    let booksellers: Int
    let musicians: Int

    let members: Int
    let visitors: Int
    let sellers: Int
    let lockerSites: Int
    let carriers: Int
    let media: Int
    let drivers: Int
    let workers: Int
    let storedBooks: Int
    let works: Int
    let products: [Product]
    /// Places of products by what they are.
    let ordinary: [Int]

    init(members: Int, chance: inout Chance) {
        self.members = members
        visitors = max(10, members / 10)
        let shops = max(12, members / 60)
        booksellers = Self.largeRetailers + shops
        musicians = booksellers + 1
        sellers = musicians + 1
        lockerSites = max(16, members / 50)
        carriers = max(3, min(12, members / 400))
        media = 4
        drivers = max(6, members / 150)
        workers = max(4, min(60, members / 400))
        storedBooks = max(30, min(400, members / 20))
        works = max(12, min(200, members / 40))
        var products: [Product] = []
        var ordinary: [Int] = []
        for seller in 0..<Self.largeRetailers + shops {
            for _ in 0..<(seller < Self.largeRetailers ? 60 : 12) {
                let category = chance.below(8)
                ordinary.append(products.count)
                products.append(
                    Product(
                        seller: seller, priceMinor: Self.price(&chance),
                        taxClass: category == 0 ? .zeroRated : .standard,
                        goods: .ordinary, category: category))
            }
        }
        for _ in 0..<storedBooks {
            products.append(
                Product(
                    seller: booksellers, priceMinor: chance.within(995...6_995), taxClass: .printedBook,
                    goods: .storedBook,
                    category: 8))
        }
        for _ in 0..<works {
            products.append(
                Product(
                    seller: musicians, priceMinor: chance.within(499...1_499), taxClass: .digital, goods: .digital,
                    category: 9))
        }
        self.products = products
        self.ordinary = ordinary
    }

    var firstStoredBook: Int { ordinary.count }
    var firstWork: Int { ordinary.count + storedBooks }

    /// Many small prices, few large ones.
    private static func price(_ chance: inout Chance) -> Int64 {
        let scale: [Int64] = [400, 900, 1_500, 3_000, 6_000, 12_000, 40_000]
        let least = scale[chance.weighted([20, 25, 22, 15, 10, 6, 2])]
        return chance.within(least...(least * 2)) / 5 * 5 + 4
    }
}
