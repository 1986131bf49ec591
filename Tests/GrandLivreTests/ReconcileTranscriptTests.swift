import Foundation
import Testing

/// The reconcile commands as a treasurer types them, from an institution's file to a month that two persons signed.
@Suite struct ReconcileTranscriptTests {
    private static let policy = """
        {"effectiveAt":"2025-01-05T14:00:00Z","book":"boreal","source":"registre","key":"rapprochement","actor":"secretaire","policyAdopted":{"reconciliation":{"windowDays":5,"feeMaxPpm":30000,"feeMaxMinor":"100","settlementTexts":[{"text":"moneris"}],"writeOffMaxMinor":"2000","writeOffMonthMaxMinor":"3000"}}}

        """
    private static let mapping = """
        institution = 815
        account = 815-20010-0042
        date = date
        amount = montant
        balance = solde
        reference = numero
        code = code
        description = texte

        """
    private static let statement = """
        date,montant,solde,numero,code,texte
        2025-02-03,11267.55,11767.55,D1,,Dépôt Moneris
        2025-02-28,-4.50,11763.05,F1,CHRG,Frais mensuels
        2025-02-28,12.34,11775.39,X1,,Virement de Léa

        """

    private func opened() throws -> (program: Program, files: [String]) {
        let program = try Program()
        let fixture = try #require(
            Bundle.module.url(forResource: "petite-coop", withExtension: "jsonl", subdirectory: "Fixtures"))
        #expect(try program.run("init").status == 0)
        #expect(try program.run("record", fixture.path).status == 0)
        var files: [String] = []
        for (name, text) in [("policy.jsonl", Self.policy), ("mapping", Self.mapping), ("csv", Self.statement)] {
            let path = program.folder + "-" + name
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            files.append(path)
        }
        let policy = try program.run("record", files[0])
        #expect(policy.status == 0, "\(policy.err)")
        return (program, files)
    }

    private func remove(_ program: Program, _ files: [String]) {
        for path in [program.folder] + files { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test func `a month from the file to both signatures`() throws {
        let (program, files) = try opened()
        let page = program.folder + ".html"
        defer { remove(program, files + [page]) }
        let line = ["reconcile", "import", files[2], "--mapping", files[1]]
        let undeclared = try program.run(line, language: "fr")
        #expect(undeclared.status == 65 && undeclared.err.split(separator: "\n").count == 1)
        #expect(
            undeclared.err.contains("compte non déclaré : 815-20010-0042, CAD, solde de 500,00"), "\(undeclared.err)")
        let imported = try program.run(line + ["--declare", "815-courant", "--format", "csv"])
        #expect(imported.status == 0 && imported.out.contains(",3,3,recorded"), "\(imported)")
        #expect(try program.run(line + ["--format", "csv"]).out.contains(",3,0,known"))

        let matched = try program.run("reconcile", "match", "--format", "json")
        #expect(matched.status == 1, "\(matched)")
        #expect(
            matched.out.contains(
                "\"fundsSettled\":1,\"payoutsSettled\":0,\"payoutsReturned\":0,\"fees\":1,\"chargebacks\":0,\"suspended\":0,\"entriesLeft\":1,\"itemsLeft\":0,\"difference\":\"0.00\""
            ), "\(matched.out)")
        let exceptions = try program.run("reconcile", "exceptions", "--format", "csv")
        #expect(exceptions.status == 1 && exceptions.out.contains(",statement,2025-02-28,12.34,CAD,"), "\(exceptions)")
        let entry = try #require(exceptions.out.split(whereSeparator: \.isNewline).last?.split(separator: ",")[1])
        let assigned = try program.run(
            "reconcile", "assign", "--account", "815-courant", "--entry", String(entry), "--owner", "marc")
        #expect(assigned.status == 0, "\(assigned)")
        let explained = try program.run("reconcile", "explain", String(entry), "--format", "json")
        #expect(explained.status == 0 && explained.out.contains("\"owner\":\"marc\""), "\(explained)")
        #expect(try program.run("reconcile", "explain", "0").status == 66)
        let status = try program.run("reconcile", "status", language: "fr")
        #expect(status.status == 1 && status.out.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(status.out)")

        // More than the policy allows is refused; by hand it takes a reason and two parts.
        let off = ["reconcile", "write-off", "--account", "815-courant", "--entry", String(entry)]
        #expect(try program.run(off).status == 64)
        #expect(try program.run(off + ["--reason", "personne ne la réclame"]).status == 0)
        #expect(try program.run("reconcile", "match").status == 0)
        #expect(try program.run("reconcile", "exceptions").status == 0)
        #expect(try program.run("reconcile", "match", "--by-hand", "--account", "815-courant").status == 64)

        let report = ["reconcile", "report", "--institution", "815", "--month", "2025-02"]
        for format in ["table", "json", "csv"] {
            let answer = try program.run(report + ["--format", format], language: "fr")
            #expect(answer.status == 0, "\(format): \(answer)")
            #expect(format != "table" || answer.out.split(separator: "\n").allSatisfy { $0.count <= 80 })
        }
        #expect(try program.run(report + ["--html", page]).status == 0)
        #expect(try String(contentsOfFile: page, encoding: .utf8).contains("11,775.39"))
        #expect(try program.run("reconcile", "report", "--institution", "006", "--month", "2025-02").status == 66)
        let sign = ["reconcile", "sign", "--account", "815-courant", "--month", "2025-02", "--actor"]
        #expect(try program.run(sign + ["marc", "--by", "reviewer"]).status == 65)
        #expect(try program.run(sign + ["lea"]).status == 0)
        #expect(try program.run(sign + ["lea", "--by", "reviewer"]).status == 65)
        #expect(try program.run(sign + ["marc", "--by", "reviewer"]).status == 0)
        #expect(
            try program.run(report + ["--format", "json"]).out.contains("\"preparer\":\"lea\",\"reviewer\":\"marc\""))
    }

    @Test func `without accounts there is nothing to reconcile, and wrong files are one line`() throws {
        let (program, files) = try opened()
        defer { remove(program, files) }
        for command in ["status", "exceptions", "match"] {
            for format in ["table", "json", "csv"] {
                #expect(try program.run("reconcile", command, "--format", format).status == 0, "\(command)")
            }
        }
        let wrong = try program.run("reconcile", "import", files[1])
        #expect(wrong.status == 65 && wrong.err.split(separator: "\n").count == 1, "\(wrong)")
        #expect(try program.run("reconcile", "import", files[1] + "x").status == 66)
    }
}
