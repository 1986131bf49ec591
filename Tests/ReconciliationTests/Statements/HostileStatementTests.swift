import Commerce
import Glibc
import Testing

@testable import Reconciliation

/// Hostile and damaged files get a clear error, never a trap and never a wrong statement.
struct HostileStatementTests {
    private typealias T = SampleTexts

    @Test(arguments: [
        "<!DOCTYPE Document [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>\n",
        "<!DOCTYPE Document SYSTEM \"file:///etc/passwd\">\n",
        "<!DOCTYPE Document [<!ENTITY % x SYSTEM \"http://example.org/x.dtd\"> %x;]>\n",
    ])
    func documentTypesAndEntitiesAreRefused(_ type: String) throws {
        let text = T.camt("<AddtlStmtInf>&b;</AddtlStmtInf>", prolog: "<?xml version=\"1.0\"?>\n" + type)
        let error = try #require(T.refusal(text))
        #expect(error.code == .malformed && error.field == "DOCTYPE" && error.line == 2)
        let wide = try StatementWriter.encoded(text, .utf16LittleEndian, format: "x")
        #expect(T.refusal(wide)?.field == "DOCTYPE")
    }

    @Test func anUndeclaredEntityIsNotWellFormed() {
        #expect(T.refusal(T.camt("<AddtlStmtInf>&b;</AddtlStmtInf>"))?.code == .malformed)
    }

