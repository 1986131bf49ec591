import Accounting
import Commerce
import Testing

@testable import Reconciliation

/// MT940 and BAI2 as institutions write them.
struct LineFormatTests {
    private typealias T = SampleTexts

    private func mt940(_ movements: String, _ closing: String = "C170601CAD0,") -> String {
        ":20:REL\n:25:815/00012345\n:28C:12/1\n:60F:C170601CAD0,\n\(movements)\n:62F:\(closing)\n"
    }

    private func entry(_ movements: String, _ closing: String) throws -> StatementEntry {
        try #require(T.read(mt940(movements, closing)).first?.entries.first)
    }

    @Test func mt940SignsFollowTheEffectOfAReversal() throws {
        let movements = [("C", 250), ("D", -250), ("RC", -250), ("RD", 250)]
        for (mark, amount) in movements {
            let closing = amount < 0 ? "D170601CAD2,50" : "C170601CAD2,50"
            let entry = try entry(":61:1706010602\(mark)2,50NTRFE2E//B1", closing)
            #expect(entry.amountMinor == Int64(amount) && entry.isReversal == mark.hasPrefix("R"))
            #expect(entry.reference == "B1" && entry.endToEnd == "E2E" && entry.code == "NTRF")
            #expect(entry.valueDate.text == "2017-06-01" && entry.bookingDate.text == "2017-06-02")
        }
    }

    @Test func mt940BookingDaysFindTheirYear() throws {
        let late = try entry(":61:1612310102C2,50NTRFX", "C170601CAD2,50")
        #expect(late.valueDate.text == "2016-12-31" && late.bookingDate.text == "2017-01-02")
        let early = try entry(":61:1701021231C2,50NTRFX", "C170601CAD2,50")
        #expect(early.bookingDate.text == "2016-12-31")
    }

    @Test(arguments: [
        "/EREF/E2E-1/PREF/L9/RTRN/AC04/ORDP//NAME/Jeanne Roy/REMI/ristourne 2016/2017",
        "166?00?20EREF+E2E-1?21RTRN+AC04?22PREF+L9?23SVWZ+ristourne 20?2416/2017?32Jeanne ?33Roy",
    ])
    func mt940DetailsAreReadInBothForms(_ details: String) throws {
        let entry = try entry(":61:170601C2,50NTRFNONREF//B1\n:86:\(details)", "C170601CAD2,50")
        #expect(entry.endToEnd == "E2E-1" && entry.returnCode == "AC04" && entry.batch == "L9")
        #expect(entry.counterparty == "Jeanne Roy" && entry.text == "ristourne 2016/2017")
    }

    @Test func mt940PagesAreJoinedAndMustMeet() throws {
        func page(_ number: Int, _ opening: String, _ movement: String, _ closing: String) -> String {
            ":20:R\(number)\n:25:815/1\n:28C:12/\(number)\n:60\(opening)\n\(movement)\n:62\(closing)\n-\n"
        }
        let first = page(1, "F:C170601CAD1,", ":61:170601C2,NTRFA//1", "M:C170601CAD3,")
        let statements = try T.read(first + page(2, "M:C170601CAD3,", ":61:170601C4,NTRFA//2", "F:C170601CAD7,"))
        #expect(statements.count == 1 && statements[0].entries.map { $0.reference } == ["1", "2"])
        #expect(statements[0].openingMinor == 100 && statements[0].closingMinor == 700)
        #expect(T.refusal(first + page(2, "M:C170601CAD4,", ":61:170601C3,NTRFA//2", "F:C170601CAD7,"))?.code == .total)
    }

    @Test func mt940InSwiftsBlocksIsTheSame() throws {
        let bare = mt940(":61:170601C2,50NTRFX//B1", "C170601CAD2,50")
        let inner = bare.replacing("\n", with: "\r\n")
        let blocks = "{1:F01BANKCAMMAXXX0000000000}{2:I940BANKCAMMXXXXN}{4:\r\n\(inner)-}{5:{CHK:123456789ABC}}\r\n"
        #expect(try T.read(blocks + blocks) == (try T.read(bare)) + (try T.read(bare)))
        #expect(try T.read(blocks.replacing("{4:\r\n", with: "{4:")) == (try T.read(bare)))
    }

