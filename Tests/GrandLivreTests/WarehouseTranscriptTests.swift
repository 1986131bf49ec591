import Foundation
import Testing

/// The worked example of Docs/warehouse.md, run as its reader does.
@Suite struct WarehouseTranscriptTests {
    private func opened() throws -> Program {
        let program = try Program()
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let sample = root.appendingPathComponent("Docs/sample/entreposage.jsonl")
        #expect(try program.run("init").status == 0)
        let recorded = try program.run("record", sample.path)
        #expect(recorded.status == 0, "\(recorded.err)")
        return program
    }

    @Test func `the page's example gives the page's figures`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        #expect(
            try program.run("stock", "--format", "json").out
                == #"[{"book":"boreal","product":"roman","owner":"","onHand":11,"reserved":0,"available":11,"value":"12.48","average":"1.13","currency":"CAD"}]"#
                + "\n")
        #expect(
            try program.run("stock", "--site", "nord", "--format", "json").out
                == #"[{"site":"nord","book":"boreal","product":"roman","owner":"","onHand":11,"picked":0,"free":11}]"#
                + "\n")
        #expect(
            try program.run(
                "stock", "usage", "--owner", "boreal", "--operator", "depot", "--from", "2026-01-01", "--to",
                "2026-01-31", "--format", "csv"
            ).out
                == [
                    "measure,units,times", "unitDays,311,", "unitsAtEnd,11,", "received,15,2", "picked,4,1",
                    "packed,4,1", "shipped,4,1", "returned,1,1", "moved,0,0", "",
                ].joined(separator: "\r\n"))
        // 622 + 340 + 12000 = 12962; 5 % and 9.975 % of it.
        let bill = [
            "agreement", "bill", "entreposage", "--from", "2026-01-01", "--to", "2026-01-31", "--at",
            "2026-02-01T15:00:00Z",
        ]
        #expect(
            try program.run(bill, language: "fr").out
                == """
                Facture entreposage-2026-01-01 · depot → boreal
                Du 2026-01-01 au 2026-01-31 · CAD
                Tarif                       Quantité  Montant
                ──────────────────────────  ────────  ───────
                entreposage (unités-jours)       311     6,22
                prélèvement                        4     3,40
                desk                               1   120,00
                TPS                                      6,48
                TVQ                                     12,93
                ──────────────────────────  ────────  ───────
                Total                                  149,03
                Proposé; --record l’inscrit.

                """)
        #expect(try program.run(bill + ["--record"]).status == 0)
        #expect(
            try program.run("account", "revenue:services", "--book", "depot", "--format", "csv").out.contains("129.62"))
        let movements = try program.run("stock", "movements", "roman", "--book", "boreal", "--format", "csv").out
        #expect(movements.split(separator: "\r\n").count == 6)
        #expect(movements.contains("2026-01-12,stockShipped,nord,,-4,-4.53,11,12.48"))
        #expect(try program.run("stock", "picks", "--format", "json").out == "[]\n")
        #expect(try program.run("stock", "low", "--below", "12", "--format", "json").out.contains("roman"))
        #expect(try program.run("rebuild", "--check").status == 0)
    }

    @Test func `mistakes are said in one line`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        for (arguments, status) in [
            (["stock", "--book", "ouest"], 66), (["stock", "--site", "ouest"], 66),
            (["stock", "--product", "globe"], 66),
            (["stock", "movements", "globe", "--book", "boreal"], 66),
            (["stock", "usage", "--owner", "boreal", "--site", "nord", "--from", "x", "--to", "2026-01-31"], 64),
            (["stock", "usage", "--owner", "boreal", "--from", "2026-01-01", "--to", "2026-01-31"], 64),
            (
                ["stock", "usage", "--owner", "ouest", "--site", "nord", "--from", "2026-01-01", "--to", "2026-01-31"],
                66
            ),
        ] as [([String], Int32)] {
            let answer = try program.run(arguments)
            #expect(answer.status == status, "\(arguments)")
            #expect(answer.out.isEmpty)
            #expect(!answer.err.isEmpty)
        }
        for command in [
            ["stock"], ["stock", "sites"], ["stock", "picks"], ["stock", "movements", "roman", "--book", "boreal"],
        ] {
            for language in ["fr", "en"] {
                let table = try program.run(command, language: language).out
                #expect(table.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(table)")
            }
        }
    }
}
