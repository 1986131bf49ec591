package import Bytes

/// What a read and a write transaction have in common: looking things up in one consistent state.
package protocol Reading: ~Copyable {
    var environment: Environment { get }
    /// The value of `key`, or nil. O(log n).
    func get(_ database: Database, _ key: Bytes) throws(LMDBError) -> Bytes?
    /// A cursor that stands before everything. It must not be used after the transaction has ended.
    func cursor(_ database: Database) throws(LMDBError) -> Cursor
    /// How many entries a database has. O(1).
    func count(_ database: Database) throws(LMDBError) -> Int
}
