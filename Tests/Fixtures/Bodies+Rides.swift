package import Events
import SwiftProtobuf

extension Body {
    package static func rideRule(levy: Int64 = 90, platformPpm: UInt32 = 200_000, fee: Int64 = 500) -> Body {
        .policyAdopted(
            .with {
                $0.rides.levyMinor = levy
                $0.rides.platformPpm = platformPpm
                $0.rides.cancellationFeeMinor = fee
            })
    }

    package static func rideRequest(_ ride: String, _ rider: String, with companions: [String] = []) -> Body {
        .rideRequested(
            .with {
                $0.ride = ride
                $0.rider = rider
                $0.fromZone = "plateau"
                $0.toZone = "rosemont"
                $0.companions = companions.map { name in Companion.with { $0.rider = name } }
            })
    }

    package static func rideAcceptance(_ ride: String, _ driver: String) -> Body {
        .rideAccepted(
            .with {
                $0.ride = ride
                $0.driver = driver
            })
    }

    package static func rideStart(_ ride: String) -> Body { .rideStarted(.with { $0.ride = ride }) }

    /// A fare of base, distance and time.
    package static func rideCompletion(
        _ ride: String, base: Int64, distance: Int64 = 0, time: Int64 = 0, discount: Int64 = 0, levy: Int64,
        taxes: [(String, Int64)], tip: Int64 = 0, platform: Int64, total: Int64? = nil, currency: String = "CAD"
    ) -> Body {
        .rideCompleted(
            .with {
                $0.ride = ride
                $0.currency = currency
                $0.baseMinor = base
                $0.distanceMeters = 4_200
                $0.distanceFareMinor = distance
                $0.durationSeconds = 780
                $0.timeFareMinor = time
                $0.discountMinor = discount
                $0.levyMinor = levy
                $0.taxes = amounts(taxes)
                $0.tipMinor = tip
                $0.platformMinor = platform
                $0.totalMinor =
                    total ?? base + distance + time - discount + levy + tip + taxes.reduce(0) { $0 + $1.1 }
                $0.salesRecord = "SRM-1"
            })
    }

    package static func rideCancellation(_ ride: String, by: RideCanceller, fee: Int64 = 0) -> Body {
        .rideCancelled(
            .with {
                $0.ride = ride
                $0.by = by
                $0.feeMinor = fee
                $0.currency = fee == 0 ? "" : "CAD"
            })
    }

    package static func ridePayment(
        _ payment: String, _ ride: String, _ rider: String, _ amount: Int64, _ institution: String = "815"
    ) -> Body {
        .ridePaid(
            .with {
                $0.payment = payment
                $0.ride = ride
                $0.rider = rider
                $0.institution = institution
                $0.amountMinor = amount
                $0.currency = "CAD"
            })
    }
}

extension Body {
    package static func rideRefund(
        _ refund: String, _ ride: String, fare: Int64, levy: Int64 = 0, taxes: [(String, Int64)] = [], tip: Int64 = 0,
        platform: Int64 = 0, total: Int64? = nil, to rider: String = ""
    ) -> Body {
        .rideRefunded(
            .with {
                $0.rider = rider
                $0.refund = refund
                $0.ride = ride
                $0.fareMinor = fare
                $0.levyMinor = levy
                $0.taxes = .listed(taxes)
                $0.tipMinor = tip
                $0.platformMinor = platform
                $0.totalMinor = total ?? fare + levy + tip + taxes.reduce(0) { $0 + $1.1 }
                $0.currency = "CAD"
                $0.reason = "detour"
            })
    }
}
