/// The order in which a person looks for names: without regard to accents and case, numbers by their value, so that `Électronique` stands
/// under E and `casier-2` before `casier-10`.
///
/// No locale, no library's tables: the same order on every machine. Names that differ in accents or case only stand in the order of their
/// bytes. Tables for people are in this order; JSON and CSV are in that of bytes (Docs/json.md).
package struct NameOrder: Comparable, Sendable {
    package let name: String
    /// Small letters without accents.
    private let folded: [UInt32]

    package init(_ name: String) {
        self.name = name
        folded = Self.folded(name)
    }

    package static func < (a: NameOrder, b: NameOrder) -> Bool {
        var (i, j) = (0, 0)
        while i < a.folded.count, j < b.folded.count {
            if isDigit(a.folded[i]), isDigit(b.folded[j]) {
                let (x, y) = (number(a.folded, &i), number(b.folded, &j))
                if x.count != y.count { return x.count < y.count }
                if x != y { return x.lexicographicallyPrecedes(y) }
            } else {
                if a.folded[i] != b.folded[j] { return a.folded[i] < b.folded[j] }
                i += 1
                j += 1
            }
        }
        let (left, right) = (a.folded.count - i, b.folded.count - j)
        return left != right ? left < right : a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
    }

    package static func == (a: NameOrder, b: NameOrder) -> Bool { a.name.utf8.elementsEqual(b.name.utf8) }

    private static func isDigit(_ scalar: UInt32) -> Bool { (0x30...0x39).contains(scalar) }

    /// The digits from `at` on, without leading zeros; `at` is moved behind them.
    private static func number(_ scalars: [UInt32], _ at: inout Int) -> ArraySlice<UInt32> {
        while at < scalars.count, scalars[at] == 0x30 { at += 1 }
        let start = at
        while at < scalars.count, isDigit(scalars[at]) { at += 1 }
        return scalars[start..<at]
    }

    /// Small letters without accents, as scalars.
    package static func folded(_ name: String) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(name.utf8.count)
        for scalar in name.unicodeScalars {
            switch scalar.value {
            case 0x41...0x5A: result.append(scalar.value + 0x20)
            case 0..<0x80: result.append(scalar.value)
            // Accents that stand behind their letter.
            case 0x300...0x36F: break
            default: result += letters[scalar.value] ?? [scalar.value]
            }
        }
        return result
    }

    /// Latin letters with their accents taken away.
    private static let letters: [UInt32: [UInt32]] = {
        var result: [UInt32: [UInt32]] = [:]
        for (plain, accented) in [
            ("a", "àáâãäåāăąÀÁÂÃÄÅĀĂĄ"), ("c", "çćĉċčÇĆĈĊČ"), ("d", "ďđĎĐ"), ("e", "èéêëēĕėęěÈÉÊËĒĔĖĘĚ"),
            ("g", "ĝğġģĜĞĠĢ"),
            ("h", "ĥħĤĦ"), ("i", "ìíîïĩīĭįıÌÍÎÏĨĪĬĮİ"), ("j", "ĵĴ"), ("k", "ķĶ"), ("l", "ĺļľŀłĹĻĽĿŁ"),
            ("n", "ñńņňÑŃŅŇ"),
            ("o", "òóôõöøōŏőÒÓÔÕÖØŌŎŐ"), ("r", "ŕŗřŔŖŘ"), ("s", "śŝşšŚŜŞŠ"), ("t", "ţťŧŢŤŦ"),
            ("u", "ùúûüũūŭůűųÙÚÛÜŨŪŬŮŰŲ"),
            ("w", "ŵŴ"), ("y", "ýÿŷÝŸŶ"), ("z", "źżžŹŻŽ"), ("ae", "æÆ"), ("oe", "œŒ"), ("ss", "ß"),
        ] {
            let scalars = plain.unicodeScalars.map(\.value)
            for letter in accented.unicodeScalars { result[letter.value] = scalars }
        }
        return result
    }()
}

extension Array where Element == [UInt8] {
    /// The names as a table has them.
    ///
    /// - Complexity: O(names × log names).
    package func inNameOrder() -> [[UInt8]] {
        map { NameOrder(String(decoding: $0, as: UTF8.self)) }.sorted().map { [UInt8]($0.name.utf8) }
    }
}
