import Commerce
import Ledger

/// A word of a closed list: as the schema names it, or as tables show it in French or English, whatever its accents, case and spaces.
enum Choice {
    /// - Throws: `usage` with all that is accepted, in the words of the language asked for.
    static func value<Value>(
        _ given: String, _ option: String, among all: [Value], _ unknown: Text, words: (Value) -> [Text]
    ) throws(LedgerError) -> Value {
        if let found = find(given, among: all, words: words) { return found }
        let accepted = Text(
            all.map { word($0, words)(.french) }.joined(separator: ", "),
            all.map { word($0, words)(.english) }.joined(separator: ", "))
        throw LedgerError(
            .usage, "\(option) « \(given) »", unknown,
            remedy: Text("un de : \(accepted.french)", "one of: \(accepted.english)"))
    }

    /// The value that the word names; `nil` where none does.
    static func find<Value>(_ given: String, among all: [Value], words: (Value) -> [Text]) -> Value? {
        let wanted = folded(given)
        return all.first { value in
            folded("\(value)") == wanted
                || words(value).contains { folded($0.french) == wanted || folded($0.english) == wanted }
        }
    }

    private static func word<Value>(_ value: Value, _ words: (Value) -> [Text]) -> Text {
        words(value).first ?? Text("\(value)", "\(value)")
    }

    private static func folded(_ text: String) -> [UInt32] {
        NameOrder.folded(text).filter { ![0x20, 0x2D, 0x5F, 0x2019, 0x27].contains($0) }
    }
}
