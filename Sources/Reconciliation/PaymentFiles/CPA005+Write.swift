import Accounting
import Commerce

extension CPA005 {
    /// The file of `orders` as credits, then of `debits` (payments that we draw from others), in the order given.
    ///
    /// Throws `StatementError`: `value` where a field cannot be carried, `limit` where there are too many payments,
    /// `total` where the sum does not fit the trailer. The same arguments make the same bytes.
    package static func write(
        _ file: PaymentFile, _ orders: [PaymentOrder], debits: [PaymentOrder] = [],
        lineEnd: LineEnd = .carriageReturnLineFeed
    ) throws(StatementError) -> Written {
        var writer = try Writer(file, lineEnd)
        let (count, overflow) = orders.count.addingReportingOverflow(debits.count)
        try writer.check.count(overflow ? Int.max : count, max: itemsMax)
        writer.header()
        let creditMinor = try writer.records("C", orders, "orders")
        let debitMinor = try writer.records("D", debits, "debits")
        writer.trailer(debitMinor, debits.count, creditMinor, orders.count)
        return Written(
            bytes: writer.fields.bytes, warnings: writer.warnings, crossReferences: writer.crossReferences,
            totalMinor: creditMinor)
    }
}

/// A file as it grows, record by record.
private struct Writer {
    let check: PaymentCheck
    let file: PaymentFile
    let lineEnd: CPA005.LineEnd
    let trace: ItemTrace?
    let shortName: String
    let longName: String
    var fields = CPA005Fields()
    var warnings: [PaymentWarning] = []
    var crossReferences: [String] = []
    private var known: Set<String> = []
    private var recordNumber: Int64 = 0

    init(_ file: PaymentFile, _ lineEnd: CPA005.LineEnd) throws(StatementError) {
        self.file = file
        self.lineEnd = lineEnd
        check = PaymentCheck(file: file)
        try check.head()
        guard file.currency == .cad || file.currency == .usd else {
            throw .payment(
                .value, file: file.messageID, "currency", file.currency.code,
                Text("la norme 005 ne connaît pas cette devise", "Standard 005 does not know this currency"),
                accepted: Text("CAD ou USD", "CAD or USD"))
        }
        shortName = LatinText.folded(file.shortName, to: .cpa005)
        longName = LatinText.folded(file.longName, to: .cpa005)
        guard let pattern = file.itemTracePattern else {
            trace = nil
            warnings.append(
                PaymentWarning(
                    kind: .blankItemTrace, payoutID: "",
                    text: Text(
                        "numéros de suivi en blanc : aucun modèle n’est configuré ; l’institution doit l’accepter",
                        "item trace numbers blank: no pattern is configured; the institution must accept that")))
            return
        }
        guard let trace = ItemTrace(pattern: pattern, fileNumber: file.number) else {
            throw .payment(
                .value, file: file.messageID, "itemTracePattern", pattern,
                Text("ce modèle ne fait pas de numéros de suivi", "this pattern makes no item trace numbers"),
                accepted: Text(
                    "22 caractères : chiffres, une suite FFFF, une suite de N, ainsi 612100610FFFFNNNNNNNNN",
                    "22 characters: digits, a run FFFF, a run of N, such as 612100610FFFFNNNNNNNNN"))
        }
        self.trace = trace
    }

    private mutating func head(_ type: String) {
        recordNumber += 1
        fields.text(type, 1)
        fields.number(recordNumber, 9)
        fields.text(file.originatorID, 10)
        fields.number(Int64(file.number), 4)
    }

    mutating func header() {
        head("A")
        fields.day(file.creationDay)
        fields.text(file.dataCentre, 5)
        fields.blanks(20)
        fields.text(file.currency.code, 3)
        fields.blanks(CPA005.recordBytes - 58)
        fields.lineEnd(lineEnd)
    }

    /// Records of one type, and the sum of their amounts.
    mutating func records(_ type: String, _ orders: [PaymentOrder], _ place: String) throws(StatementError) -> Int64 {
        var totalMinor: Int64 = 0
        for (index, order) in orders.enumerated() {
            if index % CPA005.segmentsMax == 0 { head(type) }
            try segment(order, "\(place)[\(index)]")
            // An amount has ten digits and there are a million at most: the sum stays below 2^63.
            totalMinor += order.amountMinor
            guard totalMinor <= CPA005.totalMinorMax else { throw overflow(place, index + 1, totalMinor) }
            let isLast = index == orders.count - 1
            let used = index % CPA005.segmentsMax + 1
            guard isLast || used == CPA005.segmentsMax else { continue }
            fields.blanks((CPA005.segmentsMax - used) * CPA005.segmentBytes)
            fields.lineEnd(lineEnd)
        }
        return totalMinor
    }

