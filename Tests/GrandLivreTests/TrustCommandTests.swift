import Foundation
import Testing

/// Funds held for others from the command line, and what a second person signs before it is recorded.
@Suite struct TrustCommandTests {
    private static let events = """
        {"effectiveAt":"2025-02-03T15:00:00Z","book":"boreal","source":"registre","key":"depot","actor":"secretaire","fundsSettled":{"institution":"815","captureDate":"2025-02-01","grossMinor":"1149750","valueDate":"2025-02-03","currency":"CAD"}}
        {"effectiveAt":"2025-02-05T15:00:00Z","book":"boreal","source":"registre","key":"virement","actor":"secretaire","journalEntryPosted":{"lines":[{"account":"assets:bank","party":"815","currency":"CAD","debitMinor":"300000"},{"account":"assets:trust-bank","party":"815","currency":"CAD","creditMinor":"300000"}],"reason":"commissions","preparer":"lea","approver":"marc"}}

        """

    private func opened() throws -> Program {
        let program = try Program()
        let fixture = try #require(
            Bundle.module.url(forResource: "petite-coop", withExtension: "jsonl", subdirectory: "Fixtures"))
        #expect(try program.run("init").status == 0)
        #expect(try program.run("record", fixture.path).status == 0)
        return program
    }

    private func record(_ text: String, _ program: Program) throws -> (status: Int32, out: String, err: String) {
        let path = program.folder + "-events.jsonl"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return try program.run("record", path)
    }

    @Test func `held funds stand against trust in every format, and a shortfall comes first`() throws {
        let program = try opened()
        let page = program.folder + ".html"
        defer { for path in [program.folder, page] { try? FileManager.default.removeItem(atPath: path) } }
        let declared = try program.run(
            "reconcile", "declare", "fiducie", "--institution", "815", "--number", "20010-7", "--from", "2025-01-10",
            "--ledger-account", "assets:trust-bank")
        #expect(declared.status == 0, "\(declared.err)")
        #expect(try record(Self.events, program).status == 0)
        let before = try program.run("trust", "--date", "2025-02-01", "--format", "json")
        #expect(before.status == 0)
        #expect(
            before.out.contains(#""held":"9600.00","trust":"0.00","inTransit":"11497.50","difference":"1897.50""#),
            "\(before.out)")
        #expect(before.out.contains(#""holders":[{"holder":"marc","account":"liabilities:seller-payable","#))
        let short = try program.run("trust", "--date", "2025-02-05", "--format", "csv")
        #expect(short.status == 1 && short.out.contains("marc,liabilities:seller-payable,9600.00,CAD,2025-02-05"))
        for language in ["fr", "en"] {
            for days in [["--date", "2025-02-05"], ["--month", "2025-02"], []] {
                let table = try program.run(["trust"] + days, language: language)
                #expect(table.status == 1, "\(table)")
                #expect(table.out.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(table.out)")
                #expect(table.out.contains(language == "fr" ? "102,50" : "1,102.50"), "\(table.out)")
            }
        }
        let month = try program.run("trust", "--month", "2025-02", "--format", "csv", "--html", page)
        #expect(month.status == 1 && month.out.split(whereSeparator: \.isNewline).count == 29)
        #expect(month.out.contains("2025-02-05,9600.00,8497.50,0.00,-1102.50,CAD"))
        #expect(try String(contentsOfFile: page, encoding: .utf8).contains("-1,102.50"))
        #expect(try program.run("trust", "--month", "2025-01").status == 0)
        let exceptions = try program.run("reconcile", "exceptions", "--format", "csv")
        let first = exceptions.out.split(whereSeparator: \.isNewline).dropFirst().first ?? ""
        #expect(exceptions.status == 1)
        #expect(first.hasPrefix("assets:trust-bank,,trust,2025-02-05,-1102.50,CAD,shortfall,"), "\(exceptions.out)")
        // A holder sees its own.
        let own = try program.run("trust", "--as", "marc", "--format", "json")
        #expect(own.status == 0 && own.out.contains(#""trust":null"#) && own.out.contains("9600.00"), "\(own)")
        #expect(!(try program.run("trust", "--as", "lea", "--format", "json").out.contains("9600")))
        for wrong in [["--month", "2025-13"], ["--date", "hier"], ["--date", "2025-02-05", "--month", "2025-02"]] {
            #expect(try program.run(["trust"] + wrong).status == 64, "\(wrong)")
        }
    }

    @Test func `a write-off above the threshold is prepared by one person and signed by another`() throws {
        let program = try opened()
        let names = ["map", "csv", "key", "off", "signed", "match"].map { program.folder + "-" + $0 }
        defer { for path in [program.folder] + names { try? FileManager.default.removeItem(atPath: path) } }
        try """
        institution = 815
        account = 815-1
        date = date
        amount = montant
        balance = solde
        reference = numero

        """.write(toFile: names[0], atomically: true, encoding: .utf8)
        try "date,montant,solde,numero\n2025-02-28,12.34,512.34,X1\n2025-02-28,5.00,517.34,X2\n".write(
            toFile: names[1], atomically: true, encoding: .utf8)
        let imported = try program.run(
            "reconcile", "import", names[1], "--mapping", names[0], "--declare", "compte")
        #expect(imported.status == 0, "\(imported.err)")
        #expect(try program.run("keys", "new", names[2]).status == 0)
        let shown = try program.run("keys", "show", names[2], "--format", "json").out
        let key = try #require(shown.firstMatch(of: /"publicKey":"([^"]*)"/)).1
        let registered = try program.run(
            "identity", "key", "--book", "boreal", "--actor", "marc", "--at", "2025-03-01T15:00:00Z", "marc",
            String(key))
        #expect(registered.status == 0, "\(registered.err)")
        let policies = try record(
            """
            {"effectiveAt":"2025-01-05T14:00:00Z","book":"boreal","source":"registre","key":"r","actor":"secretaire","policyAdopted":{"reconciliation":{"windowDays":5,"writeOffMaxMinor":"2000","writeOffMonthMaxMinor":"3000"}}}
            {"effectiveAt":"2025-01-05T14:00:00Z","book":"boreal","source":"registre","key":"a","actor":"secretaire","policyAdopted":{"approvals":{"rules":[{"kind":"entryMatched","thresholdMinor":"100"},{"kind":"exceptionWrittenOff","thresholdMinor":"1000"},{"kind":"entryUnmatched","thresholdMinor":"1000"}]}}}

            """, program)
        #expect(policies.status == 0, "\(policies.err)")
        // The captures that no deposit settled are expected, and nobody's entry.
        let listed = try program.run("reconcile", "exceptions", "--format", "csv").out
        let rows: [[Substring]] = listed.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let open: [String] = rows.filter { $0[2] == "statement" }.map { String($0[1]) }
        try #require(open.count == 2)
        let off = [
            "reconcile", "write-off", "--account", "compte", "--reason", "personne", "--actor", "lea", "--entry",
        ]
        #expect(try program.run(off + [open[0]]).status == 65)
        #expect(try program.run(off + [open[1]]).status == 0)
        let prepared = try program.run(off + [open[0], "--prepare", names[3], "--format", "json"])
        #expect(prepared.status == 0 && prepared.out.contains("proposal"), "\(prepared)")
        #expect(try program.run(off + [open[0], "--prepare", names[3]]).status == 73)
        #expect(try program.run("record", names[3]).status == 65)
        // Nothing that would be refused is given out to be signed.
        let match = ["reconcile", "match", "--by-hand", "--account", "compte", "--reason", "x", "--prepare", names[5]]
        #expect(try program.run(match + ["--entry", open[0], "--item", "12"]).status == 65)
        #expect(!FileManager.default.fileExists(atPath: names[5]))
        #expect(try program.run("reconcile", "match", "--prepare", names[5]).status == 64)
        let signed = try program.run("approve", names[3], "--key", names[2])
        #expect(signed.status == 0, "\(signed.err)")
        try signed.out.write(toFile: names[4], atomically: true, encoding: .utf8)
        let recorded = try program.run("record", names[4])
        #expect(recorded.status == 0, "\(recorded.err)")
        // The captures are still expected.
        let left = try program.run("reconcile", "exceptions", "--format", "csv")
        #expect(left.status == 1 && !left.out.contains(",statement,"), "\(left)")
        let resolution = try #require(
            program.run("reconcile", "explain", open[0], "--format", "json").out.firstMatch(of: /"resolution":(\d+)/)
        ).1
        let undo = ["reconcile", "undo", String(resolution), "--account", "compte", "--reason", "x", "--actor", "lea"]
        #expect(try program.run(undo).status == 65)
    }
}
