import Bytes
import Commerce
package import Transparency

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// That an event stands in a log: the entry, its path, and the signed checkpoint to which it leads.
package struct InclusionProof: Equatable, Sendable {
    package let sequence: UInt64
    package let entry: [UInt8]
    package let path: [Hash]
    /// The note, verbatim.
    package let checkpoint: String

    /// Whether it holds under a checkpoint that was judged.
    package func holds(under checkpoint: Checkpoint) -> Bool {
        Proof.verifyInclusion(
            leaf: entry.withBytes { Hash.leaf($0) }, index: sequence, size: checkpoint.size, path: path,
            root: checkpoint.root)
    }
}

/// That a log only grew from one size to another.
package struct ConsistencyProof: Equatable, Sendable {
    package let from: UInt64
    package let to: UInt64
    package let fromRoot: Hash
    package let toRoot: Hash
    package let path: [Hash]
    /// Notes of the two sizes, verbatim, where the ledger keeps them.
    package let fromCheckpoint: String?
    package let checkpoint: String?

    /// Whether the tree of a signed checkpoint extends the one of `from` entries whose root is `fromRoot`.
    package func holds(under checkpoint: Checkpoint) -> Bool {
        checkpoint.size == to && checkpoint.root == toRoot
            && Proof.verifyConsistency(first: from, second: to, firstRoot: fromRoot, secondRoot: toRoot, path: path)
    }

    /// Whether it starts at this checkpoint.
    package func starts(at old: Checkpoint) -> Bool { old.size == from && old.root == fromRoot }
}

/// A proof as a file: one JSON object on one line, hashes and bytes in base64, the same proof always the same bytes.
package enum ProofDocument: Equatable, Sendable {
    case inclusion(InclusionProof)
    case consistency(ConsistencyProof)
    case member(MemberProof)

    private static let inclusionKind = "grandlivre/inclusion/v1"
    private static let consistencyKind = "grandlivre/consistency/v1"

    private struct Fields: Codable {
        var proof: String
        var sequence: UInt64?
        var entry: String?
        var from: UInt64?
        var to: UInt64?
        var fromRoot: String?
        var toRoot: String?
        var path: [String]
        var fromCheckpoint: String?
        var checkpoint: String?
    }

    package init(file: String) throws(LedgerError) {
        let bytes = try WholeFile.read(file)
        struct Kind: Decodable { let proof: String }
        if let kind = try? JSONDecoder().decode(Kind.self, from: Data(bytes)), kind.proof == MemberProof.kind {
            guard let bundle = MemberProof(json: bytes) else {
                throw Self.wrong(file, Text("le dossier d’un membre est mal formé", "a member's bundle is malformed"))
            }
            self = .member(bundle)
            return
        }
        let fields: Fields
        do {
            fields = try JSONDecoder().decode(Fields.self, from: Data(bytes))
        } catch {
            throw Self.wrong(file, Self.reason(error))
        }
        func required<T>(_ value: T?, _ name: String) throws(LedgerError) -> T {
            guard let value else { throw Self.wrong(file, Text("il manque « \(name) »", "\"\(name)\" is missing")) }
            return value
        }
        func hash(_ text: String, _ name: String) throws(LedgerError) -> Hash {
            guard let bytes = Base64.decode(text), bytes.count == 32 else {
                throw Self.wrong(
                    file,
                    Text("« \(name) » n’est pas le base64 de 32 octets", "\"\(name)\" is not the base64 of 32 bytes"))
            }
            return bytes.withBytes { Hash($0) }
        }
        var path: [Hash] = []
        for (at, text) in fields.path.enumerated() { path.append(try hash(text, "path[\(at)]")) }
        switch fields.proof {
        case Self.inclusionKind:
            guard let entry = Base64.decode(try required(fields.entry, "entry")) else {
                throw Self.wrong(file, Text("« entry » n’est pas du base64", "\"entry\" is not base64"))
            }
            self = .inclusion(
                InclusionProof(
                    sequence: try required(fields.sequence, "sequence"), entry: entry, path: path,
                    checkpoint: try required(fields.checkpoint, "checkpoint")))
        case Self.consistencyKind:
            self = .consistency(
                ConsistencyProof(
                    from: try required(fields.from, "from"), to: try required(fields.to, "to"),
                    fromRoot: try hash(required(fields.fromRoot, "fromRoot"), "fromRoot"),
                    toRoot: try hash(required(fields.toRoot, "toRoot"), "toRoot"), path: path,
                    fromCheckpoint: fields.fromCheckpoint, checkpoint: fields.checkpoint))
        default:
            let kind = String(fields.proof.prefix(60))
            throw Self.wrong(file, Text("sorte « \(kind) » inconnue", "unknown kind \"\(kind)\""))
        }
    }

    private static func wrong(_ file: String, _ reason: Text) -> LedgerError {
        LedgerError(
            .badInput, file, Text("ce n’est pas une preuve : \(reason.french)", "not a proof: \(reason.english)"),
            remedy: Text("un fichier de « grandlivre prove »", "a file of \"grandlivre prove\""))
    }

    private static func reason(_ error: any Error) -> Text {
        func field(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        return switch error {
        case DecodingError.keyNotFound(let key, _):
            Text("il manque « \(key.stringValue) »", "\"\(key.stringValue)\" is missing")
        case DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty,
            DecodingError.valueNotFound(_, let context) where !context.codingPath.isEmpty,
            DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            Text(
                "« \(field(context.codingPath)) » n’a pas la forme voulue",
                "\"\(field(context.codingPath))\" has not the form it should")
        default: Text("ce n’est pas un objet JSON", "not a JSON object")
        }
    }

    package var line: String {
        if case .member(let bundle) = self { return bundle.line }
        func text(_ hash: Hash) -> String { Base64.encode(hash.bytes) }
        let fields =
            switch self {
            case .inclusion(let proof):
                Fields(
                    proof: Self.inclusionKind, sequence: proof.sequence, entry: Base64.encode(proof.entry),
                    path: proof.path.map(text), checkpoint: proof.checkpoint)
            case .consistency(let proof):
                Fields(
                    proof: Self.consistencyKind, from: proof.from, to: proof.to, fromRoot: text(proof.fromRoot),
                    toRoot: text(proof.toRoot), path: proof.path.map(text), fromCheckpoint: proof.fromCheckpoint,
                    checkpoint: proof.checkpoint)
            case .member: Fields(proof: MemberProof.kind, path: [])
            }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts, numbers and lists of texts always encode.
        return (try? encoder.encode(fields)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
