import Accounting
import Bytes
import Commerce
import Events
@preconcurrency import Glibc
import Ledger

/// The ledger of this invocation.
enum Opening {
    /// For reading: as it stands or, in `replay`, as it stood.
    static func snapshot() throws(LedgerError) -> LedgerSnapshot {
        if let past = Replayed.current { return past.snapshot }
        return try LedgerSnapshot(LedgerStore.open(Invocation.current.ledger, readOnly: true))
    }

    /// A snapshot whose ledger can be written too: a process opens a ledger in one way only.
    static func snapshotForWriting() throws(LedgerError) -> LedgerSnapshot {
        try Replayed.refuse()
        return try LedgerSnapshot(LedgerStore.open(Invocation.current.ledger, readOnly: false))
    }

    static func store(readOnly: Bool) throws(LedgerError) -> LedgerStore {
        try Replayed.refuse()
        return try LedgerStore.open(Invocation.current.ledger, readOnly: readOnly)
    }

    /// Whether the folder is missing, or holds no files but a ledger's own.
    static func mayHold(_ directory: String) -> Bool {
        guard let folder = opendir(directory) else { return errno == ENOENT }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            // What a creation that was cut short leaves holds nothing yet; `create` finds out.
            if ![".", "..", "data.mdb", "lock.mdb", "writer.lock"].contains(name) { return false }
        }
        return true
    }

    /// The ledger in `directory`, made now if there is none.
    static func openOrCreate(_ directory: String, origin: String) throws(LedgerError) -> LedgerStore {
        try Replayed.refuse()
        do throws(LedgerError) {
            return try LedgerStore.open(directory, readOnly: false)
        } catch {
            guard error.code == .notFound, mayHold(directory) else { throw error }
            return try LedgerStore.create(directory, origin: origin)
        }
    }

    static func create(_ origin: String) throws(LedgerError) -> LedgerStore {
        try Replayed.refuse()
        let directory = Invocation.current.ledger
        guard mayHold(directory) else {
            throw LedgerError(
                .cannotCreate, directory, Text("le dossier n’est pas vide", "the folder is not empty"),
                remedy: Text(
                    "nommer un dossier vide ou absent avec --ledger", "name an empty or missing folder with --ledger"))
        }
        return try LedgerStore.create(directory, origin: origin)
    }

    /// The book that was named, or the only one, among those that exist for whoever asks.
    ///
    /// - Parameter isPublic: what is going to be read of it is anybody's.
    static func book(_ name: String?, _ views: Views, isPublic: Bool = false) throws(LedgerError) -> Book {
        let viewer = isPublic ? Viewer.ledger : Viewer.current
        if let name {
            if viewer.sees(book: name), let book = Array(name.utf8).withBytes({ views.book($0) }) { return book }
            throw LedgerError.unknown(.book, name, for: viewer, views)
        }
        let books = try choice(viewer, views)
        if let only = books.first, books.count == 1 { return only }
        throw LedgerError(
            books.isEmpty ? .notFound : .usage, Invocation.current.ledger,
            books.isEmpty
                ? Text("aucun livre n’est ouvert", "no book was founded") : Text("plusieurs livres", "several books"),
            remedy: books.isEmpty
                ? Text("inscrire un cooperativeFounded", "record a cooperativeFounded")
                : named(books))
    }

    /// A person is asked to choose among the books in which they are; who is in none, among all.
    private static func choice(_ viewer: Viewer, _ views: Views) throws(LedgerError) -> [Book] {
        let own = try viewer.books(views)
        return own.isEmpty ? views.allBooks : own
    }

    private static func named(_ books: [Book]) -> Text {
        let names = books.map(\.name).joined(separator: ", ")
        return Text("en nommer un avec --book : \(names)", "name one with --book: \(names)")
    }

    /// The books that a list goes over: the one that was named, a party's own where none was, else the only one.
    static func books(_ name: String?, _ views: Views) throws(LedgerError) -> [Book] {
        guard name == nil, case .party = Viewer.current.scope else { return [try book(name, views)] }
        return try choice(.current, views)
    }

    /// The only one of these books that has what was asked for; where none has, the first, whose query then says so.
    static func book(
        _ name: String?, _ views: Views, having isThere: (Book) throws -> Bool
    ) throws -> Book {
        let books = try books(name, views)
        guard books.count > 1 else { return books[0] }
        let found = books.filter { (try? isThere($0)) == true }
        guard found.count > 1 else { return found.first ?? books[0] }
        throw LedgerError(
            .usage, Invocation.current.ledger, Text("plusieurs livres l’ont", "several books have it"),
            remedy: named(found))
    }

    /// What each of the books answers. A name that one of them does not know another may: only what none knows is refused.
    static func each<Answer>(
        _ books: [Book], _ ask: (Book) throws -> Answer
    ) throws -> [(book: Book, answer: Answer)] {
        var answers: [(book: Book, answer: Answer)] = []
        var unknown: LedgerError?
        for book in books {
            do {
                answers.append((book, try ask(book)))
            } catch let error as LedgerError where error.code == .notFound {
                unknown = unknown ?? error
            }
        }
        if answers.isEmpty, let unknown { throw unknown }
        return answers
    }

    /// The ledger's key: from the file that was named, else from the environment; `nil` where neither is given.
    static func ledgerKey() throws(LedgerError) -> LedgerKey? {
        if let file = Invocation.current.ledgerKeyFile { return try LedgerKey(file: file) }
        guard let text = Invocation.environment("GRANDLIVRE_LEDGER_KEY") else { return nil }
        return try LedgerKey(text: Array(text.utf8), place: "GRANDLIVRE_LEDGER_KEY")
    }

    /// The file of the persons' keys.
    static var keysPath: String {
        Invocation.environment("GRANDLIVRE_KEYS") ?? Keyring.path(beside: Invocation.current.ledger)
    }

    /// The persons' keys for reading; `nil` where there is no file of them.
    static func keyring() throws(LedgerError) -> Keyring? {
        try Keyring.open(keysPath, ledgerKey: ledgerKey(), isWritable: false)
    }

    /// What a person gave last, opened, where whoever asks may; `nil` where there is nothing for them.
    static func personalData(_ party: UInt32, _ views: Views) throws(LedgerError) -> PersonalData? {
        guard try Viewer.current.mayOpen(personalDataOf: party, views) else { return nil }
        guard let record = views.identity(party), !record.isErased, record.dataCount > 0 else { return nil }
        guard let keyring = try keyring() else {
            throw LedgerError(
                .notFound, keysPath, Text("le fichier des clés manque", "the file of keys is missing"),
                remedy: Text(
                    "le nommer par GRANDLIVRE_KEYS, ou en restaurer une copie",
                    "name it with GRANDLIVRE_KEYS, or restore a copy"))
        }
        return try keyring.personalData(of: party, views)
    }

    static func date(_ text: String, _ option: String) throws(LedgerError) -> CivilDate {
        do throws(CalendarError) {
            return try CivilDate(text)
        } catch {
            throw LedgerError(
                .usage, "\(option) « \(text) »", Text("ce n’est pas une date", "not a date"),
                remedy: Text("par exemple 2017-06-30", "for example 2017-06-30"))
        }
    }

    /// The first and the last day asked for, in their order.
    static func days(from: String?, to: String?) throws(LedgerError) -> (from: CivilDate?, to: CivilDate?) {
        let first = try from.map { text throws(LedgerError) in try date(text, "--from") }
        let last = try to.map { text throws(LedgerError) in try date(text, "--to") }
        if let first, let last, last < first {
            throw LedgerError(
                .usage, "--to « \(last.text) »", Text("avant --from \(first.text)", "before --from \(first.text)"),
                remedy: Text("\(first.text) ou plus tard", "\(first.text) or later"))
        }
        return (first, last)
    }

    /// A sequence, an instant or a day of recording.
    static func point(_ text: String, _ option: String) throws(LedgerError) -> LogPoint {
        if let sequence = UInt64(text) { return .sequence(sequence) }
        if let day = try? CivilDate(text) { return .day(day) }
        if let us = try? InstantText.parse(text) { return .instant(us) }
        throw LedgerError(
            .usage, "\(option) « \(text) »",
            Text("ni une séquence, ni une date, ni un instant", "neither a sequence nor a date nor an instant"),
            remedy: Text(
                "par exemple 120, 2017-06-30 ou 2017-06-30T15:00:00Z",
                "for example 120, 2017-06-30 or 2017-06-30T15:00:00Z"))
    }

    /// A date or a sequence.
    static func moment(_ text: String?, _ option: String) throws(LedgerError) -> Moment? {
        guard let text else { return nil }
        if let sequence = UInt64(text) { return .sequence(sequence) }
        return .day(try date(text, option))
    }

    static func amount(_ text: String, _ option: String, _ currency: Currency) throws(LedgerError) -> Int64 {
        do throws(MoneyError) {
            return try decimal(text, exponent: currency.exponent)
        } catch {
            let example = DecimalText.format(minor: 125_000, currency: currency)
            let french = example.replacing(".", with: ",")
            throw LedgerError(
                .usage, "\(option) « \(text) »",
                error.code == .tooPrecise
                    ? Text("trop de décimales en \(currency.code)", "too many decimals for \(currency.code)")
                    : Text("ce n’est pas un montant", "not an amount"),
                remedy: Text(
                    "par exemple \(french)", "for example \(example), without grouping"))
        }
    }

    /// A decimal number as people type it: the comma is French for the point, and a space groups thousands, as in what is printed.
    /// A comma never groups, so "1,250" is one and a quarter.
    static func decimal(_ text: String, exponent: Int) throws(MoneyError) -> Int64 {
        let groups = text.split(omittingEmptySubsequences: false) { [" ", "\u{A0}", "\u{202F}"].contains($0) }
        let whole = groups.dropFirst().map { $0.prefix { $0 != "," && $0 != "." } }
        let isGrouped =
            whole.allSatisfy { $0.count == 3 } && groups.dropFirst().dropLast().allSatisfy { $0.count == 3 }
        let plain = isGrouped ? groups.joined() : text
        return try DecimalText.parse(utf8: plain.utf8.map { $0 == 0x2C ? 0x2E : $0 }, exponent: exponent)
    }
}
