import Accounting
import Bytes
import Events
import Index

/// Invoices of one cooperative to another under their agreement: revenue here, expense there, owed once.
enum ServiceInvoices {
    static func decide(invoiced body: ServiceInvoicedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.newInvoice(body.invoice, book, views)
        let record = try Check.agreement(body.agreement, book, views)
        guard let client = views.book(number: record.client) else { return }
        try Check.isOpen(client, fact)
        let currency = Currency(rawValue: record.currency)
        guard body.currency.string == currency.code else {
            throw Refusal(
                .conflict, "currency", body.currency,
                Text("ce n’est pas la monnaie de l’entente", "not the agreement's currency"),
                accepted: Text(currency.code, currency.code))
        }
        let from = try Check.date(body.fromDate, "fromDate")
        let to = try Check.date(body.toDate, "toDate")
        let today = CivilDate(clampingDays: Int64(fact.day))
        guard to <= today else {
            throw Refusal(
                .outOfRange, "toDate", body.toDate,
                Text(
                    "la période n’est pas finie le jour de la facture", "the period has not ended on the invoice's day"),
                accepted: Text("au plus tard le \(today.text)", "at the latest \(today.text)"))
        }
        let (version, last) = try version(body, from, to, record, book, views)
        guard let fees = views.body(AgreementSignedView.self, of: version.sequence)?.fees else { return }
        let lines = try lines(body, fees, from, to, endsOn: last, book, views)
        if !Approvals.isApproved(fact, for: client, views) {
            try decide(counted: body, fees, record, client, from, to, book, views)
        }
        var net: Int64 = 0
        for line in lines { net += line.amountMinor }
        try Check.positive(net, "lines")
        let table = book.taxes(at: fact.effectiveAtUs, knownAt: fact.sequence)
        let taxes = try Check.fits("taxes") { () throws(MoneyError) in try Billing.taxes(table, lines) }
        let isForeign = book.currency != currency || client.currency != currency
        if isForeign { try Billing.decideUntaxed(taxes, table, currency) }
        try Orders.decide(taxes: body.taxes, table) { taxes[$0] }
        let total = taxes.reduce(net, &+)
        try Check.equal(
            body.totalMinor, total, "totalMinor", Text("somme des lignes et des taxes", "sum of lines and taxes"))
        try Check.positive(total, "totalMinor")
        try Billing.decideWorth(body.bookAmountMinor, "bookAmountMinor", of: net, currency, book, isNeeded: false)
        try Billing.decideWorth(
            body.clientBookAmountMinor, "clientBookAmountMinor", of: total, currency, client, isNeeded: false)
        try Billing.decideRate(body.rateSource, isForeign: isForeign)
        try ForeignCurrency.decide(worth: body.bookAmountMinor, currency, book, "bookAmountMinor", views)
        try ForeignCurrency.decide(
            worth: -body.clientBookAmountMinor, currency, client, "clientBookAmountMinor", views)
    }

    /// The version in force all through the period, and its last day.
    private static func version(
        _ body: ServiceInvoicedView, _ from: CivilDate, _ to: CivilDate, _ record: AgreementRecord, _ book: Book,
        _ views: Views
    ) throws(Refusal) -> (AgreementVersion, lastDay: Int32) {
        guard from <= to else {
            throw Refusal(
                .outOfRange, "toDate", body.toDate, Text("avant le début", "before the start"),
                accepted: Text("\(from.text) ou plus tard", "\(from.text) or later"))
        }
        let versions = views.versions(ofAgreement: body.agreement, book)
        guard let version = versions.last(where: { $0.firstDay <= from.daysSinceEpoch }) else {
            let first = CivilDate(clampingDays: Int64(record.startDay)).text
            throw Refusal(
                .outOfRange, "fromDate", body.fromDate, Text("avant l’entente", "before the agreement"),
                accepted: Text("\(first) ou plus tard", "\(first) or later"))
        }
        // An earlier version may have named an end before the next one began.
        let named = views.body(AgreementSignedView.self, of: version.sequence)?.endDate
        var last = named.flatMap { try? CivilDate.parse(utf8: $0.buffer) }?.daysSinceEpoch ?? .max
        if let next = version.nextDay { last = min(last, next - 1) }
        last = min(last, record.endedDay)
        guard to.daysSinceEpoch <= last else {
            let day = CivilDate(clampingDays: Int64(last)).text
            throw Refusal(
                .outOfRange, "toDate", body.toDate,
                version.nextDay == nil
                    ? Text("après la fin de l’entente", "after the end of the agreement")
                    : Text("les tarifs changent pendant la période", "the fees change within the period"),
                accepted: Text("au plus tard le \(day)", "at the latest \(day)"))
        }
        return (version, last)
    }

