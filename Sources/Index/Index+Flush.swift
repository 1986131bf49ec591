package import LMDB

extension Index {
    /// Writes the overlay as a run in one thread: freezes it, writes it, advances merges. `didCommit` follows the transaction.
    package func flush(folded: UInt64, to transaction: borrowing WriteTransaction) throws(LMDBError) {
        guard let reader else { preconditionFailure("an index in memory has nowhere to flush to") }
        let compactor = Compactor(reader)
        try compactor.flush(freeze(folded: folded), folded: folded, to: transaction)
        if let failure = compactor.failure { fail(failure) }
    }

    /// After the flush's transaction: the runs have what the overlay had.
    package func didCommit() throws(LMDBError) {
        try thaw()
        reader?.publishFilters()
    }
}
