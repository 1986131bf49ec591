import Accounting
import Bytes
import Events
import Index

/// A scan that did not occur, or a lost parcel that was found: everything is as before it.
extension Parcels {
    static func decide(voided body: ScanVoidedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let parcel = try known(body.parcel, fact, book, views)
        try Check.name(body.reason, "reason", max: 500)
        guard parcel.record.lastScan != 0 else {
            throw Refusal(
                .notAllowed, "scannedSequence", Int64(clamping: body.scannedSequence),
                Text("rien à annuler depuis la préparation", "nothing to void since the preparation"),
                accepted: Text("parcelReturned pour y mettre fin", "parcelReturned to end it"))
        }
        guard body.scannedSequence == parcel.record.lastScan,
            let scan = views.scan(parcel.record.lastScan, of: parcel.number)
        else {
            let kind = views.event(parcel.record.lastScan)?.kind?.name ?? "?"
            throw Refusal(
                .conflict, "scannedSequence", Int64(clamping: body.scannedSequence),
                Text("ce n’est pas la dernière lecture du colis", "not the parcel's latest scan"),
                accepted: Text("\(parcel.record.lastScan) (\(kind))", "\(parcel.record.lastScan) (\(kind))"))
        }
        let order = views.order(of: parcel.record, book)
        if parcel.record.state.isWithBuyer, order?.isHandedOver == true {
            throw Refusal(
                .notAllowed, "parcel", body.parcel, Text("sa commande est remise", "its order is handed over"),
                accepted: Text("purchaseRefunded pour un retour", "purchaseRefunded for a return"))
        }
        // All its parcels had ended here when it was cancelled: none sets out again.
        guard order?.isCancelled != true else {
            throw Refusal(
                .notAllowed, "parcel", body.parcel, Text("sa commande est annulée", "its order is cancelled"),
                accepted: Text("un colis d’une commande en cours", "a parcel of an order that stands"))
        }
        try decide(back: scan.before, parcel.number, book, views)
        var back = scan.before
        back.replacedBy = parcel.record.replacedBy
        // A return that did not occur: the parcel counts for its order again.
        guard back.standingMinor > parcel.record.standingMinor, let order, let purchase = views.purchase(order)
        else { return }
        try Array(views.partyName(back.retailer).utf8).withBytes { retailer throws(Refusal) in
            try worth(
                back.valueMinor, of: retailer, beside: views.parcelWorth(ofOrder: back.order, back.retailer),
                replacing: nil, "parcel", order, purchase, book, views)
        }
    }

    /// The compartment that the parcel goes back to must be there, and free.
    private static func decide(
        back before: ParcelRecord, _ number: UInt64, _ book: Book, _ views: Views
    ) throws(Refusal) {
        guard before.compartment != 0 else { return }
        let name = views.lockerSiteName(before.placedSite)
        if let site = Array(name.utf8).withBytes({ views.lockerSite($0, book) }) {
            guard !site.isClosed,
                before.compartment <= site.count(CompartmentSize(rawValue: before.placedSize) ?? .small)
            else {
                throw Refusal(
                    .notAllowed, "parcel", "",
                    Text(
                        "le compartiment \(before.compartment) de \(name) n’existe plus",
                        "compartment \(before.compartment) of \(name) is there no more"),
                    accepted: Text("le site rouvert avec ce compartiment", "the site opened again with it"))
            }
        }
        if let other = views.parcel(in: before.placedSite, before.placedSize, before.compartment), other != number {
            let taken = views.parcelName(other)
            throw Refusal(
                .conflict, "parcel", "",
                Text(
                    "son compartiment est occupé par le colis \(taken)", "its compartment is taken by parcel \(taken)"),
                accepted: Text("d’abord scanVoided de ce colis-là", "scanVoided of that parcel first"))
        }
    }

    static func fold(voided body: ScanVoidedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let parcel = views.parcel(body.parcel, book),
            var scan = views.scan(body.scannedSequence, of: parcel.number)
        else { return views.noParcel(fact) }
        scan.voidedBy = fact.sequence
        views.put(views.key.begin(.parcelScan).sequence(parcel.number).sequence(body.scannedSequence).bytes, scan)
        var after = scan.before
        after.replacedBy = parcel.record.replacedBy
        var mark = ScanRecord()
        mark.kind = fact.event.bodyField
        mark.atUs = fact.effectiveAtUs
        mark.day = fact.day
        mark.holder = after.holder
        mark.site = after.placedSite
        mark.size = after.placedSize
        mark.compartment = after.compartment
        mark.before = parcel.record
        views.put(views.key.begin(.parcelScan).sequence(parcel.number).sequence(fact.sequence).bytes, mark)
        apply(scan, parcel.number, from: parcel.record, to: after, sign: -1, fact, book, views)
    }
}

extension Views {
    /// The order that a parcel belongs to.
    func order(of parcel: ParcelRecord, _ book: Book) -> OrderRecord? {
        order(at: parcel.order, book)
    }
}
