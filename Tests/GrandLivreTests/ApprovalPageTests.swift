import Foundation
import Testing

/// The commands of Docs/approvals.md work as they stand, in both languages.
@Suite struct ApprovalPageTests {
    @Test(arguments: [0, 1]) func `the page's commands work as written`(block: Int) throws {
        let program = try Program()
        try FileManager.default.createDirectory(atPath: program.folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Docs/approvals.md")
        let blocks = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```sh\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        try #require(blocks.count == 2)
        let file = block == 0 ? "loyer.jsonl" : "rent.jsonl"
        let script =
            blocks[block] + "\ngrandlivre log --type JournalEntryPosted --format csv\n"
            + "sed s/key.:.2/key\\\":\\\"9/ \(file) | grandlivre record && exit 1 || exit 0\n"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-e", "-o", "pipefail", "-c", script]
        process.currentDirectoryURL = URL(fileURLWithPath: program.folder)
        var environment = ProcessInfo.processInfo.environment
        environment["PATH"] = program.binary.deletingLastPathComponent().path + ":/usr/bin:/bin"
        environment["GRANDLIVRE_LEDGER"] = "ledger"
        process.environment = environment
        let out = Pipe()
        process.standardOutput = out
        process.standardError = out
        try process.run()
        let said = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(said)")
        #expect(said.contains("JournalEntryPosted") && said.contains("base64  "), "\(said)")
    }
}
