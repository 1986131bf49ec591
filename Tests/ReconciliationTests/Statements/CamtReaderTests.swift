import Accounting
import Commerce
import Testing

@testable import Reconciliation

struct CamtReaderTests {
    private typealias T = SampleTexts

    private func detail(_ amount: String, _ id: String, _ indicator: String = "DBIT") -> String {
        """
        <TxDtls><Refs><EndToEndId>\(id)</EndToEndId></Refs><Amt Ccy="CAD">\(amount)</Amt>\
        <CdtDbtInd>\(indicator)</CdtDbtInd></TxDtls>
        """
    }

    @Test(arguments: ["052", "053", "054"], ["02", "04", "08", "14"])
    func everyMessageAndVersionIsRead(_ message: String, _ version: String) throws {
        let text = T.camt(
            T.balances("1.00", "11.00") + T.entry("10.00", reference: "A"), version: "\(message).001.\(version)")
        let statement = try #require(T.read(text).first)
        #expect(statement.format == "camt.\(message).001.\(version)")
        #expect(statement.entries.map { $0.amountMinor } == [1000])
        #expect(statement.openingMinor == 100 && statement.closingMinor == 1100)
    }

    @Test(arguments: ["053.001.03", "053.001.06", "053.002.08", "056.001.08", "053.001.15"])
    func anUnknownVersionIsRefusedByItsName(_ version: String) throws {
        let error = try #require(T.refusal(T.camt("", version: version)))
        #expect(error.code == .format && error.value == "camt.\(version)")
        #expect(error.line(in: .french).contains("02, 04, 08 ou 14"))
    }

    @Test func aBatchIsSplitIntoItsDetails() throws {
        let details = detail("3.10", "E1") + detail("3.20", "E2")
        let statement = try T.read(
            T.camt(T.balances("10.00", "3.70") + T.entry("6.30", "DBIT", reference: "B", details: details)))[0]
        #expect(statement.entries.map { $0.amountMinor } == [-310, -320])
        #expect(statement.entries.map { $0.reference } == ["B/1", "B/2"])
        #expect(statement.entries.map { $0.endToEnd } == ["E1", "E2"])
    }

    @Test func detailsGivenFromThePayeesSideTakeTheSignOfTheirEntry() throws {
        let details = detail("3.10", "E1", "CRDT") + detail("3.20", "E2", "CRDT")
        let entries = try T.read(
            T.camt(T.balances("10.00", "3.70") + T.entry("6.30", "DBIT", reference: "B", details: details)))[0].entries
        #expect(entries.map { $0.amountMinor } == [-310, -320])
    }

    @Test func detailsThatDoNotSumToTheirEntryAreRefusedWithBothFigures() throws {
        let text = T.camt(
            T.balances("0.00", "6.31")
                + T.entry("6.31", details: detail("3.10", "a", "CRDT") + detail("3.20", "b", "CRDT")))
        let error = try #require(T.refusal(text))
        #expect(error.code == .total && error.field == "Ntry/NtryDtls" && error.value == "6,30")
        #expect(error.line(in: .english).contains("6.31"))
    }

    @Test func aBatchWithoutAmountsStaysOne() throws {
        let details = "<TxDtls><Refs><EndToEndId>a</EndToEndId></Refs></TxDtls><TxDtls/>"
        let entries = try T.read(
            T.camt(T.balances("0.00", "6.31") + T.entry("6.31", reference: "B", details: details)))[0].entries
        #expect(entries.count == 1 && entries[0].reference == "B" && entries[0].endToEnd == "")
    }

    @Test func chargesThatWereKeptAreAnEntryOfTheirOwn() throws {
        let charges = """
            <Chrgs><TtlChrgsAndTaxAmt Ccy="CAD">1.25</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy="CAD">1.25</Amt>\
            <CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>
            """
        let text = T.camt(
            T.balances("0.00", "98.75")
                + T.entry(
                    "98.75", reference: "R", more: charges,
                    details: detail("60", "a", "CRDT") + detail("40", "b", "CRDT")))
        let entries = try T.read(text)[0].entries
        #expect(entries.map { $0.amountMinor } == [6000, 4000, -125])
        #expect(entries.map { $0.reference } == ["R/1", "R/2", "R/3"] && entries[2].code == "CHRG")
    }

    @Test func whatIsNotBookedIsCountedAndNotKept() throws {
        let text = T.camt(
            T.balances("0.00", "2.00") + T.entry("2.00") + T.entry("5.00", status: "PDNG")
                + T.entry("7.00", status: "INFO"))
        let statement = try T.read(text)[0]
        #expect(statement.entries.count == 1 && statement.pendingCount == 2)
        #expect(T.refusal(T.camt(T.balances("0.00", "2.00") + T.entry("2.00", status: "WAIT")))?.field == "Ntry/Sts")
    }

