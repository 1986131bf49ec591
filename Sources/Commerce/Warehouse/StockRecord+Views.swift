import Bytes
import Events
import Index

extension Views {
    package func stock(_ goods: Goods) -> StockRecord? {
        record(StockRecord.self, stockKey(goods))
    }

    private func stockKey(_ goods: Goods) -> Bytes {
        key.begin(.stock).u16(goods.book).u32(goods.owner).text(goods.product).bytes
    }

    func putStock(_ stock: StockRecord, _ goods: Goods) { put(stockKey(goods), stock) }

    /// The goods of that number, read from the event that first named them.
    package func goods(numbered number: UInt64) -> Goods? {
        guard let event = event(number), let book = bookReference(event.book) else { return nil }
        let named: (product: Bytes, owner: Bytes)?
        switch event.kind {
        case .stockReceived: named = (try? StockReceivedView(event.bodyBytes)).map { ($0.product, $0.owner) }
        case .stockAdjusted: named = (try? StockAdjustedView(event.bodyBytes)).map { ($0.product, $0.owner) }
        case .stockCounted: named = (try? StockCountedView(event.bodyBytes)).map { ($0.product, $0.owner) }
        default: named = nil
        }
        guard let named else {
            index.fail("event \(number) names no goods")
            return nil
        }
        let owner = named.owner.isEmpty ? 0 : party(.identity, named.owner) ?? 0
        return Goods(book: book._withUnsafeGuaranteedRef { $0.id }, owner: owner, product: named.product)
    }

    package func stockPlace(_ number: UInt64, _ site: StorageSiteRecord) -> StockPlaceRecord {
        record(
            StockPlaceRecord.self, key.begin(.stockPlace).sequence(site.sequence).sequence(number).bytes)
            ?? StockPlaceRecord()
    }

    func reservation(order: UInt64, _ number: UInt64) -> ReservationRecord {
        record(ReservationRecord.self, key.begin(.reservation).sequence(order).sequence(number).bytes)
            ?? ReservationRecord()
    }

    func putReservation(_ reservation: ReservationRecord, order: UInt64, _ number: UInt64) {
        guard reservation.quantity > 0 else {
            return index.remove(key.begin(.reservation).sequence(order).sequence(number).bytes)
        }
        put(key.begin(.reservation).sequence(order).sequence(number).bytes, reservation)
    }

    /// What an order has reserved of each of its goods.
    func reservations(order: UInt64) -> [(number: UInt64, reservation: ReservationRecord)] {
        var found: [(number: UInt64, reservation: ReservationRecord)] = []
        let rows = index.rows(prefix: key.begin(.reservation).sequence(order).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.sequence()
            var value = RecordReader(rows.value)
            found.append((reader.sequence(), ReservationRecord(&value)))
        }
        return found
    }

    func stockPick(order: UInt64, _ number: UInt64, _ site: UInt64) -> PickRecord {
        record(PickRecord.self, key.begin(.stockPick).sequence(order).sequence(number).sequence(site).bytes)
            ?? PickRecord()
    }

    func putStockPick(_ pick: PickRecord, order: UInt64, _ number: UInt64, _ site: UInt64) {
        guard pick.quantity > 0 else {
            return index.remove(key.begin(.stockPick).sequence(order).sequence(number).sequence(site).bytes)
        }
        put(key.begin(.stockPick).sequence(order).sequence(number).sequence(site).bytes, pick)
    }

    /// What waits to leave for an order; of all its goods where no number is given.
    func stockPicks(order: UInt64, _ number: UInt64? = nil) -> [(number: UInt64, site: UInt64, pick: PickRecord)] {
        var found: [(number: UInt64, site: UInt64, pick: PickRecord)] = []
        key.begin(.stockPick).sequence(order)
        if let number { key.sequence(number) }
        let rows = index.rows(prefix: key.bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = reader.sequence()
            let number = reader.sequence()
            var value = RecordReader(rows.value)
            found.append((number, reader.sequence(), PickRecord(&value)))
        }
        return found
    }

    /// Units and cost that left for an order.
    func stockShipped(order: UInt64, _ number: UInt64) -> Counters {
        index.counters(key.begin(.stockShipped).sequence(order).sequence(number).bytes)
    }

    /// Units and cost that came back of them.
    func stockReturned(order: UInt64, _ number: UInt64) -> Counters {
        index.counters(key.begin(.stockReturned).sequence(order).sequence(number).bytes)
    }

    func stockDocument(_ kind: StockDocument, _ id: Bytes, _ book: Book) -> UInt64? {
        number(key.begin(.stockDocument).u16(book.id).u8(kind.rawValue).text(id).bytes)
    }

    func putStockDocument(_ kind: StockDocument, _ id: Bytes, _ fact: Fact, _ book: Book) {
        putNumber(key.begin(.stockDocument).u16(book.id).u8(kind.rawValue).text(id).bytes, fact.sequence)
    }
}

/// What stood at a site on earlier days, by the effective days of the movements.
extension Views {
    private func stockDays(_ number: UInt64, _ site: StorageSiteRecord, from day: Int32) -> [(day: Int32, net: Int64)] {
        var found: [(day: Int32, net: Int64)] = []
        let start = key.begin(.stockDay).sequence(number).sequence(site.sequence).day(day).bytes
        let rows = index.rows(prefix: start.prefix(13), from: start)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = (reader.sequence(), reader.sequence())
            found.append((reader.day(), rows.counters.first &- rows.counters.second))
        }
        return found
    }

    /// What stood there at the end of a day, as known now.
    ///
    /// - Complexity: O(days with movements from that day on).
    func onHand(_ number: UInt64, _ site: StorageSiteRecord, endOf day: Int32) -> Int64 {
        stockDays(number, site, from: day).reduce(stockPlace(number, site).onHand) {
            $1.day > day ? $0 &- $1.net : $0
        }
    }

    /// The least that stood there at the end of any day from `day` until now: what can be taken away on that day without going below zero later.
    ///
    /// - Complexity: O(days with movements from that day on).
    func leastOnHand(_ number: UInt64, _ site: StorageSiteRecord, from day: Int32) -> Int64 {
        var balance = stockPlace(number, site).onHand
        var least = balance
        for movement in stockDays(number, site, from: day).reversed() where movement.day > day {
            balance &-= movement.net
            least = Swift.min(least, balance)
        }
        return least
    }
}
