import Accounting

/// Writes fields of fixed width, one after the other.
struct CPA005Fields {
    private(set) var bytes: [UInt8] = []

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    /// ASCII text that fits, left-justified, blanks after it.
    mutating func text(_ text: String, _ width: Int) {
        let length = min(text.utf8.count, width)
        bytes.append(contentsOf: text.utf8.prefix(width))
        blanks(width - length)
    }

    /// A number that fits, right-justified, zeros before it.
    mutating func number(_ value: Int64, _ width: Int) {
        let digits = "\(value)".utf8
        bytes.append(contentsOf: repeatElement(0x30, count: max(0, width - digits.count)))
        bytes.append(contentsOf: digits.suffix(width))
    }

    /// 0YYDDD.
    mutating func day(_ day: CivilDate) {
        number(Int64(day.year % 100), 3)
        number(Int64(day.dayOfYear), 3)
    }

    mutating func blanks(_ count: Int) {
        bytes.append(contentsOf: repeatElement(0x20, count: count))
    }

    /// The end of a line, where the institution wants lines.
    mutating func lineEnd(_ end: CPA005.LineEnd) { bytes.append(contentsOf: end.bytes) }
}

extension CPA005 {
    /// What follows each record of 1464 characters. Most institutions want lines; the standard knows none.
    package enum LineEnd: String, CaseIterable, Sendable {
        case none
        case lineFeed = "lf"
        case carriageReturnLineFeed = "crlf"

        var bytes: [UInt8] {
            switch self {
            case .none: []
            case .lineFeed: [0x0A]
            case .carriageReturnLineFeed: [0x0D, 0x0A]
            }
        }
    }
}

/// The item trace numbers that a pattern makes.
struct ItemTrace {
    private let characters: [UInt8]
    private let fileDigits: [UInt8]
    private let itemWidth: Int

    /// Nil where the pattern is not 22 digits, `F` and `N`, with one run of four `F` at most and one run of `N`.
    init?(pattern: String, fileNumber: Int) {
        characters = Array(pattern.utf8)
        let isKnown = characters.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x46 || $0 == 0x4E }
        guard characters.count == CPA005.traceBytes, isKnown,
            let items = Self.run(of: 0x4E, in: characters), items > 0,
            let files = Self.run(of: 0x46, in: characters), files == 0 || files == 4
        else { return nil }
        itemWidth = items
        var digits = CPA005Fields()
        digits.number(Int64(fileNumber), 4)
        fileDigits = digits.bytes
    }

    /// The number of an item; nil where its digits do not fit the run of `N`.
    func number(ofItem item: Int) -> String? {
        guard "\(item)".utf8.count <= itemWidth else { return nil }
        var digits = CPA005Fields()
        digits.number(Int64(item), itemWidth)
        var files = fileDigits.makeIterator()
        var items = digits.bytes.makeIterator()
        let bytes = characters.map { character in
            switch character {
            case 0x46: files.next() ?? 0x30
            case 0x4E: items.next() ?? 0x30
            default: character
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The length of the one run of a letter: 0 where there is none, nil where there are two.
    private static func run(of letter: UInt8, in characters: [UInt8]) -> Int? {
        guard let first = characters.firstIndex(of: letter), let last = characters.lastIndex(of: letter) else {
            return 0
        }
        let isOne = characters[first...last].allSatisfy { $0 == letter }
        return isOne ? last - first + 1 : nil
    }
}
