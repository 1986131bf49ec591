import Accounting
import Bytes
import Commerce
import Events
import Foundation
import Ledger

/// Point queries inside a process, on a ledger of workload W, and with a load of reader processes beside the writer.
struct Query {
    let arguments: Arguments
    let folder: String
    let report: Report

    func run() throws {
        let directory = folder + "/query"
        let (store, writer) = try Ingest.founded(directory, mapBytes: arguments.mapBytes)
        for from in stride(from: 0, to: arguments.events, by: Ingest.madeAhead) {
            let count = min(Ingest.madeAhead, arguments.events - from)
            for batch in try Workload.batches(from: from, count: count, perBatch: 3_300) {
                try writer.submit(batch).mustSucceed()
            }
        }
        let open = try seconds { _ = try LedgerSnapshot(store) }
        report.add(Measurement(name: "open a snapshot", events: 1, seconds: open))
        let snapshot = try LedgerSnapshot(store)
        let views = snapshot.views
        guard let book = Array("bench".utf8).withBytes({ views.book($0) }) else { fatalError("no book") }
        let parties = (0..<Workload.members).compactMap { member in
            Array("m\(member * 7 % Workload.members)".utf8).withBytes { views.party(.identity, $0) }
        }
        let receivable = AccountCode.receivable.rawValue
        measure("point balance", parties) { party in
            _ = views.balance(book: book.id, receivable, party: party, currency: book.currency.rawValue)
        }
        measure("latest 50 events of a member", Array(parties.prefix(4_000))) { party in
            _ = views.latestEvents(ofParty: party, limit: 50).compactMap { views.event($0)?.bodyField }
        }
        let day = Int32(20_455)
        measure("balance as of a day, as now known", Array(parties.prefix(4_000))) { party in
            _ = views.balance(
                book: book, receivable, party: party, currency: book.currency.rawValue, through: day)
        }
        var rows = 0
        measure("trial balance of every account and party", Array(parties.prefix(20))) { _ in
            rows = views.trialBalance(book).count
        }
        print("  \(rows) accounts with their parties")
        try snapshot.check()
        writer.close()
        try readersBesideWriter()
    }

    private func measure(_ name: String, _ parties: [UInt32], _ body: (UInt32) -> Void) {
        for party in parties.prefix(200) { body(party) }
        var times: [Double] = []
        let total = seconds {
            for party in parties { times.append(seconds { body(party) } * 1e6) }
        }
        report.add(
            Measurement(name: name, events: parties.count, seconds: total, latencies: Latencies(times)))
    }

    // MARK: readers

    /// Four reader processes of 1 000 queries a second each, whose snapshots are a quarter of a second old at most, and what they cost the writer.
    private func readersBesideWriter() throws {
        var rates: [Double] = []
        for readers in [0, 4, 0, 4] {
            let directory = folder + "/readers-\(rates.count)"
            let (_, writer) = try Ingest.founded(directory, mapBytes: arguments.mapBytes)
            let events = min(arguments.events, 400_000)
            let batches = try Workload.batches(from: 0, count: events, perBatch: 3_300)
            let processes = try (0..<readers).map { _ in
                let process = Process()
                process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
                process.arguments = ["reader", directory]
                process.standardOutput = FileHandle.nullDevice
                try process.run()
                return process
            }
            if readers > 0 { usleep(300_000) }
            let elapsed = try seconds {
                var waiting: [Submission] = []
                for batch in batches {
                    if waiting.count == 3 { try waiting.removeFirst().mustSucceed() }
                    waiting.append(writer.submit(batch))
                }
                for submission in waiting { try submission.mustSucceed() }
            }
            rates.append(Double(events) / elapsed)
            for process in processes {
                process.terminate()
                process.waitUntilExit()
            }
            writer.close()
            report.add(
                Measurement(name: "ingest beside \(readers) reader processes", events: events, seconds: elapsed))
        }
        let slower = 1 - (rates[1] + rates[3]) / (rates[0] + rates[2])
        print(String(format: "  four readers slow ingest by %.1f %%", slower * 100))
    }

    /// A writer process that appends without rest for some seconds; it prints "ready" when the ledger is founded.
    static func write(_ directory: String, seconds limit: Double, mapBytes: Int?) throws {
        let (_, writer) = try Ingest.founded(directory, mapBytes: mapBytes)
        print("ready")
        fflush(nil)
        let clock = ContinuousClock()
        let start = clock.now
        var made = 0
        while clock.now - start < .seconds(limit) {
            for batch in try Workload.batches(from: made, count: 20_000, perBatch: 200) {
                try writer.submit(batch).mustSucceed()
            }
            made += 20_000
        }
        writer.close()
    }

    /// A reader process: 1 000 balances a second from snapshots that are a quarter of a second old at most, until it is ended.
    static func read(_ directory: String) throws {
        let store = try LedgerStore.open(directory, readOnly: true)
        let snapshot = try LedgerSnapshot(store)
        var number = 0
        while true {
            if number % 250 == 0 { try snapshot.renew() }
            guard let book = Array("bench".utf8).withBytes({ snapshot.views.book($0) }),
                let party = Array("m\(number % Workload.members)".utf8).withBytes({
                    snapshot.views.party(.identity, $0)
                })
            else { fatalError("the ledger is not founded") }
            _ = snapshot.views.balance(
                book: book.id, AccountCode.receivable.rawValue, party: party, currency: book.currency.rawValue)
            try snapshot.check()
            number += 1
            usleep(1_000)
        }
    }
}
