package import Commerce

/// A file of slips, and what a person must still do before it can be sent.
package struct SlipDocument: Equatable, Sendable {
    package var bytes: [UInt8]
    /// What the authority asks for and we do not know; the file leaves it out.
    package var gaps: [SlipGap]

    /// Whether nothing is left to do: what was only shortened can be sent.
    package var isReady: Bool { gaps.allSatisfy { !$0.kind.isUnready } }

    /// The bytes as they go to a folder: a file that is not ready says so in its second line.
    package var marked: [UInt8] {
        guard !isReady, let end = bytes.firstIndex(of: 0x0A) else { return bytes }
        let count = gaps.filter(\.kind.isUnready).count
        let mark = "<!-- NE PAS TRANSMETTRE : lacunes, \(count) · DO NOT SEND: gaps, \(count) -->\n"
        return Array(bytes[...end]) + Array(mark.utf8) + Array(bytes[(end + 1)...])
    }
}

/// Something that the authority asks for and that is absent, wrong or cannot be said.
package struct SlipGap: Equatable, Sendable {
    /// What is the matter.
    package enum Kind: String, Sendable {
        case missing
        /// It is there, but not of the form that it should have: it was left out.
        case invalid
        /// It was cut to the width of its element.
        case shortened
        /// The slip is not in the file: we do not know how the authority writes it.
        case leftOut = "left-out"

        /// Whether somebody must still do something before the file is sent.
        package var isUnready: Bool { self != .shortened }

        /// For people.
        package var name: Text {
            switch self {
            case .missing: Text("manque", "missing")
            case .invalid: Text("forme inattendue", "wrong form")
            case .shortened: Text("texte abrégé", "shortened")
            case .leftOut: Text("à produire autrement", "to be filed another way")
            }
        }
    }

    package var kind: Kind
    /// Empty where it is about the cooperative or the transmitter.
    package var memberID: String
    /// The element: "sin", "NoReleve".
    package var field: String

    package init(_ kind: Kind, memberID: String, field: String) {
        self.kind = kind
        self.memberID = memberID
        self.field = field
    }

    /// One line for people. It never quotes what the value was: it may be personal.
    package var text: Text {
        let whose = memberID.isEmpty ? Text("", "") : Text("\(memberID) : ", "\(memberID): ")
        return Text(
            "\(whose.french)\(label.french) : \(kind.name.french)",
            "\(whose.english)\(label.english): \(kind.name.english)")
    }

    /// What the element holds, in words, with its name where the two differ.
    package var label: Text {
        guard let words = Self.labels[field] else { return Text(field, field) }
        return Text("\(words.french) (\(field))", "\(words.english) (\(field))")
    }

    private static let labels: [String: Text] = [
        "RCPNT_NM": Text("nom du bénéficiaire", "recipient’s name"),
        "Identification": Text("nom du bénéficiaire", "recipient’s name"),
        "snm": Text("nom de famille", "family name"), "NomFamille": Text("nom de famille", "family name"),
        "gvn_nm": Text("prénom", "given name"), "Prenom": Text("prénom", "given name"),
        "sin": Text("numéro d’assurance sociale", "social insurance number"),
        "NAS": Text("numéro d’assurance sociale", "social insurance number"),
        "rcpnt_bn": Text("numéro d’entreprise du bénéficiaire", "recipient’s business number"),
        "l1_nm": Text("nom de l’organisme", "organisation’s name"),
        "addr_l1_txt": Text("adresse", "address"), "Ligne1": Text("adresse", "address"),
        "cty_nm": Text("ville", "city"), "Ville": Text("ville", "city"),
        "prov_cd": Text("province", "province"), "Province": Text("province", "province"),
        "cntry_cd": Text("pays", "country"), "pstl_cd": Text("code postal", "postal code"),
        "CodePostal": Text("code postal", "postal code"),
        "bn": Text("numéro d’entreprise du payeur", "payer’s business number"),
        "bn15": Text("compte de l’expéditeur", "transmitter’s account"),
        "sbmt_ref_id": Text("référence de l’envoi", "reference of the submission"),
        "cntc_nm": Text("personne-ressource", "contact"), "Nom": Text("personne-ressource", "contact"),
        "cntc_area_cd": Text("indicatif régional", "area code"),
        "IndRegional": Text("indicatif régional", "area code"),
        "cntc_phn_nbr": Text("téléphone", "telephone"), "Tel": Text("téléphone", "telephone"),
        "cntc_email_area": Text("courriel", "e-mail"), "No": Text("numéro de préparateur", "preparer’s number"),
        "NoCertification": Text("certification du logiciel", "certification of the software"),
        "IdPartenaireReleves": Text("partenaire", "partner"), "IdProduitReleves": Text("produit", "product"),
        "NoReleve": Text("numéro du relevé", "slip number"),
        "NoReleveDerniereTrans": Text("numéro du relevé précédent", "number of the slip before"),
        "NoId": Text("numéro d’identification de Revenu Québec", "Revenu Québec identification"),
        "NoDossier": Text("dossier de Revenu Québec", "Revenu Québec file"),
        "MontantCaseO": Text("montant de la case O", "amount of box O"),
        "name": Text("nom", "name"), "address": Text("adresse", "address"),
        "taxNumber": Text("numéro fiscal", "tax number"),
        "dateOfBirth": Text("date de naissance", "date of birth"),
        "jurisdictions": Text("résidence fiscale", "tax residence"),
    ]
}

