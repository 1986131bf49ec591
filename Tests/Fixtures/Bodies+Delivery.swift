package import Events
import Foundation
import SwiftProtobuf

extension Story {
    /// Carriers kim and leo, hosts hq and stm, the sites "caisse" (two small, one large) and "metro" (one medium), and a policy: two
    /// days to pick up, 5.00 a 4 h parcel, 3.00 a 24 h one, 4.00 to the door, 0.50 to the host.
    package static let lockers: [Body] = [
        .identity("kim"), .identity("leo"), .identity("hq"), .identity("stm"), .admission("kim", [.carrier]),
        .admission("leo", [.carrier, .seller]), .site("caisse", "hq", [(.small, 2), (.large, 1)]),
        .site("metro", "stm", [(.medium, 1)], kind: .metroStation), .deliveryPolicy(),
    ]
}

extension Body {
    package static func deliveryPolicy(
        hours: UInt32 = 48, fees: [(DeliveryMode, Int64)] = [(.locker4H, 500), (.locker24H, 300), (.door, 400)],
        hosting: Int64 = 50
    ) -> Body {
        .policyAdopted(
            .with {
                $0.delivery.pickupHours = hours
                $0.delivery.hostingFeeMinor = hosting
                $0.delivery.fees = fees.map { fee in
                    DeliveryFee.with {
                        $0.mode = fee.0
                        $0.carrierFeeMinor = fee.1
                    }
                }
            })
    }

    package static func site(
        _ site: String, _ host: String, _ compartments: [(CompartmentSize, UInt32)], kind: LockerSiteKind = .caisse,
        postalCode: String = "H2X 1Y4"
    ) -> Body {
        .lockerSiteOpened(
            .with {
                $0.site = site
                $0.host = host
                $0.kind = kind
                $0.name = "Chez \(host)"
                $0.postalCode = postalCode
                $0.compartments = compartments.map { row in
                    Compartments.with {
                        $0.size = row.0
                        $0.count = row.1
                    }
                }
            })
    }

    package static func siteClosing(_ site: String) -> Body { .lockerSiteClosed(.with { $0.site = site }) }

    /// One unit of milk from sam, without taxes, to be delivered.
    package static func promised(
        _ order: String, _ buyer: String = "ana", _ mode: DeliveryMode = .locker4H, amount: Int64 = 1_000
    ) -> Body {
        guard case .purchasePlaced(var body) = Body.purchase(order, buyer, [.of("milk", "sam", amount, .zeroRated)])
        else { return .handOver(order) }
        body.deliveryMode = mode
        return .purchasePlaced(body)
    }

    package static func parcel(
        _ parcel: String, _ order: String, site: String = "caisse", size: CompartmentSize = .small,
        value: Int64 = 100, retailer: String = "sam", weight: Int64 = 500, currency: String = "CAD",
        replaces: String = ""
    ) -> Body {
        .parcelPrepared(
            .with {
                $0.parcel = parcel
                $0.order = order
                $0.retailer = retailer
                $0.size = size
                $0.weightGrams = weight
                $0.valueMinor = value
                $0.currency = currency
                $0.site = site
                $0.replaces = replaces
            })
    }

    package static func transfer(_ parcel: String, _ from: String, _ to: String) -> Body {
        .parcelTransferred(
            .with {
                $0.parcel = parcel
                $0.from = from
                $0.to = to
            })
    }

    package static func placement(
        _ parcel: String, _ site: String = "caisse", _ compartment: UInt32 = 1, _ size: CompartmentSize = .small,
        codeBytes: Int = 28
    ) -> Body {
        .parcelPlaced(
            .with {
                $0.parcel = parcel
                $0.site = site
                $0.compartment = compartment
                $0.size = size
                $0.sealedCode = Data(repeating: 7, count: codeBytes)
            })
    }

    package static func reminder(_ parcel: String) -> Body { .pickupReminded(.with { $0.parcel = parcel }) }
    package static func collection(_ parcel: String) -> Body { .parcelCollected(.with { $0.parcel = parcel }) }
    package static func delivery(_ parcel: String) -> Body { .parcelDelivered(.with { $0.parcel = parcel }) }
    package static func pickupExpiry(_ parcel: String) -> Body { .pickupExpired(.with { $0.parcel = parcel }) }
    package static func comeback(_ parcel: String) -> Body { .parcelReturned(.with { $0.parcel = parcel }) }

    package static func loss(_ parcel: String, reason: String = "not in the van") -> Body {
        .parcelLost(
            .with {
                $0.parcel = parcel
                $0.reason = reason
            })
    }

    package static func damage(_ parcel: String, _ amount: Int64, reason: String = "wet") -> Body {
        .parcelDamaged(
            .with {
                $0.parcel = parcel
                $0.damageMinor = amount
                $0.reason = reason
            })
    }

    package static func void(_ parcel: String, _ sequence: UInt64, reason: String = "wrong parcel") -> Body {
        .scanVoided(
            .with {
                $0.parcel = parcel
                $0.scannedSequence = sequence
                $0.reason = reason
            })
    }
}
