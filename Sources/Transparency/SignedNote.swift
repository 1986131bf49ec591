/// A signature under a note: `— <name> <base64(4-byte key id ‖ bytes)>`.
package struct NoteSignature: Hashable, Sendable {
    package let name: String
    package let keyId: UInt32
    package let bytes: [UInt8]

    package init(name: String, keyId: UInt32, bytes: [UInt8]) {
        self.name = name
        self.keyId = keyId
        self.bytes = bytes
    }

    package var line: String {
        let id = (0..<4).map { UInt8(truncatingIfNeeded: keyId >> UInt32(24 - 8 * $0)) }
        return "\u{2014} \(name) \(Base64.encode(id + bytes))\n"
    }
}

/// A text and its signatures (C2SP signed-note).
///
/// Signatures by keys that nobody asks for are kept and ignored.
package struct SignedNote: Equatable, Sendable {
    package static let bytesMax = 1_000_000
    package static let signaturesMax = 100

    /// What is signed: it ends with a newline.
    package let text: String
    package private(set) var signatures: [NoteSignature]

    package init(text: String, signatures: [NoteSignature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note; no signature is checked. Throws `.malformed`.
    package init(_ bytes: [UInt8]) throws(NoteError) {
        guard bytes.count <= Self.bytesMax else { throw .malformed(.tooLarge) }
        guard let note = String(validating: bytes, as: UTF8.self) else { throw .malformed(.notText) }
        guard note.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }) else {
            throw .malformed(.notText)
        }
        let lines = note.split(separator: "\n" as Character, omittingEmptySubsequences: false)
        // The last newline ends the last line; the last empty line ends the text.
        guard note.utf8.last == 0x0A, let split = lines.dropLast().lastIndex(of: ""), split > 0 else {
            throw .malformed(.shape)
        }
        text = lines[..<split].joined(separator: "\n") + "\n"
        signatures = []
        let signed = lines[(split + 1)..<(lines.count - 1)]
        guard !signed.isEmpty, signed.count <= Self.signaturesMax else {
            throw .malformed(.signatureCount(signed.count))
        }
        for line in signed { signatures.append(try Self.signature(line)) }
    }

    private static func signature(_ line: Substring) throws(NoteError) -> NoteSignature {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "\u{2014}", NoteVerifier.isName(String(parts[1])),
            let bytes = Base64.decode(parts[2]), bytes.count > 4
        else { throw .malformed(.signatureLine(String(line.prefix(80)))) }
        return NoteSignature(
            name: String(parts[1]), keyId: bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) },
            bytes: Array(bytes.dropFirst(4)))
    }

    /// The note as it is written: text, empty line, signatures.
    package var encoded: String { text + "\n" + signatures.map(\.line).joined() }

    /// Adds a signature in the place of an earlier one by the same key.
    package mutating func add(_ signature: NoteSignature) {
        let earlier = signatures.firstIndex { $0.name == signature.name && $0.keyId == signature.keyId }
        if let earlier { signatures[earlier] = signature } else { signatures.append(signature) }
    }

    /// The first signature of each of the keys that signed. Throws `.badSignature` where one of a key's signatures does not hold, be it the first or another:
    /// then nothing of the note counts.
    package func verified(by keys: [NoteVerifier]) throws(NoteError) -> [(key: NoteVerifier, signature: NoteSignature)]
    {
        var found: [(NoteVerifier, NoteSignature)] = []
        for key in keys {
            let own = signatures.filter { $0.name == key.name && $0.keyId == key.id }
            guard let first = own.first else { continue }
            guard own.allSatisfy({ key.isValid($0.bytes, over: text) }) else { throw .badSignature(key.name) }
            found.append((key, first))
        }
        return found
    }
}
