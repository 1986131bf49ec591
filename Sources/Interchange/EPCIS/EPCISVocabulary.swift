import Commerce
import Events

/// What a kind of event is in GS1's Core Business Vocabulary 2.0 (DOMAIN §6).
struct EPCISStep {
    let action: String
    let bizStep: String
    let disposition: String

    init(_ bizStep: String, _ disposition: String, action: String = "OBSERVE") {
        self.action = action
        self.bizStep = bizStep
        self.disposition = disposition
    }

    /// `nil` for what nobody saw of a parcel: a reminder, or a scan that is voided.
    init?(_ kind: EventKind) {
        switch kind {
        // The parcel's identifier is new.
        case .parcelPrepared: self.init("commissioning", "active", action: "ADD")
        case .parcelTransferred: self.init("transporting", "in_transit")
        case .parcelPlaced: self.init("storing", "in_progress")
        case .parcelCollected: self.init("collecting", "retail_sold")
        case .parcelDelivered: self.init("accepting", "retail_sold")
        case .pickupExpired: self.init("holding", "in_progress")
        case .parcelReturned: self.init("receiving", "returned")
        case .parcelLost: self.init("other", "unknown")
        case .parcelDamaged: self.init("inspecting", "damaged")
        default: return nil
        }
    }
}

/// Names of our things as URNs. No host answers for them and none is invented.
enum EPCISName {
    static func of(_ kind: String, book: String, _ name: String) -> String {
        "urn:grandlivre:\(kind):\(escaped(book)):\(escaped(name))"
    }

    /// Percent-encodes whatever is not unreserved (RFC 3986 §2.3), so that the text can stand in a URI and in JSON.
    static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: out.append(byte)
            default: out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
