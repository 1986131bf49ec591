/// A currency, by its number in ISO 4217: CAD is 124. Small, stable and the same in every ledger.
@frozen
package struct Currency: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    @inlinable
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let cad = Currency(rawValue: 124)
    package static let eur = Currency(rawValue: 978)
    package static let usd = Currency(rawValue: 840)

    /// The currency of a three-letter code, upper case. Throws `MoneyError` with code `unknownCurrency`.
    package init(code: String) throws(MoneyError) {
        guard let found = Currency(utf8: code.utf8) else {
            throw MoneyError(
                code: .unknownCurrency, place: "currency", reason: "\"\(code)\" is not an active currency of ISO 4217",
                accepted: "a three-letter code such as CAD")
        }
        self = found
    }

    /// The currency of a three-letter code as it stands in bytes; nil where there is none. Allocates nothing.
    /// - Complexity: O(log n), n the currencies there are.
    package init?(utf8 code: some Collection<UInt8>) {
        guard code.count == 3 else { return nil }
        let key = code.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let keys = CurrencyIndex.shared.keys
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        guard low < keys.count, keys[low] == key else { return nil }
        self.rawValue = Currency.table[low].number
    }

    /// The three letters; the number where ISO 4217 lists none.
    package var code: String {
        CurrencyIndex.shared.row(of: rawValue).map { "\(Currency.table[$0].code)" } ?? "\(rawValue)"
    }

    /// Decimals of the minor unit: 2 for cents, 0 for yen, 3 for the dinar. An unlisted number counts as 2.
    package var exponent: Int {
        CurrencyIndex.shared.row(of: rawValue).map { Int(Currency.table[$0].exponent) } ?? 2
    }

    /// All listed currencies, by code.
    package static var all: [Currency] { table.map { Currency(rawValue: $0.number) } }
}

/// The table by code and by number, made once.
private struct CurrencyIndex {
    static let shared = CurrencyIndex()

    /// The letters of each row as one number, ascending like the table.
    let keys: [UInt32]
    /// Row of each number from 0 to 999, or -1.
    private let rows: [Int16]

    init() {
        var rows = [Int16](repeating: -1, count: 1000)
        keys = Currency.table.map { row in
            row.code.withUTF8Buffer { $0.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
        }
        for (index, row) in Currency.table.enumerated() { rows[Int(row.number)] = Int16(index) }
        self.rows = rows
    }

    func row(of number: UInt16) -> Int? {
        guard Int(number) < rows.count, rows[Int(number)] >= 0 else { return nil }
        return Int(rows[Int(number)])
    }
}
