package import Accounting
import Bytes
import Commerce
import Events
import Index

/// One figure of the annual report.
package enum ReportValue: Equatable, Sendable {
    case count(Int64)
    case amountMinor(Int64)
    /// Thousandths of a unit: hours, storage.
    case thousandths(Int64)
}

/// One line of a section: its item ("user", "common", "reserve", an account) and its figures, one a measure of the section.
package struct ReportRow: Equatable, Sendable {
    package let item: String
    package let values: [ReportValue?]

    /// Whether none of its figures says anything: people are spared the line, other programs are not.
    package var isZero: Bool {
        values.allSatisfy {
            switch $0 {
            case .count(let value), .amountMinor(let value), .thousandths(let value): value == 0
            case nil: true
            }
        }
    }
}

/// Figures of one kind, as a table.
package struct ReportSection: Equatable, Sendable {
    package let name: Name
    /// What the figures measure: "opening", "admitted", "amount".
    package let measures: [String]
    package let rows: [ReportRow]

    /// The sections, in the order of the report.
    package enum Name: String, CaseIterable, Sendable {
        case members, shares, income, allocation, reserve, dividends, payments, business
    }
}

/// The data of the annual report (C-67.2 s.132): members, shares, results, allocation, reserve, dividends, business.
package struct AnnualReport: Sendable {
    package let book: String
    package let legalName: String
    package let year: UInt16
    package let currency: Currency
    package let isResolved: Bool
    /// Of the year, a loss below zero.
    package let surplusMinor: Int64
    package let sections: [ReportSection]

    /// The report of a closed year.
    ///
    /// - Complexity: O(movements of the book).
    package init(book name: String, year: UInt16, _ snapshot: LedgerSnapshot) throws(LedgerError) {
        let views = snapshot.views
        guard let book = Array(name.utf8).withBytes({ views.book($0) }),
            let record = views.fiscalYear(year, book)
        else {
            throw LedgerError(
                .notFound, "\(name) \(year)", Text("l’exercice n’est pas clos", "the fiscal year is not closed"),
                remedy: Text(
                    "« grandlivre surplus close --year \(year) »", "\"grandlivre surplus close --year \(year)\""))
        }
        let source = AnnualFigures(book: book, year: year, record: record, views: views)
        self.book = book.name
        legalName = book.legalName
        self.year = year
        currency = book.currency
        isResolved = record.isResolved
        surplusMinor = record.surplusMinor
        let paid = try source.paid()
        sections = [
            source.members, try source.shares(snapshot), source.income, source.allocation(paid), source.reserve,
            source.dividends(paid), source.payments, source.business,
        ]
        try snapshot.check()
    }
}
