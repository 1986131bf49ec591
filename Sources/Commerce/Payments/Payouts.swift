import Accounting
import Bytes
import Events
import Index

/// What is paid out to a seller: instructed, then settled.
package struct PayoutRecord: Record {
    package var sequence: UInt64 = 0
    package var payee: UInt32 = 0
    package var institution: UInt32 = 0
    package var amountMinor: Int64 = 0
    package var isSettled = false

    init() {}

    package init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        payee = UInt32(truncatingIfNeeded: reader.unsigned())
        institution = UInt32(truncatingIfNeeded: reader.unsigned())
        amountMinor = reader.int()
        isSettled = reader.unsigned() != 0
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.unsigned(UInt64(payee))
        out.unsigned(UInt64(institution))
        out.int(amountMinor)
        out.unsigned(isSettled ? 1 : 0)
    }
}

extension Views {
    func payout(_ name: Bytes, _ book: Book) -> PayoutRecord? {
        record(PayoutRecord.self, key.begin(.payout).u16(book.id).text(name).bytes)
    }

    /// What a seller may be paid now: its payable less what belongs to orders not handed over.
    package func payable(_ seller: UInt32, _ book: Book) -> Int64 {
        let pending = index.counters(key.begin(.pendingPayable).u16(book.id).u32(seller).bytes)
        return -balance(book: book, .sellerPayable, party: seller) - (pending.first - pending.second)
    }
}

enum Payouts {
    static func decide(instructed body: PayoutInstructedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.name(body.payout, "payout")
        if views.payout(body.payout, book) != nil {
            throw Refusal(
                .duplicate, "payout", body.payout, Text("versement déjà ordonné", "payout already instructed"),
                accepted: Text("un numéro de versement nouveau", "a new payout id"))
        }
        let payee = try Check.identity(body.payee, "payee", views)
        try Check.institution(body.institution)
        try Check.positive(body.amountMinor, "amountMinor")
        try Check.currency(body.currency, book)
        try Check.atMost(
            body.amountMinor, views.payable(payee, book), "amountMinor",
            Text("plus que ce qui est payable au vendeur", "more than is payable to the seller"))
    }

    static func fold(instructed body: PayoutInstructedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        var record = PayoutRecord()
        record.sequence = fact.sequence
        record.payee = views.intern(.identity, body.payee)
        record.institution = views.intern(.institution, body.institution)
        record.amountMinor = body.amountMinor
        views.put(views.key.begin(.payout).u16(book.id).text(body.payout).bytes, record)
        views.debit(book, .sellerPayable, party: record.payee, body.amountMinor)
        views.credit(book, .payoutsInTransit, party: record.institution, body.amountMinor)
        views.touch(record.payee, fact)
        views.touch(record.institution, fact)
    }

    static func decide(settled body: PayoutSettledView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.name(body.payout, "payout")
        guard let payout = views.payout(body.payout, book) else {
            throw Refusal(
                .unknown, "payout", body.payout, Text("versement inconnu", "unknown payout"),
                accepted: Text("un versement ordonné par payoutInstructed", "a payout that payoutInstructed instructed")
            )
        }
        guard !payout.isSettled else {
            throw Refusal(
                .duplicate, "payout", body.payout, Text("versement déjà réglé", "payout already settled"),
                accepted: Text("un versement en cours", "a payout under way"))
        }
    }

    static func fold(settled body: PayoutSettledView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var payout = views.payout(body.payout, book) else { return views.noBook(fact) }
        payout.isSettled = true
        views.put(views.key.begin(.payout).u16(book.id).text(body.payout).bytes, payout)
        views.debit(book, .payoutsInTransit, party: payout.institution, payout.amountMinor)
        views.credit(book, .bank, party: payout.institution, payout.amountMinor)
        views.touch(payout.payee, fact)
        views.touch(payout.institution, fact)
    }
}
