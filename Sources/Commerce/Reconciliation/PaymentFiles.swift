import Accounting
package import Bytes
import Events
import Index

/// A file of payouts that was made for an institution.
package struct PaymentFileRecord: Record {
    package var sequence: UInt64 = 0
    package var payouts: Int64 = 0
    package var totalMinor: Int64 = 0
    /// What payoutsFiled named so far.
    package var filed: Int64 = 0
    package var filedMinor: Int64 = 0
    /// How many events the log had when it was made; 0: not said.
    package var madeFrom: UInt64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        payouts = reader.int()
        totalMinor = reader.int()
        filed = reader.int()
        filedMinor = reader.int()
        madeFrom = reader.unsigned()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.int(payouts)
        out.int(totalMinor)
        out.int(filed)
        out.int(filedMinor)
        if madeFrom != 0 { out.unsigned(madeFrom) }
    }
}

/// What became of the payouts of a file: those that arrived and stayed, and those that came back. The others are under way.
package struct PaymentFileOutcome: Equatable, Sendable {
    package var settled: Int64
    package var returned: Int64
    package var settledMinor: Int64
    package var returnedMinor: Int64
}

extension Views {
    /// The newest file of an institution. They are numbered 1 to 9999, then 1 again: a number names the newest that had it.
    package func paymentFile(_ number: UInt32, _ institution: UInt32, _ book: Book) -> PaymentFileRecord? {
        record(
            PaymentFileRecord.self, key.begin(.paymentFile).u16(book.id).u32(institution).u32(number).bytes)
    }

    /// The number of the newest file of an institution; 0 where there is none.
    package func lastPaymentFile(_ institution: UInt32, _ book: Book) -> UInt32 {
        UInt32(truncatingIfNeeded: number(key.begin(.lastPaymentFile).u16(book.id).u32(institution).bytes) ?? 0)
    }

    /// The paymentFileIssued of the file that a payout is in.
    package func fileOfPayout(_ payout: Bytes, _ book: Book) -> UInt64? {
        number(key.begin(.payoutFile).u16(book.id).text(payout).bytes)
    }

    /// The files of an institution, by number.
    ///
    /// - Complexity: O(files).
    package func paymentFiles(_ institution: UInt32, _ book: Book) -> [(number: UInt32, file: PaymentFileRecord)] {
        var found: [(UInt32, PaymentFileRecord)] = []
        let rows = index.rows(prefix: key.begin(.paymentFile).u16(book.id).u32(institution).bytes)
        while rows.next() {
            var keys = KeyReader(rows.key.dropFirst(6))
            var values = RecordReader(rows.value)
            found.append((keys.u32(), PaymentFileRecord(&values)))
        }
        return found
    }

    /// Every payout that is in a file, and the paymentFileIssued.
    ///
    /// - Complexity: O(payouts in files).
    package func forEachFiledPayout(_ book: Book, _ body: (String, UInt64) -> Void) {
        let rows = index.rows(prefix: key.begin(.payoutFile).u16(book.id).bytes)
        while rows.next() {
            var value = RecordReader(rows.value)
            body(rows.key.dropFirst(3).string, value.unsigned())
        }
    }

    /// What became of a file's payouts.
    package func outcome(ofFile sequence: UInt64) -> PaymentFileOutcome {
        let counts = index.counters(key.begin(.fileOutcome).sequence(sequence).u8(0).bytes)
        let amounts = index.counters(key.begin(.fileOutcome).sequence(sequence).u8(1).bytes)
        return PaymentFileOutcome(
            settled: counts.first, returned: counts.second, settledMinor: amounts.first, returnedMinor: amounts.second)
    }

    /// Counts for its file what became of a payout; nothing where it is in none.
    func countOutcome(_ payout: Bytes, settled: Int64, returned: Int64, _ amountMinor: Int64, _ book: Book) {
        guard let file = fileOfPayout(payout, book) else { return }
        addOutcome(file, settled: settled, returned: returned, amountMinor)
    }

    fileprivate func addOutcome(_ file: UInt64, settled: Int64, returned: Int64, _ amountMinor: Int64) {
        addCounters(key.begin(.fileOutcome).sequence(file).u8(0).bytes, settled, returned)
        addCounters(
            key.begin(.fileOutcome).sequence(file).u8(1).bytes, settled &* amountMinor, returned &* amountMinor)
    }

