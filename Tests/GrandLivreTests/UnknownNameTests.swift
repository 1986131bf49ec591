import Foundation
import Testing

/// What the ledger has never seen is answered so, whatever the command and wherever the name stands.
@Suite struct UnknownNameTests {
    @Test func `every command answers an unknown name in every place with 66 and one line`() throws {
        let table = try CommandTable()
        defer { table.remove() }
        let unknown = "zzz-inconnu-zzz"
        let commands = try table.commands()
        #expect(commands.count > 35)
        var places = 0
        for command in commands {
            let named =
                command.options.filter { CommandTable.names.contains($0.value) }.map(\.option)
                + command.arguments.filter(CommandTable.names.contains)
            for place in named {
                var given = [place: unknown]
                // Two options that do not go together, and one that needs another.
                if place == "--books" { given["--combined"] = "" }
                if command.words == ["stock", "usage"] {
                    given[place == "--site" ? "--site" : "--operator"] = place == "--owner" ? "entrepot" : unknown
                }
                if command.words == ["taxes"] { given["--year"] = "2025" }
                if command.words == ["replay"] { given["--explain"] = "assets:bank" }
                var line = table.line(command, given)
                if place == "--books" { line = command.words + ["--combined", "--books", unknown] }
                let answer = try table.program.run(line, language: "fr")
                places += 1
                #expect(
                    answer.status == 66, "\(line) ended with \(answer.status): \(answer.err)\(answer.out.prefix(200))")
                #expect(answer.err.split(separator: "\n").count == 1, "\(line): \(answer.err)")
                #expect(answer.out.isEmpty, "\(line) printed \(answer.out.prefix(200))")
            }
        }
        #expect(places > 80)
    }

    @Test func `a near name is proposed, and a known one without rows is answered with a sentence`() throws {
        let table = try CommandTable()
        defer { table.remove() }
        let program = table.program
        let book = ["--book", "grand-io"]
        for (line, near) in [
            (["log", "--party", "m-1x"], "m-1"), (["balances", "--book", "grandio"], "grand-io"),
            (["member", "M-12"] + book, "m-12"), (["catalog", "p-1x"] + book, "p-1"),
            (["catalog", "--department", "electronique"] + book, "Électronique"),
            (["balances", "--account", "assets:bnak"], "assets:bank"),
            (["account", "assets:bnak"] + book, "assets:bank"),
            (["orders", "c-12x"] + book, "c-12"), (["parcels", "show", "coli-1"] + book, "colis-1"),
            (["parcels", "--site", "casier-1x"] + book, "casier-1"),
            (["stock", "--site", "entrepot-m"], "entrepot-montreal"),
            (["rides", "show", "cuorse-1", "--book", "covoit"], "course-1"),
            (["agreement", "show", "entrepossage"], "entreposage"),
        ] {
            let french = try program.run(line, language: "fr")
            #expect(
                french.status == 66 && french.err.hasSuffix("vouliez-vous dire « \(near) » ?\n"),
                "\(line): \(french.err)")
            let english = try program.run(line)
            #expect(
                english.status == 66 && english.err.hasSuffix("did you mean \"\(near)\"?\n"), "\(line): \(english.err)")
        }
        for line in [
            ["orders", "--buyer", "artiste-1"] + book, ["licences", "--member", "hote-banque"] + book,
            ["surplus", "register", "--holder", "artiste-1", "--book", "covoit"],
            ["statement", "m-12", "--book", "uniqc"], ["balances", "--party", "m-12", "--book", "uniqc"],
        ] {
            let answer = try program.run(line, language: "fr")
            #expect(
                answer.status == 0 && answer.out.split(separator: "\n").last?.hasSuffix(".") == true,
                "\(line): \(answer)")
        }
        // A competitor's name is not proposed to whoever may not know it.
        let asked = try program.run(["log", "--party", "m-1x", "--as", "m-2"], language: "fr")
        #expect(asked.status == 66 && !asked.err.contains("vouliez-vous"))
    }

    @Test func `a word that is no command, option, type or limit is answered with what is near or accepted`() throws {
        let program = try Program()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        #expect(try program.run("init").status == 0)
        for (line, said) in [
            (["balences"], "balences : commande inconnue; vouliez-vous dire « balances » ?"),
            (["surplus", "shwo"], "shwo : commande inconnue; vouliez-vous dire « show » ?"),
            (["parcels", "lits"], "lits : commande inconnue; vouliez-vous dire « list » ?"),
            (["xyzzy"], "xyzzy : commande inconnue; « grandlivre --help » les nomme"),
            (
                ["log", "--type", "PurchasePlace"],
                "--type « PurchasePlace » : type inconnu; vouliez-vous dire « PurchasePlaced » ?"
            ),
            (["log", "--limt", "3"], "option inconnue '--limt'; vouliez-vous dire '--limit' ?"),
        ] {
            let answer = try program.run(line, language: "fr")
            #expect(answer.status == 64 && answer.err == "grandlivre: \(said)\n", "\(line): \(answer.err)")
        }
        for command in ["log", "catalog", "orders", "licences", "rides", "parcels", "surplus show", "surplus groups"] {
            for limit in ["0", "-1", "x", "", "99999999999999999999"] {
                let answer = try program.run(command.split(separator: " ").map(String.init) + ["--limit", limit])
                #expect(
                    answer.status == 64 && answer.err.contains("accepted: a number from 1 on, or all"),
                    "\(command) \(limit)")
            }
        }
        #expect(try program.run("--version").out.hasPrefix("grandlivre "))
    }
}
