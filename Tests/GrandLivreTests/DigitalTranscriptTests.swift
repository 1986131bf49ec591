import Foundation
import Testing

/// A musicians' cooperative with a book of its own sells an album on Grand.io and is listened to at home; a bookseller sells a novel on paper
/// and as an e-book; a radio brought the buyer.
@Suite struct DigitalTranscriptTests {
    private func opened() throws -> Program {
        let program = try Program()
        let fixture = try #require(
            Bundle.module.url(forResource: "coop-de-musique", withExtension: "jsonl", subdirectory: "Fixtures"))
        #expect(try program.run("init").status == 0)
        let recorded = try program.run("record", fixture.path)
        #expect(recorded.status == 0, "\(recorded.err)")
        #expect(recorded.out.split(separator: "\n").count == 59)
        return program
    }

    @Test func `the album is sold on Grand.io and its creators are paid`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        #expect(
            try program.run("licences", "--book", "grand-io", "--format", "csv").out
                == "licence,product,title,holder,order,line,date,royalties,downloads,downloadsMax,status,book\r\n"
                + "l-1,album,Marées,ana,o1,0,2025-03-01,13.50,2,5,granted,grand-io\r\n"
                + "l-2,roman,Le fleuve,ana,o1,2,2025-03-01,0.00,0,0,granted,grand-io\r\n")
        #expect(
            try program.run("royalties", "--book", "grand-io", language: "fr").out == """
                Créateur  Œuvre  Gagné  Payé    Dû
                ────────  ─────  ─────  ────  ────
                eve       album   9,00  9,00  0,00
                fay       album   4,50  0,00  4,50
                ────────  ─────  ─────  ────  ────
                Total            13,50  9,00  4,50

                """)
        #expect(
            try program.run("royalties", "--book", "grand-io", "--year", "2024", "--format", "json").out == "[]\n")
        #expect(
            try program.run("royalties", "split", "album", "--book", "grand-io").out == """
                From                  Seq.  Creator  Role          Share  Status
                ────────────────────  ────  ───────  ─────────  ────────  ────────
                2025-01-07T15:00:00Z    29  eve      author         100%  replaced
                2025-02-01T15:00:00Z    30  eve      author     66.6667%  in force
                2025-02-01T15:00:00Z    30  fay      performer  33.3333%  in force

                """)
        // At home: nine plays of 1.022 credits at 10.00, 70 % to the creators.
        #expect(
            try program.run("royalties", "--book", "coop-musique", "--format", "csv").out
                == "creator,product,earned,paid,due\r\neve,album,3.58,0.00,3.58\r\nfay,album,3.57,0.00,3.57\r\n")
        #expect(try program.run("rebuild").status == 0)
    }

    @Test func `the printed novel bears GST alone, the e-book both taxes`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        // GST on 54.90 is 2.745, QST on the album and the e-book, 29.95, is 2.987….
        let order = try program.run("orders", "o1", "--book", "grand-io").out
        #expect(order.contains("Merchandise 54.90 · GST 2.75 · QST 2.99 · total 60.64"))
    }

    @Test func `the radio is owed its part, and what came home is counted`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        #expect(
            try program.run("campaigns", "--book", "grand-io", "--medium", "radio").out == """
                Campaign  Medium  From        To          Touches  Redeemed  Orders  Owed  Paid
                ────────  ──────  ──────────  ──────────  ───────  ────────  ──────  ────  ────
                matins    radio   2025-01-01  2025-06-30        1         0       1  1.10  0.60
                ────────  ──────  ──────────  ──────────  ───────  ────────  ──────  ────  ────
                Total                                           1         0       1  1.10  0.60

                """)
        let repatriated = ["campaigns", "repatriated", "--book", "grand-io", "--format", "json"]
        #expect(
            try program.run(repatriated).out
                == #"[{"month":"2025-03","department":"Livres","category":"Romans","lines":1,"placed":"24.95","takenBack":"0.00","kept":"24.95","sharePpm":454463},{"month":"2025-03","department":"Musique","category":"Albums","lines":1,"placed":"15.00","takenBack":"0.00","kept":"15.00","sharePpm":273224}]"#
                + "\n")
        // The album goes back: 15.00 of what came home, its taxes, its royalties.
        let back = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: back) }
        try Data(
            """
            {"effectiveAt":"2026-01-10T15:00:00Z","book":"grand-io","source":"caisse","key":"b1","purchaseRefunded":{"order":"o1","refund":"r1","lines":[{"quantity":"1","amountMinor":"1500"}],"taxes":[{"tax":"gst","amountMinor":"75"},{"tax":"qst","amountMinor":"150"}],"totalMinor":"1725"}}
            {"effectiveAt":"2026-01-10T15:01:00Z","book":"grand-io","source":"caisse","key":"b2","licenceRevoked":{"licence":"l-1","reason":"retour"}}
            {"effectiveAt":"2026-01-10T15:02:00Z","book":"grand-io","source":"caisse","key":"b3","mediaCredited":{"order":"o1","shares":[{"campaign":"matins","amountMinor":"80"}]}}

            """.utf8
        ).write(to: back)
        let recorded = try program.run("record", back.path)
        #expect(recorded.status == 0, "\(recorded.err)")
        #expect(
            try program.run("campaigns", "repatriated", "--book", "grand-io").out == """
                Month    Department  Category  Lines  Placed  Taken back  Repatriated   Share
                ───────  ──────────  ────────  ─────  ──────  ──────────  ───────────  ──────
                2025-03  Livres      Romans        1   24.95        0.00        24.95  45.45%
                2025-03  Musique     Albums        1   15.00       15.00         0.00   0.00%
                ───────  ──────────  ────────  ─────  ──────  ──────────  ───────────  ──────
                Total                              2   39.95       15.00        24.95  45.45%

                """)
        // eve was paid 9.00 that she owes now; the year of the sale stays as it was.
        #expect(
            try program.run("royalties", "--book", "grand-io", "--year", "2025", "--format", "csv").out
                == "creator,product,earned,paid,due\r\neve,album,9.00,9.00,0.00\r\nfay,album,4.50,0.00,4.50\r\n")
        #expect(
            try program.run("royalties", "--book", "grand-io", "--creator", "eve", "--format", "csv").out
                == "creator,product,earned,paid,due\r\neve,,0.00,9.00,-9.00\r\neve,album,0.00,0.00,0.00\r\n")
        #expect(try program.run("campaigns", "--book", "grand-io", "--medium", "radio").out.contains("0.80  0.60"))
        #expect(try program.run("rebuild").status == 0)
    }

    @Test(
        arguments: [
            (["licences", "--book", "grand-io", "--product", "none"], "unknown work"),
            (["licences", "--book", "grand-io", "--member", "zed"], "unknown identity"),
            (["royalties", "--book", "grand-io", "--creator", "zed"], "unknown identity"),
            (["royalties", "split", "none", "--book", "grand-io"], "unknown work"),
            (["royalties", "plays", "none", "--book", "grand-io"], "unknown work"),
            (["campaigns", "--book", "grand-io", "--medium", "zed"], "unknown identity"),
            (["campaigns", "repatriated", "--book", "none"], "no book of that name"),
        ] as [([String], String)])
    func `what is unknown is said in one line`(command: [String], reason: String) throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let answer = try program.run(command)
        #expect(answer.status == 66 && answer.out.isEmpty)
        #expect(answer.err.contains(reason) && answer.err.split(separator: "\n").count == 1)
    }
}
