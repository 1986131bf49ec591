package import Bytes
import Events
import Index

/// Goods of one product and owner in one book: what a stock record is kept of. The name holds as long as who lent it.
package struct Goods {
    package let book: UInt16
    /// The member who owns them; 0: the cooperative itself.
    package let owner: UInt32
    package let product: Bytes

    package init(book: UInt16, owner: UInt32, product: Bytes) {
        self.book = book
        self.owner = owner
        self.product = product
    }
}

/// What a cooperative holds of some goods, over all sites.
///
/// Always 0 ≤ reserved ≤ on hand and value ≥ 0; without units there is no value.
package struct StockRecord: Record, Equatable {
    /// The sequence of the event that first named the goods: their number in keys.
    package var number: UInt64
    package var onHand: Int64 = 0
    /// For orders, and not shipped; what was picked is among it.
    package var reserved: Int64 = 0
    /// At cost, in minor units of the book; 0 for goods of a member, which are quantities only.
    package var valueMinor: Int64 = 0

    package init(number: UInt64, onHand: Int64 = 0, reserved: Int64 = 0, valueMinor: Int64 = 0) {
        self.number = number
        self.onHand = onHand
        self.reserved = reserved
        self.valueMinor = valueMinor
    }

    package init(_ reader: inout RecordReader) {
        number = reader.unsigned()
        onHand = reader.int()
        reserved = reader.int()
        valueMinor = reader.int()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(number)
        out.int(onHand)
        out.int(reserved)
        out.int(valueMinor)
    }

    /// What a purchase can still reserve.
    package var available: Int64 { onHand &- reserved }
}

/// An event and when it was effective, in microseconds since 1970.
struct StockMoment: Equatable {
    var sequence: UInt64 = 0
    var atUs: Int64 = 0

    init() {}

    init(_ fact: Fact) { (sequence, atUs) = (fact.sequence, fact.effectiveAtUs) }

    init(_ reader: inout RecordReader) { (sequence, atUs) = (reader.unsigned(), reader.int()) }

    func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.int(atUs)
    }
}

/// What stands of some goods at one site.
package struct StockPlaceRecord: Record {
    package var onHand: Int64 = 0
    /// Picked for orders and still there.
    package var picked: Int64 = 0
    /// What brought goods here first since there were none.
    var since = StockMoment()

    init() {}

    package init(_ reader: inout RecordReader) {
        onHand = reader.int()
        picked = reader.int()
        since = StockMoment(&reader)
    }

    package func write(_ out: RecordWriter) {
        out.int(onHand)
        out.int(picked)
        since.write(out)
    }

    /// What can still be picked, moved or written off.
    package var free: Int64 { onHand &- picked }
}

/// What an order has reserved of some goods and not received yet.
package struct ReservationRecord: Record {
    package var quantity: Int64 = 0
    /// The part of it that was picked.
    package var picked: Int64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        quantity = reader.int()
        picked = reader.int()
    }

    package func write(_ out: RecordWriter) {
        out.int(quantity)
        out.int(picked)
    }

    /// What is still to be picked.
    package var unpicked: Int64 { quantity &- picked }
}

/// What waits at a site to leave for an order.
package struct PickRecord: Record {
    /// The book that owns the goods.
    package var book: UInt16 = 0
    /// Picked, not packed.
    package var loose: Int64 = 0
    package var packed: Int64 = 0
    /// What made some of it ready first, and last: pickings and packings.
    var first = StockMoment()
    var last = StockMoment()

    init() {}

    package init(_ reader: inout RecordReader) {
        book = UInt16(truncatingIfNeeded: reader.unsigned())
        loose = reader.int()
        packed = reader.int()
        first = StockMoment(&reader)
        last = StockMoment(&reader)
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(UInt64(book))
        out.int(loose)
        out.int(packed)
        first.write(out)
        last.write(out)
    }

    package var quantity: Int64 { loose &+ packed }

    /// Units are picked or packed; `isAll` where nothing waited that this leaves out.
    mutating func handle(_ fact: Fact, isAll: Bool) {
        let now = StockMoment(fact)
        if isAll || now.atUs < first.atUs { first = now }
        if isAll || now.atUs >= last.atUs { last = now }
    }

    /// Takes away units: those that are not packed last, or first where they go back to the shelf.
    mutating func take(_ quantity: Int64, packedFirst: Bool) {
        let first = Swift.min(quantity, packedFirst ? packed : loose)
        let second = quantity &- first
        packed &-= packedFirst ? first : second
        loose &-= packedFirst ? second : first
    }
}

/// One movement in the history of some goods.
package struct StockMovementRecord: Record {
    /// The site's sequence.
    package var site: UInt64 = 0
    /// Units; negative when they left.
    package var change: Int64 = 0
    package var valueMinor: Int64 = 0
    /// Of the goods over all sites, after it.
    package var onHandAfter: Int64 = 0
    package var valueAfterMinor: Int64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        site = reader.unsigned()
        change = reader.int()
        valueMinor = reader.int()
        onHandAfter = reader.int()
        valueAfterMinor = reader.int()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(site)
        out.int(change)
        out.int(valueMinor)
        out.int(onHandAfter)
        out.int(valueAfterMinor)
    }
}

/// The papers of a warehouse: an id is used once in its book.
enum StockDocument: UInt8 {
    case receipt = 1
    case movement = 2
    case parcel = 3
    case customerReturn = 4
    case adjustment = 5
    case count = 6
}
