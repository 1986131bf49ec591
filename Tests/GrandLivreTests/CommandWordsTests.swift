import Foundation
import Testing

/// What tables show may be typed, in both languages, and what is shown is in the order and number asked for.
@Suite struct CommandWordsTests {
    @Test func `states, groupings and fees are taken as tables name them, and a wrong one lists what is accepted`()
        throws
    {
        let table = try CommandTable()
        defer { table.remove() }
        let program = table.program
        for (line, words, accepted) in [
            (
                ["parcels", "--book", "grand-io", "--state"], ["lost", "perdu", "Perdu"], "préparé, en route, au casier"
            ),
            (["parcels", "--book", "grand-io", "--state"], ["inTransit", "in transit", "en route"], "ramassé"),
            (["rides", "--book", "covoit", "--state"], ["cancelled", "annulée", "annulee"], "terminée"),
            (["deliveries", "--book", "grand-io", "--by"], ["month", "mois"], "promesse, casier, transporteur, mois"),
        ] {
            let answers = try words.map { try program.run(line + [$0, "--format", "csv"]) }
            #expect(answers.allSatisfy { $0.status == 0 && $0.out == answers[0].out }, "\(line) \(words)")
            let wrong = try program.run(line + ["zzz"], language: "fr")
            #expect(wrong.status == 64 && wrong.err.contains(accepted), "\(wrong.err)")
        }
        let help = try program.run("help", "parsels")
        #expect(help.status == 64 && help.err.contains("parcels") && help.out.isEmpty, "\(help)")
        #expect(try program.run("help", "parcels", "show").status == 0)
        let none = try program.run("orders", "--book", "grand-io", "--seller", "detaillant-1x")
        #expect(none.status == 66)
    }

    @Test func `a limit keeps the first rows of what is shown`() throws {
        let table = try CommandTable()
        defer { table.remove() }
        let program = table.program
        for (line, prefix) in [
            (["orders", "--book", "grand-io"], "c-"), (["parcels", "--book", "grand-io"], "colis-"),
            (["rides", "--book", "covoit"], "course-"), (["licences", "--book", "grand-io"], "licence-"),
            (["catalog", "--book", "grand-io"], "p-"),
        ] {
            let shown = try program.run(line + ["--limit", "12"]).out.split(separator: "\n")
            let names = shown.dropFirst(2).compactMap { $0.split(separator: " ").first.map(String.init) }
                .filter { $0.hasPrefix(prefix) }
            let numbers = names.compactMap { Int($0.dropFirst(prefix.count)) }
            #expect(numbers.count == 12 && numbers == numbers.sorted() && numbers.last ?? 0 < 60, "\(line) \(names)")
            #expect(shown.last?.contains("--limit all") == true, "\(line)")
            let csv = try program.run(line + ["--limit", "12", "--format", "csv"]).out
            #expect(csv.split(whereSeparator: \.isNewline).count == 13, "\(line)")
            // What a program reads is whole; a table says where it stops, and the help when.
            for format in ["csv", "json"] {
                let all = try program.run(line + ["--limit", "all", "--format", format]).out
                #expect(try program.run(line + ["--format", format]).out == all, "\(line)")
            }
            let rows = try program.run(line + ["--limit", "all", "--format", "csv"]).out.split(
                whereSeparator: \.isNewline)
            let table = try program.run(line).out
            #expect(rows.count <= 51 || table.contains("limit: 50") && table.contains("--limit all"), "\(line)")
            #expect(try program.run(line + ["--help"]).out.contains("default 50"), "\(line)")
        }
        let sold = try program.run("orders", "--book", "grand-io", "--seller", "detaillant-1", "--format", "json")
        #expect(sold.status == 0 && sold.out.contains("\"order\":"), "\(sold.err)")
    }
}
