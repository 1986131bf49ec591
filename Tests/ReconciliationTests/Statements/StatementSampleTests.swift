import Accounting
import Commerce
import Testing

@testable import Reconciliation

/// Files that other projects wrote; counts and sums were taken with Python from their text.
@Suite(.enabled(if: SharedSamples.folder != nil, "shared/data is absent"))
struct StatementSampleTests {
    private func read(
        _ name: String, _ reading: StatementReading = StatementReading()
    ) throws(StatementError) -> [BankStatement] {
        try StatementFile.read(path: SharedSamples.path("statements/" + name), name: name, reading)
    }

    private func refusal(_ name: String) -> StatementError? {
        do throws(StatementError) {
            _ = try read(name)
            return nil
        } catch { return error }
    }

    @Test func multipleStatementsOfOneMessageFollowEachOther() throws {
        let statements = try read("camt/camt053.v2.multi.statement.xml")
        #expect(statements.map { $0.identification } == ["253EURNL26VAYB8060476890", "254EURNL26VAYB8060476890"])
        #expect(statements.map { $0.openingMinor } == [1815, 2700])
        #expect(statements.map { $0.closingMinor } == [2700, 2000])
        #expect(statements.flatMap { $0.entries }.map { $0.amountMinor } == [885, -700])
        #expect(statements.flatMap { $0.entries }.map { $0.endToEnd } == ["000000001", "000000002"])
        #expect(statements[1].entries[0].counterparty == "Company Name 2")
        #expect(
            statements[0].account == StatementAccount(institution: "", number: "NL26VAYB8060476890", currency: "EUR"))
        #expect(statements[0].number == 12312 && statements[1].number == nil)
    }

    @Test func aStatementWhoseBalancesDoNotAgreeIsRefusedWithTheThreeFigures() throws {
        // 1.01 + 8.85 = 9.86, and the sample says 4.04: its figures only show every type of balance.
        let error = try #require(refusal("camt/camt053.v2.all-balance-types.xml"))
        #expect(error.code == .total)
        let line = error.line(in: .french)
        for figure in ["1,01", "8,85", "9,86", "4,04"] { #expect(line.contains(figure), "\(line)") }
        let statements = try read(
            "camt/camt053.v2.all-balance-types.xml", StatementReading(checksTotals: false))
        #expect(statements.map { $0.entries.count } == [1])
        // 8.850 says 885 cents: the zero is no precision.
        #expect(statements[0].entries[0].amountMinor == 885)
        #expect(statements[0].openingMinor == 101 && statements[0].closingMinor == 404)
    }

    /// Their closing balance is −27.00 SEK on an account opened with 18.15 EUR.
    @Test(arguments: ["camt/camt053.v2.minimal.xml", "camt/camt053.v4.xml", "camt/camt053.v8.xml"])
    func balancesOfTwoCurrenciesAreRefused(_ name: String) throws {
        let error = try #require(refusal(name))
        #expect(error.code == .value && error.value == "SEK" && error.field == "Bal/Amt/@Ccy")
        #expect(error.line != nil)
    }

    /// The same samples with a closing balance that agrees: 18.15 + 8.85 = 27.00 EUR.
    @Test(arguments: [
        ("camt/camt053.v2.minimal.xml", "camt.053.001.02", "", ""),
        ("camt/camt053.v4.xml", "camt.053.001.04", "AAAASESS-FP-CN_98765/01", ""),
        ("camt/camt053.v8.xml", "camt.053.001.08", "AAAASESS-FP-CN_98765/01", "MUELL/FINP/RA12345"),
    ])
    func versionsOfOneStatementSayTheSame(_ name: String, _ format: String, _ reference: String, _ endToEnd: String)
        throws
    {
        var text = String(decoding: SharedSamples.bytes(SharedSamples.path("statements/" + name)), as: UTF8.self)
        let wrong = try #require(text.firstRange(of: "<Amt Ccy=\"SEK\">27.00</Amt>\n                <CdtDbtInd>DBIT"))
        text.replaceSubrange(wrong, with: "<Amt Ccy=\"EUR\">27.00</Amt>\n                <CdtDbtInd>CRDT")
        let statement = try #require(StatementFile.read(bytes: Array(text.utf8), name: name).first)
        #expect(statement.format == format && statement.kind == .statement)
        #expect(statement.entries.count == 1)
        let entry = statement.entries[0]
        #expect(entry.amountMinor == 885 && entry.counterparty == "NAME NAME")
        #expect(entry.bookingDate.text == "2014-12-31" && entry.valueDate.text == "2015-01-02")
        #expect(entry.endToEnd == endToEnd && entry.text == "4654654654654654")
        #expect(reference.isEmpty ? entry.reference.hasPrefix("=20141231-") : entry.reference == reference)
        #expect(statement.from?.text == "2007-10-18" && statement.through?.text == "2007-10-18")
    }

    @Test func aNotificationKeepsABatchOfAnotherCurrencyAsOneEntry() throws {
        let statements = try read("camt/camt054.v8.xml")
        #expect(statements.count == 1 && statements[0].kind == .notification)
        let entry = try #require(statements[0].entries.first)
        #expect(statements[0].entries.count == 1)
        // −200 000 SEK with details of 3.1 + 3.2 + 3.2 CHF: they cannot be summed.
        #expect(entry.amountMinor == -20_000_000 && entry.reference == "ACSR160617103200001")
        #expect(entry.batch == "UXC06170000006PI00001" && entry.code == "PMNT/ICDT/DMCT")
        #expect(statements[0].account.institution == "UBSWCHZH80A")
    }

    @Test(arguments: [
        (
            "ofx/bank_medium.ofx", "160000100", "12300 000012345678", "CAD", 3, Int64(-34_527), Int64(72_761),
            Int64(38_234)
        ),
        ("ofx/checking.ofx", "5472369148", "1452687~7", "USD", 3, -5950, 16_049, 10_099),
        ("ofx/suncorp.ofx", "SUNCORP", "123456789", "AUD", 1, -1685, 125_097, 123_412),
    ])
    func ofxGivesEntriesAndBothBalances(
        _ name: String, _ institution: String, _ account: String, _ currency: String, _ count: Int, _ sum: Int64,
        _ opening: Int64, _ closing: Int64
    ) throws {
        let statements = try read(name)
        #expect(statements.count == 1)
        let statement = try #require(statements.first)
        #expect(statement.account == StatementAccount(institution: institution, number: account, currency: currency))
        #expect(statement.entries.count == count)
        #expect(statement.entries.reduce(0) { $0 + $1.amountMinor } == sum)
        #expect(statement.openingMinor == opening && statement.closingMinor == closing)
    }

    @Test func ofxNamesAreCleanAndReferencesAreTheInstitutions() throws {
        let medium = try read("ofx/bank_medium.ofx")[0]
        #expect(
            medium.entries.map { $0.reference } == [
                "0000123456782009040100001", "0000123456782009040200004", "0000123456782009040300005",
            ])
        #expect(medium.entries[1].counterparty == "Joe's Bald Hairstyles" && medium.entries[1].endToEnd == "")
        #expect(medium.entries[0].code == "POS" && medium.format == "OFX 1.0.2")
        #expect(try read("ofx/checking.ofx")[0].entries[2].endToEnd == "319")
        #expect(try read("ofx/suncorp.ofx")[0].entries[0].counterparty == "EFTPOS WDL HANDYWAY ALDI STORE")
    }

    @Test func ofxAccountsWithoutTransactionsHaveAClosingBalanceOnly() throws {
        let statements = try read("ofx/multiple_accounts.ofx")
        #expect(statements.map { $0.account.number } == ["9100", "9200"])
        #expect(statements.map { $0.closingMinor } == [11_100, 22_200])
        #expect(statements.allSatisfy { $0.entries.isEmpty && $0.openingMinor == nil })
    }

    @Test func bai2OfACanadianBankAgreesWithItsControlTotals() throws {
        let statements = try read("bai2/sample1.txt")
        #expect(statements.map { $0.entries.count } == [11, 6])
        #expect(statements.map { $0.entries.reduce(0) { $0 + $1.amountMinor } } == [0, 0])
        #expect(statements[0].entries.filter { $0.amountMinor > 0 }.reduce(0) { $0 + $1.amountMinor } == 208_500)
        #expect(statements[1].entries.filter { $0.amountMinor > 0 }.reduce(0) { $0 + $1.amountMinor } == 111_500)
        let first = statements[0].entries[0]
        #expect(first.text == "RETURNED CHEQUE" && first.amountMinor == -2500 && first.code == "409")
        #expect(first.bookingDate.text == "2006-03-17" && first.valueDate.text == "2006-03-16")
        #expect(statements[0].account == StatementAccount(institution: "0004", number: "10200123456", currency: "CAD"))
    }

    @Test func bai2WithSeveralRecordsOnALineAndBrokenTextsIsRead() throws {
        let statements = try read("bai2/sample3.txt")
        #expect(statements.count == 15)
        #expect(statements.map { $0.entries.count } == [6, 0, 0, 2, 0, 0, 0, 6, 4, 8, 0, 0, 0, 0, 0])
        #expect(
            statements.map { $0.openingMinor } == [
                -3500, 0, 0, -55_703, 98_547, 0, 0, 625_266, -73_135, -4078, 0, 0, 0, 0, 0,
            ])
        #expect(
            statements.map { $0.closingMinor } == [
                -3600, 0, 0, -86_406, 98_547, 0, 0, 610_315, -78_759, 27_595, 0, 0, 0, 0, 0,
            ])
        #expect(statements[7].entries[0].text == "111111 ACH_SETL 1111111111 111111111111111 1111111111")
        #expect(statements[0].account.currency == "USD" && statements[0].account.institution == "103100195")
    }

    @Test func everyReferenceIsUniqueInItsAccount() throws {
        for name in ["bai2/sample1.txt", "bai2/sample3.txt", "ofx/bank_medium.ofx", "camt/camt054.v8.xml"] {
            for statement in try read(name) {
                let references = statement.entries.map { $0.reference }
                #expect(Set(references).count == references.count && !references.contains(""))
            }
        }
    }
}
