import Index
import Accounting
import Bytes
package import Events

/// Hints for the memory that an event's rules and fold are going to ask for.
///
/// The tables are larger than the cache, and a miss costs more than all the rest of a look-up. A batch's events are therefore announced some at a time: the
/// waits of many overlap. Nothing here reads or decides anything; leaving it out changes only the speed.
package enum Foresight {
    /// Announces an event: the places its keys and names hash to.
    @inline(__always)
    package static func announce(_ event: EventView, _ views: Views) {
        let index = views.index
        let key = views.key
        index.foresee(key.begin(.idempotency).u64(Idempotency.hash(event.source, event.key)).bytes)
        guard let book = views.book(event.book) else { return }
        switch event.body {
        case .purchasePlaced(let bytes):
            guard let body = try? PurchasePlacedView(bytes) else { return }
            index.foresee(key.begin(.order).u16(book.id).text(body.order).bytes)
            views.directory.foresee(.identity, body.buyer)
        case .paymentCaptured(let bytes):
            guard let body = try? PaymentCapturedView(bytes) else { return }
            index.foresee(key.begin(.payment).u16(book.id).text(body.payment).bytes)
            index.foresee(key.begin(.order).u16(book.id).text(body.order).bytes)
        default: break
        }
    }

    /// Announces it again, now that its names can be read at no cost: the buyer's membership and account.
    @inline(__always)
    package static func announceParties(_ event: EventView, _ views: Views) {
        guard case .purchasePlaced(let bytes)? = event.body, let body = try? PurchasePlacedView(bytes),
            let book = views.book(event.book), let buyer = views.directory.foreseeMember(body.buyer, book: book.id)
        else { return }
        let (high, low) = Views.account(book.id, AccountCode.receivable.rawValue, book.currency.rawValue, buyer)
        views.index.foreseeAccount(high, low)
    }
}
