import Foundation
import Testing

/// The program itself, run as its users do: command, exit status, output.
struct Program {
    let folder = FileManager.default.temporaryDirectory.path + "/grandlivre-cli-\(UUID().uuidString)"
    let binary: URL

    init() throws {
        // The test bundle stands beside the program it tests.
        let beside = Bundle.module.bundleURL.deletingLastPathComponent().appendingPathComponent("grandlivre")
        try #require(FileManager.default.isExecutableFile(atPath: beside.path), "\(beside.path) is not built")
        binary = beside
    }

    func run(_ arguments: String..., language: String = "en") throws -> (status: Int32, out: String, err: String) {
        let answer = try run(arguments, language: language)
        return (answer.status, answer.out, answer.err)
    }

    func run(
        _ arguments: [String], language: String = "en"
    ) throws -> (status: Int32, ended: Process.TerminationReason, out: String, err: String) {
        let process = Process()
        process.executableURL = binary
        process.arguments = ["--ledger", folder, "--lang", language] + arguments
        let out = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        let err = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        for file in [out, err] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: err)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        defer { for file in [out, err] { try? FileManager.default.removeItem(at: file) } }
        return (
            process.terminationStatus, process.terminationReason, try String(contentsOf: out, encoding: .utf8),
            try String(contentsOf: err, encoding: .utf8)
        )
    }
}

@Suite struct YearEndTranscriptTests {
    private func opened() throws -> Program {
        let program = try Program()
        let fixture = try #require(
            Bundle.module.url(forResource: "petite-coop", withExtension: "jsonl", subdirectory: "Fixtures"))
        #expect(try program.run("init").status == 0)
        let recorded = try program.run("record", fixture.path)
        #expect(recorded.status == 0, "\(recorded.err)")
        #expect(recorded.out.split(separator: "\n").count == 14)
        return program
    }

    @Test func `the year ends from the command line`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        #expect(try program.run("surplus", "close", "--year", "2025").status == 0)
        let plan = try program.run("surplus", "plan", "--year", "2025", "--reserve-percent", "5")
        #expect(plan.status == 1 && plan.out.contains("NO: "))
        let resolved = try program.run(
            "surplus", "resolve", "--year", "2025", "--reserve-percent", "20", "--meeting", "2026-04-15",
            "--resolution", "2026-1",
            "--at", "2026-04-15T16:00:00Z")
        #expect(resolved.status == 0, "\(resolved.err)")
        #expect(try program.run("surplus", "declare", "--year", "2025", "--at", "2026-04-15T16:00:00Z").status == 0)
        let paid = try program.run(
            "surplus", "pay", "--year", "2025", "--institution", "815", "--at", "2026-05-01T16:00:00Z")
        #expect(paid.status == 0, "\(paid.err)")
        let shown = try program.run("surplus", "show", "--year", "2025", "--format", "json")
        #expect(
            shown.out
                == #"{"surplus":"400.00","reserve":"80.00","pool":"320.00","dividends":[{"member":"lea","base":"10000.00","dividend":"320.00","withheld":"33.00","paid":"287.00","cash":"320.00","shares":"0.00"}]}"#
                + "\n")
        #expect(try program.run("rebuild", "--check").status == 0)
    }

    @Test func `each step of the year's end, said again without a time, is the one that stands`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let year = ["--year", "2025"]
        let steps: [[String]] = [
            ["close"] + year,
            ["resolve"] + year
                + ["--reserve-percent", "20", "--shares-percent", "30", "--meeting", "2026-04-15"]
                + ["--resolution", "2026-1"],
            ["declare"] + year, ["pay"] + year + ["--institution", "815"],
        ]
        for step in steps {
            let first = try program.run(["surplus"] + step + ["--format", "json"])
            #expect(first.status == 0 && first.out == "{\"recorded\":1,\"repeats\":0}\n", "\(step) \(first.err)")
            // No line but the note of missing minutes stands on stderr.
            #expect(first.err.split(separator: "\n").count == (step[0] == "resolve" ? 1 : 0))
        }
        for step in steps {
            let again = try program.run(["surplus"] + step + ["--format", "json"])
            #expect(again.status == 0 && again.out == "{\"recorded\":0,\"repeats\":1}\n", "\(step) \(again.err)")
        }
        let other = try program.run(["surplus"] + steps[1].map { $0 == "30" ? "20" : $0 })
        #expect(other.status == 65 && other.err.split(separator: "\n").count == 1, "\(other.err)")
        // Shares are no money: what was paid is cash less the tax.
        let shown = try program.run("surplus", "show", "--year", "2025", "--format", "csv")
        #expect(
            shown.out.split(whereSeparator: \.isNewline).map(String.init) == [
                "member,base,dividend,withheld,paid,cash,shares", "lea,10000.00,320.00,33.00,167.00,200.00,120.00",
            ])
    }

    @Test func `statuses say what went wrong`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        #expect(try program.run("init").status == 73)
        #expect(try program.run("orders", "nope").status == 66)
        #expect(try program.run("nope").status == 64)
        #expect(try program.run("balances", "--at", "99999999").status == 66)
        #expect(try program.run("balances", "--format", "xml").status == 64)
        let french = try program.run("orders", "nope", language: "fr")
        #expect(french.err == "grandlivre: nope : commande inconnue; vérifier l’identifiant\n")
    }

    @Test func `JSON keeps its shape`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        #expect(
            try program.run("orders", "--summary", "--format", "json").out
                == #"{"orders":1,"lines":1,"merchandise":"10000.00","gst":"500.00","qst":"997.50","total":"11497.50"}"#
                + "\n")
        let balances = try program.run("balances", "--format", "json", "--account", "liabilities:gst").out
        #expect(
            balances
                == #"[{"book":"boreal","account":"liabilities:gst-payable","class":"liabilities","party":"","currency":"CAD","debits":"0.00","credits":"500.00","balance":"-500.00"}]"#
                + "\n")
        let stats = try program.run("stats", "--format", "json").out
        for key in [#"{"events":14,"root":""#, #""logBytes":"#, #""byType":{"cooperativeFounded":1"#] {
            #expect(stats.contains(key))
        }
    }
}
