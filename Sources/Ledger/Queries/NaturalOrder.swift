/// The order in which people read names: by their bytes, but numbers in them by value, so that casier-2 stands before casier-10.
package enum NaturalOrder {
    package static func precedes(_ one: String, _ other: String) -> Bool {
        var (a, b) = (Substring(one).utf8[...], Substring(other).utf8[...])
        while let x = a.first, let y = b.first {
            guard isDigit(x), isDigit(y) else {
                if x != y { return x < y }
                a.removeFirst()
                b.removeFirst()
                continue
            }
            let (left, right) = (a.prefix(while: isDigit), b.prefix(while: isDigit))
            let (m, n) = (left.drop { $0 == 0x30 }, right.drop { $0 == 0x30 })
            if m.count != n.count { return m.count < n.count }
            if !m.elementsEqual(n) { return m.lexicographicallyPrecedes(n) }
            a.removeFirst(left.count)
            b.removeFirst(right.count)
        }
        // Names that differ only in leading zeros are not the same.
        guard a.isEmpty, b.isEmpty else { return a.isEmpty }
        return one.utf8.lexicographicallyPrecedes(other.utf8)
    }

    /// Rows by their names, the first that differs deciding.
    package static func precedes(_ one: [String], _ other: [String]) -> Bool {
        for (a, b) in zip(one, other) where a != b { return precedes(a, b) }
        return one.count < other.count
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
