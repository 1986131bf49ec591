import Accounting
import Commerce
import Foundation
import Reconciliation
import Testing

@Suite("pain.001")
struct Pain001Tests {
    /// What xmllint says of a document against a schema in shared/data; nil where either is absent.
    static func validation(_ bytes: [UInt8], _ schema: String) throws -> (status: Int32, output: String)? {
        guard let data = PaymentSamples.data else { return nil }
        return try PaymentSamples.run(
            "xmllint", ["--noout", "--nonet", "--schema", "\(data)/schemas/\(schema)", "FILE"], input: bytes)
    }

    private func mixed(_ count: Int) -> [PaymentOrder] {
        (0..<count).map {
            PaymentSamples.order($0, purpose: PaymentPurpose.allCases[$0 % PaymentPurpose.allCases.count])
        }
    }

    @Test("The file is valid against the schema of ISO", arguments: [1, 7, 30, 10_000])
    func valid(count: Int) throws {
        let written = try Pain001.write(try PaymentSamples.file(), mixed(count))
        guard let result = try Self.validation(written.bytes, "pain.001.001.09.xsd") else { return }
        #expect(result.status == 0, "\(result.output.prefix(2000))")
    }

    @Test("Every purpose has a batch of its own whose count and control sum add up to the message's")
    func batches() throws {
        let orders = mixed(30)
        let written = try Pain001.write(try PaymentSamples.file(), orders)
        #expect(written.batches.map(\.purpose) == PaymentPurpose.allCases)
        #expect(written.batches.reduce(0) { $0 + $1.count } == 30)
        #expect(written.batches.reduce(0) { $0 + $1.totalMinor } == written.totalMinor)
        #expect(written.totalMinor == orders.reduce(0) { $0 + $1.amountMinor })
        let text = String(decoding: written.bytes, as: UTF8.self)
        let sums = text.matches(of: /<CtrlSum>([0-9.]+)<\/CtrlSum>/).map { "\($0.output.1)" }
        let expected = [written.totalMinor] + written.batches.map(\.totalMinor)
        #expect(sums == expected.map { DecimalText.format(minor: $0, currency: .cad) })
        for batch in written.batches { #expect(text.contains("<PmtInfId>\(batch.id)</PmtInfId>")) }
        for order in orders { #expect(text.contains("<EndToEndId>\(order.payoutID)</EndToEndId>")) }
        #expect(text.contains("<MmbId>081530000</MmbId>"))
        #expect(text.contains("<CreDtTm>2017-03-30T10:01:01</CreDtTm>"))
    }

    @Test("The same orders make the same bytes; the smallest file is pinned")
    func golden() throws {
        let order = PaymentSamples.order(2)
        let written = try Pain001.write(try PaymentSamples.file(), [order])
        #expect(try Pain001.write(try PaymentSamples.file(), [order]) == written)
        #expect(String(decoding: written.bytes, as: UTF8.self) == goldenPain001)
    }

    @Test("Names that would break XML or the Latin set are folded")
    func hostile() throws {
        var orders = PaymentSamples.orders(5)
        orders[0].payeeName = "]]><Dbtr>&amp;'\"\u{0}\u{1B}é\u{FFFE}😀"
        orders[1].payeeName = String(repeating: "Ça va ", count: 60)
        orders[2].remittance = String(repeating: "œ", count: 200)
        orders[3].remittance = "\u{202E}\n\t"
        let written = try Pain001.write(try PaymentSamples.file(), orders)
        #expect(written.warnings.map(\.payoutID) == [orders[1].payoutID, orders[2].payoutID])
        let text = String(decoding: written.bytes, as: UTF8.self)
        #expect(text.contains("<Nm>Dbtr +amp ' e</Nm>"))
        #expect(text.utf8.allSatisfy { $0 < 0x7F })
        guard let result = try Self.validation(written.bytes, "pain.001.001.09.xsd") else { return }
        #expect(result.status == 0, "\(result.output.prefix(2000))")
    }

    @Test("French words keep their letters without accents")
    func folding() {
        let folded = LatinText.folded("L’Œuvre d’Anaïs — « Ça ! » №5 naïve ﬁn", to: .swift)
        #expect(folded == "L'OEuvre d'Anais - Ca 5 naive n")
        #expect(LatinText.folded("Âne & bœuf", to: .cpa005) == "ANE & BOEUF")
        #expect(LatinText.folded("Âne & bœuf", to: .swift) == "Ane + boeuf")
        #expect(LatinText.folded(" \u{301}\u{0} ", to: .cpa005) == "")
        #expect(LatinText.cut("ABC DEF", to: 4) == "ABC")
    }
}

private let goldenPain001 = """
    <?xml version="1.0" encoding="UTF-8"?>
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
     <CstmrCdtTrfInitn>
      <GrpHdr>
       <MsgId>20170330-0042</MsgId>
       <CreDtTm>2017-03-30T10:01:01</CreDtTm>
       <NbOfTxs>1</NbOfTxs>
       <CtrlSum>20.33</CtrlSum>
       <InitgPty>
        <Nm>Cooperative Grand.io</Nm>
        <Id>
         <OrgId>
          <Othr>
           <Id>8150012345</Id>
          </Othr>
         </OrgId>
        </Id>
       </InitgPty>
      </GrpHdr>
      <PmtInf>
       <PmtInfId>20170330-0042-DIV</PmtInfId>
       <PmtMtd>TRF</PmtMtd>
       <NbOfTxs>1</NbOfTxs>
       <CtrlSum>20.33</CtrlSum>
       <PmtTpInf>
        <SvcLvl>
         <Cd>NURG</Cd>
        </SvcLvl>
        <CtgyPurp>
         <Cd>DIVI</Cd>
        </CtgyPurp>
       </PmtTpInf>
       <ReqdExctnDt>
        <Dt>2017-03-31</Dt>
       </ReqdExctnDt>
       <Dbtr>
        <Nm>Cooperative Grand.io</Nm>
        <Id>
         <OrgId>
          <Othr>
           <Id>8150012345</Id>
          </Othr>
         </OrgId>
        </Id>
       </Dbtr>
       <DbtrAcct>
        <Id>
         <Othr>
          <Id>1234567</Id>
         </Othr>
        </Id>
        <Ccy>CAD</Ccy>
       </DbtrAcct>
       <DbtrAgt>
        <FinInstnId>
         <ClrSysMmbId>
          <ClrSysId>
           <Cd>CACPA</Cd>
          </ClrSysId>
          <MmbId>081530000</MmbId>
         </ClrSysMmbId>
        </FinInstnId>
       </DbtrAgt>
       <CdtTrfTxInf>
        <PmtId>
         <InstrId>payout-2017-03-store-2</InstrId>
         <EndToEndId>payout-2017-03-store-2</EndToEndId>
        </PmtId>
        <Amt>
         <InstdAmt Ccy="CAD">20.33</InstdAmt>
        </Amt>
        <CdtrAgt>
         <FinInstnId>
          <ClrSysMmbId>
           <ClrSysId>
            <Cd>CACPA</Cd>
           </ClrSysId>
           <MmbId>081510002</MmbId>
          </ClrSysMmbId>
         </FinInstnId>
        </CdtrAgt>
        <Cdtr>
         <Nm>Eve-Marie D'OEuvre Nunez</Nm>
        </Cdtr>
        <CdtrAcct>
         <Id>
          <Othr>
           <Id>1000002</Id>
          </Othr>
         </Id>
        </CdtrAcct>
        <Purp>
         <Cd>DIVD</Cd>
        </Purp>
        <RmtInf>
         <Ustrd>Ristourne 2016 - Grand.io</Ustrd>
        </RmtInf>
       </CdtTrfTxInf>
      </PmtInf>
     </CstmrCdtTrfInitn>
    </Document>

    """
