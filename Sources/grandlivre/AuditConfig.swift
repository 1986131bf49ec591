import Commerce
@preconcurrency import Glibc
import Ledger

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The thresholds of a JSON file, whose objects say the first part of their names: {"backdated": {"days": 3}, "tests": ["round"]}.
enum AuditConfig {
    private enum Value: Decodable {
        case text(String)
        case list([String])
        case group([String: Value])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let number = try? container.decode(Int64.self) {
                self = .text("\(number)")
            } else if let flag = try? container.decode(Bool.self) {
                self = .text(flag ? "1" : "0")
            } else if let list = try? container.decode([String].self) {
                self = .list(list)
            } else {
                self = .group(try container.decode([String: Value].self))
            }
        }
    }

    /// Names and values, in the order of their names.
    static func read(_ path: String) throws(LedgerError) -> [(key: String, value: String)] {
        let text = try file(path)
        do {
            let groups = try JSONDecoder().decode([String: Value].self, from: Data(text.utf8))
            return flat(groups, "").sorted { $0.key < $1.key }
        } catch {
            throw LedgerError(
                .badInput, path, Text("ce ne sont pas des seuils", "these are no thresholds"),
                remedy: Text("par exemple {\"backdated\": {\"days\": 3}}", "for example {\"backdated\": {\"days\": 3}}")
            )
        }
    }

    private static func flat(_ groups: [String: Value], _ prefix: String) -> [(key: String, value: String)] {
        groups.flatMap { name, value in
            switch value {
            case .text(let text): [(prefix + name, text)]
            case .list(let list): [(prefix + name, list.joined(separator: ","))]
            case .group(let inner): flat(inner, prefix + name + ".")
            }
        }
    }

    /// A whole text file.
    static func file(_ path: String) throws(LedgerError) -> String {
        let reader = try LineReader(path)
        var text = ""
        while let line = try reader.next() {
            switch line {
            case .success(let line): text += line + "\n"
            case .failure(let refusal):
                throw LedgerError(.badInput, refusal.field, refusal.reason, remedy: refusal.accepted)
            }
        }
        return text
    }
}
