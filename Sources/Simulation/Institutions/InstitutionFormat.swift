import Accounting
import Commerce
import Reconciliation

/// The formats in which institutions write.
package enum InstitutionFormat: String, CaseIterable, Sendable {
    case camt02 = "camt.053.001.02"
    case camt04 = "camt.053.001.04"
    case camt08 = "camt.053.001.08"
    case camt14 = "camt.053.001.14"
    case ofx1 = "ofx-1"
    case ofx2 = "ofx-2"
    case mt940
    case bai2
    case csv

    /// Of a file's name.
    var ending: String {
        switch self {
        case .camt02, .camt04, .camt08, .camt14: "xml"
        case .ofx1, .ofx2: "ofx"
        case .mt940: "sta"
        case .bai2: "bai"
        case .csv: "csv"
        }
    }

    /// Whether the payments of a batch are told one by one.
    var hasDetails: Bool {
        switch self {
        case .camt02, .camt04, .camt08, .camt14: true
        case .ofx1, .ofx2, .mt940, .bai2, .csv: false
        }
    }

    func write(_ statement: BankStatement) throws(StatementError) -> [UInt8] {
        switch self {
        case .camt02: try StatementWriter.camt053([statement], version: .v02)
        case .camt04: try StatementWriter.camt053([statement], version: .v04)
        case .camt08: try StatementWriter.camt053([statement], version: .v08)
        case .camt14: try StatementWriter.camt053([statement], version: .v14)
        case .ofx1: try StatementWriter.ofx1([statement])
        case .ofx2: try StatementWriter.ofx2([statement])
        case .mt940: try StatementWriter.mt940([statement])
        case .bai2: try StatementWriter.bai2(Self.withLastDay(statement))
        case .csv: try StatementWriter.csv([Self.withClosingRow(statement)], mapping: Self.mapping(statement.account))
        }
    }

    /// BAI2 has a group for each day: the last day has one, too, where nothing moved.
    private static func withLastDay(_ statement: BankStatement) -> [BankStatement] {
        guard let through = statement.through, let last = statement.entries.last, last.bookingDate < through else {
            return [statement]
        }
        var (before, after) = (statement, statement)
        before.through = last.bookingDate
        after.from = through
        after.openingMinor = statement.closingMinor
        after.entries = []
        return [before, after]
    }

    /// A CSV says how far it goes, and what the balance is there, by a row without an amount.
    private static func withClosingRow(_ statement: BankStatement) -> BankStatement {
        guard let through = statement.through else { return statement }
        var statement = statement
        statement.entries.append(
            StatementEntry(
                reference: "SOLDE \(through.text)", bookingDate: through, valueDate: through, amountMinor: 0,
                text: "SOLDE DE FERMETURE"))
        return statement
    }

    /// The columns of the CSV files of an account.
    static func mapping(_ account: StatementAccount) -> CSVMapping {
        var mapping = CSVMapping()
        mapping.institution = account.institution
        mapping.currency = account.currency
        mapping.delimiter = UInt8(ascii: ";")
        mapping.encoding = .windows1252
        mapping.decimal = UInt8(ascii: ",")
        mapping.columns = [
            .account: [.name("Compte")], .date: [.name("Date")], .valueDate: [.name("Valeur")],
            .description: [.name("Description")], .counterparty: [.name("Nom")], .code: [.name("Code")],
            .reference: [.name("Numéro")], .endToEnd: [.name("Référence")], .batch: [.name("Lot")],
            .returnCode: [.name("Retour")], .debit: [.name("Retrait")], .credit: [.name("Dépôt")],
            .balance: [.name("Solde")],
        ]
        return mapping
    }
}
