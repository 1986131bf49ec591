import Foundation
import Testing

/// Tax slips as an accountant asks for them, from a small cooperative's year end to an amendment.
@Suite struct SlipsTranscriptTests {
    private static let payer = """
        # Qui paie et qui transmet
        address = 1, rue du Marché
        city = Québec
        province = Québec
        postal-code = G1K 1A1
        business-number = 123456789RP0001
        quebec-identification = 1234567890
        quebec-file = 0001
        contact = Zoé L’Écuyer
        area-code = 418
        phone = 555-1234
        transmitter-account = 123456789RP0001
        submission = CB2026-1
        email = impots@exemple.coop
        preparer = NP000000
        certification = RQ-26-01-000
        partner = 0000000000000000
        product = 0000000000000000

        """
    private static let recipients = """
        membre;NAS;nom de famille;prénom;adresse;ville;province;code postal;numéro du relevé
        lea;046 454 286;Bouchard;Léa;"345, rue Sainte-Luce";Lévis;QC;G6V 1A1;100000001

        """

    /// A ledger whose year 2025 paid lea 320.00 on May 1, 2026, less 33.00 of tax.
    private struct Scene {
        let program: Program
        let beside: String

        init() throws {
            program = try Program()
            beside = program.folder + "-beside"
            try FileManager.default.createDirectory(atPath: beside, withIntermediateDirectories: true)
            let fixture = try #require(
                Bundle.module.url(forResource: "petite-coop", withExtension: "jsonl", subdirectory: "Fixtures"))
            #expect(try program.run("init").status == 0)
            #expect(try program.run("record", fixture.path).status == 0)
            let year = ["--year", "2025"]
            for step in [
                ["close"],
                ["resolve", "--reserve-percent", "20", "--meeting", "2026-04-15", "--resolution", "1"]
                    + ["--at", "2026-04-15T16:00:00Z"],
                ["declare", "--at", "2026-04-15T16:00:00Z"],
                ["pay", "--institution", "815", "--at", "2026-05-01T16:00:00Z"],
            ] {
                let answer = try program.run(["surplus"] + step + year)
                #expect(answer.status == 0, "\(step): \(answer.err)")
            }
            try SlipsTranscriptTests.payer.write(toFile: path("payer"), atomically: true, encoding: .utf8)
            try SlipsTranscriptTests.recipients.write(toFile: path("people"), atomically: true, encoding: .utf8)
        }

        func path(_ name: String) -> String { beside + "/" + name }

        func run(_ arguments: String..., language: String = "en") throws -> (status: Int32, out: String, err: String) {
            let answer = try program.run(arguments, language: language)
            return (answer.status, answer.out, answer.err)
        }

        /// With all that an accountant gives.
        func slips(_ form: String, _ folder: String, _ more: String...) throws -> (
            status: Int32, out: String, err: String
        ) {
            let answer = try program.run(
                ["slips", form, "--year", "2026", "--out", path(folder), "--payer", path("payer"), "--recipients"]
                    + [path("people")] + more, language: "fr")
            return (answer.status, answer.out, answer.err)
        }

