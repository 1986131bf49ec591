import Accounting
import Bytes
import Events
import Index

/// Journal entries made by people, and their corrections.
enum ManualEntries {
    static func decide(posted body: JournalEntryPostedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.people(body.preparer, body.approver, body.reason, fact, views)
        guard body.lines.count >= 2 else {
            throw Refusal(
                .missing, "lines", Int64(body.lines.count), Text("une écriture a deux côtés", "an entry has two sides"),
                accepted: Text("au moins deux lignes", "at least two lines"))
        }
        try decide(body.lines, "lines", replacing: nil, book, views)
    }

    static func decide(corrected body: CorrectionPostedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.people(body.preparer, body.approver, body.reason, fact, views)
        guard body.correctedSequence < fact.sequence, let original = views.event(body.correctedSequence),
            original.bodyField == EventKind.journalEntryPosted.rawValue
                || original.bodyField == EventKind.correctionPosted.rawValue,
            original.book == fact.event.book
        else {
            throw Refusal(
                .unknown, "correctedSequence", "\(body.correctedSequence)",
                Text("ce n’est pas une écriture manuelle du livre", "not a manual entry of this book"),
                accepted: Text(
                    "un journalEntryPosted ou un correctionPosted; un achat se corrige par purchaseCancelled ou purchaseRefunded",
                    "a journalEntryPosted or a correctionPosted; a purchase is corrected by purchaseCancelled or purchaseRefunded"
                ))
        }
        if let by = views.number(views.key.begin(.correction).sequence(body.correctedSequence).bytes) {
            throw Refusal(
                .duplicate, "correctedSequence", "\(body.correctedSequence)",
                Text("déjà corrigée par l’événement \(by)", "already corrected by event \(by)"),
                accepted: Text(
                    "la séquence \(by), ou une écriture non corrigée", "sequence \(by), or an entry not yet corrected"))
        }
        try Check.notBefore(
            fact, eventAt: body.correctedSequence, Text("l’écriture corrigée", "the corrected entry"), views)
        // Whoever prepared the wrong entry must not be the one who approves what replaces it.
        if preparer(of: original) == body.approver.string {
            throw Refusal(
                .notAllowed, "approver", body.approver,
                Text("a préparé l’écriture corrigée", "prepared the corrected entry"),
                accepted: Text("une autre personne", "another person"))
        }
        try decide(body.replacement, "replacement", replacing: original, book, views)
        let wasReserved = lines(of: original).map { credited($0, isReserve) } ?? 0
        let isReserved = credited(body.replacement, isReserve)
        guard isReserved >= wasReserved else {
            throw Refusal(
                .notAllowed, "replacement", isReserved,
                Text(
                    "la correction réduirait la réserve (C-67.2, art. 147)",
                    "the correction would draw on the reserve (C-67.2 s.147)"),
                accepted: Text("au moins \(wasReserved) à la réserve", "at least \(wasReserved) to the reserve"))
        }
        let wasGiven = lines(of: original).map { credited($0, isSolidarityFund) } ?? 0
        let isGiven = credited(body.replacement, isSolidarityFund)
        guard isGiven >= wasGiven else {
            throw Refusal(
                .notAllowed, "replacement", isGiven,
                Text(
                    "la correction réduirait le fonds de solidarité",
                    "the correction would draw on the solidarity fund"),
                accepted: Text("au moins \(wasGiven) au fonds", "at least \(wasGiven) to the fund"))
        }
    }

    /// The reserve, its sub-accounts included.
    private static func isReserve(_ account: Bytes) -> Bool {
        account.isPart(of: "equity:reserve")
    }

    /// What only grants take away.
    private static func isSolidarityFund(_ account: Bytes) -> Bool {
        account.isPart(of: "equity:solidarity-fund")
    }

    /// What an entry puts to such accounts, in minor units. The lines are within their limits.
    private static func credited(_ lines: Repeated<EntryLineView>, _ isSuch: (Bytes) -> Bool) -> Int64 {
        lines.reduce(0) { sum, encoded in
            guard let line = try? encoded.view(), isSuch(line.account) else { return sum }
            return sum &+ line.creditMinor &- line.debitMinor
        }
    }

    private static func lines(of event: EventView) -> Repeated<EntryLineView>? {
        event.bodyField == EventKind.correctionPosted.rawValue
            ? (try? CorrectionPostedView(event.bodyBytes))?.replacement
            : (try? JournalEntryPostedView(event.bodyBytes))?.lines
    }

