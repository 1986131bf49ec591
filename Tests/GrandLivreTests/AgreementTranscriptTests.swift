import Foundation
import Testing

/// Agreements from the command line: what is proposed, recorded and set off, in French first.
@Suite struct AgreementTranscriptTests {
    private func opened() throws -> Program {
        let program = try Program()
        let fixture = try #require(
            Bundle.module.url(forResource: "federation", withExtension: "jsonl", subdirectory: "Fixtures"))
        #expect(try program.run("init").status == 0)
        let recorded = try program.run("record", fixture.path)
        #expect(recorded.status == 0, "\(recorded.err)")
        return program
    }

    /// What nothing counts, bob approves for the client: his key is that of the fixture.
    private static func february(_ program: Program) throws -> [String] {
        let key = program.folder + "-bob.key"
        guard
            FileManager.default.createFile(
                atPath: key, contents: Data("A2JvYgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n".utf8),
                attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
        return [
            "agreement", "bill", "plateforme", "--from", "2017-02-01", "--to", "2017-02-28", "--units",
            "sales=1000000", "--units", "pick=10", "--key", key, "--at", "2017-04-11T15:00:00Z",
        ]
    }

    @Test func `an invoice is proposed, recorded once, and owed on both sides`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let february = try Self.february(program)
        defer { try? FileManager.default.removeItem(atPath: program.folder + "-bob.key") }
        let unsigned = try program.run(february.filter { !$0.hasSuffix("key") }, language: "fr")
        #expect(unsigned.status == 65 && unsigned.err.contains("approvals"), "\(unsigned.err)")
        let proposed = try program.run(february, language: "fr")
        // Fees are taken as tables name them.
        let french = february.map {
            $0.replacing("sales=", with: "Ventes=").replacing("pick=", with: "prélèvement=")
        }
        #expect(try program.run(french, language: "fr").out == proposed.out)
        #expect(proposed.status == 0, "\(proposed.err)")
        #expect(
            proposed.out == """
                Facture plateforme-2017-02-01 · grand-io → libraires
                Du 2017-02-01 au 2017-02-28 · CAD
                Tarif        Quantité  Montant
                ───────────  ────────  ───────
                platform            1   500,00
                ventes        1000000   150,00
                prélèvement        10     8,50
                TPS                      32,93
                TVQ                      65,69
                ───────────  ────────  ───────
                Total                   757,12
                Proposé; --record l’inscrit.

                """)
        let before = try program.run("stats", "--format", "json").out
        #expect(try program.run(february + ["--format", "json"]).status == 0)
        #expect(try program.run("stats", "--format", "json").out == before)
        let recorded = try program.run(february + ["--record"])
        #expect(recorded.status == 0 && recorded.out.hasSuffix("Recorded · events: 1, recorded before: 0\n"))
        #expect(try program.run(february + ["--record"]).out.hasSuffix("events: 0, recorded before: 1\n"))
        // Another day, too: the bill of February is the same bill.
        let later = Array(february.dropLast(2))
        let repeated = try program.run(later + ["--record"], language: "fr")
        #expect(repeated.status == 0, "\(repeated.err)")
        #expect(repeated.out.contains("Déjà inscrit par l’événement ") && repeated.out.hasSuffix("déjà inscrits : 1\n"))
        #expect(
            try program.run(later + ["--record", "--format", "json"]).out.hasSuffix("{\"recorded\":0,\"repeats\":1}\n"))
        let other = try program.run(later.map { $0 == "pick=10" ? "pick=11" : $0 } + ["--record"], language: "fr")
        #expect(
            other.status == 65 && other.out.isEmpty && other.err.contains("déjà inscrit par l’événement"),
            "\(other.err)")
        let again = try program.run(february + ["--invoice", "other", "--record"])
        #expect(again.status == 65 && again.out.isEmpty && again.err.contains("lines[0].fee"))
        let shown = try program.run("agreement", "show", "plateforme", "--format", "json")
        #expect(shown.out.contains(#""total":"757.12""#))
        #expect(shown.out.contains(#""debtor":"libraires","creditor":"grand-io","currency":"CAD","upTo30":"757.12""#))
    }

    @Test func `a bill is of the last instant of the days that it bills, unless told otherwise`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let bill = ["agreement", "bill", "plateforme", "--from", "2017-03-01", "--to", "2017-03-31", "--record"]
        let recorded = try program.run(bill)
        #expect(recorded.status == 0, "\(recorded.err)")
        let shown = try program.run("agreement", "show", "plateforme", "--format", "json").out
        #expect(shown.contains("2017-03-31"), "\(shown)")
        let log = try program.run("log", "--type", "serviceInvoiced", "--format", "json").out
        #expect(log.contains("2017-03-31T23:59:59.999999Z"), "\(log)")
    }

    @Test func `what a client paid of tax stands in its return`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let taxes = try program.run(
            "taxes", "--book", "libraires", "--year", "2017", "--format", "json", language: "en")
        #expect(taxes.status == 0, "\(taxes.err)")
        // Of the invoice 2017-01: GST 88.24, QST 176.04.
        #expect(taxes.out.contains("88.24") && taxes.out.contains("176.04"), "\(taxes.out)")
    }

    @Test func `debts are set off, and mistakes say what is wrong`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let netting = ["agreement", "netting", "libraires", "grand-io", "--at", "2017-04-11T15:00:00Z"]
        let proposed = try program.run(netting, language: "fr")
        #expect(
            proposed.out
                == """
                Monnaie  libraires doit  grand-io doit  À compenser
                ───────  ──────────────  ─────────────  ───────────
                CAD            2 029,10         344,93       344,93
                Proposé; --record l’inscrit.

                """.replacingOccurrences(of: "2 029", with: "2\u{202F}029"))
        #expect(try program.run(netting + ["--record"]).status == 0)
        let after = try program.run(netting + ["--format", "json"])
        #expect(after.out.contains(#"{"currency":"CAD","firstOwes":"1684.17","secondOwes":"0.00","netting":"0.00"}"#))
        #expect(
            try program.run("agreement", "list", "--client", "libraires", "--format", "csv").out.split(
                separator: "\r\n"
            ).count == 2)
        #expect(try program.run("agreement", "netting", "libraires", "libraires").status == 64)
        #expect(try program.run("agreement", "show", "nope").status == 66)
        #expect(try program.run("agreement", "bill", "plateforme", "--from", "x", "--to", "2017-02-28").status == 64)
        for units in ["sales", "sales=x", "=1", "sales=-1"] {
            let wrong = try program.run(
                "agreement", "bill", "plateforme", "--from", "2017-02-01", "--to", "2017-02-28", "--units", units)
            #expect(wrong.status == 64, "\(units): \(wrong.err)")
        }
    }

    @Test func `a cooperative's statement is what it and others owe each other, and the result of its years`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let text = try program.run("statement", "grand-io", language: "fr")
        #expect(text.status == 0, "\(text.err)")
        #expect(text.out.contains("Ce que vous devez · ") && text.out.contains("Ce qui vous est dû · "))
        #expect(text.out.contains("Résultat des exercices (CAD)\n") && text.out.contains("non clos"))
        #expect(text.out.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text.out)")
        let mine = try program.run("--as", "coop:grand-io", "statement", "grand-io", "--format", "json")
        #expect(
            mine.out
                == (try program.run("statement", "coop:grand-io", "--format", "json").out
                    .replacingOccurrences(of: "coop:grand-io", with: "grand-io")))
        #expect(mine.out.contains(#""results":[{"fiscalYear":null,"#))
        // Another cooperative sees what stands in its own book, and no result.
        let theirs = try program.run("--as", "coop:libraires", "statement", "grand-io", "--format", "json")
        #expect(theirs.status == 0 && !theirs.out.contains("results") && theirs.out.contains(#""book":"libraires""#))
        #expect(!theirs.out.contains(#""book":"grand-io""#))
        // A cooperative that has dealt with no other yet has its result.
        #expect(try program.run("statement", "nope").status == 66)
        #expect(try program.run("--as", "coop:libraires", "statement", "nope").status == 66)
    }

    @Test func `the combined statement leaves mirrors out and never adds two currencies`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let combined = try program.run(["balances", "--combined"], language: "fr")
        #expect(combined.status == 0)
        #expect(combined.out.contains("États combinés · grand-io + libraires + fonds · CAD\n"))
        #expect(combined.out.contains("États combinés · grand-io + libraires + fonds · USD\n"))
        let rows = combined.out.split(separator: "\n")
        #expect(
            rows.filter { $0.hasPrefix("Débits moins crédits") && $0.hasSuffix("0,00          0,00       0,00") }.count
                == 2)
        #expect(rows.allSatisfy { $0.count <= 80 })
        #expect(rows.contains { $0.contains("revenue:services") && $0.hasSuffix("−3\u{202F}425,00") })
        #expect(try program.run("balances", "--combined", "--books", "grand-io,nope").status == 66)
        #expect(try program.run("balances", "--books", "grand-io").status == 64)
        #expect(try program.run("balances", "--combined", "--book", "grand-io").status == 64)
    }
}
