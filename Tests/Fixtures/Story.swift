import Accounting
package import Events
import SwiftProtobuf

/// Makes events of one book, one minute apart unless told otherwise, each with a key of its own.
package struct Story {
    package var book: String
    package var source: String
    /// Effective time of the next event, in microseconds since 1970.
    package var nowUs: Int64
    package private(set) var events: UInt64 = 0

    package init(book: String = "grand-io", source: String = "till", from: String = "2017-01-02T15:00:00Z") {
        self.book = book
        self.source = source
        self.nowUs = Story.us(from)
    }

    /// A time in microseconds; a text that is none becomes 1970, which no test uses.
    package static func us(_ text: String) -> Int64 { (try? InstantText.parse(text)) ?? 0 }

    package mutating func event(_ body: Body, at time: String? = nil, key: String? = nil) -> Event {
        events += 1
        nowUs = time.map(Story.us) ?? nowUs + 60_000_000
        return .with {
            $0.effectiveAt = .with {
                $0.seconds = nowUs / 1_000_000
                $0.nanos = Int32(nowUs % 1_000_000) * 1_000
            }
            $0.book = book
            $0.source = source
            $0.key = key ?? "\(events)"
            $0.actor = "till-1"
            $0.body = body
        }
    }

    /// Founding and policies: commission 4 %, taxes on the order, the Act's floors, withholding, local days five hours behind UTC.
    package static let opening: [Body] = [
        .founding(), .calendar(), .taxes(), .commission(ppm: 40_000), .allocationRule(), .withholdingRule(),
    ]

    /// Consumers ana, bob and cid, a non-member tom, sellers sam (not registered) and reg (registered for both taxes), and
    /// products of three classes that anybody sells.
    package static let people: [Body] =
        ["ana", "bob", "cid", "tom", "sam", "reg"].map { .identity($0) }
        + ["ana", "bob", "cid"].map { .admission($0, [.consumer]) }
        + [
            .admission("sam", [.seller]),
            .admission("reg", [.seller], registered: ["gst": "2016-01-01", "qst": "2016-01-01"]),
            .listing("lamp"), .listing("milk", .zeroRated), .listing("book", .printedBook),
        ]
}
