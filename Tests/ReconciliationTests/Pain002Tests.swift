import Accounting
import Commerce
import Foundation
import Reconciliation
import Testing

@Suite("pain.002")
struct Pain002Tests {
    @Test("The sample is valid against the schema of ISO, so the reader is tested on what institutions may send")
    func valid() throws {
        guard let result = try Pain001Tests.validation(Array(samplePain002().utf8), "pain.002.001.12.xsd") else {
            return
        }
        #expect(result.status == 0, "\(result.output.prefix(2000))")
    }

    @Test("Statuses of message, batches and payments are read in that order", arguments: ["03", "10", "12"])
    func statuses(version: String) throws {
        let statuses = try Pain002.read(Array(samplePain002(version: version).utf8))
        #expect(statuses.map(\.level) == [.message, .batch, .payment, .payment, .payment, .batch, .payment])
        #expect(statuses.map(\.status) == ["PART", "PART", "ACSC", "RJCT", "PDNG", "RJCT", "RJCT"])
        #expect(statuses.map(\.outcome) == [.partial, .partial, .settled, .rejected, .pending, .rejected, .rejected])
        #expect(
            statuses.map(\.payoutID) == [
                "", "", "payout-2017-03-store-1", "payout-2017-03-store-2", "payout-2017-03-store-3", "",
                "payout-2017-03-store-4",
            ])
        #expect(statuses.allSatisfy { $0.messageID == "20170330-0042" })
        #expect(
            statuses.map(\.batchID) == [
                "", "20170330-0042-DIV", "20170330-0042-DIV", "20170330-0042-DIV",
                "20170330-0042-DIV", "20170330-0042-SEL", "20170330-0042-SEL",
            ])
        let reasons = statuses.map(\.reasons)
        #expect(reasons[0].isEmpty && reasons[1].isEmpty && reasons[2].isEmpty)
        #expect(
            reasons[3] == [
                PaymentStatus.Reason(code: "AC04", isProprietary: false, text: "Compte fermé & soldé"),
                PaymentStatus.Reason(code: "905", isProprietary: true, text: ""),
            ])
        #expect(reasons[5].map(\.code) == ["AM04"] && reasons[6].map(\.code) == ["NARR"])
        #expect(statuses[2].servicerReference == "815-77" && statuses[2].amount == "10.20")
        #expect(statuses[3].name.french == "rejeté")
    }

    @Test("A whole message can be refused without naming its payments")
    func message() throws {
        let statuses = try Pain002.read(
            Array(
                """
                <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><GrpHdr/>
                <OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn>
                <AddtlInf>un</AddtlInf><AddtlInf>deux</AddtlInf></StsRsnInf></OrgnlGrpInfAndSts></CstmrPmtStsRpt>
                </Document>
                """.utf8))
        #expect(statuses.count == 1)
        #expect(statuses.first?.outcome == .rejected && statuses.first?.messageID == "M1")
        #expect(
            statuses.first?.reasons == [PaymentStatus.Reason(code: "FF01", isProprietary: false, text: "un deux")])
    }

    @Test("What is not a status report is refused with a reason", arguments: 0..<11)
    func refused(kind: Int) throws {
        let sample = samplePain002()
        let text: String
        var expected = StatementError.Code.malformed
        switch kind {
        case 0: text = ""
        case 1: text = "pas du XML"
        case 2: text = String(sample.dropLast(40))
        case 3: (text, expected) = (sample.replacing("pain.002.001.12", with: "pain.001.001.09"), .format)
        case 4: (text, expected) = ("<Document/>", .format)
        case 5:
            text = sample.replacing("?>", with: "?><!DOCTYPE Document [<!ENTITY a \"aaaa\">]>")
        case 6:
            text = sample.replacing(
                "?>", with: "?><!DOCTYPE Document SYSTEM \"file:///etc/passwd\">")
        case 7: text = sample.replacing("20170330-0042-DIV", with: "&inconnue;")
        case 8:
            (text, expected) = (
                sample.replacing("<OrgnlEndToEndId>payout-2017-03-store-3</OrgnlEndToEndId>", with: ""), .value
            )
        case 9:
            let deep = String(repeating: "<a>", count: 50) + String(repeating: "</a>", count: 50)
            (text, expected) = (sample.replacing("<PmtInfSts>", with: deep + "<PmtInfSts>"), .limit)
        default:
            (text, expected) = (sample.replacing("payout", with: String(repeating: "p", count: 5000)), .limit)
        }
        let error = #expect(throws: StatementError.self) { try Pain002.read(Array(text.utf8), file: "statut.xml") }
        #expect(error?.code == expected, "kind \(kind): \(String(describing: error))")
        #expect(error?.file == "statut.xml")
    }

    @Test("A billion laughs are not heard")
    func entityBomb() {
        var bomb = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"ha\">"
        for (from, to) in zip("abcdefghij", "bcdefghijk") {
            bomb += "<!ENTITY \(to) \"" + String(repeating: "&\(from);", count: 10) + "\">"
        }
        bomb += "]><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.12\" a=\"&k;\">&k;</Document>"
        let error = #expect(throws: StatementError.self) { try Pain002.read(Array(bomb.utf8)) }
        #expect(error?.code == .malformed)
    }

    @Test("French in Latin-1 is read where the file says so, and refused where it does not")
    func latin1() throws {
        let text = samplePain002().replacing("encoding=\"UTF-8\"", with: "encoding=\"ISO-8859-1\"")
        let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        #expect(try Pain002.read(bytes)[3].reasons.first?.text == "Compte fermé & soldé")
        let undeclared = samplePain002().unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        let error = #expect(throws: StatementError.self) { try Pain002.read(undeclared) }
        #expect(error?.code == .encoding)
    }

    @Test("Damaged reports never trap", arguments: [0x5EED_0011, 0x5EED_0012, 0x5EED_0013] as [UInt64])
    func fuzz(seed: UInt64) {
        print("seed \(seed)")
        var random = PaymentSeed(seed)
        let sample = Array(samplePain002().utf8)
        for _ in 0..<PaymentSeed.rounds { Pain002.fuzz(random.mutated(sample)) }
    }
}

