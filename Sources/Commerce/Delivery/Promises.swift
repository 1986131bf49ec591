import Accounting
import Bytes
import Events
import Index

/// What is known of an order's delivery once it has parcels.
package struct OrderDeliveryRecord: Record {
    /// Parcels prepared for it.
    package var parcels: Int64 = 0
    /// How its promise was counted: 0 not yet, 1 kept, 2 missed, 3 missed by a parcel that is lost; the next three say where.
    package var outcome: Int64 = 0
    package var month: UInt32 = 0
    package var site: UInt64 = 0
    package var carrier: UInt32 = 0
    /// The number of the first parcel; most orders have no other.
    package var firstParcel: UInt64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        parcels = reader.int()
        outcome = reader.int()
        month = UInt32(truncatingIfNeeded: reader.unsigned())
        site = reader.unsigned()
        carrier = UInt32(truncatingIfNeeded: reader.unsigned())
        firstParcel = reader.unsigned()
    }

    package func write(_ out: RecordWriter) {
        out.int(parcels)
        out.int(outcome)
        out.unsigned(UInt64(month))
        out.unsigned(site)
        out.unsigned(UInt64(carrier))
        out.unsigned(firstParcel)
    }
}

extension OrderRecord {
    /// All that it cost was given back.
    package var isRefundedWhole: Bool { hasRefunds && remainingMinor == 0 }

    /// Nothing is promised any more.
    var isEnded: Bool { isCancelled || isHandedOver || isRefundedWhole }

    /// When it must be ready; only of an order with a promise that is paid.
    package var deadlineUs: Int64 {
        paidAtUs &+ (deliveryMode == DeliveryMode.locker4H.rawValue ? 4 : 24) &* Promises.hourUs
    }
}

extension Views {
    package func orderDelivery(_ order: UInt64) -> OrderDeliveryRecord? {
        record(OrderDeliveryRecord.self, key.begin(.orderDelivery).sequence(order).bytes)
    }

    func putOrderDelivery(_ record: OrderDeliveryRecord, _ order: UInt64) {
        put(key.begin(.orderDelivery).sequence(order).bytes, record)
    }

    /// The rows of what is due, by deadline; "late" are those whose deadline has passed.
    func dueKey(_ order: OrderRecord, _ book: Book) -> Bytes {
        key.begin(.promiseDue).u16(book.id).u64(order.deadlineUs.sortable).sequence(order.sequence).bytes
    }
}

/// Promises of 4 and 24 hours, from payment to ready for pickup (DOMAIN §6).
///
/// An order is ready when every parcel it needs has been; its promise is counted by the last of them. A parcel that is lost
/// on the way and not replaced misses it, for the locker it was meant for and the carrier that had it. An order that ends
/// without having been ready is counted too: late, or handed over in time.
enum Promises {
    static let hourUs: Int64 = 3_600_000_000

    /// An order with a promise was paid in full: the promise runs.
    static func didPay(_ order: OrderRecord, _ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views) {
        guard order.hasPromise, order.wasPaid, !order.isEnded else { return }
        views.putNumber(views.dueKey(order, book), UInt64(order.deliveryMode))
    }

    /// Cancelled, refunded in full or handed over: nothing is due any more.
    static func didEnd(_ order: OrderRecord, _ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views) {
        guard order.hasPromise, order.wasPaid, views.index.value(views.dueKey(order, book)) != nil else { return }
        views.index.remove(views.dueKey(order, book))
        // What was lost has missed it already.
        guard views.orderDelivery(order.sequence)?.outcome ?? 0 == 0 else { return }
        let isLate = fact.effectiveAtUs > order.deadlineUs
        guard isLate || order.isHandedOver else { return }
        add(
            order.deliveryMode, Month.of(day: fact.day), 0, 0, kept: isLate ? 0 : 1, missed: isLate ? 1 : 0, book, views
        )
    }

