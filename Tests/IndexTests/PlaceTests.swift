import Bytes
import Testing

@testable import Index

@Suite struct PlaceTests {
    /// Tables are freed and made again at the same address: a place must not take the new one for the old one.
    @Test func aPlaceDoesNotOutliveItsTable() {
        for _ in 0..<50 {
            let index = Index(nil)
            var place = RowPlace()
            [UInt8(0x90), 1].withBytes { key in index.add(&place, Counters(1, 0)) { key } }
            _ = index.freeze(folded: 0)
            index.dropOverlay()
            _ = index.freeze(folded: 0)
            [UInt8(0x90), 1].withBytes { key in
                index.add(&place, Counters(7, 0)) { key }
                #expect(index.counters(key).first == 7)
            }
        }
    }
}
