import Bytes
import Commerce
@preconcurrency import Glibc
import Interchange
import Ledger

/// The rows of a CSV file that a person filled in, its columns by name: in English or in French, between commas or, as a French
/// spreadsheet saves them, semicolons.
enum CSVRows {
    /// A column's French name, where it has another one.
    private static let french = [
        "audited": "audité", "party": "partie", "account": "compte", "amount": "montant",
        "alternative": "autres procédures", "currency": "monnaie",
    ]

    /// - Parameters:
    ///   - required: columns that must be there.
    ///   - optional: columns that are empty where they are not.
    static func read(_ path: String, required: [String], optional: [String] = []) throws -> [(
        line: Int, cells: [String: String]
    )] {
        guard access(path, R_OK) == 0 else {
            throw LedgerError(
                .notFound, path, SystemReason.text(errno),
                remedy: Text("un fichier CSV que l’on peut lire", "a CSV file that can be read"))
        }
        let reader = try CSVReader(path: path, name: path)
        let names = reader.columns.map { $0.lowercased() }
        var places: [(String, Int)] = []
        for name in required + optional {
            let place = names.firstIndex { $0 == name || $0 == french[name] }
            if let place { places.append((name, place)) }
            guard place != nil || !required.contains(name) else {
                let inFrench = required.map { french[$0] ?? $0 }.joined(separator: ";")
                let inEnglish = required.joined(separator: ",")
                throw LedgerError(
                    .badInput, "\(path):1",
                    Text("il manque la colonne \(french[name] ?? name)", "the column \(name) is missing"),
                    remedy: Text(
                        "première ligne : \(inFrench) ou \(inEnglish)", "first line: \(inEnglish) or \(inFrench)"))
            }
        }
        var rows: [(Int, [String: String])] = []
        while try reader.next() {
            var cells: [String: String] = [:]
            for (name, place) in places { cells[name] = try reader.text(place).string }
            rows.append((reader.line, cells))
        }
        return rows
    }
}
