import Accounting
import Testing

@Suite struct TrialBalanceTests {
    func row(_ account: String, _ debits: Int64, _ credits: Int64) -> TrialBalance.Row {
        TrialBalance.Row(account: account, debitsMinor: debits, creditsMinor: credits)
    }

    @Test func rowsStandInTheOrderOfStatements() throws {
        let balance = try TrialBalance([
            row("expenses:rent", 5, 0), row("revenue:commission", 0, 5), row("assets:receivable", 10, 0),
            row("assets:bank", 3, 0), row("equity:reserve", 0, 1), row("liabilities:gst-payable", 0, 12),
        ])
        #expect(
            balance.rows.map(\.account) == [
                "assets:bank", "assets:receivable", "liabilities:gst-payable", "equity:reserve", "revenue:commission",
                "expenses:rent",
            ])
        #expect(balance.debitsMinor == 18 && balance.creditsMinor == 18 && balance.isBalanced)
        #expect(balance.totals(of: .assets) == (13, 0))
        #expect(balance.totals(of: .revenue) == (0, 5))
    }

    @Test func rowsOfOneAccountAreAdded() throws {
        let balance = try TrialBalance([
            row("assets:bank", 3, 1), row("equity:surplus", 0, 9), row("assets:bank", 4, 2),
        ])
        #expect(balance.rows == [row("assets:bank", 7, 3), row("equity:surplus", 0, 9)])
        #expect(balance.rows.first?.balanceMinor == 4)
        #expect(!balance.isBalanced)
    }

    @Test func accountsRollUpByTheirSegments() throws {
        let balance = try TrialBalance([
            row("assets:bank", 10, 1), row("assets:bank-fees", 1, 0), row("assets:bank:trust", 5, 2),
            row("liabilities:suspense", 0, 13),
        ])
        let tree = balance.tree
        #expect(tree.map(\.account) == ["assets", "liabilities"])
        let assets = try #require(tree.first)
        #expect(assets.debitsMinor == 16 && assets.creditsMinor == 3 && assets.balanceMinor == 13)
        #expect(assets.children.map(\.account) == ["assets:bank", "assets:bank-fees"])
        let bank = try #require(assets.children.first)
        #expect(bank.debitsMinor == 15 && bank.creditsMinor == 3)
        #expect(bank.children.map(\.segment) == ["trust"])
        #expect(bank.children.first?.debitsMinor == 5)
    }

    @Test func theRootsOfTheTreeSumToTheTotals() throws {
        var random = Seeded(99)
        for _ in 0..<200 {
            let rows = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                let account = AccountCode.allCases.randomElement(using: &random)?.name ?? "assets:bank"
                return row(
                    Bool.random(using: &random) ? account : account + ":sub",
                    .random(in: 0...1_000_000, using: &random),
                    .random(in: 0...1_000_000, using: &random))
            }
            let balance = try TrialBalance(rows)
            #expect(balance.debitsMinor == rows.reduce(0) { $0 + $1.debitsMinor })
            #expect(balance.creditsMinor == rows.reduce(0) { $0 + $1.creditsMinor })
            #expect(balance.tree.reduce(0) { $0 + $1.debitsMinor } == balance.debitsMinor)
            #expect(balance.tree.reduce(0) { $0 + $1.creditsMinor } == balance.creditsMinor)
        }
    }

    @Test func sumsThatDoNotFitAndNegativeSidesAreRefused() {
        #expect(throws: MoneyError.self) { try TrialBalance([row("assets:bank", .max, 0), row("assets:bank", 1, 0)]) }
        #expect(throws: MoneyError.self) { try TrialBalance([row("assets:bank", .max, 0), row("equity:a", 1, 0)]) }
        #expect(throws: MoneyError.self) { try TrialBalance([row("assets:bank", -1, 0)]) }
    }
}
