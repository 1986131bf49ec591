import Foundation
import Testing

/// Checkpoints, witnesses, proofs and tiles as the command line has them, with its statuses and its words.
@Suite struct CheckpointCommandTests {
    /// A small ledger, and a folder beside it for keys and notes.
    private struct Scene {
        let program: Program
        let beside: String
        let log: String

        init() throws {
            program = try Program()
            beside = program.folder + "-beside"
            try FileManager.default.createDirectory(atPath: beside, withIntermediateDirectories: true)
            let fixture = try #require(
                Bundle.module.url(forResource: "petite-coop", withExtension: "jsonl", subdirectory: "Fixtures"))
            #expect(try program.run("init", "--origin", "example.org/log").status == 0)
            #expect(try program.run("record", fixture.path).status == 0)
            for name in ["log", "caisse", "coop"] {
                #expect(try program.run("keys", "new", beside + "/" + name).status == 0)
            }
            log = try program.run("keys", "show", beside + "/log", "--name", "example.org/log").out.trimmed
        }

        func end() {
            for path in [program.folder, beside] { try? FileManager.default.removeItem(atPath: path) }
        }

        func file(_ name: String) -> String { beside + "/" + name }

        /// Runs a command that must succeed, and writes what it prints to a file.
        @discardableResult
        func run(_ arguments: String..., to name: String? = nil) throws -> String {
            let answer = try program.run(arguments)
            #expect(answer.status == 0, "\(arguments): \(answer.err)")
            if let name { try answer.out.write(toFile: file(name), atomically: true, encoding: .utf8) }
            return answer.out
        }

        /// A command that must not succeed: one line in each language, which says the words.
        func refused(_ status: Int32, _ words: String..., by arguments: [String]) throws {
            for language in ["fr", "en"] {
                let answer = try program.run(arguments, language: language)
                #expect(answer.status == status, "\(arguments): \(answer.status) \(answer.err)")
                #expect(answer.err.split(separator: "\n").count == 1 && answer.out.isEmpty, "\(answer.err)")
                guard language == "fr" else { continue }
                for word in words { #expect(answer.err.contains(word), "\(answer.err)") }
            }
        }

        func witnessKey(_ name: String) throws -> String {
            try program.run("keys", "show", file(name), "--name", "\(name).example/temoin", "--witness").out.trimmed
        }

        func cosign(_ name: String, _ note: String, _ options: String...) -> [String] {
            ["cosign", file(note), "--key", file(name), "--name", "\(name).example/temoin", "--log-key", log]
                + ["--state", file(name + ".state")] + options
        }

        /// One more event.
        func grow(_ identity: String) throws {
            let line =
                #"{"effectiveAt":"2025-12-30T12:00:00Z","book":"boreal","source":"t","key":"\#(identity)","actor":"ana","#
                + #""identityRegistered":{"identity":"\#(identity)"}}"#
            try line.write(toFile: file("line"), atomically: true, encoding: .utf8)
            try run("record", file("line"))
        }
    }

