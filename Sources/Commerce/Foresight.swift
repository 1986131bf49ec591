import Index
import Accounting
package import Bytes
import Events

/// Hints for the memory that an event's rules and fold are going to ask for.
///
/// The tables are larger than the cache, and a miss costs more than all the rest of a look-up. A batch's events are therefore announced some at a time: the
/// waits of many overlap. Nothing here reads or decides anything; leaving it out changes only the speed.
package final class Foresight {
    private var buyers: [(book: UInt16, currency: UInt16, name: Bytes)] = []

    package init() {}

    /// Begins with other events; those before are forgotten.
    package func begin() { buyers.removeAll(keepingCapacity: true) }

    /// Announces an event, if it can be read: the places its keys and names hash to. Its bytes must hold until `begin`.
    package func announce(_ proposal: Bytes, _ views: Views) {
        guard let event = try? EventView(proposal), let book = views.bookReference(event.book) else { return }
        let (id, currency) = book._withUnsafeGuaranteedRef { ($0.id, $0.currency.rawValue) }
        let index = views.index
        let key = views.key
        index.foresee(key.begin(.idempotency).u64(Idempotency.hash(event.source, event.key)).bytes)
        switch event.bodyField {
        case EventKind.purchasePlaced.rawValue:
            guard let body = try? PurchasePlacedView(event.bodyBytes) else { return }
            index.foresee(key.begin(.order).u16(id).text(body.order).bytes)
            views.directory.foreseeIdentity(body.buyer)
            buyers.append((id, currency, body.buyer))
            for encoded in body.lines {
                guard let line = try? encoded.view() else { break }
                views.directory.foreseeProduct(key.begin(.product).u16(id).text(line.product).bytes)
            }
        case EventKind.paymentCaptured.rawValue:
            guard let body = try? PaymentCapturedView(event.bodyBytes) else { return }
            index.foresee(key.begin(.payment).u16(id).text(body.payment).bytes)
            index.foresee(key.begin(.order).u16(id).text(body.order).bytes)
        default: break
        }
    }

    /// Announces the buyers' memberships and accounts, now that their names can be read at no cost.
    package func announceParties(_ views: Views) {
        let index = views.index
        let directory = views.directory
        for (book, currency, name) in buyers {
            guard let buyer = directory.foreseeMember(name, book: book) else { continue }
            let (high, low) = Views.account(book, AccountCode.receivable.rawValue, currency, buyer)
            index.foreseeAccount(high, low)
        }
    }
}
