import Foundation
import Testing

/// What an institution is shown: its own accounts, and nothing that tells of another's.
@Suite struct PartnerViewTests {
    private struct Partner {
        let institution: String
        let account: String
        let mapping: String
        let statement: String
        /// What only its own answers may contain, in any format and language.
        let secrets: [String]

        init(_ institution: String, _ account: String, number: String, rows: String, secrets: [String]) {
            self.institution = institution
            self.account = account
            mapping = """
                institution = \(institution)
                account = \(number)
                date = date
                amount = montant
                balance = solde
                reference = numero
                code = code
                description = texte

                """
            statement = "date,montant,solde,numero,code,texte\n" + rows
            self.secrets = secrets + [account, number]
        }
    }

    private static let partners = [
        Partner(
            "815", "desjardins-courant", number: "815-20010-0042",
            rows: """
                2025-02-03,11267.55,11767.55,DREF1,,Dépôt Moneris
                2025-02-28,-4.50,11763.05,DFEE2,CHRG,Frais mensuels
                2025-02-28,12.34,11775.39,DREF3,,Virement de Léa

                """,
            secrets: ["DREF", "DFEE", "267.55", "267,55", "775.39", "775,39", "12.34", "12,34"]),
        Partner(
            "006", "nationale-courant", number: "006-99999-7777",
            rows: """
                2025-02-04,4321.09,4821.09,NREF1,,Dépôt inconnu
                2025-02-28,-7.77,4813.32,NFEE2,CHRG,Frais

                """,
            secrets: ["NREF", "NFEE", "321.09", "321,09", "813.32", "813,32", "7.77", "7,77"]),
    ]
    /// Between both institutions: each has its side of it, and neither the name that we gave it.
    private static let events = """
        {"effectiveAt":"2025-01-05T14:00:00Z","book":"boreal","source":"registre","key":"rapprochement","actor":"secretaire","policyAdopted":{"reconciliation":{"windowDays":5,"feeMaxPpm":30000,"feeMaxMinor":"100"}}}
        {"effectiveAt":"2025-02-10T15:00:00Z","book":"boreal","source":"registre","key":"virement-CLE-SECRETE","actor":"secretaire","journalEntryPosted":{"lines":[{"account":"assets:bank","party":"815","currency":"CAD","debitMinor":"10003"},{"account":"assets:bank","party":"006","currency":"CAD","creditMinor":"10003"}],"reason":"virement","preparer":"lea","approver":"marc"}}

        """

    private struct Desk {
        let program: Program
        /// Mapping and statement of each partner.
        let files: [[String]]

        func remove() {
            for path in [program.folder] + files.flatMap({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
        }
    }

    private func opened() throws -> Desk {
        let program = try Program()
        let fixture = try #require(
            Bundle.module.url(forResource: "petite-coop", withExtension: "jsonl", subdirectory: "Fixtures"))
        #expect(try program.run("init").status == 0)
        #expect(try program.run("record", fixture.path).status == 0)
        var files: [[String]] = []
        func write(_ text: String, _ name: String) throws -> String {
            let path = program.folder + "-" + name
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }
        for partner in Self.partners {
            let paths = [
                try write(partner.mapping, partner.institution + ".map"),
                try write(partner.statement, partner.institution + ".csv"),
            ]
            files.append(paths)
            let imported = try program.run([
                "reconcile", "import", paths[1], "--mapping", paths[0], "--declare", partner.account,
            ])
            #expect(imported.status == 0, "\(imported)")
        }
        let events = try write(Self.events, "events.jsonl")
        files.append([events])
        let recorded = try program.run("record", events)
        #expect(recorded.status == 0, "\(recorded.err)")
        #expect(try program.run("reconcile", "match").status == 1)
        return Desk(program: program, files: files)
    }

    /// The sequences of the entries that are open in an account, as the operator sees them.
    private func open(_ account: String, _ program: Program) throws -> [String] {
        let all = try program.run("reconcile", "exceptions", "--account", account, "--format", "csv")
        var found: [String] = []
        for line in all.out.split(whereSeparator: \.isNewline).dropFirst() {
            let cells = line.split(separator: ",").map(String.init)
            if cells[2] == "statement" { found.append(cells[1]) }
        }
        return found
    }

