import Foundation
import Testing

/// Reports as they stood, figures explained, and a member's bundle, from the command line (Docs/replay.md).
@Suite struct ReplayCommandTests {
    /// A year that was closed, allocated, declared and paid, under a signed checkpoint.
    private struct Scene {
        let program: Program
        let beside: String
        let log: String

        /// - Parameter lines: the year's events, without some of them, or otherwise.
        init(_ lines: (String) -> String? = { $0 }) throws {
            program = try Program()
            beside = program.folder + "-beside"
            try FileManager.default.createDirectory(atPath: beside, withIntermediateDirectories: true)
            let fixture = try #require(
                Bundle.module.url(forResource: "solidaire", withExtension: "jsonl", subdirectory: "Fixtures"))
            try Self.done(program.run("init", "--origin", "example.org/log"))
            let events = beside + "/events.jsonl"
            try String(contentsOf: fixture, encoding: .utf8).split(separator: "\n").compactMap { lines(String($0)) }
                .joined(separator: "\n").write(toFile: events, atomically: true, encoding: .utf8)
            try Self.done(program.run("record", events))
            for arguments in [
                ["close"], ["interest", "--rate", "5", "--at", "2026-03-01T15:00:00Z"],
                [
                    "resolve", "--reserve-percent", "20", "--shares-percent", "20", "--meeting", "2026-04-15",
                    "--resolution", "2026-1", "--at", "2026-04-15T16:00:00Z",
                ], ["declare", "--at", "2026-04-15T16:00:00Z"],
                ["pay", "--institution", "815", "--at", "2026-05-01T16:00:00Z"],
            ] {
                let answer = try program.run(["surplus"] + arguments + ["--year", "2025"])
                try #require(answer.status == 0, "\(arguments): \(answer.err)")
            }
            try Self.done(program.run("keys", "new", beside + "/log"))
            log = try program.run("keys", "show", beside + "/log", "--name", "example.org/log").out
                .trimmingCharacters(in: .whitespacesAndNewlines)
            try Self.done(program.run("checkpoint", "--key", beside + "/log"))
        }

        private static func done(_ answer: (status: Int32, out: String, err: String)) throws {
            try #require(answer.status == 0, "\(answer.err)")
        }

        /// Only consumers share: three have business.
        static func onlyConsumers(_ line: String) -> String? {
            let sellers = #",{"group":"GROUP_SELLER","sharePpm":400000}"#
            return line.replacingOccurrences(of: sellers, with: "")
                .replacingOccurrences(of: #""sharePpm":600000"#, with: #""sharePpm":1000000"#)
        }

        /// Two consumers have business.
        static func onlyTwo(_ line: String) -> String? {
            ["c-3", "c-4"].contains { line.contains("\"order\":\"\($0)\"") } ? nil : onlyConsumers(line)
        }

        func end() {
            for path in [program.folder, beside] { try? FileManager.default.removeItem(atPath: path) }
        }
    }

    @Test func `any report is made as it stood`() throws {
        let scene = try Scene()
        defer { scene.end() }
        let program = scene.program
        for at in ["12", "20", "2025-12-31", "30"] {
            let now = try program.run("balances", "--as-known-at", at, "--format", "json")
            let then = try program.run("replay", "--at", at, "--", "balances", "--format", "json")
            #expect(then.status == 0, "\(then.err)")
            if Int(at) != nil { #expect(try program.run("balances", "--at", at, "--format", "json").out == then.out) }
            #expect(now.status == 0)
        }
        // Before the format or after: the same.
        #expect(
            try program.run("replay", "--to", "20", "--format", "csv", "--", "log").out
                == program.run("log", "--to", "20", "--format", "csv").out)
        let table = try program.run("replay", "--at", "20", language: "fr")
        #expect(table.out.hasPrefix("Tel qu’inscrit jusqu’à l’événement 20 · "), "\(table.out)")
        for words in [
            ["stats"], ["member", "alice"], ["orders"], ["statement", "alice"], ["surplus", "register"], ["catalog"],
            ["coop"], ["log", "--party", "alice"],
        ] {
            let last = try program.run(["log", "--reverse", "--limit", "1", "--format", "csv"]).out
            let newest = try #require(last.split(whereSeparator: \.isNewline).last?.split(separator: ",").first)
            let now = try program.run(words + ["--format", "json"])
            let then = try program.run(["replay", "--at", String(newest), "--"] + words + ["--format", "json"])
            #expect(now.status == then.status && now.out == then.out, "\(words): \(then.err)")
            #expect(try program.run(["replay", "--at", "12", "--"] + words).status == 0, "\(words)")
        }
    }

