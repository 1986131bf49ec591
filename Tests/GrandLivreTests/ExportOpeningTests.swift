import Foundation
import Testing

/// What stands at the beginning of a month, as each tool asserts it.
@Suite struct ExportOpeningTests {
    /// Dividends stand on nobody from the resolution on and on each member from their declaration on: here the month begins between the two.
    @Test
    func `a month of Beancount opens with what stands on nobody, the parties under it counted, as Beancount does`()
        throws
    {
        let program = try Program()
        let declared = program.folder + ".jsonl"
        defer { for path in [program.folder, declared] { try? FileManager.default.removeItem(atPath: path) } }
        let fixture = try #require(
            Bundle.module.url(forResource: "solidaire", withExtension: "jsonl", subdirectory: "Fixtures"))
        for line in [
            ["init"], ["record", fixture.path], ["surplus", "close", "--year", "2025"],
            [
                "surplus", "resolve", "--year", "2025", "--reserve-percent", "20", "--meeting", "2026-04-15",
                "--resolution", "2026-1", "--at", "2026-04-15T16:00:00Z",
            ],
        ] {
            let answer = try program.run(line)
            try #require(answer.status == 0, "\(line): \(answer.err)")
        }
        let groups = try program.run("surplus", "groups", "--year", "2025", "--format", "csv").out
        let alice = try #require(groups.split(separator: "\r\n").first { $0.contains(",alice,") }).split(separator: ",")
        let (base, cash) = (alice[2].replacing(".", with: ""), alice[3].replacing(".", with: ""))
        try
            #"{"effectiveAt":"2026-04-20T16:00:00Z","book":"solidaire","source":"caisse","key":"ristourne/alice","actor":"camille","patronageDividendDeclared":{"fiscalYear":2025,"member":"alice","currency":"CAD","baseMinor":"\#(base)","cashMinor":"\#(cash)"}}"#
            .write(toFile: declared, atomically: true, encoding: .utf8)
        let recorded = try program.run("record", declared)
        try #require(recorded.status == 0, "\(recorded.err)")
        func exported(_ tool: String) throws -> [Substring] {
            try program.run(
                "export", tool, "--book", "solidaire", "--opening", "--from", "2026-05-01", "--to", "2026-05-31"
            ).out.split(separator: "\n")
        }
        let bean = try exported("beancount")
        func cents(_ prefix: String) throws -> Int {
            let line = try #require(bean.first { $0.hasPrefix(prefix) }, "\(prefix)")
            let amount = line.dropFirst(prefix.count).prefix { !" ~C".contains($0) }
            return try #require(Int(amount.replacing(".", with: "")))
        }
        let account = "Liabilities:Dividends-payable"
        let own = try cents("    \(account)  ")
        let hers = try cents("    \(account):ID-alice  ")
        #expect(own < 0 && hers == -(Int(cash) ?? 0))
        for day in ["2026-05-01", "2026-06-01"] {
            #expect(try cents("\(day) balance \(account)  ") == own + hers)
            #expect(try cents("\(day) balance \(account):ID-alice  ") == hers)
        }
        // hledger's assertion is of the account alone.
        let theirs = try #require(exported("hledger").first { $0.hasPrefix("    liabilities:dividends-payable  ") })
        let amounts = theirs.split(separator: " ").filter { $0.hasPrefix("-") }
        #expect(amounts.count == 2 && amounts[0] == amounts[1] && Int(amounts[0].replacing(".", with: "")) == own)
    }
}
