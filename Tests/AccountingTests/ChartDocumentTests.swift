import Accounting
import Foundation
import Testing

@Suite struct ChartDocumentTests {
    /// `Docs/chart-of-accounts.md` is read by accountants: its table and the chart are the same.
    @Test func theDocumentListsTheChartAsItIs() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let document = try String(contentsOf: root.appendingPathComponent("Docs/chart-of-accounts.md"), encoding: .utf8)
        let rows = document.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| No |") }
        #expect(rows.map(String.init) == AccountCode.allCases.map(Self.row))
    }

    static func row(_ account: AccountCode) -> String {
        let side = account.normalSide == .debit ? "débit / debit" : "crédit / credit"
        let party =
            switch account.partyKind {
            case .none: "—"
            case .identity: "personne / identity"
            case .institution: "institution"
            case .cooperative: "coopérative / cooperative"
            }
        let accountClass = "\(account.accountClass.frenchLabel) / \(account.accountClass.englishLabel)"
        return "| \(account.rawValue) | `\(account.name)` | \(account.frenchLabel) | \(account.englishLabel) "
            + "| \(accountClass) | \(side) | \(party) | \(account.keptBy ?? "—") |"
    }
}
