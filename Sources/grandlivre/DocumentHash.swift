import Commerce
@preconcurrency import Glibc
import Ledger
import Transparency

/// The SHA-256 of a file, read piece by piece.
enum DocumentHash {
    private static let pieceBytes = 1 << 16

    static func ofFile(_ path: String) throws(LedgerError) -> [UInt8] {
        guard let file = fopen(path, "r") else { throw unreadable(path) }
        defer { fclose(file) }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 16)
        defer { piece.deallocate() }
        let hash = try Hash.document { () throws(LedgerError) in
            let count = fread(piece.baseAddress, 1, pieceBytes, file)
            guard count > 0 else {
                // A folder opens, and fails here.
                guard ferror(file) == 0 else { throw unreadable(path) }
                return nil
            }
            return UnsafeRawBufferPointer(rebasing: piece[..<count])
        }
        return hash.bytes
    }

    private static func unreadable(_ path: String) -> LedgerError {
        LedgerError(
            .notFound, path, SystemReason.text(errno), remedy: Text("nommer un fichier lisible", "name a readable file")
        )
    }
}
