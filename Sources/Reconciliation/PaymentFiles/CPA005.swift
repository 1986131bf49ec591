package import Commerce

/// CPA Standard 005, the file of automated funds transfers that Canadian institutions take (DOMAIN §4).
///
/// Records of 1464 characters: a head of 24 (type, record number, originator, file creation number) and six segments of
/// 240. `A` opens the file, `Z` closes it with counts and sums; `C` credits, `D` debits, `E` and `F` reverse them, `I`
/// and `J` return them.
package enum CPA005 {
    package static let recordBytes = 1464
    static let headBytes = 24
    static let segmentBytes = 240
    static let segmentsMax = 6
    /// An amount has ten digits: below 100 000 000.00.
    package static let amountMinorMax: Int64 = 9_999_999_999
    /// The trailer's sums have fourteen digits.
    package static let totalMinorMax: Int64 = 99_999_999_999_999
    /// Payments in a file that we write or read.
    package static let itemsMax = 1_000_000
    /// Bytes of a file that we read: what `itemsMax` payments need, and lines' ends.
    package static let fileBytesMax = 256 << 20
    /// Characters of the cross reference.
    static let crossReferenceBytes = 19
    static let traceBytes = 22

    /// A file that was written.
    package struct Written: Equatable, Sendable {
        package var bytes: [UInt8]
        package var warnings: [PaymentWarning]
        /// The cross reference of each order, in their order (credits, then debits): it comes back with a return.
        package var crossReferences: [String]
        package var totalMinor: Int64
    }

    /// What stands in the 19 characters of the cross reference for a payout, always the same for the same id.
    ///
    /// An id of at most 19 capital letters, digits and hyphens stands as it is. Another is too long for the field or
    /// would be folded into the id of another payout, so `P` and 18 characters of a digest stand for it (93 bits of
    /// FNV-1a); the writer refuses a file in which two payouts would have the same.
    package static func crossReference(of payoutID: String) -> String {
        let isPlain = payoutID.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x2D
        }
        if isPlain, (1...crossReferenceBytes).contains(payoutID.utf8.count) { return payoutID }
        var digest: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
        for byte in payoutID.utf8 {
            digest ^= UInt128(byte)
            digest = digest &* 0x0000_0000_0100_0000_0000_0000_0000_013B
        }
        var characters: [UInt8] = []
        while characters.count < crossReferenceBytes - 1 {
            let digit = UInt8(truncatingIfNeeded: digest % 36)
            digest /= 36
            characters.append(digit < 10 ? 0x30 + digit : 0x41 + digit - 10)
        }
        return "P" + String(decoding: characters, as: UTF8.self)
    }

    /// Why an item came back, as CPA numbers the reasons; nil where the code is no reason for a return.
    package static func returnReason(_ code: String) -> Text? {
        guard LatinText.isDigits(code, 3...3), code.utf8.first == 0x39 else { return nil }
        return switch code {
        case "900": Text("rejet à la validation", "edit reject")
        case "901": Text("provision insuffisante", "not sufficient funds")
        case "902": Text("compte introuvable", "account not found")
        case "903": Text("paiement arrêté ou rappelé", "payment stopped or recalled")
        case "905": Text("compte fermé", "account closed")
        case "908": Text("fonds non compensés", "funds not cleared")
        case "909": Text("devise différente de celle du compte", "currency does not match the account")
        case "910": Text("payeur ou bénéficiaire décédé", "payor or payee deceased")
        case "911": Text("compte bloqué", "account frozen")
        case "912": Text("numéro de compte invalide", "invalid account number")
        case "914": Text("nom du payeur ou du bénéficiaire inexact", "incorrect payor or payee name")
        case "922": Text("retour demandé par le client", "customer-initiated return")
        default: Text("motif de retour \(code)", "return reason \(code)")
        }
    }
}
