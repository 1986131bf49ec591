import Bytes
import Testing
import Transparency

@Suite struct FrontierTests {
    @Test func itsRootIsTheRecursiveOneAtEverySize() {
        let tree = RecursiveTree(count: 600)
        var frontier = Frontier()
        for size in 0...600 {
            #expect(frontier.root == tree.root(size: size), "size \(size)")
            if size < 600 { frontier.append(tree.leaves[size]) }
        }
    }

    @Test func itTellsEveryCompleteSubtreeOnceWithItsRoot() {
        let tree = RecursiveTree(count: 600)
        var frontier = Frontier()
        var told: [(end: Int, level: Int, root: Hash)] = []
        for (sequence, leaf) in tree.leaves.enumerated() {
            frontier.append(leaf) { told.append((sequence + 1, $0, $1)) }
        }
        for (end, level, root) in told {
            #expect(end % (1 << level) == 0)
            #expect(root == tree.root(end - (1 << level)..<end), "level \(level) at \(end)")
        }
        for level in 1...10 { #expect(told.count { $0.level == level } == 600 >> level, "level \(level)") }
    }

    @Test func encodingAndReadingGiveTheSameFrontier() {
        let tree = RecursiveTree(count: 300)
        var frontier = Frontier()
        for size in 0...300 {
            let out = ByteBuffer()
            frontier.encode(to: out)
            #expect(out.count == 8 + 32 * size.nonzeroBitCount)
            let read = Frontier(encoded: out.bytes)
            #expect(read?.size == frontier.size && read?.root == frontier.root, "size \(size)")
            if size < 300 { frontier.append(tree.leaves[size]) }
        }
    }

    @Test func aFrontierOfAnotherLengthThanItsSizeAsksForIsRefused() {
        var frontier = Frontier()
        for leaf in RecursiveTree(count: 7).leaves { frontier.append(leaf) }
        let out = ByteBuffer()
        frontier.encode(to: out)
        for length in 0..<out.count { #expect(Frontier(encoded: out.bytes(0..<length)) == nil, "\(length) bytes") }
        out.append(0 as UInt8)
        #expect(Frontier(encoded: out.bytes) == nil)
    }
}
