import Accounting
import Bytes
package import Commerce
import Crypto
import EventLog
package import Events
package import Ledger

/// A file of payouts as bytes: the same, whenever it is made, from the events that the log had when it was issued.
package struct PayoutFile: Sendable {
    package var institution: String
    package var number: UInt32
    package var format: PaymentFileFormat
    package var bytes: [UInt8]
    package var payouts: Int
    package var totalMinor: Int64
    package var warnings: [PaymentWarning]

    package var sha256: [UInt8] { Array(SHA256.hash(data: bytes)) }
}

/// What a file is made of besides its payouts.
struct PayoutFileHead {
    var institution: String
    var number: UInt32
    var format: PaymentFileFormat
    var messageID: String
    var dueDay: CivilDate
    var cash: AccountCode
    var atUs: Int64
    /// From so many events of the log.
    var madeFrom: UInt64

    /// Unique among all files: numbers come again after 9999, not on the same day. "170330-815-0012" is short enough for every statement format.
    static func messageID(_ day: CivilDate, _ institution: String, _ number: UInt32) -> String {
        let digits = String(number)
        return String(day.text.filter { $0 != "-" }.dropFirst(2)) + "-" + institution + "-"
            + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

/// A payout that goes into a file.
struct FiledPayout {
    var name: String
    var payout: PayoutRecord
    var payee: String
    var details: PayeeDetails
}

extension PayoutFile {
    /// The file of these payouts, whose details are known. Throws what the format refuses, with its figures.
    static func make(
        _ head: PayoutFileHead, _ payouts: [FiledPayout], _ book: Book, _ views: Views
    ) throws -> PayoutFile {
        let file = try paymentFile(head, book)
        let orders = payouts.compactMap { one -> PaymentOrder? in
            guard case .known(let name, let account) = one.details else { return nil }
            let purpose = PaymentPurpose(one.payout.account)
            return PaymentOrder(
                payoutID: one.name, payeeName: name, account: account, amountMinor: one.payout.amountMinor,
                currency: book.currency, purpose: purpose, remittance: purpose.remittance)
        }
        var made = PayoutFile(
            institution: head.institution, number: head.number, format: head.format, bytes: [], payouts: orders.count,
            totalMinor: 0, warnings: [])
        switch head.format {
        case .cpa005:
            let written = try CPA005.write(file, orders)
            (made.bytes, made.warnings, made.totalMinor) = (written.bytes, written.warnings, written.totalMinor)
        default:
            let written = try Pain001.write(file, orders)
            (made.bytes, made.warnings, made.totalMinor) = (written.bytes, written.warnings, written.totalMinor)
        }
        return made
    }

    private static func paymentFile(_ head: PayoutFileHead, _ book: Book) throws -> PaymentFile {
        let originator = Array(head.institution.utf8).withBytes {
            PaymentFileTerms.originator(of: $0, book, at: head.atUs, knownAt: head.madeFrom)
        }
        guard let originator else {
            throw LedgerError(
                .notFound, head.institution,
                Text(
                    "aucune politique paymentFiles ne dit qui nous y sommes",
                    "no paymentFiles policy says who we are there"),
                remedy: Text(
                    "adopter la politique (Docs/payment-files.md)", "adopt the policy (Docs/payment-files.md)"))
        }
        let paying = originator.accounts.lazy.compactMap { try? $0.view() }.first {
            PaymentFileTerms.cash($0.ledgerAccount) == head.cash
        }
        guard let paying else {
            throw LedgerError(
                .notFound, "\(head.institution), \(head.cash.name)",
                Text(
                    "la politique paymentFiles n’y a pas ce compte", "the paymentFiles policy has no such account there"
                ),
                remedy: Text("l’ajouter à ses comptes", "add it to its accounts"))
        }
        let account = PaymentAccount(
            institution: head.institution, transit: paying.transit.string, number: paying.account.string)
        let returns =
            paying.returnAccount.isEmpty
            ? account
            : PaymentAccount(
                institution: head.institution, transit: paying.returnTransit.string,
                number: paying.returnAccount.string)
        let local = head.atUs &+ Int64(book.calendar.offsetSeconds(at: head.atUs)) &* 1_000_000
        let day = CivilDate(clampingDays: Int64(book.day(head.atUs)))
        let second = Int(local &- Int64(day.daysSinceEpoch) &* 86_400_000_000) / 1_000_000
        let pattern = originator.itemTracePattern.string
        return PaymentFile(
            originatorID: originator.originatorId.string, shortName: originator.shortName.string,
            longName: originator.longName.string, account: account, returnAccount: returns,
            dataCentre: originator.dataCentre.string, number: Int(head.number), creationDay: day,
            creationSecond: second, dueDay: head.dueDay, currency: book.currency, messageID: head.messageID,
            itemTracePattern: pattern.isEmpty ? nil : pattern)
    }
}

extension PaymentPurpose {
    /// Why a payout of that debt is made.
    init(_ account: AccountCode) {
        switch account {
        case .royaltiesPayable: self = .creators
        case .driverPayable: self = .drivers
        case .buyerCredits, .receivable: self = .refund
        case .dividendsPayable: self = .dividend
        case .interestPayable: self = .interest
        case .sharesToRedeem: self = .redemption
        case .accountsPayable: self = .suppliers
        case .membersPayable: self = .members
        default: self = .sellers
        }
    }
}

/// A file that was issued, made again from the log.
package struct IssuedPayoutFile {
    package let institution: String
    package let number: UInt32

    package init(institution: String, number: UInt32) {
        self.institution = institution
        self.number = number
    }

    /// The newest file that had the number, byte for byte as its event says. Throws where it is unknown or does not become the same.
    package func make(_ book: Book, _ snapshot: LedgerSnapshot, _ keyring: Keyring?) throws -> PayoutFile {
        let views = snapshot.views
        let party = Array(institution.utf8).withBytes { views.party(.institution, $0) } ?? 0
        guard let record = views.paymentFile(number, party, book),
            let body = views.read(PaymentFileIssuedView.self, record.sequence)
        else {
            let last = views.lastPaymentFile(party, book)
            throw LedgerError(
                .notFound, "\(institution), \(number)", Text("aucun fichier de ce numéro", "no file of that number"),
                remedy: last == 0
                    ? Text("« grandlivre payouts send »", "\"grandlivre payouts send\"")
                    : Text("de 1 à \(last)", "1 to \(last)"))
        }
        guard record.filed == record.payouts, body.madeFrom > 0,
            let due = try? CivilDate.parse(utf8: body.dueDate.buffer),
            let cash = PaymentFileTerms.cash(body.ledgerAccount)
        else {
            throw LedgerError(
                .badInput, "\(institution), \(number)",
                Text(
                    "l’événement \(record.sequence) ne dit pas de quoi refaire le fichier",
                    "event \(record.sequence) does not say what to make the file of"),
                remedy: Text("un fichier de « payouts send »", "a file of \"payouts send\""))
        }
        let head = PayoutFileHead(
            institution: institution, number: number, format: body.format, messageID: body.messageId.string,
            dueDay: due, cash: cash, atUs: views.effectiveAtUs(record.sequence), madeFrom: body.madeFrom)
        let expected = body.fileSha256.array
        let payees = PayeeBook(snapshot, keyring, before: head.madeFrom)
        var payouts: [FiledPayout] = []
        for name in Self.payouts(of: record, party, snapshot) {
            guard let payout = Array(name.utf8).withBytes({ views.payout($0, book) }) else { continue }
            let details = try payees.details(payout.payee)
            let payee = views.partyName(payout.payee)
            guard details.isKnown else {
                throw LedgerError(
                    .badInput, "\(institution), \(number)",
                    Text(
                        "le fichier ne se refait plus : \(payee), \(details.reason.french)",
                        "the file cannot be made again: \(payee), \(details.reason.english)"),
                    remedy: Text(
                        "ce que l’institution a reçu reste; garder le fichier envoyé",
                        "what the institution received stands; keep the file that was sent"))
            }
            payouts.append(FiledPayout(name: name, payout: payout, payee: payee, details: details))
        }
        let made = try PayoutFile.make(head, payouts, book, views)
        guard made.sha256 == expected else {
            throw LedgerError(
                .badInput, "\(institution), \(number)",
                Text(
                    "le fichier refait a l’empreinte \(EventBatch.hex(made.sha256)), l’événement \(record.sequence) dit \(EventBatch.hex(expected))",
                    "the file made again has the hash \(EventBatch.hex(made.sha256)), event \(record.sequence) says \(EventBatch.hex(expected))"
                ),
                remedy: Text(
                    "le refaire avec la version du programme qui l’a fait",
                    "make it with the version of the program that made it"))
        }
        try snapshot.check()
        return made
    }

    /// The payouts of a file, in their order.
    ///
    /// - Complexity: O(events from its issue to the last that names its payouts): they stand one behind the other where one batch brought them.
    static func payouts(of file: PaymentFileRecord, _ institution: UInt32, _ snapshot: LedgerSnapshot) -> [String] {
        let views = snapshot.views
        guard let issued = views.read(PaymentFileIssuedView.self, file.sequence) else { return [] }
        let (name, number) = (issued.institution.string, issued.number)
        let book = views.event(file.sequence)?.book.string ?? ""
        var found: [String] = []
        var sequence = file.sequence + 1
        while found.count < Int(file.filed), sequence < snapshot.head.count {
            defer { sequence += 1 }
            guard let event = views.event(sequence), event.kind == .payoutsFiled, event.book.string == book,
                let body = views.read(PayoutsFiledView.self, sequence), body.number == number,
                body.institution.string == name
            else { continue }
            found += body.payouts.compactMap { try? $0.view().payout.string }
        }
        return found
    }
}
