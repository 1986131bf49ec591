package import Commerce

/// A file of slips, and what a person must still do before it can be sent.
package struct SlipDocument: Equatable, Sendable {
    package var bytes: [UInt8]
    /// What the authority asks for and we do not know; the file leaves it out.
    package var gaps: [SlipGap]
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
        let whose = memberID.isEmpty ? "" : "\(memberID) : "
        let whoseEnglish = memberID.isEmpty ? "" : "\(memberID): "
        return switch kind {
        case .missing: Text("\(whose)\(field) est absent", "\(whoseEnglish)\(field) is missing")
        case .invalid:
            Text("\(whose)\(field) n’a pas la forme attendue", "\(whoseEnglish)\(field) does not have its form")
        case .shortened: Text("\(whose)\(field) est abrégé", "\(whoseEnglish)\(field) is shortened")
        case .leftOut:
            Text("\(whose)\(field) : à produire autrement", "\(whoseEnglish)\(field): to be filed another way")
        }
    }
}

/// Writes elements of a slip and lists what they lack.
struct SlipElements {
    private(set) var gaps: [SlipGap] = []
    /// Whose slip it is.
    var memberID = ""

    mutating func note(_ kind: SlipGap.Kind, _ field: String) {
        gaps.append(SlipGap(kind, memberID: memberID, field: field))
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
