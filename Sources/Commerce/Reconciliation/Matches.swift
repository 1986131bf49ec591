import Accounting
import Bytes
package import Events
import Index

/// Matches: entries and items of the books that are the same money, and their undoing.
package enum Matches {
    /// The source of what the rules find; `record` takes nothing of it but what a person decided.
    package static let rulesSource = "reconciliation"
    /// Of either side, named one by one: as many fit an event.
    package static let partsMax = 5_000
    /// Of either side, ranges included: what a file of payouts may have.
    package static let rangedPartsMax = 100_000

    static func decide(matched body: EntryMatchedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let account = try Check.bankAccount(body.account, book, views)
        guard body.rule != .unspecified else {
            throw Refusal(
                .missing, "rule", "", Text("la règle manque", "the rule is missing"),
                accepted: Text("par exemple MATCH_RULE_REFERENCE", "for example MATCH_RULE_REFERENCE"))
        }
        if body.rule == .manual {
            try Check.name(body.reason, "reason", max: 500)
        } else {
            try Check.text(body.reason, "reason")
        }
        let entries = try parts(body.entries, "entries", isEntry: true, account, views)
        let items = try items(body, account, views)
        guard entries.count + items.count >= 2 else {
            throw Refusal(
                .missing, "items", "", Text("rien à apparier", "nothing to match with"),
                accepted: Text(
                    "des lignes et des écritures, ou plusieurs qui s’annulent",
                    "entries and items, or several that cancel out"))
        }
        try Check.equal(
            items.sum, entries.sum, "items",
            Text("les deux côtés n’ont pas la même somme", "the two sides have different sums"))
        let last = max(entries.lastDay, items.lastDay)
        guard fact.day >= last else {
            let day = CivilDate(clampingDays: Int64(last)).text
            throw Refusal(
                .outOfRange, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("avant ce qui est apparié (\(day))", "before what is matched (\(day))"),
                accepted: Text("à partir du \(day)", "from \(day) on"))
        }
        try Check.isOpen(account, fact.day, "effectiveAt")
    }

    private struct Side {
        var count = 0
        var sum: Int64 = 0
        var lastDay = Int32.min
    }

    /// Each named once, of the account, on the right side, and not agreed yet.
    private static func parts(
        _ named: Repeated<MatchedPartView>, _ field: String, isEntry: Bool, _ account: BankAccountRecord, _ views: Views
    ) throws(Refusal) -> Side {
        guard named.count <= partsMax else {
            throw Refusal(
                .outOfRange, field, Int64(named.count), Text("trop de parties", "too many parts"),
                accepted: Text("au plus \(partsMax)", "at most \(partsMax)"))
        }
        var side = Side()
        var before: UInt64?
        for (at, encoded) in named.enumerated() {
            guard let sequence = try? encoded.view().sequence else { continue }
            let place = "\(field)[\(at)].sequence"
            guard before.map({ $0 < sequence }) ?? true else {
                throw Refusal(
                    .duplicate, place, "\(sequence)",
                    Text("les séquences vont en ordre croissant", "sequences go in ascending order"),
                    accepted: Text("chacune une fois", "each once"))
            }
            before = sequence
            let part = try open(sequence, place, isEntry: isEntry, account, views)
            side.count += 1
            side.sum = try Check.fits(place) { () throws(MoneyError) in try Money.sum(side.sum, part.amountMinor) }
            side.lastDay = max(side.lastDay, part.day)
            // What the match takes from suspense stands there.
            guard part.suspension != 0, let suspended = views.bankPart(account, part.suspension) else { continue }
            side.lastDay = max(side.lastDay, suspended.day)
        }
        return side
    }

    /// The items that are named, or all events of the ranges that stand in their place.
    private static func items(
        _ body: EntryMatchedView, _ account: BankAccountRecord, _ views: Views
    ) throws(Refusal) -> Side {
        guard !body.itemRanges.isEmpty else { return try parts(body.items, "items", isEntry: false, account, views) }
        guard body.items.isEmpty else {
            throw Refusal(
                .conflict, "itemRanges", Int64(body.itemRanges.count),
                Text("des écritures sont aussi nommées une à une", "items are named one by one, too"),
                accepted: Text("items ou itemRanges", "items or itemRanges"))
        }
        var side = Side()
        var next: UInt64 = 0
        for (at, encoded) in body.itemRanges.enumerated() {
            guard let range = try? encoded.view() else { continue }
            let place = "itemRanges[\(at)]"
            guard range.first >= next, range.last >= range.first, range.last < UInt64(Int64.max) else {
                throw Refusal(
                    .malformed, place, "\(range.first)–\(range.last)",
                    Text("les suites vont en ordre croissant", "ranges go in ascending order"),
                    accepted: Text("chaque écriture une fois", "each item once"))
            }
            guard range.last - range.first < UInt64(rangedPartsMax - side.count) else {
                throw Refusal(
                    .outOfRange, place, "\(range.first)–\(range.last)", Text("trop de parties", "too many parts"),
                    accepted: Text("au plus \(rangedPartsMax)", "at most \(rangedPartsMax)"))
            }
            next = range.last + 1
            for sequence in range.first...range.last {
                let part = try open(sequence, place, isEntry: false, account, views)
                side.count += 1
                side.sum = try Check.fits(place) { () throws(MoneyError) in
                    try Money.sum(side.sum, part.amountMinor)
                }
                side.lastDay = max(side.lastDay, part.day)
            }
        }
        return side
    }

    /// An entry or an item that waits, or an entry in suspense.
    static func open(
        _ sequence: UInt64, _ place: @autoclosure () -> String, isEntry: Bool, _ account: BankAccountRecord,
        _ views: Views
    ) throws(Refusal) -> BankPartRecord {
        guard let part = views.bankPart(account, sequence), part.isEntry == isEntry else {
            throw Refusal(
                .unknown, place(), "\(sequence)",
                isEntry
                    ? Text("ce n’est pas une ligne du compte", "not an entry of the account")
                    : Text("aucune écriture du compte à cette séquence", "no item of the account at that sequence"),
                accepted: isEntry
                    ? Text("la séquence d’un statementEntryImported", "the sequence of a statementEntryImported")
                    : Text("un événement qui touche l’encaisse", "an event that posts to the account"))
        }
        guard part.resolution == 0 || isEntry && views.suspension(account, sequence) != nil else {
            throw Refusal(
                .duplicate, place(), "\(sequence)",
                Text(
                    "déjà traité à la séquence \(part.resolution)", "dealt with already at sequence \(part.resolution)"),
                accepted: Text("ce qui n’est pas apparié", "what is not matched"))
        }
        return part
    }

    static func fold(matched body: EntryMatchedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let account = views.bankAccount(body.account, book) else {
            return views.noBook(fact)
        }
        var parts: [(sequence: UInt64, part: BankPartRecord)] = []
        var suspendedMinor: Int64 = 0
        for encoded in body.entries {
            guard let sequence = try? encoded.view().sequence, let part = views.bankPart(account, sequence) else {
                return views.index.fail("event \(fact.sequence): no such entry")
            }
            guard views.suspension(account, sequence) != nil else {
                parts.append((sequence, part))
                continue
            }
            suspendedMinor &+= part.amountMinor
            views.endSuspension(account, sequence)
            views.resolve(account, sequence, part, by: fact.sequence)
        }
        for sequence in body.itemSequences {
            guard let part = views.bankPart(account, sequence) else {
                return views.index.fail("event \(fact.sequence): no such item")
            }
            parts.append((sequence, part))
        }
        // The books had what stood in suspense twice: there, and by the items.
        if suspendedMinor != 0 {
            views.postSuspense(account, 0 &- suspendedMinor, book)
            parts.append(views.ownItem(0 &- suspendedMinor, fact))
        }
        views.agree(account, parts, by: fact.sequence)
        views.touch(account.institution, fact)
    }

    // MARK: undoing

    static func decide(unmatched body: EntryUnmatchedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let account = try Check.bankAccount(body.account, book, views)
        try Check.name(body.reason, "reason", max: 500)
        guard body.matchSequence < fact.sequence, let event = views.event(body.matchSequence),
            event.book == fact.event.book, Resolution(event)?.account == body.account.string
        else {
            throw Refusal(
                .unknown, "matchSequence", "\(body.matchSequence)",
                Text("ce n’est pas un appariement du compte", "not a match of the account"),
                accepted: Text(
                    "un entryMatched, entrySuspended, bankFeeCharged ou exceptionWrittenOff",
                    "an entryMatched, entrySuspended, bankFeeCharged or exceptionWrittenOff"))
        }
        let first = try standing(event, body.matchSequence, account, views)
        if body.takesBackCaused, let resolution = Resolution(event) {
            try CausedMoney.decide(resolution, account, book, views)
        }
        try Check.notBefore(fact, eventAt: body.matchSequence, Text("l’appariement", "the match"), views)
        try Check.isOpen(
            account, min(first, book.day(views.effectiveAtUs(body.matchSequence))), "matchSequence")
        try Check.isOpen(account, fact.day, "effectiveAt")
    }

    /// All that the resolution dealt with is still as it left it. Returns the first day on which its undoing shows.
    private static func standing(
        _ event: EventView, _ sequence: UInt64, _ account: BankAccountRecord, _ views: Views
    ) throws(Refusal) -> Int32 {
        var first = Int32.max
        guard let resolution = Resolution(event) else { return first }
        var stands = true
        for named in resolution.entries + resolution.items {
            guard let part = views.bankPart(account, named) else { continue }
            stands = stands && part.resolution == sequence
            // What was in suspense goes back there: its group stays.
            if part.suspension == 0 || resolution.kind == .entrySuspended { first = min(first, part.groupDay) }
        }
        guard !stands else { return first }
        throw Refusal(
            .duplicate, "matchSequence", "\(sequence)",
            Text("déjà défait ou remplacé", "undone or replaced already"),
            accepted: Text("le dernier appariement de la ligne", "the last match of the entry"))
    }

    static func fold(unmatched body: EntryUnmatchedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let account = views.bankAccount(body.account, book),
            let resolution = views.event(body.matchSequence).flatMap(Resolution.init)
        else { return views.noBook(fact) }
        // What it posted to the bank is posted back, and what its entries caused, where that was wrong, too.
        var (back, backMinor) = body.takesBackCaused ? CausedMoney.takeBack(resolution, account, book, views) : ([], 0)
        let caused = Set(back.map(\.sequence))
        if let own = views.bankPart(account, body.matchSequence) {
            views.postCash(account, 0 &- own.amountMinor, against: resolution.against, book)
            back.append((body.matchSequence, own))
            backMinor &+= own.amountMinor
        }
        if !back.isEmpty { views.agree(account, back + [views.ownItem(0 &- backMinor, fact)], by: fact.sequence) }
        for sequence in resolution.entries + resolution.items where !caused.contains(sequence) {
            guard let part = views.bankPart(account, sequence) else { continue }
            if part.suspension != 0, resolution.kind != .entrySuspended {
                if resolution.kind == .exceptionWrittenOff {
                    views.postFromSuspense(account, 0 &- part.amountMinor, to: resolution.against, book)
                }
                views.suspend(account, sequence, by: part.suspension)
            } else {
                views.endSuspension(account, sequence)
                views.open(account, sequence, part)
            }
            guard resolution.kind == .exceptionWrittenOff else { continue }
            WriteOffs.count(part, on: book.day(views.effectiveAtUs(body.matchSequence)), sign: -1, book, views)
        }
        views.touch(account.institution, fact)
    }
}

