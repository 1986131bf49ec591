import Foundation
import Testing

/// The audit commands as an auditor types them, on a ledger that the simulation wrote.
@Suite struct AuditTranscriptTests {
    private static let year = ["--year", "2025", "--book", "grand-io"]

    private func simulated() throws -> Program {
        let program = try Program()
        let answer = try program.run("simulate", "--members", "200", "--days", "20")
        try #require(answer.status == 0, "\(answer.err)")
        return program
    }

    private func remove(_ paths: String...) {
        for path in paths { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test func `thresholds come from options and from a file, and a wrong one is one line`() throws {
        let program = try simulated()
        let config = program.folder + ".json"
        defer { remove(program.folder, config) }
        let none = try program.run(["audit", "tests"] + Self.year + ["--set", "tests=round", "--format", "json"])
        #expect(none.status == 0 && none.out == "[]\n", "\(none)")
        try "{\"round\": {\"unit\": \"0.01\"}, \"tests\": [\"round\"]}\n".write(
            toFile: config, atomically: true, encoding: .utf8)
        let all = try program.run(["audit", "tests"] + Self.year + ["--config", config, "--format", "json"])
        #expect(all.status == 0 && all.out.hasPrefix("[{\"test\":\"round\",\"sequence\":"), "\(all.out.prefix(200))")
        // What is typed goes before what is written.
        let typed = try program.run(
            ["audit", "tests"] + Self.year + ["--config", config, "--set", "round.unit=0", "--format", "json"])
        #expect(typed.out == "[]\n")
        for (set, status) in [("round.units=3", 64), ("backdated.days", 64), ("backdated.days=x", 64)]
            as [(String, Int32)]
        {
            let wrong = try program.run(["audit", "tests"] + Self.year + ["--set", set], language: "fr")
            #expect(wrong.status == status && wrong.err.split(separator: "\n").count == 1, "\(set): \(wrong.err)")
        }
        try "[1]\n".write(toFile: config, atomically: true, encoding: .utf8)
        #expect(try program.run(["audit", "tests"] + Self.year + ["--config", config]).status == 65)
    }

    @Test func `ties hold on the simulated books, and duties are not kept apart there`() throws {
        let program = try simulated()
        defer { remove(program.folder) }
        for book in ["grand-io", "uniqc", "entrepot", "libraires", "soutien", "covoit"] {
            let ties = try program.run("audit", "ties", "--year", "2025", "--book", book)
            #expect(ties.status == 0, "\(book): \(ties.out)")
        }
        let duties = try program.run(["audit", "duties"] + Self.year)
        #expect(duties.status == 1 && duties.out.contains("simulation"), "\(duties)")
        let service = try program.run(["audit", "duties"] + Self.year + ["--service", "simulation"])
        #expect(service.status == 0, "\(service.out)")
        for command in ["cutoff", "related", "subsequent"] {
            for format in ["table", "json", "csv"] {
                let answer = try program.run(["audit", command] + Self.year + ["--format", format])
                #expect(answer.status == 0, "\(command): \(answer.err)")
            }
        }
        #expect(try program.run(["audit", "ties", "--year", "25"]).status == 64)
        #expect(try program.run(["audit", "cutoff"] + Self.year + ["--days", "0"]).status == 64)
    }

    @Test func `a sample is drawn again from its seed, and its errors are projected`() throws {
        let program = try simulated()
        let (first, second, errors) = (program.folder + "-1.json", program.folder + "-2.json", program.folder + ".csv")
        defer { remove(program.folder, first, second, errors) }
        let line =
            ["audit", "sample", "liabilities:seller-payable"] + Self.year + ["--seed", "7", "--materiality", "900.00"]
        #expect(try program.run(line + ["--out", first]).status == 0)
        #expect(try program.run(line + ["--out", second]).status == 0)
        let drawn = try String(contentsOfFile: first, encoding: .utf8)
        #expect(try drawn == String(contentsOfFile: second, encoding: .utf8))
        #expect(
            drawn.contains("\"seed\":\"7\"") && drawn.contains("\"ties\":true")
                && drawn.contains("\"interval\":\"300.42\""))
        try "id,audited\r\n".write(toFile: errors, atomically: true, encoding: .utf8)
        let none = try program.run("audit", "evaluate", first, "--errors", errors, "--format", "csv")
        #expect(none.status == 0 && none.out.contains("upperLimit,899.98,899.98"), "\(none)")
        // The first item does not exist at all.
        let item = try #require(drawn.components(separatedBy: "\"id\":\"").dropFirst().first)
        let id = item.prefix { $0 != "\"" }
        try "id,audited\n\(id),0.00\n".write(toFile: errors, atomically: true, encoding: .utf8)
        #expect(try program.run("audit", "evaluate", first, "--errors", errors).status == 1)
        for rows in ["id,audited\nx,1.00\n", "id,audited\n\(id),1.0.0\n", "id\n\(id)\n"] {
            try rows.write(toFile: errors, atomically: true, encoding: .utf8)
            let wrong = try program.run("audit", "evaluate", first, "--errors", errors)
            #expect(wrong.status == 65 && wrong.err.split(separator: "\n").count == 1, "\(rows): \(wrong)")
        }
        #expect(try program.run("audit", "evaluate", errors, "--errors", errors).status == 65)
        remove(first)
        let drawnAtRandom = try program.run(
            ["audit", "sample", "liabilities:seller-payable"] + Self.year + [
                "--method", "random", "--count", "20", "--seed", "7", "--out", first,
            ])
        #expect(drawnAtRandom.status == 0)
        try "id,audited\n".write(toFile: errors, atomically: true, encoding: .utf8)
        let limited = try program.run("audit", "evaluate", first, "--errors", errors, "--format", "json")
        #expect(
            limited.status == 0 && limited.out.contains("\"mostLikely\":\"0.00\",\"upperLimit\":\"")
                && limited.out.contains("\"upperLimitUnder\":\""), "\(limited)")
        for (materiality, option) in [("0", "--materiality:"), ("0.01", "--materiality:"), ("9.00", "--expected:")] {
            let small = try program.run(
                ["audit", "sample", "assets:bank"] + Self.year + [
                    "--seed", "1", "--materiality", materiality, "--expected", materiality == "9.00" ? "9.00" : "0",
                ])
            #expect(small.status == 64 && small.err.contains("grandlivre: \(option)"), "\(small.err)")
        }
        let random = ["audit", "sample", "assets:bank"] + Self.year + ["--method", "random", "--seed", "1"]
        #expect(try program.run(random + ["--count", "3", "--format", "json"]).out.contains("\"method\":\"random\""))
        #expect(try program.run(random).status == 64)
    }

