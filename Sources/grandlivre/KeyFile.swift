import Commerce
@preconcurrency import Glibc
import Ledger
import Transparency

/// A file with a person's secret signing key: the 32-byte seed of an Ed25519 key in base64, one line, readable by its owner alone (0600).
enum KeyFile {
    /// Makes a new key; a file that exists is left alone.
    static func create(_ path: String) throws(LedgerError) -> SigningSeed {
        let key = SigningSeed()
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw LedgerError(
                .cannotCreate, path, SystemReason.text(errno),
                remedy: Text(
                    "nommer un fichier qui n’existe pas encore", "name a file that does not exist yet"))
        }
        defer { close(descriptor) }
        let line = Array((Base64.encode(key.seed) + "\n").utf8)
        guard fchmod(descriptor, 0o600) == 0, write(descriptor, line, line.count) == line.count, fsync(descriptor) == 0
        else {
            unlink(path)
            throw LedgerError(
                .inputOutput, path, Text("écriture incomplète", "not written completely"),
                remedy: Text("libérer de l’espace", "free some space"))
        }
        return key
    }

    /// Reads a key. A file that others can read is refused: their signature would pass for its owner's.
    static func read(_ path: String) throws(LedgerError) -> SigningSeed {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw LedgerError(
                .notFound, path, SystemReason.text(errno),
                remedy: Text("« grandlivre keys new FICHIER » en crée un", "\"grandlivre keys new FILE\" makes one"))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw LedgerError(
                .badInput, path, Text("d’autres peuvent lire cette clé", "others can read this key"),
                remedy: Text("chmod 600 \(path)", "chmod 600 \(path)"))
        }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        var text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        guard let seed = Base64.decode(text), let key = SigningSeed(seed: seed) else {
            throw LedgerError(
                .badInput, path, Text("ce n’est pas une clé de signature", "not a signing key"),
                remedy: Text(
                    "32 octets en base64, comme les écrit « grandlivre keys new »",
                    "32 bytes in base64, as \"grandlivre keys new\" writes them"))
        }
        return key
    }
}
