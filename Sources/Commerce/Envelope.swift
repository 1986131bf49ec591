import Accounting
import Bytes
import Events

/// What every proposal must satisfy, whatever its kind.
enum Envelope {
    /// How far an effective time may lie ahead of the ledger's clock.
    static let aheadMaxUs: Int64 = 86_400_000_000
    /// A close may turn a year over once more, and a shipment the whole stock: whatever one event adds to this, no sum of postings leaves 64 bits.
    static let turnoverMinorMax: Int64 = 1 << 60

    static func decide(_ fact: Fact, _ views: Views) throws(Refusal) {
        let event = fact.event
        try Check.id(event.book, "book", max: 64)
        try Check.id(event.source, "source", max: 64)
        try Check.name(event.key, "key")
        if !event.actor.isEmpty { try Check.id(event.actor, "actor") }
        try time(fact)
        guard event.evidence.isEmpty || event.evidence.count == 32 else {
            throw Refusal(
                .malformed, "evidence", "", Text("\(event.evidence.count) octets", "\(event.evidence.count) bytes"),
                accepted: Text("un SHA-256 : 32 octets", "a SHA-256: 32 bytes"))
        }
        // A policy may be as old as the law that it says.
        if let book = fact.book, fact.effectiveAtUs < book.foundedAtUs,
            event.bodyField != EventKind.policyAdopted.rawValue
        {
            try Check.notBeforeFounding(fact, book)
        }
        if let cause = event.cause { try decide(cause: cause, fact, views) }
        if let book = fact.book, book.turnoverMinor > turnoverMinorMax {
            throw Refusal(
                .outOfRange, "book", event.book,
                Text("le livre a atteint la limite de ses montants", "the book has reached the limit of its amounts"),
                accepted: Text("un nouveau livre", "a new book"))
        }
        // The close is the last entry of its year and may follow the lock; it is refused by its own rule a second time.
        if let book = fact.book, let locked = book.lockedThrough, fact.day <= locked,
            event.bodyField != EventKind.fiscalYearClosed.rawValue
        {
            let open = CivilDate(clampingDays: Int64(locked) + 1).text
            throw Refusal(
                .locked, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text(
                    "la période est verrouillée jusqu’au \(CivilDate(clampingDays: Int64(locked)).text)",
                    "the period is locked through \(CivilDate(clampingDays: Int64(locked)).text)"),
                accepted: Text("la période ouverte, à partir du \(open)", "the open period, from \(open) on"))
        }
    }

    private static func time(_ fact: Fact) throws(Refusal) {
        guard let at = fact.event.effectiveAt else {
            throw Refusal(
                .missing, "effectiveAt", "", Text("la date de l’événement manque", "the effective time is missing"),
                accepted: Text(
                    "une heure UTC, par exemple 2017-06-30T16:00:00Z", "a UTC time, for example 2017-06-30T16:00:00Z"))
        }
        guard at.seconds >= -62_135_596_800, at.seconds <= 253_402_300_799, at.nanos >= 0, at.nanos < 1_000_000_000,
            at.nanos % 1_000 == 0
        else {
            throw Refusal(
                .outOfRange, "effectiveAt", "\(at.seconds) s \(at.nanos) ns",
                Text("heure hors limites", "time out of range"),
                accepted: Text("de l’an 1 à 9999, à la microseconde", "years 1 to 9999, in whole microseconds"))
        }
        // A policy may be adopted before it takes effect.
        guard
            fact.effectiveAtUs <= fact.recordedAtUs + aheadMaxUs
                || fact.event.bodyField == EventKind.policyAdopted.rawValue
        else {
            throw Refusal(
                .outOfRange, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("l’événement n’a pas encore eu lieu", "the event has not happened yet"),
                accepted: Text(
                    "au plus tard \(InstantText.format(us: fact.recordedAtUs + aheadMaxUs))",
                    "at the latest \(InstantText.format(us: fact.recordedAtUs + aheadMaxUs))"))
        }
    }

    private static func decide(cause: CauseView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let known: Bool
        if let sequence = cause.sequence {
            known = sequence < fact.sequence && cause.source.isEmpty && cause.key.isEmpty
        } else {
            known = Idempotency.find(source: cause.source, key: cause.key, views) != nil
        }
        guard known else {
            let value =
                cause.sequence.map { "\($0)" } ?? "\(cause.source.prefix(64).string) \(cause.key.prefix(128).string)"
            throw Refusal(
                .unknown, "cause", value, Text("aucun événement antérieur ne correspond", "no earlier event matches"),
                accepted: Text(
                    "la séquence d’un événement antérieur, ou sa source et sa clé",
                    "the sequence of an earlier event, or its source and key"))
        }
    }
}
