import Foundation
import Glibc
import Testing

/// What keeps `audit verify` from looking is said in one line, and is no flaw of the ledger.
@Suite struct VerifyCommandTests {
    @Test func `what is no ledger, or cannot be opened, is one line and a status`() throws {
        let program = try Program()
        let files = FileManager.default
        defer { try? files.removeItem(atPath: program.folder) }
        func refused(_ status: Int32, _ words: String) throws {
            for language in ["fr", "en"] {
                let answer = try program.run("audit", "verify", language: language)
                #expect(answer.status == status && answer.out.isEmpty, "\(answer)")
                #expect(answer.err.split(separator: "\n").count == 1, "\(answer.err)")
                if language == "fr" { #expect(answer.err.contains(words), "\(answer.err)") }
            }
        }
        let data = program.folder + "/data.mdb"
        try refused(66, "il n’y a pas de grand livre ici")
        try files.createDirectory(atPath: program.folder, withIntermediateDirectories: true)
        try refused(66, "il n’y a pas de grand livre ici")
        try Data("x".utf8).write(to: URL(fileURLWithPath: data))
        try refused(74, "fichier tronqué")
        try Data(repeating: 0x41, count: 20_000).write(to: URL(fileURLWithPath: data))
        try refused(65, "ce fichier n’est pas un grand livre")
        try files.removeItem(atPath: data)
        #expect(mkfifo(data, 0o600) == 0)
        try refused(66, "ce n’est pas un fichier ordinaire")
        try files.removeItem(atPath: data)
        try files.createSymbolicLink(atPath: data, withDestinationPath: "data.mdb")
        try refused(66, "trop de liens symboliques")
        try files.removeItem(atPath: data)
        #expect(try program.run("init").status == 0)
        #expect(try program.run("audit", "verify").status == 0)
        // The pages are sound; the file beside them cannot be opened.
        try files.removeItem(atPath: program.folder + "/lock.mdb")
        try files.createDirectory(atPath: program.folder + "/lock.mdb", withIntermediateDirectories: false)
        try refused(66, "ce n’est pas un fichier ordinaire")
    }
}
