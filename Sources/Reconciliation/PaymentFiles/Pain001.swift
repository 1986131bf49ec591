import Accounting

/// ISO 20022 customer credit transfer initiation, pain.001.001.09.
///
/// One batch (`PmtInf`) per purpose, in the order of `PaymentPurpose`, each with its count and control sum; inside,
/// orders keep their order. Branches are named as Canada's clearing system does (`CACPA`, 0 + institution + transit).
/// Texts are in the Latin set that institutions share. The result is valid against the schema of ISO.
package enum Pain001 {
    /// Payments in a file.
    package static let ordersMax = 100_000
    /// The schema allows 18 digits with the decimals; institutions fewer. Ours is the limit of CPA 005.
    package static let amountMinorMax = CPA005.amountMinorMax
    static let namespace = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"

    /// A file that was written.
    package struct Written: Equatable, Sendable {
        package var bytes: [UInt8]
        package var warnings: [PaymentWarning]
        package var batches: [Batch]
        package var totalMinor: Int64
    }

    /// A batch as it stands in the file; statements and statuses name it.
    package struct Batch: Equatable, Sendable {
        /// The message's id, a hyphen, the purpose: "20170331-DIV".
        package var id: String
        package var purpose: PaymentPurpose
        package var count: Int
        package var totalMinor: Int64
    }

    /// Amounts as ISO writes them.
    static func amount(_ minor: Int64, _ currency: Currency) -> String {
        DecimalText.format(minor: minor, currency: currency)
    }
}
