import Accounting
import Bytes
import Events
import Index

/// What the policy in force says of a parcel, by its order's delivery mode. All 0 where there is no policy.
struct DeliveryTerms {
    /// The policy's field in PolicyAdopted.
    static let policyField = 9

    private(set) var pickupHours: UInt32 = 0
    private(set) var carrierFeeMinor: Int64 = 0
    private(set) var hostingFeeMinor: Int64 = 0

    init(_ mode: Int, _ fact: Fact, _ book: Book) {
        guard
            let policy = book.policy(
                DeliveryPolicyView.self, Self.policyField, at: fact.effectiveAtUs, knownAt: fact.sequence)
        else { return }
        pickupHours = policy.pickupHours
        hostingFeeMinor = policy.hostingFeeMinor
        for encoded in policy.fees {
            guard let fee = try? encoded.view(), fee.mode.rawValue == mode else { continue }
            carrierFeeMinor = fee.carrierFeeMinor
        }
    }
}

extension Policies {
    private static let pickupHoursMax: UInt32 = 8_760

    static func decide(delivery policy: DeliveryPolicyView, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal)
    {
        guard policy.pickupHours > 0, policy.pickupHours <= pickupHoursMax else {
            throw Refusal(
                .outOfRange, "delivery.pickupHours", Int64(policy.pickupHours),
                Text("délai de ramassage hors limites", "pickup window out of range"),
                accepted: Text("de 1 à \(pickupHoursMax) heures", "1 to \(pickupHoursMax) hours"))
        }
        try Check.notNegative(policy.hostingFeeMinor, "delivery.hostingFeeMinor")
        var seen: [DeliveryMode] = []
        for (index, encoded) in policy.fees.enumerated() {
            guard let fee = try? encoded.view() else { continue }
            guard fee.mode != .unspecified, !seen.contains(fee.mode) else {
                throw Refusal(
                    .duplicate, "delivery.fees[\(index)].mode", "\(fee.mode)",
                    Text("mode absent ou répété", "a mode missing, or twice"),
                    accepted: Text("chaque mode une fois au plus", "each mode once at most"))
            }
            seen.append(fee.mode)
            try Check.notNegative(fee.carrierFeeMinor, "delivery.fees[\(index)].carrierFeeMinor")
        }
    }
}
