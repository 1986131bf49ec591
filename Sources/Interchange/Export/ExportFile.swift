import Commerce
@preconcurrency import Glibc
package import Ledger

/// Text on its way out, in pieces: an export of any length takes little memory.
///
/// A file gets its name when it is whole; until then it stands beside it as `NAME.partial`.
package final class ExportFile {
    private static let pieceBytes = 1 << 16

    private let path: String
    private let writtenPath: String
    private let file: UnsafeMutablePointer<FILE>?
    private let sink: ((String) -> Void)?
    /// Whether a program reads the text and writes the file.
    private let isPiped: Bool
    private var piece = ""
    private var isFinished = false

    /// Throws `LedgerError` with code `cannotCreate`.
    package init(_ path: String) throws(LedgerError) {
        self.path = path
        // A pipe or a terminal has no other name.
        var status = stat()
        let isOther = stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
        writtenPath = isOther ? path : path + ".partial"
        sink = nil
        isPiped = false
        guard let opened = fopen(writtenPath, "w") else { throw Self.refused(path, errno) }
        file = opened
    }

    /// - Parameter sink: where the pieces go instead of a file.
    package init(sink: @escaping (String) -> Void) {
        path = "-"
        writtenPath = "-"
        file = nil
        self.sink = sink
        isPiped = false
    }

    /// A database that the `sqlite3` program makes of a script. Throws `LedgerError` with code `cannotCreate`, also where that program is not there.
    package init(database path: String) throws(LedgerError) {
        self.path = path
        writtenPath = path + ".partial"
        sink = nil
        isPiped = true
        guard Self.isInstalled("sqlite3") else {
            throw LedgerError(
                .cannotCreate, path, Text("le programme sqlite3 n’est pas installé", "the program sqlite3 is missing"),
                remedy: Text(
                    "l’installer, ou écrire le script : --out FICHIER.sql",
                    "install it, or write the script: --out FILE.sql"))
        }
        // What an earlier run left behind; and a folder that cannot be written is told before the program is.
        guard let probe = fopen(writtenPath, "w") else { throw Self.refused(path, errno) }
        fclose(probe)
        unlink(writtenPath + "-journal")
        // A program that ends early is an error here, not the end of this one.
        signal(SIGPIPE, SIG_IGN)
        // A path is no option.
        let place = writtenPath.hasPrefix("/") ? writtenPath : "./" + writtenPath
        let quoted = place.utf8.split(separator: 0x27, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }.joined(separator: "'\\''")
        guard let opened = popen("exec sqlite3 -batch -bail -init /dev/null '\(quoted)'", "w") else {
            throw Self.refused(path, errno)
        }
        file = opened
    }

    private static func isInstalled(_ program: String) -> Bool {
        guard let path = getenv("PATH") else { return false }
        return String(cString: path).split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
    }

    deinit {
        guard !isFinished, let file else { return }
        _ = close(file)
        if writtenPath != path { unlink(writtenPath) }
    }

    /// What a failed disk does not take is reported by `finish`.
    package func put(_ text: String) {
        piece += text
        if piece.utf8.count >= Self.pieceBytes { flush() }
    }

    private func flush() {
        if let sink {
            sink(piece)
        } else if let file {
            piece.withUTF8 { _ = fwrite($0.baseAddress, 1, $0.count, file) }
        }
        piece.removeAll(keepingCapacity: true)
    }

    /// Everything is on its way to the disk and the file has its name. Throws `LedgerError` where something could not be written.
    package func finish() throws(LedgerError) {
        flush()
        guard let file, !isFinished else { return }
        let isWhole = fflush(file) == 0 && ferror(file) == 0
        isFinished = true
        guard close(file) == 0, isWhole else {
            if writtenPath != path { unlink(writtenPath) }
            throw LedgerError(
                .inputOutput, path, Text("écriture incomplète", "not written completely"),
                remedy: Text("libérer de l’espace, puis recommencer", "free some space, then start again"))
        }
        guard writtenPath == path || rename(writtenPath, path) == 0 else { throw Self.refused(path, errno) }
    }

    private func close(_ file: UnsafeMutablePointer<FILE>) -> Int32 { isPiped ? pclose(file) : fclose(file) }

    private static func refused(_ path: String, _ number: Int32) -> LedgerError {
        LedgerError(
            .cannotCreate, path, SystemReason.text(number),
            remedy: Text("nommer un fichier où l’on peut écrire", "name a file that can be written"))
    }

    /// The folder, made now if it is missing. Throws `LedgerError` with code `cannotCreate`.
    package static func makeFolder(_ path: String) throws(LedgerError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        guard mkdir(path, 0o777) == 0 else {
            throw LedgerError(
                .cannotCreate, path, SystemReason.text(errno),
                remedy: Text("nommer un dossier où l’on peut écrire", "name a folder that can be written"))
        }
    }
}
