import Accounting
import Bytes
package import Commerce
import Crypto
import Events
package import Ledger

/// What institutions send back about payouts: CPA 005 returns and pain.002 reports. Only what is certain is recorded, as payoutReturned; the rest is listed.
///
/// A return of CPA 005 says that money left and came back. Where the statements of the account are imported, it waits until one of them proved that it left:
/// otherwise the statement would show two entries that the books never had. A payment that pain.002 says is rejected never left.
package struct PayoutReturns {
    package var recording: Recording
    /// When it came back, where the file does not say its day.
    package var atUs: Int64

    package init(_ recording: Recording, atUs: Int64) {
        self.recording = recording
        self.atUs = atUs
    }

    /// What was done with one line of a file.
    package enum State: String, Sendable {
        /// payoutReturned is recorded now.
        case returned
        /// It was before.
        case known
        /// No statement has shown yet that it left.
        case notSettled = "not-settled"
        case unknownReference = "unknown-reference"
        case otherAmount = "other-amount"
        /// The payout is in no file, or in another than the report is about.
        case otherFile = "other-file"

        /// The same report accepts it and refuses the whole that it is part of.
        case contradictory

        /// Whether nothing is left to do about it.
        package var isDone: Bool { self == .returned || self == .known }

        package var text: Text {
            switch self {
            case .returned: Text("revenu", "returned")
            case .known: Text("déjà revenu", "returned before")
            case .notSettled: Text("pas encore au relevé", "not on a statement yet")
            case .unknownReference: Text("référence inconnue", "unknown reference")
            case .otherAmount: Text("autre montant", "another amount")
            case .contradictory: Text("accepté et refusé à la fois", "accepted and refused at once")
            case .otherFile: Text("pas de ce fichier", "not of that file")
            }
        }
    }

    package struct Line: Sendable {
        package var file: String
        package var reference: String
        /// Empty where the reference names none.
        package var payout: String
        package var payee: String
        /// What the file says; `nil` where it says nothing.
        package var amountMinor: Int64?
        /// What was paid; `nil` where no payout is known.
        package var payoutMinor: Int64?
        package var code: String
        package var state: State
    }

    package struct Outcome: Sendable {
        package var lines: [Line] = []
        /// Payments that a report says are on their way or arrived, and those that wait: nothing follows from them.
        package var accepted = 0
        package var pending = 0
    }

    /// Reads all files before anything is recorded. Throws what cannot be read, and the first refusal.
    package func run(_ files: [String], to store: LedgerStore) throws -> Outcome {
        var reports: [(name: String, day: CivilDate?, sha256: [UInt8], notices: [Notice])] = []
        var outcome = Outcome()
        for file in files {
            let bytes = try StatementFile.bytes(path: file)
            let read = try Self.read(bytes, file, &outcome)
            reports.append((file, read.day, Array(SHA256.hash(data: bytes)), read.notices))
        }
        let snapshot = try LedgerSnapshot(store)
        let writer = try LedgerWriter(store)
        defer { writer.close() }
        try snapshot.renew()
        let book = try snapshot.views.named(recording.book)
        var finder = PayoutFinder(book, snapshot)
        let batch = EventBatch(book, actor: recording.actor)
        var taken: Set<String> = []
        for report in reports {
            for notice in report.notices {
                for var line in try finder.lines(of: notice, report.name) {
                    if line.state == .returned, !taken.insert(line.payout).inserted { line.state = .known }
                    if line.state == .returned {
                        try add(line, report.day, report.sha256, to: batch, snapshot.views)
                    }
                    outcome.lines.append(line)
                }
            }
        }
        try snapshot.check()
        try batch.record(writer)
        return outcome
    }

    private func add(
        _ line: Line, _ day: CivilDate?, _ sha256: [UInt8], to batch: EventBatch, _ views: Views
    ) throws {
        guard let payout = Array(line.payout.utf8).withBytes({ views.payout($0, batch.book) }) else { return }
        let at = day.map { batch.book.openNoonUs($0.daysSinceEpoch) } ?? atUs
        let after = [payout.sequence, payout.settledSequence].filter { $0 > 0 }.map(views.effectiveAtUs).max() ?? at
        try batch.add(
            source: PayoutInstruction.source, key: ["return", line.payout], atUs: max(at, after), evidence: sha256
        ) { event in
            event.payoutReturned {
                $0.payout(line.payout)
                $0.returnCode(line.code)
            }
        }
    }

    // MARK: reading

    /// What a file says came back, or was never sent.
    struct Notice {
        enum About {
            /// A cross reference of CPA 005.
            case reference(String)
            case payout(String)
            /// A whole message, or one of its batches.
            case message(batch: String)
        }

        var about: About
        var messageID = ""
        var amountMinor: Int64?
        var code: String
        /// It had left before it came back.
        var isReturn: Bool
        /// Payouts that the same report accepts.
        var accepted: Set<String> = []
    }

    private static func read(
        _ bytes: [UInt8], _ file: String, _ outcome: inout Outcome
    ) throws -> (day: CivilDate?, notices: [Notice]) {
        let first = bytes.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        // XML, with or without its mark, of eight or sixteen bits.
        guard first == 0x3C || first == 0xEF || first == 0xFF || first == 0xFE || first == 0 else {
            let read = try CPA005.read(bytes, file: file)
            let notices = read.items.map { item -> Notice in
                Notice(
                    about: .reference(item.kind == .returnedCredit ? item.crossReference : ""),
                    amountMinor: item.amountMinor, code: item.returnCode ?? "", isReturn: true)
            }
            guard read.items.allSatisfy({ $0.kind.isReturn }) else {
                throw StatementError.payment(
                    .format, file: file, "1", "C", Text("ce ne sont pas des retours", "these are not returns"),
                    accepted: Text(
                        "un fichier de retours : articles I et J", "a file of returns: items I and J"))
            }
            if let (place, item) = read.items.enumerated().first(where: {
                PayoutReturn.code($0.element.returnCode ?? "").map(Self.isReturnCode) != true
            }) {
                throw StatementError.payment(
                    .value, file: file, "\(place + 1)", item.returnCode ?? "",
                    Text("article sans code de retour", "an item without a return code"),
                    accepted: Text("de 900 à 999", "900 to 999"))
            }
            return (read.creationDay, notices)
        }
        let report = try Pain002.report(bytes, file: file)
        var notices: [Notice] = []
        // What the same report accepts, its refusal of the whole does not take back: then it contradicts itself.
        var accepted: Set<String> = []
        for status in report.statuses where status.level == .payment {
            switch status.outcome {
            case .accepted, .settled, .pending: accepted.insert(status.payoutID)
            case .partial, .rejected, .unknown: break
            }
        }
        for status in report.statuses {
            switch status.outcome {
            case .accepted, .settled: outcome.accepted += status.level == .payment ? 1 : 0
            case .pending, .unknown: outcome.pending += status.level == .payment ? 1 : 0
            case .partial: break
            case .rejected:
                let code = PayoutReturn.code(status.reasons.first?.code ?? "") ?? "900"
                let about: Notice.About =
                    status.level == .payment ? .payout(status.payoutID) : .message(batch: status.batchID)
                notices.append(
                    Notice(
                        about: about, messageID: status.messageID,
                        amountMinor: try amount(status.amount, file), code: code, isReturn: false, accepted: accepted))
            }
        }
        return (report.day, notices)
    }

    /// CPA Standard 005.
    private static func isReturnCode(_ code: String) -> Bool { code.utf8.count == 3 && code.first == "9" }

    private static func amount(_ text: String, _ file: String) throws -> Int64? {
        guard !text.isEmpty else { return nil }
        do throws(MoneyError) {
            return try DecimalText.parse(utf8: text.utf8, exponent: 2)
        } catch {
            throw StatementError.payment(
                .value, file: file, "InstdAmt", text, Text("ce n’est pas un montant", "not an amount"),
                accepted: Text("par exemple 100.00", "for example 100.00"))
        }
    }
}

