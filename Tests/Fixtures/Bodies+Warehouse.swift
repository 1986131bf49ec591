package import Events
import SwiftProtobuf

/// Goods in store, in few words. Quantities in units, costs in cents.
extension Body {
    package static func siteOpened(_ site: String, name: String = "") -> Body {
        .storageSiteOpened(
            .with {
                $0.site = site
                $0.name = name
            })
    }

    package static func siteClosed(_ site: String) -> Body { .storageSiteClosed(.with { $0.site = site }) }

    /// Goods of the cooperative where no owner is named.
    package static func receipt(
        _ receipt: String, _ site: String, _ product: String, _ quantity: Int64, cost: Int64 = 0,
        supplier: String = "printer", owner: String = "", currency: String = "CAD"
    ) -> Body {
        .stockReceived(
            .with {
                $0.receipt = receipt
                $0.site = site
                $0.product = product
                $0.quantity = quantity
                $0.costMinor = cost
                $0.currency = cost == 0 ? "" : currency
                $0.supplier = cost == 0 ? "" : supplier
                $0.owner = owner
            })
    }

    package static func move(
        _ movement: String, _ from: String, _ to: String, _ product: String, _ quantity: Int64, owner: String = ""
    ) -> Body {
        .stockMoved(
            .with {
                $0.movement = movement
                $0.fromSite = from
                $0.toSite = to
                $0.product = product
                $0.quantity = quantity
                $0.owner = owner
            })
    }

    /// - Parameter lines: product, quantity, owner.
    package static func pick(
        _ order: String, _ site: String, _ lines: [(String, Int64, String)], orderBook: String = "grand-io"
    ) -> Body {
        .stockPicked(
            .with {
                $0.order = order
                $0.orderBook = orderBook
                $0.site = site
                $0.lines = quantities(lines)
            })
    }

    package static func pack(_ order: String, _ site: String, _ parcel: String, orderBook: String = "grand-io") -> Body
    {
        .stockPacked(
            .with {
                $0.order = order
                $0.orderBook = orderBook
                $0.site = site
                $0.parcel = parcel
            })
    }

    package static func ship(
        _ order: String, _ site: String, _ lines: [(String, Int64, String)], orderBook: String = "grand-io"
    ) -> Body {
        .stockShipped(
            .with {
                $0.order = order
                $0.orderBook = orderBook
                $0.site = site
                $0.lines = quantities(lines)
            })
    }

    package static func comeBack(
        _ id: String, _ order: String, _ site: String, _ lines: [(String, Int64, String)],
        orderBook: String = "grand-io"
    ) -> Body {
        .stockReturned(
            .with {
                $0.returnID = id
                $0.order = order
                $0.orderBook = orderBook
                $0.site = site
                $0.lines = quantities(lines)
            })
    }

    package static func adjustment(
        _ id: String, _ site: String, _ product: String, _ change: Int64, reason: String = "broken",
        owner: String = ""
    ) -> Body {
        .stockAdjusted(
            .with {
                $0.adjustment = id
                $0.site = site
                $0.product = product
                $0.change = change
                $0.reason = reason
                $0.owner = owner
            })
    }

    package static func count(
        _ id: String, _ site: String, _ product: String, _ counted: Int64, owner: String = ""
    ) -> Body {
        .stockCounted(
            .with {
                $0.count = id
                $0.site = site
                $0.product = product
                $0.counted = counted
                $0.owner = owner
            })
    }

    package static func stocked(
        _ product: String, _ stockBook: String, seller: String = "", _ taxClass: TaxClass = .zeroRated
    ) -> Body {
        .productListed(
            .with {
                $0.product = product
                $0.seller = seller
                $0.taxClass = taxClass
                $0.stockBook = stockBook
            })
    }

    private static func quantities(_ lines: [(String, Int64, String)]) -> [StockQuantity] {
        lines.map { line in
            StockQuantity.with {
                $0.product = line.0
                $0.quantity = line.1
                $0.owner = line.2
            }
        }
    }
}
