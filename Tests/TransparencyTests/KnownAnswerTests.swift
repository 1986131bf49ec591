import Bytes
import Foundation
import Testing
import Transparency

@Suite("Known answers")
struct KnownAnswerTests {
    /// The entries and roots of the RFC 6962 reference implementation.
    static let entries: [[UInt8]] = [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], Array(0x50...0x57),
        Array(0x60...0x6F),
    ]
    static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    @Test(arguments: 0...8) func rootsOfTheReferenceTree(size: Int) {
        var frontier = Frontier()
        for entry in Self.entries.prefix(size) { frontier.append(entry.withBytes { Hash.leaf($0) }) }
        #expect(frontier.root.hex == Self.roots[size])
        let source = Leaves(Self.entries)
        #expect(Proof.root(source, from: 0, to: UInt64(size)).hex == Self.roots[size])
    }

    @Test func hexadecimalGoesBothWaysAndRefusesTheRest() {
        for root in Self.roots {
            #expect(Hash(hex: root)?.hex == root)
            #expect(Hash(hex: root.uppercased())?.hex == root)
        }
        #expect(Hash(hex: String(Self.roots[0].dropLast())) == nil)
        #expect(Hash(hex: Self.roots[0] + "0") == nil)
        #expect(Hash(hex: "g" + Self.roots[0].dropFirst()) == nil)
    }
}

/// Proofs made by others, good and bad (transparency-dev/merkle).
@Suite("Proofs of others")
struct ForeignProofTests {
    struct File: Decodable {
        let inclusion: [Inclusion]
        let consistency: [Consistency]
    }

    struct Inclusion: Decodable {
        let leafIdx: UInt64
        let treeSize: UInt64
        let root: String?
        let leafHash: String?
        let proof: [String]?
        let wantErr: Bool
        let name: String
    }

    struct Consistency: Decodable {
        let size1: UInt64
        let size2: UInt64
        let root1: String?
        let root2: String?
        let proof: [String]?
        let wantErr: Bool
        let name: String
    }

    /// The file beside the project; nil when it is absent.
    static let file: File? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        guard let content = try? Data(contentsOf: root.appending(path: "shared/data/tlog/proofs.json")) else {
            return nil
        }
        return try? JSONDecoder().decode(File.self, from: content)
    }()

    /// A hash has 32 bytes; anything else proves nothing.
    static func hash(_ text: String?) -> Hash? {
        guard let text, let data = Data(base64Encoded: text), data.count == 32 else { return nil }
        return [UInt8](data).withBytes { Hash($0) }
    }

    static func path(_ proof: [String]?) -> [Hash]? {
        let hashes = (proof ?? []).map(hash)
        let good = hashes.compactMap { $0 }
        return good.count == hashes.count ? good : nil
    }

    @Test(.enabled(if: file != nil, "shared/data/tlog/proofs.json is absent")) func inclusionProofsAreJudgedAlike()
        throws
    {
        let file = try #require(Self.file)
        #expect(file.inclusion.count > 40)
        for proof in file.inclusion {
            var accepted = false
            if let root = Self.hash(proof.root), let leaf = Self.hash(proof.leafHash), let path = Self.path(proof.proof)
            {
                accepted = Proof.verifyInclusion(
                    leaf: leaf, index: proof.leafIdx, size: proof.treeSize, path: path, root: root)
            }
            #expect(accepted == !proof.wantErr, "\(proof.name)")
        }
    }

    @Test(.enabled(if: file != nil, "shared/data/tlog/proofs.json is absent")) func consistencyProofsAreJudgedAlike()
        throws
    {
        let file = try #require(Self.file)
        #expect(file.consistency.count > 40)
        for proof in file.consistency {
            var accepted = false
            if let first = Self.hash(proof.root1), let second = Self.hash(proof.root2),
                let path = Self.path(proof.proof)
            {
                accepted = Proof.verifyConsistency(
                    first: proof.size1, second: proof.size2, firstRoot: first, secondRoot: second, path: path)
            }
            #expect(accepted == !proof.wantErr, "\(proof.name)")
        }
    }
}