/// Writes elements of a slip and lists what they lack.
struct SlipElements {
    private(set) var gaps: [SlipGap] = []
    /// Whose slip it is.
    var memberID = ""

    mutating func note(_ kind: SlipGap.Kind, _ field: String) {
        let gap = SlipGap(kind, memberID: memberID, field: field)
        // The payer's number stands on every slip; it is missing once.
        if memberID.isEmpty, gaps.contains(where: { $0.memberID.isEmpty && $0 == gap }) { return }
        gaps.append(gap)
    }

    /// Text that must be there, cut to `width` characters.
    mutating func required(_ name: String, _ value: String, _ width: Int, _ xml: inout XMLText) {
        if value.isEmpty { note(.missing, name) }
        optional(name, value, width, &xml)
    }

    /// Text that may be there, cut to `width` characters.
    mutating func optional(_ name: String, _ value: String, _ width: Int, _ xml: inout XMLText) {
        let text = XMLText.permitted(value)
        let cut = String(String.UnicodeScalarView(text.unicodeScalars.prefix(width)))
        if cut.unicodeScalars.count < text.unicodeScalars.count { note(.shortened, name) }
        xml.leafIfAny(name, cut)
    }

    /// A value that must be there and have a form.
    mutating func formed(_ name: String, _ value: String, _ isRight: Bool, _ xml: inout XMLText) {
        guard !value.isEmpty else { return note(.missing, name) }
        guard isRight else { return note(.invalid, name) }
        xml.leaf(name, value)
    }

    /// Whether nine digits can be a social insurance number: their check digit is right (Luhn).
    static func isSocialInsuranceNumber(_ text: String) -> Bool {
        guard LatinText.isDigits(text, 9...9) else { return false }
        let sum = text.utf8.enumerated().reduce(0) { sum, digit in
            let value = Int(digit.element - 0x30) * (digit.offset.isMultiple(of: 2) ? 1 : 2)
            return sum + (value > 9 ? value - 9 : value)
        }
        return sum.isMultiple(of: 10)
    }

    /// Nine digits, two capital letters of a program, four digits.
    static func isProgramAccount(_ text: String, _ programs: [String]) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 15 else { return false }
        let part = { (range: Range<Int>) in String(decoding: bytes[range], as: UTF8.self) }
        return LatinText.isDigits(part(0..<9), 9...9) && programs.contains(part(9..<11))
            && LatinText.isDigits(part(11..<15), 4...4)
    }
}
