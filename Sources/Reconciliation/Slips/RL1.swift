import Accounting
import Commerce

/// Revenu Québec's relevé 1 as XML: `Transmission` with the sender (`P`), then `Groupe01` with a slip per member (`R`
/// original, `A` amended, `D` cancelled) and the totals' sheet (`T`).
///
/// Element names as two or three independent programs write them; the schema of Revenu Québec is given to certified
/// developers only and was not at hand. See Docs/tax-slips.md for what could not be verified.
package enum RL1 {
    /// A box holds at most 9 999 999.99; more goes on several slips (Revenu Québec), which a person must make.
    static let amountMinorMax: Int64 = 999_999_999
    static let namespace = "http://www.mrq.gouv.qc.ca/T5"

    /// A slip's own number, and that of the slip that it amends or cancels. Revenu Québec gives ranges of nine digits.
    package struct Number: Equatable, Sendable {
        package var current: String
        package var previous: String

        package init(current: String, previous: String = "") {
            self.current = current
            self.previous = previous
        }
    }

    /// The file of slips that all have the same action. `numbers` and `recipients` are by member id; `schemaVersion` is
    /// what Revenu Québec publishes for the year ("2026.1").
    ///
    /// What is not known is left out and listed. Members that are organisations are left out and listed: how the slip
    /// names them is not known to us; so are amounts beyond what a box holds. Throws `StatementError` with code `value` where the slips are not alike.
    package static func write(
        _ slips: [DividendSlip], year: Int, rules: SlipRules = SlipRules(), issuer: SlipIssuer,
        recipients: [String: SlipRecipient], numbers: [String: Number], schemaVersion: String = "",
        transmitter: SlipTransmitter = SlipTransmitter()
    ) throws(StatementError) -> SlipDocument {
        let place = "rl1-\(year)"
        let action = try SlipCheck.action(of: slips, .rl1, place)
        var elements = SlipElements()
        let version = schemaVersion.isEmpty ? "\(year).1" : schemaVersion
        let bytes = try XMLText.document(place) { (xml) throws(StatementError) in
            try xml.element("Transmission", ["VersionSchema": version, "xmlns": namespace]) {
                (xml) throws(StatementError) in
                try sender(transmitter, issuer, action, year, &elements, &xml)
                try xml.element("Groupe01") { (xml) throws(StatementError) in
                    var count = 0
                    for slip in slips {
                        elements.memberID = slip.memberID
                        guard let recipient = recipients[slip.memberID],
                            case .person(let family, let given, let initial) = recipient.name
                        else {
                            elements.note(recipients[slip.memberID] == nil ? .missing : .leftOut, "Identification")
                            continue
                        }
                        guard slip.paidMinor <= amountMinorMax else {
                            elements.note(.leftOut, "MontantCaseO")
                            continue
                        }
                        count += 1
                        let person = Person(
                            family: family, given: given, initial: initial, recipient: recipient,
                            number: numbers[slip.memberID] ?? Number(current: ""))
                        try Self.slip(slip, person, year, rules, &elements, &xml)
                    }
                    elements.memberID = ""
                    try totals(count, year, issuer, &elements, &xml)
                }
            }
        }
        return SlipDocument(bytes: bytes, gaps: elements.gaps)
    }

    private struct Person {
        var family: String
        var given: String
        var initial: String
        var recipient: SlipRecipient
        var number: Number
    }

    private static func sender(
        _ transmitter: SlipTransmitter, _ issuer: SlipIssuer, _ action: SlipAction, _ year: Int,
        _ elements: inout SlipElements, _ xml: inout XMLText
    ) throws(StatementError) {
        try xml.element("P") { (xml) throws(StatementError) in
            xml.leaf("Annee", "\(year)")
            xml.leaf("TypeEnvoi", action.quebecSending)
            try xml.element("Preparateur") { (xml) throws(StatementError) in
                elements.required("No", transmitter.preparerNumber, 8, &xml)
                elements.optional("Type", transmitter.preparerType, 1, &xml)
                elements.required("Nom1", issuer.name, 30, &xml)
                try address(issuer.address, &elements, &xml)
            }
            try xml.element("Informatique") { (xml) throws(StatementError) in
                elements.required("Nom", issuer.contactName, 30, &xml)
                elements.required("IndRegional", issuer.contactAreaCode, 3, &xml)
                elements.required("Tel", issuer.contactPhone, 8, &xml)
                xml.leaf("Langue", "F")
            }
            elements.required("NoCertification", transmitter.certification, 12, &xml)
            xml.leaf("NomLogiciel", "GrandLivre")
            elements.required("IdPartenaireReleves", transmitter.partnerID, 16, &xml)
            elements.required("IdProduitReleves", transmitter.productID, 16, &xml)
        }
    }

    private static func slip(
        _ slip: DividendSlip, _ person: Person, _ year: Int, _ rules: SlipRules, _ elements: inout SlipElements,
        _ xml: inout XMLText
    ) throws(StatementError) {
        let isCancelled = slip.action == .cancelled
        try xml.element(slip.action.quebecCode) { (xml) throws(StatementError) in
            xml.leaf("Annee", "\(year)")
            // A cancellation names the slip that it cancels by that slip's own number.
            let number = isCancelled && !person.number.previous.isEmpty ? person.number.previous : person.number.current
            elements.formed("NoReleve", number, LatinText.isDigits(number, 9...9), &xml)
            try xml.element("Identification") { (xml) throws(StatementError) in
                try xml.element("Employe") { (xml) throws(StatementError) in
                    let sin = person.recipient.socialInsuranceNumber
                    elements.formed("NAS", sin, SlipElements.isSocialInsuranceNumber(sin), &xml)
                    if !isCancelled { elements.optional("No", slip.memberID, 20, &xml) }
                    elements.required("NomFamille", person.family, 30, &xml)
                    elements.required("Prenom", person.given, 30, &xml)
                    if !isCancelled { elements.optional("Initiale", person.initial, 1, &xml) }
                }
            }
            // Revenu Québec: the boxes of a cancelled slip do not stand in the file.
            guard !isCancelled else { return }
            try address(person.recipient.address, &elements, &xml)
            try xml.element("Montants") { (xml) throws(StatementError) in
                if slip.taxMinor > 0 { xml.leaf("E_ImpotQue", amount(slip.taxMinor)) }
                try xml.element("O_AutreRevenu") { (xml) throws(StatementError) in
                    xml.leaf("MontantCaseO", amount(slip.paidMinor))
                    xml.leaf("SourceCaseO", rules.rl1SourceCode)
                }
            }
            guard slip.action == .amended else { return }
            let previous = person.number.previous
            elements.formed("NoReleveDerniereTrans", previous, LatinText.isDigits(previous, 9...9), &xml)
        }
    }

    private static func totals(
        _ count: Int, _ year: Int, _ issuer: SlipIssuer, _ elements: inout SlipElements, _ xml: inout XMLText
    ) throws(StatementError) {
        try xml.element("T") { (xml) throws(StatementError) in
            xml.leaf("Annee", "\(year)")
            xml.leaf("NbReleves", "\(count)")
            try xml.element("Employeur") { (xml) throws(StatementError) in
                let (identification, file) = (issuer.quebecIdentification, issuer.quebecFile)
                elements.formed("NoId", identification, LatinText.isDigits(identification, 10...10), &xml)
                xml.leaf("TypeDossier", "RS")
                elements.formed("NoDossier", file, LatinText.isDigits(file, 4...4), &xml)
                elements.optional("NEQ", issuer.enterpriseNumber, 10, &xml)
                elements.required("Nom1", issuer.name, 30, &xml)
                try address(issuer.address, &elements, &xml)
            }
        }
    }

    private static func address(
        _ address: SlipAddress, _ elements: inout SlipElements, _ xml: inout XMLText
    ) throws(StatementError) {
        try xml.element("Adresse") { (xml) throws(StatementError) in
            elements.required("Ligne1", address.line1, 30, &xml)
            elements.optional("Ligne2", address.line2, 30, &xml)
            elements.required("Ville", address.city, 30, &xml)
            elements.formed("Province", address.provinceCode, address.hasProvinceCode, &xml)
            elements.required("CodePostal", address.compactPostalCode, 6, &xml)
        }
    }

    private static func amount(_ minor: Int64) -> String { DecimalText.format(minor: minor, exponent: 2) }
}
