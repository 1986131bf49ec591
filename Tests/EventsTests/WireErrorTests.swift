import Bytes
import Testing

@testable import Events

@Suite("Refused bytes")
struct WireErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let bytes: [UInt8]
        let code: WireError.Code
        let field: String
        let offset: Int
        var testDescription: String { "\(field) \(code.rawValue)" }
    }

    /// Of an event: 2A is book, 32 is source, 82 19 is the tag of purchase_placed (400), 4A is cause.
    static let cases: [Case] = [
        Case(bytes: [0x2A], code: .truncated, field: "Event.book", offset: 1),
        Case(bytes: [0x2A, 0x02, 0x61], code: .truncated, field: "Event.book", offset: 2),
        Case(bytes: [0x2A, 0x00], code: .defaultValue, field: "Event.book", offset: 2),
        Case(bytes: [0x2A, 0x81, 0x00, 0x61], code: .varint, field: "Event.book", offset: 1),
        Case(bytes: [0x2A, 0x01, 0xFF], code: .text, field: "Event.book", offset: 3),
        Case(bytes: [0x28, 0x01], code: .wireType, field: "Event.book", offset: 0),
        Case(bytes: [0x2A, 0x01, 0x61, 0x2A, 0x01, 0x61], code: .order, field: "Event.book", offset: 3),
        Case(bytes: [0x32, 0x01, 0x61, 0x2A, 0x01, 0x61], code: .order, field: "Event.book", offset: 3),
        Case(bytes: [0x60, 0x01], code: .unknownField, field: "Event field 12", offset: 0),
        Case(bytes: [0x4A, 0x02, 0x12, 0x00], code: .defaultValue, field: "Cause.source", offset: 4),
        Case(
            bytes: [0x82, 0x19, 0x02, 0x18, 0x07], code: .unknownValue, field: "PurchasePlaced.buyerStatus", offset: 5),
        Case(
            bytes: [0x82, 0x19, 0x04, 0x2A, 0x02, 0x12, 0x00], code: .defaultValue, field: "PurchaseLine.seller",
            offset: 7),
    ]

    @Test("the error names the field, the place and the reason", arguments: cases)
    func named(refused: Case) {
        let error = #expect(throws: WireError.self) {
            try refused.bytes.withBytes { (bytes) throws(WireError) in try EventView(bytes).validate() }
        }
        #expect(error?.code == refused.code)
        #expect(error?.field == refused.field)
        #expect(error?.offset == refused.offset)
    }

    @Test("reading the envelope leaves the body unread")
    func bodyUnread() throws {
        let kind = try [0x82, 0x19, 0x01, 0xFF].withBytes { (bytes) throws(WireError) in try EventView(bytes).kind }
        #expect(kind == .purchasePlaced)
    }
}