    private mutating func segment(_ order: PaymentOrder, _ place: String) throws(StatementError) {
        try check.order(order, place, amountMinorMax: CPA005.amountMinorMax)
        let name = try check.payee(order, place, .cpa005)
        let reference = try crossReference(order, place)
        fields.text(order.purpose.transactionCode, 3)
        fields.number(order.amountMinor, 10)
        fields.day(file.dueDay)
        fields.text(order.account.routingNumber, 9)
        fields.text(order.account.number, 12)
        fields.text(try itemTrace(place), CPA005.traceBytes)
        fields.number(0, 3)
        fields.text(shortName, 15)
        fields.text(shortened(name, 30, order, Text("nom du bénéficiaire", "payee's name")), 30)
        fields.text(longName, 30)
        fields.text(file.originatorID, 10)
        fields.text(reference, CPA005.crossReferenceBytes)
        fields.text(file.returnAccount.routingNumber, 9)
        fields.text(file.returnAccount.number, 12)
        let sundry = LatinText.folded(order.remittance, to: .cpa005)
        fields.text(shortened(sundry, 15, order, Text("texte pour le bénéficiaire", "text for the payee")), 15)
        fields.blanks(24)
        fields.number(0, 11)
    }

    private mutating func crossReference(_ order: PaymentOrder, _ place: String) throws(StatementError) -> String {
        let reference = CPA005.crossReference(of: order.payoutID)
        guard known.insert(reference).inserted else {
            throw .payment(
                .value, file: file.messageID, "\(place).payoutID", order.payoutID,
                Text(
                    "ce versement est déjà dans le fichier (renvoi \(reference))",
                    "this payout is already in the file (cross reference \(reference))"),
                accepted: Text("chaque versement une seule fois", "each payout once"))
        }
        crossReferences.append(reference)
        return reference
    }

    private func itemTrace(_ place: String) throws(StatementError) -> String {
        guard let trace else { return "" }
        guard let number = trace.number(ofItem: crossReferences.count) else {
            throw .payment(
                .limit, file: file.messageID, place, "\(crossReferences.count)",
                Text(
                    "le numéro de suivi n’a pas assez de chiffres pour cet article",
                    "the item trace number has too few digits for this item"),
                accepted: Text("une plus longue suite de N dans le modèle", "a longer run of N in the pattern"))
        }
        return number
    }

    private mutating func shortened(_ text: String, _ width: Int, _ order: PaymentOrder, _ what: Text) -> String {
        let cut = LatinText.cut(text, to: width)
        if cut != text {
            warnings.append(
                PaymentWarning(
                    kind: .shortened, payoutID: order.payoutID,
                    text: Text("\(what.french) abrégé : « \(cut) »", "\(what.english) shortened: \"\(cut)\"")))
        }
        return cut
    }

    mutating func trailer(_ debitMinor: Int64, _ debits: Int, _ creditMinor: Int64, _ credits: Int) {
        head("Z")
        let totals = [(debitMinor, debits), (creditMinor, credits), (0, 0), (0, 0)]
        for (minor, count) in totals {
            fields.number(minor, 14)
            fields.number(Int64(count), 8)
        }
        fields.blanks(CPA005.recordBytes - CPA005.headBytes - 88)
        fields.lineEnd(lineEnd)
    }

    private func overflow(_ place: String, _ count: Int, _ totalMinor: Int64) -> StatementError {
        let sum = DecimalText.format(minor: totalMinor, currency: file.currency)
        let most = DecimalText.format(minor: CPA005.totalMinorMax, currency: file.currency)
        return .payment(
            .total, file: file.messageID, place, sum,
            Text(
                "la somme des \(count) premiers paiements n’entre pas dans l’enregistrement Z",
                "the sum of the first \(count) payments does not fit record Z"),
            accepted: Text("au plus \(most) par fichier", "at most \(most) per file"))
    }
}
