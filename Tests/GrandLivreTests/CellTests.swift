import Foundation
import Testing

/// Cells of CSV that programs read byte by byte.
@Suite struct CellTests {
    @Test func `a cell with a comma or a quote under an accent stays one cell`() throws {
        let program = try Program()
        let file = program.folder + ".jsonl"
        defer { for path in [program.folder, file] { try? FileManager.default.removeItem(atPath: path) } }
        let name = "a,\u{301}b\\\"\u{301}c"
        try
            #"{"effectiveAt":"2025-01-02T14:00:00Z","book":"b","source":"s","key":"1","cooperativeFounded":{"name":"\#(name)","legalForm":"LEGAL_FORM_SOLIDARITY","currency":"CAD","timeZone":"America/Toronto","commonSharePriceMinor":"1000","clock":"CLOCK_DATA"}}"#
            .write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try program.run("init").status == 0)
        let recorded = try program.run("record", file)
        #expect(recorded.status == 0, "\(recorded.err)")
        let csv = try program.run("coop", "list", "--format", "csv").out
        let cell = "\"a,\u{301}b\"\"\u{301}c\""
        #expect(csv.unicodeScalars.map(\.value).contains(cell.unicodeScalars.map(\.value)), "\(csv)")
    }
}
