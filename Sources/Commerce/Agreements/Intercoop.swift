import Accounting
import Bytes
import Events
import Index

/// What one event posts in two books: what one cooperative owes another stands in both, to the cent, always.
extension Views {
    /// The party that stands for a cooperative in other books. For folds.
    func cooperative(_ book: Book) -> UInt32 { Array(book.name.utf8).withBytes { intern(.cooperative, $0) } }

    /// Posts that `debtor` owes `creditor` more; a negative amount is paid or set off.
    func owe(_ debtor: Book, to creditor: Book, _ currency: UInt16, _ amountMinor: Int64, _ fact: Fact) {
        let from = cooperative(debtor)
        let to = cooperative(creditor)
        journal.debit(
            book: creditor.id, .intercoopReceivable, party: from, currency: currency, amountMinor: amountMinor)
        journal.credit(book: debtor.id, .intercoopPayable, party: to, currency: currency, amountMinor: amountMinor)
        addIntercoopChange(creditor, debtor, currency, amountMinor, fact)
    }

    /// Writes down when what another cooperative owes a book changed; of a book and itself, what its solidarity fund has.
    func addIntercoopChange(_ book: Book, _ other: Book, _ currency: UInt16, _ amountMinor: Int64, _ fact: Fact) {
        addCounters(
            key.begin(.intercoopChange).u16(book.id).u16(other.id).u16(currency).u64(fact.effectiveAtUs.sortable)
                .sequence(fact.sequence).bytes, max(0, amountMinor), max(0, 0 &- amountMinor))
    }

    /// The changes that are effective after an instant, in the order of time.
    ///
    /// - Complexity: O(their number).
    fileprivate func intercoopChanges(
        _ book: Book, _ other: Book, _ currency: UInt16, after us: Int64
    ) -> [(us: Int64, sequence: UInt64, minor: Int64)] {
        let prefix = key.begin(.intercoopChange).u16(book.id).u16(other.id).u16(currency).bytes.array
        let start = key.u64((us + 1).sortable).bytes.array
        var found: [(Int64, UInt64, Int64)] = []
        prefix.withBytes { prefix in
            start.withBytes { start in
                let rows = index.rows(prefix: prefix, from: start)
                while rows.next() {
                    var reader = KeyReader(rows.key.dropFirst(6))
                    let at = UInt64(reader.u32()) << 32 | UInt64(reader.u32())
                    found.append(
                        (Int64(sortable: at), reader.sequence(), rows.counters.first &- rows.counters.second))
                }
            }
        }
        return found
    }

    /// What `debtor` owes `creditor`, in minor units of a currency: the creditor's receivable, which the debtor's payable mirrors.
    package func owed(by debtor: Book, to creditor: Book, _ currency: UInt16) -> Int64 {
        guard let party = Array(debtor.name.utf8).withBytes({ party(.cooperative, $0) }) else { return 0 }
        let sums = balance(
            book: creditor.id, AccountCode.intercoopReceivable.rawValue, party: party, currency: currency)
        return sums.first &- sums.second
    }

    /// Remembers that a posting (debit positive) has its mirror in another book, so that combined statements can leave both out.
    func mirror(
        _ book: Book, _ counterpart: Book, _ account: AccountCode, _ currency: UInt16, _ amountMinor: Int64,
        _ fact: Fact
    ) {
        addCounters(
            key.begin(.mirror).u16(book.id).u16(counterpart.id).u16(account.rawValue).u16(currency).day(fact.day)
                .day(fact.recordedDay).bytes, max(0, amountMinor), max(0, 0 &- amountMinor))
    }
}

/// Names that a book uses once for each kind of deed between cooperatives.
enum AgreementReference: UInt8 {
    case netting = 1
    case settlement = 2
    case exchange = 3
    case contribution = 4
    case grant = 5

    /// Refuses a name that is empty, too long or used.
    func decide(_ name: Bytes, _ field: String, _ book: Book, _ views: Views) throws(Refusal) {
        try Check.id(name, field, max: 64)
        if let before = views.number(key(name, book, views)) {
            throw Refusal(
                .duplicate, field, name,
                Text("déjà inscrit par l’événement \(before)", "already recorded by event \(before)"),
                accepted: Text("un numéro nouveau", "a new id"))
        }
    }

    func fold(_ name: Bytes, _ fact: Fact, _ book: Book, _ views: Views) {
        views.putNumber(key(name, book, views), fact.sequence)
    }

    private func key(_ name: Bytes, _ book: Book, _ views: Views) -> Bytes {
        views.key.begin(.agreementReference).u16(book.id).u8(rawValue).text(name).bytes
    }
}

extension Check {
    /// What is paid now stood when the event is effective, and ever since.
    ///
    /// - Parameter now: what stands when all is counted that is known.
    static func stood(
        _ amount: Int64, of now: Int64, _ book: Book, _ other: Book, _ currency: UInt16, _ what: Text, _ fact: Fact,
        _ views: Views
    ) throws(Refusal) {
        var left = now
        for change in views.intercoopChanges(book, other, currency, after: fact.effectiveAtUs).reversed() {
            left -= change.minor
            if left < amount { try notBefore(fact, change.us, of: change.sequence, what: what) }
        }
    }

