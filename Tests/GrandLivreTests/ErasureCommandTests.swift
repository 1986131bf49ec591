import Foundation
import Testing

extension Program {
    /// Every byte of every file of the ledger.
    fileprivate func everything() throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            found[name] = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
        }
        return found
    }
}

/// A person from registration to erasure, as the command line does it.
@Suite struct ErasureCommandTests {
    private static let words = ["Léa Bouchard", "lea@example.org", "345, rue Sainte-Luce"]

    private struct Scene {
        let program: Program
        let beside: String

        init() throws {
            program = try Program()
            beside = program.folder + "-beside"
            try FileManager.default.createDirectory(atPath: beside, withIntermediateDirectories: true)
            let fixture = try #require(
                Bundle.module.url(forResource: "petite-coop", withExtension: "jsonl", subdirectory: "Fixtures"))
            #expect(try program.run("init").status == 0)
            #expect(try program.run("record", fixture.path).status == 0)
            #expect(try program.run("identity", "newkey", beside + "/key").status == 0)
            try
                #"{"name":"Léa Bouchard","email":"lea@example.org","streetAddress":"345, rue Sainte-Luce","language":"fr"}"#
                .write(toFile: beside + "/lea.json", atomically: true, encoding: .utf8)
        }

        func run(_ arguments: String...) throws -> (status: Int32, out: String, err: String) {
            let answer = try program.run(["--ledger-key", beside + "/key"] + arguments)
            return (answer.status, answer.out, answer.err)
        }