    @Test func aReturnNamesItsReasonAndThePayee() throws {
        let details = """
            <TxDtls><Refs><PmtInfId>L7</PmtInfId><EndToEndId>E9</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Coop</Nm></Pty></Dbtr>\
            <Cdtr><Pty><Nm>Jeanne Roy</Nm></Pty></Cdtr></RltdPties><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>
            """
        let entry = try T.read(
            T.camt(T.balances("0.00", "2.00") + T.entry("2.00", more: "<!-- x -->", details: details)))[0].entries[0]
        #expect(
            entry.returnCode == "AC04" && entry.counterparty == "Jeanne Roy" && entry.batch == "L7"
                && entry.endToEnd == "E9")
    }

    @Test func totalsOfTheMessageAreChecked() throws {
        func text(_ count: String, _ sum: String) -> String {
            T.camt(
                T.balances("0.00", "2.00")
                    + "<TxsSummry><TtlCdtNtries><NbOfNtries>\(count)</NbOfNtries><Sum>\(sum)</Sum></TtlCdtNtries></TxsSummry>"
                    + T.entry("2.00"))
        }
        #expect(T.refusal(text("1", "2.00")) == nil)
        #expect(T.refusal(text("2", "2.00"))?.code == .total)
        #expect(T.refusal(text("1", "2.01"))?.field == "TxsSummry/TtlCdtNtries/Sum")
    }

    @Test func openingFallsBackToThePreviousClosingAndToIntermediates() throws {
        let text = T.camt(T.balances("1.00", "3.00") + T.entry("2.00"))
        for (opening, closing) in [("PRCD", "CLBD"), ("ITBD", "ITBD"), ("OPBD", "ITBD"), ("ITBD", "CLBD")] {
            let other = text.replacing("OPBD", with: opening).replacing("CLBD", with: closing)
            let statement = try T.read(other)[0]
            #expect(statement.openingMinor == 100 && statement.closingMinor == 300, "\(opening) \(closing)")
        }
    }

    @Test func pagesOfAStatementAreJoined() throws {
        func page(_ number: Int, _ isLast: Bool, _ opening: String, _ closing: String, _ amount: String) -> String {
            """
            <Stmt><Id>S</Id><StmtPgntn><PgNb>\(number)</PgNb><LastPgInd>\(isLast)</LastPgInd></StmtPgntn>\
            <Acct><Id><Othr><Id>1</Id></Othr></Id><Ccy>CAD</Ccy></Acct>\(T.balances(opening, closing))\(T.entry(amount))</Stmt>
            """
        }
        func text(_ pages: String) -> String {
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\(pages)</BkToCstmrStmt></Document>"
        }
        let statements = try T.read(
            text(page(1, false, "1.00", "3.00", "2.00") + page(2, true, "3.00", "7.00", "4.00")))
        #expect(statements.count == 1 && statements[0].entries.count == 2)
        #expect(statements[0].openingMinor == 100 && statements[0].closingMinor == 700 && statements[0].isLastPage)
        #expect(
            T.refusal(text(page(1, false, "1.00", "3.00", "2.00") + page(2, true, "3.50", "7.50", "4.00")))?.code
                == .total)
    }

    @Test func aPageKeepsItsOwnBalances() throws {
        func balance(_ type: String, _ amount: String, isPart: Bool = false) -> String {
            """
            <Bal><Tp><CdOrPrtry><Cd>\(type)</Cd></CdOrPrtry>\(isPart ? "<SubTp><Cd>INTM</Cd></SubTp>" : "")</Tp>\
            <Amt Ccy="CAD">\(amount)</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2017-06-01</Dt></Dt></Bal>
            """
        }
        let page = "<StmtPgntn><PgNb>2</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>"
        for balances in [
            balance("OPBD", "1") + balance("OPBD", "3", isPart: true) + balance("CLBD", "5", isPart: true)
                + balance("CLBD", "9"),
            balance("OPBD", "1") + balance("ITBD", "3") + balance("ITBD", "5") + balance("CLBD", "9"),
        ] {
            let statement = try T.read(T.camt(page + balances + T.entry("2")))[0]
            #expect(statement.openingMinor == 300 && statement.closingMinor == 500 && statement.page == 2)
        }
    }

    @Test(arguments: [
        ("<TtlNetNtryAmt>2.00</TtlNetNtryAmt><CdtDbtInd>CRDT</CdtDbtInd>", true),
        ("<TtlNetNtryAmt>2.00</TtlNetNtryAmt><CdtDbtInd>DBIT</CdtDbtInd>", false),
        ("<TtlNetNtry><Amt>2.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></TtlNetNtry>", true),
        ("<TtlNetNtry><Amt>7.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></TtlNetNtry>", true),
        ("<TtlNetNtry><Amt>2.01</Amt><CdtDbtInd>CRDT</CdtDbtInd></TtlNetNtry>", false),
    ])
    func theNetTotalIsThatOfBookedEntriesOrOfAll(_ net: String, _ isRight: Bool) {
        let text = T.camt(
            T.balances("0", "2") + "<TxsSummry><TtlNtries>\(net)</TtlNtries></TxsSummry>" + T.entry("5")
                + T.entry("3", "DBIT")
                + T.entry("5", status: "PDNG"))
        #expect((T.refusal(text) == nil) == isRight)
    }

    @Test func amountsKeepToTheDigitsOfTheirCurrency() throws {
        #expect(try T.read(T.camt(T.balances("0", "2.500") + T.entry("2.5")))[0].entries[0].amountMinor == 250)
        for amount in ["2.505", "", "1e3", "-1", "1.2.3", "9999999999999999999999", "１"] {
            let error = T.refusal(T.camt(T.balances("0", "2.5") + T.entry(amount)))
            #expect(error?.code == .value && error?.field == "Ntry/Amt", "\(amount)")
        }
    }

    @Test func anEnvelopeAndAPrefixMayStandAroundTheMessage() throws {
        let text = T.camt(T.balances("0", "2") + T.entry("2"), prolog: "")
        let wrapped =
            "<E xmlns:h=\"urn:iso:std:iso:20022:tech:xsd:head.001.001.02\"><h:AppHdr><h:Fr/></h:AppHdr>\(text)</E>"
        #expect(try T.read(wrapped).count == 1)
    }
}
