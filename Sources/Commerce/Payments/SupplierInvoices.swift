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
        total += try taxes(body, fact, book)
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

    /// Each tax once, and at most what its rate gives on the lines.
    private static func taxes(_ body: SupplierInvoicedView, _ fact: Fact, _ book: Book) throws(Refusal) -> Int64 {
        var sum: Int64 = 0
        var seen: [Bytes] = []
        guard body.taxes.count <= Policies.ratesMax else {
            throw Refusal(
                .outOfRange, "taxes", Int64(body.taxes.count), Text("trop de taxes", "too many taxes"),
                accepted: Text("au plus \(Policies.ratesMax)", "at most \(Policies.ratesMax)"))
        }
        let lines = body.lines.compactMap { try? $0.view() }.map(\.amountMinor)
        for (at, encoded) in body.taxes.enumerated() {
            guard let tax = try? encoded.view() else { continue }
            guard !seen.contains(tax.tax) else {
                throw Refusal(
                    .duplicate, "taxes[\(at)].tax", tax.tax, Text("taxe répétée", "the same tax twice"),
                    accepted: Text("chaque taxe une fois", "each tax once"))
            }
            seen.append(tax.tax)
            try Check.positive(tax.amountMinor, "taxes[\(at)].amountMinor")
            try Check.recoverable(tax, on: lines, "taxes[\(at)]", fact, book)
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

extension Check {
    /// A tax that the book recovers of what it buys: one that it is registered for, which is to say that it charges it that day (ETA s.169, T-0.1 s.199), and at
    /// most what the highest rate in force gives, each line rounded up.
    static func recoverable(
        _ tax: TaxAmountView, on lines: [Int64], _ place: String, _ fact: Fact, _ book: Book
    ) throws(Refusal) {
        guard let rate = book.rateMax(of: tax.tax, at: fact.effectiveAtUs, knownAt: fact.sequence) else {
            throw Refusal(
                .unknown, "\(place).tax", tax.tax,
                Text(
                    "le livre n’est pas inscrit à cette taxe et ne la recouvre pas",
                    "the book is not registered for this tax and does not recover it"),
                accepted: Text(
                    "une taxe d’une politique en vigueur ce jour-là, par exemple gst; toute autre fait partie du montant",
                    "a tax of a policy in force that day, for example gst; any other is part of the amount"))
        }
        let most = try Check.fits("\(place).amountMinor") { () throws(MoneyError) in
            var sum: Int64 = 0
            for line in lines { sum = try Money.sum(sum, rate.ceiling(of: line)) }
            return sum
        }
        try Check.atMost(
            tax.amountMinor, most, "\(place).amountMinor",
            Text("plus que \(rate.percentText) % des lignes", "more than \(rate.percentText) % of the lines"))
    }
}
