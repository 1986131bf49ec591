import Foundation
import Testing

/// What a person reads fits the 80 columns of a terminal, and nothing is cut that must be read whole.
@Suite struct TableWidthTests {
    private static let width = 80
    /// Besides the shortest call of each command.
    private static let more: [[String]] = [
        ["orders", "c-12", "--book", "grand-io"], ["orders", "--buyer", "m-12", "--book", "grand-io"],
        ["orders", "--summary", "--book", "grand-io"], ["balances", "--combined"], ["balances", "--parties"],
        ["balances", "--all"], ["balances", "--as", "institution:815"], ["log", "--party", "m-12"],
        ["log", "--limit", "400"], ["log", "--limit", "all"], ["taxes", "--year", "2025", "--book", "grand-io"],
        ["account", "liabilities:seller-payable", "--book", "grand-io", "--from", "2025-01-15"], ["stats"],
        ["statement", "detaillant-1"], ["catalog", "--limit", "all", "--book", "grand-io"],
        ["royalties", "split", "p-1080", "--book", "grand-io"], ["agreement", "show", "entreposage"],
        ["rides", "show", "course-1", "--book", "covoit"], ["stock", "--book", "libraires"], ["statement", "m-1"],
        ["stock", "movements", "p-1045", "--book", "libraires"], ["deliveries", "--by", "carrier"],
        ["deliveries", "--late"],
        [
            "audit", "sample", "liabilities:seller-payable", "--year", "2025", "--book", "grand-io", "--seed", "1",
            "--materiality", "500.00",
        ], ["audit", "ties", "--year", "2025", "--book", "covoit"],
        ["identity", "show", "m-1"], ["member", "detaillant-1", "--book", "grand-io"],
    ]

    @Test(arguments: ["fr", "en"]) func `every table fits a terminal and cuts no name, date or amount`(language: String)
        throws
    {
        let table = try CommandTable()
        defer { table.remove() }
        // What is always JSON is for programs.
        let commands = try table.commands().filter { $0.words != ["member", "export"] }
        for line in commands.map({ table.line($0) }) + Self.more {
            let shown = try table.program.run(line + ["--format", "table"], language: language)
            guard shown.status == 0 else { continue }
            let cells = try table.program.run(line + ["--format", "csv"]).out
                .split(whereSeparator: { ",\r\n\"".contains($0) }).map(String.init).filter { $0.count <= 20 }
            let known = Set(cells.filter { !$0.contains(" ") })
            for text in shown.out.split(separator: "\n") {
                #expect(text.count <= Self.width, "\(line): \(text)")
                guard text.contains("…") else { continue }
                for cell in Self.cells(text) {
                    guard let mark = cell.firstIndex(of: "…") else { continue }
                    let (head, tail) = (cell[..<mark], cell[mark...].dropFirst())
                    let whole = known.first {
                        $0.count > head.count + tail.count && $0.hasPrefix(head) && $0.hasSuffix(tail)
                    }
                    #expect(whole == nil || head.isEmpty && tail.isEmpty, "\(line): \(cell) is \(whole ?? "")")
                }
            }
        }
    }

    /// Every help fits, too, in the language that was asked for.
    @Test(arguments: ["fr", "en"]) func `every help fits a terminal and has an abstract`(language: String) throws {
        let program = try Program()
        func check(_ words: [String]) throws {
            let help = try program.run(words + ["--help"], language: language).out
            let lines = help.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            #expect(lines.first?.hasPrefix(language == "fr" ? "APERÇU : " : "OVERVIEW: ") == true, "\(words)")
            for line in lines {
                #expect(line.count <= Self.width, "\(words): \(line)")
            }
            guard let start = lines.firstIndex(of: language == "fr" ? "COMMANDES :" : "SUBCOMMANDS:") else { return }
            for line in lines[start...].dropFirst() where line.hasPrefix("  ") && !line.hasPrefix("   ") {
                guard let name = line.split(separator: " ").first, !line.hasPrefix("  See"), !line.hasPrefix("  Voir")
                else { continue }
                try check(words + [String(name)])
            }
        }
        try check([])
    }

    @Test func `completions and manuals are whole in French too`() throws {
        let program = try Program()
        let described = try program.run("--experimental-dump-help", language: "fr").out
        #expect(try JSONSerialization.jsonObject(with: Data(described.utf8)) is [String: Any])
        let script = try program.run("--generate-completion-script", "bash", language: "fr").out
        let english = try program.run("--generate-completion-script", "bash").out
        #expect(script.split(separator: "\n").count == english.split(separator: "\n").count)
    }

    private static func cells(_ line: Substring) -> [Substring] {
        var cells: [Substring] = []
        var rest = line
        while let gap = rest.range(of: "  ") {
            cells.append(rest[..<gap.lowerBound])
            rest = rest[gap.upperBound...].drop { $0 == " " }
        }
        return cells + [rest]
    }
}