/// Finds the payouts that institutions name.
private struct PayoutFinder {
    let book: Book
    let snapshot: LedgerSnapshot
    /// Payouts by their cross reference, once one is asked for that is no payout's id.
    private var references: [String: String]?

    private var views: Views { snapshot.views }

    init(_ book: Book, _ snapshot: LedgerSnapshot) {
        self.book = book
        self.snapshot = snapshot
    }

    mutating func lines(of notice: PayoutReturns.Notice, _ file: String) throws -> [PayoutReturns.Line] {
        switch notice.about {
        case .reference(let reference):
            return [line(payout(crossReferenced: reference), reference, notice, file)]
        case .payout(let name): return [line(name, name, notice, file)]
        case .message(let batch):
            let names = payouts(ofMessage: notice.messageID, batch: batch)
            guard !names.isEmpty else { return [line("", batch.isEmpty ? notice.messageID : batch, notice, file)] }
            return names.map { line($0, $0, notice, file) }
        }
    }

    private func line(
        _ name: String, _ reference: String, _ notice: PayoutReturns.Notice, _ file: String
    ) -> PayoutReturns.Line {
        var line = PayoutReturns.Line(
            file: file, reference: reference, payout: "", payee: "", amountMinor: notice.amountMinor, payoutMinor: nil,
            code: notice.code, state: .unknownReference)
        guard !name.isEmpty, let payout = Array(name.utf8).withBytes({ views.payout($0, book) }) else { return line }
        line.payout = name
        line.payee = views.partyName(payout.payee)
        line.payoutMinor = payout.amountMinor
        guard let issued = Array(name.utf8).withBytes({ views.fileOfPayout($0, book) }),
            notice.messageID.isEmpty || message(issued) == notice.messageID || message(issued).isEmpty
        else {
            line.state = .otherFile
            return line
        }
        if notice.accepted.contains(name) {
            line.state = .contradictory
        } else if let amount = notice.amountMinor, amount != payout.amountMinor {
            line.state = .otherAmount
        } else if payout.isReturned {
            line.state = .known
        } else if notice.isReturn, !payout.isSettled, isReconciled(payout) {
            line.state = .notSettled
        } else {
            line.state = .returned
        }
        return line
    }

