package import CLMDB

/// A named map from keys to values inside an environment. Keys have 1 to 511 bytes and sort bytewise; integers as
/// keys are stored big-endian so that they sort by value.
package struct Database: Sendable, Hashable {
    package let dbi: MDB_dbi

    package init(dbi: MDB_dbi) { self.dbi = dbi }
}
