import Foundation
import Testing

/// Tables of a simulated economy: at most 80 columns, nothing cut.
@Suite struct TableWidthTests {
    private static let book = ["--book", "grand-io"]

    private static let commands: [[String]] = [
        ["campaigns"] + book, ["campaigns", "repatriated"] + book, ["licences"] + book, ["royalties"] + book,
        ["royalties", "split", "p-1080"] + book, ["agreement", "list"], ["agreement", "show", "entreposage"],
        ["rides", "--book", "covoit"], ["rides", "show", "course-1", "--book", "covoit"], ["coop", "list"],
        ["coop", "show", "grand-io"], ["coop", "members"] + book, ["coop", "expenses"] + book,
        ["member", "m-1"] + book,
        ["member", "detaillant-1"] + book, ["taxes", "--year", "2025"] + book, ["payments", "holds"] + book,
        ["payments", "cards"] + book, ["deliveries"] + book, ["deliveries", "--by", "carrier"] + book,
        ["deliveries", "--late"] + book, ["parcels"] + book, ["lockers"] + book, ["stock", "--book", "libraires"],
        ["stock", "movements", "p-1045", "--book", "libraires"], ["orders", "--limit", "20"] + book,
        ["orders", "c-1"] + book, ["balances"], ["balances", "--combined"], ["catalog", "--limit", "20"] + book,
        ["log", "--limit", "50"], ["statement", "m-1"], ["statement", "detaillant-1"], ["surplus", "register"] + book,
        ["stats"],
    ]

    @Test func `no line is wider than 80 columns and no cell is cut, in French and in English`() throws {
        let program = try Program()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        #expect(try program.run("simulate", "--members", "100", "--days", "35").status == 0)
        for command in Self.commands {
            for language in ["fr", "en"] {
                let answer = try program.run(command, language: language)
                #expect(answer.status == 0, "\(command): \(answer.err)")
                for line in answer.out.split(separator: "\n") {
                    #expect(line.count <= 80 && !line.contains("…"), "\(command) \(language): \(line)")
                }
            }
        }
    }
}
