import Commerce
@preconcurrency import Glibc
import Ledger

/// Lines of a file or of standard input.
final class LineReader {
    /// An event's JSON is at most some times its 65 535 bytes.
    private static let lineBytesMax = 4 << 20

    private let file: UnsafeMutablePointer<FILE>
    private let name: String
    private(set) var number = 0

    init(_ path: String) throws(LedgerError) {
        name = path
        guard let opened = path == "-" ? stdin : fopen(path, "r") else {
            throw LedgerError(
                .notFound, path, Text(String(cString: strerror(errno)), String(cString: strerror(errno))),
                remedy: Text(
                    "nommer un fichier lisible, ou - pour l’entrée standard",
                    "name a readable file, or - for standard input"))
        }
        file = opened
    }

    deinit { if file != stdin { fclose(file) } }

    func next() throws(LedgerError) -> String? {
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        let count = getline(&line, &capacity, file)
        guard count >= 0, let line else {
            guard ferror(file) == 0 else {
                throw LedgerError(
                    .inputOutput, name, Text("lecture interrompue", "reading failed"),
                    remedy: Text("vérifier le fichier", "check the file"))
            }
            return nil
        }
        number += 1
        guard count <= Self.lineBytesMax else {
            throw LedgerError(
                .badInput, "\(name):\(number)", Text("ligne de \(count) octets", "a line of \(count) bytes"),
                remedy: Text("au plus \(Self.lineBytesMax) octets", "at most \(Self.lineBytesMax) bytes"))
        }
        var bytes = UnsafeRawBufferPointer(start: line, count: count)[...]
        while let last = bytes.last, last == 0x0A || last == 0x0D { bytes = bytes.dropLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw LedgerError(
                .badInput, "\(name):\(number)", Text("ce n’est pas de l’UTF-8", "not UTF-8"),
                remedy: Text("du JSON en UTF-8, un événement par ligne", "JSON in UTF-8, one event a line"))
        }
        return text
    }
}