    fileprivate func putPaymentFile(
        _ record: PaymentFileRecord, _ number: UInt32, _ institution: UInt32, _ book: Book
    ) {
        put(key.begin(.paymentFile).u16(book.id).u32(institution).u32(number).bytes, record)
    }
}

/// Files of payouts: numbered without a gap for each institution; a payout is in one of them only, and none is sent again by itself.
enum PaymentFiles {
    /// CPA Standard 005: the file creation number has four digits.
    static let numberMax: UInt32 = 9_999

    static func decide(issued body: PaymentFileIssuedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.institution(body.institution)
        try Check.currency(body.currency, book)
        guard body.format != .unspecified else {
            throw Refusal(
                .missing, "format", "", Text("le format manque", "the format is missing"),
                accepted: Text("par exemple PAYMENT_FILE_FORMAT_CPA_005", "for example PAYMENT_FILE_FORMAT_CPA_005"))
        }
        let institution = views.party(.institution, body.institution) ?? 0
        let last = views.lastPaymentFile(institution, book)
        if let open = views.paymentFile(last, institution, book), open.filed < open.payouts {
            throw Refusal(
                .conflict, "number", Int64(body.number),
                Text("le fichier \(last) n’a pas encore tous ses versements", "file \(last) lacks some of its payouts"),
                accepted: Text("le reste du fichier \(last) d’abord", "the rest of file \(last) first"))
        }
        let next = last % numberMax + 1
        try Check.equal(
            Int64(body.number), Int64(next), "number",
            Text("les numéros de fichier se suivent sans trou", "file numbers follow each other without a gap"))
        try Check.positive(Int64(body.payouts), "payouts")
        try Check.positive(body.totalMinor, "totalMinor")
        guard body.fileSha256.count == 32 else {
            throw Refusal(
                .malformed, "fileSha256", "", Text("\(body.fileSha256.count) octets", "\(body.fileSha256.count) bytes"),
                accepted: Text("le SHA-256 du fichier : 32 octets", "the SHA-256 of the file: 32 bytes"))
        }
        try decide(head: body, fact)
    }

    /// What the file is made again from.
    private static func decide(head body: PaymentFileIssuedView, _ fact: Fact) throws(Refusal) {
        if !body.messageId.isEmpty { try Check.id(body.messageId, "messageId", max: 31) }
        if !body.dueDate.isEmpty {
            let due = try Check.date(body.dueDate, "dueDate")
            guard due.daysSinceEpoch >= fact.day else {
                let day = CivilDate(clampingDays: Int64(fact.day)).text
                throw Refusal(
                    .outOfRange, "dueDate", body.dueDate, Text("avant le fichier lui-même", "before the file itself"),
                    accepted: Text("le \(day) ou plus tard", "\(day) or later"))
            }
        }
        guard PaymentFileTerms.cash(body.ledgerAccount) != nil else {
            throw Refusal(
                .notAllowed, "ledgerAccount", body.ledgerAccount.prefix(40),
                Text("ce n’est pas une encaisse", "no account of cash"),
                accepted: Text("assets:bank ou assets:trust-bank", "assets:bank or assets:trust-bank"))
        }
        guard body.madeFrom <= fact.sequence else {
            throw Refusal(
                .outOfRange, "madeFrom", "\(body.madeFrom)",
                Text("le journal n’a pas encore autant d’événements", "the log does not have as many events yet"),
                accepted: Text("au plus \(fact.sequence)", "at most \(fact.sequence)"))
        }
    }

    static func fold(issued body: PaymentFileIssuedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let institution = views.intern(.institution, body.institution)
        var record = PaymentFileRecord()
        record.sequence = fact.sequence
        record.payouts = Int64(body.payouts)
        record.totalMinor = body.totalMinor
        record.madeFrom = body.madeFrom
        views.putPaymentFile(record, body.number, institution, book)
        views.putNumber(views.key.begin(.lastPaymentFile).u16(book.id).u32(institution).bytes, UInt64(body.number))
        views.touch(institution, fact)
    }

