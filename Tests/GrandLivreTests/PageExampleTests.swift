import Foundation
import Testing

/// What a page shows as JSON lines is what its reader may record: all of it, in order, from nothing.
@Suite struct PageExampleTests {
    private static let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Docs")

    /// The pages with a block of JSON lines, by name.
    static let pages: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: docs.path)) ?? []).filter { name in
            name.hasSuffix(".md") && !((try? lines(of: name)) ?? []).isEmpty
        }.sorted()

    /// The lines of the page's blocks of JSON, in their order.
    private static func lines(of page: String) throws -> [Substring] {
        var found: [Substring] = []
        var isInside = false
        let text = try String(contentsOf: docs.appendingPathComponent(page), encoding: .utf8)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isInside = line == "```json"
            } else if isInside {
                found.append(line)
            }
        }
        return found
    }

    @Test func `the pages with an example are found`() {
        #expect(Self.pages.count >= 9 && Self.pages.contains("delivery.md"))
    }

    @Test(arguments: pages)
    func `a page's example is recorded wholly on a fresh ledger`(page: String) throws {
        try record(Self.lines(of: page).joined(separator: "\n") + "\n", page)
    }

    @Test(arguments: ["sample/entreposage.jsonl", "sample/delivery/livraison.jsonl"])
    func `a sample is recorded wholly on a fresh ledger`(sample: String) throws {
        try record(String(contentsOf: Self.docs.appendingPathComponent(sample), encoding: .utf8), sample)
    }

    private func record(_ lines: String, _ name: String) throws {
        let program = try Program()
        let file = program.folder + ".jsonl"
        defer { for path in [program.folder, file] { try? FileManager.default.removeItem(atPath: path) } }
        try lines.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try program.run("init").status == 0)
        let answer = try program.run("record", file)
        #expect(answer.status == 0, "\(name): \(answer.err)")
        #expect(answer.out.split(separator: "\n").count == lines.split(separator: "\n").count, "\(name)")
    }
}
