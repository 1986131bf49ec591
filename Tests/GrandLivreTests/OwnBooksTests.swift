import Foundation
import Testing

/// Whoever asks in their own name need not know in which books they are.
@Suite struct OwnBooksTests {
    @Test func `a party's lists go over its books, and a choice names only those`() throws {
        let table = try CommandTable()
        defer { table.remove() }
        let program = table.program
        let all = try program.run("coop", "list", "--format", "csv").out.split(whereSeparator: \.isNewline).dropFirst()
            .compactMap { $0.split(separator: ",").first.map(String.init) }
        #expect(all.count > 3)
        var found: Set<String> = []
        for member in (1...12).map({ "m-\($0)" }) {
            var choice: Set<String> = []
            let asked = try program.run("--as", member, "surplus", "register")
            if asked.status == 64 {
                let names = try #require(asked.err.split(separator: ":").last)
                choice = Set(names.split(separator: ",").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) })
                #expect(choice.isStrictSubset(of: all), "\(asked.err)")
            }
            for list in ["orders", "rides", "licences", "parcels", "payments cards", "payments holds"] {
                let line = ["--as", member, "--format", "csv"] + list.split(separator: " ").map(String.init)
                let own = try program.run(line)
                #expect(own.status == 0, "\(line): \(own.err)")
                let rows = own.out.split(whereSeparator: \.isNewline).dropFirst().map(String.init)
                // The same rows, book by book.
                let named = try all.flatMap { book in
                    try program.run(line + ["--book", book]).out.split(whereSeparator: \.isNewline).dropFirst()
                        .map(String.init)
                }
                #expect(rows.sorted() == named.sorted(), "\(line)")
                let books = Set(rows.compactMap { $0.split(separator: ",").last.map(String.init) })
                #expect(choice.isEmpty || books.isSubset(of: choice), "\(line)")
                found.formUnion(rows.isEmpty ? [] : [list])
                let shows = ["orders": ["orders"], "rides": ["rides", "show"], "parcels": ["parcels", "show"]]
                guard let show = shows[list], let thing = rows.first?.prefix(while: { $0 != "," }) else { continue }
                #expect(try program.run(["--as", member] + show + [String(thing)]).status == 0, "\(show) \(thing)")
            }
        }
        #expect(found.isSuperset(of: ["orders", "rides", "parcels"]), "\(found)")
        #expect(try program.run("rides").status == 64)
        #expect(try program.run("--as", "m-1", "parcels", "--site", "nowhere").status == 66)
    }

    @Test func `a log of several books says in which each event stands`() throws {
        let table = try CommandTable()
        defer { table.remove() }
        let program = table.program
        let log = try program.run("log", "--limit", "200", language: "fr").out.split(separator: "\n")
        #expect(
            log[0].hasSuffix("Livre") && log.contains { $0.hasSuffix("uniqc") } && log.allSatisfy { $0.count <= 80 })
        #expect(try !program.run("log", "--order", "grand-io/c-12").out.contains("Book"))
        let one = try program.run("--as", "coop:grand-io", "log", "--limit", "5")
        #expect(one.status == 0, "\(one.err)")
    }

    @Test func `a cooperative reads its own account as a seller on a market`() throws {
        let table = try CommandTable()
        defer { table.remove() }
        let program = table.program
        let seller = try program.run("statement", "libraires", "--format", "csv")
        let own = try program.run("--as", "coop:libraires", "statement", "libraires", "--format", "csv")
        #expect(own.status == 0 && own.out.contains("grand-io,libraires,liabilities:seller-payable"), "\(own.err)")
        #expect(own.out == seller.out)
        let cooperative = try program.run("--as", "coop:libraires", "statement", "coop:libraires", "--format", "json")
        #expect(cooperative.status == 0 && cooperative.out.contains(#""results""#), "\(cooperative.err)")
        // What the market owes it for its sales is in it, too, to the cent.
        func sales(_ csv: String) -> [String] {
            csv.replacing("coop:libraires", with: "libraires").split(whereSeparator: \.isNewline).map(String.init)
                .filter { $0.contains("liabilities:seller-payable") }
        }
        let whole = try program.run("--as", "coop:libraires", "statement", "coop:libraires", "--format", "csv")
        #expect(!sales(seller.out).isEmpty && sales(whole.out) == sales(seller.out))
        #expect(try program.run("--as", "coop:covoit", "statement", "libraires").status == 66)
    }
}
