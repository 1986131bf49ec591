/// The names of accounts: "class:name" or "class:name:name".
package enum AccountName {
    package static let lengthMax = 64

    /// Throws `AccountNameError` where `name` is not an account's name: one of the five classes, then one or two
    /// segments of lower-case letters, digits and inner hyphens, at most 64 bytes in all. Returns the class.
    @discardableResult
    package static func check(_ name: String) throws(AccountNameError) -> AccountClass {
        guard name.utf8.count <= lengthMax else {
            throw AccountNameError(.tooLong, name, "it has \(name.utf8.count) bytes")
        }
        let segments = name.utf8.split(separator: 0x3A, omittingEmptySubsequences: false)
        guard let accountClass = AccountClass(ofAccount: name) else {
            throw AccountNameError(.unknownClass, name, "its first segment is none of the five classes")
        }
        guard (2...3).contains(segments.count) else {
            throw AccountNameError(.malformed, name, "it has \(segments.count) segments")
        }
        for segment in segments where !isSegment(segment) {
            throw AccountNameError(
                .malformed, name, "the segment \"\(String(decoding: segment, as: UTF8.self))\" is not a name")
        }
        return accountClass
    }

    package static func isValid(_ name: String) -> Bool {
        do throws(AccountNameError) {
            try check(name)
            return true
        } catch {
            return false
        }
    }

    private static func isSegment(_ segment: some BidirectionalCollection<UInt8>) -> Bool {
        guard let first = segment.first, let last = segment.last, first != 0x2D, last != 0x2D else { return false }
        return segment.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
}

/// Why a text is not the name of an account.
package struct AccountNameError: Error, Equatable, CustomStringConvertible {
    /// What went wrong, for programs. Open: later versions may add codes.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        package static let tooLong = Code(rawValue: "too-long")
        package static let unknownClass = Code(rawValue: "unknown-class")
        package static let malformed = Code(rawValue: "malformed")
    }

    package let code: Code
    /// The text, or its beginning.
    package let place: String
    package let reason: String
    /// What would be right.
    package let accepted: String

    init(_ code: Code, _ name: String, _ reason: String) {
        self.code = code
        self.place = String(decoding: name.utf8.prefix(AccountName.lengthMax), as: UTF8.self)
        self.reason = reason
        self.accepted =
            "assets, liabilities, equity, revenue or expenses, then one or two names of a-z, 0-9 and -, joined by : "
            + "(at most \(AccountName.lengthMax) bytes), such as assets:bank"
    }

    package var description: String { "\"\(place)\": \(reason); accepted: \(accepted)" }
}
