import Commerce
package import EventLog
import Index
import LMDB
import Transparency

/// A ledger's files, opened once in a process: the log and the databases of the index beside it.
package struct LedgerStore {
    package let directory: String
    package let log: EventLog
    let indexDatabases: [Database]

    /// Opens the ledger in `directory`. Throws `LedgerError`.
    ///
    /// - Parameter noSync: commits without waiting for the disk, for tests that must fail.
    package static func open(
        _ directory: String, readOnly: Bool, mapBytes: Int? = nil, noSync: Bool = false
    ) throws(LedgerError) -> LedgerStore {
        do throws(LMDBError) {
            return try stored(directory, readOnly: readOnly, mapBytes: mapBytes, noSync: noSync)
        } catch {
            throw LedgerError(error, directory)
        }
    }

    /// The same, with the storage's error.
    static func stored(
        _ directory: String, readOnly: Bool, mapBytes: Int? = nil, noSync: Bool = false
    ) throws(LMDBError) -> LedgerStore {
        let log = try EventLog.open(
            directory: directory, databases: IndexReader.databaseNames, options: options(mapBytes, noSync),
            readOnly: readOnly)
        return LedgerStore(directory: directory, log: log, indexDatabases: log.extraDatabases)
    }

    /// Makes an empty ledger in `directory`, which must be missing or empty. Throws `LedgerError`, `.usage` for an origin that no key may be named after.
    package static func create(
        _ directory: String, origin: String, mapBytes: Int? = nil, noSync: Bool = false
    ) throws(LedgerError) -> LedgerStore {
        // The log's key bears the origin's name, for ever.
        guard NoteVerifier.isName(origin) else {
            throw LedgerError(
                .usage, "origin « \(origin) »", Text("ce n’est pas un nom de journal", "not a log's name"),
                remedy: Text("un nom sans espace ni « + »", "a name without space and without \"+\""))
        }
        do throws(LMDBError) {
            let log = try EventLog.create(
                directory: directory, origin: origin, databases: IndexReader.databaseNames,
                options: options(mapBytes, noSync))
            return LedgerStore(directory: directory, log: log, indexDatabases: log.extraDatabases)
        } catch {
            throw LedgerError(error, directory)
        }
    }

    private static func options(_ mapBytes: Int?, _ noSync: Bool) -> Environment.Options {
        var options = Environment.Options(noSync: noSync)
        if let mapBytes { options.mapBytes = mapBytes }
        return options
    }

    /// Reads the index in a new snapshot.
    ///
    /// - Parameter isReplaced: whether it is read only to be replaced.
    func indexReader(isReplaced: Bool = false) throws(LedgerError) -> IndexReader {
        do throws(LMDBError) {
            return try IndexReader(
                log.environment.read(), databases: indexDatabases, viewsVersion: Views.version, isReplaced: isReplaced)
        } catch {
            throw LedgerError(error, directory)
        }
    }
}
