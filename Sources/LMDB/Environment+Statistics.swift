internal import CLMDB
internal import Glibc

extension Environment {
    /// Figures of the environment at this moment.
    package struct Statistics: Sendable, Equatable {
        package let mapBytes: Int
        package let pageBytes: Int
        /// The last page in use, from 0.
        package let lastPage: Int
        package let lastTransactionID: UInt64
        /// Reader slots ever used, and how many there are.
        package let readers: Int
        package let maxReaders: Int

        /// Bytes of the file up to its last page.
        package var fileBytes: Int { (lastPage + 1) * pageBytes }
    }

    package var statistics: Statistics {
        var page = MDB_stat()
        var state = MDB_envinfo()
        // These fail only without an environment.
        mdb_env_stat(handle, &page)
        mdb_env_info(handle, &state)
        return Statistics(
            mapBytes: state.me_mapsize, pageBytes: Int(page.ms_psize), lastPage: state.me_last_pgno,
            lastTransactionID: UInt64(state.me_last_txnid), readers: Int(state.me_numreaders),
            maxReaders: Int(state.me_maxreaders))
    }

    /// Frees the slots of readers whose processes died; how many there were.
    package func clearStaleReaders() -> Int {
        var dead: CInt = 0
        return mdb_reader_check(handle, &dead) == 0 ? Int(dead) : 0
    }

    /// Writes a compact copy of the newest state into `directory`, which is created and must hold no `data.mdb`, and
    /// waits until it is on disk. Readers and the writer go on meanwhile.
    package func copyCompact(to directory: String) throws(LMDBError) {
        try FileSystem.createDirectory(directory)
        let file = directory + "/data.mdb"
        guard access(file, F_OK) != 0 else {
            throw LMDBError(
                code: .exists, operation: "copy", path: file, reason: "it exists already",
                remedy: "name an empty directory")
        }
        let status = mdb_env_copy2(handle, directory, UInt32(MDB_CP_COMPACT))
        guard status == 0 else { throw LMDBError(status: status, operation: "copy", path: directory) }
        for path in [file, directory] {
            let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw LMDBError(status: errno, operation: "copy", path: path) }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw LMDBError(status: errno, operation: "copy", path: path) }
        }
    }
}
