import Commerce
@preconcurrency import Glibc
import Ledger

/// Where --partial writes the lines it leaves out, as JSON lines.
///
/// Opened before anything is recorded, so that a path that cannot be written is found out while nothing is lost; emptied only when it is
/// written, so that a run that does not come so far leaves an older file as it was.
final class RejectsFile {
    private let path: String
    private let file: UnsafeMutablePointer<FILE>

    init(_ path: String, input: LineReader) throws(LedgerError) {
        self.path = path
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0, let file = fdopen(descriptor, "w") else {
            let number = errno
            if descriptor >= 0 { close(descriptor) }
            throw LedgerError(
                .cannotCreate, path, SystemReason.text(number),
                remedy: Text("nommer un fichier où l’on peut écrire", "name a file that can be written"))
        }
        guard !input.isSameFile(as: descriptor) else {
            fclose(file)
            throw LedgerError(
                .usage, "--partial « \(path) »",
                Text("c’est le fichier à inscrire", "this is the file to be recorded"),
                remedy: Text("nommer un autre fichier", "name another file"))
        }
        self.file = file
    }

    deinit { fclose(file) }

    /// In the lines' order: the shape of a line is refused when it is read, its content when its batch is decided.
    func write(_ rejects: [Reject]) throws(LedgerError) {
        // A pipe or a terminal has nothing to empty.
        _ = ftruncate(fileno(file), 0)
        for reject in rejects.sorted(by: { $0.line < $1.line }) {
            fputs(
                JSON.object([
                    ("line", .count(reject.line)), ("reason", .text(reject.reason)), ("event", .text(reject.text)),
                ]).line + "\n",
                file)
        }
        guard fflush(file) == 0, ferror(file) == 0 else {
            throw LedgerError(
                .inputOutput, path, Text("écriture incomplète", "not written completely"),
                remedy: Text("libérer de l’espace", "free some space"))
        }
    }
}
