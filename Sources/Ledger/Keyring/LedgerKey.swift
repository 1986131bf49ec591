import Commerce
import Crypto
import Foundation

/// The key that wraps the persons' keys: 32 bytes that stand neither in the ledger nor beside it.
package struct LedgerKey: Sendable {
    package static let bytesCount = 32

    let bytes: SymmetricKey

    package init(_ bytes: [UInt8]) throws(LedgerError) {
        guard bytes.count == Self.bytesCount else { throw Self.wrongLength("", bytes.count) }
        self.bytes = SymmetricKey(data: bytes)
    }

    /// A random one.
    package static func random() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<bytesCount).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// The key of a simulation, which its seed gives away: it guards nobody real.
    package static func ofSimulation(seed: UInt64) -> [UInt8] {
        Array(SHA256.hash(data: Array("grandlivre simulation \(seed)".utf8)))
    }

    /// Reads a key as people keep it: 32 bytes as they are, 64 hexadecimal digits, or base64.
    ///
    /// - Parameter place: the file or variable, for messages; the key itself never stands in one.
    package init(text: [UInt8], place: String) throws(LedgerError) {
        if text.count == Self.bytesCount, String(validating: text, as: UTF8.self) == nil || !Self.isPrintable(text) {
            try self.init(text)
            return
        }
        var trimmed = text[...]
        while let last = trimmed.last, last <= 0x20 { trimmed.removeLast() }
        while let first = trimmed.first, first <= 0x20 { trimmed.removeFirst() }
        if let bytes = Hex.bytes(trimmed), bytes.count == Self.bytesCount {
            try self.init(bytes)
            return
        }
        if let data = Data(base64Encoded: String(decoding: trimmed, as: UTF8.self)) {
            guard data.count == Self.bytesCount else { throw Self.wrongLength(place, data.count) }
            try self.init([UInt8](data))
            return
        }
        throw Self.wrongLength(place, Hex.bytes(trimmed)?.count ?? text.count)
    }

    private static func isPrintable(_ text: [UInt8]) -> Bool { text.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }

    package init(file path: String) throws(LedgerError) {
        let bytes = try KeyFile.read(path, atMost: 4_096)
        try self.init(text: bytes, place: path)
    }

    package static func missing() -> LedgerError {
        LedgerError(
            .usage, "GRANDLIVRE_LEDGER_KEY_FILE", Text("la clé du grand livre manque", "the ledger key is missing"),
            remedy: Text(
                "la donner par --ledger-key FICHIER, GRANDLIVRE_LEDGER_KEY_FILE ou GRANDLIVRE_LEDGER_KEY",
                "give it with --ledger-key FILE, GRANDLIVRE_LEDGER_KEY_FILE or GRANDLIVRE_LEDGER_KEY"))
    }

    private static func wrongLength(_ place: String, _ count: Int) -> LedgerError {
        LedgerError(
            .badInput, place.isEmpty ? "GRANDLIVRE_LEDGER_KEY" : place,
            Text("ce n’est pas une clé de 32 octets (\(count) octets)", "not a key of 32 bytes (\(count) bytes)"),
            remedy: Text(
                "32 octets, 64 chiffres hexadécimaux ou du base64; « grandlivre identity newkey FICHIER » en fait une",
                "32 bytes, 64 hexadecimal digits or base64; \"grandlivre identity newkey FILE\" makes one"))
    }

    /// A key for one use, so that no two uses share one.
    func derived(_ use: String, salt: [UInt8]) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: bytes, salt: salt, info: Array("grandlivre \(use) v1".utf8), outputByteCount: 32)
    }
}

/// Bytes as hexadecimal digits.
package enum Hex {
    package static func bytes(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in text {
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x41...0x46: value = digit - 0x41 + 10
            case 0x61...0x66: value = digit - 0x61 + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }

    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
