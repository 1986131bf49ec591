import Commerce
@preconcurrency import Glibc
import Ledger

/// Lines of a file or of standard input.
final class LineReader {
    /// An event's JSON is at most some times its 65 535 bytes.
    private static let lineBytesMax = 4 << 20

    private let file: UnsafeMutablePointer<FILE>
    private let name: String
    private let device: dev_t
    private let inode: ino_t
    private(set) var number = 0

    init(_ path: String) throws(LedgerError) {
        name = path
        guard let opened = path == "-" ? stdin : fopen(path, "r") else {
            throw LedgerError(
                .notFound, path, SystemReason.text(errno),
                remedy: Text(
                    "nommer un fichier lisible, ou - pour l’entrée standard",
                    "name a readable file, or - for standard input"))
        }
        var status = stat()
        if fstat(fileno(opened), &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            if opened != stdin { fclose(opened) }
            throw LedgerError(
                .notFound, path, SystemReason.text(EISDIR),
                remedy: Text(
                    "nommer un fichier lisible, ou - pour l’entrée standard",
                    "name a readable file, or - for standard input"))
        }
        device = status.st_dev
        inode = status.st_ino
        file = opened
    }

    deinit { if file != stdin { fclose(file) } }

    /// Whether the descriptor stands for the file that is read.
    func isSameFile(as descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_dev == device && status.st_ino == inode
    }

    /// The next line's bytes without its end, or what is wrong with it; nil at the end.
    ///
    /// Memory stays bounded: of a line that is too long only the beginning is kept.
    func next() throws(LedgerError) -> Result<String, Refusal>? {
        var bytes: [UInt8] = []
        var count = 0
        var sawAny = false
        while true {
            let byte = getc_unlocked(file)
            guard byte != EOF else { break }
            sawAny = true
            guard byte != 0x0A else { break }
            count += 1
            if count <= Self.lineBytesMax { bytes.append(UInt8(truncatingIfNeeded: byte)) }
        }
        guard ferror(file) == 0 else {
            throw LedgerError(
                .inputOutput, name, Text("lecture interrompue", "reading failed"),
                remedy: Text("vérifier le fichier", "check the file"))
        }
        guard sawAny else { return nil }
        number += 1
        guard count <= Self.lineBytesMax else {
            return .failure(
                Refusal(
                    .outOfRange, "\(name):\(number)", "", Text("ligne de \(count) octets", "a line of \(count) bytes"),
                    accepted: Text("au plus \(Self.lineBytesMax) octets", "at most \(Self.lineBytesMax) bytes")))
        }
        if bytes.last == 0x0D { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return .failure(
                Refusal(
                    .malformed, "\(name):\(number)", "", Text("ce n’est pas de l’UTF-8", "not UTF-8"),
                    accepted: Text("du JSON en UTF-8, un événement par ligne", "JSON in UTF-8, one event a line")))
        }
        return .success(text)
    }
}
