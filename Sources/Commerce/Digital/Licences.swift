import Accounting
package import Bytes
package import Events
import Index

/// A licence: the right to one work, for one line of an order.
package struct LicenceRecord: Record {
    package var sequence: UInt64 = 0
    package var grantedAtUs: Int64 = 0
    /// The purchase's sequence.
    package var order: UInt64 = 0
    package var line: UInt32 = 0
    package var holder: UInt32 = 0
    package var seller: UInt32 = 0
    /// Royalties that went from the seller to the creators, less what refunds took back; 0 where no split was in force.
    package var royaltiesMinor: Int64 = 0
    /// The split sheet by which they were shared; 0 for none.
    package var split: UInt64 = 0
    /// Bit n: part n of the split sheet earned patronage.
    var patronage: UInt64 = 0
    /// What had been taken back of the line when the licence was granted.
    var refundedMinor: Int64 = 0
    var refundedQuantity: Int64 = 0
    package var downloads: Int64 = 0
    /// 0: without limit. As published when the licence was granted.
    package var downloadsMax: Int64 = 0
    /// 0 while it holds.
    package var revokedSequence: UInt64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        grantedAtUs = reader.int()
        order = reader.unsigned()
        line = UInt32(truncatingIfNeeded: reader.unsigned())
        holder = UInt32(truncatingIfNeeded: reader.unsigned())
        seller = UInt32(truncatingIfNeeded: reader.unsigned())
        royaltiesMinor = reader.int()
        split = reader.unsigned()
        patronage = reader.unsigned()
        refundedMinor = reader.int()
        refundedQuantity = reader.int()
        downloads = reader.int()
        downloadsMax = reader.int()
        revokedSequence = reader.unsigned()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.int(grantedAtUs)
        out.unsigned(order)
        out.unsigned(UInt64(line))
        out.unsigned(UInt64(holder))
        out.unsigned(UInt64(seller))
        out.int(royaltiesMinor)
        out.unsigned(split)
        out.unsigned(patronage)
        out.int(refundedMinor)
        out.int(refundedQuantity)
        out.int(downloads)
        out.int(downloadsMax)
        out.unsigned(revokedSequence)
    }
}

