import Foundation
import Testing

/// Founding, signing and asking from the command line.
@Suite struct CooperativeTranscriptTests {
    private static let founders = "ana:user:consumer:administrator,bob:worker:worker:accountant,cid:support::approver"

    private func founded() throws -> Program {
        let program = try Program()
        let answer = try program.run(
            "coop", "found", "--book", "livres", "--name", "Livres coop", "--form", "solidarity", "--rules", "quebec",
            "--founders", Self.founders, "--at", "2025-01-02T15:00:00Z", "--clock", "data")
        #expect(answer.status == 0, "\(answer.err)")
        #expect(answer.out == "Livres coop is founded: livres · events: 15, recorded before: 0\n")
        return program
    }

    @Test func `who founds the same cooperative again, with fewer founders, is told that it stands`() throws {
        let program = try founded()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let again = try program.run(
            "coop", "found", "--book", "livres", "--name", "Livres coop", "--form", "solidarity", "--rules", "quebec",
            "--founders", "ana:user:consumer:administrator", "--at", "2025-01-02T15:00:00Z", "--clock", "data")
        #expect(
            again.out.hasPrefix("Livres coop was founded already: livres · events: 0, recorded before: "),
            "\(again.out)\(again.err)")
    }

    private func file(_ name: String, _ text: String, _ program: Program) throws -> String {
        let path = program.folder + "-" + name
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test func `a producers' cooperative of Québec's rules shares what it sold to others by what each member sold`()
        throws
    {
        let program = try Program()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let founded = try program.run(
            "coop", "found", "--book", "musiciens", "--form", "producers", "--rules", "quebec", "--commission-ppm",
            "200000", "--founders", "mia:producer:seller,noa:producer:seller", "--at", "2025-01-02T15:00:00Z",
            "--clock",
            "data")
        #expect(founded.status == 0, "\(founded.err)")
        func line(_ key: Int, _ body: String) -> String {
            #"{"effectiveAt":"2025-06-02T15:\#(key):00Z","book":"musiciens","source":"t","key":"\#(key)","actor":"x",\#(body)}"#
        }
        var lines = [
            line(10, #""identityRegistered":{"identity":"tom"}"#),
            line(11, #""productListed":{"product":"album","taxClass":"TAX_CLASS_DIGITAL"}"#),
        ]
        // 600.00 and 300.00 to somebody who is no member: commission 120.00 and 60.00.
        for (at, (seller, amount, gst, qst)) in [("mia", 60_000, 3_000, 5_985), ("noa", 30_000, 1_500, 2_993)]
            .enumerated()
        {
            let key = 20 + at * 10
            let total = amount + gst + qst
            lines += [
                line(
                    key,
                    #""purchasePlaced":{"order":"o\#(at)","buyer":"tom","buyerStatus":"BUYER_STATUS_NON_MEMBER","currency":"CAD","lines":[{"product":"album","seller":"\#(seller)","quantity":"1","amountMinor":"\#(amount)","taxClass":"TAX_CLASS_DIGITAL"}],"taxes":[{"tax":"gst","amountMinor":"\#(gst)"},{"tax":"qst","amountMinor":"\#(qst)"}],"totalMinor":"\#(total)"}"#
                ),
                line(
                    key + 1,
                    #""paymentCaptured":{"payment":"p\#(at)","order":"o\#(at)","institution":"815","amountMinor":"\#(total)","currency":"CAD"}"#
                ),
                line(key + 2, #""orderHandedOver":{"order":"o\#(at)"}"#),
            ]
        }
        let recorded = try program.run("record", file("annee.jsonl", lines.joined(separator: "\n"), program))
        #expect(recorded.status == 0, "\(recorded.err)")
        #expect(try program.run("surplus", "close", "--year", "2025").status == 0)
        let resolved = try program.run(
            "surplus", "resolve", "--year", "2025", "--reserve-percent", "20", "--meeting", "2026-04-15",
            "--resolution",
            "2026-1", "--at", "2026-04-15T16:00:00Z")
        #expect(resolved.status == 0, "\(resolved.err)")
        #expect(try program.run("surplus", "declare", "--year", "2025", "--at", "2026-04-15T16:00:00Z").status == 0)
        let paid = try program.run(
            "surplus", "pay", "--year", "2025", "--institution", "815", "--at", "2026-05-01T16:00:00Z")
        #expect(paid.status == 0, "\(paid.err)")
        let groups = try program.run("surplus", "groups", "--year", "2025", "--format", "csv").out
        #expect(groups.contains("mia,600.00,96.00") && groups.contains("noa,300.00,48.00"), "\(groups)")
        let report = try program.run("surplus", "report", "--year", "2025", "--format", "csv").out
        for row in [
            "allocation,reserve,amount,36.00", "business,seller,withMembers,900.00", "business,seller,withOthers,0.00",
            "payments,paid,amount,144.00",
        ] { #expect(report.contains(row), "\(row)\n\(report)") }
    }

    @Test
    func `a workers' cooperative of the example's rules closes a year: 45 % reserve, 45 % by hours, 10 % community`()
        throws
    {
        let program = try Program()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let founded = try program.run(
            "coop", "found", "--book", "atelier", "--form", "workers", "--rules", "example-hst-mondragon",
            "--founders", "wil:worker:worker,zoe:worker:worker", "--at", "2025-01-02T15:00:00Z", "--clock", "data")
        #expect(founded.status == 0, "\(founded.err)")
        func line(_ key: Int, _ body: String) -> String {
            #"{"effectiveAt":"2025-06-02T15:0\#(key):00Z","book":"atelier","source":"t","key":"\#(key)","actor":"x",\#(body)}"#
        }
        func hours(_ member: String, _ thousandths: Int) -> String {
            #""contributionRecorded":{"contribution":"h-\#(member)","member":"\#(member)","group":"GROUP_WORKER","unit":"heure","quantityThousandths":"\#(thousandths)","workDate":"2025-06-02"}"#
        }
        let lines = [
            line(1, hours("wil", 750_000)), line(2, hours("zoe", 250_000)),
            line(
                3,
                #""journalEntryPosted":{"lines":[{"account":"assets:bank","party":"815","currency":"CAD","debitMinor":"100000"},{"account":"revenue:other","currency":"CAD","creditMinor":"100000"}],"reason":"ventes","preparer":"wil","approver":"zoe"}"#
            ),
        ]
        let recorded = try program.run("record", file("annee.jsonl", lines.joined(separator: "\n"), program))
        #expect(recorded.status == 0, "\(recorded.err)")
        #expect(try program.run("surplus", "close", "--year", "2025").status == 0)
        func resolve(_ reserve: String, _ community: String) throws -> Int32 {
            try program.run(
                "surplus", "resolve", "--year", "2025", "--reserve-percent", reserve, "--community-percent", community,
                "--meeting", "2026-04-15", "--resolution", "2026-1", "--at", "2026-04-15T16:00:00Z"
            ).status
        }
        // Without debts equity is far above them: the floors bind all the same.
        #expect(try resolve("44", "11") == 65)
        #expect(try resolve("46", "9") == 65)
        #expect(try resolve("45", "10") == 0)
        #expect(
            try program.run("surplus", "declare", "--year", "2025", "--at", "2026-04-15T16:00:00Z").status == 0)
        #expect(
            try program.run("surplus", "groups", "--year", "2025", "--format", "csv").out
                == [
                    "group,member,base,cash,shares", "worker,wil,750.000,337.50,0.00", "worker,zoe,250.000,112.50,0.00",
                    "",
                ]
                .joined(separator: "\r\n"))
        let balances = try program.run("balances", "--format", "csv").out
        for line in [
            "equity:reserve,equity,,CAD,0.00,450.00,-450.00",
            "liabilities:community-payable,liabilities,,CAD,0.00,100.00,-100.00",
            "liabilities:dividends-payable,liabilities,wil,CAD,0.00,337.50,-337.50",
        ] { #expect(balances.contains(line), "\(balances)") }
    }

    @Test func `one command founds, and a second one shows`() throws {
        let program = try founded()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let shown = try program.run("coop", "show", "--book", "livres")
        #expect(shown.out.hasPrefix("Livres coop (livres)\nsolidarity cooperative · founded 2025-01-02 · CAD\n"))
        #expect(
            try program.run("coop", "roles", "--format", "csv").out
                == "grantee,role,limit,isActive,sequence\r\nana,administrator,,true,12\r\nbob,accountant,,true,13\r\ncid,approver,,true,14\r\n"
        )
        for arguments in [
            ["coop", "list"], ["coop", "show"], ["coop", "members"], ["coop", "roles"], ["coop", "expenses"],
        ] {
            for language in ["fr", "en"] {
                let answer = try program.run(arguments, language: language)
                #expect(answer.status == 0)
                #expect(answer.out.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(arguments)")
            }
        }
        #expect(try program.run("rebuild", "--check").status == 0)
    }

    @Test func `a proposal is signed by another person and then recorded`() throws {
        let program = try founded()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let key = program.folder + "-cid.key"
        defer { try? FileManager.default.removeItem(atPath: key) }
        let made = try program.run("keys", "new", key, "--format", "json")
        #expect(made.status == 0)
        #expect(try program.run("keys", "new", key).status == 73)
        let publicKey = try #require(made.out.split(separator: "\"").dropLast().last)
        let rules = try file(
            "rules.jsonl",
            """
            {"effectiveAt":"2025-01-03T15:00:00Z","book":"livres","source":"t","key":"1","actor":"cid","signingKeyRegistered":{"identity":"cid","publicKey":"\(publicKey)"}}
            {"effectiveAt":"2025-01-03T15:00:00Z","book":"livres","source":"t","key":"2","actor":"ana","policyAdopted":{"approvals":{"rules":[{"kind":"journalEntryPosted","thresholdMinor":"100"}]}}}

            """, program)
        let recorded = try program.run("record", rules)
        #expect(recorded.status == 0, "\(recorded.err)")
        let entry = try file(
            "entry.jsonl",
            """
            {"effectiveAt":"2025-01-03T15:01:00Z","book":"livres","source":"t","key":"3","actor":"bob","journalEntryPosted":{"lines":[{"account":"expenses:rent","currency":"CAD","debitMinor":"100"},{"account":"assets:bank","party":"815","currency":"CAD","creditMinor":"100"}],"reason":"rent","preparer":"bob","approver":"cid"}}

            """, program)
        #expect(try program.run("record", entry).status == 65)
        let signed = try program.run("approve", entry, "--key", key)
        #expect(signed.status == 0, "\(signed.err)")
        #expect(signed.out.contains(#""approvals":[{"approver":"cid","signature":""#))
        let approved = try file("approved.jsonl", signed.out, program)
        #expect(try program.run("record", approved).status == 0)
        // Nobody signs twice, nor what they prepared.
        #expect(try program.run("approve", approved, "--key", key).status == 65)
        #expect(try program.run("approve", entry, "--key", key, "--approver", "bob").status == 65)
        for path in [rules, entry, approved] { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test func `mistakes are one line and a status`() throws {
        let program = try founded()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        for (arguments, status) in [
            (["coop", "found", "--book", "x", "--form", "nix"], 64), (["coop", "found", "--form", "workers"], 64),
            (["coop", "found", "--book", "livres", "--form", "workers", "--founders", "zoe"], 65),
            (["coop", "found", "--book", "x", "--form", "workers"], 64),
            (["coop", "found", "--book", "x", "--form", "workers", "--founders", ","], 64),
            (["coop", "found", "--book", "x y", "--form", "workers", "--founders", "zoe"], 65),
            (["coop", "found", "--book", "x", "--form", "workers", "--founders", "zoe lee"], 65),
            (["coop", "found", "--book", "x", "--form", "workers", "--founders", "zoe,\u{A0}"], 65),
            (["coop", "found", "--book", "x", "--form", "workers", "--founders", "zoe:king"], 64),
            (["coop", "found", "/nowhere.json"], 66), (["coop", "show", "--book", "nix"], 66),
            (["coop", "district", "nix"], 66),
            (["coop", "share", "nix", "10.00"], 66), (["coop", "share", "nix", "ten"], 64),
            (["keys", "show", "/nowhere.key"], 66), (["approve", "/nowhere.jsonl", "--key", "/nowhere.key"], 66),
        ] as [([String], Int32)] {
            let answer = try program.run(arguments)
            #expect(answer.status == status, "\(arguments): \(answer.err)")
            #expect(answer.err.split(separator: "\n").count == 1, "\(arguments): \(answer.err)")
        }
    }
}
