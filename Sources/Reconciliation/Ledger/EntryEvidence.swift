import Accounting
import Bytes
import Commerce
import Events
import Ledger

/// Whom an entry is with, as far as its statement proves it.
///
/// An amount alone proves little: anybody's deposit may be near to a day's captures less a fee, and anybody's debit as much as a payout. What a statement says
/// in words is not kept, so what the words prove is found when the statement is imported.
struct EntryEvidence {
    private let views: Views
    private let book: Book
    private let account: BankAccountRecord
    private let institution: String
    private let policy: MatchingPolicy
    /// Words by which statements call the settlement of captures, folded.
    private let settlementTexts: [String]
    /// Words by which they call the debit of all payments of a day, folded.
    private let paymentTexts: [String]
    private let payees: PayeeNames

    /// - Parameter day: the policy in force on that day counts.
    init(
        _ account: BankAccountRecord, institution: String, on day: CivilDate, _ book: Book, _ payees: PayeeNames,
        _ views: Views
    ) {
        (self.account, self.institution, self.book, self.payees, self.views) = (
            account, institution, book, payees, views
        )
        let terms = ReconciliationTerms.policy(book, at: book.openNoonUs(day.daysSinceEpoch))
        policy = MatchingPolicy(terms)
        settlementTexts = Self.folded(terms?.settlementTexts)
        paymentTexts = Self.folded(terms?.paymentTexts)
    }

    private static func folded(_ texts: Repeated<SettlementTextView>?) -> [String] {
        texts?.compactMap { try? $0.view().text.string }.map { LatinText.folded($0, to: .cpa005) } ?? []
    }

    /// The payee of the payout that the entry's reference names, or whose name the entry has; the institution, where the entry settles captures or pays all of a
    /// day; or nobody.
    func party(of entry: StatementEntry, reference: String) throws -> String {
        // Institutions give references back in capitals.
        let named = [reference, reference.lowercased()].lazy.compactMap { name in
            Array(name.utf8).withBytes { views.payout($0, book) }
        }
        if let payout = named.first {
            // Of a payout that another institution carries out this one is told nothing.
            return payout.institution == account.institution ? views.partyName(payout.payee) : ""
        }
        if settles(entry) || entry.amountMinor < 0 && names(paymentTexts, in: entry) { return institution }
        guard entry.returnCode.isEmpty else { return "" }
        return try payees.payee(of: entry).map(views.partyName) ?? ""
    }

    /// Whether the entry's code or the words of the policy say that it settles captures. Who sent it says more than what it says of itself: where a name stands,
    /// the text counts for nothing.
    private func settles(_ entry: StatementEntry) -> Bool {
        switch policy.entryClass(code: entry.code, returnCode: entry.returnCode, isReversal: entry.isReversal) {
        case .fee, .returned, .chargeback: return false
        case .ordinary, .reversal: break
        }
        return MatchingPolicy.isMerchantCards(entry.code) || names(settlementTexts, in: entry)
    }

    private func names(_ texts: [String], in entry: StatementEntry) -> Bool {
        let code = LatinText.folded(entry.code, to: .cpa005)
        if !code.isEmpty, texts.contains(code) { return true }
        let words = LatinText.folded(entry.counterparty.isEmpty ? entry.text : entry.counterparty, to: .cpa005)
        return texts.contains { PayeeNames.stands($0, in: words) }
    }
}

/// The payees whom the books expect to be paid from an account, to be known by their names in statements.
final class PayeeNames {
    private let account: BankAccountRecord
    private let book: Book
    private let snapshot: LedgerSnapshot
    private let details: PayeeBook
    /// Payees by what is to be paid or was; made when the first entry asks.
    private lazy var payees: Result<[Int64: Set<UInt32>], any Error> = Result {
        var found: [Int64: Set<UInt32>] = [:]
        let items = try MatchScene(items: account, book, snapshot.views).items
        for index in 0..<items.count where items[index].kind == .payout && items[index].party != 0 {
            found[items[index].amountMinor, default: []].insert(items[index].party)
        }
        return found
    }
    private var names: [UInt32: [String]] = [:]

    /// Payees of one amount among whom a name is looked for.
    private static let alikeMost = 1_000

    init(_ account: BankAccountRecord, _ book: Book, _ snapshot: LedgerSnapshot, _ keyring: Keyring?) {
        (self.account, self.book, self.snapshot) = (account, book, snapshot)
        details = PayeeBook(snapshot, keyring)
    }

    /// The only payee of the entry's amount whom it names, by identity or by the name that they gave to be paid under; `nil` where it names none, or several.
    func payee(of entry: StatementEntry) throws -> UInt32? {
        // What takes a payment back has its amount with the other sign.
        let paidMinor = entry.isReversal ? 0 &- entry.amountMinor : entry.amountMinor
        guard paidMinor < 0, !entry.counterparty.isEmpty || !entry.text.isEmpty else { return nil }
        let alike = try payees.get()[paidMinor] ?? []
        guard !alike.isEmpty, alike.count <= Self.alikeMost else { return nil }
        let counterparty = LatinText.folded(entry.counterparty, to: .cpa005)
        let text = LatinText.folded(entry.text, to: .cpa005)
        let named = alike.filter { payee in
            names(payee).contains { name in
                guard !counterparty.isEmpty else { return Self.stands(name, in: text) }
                return counterparty == name
                    // Institutions cut names: to fifteen characters and more.
                    || counterparty.utf8.count >= Self.cutLeast && name.hasPrefix(counterparty)
            }
        }
        return named.count == 1 ? named.first : nil
    }

    private static let cutLeast = 15

    private func names(_ payee: UInt32) -> [String] {
        if let known = names[payee] { return known }
        var found = [snapshot.views.partyName(payee)]
        // A key that is missing or damaged keeps its person's name, and no statement out.
        if case .known(let name, _)? = try? details.details(payee) { found.append(name) }
        found = found.map { LatinText.folded($0, to: .cpa005) }.filter { $0.utf8.count >= 3 }
        names[payee] = found
        return found
    }

    /// Whether words stand whole in a text; both folded.
    static func stands(_ words: String, in text: String) -> Bool {
        !words.isEmpty && (" " + text + " ").contains(" " + words + " ")
    }
}
