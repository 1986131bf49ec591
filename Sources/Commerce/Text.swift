/// The languages of everything that a person reads.
package enum Language: String, CaseIterable, Sendable {
    case french = "fr"
    case english = "en"
}

/// A text in both languages. French is written as a Québec accountant would.
package struct Text: Equatable, Sendable {
    package let french: String
    package let english: String

    package init(_ french: String, _ english: String) {
        self.french = french
        self.english = english
    }

    package func callAsFunction(_ language: Language) -> String {
        language == .french ? french : english
    }
}

extension Text {
    /// Taxes by the names that stand on receipts; a policy may name others.
    package static func tax(_ name: String) -> Text {
        switch name {
        case "gst": Text("TPS", "GST")
        case "qst": Text("TVQ", "QST")
        case "hst": Text("TVH", "HST")
        case "ride-levy": Text("Redevance", "Ride levy")
        default: Text(name, name)
        }
    }
}