    /// A parcel was added, became ready, or turned out not to be.
    static func didChange(_ sequence: UInt64, _ fact: Fact, _ book: Book, _ views: Views) {
        guard let name = views.body(PurchasePlacedView.self, of: sequence)?.order, let order = views.order(name, book),
            order.hasPromise, order.wasPaid, var delivery = views.orderDelivery(sequence)
        else { return }
        let old = delivery
        let ready = views.readiness(sequence)
        delivery.outcome = 0
        delivery.month = 0
        delivery.site = 0
        delivery.carrier = 0
        // What was never ready when its order ended is counted, or not, by that.
        if let ready, old.outcome != 0 || !order.isEnded {
            delivery.outcome = ready.readyAtUs <= order.deadlineUs ? 1 : 2
            delivery.month = Month.of(day: book.day(ready.readyAtUs))
            delivery.site = ready.readySite
            delivery.carrier = ready.readyCarrier
        } else if ready == nil, let lost = views.lost(sequence), old.outcome != 0 || !order.isEnded {
            delivery.outcome = 3
            delivery.month = Month.of(day: book.day(lost.lastAtUs))
            delivery.site = lost.site
            delivery.carrier = lost.holder == lost.retailer ? 0 : lost.holder
        } else if order.isEnded, old.outcome == 3 {
            // Found once it no longer mattered.
            delivery = old
        }
        if old.outcome != 0 { add(order.deliveryMode, old, -1, book, views) }
        if delivery.outcome != 0 { add(order.deliveryMode, delivery, 1, book, views) }
        views.putOrderDelivery(delivery, sequence)
        guard !order.isEnded else { return }
        if ready == nil {
            views.putNumber(views.dueKey(order, book), UInt64(order.deliveryMode))
        } else {
            views.index.remove(views.dueKey(order, book))
        }
    }

    private static func add(
        _ mode: Int, _ delivery: OrderDeliveryRecord, _ sign: Int64, _ book: Book, _ views: Views
    ) {
        add(
            mode, delivery.month, delivery.site, delivery.carrier, kept: delivery.outcome == 1 ? sign : 0,
            missed: delivery.outcome > 1 ? sign : 0, book, views)
    }

    private static func add(
        _ mode: Int, _ month: UInt32, _ site: UInt64, _ carrier: UInt32, kept: Int64, missed: Int64, _ book: Book,
        _ views: Views
    ) {
        views.addCounters(
            views.key.begin(.promises).u16(book.id).u8(UInt8(truncatingIfNeeded: mode)).u32(month).sequence(site)
                .u32(carrier).bytes, kept, missed)
    }
}

extension ParcelRecord {
    package func isReady(by us: Int64) -> Bool { isReady && readyAtUs <= us }
}

extension Views {
    /// The parcel that was ready last, once all have been by then. One that replaces a parcel which had been ready is not waited for.
    func readiness(_ order: UInt64, by us: Int64 = .max) -> ParcelRecord? {
        var served: [UInt64: ParcelRecord] = [:]
        var last: ParcelRecord?
        for number in parcels(ofOrder: order) where us == .max || isPrepared(number, by: us) {
            guard let parcel = parcel(number: number) else { continue }
            let ready = served[parcel.replaces] ?? (parcel.isReady(by: us) ? parcel : nil)
            served[number] = ready
            guard !isReplaced(parcel, by: us) else { continue }
            guard let ready else { return nil }
            if ready.readyAtUs >= last?.readyAtUs ?? .min { last = ready }
        }
        return last
    }

    /// The parcel that was lost last of those that never were ready and that none replaces.
    func lost(_ order: UInt64) -> ParcelRecord? {
        var served: Set<UInt64> = []
        var last: ParcelRecord?
        for number in parcels(ofOrder: order) {
            guard let parcel = parcel(number: number) else { continue }
            if parcel.isReady || served.contains(parcel.replaces) {
                served.insert(number)
            } else if parcel.state == .lost, parcel.replacedBy == 0, parcel.lastAtUs >= last?.lastAtUs ?? .min {
                last = parcel
            }
        }
        return last
    }

    private func isReplaced(_ parcel: ParcelRecord, by us: Int64) -> Bool {
        us == .max ? parcel.replacedBy != 0 : isPrepared(parcel.replacedBy, by: us)
    }

    /// Whether every parcel that an order had by then was ready by then.
    package func isReady(_ order: UInt64, by us: Int64) -> Bool { readiness(order, by: us) != nil }

    /// Whether a parcel's preparation was effective by then; none has the number 0.
    package func isPrepared(_ number: UInt64, by us: Int64) -> Bool { number != 0 && effectiveAtUs(number) <= us }

    /// Who had a parcel then, by the scans that stand.
    package func holder(of number: UInt64, _ parcel: ParcelRecord, at us: Int64) -> UInt32 {
        guard us < parcel.lastAtUs else { return parcel.holder }
        let standing = scans(ofParcel: number).filter {
            $0.scan.voidedBy == 0 && $0.scan.kind != EventKind.scanVoided.rawValue
        }
        return standing.last { $0.scan.atUs <= us }?.scan.holder ?? parcel.retailer
    }

    /// The order of a purchase, by its sequence.
    package func order(at sequence: UInt64, _ book: Book) -> OrderRecord? {
        body(PurchasePlacedView.self, of: sequence).flatMap { order($0.order, book) }
    }
}
