import Commerce
import Glibc

/// A new folder for a throwaway environment, in TMPDIR: a ledger on a read-only disk can be checked too.
func throwawayDirectory() throws(LedgerError) -> String {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/grandlivre-check-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
        let reason = SystemReason.text(errno)
        throw LedgerError(
            .cannotCreate, parent,
            Text("aucun dossier temporaire : \(reason.french)", "no temporary folder: \(reason.english)"),
            remedy: Text("nommer un dossier où écrire par TMPDIR", "name a writable folder with TMPDIR"))
    }
    return template.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map { String(cString: $0) } ?? parent
    }
}

/// Removes the files of a throwaway environment.
func removeEnvironment(_ directory: String) {
    for file in ["data.mdb", "lock.mdb"] { unlink(directory + "/" + file) }
    rmdir(directory)
}
