import Accounting

/// Rows of comma-separated values (RFC 4180, UTF-8, lines end with a line feed).
struct SlipTable {
    private(set) var bytes: [UInt8] = []

    /// One row. A cell with a comma, a quote or a line's end stands between quotes; an apostrophe goes before a leading
    /// sign of a formula, which a spreadsheet would run; control characters become spaces.
    mutating func row(_ cells: [String]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(0x2C) }
            append(cell)
        }
        bytes.append(0x0A)
    }

    /// An amount of cents: "1234.56".
    static func amount(_ minor: Int64) -> String { DecimalText.format(minor: minor, exponent: 2) }

    /// The cell that `row` wrote, as it was given.
    static func unmarked(_ cell: String) -> String {
        let bytes = Array(cell.utf8.prefix(2))
        return bytes.count == 2 && bytes[0] == 0x27 && formulaSigns.contains(bytes[1]) ? String(cell.dropFirst()) : cell
    }

    /// What a formula of a spreadsheet begins with; a minus sign also begins amounts, which stay numbers.
    private static let formulaSigns: [UInt8] = [0x3D, 0x2B, 0x40, 0x2D]

    /// "-12.34", as `amount` writes it: digits, a point and two digits.
    private static func isAmount(_ cell: String) -> Bool {
        let parts = cell.utf8.dropFirst().split(separator: 0x2E, omittingEmptySubsequences: false)
        return cell.utf8.first == 0x2D && parts.count == 2 && !parts[0].isEmpty && parts[1].count == 2
            && parts.joined().allSatisfy { (0x30...0x39).contains($0) }
    }

    private mutating func append(_ cell: String) {
        var text: [UInt8] = []
        if let first = cell.utf8.first, Self.formulaSigns.contains(first), !Self.isAmount(cell) { text.append(0x27) }
        for scalar in cell.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            if isControl { text.append(0x20) } else { text.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
        }
        guard text.contains(0x22) || text.contains(0x2C) else { return bytes.append(contentsOf: text) }
        bytes.append(0x22)
        for byte in text {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }
}
