import Accounting
import Bytes
import Events
import Index

/// Suppliers' bills: the cooperative's own expenses, and the taxes on them that it recovers.
enum SupplierInvoices {
    static let linesMax = 1_000

    static func decide(invoiced body: SupplierInvoicedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.invoice, "invoice", max: 64)
        let supplier = try Check.identity(body.supplier, "supplier", views)
        if views.index.value(key(body.invoice, supplier, book, views)) != nil {
            throw Refusal(
                .duplicate, "invoice", body.invoice,
                Text("facture de ce fournisseur déjà inscrite", "that supplier's invoice is already recorded"),
                accepted: Text("un numéro de facture nouveau", "a new invoice number"))
        }
        try Check.currency(body.currency, book)
        _ = try Check.date(body.dueDate, "dueDate")
        guard (1...linesMax).contains(body.lines.count) else {
            throw Refusal(
                .outOfRange, "lines", Int64(body.lines.count),
                Text("nombre de lignes hors limites", "number of lines out of range"),
                accepted: Text("de 1 à \(linesMax) lignes", "1 to \(linesMax) lines"))
        }
        var total: Int64 = 0
        for (at, encoded) in body.lines.enumerated() {
            guard let line = try? encoded.view() else { continue }
            try account(line.account, "lines[\(at)].account")
            try Check.positive(line.amountMinor, "lines[\(at)].amountMinor")
            try Check.text(line.description, "lines[\(at)].description")
            total += line.amountMinor
        }
        total += try taxes(body.taxes, book)
        try Check.equal(
            body.totalMinor, total, "totalMinor", Text("somme des lignes et des taxes", "sum of lines and taxes"))
        try Check.positive(body.totalMinor, "totalMinor")
    }

    /// Expenses, and assets that no other event keeps: equipment, prepaid rent.
    private static func account(_ name: Bytes, _ field: @autoclosure () -> String) throws(Refusal) {
        let accountClass = name.count <= AccountName.lengthMax ? try? AccountName.check(name.string) : nil
        let known = AccountCode(name: name.prefix(AccountName.lengthMax).string)
        guard accountClass == .expenses || accountClass == .assets && known == nil else {
            throw Refusal(
                .notAllowed, field(), name,
                Text("une facture ne va pas à ce compte", "an invoice does not go to that account"),
                accepted: Text(
                    "une charge, par exemple expenses:rent, ou un actif du livre, par exemple assets:equipment",
                    "an expense, for example expenses:rent, or an asset of the book, for example assets:equipment"))
        }
    }

    private static func taxes(_ taxes: Repeated<TaxAmountView>, _ book: Book) throws(Refusal) -> Int64 {
        var sum: Int64 = 0
        var seen: [Bytes] = []
        guard taxes.count <= Policies.ratesMax else {
            throw Refusal(
                .outOfRange, "taxes", Int64(taxes.count), Text("trop de taxes", "too many taxes"),
                accepted: Text("au plus \(Policies.ratesMax)", "at most \(Policies.ratesMax)"))
        }
        for (at, encoded) in taxes.enumerated() {
            guard let tax = try? encoded.view() else { continue }
            guard book.levies(tax: tax.tax) else {
                throw Refusal(
                    .unknown, "taxes[\(at)].tax", tax.tax,
                    Text("le livre ne recouvre pas cette taxe", "the book recovers no such tax"),
                    accepted: Text(
                        "une taxe d’une politique adoptée, par exemple gst",
                        "a tax of an adopted policy, for example gst"))
            }
            guard !seen.contains(tax.tax) else {
                throw Refusal(
                    .duplicate, "taxes[\(at)].tax", tax.tax, Text("taxe répétée", "the same tax twice"),
                    accepted: Text("chaque taxe une fois", "each tax once"))
            }
            seen.append(tax.tax)
            try Check.positive(tax.amountMinor, "taxes[\(at)].amountMinor")
            sum += tax.amountMinor
        }
        return sum
    }

    private static func key(_ invoice: Bytes, _ supplier: UInt32, _ book: Book, _ views: Views) -> Bytes {
        views.key.begin(.supplierInvoice).u16(book.id).u32(supplier).text(invoice).bytes
    }

    static func fold(invoiced body: SupplierInvoicedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.noBook(fact) }
        let supplier = views.intern(.identity, body.supplier)
        views.putNumber(key(body.invoice, supplier, book, views), fact.sequence)
        for encoded in body.lines {
            guard let line = try? encoded.view() else { continue }
            views.credit(book, account: views.internAccount(line.account, book: book.id), -line.amountMinor)
        }
        for encoded in body.taxes {
            guard let tax = try? encoded.view() else { continue }
            views.debitRecoverable(book, tax: tax.tax, tax.amountMinor, fact)
        }
        views.credit(book, .accountsPayable, party: supplier, body.totalMinor)
        views.touch(supplier, fact)
    }
}
