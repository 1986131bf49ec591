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
