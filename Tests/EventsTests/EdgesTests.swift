import Bytes
import SwiftProtobuf
import Testing

@testable import Events

@Suite("Proposals")
struct ProposalsTests {
    private func event(key: String) -> Event {
        .with {
            $0.effectiveAt = .with { $0.seconds = 1_489_512_330 }
            $0.book = "grand-io"
            $0.source = "test"
            $0.key = key
            $0.orderHandedOver = .with { $0.order = "order-1" }
        }
    }

    @Test("an event written field by field and the same event as a message are the same bytes")
    func bothWays() throws {
        let proposals = Proposals()
        try proposals.append(event(key: "a"))
        try proposals.append { event in
            event.effectiveAt(microseconds: 1_489_512_330_000_000)
            event.book("grand-io")
            event.source("test")
            event.key("a")
            event.orderHandedOver { $0.order("order-1") }
        }
        #expect(proposals.count == 2)
        #expect(proposals[0] == proposals[1])
        #expect(EventHeader.isPresent(in: proposals[0]))
    }

    @Test("the header is filled in place and leaves the content alone")
    func header() throws {
        let proposals = Proposals()
        try proposals.append(event(key: "first"))
        try proposals.append(event(key: "second"))
        let range = proposals.entries.range(1)
        let content = EventHeader.content(of: proposals[1]).array
        proposals.entries.buffer.writeHeader(
            at: range.lowerBound, sequence: 0x0102_0304_0506_0708, recordedAtUs: 1_489_512_331_000_001, rules: 7)
        let view = try EventView(proposals[1])
        #expect(view.sequence == 0x0102_0304_0506_0708)
        #expect(view.recordedAtUs == 1_489_512_331_000_001)
        #expect(view.rules == 7)
        #expect(EventHeader.sequence(of: proposals[1]) == 0x0102_0304_0506_0708)
        #expect(EventHeader.recordedAtUs(of: proposals[1]) == 1_489_512_331_000_001)
        #expect(EventHeader.rules(of: proposals[1]) == 7)
        #expect(EventHeader.content(of: proposals[1]).array == content)
        #expect(try EventView(proposals[0]).sequence == 0)
    }

    @Test("an entry takes 65 535 bytes and not one more; what is refused leaves nothing behind")
    func size() throws {
        let proposals = Proposals()
        // Header, tag and three bytes of length leave this much for the key.
        let room = EventHeader.entrySizeMax - EventHeader.size - 4
        try proposals.append { $0.key(String(repeating: "k", count: room)) }
        #expect(proposals[0].count == 65_535)
        let error = #expect(throws: ProposalError.self) {
            try proposals.append { $0.key(String(repeating: "k", count: room + 1)) }
        }
        #expect(error?.code == .tooLarge)
        #expect(proposals.count == 1)
        #expect(proposals.byteCount == 65_535)
    }

    @Test("a message with what the schema does not know is not proposed")
    func unknownValue() {
        var strange = event(key: "a")
        strange.productListed = .with { $0.taxClass = .UNRECOGNIZED(99) }
        let proposals = Proposals()
        let error = #expect(throws: ProposalError.self) { try proposals.append(strange) }
        #expect(error?.code == .notCanonical)
        #expect(error?.reason.contains("ProductListed.taxClass") == true)
        #expect(proposals.isEmpty)
    }

    @Test("a body that fails leaves nothing behind")
    func failingBody() throws {
        struct Stop: Error {}
        let proposals = Proposals()
        #expect(throws: Stop.self) {
            try proposals.append(throwing: { event in
                event.book("grand-io")
                throw Stop()
            })
        }
        try proposals.append(event(key: "a"))
        #expect(proposals.count == 1)
        #expect(try EventView(proposals[0]).key == "a")
    }
}

@Suite("Times")
struct TimestampTests {
    @Test(
        "microseconds survive writing and reading, before 1970 too",
        arguments: [0, 1, -1, 999_999, -1_000_000, -1_000_001, 1_489_512_331_123_456, -62_135_596_800_000_000]
            as [Int64])
    func roundTrip(microseconds: Int64) throws {
        let out = ByteBuffer()
        TimestampWriter(out).write(microseconds: microseconds)
        #expect(try TimestampView(out.bytes).microseconds == microseconds)
        let message = try Google_Protobuf_Timestamp(serializedBytes: out.bytes.array)
        #expect((0..<1_000_000_000).contains(message.nanos))
    }

    @Test(
        "an instant that is no whole microsecond of years 1 to 9999 has none",
        arguments: [(0, 1), (0, -1_000), (0, 1_000_000_000), (253_402_300_800, 0), (Int64.min, 0)] as [(Int64, Int32)])
    func refused(seconds: Int64, nanos: Int32) throws {
        let out = ByteBuffer()
        let writer = TimestampWriter(out)
        writer.seconds(seconds)
        writer.nanos(nanos)
        #expect(try TimestampView(out.bytes).microseconds == nil)
    }
}

@Suite("JSON lines")
struct EventJSONTests {
    struct Refused: Sendable, CustomTestStringConvertible {
        let line: String
        let code: EventJSON.Failure.Code
        let text: String
        var testDescription: String { text }
    }