    @Test(arguments: [0, 1]) func `a partner is told of its own accounts, and of no other's in any format`(_ own: Int)
        throws
    {
        let desk = try opened()
        defer { desk.remove() }
        let program = desk.program
        let (me, other) = (Self.partners[own], Self.partners[1 - own])
        let page = program.folder + "-\(me.institution).html"
        defer { try? FileManager.default.removeItem(atPath: page) }
        let entries = try open(me.account, program)
        #expect(!entries.isEmpty)
        let report = ["reconcile", "report", "--institution", me.institution, "--month", "2025-02"]
        var lines: [[String]] = [["reconcile", "status"], ["reconcile", "exceptions"], report]
        lines += [["reconcile", "exceptions", "--account", me.account], report + ["--html", page]]
        lines += entries.map { ["reconcile", "explain", $0] }
        lines += [["reconcile", "import", desk.files[own][1], "--mapping", desk.files[own][0]]]
        for line in lines {
            for format in ["table", "json", "csv"] {
                for language in ["fr", "en"] {
                    let answer = try program.run(
                        line + ["--as", me.institution, "--format", format], language: language)
                    #expect([0, 1].contains(answer.status), "\(line): \(answer)")
                    var told = answer.out + answer.err
                    if line.contains("--html") { told += try String(contentsOfFile: page, encoding: .utf8) }
                    #expect(!told.isEmpty)
                    for secret in other.secrets + ["CLE-SECRETE"] {
                        #expect(!told.contains(secret), "\(line) \(format) tells \(secret): \(told)")
                    }
                }
            }
        }
        // What it is told is the operator's own answer.
        let mine = try program.run(report + ["--as", me.institution, "--format", "json"])
        #expect(me.secrets.contains { mine.out.contains($0) })
        let status = try program.run(["reconcile", "status", "--as", me.institution, "--format", "csv"]).out
        #expect(status.split(whereSeparator: \.isNewline).count == 2 && status.contains(me.account))
        let all = try program.run("reconcile", "exceptions", "--format", "csv").out
        #expect(all.contains("CLE-SECRETE"), "\(all)")
    }

    @Test func `another's account and entry are answered as if there were none`() throws {
        let desk = try opened()
        defer { desk.remove() }
        let program = desk.program
        func answer(_ line: [String], hiding word: String) throws -> String {
            let answer = try program.run(["reconcile"] + line + ["--as", "institution:815"])
            #expect(answer.out.isEmpty && answer.err.split(separator: "\n").count == 1, "\(answer)")
            return "\(answer.status) " + answer.err.replacingOccurrences(of: word, with: "?")
        }
        let theirs = try #require(try open("nationale-courant", program).first)
        #expect(try answer(["explain", theirs], hiding: theirs) == answer(["explain", "3"], hiding: "3"))
        let month = ["--month", "2025-02"]
        #expect(
            try answer(["report", "--institution", "006"] + month, hiding: "006")
                == answer(["report", "--institution", "999"] + month, hiding: "999"))
        #expect(
            try answer(["exceptions", "--account", "nationale-courant"], hiding: "nationale-courant")
                == answer(["exceptions", "--account", "zzz"], hiding: "zzz"))
        // Its statement is of an account that is not declared here, and nobody but the cooperative declares one.
        let file = ["import", desk.files[1][1], "--mapping", desk.files[1][0]]
        let size = try program.run("stats", "--format", "json").out
        #expect(try answer(file, hiding: "").hasPrefix("65 "))
        #expect(try answer(file + ["--declare", "x"], hiding: "").hasPrefix("66 "))
        #expect(try program.run("stats", "--format", "json").out == size)
        for line in [
            ["match"], ["undo", "3", "--account", "desjardins-courant", "--reason", "x"],
            ["write-off", "--account", "desjardins-courant", "--entry", theirs, "--reason", "x"],
        ] { #expect(try answer(line, hiding: "").hasPrefix("66 "), "\(line)") }
        #expect(try program.run("trust", "--as", "institution:815").status == 66)
        #expect(try program.run("reconcile", "status", "--as", "lea").status == 66)
        #expect(try program.run("reconcile", "status", "--as", "coop:boreal").status == 1)
    }
}