extension EntryMatchedView {
    /// The items that it matches, named one by one or in ranges; of more than a match may have, the first.
    package var itemSequences: [UInt64] {
        var found = items.compactMap { try? $0.view().sequence }
        for encoded in itemRanges {
            guard let range = try? encoded.view(), range.first <= range.last, range.last < UInt64(Int64.max) else {
                continue
            }
            let room = UInt64(max(0, Matches.rangedPartsMax - found.count))
            guard room > 0 else { break }
            found += range.first...min(range.last, range.first + room - 1)
        }
        return found
    }
}

/// What an event of a kind that settles entries or items settled.
struct Resolution {
    let kind: EventKind
    let account: String
    var entries: [UInt64] = []
    var items: [UInt64] = []
    /// The account on the other side of what it posted to the bank.
    var against = AccountCode.suspense

    init?(_ event: EventView) {
        switch event.body {
        case .entryMatched(let bytes)?:
            guard let body = try? EntryMatchedView(bytes) else { return nil }
            (kind, account) = (.entryMatched, body.account.string)
            entries = body.entries.compactMap { try? $0.view().sequence }
            items = body.itemSequences
        case .entrySuspended(let bytes)?:
            guard let body = try? EntrySuspendedView(bytes) else { return nil }
            (kind, account, entries) = (.entrySuspended, body.account.string, [body.entry])
        case .bankFeeCharged(let bytes)?:
            guard let body = try? BankFeeChargedView(bytes) else { return nil }
            (kind, account, entries, against) = (.bankFeeCharged, body.account.string, [body.entry], .bankFees)
        case .exceptionWrittenOff(let bytes)?:
            guard let body = try? ExceptionWrittenOffView(bytes) else { return nil }
            (kind, account) = (.exceptionWrittenOff, body.account.string)
            if body.entry != 0 { entries = [body.entry] } else { items = [body.item] }
            against = WriteOffs.against(body.entry != 0 ? body.amountMinor : 0 &- body.amountMinor)
        default: return nil
        }
    }
}
