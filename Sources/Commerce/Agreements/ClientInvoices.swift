import Accounting
import Bytes
import Events
import Index

/// Invoices to clients that are no cooperative of this ledger, perhaps abroad and in their currency.
enum ClientInvoices {
    static func decide(invoiced body: ClientInvoicedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.newInvoice(body.invoice, book, views)
        _ = try Check.identity(body.client, "client", views)
        let currency = try Check.isoCurrency(body.currency)
        try Check.positive(body.amountMinor, "amountMinor")
        guard body.taxClass != .unspecified else {
            throw Refusal(
                .missing, "taxClass", "", Text("la classe manque", "the class is missing"),
                accepted: Text("par exemple TAX_CLASS_ZERO_RATED", "for example TAX_CLASS_ZERO_RATED"))
        }
        try Check.text(body.description, "description")
        let table = book.taxes(at: fact.effectiveAtUs, knownAt: fact.sequence)
        let line = Billing.Line(taxClass: body.taxClass.rawValue, amountMinor: body.amountMinor)
        let taxes = try Check.fits("taxes") { () throws(MoneyError) in try Billing.taxes(table, [line]) }
        let isForeign = currency != book.currency
        if isForeign { try Billing.decideUntaxed(taxes, table, currency) }
        try Orders.decide(taxes: body.taxes, table) { taxes[$0] }
        let total = taxes.reduce(body.amountMinor, &+)
        try Check.equal(
            body.totalMinor, total, "totalMinor", Text("montant et taxes", "amount and taxes"))
        try Check.positive(total, "totalMinor")
        try Billing.decideWorth(
            body.bookAmountMinor, "bookAmountMinor", of: body.amountMinor, currency, book, isNeeded: true)
        try Billing.decideRate(body.rateSource, isForeign: isForeign)
        try ForeignCurrency.decide(worth: body.bookAmountMinor, currency, book, "bookAmountMinor", views)
    }

    static func fold(invoiced body: ClientInvoicedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let currency = Currency(utf8: body.currency.buffer) else {
            return views.noBook(fact)
        }
        let client = views.intern(.identity, body.client)
        var invoice = InvoiceRecord()
        invoice.sequence = fact.sequence
        invoice.client = client
        invoice.currency = currency.rawValue
        invoice.totalMinor = body.totalMinor
        views.putInvoice(invoice, body.invoice, book)
        views.journal.debit(
            book: book.id, .receivable, party: client, currency: currency.rawValue, amountMinor: body.totalMinor)
        if currency != book.currency {
            ForeignCurrency.move(
                book, currency, holding: body.amountMinor, worth: body.bookAmountMinor, fact, views)
        }
        views.credit(book, .services, body.bookAmountMinor)
        _ = views.creditTaxes(body.taxes, book, fact)
        views.touch(client, fact)
    }

    static func decide(paid body: ClientInvoicePaidView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.invoice, "invoice", max: 64)
        guard let invoice = views.invoice(body.invoice, book), !invoice.isService else {
            throw Refusal(
                .unknown, "invoice", body.invoice, Text("aucune facture d’un client", "not an invoice of a client"),
                accepted: Text("une facture de clientInvoiced", "an invoice of clientInvoiced"))
        }
        try Check.notBefore(fact, eventAt: invoice.sequence, Text("la facture", "the invoice"), views)
        try Check.institution(body.institution)
        let code = Currency(rawValue: invoice.currency).code
        guard body.currency.string == code else {
            throw Refusal(
                .conflict, "currency", body.currency,
                Text("ce n’est pas la monnaie de la facture", "not the invoice's currency"),
                accepted: Text(code, code))
        }
        try Check.positive(body.amountMinor, "amountMinor")
        try Check.atMost(
            body.amountMinor, invoice.totalMinor - invoice.paidMinor, "amountMinor",
            Text("plus que ce qui reste dû", "more than is still due"))
    }

    static func fold(paid body: ClientInvoicePaidView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var invoice = views.invoice(body.invoice, book) else { return views.noBook(fact) }
        invoice.paidMinor &+= body.amountMinor
        views.putInvoice(invoice, body.invoice, book)
        let bank = views.intern(.institution, body.institution)
        views.journal.debit(
            book: book.id, .bank, party: bank, currency: invoice.currency, amountMinor: body.amountMinor)
        views.journal.credit(
            book: book.id, .receivable, party: invoice.client, currency: invoice.currency,
            amountMinor: body.amountMinor)
        views.touch(invoice.client, fact)
        views.touch(bank, fact)
    }
}
