import Accounting
import Commerce
import Testing

@testable import Reconciliation

/// CSV by a mapping, and OFX's own ways.
struct MappedFormatTests {
    private typealias T = SampleTexts
    private let desjardins = """
        # Desjardins, folio d’entreprise
        institution = 815
        currency = CAD
        account-column = 2
        delimiter = ;
        encoding = ISO-8859-1
        header-rows = 1
        date-format = YYYY/MM/DD
        decimal = ,
        date = Date
        description = Description, Détail
        debit = Retrait
        credit = Dépôt
        balance = Solde
        """

    private func read(_ rows: String, _ mapping: String) throws -> [BankStatement] {
        let mapping = try CSVMapping(text: mapping, name: "mapping")
        let bytes = try StatementWriter.encoded(rows, mapping.encoding ?? .utf8, format: "x")
        return try StatementFile.read(bytes: bytes, name: "f", StatementReading(csv: mapping))
    }

    private let header = "Date;Folio;Description;Détail;Retrait;Dépôt;Solde\r\n"

    @Test func aCSVOfSeveralAccountsWithDecimalCommasIsRead() throws {
        let statements = try read(
            header + """
                2017/06/01;EOP;"Dépôt; caisse";Montréal;;1 250,50;2 250,50\r
                2017/06/02;PCA;Frais;;2,95;;97,05\r
                2017/06/02;EOP;Loyer;;1 000,00;0,00;1 250,50\r

                """, desjardins)
        #expect(statements.map { $0.account.number } == ["EOP", "PCA"])
        #expect(statements[0].entries.map { $0.amountMinor } == [125_050, -100_000])
        #expect(statements[0].entries[0].text == "Dépôt; caisse Montréal")
        #expect(statements[0].openingMinor == 100_000 && statements[0].closingMinor == 125_050)
        #expect(statements[1].openingMinor == 10_000 && statements[1].identification == "2017-06-02/2017-06-02")
    }