        /// But for the names of the temporary files, which are long.
        func fits(_ table: String) -> Bool {
            table.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.contains(beside) }
        }

        func file(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

        func end() {
            for path in [program.folder, beside] { try? FileManager.default.removeItem(atPath: path) }
        }
    }

    @Test func `what is missing is listed and the files say not to send them`() throws {
        let scene = try Scene()
        defer { scene.end() }
        let out = scene.path("bare")
        let answer = try scene.run("slips", "t4a", "--year", "2026", "--out", out, language: "fr")
        #expect(answer.status == 1 && answer.err.isEmpty, "\(answer)")
        #expect(scene.fits(answer.out), "\(answer.out)")
        #expect(answer.out.contains("Pas prêt à transmettre") && answer.out.contains("33,00"))
        #expect(
            try scene.file("bare/t4a-2026.csv").split(separator: "\n").last
                == "total,,2026,1,,,,,,,,,,,,320.00,,33.00,,boreal")
        #expect(try scene.file("bare/t4a-2026-original.xml").contains("<!-- NE PAS TRANSMETTRE"))
        #expect(try scene.file("bare/t4a-2026-gaps.csv").contains("lea,RCPNT_NM,missing,"))
        let page = try scene.file("bare/t4a-2026.html")
        #expect(page.contains("NON OFFICIEL") && page.contains("33,00\u{A0}$") && !page.contains("<script"))
        let english = try scene.run("slips", "rl1", "--year", "2026", "--out", out + "2")
        #expect(english.status == 1 && english.out.contains("Not ready to be sent"), "\(english)")
        // Never over what is there, and nothing in part.
        let again = try scene.run("slips", "t4a", "--year", "2026", "--out", out)
        #expect(again.status == 73 && again.out.isEmpty && again.err.split(separator: "\n").count == 1, "\(again)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scene.beside).count == 4)
    }

    @Test func `a whole sending has no gap, the same bytes each time, and well-formed XML`() throws {
        let scene = try Scene()
        defer { scene.end() }
        for form in ["t4a", "rl1"] {
            let first = try scene.slips(form, "a-\(form)")
            #expect(first.status == 0 && first.err.isEmpty && !first.out.contains("Lacune"), "\(first)")
            #expect(try scene.slips(form, "b-\(form)").status == 0)
            let names = try FileManager.default.contentsOfDirectory(atPath: scene.path("a-\(form)")).sorted()
            #expect(names == ["\(form)-2026-original.xml", "\(form)-2026.csv", "\(form)-2026.html"])
            for name in names {
                #expect(try scene.file("a-\(form)/\(name)") == scene.file("b-\(form)/\(name)"), "\(name)")
            }
            let parser = XMLLint(path: scene.path("a-\(form)/\(form)-2026-original.xml"))
            #expect(try parser.isWellFormed())
        }
        let t4a = try scene.file("a-t4a/t4a-2026-original.xml")
        for part in ["<snm>Bouchard</snm>", "<sin>046454286</sin>", "<itx_ddct_amt>33.00</itx_ddct_amt>"] {
            #expect(t4a.contains(part), "\(part)")
        }
        let rl1 = try scene.file("a-rl1/rl1-2026-original.xml")
        #expect(rl1.contains("<MontantCaseO>320.00</MontantCaseO>") && rl1.contains("<NoReleve>100000001</NoReleve>"))
        let json = try scene.run("slips", "t4a", "--year", "2026", "--out", scene.path("j"), "--format", "json")
        #expect(
            json.out.hasPrefix(
                "{\"form\":\"t4a\",\"book\":\"boreal\",\"year\":2026,\"folder\":\"\(scene.path("j"))\",\"files\":[\"t4a-2026.csv\",\"t4a-2026.html\",\"t4a-2026-original.xml\",\"t4a-2026-gaps.csv\"],\"members\":1,\"cash\":\"320.00\",\"shares\":\"0.00\",\"belowThresholds\":0,\"slips\":1,\"paid\":\"320.00\",\"tax\":\"33.00\",\"withheld\":\"33.00\",\"difference\":\"0.00\",\"returned\":\"0.00\",\"originals\":1,\"amended\":0,\"cancelled\":0,\"changes\":null,\"gaps\":"
            ), "\(json.out)")
        let csv = try scene.run("slips", "t4a", "--year", "2026", "--out", scene.path("c"), "--format", "csv")
        #expect(
            csv.out.split(whereSeparator: \.isNewline).last == "1,320.00,0.00,0,1,320.00,33.00,33.00,0.00,0.00,1,0,0")
    }

    @Test func `against the sending before only what changed goes out`() throws {
        let scene = try Scene()
        defer { scene.end() }
        #expect(try scene.slips("rl1", "first").status == 0)
        let same = try scene.slips("rl1", "same", "--previous", scene.path("first"))
        #expect(same.status == 0 && same.out.contains("Rien n’a changé"), "\(same)")
        #expect(!FileManager.default.fileExists(atPath: scene.path("same")))
        // As if 300.00 had been sent, to lea and to marc.
        try FileManager.default.createDirectory(atPath: scene.path("other"), withIntermediateDirectories: true)
        let sent = try scene.file("first/rl1-2026.csv").replacing("320.00", with: "300.00")
        let lea = try #require(sent.split(separator: "\n").first { $0.contains(",lea,") })
        let marc = lea.replacing(",lea,", with: ",marc,").replacing("100000001", with: "100000007")
        let total = "total,,2026,2,,,,,,,,,,,,600.00,,0.00,,boreal"
        let head = String(try #require(sent.split(separator: "\n").first))
        let table: [String] = [head, String(lea), String(marc), total]
        try (table.joined(separator: "\n") + "\n").write(
            toFile: scene.path("other/rl1-2026.csv"), atomically: true, encoding: .utf8)
        try Self.recipients.replacing("100000001", with: "100000009").write(
            toFile: scene.path("people"), atomically: true, encoding: .utf8)
        let changed = try scene.slips("rl1", "changed", "--previous", scene.path("other"))
        #expect(changed.status == 1 && changed.out.contains("modifié") && changed.out.contains("annulé"), "\(changed)")
        #expect(scene.fits(changed.out), "\(changed.out)")
        let amended = try scene.file("changed/rl1-2026-amended.xml")
        #expect(amended.contains("<NoReleveDerniereTrans>100000001</NoReleveDerniereTrans>"))
        #expect(amended.contains("<NoReleve>100000009</NoReleve>") && !amended.contains("NE PAS TRANSMETTRE"))
        // Nobody knows marc's name: his slip is listed, not made up.
        #expect(try scene.file("changed/rl1-2026-gaps.csv").contains("marc,Identification,missing,"))
        #expect(try scene.file("changed/rl1-2026-changes.csv").contains("annulé,2026,marc"))

        let wrong: [(name: String, rows: [String])] = [
            ("sum", table.dropLast() + [total.replacing("600.00", with: "600.01")]),
            ("book", table.map { $0.replacing(",boreal", with: ",autre") }),
            ("year", table.map { $0.replacing(",2026,", with: ",2025,") }),
        ]
        for (name, rows) in wrong {
            try FileManager.default.createDirectory(atPath: scene.path(name), withIntermediateDirectories: true)
            try rows.joined(separator: "\n").write(
                toFile: scene.path(name + "/rl1-2026.csv"), atomically: true, encoding: .utf8)
            let refused = try scene.slips("rl1", "never", "--previous", scene.path(name))
            #expect(refused.status == 65 && refused.err.split(separator: "\n").count == 1, "\(name): \(refused)")
        }
        #expect(try scene.slips("t4a", "never", "--previous", scene.path("first")).status == 66)
        #expect(!FileManager.default.fileExists(atPath: scene.path("never")))
    }

    @Test func `names come from sealed data where the key is given, and a member sees their own slip only`() throws {
        let scene = try Scene()
        defer { scene.end() }
        let key = scene.path("key")
        #expect(try scene.run("identity", "newkey", key).status == 0)
        try #"{"name":"Léa Bouchard","streetAddress":"345, rue Sainte-Luce","city":"Lévis","province":"QC"}"#.write(
            toFile: scene.path("lea.json"), atomically: true, encoding: .utf8)
        #expect(
            try scene.run("identity", "provide", "lea", "--file", scene.path("lea.json"), "--ledger-key", key).status
                == 0)
        let opened = try scene.run("slips", "t4a", "--year", "2026", "--out", scene.path("o"), "--ledger-key", key)
        #expect(opened.status == 1 && opened.err.isEmpty, "\(opened)")
        #expect(try scene.file("o/t4a-2026.csv").contains(",lea,Bouchard,Léa,"))
        let gaps = try scene.file("o/t4a-2026-gaps.csv")
        #expect(gaps.contains("lea,sin,missing") && !gaps.contains("lea,snm") && gaps.contains("lea,pstl_cd,missing"))
        // Without the key the figures come all the same; one line says why the names do not.
        let closed = try scene.run("slips", "t4a", "--year", "2026", "--out", scene.path("x"))
        #expect(closed.status == 1 && closed.err.split(separator: "\n").count == 1, "\(closed)")
        #expect(try scene.file("x/t4a-2026.csv").contains(",lea,,,"))

        let own = try scene.run(
            "--as", "lea", "slips", "t4a", "--year", "2026", "--out", scene.path("own"), "--ledger-key", key)
        #expect(own.status == 0 && own.out.contains("33.00") && !own.out.contains("Withheld by the books"), "\(own)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scene.path("own")).sorted()
                == ["t4a-2026.csv", "t4a-2026.html"])
        // A member's table of recipients finds out about nobody: who is there and who is not answer alike.
        var answers: Set<String> = []
        for name in ["marc", "nobody"] {
            try "member,SIN\n\(name),1\n".write(toFile: scene.path("ask"), atomically: true, encoding: .utf8)
            let asked = try scene.run(
                "--as", "lea", "slips", "t4a", "--year", "2026", "--out", scene.path("ask-out"), "--recipients",
                scene.path("ask"))
            #expect(asked.status == 65)
            answers.insert(asked.err.replacing(name, with: ""))
        }
        #expect(answers.count == 1, "\(answers)")
        let mode = try FileManager.default.attributesOfItem(atPath: scene.path("own/t4a-2026.csv"))
        #expect(mode[.posixPermissions] as? Int == 0o600)
        for actor in ["marc", "815", "coop:autre"] {
            let other = try scene.run("--as", actor, "slips", "t4a", "--year", "2026", "--out", scene.path("no"))
            #expect(other.status == 66 && !other.err.contains("lea") && other.out.isEmpty, "\(actor): \(other)")
        }
        #expect(try scene.run("identity", "erase", "lea", "--reason", "x", "--ledger-key", key).status == 0)
        let erased = try scene.run("slips", "t4a", "--year", "2026", "--out", scene.path("e"), "--ledger-key", key)
        #expect(erased.status == 1, "\(erased)")
        #expect(try scene.file("e/t4a-2026.csv").contains(",lea,,,"))
        #expect(try scene.file("e/t4a-2026.csv").contains(",320.00,022,33.00,"))
    }

    @Test func `wrong files and empty years are one line with its status`() throws {
        let scene = try Scene()
        defer { scene.end() }
        let never = scene.path("never")
        func refused(_ more: [String], _ status: Int32, _ words: String) throws {
            let answer = try scene.program.run(["slips", "t4a", "--out", never] + more)
            #expect(answer.status == status && answer.out.isEmpty, "\(more): \(answer)")
            #expect(answer.err.split(separator: "\n").count == 1 && answer.err.contains(words), "\(answer.err)")
        }
        try refused(["--year", "2025"], 66, "years that have some: 2026")
        try refused(["--year", "1"], 64, "1900 to 9998")
        for (text, words) in [
            ("membre;SIN\nnobody;1\n", "line 2"), ("membre;NAS\nlea;1\nlea;2\n", "line 3"), ("NAS\n1\n", "line 1"),
            ("membre,nom\nlea,x\n", "line 1"), ("membre,NAS\nlea\n", "line 2"), ("membre,NAS\nlea,\"1\n", "line 2"),
            ("", "line 1"),
        ] {
            try text.write(toFile: scene.path("bad"), atomically: true, encoding: .utf8)
            try refused(["--year", "2026", "--recipients", scene.path("bad")], 65, words)
        }
        for (text, words) in [
            ("name = A\nname = B\n", "line 2"), ("nom = A\n", "line 1"), ("t4a-above = x\n", "line 1"),
            ("goods-sales-below = -1\n", "line 1"), ("name\n", "line 1"),
        ] {
            try text.write(toFile: scene.path("bad"), atomically: true, encoding: .utf8)
            try refused(["--year", "2026", "--payer", scene.path("bad")], 65, words)
        }
        try refused(["--year", "2026", "--payer", scene.path("absent")], 66, "absent")
        try refused(["--year", "2026", "--recipients", scene.beside], 66, "regular file")
        #expect(!FileManager.default.fileExists(atPath: never))
        // Thresholds are data: below one of 400.00 only the tax makes a T4A, and no RL-1 is due.
        try "rl1-above = 400.00\n".write(toFile: scene.path("high"), atomically: true, encoding: .utf8)
        let none = try scene.run("slips", "rl1", "--year", "2026", "--out", never, "--payer", scene.path("high"))
        #expect(none.status == 0, "\(none)")
        #expect(try scene.file("never/rl1-2026.csv").contains("total,,2026,0,"))
    }

    @Test func `the platform report says who is reported, who is left out and why`() throws {
        let scene = try Scene()
        defer { scene.end() }
        let out = scene.path("sellers.csv")
        let answer = try scene.run("slips", "platform", "--year", "2025", "--out", out)
        // One sale of 10,000.00, above the consideration of small sellers; marc's name and numbers are not known.
        #expect(
            answer.status == 1 && answer.out.contains("9,600.00") && answer.out.contains("Reported: 1"), "\(answer)")
        #expect(scene.fits(answer.out), "\(answer.out)")
        let row = try #require(try scene.file("sellers.csv").split(separator: "\n").dropFirst().first)
        #expect(row.hasPrefix("2025,marc,") && row.hasSuffix(",9600.00,1,400.00,0.00"), "\(row)")
        #expect(try scene.run("slips", "platform", "--year", "2025", "--out", out).status == 73)
        try
            "member,organisation,business number,address,city,province,postal code,tax residence\nmarc,Marc inc.,123456789RC0001,1 rue A,Alma,QC,G8B 1A1,CA\n"
            .write(toFile: scene.path("firms"), atomically: true, encoding: .utf8)
        let whole = try scene.run(
            "slips", "platform", "--year", "2025", "--out", scene.path("w"), "--recipients", scene.path("firms"),
            "--format", "json")
        #expect(
            whole.status == 0
                && whole.out
                    == "{\"book\":\"boreal\",\"year\":2025,\"file\":\"\(scene.path("w"))\",\"sellers\":[{\"seller\":\"marc\",\"consideration\":\"9600.00\",\"activities\":1,\"fees\":\"400.00\",\"taxes\":\"0.00\",\"isReported\":true,\"exclusion\":null,\"missing\":\"\"}],\"gaps\":0,\"isReady\":true}\n",
            "\(whole)")
        try "goods-consideration-max = 10000.00\n".write(
            toFile: scene.path("rules"), atomically: true, encoding: .utf8)
        let small = try scene.run(
            "slips", "platform", "--year", "2025", "--out", scene.path("s"), "--payer", scene.path("rules"))
        #expect(
            small.status == 0 && small.out.contains("fewer than 30 sales") && small.out.contains("left out: 1"),
            "\(small)")
        let own = try scene.run("--as", "marc", "slips", "platform", "--year", "2025", "--out", scene.path("own"))
        #expect(own.status == 1 && own.out.contains("9,600.00"), "\(own)")
        #expect(
            try scene.run("--as", "lea", "slips", "platform", "--year", "2025", "--out", scene.path("n")).status == 66)
        #expect(try scene.run("slips", "platform", "--year", "2024", "--out", scene.path("n")).status == 66)
        #expect(!FileManager.default.fileExists(atPath: scene.path("n")))
    }
}

/// `xmllint`, where it is installed.
private struct XMLLint {
    let path: String

    func isWellFormed() throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/xmllint")
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/xmllint") else { return true }
        process.arguments = ["--noout", path]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
