/// Where a published log keeps its hashes and entries (C2SP tlog-tiles).
package enum Tile {
    /// Hashes, or entries, of a full tile.
    package static let width: UInt64 = 256

    /// `tile/<level>/<number>[.p/<width>]`.
    package static func path(level: Int, number: UInt64, width: UInt64 = width) -> String {
        "tile/\(level)/" + place(number, width)
    }

    /// `tile/entries/<number>[.p/<width>]`.
    package static func entriesPath(number: UInt64, width: UInt64 = width) -> String {
        "tile/entries/" + place(number, width)
    }

    /// Groups of three digits, all but the last marked: 1234067 is x001/x234/067.
    private static func place(_ number: UInt64, _ width: UInt64) -> String {
        var rest = number / 1_000
        var groups = [digits(number % 1_000)]
        while rest > 0 {
            groups.append("x" + digits(rest % 1_000))
            rest /= 1_000
        }
        let place = groups.reversed().joined(separator: "/")
        return width == Self.width ? place : "\(place).p/\(width)"
    }

    private static func digits(_ number: UInt64) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: 3 - text.count) + text
    }

    /// How many hashes a level holds in a tree of `size` entries: only full tiles hash upward.
    package static func hashes(level: Int, size: UInt64) -> UInt64 { size >> UInt64(8 * level) }
}
