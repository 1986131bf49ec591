import Accounting
import Commerce

/// The T4A return of the Canada Revenue Agency as XML: `T4ASlip` per member, one `T4ASummary`, under a T619 head.
///
/// Element names as three independent programs write them (and one list of types made from the agency's schema of
/// 2026); the schema itself was not at hand, so a file is to be validated with the agency's own before it is sent. See
/// Docs/tax-slips.md for what could not be verified.
package enum T4A {
    /// The return of slips that all have the same action. Members are found in `recipients` by their id.
    ///
    /// What is not known is left out and listed: a file with gaps of kind `missing` is not ready to be sent. The
    /// summary sums the slips of this file. Throws `StatementError` with code `value` where the slips are not alike, or
    /// `total`.
    package static func write(
        _ slips: [DividendSlip], year: Int, issuer: SlipIssuer, recipients: [String: SlipRecipient],
        transmitter: SlipTransmitter = SlipTransmitter()
    ) throws(StatementError) -> SlipDocument {
        let place = "t4a-\(year)"
        let action = try SlipCheck.action(of: slips, .t4a, place)
        let summary = try DividendSlips.summary(of: slips, year: year)
        var elements = SlipElements()
        let bytes = try XMLText.document(place) { (xml) throws(StatementError) in
            try xml.element("Submission", ["xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance"]) {
                (xml) throws(StatementError) in
                try head(transmitter, issuer, &elements, &xml)
                try xml.element("Return") { (xml) throws(StatementError) in
                    try xml.element("T4A") { (xml) throws(StatementError) in
                        for slip in slips {
                            elements.memberID = slip.memberID
                            try Self.slip(slip, issuer, recipients[slip.memberID], &elements, &xml)
                        }
                        elements.memberID = ""
                        try Self.summary(summary, action, year, issuer, &elements, &xml)
                    }
                }
            }
        }
        return SlipDocument(bytes: bytes, gaps: elements.gaps)
    }

    private static func amount(_ minor: Int64) -> String { DecimalText.format(minor: minor, exponent: 2) }

    private static func head(
        _ transmitter: SlipTransmitter, _ issuer: SlipIssuer, _ elements: inout SlipElements, _ xml: inout XMLText
    ) throws(StatementError) {
        try xml.element("T619") { (xml) throws(StatementError) in
            let account = transmitter.federalAccount
            try xml.element("TransmitterAccountNumber") { (xml) throws(StatementError) in
                elements.formed("bn15", account, SlipElements.isProgramAccount(account, ["RP", "RZ", "RC"]), &xml)
            }
            if !transmitter.representativeID.isEmpty {
                try xml.element("TransmitterRepID") { (xml) throws(StatementError) in
                    elements.optional("RepID", transmitter.representativeID, 7, &xml)
                }
            }
            elements.required("sbmt_ref_id", transmitter.submissionReference, 8, &xml)
            xml.leaf("summ_cnt", "1")
            xml.leaf("lang_cd", "F")
            try xml.element("TransmitterName") { (xml) throws(StatementError) in
                elements.required("l1_nm", issuer.name, 30, &xml)
            }
            xml.leaf("TransmitterCountryCode", "CAN")
            try contact(issuer, email: transmitter.email, needsEmail: true, &elements, &xml)
        }
    }

    private static func contact(
        _ issuer: SlipIssuer, email: String, needsEmail: Bool, _ elements: inout SlipElements, _ xml: inout XMLText
    ) throws(StatementError) {
        try xml.element("CNTC") { (xml) throws(StatementError) in
            elements.required("cntc_nm", issuer.contactName, 22, &xml)
            elements.required("cntc_area_cd", issuer.contactAreaCode, 3, &xml)
            elements.required("cntc_phn_nbr", issuer.contactPhone, 8, &xml)
            if needsEmail { elements.required("cntc_email_area", email, 60, &xml) }
        }
    }

    private static func slip(
        _ slip: DividendSlip, _ issuer: SlipIssuer, _ recipient: SlipRecipient?, _ elements: inout SlipElements,
        _ xml: inout XMLText
    ) throws(StatementError) {
        try xml.element("T4ASlip") { (xml) throws(StatementError) in
            if let recipient {
                try Self.recipient(recipient, &elements, &xml)
                try address("RCPNT_ADDR", recipient.address, &elements, &xml)
            } else {
                elements.note(.missing, "RCPNT_NM")
            }
            elements.optional("rcpnt_nbr", slip.memberID, 20, &xml)
            payerAccount(issuer, &elements, &xml)
            xml.leaf("rpt_tcd", slip.action.federalCode)
            if slip.taxMinor > 0 {
                try xml.element("T4A_AMT") { (xml) throws(StatementError) in
                    xml.leaf("itx_ddct_amt", amount(slip.taxMinor))
                }
            }
            try xml.element("OTH_INFO") { (xml) throws(StatementError) in
                xml.leaf("ptrng_aloc_amt", amount(slip.paidMinor))
            }
        }
    }

    private static func recipient(
        _ recipient: SlipRecipient, _ elements: inout SlipElements, _ xml: inout XMLText
    ) throws(StatementError) {
        let (sin, account) = (recipient.socialInsuranceNumber, recipient.businessNumber)
        switch recipient.name {
        case .person(let family, let given, let initial):
            try xml.element("RCPNT_NM") { (xml) throws(StatementError) in
                elements.required("snm", family, 20, &xml)
                elements.required("gvn_nm", given, 12, &xml)
                elements.optional("init", initial, 1, &xml)
            }
            elements.formed("sin", sin, SlipElements.isSocialInsuranceNumber(sin), &xml)
        case .organisation(let name):
            elements.formed(
                "rcpnt_bn", account, SlipElements.isProgramAccount(account, ["RC", "RP", "RR", "RT", "RZ"]), &xml)
            try xml.element("RCPNT_CORP_NM") { (xml) throws(StatementError) in
                elements.required("l1_nm", name, 30, &xml)
            }
        }
    }

    private static func payerAccount(_ issuer: SlipIssuer, _ elements: inout SlipElements, _ xml: inout XMLText) {
        let account = issuer.businessNumber
        // It is the payer that lacks it, on whichever slip.
        let member = elements.memberID
        elements.memberID = ""
        defer { elements.memberID = member }
        elements.formed("bn", account, SlipElements.isProgramAccount(account, ["RP"]), &xml)
    }

    private static func address(
        _ name: String, _ address: SlipAddress, _ elements: inout SlipElements, _ xml: inout XMLText
    ) throws(StatementError) {
        try xml.element(name) { (xml) throws(StatementError) in
            elements.required("addr_l1_txt", address.line1, 30, &xml)
            elements.optional("addr_l2_txt", address.line2, 30, &xml)
            elements.required("cty_nm", address.city, 28, &xml)
            elements.formed("prov_cd", address.provinceCode, address.hasProvinceCode, &xml)
            elements.required("cntry_cd", address.country, 3, &xml)
            elements.required("pstl_cd", address.compactPostalCode, 10, &xml)
        }
    }

    private static func summary(
        _ summary: SlipSummary, _ action: SlipAction, _ year: Int, _ issuer: SlipIssuer,
        _ elements: inout SlipElements, _ xml: inout XMLText
    ) throws(StatementError) {
        try xml.element("T4ASummary") { (xml) throws(StatementError) in
            payerAccount(issuer, &elements, &xml)
            try xml.element("PAYR_NM") { (xml) throws(StatementError) in
                elements.required("l1_nm", issuer.name, 30, &xml)
            }
            try address("PAYR_ADDR", issuer.address, &elements, &xml)
            try contact(issuer, email: "", needsEmail: false, &elements, &xml)
            xml.leaf("tx_yr", "\(year)")
            xml.leaf("slp_cnt", "\(summary.count)")
            xml.leaf("rpt_tcd", action.federalCode)
            try xml.element("T4A_TAMT") { (xml) throws(StatementError) in
                xml.leaf("tot_ptrng_aloc_amt", amount(summary.paidMinor))
                xml.leaf("tot_itx_dedn_amt", amount(summary.taxMinor))
            }
        }
    }
}
