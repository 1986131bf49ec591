import Glibc
import Testing

@testable import Reconciliation

/// camt.053 as written is valid against the schemas of ISO 20022, by `xmllint` (Debian libxml2-utils).
@Suite(
    .enabled(if: SharedSamples.folder != nil, "shared/data is absent"),
    .enabled(if: access("/usr/bin/xmllint", X_OK) == 0, "xmllint is absent (Debian libxml2-utils)"))
struct StatementSchemaTests {
    /// The schema of version 14 is not in shared/data.
    @Test(arguments: [.v02, .v04, .v08] as [StatementWriter.CamtVersion], [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
    func writtenMessagesAreValid(_ version: StatementWriter.CamtVersion, _ seed: UInt64) throws {
        var places = StatementGenerator.Places()
        places.codes = ["PMNT/RCDT/ESCT", "544", ""]
        var generator = StatementGenerator(seed: seed, places)
        var statements = [generator.statement(), generator.statement()]
        for index in statements[1].entries.indices.prefix(4) {
            statements[1].entries[index].reference = "LOT/\(index + 1)"
            statements[1].entries[index].bookingDate = statements[1].entries[0].bookingDate
            statements[1].entries[index].valueDate = statements[1].entries[0].bookingDate
            statements[1].entries[index].amountMinor = -abs(statements[1].entries[index].amountMinor)
            statements[1].entries[index].batch = "B"
        }
        statements[0].account.number = "CH2801234000123456789"
        let bytes = try StatementWriter.camt053(statements, version: version)
        let path = "/tmp/grandlivre-camt-\(getpid())-\(version.rawValue)-\(seed).xml"
        let file = try #require(fopen(path, "wb"))
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        fclose(file)
        defer { unlink(path) }
        let schema = SharedSamples.path("schemas/camt.053.001.\(version.rawValue).xsd")
        #expect(
            system("/usr/bin/xmllint --noout --nonet --schema '\(schema)' '\(path)' 2>/dev/null") == 0, "seed \(seed)")
    }
}
