import Bytes
import Testing
import Transparency

@Suite struct FrontierEqualityTests {
    @Test func aFrontierEqualsItsStoredForm() throws {
        var frontier = Frontier()
        let out = ByteBuffer()
        for number in 0..<100 as Range<UInt8> {
            frontier.append([number].withBytes { Hash.leaf($0) })
            out.removeAll()
            frontier.encode(to: out)
            // Levels not in use hold what once stood there; the stored form has nothing there.
            #expect(try #require(Frontier(encoded: out.bytes)) == frontier)
        }
    }

    @Test func aFrontierDiffersByAnyRootThatCounts() {
        var one = Frontier()
        var other = Frontier()
        one.append([1].withBytes { Hash.leaf($0) })
        other.append([2].withBytes { Hash.leaf($0) })
        #expect(one != other)
    }
}
