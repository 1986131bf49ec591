import Accounting
import Bytes
import Commerce
@preconcurrency import Glibc
import Ledger

/// The ledger of this invocation.
enum Opening {
    static func snapshot() throws(LedgerError) -> LedgerSnapshot {
        try LedgerSnapshot(LedgerStore.open(Invocation.current.ledger, readOnly: true))
    }

    static func store(readOnly: Bool) throws(LedgerError) -> LedgerStore {
        try LedgerStore.open(Invocation.current.ledger, readOnly: readOnly)
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
        do throws(LedgerError) {
            return try LedgerStore.open(directory, readOnly: false)
        } catch {
            guard error.code == .notFound, mayHold(directory) else { throw error }
            return try LedgerStore.create(directory, origin: origin)
        }
    }

    static func create(_ origin: String) throws(LedgerError) -> LedgerStore {
        let directory = Invocation.current.ledger
        guard mayHold(directory) else {
            throw LedgerError(
                .cannotCreate, directory, Text("le dossier n’est pas vide", "the folder is not empty"),
                remedy: Text(
                    "nommer un dossier vide ou absent avec --ledger", "name an empty or missing folder with --ledger"))
        }
        return try LedgerStore.create(directory, origin: origin)
    }

    /// The book that was named, or the only one.
    static func book(_ name: String?, _ views: Views) throws(LedgerError) -> Book {
        if let name {
            if let book = Array(name.utf8).withBytes({ views.book($0) }) { return book }
            throw LedgerError(
                .notFound, name, Text("aucun livre de ce nom", "no book of that name"),
                remedy: Text("livres : \(names(views))", "books: \(names(views))"))
        }
        let books = views.allBooks
        if let only = books.first, books.count == 1 { return only }
        throw LedgerError(
            books.isEmpty ? .notFound : .usage, Invocation.current.ledger,
            books.isEmpty
                ? Text("aucun livre n’est ouvert", "no book was founded") : Text("plusieurs livres", "several books"),
            remedy: books.isEmpty
                ? Text("inscrire un cooperativeFounded", "record a cooperativeFounded")
                : Text("en nommer un avec --book : \(names(views))", "name one with --book: \(names(views))"))
    }

    private static func names(_ views: Views) -> String { views.allBooks.map(\.name).joined(separator: ", ") }

    static func date(_ text: String, _ option: String) throws(LedgerError) -> CivilDate {
        do throws(CalendarError) {
            return try CivilDate(text)
        } catch {
            throw LedgerError(
                .usage, "\(option) « \(text) »", Text("ce n’est pas une date", "not a date"),
                remedy: Text("par exemple 2017-06-30", "for example 2017-06-30"))
        }
    }

    /// A date or a sequence.
    static func moment(_ text: String?, _ option: String) throws(LedgerError) -> Moment? {
        guard let text else { return nil }
        if let sequence = UInt64(text) { return .sequence(sequence) }
        return .day(try date(text, option))
    }

    static func amount(_ text: String, _ option: String, _ currency: Currency) throws(LedgerError) -> Int64 {
        do throws(MoneyError) {
            return try DecimalText.parse(text, currency: currency)
        } catch {
            throw LedgerError(
                .usage, "\(option) « \(text) »", Text("ce n’est pas un montant", "not an amount"),
                remedy: Text("par exemple 1250.00", "for example 1250.00"))
        }
    }
}
