import Accounting
import Bytes
import Events
import Index

/// Hand-overs between retailer, carrier, host and back.
extension Parcels {
    static func decide(transferred body: ParcelTransferredView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let parcel = try underWay(body.parcel, fact, book, views).record
        try Check.id(body.from, "from")
        guard let from = views.party(.identity, body.from), from == parcel.holder else {
            let holder = views.partyName(parcel.holder)
            throw Refusal(
                .conflict, "from", body.from, Text("n’a pas ce colis", "does not have this parcel"),
                accepted: Text(holder, holder))
        }
        let carrier = try Check.member(body.to, "to", fact, book, views)
        guard carrier.record.isIn(.carrier) else {
            throw Refusal(
                .notAllowed, "to", body.to, Text("ce membre ne transporte pas", "this member is no carrier"),
                accepted: Text("un membre du groupe transporteur", "a member of the carrier group"))
        }
        guard parcel.state != .inTransit || carrier.party != parcel.holder else {
            throw Refusal(
                .duplicate, "to", body.to, Text("transporte déjà ce colis", "carries this parcel already"),
                accepted: Text("un autre transporteur", "another carrier"))
        }
    }

    static func fold(transferred body: ParcelTransferredView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let parcel = views.parcel(body.parcel, book) else { return views.noParcel(fact) }
        let carrier = views.intern(.identity, body.to)
        scan(parcel, fact, book, views) {
            $0.state = .inTransit
            $0.holder = carrier
            $0.leaveCompartment()
        }
    }

    static func decide(placed body: ParcelPlacedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let parcel = try underWay(body.parcel, fact, book, views).record
        try require(.inTransit, of: parcel, body.parcel)
        guard parcel.site != 0 else {
            throw Refusal(
                .notAllowed, "site", body.site, Text("le colis va à la porte", "the parcel goes to the door"),
                accepted: Text("parcelDelivered", "parcelDelivered"))
        }
        let site = try Check.lockerSite(body.site, fact, book, views)
        guard site.number == parcel.site else {
            let meant = views.lockerSiteName(parcel.site)
            throw Refusal(
                .notAllowed, "site", body.site,
                Text("le colis est destiné à un autre site", "the parcel is meant for another site"),
                accepted: Text(meant, meant))
        }
        try compartment(body, site, parcel, views)
        guard body.sealedCode.isEmpty || (28...256).contains(body.sealedCode.count) else {
            throw Refusal(
                .malformed, "sealedCode", "",
                Text("\(body.sealedCode.count) octets", "\(body.sealedCode.count) bytes"),
                accepted: Text(
                    "rien, ou un code scellé de 28 à 256 octets", "nothing, or a sealed code of 28 to 256 bytes"))
        }
    }

    private static func compartment(
        _ body: ParcelPlacedView, _ site: LockerSiteRecord, _ parcel: ParcelRecord, _ views: Views
    ) throws(Refusal) {
        guard body.size.rawValue >= parcel.size else {
            let names = ["", "COMPARTMENT_SIZE_SMALL", "COMPARTMENT_SIZE_MEDIUM", "COMPARTMENT_SIZE_LARGE"]
            let least = names.indices.contains(parcel.size) ? names[parcel.size] : ""
            throw Refusal(
                .outOfRange, "size", "\(body.size)",
                Text("compartiment plus petit que le colis", "compartment smaller than the parcel"),
                accepted: Text("au moins \(least)", "at least \(least)"))
        }
        let count = site.count(body.size)
        guard body.compartment > 0, body.compartment <= count else {
            throw Refusal(
                .outOfRange, "compartment", Int64(body.compartment),
                Text("le site n’a pas ce compartiment", "the site has no such compartment"),
                accepted: count == 0
                    ? Text("une autre grandeur", "another size") : Text("de 1 à \(count)", "1 to \(count)"))
        }
        if let other = views.parcel(in: site.number, body.size.rawValue, body.compartment) {
            let name = views.parcelName(other)
            throw Refusal(
                .conflict, "compartment", Int64(body.compartment),
                Text("occupé par le colis \(name)", "taken by parcel \(name)"),
                accepted: Text("un compartiment libre", "a free compartment"))
        }
    }

