import Foundation
import Testing

@Suite struct DeliveryTranscriptTests {
    /// The worked example of Docs/delivery.md.
    private func opened() throws -> Program {
        let program = try Program()
        let sample = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Docs/sample/delivery/livraison.jsonl")
        #expect(try program.run("init").status == 0)
        let recorded = try program.run("record", sample.path)
        #expect(recorded.status == 0, "\(recorded.err)")
        return program
    }

    @Test func `parcels, lockers and promises from the command line`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        #expect(
            try program.run("parcels", "--holder", "coursiers").out == """
                Parcel  Order  State       Holder     Locker    Since (local time)
                ──────  ─────  ──────────  ─────────  ────────  ──────────────────
                K-4     C-3    in transit  coursiers  rosemont    2026-03-05 10:50

                """)
        #expect(
            try program.run("parcels", "show", "K-4").out == """
                K-4 · C-3 · in transit · held by coursiers
                Value 25.00
                Seq.        Local time  Event          To               Locker
                ────  ────────────────  ─────────────  ───────────────  ───────────
                  35  2026-03-05 10:20  prepared       librairie
                  36  2026-03-05 10:50  handed over    coursiers
                  37  2026-03-05 12:00  placed (void)  caisse-rosemont  rosemont S3
                  38  2026-03-05 12:05  void           coursiers

                """)
        #expect(
            try program.run("deliveries", "--by", "site", "--format", "json").out
                == #"[{"site":"berri","kept":0,"missed":1,"onTimePercent":"0.0"},{"site":"rosemont","kept":1,"missed":0,"onTimePercent":"100.0"}]"#
                + "\n")
        #expect(try program.run("deliveries", "--from", "2026-04").out.hasSuffix("Nothing to show.\n"))
        #expect(
            try program.run("deliveries", "--late", "--format", "json").out
                == #"[{"order":"C-3","buyer":"ana","promise":"4h","deadline":"2026-03-05T19:00:00Z","lateSeconds":79200,"parcels":1,"holders":["coursiers"]}]"#
                + "\n")
        #expect(
            try program.run("deliveries", "--late", "--at", "2026-03-05T19:00:00Z", "--format", "json").out == "[]\n")
        #expect(
            try program.run("lockers").out == """
                Placed and collected on 2026-03-06
                Locker    Place            Occupied  Free  Placed  Collected  Dwell
                ────────  ──────  ─────────────────  ────  ──────  ─────────  ─────
                berri     metro               S 0/6     6       0          0
                rosemont  caisse  S 0/8 M 0/4 L 0/2    14       0          0   4:45

                """)
        #expect(
            try program.run("lockers", language: "fr").out == """
                Déposés et ramassés le 2026-03-06
                Casier    Lieu              Occupés  Libres  Déposés  Ramassés  Séjour
                ────────  ──────  ─────────────────  ──────  ───────  ────────  ──────
                berri     métro               P 0/6       6        0         0
                rosemont  caisse  P 0/8 M 0/4 G 0/2      14        0         0    4:45

                """)
        #expect(try program.run("rebuild", "--check").status == 0)
    }

    @Test func `a carrier knows where it picked up, and neither order nor worth; a host not even that`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        for format in ["table", "json"] {
            let carrier = try program.run("--as", "coursiers", "--format", format, "parcels", "show", "K-4")
            #expect(carrier.status == 0, "\(carrier)")
            #expect(format == "table" || carrier.out.contains(#""from":"librairie""#), "\(carrier)")
            #expect(!carrier.out.contains("25.00") && !carrier.out.contains("C-3") && !carrier.out.contains("ana"))
            let host = try program.run("--as", "caisse-rosemont", "--format", format, "parcels", "show", "K-4")
            #expect(host.status == 0 && host.out.contains("coursiers"), "\(host)")
            #expect(!host.out.contains("librairie") && !host.out.contains("25.00") && !host.out.contains("ana"))
        }
        let log = try program.run("--as", "coursiers", "log", "--type", "parcelTransferred", "--format", "json").out
        #expect(log.contains(#""from":"librairie""#) && !log.contains("2500"))
    }

    @Test func `what was late then is told of the past, whatever became of it`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        func late(_ time: String...) throws -> String {
            try program.run(["deliveries", "--late", "--format", "csv"] + time, language: "en").out
        }
        #expect(try late() == late("--at", "2026-03-06T17:00:00Z"))
        // C-2's parcel was stolen; the one that replaces it was ready an hour and a half too late.
        #expect(try !late("--at", "2026-03-04T14:00:00Z").contains("C-2"))
        let row = #"C-2,bob,24h,2026-03-04T14:00:00Z,3600,2,"[""coursiers""]""#
        #expect(try late("--at", "2026-03-04T15:00:00Z").contains(row))
        #expect(try !late("--at", "2026-03-04T15:30:00Z").contains("C-2"))
    }

    @Test func `a period is of whole months, and titles say it`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let day = try program.run("deliveries", "--from", "2026-03-05")
        #expect(day.status == 64 && day.err.contains("a whole month, YYYY-MM"))
        let losses = try program.run("deliveries", "--losses", "--from", "2026-03", "--to", "2026-03")
        #expect(losses.out.hasPrefix("Expired, returned, lost, damaged · 2026-03\n"))
        // Who lost nothing is not in it; the rate is still that of all parcels.
        #expect(!losses.out.contains("librairie") && losses.out.contains("coursiers"), "\(losses.out)")
        #expect(try program.run("deliveries", "--late", "--from", "2026-03").status == 64)
    }

    @Test func `what was asked wrongly says so`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        #expect(try program.run("parcels", "show", "nix").status == 66)
        #expect(try program.run("parcels", "--site", "nix").status == 66)
        #expect(try program.run("parcels", "--state", "nix").status == 64)
        #expect(try program.run("parcels", "export").status == 64)
        #expect(try program.run("parcels", "export", "--epcis", "/nowhere/x").status == 73)
        #expect(try program.run("deliveries", "--from", "2026-05", "--to", "2026-04").status == 64)
        #expect(try program.run("deliveries", "--late", "--at", "noon").status == 64)
    }

    @Test func `the EPCIS export is the same every time`() throws {
        let program = try opened()
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let first = try program.run("parcels", "export", "--epcis").out
        #expect(try program.run("parcels", "export", "--epcis").out == first)
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any])
        let body = try #require(document["epcisBody"] as? [String: Any])
        let events = try #require(body["eventList"] as? [[String: Any]])
        #expect(events.count == 20)
        let voided = events.filter { $0["errorDeclaration"] != nil }
        #expect(voided.count == 1)
        #expect(voided.first?["eventTime"] as? String == "2026-03-05T17:00:00Z")
    }
}