    @Test func `a pack that is refused signs nothing and makes no folder`() throws {
        let scene = try Scene()
        defer { scene.end() }
        let (key, folder) = (scene.file("log"), scene.file("pack"))
        let open = try scene.program.run("audit", "pack", folder, "--year", "2025", "--key", key)
        #expect(open.status == 66 && open.err.contains("2025"), "\(open)")
        let full = try scene.program.run("audit", "pack", scene.beside, "--year", "2025", "--key", key)
        #expect(full.status == 66 || full.status == 73, "\(full)")
        #expect(try scene.program.run("checkpoint", "list", "--format", "csv").out == "size,root,signers\r\n")
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test func `a checkpoint is signed, shown, listed and verified`() throws {
        let scene = try Scene()
        defer { scene.end() }
        try scene.refused(66, "aucun point de contrôle", "checkpoint sign --key", by: ["checkpoint", "show"])
        #expect(try scene.program.run("checkpoint", "list").out == "No checkpoint.\n")
        try scene.refused(64, "--key", by: ["checkpoint"])
        try scene.refused(66, "keys new", by: ["checkpoint", "--key", scene.file("none")])
        let note = try scene.run("checkpoint", "--key", scene.file("log"), to: "note")
        #expect(note.hasPrefix("example.org/log\n14\n") && note.contains("\n\n\u{2014} example.org/log "))
        #expect(try scene.run("checkpoint", "sign", "--key", scene.file("log")) == note)
        #expect(try scene.run("checkpoint", "show") == note && scene.run("checkpoint", "show", "--size", "14") == note)
        try scene.refused(66, "checkpoint 13", "checkpoint list", by: ["checkpoint", "show", "--size", "13"])
        let root = try scene.run("stats", "--format", "json").split(separator: "\"root\":\"").last?.prefix(64) ?? ""
        #expect(
            try scene.run("checkpoint", "list", "--format", "csv").hasSuffix(
                "14,\(root),\"[\"\"example.org/log\"\"]\"\r\n"))
        #expect(try scene.run("checkpoint", "show", "--format", "json").contains(#""size":14,"root":"\#(root)""#))
        #expect(try scene.run("checkpoint", "show", "--as", "lea") == note)
        // Without a ledger.
        let verify = ["checkpoint", "verify", scene.file("note"), "--ledger", "/none", "--log-key"]
        #expect(try scene.program.run(verify + [scene.log]).out.hasPrefix("Holds: example.org/log\nEvents: 14\n"))
        try scene.refused(64, "--log-key", by: Array(verify.dropLast()))
        try scene.refused(64, "clé de vérification", by: verify + ["x"])
        try scene.refused(64, "clé de l’autre sorte", by: verify + [try scene.witnessKey("log")])
        let other = try scene.program.run("keys", "show", scene.file("coop"), "--name", "example.org/log").out.trimmed
        try scene.refused(1, "non signé par example.org/log", by: verify + [other])
        try note.replacing("\n14\n", with: "\n15\n").write(
            toFile: scene.file("note"), atomically: true, encoding: .utf8)
        try scene.refused(1, "la signature de example.org/log ne tient pas", by: verify + [scene.log])
        try scene.refused(
            1, "la signature", by: ["checkpoint", "add", scene.file("note"), "--log-key", scene.log])
        try "x".write(toFile: scene.file("note"), atomically: true, encoding: .utf8)
        try scene.refused(65, "ce n’est pas une note signée", by: verify + [scene.log])
        try scene.refused(66, "introuvable", by: ["checkpoint", "verify", "/none", "--log-key", scene.log])
        try scene.refused(64, "nom de journal", by: ["init", "--ledger", scene.file("new"), "--origin", "a b"])
        try scene.refused(65, "nom de clé", by: ["keys", "show", scene.file("log"), "--name", "a b"])
    }