/// A report on the message of `PaymentSamples.file()`: valid in version 12, and as older versions say the same.
private func samplePain002(version: String = "12") -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.\(version)">
      <CstmrPmtStsRpt>
        <GrpHdr><MsgId>S-1</MsgId><CreDtTm>2017-03-31T08:00:00</CreDtTm></GrpHdr>
        <OrgnlGrpInfAndSts>
          <OrgnlMsgId>20170330-0042</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>PART</GrpSts>
        </OrgnlGrpInfAndSts>
        <OrgnlPmtInfAndSts>
          <OrgnlPmtInfId>20170330-0042-DIV</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts>
          <TxInfAndSts>
            <OrgnlInstrId>payout-2017-03-store-1</OrgnlInstrId><OrgnlEndToEndId>payout-2017-03-store-1</OrgnlEndToEndId>
            <TxSts>ACSC</TxSts><AcctSvcrRef>815-77</AcctSvcrRef>
            <OrgnlTxRef><Amt><InstdAmt Ccy="CAD">10.20</InstdAmt></Amt></OrgnlTxRef>
          </TxInfAndSts>
          <TxInfAndSts>
            <OrgnlInstrId>payout-2017-03-store-2</OrgnlInstrId>
            <TxSts>RJCT</TxSts>
            <StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Compte fermé &amp; soldé</AddtlInf></StsRsnInf>
            <StsRsnInf><Rsn><Prtry>905</Prtry></Rsn></StsRsnInf>
          </TxInfAndSts>
          <TxInfAndSts><OrgnlEndToEndId>payout-2017-03-store-3</OrgnlEndToEndId><TxSts>PDNG</TxSts></TxInfAndSts>
        </OrgnlPmtInfAndSts>
        <OrgnlPmtInfAndSts>
          <OrgnlPmtInfId>20170330-0042-SEL</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>
          <StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>
          <TxInfAndSts>
            <OrgnlEndToEndId>payout-2017-03-store-4</OrgnlEndToEndId><TxSts>RJCT</TxSts>
            <StsRsnInf><Rsn><Cd>NARR</Cd></Rsn></StsRsnInf>
          </TxInfAndSts>
        </OrgnlPmtInfAndSts>
      </CstmrPmtStsRpt>
    </Document>
    """
}
