import Foundation
import Testing

/// The year's end of a cooperative whose consumers and sellers share, from the command line (Docs/surplus.md).
@Suite struct SurplusTranscriptTests {
    /// Closed, interest allocated, allocated with minutes, declared and paid.
    private func ended() throws -> Program {
        let program = try Program()
        let fixture = try #require(
            Bundle.module.url(forResource: "solidaire", withExtension: "jsonl", subdirectory: "Fixtures"))
        #expect(try program.run("init").status == 0)
        let recorded = try program.run("record", fixture.path)
        #expect(recorded.status == 0, "\(recorded.err)")
        let minutes = program.folder + "-minutes.txt"
        try "minutes\n".write(toFile: minutes, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: minutes) }
        for arguments in [
            ["close"], ["interest", "--rate", "5", "--at", "2026-03-01T15:00:00Z"],
            [
                "resolve", "--reserve-percent", "20", "--shares-percent", "20", "--meeting", "2026-04-15",
                "--resolution", "2026-1", "--minutes", minutes, "--at", "2026-04-15T16:00:00Z",
            ], ["declare", "--at", "2026-04-15T16:00:00Z"],
            ["pay", "--institution", "815", "--at", "2026-05-01T16:00:00Z"],
            ["pay-interest", "--institution", "815", "--at", "2026-05-01T16:00:00Z"],
        ] {
            let answer = try program.run(["surplus"] + arguments + ["--year", "2025"])
            #expect(answer.status == 0 && answer.err == "", "\(arguments): \(answer.err)")
        }
        return program
    }

    @Test func `members of several groups, the register and the report`() throws {
        let program = try ended()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        #expect(
            try program.run("surplus", "groups", "--year", "2025", "--format", "csv").out
                == [
                    "group,member,base,cash,shares", "consumer,alice,500.00,194.32,64.78",
                    "consumer,benoit,200.00,77.73,25.91", "consumer,ferme,100.00,38.86,12.95",
                    "seller,ferme,1000.00,259.09,86.36", "",
                ].joined(separator: "\r\n"))
        #expect(
            try program.run("surplus", "show", "--year", "2025", "--member", "ferme", "--format", "json").out
                == #"{"member":"ferme","year":2025,"groups":[{"group":"consumer","base":"100.00","totalBase":"800.00","pool":"414.55","exactShareMinor":"5181.875000","dividend":"51.81"},{"group":"seller","base":"1000.00","totalBase":"1000.00","pool":"345.45","exactShareMinor":"34545.000000","dividend":"345.45"}],"dividend":"397.26","withheld":"44.59","paid":"262.67","declaredSequence":37,"paidSequence":40,"cash":"307.26","shares":"90.00"}"#
                + "\n")
        #expect(
            try program.run(
                "surplus", "register", "--from", "2025-10-01", "--at", "2025-10-31", language: "fr"
            ).out.replacingOccurrences(of: "\u{202F}", with: " ")
                == """
                Registre des parts · La Solidaire, coopérative de solidarité · au 2025-10-31
                Détenteur  Parts         Depuis      Début  Émises  Rach.  Fin   Montant     Dû
                ─────────  ────────────  ──────────  ─────  ──────  ─────  ───  ────────  ─────
                alice      sociales      2025-01-02      2       0      0    2     20,00   0,00
                alice      privilégiées  2025-01-03     10       0      0   10  1 000,00   0,00
                benoit     sociales      2025-01-02      2       0      2    0      0,00  20,00
                ferme      sociales      2025-01-02      2       0      0    2     20,00   0,00
                ─────────  ────────────  ──────────  ─────  ──────  ─────  ───  ────────  ─────
                Total                                   16       0      2   14  1 040,00  20,00

                """)
        let groups = try program.run("surplus", "groups", "--year", "2025", language: "fr").out
        #expect(groups.contains("% des ristournes avant les plafonds · membres : 3"), "\(groups)")
        let report = try program.run("surplus", "report", "--year", "2025", "--format", "csv").out
        // As they are paid: 170.00 in whole shares.
        for line in [
            "dividends,consumer,shares,92.95", "dividends,seller,shares,77.05", "members,user,left,1",
            "shares,common,closing,4", "income,surplus,amount,1000.00",
            "allocation,allocatable,amount,950.00", "reserve,afterAllocation,amount,190.00",
            "dividends,seller,cash,268.40", "payments,interestPaid,amount,50.00", "business,consumer,withOthers,200.00",
        ] {
            #expect(report.contains(line + "\r\n"), "\(line)")
        }
        let french = try program.run("surplus", "report", "--year", "2025", language: "fr").out
        #expect(french.contains("dont fractions de parts versées en argent"), "\(french)")
        #expect(french.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(french.contains("Intérêt des parts privilégiées"))
        // printf 'minutes\n' | sha256sum
        let log = try program.run("log", "--type", "allocationResolved", "--format", "json").out
        #expect(log.contains(#""minutesSha256":"#))
        #expect(try program.run("rebuild", "--check").status == 0)
    }

    @Test func `a member reads their groups in a table, and what of a dividend was cash, tax and shares`() throws {
        let program = try ended()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        #expect(
            try program.run("--as", "ferme", "surplus", "groups", "--year", "2025", language: "fr").out
                .replacingOccurrences(of: "\u{202F}", with: " ")
                    == """
                    La Solidaire, coopérative de solidarité · 2025
                    Groupe        Membre  Volume d’affaires  En argent  En parts
                    ────────────  ──────  ─────────────────  ─────────  ────────
                    consommateur  ferme              100,00      38,86     12,95
                    vendeur       ferme            1 000,00     259,09     86,36

                    """)
        let statement = try program.run("--as", "ferme", "statement", "ferme", language: "fr").out
        let dividends = statement.split(separator: "\n").filter { $0.contains("istourne") || $0.contains("Impôt") }
            .map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            dividends == [
                "Ce qui vous est dû · vos ristournes (CAD)", "2026-04-15 Ristourne déclarée 397,26 397,26",
                "2026-05-01 Ristourne versée en argent −262,67 134,59",
                "2026-05-01 Impôt retenu sur la ristourne −44,59 90,00",
                "2026-05-01 Ristourne versée en parts −90,00 0,00",
                "2026-05-01 Parts émises en ristourne 90,00 110,00",
            ], "\(dividends)")
        let csv = try program.run("statement", "ferme", "--format", "csv").out.split(separator: "\r\n")
        #expect(
            csv.compactMap { $0.split(separator: ",").last }.filter { ["cash", "withheld", "shares"].contains($0) }
                == ["cash", "withheld", "shares"])
    }

    @Test func `mistakes have their statuses`() throws {
        let program = try ended()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let statuses: [([String], Int32)] = [
            (["report", "--year", "2024"], 66), (["groups", "--year", "2024"], 66),
            (["register", "--at", "soon"], 64), (["register", "--holder", "nobody"], 66),
            (["interest", "--year", "2025", "--rate", "many"], 64),
            (["interest", "--year", "2025", "--rate", "6", "--at", "2026-06-01T16:00:00Z"], 65),
            (["show", "--year", "2025", "--member", "nobody"], 66),
            (
                [
                    "resolve", "--year", "2025", "--meeting", "2026-04-15", "--resolution", "x", "--minutes",
                    "/nowhere/minutes.pdf",
                ], 66
            ),
        ]
        for (arguments, status) in statuses {
            let answer = try program.run(["surplus"] + arguments)
            #expect(answer.status == status, "\(arguments): \(answer.err)")
            #expect(answer.err.split(separator: "\n").count == 1, "\(arguments)")
        }
    }

    @Test func `a year that is allocated is not planned again`() throws {
        let program = try ended()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let answer = try program.run("surplus", "plan", "--year", "2025")
        #expect(answer.status == 1 && answer.out == "")
        #expect(answer.err.contains("already allocated by the resolution at event "))
        #expect(answer.err.contains("\"grandlivre surplus show --year 2025\""))
    }

    @Test func `every book of a ledger closes its own year`() throws {
        let program = try Program()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let fixture = try #require(
            Bundle.module.url(forResource: "federation", withExtension: "jsonl", subdirectory: "Fixtures"))
        #expect(try program.run("init").status == 0)
        #expect(try program.run("record", fixture.path).status == 0)
        for book in ["libraires", "fonds"] {
            let answer = try program.run("surplus", "close", "--year", "2017", "--book", book)
            #expect(answer.status == 0, "\(answer.err)")
        }
    }

    @Test func `a resolution without minutes is recorded with a word about them`() throws {
        let program = try Program()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let fixture = try #require(
            Bundle.module.url(forResource: "solidaire", withExtension: "jsonl", subdirectory: "Fixtures"))
        #expect(try program.run("init").status == 0)
        #expect(try program.run("record", fixture.path).status == 0)
        #expect(try program.run("surplus", "close", "--year", "2025").status == 0)
        let answer = try program.run(
            "surplus", "resolve", "--year", "2025", "--reserve-percent", "100", "--meeting", "2026-04-15",
            "--resolution", "2026-1", "--at", "2026-04-15T16:00:00Z")
        #expect(answer.status == 0)
        #expect(answer.err == "grandlivre: resolution without minutes; --minutes FILE records their hash\n")
    }
}
