package import Bytes
import SwiftProtobuf

/// Events as proto3 JSON, one a line.
package enum EventJSON {
    /// Why a line is not an event, in one line.
    package struct Failure: Error, Hashable, CustomStringConvertible {
        /// What is wrong. Open: more reasons may come.
        package struct Code: RawRepresentable, Hashable, Sendable {
            package let rawValue: String
            package init(rawValue: String) { self.rawValue = rawValue }

            package static let notJSON = Code(rawValue: "notJSON")
            package static let unknownField = Code(rawValue: "unknownField")
            package static let unknownValue = Code(rawValue: "unknownValue")
            package static let badValue = Code(rawValue: "badValue")
            package static let duplicateKey = Code(rawValue: "duplicateKey")
            package static let notCanonical = Code(rawValue: "notCanonical")
        }

        package let code: Code
        /// Where in the event, for example "purchasePlaced.lines[2].quantity"; empty for the whole line.
        package let field: String
        package let reason: String
        /// What was given there, as it is written; `nil` where it is the whole line or does not matter.
        package var value: String?
        /// What the schema takes there.
        package var expected: Expectation?

        package var description: String { field.isEmpty ? reason : "\(field): \(reason)" }
    }

    /// The event that one line of JSON states.
    ///
    /// Fields are named in camelCase or as the schema writes them, enum values by name, 64-bit integers as strings or
    /// numbers (proto3 JSON mapping). Whatever the schema does not know is refused,
    /// and so is a key that one object has twice.
    package static func decode(line: String) throws(Failure) -> Event {
        let event: Event
        do { event = try Event(jsonString: line) } catch {
            throw JSONExplainer(line).explain(error)
        }
        if let key = JSONDuplicateKey.find(in: line) {
            throw Failure(
                code: .duplicateKey, field: key, reason: "the key stands twice in one object; each once is expected")
        }
        guard event.effectiveAt.nanos % 1_000 == 0 else {
            throw Failure(
                code: .badValue, field: "effectiveAt",
                reason:
                    "\(event.effectiveAt.nanos) ns is finer than the ledger's times; whole microseconds are expected",
                value: "\(event.effectiveAt.nanos) ns", expected: .wholeMicroseconds)
        }
        return event
    }

    /// The same from UTF-8.
    package static func decode(line: [UInt8]) throws(Failure) -> Event {
        guard let text = String(validating: line, as: UTF8.self) else {
            throw Failure(code: .notJSON, field: "", reason: "the line is not UTF-8")
        }
        return try decode(line: text)
    }

    /// One line of JSON for a proposal; see `encode(entry:)` for the form.
    package static func encode(_ event: Event) throws(Failure) -> String {
        do {
            return try event.jsonString()
        } catch {
            throw Failure(code: .notCanonical, field: "", reason: "the event has no JSON form: \(error)")
        }
    }

    /// One line of JSON of an event as it is proposed: without what recording gave it.
    package static func encode(proposal event: Event) throws(Failure) -> String {
        var event = event
        event.clearSequence()
        event.clearRecordedAtUs()
        event.clearRules()
        return try encode(event)
    }

    /// One line of JSON: keys in camelCase and in the schema's order, enum values by name, 64-bit integers as strings.
    ///
    /// - Throws: `notCanonical` where the bytes are not the canonical encoding of an event.
    package static func encode(entry: Bytes) throws(Failure) -> String {
        do throws(WireError) { try EventView(entry).validate() } catch {
            throw Failure(code: .notCanonical, field: error.field, reason: error.description)
        }
        do {
            return try Event(serializedBytes: entry.array).jsonString()
        } catch {
            throw Failure(code: .notCanonical, field: "", reason: "the event has no JSON form: \(error)")
        }
    }

    /// The message of a stored entry, for whoever shows only a part of it.
    package static func message(entry: Bytes) throws(Failure) -> Event {
        do { return try Event(serializedBytes: entry.array) } catch {
            throw Failure(code: .notCanonical, field: "", reason: "the event cannot be read: \(error)")
        }
    }

    /// An event of which parts were taken out: its JSON with `redacted` and its type, so that nobody takes it for the whole and records it again.
    package static func encode(redacted event: Event, type: String) throws(Failure) -> String {
        do {
            let line = try event.jsonString()
            let separator = line == "{}" ? "" : ","
            return "\(line.dropLast())\(separator)\"redacted\":true,\"type\":\"\(type)\"}"
        } catch {
            throw Failure(code: .notCanonical, field: "", reason: "the event has no JSON form: \(error)")
        }
    }
}