    /// Ready for pickup: the carrier has earned its fee, the host answers for the parcel and is owed its own; both once a parcel, however
    /// often it comes back.
    static func fold(placed body: ParcelPlacedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let parcel = views.parcel(body.parcel, book),
            let site = views.lockerSite(body.site, book)
        else { return views.noParcel(fact) }
        let terms = DeliveryTerms(parcel.record.mode, fact, book)
        var dues = ScanDues()
        if !parcel.record.isReady {
            dues.carrier = parcel.record.holder
            dues.feeMinor = terms.carrierFeeMinor
            dues.host = site.host
            dues.hostingMinor = terms.hostingFeeMinor
        }
        scan(parcel, owing: dues, fact, book, views) {
            $0.becomeReady(at: fact.effectiveAtUs, site: site.number, carrier: $0.holder)
            $0.state = .placed
            $0.holder = site.host
            $0.placedSite = site.number
            $0.placedSize = body.size.rawValue
            $0.compartment = body.compartment
            $0.placedAtUs = fact.effectiveAtUs
            $0.expiresAtUs =
                terms.pickupHours == 0 ? 0 : fact.effectiveAtUs + Int64(terms.pickupHours) * Promises.hourUs
            $0.reminders = 0
        }
    }

    static func decide(reminded body: PickupRemindedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try require(.placed, of: underWay(body.parcel, fact, book, views).record, body.parcel)
    }

    /// Nobody scanned the parcel: the reminder stands in its chain, and the scan before it can still be voided.
    static func fold(reminded body: PickupRemindedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var parcel = views.parcel(body.parcel, book) else { return views.noParcel(fact) }
        var scan = ScanRecord()
        scan.kind = fact.event.bodyField
        scan.atUs = fact.effectiveAtUs
        scan.day = fact.day
        scan.holder = parcel.record.holder
        scan.site = parcel.record.placedSite
        scan.size = parcel.record.placedSize
        scan.compartment = parcel.record.compartment
        scan.before = parcel.record
        views.put(views.key.begin(.parcelScan).sequence(parcel.number).sequence(fact.sequence).bytes, scan)
        parcel.record.reminders += 1
        parcel.record.lastAtUs = fact.effectiveAtUs
        views.put(views.key.begin(.parcel).sequence(parcel.number).bytes, parcel.record)
        views.touch(parcel.record.buyer, fact)
        views.touchOrder(parcel.record.order, fact)
    }

    static func decide(expired body: PickupExpiredView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let parcel = try underWay(body.parcel, fact, book, views).record
        try require(.placed, of: parcel, body.parcel)
        guard parcel.expiresAtUs != 0 else {
            throw Refusal(
                .notAllowed, "parcel", body.parcel,
                Text(
                    "aucun délai de ramassage n’était en vigueur au dépôt",
                    "no pickup window was in force when it was placed"),
                accepted: Text("parcelTransferred ou parcelReturned", "parcelTransferred or parcelReturned"))
        }
        guard fact.effectiveAtUs >= parcel.expiresAtUs else {
            let end = InstantText.format(us: parcel.expiresAtUs)
            throw Refusal(
                .outOfRange, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("le délai de ramassage court encore", "the pickup window is still open"),
                accepted: Text("\(end) ou plus tard", "\(end) or later"))
        }
    }

    static func fold(expired body: PickupExpiredView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let parcel = views.parcel(body.parcel, book) else { return views.noParcel(fact) }
        scan(parcel, fact, book, views) { $0.state = .expired }
    }

    static func decide(returned body: ParcelReturnedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        _ = try underWay(body.parcel, fact, book, views)
        try Check.text(body.reason, "reason")
    }

    static func fold(returned body: ParcelReturnedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let parcel = views.parcel(body.parcel, book) else { return views.noParcel(fact) }
        scan(parcel, fact, book, views) {
            $0.state = .returned
            $0.holder = $0.retailer
            $0.leaveCompartment()
        }
    }
}

extension Views {
    /// A recorded event whose parcel was never prepared: the log and the rules disagree.
    func noParcel(_ fact: Fact) { index.fail("event \(fact.sequence): no such parcel") }
}