        func end() {
            for path in [program.folder, beside, program.folder + "-later"] {
                try? FileManager.default.removeItem(atPath: path)
            }
        }
    }

    @Test func `data that would command a terminal, or that says a thing twice, is not sealed`() throws {
        let scene = try Scene()
        defer { scene.end() }
        for (json, field) in [
            (#"{"name":"Bob\u001b[2J"}"#, "name"), (#"{"name":"Bob","city":"a\u202eb"}"#, "city"),
            (#"{"name":"Bob","name":"Bea"}"#, "name"),
        ] {
            try json.write(toFile: scene.beside + "/lea.json", atomically: true, encoding: .utf8)
            let answer = try scene.run("identity", "provide", "lea", "--file", scene.beside + "/lea.json")
            #expect(answer.status == 65 && answer.err.contains(field) && !answer.err.contains("Bob"), "\(answer.err)")
        }
    }

    @Test func `a person gives, takes along and is erased`() throws {
        let scene = try Scene()
        defer { scene.end() }
        let provided = try scene.run("identity", "provide", "lea", "--file", scene.beside + "/lea.json")
        #expect(provided.status == 0, "\(provided.err)")
        let again = try scene.run(
            "identity", "provide", "lea", "--file", scene.beside + "/lea.json", "--format", "json")
        #expect(again.out.contains(#""repeat":true"#))
        #expect(try scene.run("identity", "consent", "lea", "delivery", "--text-version", "2025-01").status == 0)
        #expect(try scene.run("identity", "consent", "lea", "newsletter", "--text-version", "2025-01").status == 0)
        #expect(try scene.run("identity", "withdraw", "lea", "newsletter").status == 0)
        let export = try scene.run("member", "export", "lea")
        #expect(export.status == 0, "\(export.err)")
        for word in Self.words { #expect(export.out.contains(word)) }
        #expect(export.out.contains(#""purpose":"delivery""#) && export.out.contains("purchasePlaced"))
        let parsed = try JSONSerialization.jsonObject(with: Data(export.out.utf8)) as? [String: Any]
        #expect((parsed?["personalData"] as? [String: String])?["name"] == "Léa Bouchard")
        // Only who asks for personal data gets it.
        #expect(try !scene.run("member", "lea").out.contains("Bouchard"))
        #expect(try scene.run("member", "lea", "--personal").out.contains("Bouchard"))
        #expect(try scene.run("identity", "show", "lea", "--personal").out.contains("Bouchard"))
        let noKey = try scene.program.run("member", "lea", "--personal")
        #expect(noKey.status == 64 && noKey.err.split(separator: "\n").count == 1, "\(noKey.err)")
        #expect(try scene.run("verify-identities").status == 0)
        // Nothing stands in clear, and the key file has the person's slot.
        let before = try scene.program.everything()
        for (name, bytes) in before {
            for word in Self.words { #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word) in \(name)") }
        }
        let wrapped = try #require(before["persons.keys"])[168..<228]
        let balances = try scene.run("balances", "--format", "json").out
        let count = before.isEmpty ? 0 : try scene.run("log", "--format", "json").out.split(separator: "\n").count
        let log = try scene.run("log", "--format", "json", "--to", "\(count - 1)").out

        let erased = try scene.run("identity", "erase", "lea", "--reason", "à la demande de la personne")
        #expect(erased.status == 0, "\(erased.err)")
        #expect(try scene.run("identity", "erase", "lea", "--reason", "encore").out.contains("recorded before"))
        for (name, bytes) in try scene.program.everything() {
            #expect(bytes.range(of: wrapped) == nil, "the key still stands in \(name)")
        }
        func nothingShows(_ ledger: String) throws {
            for arguments in [
                ["member", "export", "lea"], ["member", "lea", "--personal"],
                ["identity", "show", "lea", "--personal"],
                ["log", "--party", "lea", "--format", "json"], ["balances", "--parties"], ["rebuild"], ["stats"],
                ["rebuild", "--check"], ["verify-identities"],
            ] {
                let answer = try scene.program.run(
                    ["--ledger-key", scene.beside + "/key", "--ledger", ledger] + arguments)
                #expect(answer.status == 0, "\(arguments): \(answer.err)")
                for word in Self.words { #expect(!answer.out.contains(word), "\(arguments)") }
            }
        }
        try nothingShows(scene.program.folder)
        #expect(try scene.run("member", "lea").out.contains("Identity erased on "))
        #expect(try !scene.run("member", "lea", "--format", "json").out.contains("\"erasedAt\":null"))
        // A backup taken later.
        try FileManager.default.copyItem(atPath: scene.program.folder, toPath: scene.program.folder + "-later")
        try nothingShows(scene.program.folder + "-later")
        #expect(try scene.run("balances", "--format", "json").out == balances)
        #expect(try scene.run("log", "--format", "json", "--to", "\(count - 1)").out == log)
        let refused = try scene.run("identity", "provide", "lea", "--file", scene.beside + "/lea.json")
        #expect(refused.status == 65 && !refused.err.contains("Bouchard"))
        // An old copy of the keys put back: the erasure is applied to it again.
        try #require(before["persons.keys"]).write(to: URL(fileURLWithPath: scene.program.folder + "/persons.keys"))
        let verified = try scene.run("verify-identities", "--format", "json")
        #expect(verified.status == 0 && verified.out.contains(#""appliedAgain":1"#), "\(verified.out)")
        #expect(try scene.program.everything()["persons.keys"]?.range(of: wrapped) == nil)
    }

    @Test func `an erasure that record takes destroys the key too`() throws {
        let scene = try Scene()
        defer { scene.end() }
        #expect(try scene.run("identity", "provide", "lea", "--file", scene.beside + "/lea.json").status == 0)
        let wrapped = try #require(try scene.program.everything()["persons.keys"])[168..<228]
        let line =
            #"{"effectiveAt":"2026-01-05T12:00:00Z","book":"boreal","source":"t","key":"e","actor":"ana","#
            + #""identityErased":{"identity":"lea","reason":"asked"}}"#
        try line.write(toFile: scene.beside + "/erase.jsonl", atomically: true, encoding: .utf8)
        let recorded = try scene.run("record", scene.beside + "/erase.jsonl")
        #expect(recorded.status == 0, "\(recorded.err)")
        #expect(try scene.program.everything()["persons.keys"]?.range(of: wrapped) == nil)
    }

    @Test func `a lost key file is a "no", and a wrong key a clear line`() throws {
        let scene = try Scene()
        defer { scene.end() }
        #expect(try scene.run("identity", "provide", "lea", "--file", scene.beside + "/lea.json").status == 0)
        #expect(try scene.run("identity", "newkey", scene.beside + "/key").status == 73)
        #expect(try scene.run("identity", "newkey", scene.beside + "/other").status == 0)
        let wrong = try scene.program.run("--ledger-key", scene.beside + "/other", "verify-identities")
        #expect(wrong.status == 65 && wrong.err.contains("not the key of this ledger"))
        let short = try scene.program.run("--ledger-key", scene.beside + "/lea.json", "verify-identities")
        #expect(short.status == 65 && short.err.split(separator: "\n").count == 1)
        #expect(try scene.program.run("--ledger-key", "/none", "verify-identities").status == 66)
        #expect(try scene.program.run("verify-identities").status == 64)
        try FileManager.default.removeItem(atPath: scene.program.folder + "/persons.keys")
        #expect(try scene.run("verify-identities").status == 1)
        #expect(try scene.run("member", "export", "lea").status == 66)
        // A new key beside lost data would hide the loss.
        #expect(try scene.run("identity", "provide", "lea", "--file", scene.beside + "/lea.json").status == 74)
    }
}
