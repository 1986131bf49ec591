import Foundation
import Testing

/// The payouts commands as a treasurer types them: who is owed, a file that a second person signs, and what stands after it.
@Suite struct PayoutsTranscriptTests {
    private static let policy = """
        {"effectiveAt":"2025-01-05T14:00:00Z","book":"boreal","source":"registre","key":"fichiers","actor":"secretaire","policyAdopted":{"paymentFiles":{"originators":[{"institution":"815","originatorId":"1234567890","shortName":"COOP BOREAL","longName":"Coopérative Boréal","dataCentre":"81510","accounts":[{"transit":"20010","account":"0001234"}]}]}}}

        """
    private static let signatures = """
        {"effectiveAt":"2025-02-10T14:00:00Z","book":"boreal","source":"registre","key":"signatures","actor":"secretaire","policyAdopted":{"approvals":{"rules":[{"kind":"paymentFileIssued","thresholdMinor":"100"}]}}}

        """

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
            try record(PayoutsTranscriptTests.policy)
        }

        func run(_ arguments: String..., language: String = "en") throws -> (status: Int32, out: String, err: String) {
            try run(arguments, language: language)
        }

        func run(_ arguments: [String], language: String = "en") throws -> (status: Int32, out: String, err: String) {
            let answer = try program.run(["--ledger-key", beside + "/key"] + arguments, language: language)
            return (answer.status, answer.out, answer.err)
        }

        func write(_ text: String, _ name: String) throws -> String {
            let path = beside + "/" + name
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }

        func record(_ text: String) throws {
            let answer = try run("record", write(text, "record.jsonl"))
            #expect(answer.status == 0, "\(answer)")
        }

        func end() {
            for path in [program.folder, beside] { try? FileManager.default.removeItem(atPath: path) }
        }
    }

    @Test func `from what is due to a signed file, made again and again`() throws {
        let scene = try Scene()
        defer { scene.end() }
        let instruct = ["payouts", "instruct", "--institution", "815", "--at", "2025-02-10T15:00:00Z"]
        for format in ["table", "json", "csv"] {
            let due = try scene.run("payouts", "due", "--format", format, language: "fr")
            #expect(due.status == 0 && due.out.contains("marc"), "\(due)")
            #expect(format != "table" || due.out.split(separator: "\n").allSatisfy { $0.count <= 80 })
            let left = try scene.run(instruct + ["--format", format], language: "fr")
            #expect(left.status == 1 && left.out.contains("aucun compte bancaire"), "\(left)")
        }
        // An account is whole and in digits; what was given is not quoted.
        for cells in ["marc,Marc,81,20010,77", "marc,Marc,815,20010,", "marc,Marc,815,20010,77x"] {
            let path = try scene.write("identity,name,bankInstitution,bankTransit,bankAccount\n\(cells)\n", "bad.csv")
            let answer = try scene.run("identity", "provide-all", path)
            #expect(answer.status == 65 && answer.err.contains("bad.csv:2, bank"), "\(answer.err)")
        }
        let people = try scene.write(
            "identity,name,bankInstitution,bankTransit,bankAccount\nmarc,Marc Côté,006,10011,77\n", "people.csv")
        let provide = ["identity", "provide-all", people, "--at", "2025-02-09T15:00:00Z", "--format", "json"]
        #expect(try scene.run(provide).out.contains("\"recorded\":1"))
        #expect(try scene.run(provide).out.contains("\"recorded\":0"))
        #expect(try scene.run("identity", "show", "marc", "--personal").out.contains("10011"))
        #expect(try !scene.run("log", "--format", "json").out.contains("10011"))

        let instructed = try scene.run(instruct + ["--format", "csv"])
        #expect(instructed.status == 0 && instructed.out.contains(",instructed,"), "\(instructed)")
        #expect(try scene.run(instruct + ["--format", "json"]).out == "[]\n")
        let waiting = try scene.run("payouts", "status", "--date", "2025-02-12", language: "fr")
        #expect(waiting.status == 0 && waiting.out.contains("aucun"), "\(waiting)")

        try scene.record(Self.signatures)
        let key = scene.beside + "/lea.key"
        #expect(try scene.run("keys", "new", key).status == 0)
        let shown = try scene.run("keys", "show", key, "--format", "json").out
        let publicKey = try #require(shown.split(separator: "\"publicKey\":\"").last?.split(separator: "\"").first)
        #expect(
            try scene.run("identity", "key", "--actor", "lea", "--at", "2025-02-10T14:30:00Z", "lea", String(publicKey))
                .status == 0)
        let out = scene.beside + "/payments.txt"
        let send = [
            "payouts", "send", "--institution", "815", "--standard", "cpa-005", "--due", "2025-02-14", "--at",
            "2025-02-11T15:00:00Z", "--actor", "tresorerie",
        ]
        #expect(try scene.run(send).status == 64)
        #expect(try scene.run(send + ["--out", people]).status == 73)
        let unsigned = try scene.run(send + ["--out", out])
        #expect(unsigned.status == 65 && unsigned.err.contains("paymentFileIssued") == false, "\(unsigned)")
        #expect(!FileManager.default.fileExists(atPath: out))
        let batch = scene.beside + "/batch.jsonl"
        let prepared = try scene.run(send + ["--prepare", batch, "--format", "json"])
        #expect(prepared.status == 0 && prepared.out.contains("\"number\":1,"), "\(prepared)")
        #expect(try scene.run("record", batch).status == 65)
        let signed = try scene.write(try scene.run("approve", batch, "--key", key).out, "signed.jsonl")
        #expect(try scene.run("record", signed).status == 0)
        let file = ["payouts", "file", "--institution", "815", "--number", "1", "--out"]
        let made = try scene.run(file + [out, "--format", "json"])
        #expect(made.status == 0 && made.err.contains("item trace numbers blank"), "\(made)")
        let hash = try #require(prepared.out.split(separator: "\"sha256\":\"").last?.split(separator: "\"").first)
        #expect(made.out.contains(String(hash)))
        #expect(try scene.run(file + [out]).status == 73)
        #expect(try scene.run(file + [out + "2"]).status == 0)
        #expect(FileManager.default.contentsEqual(atPath: out, andPath: out + "2"))
        #expect(try FileManager.default.attributesOfItem(atPath: out)[.posixPermissions] as? Int == 0o600)
        #expect(try scene.run(send + ["--out", out + "3"]).status == 1)
        #expect(
            try scene.run("payouts", "file", "--institution", "815", "--number", "2", "--out", out + "4").status == 66)
        // A file of payments is none of returns, and neither is what is no file.
        #expect(try scene.run("payouts", "returns", out).status == 65)
        #expect(try scene.run("payouts", "returns", out + "9").status == 66)
        let status = try scene.run("payouts", "status", "--date", "2025-02-18", language: "fr")
        #expect(status.status == 0 && status.out.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(status.out)")
        #expect(
            try scene.run("payouts", "status", "--number", "1", "--date", "2025-02-18", "--format", "json").out
                .contains("\"settled\":0,"))
        #expect(try scene.run("payouts", "status", "--number", "2").status == 66)
        // Nobody but the operator.
        #expect(try scene.run("--as", "marc", "payouts", "due").status == 66)
    }

    @Test func `without the key nobody's account is known`() throws {
        let scene = try Scene()
        defer { scene.end() }
        let people = try scene.write(
            "identity,name,bankInstitution,bankTransit,bankAccount\nmarc,M,006,10011,77\n", "p.csv")
        #expect(try scene.run("identity", "provide-all", people).status == 0)
        let due = try scene.program.run("payouts", "due", "--format", "json")
        #expect(due.status == 0 && due.out.contains("\"details\":null"), "\(due)")
        #expect(try scene.program.run("payouts", "instruct", "--institution", "815").status == 64)
    }
}