    static let refused: [Refused] = [
        Refused(
            line: #"{"book":"grand-io","colour":"red"}"#, code: .unknownField,
            text: "colour: the schema knows no such field"),
        Refused(
            line: #"{"purchasePlaced":{"lines":[{"product":"a"},{"product":"b","pieces":{"n":[1]}}]}}"#,
            code: .unknownField, text: "purchasePlaced.lines[1].pieces: the schema knows no such field"),
        Refused(
            line: #"{"purchase_placed":{"total_minor":"12.50"}}"#, code: .badValue,
            text: "purchase_placed.total_minor: \"12.50\" is refused; "
                + "a whole number from -9223372036854775808 to 9223372036854775807 is expected"),
        Refused(
            line: #"{"memberAdmitted":{"groups":["GROUP_SELLER","GROUP_BUYER"]}}"#, code: .unknownValue,
            text: "memberAdmitted.groups[1]: \"GROUP_BUYER\" is unknown; a list, each one of GROUP_UNSPECIFIED, "
                + "GROUP_CONSUMER, GROUP_SELLER, GROUP_DRIVER, GROUP_RIDER, GROUP_CREATOR, GROUP_AUTHOR, GROUP_CARRIER, "
                + "GROUP_WORKER, GROUP_DEPOSITOR, is expected"),
        Refused(
            line: #"{"effectiveAt":"yesterday"}"#, code: .badValue,
            text: "effectiveAt: \"yesterday\" is refused; an RFC 3339 time such as \"2017-01-31T05:00:00Z\" is expected"
        ),
        Refused(
            line: #"{"effectiveAt":"2017-01-31T05:00:00.123456789Z"}"#, code: .badValue,
            text: "effectiveAt: 123456789 ns is finer than the ledger's times; whole microseconds are expected"),
        Refused(
            line: #"{"fiscalYearClosed":{"fiscalYear":-1}}"#, code: .badValue,
            text: "fiscalYearClosed.fiscalYear: -1 is refused; a whole number from 0 to 4294967295 is expected"),
        Refused(line: #"{"book":7}"#, code: .badValue, text: "book: 7 is refused; a text in double quotes is expected"),
        Refused(
            line: #"{"payoutSettled":[1]}"#, code: .badValue,
            text: "payoutSettled: […] is refused; an object is expected"),
        Refused(
            line: #"{"orderHandedOver":{"order":"a"},"payoutSettled":{"payout":"b"}}"#, code: .badValue,
            text: "orderHandedOver and payoutSettled in one event; one is expected"),
        Refused(
            line: #"{"identityRegistered":{"identity":"d1","identity":"d2"}}"#, code: .duplicateKey,
            text: "identityRegistered.identity: the key stands twice in one object; each once is expected"),
        Refused(
            line: #"{"purchasePlaced":{"lines":[{"product":"a"},{"product":"b","quantity":1,"product":"c"}]}}"#,
            code: .duplicateKey,
            text: "purchasePlaced.lines[1].product: the key stands twice in one object; each once is expected"),
        Refused(
            line: #"{"book":"a\"","source":"book","b\u006fok":"b"}"#, code: .duplicateKey,
            text: "book: the key stands twice in one object; each once is expected"),
        Refused(
            line: #"{"purchasePlaced":{"total_minor":"1","totalMinor":"2"}}"#, code: .duplicateKey,
            text: "purchasePlaced.totalMinor: the key stands twice in one object; each once is expected"),
        Refused(line: #"{"book":"grand-io""#, code: .notJSON, text: "not JSON at byte 18: the line ends too early"),
        Refused(line: "", code: .notJSON, text: "not JSON at byte 0: the line ends too early"),
        Refused(line: "{} {}", code: .notJSON, text: "not JSON at byte 3: something follows the value"),
        Refused(line: "[1]", code: .notJSON, text: "[…] is not an event; a JSON object is expected"),
    ]

    @Test("a refusal names the field, its value and what is expected, in one line", arguments: refused)
    func refusal(refused: Refused) {
        let error = #expect(throws: EventJSON.Failure.self) { try EventJSON.decode(line: refused.line) }
        #expect(error?.code == refused.code)
        #expect(error?.description == refused.text)
    }

    @Test("names as the schema writes them and numbers without quotes are read too")
    func otherSpelling() throws {
        let plain = try EventJSON.decode(line: #"{"purchasePlaced":{"totalMinor":"12"},"rules":3}"#)
        let other = try EventJSON.decode(line: #" { "purchase_placed" : { "total_minor" : 12 }, "rules" : 3 } "#)
        #expect(plain == other)
    }

    @Test("bytes that are not canonical have no JSON")
    func notCanonical() {
        let error = #expect(throws: EventJSON.Failure.self) {
            try [0x2A, 0x00].withBytes { (bytes) throws(EventJSON.Failure) in try EventJSON.encode(entry: bytes) }
        }
        #expect(error?.code == .notCanonical)
        #expect(error?.field == "Event.book")
    }

    @Test("a line that is not UTF-8 is refused")
    func notText() {
        let error = #expect(throws: EventJSON.Failure.self) { try EventJSON.decode(line: [0x7B, 0xFF, 0x7D]) }
        #expect(error?.code == .notJSON)
    }
}
