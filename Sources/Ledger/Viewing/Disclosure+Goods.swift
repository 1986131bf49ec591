import Commerce
import Events

/// Goods and works: one event of a parcel, a stock or a work speaks to several who may be competitors.
extension Viewer {
    /// A retailer knows what its parcel holds, the buyer what they get, whoever carries or keeps it from whom they took it and to whom they handed it.
    func parcelPart(_ event: Event, _ me: String, _ party: UInt32, _ views: Views) -> Event.OneOf_Body? {
        func record(_ parcel: String) -> ParcelRecord? {
            named(parcel, event.book, views) { views.parcel($0, $1)?.record }
        }
        switch event.body {
        case .parcelPrepared(let body):
            if body.retailer == me || record(body.parcel)?.buyer == party { return event.body }
            var mine = ParcelPrepared()
            mine.parcel = body.parcel
            mine.site = body.site
            mine.size = body.size
            return .parcelPrepared(mine)
        case .parcelTransferred(var body):
            guard body.from != me, body.to != me, record(body.parcel)?.buyer != party else { return event.body }
            (body.from, body.to) = ("", "")
            return .parcelTransferred(body)
        case .parcelPlaced(let body):
            // The code that opens the compartment is the buyer's.
            if record(body.parcel)?.buyer == party { return event.body }
            var mine = ParcelPlaced()
            mine.parcel = body.parcel
            mine.site = body.site
            mine.compartment = body.compartment
            mine.size = body.size
            return .parcelPlaced(mine)
        case .parcelReturned(var body):
            if record(body.parcel)?.retailer != party { body.reason = "" }
            return .parcelReturned(body)
        case .parcelLost(var body):
            if record(body.parcel)?.retailer != party { body.reason = "" }
            return .parcelLost(body)
        case .parcelDamaged(var body):
            if record(body.parcel)?.retailer != party { body.reason = "" }
            if !answers(body.parcel, event, party, views) { body.damageMinor = 0 }
            return .parcelDamaged(body)
        case .scanVoided(var body):
            body.reason = ""
            return .scanVoided(body)
        default: return nil
        }
    }

    /// Whether a damage is between the viewer and somebody: they own the goods or owe for them.
    private func answers(_ parcel: String, _ event: Event, _ party: UInt32, _ views: Views) -> Bool {
        guard let (number, record) = named(parcel, event.book, views, { views.parcel($0, $1) }) else { return false }
        return record.retailer == party || views.scan(event.sequence, of: number)?.debtor == party
    }

    /// The owner of goods that the cooperative keeps sees theirs; a buyer, what was sent to them; a supplier, what they delivered.
    func stockPart(_ event: Event, _ me: String, _ party: UInt32, _ views: Views) -> Event.OneOf_Body? {
        func buys(_ order: String, _ book: String) -> Bool {
            named(order, book.isEmpty ? event.book : book, views) { views.order($0, $1) }?.buyer == party
        }
        func mine(_ lines: [StockQuantity]) -> [StockQuantity] { lines.filter { $0.owner == me } }
        switch event.body {
        case .stockReceived(let body):
            if body.owner == me { return event.body }
            guard body.supplier == me else { return nil }
            var delivered = body
            (delivered.site, delivered.owner) = ("", "")
            return .stockReceived(delivered)
        case .stockMoved(let body): return body.owner == me ? event.body : nil
        case .stockAdjusted(let body): return body.owner == me ? event.body : nil
        case .stockCounted(let body): return body.owner == me ? event.body : nil
        case .stockPicked(var body):
            body.lines = mine(body.lines)
            return .stockPicked(body)
        case .stockShipped(var body):
            if !buys(body.order, body.orderBook) { body.lines = mine(body.lines) }
            return .stockShipped(body)
        case .stockReturned(var body):
            if !buys(body.order, body.orderBook) { body.lines = mine(body.lines) }
            return .stockReturned(body)
        default: return nil
        }
    }

    /// Creators see their own share; what the others have of a work, and who bought it, stays out.
    func creationPart(_ event: Event, _ me: String, _ party: UInt32, _ views: Views) -> Event.OneOf_Body? {
        func licence(_ name: String) -> LicenceRecord? { named(name, event.book, views) { views.licence($0, $1) } }
        switch event.body {
        case .royaltiesSplit(var body):
            body.parts.removeAll { $0.creator != me }
            return .royaltiesSplit(body)
        case .licenceGranted(let body):
            let known = licence(body.licence)
            if known?.holder == party || known?.seller == party { return event.body }
            var mine = LicenceGranted()
            mine.licence = body.licence
            return .licenceGranted(mine)
        case .licenceRevoked(var body):
            if licence(body.licence)?.holder != party { body.reason = "" }
            return .licenceRevoked(body)
        case .playsSettled(let body):
            var mine = PlaysSettled()
            mine.settlement = body.settlement
            mine.product = body.product
            return .playsSettled(mine)
        default: return nil
        }
    }
}