    /// The book of the other cooperative of an event that posts in both: another than the event's, and open on that day.
    static func counterpart(
        _ name: Bytes, _ field: String, _ fact: Fact, _ book: Book, _ views: Views
    ) throws(Refusal) -> Book {
        let other = try cooperative(name, field, views)
        guard other.id != book.id else {
            throw Refusal(
                .notAllowed, field, name, Text("c’est le livre de l’événement", "that is the event's own book"),
                accepted: Text("le livre d’une autre coopérative", "the book of another cooperative"))
        }
        try isOpen(other, fact)
        return other
    }

    /// Refuses what would be posted in a locked period of another book than the event's.
    static func isOpen(_ other: Book, _ fact: Fact) throws(Refusal) {
        if let locked = other.lockedThrough, fact.day <= locked {
            let open = CivilDate(clampingDays: Int64(locked) + 1).text
            let last = CivilDate(clampingDays: Int64(locked)).text
            throw Refusal(
                .locked, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text(
                    "la période est verrouillée jusqu’au \(last) dans le livre \(other.name)",
                    "the period is locked through \(last) in the book \(other.name)"),
                accepted: Text("la période ouverte, à partir du \(open)", "the open period, from \(open) on"))
        }
        try notBeforeFounding(fact, other)
        guard other.turnoverMinor <= Envelope.turnoverMinorMax else {
            throw Refusal(
                .outOfRange, "book", other.name,
                Text(
                    "le livre \(other.name) a atteint la limite de ses montants",
                    "the book \(other.name) has reached the limit of its amounts"),
                accepted: Text("un nouveau livre", "a new book"))
        }
    }

    /// A currency of ISO 4217, whatever the book's.
    static func isoCurrency(_ code: Bytes, _ field: String = "currency") throws(Refusal) -> Currency {
        guard let currency = Currency(utf8: code.buffer) else {
            throw Refusal(
                .unknown, field, code, Text("monnaie inconnue", "unknown currency"),
                accepted: Text("un code ISO 4217, par exemple CAD", "an ISO 4217 code, for example CAD"))
        }
        return currency
    }
}

/// Debts between cooperatives set off and paid.
enum Intercoop {
    static func decide(netted body: BalancesNettedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try AgreementReference.netting.decide(body.netting, "netting", book, views)
        let other = try Check.counterpart(body.counterpartBook, "counterpartBook", fact, book, views)
        let currency = try Check.isoCurrency(body.currency).rawValue
        try Check.positive(body.amountMinor, "amountMinor")
        let debts = [(book, other), (other, book)].map {
            (debtor: $0, creditor: $1, views.owed(by: $0, to: $1, currency))
        }
        try Check.atMost(
            body.amountMinor, min(debts[0].2, debts[1].2), "amountMinor",
            Text("plus que la plus petite des deux dettes", "more than the smaller of the two debts"))
        for (debtor, creditor, owed) in debts {
            try Check.stood(
                body.amountMinor, of: owed, creditor, debtor, currency, Text("ce qu’elle compense", "what it sets off"),
                fact, views)
        }
    }

    static func fold(netted body: BalancesNettedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let other = views.book(body.counterpartBook),
            let currency = Currency(utf8: body.currency.buffer)?.rawValue
        else { return views.noBook(fact) }
        AgreementReference.netting.fold(body.netting, fact, book, views)
        views.owe(book, to: other, currency, -body.amountMinor, fact)
        views.owe(other, to: book, currency, -body.amountMinor, fact)
        Agreements.touchBoth(book, other, fact, views)
    }

    static func decide(settled body: IntercoopSettledView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try AgreementReference.settlement.decide(body.settlement, "settlement", book, views)
        let other = try Check.counterpart(body.counterpartBook, "counterpartBook", fact, book, views)
        let currency = try Check.isoCurrency(body.currency).rawValue
        try Check.positive(body.amountMinor, "amountMinor")
        try Check.institution(body.institution)
        try Check.institution(body.counterpartInstitution, "counterpartInstitution")
        let owed = views.owed(by: book, to: other, currency)
        try Check.atMost(
            body.amountMinor, owed, "amountMinor",
            Text("plus que ce qui est dû à \(other.name)", "more than is owed to \(other.name)"))
        try Check.stood(
            body.amountMinor, of: owed, other, book, currency, Text("ce qu’il paie", "what it pays"), fact, views)
    }

    static func fold(settled body: IntercoopSettledView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let other = views.book(body.counterpartBook),
            let currency = Currency(utf8: body.currency.buffer)?.rawValue
        else { return views.noBook(fact) }
        AgreementReference.settlement.fold(body.settlement, fact, book, views)
        let from = views.intern(.institution, body.institution)
        let to = views.intern(.institution, body.counterpartInstitution)
        views.owe(book, to: other, currency, -body.amountMinor, fact)
        views.journal.credit(book: book.id, .bank, party: from, currency: currency, amountMinor: body.amountMinor)
        views.journal.debit(book: other.id, .bank, party: to, currency: currency, amountMinor: body.amountMinor)
        Agreements.touchBoth(book, other, fact, views)
        views.touch(from, fact)
        views.touch(to, fact)
    }
}
