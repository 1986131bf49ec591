import Accounting
import Testing

@testable import Reconciliation

/// What is written in a format reads back as the same statement.
struct StatementRoundTripTests {
    static let seeds: [UInt64] = Array(1...60)

    private func expectSame(
        _ read: [BankStatement], _ written: [BankStatement], _ seed: UInt64,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(read.count == written.count, "seed \(seed)", sourceLocation: sourceLocation)
        for (a, b) in zip(read, written) {
            for (x, y) in zip(a.entries, b.entries) where x != y {
                Issue.record("seed \(seed): \(x) is not \(y)", sourceLocation: sourceLocation)
                return
            }
            #expect(a == b, "seed \(seed)", sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: StatementWriter.CamtVersion.allCases, seeds)
    func camt053(_ version: StatementWriter.CamtVersion, _ seed: UInt64) throws {
        var places = StatementGenerator.Places()
        places.format = "camt.053.001." + version.rawValue
        places.codes = ["PMNT/RCDT/ESCT", "PMNT/ICDT/DMCT", "544", "450", ""]
        var generator = StatementGenerator(seed: seed, places)
        let statements = [generator.statement(), generator.statement()]
        let bytes = try StatementWriter.camt053(statements, version: version)
        expectSame(try StatementFile.read(bytes: bytes, name: "x"), statements, seed)
    }

    @Test(arguments: StatementWriter.CamtVersion.allCases, seeds)
    func aBatchIsOneEntryInTheFileAndItsDetailsInTheStatement(
        _ version: StatementWriter.CamtVersion, _ seed: UInt64
    ) throws {
        var places = StatementGenerator.Places()
        places.format = "camt.053.001." + version.rawValue
        places.hasReversals = false
        var generator = StatementGenerator(seed: seed, places)
        var statement = generator.statement()
        let count = statement.entries.count
        for index in statement.entries.indices {
            statement.entries[index].reference = "LOT\(index / 5)/\(index % 5 + 1)"
            statement.entries[index].batch = "B\(index / 5)"
            statement.entries[index].bookingDate = statement.entries[index / 5 * 5].bookingDate
            statement.entries[index].valueDate = statement.entries[index / 5 * 5].bookingDate
            statement.entries[index].amountMinor = -abs(statement.entries[index].amountMinor)
        }
        statement.closingMinor =
            statement.entries.reduce(statement.openingMinor ?? 0) { $0 + $1.amountMinor }
        // A last batch of one detail has no part to split.
        if count % 5 == 1 { statement.entries[count - 1].reference = "SEUL" }
        let bytes = try StatementWriter.camt053([statement], version: version)
        expectSame(try StatementFile.read(bytes: bytes, name: "x"), [statement], seed)
        let entryCount = String(decoding: bytes, as: UTF8.self).components(of: "<Ntry>")
        #expect(entryCount == (count + 4) / 5)
    }

    @Test(arguments: [1, 2], seeds)
    func ofx(_ version: Int, _ seed: UInt64) throws {
        var places = StatementGenerator.Places()
        places.format = version == 1 ? "OFX 1.0.2" : "OFX 2.1.1"
        (places.hasReversals, places.hasBatches, places.hasReturns, places.hasNumber) = (false, false, false, false)
        places.codes = ["DEBIT", "POS", "FEE", "XFER"]
        var generator = StatementGenerator(seed: seed, places)
        var statements = [generator.statement(), generator.statement()]
        for index in statements.indices {
            let (from, through) = (statements[index].from, statements[index].through)
            statements[index].identification = "\(from?.text ?? "")/\(through?.text ?? "")"
        }
        let bytes = version == 1 ? try StatementWriter.ofx1(statements) : try StatementWriter.ofx2(statements)
        expectSame(try StatementFile.read(bytes: bytes, name: "x"), statements, seed)
    }

    @Test(arguments: [false, true], seeds)
    func mt940(_ isEnveloped: Bool, _ seed: UInt64) throws {
        var places = StatementGenerator.Places()
        places.format = "MT940"
        (places.referenceMax, places.endToEndMax) = (16, 35)
        places.codes = ["NTRF", "NMSC", "NCHG"]
        var generator = StatementGenerator(seed: seed, places)
        var statements = [generator.statement(), generator.statement()]
        for index in statements.indices {
            // The first day is that of the first entry: the format says none.
            statements[index].from = statements[index].entries.map { $0.bookingDate }.min() ?? statements[index].through
        }
        let bytes = try StatementWriter.mt940(statements, isEnveloped: isEnveloped)
        expectSame(try StatementFile.read(bytes: bytes, name: "x"), statements, seed)
    }

    @Test(arguments: seeds)
    func bai2(_ seed: UInt64) throws {
        var places = StatementGenerator.Places()
        places.format = "BAI2"
        (places.hasReversals, places.hasBatches, places.hasReturns, places.hasParties) = (false, false, false, false)
        (places.hasNumber, places.hasSingleDay) = (false, true)
        (places.codes, places.creditCodes) = (["451", "475", "699"], ["142", "165", "399"])
        var generator = StatementGenerator(seed: seed, places)
        var statements = [generator.statement(), generator.statement()]
        for index in statements.indices { statements[index].identification = statements[index].through?.text ?? "" }
        statements[1].account.institution = statements[0].account.institution
        expectSame(
            try StatementFile.read(bytes: try StatementWriter.bai2(statements), name: "x"), statements, seed)
    }

    @Test(arguments: [false, true], seeds)
    func csv(_ isNewestFirst: Bool, _ seed: UInt64) throws {
        var places = StatementGenerator.Places()
        places.format = "CSV"
        (places.hasReversals, places.hasNumber) = (false, false)
        places.codes = ["VIR", ""]
        var generator = StatementGenerator(seed: seed, places)
        var statement = generator.statement()
        guard !statement.entries.isEmpty else { return }
        statement.from = statement.entries.map { $0.bookingDate }.min()
        statement.through = statement.entries.map { $0.bookingDate }.max()
        statement.identification = "\(statement.from?.text ?? "")/\(statement.through?.text ?? "")"
        let mapping = try CSVMapping(
            text: """
                institution = \(statement.account.institution)
                account = \(statement.account.number)
                currency = \(statement.account.currency)
                delimiter = ;
                encoding = Windows-1252
                decimal = ,
                date-format = DD/MM/YYYY
                order = \(isNewestFirst ? "newest-first" : "oldest-first")
                date = Date
                value-date = Valeur
                debit = Retrait
                credit = Dépôt
                balance = Solde
                description = Description
                reference = Référence
                end-to-end = Renvoi
                counterparty = Tiers
                code = Code
                batch = Lot
                return-code = Retour
                """, name: "mapping")
        #expect(try CSVMapping(text: mapping.text, name: "again") == mapping)
        let bytes = try StatementWriter.csv([statement], mapping: mapping)
        var expected = statement
        if isNewestFirst { expected.entries.reverse() }
        expectSame(
            try StatementFile.read(bytes: bytes, name: "x", StatementReading(csv: mapping)), [expected], seed)
    }
}

extension String {
    /// How often `part` occurs.
    func components(of part: String) -> Int { self.ranges(of: part).count }
}