    private static func lines(
        _ body: ServiceInvoicedView, _ fees: Repeated<AgreementFeeView>, _ from: CivilDate, _ to: CivilDate,
        endsOn last: Int32, _ book: Book, _ views: Views
    ) throws(Refusal) -> [Billing.Line] {
        guard (1...Agreements.feesMax).contains(body.lines.count) else {
            throw Refusal(
                .outOfRange, "lines", Int64(body.lines.count),
                Text("nombre de lignes hors limites", "number of lines out of range"),
                accepted: Text("de 1 à \(Agreements.feesMax)", "1 to \(Agreements.feesMax)"))
        }
        var result: [Billing.Line] = []
        var seen: [Bytes] = []
        for (at, encoded) in body.lines.enumerated() {
            guard let line = try? encoded.view() else { continue }
            guard let fee = find(line.fee, in: fees) else {
                throw Refusal(
                    .unknown, "lines[\(at)].fee", line.fee,
                    Text("tarif absent de l’entente", "not a fee of the agreement"),
                    accepted: Text(names(fees), names(fees)))
            }
            guard !seen.contains(line.fee) else {
                throw Refusal(
                    .duplicate, "lines[\(at)].fee", line.fee, Text("tarif déjà facturé", "fee invoiced already"),
                    accepted: Text("chaque tarif une fois par période", "each fee once a period"))
            }
            seen.append(line.fee)
            if let (first, last) = invoiced(line.fee, body.agreement, from, to, book, views) {
                throw Refusal(
                    .duplicate, "lines[\(at)].fee", line.fee,
                    Text(
                        "déjà facturé du \(first.text) au \(last.text)", "invoiced from \(first.text) to \(last.text)"),
                    accepted: Text("une période qui n’empiète sur aucune autre", "a period that overlaps no other"))
            }
            try Check.text(line.description, "lines[\(at)].description", max: 200)
            try Check.positive(line.quantity, "lines[\(at)].quantity")
            if fee.basis == .period {
                let periods = Billing.periods(fee, from, to)
                let isStub = periods == 0 && to.daysSinceEpoch == last
                if periods == 0, !isStub { try refuse(short: fee, from, body.toDate) }
                try Check.equal(
                    line.quantity, max(1, periods), "lines[\(at)].quantity",
                    Text("les périodes entières que couvre la facture", "the whole periods that the invoice covers"))
                if isStub {
                    // A part of a period, as the client signs it.
                    try Check.notNegative(line.amountMinor, "lines[\(at)].amountMinor")
                    try Check.atMost(
                        line.amountMinor, fee.priceMinor, "lines[\(at)].amountMinor",
                        Text("plus que le prix d’une période", "more than the price of a period"))
                    result.append(Billing.Line(taxClass: fee.taxClass.rawValue, amountMinor: line.amountMinor))
                    continue
                }
            }
            let right = try Check.fits("lines[\(at)].quantity") { () throws(MoneyError) in
                try Billing.amount(fee, quantity: line.quantity)
            }
            try Check.equal(
                line.amountMinor, right, "lines[\(at)].amountMinor",
                Text("quantité au tarif de l’entente", "the quantity at the agreement's fee"))
            try Check.notNegative(right, "lines[\(at)].amountMinor")
            result.append(Billing.Line(taxClass: fee.taxClass.rawValue, amountMinor: right))
        }
        return result
    }

