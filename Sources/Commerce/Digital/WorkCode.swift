package import Bytes

/// The codes that identify works in the trade.
package enum WorkCode {
    /// Whether the text is an ISBN-13: thirteen digits, grouped by single hyphens or not, prefix 978 or 979, whose sum with the
    /// weights 1, 3, 1, 3… ends in 0 (ISO 2108).
    package static func isISBN13(_ text: Bytes) -> Bool {
        var digits: [Int] = []
        var wasDigit = false
        for byte in text.buffer {
            switch byte {
            case 0x30...0x39:
                digits.append(Int(byte) - 0x30)
                wasDigit = true
            case 0x2D where wasDigit: wasDigit = false
            default: return false
            }
        }
        guard wasDigit, digits.count == 13, digits[0] == 9, digits[1] == 7, digits[2] >= 8 else { return false }
        let sum = digits.enumerated().reduce(0) { $0 + ($1.offset % 2 == 0 ? 1 : 3) * $1.element }
        return sum % 10 == 0
    }

    /// Whether the text is an ISRC: CC-XXX-YY-NNNNN with all its hyphens or none; two letters, three letters or digits, two digits of
    /// the year and five more, in capitals (ISO 3901).
    package static func isISRC(_ text: Bytes) -> Bool {
        let all = text.array
        let isGrouped = all.count == 15
        guard isGrouped || all.count == 12 else { return false }
        if isGrouped, all[2] != 0x2D || all[6] != 0x2D || all[9] != 0x2D { return false }
        let code = isGrouped ? Array(all[0..<2] + all[3..<6] + all[7..<9] + all[10..<15]) : all
        for (index, byte) in code.enumerated() {
            let isDigit = (0x30...0x39).contains(byte)
            let isLetter = (0x41...0x5A).contains(byte)
            switch index {
            case ..<2: if !isLetter { return false }
            case ..<5: if !isLetter, !isDigit { return false }
            default: if !isDigit { return false }
            }
        }
        return true
    }
}
