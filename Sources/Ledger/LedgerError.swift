package import Commerce
import EventLog
import LMDB

/// Why an operation on a ledger could not be done: what, where, why, and what would be right.
package struct LedgerError: Error, Equatable, Sendable {
    /// What kind of trouble. Open; the command line turns codes into exit statuses in one place.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        package static let badInput = Code(rawValue: "bad-input")
        package static let notFound = Code(rawValue: "not-found")
        package static let internalError = Code(rawValue: "internal")
        package static let cannotCreate = Code(rawValue: "cannot-create")
        package static let inputOutput = Code(rawValue: "input-output")
        package static let busy = Code(rawValue: "busy")
        package static let usage = Code(rawValue: "usage")
        package static let no = Code(rawValue: "no")
    }

    package let code: Code
    /// The file, folder or field.
    package let place: String
    package let reason: Text
    package let remedy: Text

    package init(_ code: Code, _ place: String, _ reason: Text, remedy: Text) {
        self.code = code
        self.place = place
        self.reason = reason
        self.remedy = remedy
    }

    /// One line in the language asked for.
    package func text(_ language: Language) -> String {
        language == .french
            ? "\(place) : \(reason.french); \(remedy.french)"
            : "\(englishPlace): \(reason.english); \(remedy.english)"
    }

    /// What was given stands last, between French quotes.
    private var englishPlace: String {
        guard place.hasSuffix(" »"), let opening = place.firstRange(of: "« ") else { return place }
        return place[..<opening.lowerBound] + "\"" + place[opening.upperBound...].dropLast(2) + "\""
    }

    /// A failure that a fold or a read met: the views or the log are damaged.
    static func damaged(_ place: String, _ reason: String) -> LedgerError {
        LedgerError(
            .inputOutput, place, Text("lecture impossible : \(french(reason))", "cannot be read: \(reason)"),
            remedy: Text(
                "examiner avec « grandlivre audit verify », restaurer une copie s’il le faut",
                "examine with \"grandlivre audit verify\", restore a copy if need be"))
    }

    /// What storage says in English, of an event that cannot be read.
    private static func french(_ reason: String) -> String {
        let words = reason.split(separator: " ")
        guard words.count > 1, words[0] == "entry" || words[0] == "event", let sequence = UInt64(words[1]) else {
            return reason
        }
        if reason.hasSuffix("is damaged: its checksum does not hold") {
            return "l’événement \(sequence) est abîmé : sa somme de contrôle ne tient pas"
        }
        return reason.hasSuffix("cannot be read from the log")
            ? "l’événement \(sequence) ne peut être lu du journal" : reason
    }

    static func noThread(_ place: String) -> LedgerError {
        LedgerError(
            .internalError, place, Text("aucun fil d’exécution", "no thread could be started"),
            remedy: Text("lever la limite (ulimit -u)", "raise the limit (ulimit -u)"))
    }
}
