import Commerce
@preconcurrency import Glibc
import Ledger
import Transparency

/// The folder of an audit pack: files, and at last the index of them with their SHA-256 (as `sha256sum -c` reads it).
final class PackFolder {
    static let index = "SHA256SUMS"

    private let path: String
    private var names: [String] = []

    var count: Int { names.count }

    /// Makes nothing yet. Throws `.cannotCreate` for a folder that has files: they would pass for the pack's.
    init(_ path: String) throws(LedgerError) {
        self.path = path
        guard let folder = opendir(path) else {
            if errno == ENOENT { return }
            throw Self.unreadable(path)
        }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let first = (entry.pointee.d_name.0, entry.pointee.d_name.1, entry.pointee.d_name.2)
            let isDot = first.0 == 0x2E && (first.1 == 0 || first.1 == 0x2E && first.2 == 0)
            guard isDot else {
                throw LedgerError(
                    .cannotCreate, path, Text("le dossier n’est pas vide", "the folder is not empty"),
                    remedy: Text("nommer un dossier vide ou absent", "name an empty or missing folder"))
            }
        }
    }

    /// Makes the folder where it is missing.
    func make() throws(LedgerError) { try ExportFile.makeFolder(path) }

    func file<R>(_ name: String, _ body: (ExportFile) throws -> R) throws -> R {
        let file = try ExportFile("\(path)/\(name)")
        let result = try body(file)
        try file.finish()
        names.append(name)
        return result
    }

    func text(_ name: String, _ text: String) throws { try file(name) { $0.put(text) } }

    /// Two files that grow side by side.
    func files(_ first: String, _ second: String, _ body: (ExportFile, ExportFile) throws -> Void) throws {
        try file(first) { one in try file(second) { try body(one, $0) } }
    }

    /// Writes the index, and its signature where somebody signs; last of all: a pack without one was cut short.
    ///
    /// The signed text names the log in its second line, where a checkpoint has a number: it can pass for none.
    func finish(_ signer: NoteSigner?) throws {
        var lines = ""
        for name in names.sorted() { lines += "\(try digest(name).hex)  \(name)\n" }
        let file = try ExportFile("\(path)/\(Self.index)")
        file.put(lines)
        try file.finish()
        guard let signer else { return }
        let text =
            "grandlivre/audit-pack/v1\n\(signer.verifier.name)\n\(Self.index) \(try digest(Self.index).hex)\n"
        let note = SignedNote(text: text, signatures: [try signer.sign(text, at: 0)])
        let signed = try ExportFile("\(path)/\(Self.index).note")
        signed.put(note.encoded)
        try signed.finish()
    }

    private func digest(_ name: String) throws(LedgerError) -> Hash {
        let whole = "\(path)/\(name)"
        guard let file = fopen(whole, "re") else { throw Self.unreadable(whole) }
        defer { fclose(file) }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { piece.deallocate() }
        let hash = Hash.document { () -> UnsafeRawBufferPointer? in
            let count = fread(piece.baseAddress, 1, piece.count, file)
            return count > 0 ? UnsafeRawBufferPointer(rebasing: piece[..<count]) : nil
        }
        guard ferror(file) == 0 else { throw Self.unreadable(whole) }
        return hash
    }

    private static func unreadable(_ path: String) -> LedgerError {
        LedgerError(
            .inputOutput, path, SystemReason.text(errno),
            remedy: Text("nommer un dossier lisible", "name a readable folder"))
    }
}
