import Commerce

/// What one run takes. Sums of as many amounts of that size fit 64 bits, so that no sum in matching can overflow.
package enum MatchingLimits {
    /// Entries, and items, of one run.
    package static let countMost = 4_000_000
    /// Magnitude of an amount: ten thousand million dollars.
    package static let amountMinorMost: Int64 = 1_000_000_000_000
    /// Bytes of one text.
    package static let textBytesMost = 65_535
    /// Bytes of all texts of one side.
    package static let allTextBytesMost = Int(UInt32.max)
    /// References of one item.
    package static let referencesMost = 64

    static func refusal(
        _ code: StatementError.Code, _ field: String, _ value: String, _ reason: Text, _ accepted: Text
    ) -> StatementError {
        StatementError(
            code: code, file: "", line: nil, field: field, value: value, reason: reason, accepted: accepted)
    }

    static func check(amountMinor: Int64, count: Int, bytes: Int, field: String) throws(StatementError) {
        guard amountMinor.magnitude <= amountMinorMost.magnitude else {
            throw refusal(
                .value, "\(field).amount", "\(amountMinor)",
                Text("le montant est trop grand", "the amount is too large"),
                Text("au plus \(amountMinorMost) unités", "at most \(amountMinorMost) minor units"))
        }
        guard count < countMost else {
            throw refusal(
                .limit, field, "\(count)", Text("il y en a trop pour un passage", "there are too many for one run"),
                Text("au plus \(countMost)", "at most \(countMost)"))
        }
        guard bytes <= allTextBytesMost - 16 * textBytesMost else {
            throw refusal(
                .limit, field, "\(bytes)", Text("les textes sont trop longs", "the texts are too long together"),
                Text("au plus 4 Go de textes", "at most 4 GB of texts"))
        }
    }

    static func check(text: String, field: String) throws(StatementError) {
        let count = text.utf8.count
        guard count <= textBytesMost else {
            throw refusal(
                .limit, field, "\(count)", Text("le texte est trop long", "the text is too long"),
                Text("au plus \(textBytesMost) octets", "at most \(textBytesMost) bytes"))
        }
    }

    static func duplicate(_ field: String, _ identifier: UInt64) -> StatementError {
        refusal(
            .value, field, "\(identifier)",
            Text("le même numéro est donné deux fois", "the same number is given twice"),
            Text("un numéro par élément", "one number for each"))
    }
}