    @Test func `a report is printed after each event that changes it`() throws {
        let scene = try Scene()
        defer { scene.end() }
        let answer = try scene.program.run(
            "replay", "--to", "31", "--step", "--format", "json", "--", "balances", "--account", "assets:in-transit")
        #expect(answer.status == 0, "\(answer.err)")
        let lines = answer.out.split(separator: "\n")
        #expect(lines.count > 2 && lines.allSatisfy { $0.hasPrefix("{\"sequence\":") && $0.contains("\"report\":") })
        #expect(Set(lines.map { $0.drop { $0 != "[" } }).count == lines.count)
        let steps = try scene.program.run(
            "replay", "--to", "31", "--step", "--", "balances", "--account", "assets:in-transit", language: "fr")
        #expect(steps.out.contains("── après l’événement "))
    }

    @Test func `what cannot be replayed is refused in one line`() throws {
        let scene = try Scene()
        defer { scene.end() }
        for (status, line) in [
            (Int32(64), ["replay", "--at", "soon"]), (66, ["replay", "--at", "99999"]),
            (66, ["replay", "--at", "1990-01-01"]),
            (64, ["replay", "--at", "3", "--to", "4"]), (64, ["replay", "--from", "3"]),
            (64, ["replay", "--", "init"]), (64, ["replay", "--", "replay"]), (64, ["replay", "--book", "x"]),
            (64, ["replay", "--", "checkpoint", "list"]), (64, ["replay", "--explain", "alice", "--", "balances"]),
            (66, ["replay", "--explain", "nobody"]), (66, ["replay", "--explain", "assets:nothing"]),
            (66, ["replay", "--explain", "alice", "--book", "nowhere"]), (64, ["diff", "20", "10"]),
            (66, ["diff", "1", "99999"]), (66, ["prove", "member", "nobody", "--year", "2025"]),
            (66, ["prove", "member", "alice", "--year", "2024"]),
            (64, ["replay", "--at", "30", "--", "prove", "member", "alice", "--year", "2025"]),
            (64, ["prove", "--from", "5", "--to", "3"]),
            (64, ["replay", "--explain", "alice", "--from", "2025-02-01", "--to", "2025-01-01"]),
        ] {
            for language in ["fr", "en"] {
                let answer = try scene.program.run(line, language: language)
                #expect(answer.status == status, "\(line): \(answer.status) \(answer.err) \(answer.out)")
            }
        }
    }

    @Test func `before the first event nothing was recorded: a difference may start there`() throws {
        let scene = try Scene()
        defer { scene.end() }
        for before in ["1990-01-01", "1990-01-01T00:00:00Z"] {
            let answer = try scene.program.run("diff", before, "--book", "solidaire", "--format", "json")
            #expect(answer.status == 0, "\(answer.err)")
            let difference = try object(answer.out)
            #expect(difference["from"] as? Int == 0)
            let counts = (difference["events"] as? [[String: Any]])?.compactMap { $0["count"] as? Int }
            #expect(counts?.reduce(0, +) == difference["to"] as? Int)
            let accounts = try #require(difference["accounts"] as? [[String: Any]])
            #expect(!accounts.isEmpty && accounts.allSatisfy { $0["before"] as? String == "0.00" })
        }
        #expect(try scene.program.run("diff", "1990-01-01", "1990-01-02").status == 0)
    }

    @Test func `who operates a book is told what only who operates the ledger may ask`() throws {
        let scene = try Scene()
        defer { scene.end() }
        for command in [
            ["audit", "ties", "--book", "solidaire", "--year", "2025"],
            ["replay", "--", "audit", "ties", "--year", "2025"],
            ["diff", "1"],
        ] {
            let answer = try scene.program.run(["--as", "coop:solidaire"] + command)
            #expect(answer.status == 66 && answer.err.contains("whoever operates the ledger only"), "\(answer.err)")
        }
        let report = try scene.program.run("--as", "alice", "surplus", "report", "--year", "2025")
        #expect(report.status == 66 && report.err.contains("whoever operates this book only"), "\(report.err)")
    }

    @Test func `what was given stands between the quotes of the language`() throws {
        let scene = try Scene()
        defer { scene.end() }
        let line = ["replay", "--at", "a « b"]
        #expect(try scene.program.run(line, language: "en").err.contains("--at \"a « b\":"))
        #expect(try scene.program.run(line, language: "fr").err.contains("--at « a « b » :"))
        let help = try scene.program.run("--help").out.split(separator: "\n").filter { $0.hasPrefix("  audit ") }
        #expect(help.count == 1)
    }

