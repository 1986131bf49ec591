/// How statement files are read: limits, the mapping of CSV columns, whether the figures must agree.
package struct StatementReading: Sendable {
    /// Columns of a CSV file; without it no CSV is read.
    package var csv: CSVMapping?
    package var limits = StatementLimits()
    /// Opening balance + entries = closing balance, totals and counts of the file. False reads a file whose figures do not agree, to look at it.
    package var checksTotals = true

    /// Checks everything unless told otherwise.
    package init(csv: CSVMapping? = nil, limits: StatementLimits = StatementLimits(), checksTotals: Bool = true) {
        self.csv = csv
        self.limits = limits
        self.checksTotals = checksTotals
    }
}

/// What a file may ask of the machine; beyond it is refused, by name.
package struct StatementLimits: Sendable {
    /// Bytes of a file.
    package var fileBytesMax = 256 << 20
    /// Elements inside one another.
    package var depthMax = 64
    /// Bytes of one field or one line.
    package var fieldBytesMax = 64 << 10
    /// Elements of one part of a message (an entry without its details, a balance).
    package var elementsMax = 100_000
    /// Entries of a file, details of batches included.
    package var entriesMax = 5_000_000
    /// Statements of a file.
    package var statementsMax = 100_000

    /// What suits an institution's file of a month.
    package init() {}
}
