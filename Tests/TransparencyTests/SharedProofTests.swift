import Bytes
import Foundation
import Testing
import Transparency

/// Good and bad proofs that other logs are tested with (transparency-dev/merkle), where the file is at hand.
@Suite(.enabled(if: SharedProofs.isPresent, "../shared/data/tlog/proofs.json is absent: its proofs are not checked"))
struct SharedProofTests {
    @Test func inclusionProofsAreAcceptedAndRefusedAsTheFileSays() throws {
        let proofs = try SharedProofs.read()
        #expect(proofs.inclusion.contains { $0.wantErr } && proofs.inclusion.contains { !$0.wantErr })
        for proof in proofs.inclusion {
            let accepted =
                if let leaf = hash(proof.leafHash), let root = hash(proof.root), let path = hashes(proof.proof) {
                    Proof.verifyInclusion(
                        leaf: leaf, index: proof.leafIdx, size: proof.treeSize, path: path, root: root)
                } else {
                    // What is not 32 bytes is no hash: refused before it is checked.
                    false
                }
            #expect(accepted == !proof.wantErr, "\(proof.name)")
        }
    }

    @Test func consistencyProofsAreAcceptedAndRefusedAsTheFileSays() throws {
        let proofs = try SharedProofs.read()
        #expect(proofs.consistency.contains { $0.wantErr } && proofs.consistency.contains { !$0.wantErr })
        for proof in proofs.consistency {
            let accepted =
                if let old = hash(proof.root1), let new = hash(proof.root2), let path = hashes(proof.proof) {
                    Proof.verifyConsistency(
                        first: proof.size1, second: proof.size2, firstRoot: old, secondRoot: new, path: path)
                } else {
                    false
                }
            #expect(accepted == !proof.wantErr, "\(proof.name)")
        }
    }

    private func hash(_ base64: String) -> Hash? {
        guard let data = Data(base64Encoded: base64), data.count == 32 else { return nil }
        return [UInt8](data).withBytes { Hash($0) }
    }

    private func hashes(_ proof: [String]?) -> [Hash]? {
        let read = (proof ?? []).compactMap(hash)
        return read.count == (proof ?? []).count ? read : nil
    }
}

struct SharedProofs: Decodable {
    struct Inclusion: Decodable {
        let name: String
        let leafIdx: UInt64
        let treeSize: UInt64
        let root: String
        let leafHash: String
        let proof: [String]?
        let wantErr: Bool
    }

    struct Consistency: Decodable {
        let name: String
        let size1: UInt64
        let size2: UInt64
        let root1: String
        let root2: String
        let proof: [String]?
        let wantErr: Bool
    }

    let inclusion: [Inclusion]
    let consistency: [Consistency]

    static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/data/tlog/proofs.json").standardizedFileURL.path

    static var isPresent: Bool { FileManager.default.isReadableFile(atPath: path) }

    static func read() throws -> SharedProofs {
        try JSONDecoder().decode(SharedProofs.self, from: Data(contentsOf: URL(filePath: path)))
    }
}
