import Bytes
import Commerce
import EventLog
@preconcurrency import Glibc
import LMDB
package import Transparency

/// Writes a log as static files (C2SP tlog-tiles), which any file server can serve: hashes, entries, and last of all the checkpoint that commits to them.
///
/// A full tile never changes, so a later run writes only what the folder's checkpoint did not cover yet.
package struct TileWriter {
    private let store: LedgerStore
    private let directory: String
    private let hasEntries: Bool

    /// - Parameter hasEntries: whether the entries are published beside their hashes.
    package init(_ store: LedgerStore, directory: String, hasEntries: Bool = true) {
        self.store = store
        self.directory = directory
        self.hasEntries = hasEntries
    }

    /// Publishes the log up to a checkpoint of its own that it has kept; returns how many files were written.
    ///
    /// Throws `.no` where the folder has a checkpoint that this one does not extend.
    /// - Complexity: O(entries behind the folder's checkpoint).
    package func publish(_ checkpoint: Checkpoint, _ note: SignedNote) throws(LedgerError) -> Int {
        let published = try published(before: checkpoint)
        var written = 0
        try WholeFile.makeFolder(directory)
        for level in 0..<8 {
            let count = Tile.hashes(level: level, size: checkpoint.size)
            let first = Tile.hashes(level: level, size: published) / Tile.width
            for number in first..<max(first, (count + Tile.width - 1) / Tile.width) {
                let hashes = number * Tile.width..<min((number + 1) * Tile.width, count)
                written += level == 0 ? try writeEntries(number, hashes) : try writeHashes(level, number, hashes)
            }
        }
        // The tiles are on disk before the checkpoint that commits to them, which comes by a rename.
        sync()
        try Array(note.encoded.utf8).withBytes { bytes throws(LedgerError) in
            try WholeFile.replace("\(directory)/checkpoint", bytes)
        }
        return written + 1
    }

    /// How many entries the folder's checkpoint covers; 0 where it has none.
    private func published(before next: Checkpoint) throws(LedgerError) -> UInt64 {
        let path = "\(directory)/checkpoint"
        guard let bytes = try WholeFile.readIfPresent(path) else { return 0 }
        let old: Checkpoint
        do throws(NoteError) {
            old = try Checkpoint(text: SignedNote(bytes).text)
        } catch {
            throw LedgerError(error, path)
        }
        guard old.origin == next.origin, old.size <= next.size, old.root == (try store.root(atSize: old.size)) else {
            throw LedgerError(
                .no, path,
                Text(
                    "le dossier porte un autre journal (\(old.origin), \(old.size) événements)",
                    "the folder has another log (\(old.origin), \(old.size) events)"),
                remedy: Text(
                    "nommer un dossier vide, ou un point de contrôle qui le prolonge",
                    "name an empty folder, or a checkpoint that extends it"))
        }
        return old.size
    }

    private func writeEntries(_ number: UInt64, _ range: Range<UInt64>) throws(LedgerError) -> Int {
        let entries = ByteBuffer(capacity: 1 << 16)
        let hashes = ByteBuffer(capacity: 1 << 13)
        try store.reading { transaction throws(LMDBError) in
            try store.log.scan(from: range.lowerBound, in: transaction) { sequence, entry in
                guard sequence < range.upperBound else { return false }
                entries.appendBigEndian(UInt16(entry.count))
                entries.append(entry)
                Hash.leaf(entry).append(to: hashes)
                return true
            }
        }
        guard hashes.bytes.count == range.count * 32 else {
            throw LedgerError.damaged(store.directory, "entries are missing behind \(range.lowerBound)")
        }
        let width = UInt64(range.count)
        if hasEntries { try write(entries, Tile.entriesPath(number: number, width: width)) }
        try write(hashes, Tile.path(level: 0, number: number, width: width))
        return hasEntries ? 2 : 1
    }

    private func writeHashes(_ level: Int, _ number: UInt64, _ range: Range<UInt64>) throws(LedgerError) -> Int {
        let hashes = ByteBuffer(capacity: 1 << 13)
        try store.reading { transaction throws(LMDBError) in
            for index in range {
                try store.log.subtree(level: 8 * level, index: index, in: transaction).append(to: hashes)
            }
        }
        try write(hashes, Tile.path(level: level, number: number, width: UInt64(range.count)))
        return 1
    }

    private func write(_ bytes: ByteBuffer, _ path: String) throws(LedgerError) {
        var folder = directory
        for part in path.split(separator: "/").dropLast() {
            folder += "/" + part
            try WholeFile.makeFolder(folder)
        }
        try WholeFile.replace("\(directory)/\(path)", bytes.bytes, waits: false)
    }
}
