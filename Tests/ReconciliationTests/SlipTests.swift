import Accounting
import Commerce
import Foundation
import Reconciliation
import Testing

@Suite("Tax slips of dividends")
struct SlipTests {
    /// Members whose withholding the rule of ITA 135(3) computes: 250 pays 22.50, 100 nothing.
    private func members(_ amounts: [Int64]) throws -> [MemberDividends] {
        let rule = WithholdingRule(rate: RatePpm(150_000), exemptMinor: 10_000)
        return try amounts.enumerated().map { index, paid in
            MemberDividends(
                memberID: "member-\(1000 + index)", paidMinor: paid,
                federalTaxMinor: try rule.withheldMinor(paymentMinor: paid, paidBeforeMinor: 0))
        }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private var issuer: SlipIssuer {
        var issuer = SlipIssuer(
            name: "Coopérative Grand.io",
            address: SlipAddress(line1: "1, rue du Marché", city: "Québec", province: "QC", postalCode: "G1K 1A1"))
        issuer.businessNumber = "123456789RP0001"
        issuer.quebecIdentification = "1234567890"
        issuer.quebecFile = "0001"
        issuer.enterpriseNumber = "1160000000"
        issuer.contactName = "Zoé L’Écuyer"
        issuer.contactAreaCode = "418"
        issuer.contactPhone = "555-1234"
        return issuer
    }

    private var transmitter: SlipTransmitter {
        var transmitter = SlipTransmitter()
        transmitter.federalAccount = "123456789RP0001"
        transmitter.submissionReference = "GL2017-1"
        transmitter.email = "impots@exemple.coop"
        transmitter.preparerNumber = "NP000000"
        transmitter.certification = "RQ-17-01-000"
        transmitter.partnerID = "0000000000000000"
        transmitter.productID = "0000000000000000"
        return transmitter
    }

    private func person(_ family: String, _ given: String, sin: String = "046454286") -> SlipRecipient {
        SlipRecipient(
            name: .person(family: family, given: given, initial: ""),
            address: SlipAddress(line1: "2, rue Haute", city: "Lévis", province: "QC", postalCode: "g6v 1a1"),
            socialInsuranceNumber: sin)
    }

    @Test("A slip is due where tax was withheld or the year is above the threshold, not at it")
    func thresholds() throws {
        let slips = try DividendSlips(year: 2017, members: try members([10_000, 10_001, 10_004, 50_000, 50_001]))
        #expect(slips.rl1.map(\.memberID) == ["member-1001", "member-1002", "member-1003", "member-1004"])
        // One cent above 100.00 withholds 0.0015, which is nothing; four cents withhold a cent.
        #expect(slips.t4a.map(\.memberID) == ["member-1002", "member-1003", "member-1004"])
        #expect(slips.belowThresholds == 1)
        #expect(slips.t4a.map(\.taxMinor) == [1, 6_000, 6_000])
        #expect(!slips.needsFile(.t4a))
        let exempt = try DividendSlips(
            year: 2017,
            members: [
                MemberDividends(memberID: "a", paidMinor: 50_000, federalTaxMinor: 0),
                MemberDividends(memberID: "b", paidMinor: 50_001, federalTaxMinor: 0),
            ])
        #expect(exempt.t4a.map(\.memberID) == ["b"])
        #expect(try DividendSlips(year: 2017, members: try members(Array(repeating: 90_000, count: 6))).needsFile(.rl1))
    }

    @Test("The slips' tax is what the books withheld, or the difference is named")
    func tied() throws {
        let slips = try DividendSlips(year: 2017, members: try members([25_000, 25_000]))
        try slips.tie(federalWithheldMinor: 4_500)
        let error = #expect(throws: StatementError.self) { try slips.tie(federalWithheldMinor: 4_600) }
        #expect(error?.code == .total && error?.value == "45.00")
        #expect(error?.reason.french == "les feuillets portent 45.00 d’impôt retenu, les livres 46.00 : écart de -1.00")
        let quebec = #expect(throws: StatementError.self) {
            try slips.tie(federalWithheldMinor: 4_500, quebecWithheldMinor: 1)
        }
        #expect(quebec?.field == "rl1, E")
    }

