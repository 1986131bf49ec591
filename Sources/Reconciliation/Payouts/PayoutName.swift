import Crypto

/// Ids of payouts that we make: the same for what is the same debt, so that a command that is run again makes no second payout, and short enough to
/// travel unchanged in every format: 19 capital letters, digits and hyphens in CPA 005, 16 in the first line of an MT940 entry.
enum PayoutName {
    /// "V-3K0A…", "R17-3K0A…": what it is, a hyphen, twelve characters of the hash of `parts`.
    static func make(_ prefix: String, _ parts: [String]) -> String {
        let hash = SHA256.hash(data: Array(parts.joined(separator: "\u{1F}").utf8))
        var number = hash.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var characters: [UInt8] = []
        while characters.count < 12 {
            let digit = UInt8(number % 36)
            number /= 36
            characters.append(digit < 10 ? 0x30 + digit : 0x41 + digit - 10)
        }
        return prefix + "-" + String(decoding: characters, as: UTF8.self)
    }
}
