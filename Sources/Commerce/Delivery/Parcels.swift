import Accounting
import Bytes
import Events
import Index

/// Parcels and their custody: whoever takes a parcel answers for it until somebody else does.
enum Parcels {
    /// Parcels of one order.
    static let perOrderMax: Int64 = 100

    /// A parcel that is still on its way, and a time that is not before its last scan.
    static func underWay(
        _ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) -> (number: UInt64, record: ParcelRecord) {
        let parcel = try known(name, fact, book, views)
        guard !parcel.record.state.isEnd else {
            let state = parcel.record.state.text
            throw Refusal(
                .notAllowed, "parcel", name,
                Text("le colis est \(state.french)", "the parcel is \(state.english)"),
                accepted: Text(
                    "un colis en cours, ou scanVoided de la séquence \(parcel.record.lastScan)",
                    "a parcel under way, or scanVoided of sequence \(parcel.record.lastScan)"))
        }
        return parcel
    }

    static func known(
        _ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) -> (number: UInt64, record: ParcelRecord) {
        try Check.id(name, "parcel")
        guard let parcel = views.parcel(name, book) else {
            throw Refusal(
                .unknown, "parcel", name, Text("colis inconnu", "unknown parcel"),
                accepted: Text("un colis de parcelPrepared", "a parcel of parcelPrepared"))
        }
        try notBefore(fact, parcel, views)
        return parcel
    }

    /// Not before what last happened to a parcel: its preparation, a scan or a reminder.
    static func notBefore(
        _ fact: Fact, _ parcel: (number: UInt64, record: ParcelRecord), _ views: Views
    ) throws(Refusal) {
        let us = parcel.record.lastAtUs
        guard fact.effectiveAtUs < us else { return }
        let last = views.scans(ofParcel: parcel.number).last { $0.scan.atUs == us }?.sequence ?? parcel.number
        try Check.notBefore(
            fact, us, of: last, what: Text("la dernière lecture du colis", "the parcel's last scan"))
    }

    /// The parcel must be in one of these states.
    static func require(
        _ states: ParcelState..., of parcel: ParcelRecord, _ name: Bytes
    ) throws(Refusal) {
        guard !states.contains(parcel.state) else { return }
        throw Refusal(
            .notAllowed, "parcel", name,
            Text("le colis est \(parcel.state.text.french)", "the parcel is \(parcel.state.text.english)"),
            accepted: Text(
                "un colis " + states.map(\.text.french).joined(separator: " ou "),
                "a parcel that is " + states.map(\.text.english).joined(separator: " or ")))
    }

    /// Records a scan: the parcel as it is now, its custody, what is owed, and the figures.
    static func scan(
        _ parcel: (number: UInt64, record: ParcelRecord), owing dues: ScanDues = ScanDues(), _ fact: Fact, _ book: Book,
        _ views: Views, _ change: (inout ParcelRecord) -> Void
    ) {
        let before = parcel.record
        var after = before
        change(&after)
        after.lastScan = fact.sequence
        after.lastAtUs = fact.effectiveAtUs
        var scan = ScanRecord()
        scan.kind = fact.event.bodyField
        scan.atUs = fact.effectiveAtUs
        scan.day = fact.day
        scan.holder = after.holder
        // Where it happened: where the parcel stands now, else where it stood.
        let place = after.compartment != 0 ? after : before
        scan.site = place.placedSite
        scan.size = place.placedSize
        scan.compartment = place.compartment
        scan.dues = dues
        scan.before = before
        views.put(views.key.begin(.parcelScan).sequence(parcel.number).sequence(fact.sequence).bytes, scan)
        apply(scan, parcel.number, from: before, to: after, sign: 1, fact, book, views)
    }

    /// The parcel becomes `after`; what the scan owes and counts is added, or taken back where `sign` is −1.
    static func apply(
        _ scan: ScanRecord, _ number: UInt64, from before: ParcelRecord, to after: ParcelRecord, sign: Int64,
        _ fact: Fact, _ book: Book, _ views: Views
    ) {
        views.replace(number, before, with: after, book)
        views.post(scan.dues, retailer: after.retailer, sign: sign, fact, book)
        views.count(scan, sign: sign, book)
        for party in [before.holder, after.holder, after.retailer, after.buyer, scan.dues.carrier, scan.dues.host] {
            views.touch(party, fact)
        }
        views.touchOrder(after.order, fact)
        let isFate = (before.state == .lost) != (after.state == .lost)
        if isFate || before.isReady != after.isReady || before.readyAtUs != after.readyAtUs {
            Promises.didChange(after.order, fact, book, views)
        }
    }
}

extension Views {
    /// Puts a parcel's record, and the compartment and the holder that follow from it.
    func replace(_ number: UInt64, _ before: ParcelRecord?, with after: ParcelRecord, _ book: Book) {
        if let before, before.compartment != 0,
            before.placedSite != after.placedSite || before.placedSize != after.placedSize
                || before.compartment != after.compartment
        {
            index.remove(compartmentKey(before.placedSite, before.placedSize, before.compartment))
        }
        if after.compartment != 0 {
            putNumber(compartmentKey(after.placedSite, after.placedSize, after.compartment), number)
        }
        if let before, !before.state.isEnd, after.state.isEnd || before.holder != after.holder {
            index.remove(custodyKey(before.holder, number, book))
        }
        if !after.state.isEnd { putNumber(custodyKey(after.holder, number, book), UInt64(after.state.rawValue)) }
        let change = after.standingMinor &- (before?.standingMinor ?? 0)
        if change != 0 {
            for part in [after.retailer, Self.allRetailers] {
                addCounters(
                    key.begin(.parcelWorth).sequence(after.order).u32(part).bytes, max(0, change), max(0, -change))
            }
        }
        put(key.begin(.parcel).sequence(number).bytes, after)
    }

    private func custodyKey(_ holder: UInt32, _ parcel: UInt64, _ book: Book) -> Bytes {
        key.begin(.custody).u16(book.id).u32(holder).sequence(parcel).bytes
    }

    /// The carrier's and the host's fees, and what a loss or damage makes its holder owe the retailer.
    func post(_ dues: ScanDues, retailer: UInt32, sign: Int64, _ fact: Fact, _ book: Book) {
        if dues.feeMinor != 0 {
            debit(book, .delivery, sign * dues.feeMinor)
            credit(book, .accountsPayable, party: dues.carrier, sign * dues.feeMinor)
            addPatronage(book, fact.year, .carrier, dues.carrier, sign * dues.feeMinor)
        }
        if dues.hostingMinor != 0 {
            debit(book, .lockerHosting, sign * dues.hostingMinor)
            credit(book, .accountsPayable, party: dues.host, sign * dues.hostingMinor)
        }
        if dues.owedMinor != 0 {
            debitSundry(book, party: dues.debtor, sign * dues.owedMinor)
            credit(book, .sellerPayable, party: retailer, sign * dues.owedMinor)
        }
    }
}