/// Licences: granted at purchase, downloaded, revoked after a refund.
enum Licences {
    static func decide(granted body: LicenceGrantedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.licence, "licence")
        try Check.unused(views.index.value(views.licenceKey(body.licence, book)), body.licence, "licence")
        let order = try Check.order(body.order, book, views)
        try Check.open(order, body.order)
        guard order.isHandedOver, order.isPaid else {
            throw Refusal(
                .notAllowed, "order", body.order, Text("ni payée ni remise", "not paid and handed over"),
                accepted: Text("une commande payée et remise", "an order that is paid and handed over"))
        }
        guard let purchase = views.purchase(order) else { return }
        guard Int64(body.line) < order.lines, let line = try? purchase.body.lines[Int(body.line)] else {
            throw Refusal(
                .outOfRange, "line", Int64(body.line), Text("ligne absente", "no such line"),
                accepted: Text("de 0 à \(order.lines - 1)", "0 to \(order.lines - 1)"))
        }
        guard let work = views.work(line.product, book), work.isDigital else {
            throw Refusal(
                .notAllowed, "line", line.product,
                Text("ce n’est pas une œuvre numérique", "not a digital work"),
                accepted: Text(
                    "la ligne d’une œuvre numérique de workPublished", "the line of a digital work of workPublished"))
        }
        try Check.notBeforeHandOver(fact, order, views)
        try standing(order, "order", body.order)
        if let held = views.licence(ofLine: body.line, order, book), held.record.revokedSequence == 0 {
            throw Refusal(
                .duplicate, "line", Int64(body.line),
                Text("la ligne a la licence \(held.name.string)", "the line has the licence \(held.name.string)"),
                accepted: Text("une ligne sans licence en vigueur", "a line without a licence in force"))
        }
        guard !isTakenBack(line, views.refundedLine(order, body.line)) else {
            throw Refusal(
                .notAllowed, "line", Int64(body.line), Text("la ligne est remboursée", "the line was refunded"),
                accepted: Text("une ligne dont il reste quelque chose", "a line of which something remains"))
        }
        _ = try Check.fits("line") { () throws(MoneyError) in
            try views.sellerNets(purchase.body, order, at: purchase.atUs, book)
        }
    }

    /// A chargeback of all that was paid stops what the sale gave a right to, until it is reversed.
    private static func standing(_ order: OrderRecord, _ field: String, _ value: Bytes) throws(Refusal) {
        guard order.isChargedBackWhole else { return }
        throw Refusal(
            .notAllowed, field, value,
            Text("la commande est rétrofacturée en entier", "the whole order was charged back"),
            accepted: Text("après chargebackReversed", "after chargebackReversed"))
    }

    /// Nothing is left of the line.
    private static func isTakenBack(_ line: PurchaseLineView, _ back: Counters) -> Bool {
        line.amountMinor > 0 ? back.first >= line.amountMinor : line.quantity > 0 && back.second >= line.quantity
    }

    /// What the seller is owed for the line goes to the creators, by the split in force at the purchase.
    static func fold(granted body: LicenceGrantedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        guard let order = views.order(body.order, book), let purchase = views.purchase(order),
            let line = try? purchase.body.lines[Int(body.line)], let work = views.work(line.product, book)
        else { return views.index.fail("event \(fact.sequence): no such line") }
        var licence = LicenceRecord()
        licence.sequence = fact.sequence
        licence.grantedAtUs = fact.effectiveAtUs
        licence.order = order.sequence
        licence.line = body.line
        licence.holder = order.buyer
        licence.seller = views.intern(.identity, line.seller)
        licence.downloadsMax = work.downloadsMax
        let back = views.refundedLine(order, body.line)
        licence.refundedMinor = back.first
        licence.refundedQuantity = back.second
        if let split = views.split(line.product, at: purchase.atUs, knownAt: order.sequence, book) {
            do throws(MoneyError) {
                licence.royaltiesMinor = try views.sellerNets(purchase.body, order, at: purchase.atUs, book)[
                    Int(body.line)]
            } catch {
                return views.index.fail("event \(fact.sequence): its royalties cannot be computed: \(error)")
            }
            licence.split = split
            views.debit(book, .sellerPayable, party: licence.seller, licence.royaltiesMinor)
            licence.patronage = Royalties.post(
                licence.royaltiesMinor, product: line.product, split: split, fact, book, views)
        }
        views.put(views.licenceKey(body.licence, book), licence)
        views.putNumber(
            views.digitalKey(.line, book).sequence(order.sequence).u32(body.line).bytes, fact.sequence)
        RoyaltiesOfOrder.follow(order, fact, book, views)
        views.touch(licence.holder, fact)
        views.touch(licence.seller, fact)
        views.touchOrder(order.sequence, fact)
    }

    static func decide(downloaded body: WorkDownloadedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let licence = try inForce(body.licence, fact, book, views)
        try Check.id(body.download, "download")
        try Check.unused(
            views.index.value(views.digitalKey(.download, book).sequence(licence.sequence).text(body.download).bytes),
            body.download, "download")
        if let line = views.line(licence, book) {
            guard !isTakenBack(line.line, views.refundedLine(line.order, licence.line)) else {
                throw Refusal(
                    .notAllowed, "licence", body.licence,
                    Text(
                        "la ligne est remboursée : la licence est à révoquer",
                        "the line was refunded: revoke the licence"),
                    accepted: Text(
                        "une licence dont la ligne n’est pas remboursée", "a licence whose line was not refunded"))
            }
            try standing(line.order, "licence", body.licence)
        }
        guard licence.downloadsMax == 0 || licence.downloads < licence.downloadsMax else {
            throw Refusal(
                .notAllowed, "licence", body.licence,
                Text(
                    "\(licence.downloads) téléchargements sur \(licence.downloadsMax)",
                    "\(licence.downloads) downloads of \(licence.downloadsMax)"),
                accepted: Text("une licence qui en permet encore", "a licence that allows more"))
        }
    }

    static func fold(downloaded body: WorkDownloadedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var licence = views.licence(body.licence, book) else { return views.noBook(fact) }
        licence.downloads += 1
        views.put(views.licenceKey(body.licence, book), licence)
        views.putNumber(
            views.digitalKey(.download, book).sequence(licence.sequence).text(body.download).bytes, fact.sequence)
        views.touch(licence.holder, fact)
        views.touchOrder(licence.order, fact)
    }

    /// A licence that was granted by then and not revoked.
    static func inForce(_ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) -> LicenceRecord {
        try Check.id(name, "licence")
        guard let licence = views.licence(name, book) else {
            throw Refusal(
                .unknown, "licence", name, Text("licence inconnue", "unknown licence"),
                accepted: Text("une licence de licenceGranted", "a licence of licenceGranted"))
        }
        guard licence.revokedSequence == 0 else {
            throw Refusal(
                .notAllowed, "licence", name, Text("licence révoquée", "licence revoked"),
                accepted: Text("une licence en vigueur", "a licence in force"))
        }
        try Check.notBefore(
            fact, licence.grantedAtUs, of: licence.sequence,
            what: Text("l’octroi de la licence", "the grant of the licence"))
        return licence
    }
}

extension Views {
    func licenceKey(_ name: Bytes, _ book: Book) -> Bytes { key.begin(.licence).u16(book.id).text(name).bytes }

    package func licence(_ name: Bytes, _ book: Book) -> LicenceRecord? {
        record(LicenceRecord.self, licenceKey(name, book))
    }

    /// The newest licence of a line.
    func licence(ofLine line: UInt32, _ order: OrderRecord, _ book: Book) -> (name: Bytes, record: LicenceRecord)? {
        guard let granted = number(digitalKey(.line, book).sequence(order.sequence).u32(line).bytes),
            let name = body(LicenceGrantedView.self, of: granted)?.licence, let record = licence(name, book)
        else { return nil }
        return (name, record)
    }

    /// The line that a licence is for, and its order.
    package func line(
        _ licence: LicenceRecord, _ book: Book
    ) -> (line: PurchaseLineView, order: OrderRecord, name: Bytes)? {
        guard let purchase = body(PurchasePlacedView.self, of: licence.order),
            let line = try? purchase.lines[Int(licence.line)], let order = order(purchase.order, book)
        else { return nil }
        return (line, order, purchase.order)
    }
}
