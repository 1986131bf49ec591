import Accounting
import Testing

@Suite struct AccountTests {
    @Test func everyWellKnownAccountHasAValidNameOfItsClass() throws {
        for account in AccountCode.allCases {
            #expect(try AccountName.check(account.name) == account.accountClass, "\(account)")
            #expect(AccountCode(name: account.name) == account)
            #expect(!account.frenchLabel.isEmpty && !account.englishLabel.isEmpty)
            #expect(account.rawValue > 0 && account.rawValue < AccountCode.bookDefinedMin)
        }
        #expect(Set(AccountCode.allCases.map(\.name)).count == AccountCode.allCases.count)
        #expect(AccountCode(name: "assets:unheard-of") == nil)
    }

    /// Numbers stand in stored views: this list only grows.
    @Test func numbersNeverChange() {
        let numbers: [(UInt16, String)] = [
            (1, "assets:receivable"), (2, "assets:in-transit"), (3, "assets:bank"), (4, "assets:tax-recoverable"),
            (5, "assets:trust-bank"), (6, "assets:intercoop-receivable"), (7, "assets:inventory"),
            (8, "assets:currency-exchange"), (9, "assets:platform-receivable"), (32, "liabilities:seller-payable"),
            (33, "liabilities:gst-payable"),
            (34, "liabilities:qst-payable"), (35, "liabilities:hst-payable"), (36, "liabilities:deferred-commission"),
            (37, "liabilities:dividends-payable"), (38, "liabilities:withholding-payable"),
            (39, "liabilities:community-payable"), (40, "liabilities:payouts-in-transit"),
            (41, "liabilities:shares-to-redeem"), (42, "liabilities:interest-payable"), (43, "liabilities:suspense"),
            (44, "liabilities:accounts-payable"), (45, "liabilities:gift-cards"), (46, "liabilities:intercoop-payable"),
            (47, "liabilities:royalties-payable"), (48, "liabilities:driver-payable"),
            (49, "liabilities:members-payable"), (50, "liabilities:play-credits"),
            (51, "liabilities:ride-levy-payable"), (52, "liabilities:buyer-credits"), (96, "equity:member-shares"),
            (97, "equity:preferred-shares"), (98, "equity:reserve"), (99, "equity:reserve-for-rebates"),
            (100, "equity:surplus"), (101, "equity:deficit"), (102, "equity:solidarity-fund"),
            (128, "revenue:commission"), (129, "revenue:other"), (130, "revenue:rides"), (131, "revenue:services"),
            (132, "revenue:sales"), (133, "revenue:streaming"), (134, "revenue:exchange-gains"),
            (160, "expenses:bank-fees"), (161, "expenses:discounts"), (162, "expenses:losses"), (163, "expenses:wages"),
            (164, "expenses:rent"), (165, "expenses:amortisation"), (166, "expenses:professional-fees"),
            (167, "expenses:interest"), (168, "expenses:other"), (169, "expenses:delivery"),
            (170, "expenses:locker-hosting"), (171, "expenses:media"), (172, "expenses:services"),
            (173, "expenses:cost-of-goods-sold"), (174, "expenses:stock-adjustments"),
            (175, "expenses:shared-with-members"), (176, "expenses:solidarity"), (177, "expenses:exchange-losses"),
            (178, "expenses:chargebacks"), (179, "expenses:platform-commission"),
        ]
        #expect(AccountCode.allCases.map(\.rawValue) == numbers.map(\.0))
        #expect(AccountCode.allCases.map(\.name) == numbers.map(\.1))
    }

    @Test func taxesAreOwedOnTheirOwnAccounts() {
        #expect(AccountCode(payableTax: "gst") == .gstPayable)
        #expect(AccountCode(payableTax: "qst") == .qstPayable)
        #expect(AccountCode(payableTax: "hst") == .hstPayable)
        #expect(AccountCode(payableTax: "vat") == nil)
    }

    @Test func subAccountsAreKeptByTheRightKindOfParty() {
        #expect(AccountCode.inTransit.partyKind == .institution && AccountCode.bank.partyKind == .institution)
        #expect(AccountCode.sellerPayable.partyKind == .identity && AccountCode.memberShares.partyKind == .identity)
        #expect(AccountCode.reserve.partyKind == .none && AccountCode.commission.partyKind == .none)
        #expect(AccountCode.deficit.normalSide == .debit && AccountCode.reserve.normalSide == .credit)
    }

    @Test(arguments: ["assets:bank", "expenses:rent:montreal", "equity:a", "revenue:2017-q1", "liabilities:x:y"])
    func namesOfTwoOrThreeSegmentsAreValid(name: String) {
        #expect(AccountName.isValid(name))
    }

    @Test(arguments: [
        "", "assets", "assets:", ":bank", "assets:bank:", "assets:a:b:c", "Assets:bank", "assets:Bank", "assets:-bank",
        "assets:bank-", "assets:ba nk", "assets:épargne", "goods:bank", "assets::bank", "assets:bank\n", "asset:bank",
        "assets:" + String(repeating: "a", count: 58),
    ])
    func otherNamesAreRefused(name: String) {
        #expect(throws: AccountNameError.self) { try AccountName.check(name) }
        #expect(!AccountName.isValid(name))
    }

    @Test func theLongestNameIsValid() {
        #expect(AccountName.isValid("assets:" + String(repeating: "a", count: 57)))
    }
}
