import Foundation
import Testing

/// From the first event to the return, the receipt and the open holds, as users see them.
@Suite struct TaxReturnTranscriptTests {
    private func opened() throws -> Program {
        let program = try Program()
        let fixture = try #require(
            Bundle.module.url(forResource: "paiements-et-courses", withExtension: "jsonl", subdirectory: "Fixtures"))
        #expect(try program.run("init").status == 0)
        let recorded = try program.run("record", fixture.path)
        #expect(recorded.status == 0, "\(recorded.err)")
        return program
    }

    @Test func `the return of a month ties to the accounts`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let answer = try program.run(
            "taxes", "--from", "2025-02-01", "--to", "2025-02-28", "--format", "csv")
        #expect(
            answer.out.split(whereSeparator: \.isNewline).dropFirst().map(String.init) == [
                "gst,liabilities:gst-payable,2025-02-01,2025-02-28,0.00,5.00,0.00,0.00,5.00,0.00,0.00,-2.00,3.00,-5.00,0.00,2.00,0.00,true,0.00,0.00,0.00,0.00,0.00",
                "qst,liabilities:qst-payable,2025-02-01,2025-02-28,0.00,9.98,0.00,0.00,9.98,0.00,0.00,-3.99,5.99,0.00,9.98,0.00,3.99,true,0.00,5.99,0.00,5.99,0.00",
                "hst,liabilities:hst-payable,2025-02-01,2025-02-28,0.00,13.00,0.00,0.00,13.00,0.00,0.00,0.00,13.00,0.00,13.00,0.00,0.00,true,0.00,13.00,0.00,13.00,0.00",
                "ride-levy,liabilities:ride-levy-payable,2025-02-01,2025-02-28,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,true,0.00,0.00,0.00,0.00,0.00",
            ])
        let next = try program.run("taxes", "--year", "2025", "--quarter", "2", "--format", "csv")
        #expect(next.out.contains("gst,liabilities:gst-payable,2025-04-01,2025-06-30,0.65,"))
        #expect(try program.run("taxes").status == 64)
        #expect(try program.run("taxes", "--year", "2025", "--quarter", "5").status == 64)
        #expect(try program.run("rebuild", "--check").status == 0)
    }

    @Test func `every part of the return adds up to its last line, and what cannot be declared is one line`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let table = try program.run("taxes", "--year", "2025", language: "en").out
        let lines = table.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(3)
        let parts = lines.split(separator: "").prefix(3).map { part in
            part.map { line -> (isPart: Bool, minor: Int) in
                let figure = line.split(separator: " ").dropLast(3).last.map { $0.filter { $0 != "." && $0 != "," } }
                return (line.hasPrefix("  "), figure.flatMap { Int($0) } ?? 0)
            }
        }
        #expect(parts.count == 3)
        for part in parts {
            let last = part.last?.minor
            #expect(part.dropLast().filter { !$0.isPart }.reduce(0) { $0 + $1.minor } == last, "\(table)")
        }
        let odd = try program.run("taxes", "--year", "25", language: "en")
        #expect(odd.status == 64 && odd.err.split(separator: "\n").count == 1 && odd.err.contains("1900 to 9998"))
        let idle = try program.run("rides", "earnings", "tom", "--year", "2025", language: "en")
        #expect(idle.status == 66 && idle.err.contains("drives nobody"), "\(idle.err)")
    }

    @Test func `what the authority paid back leaves nothing to remit for its period`() throws {
        let program = try Program()
        let file = program.folder + ".jsonl"
        defer { for path in [program.folder, file] { try? FileManager.default.removeItem(atPath: path) } }
        let bodies = [
            #""cooperativeFounded":{"name":"B","legalForm":"LEGAL_FORM_SOLIDARITY","currency":"CAD","timeZone":"America/Toronto","commonSharePriceMinor":"1000","clock":"CLOCK_DATA"}"#,
            #""policyAdopted":{"taxes":{"jurisdiction":"CA-QC","basis":"TAX_BASIS_ORDER","rates":[{"tax":"gst","taxClass":"TAX_CLASS_STANDARD","ratePpm":50000}]}}"#,
            #""identityRegistered":{"identity":"ana"}"#, #""identityRegistered":{"identity":"sam"}"#,
            #""memberAdmitted":{"member":"sam","category":"MEMBER_CATEGORY_USER","groups":["GROUP_SELLER"]}"#,
            #""productListed":{"product":"lampe","taxClass":"TAX_CLASS_STANDARD"}"#,
            #""purchasePlaced":{"order":"o1","buyer":"ana","buyerStatus":"BUYER_STATUS_NON_MEMBER","currency":"CAD","lines":[{"product":"lampe","seller":"sam","quantity":"1","amountMinor":"10000","taxClass":"TAX_CLASS_STANDARD"}],"taxes":[{"tax":"gst","amountMinor":"500"}],"totalMinor":"10500","deliveryMode":"DELIVERY_MODE_IN_STORE"}"#,
            #""taxRemitted":{"tax":"gst","institution":"815","amountMinor":"500","currency":"CAD","periodEndDate":"2025-01-31"}"#,
            #""purchaseCancelled":{"order":"o1","reason":"x"}"#,
            #""taxRemitted":{"tax":"gst","institution":"815","amountMinor":"-500","currency":"CAD","periodEndDate":"2025-04-30"}"#,
        ]
        // January, February, then the cancellation in April, and the refund in May.
        let days = ["01-06", "01-06", "01-06", "01-06", "01-06", "01-06", "01-10", "02-20", "04-22", "05-20"]
        let lines = zip(days, bodies).enumerated().map { at, line in
            #"{"effectiveAt":"2025-\#(line.0)T15:00:00Z","book":"b","source":"t","key":"\#(at)","actor":"ana",\#(line.1)}"#
        }
        func outstanding(_ count: Int) throws -> String? {
            try (lines.prefix(count).joined(separator: "\n") + "\n").write(
                toFile: file, atomically: true, encoding: .utf8)
            let recorded = try program.run("record", file)
            #expect(recorded.status == 0, "\(recorded.err)\(recorded.out)")
            let csv = try program.run("taxes", "--from", "2025-04-01", "--to", "2025-04-30", "--format", "csv").out
            let cells = csv.split(whereSeparator: \.isNewline).first { $0.hasPrefix("gst,") }?.split(separator: ",")
            return cells?.dropLast().last.map(String.init)
        }
        #expect(try program.run("init").status == 0)
        #expect(try outstanding(9) == "-5.00")
        #expect(try outstanding(10) == "0.00")
    }

    @Test func `rides, earnings, holds and cards are listed`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        #expect(
            try program.run("rides", "--driver", "dan", "--format", "csv").out
                .contains("t1,2025-03-01,rae,2,dan,completed,16.84,8.42"))
        #expect(try program.run("rides", "--rider", "tom", "--format", "csv").out.contains("t1,"))
        #expect(try program.run("rides", "--state", "requested", "--format", "csv").out.contains("t2,"))
        #expect(try program.run("rides", "show", "t1", language: "fr").out.contains("Redevance             0,90"))
        #expect(
            try program.run("rides", "earnings", "dan", "--year", "2025", "--format", "json").out
                .contains("\"earned\":\"11.60\",\"payable\":\"11.60\""))
        #expect(try program.run("rides", "show", "t9").status == 66)
        #expect(
            try program.run("payments", "holds", "--format", "csv").out
                .contains("a2,c2,815,113.00,113.00,2025-02-20T15:00:00Z"))
        #expect(try program.run("payments", "cards", "--format", "csv").out.contains("k1,tom,50.00,15.02"))
        #expect(try program.run("log", "--party", "dan", "--format", "csv").out.contains("RideCompleted"))
    }
}
