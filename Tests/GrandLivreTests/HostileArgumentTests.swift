import Foundation
import Testing

/// Whatever stands on the command line, the program answers with one of its statuses and never traps.
@Suite struct HostileArgumentTests {
    /// DESIGN §7. A trap ends a process by a signal, whose number is none of these.
    private static let statuses: Set<Int32> = [0, 1, 64, 65, 66, 70, 73, 74, 75]

    private static let arguments: [[String]] = [
        ["surplus", "plan", "--year", "2025", "--cash", "92233720368547758.07", "--shares", "92233720368547758.07"],
        ["surplus", "plan", "--year", "2025", "--reserve", "92233720368547758.07", "--community", "0.01"],
        ["surplus", "plan", "--year", "2025", "--reserve=-92233720368547758.08", "--shares=-92233720368547758.08"],
        ["surplus", "plan", "--year", "2025", "--reserve-percent", "99999999"],
        ["surplus", "show", "--year", "2025", "--limit=-9223372036854775808"],
        ["surplus", "show", "--year", "65535"],
        ["catalog", "--limit", "9223372036854775807"], ["catalog", "--limit=-9223372036854775808"], ["catalog", ""],
        ["orders", "--limit", "9223372036854775807"], ["orders", "--limit=-9223372036854775808"], ["orders", ""],
        ["log", "--from", "18446744073709551615", "--to", "18446744073709551615", "--reverse"],
        ["log", "--order", "/"], ["log", "--type", ""], ["log", "--limit", "99999999999999999999"],
        ["member", "alice", "--events", "9223372036854775807"], ["member", ""],
        ["balances", "--at", "18446744073709551615"], ["balances", "--as-known-at", "0"],
        ["balances", "--at", "0001-01-01"], ["balances", "--at", "9999-12-31"],
        ["identity", "show", ""], ["identity", "register", "x@y"], ["identity", "key", "alice", "zz"],
        ["identity", "consent", "alice", "a b", "--text-version", "1"], ["identity", "withdraw", "alice", ""],
        ["identity", "erase", "alice", "--reason", ""], ["member", "export", ""], ["verify-identities"],
        ["balances", "--as"], ["balances", "--as", "coop:"], ["log", "--as", "district:x"],
        ["log", "--as", "identity:"],
        ["log", "--as", "coop:nobody"], ["orders", "--as", "institution:815"], ["orders", "-", "--as", "alice"],
        ["account", "assets:bank", "--from", "9999-12-31", "--to", "0001-01-01"], ["account", ":"],
    ]

    @Test func `no argument traps the program`() throws {
        let program = try Program()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let fixture = try #require(
            Bundle.module.url(forResource: "toute-l-annee", withExtension: "jsonl", subdirectory: "Fixtures"))
        #expect(try program.run("init").status == 0)
        #expect(try program.run("record", fixture.path).status == 0)
        #expect(try program.run("surplus", "close", "--year", "2025").status == 0)
        for arguments in Self.arguments {
            let answer = try program.run(arguments)
            #expect(answer.ended == .exit, "\(arguments) ended by signal \(answer.status)")
            #expect(Self.statuses.contains(answer.status), "\(arguments) ended with \(answer.status)")
        }
    }

    @Test func `a limit counts the products that are shown`() throws {
        let program = try Program()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let fixture = try #require(
            Bundle.module.url(forResource: "toute-l-annee", withExtension: "jsonl", subdirectory: "Fixtures"))
        #expect(try program.run("init").status == 0)
        #expect(try program.run("record", fixture.path).status == 0)
        // "sapin" is delisted and stands before "savon" and "velo".
        let some = try program.run("catalog", "--limit", "4", "--format", "csv").out.split(separator: "\r\n")
        #expect(
            some.dropFirst().compactMap { $0.split(separator: ",").first } == ["cafetiere", "pain", "roman", "savon"])
        #expect(try program.run("catalog", "--limit", "all", "--format", "csv").out.split(separator: "\r\n").count == 6)
        #expect(
            try program.run("catalog", "--limit", "all", "--all", "--format", "csv").out.split(separator: "\r\n").count
                == 7)
    }
}
