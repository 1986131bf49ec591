import Accounting
package import Bytes
import Events
import Index

/// An amount that an institution holds for an order.
package struct AuthorizationRecord: Record {
    package enum State: Int, Sendable {
        case open = 0
        case voided = 1
        case expired = 2
    }

    package var sequence: UInt64 = 0
    package var orderSequence: UInt64 = 0
    package var institution: UInt32 = 0
    package var amountMinor: Int64 = 0
    package var capturedMinor: Int64 = 0
    package var expiresAtUs: Int64 = 0
    package var state = State.open

    init() {}

    package init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        orderSequence = reader.unsigned()
        institution = UInt32(truncatingIfNeeded: reader.unsigned())
        amountMinor = reader.int()
        capturedMinor = reader.int()
        expiresAtUs = reader.int()
        state = State(rawValue: Int(reader.int())) ?? .open
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.unsigned(orderSequence)
        out.unsigned(UInt64(institution))
        out.int(amountMinor)
        out.int(capturedMinor)
        out.int(expiresAtUs)
        out.int(Int64(state.rawValue))
    }

    /// What captures may still draw, whatever the day.
    package var leftMinor: Int64 { state == .open ? amountMinor - capturedMinor : 0 }
}

/// The row of a hold while something is left of it.
package struct OpenHold: Record {
    package var leftMinor: Int64 = 0
    package var expiresAtUs: Int64 = 0

    init(_ record: AuthorizationRecord) {
        leftMinor = record.leftMinor
        expiresAtUs = record.expiresAtUs
    }

    package init(_ reader: inout RecordReader) {
        leftMinor = reader.int()
        expiresAtUs = reader.int()
    }

    package func write(_ out: RecordWriter) {
        out.int(leftMinor)
        out.int(expiresAtUs)
    }
}

extension Views {
    package func authorization(_ name: Bytes, _ book: Book) -> AuthorizationRecord? {
        record(AuthorizationRecord.self, key.begin(.authorization).u16(book.id).text(name).bytes)
    }

    /// What open holds keep of an order at `us`; one whose time has passed holds nothing.
    func heldMinor(_ order: OrderRecord, _ book: Book, at us: Int64) -> Int64 {
        var sum: Int64 = 0
        let rows = index.rows(prefix: key.begin(.openHold).u16(book.id).sequence(order.sequence).bytes)
        while rows.next() {
            var reader = RecordReader(rows.value)
            let hold = OpenHold(&reader)
            if us < hold.expiresAtUs { sum &+= hold.leftMinor }
        }
        return sum
    }

    /// Keeps a hold and its row among the open ones, which goes once nothing is left.
    func putAuthorization(_ record: AuthorizationRecord, _ name: Bytes, _ book: Book) {
        put(key.begin(.authorization).u16(book.id).text(name).bytes, record)
        let open = key.begin(.openHold).u16(book.id).sequence(record.orderSequence).text(name).bytes
        if record.leftMinor > 0 {
            put(open, OpenHold(record))
        } else {
            index.remove(open)
        }
    }
}

