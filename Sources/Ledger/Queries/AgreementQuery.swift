package import Accounting
import Bytes
package import Commerce
package import Events
import Index

/// A service agreement as listings show it. Days are those of the provider's book.
package struct AgreementRow {
    package let provider: Book
    package let client: Book
    package let agreement: String
    package let record: AgreementRecord

    package var kind: AgreementKind { AgreementKind(rawValue: record.kind) ?? .unspecified }
    package var currency: Currency { Currency(rawValue: record.currency) }
}

/// A fee of an agreement, from a day on.
package struct AgreementFeeRow {
    package let firstDay: CivilDate
    package let fee: String
    package let basis: FeeBasis
    /// In minor units of the agreement's currency; 0 for a percentage.
    package let priceMinor: Int64
    package let ratePpm: UInt32
    package let taxClass: TaxClass
    /// Where the version stands that says so.
    package let sequence: UInt64
}

/// An invoice under an agreement. Amounts in minor units of its currency.
package struct ServiceInvoiceRow {
    package let invoice: String
    package let sequence: UInt64
    package let from: String
    package let to: String
    package let netMinor: Int64
    package let totalMinor: Int64
}

/// How long a debt between two cooperatives has been open, oldest invoices taken as paid first. Amounts in minor units.
package struct DebtAges: Equatable, Sendable {
    package let currency: Currency
    /// Up to 30 days, 31 to 60, 61 to 90, more.
    package var byAgeMinor: [Int64] = [0, 0, 0, 0]

    package var totalMinor: Int64 { byAgeMinor.reduce(0, &+) }

    init(_ currency: Currency) { self.currency = currency }
}

/// Agreements and what cooperatives owe each other.
package enum AgreementQuery {
    /// The agreements of all books, or of one as provider, as client or both, by provider and name.
    ///
    /// An agreement exists for the two cooperatives that it binds.
    package static func list(
        provider: Book?, client: Book?, for viewer: Viewer = .ledger, _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> [AgreementRow] {
        let views = snapshot.views
        switch viewer.scope {
        case .ledger, .cooperative: break
        case .party, .district: throw Viewer.refused("agreement")
        }
        var rows: [AgreementRow] = []
        for book in provider.map({ [$0] }) ?? views.allBooks {
            for (name, record) in views.agreements(ofProvider: book) {
                guard let other = views.book(number: record.client), client == nil || client?.id == other.id else {
                    continue
                }
                guard viewer.operates(book) || viewer.operates(other) else { continue }
                rows.append(AgreementRow(provider: book, client: other, agreement: name, record: record))
            }
        }
        try snapshot.check()
        return rows
    }

    /// The one agreement of that name, in the provider's book where that is named.
    package static func find(
        _ agreement: String, provider: Book?, for viewer: Viewer = .ledger, _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> AgreementRow {
        let all = try list(provider: provider, client: nil, for: viewer, snapshot)
        let found = all.filter { $0.agreement == agreement }
        guard let row = found.first else {
            throw LedgerError.unknown(.agreement(all.map(\.agreement)), agreement, for: viewer, snapshot.views)
        }
        guard found.count == 1 else {
            let books = found.map(\.provider.name).joined(separator: ", ")
            throw LedgerError(
                .usage, agreement, Text("plusieurs prestataires", "several providers"),
                remedy: Text("en nommer un avec --book : \(books)", "name one with --book: \(books)"))
        }
        return row
    }

    /// The fees of every version, oldest first.
    package static func fees(_ row: AgreementRow, _ views: Views) -> [AgreementFeeRow] {
        let versions = Array(row.agreement.utf8).withBytes { views.versions(ofAgreement: $0, row.provider) }
        return versions.flatMap { version -> [AgreementFeeRow] in
            guard let event = views.event(version.sequence), let body = try? AgreementSignedView(event.bodyBytes) else {
                return []
            }
            return body.fees.compactMap { try? $0.view() }.map { fee in
                AgreementFeeRow(
                    firstDay: CivilDate(clampingDays: Int64(version.firstDay)), fee: fee.fee.string, basis: fee.basis,
                    priceMinor: fee.priceMinor, ratePpm: fee.ratePpm, taxClass: fee.taxClass,
                    sequence: version.sequence)
            }
        }
    }

    /// The invoices under an agreement, in the order of recording.
    ///
    /// - Complexity: O(invoices of the provider).
    package static func invoices(_ row: AgreementRow, _ views: Views) -> [ServiceInvoiceRow] {
        views.invoices(row.provider).compactMap { name, record in
            guard record.isService, record.client == UInt32(row.client.id), let event = views.event(record.sequence),
                let body = try? ServiceInvoicedView(event.bodyBytes), body.agreement.string == row.agreement
            else { return nil }
            var net: Int64 = 0
            for encoded in body.lines { net &+= (try? encoded.view())?.amountMinor ?? 0 }
            return ServiceInvoiceRow(
                invoice: name, sequence: record.sequence, from: body.fromDate.string, to: body.toDate.string,
                netMinor: net, totalMinor: record.totalMinor)
        }.sorted { $0.sequence < $1.sequence }
    }

    /// What `debtor` owes `creditor` on a day, by currency and age.
    ///
    /// - Complexity: O(days on which the debt changed).
    package static func ages(_ debtor: Book, owing creditor: Book, on day: CivilDate, _ views: Views) -> [DebtAges] {
        guard let party = Array(debtor.name.utf8).withBytes({ views.party(.cooperative, $0) }) else { return [] }
        let account = AccountCode.intercoopReceivable.rawValue
        return views.currencies(creditor, account).compactMap { currency in
            var debts: [(day: Int32, minor: Int64)] = []
            var paid: Int64 = 0
            let rows = views.index.rows(
                prefix: views.key.begin(.movement).u16(creditor.id).u16(account).u16(currency.rawValue).u32(party).bytes
            )
            while rows.next() {
                var reader = KeyReader(rows.key)
                _ = (reader.u16(), reader.u16(), reader.u16(), reader.u32())
                let since = reader.day()
                guard since <= day.daysSinceEpoch else { break }
                debts.append((since, rows.counters.first))
                paid &+= rows.counters.second
            }
            var ages = DebtAges(currency)
            for debt in debts {
                let covered = min(paid, debt.minor)
                paid -= covered
                let age = day.daysSinceEpoch - debt.day
                ages.byAgeMinor[age <= 30 ? 0 : age <= 60 ? 1 : age <= 90 ? 2 : 3] &+= debt.minor - covered
            }
            return debts.isEmpty ? nil : ages
        }
    }

    /// What two cooperatives owe each other now in each currency, and what can be set off. Amounts in minor units.
    package struct Netting {
        package let currency: Currency
        /// The first owes the second, and the second the first.
        package let firstOwesMinor: Int64
        package let secondOwesMinor: Int64

        package var amountMinor: Int64 { min(firstOwesMinor, secondOwesMinor) }
    }

    package static func netting(_ first: Book, _ second: Book, _ views: Views) -> [Netting] {
        let account = AccountCode.intercoopReceivable.rawValue
        var currencies = views.currencies(first, account)
        for currency in views.currencies(second, account) where !currencies.contains(currency) {
            currencies.append(currency)
        }
        return currencies.sorted { $0.code < $1.code }.map { currency in
            Netting(
                currency: currency, firstOwesMinor: views.owed(by: first, to: second, currency.rawValue),
                secondOwesMinor: views.owed(by: second, to: first, currency.rawValue))
        }.filter { $0.firstOwesMinor != 0 || $0.secondOwesMinor != 0 }
    }
}
