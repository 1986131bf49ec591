/// Names and texts as payment formats may carry them: letters without accents, digits, a little punctuation.
package enum LatinText {
    /// The characters that a format accepts, besides letters, digits and the space.
    package enum Repertoire: Sendable {
        /// CPA Standard 005: capital letters only.
        case cpa005
        /// ISO 20022 as institutions read it: the Latin set of SWIFT (`/ - ? : ( ) . , ' +`).
        case swift

        fileprivate func accepts(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x20: true
            case 0x61...0x7A: self == .swift
            // ' ( ) , - . /
            case 0x27...0x29, 0x2C...0x2F: true
            // &
            case 0x26: self == .cpa005
            // + : ?
            case 0x2B, 0x3A, 0x3F: self == .swift
            default: false
            }
        }
    }

    /// `text` in a repertoire: accents and ligatures folded, typographic signs made plain, what is left out replaced by
    /// a space, spaces never doubled, none at the ends. Empty where nothing can be carried.
    package static func folded(_ text: String, to repertoire: Repertoire) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        var isSpaceDue = false
        func append(_ byte: UInt8) {
            var byte = byte
            if repertoire == .cpa005, (0x61...0x7A).contains(byte) { byte -= 0x20 }
            if byte == 0x26, repertoire == .swift { byte = 0x2B }
            guard repertoire.accepts(byte), byte != 0x20 else {
                isSpaceDue = true
                return
            }
            if isSpaceDue, !result.isEmpty { result.append(0x20) }
            isSpaceDue = false
            result.append(byte)
        }
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                append(UInt8(truncatingIfNeeded: scalar.value))
            } else if let replacement = replacement(of: scalar.value) {
                replacement.forEach(append)
            } else {
                isSpaceDue = true
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The beginning of ASCII text that fits a field, without a space at its end.
    package static func cut(_ text: String, to width: Int) -> String {
        guard text.utf8.count > width else { return text }
        var bytes = Array(text.utf8.prefix(width))
        while bytes.last == 0x20 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether `text` may stand as an identifier in any format, unchanged: letters, digits, `.`, `-`, `:`, and `/` that
    /// neither begins nor ends it nor stands twice; 1 to `widthMax` characters.
    package static func isIdentifier(_ text: String, widthMax: Int) -> Bool {
        guard (1...widthMax).contains(text.utf8.count) else { return false }
        var previous: UInt8 = 0x2F
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A: break
            case 0x2F where previous != 0x2F: break
            default: return false
            }
            previous = byte
        }
        return previous != 0x2F
    }

    /// Whether `text` is digits only, of a width.
    package static func isDigits(_ text: String, _ widths: ClosedRange<Int>) -> Bool {
        widths.contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// Nil where a character has no plain form; empty where it only marks the one before.
    private static func replacement(of value: UInt32) -> [UInt8]? {
        switch value {
        case 0xC0...0x17F:
            return table[Int(value - 0xC0)]
        // Combining marks: the base letter went before.
        case 0x300...0x36F: return []
        // Typographic apostrophes. Quotation marks become spaces, as the plain one does, which no repertoire has.
        case 0x2018, 0x2019, 0x201A, 0x201B, 0x2032, 0x02BC, 0xB4: return [0x27]
        case 0x2010...0x2015, 0x2212, 0xAD: return [0x2D]
        case 0x2026: return [0x2E, 0x2E, 0x2E]
        // Superscripts of titles: nᵒ, 1ᵉʳ written with º and ª.
        case 0xBA: return [0x6F]
        case 0xAA: return [0x61]
        // The comma below of Romanian.
        case 0x218, 0x219: return [value == 0x218 ? 0x53 : 0x73]
        case 0x21A, 0x21B: return [value == 0x21A ? 0x54 : 0x74]
        case 0x1E9E: return [0x53, 0x53]
        default: return nil
        }
    }

    /// U+00C0 to U+017F, one word each; "-" is no letter.
    private static let table: [[UInt8]?] = {
        let words =
            "A A A A A A AE C E E E E I I I I D N O O O O O - O U U U U Y TH ss a a a a a a ae c e e e "
            + "e i i i i d n o o o o o - o u u u u y th y A a A a A a C c C c C c C c D d D d E e E e E e "
            + "E e E e G g G g G g G g H h H h I i I i I i I i I i IJ ij J j K k k L l L l L l L l L l N "
            + "n N n N n n N n O o O o O o OE oe R r R r R r S s S s S s S s T t T t T t U u U u U u U u "
            + "U u U u W w Y y Y Z z Z z Z z s"
        return words.split(separator: " ").map { $0 == "-" ? nil : Array($0.utf8) }
    }()
}
