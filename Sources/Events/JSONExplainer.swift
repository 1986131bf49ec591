import SwiftProtobuf

/// Finds the part of a line that SwiftProtobuf refused.
///
/// SwiftProtobuf says what is wrong, not where. Each part is therefore decoded by itself, wrapped in the objects that
/// hold it; the first that is refused is the culprit. Only refused lines pay for this.
struct JSONExplainer {
    private let line: String

    init(_ line: String) { self.line = line }

    func explain(_ error: any Error) -> EventJSON.Failure {
        let tree: JSONTree
        do throws(JSONTree.Failure) { tree = try JSONTree(line) } catch {
            return EventJSON.Failure(
                code: .notJSON, field: "", reason: "not JSON at byte \(error.offset): \(error.reason)")
        }
        guard case .object(let members) = tree else {
            return EventJSON.Failure(
                code: .notJSON, field: "", reason: "\(tree.shown) is not an event; a JSON object is expected")
        }
        if let found = search(tree, of: WireMessage.named("Event"), path: Path()) { return found }
        if case .conflictingOneOf? = error as? JSONDecodingError {
            let bodies = members.map(\.key).filter { key in
                WireMessage.named("Event")?.field(Self.camelCase(key)).map { $0.number >= 100 } ?? false
            }
            return EventJSON.Failure(
                code: .badValue, field: "",
                reason: "\(bodies.joined(separator: " and ")) in one event; one is expected",
                value: bodies.joined(separator: " + "), expected: .oneBody)
        }
        return EventJSON.Failure(code: .badValue, field: "", reason: "\(error)")
    }

    /// Where a part stands: for people, and as the JSON around it.
    private struct Path {
        var shown = ""
        var before = ""
        var after = ""

        func key(_ key: String) -> Path {
            Path(shown: shown.isEmpty ? key : "\(shown).\(key)", before: "\(before){\"\(key)\":", after: "}\(after)")
        }

        func element(_ index: Int) -> Path {
            Path(shown: "\(shown)[\(index)]", before: "\(before)[", after: "]\(after)")
        }
    }

    private func search(_ tree: JSONTree, of message: WireMessage?, path: Path) -> EventJSON.Failure? {
        guard case .object(let members) = tree else { return nil }
        for (key, value) in members {
            let path = path.key(key)
            let field = message?.field(Self.camelCase(key))
            let nested = field.flatMap { WireMessage.named($0.message) }
            if case .array(let elements) = value, field?.isRepeated == true {
                for (index, element) in elements.enumerated() {
                    if let found = examine(element, field: field, message: nested, path: path.element(index)) {
                        return found
                    }
                }
            } else if let found = examine(value, field: field, message: nested, path: path) {
                return found
            }
        }
        return nil
    }

    private func examine(
        _ value: JSONTree, field: WireField?, message: WireMessage?, path: Path
    ) -> EventJSON.Failure? {
        if case .object = value, message != nil, let found = search(value, of: message, path: path) { return found }
        let text =
            switch value {
            case .scalar(let text): text
            case .object(let members): members.isEmpty || message == nil ? "{}" : nil as String?
            case .array: "[]"
            }
        guard let text else { return nil }
        do {
            _ = try Event(jsonString: path.before + text + path.after)
            return nil
        } catch JSONDecodingError.unknownField {
            return EventJSON.Failure(
                code: .unknownField, field: path.shown, reason: "the schema knows no such field")
        } catch JSONDecodingError.unrecognizedEnumValue {
            return refusal(.unknownValue, path, value, "is unknown", field)
        } catch {
            return refusal(.badValue, path, value, "is refused", field)
        }
    }

    private func refusal(
        _ code: EventJSON.Failure.Code, _ path: Path, _ value: JSONTree, _ verdict: String, _ field: WireField?
    ) -> EventJSON.Failure {
        let expected = field.map(EventJSON.Expectation.init)
        let wanted = expected?.english ?? "another value"
        return EventJSON.Failure(
            code: code, field: path.shown, reason: "\(value.shown) \(verdict); \(wanted) is expected",
            value: value.shown, expected: expected)
    }

    /// "amount_minor" as "amountMinor": JSON may use either.
    static func camelCase(_ key: String) -> String {
        let parts = key.split(separator: "_", omittingEmptySubsequences: false)
        return parts.enumerated().map { $0 == 0 ? String($1) : $1.prefix(1).uppercased() + $1.dropFirst() }.joined()
    }
}
