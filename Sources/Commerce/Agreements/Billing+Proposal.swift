package import Accounting
import Bytes
import Events
import Index

/// An invoice under an agreement as it would be right: what `serviceInvoiced` must say. Amounts in minor units of `currency`.
package struct BillProposal {
    package struct Line {
        package let fee: String
        package let quantity: Int64
        package let amountMinor: Int64
    }

    package let currency: Currency
    /// In the order of the agreement's fees.
    package var lines: [Line] = []
    package var taxes: [(tax: String, amountMinor: Int64)] = []
    package var netMinor: Int64 = 0
    package var totalMinor: Int64 = 0
}

/// Where the ledger itself measures quantities, they need not be given: unit-days and handling of a warehousing agreement, sales and orders of a platform's, by
/// the names of its fees.
enum MeasuredQuantities {
    /// Fee "storage-day": unit-days stored. The others: units handled.
    private static let handling: [String: StorageMeasure] = [
        "receive": .received, "pick": .picked, "pack": .packed, "ship": .shipped, "return": .returned, "move": .moved,
    ]

    /// What was counted for a fee of an agreement over days, both included; nil where nothing counts it.
    ///
    /// - Complexity: O(sites of the ledger + days with movements of the client's goods at the provider's sites), or O(events of the seller).
    static func quantity(
        _ fee: String, _ basis: FeeBasis, _ record: AgreementRecord, _ provider: Book, from: CivilDate, to: CivilDate,
        _ views: Views
    ) -> Int64? {
        if record.kind == AgreementKind.platform.rawValue {
            return sold(fee, basis, record, provider, from: from, to: to, views)
        }
        let measure = handling[fee]
        guard record.kind == AgreementKind.warehousing.rawValue, basis == .unit, fee == "storage-day" || measure != nil,
            let client = views.book(number: record.client)
        else { return nil }
        let usage = views.storageUsage(
            owner: client, operator: provider, from: from.daysSinceEpoch, to: to.daysSinceEpoch)
        return measure.map { usage.handled($0).units } ?? usage.unitDays
    }

    /// Fee "sales": what the client's cooperative sold on the platform before tax, less what was taken back; "orders": in how many orders. It sells there as the
    /// identity that is named like its book.
    private static func sold(
        _ fee: String, _ basis: FeeBasis, _ record: AgreementRecord, _ provider: Book, from: CivilDate, to: CivilDate,
        _ views: Views
    ) -> Int64? {
        guard fee == "sales" && basis == .percent || fee == "orders" && basis == .unit, from <= to,
            let client = views.book(number: record.client),
            let seller = Array(client.name.utf8).withBytes({ views.party(.identity, $0) })
        else { return nil }
        let days = from.daysSinceEpoch...to.daysSinceEpoch
        let sold = SellerFigures.of(seller, provider, views) { days.contains($0) ? 0 : nil }[0] ?? SellerFigures()
        return fee == "sales" ? max(0, sold.sales &- sold.refunds) : sold.orders
    }
}

extension Billing {
    /// The invoice of a period: each fee by the period as many times as it covers whole ones, or by the days of a part at the end; the others by the quantities given or measured; those without a quantity are left out.
    ///
    /// Throws `Refusal` where a fee is unknown or an amount does not fit. Whether the period may be invoiced, the rule of `serviceInvoiced` decides.
    package static func propose(
        _ agreement: String, _ provider: Book, from: CivilDate, to: CivilDate, quantities: [String: Int64],
        at us: Int64, _ views: Views
    ) throws(Refusal) -> BillProposal {
        let name = Array(agreement.utf8)
        let record = try name.withBytes { (name) throws(Refusal) in try Check.agreement(name, provider, views) }
        let versions = name.withBytes { views.versions(ofAgreement: $0, provider) }
        var proposal = BillProposal(currency: Currency(rawValue: record.currency))
        guard let version = versions.last(where: { $0.firstDay <= from.daysSinceEpoch }) ?? versions.first,
            let fees = views.body(AgreementSignedView.self, of: version.sequence)?.fees
        else { return proposal }
        var known: [String] = []
        var taxed: [Line] = []
        for encoded in fees {
            guard let fee = try? encoded.view() else { continue }
            let feeName = fee.fee.string
            known.append(feeName)
            let given =
                quantities[feeName]
                ?? MeasuredQuantities.quantity(feeName, fee.basis, record, provider, from: from, to: to, views)
                ?? (fee.basis == .period ? max(1, periods(fee, from, to)) : 0)
            guard given != 0 else { continue }
            let isStub = fee.basis == .period && periods(fee, from, to) == 0
            let amount = try Check.fits("units") { () throws(MoneyError) in
                isStub ? try stub(fee, from, to) : try Billing.amount(fee, quantity: given)
            }
            proposal.lines.append(.init(fee: feeName, quantity: given, amountMinor: amount))
            taxed.append(Line(taxClass: fee.taxClass.rawValue, amountMinor: amount))
        }
        for unknown in quantities.keys.sorted() where !known.contains(unknown) {
            throw Refusal(
                .unknown, "units", unknown, Text("tarif absent de l’entente", "not a fee of the agreement"),
                accepted: Text(known.joined(separator: ", "), known.joined(separator: ", ")))
        }
        let table = provider.taxes(at: us, knownAt: .max)
        proposal = try Check.fits("units") { () throws(MoneyError) in
            var sums = proposal
            sums.netMinor = try Money.total(taxed.map(\.amountMinor))
            sums.totalMinor = sums.netMinor
            for (index, amount) in try taxes(table, taxed).enumerated() where amount != 0 {
                sums.taxes.append((table.name(index), amount))
                sums.totalMinor = try Money.sum(sums.totalMinor, amount)
            }
            return sums
        }
        return proposal
    }
}
