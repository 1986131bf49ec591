import Accounting
import Bytes
import Commerce
import Events
import Ledger

/// What really moved on an account, by the books of the simulated year.
struct InstitutionMovement {
    enum Kind {
        /// Captures that arrive, less fees.
        case deposit
        /// A payment that goes out in a file with others.
        case payout
        /// One that the institution sent back: the books never had it on the bank.
        case returned
        /// Everything else: wages, rent, taxes, what cooperatives owe each other.
        case own
    }

    /// The item of the books.
    var item: UInt64
    var kind: Kind
    var amountMinor: Int64
    var day: CivilDate
    /// What was given with it.
    var reference: String
    var party: String
    /// What a deposit's fees were.
    var feesMinor: Int64 = 0
}

/// An account at an institution, and what moved on it.
struct InstitutionAccount {
    var book: Book
    var name: String
    var record: BankAccountRecord
    var institution: String
    var number: String
    /// Ascending by item.
    var movements: [InstitutionMovement]

    /// The declared accounts of every book, in the order of books and names, with what the simulation told of them.
    static func all(_ snapshot: LedgerSnapshot) throws -> [InstitutionAccount] {
        let views = snapshot.views
        var found: [InstitutionAccount] = []
        for book in views.allBooks {
            for (name, record) in views.bankAccounts(book) where !record.isClosed {
                guard
                    let declared = views.event(record.sequence).flatMap({ try? BankAccountDeclaredView($0.bodyBytes) })
                else { continue }
                var account = InstitutionAccount(
                    book: book, name: name, record: record, institution: views.partyName(record.institution),
                    number: declared.number.string, movements: [])
                account.read(views)
                found.append(account)
            }
        }
        try snapshot.check()
        return found
    }

    private mutating func read(_ views: Views) {
        var items: [(UInt64, BankPartRecord)] = []
        views.forEachBankPart(record) { sequence, part in if !part.isEntry { items.append((sequence, part)) } }
        for (sequence, part) in items {
            guard let event = views.event(sequence), event.source == "simulation" else { continue }
            movements.append(Self.movement(sequence, part, event, views))
        }
        if record.ledgerAccount == .bank, record.currency == book.currency { readReturned(views) }
    }

    private static func movement(
        _ sequence: UInt64, _ part: BankPartRecord, _ event: EventView, _ views: Views
    ) -> InstitutionMovement {
        var movement = InstitutionMovement(
            item: sequence, kind: .own, amountMinor: part.amountMinor,
            day: CivilDate(clampingDays: Int64(part.day)), reference: event.key.string, party: "")
        switch event.body {
        case .fundsSettled(let bytes)?:
            movement.kind = .deposit
            movement.feesMinor = (try? FundsSettledView(bytes))?.feesMinor ?? 0
        case .payoutSettled(let bytes)?:
            guard let body = try? PayoutSettledView(bytes) else { break }
            // A cooperative that sells gets it: there it comes in.
            movement.kind = part.amountMinor < 0 ? .payout : .own
            movement.reference = body.payout.string
            if let book = views.book(event.book), let payout = views.payout(body.payout, book) {
                movement.party = views.partyName(payout.payee)
            }
        case .patronageDividendPaid(let bytes)?:
            movement.kind = .payout
            movement.party = (try? PatronageDividendPaidView(bytes))?.member.string ?? ""
        case .clientInvoicePaid(let bytes)?:
            movement.reference = (try? ClientInvoicePaidView(bytes))?.invoice.string ?? movement.reference
        case .intercoopSettled(let bytes)?:
            movement.reference = (try? IntercoopSettledView(bytes))?.settlement.string ?? movement.reference
        default: break
        }
        return movement
    }

    /// Payouts that came back before the books had them on the bank: the institution's statement has both ways.
    private mutating func readReturned(_ views: Views) {
        var number = 1
        let books = Books.all.compactMap { name in Array(name.description.utf8).withBytes { views.book($0) } }
        while true {
            let name = "versement-\(number)"
            let payouts = books.compactMap { book in
                Array(name.utf8).withBytes { views.payout($0, book) }.map { (book: book, payout: $0) }
            }
            guard let found = payouts.first else { break }
            number += 1
            let payout = found.payout
            guard found.book.id == book.id, payout.institution == record.institution, payout.isReturned,
                !payout.isSettled
            else { continue }
            let day = book.day(views.effectiveAtUs(payout.returnedSequence))
            movements.append(
                InstitutionMovement(
                    item: 0, kind: .returned, amountMinor: -payout.amountMinor,
                    day: CivilDate(clampingDays: Int64(day)), reference: name, party: views.partyName(payout.payee)))
        }
    }
}