    @Test func mt940MistakesAreNamed() {
        #expect(T.refusal(mt940(":61:170631C2,NTRFX"))?.value == "170631C2,NTRFX")
        #expect(T.refusal(mt940(":61:170601X2,NTRFX"))?.field == ":61:")
        #expect(T.refusal(mt940(":61:170601C2,505NTRFX"))?.code == .value)
        #expect(T.refusal(mt940(":61:170601C2,NTRFX"))?.code == .total)
        #expect(T.refusal(":20:R\n:25:1\n:61:170601C2,NTRFX\n")?.field == ":60F:")
        #expect(T.refusal(":20:R\n:25:1\n:60F:C170601CAD2,\n")?.field == ":62F:")
    }

    private func bai2(_ account: String, _ total: String, _ count: Int, modifier: String = "2", status: String = "1")
        -> String
    {
        """
        01,A,B,170601,1200,1,,,2/
        02,A,815,\(status),170601,,CAD,\(modifier)/
        \(account)
        49,\(total),\(count)/
        98,\(total),1,\(count + 2)/
        99,\(total),1,\(count + 4)/
        """
    }

    @Test func bai2FundsTypesAreSteppedOver() throws {
        let account = """
            03,123,,010,100,,S,1,2,3,015,700,,/
            16,142,100,V,170605,1200,R1,E1,a, b/
            16,165,200,S,100,50,50,R2,E2,c/
            16,195,300,D,2,1,100,2,200,R3,E3,d
            16,451,400,1,R4,E4,e/
            88,f, g/
            16,142,400,,R5,E5,h/
            16,890,,,,,note/
            """
        let statement = try T.read(bai2(account, "2200", 9))[0]
        #expect(statement.entries.map { $0.amountMinor } == [100, 200, 300, -400, 400])
        #expect(statement.entries.map { $0.reference } == ["R1", "R2", "R3", "R4", "R5"])
        #expect(statement.entries.map { $0.endToEnd } == ["E1", "E2", "E3", "E4", "E5"])
        #expect(statement.entries.map { $0.text } == ["a, b", "c", "d", "e f, g", "h"])
        #expect(statement.entries[0].valueDate.text == "2017-06-05" && statement.openingMinor == 100)
    }

    @Test func bai2TotalsAndCountsAreChecked() {
        let account = "03,123,,010,100,,,015,300,,/\n16,142,200,Z,R1,,/"
        #expect(T.refusal(bai2(account, "600", 3)) == nil)
        #expect(T.refusal(bai2(account, "601", 3))?.field == "49")
        #expect(T.refusal(bai2(account, "600", 4))?.field == "49")
        #expect(T.refusal(bai2(account, "600", 3).replacing("98,600", with: "98,6"))?.field == "98")
        #expect(T.refusal(bai2(account, "600", 3).replacing("99,600,1", with: "99,600,2"))?.field == "99")
        #expect(T.refusal(bai2(account.replacing("015,300", with: "015,301"), "601", 3))?.code == .total)
        #expect(T.refusal(bai2("03,123,,100,200,2,/\n16,142,200,Z,R1,,/", "400", 3))?.field == "03/100")
    }

    @Test func bai2OfTheSameDayIsIntradayAndOnlyUpdatesAreTaken() throws {
        #expect(try T.read(bai2("03,123,,,,,/", "0", 2, modifier: "3"))[0].kind == .intraday)
        for status in ["2", "3", "4"] {
            #expect(T.refusal(bai2("03,123,,,,,/", "0", 2, status: status))?.field == "02/status")
        }
        #expect(T.refusal(bai2("03,123,,,,,/\n16,700,1,Z,,,/", "1", 3))?.field == "16/type")
    }
}