    private static func preparer(of event: EventView) -> String? {
        event.bodyField == EventKind.correctionPosted.rawValue
            ? (try? CorrectionPostedView(event.bodyBytes))?.preparer.string
            : (try? JournalEntryPostedView(event.bodyBytes))?.preparer.string
    }

    private static func decide(
        _ lines: Repeated<EntryLineView>, _ field: String, replacing original: EventView?, _ book: Book, _ views: Views
    ) throws(Refusal) {
        var differences: [(currency: Currency, minor: Int64)] = []
        var debits: Int64 = 0
        guard lines.count <= 1_000 else {
            throw Refusal(
                .outOfRange, field, Int64(lines.count), Text("trop de lignes", "too many lines"),
                accepted: Text("au plus 1000", "at most 1000"))
        }
        for (at, encoded) in lines.enumerated() {
            guard let line = try? encoded.view() else { continue }
            let place = "\(field)[\(at)]"
            do throws(AccountNameError) {
                _ = try AccountName.check(line.account.string)
            } catch {
                throw Refusal(
                    .malformed, "\(place).account", line.account, Text("ce n’est pas un compte", "not an account"),
                    accepted: Text("par exemple expenses:rent", "for example expenses:rent"))
            }
            let currency = try EntryCurrency.decide(line, place, book)
            guard line.debitMinor >= 0, line.creditMinor >= 0, (line.debitMinor == 0) != (line.creditMinor == 0),
                line.debitMinor <= Check.amountMinorMax, line.creditMinor <= Check.amountMinorMax
            else {
                throw Refusal(
                    .wrongAmount, place, "\(line.debitMinor) / \(line.creditMinor)",
                    Text("un débit ou un crédit", "a debit or a credit"),
                    accepted: Text("exactement l’un des deux, positif", "exactly one of the two, positive"))
            }
            try party(line, place, views)
            // s.147: the reserve is never shared among members.
            if isReserve(line.account), line.debitMinor > 0 {
                throw Refusal(
                    .notAllowed, "\(place).account", line.account,
                    Text(
                        "la réserve ne se partage pas (C-67.2, art. 147)", "the reserve is never shared (C-67.2 s.147)"),
                    accepted: Text(
                        "un autre compte; seule une perte réduit la réserve",
                        "another account; only a loss reduces the reserve"))
            }
            if isSolidarityFund(line.account), line.debitMinor > 0 {
                throw Refusal(
                    .notAllowed, "\(place).account", line.account,
                    Text("seul un solidarityGranted prend au fonds", "only a solidarityGranted takes from the fund"),
                    accepted: Text("un autre compte", "another account"))
            }
            try control(line, place, among: lines, replacing: original, book, views)
            let at = differences.firstIndex { $0.currency == currency } ?? differences.count
            if at == differences.count { differences.append((currency, 0)) }
            differences[at].minor += line.debitMinor - line.creditMinor
            debits += line.debitMinor
        }
        try Check.atMost(
            debits, Check.amountMinorMax, field, Text("écriture trop grande", "the entry is too large"))
        for (currency, minor) in differences {
            try Check.equal(
                minor, 0, field,
                Text("débits moins crédits en \(currency.code)", "debits less credits in \(currency.code)"))
        }
        try EntryCurrency.decide(EntryCurrency.position(lines, book), field, book, views)
    }

