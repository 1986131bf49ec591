import Bytes
import Testing
import Transparency

@Suite("Trees")
struct TreeTests {
    static let sizeMax = 600
    let tree = Leaves(sizeMax)

    @Test func theFrontierHasTheRootOfTheDefinition() {
        var frontier = Frontier()
        for size in 0...Self.sizeMax {
            #expect(frontier.size == UInt64(size))
            #expect(frontier.root == tree.root(0..<size))
            #expect(Proof.root(tree, from: 0, to: UInt64(size)) == frontier.root)
            if size < Self.sizeMax { frontier.append(tree.leaves[size]) }
        }
    }

    @Test func everySubtreeIsReportedOnceWhenItIsComplete() {
        var frontier = Frontier()
        for size in 1...Self.sizeMax {
            var levels: [Int] = []
            frontier.append(tree.leaves[size - 1]) { level, root in
                levels.append(level)
                #expect(root == tree.root(size - (1 << level)..<size))
            }
            #expect(levels == (0..<size.trailingZeroBitCount).map { $0 + 1 })
        }
    }

    @Test func aStoredFrontierGoesOnWhereItStopped() throws {
        let out = ByteBuffer()
        var frontier = Frontier()
        for size in 0..<200 {
            out.removeAll()
            frontier.encode(to: out)
            #expect(out.count == 8 + 32 * size.nonzeroBitCount)
            frontier = try #require(Frontier(encoded: out.bytes))
            frontier.append(tree.leaves[size])
        }
        #expect(frontier.root == tree.root(0..<200))
    }

    @Test func aDamagedFrontierIsRefused() {
        var frontier = Frontier()
        for leaf in tree.leaves.prefix(7) { frontier.append(leaf) }
        let out = ByteBuffer()
        frontier.encode(to: out)
        for length in 0..<out.count { #expect(Frontier(encoded: out.bytes.prefix(length)) == nil) }
        out.append(0 as UInt8)
        #expect(Frontier(encoded: out.bytes) == nil)
    }
}

@Suite("Proofs")
struct ProofTests {
    static let sizeMax = 130
    let tree = Leaves(sizeMax)

    @Test func everyEntryIsProvedInEveryTree() {
        for size in 1...Self.sizeMax {
            let root = tree.root(0..<size)
            for index in 0..<size {
                let path = Proof.inclusion(tree, index: UInt64(index), size: UInt64(size))
                #expect(
                    Proof.verifyInclusion(
                        leaf: tree.leaves[index], index: UInt64(index), size: UInt64(size), path: path, root: root))
            }
        }
    }

    @Test func everyTreeIsProvedToExtendEverySmallerOne() {
        for second in 0...Self.sizeMax {
            for first in 0...second {
                let path = Proof.consistency(tree, first: UInt64(first), second: UInt64(second))
                #expect(
                    Proof.verifyConsistency(
                        first: UInt64(first), second: UInt64(second), firstRoot: tree.root(0..<first),
                        secondRoot: tree.root(0..<second), path: path))
            }
        }
    }

    @Test func aChangedInclusionProofProvesNothing() {
        for (index, size) in [(0, 1), (0, 2), (3, 7), (6, 7), (64, 130), (129, 130), (5, 64)] {
            let root = tree.root(0..<size)
            let path = Proof.inclusion(tree, index: UInt64(index), size: UInt64(size))
            func accepts(_ leaf: Hash, _ index: Int, _ size: Int, _ path: [Hash], _ root: Hash) -> Bool {
                Proof.verifyInclusion(leaf: leaf, index: UInt64(index), size: UInt64(size), path: path, root: root)
            }
            let leaf = tree.leaves[index]
            #expect(accepts(leaf, index, size, path, root))
            #expect(!accepts(.emptyRoot, index, size, path, root))
            #expect(!accepts(leaf, index, size, path, .emptyRoot))
            #expect(!accepts(leaf, size, size, path, root))
            #expect(!accepts(leaf, index, size, path + [root], root))
            for other in 0..<size where other != index { #expect(!accepts(leaf, other, size, path, root)) }
            for place in path.indices {
                var changed = path
                changed[place] = .emptyRoot
                #expect(!accepts(leaf, index, size, changed, root))
                changed = path
                changed.remove(at: place)
                #expect(!accepts(leaf, index, size, changed, root))
            }
        }
    }

    @Test func aChangedConsistencyProofProvesNothing() {
        for (first, second) in [(1, 2), (3, 7), (4, 7), (64, 130), (65, 130), (129, 130), (6, 8)] {
            let old = tree.root(0..<first)
            let new = tree.root(0..<second)
            let path = Proof.consistency(tree, first: UInt64(first), second: UInt64(second))
            func accepts(_ first: Int, _ second: Int, _ old: Hash, _ new: Hash, _ path: [Hash]) -> Bool {
                Proof.verifyConsistency(
                    first: UInt64(first), second: UInt64(second), firstRoot: old, secondRoot: new, path: path)
            }
            #expect(accepts(first, second, old, new, path))
            #expect(!accepts(first, second, .emptyRoot, new, path))
            #expect(!accepts(first, second, old, .emptyRoot, path))
            #expect(!accepts(second, first, new, old, path))
            #expect(!accepts(first, second, old, new, path + [new]))
            for place in path.indices {
                var changed = path
                changed[place] = .emptyRoot
                #expect(!accepts(first, second, old, new, changed))
                changed = path
                changed.remove(at: place)
                #expect(!accepts(first, second, old, new, changed))
            }
        }
    }

    @Test func sizesBeyondEverythingAreRefusedWithoutTrapping() {
        let hashes = Array(repeating: Hash.emptyRoot, count: 70)
        let half = UInt64(1) << 63
        for size in [UInt64.max, half, half + 1] {
            #expect(
                !Proof.verifyInclusion(leaf: .emptyRoot, index: size - 1, size: size, path: hashes, root: .emptyRoot))
            #expect(
                !Proof.verifyConsistency(
                    first: size - 1, second: size, firstRoot: .emptyRoot, secondRoot: .emptyRoot, path: hashes))
        }
    }
}
