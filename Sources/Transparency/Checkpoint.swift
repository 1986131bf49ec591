import Bytes

/// What a log commits to: its name, how many entries it has, and the root over them (C2SP tlog-checkpoint).
package struct Checkpoint: Equatable, Sendable {
    package let origin: String
    package let size: UInt64
    package let root: Hash
    /// Further lines, none of them empty.
    package let extensions: [String]

    package init(origin: String, size: UInt64, root: Hash, extensions: [String] = []) {
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// Reads a note's text. Throws `.malformed`.
    package init(text: String) throws(NoteError) {
        var lines = text.split(separator: "\n" as Character, omittingEmptySubsequences: false).map(String.init)
        guard lines.popLast() == "", lines.count >= 3, !lines.contains("") else {
            throw .malformed(.checkpoint)
        }
        guard let size = UInt64(lines[1]), "\(size)" == lines[1] else {
            throw .malformed(.checkpointSize(String(lines[1].prefix(40))))
        }
        guard let root = Base64.decode(lines[2]), root.count == 32 else {
            throw .malformed(.checkpointRoot(String(lines[2].prefix(60))))
        }
        self.init(
            origin: lines[0], size: size, root: root.withBytes { Hash($0) }, extensions: Array(lines.dropFirst(3)))
    }

    /// What is signed.
    package var text: String {
        "\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n" + extensions.map { $0 + "\n" }.joined()
    }
}

/// A checkpoint with its signatures, of which the log's own holds.
package struct SignedCheckpoint: Equatable, Sendable {
    package let checkpoint: Checkpoint
    package private(set) var note: SignedNote

    /// Signs a checkpoint as the log.
    package init(_ checkpoint: Checkpoint, by log: NoteSigner) throws(NoteError) {
        self.checkpoint = checkpoint
        note = SignedNote(text: checkpoint.text, signatures: [try log.sign(checkpoint.text, at: 0)])
    }

    /// Reads a checkpoint that the log signed. Throws `.unsigned` where it did not, `.badSignature`, `.otherLog`, `.malformed`.
    package init(_ bytes: [UInt8], by log: NoteVerifier) throws(NoteError) {
        note = try SignedNote(bytes)
        checkpoint = try Checkpoint(text: note.text)
        guard try !note.verified(by: [log]).isEmpty else { throw .unsigned(log.name) }
        guard checkpoint.origin == log.name else { throw .otherLog(origin: checkpoint.origin, key: log.name) }
    }

    package mutating func add(_ signature: NoteSignature) { note.add(signature) }

    /// The same checkpoint with more signatures; the note's text must be the same.
    package func with(_ note: SignedNote) -> SignedCheckpoint {
        precondition(note.text == self.note.text, "signatures are of one text")
        var other = self
        other.note = note
        return other
    }

    package var encoded: String { note.encoded }

    /// Those of the keys that signed. Throws `.badSignature`.
    package func signers(_ keys: [NoteVerifier]) throws(NoteError) -> [NoteVerifier] {
        try note.verified(by: keys).map(\.key)
    }
}
