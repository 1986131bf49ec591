import Testing
import Transparency

@Suite struct ProofTests {
    static let largest = 130
    static let tree = RecursiveTree(count: largest)
    static let roots = (0...largest).map { tree.root(size: $0) }

    @Test func everyEntryIsProvedInEverySize() {
        for size in 1...Self.largest {
            for index in 0..<size {
                let path = Proof.inclusion(Self.tree, index: UInt64(index), size: UInt64(size))
                #expect(verifies(index, size, path), "entry \(index) of \(size)")
            }
        }
    }

    @Test func everySizeIsProvedAnExtensionOfEverySmallerOne() {
        for second in 0...Self.largest {
            for first in 0...second {
                let path = Proof.consistency(Self.tree, first: UInt64(first), second: UInt64(second))
                #expect(verifies(first, second, path, Self.roots[first], Self.roots[second]), "\(first) to \(second)")
            }
        }
    }

    @Test func anInclusionProofThatWasTamperedWithIsRefused() {
        for size in [1, 2, 3, 7, 8, 9, 31, 64, 65, 100, 130] {
            for index in Set([0, size / 3, size / 2, size - 1]) {
                let path = Proof.inclusion(Self.tree, index: UInt64(index), size: UInt64(size))
                for other in tampered(path) { #expect(!verifies(index, size, other), "entry \(index) of \(size)") }
                for wrong in Set([index - 1, index + 1, size]) where wrong >= 0 && wrong != index {
                    #expect(!verifies(leaf: index, as: wrong, size, path), "entry \(index) as \(wrong) of \(size)")
                }
                let root = Self.roots[size - 1]
                #expect(!verifies(leaf: index, as: index, size, path, root: root), "entry \(index) under an older root")
                #expect(
                    !verifies(leaf: (index + 1) % Self.largest, as: index, size, path),
                    "another leaf as \(index) of \(size)")
            }
        }
    }

    @Test func aConsistencyProofThatWasTamperedWithIsRefused() {
        for (first, second) in [
            (1, 2), (1, 8), (2, 5), (3, 7), (4, 8), (6, 7), (8, 9), (64, 130), (65, 129), (100, 130),
        ] {
            let path = Proof.consistency(Self.tree, first: UInt64(first), second: UInt64(second))
            let (old, new) = (Self.roots[first], Self.roots[second])
            for other in tampered(path) { #expect(!verifies(first, second, other, old, new), "\(first) to \(second)") }
            #expect(!verifies(first, second, path, new, new))
            #expect(!verifies(first, second, path, old, old))
            #expect(!verifies(first, second, path, flipped(old, bit: 77), new))
            #expect(!verifies(first, second, path, old, flipped(new, bit: 200)))
            #expect(!verifies(second, first, path, new, old), "backwards")
        }
    }

    @Test func equalSizesNeedEqualRootsAndAnEmptyPath() {
        let root = Self.roots[5]
        #expect(verifies(5, 5, [], root, root))
        #expect(!verifies(5, 5, [root], root, root))
        #expect(!verifies(5, 5, [], root, Self.roots[6]))
        #expect(verifies(0, 5, [], .emptyRoot, root))
        #expect(!verifies(0, 5, [], root, root))
        #expect(!verifies(0, 5, [root], .emptyRoot, root))
    }

    /// Every bit of one hash, one too few, one too many, two exchanged.
    private func tampered(_ path: [Hash]) -> [[Hash]] {
        var all = [path + [Self.roots[1]], [Self.roots[1]] + path]
        for index in path.indices {
            for bit in [0, 63, 64, 128, 255] {
                var other = path
                other[index] = flipped(path[index], bit: bit)
                all.append(other)
            }
            var shorter = path
            shorter.remove(at: index)
            all.append(shorter)
            var swapped = path
            swapped.swapAt(0, index)
            if index > 0 { all.append(swapped) }
        }
        return all
    }

    private func flipped(_ hash: Hash, bit: Int) -> Hash {
        var words = [hash.words.0, hash.words.1, hash.words.2, hash.words.3]
        words[bit / 64] ^= 1 << UInt64(63 - bit % 64)
        return Hash((words[0], words[1], words[2], words[3]))
    }

    private func verifies(_ index: Int, _ size: Int, _ path: [Hash]) -> Bool {
        verifies(leaf: index, as: index, size, path)
    }

    private func verifies(leaf: Int, as index: Int, _ size: Int, _ path: [Hash], root: Hash? = nil) -> Bool {
        Proof.verifyInclusion(
            leaf: Self.tree.leaves[leaf], index: UInt64(index), size: UInt64(size), path: path,
            root: root ?? Self.roots[size])
    }

    private func verifies(_ first: Int, _ second: Int, _ path: [Hash], _ old: Hash, _ new: Hash) -> Bool {
        Proof.verifyConsistency(
            first: UInt64(first), second: UInt64(second), firstRoot: old, secondRoot: new, path: path)
    }
}
