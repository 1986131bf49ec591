import Foundation
import Testing

/// The ledger as one SQLite file.
@Suite struct ExportDatabaseTests {
    @Test func `one file is a database of events, journal, balances and orders`() throws {
        let program = try Program()
        let simulated = try program.run("simulate", "--members", "100", "--days", "10")
        try #require(simulated.status == 0, "\(simulated.err)")
        let file = program.folder + "-it's.db"
        defer { for path in [program.folder, file] { try? FileManager.default.removeItem(atPath: path) } }
        for _ in 0..<2 {
            let told = try program.run("export", "sqlite", "--out", file)
            #expect(told.status == 0 && told.out.hasSuffix(" events\n"), "\(told.err)")
        }
        func asked(_ query: String) throws -> String {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["sqlite3", "-batch", "-init", "/dev/null", file, query]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let out = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return String(decoding: out, as: UTF8.self)
        }
        #expect(try asked("SELECT count(*) FROM differences; SELECT count(*) FROM unbalanced;") == "0\n0\n")
        let summary = try program.run("orders", "--summary", "--book", "grand-io", "--format", "csv").out
            .split(separator: "\r\n")[1].split(separator: ",")
        let sums = try asked(
            "SELECT count(*), sum(lines), printf('%.2f', sum(merchandise_minor) / 100.0) FROM orders WHERE book = 'grand-io';"
        )
        #expect(sums == summary.prefix(3).joined(separator: "|") + "\n")
        #expect(
            try asked(
                "SELECT count(*) FROM orders o LEFT JOIN events e USING (sequence) WHERE e.type <> 'PurchasePlaced' OR e.type IS NULL;"
            ) == "0\n")
        // Without the program that makes it, one line that says so.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "PATH=/nowhere", program.binary.path, "--ledger", program.folder, "--lang", "en", "export", "sqlite",
            "--out", file,
        ]
        let pipe = Pipe()
        process.standardError = pipe
        try process.run()
        let err = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(
            process.terminationStatus == 73 && err.contains("sqlite3 is missing")
                && err.split(separator: "\n").count == 1)
    }
}
