package import Accounting
import Bytes
import Commerce
import Crypto
import Events
package import Ledger

/// What became of one statement of a file.
package struct ImportedStatement: Sendable {
    package enum State: String, Sendable {
        case recorded
        /// All that it says stood in the ledger already.
        case known
        /// A notification or an account of the day so far: its entries come with the statement, which it may give details of.
        case notRecorded
    }

    package var file: String
    package var account: String
    package var statement: String
    package var format: String
    package var state: State
    package var from: CivilDate?
    package var through: CivilDate?
    package var openingMinor: Int64 = 0
    package var closingMinor: Int64 = 0
    /// The file does not say the closing balance: it is the opening and the entries.
    package var isClosingReckoned = false
    package var currency = Currency.cad
    package var entries: Int
    /// Of these, those that are new.
    package var recorded = 0
}

/// Statement files become events: one for the statement and one for each entry, each once, however often and in whatever order files come.
package struct StatementImport {
    package var recording: Recording
    /// Columns of CSV files.
    package var mapping: CSVMapping?
    /// Declares the account that the files name under this name.
    package var declare: String?
    /// Where the file does not name the institution as we do ("815").
    package var institution: String?
    /// "assets:bank" or "assets:trust-bank"; for declaring.
    package var ledgerAccount = ""
    /// Of files with several accounts only this one, as the file names it.
    package var number: String?
    /// Who brings the files: an institution, for accounts at itself that are declared.
    package var viewer = Viewer.ledger
    /// The balance at the end of the one statement whose file does not say it, in its currency.
    package var closing: ((Currency) throws -> Int64)?
    /// Told what was recorded before a statement was refused.
    package var recordedBefore: (([ImportedStatement]) -> Void)?
    /// Keys of the payees' sealed names; `nil`: who is paid is known by identity only.
    package var keyring: Keyring?

    /// Entries of a batch, whose statement and account stand in it, too.
    var partMost = AppendLimits.events - 2

    package init(_ recording: Recording) { self.recording = recording }

    struct Found {
        var file: String
        var sha256: [UInt8]
        var statement: BankStatement
    }

    /// Reads all files before anything is recorded, then records the statements by day, with the details that notifications among the files give.
    /// A statement is recorded whole, with the account that it declares, or not at all; `proceed` is called between two: what it throws ends the import there,
    /// and the same command goes on.
    package func run(
        _ files: [String], to store: LedgerStore, proceed: () throws -> Void = {}
    ) throws -> [ImportedStatement] {
        var all: [Found] = []
        for file in files {
            let bytes = try StatementFile.bytes(path: file)
            let hash = Array(SHA256.hash(data: bytes))
            for statement in try StatementFile.read(bytes: bytes, name: file, StatementReading(csv: mapping)) {
                if let number, Self.plain(number) != Self.plain(statement.account.number) { continue }
                all.append(Found(file: file, sha256: hash, statement: statement))
            }
        }
        if let number, all.isEmpty {
            throw LedgerError(
                .notFound, "--number \(number)",
                Text("aucun relevé de ce compte dans ces fichiers", "no statement of that account in these files"),
                remedy: Text("le compte, comme les relevés le nomment", "the account as statements name it"))
        }
        try declaresOne(all, LedgerSnapshot(store).views)
        try closesOne(all)
        let notices = StatementNotices(all.map(\.statement))
        let order = all.indices.sorted { a, b in
            let (x, y) = (all[a].statement, all[b].statement)
            if (x.kind == .statement) != (y.kind == .statement) { return x.kind == .statement }
            let (left, right) = ([Self.first(x), Self.last(x)], [Self.first(y), Self.last(y)])
            return left != right ? left.lexicographicallyPrecedes(right) : a < b
        }
        let snapshot = try LedgerSnapshot(store)
        let writer = try LedgerWriter(store)
        defer { writer.close() }
        var outcome: [ImportedStatement] = []
        var payees: [String: PayeeNames] = [:]
        for at in order {
            do {
                try proceed()
                outcome.append(try record(all[at], notices, &payees, snapshot, writer))
            } catch {
                if outcome.contains(where: { $0.recorded > 0 }) { recordedBefore?(outcome) }
                throw error
            }
        }
        return outcome
    }

    /// One name declares one account: refused before anything is recorded.
    private func declaresOne(_ all: [Found], _ views: Views) throws {
        guard declare != nil else { return }
        let book = try views.named(recording.book)
        var numbers: [String] = []
        for found in all where found.statement.kind == .statement {
            let given = found.statement.account
            guard try declared(given, book, views) == nil, !numbers.contains(given.number) else { continue }
            numbers.append(given.number)
        }
        guard numbers.count > 1 else { return }
        let list = numbers.joined(separator: ", ")
        throw LedgerError(
            .usage, "--declare",
            Text("ces fichiers ont plusieurs comptes : \(list)", "these files have several accounts: \(list)"),
            remedy: Text("un à la fois, avec --number", "one at a time, with --number"))
    }

    /// Days of a statement, its entries' included.
    static func first(_ statement: BankStatement) -> CivilDate {
        let days = statement.entries.map(\.bookingDate) + [statement.from].compactMap { $0 }
        return days.min() ?? statement.through ?? .first
    }

    static func last(_ statement: BankStatement) -> CivilDate {
        let days = statement.entries.map(\.bookingDate) + [statement.through].compactMap { $0 }
        return days.max() ?? statement.from ?? .first
    }

    /// An account's number without spaces, dashes and case.
    static func plain(_ number: String) -> String {
        String(
            decoding: number.uppercased().utf8.filter { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) },
            as: UTF8.self)
    }

    // MARK: one statement

    private func record(
        _ found: Found, _ notices: StatementNotices, _ payees: inout [String: PayeeNames], _ snapshot: LedgerSnapshot,
        _ writer: LedgerWriter
    ) throws -> ImportedStatement {
        let statement = found.statement
        let name = Self.name(of: statement)
        var result = ImportedStatement(
            file: found.file, account: statement.account.number, statement: name, format: statement.format,
            state: .notRecorded, from: Self.first(statement), through: Self.last(statement),
            entries: statement.entries.count)
        let views = snapshot.views
        let book = try views.named(recording.book)
        result.currency = Currency(utf8: statement.account.currency.utf8) ?? book.currency
        guard statement.kind == .statement else {
            // Whose entries the books have all is known; of an account that is not declared nothing is.
            guard let (account, record) = try declared(statement.account, book, views) else { return result }
            (result.account, result.currency) = (account, record.currency)
            let entries = statement.entries.filter { $0.amountMinor != 0 }
            if !entries.isEmpty, Self.fresh(entries, record, views).isEmpty { result.state = .known }
            return result
        }
        let sum = statement.entries.reduce(Int64(0)) { $0 &+ $1.amountMinor }
        let said = try statement.closingMinor ?? closing?(result.currency)
        let given = statement.openingMinor ?? said.map { $0 &- sum }
        let target = try target(found, openingMinor: given ?? 0, book, views)
        let record = target.record
        (result.account, result.currency) = (target.name, record.currency)
        let entries = notices.detailed(statement) { reference in
            Array(reference.utf8).withBytes { views.statementEntry($0, record) } != nil
        }.filter { $0.amountMinor != 0 }
        result.entries = entries.count
        let fresh = Self.fresh(entries, record, views)
        let knownMinor = sum &- fresh.reduce(Int64(0)) { $0 &+ $1.amountMinor }
        let opening = given ?? (record.closingMinor &- knownMinor)
        let closing = said ?? (opening &+ sum)
        (result.openingMinor, result.closingMinor, result.isClosingReckoned) = (opening, closing, said == nil)
        result.state = .known
        let days = "\(Self.first(statement).text)_\(Self.last(statement).text)"
        let parts = [target.name, name, days, "\(closing)"]
        let isKnown = Array(target.source.utf8).withBytes { source in
            Array(EventBatch.key(parts, book).utf8).withBytes { Idempotency.find(source: source, key: $0, views) }
                != nil
        }
        if fresh.isEmpty, isKnown || Self.last(statement).daysSinceEpoch <= record.throughDay { return result }
        try isWhole(found, target.name, entries, fresh, record, isReckoned: said == nil, views)
        try continues(found, target.name, record, openingMinor: opening, knownMinor: knownMinor)
        let names = payees[target.name] ?? PayeeNames(record, book, snapshot, keyring)
        payees[target.name] = names
        let evidence = EntryEvidence(
            record, institution: target.institution, on: Self.last(statement), book, names, views)
        // One batch holds a statement, or a part of one too long for it: parts continue each other to the cent, as statements do.
        var (at, balance, through) = (0, opening, max(record.throughDay, Self.first(statement).daysSinceEpoch))
        repeat {
            let part = Array(fresh[at..<min(at + partMost, fresh.count)])
            let isLast = at + part.count == fresh.count
            let brought = (at == 0 ? knownMinor : 0) &+ part.reduce(Int64(0)) { $0 &+ $1.amountMinor }
            through = max(through, part.map(\.bookingDate.daysSinceEpoch).max() ?? through)
            let day = isLast ? Self.last(statement) : CivilDate(clampingDays: Int64(through))
            let batch = EventBatch(book, actor: recording.actor)
            if at == 0, let declaration = target.declaration { try declaration.add(to: batch) }
            // Two statements of one name, days and balance: the second is known by what it follows.
            let suffix = at > 0 ? ["\(at)"] : isKnown ? ["\(record.statementSequence)"] : []
            try batch.add(
                source: target.source, key: parts + suffix, atUs: book.openNoonUs(day.daysSinceEpoch),
                evidence: found.sha256
            ) { event in
                let number = at == 0 ? statement.number ?? 0 : 0
                event.statementImported {
                    $0.account(target.name)
                    $0.statement(name)
                    // An overlapping statement is no gap: its balances say that it follows.
                    $0.number(number == 1 || number > record.number ? number : 0)
                    $0.fromDate(Self.first(statement).text)
                    $0.throughDate(day.text)
                    $0.openingMinor(balance)
                    $0.closingMinor(balance &+ brought)
                    $0.currency(record.currency.code)
                    $0.format(statement.format)
                    $0.entries(UInt32(clamping: part.count + (at == 0 ? entries.count - fresh.count : 0)))
                    $0.knownEntries(UInt32(clamping: at == 0 ? entries.count - fresh.count : 0))
                    $0.knownMinor(at == 0 ? knownMinor : 0)
                    $0.closingReckoned(said == nil || !isLast)
                }
            }
            for entry in part { try add(entry, target, name, evidence, to: batch, views) }
            try Self.record(batch, writer, found, part)
            balance &+= brought
            at += part.count
        } while at < fresh.count
        try snapshot.renew()
        result.state = .recorded
        result.recorded = fresh.count
        return result
    }

    /// Records a statement, or says which of its entries is refused.
    private static func record(
        _ batch: EventBatch, _ writer: LedgerWriter, _ found: Found, _ fresh: [StatementEntry]
    ) throws {
        guard let first = try writer.append(batch.proposals).refused.first else { return }
        let (refusal, place) = (first.refusal, first.position - (batch.proposals.count - fresh.count))
        let subject = place >= 0 ? "\(found.file), \(fresh[place].reference)" : found.file
        throw LedgerError(.badInput, subject, refusal.finding, remedy: refusal.accepted)
    }

    /// `--closing` is of one statement: refused before anything is recorded where several, or none, want it.
    private func closesOne(_ all: [Found]) throws(LedgerError) {
        guard closing != nil else { return }
        let wanting = all.filter { $0.statement.kind == .statement && $0.statement.closingMinor == nil }
        guard wanting.count != 1 else { return }
        throw LedgerError(
            .usage, "--closing",
            Text(
                "ces fichiers ont \(wanting.count) relevés sans solde de fermeture",
                "these files have \(wanting.count) statements without a closing balance"),
            remedy: Text(
                "un seul à la fois, et seulement là où il manque", "one at a time, and only where it is missing"))
    }

    /// Days that statements cover have all their entries. One that lacks what is known of such a day, and brings others of it or the same amounts of any day,
    /// names the same money anew: under other references, of other amounts, or of another day.
    ///
    /// Of the last day that is covered the rest may still come, where the statement says its balances.
    private func isWhole(
        _ found: Found, _ account: String, _ entries: [StatementEntry], _ fresh: [StatementEntry],
        _ record: BankAccountRecord, isReckoned: Bool, _ views: Views
    ) throws(LedgerError) {
        guard record.statementSequence != 0, !fresh.isEmpty else { return }
        let through = record.throughDay
        let covered =
            Self.first(found.statement)
            .daysSinceEpoch...max(
                Self.first(found.statement).daysSinceEpoch, min(Self.last(found.statement).daysSinceEpoch, through))
        guard covered.lowerBound <= through else { return }
        let brought = Set(
            entries.compactMap { entry -> UInt64? in
                var entry = entry
                entry.reference = Self.named(entry.reference, 128)
                return Self.sequence(entry, record, views).flatMap {
                    Self.isSame(entry, $0, record, views) ? $0 : nil
                }
            })
        var missing: [Int32: [Int64]] = [:]
        views.forEachBankPart(record) { sequence, part in
            // Late entries of signed months count from the first open day, and are of their own.
            guard part.isEntry, part.day >= covered.lowerBound, !brought.contains(sequence),
                let known = views.read(StatementEntryImportedView.self, sequence),
                let day = try? CivilDate.parse(utf8: known.bookingDate.buffer), covered.contains(day.daysSinceEpoch),
                !Self.isPart(known.reference.string, of: entries)
            else { return }
            missing[day.daysSinceEpoch, default: []].append(part.amountMinor)
        }
        for (day, amounts) in missing.sorted(by: { $0.key < $1.key }) {
            var left = fresh.map(\.amountMinor)
            let isAnew = amounts.allSatisfy { amount in
                guard let at = left.firstIndex(of: amount) else { return false }
                left.remove(at: at)
                return true
            }
            let isBroughtOther = day < through && fresh.contains { $0.bookingDate.daysSinceEpoch == day }
            // Where balances are said, what comes twice would have moved them.
            let isUnseen = isReckoned || amounts.reduce(0, &+) == 0
            guard isAnew && isUnseen || isBroughtOther else { continue }
            let text = CivilDate(clampingDays: Int64(day)).text
            throw LedgerError(
                .badInput, "\(found.file), \(account)",
                Text(
                    "il manque à ce relevé \(amounts.count) lignes déjà inscrites du \(text); il en apporte \(fresh.count) nouvelles",
                    "this statement lacks \(amounts.count) entries of \(text) that are recorded; it brings \(fresh.count) new ones"
                ),
                remedy: Text(
                    "le relevé sous les références déjà inscrites, ou la suite seulement",
                    "the statement under the references that are recorded, or only what follows"))
        }
    }

    /// Whether a known reference is that of a part of an entry that a notification split: "REF/2" of "REF".
    private static func isPart(_ reference: String, of entries: [StatementEntry]) -> Bool {
        guard let slash = reference.lastIndex(of: "/"),
            FieldText.number(reference[reference.index(after: slash)...]) != nil
        else { return false }
        let stem = reference[..<slash]
        return entries.contains { Self.named($0.reference, 128) == stem }
    }

    private func add(
        _ entry: StatementEntry, _ target: Target, _ statement: String, _ evidence: EntryEvidence, to batch: EventBatch,
        _ views: Views
    ) throws {
        let texts = entry.counterparty + "\u{1F}" + entry.text
        let hash = texts.utf8.count == 1 ? [] : Array(SHA256.hash(data: Array(texts.utf8)))
        let reference = Self.ownReference(of: entry, batch.book, views)
        let file = entry.batch.isEmpty ? OwnFiles.named(in: entry, target.record, batch.book, views) : entry.batch
        let party = try evidence.party(of: entry, reference: reference)
        try batch.add(
            source: target.source, key: [target.name, statement, entry.reference],
            atUs: batch.book.bookedUs(entry.bookingDate.daysSinceEpoch, second: entry.bookingSecond)
        ) { event in
            event.statementEntryImported {
                $0.account(target.name)
                $0.statement(statement)
                $0.reference(entry.reference)
                $0.bookingDate(entry.bookingDate.text)
                $0.valueDate(entry.valueDate.text)
                $0.amountMinor(entry.amountMinor)
                $0.currency(target.record.currency.code)
                $0.code(Self.clipped(entry.code, 64))
                $0.endToEnd(Self.clipped(reference, 128))
                $0.batch(Self.clipped(file, 64))
                $0.returnCode(Self.clipped(entry.returnCode, 8))
                $0.reversal(entry.isReversal)
                $0.party(party)
                if !hash.isEmpty { hash.withBytes($0.textSha256) }
            }
        }
    }

    /// What we gave with the payment: its field, or a payout of ours that the text names; of what was taken back, the order or the payment. Nothing else of
    /// the text is kept.
    private static func ownReference(of entry: StatementEntry, _ book: Book, _ views: Views) -> String {
        guard entry.endToEnd.isEmpty else { return entry.endToEnd }
        let isTaken =
            entry.amountMinor < 0
            && MatchingPolicy().entryClass(
                code: entry.code, returnCode: entry.returnCode, isReversal: entry.isReversal) != .ordinary
        let words = (entry.text + " " + entry.counterparty).split { " ,;:()".contains($0) }.prefix(64)
        for word in words where word.utf8.count >= 4 && word.utf8.count <= 128 {
            let isOurs = Array(word.utf8).withBytes { name in
                views.payout(name, book) != nil
                    || isTaken && (views.order(name, book) != nil || views.payment(named: name, book) != nil)
            }
            if isOurs { return String(word) }
        }
        return ""
    }

    /// Entries that the account does not have, under references that it does not have.
    private static func fresh(
        _ entries: [StatementEntry], _ account: BankAccountRecord, _ views: Views
    ) -> [StatementEntry] {
        var fresh: [StatementEntry] = []
        var ordinals: [String: Int] = [:]
        for entry in entries {
            var entry = entry
            entry.reference = named(entry.reference, 128)
            if let sequence = sequence(entry, account, views) {
                if isSame(entry, sequence, account, views) { continue }
                // The institution uses its references again: one of the entry's own takes its place.
                let stem = EntryReferences.derived(from: entry, ordinal: 0)
                ordinals[stem, default: 0] += 1
                entry.reference = EntryReferences.derived(from: entry, ordinal: ordinals[stem] ?? 1)
                if self.sequence(entry, account, views) != nil { continue }
            } else if isKnownInParts(entry, account, views) {
                continue
            }
            fresh.append(entry)
        }
        return fresh
    }

    /// Whether a notification split it: its parts are in the books and sum to it.
    private static func isKnownInParts(
        _ entry: StatementEntry, _ account: BankAccountRecord, _ views: Views
    ) -> Bool {
        var (part, sum) = (entry, Int64(0))
        for number in 1... {
            part.reference = named("\(entry.reference)/\(number)", 128)
            guard let sequence = sequence(part, account, views),
                let known = views.read(StatementEntryImportedView.self, sequence),
                known.bookingDate.string == entry.bookingDate.text
            else { break }
            sum &+= known.amountMinor
        }
        return sum != 0 && sum == entry.amountMinor
    }

    private static func sequence(_ entry: StatementEntry, _ account: BankAccountRecord, _ views: Views) -> UInt64? {
        Array(entry.reference.utf8).withBytes { views.statementEntry($0, account) }
    }

    private static func isSame(
        _ entry: StatementEntry, _ sequence: UInt64, _ account: BankAccountRecord, _ views: Views
    ) -> Bool {
        // The day that the institution says: in a signed month that of the part is later.
        guard let known = views.read(StatementEntryImportedView.self, sequence) else { return false }
        return known.amountMinor == entry.amountMinor && known.bookingDate.string == entry.bookingDate.text
    }

    // MARK: names

    /// The institution's name for the statement, or its days.
    private static func name(of statement: BankStatement) -> String {
        let given = named(statement.identification, 64)
        return given.isEmpty ? "\(first(statement).text)_\(last(statement).text)" : given
    }

    /// A name of at most so many bytes, printable; its hash where it is longer.
    private static func named(_ text: String, _ max: Int) -> String {
        let clean = FieldText.printable(text)
        return clean.utf8.count <= max ? clean : EventBatch.hex(SHA256.hash(data: Array(text.utf8)))
    }

    private static func clipped(_ text: String, _ max: Int) -> String {
        var text = FieldText.printable(text)
        while text.utf8.count > max { text.removeLast() }
        return text
    }

    // MARK: the account

    /// The account that a statement is of; one that it declares stands in no event yet.
    struct Target {
        var name: String
        var institution: String
        var record: BankAccountRecord
        var declaration: BankAccountDeclaration?

        var source: String { "statement:" + institution }
    }

    private func target(
        _ found: Found, openingMinor: Int64, _ book: Book, _ views: Views
    ) throws -> Target {
        let given = found.statement.account
        if let (name, record) = try declared(given, book, views) {
            guard let declare, declare != name else {
                return Target(name: name, institution: views.partyName(record.institution), record: record)
            }
            throw LedgerError(
                .usage, "--declare \(declare)",
                Text(
                    "le compte \(given.number) de \(found.file) est déjà déclaré : \(name)",
                    "account \(given.number) of \(found.file) is declared already: \(name)"),
                remedy: Text("sans --declare", "without --declare"))
        }
        let first = Self.first(found.statement)
        let institution = institution ?? given.institution
        let currency = given.currency.isEmpty ? book.currency.code : given.currency
        try namesakes(found, institution, currency, book, views)
        guard let declare, !institution.isEmpty else {
            let opening = StatementAmount.text(
                openingMinor, exponent: StatementAmount.exponent(of: currency))
            let line =
                "reconcile declare \(declare ?? "\(institution.isEmpty ? "815" : institution)-courant") --institution \(institution.isEmpty ? "815" : institution) --number \"\(given.number)\" --currency \(currency) --from \(first.text) --opening"
            throw LedgerError(
                .badInput, found.file,
                Text(
                    "compte non déclaré : \(given.number), \(currency), solde de \(opening.french) le \(first.text)",
                    "undeclared account: \(given.number), \(currency), balance of \(opening.english) on \(first.text)"),
                remedy: Text(
                    "--declare NOM --institution NUMÉRO, ou « grandlivre \(line) \(opening.french) »",
                    "--declare NAME --institution NUMBER, or \"grandlivre \(line) \(opening.english)\""))
        }
        let declaration = BankAccountDeclaration(
            account: declare, institution: institution, number: given.number, currency: currency,
            ledgerAccount: ledgerAccount, from: first, openingMinor: openingMinor)
        return Target(
            name: declare, institution: institution,
            record: BankAccountRecord(
                declared: first, openingMinor: openingMinor, institution: institution,
                Currency(utf8: currency.utf8) ?? book.currency, views),
            declaration: declaration)
    }

    /// An account of another number, institution or currency is not to be declared again under those of the file: which is wrong, its figures say.
    private func namesakes(
        _ found: Found, _ institution: String, _ currency: String, _ book: Book, _ views: Views
    ) throws(LedgerError) {
        let given = found.statement.account
        for (name, record) in try viewer.bankAccounts(book, views) where !record.isClosed {
            let number = views.read(BankAccountDeclaredView.self, record.sequence)?.number.string ?? ""
            let known = "\(number), \(views.partyName(record.institution)), \(record.currency.code)"
            let isSameNumber = Self.plain(number) == Self.plain(given.number)
            let isSamePlace =
                institution == views.partyName(record.institution) && currency == record.currency.code
                && (ledgerAccount.isEmpty ? AccountCode.bank.name : ledgerAccount) == record.ledgerAccount.name
            // Two institutions may use one number, where somebody says so by declaring the second.
            guard isSamePlace || isSameNumber && declare == nil else { continue }
            throw LedgerError(
                .badInput, found.file,
                Text(
                    "compte \(given.number), institution \(institution), \(currency) : \(book.name) a \(name) (\(known))",
                    "account \(given.number), institution \(institution), \(currency): \(book.name) has \(name) (\(known))"
                ),
                remedy: Text(
                    "un relevé de ce compte, ou --institution, --book ou la correspondance qui conviennent",
                    "a statement of that account, or the right --institution, --book or mapping"))
        }
    }

    /// The account that the file names, where it is declared and whoever brings the file may know of it.
    private func declared(
        _ given: StatementAccount, _ book: Book, _ views: Views
    ) throws(LedgerError) -> (name: String, record: BankAccountRecord)? {
        // Two institutions may use one number: where the file, or who brings it, names one of three digits, it counts.
        let named = institution ?? given.institution
        let isNumber = named.utf8.count == 3 && FieldText.number(named) != nil
        var closed: (name: String, record: BankAccountRecord)?
        for (name, record) in try viewer.bankAccounts(book, views) {
            guard let number = views.read(BankAccountDeclaredView.self, record.sequence)?.number.string,
                Self.plain(number) == Self.plain(given.number),
                given.currency.isEmpty || given.currency == record.currency.code,
                !isNumber || named == views.partyName(record.institution)
            else { continue }
            guard record.isClosed else { return (name, record) }
            closed = (name, record)
        }
        // Its old files are known.
        return declare == nil ? closed : nil
    }

    /// Refuses a statement that does not follow, with the figures.
    private func continues(
        _ found: Found, _ account: String, _ record: BankAccountRecord, openingMinor: Int64, knownMinor: Int64
    ) throws(LedgerError) {
        guard record.pendingEntries == 0, openingMinor != record.closingMinor &- knownMinor else { return }
        func figure(_ minor: Int64) -> Text { StatementAmount.text(minor, exponent: record.currency.exponent) }
        let (opening, last, known) = (figure(openingMinor), figure(record.closingMinor), figure(knownMinor))
        let gap = figure(openingMinor &- (record.closingMinor &- knownMinor))
        let through = CivilDate(clampingDays: Int64(record.throughDay)).text
        throw LedgerError(
            .badInput, "\(found.file), \(account)",
            Text(
                "le solde d’ouverture \(opening.french) ne suit pas le solde \(last.french) du \(through), lignes déjà connues (\(known.french)) déduites : écart de \(gap.french)",
                "the opening balance \(opening.english) does not follow the balance \(last.english) of \(through) less what is known already (\(known.english)): a gap of \(gap.english)"
            ), remedy: Text("importer d’abord le relevé qui manque", "import the missing statement first"))
    }
}
