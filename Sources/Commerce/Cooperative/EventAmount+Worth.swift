import Accounting
import Bytes
import Events
import Index

/// What events are worth that do not say it themselves: a point look-up each.
extension EventAmount {
    /// Of orders, payouts, licences, goods and parcels. What a policy fixes, such as the fees of a delivery, is no amount that somebody chose.
    static func worth(_ body: EventBody, _ fact: Fact, _ views: Views) throws -> EventAmount? {
        guard let book = fact.book else { return nil }
        switch body {
        case .purchaseCancelled(let b): return try order(PurchaseCancelledView(b).order, book, views)
        case .orderHandedOver(let b): return try order(OrderHandedOverView(b).order, book, views)
        case .payoutSettled(let b): return try payout(PayoutSettledView(b).payout, book, views)
        case .payoutReturned(let b): return try payout(PayoutReturnedView(b).payout, book, views)
        case .licenceGranted(let b):
            let body = try LicenceGrantedView(b)
            guard let purchase = views.order(body.order, book).flatMap({ views.purchase($0) }),
                Int64(body.line) < Int64(purchase.body.lines.count)
            else { return nil }
            let line = try purchase.body.lines[Int(body.line)]
            var worth = line.amountMinor
            // What others pay the seller is shared with its creators, too.
            for encoded in line.discounts {
                let discount = try encoded.view()
                if discount.funder != .seller { worth = added(worth, discount.amountMinor) }
            }
            return EventAmount("line", worth)
        case .licenceRevoked(let b):
            let licence = try LicenceRevokedView(b).licence
            return views.licence(licence, book).map { EventAmount("licence", $0.royaltiesMinor) }
        case .stockShipped(let b): return try goods(StockShippedView(b).lines, book, views) { $0.worth(of: $1) }
        case .stockReturned(let b):
            let body = try StockReturnedView(b)
            guard let order = Stock.order(body.order, of: body.orderBook, views) else { return nil }
            return try goods(body.lines, book, views) { stock, quantity in
                let out = Stock.out(order, stock.number, views)
                return StockRecord(number: stock.number, onHand: out.units, valueMinor: out.costMinor)
                    .worth(of: quantity)
            }
        case .stockAdjusted(let b):
            let body = try StockAdjustedView(b)
            let stock = views.stock(body.product, of: body.owner, book)
            return EventAmount("change", (stock.map { $0.worth(of: body.change) } ?? 0) ?? .max)
        case .stockCounted(let b):
            let body = try StockCountedView(b)
            guard let stock = views.stock(body.product, of: body.owner, book),
                let site = views.storageSite(body.site)
            else { return EventAmount("counted", 0) }
            let (change, overflow) = body.counted.subtractingReportingOverflow(
                views.onHand(stock.number, site, endOf: fact.day))
            return EventAmount("counted", overflow ? .max : stock.worth(of: change) ?? .max)
        case .parcelLost(let b):
            let parcel = try ParcelLostView(b).parcel
            return views.parcel(parcel, book).map { EventAmount("parcel", $0.record.worthMinor) }
        case .scanVoided(let b): return try voided(ScanVoidedView(b), fact, book, views)
        default: return nil
        }
    }

    /// The greater side of an exchange: what is sold, what is bought, and what the book carries the part of its position at that it sells.
    static func exchanged(_ body: CurrencyExchangedView, _ fact: Fact, _ views: Views) throws -> EventAmount? {
        guard let book = fact.book else { return nil }
        if book.isCurrency(body.soldCurrency) { return EventAmount("soldMinor", body.soldMinor) }
        let stated =
            book.isCurrency(body.boughtCurrency)
            ? EventAmount("boughtMinor", body.boughtMinor) : EventAmount("bookAmountMinor", body.bookAmountMinor)
        guard let sold = Currency(utf8: body.soldCurrency.buffer) else { return stated }
        let holding = views.currencyHolding(book, sold)
        guard holding > 0 else { return stated }
        let carried =
            Int128(views.currencyWorth(book, sold)) * Int128(body.soldMinor) / Int128(holding)
        let minor = Int64(clamping: carried)
        return minor.magnitude > stated.minor.magnitude ? EventAmount("soldMinor", minor) : stated
    }

    private static func order(_ name: Bytes, _ book: Book, _ views: Views) throws -> EventAmount? {
        guard let order = views.order(name, book), let purchase = views.purchase(order) else { return nil }
        return EventAmount("order", try Self.purchase(purchase.body).minor)
    }

    private static func payout(_ name: Bytes, _ book: Book, _ views: Views) -> EventAmount? {
        views.payout(name, book).map { EventAmount("payout", $0.amountMinor) }
    }

    private static func goods(
        _ lines: Repeated<StockQuantityView>, _ book: Book, _ views: Views, _ worth: (StockRecord, Int64) -> Int64?
    ) throws -> EventAmount {
        var sum: Int64 = 0
        for encoded in lines {
            let line = try encoded.view()
            guard let stock = views.stock(line.product, of: line.owner, book) else { continue }
            sum = added(sum, worth(stock, line.quantity) ?? .max)
        }
        return EventAmount("lines", sum)
    }

    /// What a loss or a damage took that did not occur; nothing where a scan moved no worth.
    private static func voided(
        _ body: ScanVoidedView, _ fact: Fact, _ book: Book, _ views: Views
    ) throws -> EventAmount {
        guard body.scannedSequence < fact.sequence, let scan = views.event(body.scannedSequence)?.body else {
            return EventAmount("scannedSequence", 0)
        }
        return switch scan {
        case .parcelLost: EventAmount("scannedSequence", views.parcel(body.parcel, book)?.record.worthMinor ?? 0)
        case .parcelDamaged(let b): EventAmount("scannedSequence", try ParcelDamagedView(b).damageMinor)
        default: EventAmount("scannedSequence", 0)
        }
    }
}

extension Views {
    fileprivate func stock(_ product: Bytes, of owner: Bytes, _ book: Book) -> StockRecord? {
        stock(Goods(book: book.id, owner: Stock.owner(owner, self), product: product))
    }
}
