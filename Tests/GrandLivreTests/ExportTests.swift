import Foundation
import Testing

/// Exports, and the log made again of its lines.
@Suite struct ExportTests {
    /// Simulated once: nothing here writes to it.
    private static let simulated = Result {
        let program = try Program()
        let made = try program.run("simulate", "--members", "100", "--days", "20")
        try #require(made.status == 0, "\(made.err)")
        return program
    }

    private func small() throws -> Program {
        let program = try Program()
        let fixture = try #require(
            Bundle.module.url(forResource: "petite-coop", withExtension: "jsonl", subdirectory: "Fixtures"))
        #expect(try program.run("init").status == 0)
        #expect(try program.run("record", fixture.path).status == 0)
        return program
    }

    private func root(_ program: Program) throws -> String {
        let stats = try program.run("stats", "--format", "json").out
        return try #require(stats.split(separator: "\"").first { $0.count == 64 }.map(String.init))
    }

    private func remove(_ paths: String...) {
        for path in paths { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test
    func
        `an exported log imports to the same root, and a second import, or one that was cut short, goes on from there`()
        throws
    {
        let program = try Self.simulated.get()
        let copy = try Program()
        let file = copy.folder + ".jsonl"
        let half = copy.folder + ".half"
        defer { remove(copy.folder, file, half) }
        let told = try program.run("export", "jsonl", "--out", file)
        #expect(told.status == 0 && told.out.hasPrefix("\(file): ") && told.out.hasSuffix(" events\n"))
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let lines = text.split(separator: "\n")
        try (lines.prefix(300).joined(separator: "\n") + "\n").write(toFile: half, atomically: true, encoding: .utf8)
        #expect(try copy.run("import", "jsonl", half).status == 0)
        let whole = try copy.run("import", "jsonl", file, "--root", root(program), "--format", "json")
        #expect(whole.status == 0, "\(whole.err)")
        #expect(
            whole.out.hasPrefix(#"{"recorded":\#(lines.count - 300),"repeats":300,"events":\#(lines.count),"root":""#))
        #expect(try root(copy) == root(program))
        #expect(try copy.run("import", "jsonl", file).out.hasPrefix("0 events recorded"))
        #expect(try copy.run("rebuild", "--check").status == 0)
        #expect(try copy.run("export", "jsonl").out == text)
        // Shorter than the ledger: not its log.
        #expect(try copy.run("import", "jsonl", half).status == 65)
        let other = try copy.run("import", "jsonl", file, "--root", String(repeating: "0", count: 64))
        #expect(other.status == 1 && other.err.split(separator: "\n").count == 1)
    }

    @Test func `spaces of another writer of JSON do not matter`() throws {
        let program = try small()
        let copy = try Program()
        let file = copy.folder + ".jsonl"
        defer { remove(program.folder, copy.folder, file) }
        let text = try program.run("export", "jsonl").out
        try text.replacing(",\"leafHash\":", with: ", \"leafHash\" : ").replacing(
            "{\"sequence\":", with: "{ \"sequence\": "
        )
        .write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try copy.run("import", "jsonl", file).status == 0)
        #expect(try root(copy) == root(program))
    }

    /// What is changed in one line, what it becomes, and how the refusal begins.
    @Test(arguments: [
        // The amount of a purchase, a time, a key that is not known, no hash, no line.
        (11, "1000000", "1000001", "line 12: leafHash"),
        (3, #""recordedAtUs":"17"#, #""recordedAtUs":"16"#, "line 4: leafHash"),
        (5, #""book":"#, #""livre":"#, "line 6: "), (2, #","leafHash""#, #","hash""#, "line 3: leafHash"),
        (4, "", "", "line 6: sequence"),
    ])
    func `a changed line is refused and named`(_ at: Int, _ from: String, _ to: String, _ expected: String) throws {
        let program = try small()
        let copy = try Program()
        let file = copy.folder + ".jsonl"
        defer { remove(program.folder, copy.folder, file) }
        var lines = try program.run("export", "jsonl").out.split(separator: "\n").map(String.init)
        let before = lines[at]
        lines[at] = from.isEmpty ? "" : before.replacing(from, with: to)
        #expect(lines[at] != before)
        try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        let refused = try copy.run("import", "jsonl", file)
        #expect(refused.status == 65 && refused.out.isEmpty)
        #expect(refused.err.hasPrefix("grandlivre: \(expected)"), "\(refused.err)")
        #expect(refused.err.split(separator: "\n").count == 1)
        let french = try copy.run("import", "jsonl", file, language: "fr")
        #expect(french.status == 65 && french.err.hasPrefix("grandlivre: ligne "), "\(french.err)")
    }

    @Test func `a refused import says what stays and, once the file is mended, goes on there`() throws {
        let (program, copy) = (try Program(), try Program())
        let file = copy.folder + ".jsonl"
        defer { remove(program.folder, copy.folder, file) }
        #expect(try program.run("simulate", "--members", "200", "--days", "20").status == 0)
        let lines = try program.run("export", "jsonl").out.split(separator: "\n").map(String.init)
        try #require(lines.count > 4_196)
        var wrong = lines
        wrong[4_150] = lines[4_150].replacing(#""recordedAtUs":"17"#, with: #""recordedAtUs":"16"#)
        try wrong.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        for (recorded, repeats) in [("4,096", "0"), ("0", "4,096")] {
            let refused = try copy.run("import", "jsonl", file)
            #expect(refused.status == 65 && refused.err.hasPrefix("grandlivre: line 4151: leafHash"))
            #expect(
                refused.err.contains("; \(recorded) events recorded, \(repeats) there already: ")
                    && refused.err.split(separator: "\n").count == 1, "\(refused.err)")
        }
        try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        let whole = try copy.run("import", "jsonl", file, "--root", root(program), "--format", "json")
        #expect(whole.status == 0 && whole.out.hasPrefix(#"{"recorded":\#(lines.count - 4_096),"repeats":4096,"#))
    }

    @Test func `another log is not mixed into a ledger`() throws {
        let program = try small()
        let file = program.folder + ".jsonl"
        defer { remove(program.folder, file) }
        #expect(try Self.simulated.get().run("export", "jsonl", "--out", file).status == 0)
        let refused = try program.run("import", "jsonl", file)
        #expect(refused.status == 65 && refused.err.contains("line 1: sequence \"0\": the ledger has another event"))
    }

    @Test func `hledger gets an entry an event, with what stood before and after the period asserted`() throws {
        let program = try small()
        defer { remove(program.folder) }
        let whole = try program.run("export", "hledger").out
        #expect(
            whole.contains(
                """
                2025-02-01 (11) Purchase  ; type: PurchasePlaced, key: c1
                    assets:receivable:lea  11497.50 CAD

                """), "\(whole)")
        for line in ["decimal-mark .", "commodity 1000.00 CAD", "account assets:receivable:lea"] {
            #expect(whole.split(separator: "\n").contains { $0 == line }, "\(line)")
        }
        let later = try program.run("export", "hledger", "--opening", "--from", "2025-02-02").out
        #expect(later.contains("2025-02-02 (opening) Opening balances\n"))
        #expect(later.contains("(closing) Closing balances asserted\n") && !later.contains("Purchase "))
        let before = try program.run("export", "ledger", "--opening", "--to", "2025-01-31", language: "fr").out
        #expect(
            !before.contains("assets:receivable")
                && before.hasPrefix("; GrandLivre - boreal - Coop Boréal\n; jours ..2025-01-31"))
        let bean = try program.run("export", "beancount").out
        #expect(
            bean.contains("2025-02-01 * \"Purchase\" ^s11\n  sequence: 11\n  type: \"PurchasePlaced\"\n  key: \"c1\"\n")
        )
        #expect(bean.contains(" open Assets:Receivable:ID-lea\n  party: \"lea\"\n"))
    }

    @Test func `audit files are written into a folder and roll forward`() throws {
        let program = try Self.simulated.get()
        let folder = program.folder + ".ads-\(UUID().uuidString)"
        defer { remove(folder) }
        let told = try program.run("export", "ads", "--book", "grand-io", "--out", folder, "--format", "json")
        #expect(told.status == 0 && told.out.hasPrefix(#"{"form":"ads","path":"#), "\(told.err)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(names.map { $0.prefix { $0 != "2" } } == ["Chart_of_Accounts_", "GL_Detail_", "Trial_Balance_"])
        let trial = try String(contentsOfFile: folder + "/" + names[2], encoding: .utf8).split(separator: "\r\n")
        #expect(trial[0].hasPrefix("Business_Unit_Code|GL_Account_Number|Fiscal_Year|Period|"))
        #expect(trial.dropFirst().allSatisfy { $0.split(separator: "|").count == 8 } && trial.count > 10)
        let xml = try program.run("export", "saf-t", "--book", "grand-io").out
        #expect(xml.contains("<AuditFileVersion>2.00</AuditFileVersion>") && xml.hasSuffix("</AuditFile>\n"))
    }

    @Test func `parties come without personal data, postings for a spreadsheet, and a script for SQL`() throws {
        let program = try Self.simulated.get()
        let parties = try program.run("export", "parties").out.split(separator: "\r\n")
        #expect(
            parties.first == "party,kind,book,category,groups,admittedAt,withdrewAt,commonShares,preferredShares"
                && parties.count > 100)
        #expect(parties.contains { $0.hasPrefix("815,institution,,") })
        let csv = try program.run("export", "csv", "--book", "covoit").out.split(separator: "\r\n")
        #expect(csv.count > 1 && csv.dropFirst().allSatisfy { $0.hasPrefix("covoit,") })
        let sql = try program.run("export", "sqlite").out
        #expect(sql.hasPrefix("PRAGMA foreign_keys = OFF;\nBEGIN;\n") && sql.hasSuffix("COMMIT;\n"))
        for table in ["ledger", "books", "accounts", "parties", "members", "events", "journal", "balances", "orders"] {
            #expect(sql.contains("INSERT INTO \(table) VALUES\n"), "\(table)")
        }
    }

    @Test func `whoever does not operate a book gets none of it, a party its own postings`() throws {
        let program = try Self.simulated.get()
        for form in ["hledger", "ledger", "beancount", "saf-t", "parties", "sqlite"] {
            for actor in ["m-12", "institution:815"] {
                let refused = try program.run("export", form, "--book", "grand-io", "--as", actor)
                #expect(refused.status == 66 && refused.out.isEmpty, "\(form) \(actor) \(refused.err)")
            }
            let other = try program.run("export", form, "--book", "grand-io", "--as", "coop:covoit")
            #expect(other.status == 66 && other.out.isEmpty, "\(form)")
            #expect(try program.run("export", form, "--book", "covoit", "--as", "coop:covoit").status == 0, "\(form)")
        }
        let own = try program.run("export", "csv", "--as", "m-12").out.split(separator: "\r\n").dropFirst()
        #expect(
            !own.isEmpty && own.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false)[11] == "m-12" })
        let coop = try program.run("export", "csv", "--as", "coop:covoit").out.split(separator: "\r\n").dropFirst()
        #expect(!coop.isEmpty && coop.allSatisfy { $0.hasPrefix("covoit,") })
        let lines = try program.run("export", "jsonl", "--as", "m-12").out.split(separator: "\n")
        let parts = lines.filter { $0.contains(#""redacted":true"#) }
        #expect(!parts.isEmpty && parts.allSatisfy { !$0.contains("leafHash") } && lines.count < 1_000)
        #expect(try program.run("export", "jsonl", "--book", "grand-io", "--as", "coop:covoit").status == 66)
        let hidden = try program.run("export", "sqlite", "--as", "coop:covoit").out
        #expect(!hidden.contains("'grand-io','Grand.io'"))
    }

    @Test func `mistakes are answered in one line`() throws {
        let program = try Self.simulated.get()
        for (line, status, words) in [
            (["hledgr", "--book", "covoit"], 64, "did you mean \"hledger\""), (["pdf"], 64, "one of: jsonl, hledger"),
            (["hledger"], 64, "--book"), (["hledger", "--book", "nope"], 66, "nope"),
            (["jsonl", "--book", "nope"], 66, "nope"), (["ads", "--book", "covoit"], 64, "--out"),
            (["csv", "--opening"], 64, "--opening"), (["parties", "--from", "2025-01-01"], 64, "--from"),
            (["csv", "--from", "2025-02-01", "--to", "2025-01-01"], 64, "--to"),
            (["csv", "--from", "x"], 64, "--from"),
            (["csv", "--out", "/nowhere/x"], 73, "/nowhere/x"),
        ] as [([String], Int32, String)] {
            let answer = try program.run(["export"] + line)
            #expect(answer.status == status && answer.err.contains(words), "\(line) \(answer)")
            #expect(answer.out.isEmpty && answer.err.split(separator: "\n").count == 1, "\(line)")
        }
        let missing = try program.run("import", "jsonl", "/nowhere/x")
        #expect(missing.status == 66 && missing.err.split(separator: "\n").count == 1)
    }

    @Test func `days of the log are a range that imports from its beginning`() throws {
        let program = try Self.simulated.get()
        let all = try program.run("export", "jsonl").out
        let first = try program.run("export", "jsonl", "--to", "2025-01-05").out
        let rest = try program.run("export", "jsonl", "--from", "2025-01-06").out
        #expect(!first.isEmpty && !rest.isEmpty && first + rest == all)
    }
}