    /// What a client has not approved is at most what the ledger has counted; what it cannot count, the client approves.
    ///
    /// - Complexity: that of `MeasuredQuantities`; none where the client has approved or all fees are by the period.
    private static func decide(
        counted body: ServiceInvoicedView, _ fees: Repeated<AgreementFeeView>, _ record: AgreementRecord,
        _ client: Book,
        _ from: CivilDate, _ to: CivilDate, _ book: Book, _ views: Views
    ) throws(Refusal) {
        for (at, encoded) in body.lines.enumerated() {
            guard let line = try? encoded.view(), let fee = find(line.fee, in: fees),
                fee.basis != .period || Billing.periods(fee, from, to) == 0
            else { continue }
            let accepted = Text(
                "la signature d’une personne de \(client.name) (« grandlivre approve »)",
                "the signature of a person of \(client.name) (\"grandlivre approve\")")
            guard
                let counted = MeasuredQuantities.quantity(
                    line.fee.string, fee.basis, record, book, from: from, to: to, views)
            else {
                throw Refusal(
                    .missing, "approvals", line.fee,
                    Text(
                        "le grand livre ne compte pas ce tarif : le client approuve la quantité",
                        "the ledger does not count this fee: the client approves the quantity"),
                    accepted: accepted)
            }
            guard line.quantity > counted else { continue }
            throw Refusal(
                .wrongAmount, "lines[\(at)].quantity", line.quantity,
                Text("plus que ce que le grand livre a compté", "more than the ledger has counted"),
                accepted: Text(
                    "au plus \(counted), ou \(accepted.french)", "at most \(counted), or \(accepted.english)"))
        }
    }

    /// A fee by the period is for whole periods; only what an agreement's end, or new fees, leave of one is less.
    private static func refuse(short fee: AgreementFeeView, _ from: CivilDate, _ toDate: Bytes) throws(Refusal) {
        guard let last = Billing.periodEnd(fee, from) else { return }
        throw Refusal(
            .outOfRange, "toDate", toDate,
            Text(
                "« \(fee.fee.string) » vaut pour \(max(1, fee.periodMonths)) mois entiers",
                "\"\(fee.fee.string)\" is for \(max(1, fee.periodMonths)) whole months"),
            accepted: Text("\(last.text) ou plus tard", "\(last.text) or later"))
    }

    private static func find(_ name: Bytes, in fees: Repeated<AgreementFeeView>) -> AgreementFeeView? {
        for encoded in fees {
            if let fee = try? encoded.view(), fee.fee == name { return fee }
        }
        return nil
    }

    private static func names(_ fees: Repeated<AgreementFeeView>) -> String {
        fees.compactMap { try? $0.view() }.map(\.fee.string).joined(separator: ", ")
    }

    /// A period of the fee that was invoiced and shares a day with the one asked about.
    private static func invoiced(
        _ fee: Bytes, _ agreement: Bytes, _ from: CivilDate, _ to: CivilDate, _ book: Book, _ views: Views
    ) -> (CivilDate, CivilDate)? {
        let prefix = periodKey(fee, agreement, book, views).bytes.array
        let start = periodKey(fee, agreement, book, views).day(from.daysSinceEpoch).bytes.array
        return prefix.withBytes { prefix in
            start.withBytes { start in
                // Periods do not overlap: the first that ends on `from` or later also begins first.
                let rows = views.index.rows(prefix: prefix, from: start)
                guard rows.next() else { return nil }
                var key = KeyReader(rows.key.dropFirst(rows.key.count - 5))
                var value = RecordReader(rows.value)
                let last = CivilDate(clampingDays: Int64(key.day()))
                let first = CivilDate(clampingDays: value.int())
                return first <= to ? (first, last) : nil
            }
        }
    }

