import Bytes
import Commerce
import Events

/// Recognizes our payment files in what institutions write of them, so that one entry for a whole file finds its payouts.
enum OwnFiles {
    /// The batch of an entry in the terms of the rules: a file’s number, "12P5" for one of its parts, or what the institution says.
    ///
    /// pain.001 names a part by the message’s id, a hyphen and the purpose ("170330-815-0012-DIV"); CPA 005 a file by its number.
    static func batch(_ text: String, _ account: BankAccountRecord, _ book: Book, _ views: Views) -> String {
        guard let (number, suffix) = file(text, account, book, views) else { return text }
        guard !suffix.isEmpty else { return "\(number)" }
        guard let purpose = PaymentPurpose.allCases.first(where: { $0.batchSuffix == suffix }) else { return text }
        return "\(number)P\(purpose.part)"
    }

    /// The file that a text names by its message id, and what follows the id.
    private static func file(
        _ text: String, _ account: BankAccountRecord, _ book: Book, _ views: Views
    ) -> (number: UInt32, suffix: String)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (3...4).contains(parts.count), let number = UInt32(parts[2]), number > 0,
            let file = views.paymentFile(number, account.institution, book),
            let issued = views.read(PaymentFileIssuedView.self, file.sequence),
            issued.messageId.string == parts[..<3].joined(separator: "-")
        else { return nil }
        return (number, parts.count == 4 ? String(parts[3]) : "")
    }

    /// What names a file of ours in the words of an entry: its message id; or our originator id, and beside it the number of a file. Nothing else of the
    /// text is kept.
    static func named(
        in entry: StatementEntry, _ account: BankAccountRecord, _ book: Book, _ views: Views
    ) -> String {
        guard entry.amountMinor < 0, views.lastPaymentFile(account.institution, book) > 0 else { return "" }
        let all = [entry.text, entry.counterparty, entry.endToEnd, entry.reference].joined(separator: " ")
        let words = all.split { " ,;:()/".contains($0) }.prefix(64).map(String.init)
        for word in words where file(word, account, book, views) != nil { return word }
        let number = words.lazy.filter { $0.utf8.count == 4 }.compactMap { UInt32($0) }.first {
            views.paymentFile($0, account.institution, book) != nil
        }
        guard let number, let file = views.paymentFile(number, account.institution, book) else { return "" }
        let originator = Array(views.partyName(account.institution).utf8).withBytes {
            PaymentFileTerms.originator(
                of: $0, book, at: views.effectiveAtUs(file.sequence), knownAt: file.sequence)
        }
        guard let originator, words.contains(originator.originatorId.string) else { return "" }
        return "\(number)"
    }
}