    @Test func `witnesses follow the log, and n of them are asked for`() throws {
        let scene = try Scene()
        defer { scene.end() }
        try scene.run("checkpoint", "--key", scene.file("log"), to: "14")
        try scene.refused(66, "--first", by: scene.cosign("caisse", "14"))
        let first = try scene.program.run(scene.cosign("caisse", "14", "--first"))
        #expect(first.status == 0 && first.out.contains("\u{2014} caisse.example/temoin "), "\(first.err)")
        try scene.grow("zoe")
        try scene.run("checkpoint", "--key", scene.file("log"), to: "15")
        try scene.refused(64, "prove --from 14 --to 15", by: scene.cosign("caisse", "15"))
        try scene.run("prove", "--from", "14", "--to", "15", to: "proof")
        try scene.run("prove", "--from", "13", "--to", "15", to: "elsewhere")
        try scene.run("prove", "3", to: "event")
        try scene.refused(
            65, "va de 13 à 15", "de 14 à 15", by: scene.cosign("caisse", "15", "--proof", scene.file("elsewhere")))
        try scene.refused(65, "non de cohérence", by: scene.cosign("caisse", "15", "--proof", scene.file("event")))
        let signed = try scene.program.run(scene.cosign("caisse", "15", "--proof", scene.file("proof")))
        #expect(signed.status == 0, "\(signed.err)")
        try signed.out.write(toFile: scene.file("15"), atomically: true, encoding: .utf8)
        try scene.refused(1, "plus court", by: scene.cosign("caisse", "14"))
        // Of two witnesses one has signed.
        let keys = [try scene.witnessKey("caisse"), try scene.witnessKey("coop")]
        let verify =
            ["checkpoint", "verify", scene.file("15"), "--log-key", scene.log]
            + keys.flatMap { ["--witness", $0] }
        try scene.refused(1, "pas assez de témoins", "caisse.example/temoin", by: verify)
        try scene.refused(64, "de 0 à 2", by: verify + ["--quorum", "3"])
        let held = try scene.program.run(verify + ["--quorum", "1"], language: "fr")
        #expect(held.status == 0 && held.out.contains("Témoin : caisse.example/temoin · 20"), "\(held)")
        let policy =
            "log \(scene.log)\nwitness caisse \(keys[0])\nwitness coop \(keys[1])\ngroup deux 1 caisse coop\nquorum deux\n"
        try policy.write(toFile: scene.file("policy"), atomically: true, encoding: .utf8)
        let byPolicy = ["checkpoint", "verify", scene.file("15"), "--policy", scene.file("policy")]
        #expect(try scene.program.run(byPolicy + ["--format", "json"]).out.contains(#""witnesses":[{"name":"caisse"#))
        try scene.refused(64, "--policy", by: byPolicy + ["--log-key", scene.log])
        try policy.replacing("deux 1", with: "deux all").write(
            toFile: scene.file("policy"), atomically: true, encoding: .utf8)
        try scene.refused(1, "pas assez de témoins", by: byPolicy)
        try policy.replacing("deux 1", with: "deux 3").write(
            toFile: scene.file("policy"), atomically: true, encoding: .utf8)
        try scene.refused(65, "policy:4", "seuil « 3 »", by: byPolicy)
        // Of no log no checkpoint is believed, and that is the policy's fault.
        try policy.split(separator: "\n").filter { !$0.hasPrefix("log ") }.joined(separator: "\n").appending("\n")
            .write(toFile: scene.file("policy"), atomically: true, encoding: .utf8)
        try scene.refused(65, "policy", "aucune ligne log", by: byPolicy)
        // Back in the ledger, beside the log's own signature.
        let kept = try scene.run("checkpoint", "add", scene.file("15"), "--log-key", scene.log)
        #expect(try kept == signed.out && kept == scene.run("checkpoint", "show"))
        #expect(try scene.run("checkpoint", "list").contains("example.org/log, caisse.example/temoin"))
        // Who verifies the whole ledger brings the same keys.
        let audit = ["audit", "verify", "--format", "json"]
        #expect(
            try scene.program.run(audit + ["--log-key", scene.log]).out.contains(
                #""check":"signatures","count":2,"findings":0,"omitted":null,"remark":"1 without a key named; signed as asked up to 15 events"}"#
            ))
        #expect(
            try scene.program.run(audit, language: "fr").out.contains(
                #""check":"signatures","count":0,"findings":0,"omitted":"3 sans clé nommée (--log-key ou --policy)""#))
        try policy.replacing("deux 1", with: "deux all").write(
            toFile: scene.file("policy"), atomically: true, encoding: .utf8)
        let all = try scene.program.run(["audit", "verify", "--policy", scene.file("policy")], language: "fr")
        #expect(all.status == 1 && all.out.contains("aucun point de contrôle gardé n’est signé"), "\(all)")
        #expect(all.out.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(all.out)")
        try scene.refused(64, "--log-key", by: audit + ["--witness", keys[0]])
        // Another log under the same name and key.
        let fork = try Program()
        defer { try? FileManager.default.removeItem(atPath: fork.folder) }
        #expect(try fork.run("init", "--origin", "example.org/log").status == 0)
        #expect(try fork.run("record", scene.file("line")).status == 65)
        let forked = try fork.run("checkpoint", "--key", scene.file("log"))
        try forked.out.write(toFile: scene.file("fork"), atomically: true, encoding: .utf8)
        try scene.refused(1, "plus court", by: scene.cosign("caisse", "fork"))
        try scene.refused(1, "plus court", by: scene.cosign("caisse", "fork", "--first"))
    }

