import Accounting
import Commerce
import Events
import Fixtures
import Testing

/// Control accounts agree with the registers behind them: no manual entry parts them.
@Suite("Control accounts and manual entries")
struct ControlAccountTests {
    private static let mirrored: [AccountCode] = [.intercoopReceivable, .intercoopPayable]

    private func entry(_ account: AccountCode, _ amount: Int64 = 5, isDebit: Bool = false) -> Body {
        let party: String? =
            switch account.partyKind {
            case .none: nil
            case .identity: "ana"
            case .institution: "815"
            case .cooperative: "grand-io"
            }
        return isDebit
            ? .entry([.debit(account.name, amount, party: party ?? ""), .credit("revenue:other", amount)])
            : .entry([.debit("expenses:rent", amount), .credit(account.name, amount, party: party ?? "")])
    }

    @Test(arguments: AccountCode.allCases.filter { $0.isControl && !mirrored.contains($0) })
    func `a manual entry opens one, and its correction mends that; nothing else`(account: AccountCode) throws {
        let desk = try Desk()
        let opening = desk.size
        try desk.record(entry(account))
        // What was put to the receivable by hand is collected by hand.
        let refusal = try #require(try desk.refusal(entry(account, isDebit: account == .receivable)))
        #expect(refusal.field == (account == .receivable ? "lines[0].account" : "lines[1].account"))
        #expect(refusal.accepted.english.hasPrefix(account.keptBy ?? "?"))
        guard account != .reserve, account != .solidarityFund else { return }
        let party =
            switch account.partyKind {
            case .none: ""
            case .identity: "ana"
            case .institution: "815"
            case .cooperative: "grand-io"
            }
        try desk.record(
            .correction(of: opening, [.debit("expenses:rent", 6), .credit(account.name, 6, party: party)]))
        #expect(desk.balance(account.name, party) == -6)
        // A correction of something else is no way in.
        let rent = desk.size
        try desk.record(.entry([.debit("expenses:rent", 5), .credit("assets:bank", 5, party: "815")]))
        #expect(
            try desk.refusal(
                .correction(of: rent, [.debit("expenses:rent", 5), .credit(account.name, 5, party: party)]))?
                .field == "replacement[1].account")
    }

    @Test func `once others stand on it, a correction keeps the party and puts no more there`() throws {
        let desk = try Desk()
        func lines(_ party: String, _ amount: Int64) -> [EntryLine] {
            [.debit("expenses:rent", amount), .credit("liabilities:seller-payable", amount, party: party)]
        }
        let opening = desk.size
        try desk.record(.entry(lines("ana", 5)))
        #expect(try desk.refusal(.correction(of: opening, lines("sam", 9))) == nil)
        try desk.record(.purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)]))
        #expect(try desk.refusal(.correction(of: opening, lines("sam", 5)))?.field == "replacement[1].account")
        let refusal = try #require(try desk.refusal(.correction(of: opening, lines("ana", 6))))
        #expect(refusal.field == "replacement[1].creditMinor" && refusal.accepted.english == "a credit of at most 5")
        let turned: [EntryLine] = [
            .debit("liabilities:seller-payable", 5, party: "ana"), .credit("revenue:other", 5),
        ]
        #expect(try desk.refusal(.correction(of: opening, turned))?.field == "replacement[0].debitMinor")
        #expect(try desk.refusal(.correction(of: opening, lines("ana", 4))) == nil)
        #expect(try desk.refusal(.correction(of: opening, [])) == nil)
    }

    /// 2 000 histories of one manual entry, its corrections and orders: a correction is recorded where a plain model says so.
    @Test(arguments: 0..<20)
    func `no history of corrections is a way into a control account`(block: Int) throws {
        for seed in UInt64(block * 100)..<UInt64(block * 100 + 100) {
            var random = Seeded(seed)
            let desk = try Desk()
            var head: (sequence: UInt64, party: String, amount: Int64)?
            var hasOrders = false
            for step in 0..<7 {
                let party = ["ana", "bob"].randomElement(using: &random) ?? "ana"
                let amount = Int64.random(in: 0...9, using: &random)
                let lines: [EntryLine] =
                    amount == 0
                    ? []
                    : [.debit("expenses:rent", amount), .credit("liabilities:seller-payable", amount, party: party)]
                let sequence = desk.size
                switch Int.random(in: 0..<5, using: &random) {
                case 0 where amount > 0:
                    let isLegal = head == nil && !hasOrders
                    try #require(try (desk.refusal(.entry(lines)) == nil) == isLegal, "seed \(seed), step \(step)")
                    guard isLegal else { continue }
                    try desk.record(.entry(lines))
                    head = (sequence, party, amount)
                case 1 where head != nil:
                    try desk.record(.purchase("o\(step)", "ana", [.of("milk", "sam", 1_000, .zeroRated)]))
                    hasOrders = true
                default:
                    guard let known = head else { continue }
                    let isLegal = amount == 0 || !hasOrders || party == known.party && amount <= known.amount
                    let body = Body.correction(of: known.sequence, lines)
                    try #require(try (desk.refusal(body) == nil) == isLegal, "seed \(seed), step \(step)")
                    guard isLegal else { continue }
                    try desk.record(body)
                    head = (sequence, party, amount)
                }
            }
            // What others put there is all that the entry's own line is not.
            try #require(desk.balance("liabilities:seller-payable", "bob") >= -9, "seed \(seed)")
        }
    }

    @Test func `any other account takes manual entries at any time`() throws {
        let desk = try Desk()
        for account in AccountCode.allCases where !account.isControl && account != .currencyExchange {
            for _ in 0..<2 { try desk.record(entry(account, isDebit: true)) }
        }
    }

    @Test func `once orders stand on it, an account takes none, not even the first`() throws {
        let desk = try Desk()
        try desk.record(.purchase("o1", "ana", [.of("lamp", "sam", 1_000)], taxes: [("gst", 50), ("qst", 100)]))
        for account in [AccountCode.sellerPayable, .gstPayable, .qstPayable, .deferredCommission] {
            #expect(try desk.refusal(entry(account))?.field == "lines[1].account", "\(account)")
        }
        #expect(try desk.refusal(entry(.receivable))?.field == "lines[1].account")
    }

    @Test func `what a sponsor owes is collected by hand, up to that`() throws {
        let desk = try Desk()
        func collect(_ party: String, _ amount: Int64) -> Body {
            .entry([.debit("assets:bank", amount, party: "815"), .credit("assets:receivable", amount, party: party)])
        }
        let milk = PurchaseLine.of("milk", "sam", 1_000, .zeroRated)
        try desk.record(.sponsorship("tom", 50), by: "tom")
        try desk.record(.purchase("o1", "ana", [milk.sponsored(.medium, "tom", 50)]))
        #expect(try desk.refusal(collect("ana", 1))?.field == "lines[1].account")
        #expect(try desk.refusal(collect("tom", 51))?.accepted.english == "at most 50")
        let collected = desk.size
        try desk.record(collect("tom", 30))
        #expect(try desk.refusal(collect("tom", 21))?.accepted.english == "at most 20")
        func mend(_ amount: Int64) -> Body {
            .correction(
                of: collected,
                [.debit("assets:bank", amount, party: "815"), .credit("assets:receivable", amount, party: "tom")])
        }
        #expect(try desk.refusal(mend(51))?.accepted.english == "at most 50")
        try desk.record(mend(50))
        #expect(try desk.refusal(collect("tom", 1))?.field == "lines[1].account")
        #expect(desk.balance("assets:receivable", "tom") == 0)
    }
}
