import Accounting
import Bytes
import Commerce

/// A tool of plain-text accounting.
package enum PlainTextTool: String, CaseIterable, Sendable {
    case hledger
    case ledger
    case beancount
}

/// The names of one book's accounts as a tool takes them. Two accounts never have one name.
package final class PlainTextAccounts {
    private let tool: PlainTextTool
    private let views: Views
    private let book: Book
    private var known: [String: String] = [:]

    init(_ tool: PlainTextTool, _ book: Book, _ views: Views) {
        self.tool = tool
        self.book = book
        self.views = views
    }

    /// "assets:receivable" of "m-12" is assets:receivable:m-12, and in Beancount Assets:Receivable:ID-m-12.
    func name(_ account: String, _ party: String) -> String {
        let place = party.isEmpty ? account : "\(account)\u{1F}\(party)"
        if let name = known[place] { return name }
        let name = tool == .beancount ? Self.beancount(account, party) : Self.plain(account, party, isTaken)
        known[place] = name
        return name
    }

    /// Whether the book has an account of its own of that name.
    private func isTaken(_ name: String) -> Bool {
        Array(name.utf8).withBytes { views.account($0, book: book.id) } != nil
    }

    /// Letters, digits and -_. stay; anything else becomes %XX of its bytes. A book may have an account where the sub-account would stand: that one ends with %.
    package static func plain(_ account: String, _ party: String, _ isTaken: (String) -> Bool = { _ in false })
        -> String
    {
        guard !party.isEmpty else { return account }
        var segment = ""
        for scalar in party.unicodeScalars {
            if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || ["-", "_", "."].contains(scalar) {
                segment.unicodeScalars.append(scalar)
            } else {
                for byte in String(scalar).utf8 { segment += "%" + hex(byte) }
            }
        }
        let name = "\(account):\(segment)"
        return isTaken(name) ? name + "%" : name
    }

    /// Segments begin with a capital. Accounts have no other, so that no account is named as the sub-account of a party, `ID-` and the party's name, of which
    /// what is no letter of ASCII, digit or hyphen, and the letter U, become U and two digits.
    package static func beancount(_ account: String, _ party: String) -> String {
        var name = account.split(separator: ":").map { $0.prefix(1).uppercased() + $0.dropFirst() }
            .joined(separator: ":")
        guard !party.isEmpty else { return name }
        name += ":ID-"
        for byte in party.utf8 {
            switch byte {
            case 0x61...0x7A, 0x41...0x54, 0x56...0x5A, 0x30...0x39, 0x2D:
                name.unicodeScalars.append(Unicode.Scalar(byte))
            default: name += "U" + hex(byte)
            }
        }
        return name
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
    }
}
