#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One JSON object whose values are texts, numbers or booleans, as texts.
enum FlatJSON {
    struct Failure: Error {
        /// What is wrong, in one line.
        let reason: String
    }

    private enum Scalar: Decodable {
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let number = try? container.decode(Int64.self) {
                self = .text("\(number)")
            } else {
                self = .text(try container.decode(Bool.self) ? "true" : "false")
            }
        }
    }

    static func object(_ text: String) throws(Failure) -> [String: String] {
        do {
            return try JSONDecoder().decode([String: Scalar].self, from: Data(text.utf8)).mapValues { value in
                switch value {
                case .text(let text): text
                }
            }
        } catch {
            throw Failure(reason: "\(error)".split(separator: "\n").first.map(String.init) ?? "")
        }
    }
}