    /// A file of a sample with some of it said otherwise.
    private func change(_ path: String, _ text: String, _ key: String, _ value: Any?) throws {
        var sample = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        sample[key] = value
        try JSONSerialization.data(withJSONObject: sample).write(to: URL(fileURLWithPath: path))
    }

    @Test func `a sample that says what it was not drawn with is refused, and with the ledger any other one`() throws {
        let (program, elsewhere) = (try simulated(), try Program())
        let (file, errors) = (program.folder + "-1.json", program.folder + ".csv")
        defer { remove(program.folder, file, errors) }
        try "id,audited\n".write(toFile: errors, atomically: true, encoding: .utf8)
        func evaluated(_ program: Program) throws -> (status: Int32, out: String, err: String) {
            try program.run("audit", "evaluate", file, "--errors", errors)
        }
        for method in [["--materiality", "900.00"], ["--method", "random", "--count", "20"]] {
            // A working paper is not written over.
            remove(file)
            let drawn = try program.run(
                ["audit", "sample", "liabilities:seller-payable"] + Self.year + ["--seed", "7", "--out", file] + method)
            #expect(drawn.status == 0, "\(drawn.err)")
            #expect(try evaluated(program).status == 0 && evaluated(program).err == "")
            let alone = try evaluated(elsewhere)
            #expect(alone.status == 0 && alone.err.contains("--ledger"), "\(alone)")
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let isByMoney = method.first == "--materiality"
            let wrongs: [(String, Any?)] =
                [
                    ("method", "x"), ("root", nil), ("root", "00"), ("logSize", nil), ("seed", nil), ("seed", "x"),
                    ("book", nil), ("of", "all"), ("side", "x"), ("generator", "dice"), ("confidence", 94),
                    ("items", [Any]()),
                ]
                + (isByMoney
                    ? [
                        ("interval", "0.01"), ("interval", nil), ("factorMicro", 1), ("factorMicro", nil),
                        ("start", "0.01"), ("seed", "8"), ("materiality", "901.00"), ("expected", "1.00"),
                        ("confidence", 90),
                    ] : [("count", 19), ("count", nil)])
            for (key, value) in wrongs {
                try change(file, text, key, value)
                let wrong = try evaluated(elsewhere)
                #expect(
                    wrong.status == 65 && wrong.err.split(separator: "\n").count == 1,
                    "\(key) \(String(describing: value)): \(wrong)")
            }
            // What the file alone cannot tell, the ledger does.
            var sample = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            var items = try #require(sample["items"] as? [[String: Any]])
            items[0]["id"] = "1.99"
            sample["items"] = items
            try JSONSerialization.data(withJSONObject: sample).write(to: URL(fileURLWithPath: file))
            #expect(try evaluated(elsewhere).status == 0)
            #expect(try evaluated(program).status == 65)
            try change(file, text, "root", String(repeating: "0", count: 64))
            #expect(try evaluated(program).status == 65)
            try change(file, text, "format", "grandlivre-audit-sample/1")
            #expect(try evaluated(program).status == 0)
        }
    }

    @Test func `a table shows the first of what a file has whole, and breaks an account after one of its parts`() throws
    {
        let program = try simulated()
        let (folder, sample) = (program.folder + "-letters", program.folder + ".json")
        defer { remove(program.folder, folder, sample) }
        let letters = try program.run(["audit", "confirm", folder] + Self.year + ["--auditor", "Roy"])
        let lines = letters.out.split(separator: "\n")
        #expect(lines.count < 80 && lines.last?.contains(" more: \(folder)/lettres.csv") == true, "\(letters.out)")
        let pieces = lines.flatMap { $0.split(separator: " ") }.filter { $0.hasPrefix("equity:") }
        #expect(
            !pieces.isEmpty && Set(pieces).isSubset(of: ["equity:member-shares", "equity:member-", "equity:"]),
            "\(letters.out)")
        let drawn = try program.run(
            ["audit", "sample", "liabilities:seller-payable"] + Self.year + [
                "--seed", "1", "--materiality", "200.00", "--out", sample,
            ])
        #expect(drawn.out.hasSuffix(" more: \(sample)\n") && drawn.out.split(separator: "\n").count < 40, "\(drawn)")
    }

    @Test func `an account of which nothing stands on the side that is asked has nothing to draw`() throws {
        let program = try simulated()
        defer { remove(program.folder) }
        let none = try program.run(
            ["audit", "sample", "equity:member-shares"] + Self.year + [
                "--method", "random", "--count", "3", "--seed", "1", "--side", "debit",
            ])
        #expect(none.status == 66 && none.err.split(separator: "\n").count == 1, "\(none)")
    }

    @Test func `letters are in both languages, and replies leave what is left to do`() throws {
        let program = try simulated()
        let (folder, replies) = (program.folder + "-letters", program.folder + ".csv")
        defer { remove(program.folder, folder, replies) }
        let line = ["audit", "confirm", folder] + Self.year + ["--kind", "institution"]
        #expect(try program.run(line).status == 64)
        #expect(try program.run(line + ["--replies", replies]).status == 66)
        // A refusal leaves no folder behind.
        #expect(!FileManager.default.fileExists(atPath: folder))
        let written = try program.run(line + ["--auditor", "Roy <CPA>, Québec", "--format", "csv"])
        #expect(written.status == 0, "\(written.err)")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(files.first == "00001-006.html" && files.last == "lettres.csv", "\(files)")
        let letter = try String(contentsOfFile: folder + "/00001-006.html", encoding: .utf8)
        let (french, english) = (
            letter.range(of: "Demande de confirmation"), letter.range(of: "<h1>Confirmation request")
        )
        #expect(french != nil && english != nil && letter.contains("Roy &lt;CPA&gt;"))
        var answers = "party,account,amount,date,alternative\n"
        for row in written.out.split(whereSeparator: \.isNewline).dropFirst() {
            let cells = row.split(separator: ",", omittingEmptySubsequences: false)
            answers += "\(cells[1]),\(cells[3]),\(cells[6]),2026-01-20,\n"
        }
        try answers.write(toFile: replies, atomically: true, encoding: .utf8)
        let agreed = try program.run(line + ["--replies", replies])
        #expect(agreed.status == 0, "\(agreed)")
        try "party,account,amount\n006,assets:bank,1.00\n".write(toFile: replies, atomically: true, encoding: .utf8)
        let left = try program.run(line + ["--replies", replies, "--format", "json"])
        for row in ["006,assets:bank,USD,1.00,", "006,assets:bank,X,1.00,", "006,assets:bank,CAD,1.00,2026-02-31"] {
            let other = program.folder + "-other.csv"
            defer { remove(other) }
            try "party,account,currency,amount,date\n\(row)\n".write(toFile: other, atomically: true, encoding: .utf8)
            let wrong = try program.run(line + ["--replies", other])
            #expect(wrong.status == 65 && wrong.err.split(separator: "\n").count == 1, "\(row): \(wrong)")
        }
        #expect(left.status == 1 && left.out.contains("\"differs\"") && left.out.contains("\"noReply\""), "\(left)")
        // What was written is a working paper.
        #expect(try program.run(line + ["--auditor", "Roy"]).status == 73)
        remove(folder)
        let text = try program.run(
            line + ["--auditor", "Roy", "--text", "--date", "2026-01-15", "--reply-by", "2026-02-01"])
        #expect(text.status == 0)
        let plain = try String(contentsOfFile: folder + "/00001-006.txt", encoding: .utf8)
        for said in [
            "Date : 15 janvier 2026", "À : 006", "au plus tard le : 1er février 2026", "Date: January 15, 2026",
            "autorise à donner ces renseignements",
        ] {
            #expect(plain.contains(said), "\(said): \(plain)")
        }
        for line in try String(contentsOfFile: folder + "/00001-006.txt", encoding: .utf8).split(separator: "\n") {
            #expect(line.count <= 80, "\(line)")
        }
    }

    @Test func `a year without events is not examined, and every report says how many were`() throws {
        let program = try simulated()
        defer { remove(program.folder) }
        for command in ["tests", "duties", "related", "ties", "cutoff"] {
            let none = try program.run("audit", command, "--year", "2024", "--book", "grand-io", language: "fr")
            #expect(
                none.status == 66 && none.out.isEmpty
                    && none.err == "grandlivre: grand-io 2024 : aucun événement de cet exercice; accepté : 2025\n",
                "\(command): \(none)")
            let some = try program.run(["audit", command] + Self.year, language: "fr")
            let second = some.out.split(separator: "\n").dropFirst().first ?? ""
            #expect(second.hasPrefix("Événements examinés : ") && !second.hasSuffix(" 0"), "\(command): \(some)")
        }
    }

    @Test func `days out of order are a mistake, not an empty report`() throws {
        let program = try simulated()
        defer { remove(program.folder) }
        let range = ["--from", "2025-12-31", "--to", "2025-01-01"]
        for command in [["account", "assets:bank", "--book", "grand-io"], ["export", "--format", "beancount"]] {
            let wrong = try program.run(command + range)
            #expect(wrong.status == 64 && wrong.out.isEmpty, "\(command): \(wrong)")
        }
        let early = try program.run(["audit", "subsequent"] + Self.year + ["--to", "2025-12-31"])
        #expect(early.status == 64 && early.out.isEmpty, "\(early)")
    }

    @Test func `a sample is not written over, and errors come as a French spreadsheet saves them`() throws {
        let program = try simulated()
        let (sample, errors) = (program.folder + "-1.json", program.folder + ".csv")
        defer { remove(program.folder, sample, errors) }
        let line =
            ["audit", "sample", "liabilities:seller-payable"] + Self.year + [
                "--seed", "7", "--materiality", "9\u{202F}000,00", "--out", sample,
            ]
        let drawn = try program.run(line, language: "fr")
        #expect(
            drawn.status == 0 && drawn.out.contains("Seuil 9\u{202F}000,00, anomalie attendue 0,00, confiance 95 %\n"),
            "\(drawn)")
        let before = try String(contentsOfFile: sample, encoding: .utf8)
        #expect(try program.run(line).status == 73)
        #expect(try String(contentsOfFile: sample, encoding: .utf8) == before)
        let absent = try program.run("audit", "evaluate", sample, "--errors", errors, language: "fr")
        #expect(absent.status == 66 && absent.err.contains(errors) && !absent.err.contains("Journey"), "\(absent)")
        let item = try #require(before.components(separatedBy: "\"id\":\"").dropFirst().first)
        let id = item.prefix { $0 != "\"" }
        try "\u{FEFF}id;audité\r\n\(id);\"3 000,00\"\r\n".write(toFile: errors, atomically: true, encoding: .utf8)
        let french = try program.run("audit", "evaluate", sample, "--errors", errors, language: "fr")
        #expect(french.status < 2 && french.err.isEmpty, "\(french)")
        try "id;montant\r\n".write(toFile: errors, atomically: true, encoding: .utf8)
        let wrong = try program.run("audit", "evaluate", sample, "--errors", errors, language: "fr")
        #expect(wrong.status == 65 && wrong.err.contains("id;audité"), "\(wrong)")
    }

    @Test func `a trial balance says of which day it is`() throws {
        let program = try simulated()
        defer { remove(program.folder) }
        let dated = try program.run("balances", "--book", "grand-io", "--at", "2025-12-31", language: "fr")
        #expect(dated.out.hasPrefix("Balance de vérification au 31 décembre 2025\n"), "\(dated)")
        let part = try program.run("balances", "--book", "grand-io", "--account", "assets", "--at", "2025-02-01")
        #expect(part.out.hasPrefix("Balances at February 1, 2025\n"), "\(part)")
    }
}