    @Test func `proofs are written, verified without a ledger, and refused when changed`() throws {
        let scene = try Scene()
        defer { scene.end() }
        try scene.refused(66, "aucun point de contrôle", by: ["prove", "3"])
        try scene.run("checkpoint", "--key", scene.file("log"), to: "14")
        try scene.grow("zoe")
        try scene.refused(66, "aucun point de contrôle ne le couvre", by: ["prove", "14"])
        try scene.run("checkpoint", "--key", scene.file("log"), to: "15")
        try scene.refused(66, "99", "de 0 à 14", by: ["prove", "99"])
        try scene.refused(64, "une séquence", by: ["prove"])
        try scene.refused(64, "une séquence", by: ["prove", "3", "--from", "1"])
        try scene.refused(64, "42x", by: ["prove", "42x"])
        try scene.refused(64, "plus que 3", by: ["prove", "3", "--size", "3"])
        try scene.refused(66, "0 ≤ from ≤ to ≤ 15", by: ["prove", "--from", "3", "--to", "99"])
        let line = try scene.run("prove", "3", to: "proof")
        #expect(try scene.run("prove", "3") == line && line.split(separator: "\n").count == 1)
        let verify = ["verify-proof", scene.file("proof"), "--ledger", "/none", "--log-key", scene.log]
        let held = try scene.program.run(verify, language: "fr")
        #expect(held.status == 0 && held.out.hasPrefix("Prouvé : l’événement 3 est au journal example.org/log\n"))
        #expect(held.out.contains("\"sequence\":\"3\""), "\(held.out)")
        #expect(try scene.program.run(verify + ["--format", "json"]).out.hasPrefix(#"{"holds":true,"sequence":3,"#))
        try scene.refused(64, "--old", by: verify + ["--old", scene.file("14")])
        for (text, status, words) in [
            (line.replacing("\"sequence\":3", with: "\"sequence\":4"), 1, "la preuve ne tient pas"),
            (line.replacing("\\n15\\n", with: "\\n16\\n"), 1, "la signature"),
            (line.replacing(",\"sequence\":3", with: ""), 65, "il manque « sequence »"),
            (line.replacing("\"sequence\":3", with: "\"sequence\":\"3\""), 65, "« sequence » n’a pas la forme"),
            (line.replacing("inclusion/v1", with: "inclusion/v9"), 65, "inclusion/v9"), ("{", 65, "objet JSON"),
            (line.replacing("\"path\":[\"", with: "\"path\":[\"A"), 65, "path[0]"),
        ] as [(String, Int32, String)] {
            try text.write(toFile: scene.file("proof"), atomically: true, encoding: .utf8)
            try scene.refused(status, words, by: verify)
        }
        let tlog = try scene.run("prove", "3", "--tlog", "--size", "14")
        let note = try scene.run("checkpoint", "show", "--size", "14")
        #expect(tlog.hasPrefix("c2sp.org/tlog-proof@v1\nindex 3\n") && tlog.hasSuffix(note))
        // That the log only grew.
        try scene.run("prove", "--from", "14", to: "proof")
        let grown = try scene.program.run(verify, language: "fr")
        #expect(grown.status == 0 && grown.out.hasPrefix("Prouvé : le journal de 15 événements prolonge celui de 14\n"))
        #expect(!grown.out.contains("À comparer") && grown.out.contains("Racine de l’ancien : "))
        #expect(try scene.program.run(verify + ["--old", scene.file("14")]).status == 0)
        try scene.refused(1, "d’une autre taille", by: verify + ["--old", scene.file("15")])
        try scene.run("prove", "--from", "5", to: "proof")
        #expect(try scene.program.run(verify, language: "fr").out.contains("À comparer"))
        try scene.grow("yan")
        try scene.run("prove", "--from", "5", "--to", "16", to: "proof")
        try scene.refused(1, "sans point de contrôle signé", by: verify)
        // A member gets the proof of what is their own, and of nothing else.
        let own = try scene.program.run("prove", "14", "--as", "zoe")
        #expect(try own.status == 0 && own.out == scene.run("prove", "14"), "\(own.err)")
        try scene.refused(66, "aucun événement", by: ["prove", "3", "--as", "zoe"])
        try scene.refused(66, "réservé", by: ["publish", scene.file("tiles"), "--as", "zoe"])
    }

    @Test func `the log is published as files, and again only what is new`() throws {
        let scene = try Scene()
        defer { scene.end() }
        let tiles = scene.file("tiles")
        try scene.refused(66, "aucun point de contrôle", by: ["publish", tiles])
        try scene.run("checkpoint", "--key", scene.file("log"), to: "14")
        #expect(try scene.run("publish", tiles) == "Events published: 14 · files written: 3\n")
        #expect(try String(contentsOfFile: tiles + "/checkpoint", encoding: .utf8) == scene.run("checkpoint", "show"))
        #expect(FileManager.default.fileExists(atPath: tiles + "/tile/entries/000.p/14"))
        #expect(try scene.run("publish", tiles + "-hashes", "--hashes-only").hasSuffix("written: 2\n"))
        try scene.refused(73, "dossier", by: ["publish", "/proc/none/tiles"])
        try scene.run("init", "--ledger", scene.file("other"), "--origin", "example.org/other")
        try scene.run("checkpoint", "--ledger", scene.file("other"), "--key", scene.file("log"))
        try scene.refused(
            1, "un autre journal (example.org/log", by: ["publish", tiles, "--ledger", scene.file("other")])
        // The digests of the views are an event that the next checkpoint covers.
        let attested = try scene.run(
            "checkpoint", "attest-views", "--at", "2025-12-31T12:00:00Z", "--actor", "ana", "--format", "json")
        #expect(attested.hasPrefix(#"{"sequence":14,"throughSequence":13,"views":"#), "\(attested)")
        let event = try scene.run("log", "--type", "viewsAttested", "--format", "json")
        #expect(event.contains(#""viewsAttested":{"throughSequence":"13","version":"#), "\(event)")
        try scene.run("checkpoint", "--key", scene.file("log"))
        #expect(try scene.run("publish", tiles) == "Events published: 15 · files written: 3\n")
        try scene.run("prove", "14")
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