    /// A control account is kept by events of its own. A manual entry may open it, before anything else stands there, and its correction may say it
    /// better; and it collects what sundry debtors owe. Once other events stand there, a correction only takes back from what the entry posted.
    private static func control(
        _ line: EntryLineView, _ place: String, among lines: Repeated<EntryLineView>, replacing original: EventView?,
        _ book: Book, _ views: Views
    ) throws(Refusal) {
        guard let kinds = keepers(of: line.account, book, views),
            let account = views.account(line.account, book: book.id),
            views.isUsed(account, book)
        else { return }
        let replaced = original.flatMap { Self.lines(of: $0) }
        if account == AccountCode.receivable.rawValue, !line.party.isEmpty {
            let owed = views.sundry(views.party(.identity, line.party) ?? 0, book)
            let most = owed + max(0, replaced.map { collected($0, line.party) } ?? 0)
            if line.debitMinor == 0, most > 0 {
                return try Check.atMost(
                    collected(lines, line.party), most, "\(place).creditMinor",
                    Text(
                        "plus que ce que la personne doit hors commandes, courses et factures",
                        "more than the party owes beside orders, rides and invoices"))
            }
        }
        if let original, isAlone(original, on: line.account, account, book, views) { return }
        guard let before = replaced.map({ net($0, like: line) }), before != 0 else {
            throw Refusal(
                .notAllowed, "\(place).account", line.account,
                Text(
                    "ce compte de contrôle est tenu par ses propres événements",
                    "this control account is kept by events of its own"),
                accepted: Text(
                    "\(kinds); à la main, le solde d’ouverture seulement", "\(kinds); by hand, its opening only"))
        }
        let after = net(lines, like: line)
        guard after.magnitude <= before.magnitude, after == 0 || (after < 0) == (before < 0) else {
            throw Refusal(
                .wrongAmount, "\(place).\(line.debitMinor != 0 ? "debitMinor" : "creditMinor")", "\(after.magnitude)",
                Text(
                    "d’autres événements sont inscrits à ce compte de contrôle : une correction n’y met pas plus que l’écriture corrigée",
                    "other events stand on this control account: a correction puts no more there than the entry it replaces"
                ),
                accepted: before < 0
                    ? Text("un crédit d’au plus \(before.magnitude)", "a credit of at most \(before.magnitude)")
                    : Text("un débit d’au plus \(before.magnitude)", "a debit of at most \(before.magnitude)"))
        }
    }

    /// Debits less credits of lines to the account, the party and the currency of one of them. The lines are within their limits.
    private static func net(_ lines: Repeated<EntryLineView>, like one: EntryLineView) -> Int64 {
        lines.reduce(0) { sum, encoded in
            guard let line = try? encoded.view(), line.account == one.account, line.party == one.party,
                line.currency == one.currency
            else { return sum }
            return sum &+ line.debitMinor &- line.creditMinor
        }
    }

    /// Whether nothing was ever posted to an account but an entry and the entries that it corrects.
    ///
    /// - Complexity: O(lines of these entries).
    private static func isAlone(
        _ entry: EventView, on name: Bytes, _ account: UInt16, _ book: Book, _ views: Views
    ) -> Bool {
        var posted: [UInt64: Counters] = [:]
        var next: EventView? = entry
        var isReversed = false
        while let event = next {
            guard let all = lines(of: event) else { break }
            for encoded in all {
                guard let line = try? encoded.view(), line.account == name else { continue }
                let party = line.party.isEmpty ? 0 : views.party(partyKind(line.account), line.party) ?? 0
                let currency = (Currency(utf8: line.currency.buffer) ?? book.currency).rawValue
                let before = posted[UInt64(currency) << 32 | UInt64(party)] ?? Counters()
                posted[UInt64(currency) << 32 | UInt64(party)] = Counters(
                    before.first &+ line.debitMinor &+ (isReversed ? line.creditMinor : 0),
                    before.second &+ line.creditMinor &+ (isReversed ? line.debitMinor : 0))
            }
            isReversed = true
            guard event.bodyField == EventKind.correctionPosted.rawValue else { break }
            next = (try? CorrectionPostedView(event.bodyBytes)).flatMap { views.event($0.correctedSequence) }
        }
        let rows = views.index.rows(prefix: views.key.begin(.balance).u16(book.id).u16(account).bytes)
        while rows.next() {
            var reader = KeyReader(rows.key)
            _ = (reader.u16(), reader.u16())
            let currency = reader.u16()
            guard posted[UInt64(currency) << 32 | UInt64(reader.u32())] == rows.counters else { return false }
        }
        return true
    }

    // MARK: money

    /// Where money lies, sub-accounts included.
    private static let money: [StaticString] = [
        "assets:bank", "assets:trust-bank", "assets:in-transit", "assets:cash",
    ]

    /// Whether an entry or a correction changes what lies in a bank or a till, by account, party and currency.
    static func movesMoney(_ fact: Fact, _ views: Views) -> Bool {
        switch fact.event.body {
        case .journalEntryPosted(let bytes)?:
            return (try? JournalEntryPostedView(bytes)).map { moves([($0.lines, 1)]) } ?? false
        case .correctionPosted(let bytes)?:
            guard let body = try? CorrectionPostedView(bytes) else { return false }
            let isKnown = body.correctedSequence < fact.sequence
            guard isKnown, let original = views.event(body.correctedSequence).flatMap(lines(of:)) else {
                return moves([(body.replacement, 1)])
            }
            return moves([(original, -1), (body.replacement, 1)])
        default: return false
        }
    }