    @Test("Slips do not depend on the order of members; a member twice, a negative or an excessive tax is refused")
    func refusals() throws {
        let list = try members([25_000, 60_000, 70_000])
        #expect(try DividendSlips(year: 2017, members: list) == DividendSlips(year: 2017, members: list.reversed()))
        for wrong in [
            MemberDividends(memberID: "member-1000", paidMinor: 1, federalTaxMinor: 0),
            MemberDividends(memberID: "x", paidMinor: -1, federalTaxMinor: 0),
            MemberDividends(memberID: "x", paidMinor: 1, federalTaxMinor: 2),
            MemberDividends(memberID: "x", paidMinor: 1, federalTaxMinor: 0, quebecTaxMinor: -1),
            MemberDividends(memberID: "x", paidMinor: .max, federalTaxMinor: 0),
        ] {
            #expect(throws: StatementError.self) { try DividendSlips(year: 2017, members: list + [wrong]) }
        }
    }

    @Test("Changes are new, amended and cancelled slips; the whole afterwards is what stands")
    func amendments() throws {
        let before = try DividendSlips(year: 2017, members: try members([25_000, 60_000, 70_000, 5_000]))
        let after = try DividendSlips(year: 2017, members: try members([25_000, 61_000, 9_000, 20_000]))
        for form in SlipForm.allCases {
            let changes = after.changes(since: before, form)
            #expect(changes.map(\.memberID) == ["member-1001", "member-1003", "member-1002"])
            #expect(changes.map(\.action) == [.amended, .original, .cancelled])
            #expect(changes.last?.paidMinor == 70_000)
            #expect(after.changes(since: after, form).isEmpty)
            var standing = Dictionary(uniqueKeysWithValues: before.slips(form).map { ($0.memberID, $0.paidMinor) })
            for change in changes { standing[change.memberID] = change.action == .cancelled ? nil : change.paidMinor }
            #expect(standing == Dictionary(uniqueKeysWithValues: after.slips(form).map { ($0.memberID, $0.paidMinor) }))
        }
        #expect(throws: StatementError.self) {
            try T4A.write(after.changes(since: before, .t4a), year: 2017, issuer: issuer, recipients: [:])
        }
    }

    @Test("The T4A return has the agency's element names, every slip and the sums")
    func t4a() throws {
        let slips = try DividendSlips(year: 2017, members: try members([25_000, 60_000]))
        let recipients = ["member-1000": person("L’Écuyer", "Zoé"), "member-1001": organisation]
        let document = try T4A.write(
            slips.t4a, year: 2017, issuer: issuer, recipients: recipients, transmitter: transmitter)
        #expect(document.gaps.isEmpty, "\(document.gaps.map(\.text.french))")
        #expect(document.isReady && document.marked == document.bytes)
        let xml = text(document.bytes)
        for part in [
            "<snm>L’Écuyer</snm>", "<gvn_nm>Zoé</gvn_nm>", "<sin>046454286</sin>", "<pstl_cd>G6V1A1</pstl_cd>",
            "<itx_ddct_amt>22.50</itx_ddct_amt>", "<ptrng_aloc_amt>250.00</ptrng_aloc_amt>",
            "<rcpnt_bn>987654321RC0001</rcpnt_bn>", "<l1_nm>Librairie &lt;Le Bœuf&gt; &amp; cie</l1_nm>",
            "<tot_ptrng_aloc_amt>850.00</tot_ptrng_aloc_amt>", "<tot_itx_dedn_amt>97.50</tot_itx_dedn_amt>",
            "<slp_cnt>2</slp_cnt>", "<rpt_tcd>O</rpt_tcd>", "<tx_yr>2017</tx_yr>",
        ] { #expect(xml.contains(part), "\(part)") }
        try wellFormed(document.bytes)
        #expect(
            try T4A.write(slips.t4a, year: 2017, issuer: issuer, recipients: recipients, transmitter: transmitter)
                == document)
    }

    private var organisation: SlipRecipient {
        SlipRecipient(
            name: .organisation("Librairie <Le Bœuf> & cie"),
            address: SlipAddress(line1: "3, rue Basse", city: "Lévis", province: "QC", postalCode: "G6V1A2"),
            businessNumber: "987654321RC0001")
    }

    private func wellFormed(_ bytes: [UInt8]) throws {
        guard let result = try PaymentSamples.run("xmllint", ["--noout", "FILE"], input: bytes) else { return }
        #expect(result.status == 0, "\(result.output.prefix(1000))")
    }

    @Test("What is not known is left out and listed, never invented; a wrong number counts as not known")
    func gaps() throws {
        let slips = try DividendSlips(year: 2017, members: try members([25_000, 60_000, 70_000]))
        let document = try T4A.write(
            slips.t4a, year: 2017, issuer: SlipIssuer(),
            recipients: [
                "member-1000": person("Tremblay", "Marie-Antoinette-Joséphine", sin: "123456789"),
                "member-1001": SlipRecipient(name: .person(family: "", given: "", initial: "")),
            ])
        let member = document.gaps.filter { $0.memberID == "member-1000" }
        #expect(
            member == [
                SlipGap(.shortened, memberID: "member-1000", field: "gvn_nm"),
                SlipGap(.invalid, memberID: "member-1000", field: "sin"),
            ])
        let unknown = Set(document.gaps.filter { $0.memberID == "member-1001" }.map(\.field))
        #expect(unknown == ["snm", "gvn_nm", "sin", "addr_l1_txt", "cty_nm", "prov_cd", "pstl_cd"])
        #expect(document.gaps.contains(SlipGap(.missing, memberID: "member-1002", field: "RCPNT_NM")))
        #expect(document.gaps.contains(SlipGap(.missing, memberID: "", field: "bn15")))
        #expect(!document.isReady && text(document.marked).contains("<!-- NE PAS TRANSMETTRE"))
        #expect(document.gaps.filter { $0.field == "bn" } == [SlipGap(.missing, memberID: "", field: "bn")])
        try wellFormed(document.marked)
        let xml = text(document.bytes)
        #expect(!xml.contains("<sin>") && !xml.contains("123456789") && !xml.contains("000000000"))
        #expect(document.gaps.allSatisfy { !$0.text.french.contains("123456789") })
        try wellFormed(document.bytes)
    }

    @Test("The RL-1 file has Revenu Québec's element names, original, amended and cancelled")
    func rl1() throws {
        let before = try DividendSlips(year: 2017, members: try members([25_000, 60_000]))
        let recipients = ["member-1000": person("L’Écuyer", "Zoé"), "member-1001": person("Roy", "Jean")]
        let numbers = [
            "member-1000": RL1.Number(current: "100000001"), "member-1001": RL1.Number(current: "100000002"),
        ]
        let original = try RL1.write(
            before.rl1, year: 2017, issuer: issuer, recipients: recipients, numbers: numbers, transmitter: transmitter)
        #expect(original.gaps.isEmpty, "\(original.gaps.map(\.text.french))")
        let xml = text(original.bytes)
        for part in [
            "<Transmission VersionSchema=\"2017.1\" xmlns=\"http://www.mrq.gouv.qc.ca/T5\">",
            "<TypeEnvoi>1</TypeEnvoi>", "<R>", "<NoReleve>100000001</NoReleve>", "<NAS>046454286</NAS>",
            "<NomFamille>L’Écuyer</NomFamille>", "<MontantCaseO>250.00</MontantCaseO>", "<SourceCaseO>RL</SourceCaseO>",
            "<NbReleves>2</NbReleves>", "<NoId>1234567890</NoId>", "<TypeDossier>RS</TypeDossier>",
        ] { #expect(xml.contains(part), "\(part)") }
        #expect(!xml.contains("E_ImpotQue"))
        try wellFormed(original.bytes)

        let after = try DividendSlips(year: 2017, members: try members([26_000, 5_000]))
        let changes = after.changes(since: before, .rl1)
        let again = [
            "member-1000": RL1.Number(current: "100000003", previous: "100000001"),
            "member-1001": RL1.Number(current: "100000002"),
        ]
        let amended = try RL1.write(
            changes.filter { $0.action == .amended }, year: 2017, issuer: issuer, recipients: recipients,
            numbers: again, transmitter: transmitter)
        #expect(text(amended.bytes).contains("<NoReleveDerniereTrans>100000001</NoReleveDerniereTrans>"))
        #expect(text(amended.bytes).contains("<TypeEnvoi>4</TypeEnvoi>") && text(amended.bytes).contains("<A>"))
        let cancelled = text(
            try RL1.write(
                changes.filter { $0.action == .cancelled }, year: 2017, issuer: issuer, recipients: recipients,
                numbers: again, transmitter: transmitter
            ).bytes)
        #expect(cancelled.contains("<TypeEnvoi>6</TypeEnvoi>") && cancelled.contains("<D>"))
        #expect(cancelled.contains("<NoReleve>100000002</NoReleve>"))
        #expect(!cancelled.contains("Montants") && !cancelled.contains("MontantCaseO"))
    }

    @Test("An RL-1 without a number, and one for an organisation, are listed")
    func rl1Gaps() throws {
        let slips = try DividendSlips(year: 2017, members: try members([25_000, 60_000, 1_000_000_000]))
        let document = try RL1.write(
            slips.rl1, year: 2017, issuer: issuer,
            recipients: [
                "member-1000": person("Roy", "Jean"), "member-1001": organisation, "member-1002": person("Roy", "Ève"),
            ],
            numbers: [:],
            transmitter: transmitter)
        #expect(
            document.gaps == [
                SlipGap(.missing, memberID: "member-1000", field: "NoReleve"),
                SlipGap(.leftOut, memberID: "member-1001", field: "Identification"),
                SlipGap(.leftOut, memberID: "member-1002", field: "MontantCaseO"),
            ])
        #expect(text(document.bytes).contains("<NbReleves>1</NbReleves>"))
    }

    @Test("The table keeps one row a slip whatever the names hold")
    func csv() throws {
        let slips = try DividendSlips(year: 2017, members: try members([25_000, 60_000]))
        let table = try SlipCSV.write(
            slips.t4a + slips.rl1, year: 2017,
            recipients: ["member-1000": person("=HYPERLINK(\"x\"),\n\u{0}", "Zoé, dite « Zo »")])
        let rows = text(table).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(rows.count == 7 && rows.last == "")
        #expect(rows[1].contains("\"'=HYPERLINK(\"\"x\"\"),  \",\"Zoé, dite « Zo »\""))
        #expect(rows[5] == "total,,2017,4,,,,,,,,,,,,1700.00,,97.50,,")
        #expect(rows[0].split(separator: ",", omittingEmptySubsequences: false).count == 20)
    }

    @Test(
        "A printout says in its language that it is not official, and escapes what it prints",
        arguments: Language.allCases)
    func printout(language: Language) throws {
        let slips = try DividendSlips(year: 2017, members: try members([12_345_678]))
        for slip in slips.t4a + slips.rl1 {
            let page = text(
                SlipPrintout.html(
                    slip, year: 2017, issuer: issuer, recipient: person("<script>alert('é')</script>", "Zoé"),
                    language: language))
            #expect(page.contains(language == .french ? "NON OFFICIEL" : "UNOFFICIAL"))
            #expect(page.contains("lang=\"\(language.rawValue)\""))
            #expect(!page.contains("<script>") && page.contains("&lt;script&gt;alert(&#39;é&#39;)"))
            #expect(page.contains(language == .french ? "123\u{A0}456,78\u{A0}$" : "$123,456.78"))
            let blank = text(SlipPrintout.html(slip, year: 2017, issuer: issuer, recipient: nil, language: language))
            #expect(blank.contains("<td></td>") && blank.contains("<dd></dd>"))
        }
    }

    @Test("Ten thousand members' slips tie to their withholding")
    func tenThousand() throws {
        let list = try members((0..<10_000).map { Int64($0 * 7 + 3) })
        let slips = try DividendSlips(year: 2017, members: list)
        try slips.tie(federalWithheldMinor: list.reduce(0) { $0 + $1.federalTaxMinor })
        let document = try T4A.write(slips.t4a, year: 2017, issuer: issuer, recipients: [:])
        #expect(text(document.bytes).contains("<slp_cnt>\(slips.t4a.count)</slp_cnt>"))
        #expect(slips.t4a.count + slips.belowThresholds <= 10_000)
    }
}