/// Holds: an institution keeps an amount ready for an order; captures draw on it in parts until it is voided or expires. A hold posts nothing.
enum Authorizations {
    static func decide(authorized body: PaymentAuthorizedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.authorization, "authorization")
        if views.authorization(body.authorization, book) != nil {
            throw Refusal(
                .duplicate, "authorization", body.authorization,
                Text("autorisation déjà inscrite", "authorization already recorded"),
                accepted: Text("un numéro d’autorisation nouveau", "a new authorization id"))
        }
        let order = try Check.order(body.order, book, views)
        try Check.open(order, body.order)
        try Check.notBefore(fact, order, views)
        try Check.institution(body.institution)
        try Check.positive(body.amountMinor, "amountMinor")
        try Check.currency(body.currency, book)
        guard let expires = body.expiresAt?.microseconds, expires > fact.effectiveAtUs else {
            throw Refusal(
                .outOfRange, "expiresAt", body.expiresAt.map { "\($0.seconds) s" } ?? "",
                Text("l’échéance n’est pas à venir", "the expiry is not in the future"),
                accepted: Text(
                    "après \(InstantText.format(us: fact.effectiveAtUs))",
                    "after \(InstantText.format(us: fact.effectiveAtUs))"))
        }
        try Check.atMost(
            body.amountMinor, order.dueMinor - views.heldMinor(order, book, at: fact.effectiveAtUs), "amountMinor",
            Text(
                "plus que ce qui reste dû, les autres autorisations déduites",
                "more than is still due, other authorizations deducted"))
    }

    static func fold(authorized body: PaymentAuthorizedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let order = views.order(body.order, book) else { return views.noBook(fact) }
        var record = AuthorizationRecord()
        record.sequence = fact.sequence
        record.orderSequence = order.sequence
        record.institution = views.intern(.institution, body.institution)
        record.amountMinor = body.amountMinor
        record.expiresAtUs = body.expiresAt?.microseconds ?? 0
        views.putAuthorization(record, body.authorization, book)
        touch(record, order.buyer, fact, views)
    }

    /// Whether a capture may draw on the hold that it names.
    static func decide(
        captured body: PaymentCapturedView, _ order: OrderRecord, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) {
        let record = try open(body.authorization, fact, book, views)
        guard record.orderSequence == order.sequence else {
            throw Refusal(
                .conflict, "authorization", body.authorization,
                Text("l’autorisation est d’une autre commande", "the authorization is another order's"),
                accepted: Text("une autorisation de \(body.order.string)", "an authorization of \(body.order.string)"))
        }
        guard record.institution == views.party(.institution, body.institution) else {
            let name = views.partyName(record.institution)
            throw Refusal(
                .conflict, "institution", body.institution,
                Text("l’autorisation est d’une autre institution", "the authorization is another institution's"),
                accepted: Text(name, name))
        }
        guard fact.effectiveAtUs < record.expiresAtUs else {
            let expired = InstantText.format(us: record.expiresAtUs)
            throw Refusal(
                .notAllowed, "authorization", body.authorization,
                Text("l’autorisation est échue depuis \(expired)", "the authorization expired at \(expired)"),
                accepted: Text("un paiement avant cette heure", "a payment before that time"))
        }
        try Check.atMost(
            body.amountMinor, record.leftMinor, "amountMinor",
            Text("plus que ce qui reste de l’autorisation", "more than is left of the authorization"))
    }

    static func didCapture(_ body: PaymentCapturedView, _ fact: Fact, _ book: Book, _ views: Views) {
        guard var record = views.authorization(body.authorization, book) else {
            return views.index.fail("event \(fact.sequence): no such authorization")
        }
        record.capturedMinor += body.amountMinor
        views.putAuthorization(record, body.authorization, book)
    }

    static func decide(voided body: AuthorizationVoidedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        _ = try open(body.authorization, fact, book, views)
        try Check.text(body.reason, "reason")
    }

    static func fold(voided body: AuthorizationVoidedView, _ fact: Fact, _ views: Views) {
        end(body.authorization, .voided, fact, views)
    }

    static func decide(expired body: AuthorizationExpiredView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let record = try open(body.authorization, fact, book, views)
        guard fact.effectiveAtUs >= record.expiresAtUs else {
            let expires = InstantText.format(us: record.expiresAtUs)
            throw Refusal(
                .notAllowed, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("l’autorisation court encore", "the authorization still runs"),
                accepted: Text("à partir de \(expires)", "from \(expires) on"))
        }
    }

    static func fold(expired body: AuthorizationExpiredView, _ fact: Fact, _ views: Views) {
        end(body.authorization, .expired, fact, views)
    }

    /// A hold of which something is left.
    private static func open(
        _ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) -> AuthorizationRecord {
        try Check.id(name, "authorization")
        guard let record = views.authorization(name, book) else {
            throw Refusal(
                .unknown, "authorization", name, Text("autorisation inconnue", "unknown authorization"),
                accepted: Text(
                    "une autorisation de paymentAuthorized", "an authorization that paymentAuthorized recorded"))
        }
        guard record.leftMinor > 0 else {
            let reason =
                switch record.state {
                case .open: Text("l’autorisation est épuisée", "nothing is left of the authorization")
                case .voided: Text("l’autorisation est annulée", "the authorization was voided")
                case .expired: Text("l’autorisation est échue", "the authorization has expired")
                }
            throw Refusal(
                .notAllowed, "authorization", name, reason,
                accepted: Text("une autorisation ouverte", "an open authorization"))
        }
        try Check.notBefore(fact, eventAt: record.sequence, Text("l’autorisation", "the authorization"), views)
        return record
    }

    private static func end(_ name: Bytes, _ state: AuthorizationRecord.State, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var record = views.authorization(name, book) else { return views.noBook(fact) }
        record.state = state
        views.putAuthorization(record, name, book)
        guard let purchase = views.body(PurchasePlacedView.self, of: record.orderSequence) else { return }
        touch(record, views.party(.identity, purchase.buyer) ?? 0, fact, views)
    }

    private static func touch(_ record: AuthorizationRecord, _ buyer: UInt32, _ fact: Fact, _ views: Views) {
        views.touch(buyer, fact)
        views.touch(record.institution, fact)
        views.touchOrder(record.orderSequence, fact)
    }
}
