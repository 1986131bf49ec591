package import Bytes

/// That an entry stands in a log, in one file that needs no log (C2SP tlog-proof): its place, its path and the checkpoint.
package struct ProofFile: Equatable, Sendable {
    private static let header = "c2sp.org/tlog-proof@v1"

    package let index: UInt64
    package let path: [Hash]
    /// What the maker adds; no part of the proof.
    package let extra: [UInt8]?
    /// The signed checkpoint, verbatim.
    package let checkpoint: String

    package init(index: UInt64, path: [Hash], extra: [UInt8]? = nil, checkpoint: String) {
        self.index = index
        self.path = path
        self.extra = extra
        self.checkpoint = checkpoint
    }

    /// Throws `.malformed`.
    package init(_ text: String) throws(NoteError) {
        guard let split = text.firstRange(of: "\n\n") else {
            throw .malformed(.proofEnd)
        }
        var lines = text[..<split.lowerBound].split(separator: "\n" as Character, omittingEmptySubsequences: false)[...]
        checkpoint = String(text[split.upperBound...])
        guard lines.popFirst() == Self.header[...] else { throw .malformed(.proofHeader) }
        if let line = lines.first, line.hasPrefix("extra ") {
            lines.removeFirst()
            guard let bytes = Base64.decode(line.dropFirst(6)) else { throw .malformed(.proofExtra) }
            extra = bytes
        } else {
            extra = nil
        }
        guard let line = lines.popFirst(), line.hasPrefix("index "), let number = UInt64(line.dropFirst(6)),
            "\(number)" == line.dropFirst(6)
        else { throw .malformed(.proofIndex) }
        index = number
        var path: [Hash] = []
        for line in lines {
            guard let hash = Base64.decode(line), hash.count == 32, path.count < 64 else {
                throw .malformed(.proofPath)
            }
            path.append(hash.withBytes { Hash($0) })
        }
        self.path = path
    }

    package var text: String {
        var lines = [Self.header]
        if let extra { lines.append("extra " + Base64.encode(extra)) }
        lines.append("index \(index)")
        lines += path.map { Base64.encode($0.bytes) }
        return lines.joined(separator: "\n") + "\n\n" + checkpoint
    }

    /// Whether the entry stands at `index` of the tree that the log signed. Throws `.malformed`, `.unsigned`, `.badSignature`.
    package func verify(_ entry: Bytes, by log: NoteVerifier) throws(NoteError) -> Bool {
        let signed = try SignedCheckpoint(Array(checkpoint.utf8), by: log).checkpoint
        return Proof.verifyInclusion(
            leaf: Hash.leaf(entry), index: index, size: signed.size, path: path, root: signed.root)
    }
}