    @Test func depthIsBounded() {
        let deep = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
        #expect(T.refusal(T.camt(deep))?.code == .limit)
        #expect(
            T.refusal("OFXHEADER:100\n\n<OFX>" + String(repeating: "<A>", count: 5000) + "</A></OFX>")?.code == .limit)
    }

    @Test func fieldsCountsAndSizesAreBounded() {
        let long = String(repeating: "x", count: 70_000)
        #expect(T.refusal(T.camt("<AddtlStmtInf>\(long)</AddtlStmtInf>"))?.code == .limit)
        #expect(T.refusal("OFXHEADER:100\n\n<OFX><MEMO>\(long)</OFX>")?.code == .limit)
        #expect(T.refusal(":20:\(long)\n")?.code == .limit)
        var few = StatementReading()
        few.limits.entriesMax = 2
        few.limits.statementsMax = 1
        let three = T.camt(T.balances("0", "6") + T.entry("2") + T.entry("2") + T.entry("2"))
        #expect(T.refusal(Array(three.utf8), few)?.code == .limit)
        few.limits.fileBytesMax = 100
        #expect(T.refusal(Array(three.utf8), few)?.code == .limit)
        #expect(
            T.refusal(
                T.camt(
                    String(repeating: "<Intrst/>", count: 10) + "<TxsSummry>"
                        + String(repeating: "<x/>", count: 100_001) + "</TxsSummry>"))?.code == .limit)
    }

    @Test func bytesOutsideTheDeclaredEncodingAreRefused() {
        let text = T.camt("<AddtlStmtInf>é</AddtlStmtInf>")
        let bytes = Array(text.utf8).filter { $0 != 0xA9 }
        #expect(T.refusal(bytes)?.code == .encoding)
        let ofx =
            Array("OFXHEADER:100\nENCODING:UTF-8\nCHARSET:NONE\n\n<OFX><MEMO>".utf8) + [0xE9] + Array("</OFX>".utf8)
        #expect(T.refusal(ofx)?.code == .encoding && T.refusal(ofx)?.line == 5)
        let undefined = Array("OFXHEADER:100\nCHARSET:1252\n\n<OFX><MEMO>".utf8) + [0x81] + Array("</OFX>".utf8)
        #expect(T.refusal(undefined)?.code == .encoding && T.refusal(undefined)?.value == "0x81")
        #expect(T.refusal("<?xml version=\"1.0\" encoding=\"SHIFT_JIS\"?><OFX/>")?.code == .encoding)
        #expect(T.refusal([0xFF, 0xFE, 0x3C])?.code != nil)
    }

    @Test func frenchComesThroughEveryEncoding() throws {
        let text = "Épicerie L’Été, cœur à 5 €"
        for (encoding, name) in [
            (TextEncoding.utf8, "UTF-8"), (.windows1252, "windows-1252"), (.utf16LittleEndian, "UTF-16"),
            (.utf16BigEndian, "UTF-16"),
        ] {
            let details = "<TxDtls><RmtInf><Ustrd>\(text)</Ustrd></RmtInf></TxDtls>"
            let message = T.camt(
                T.balances("0", "2") + T.entry("2", details: details),
                prolog: "<?xml version=\"1.0\" encoding=\"\(name)\"?>\n")
            let bytes = try StatementWriter.encoded(message, encoding, format: "x")
            #expect(try StatementFile.read(bytes: bytes, name: "f")[0].entries[0].text == text, "\(name)")
        }
        let latin = T.camt(
            T.balances("0", "2")
                + T.entry("2", details: "<TxDtls><RmtInf><Ustrd>Été à Québec</Ustrd></RmtInf></TxDtls>"),
            prolog: "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n")
        let bytes = try StatementWriter.encoded(latin, .latin1, format: "x")
        #expect(try StatementFile.read(bytes: bytes, name: "f")[0].entries[0].text == "Été à Québec")
        // Undeclared: UTF-8 where the bytes are, Windows-1252 otherwise, with or without a mark.
        let mt940 =
            ":20:R\n:25:815/1\n:28C:1/1\n:60F:C170601CAD0,\n:61:170601C2,NTRFNONREF\n:86:\(text)\n:62F:C170601CAD2,\n"
        for bytes in [
            Array(mt940.utf8), [0xEF, 0xBB, 0xBF] + Array(mt940.utf8),
            try StatementWriter.encoded(mt940, .windows1252, format: "x"),
        ] {
            #expect(try StatementFile.read(bytes: bytes, name: "f")[0].entries[0].text == text)
        }
    }

    /// XML streams from the file and the rest is read whole: both say what the bytes say.
    @Test func aFileReadsAsItsBytes() throws {
        let path = "/tmp/grandlivre-statement-\(getpid()).txt"
        defer { unlink(path) }
        let entries = (0..<2000).map { T.entry("2.00", reference: "R\($0)") }.joined()
        for text in [
            T.camt(T.balances("0", "4000") + entries), T.camt("<!DOCTYPE x>"), T.camt("<a>", prolog: ""),
            ":20:R\n:25:815/1\n:28C:1/1\n:60F:C170601CAD0,\n:61:170601C2,NTRFNONREF\n:62F:C170601CAD2,\n", "", "x",
        ] {
            let file = try #require(fopen(path, "wb"))
            fwrite(text, 1, text.utf8.count, file)
            fclose(file)
            func result(_ body: () throws(StatementError) -> [BankStatement]) -> Result<[BankStatement], StatementError>
            {
                do throws(StatementError) { return .success(try body()) } catch { return .failure(error) }
            }
            let fromFile = result { () throws(StatementError) in try StatementFile.read(path: path, name: "f") }
            #expect(fromFile == result { () throws(StatementError) in try T.read(text) })
        }
    }

    @Test func aFileThatCannotBeReadIsNamedWithTheSystemsReason() {
        for path in ["/nowhere/at-all.xml", "/"] {
            let error = #expect(throws: StatementError.self) { _ = try StatementFile.read(path: path) }
            #expect(error?.code == .unreadable && error?.file == path)
        }
    }

    @Test func whatIsNoStatementIsRefusedByTheListOfFormats() throws {
        for text in ["", "hello", "<html/>", "%PDF-1.4", "PK\u{3}\u{4}", "{\"a\":1}", "01,02,2017;1"] {
            let error = try #require(T.refusal(text), "\(text)")
            #expect([.format, .malformed].contains(error.code), "\(text): \(error.line(in: .french))")
            #expect(error.line(in: .english).contains("camt.05") || error.code == .malformed)
        }
    }

    @Test func everyBeginningOfAFileIsRefused() throws {
        let files = [
            T.camt(T.balances("0", "2") + T.entry("2", reference: "A")),
            "OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>CAD<BANKACCTFROM><BANKID>1<ACCTID>2</BANKACCTFROM></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>",
            "01,A,B,170601,1200,1,,,2/\n02,A,B,1,170601,,CAD,2/\n03,1,CAD,/\n49,0,2/\n98,0,1,4/\n99,0,1,6/",
        ]
        for file in files {
            #expect(T.refusal(file) == nil, "\(T.refusal(file)?.line(in: .french) ?? "")")
            for count in 0..<(file.utf8.count - 1) {
                #expect(T.refusal(Array(file.utf8.prefix(count))) != nil, "\(file.prefix(20)) \(count)")
            }
        }
    }

    @Test func amountsOfAnySizeOverflowNothing() {
        let huge = "92233720368547758.07"
        #expect(T.refusal(T.camt(T.balances(huge, "1") + T.entry(huge)))?.code == .limit)
        #expect(T.refusal(T.camt(T.balances("0", "1") + T.entry(huge) + T.entry(huge)))?.code == .limit)
        #expect(
            T.refusal(
                "01,A,B,170601,1200,1,,,2/\n02,A,B,1,170601,,CAD,2/\n03,1,CAD,010,9223372036854775807,,,015,9223372036854775807,,/\n"
            )?.code == .limit)
        #expect(
            T.refusal(
                ":20:R\n:25:1\n:60F:C170601CAD92233720368547758,07\n:61:170601C92233720368547758,07NTRFX\n:62F:C170601CAD1,\n"
            )?.code == .limit)
    }

    /// −(2⁶³ − 1) − 1 is the least integer, which has no opposite.
    @Test func theLeastIntegerAsATotalTrapsNowhere() {
        func movement(_ amount: String, _ id: Int) -> String {
            "<STMTTRN><TRNTYPE>FEE<DTPOSTED>20170602<TRNAMT>\(amount)<FITID>\(id)</STMTTRN>"
        }
        let ofx =
            "OFXHEADER:100\n\n<OFX><STMTRS><CURDEF>CAD<BANKACCTFROM><BANKID>1<ACCTID>2</BANKACCTFROM><BANKTRANLIST><DTSTART>20170602<DTEND>20170602"
            + movement("-92233720368547758.07", 1) + movement("-0.01", 2)
            + "</BANKTRANLIST><LEDGERBAL><BALAMT>100.00<DTASOF>20170602</LEDGERBAL></STMTRS></OFX>"
        #expect(T.refusal(ofx)?.code == .limit)
        let charge =
            "<Chrgs><Amt Ccy=\"CAD\">92233720368547758.07</Amt></Chrgs><Chrgs><Amt Ccy=\"CAD\">0.01</Amt></Chrgs>"
        let details = "<TxDtls><Amt Ccy=\"CAD\">5</Amt></TxDtls>"
        // A single detail and its charges that do not make the entry only stay with it.
        #expect(T.refusal(T.camt(T.balances("0", "2") + T.entry("2", more: charge, details: details))) == nil)
    }

    /// A message is one line, whatever stood in the file.
    @Test func messagesQuoteTheBeginningOnOneLine() throws {
        let error = try #require(
            T.refusal(T.camt(T.balances("0", "2") + T.entry("2\u{85}" + String(repeating: "9", count: 500)))))
        let line = error.line(in: .french)
        #expect(!line.contains { $0.isNewline } && line.count < 400 && line.contains("…"))
    }
}