    @Test func csvBalancesMustContinue() throws {
        let error = #expect(throws: StatementError.self) {
            _ = try read(header + "2017/06/01;E;a;;;1,00;1,00\n2017/06/01;E;b;;;1,00;2,01\n", desjardins)
        }
        #expect(error?.code == .total && error?.line == 3)
    }

    @Test func csvMistakesNameTheirLineAndColumn() throws {
        for (row, field) in [
            ("2017-06-01;E;a;;;1,00;1,00", "date"), ("2017/02/29;E;a;;;1,00;1,00", "date"),
            ("2017/06/01;E;a;;;1,005;1,00", "credit"),
            ("2017/06/01;E;a;;x;;1,00", "debit"), ("2017/06/01;E;a;;1,00;1,00;1,00", "debit"),
            ("2017/06/01;;a;;;1,00;1,00", "account-column"),
            ("2017/06/01;E;a;;;1,00;", "balance"), ("2017/06/01;E;\"a", "CSV"),
        ] {
            let error = #expect(throws: StatementError.self) { _ = try read(header + row, desjardins) }
            #expect(error?.field == field && error?.line == 2, "\(row)")
        }
    }

    @Test func mappingMistakesAreNamed() {
        for text in [
            "date = 1", "date = 1\namount = 2", "date = 1\ndate = 2", "x = y", "date = 0\namount = 1\naccount = 1",
            "date=1\namount=2\naccount=1\ndate-format=MM/DD", "date=1\namount=2\naccount=1\ncurrency=XXQ", "date",
        ] {
            #expect(throws: StatementError.self, "\(text)") { _ = try CSVMapping(text: text, name: "m") }
        }
    }

    @Test func invertedSignsAndParenthesesAreRead() throws {
        let mapping =
            "account = 1\ninstitution = 006\nheader-rows = 0\ndate = 1\namount = 2\nsign = inverted\ndate-format = MM/DD/YY"
        let entries = try read("06/01/17,(12.50)\n06/02/17,\"1,000.00\"\n", mapping)[0].entries
        #expect(entries.map { $0.amountMinor } == [1250, -100_000] && entries[0].bookingDate.text == "2017-06-01")
    }

    private func ofx(_ body: String, _ header: String = "OFXHEADER:100\nENCODING:USASCII\nCHARSET:1252\n\n") -> String {
        header + "<OFX><SIGNONMSGSRSV1><SONRS><FI><ORG>Caisse<FID>815</FI></SONRS></SIGNONMSGSRSV1>\(body)</OFX>"
    }

    private let movement =
        "<STMTTRN><TRNTYPE>FEE<DTPOSTED>20170602<TRNAMT>-2.95<FITID>F1<CHECKNUM><NAME>A &amp; B<MEMO>Frais</STMTTRN>"

    @Test func aCardStatementIsReadAndItsInstitutionIsTheFilesOwn() throws {
        let text = ofx(
            """
            <CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>CAD<CCACCTFROM><ACCTID>4500</CCACCTFROM>
            <BANKTRANLIST><DTSTART>20170601<DTEND>20170630\(movement)</BANKTRANLIST>
            <LEDGERBAL><BALAMT>-100,00<DTASOF>20170630120000[-5:EST]</LEDGERBAL></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1>
            """)
        let statement = try T.read(text)[0]
        #expect(statement.account == StatementAccount(institution: "815", number: "4500", currency: "CAD"))
        #expect(statement.closingMinor == -10_000 && statement.openingMinor == -9705)
        #expect(
            statement.entries[0].counterparty == "A & B" && statement.entries[0].text == "Frais"
                && statement.entries[0].endToEnd == "")
        #expect(statement.identification == "2017-06-01/2017-06-30")
    }

    /// A balance of another day than the last of the list holds movements that the file does not.
    @Test func aBalanceOfALaterDayClosesNothing() throws {
        let text = ofx(
            """
            <STMTRS><CURDEF>CAD<BANKACCTFROM><BANKID>1<ACCTID>2</BANKACCTFROM>
            <BANKTRANLIST><DTSTART>20170601<DTEND>20170630\(movement)</BANKTRANLIST>
            <LEDGERBAL><BALAMT>100.00<DTASOF>20170703</LEDGERBAL></STMTRS>
            """)
        let statement = try T.read(text)[0]
        #expect(statement.closingMinor == nil && statement.openingMinor == nil && statement.entries.count == 1)
    }

    @Test func endTagsAndPrivateTagsChangeNothing() throws {
        let open =
            "<STMTRS><CURDEF>CAD<BANKACCTFROM><BANKID>1<ACCTID>2</BANKACCTFROM><BANKTRANLIST><DTSTART>20170602<DTEND>20170602"
        let plain = ofx(open + movement + "</BANKTRANLIST></STMTRS>")
        let closed = ofx(
            open
                + movement.replacing("<FITID>F1", with: "<FITID>F1</FITID><INTU.X><INTU.Y>1").replacing(
                    "<MEMO>Frais", with: "<MEMO>Frais</MEMO>")
                + "</BANKTRANLIST></STMTRS>")
        #expect(try T.read(plain) == T.read(closed))
    }

    @Test func correctionsAndOtherCurrenciesAreRefused() {
        let open = "<STMTRS><CURDEF>CAD<BANKACCTFROM><BANKID>1<ACCTID>2</BANKACCTFROM><BANKTRANLIST>"
        let close = "</BANKTRANLIST></STMTRS>"
        #expect(
            T.refusal(ofx(open + movement.replacing("<NAME>", with: "<CORRECTFITID>F0<NAME>") + close))?.field
                == "STMTTRN/CORRECTFITID")
        #expect(
            T.refusal(
                ofx(
                    open + movement.replacing("<NAME>", with: "<CURRENCY><CURRATE>1.3<CURSYM>USD</CURRENCY><NAME>")
                        + close))?.field
                == "STMTTRN/CURRENCY/CURSYM")
    }

    @Test func windowsFrenchInAnOFXFileIsRead() throws {
        let text = ofx(
            "<STMTRS><CURDEF>CAD<BANKACCTFROM><BANKID>1<ACCTID>2</BANKACCTFROM><BANKTRANLIST>"
                + movement.replacing("Frais", with: "Frais d’été, œufs") + "</BANKTRANLIST></STMTRS>")
        let bytes = try StatementWriter.encoded(text, .windows1252, format: "x")
        #expect(try StatementFile.read(bytes: bytes, name: "f")[0].entries[0].text == "Frais d’été, œufs")
    }
}