    private func message(_ issued: UInt64) -> String {
        views.read(PaymentFileIssuedView.self, issued)?.messageId.string ?? ""
    }

    /// Whether the account that it leaves is declared, so that statements prove what left it.
    private func isReconciled(_ payout: PayoutRecord) -> Bool {
        views.bankAccounts(book).contains { !$0.record.isClosed && views.leaves(payout, from: $0.record, book) }
    }

    /// - Complexity: O(1) for ids that travel unchanged; else O(payouts in files) once.
    private mutating func payout(crossReferenced reference: String) -> String {
        guard !reference.isEmpty else { return "" }
        let isID = Array(reference.utf8).withBytes { views.payout($0, book) } != nil
        if isID, CPA005.crossReference(of: reference) == reference { return reference }
        if references == nil {
            var all: [String: String] = [:]
            views.forEachFiledPayout(book) { name, _ in all[CPA005.crossReference(of: name)] = name }
            references = all
        }
        return references?[reference] ?? ""
    }

    private func payouts(ofMessage message: String, batch: String) -> [String] {
        guard !message.isEmpty else { return [] }
        for institution in views.payingInstitutions(book) {
            let party = Array(institution.utf8).withBytes { views.party(.institution, $0) } ?? 0
            for (_, file) in views.paymentFiles(party, book) where self.message(file.sequence) == message {
                return IssuedPayoutFile.payouts(of: file, party, snapshot).filter { name in
                    guard !batch.isEmpty else { return true }
                    guard let payout = Array(name.utf8).withBytes({ views.payout($0, book) }) else { return false }
                    return batch == "\(message)-\(PaymentPurpose(payout.account).batchSuffix)"
                }
            }
        }
        return []
    }
}