    private static func moves(_ entries: [(lines: Repeated<EntryLineView>, sign: Int64)]) -> Bool {
        var nets: [String: Int64] = [:]
        for (lines, sign) in entries {
            for encoded in lines {
                guard let line = try? encoded.view(), money.contains(where: { line.account.isPart(of: $0) }) else {
                    continue
                }
                let place = [line.account, line.party, line.currency].map(\.string).joined(separator: " ")
                nets[place, default: 0] &+= sign &* (line.debitMinor &- line.creditMinor)
            }
        }
        return nets.values.contains { $0 != 0 }
    }

    /// The kinds of event that keep a control account of the book.
    private static func keepers(of account: Bytes, _ book: Book, _ views: Views) -> String? {
        if let known = AccountCode(name: account.string) { return known.keptBy }
        return views.account(account, book: book.id).flatMap {
            book.isTaxAccount($0) ? AccountCode.gstPayable.keptBy : nil
        }
    }

    /// What lines take off the receivable of a party.
    private static func collected(_ lines: Repeated<EntryLineView>, _ party: Bytes) -> Int64 {
        lines.reduce(0) { sum, encoded in
            guard let line = try? encoded.view(), line.party == party, line.account == "assets:receivable" else {
                return sum
            }
            return sum &+ line.creditMinor &- line.debitMinor
        }
    }

    private static func party(_ line: EntryLineView, _ place: String, _ views: Views) throws(Refusal) {
        guard !line.party.isEmpty else { return }
        if AccountCode(name: line.account.string)?.partyKind == PartyKind.none {
            throw Refusal(
                .notAllowed, "\(place).party", line.party,
                Text("ce compte n’a pas de sous-comptes", "this account has no sub-accounts"),
                accepted: Text("aucune partie", "no party"))
        }
        switch partyKind(line.account) {
        case .institution: try Check.institution(line.party, "\(place).party")
        case .identity: _ = try Check.identity(line.party, "\(place).party", views)
        case .cooperative: _ = try Check.cooperative(line.party, "\(place).party", views)
        }
    }

    private static func partyKind(_ account: Bytes) -> PartyNameKind {
        switch AccountCode(name: account.string)?.partyKind {
        case .institution: .institution
        case .cooperative: .cooperative
        default: .identity
        }
    }

    static func fold(posted body: JournalEntryPostedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        post(body.lines, sign: 1, fact, book, views)
        EntryCurrency.fold([(body.lines, 1)], fact, book, views)
    }

    static func fold(corrected body: CorrectionPostedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let original = views.event(body.correctedSequence) else {
            return views.noBook(fact)
        }
        do throws(WireError) {
            let lines =
                original.bodyField == EventKind.correctionPosted.rawValue
                ? try CorrectionPostedView(original.bodyBytes).replacement
                : try JournalEntryPostedView(original.bodyBytes).lines
            post(lines, sign: -1, fact, book, views)
            post(body.replacement, sign: 1, fact, book, views)
            EntryCurrency.fold([(lines, -1), (body.replacement, 1)], fact, book, views)
        } catch {
            views.index.fail("event \(body.correctedSequence) cannot be read: \(error)")
        }
        views.putNumber(views.key.begin(.correction).sequence(body.correctedSequence).bytes, fact.sequence)
    }

    private static func post(
        _ lines: Repeated<EntryLineView>, sign: Int64, _ fact: Fact, _ book: Book, _ views: Views
    ) {
        for encoded in lines {
            guard let line = try? encoded.view() else { continue }
            let party = line.party.isEmpty ? 0 : views.intern(partyKind(line.account), line.party)
            views.journal.debit(
                book: book.id, account: views.internAccount(line.account, book: book.id), party: party,
                currency: (Currency(utf8: line.currency.buffer) ?? book.currency).rawValue,
                amountMinor: sign * (line.debitMinor - line.creditMinor))
            if line.account == "assets:receivable", book.isCurrency(line.currency) {
                views.countSundry(book, party, owed: sign * line.debitMinor, collected: sign * line.creditMinor)
            }
            views.touch(party, fact)
        }
    }
}

extension Bytes {
    /// Whether an account is another or one below it.
    fileprivate func isPart(of account: StaticString) -> Bool {
        let above = Bytes(account)
        return hasPrefix(above) && (count == above.count || self[above.count] == 0x3A)
    }
}
