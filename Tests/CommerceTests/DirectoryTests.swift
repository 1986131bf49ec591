import Bytes
import Testing

@testable import Commerce

@Suite struct DirectoryTests {
    @Test func `a directory beyond its budget is dropped once, and then remembers again`() {
        let directory = Directory()
        for number in 0..<2_200_000 as Range<UInt32> {
            Array("member-\(number)".utf8).withBytes { directory.insert(.identity, $0, party: number + 1) }
        }
        directory.beginEvent(Bytes.none)
        #expect(Array("member-7".utf8).withBytes { directory.party(.identity, $0) } == nil)
        Array("x".utf8).withBytes { directory.insert(.identity, $0, party: 1) }
        for _ in 0..<20 { directory.beginEvent(Bytes.none) }
        #expect(Array("x".utf8).withBytes { directory.party(.identity, $0) } == 1)
    }
}