    @Test func `an account's explanation ends with the balance that is shown, in every format and both languages`()
        throws
    {
        let scene = try Scene()
        defer { scene.end() }
        let csv = try scene.program.run("replay", "--explain", "assets:bank", "--format", "csv").out
        let shown = try scene.program.run("account", "assets:bank", "--format", "csv").out
        func last(_ text: String, _ fromEnd: Int) -> String {
            String(text.split(whereSeparator: \.isNewline).last?.split(separator: ",").dropLast(fromEnd).last ?? "?")
        }
        #expect(last(csv, 1) == last(shown, 0), "\(csv)")
        for language in ["fr", "en"] {
            for subject in ["assets:bank", "alice", "ferme"] {
                let table = try scene.program.run("replay", "--explain", subject, language: language)
                #expect(table.status == 0, "\(table.err)")
                for line in table.out.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
            }
            let difference = try scene.program.run("diff", "10", "30", language: language)
            #expect(difference.status == 0 && difference.out.split(separator: "\n").allSatisfy { $0.count <= 80 })
        }
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    private let show = ["surplus", "show", "--year", "2025", "--format", "json"]

    @Test(arguments: [true, false])
    func `where one or two did business in a group nobody is told its totals, nor what they follow from`(
        isAlone: Bool
    ) throws {
        let scene = try isAlone ? Scene() : Scene(Scene.onlyTwo)
        defer { scene.end() }
        let program = scene.program
        let file = scene.beside + "/bundle.json"
        // The only seller stands after the consumers.
        let place = isAlone ? 1 : 0
        for member in isAlone ? ["alice", "benoit", "ferme"] : ["alice", "benoit"] {
            #expect(try program.run("prove", "member", member, "--year", "2025", "--out", file).status == 0)
            let bundle = try object(String(contentsOfFile: file, encoding: .utf8))
            let groups = try #require(bundle["groups"] as? [[String: Any]])
            #expect(Set(groups[place].keys) == ["base", "group"], "\(groups)")
            if isAlone { #expect(groups[0]["totalBase"] as? Int == 80_000) }
            for event in try #require(bundle["events"] as? [[String: Any]]) {
                let bytes = try #require((event["entry"] as? String).flatMap { Data(base64Encoded: $0) })
                let text = String(decoding: bytes, as: UTF8.self)
                // Neither the resolution nor the rules of sharing.
                #expect(!text.contains("2026-1") && !text.contains("128.1"), "\(member)")
            }
            let verified = try program.run("verify-proof", file, "--log-key", scene.log, "--format", "json")
            #expect(verified.status == 0, "\(member): \(verified.err)")
            let proved = try #require(object(verified.out)["groups"] as? [[String: Any]])
            #expect(proved[place]["pool"] is NSNull && proved[place]["totalBase"] is NSNull)
            let text = try program.run("verify-proof", file, "--log-key", scene.log, language: "fr").out
            #expect(text.contains("un ou deux seulement") && text.contains("au procès-verbal"), "\(text)")
            for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
            let own = try object(program.run(["--as", member] + show).out)
            for key in ["surplus", "reserve", "pool"] { #expect(own[key] is NSNull, "\(key)") }
            let table = try program.run("--as", member, "surplus", "show", "--year", "2025")
            #expect(table.status == 0 && !table.out.contains("Reserve"), "\(table.out)")
            let explained = try object(program.run(["--as", member] + show + ["--member", member]).out)
            let parts = explained["groups"] as? [[String: Any]] ?? [explained]
            for part in parts {
                let isWithheld = !isAlone || part["group"] as? String == "seller"
                for key in ["totalBase", "pool", "exactShareMinor"] {
                    #expect(part[key] is NSNull == isWithheld, "\(member) \(key) \(part)")
                }
            }
        }
        // Who keeps the book sees all of it.
        #expect(try object(program.run(show).out)["pool"] is String)
        let last = isAlone ? "ferme" : "alice"
        let kept = try object(program.run(show + ["--member", last]).out)
        for part in kept["groups"] as? [[String: Any]] ?? [kept] { #expect(part["pool"] is String, "\(part)") }
    }

    @Test func `a member is shown what the meeting published, as in the bundle`() throws {
        let scene = try Scene(Scene.onlyConsumers)
        defer { scene.end() }
        let file = scene.beside + "/bundle.json"
        let (whole, own) = (
            try object(scene.program.run(show).out), try object(scene.program.run(["--as", "alice"] + show).out)
        )
        for key in ["surplus", "reserve", "pool"] { #expect(own[key] as? String == whole[key] as? String, "\(key)") }
        #expect((own["dividends"] as? [Any])?.count == 1)
        _ = try scene.program.run("prove", "member", "alice", "--year", "2025", "--out", file)
        let verified = try scene.program.run("verify-proof", file, "--log-key", scene.log, "--format", "json")
        let verdict = try object(verified.out)
        #expect(verdict["resolution"] as? String == "2026-1" && verdict["meetingDate"] as? String == "2026-04-15")
        let proved = try #require((verdict["groups"] as? [[String: Any]])?.first)
        let explained = try object(scene.program.run(["--as", "alice"] + show + ["--member", "alice"]).out)
        for key in ["base", "totalBase", "pool"] {
            #expect(proved[key] as? String == explained[key] as? String && proved[key] != nil, "\(key)")
        }
        #expect(try scene.program.run(["--as", "alice"] + show + ["--member", "benoit"]).status == 66)
        let text = try scene.program.run("verify-proof", file, "--log-key", scene.log, language: "fr").out
        #expect(text.contains("Total des bases") && text.contains("(résolution 2026-1,"), "\(text)")
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test(arguments: [true, false])
    func `a member checks their dividend without a ledger, and a bundle that was changed is refused`(
        withSellers: Bool
    ) throws {
        let scene = try withSellers ? Scene() : Scene(Scene.onlyConsumers)
        defer { scene.end() }
        let file = scene.beside + "/bundle.json"
        for member in ["alice", "benoit", "ferme"] {
            let proved = try scene.program.run("prove", "member", member, "--year", "2025", "--out", file)
            #expect(proved.status == 0, "\(proved.err)")
            let answer = try scene.program.run("verify-proof", file, "--log-key", scene.log, "--format", "json")
            #expect(answer.status == 0, "\(member): \(answer.err)")
            let others = ["alice", "benoit", "ferme"].filter { $0 != member }
            let bundle = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
            let events = try #require((bundle as? [String: Any])?["events"] as? [[String: Any]])
            for event in events {
                let bytes = try #require((event["entry"] as? String).flatMap { Data(base64Encoded: $0) })
                let text = String(decoding: bytes, as: UTF8.self)
                // A purchase names its sellers; no other event of others is there.
                for other in others where other != "ferme" { #expect(!text.contains(other), "\(member) sees \(other)") }
            }
        }
        _ = try scene.program.run("prove", "member", "alice", "--year", "2025", "--out", file)
        let whole = try String(contentsOfFile: file, encoding: .utf8)
        let seen = try scene.program.run("verify-proof", file, "--log-key", scene.log, language: "fr")
        #expect(seen.out.contains("Prouvé : la ristourne de alice"), "\(seen.out)\(seen.err)")
        #expect(
            try scene.program.run("--as", "alice", "prove", "member", "alice", "--year", "2025").out == whole)
        #expect(try scene.program.run("--as", "benoit", "prove", "member", "alice", "--year", "2025").status == 66)
        func refused(_ change: (inout [String: Any]) -> Void, _ name: String) throws {
            var bundle = try #require(try JSONSerialization.jsonObject(with: Data(whole.utf8)) as? [String: Any])
            change(&bundle)
            try JSONSerialization.data(withJSONObject: bundle).write(to: URL(fileURLWithPath: file))
            let answer = try scene.program.run("verify-proof", file, "--log-key", scene.log)
            #expect(answer.status == 1, "\(name): \(answer.status) \(answer.err)\(answer.out)")
            #expect(answer.err.split(separator: "\n").count == 1, "\(name)")
        }
        let count = try #require(
            ((try JSONSerialization.jsonObject(with: Data(whole.utf8)) as? [String: Any])?["events"] as? [Any])?.count)
        for at in 0..<count {
            try refused(
                { bundle in
                    guard var events = bundle["events"] as? [[String: Any]],
                        var entry = (events[at]["entry"] as? String).flatMap({ Data(base64Encoded: $0) })
                    else { return }
                    entry[entry.count / 2] ^= 1
                    events[at]["entry"] = entry.base64EncodedString()
                    bundle["events"] = events
                }, "a flip in entry \(at)")
        }
        try refused(
            { bundle in
                guard var groups = bundle["groups"] as? [[String: Any]], let base = groups[0]["base"] as? Int else {
                    return
                }
                groups[0]["base"] = base + 1
                bundle["groups"] = groups
            }, "another base")
        try refused(
            { bundle in
                guard var groups = bundle["groups"] as? [[String: Any]] else { return }
                groups[0]["poolCashMinor"] = 1
                bundle["groups"] = groups
            }, "another pool")
        try refused(
            { bundle in
                guard var groups = bundle["groups"] as? [[String: Any]], let total = groups[0]["totalBase"] as? Int
                else {
                    return
                }
                groups[0]["totalBase"] = total * 2
                bundle["groups"] = groups
            }, "another total")
        if !withSellers {
            try refused(
                { bundle in
                    guard let groups = bundle["groups"] as? [[String: Any]] else { return }
                    bundle["groups"] = groups.map { $0.filter { ["base", "group"].contains($0.key) } }
                }, "totals withheld beside the resolution")
        }
        try refused({ $0["member"] = "benoit" }, "another member")
        try refused({ $0["book"] = "autre" }, "another book")
        try refused(
            { bundle in
                guard var events = bundle["events"] as? [[String: Any]] else { return }
                events.append(events[events.count - 1])
                bundle["events"] = events
            }, "an event twice")
    }
}
