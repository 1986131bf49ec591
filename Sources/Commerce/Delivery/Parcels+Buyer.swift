import Accounting
import Bytes
import Events
import Index

/// To the buyer, at the locker or at the door.
extension Parcels {
    static func decide(collected body: ParcelCollectedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let parcel = try underWay(body.parcel, fact, book, views).record
        try require(.placed, of: parcel, body.parcel)
    }

    static func fold(collected body: ParcelCollectedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let parcel = views.parcel(body.parcel, book) else { return views.noParcel(fact) }
        scan(parcel, fact, book, views) {
            $0.state = .collected
            $0.holder = $0.buyer
            $0.leaveCompartment()
        }
    }

    static func decide(delivered body: ParcelDeliveredView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let parcel = try underWay(body.parcel, fact, book, views).record
        try require(.inTransit, of: parcel, body.parcel)
        guard parcel.site == 0 else {
            throw Refusal(
                .notAllowed, "parcel", body.parcel, Text("le colis va au casier", "the parcel goes to a locker"),
                accepted: Text(
                    "parcelPlaced à \(views.lockerSiteName(parcel.site))",
                    "parcelPlaced at \(views.lockerSiteName(parcel.site))"))
        }
    }

    static func fold(delivered body: ParcelDeliveredView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let parcel = views.parcel(body.parcel, book) else { return views.noParcel(fact) }
        var dues = ScanDues()
        if !parcel.record.isReady {
            dues.carrier = parcel.record.holder
            dues.feeMinor = DeliveryTerms(parcel.record.mode, fact, book).carrierFeeMinor
        }
        scan(parcel, owing: dues, fact, book, views) {
            $0.becomeReady(at: fact.effectiveAtUs, site: 0, carrier: $0.holder)
            $0.state = .delivered
            $0.holder = $0.buyer
        }
    }

    /// An order with parcels is handed over once all of them are with the buyer, and not before; a parcel that was lost or returned does not
    /// stand in the way once another replaces it, or refunds since cover what it and those lost after it were worth.
    static func decide(handedOver order: OrderRecord, _ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views)
        throws(Refusal)
    {
        guard views.orderDelivery(order.sequence) != nil else { return }
        var missing: [(number: UInt64, record: ParcelRecord)] = []
        for number in views.parcels(ofOrder: order.sequence) {
            guard let parcel = views.parcel(number: number), parcel.replacedBy == 0 else { continue }
            guard parcel.state.isEnd else {
                throw withheld(
                    (number, parcel), name,
                    Text("une commande dont l’acheteur a tous les colis", "an order whose buyer has every parcel"),
                    views)
            }
            try notBefore(fact, (number, parcel), views)
            if !parcel.state.isWithBuyer { missing.append((number, parcel)) }
        }
        guard !missing.isEmpty, !order.isRefundedWhole else { return }
        let refunds = views.refunds(order)
        for parcel in missing {
            let since = parcel.record.lastScan
            let owed = missing.reduce(0) { $0 + ($1.record.lastScan >= since ? max(1, $1.record.valueMinor) : 0) }
            let refunded = refunds.reduce(0) { $0 + ($1.sequence > since ? $1.totalMinor : 0) }
            guard refunded < owed else { continue }
            throw withheld(
                parcel, name,
                Text(
                    "un colis qui le remplace, ou un remboursement de \(owed - refunded)",
                    "a parcel that replaces it, or a refund of \(owed - refunded)"), views)
        }
    }

    /// Nobody cancels an order of which a parcel left its retailer: what left comes back as a return, and is refunded. One that was only prepared is
    /// ended first.
    static func decide(cancelled order: OrderRecord, _ name: Bytes, _ fact: Fact, _ views: Views) throws(Refusal) {
        guard views.orderDelivery(order.sequence) != nil else { return }
        for number in views.parcels(ofOrder: order.sequence) {
            guard let parcel = views.parcel(number: number) else { continue }
            guard parcel.state != .prepared else {
                throw withheld((number, parcel), name, Text("d’abord parcelReturned", "parcelReturned first"), views)
            }
            guard parcel.state.isEnd, views.scan(parcel.lastScan, of: number)?.before.state == .prepared else {
                throw withheld(
                    (number, parcel), name, Text("purchaseRefunded pour un retour", "purchaseRefunded for a return"),
                    views)
            }
            try notBefore(fact, (number, parcel), views)
        }
    }

    private static func withheld(
        _ parcel: (number: UInt64, record: ParcelRecord), _ order: Bytes, _ accepted: Text, _ views: Views
    ) -> Refusal {
        let name = views.parcelName(parcel.number)
        let state = parcel.record.state.text
        return Refusal(
            .notAllowed, "order", order,
            Text("le colis \(name) est \(state.french)", "parcel \(name) is \(state.english)"), accepted: accepted)
    }
}

extension Views {
    /// The refunds of an order: where they stand and what was given back.
    ///
    /// - Complexity: O(its refunds).
    func refunds(_ order: OrderRecord) -> [(sequence: UInt64, totalMinor: Int64)] {
        guard order.hasRefunds else { return [] }
        var sequences: [UInt64] = []
        let rows = index.rows(prefix: key.begin(.refund).sequence(order.sequence).bytes)
        while rows.next() {
            var reader = RecordReader(rows.value)
            sequences.append(reader.unsigned())
        }
        return sequences.map { ($0, body(PurchaseRefundedView.self, of: $0)?.totalMinor ?? 0) }
    }
}
