import Bytes
package import Commerce
package import Events

/// A booksellers' cooperative, "boreal", keeps its books at the warehouse "north" of another, "depot", and in its own shop; it sells them on
/// "grand-io", where it is the seller "boreal". The printer supplies it; its member sam leaves goods of his own with it.
extension Story {
    /// What opens the books, and the story after it. Signed and recorded once: signatures take longer than a short history.
    package static func warehouses() throws -> (story: Story, events: [Event]) { try signedWarehouses.get() }

    private static let signedWarehouses = Result {
        var story = Story()
        var events: [Event] = []
        let signers = [("boreal", "sam"), ("depot", "dee"), ("grand-io", "ana")]
        for (book, body) in try bodies + signers.map({ ($0.0, try Body.signingKey(of: $0.1)) }) {
            story.book = book
            events.append(story.event(body))
        }
        story.book = "depot"
        let agreement = Body.agreement(
            "storage", client: "boreal", kind: .warehousing, [.unit("storage-day", 2), .unit("pick", 85)])
        events.append(try story.event(agreement).approved(by: ["dee", "sam"]))
        story.book = "grand-io"
        let market = Body.agreement("market", client: "boreal", kind: .platform, [.unit("order", 10)])
        events.append(try story.event(market).approved(by: ["ana", "sam"]))
        events += listings.map { story.event($0) }
        let desk = try Desk(opening: [])
        for event in events { try desk.record(event) }
        return (story: story, events: events)
    }

    /// The books' names, and what is recorded in each before the agreement, which sam signs for boreal and dee for depot.
    private static let bodies: [(book: String, body: Body)] =
        [
            ("grand-io", .founding()), ("grand-io", .calendar()),
            ("boreal", .founding(name: "Boréal", clock: .machine)), ("boreal", .calendar()),
            ("depot", .founding(name: "Dépôt", clock: .machine)),
        ]
        + ["ana", "boreal", "sam", "printer", "dee"].map { ("grand-io", .identity($0)) }
        + [
            ("grand-io", .admission("ana", [.consumer])), ("grand-io", .admission("boreal", [.seller])),
            ("grand-io", .admission("sam", [.seller])), ("boreal", .admission("sam", [.worker])),
            ("depot", .admission("dee", [.worker])),
            ("depot", .siteOpened("north", name: "Entrepôt Nord")), ("boreal", .siteOpened("shop")),
        ]

    /// What is sold by the agreement of grand-io, which ana signs for it, and boreal.
    private static let listings: [Body] = [
        .stocked("novel", "boreal", seller: "boreal"), .stocked("atlas", "boreal", seller: "boreal"),
        .stocked("zine", "boreal", seller: "sam"),
    ]
}

extension Desk {
    /// The books of `Story.warehouses`.
    package static func warehouses() throws -> Desk {
        let (story, events) = try Story.warehouses()
        let desk = try Desk(opening: [])
        try desk.replay(events)
        desk.story = story
        return desk
    }

    @discardableResult
    package func record(_ body: Body, in book: String, at time: String? = nil) throws -> [String] {
        story.book = book
        defer { story.book = "grand-io" }
        return try record(body, at: time)
    }

    package func refusal(_ body: Body, in book: String, at time: String? = nil) throws -> Refusal? {
        story.book = book
        defer { story.book = "grand-io" }
        return try refusal(body, at: time)
    }

    package func balance(in book: String, _ account: String, _ party: String = "") -> Int64 {
        story.book = book
        defer { story.book = "grand-io" }
        return balance(account, party)
    }

    /// What a book holds of some goods.
    package func stock(_ product: String, owner: String = "", in book: String = "boreal") -> StockRecord? {
        guard let id = self.book(book)?.id else { return nil }
        return Array(product.utf8).withBytes { name in
            views.stock(Goods(book: id, owner: owner.isEmpty ? 0 : party(owner), product: name))
        }
    }

    /// What stands of them at a site.
    package func place(
        _ product: String, owner: String = "", _ site: String, in book: String = "boreal"
    ) -> StockPlaceRecord? {
        guard let stock = stock(product, owner: owner, in: book),
            let site = Array(site.utf8).withBytes({ views.storageSite($0) })
        else { return nil }
        return views.stockPlace(stock.number, site)
    }

    /// What a book used of a site; days as ISO 8601.
    package func usage(_ owner: String = "boreal", _ site: String, _ from: String, _ to: String) -> StorageUsage? {
        guard let book = book(owner), let site = Array(site.utf8).withBytes({ views.storageSite($0) }) else {
            return nil
        }
        return views.storageUsage(owner: book, site: site, from: Story.day(from), to: Story.day(to))
    }
}

extension Story {
    /// Days since 1970 of an ISO 8601 date.
    package static func day(_ text: String) -> Int32 {
        Int32(clamping: us("\(text)T00:00:00Z") / 86_400_000_000)
    }
}