    static func decide(filed body: PayoutsFiledView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.institution(body.institution)
        let institution = views.party(.institution, body.institution) ?? 0
        guard institution != 0, body.number == views.lastPaymentFile(institution, book),
            var file = views.paymentFile(body.number, institution, book)
        else {
            throw Refusal(
                .unknown, "number", Int64(body.number),
                Text("ce n’est pas le dernier fichier de l’institution", "not the newest file of the institution"),
                accepted: Text("le numéro du dernier paymentFileIssued", "the number of the last paymentFileIssued"))
        }
        guard !body.payouts.isEmpty else {
            throw Refusal(
                .missing, "payouts", "", Text("aucun versement", "no payout"),
                accepted: Text("au moins un versement", "at least one payout"))
        }
        var before = Bytes.none
        for (at, encoded) in body.payouts.enumerated() {
            guard let name = try? encoded.view().payout else { continue }
            let place = "payouts[\(at)].payout"
            guard at == 0 || before < name else {
                throw Refusal(
                    .duplicate, place, name,
                    Text("les versements vont en ordre croissant", "payouts go in ascending order"),
                    accepted: Text("chacun une fois", "each once"))
            }
            before = name
            file.filedMinor += try payout(name, place, file, institution, fact, book, views).amountMinor
            file.filed += 1
        }
        try Check.atMost(
            file.filed, file.payouts, "payouts", Text("plus que le fichier n’en compte", "more than the file has"))
        guard file.filed < file.payouts else {
            return try Check.equal(
                file.filedMinor, file.totalMinor, "payouts",
                Text("la somme des versements du fichier", "the sum of the file's payouts"))
        }
        try Check.atMost(
            file.filedMinor, file.totalMinor, "payouts",
            Text("plus que le total du fichier", "more than the file's total"))
    }

    /// One that was under way when the file was issued: what settled or came back since was in the file, and a file that could not be completed any more
    /// would keep the institution from its next one for ever.
    private static func payout(
        _ name: Bytes, _ place: String, _ file: PaymentFileRecord, _ institution: UInt32, _ fact: Fact, _ book: Book,
        _ views: Views
    ) throws(Refusal) -> PayoutRecord {
        let payout: PayoutRecord
        do throws(Refusal) {
            payout = try Payouts.known(name, book, views)
            if payout.returnedSequence < file.sequence { try Payouts.standing(payout, name) }
        } catch {
            throw Refusal(error.code, place, error.value, error.reason, accepted: error.accepted)
        }
        guard payout.institution == institution, !payout.isSettled || payout.settledSequence > file.sequence else {
            throw Refusal(
                .notAllowed, place, name,
                Text(
                    "le versement est réglé, ou part d’une autre institution",
                    "the payout is settled, or leaves from another institution"),
                accepted: Text("un versement en cours de cette institution", "a payout of this institution under way"))
        }
        if let file = views.fileOfPayout(name, book) {
            throw Refusal(
                .duplicate, place, name,
                Text("déjà dans le fichier de la séquence \(file)", "in the file of sequence \(file) already"),
                accepted: Text("un versement qui n’est dans aucun fichier", "a payout that is in no file"))
        }
        try Payouts.notBefore(fact, payout, views)
        if payout.isUnderWay { try payee(payout, place, file, views) }
        return payout
    }

    /// Nobody is paid at an account that is not theirs any more: who changed what they gave since the file was made, or is erased.
    private static func payee(
        _ payout: PayoutRecord, _ place: String, _ file: PaymentFileRecord, _ views: Views
    ) throws(Refusal) {
        guard file.madeFrom > 0, let payee = views.identity(payout.payee) else { return }
        guard payee.isErased || payee.dataSequence >= file.madeFrom else { return }
        throw Refusal(
            .conflict, place, views.partyName(payout.payee),
            payee.isErased
                ? Text("le bénéficiaire est effacé", "the payee is erased")
                : Text(
                    "le bénéficiaire a changé ses coordonnées depuis que le fichier est préparé",
                    "the payee changed their details since the file was prepared"),
            accepted: Text("un fichier préparé de nouveau", "a file that is prepared again"))
    }

    static func fold(filed body: PayoutsFiledView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let institution = views.intern(.institution, body.institution)
        guard var file = views.paymentFile(body.number, institution, book) else {
            return views.index.fail("event \(fact.sequence): no such file")
        }
        for encoded in body.payouts {
            guard let name = try? encoded.view().payout, let payout = views.payout(name, book) else { continue }
            file.filed &+= 1
            file.filedMinor &+= payout.amountMinor
            if !payout.isUnderWay {
                views.addOutcome(
                    file.sequence, settled: payout.isReturned ? 0 : 1, returned: payout.isReturned ? 1 : 0,
                    payout.amountMinor)
            }
            views.putNumber(views.key.begin(.payoutFile).u16(book.id).text(name).bytes, file.sequence)
            views.touch(payout.payee, fact)
        }
        views.putPaymentFile(file, body.number, institution, book)
        views.touch(institution, fact)
    }
}