    private static func periodKey(_ fee: Bytes, _ agreement: Bytes, _ book: Book, _ views: Views) -> KeyBuilder {
        views.key.begin(.invoicedPeriod).u16(book.id).text(agreement).u8(0).text(fee).u8(0)
    }

    static func fold(invoiced body: ServiceInvoicedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var record = views.agreement(body.agreement, book),
            let client = views.book(number: record.client), let from = try? CivilDate.parse(utf8: body.fromDate.buffer),
            let to = try? CivilDate.parse(utf8: body.toDate.buffer)
        else { return views.noBook(fact) }
        let currency = Currency(rawValue: record.currency)
        var net: Int64 = 0
        for encoded in body.lines {
            guard let line = try? encoded.view() else { continue }
            net &+= line.amountMinor
            views.recordWriter.buffer.removeAll()
            views.recordWriter.int(Int64(from.daysSinceEpoch))
            views.index.put(
                periodKey(line.fee, body.agreement, book, views).day(to.daysSinceEpoch).bytes,
                views.recordWriter.buffer.bytes)
        }
        record.invoicedDay = max(record.invoicedDay, to.daysSinceEpoch)
        views.putAgreement(record, body.agreement, book)
        var invoice = InvoiceRecord()
        invoice.sequence = fact.sequence
        invoice.isService = true
        invoice.client = UInt32(client.id)
        invoice.currency = currency.rawValue
        invoice.totalMinor = body.totalMinor
        views.putInvoice(invoice, body.invoice, book)
        views.owe(client, to: book, currency.rawValue, body.totalMinor, fact)
        postRevenue(net, body, currency, book, client, fact, views)
        postExpense(net, body, currency, book, client, fact, views)
        Agreements.touchBoth(book, client, fact, views)
    }

    private static func postRevenue(
        _ net: Int64, _ body: ServiceInvoicedView, _ currency: Currency, _ book: Book, _ client: Book, _ fact: Fact,
        _ views: Views
    ) {
        let worth = book.currency == currency ? net : body.bookAmountMinor
        if book.currency != currency {
            ForeignCurrency.move(book, currency, holding: net, worth: worth, mirroredIn: client, fact, views)
        }
        views.credit(book, .services, worth)
        views.mirror(book, client, .services, book.currency.rawValue, -worth, fact)
        _ = views.creditTaxes(body.taxes, book, fact)
    }

    private static func postExpense(
        _ net: Int64, _ body: ServiceInvoicedView, _ currency: Currency, _ book: Book, _ client: Book, _ fact: Fact,
        _ views: Views
    ) {
        let worth = client.currency == currency ? net : body.clientBookAmountMinor
        if client.currency != currency {
            ForeignCurrency.move(
                client, currency, holding: -body.totalMinor, worth: -worth, mirroredIn: book, fact, views)
        } else {
            for encoded in body.taxes {
                guard let tax = try? encoded.view() else { continue }
                views.debitRecoverable(client, tax: tax.tax, tax.amountMinor, fact)
            }
        }
        views.debit(client, .agreementServices, worth)
        views.mirror(client, book, .agreementServices, client.currency.rawValue, worth, fact)
    }
}

extension Check {
    /// An invoice number that the book has not used.
    static func newInvoice(_ name: Bytes, _ book: Book, _ views: Views) throws(Refusal) {
        try Check.id(name, "invoice", max: 64)
        if let earlier = views.invoice(name, book) {
            throw Refusal(
                .duplicate, "invoice", name,
                Text(
                    "facture déjà inscrite par l’événement \(earlier.sequence)",
                    "invoice recorded by event \(earlier.sequence)"),
                accepted: Text("un numéro de facture nouveau", "a new invoice id"))
        }
    }
}
