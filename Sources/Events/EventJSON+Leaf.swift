import Bytes
import SwiftProtobuf

/// Events as an exported log has them: the line of `encode(entry:)` with the entry's leaf hash (RFC 6962) as its last key, `leafHash`, in hex.
extension EventJSON {
    /// The line of `encode(entry:)` with its leaf hash.
    package static func line(_ line: String, leafHash: String) -> String {
        "\(line.dropLast()),\"leafHash\":\"\(leafHash)\"}"
    }

    /// The entry that a line states, encoded as the log had it, and the leaf hash that the line gives it; whether the hash holds is for the caller to see.
    ///
    /// Throws `unknownField` where the hash is not the line's last key, `notCanonical` where the line lacks what a ledger assigns, else as `decode(line:)`.
    package static func decode(exported line: String) throws(Failure) -> ExportedEvent {
        let (text, leafHash) = try splitLeafHash(line)
        let event = try decode(line: text)
        let entry: [UInt8]
        do { entry = try event.serializedBytes() } catch {
            throw Failure(code: .notCanonical, field: "", reason: "the event cannot be encoded: \(error)")
        }
        guard entry.withBytes(EventHeader.isPresent) else {
            throw Failure(
                code: .notCanonical, field: "sequence",
                reason: "sequence, recordedAtUs and rules are expected, as export writes them")
        }
        return ExportedEvent(
            sequence: event.sequence, recordedAtUs: event.recordedAtUs, rules: event.rules, entry: entry,
            leafHash: leafHash)
    }

    /// The refusal of a line whose event is not what was hashed.
    package static func wrongLeafHash(_ given: String, found: String) -> Failure {
        Failure(
            code: .badValue, field: "leafHash", reason: "\(given) is not the hash of the event, which is \(found)",
            value: given)
    }

    private static func splitLeafHash(_ line: String) throws(Failure) -> (event: String, leafHash: String) {
        var reader = LineEnd(Array(line.utf8))
        guard reader.takes("}"), reader.takes("\""), let hash = reader.digits(64), reader.takes("\""),
            reader.takes(":"), reader.takes("\"leafHash\""), reader.takes(",")
        else {
            throw Failure(
                code: .unknownField, field: "leafHash",
                reason: "the line does not end with the leaf hash of its entry, 64 hexadecimal digits")
        }
        return (String(decoding: reader.rest, as: UTF8.self) + "}", hash)
    }
}

/// An event of an exported log: what the ledger assigned to it, its bytes and the hash that the export gave it.
package struct ExportedEvent {
    package let sequence: UInt64
    /// Microseconds since 1970.
    package let recordedAtUs: UInt64
    package let rules: UInt32
    package let entry: [UInt8]
    package let leafHash: String
}

/// Reads a line from its end; white space between two parts does not matter.
private struct LineEnd {
    private let text: [UInt8]
    private var end: Int

    init(_ text: [UInt8]) {
        self.text = text
        end = text.count
    }

    var rest: ArraySlice<UInt8> { text[..<end] }

    mutating func takes(_ part: String) -> Bool {
        while end > 0, [0x20, 0x09, 0x0D].contains(text[end - 1]) { end -= 1 }
        guard rest.suffix(part.utf8.count).elementsEqual(part.utf8) else { return false }
        end -= part.utf8.count
        return true
    }

    mutating func digits(_ count: Int) -> String? {
        let digits = rest.suffix(count)
        guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        end -= count
        return String(decoding: digits, as: UTF8.self)
    }
}
