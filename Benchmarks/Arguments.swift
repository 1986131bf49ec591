import Foundation

/// What the command line asks for.
struct Arguments {
    static let usage = """
        Benchmarks [COMMAND] [OPTION …]: reports speed; only a count of allocations can fail
          all            ingest, fold, query, matching, simulated, import, allocations (the default)
          matching       entries of statements against as many open items
          ingest         appends workload W, durably: by 3 300, 200 and 1 a commit, and from 64 callers
          fold           reads, folds and verifies a ledger of W
          query          balances, history, trial balance; readers beside the writer
          simulated      appends what simulate tells
          import         the year in --data, and whole processes
          allocations    allocations an event; run with LD_PRELOAD=.build/allocations.so (make kernel)
          workload FILE  writes W for the C kernel
          reader LEDGER, writer LEDGER SECONDS   processes for tests
        --members N      simulated members (2 000)    --days N     simulated days (30)
        --events N       events of W (400 000)        --commit N   only this size of commit
        --rounds N       medians of N (1)             --json FILE  the report as JSON
        --data FOLDER    Complete Journey             --binary PATH  grandlivre for whole processes
        --kernel PATH    the C kernel                 --map-gib N  a smaller map, for valgrind
        """

    var command = "all"
    /// What follows the command, for those that take more.
    var operands: [String] = []
    var events = 400_000
    var members = 2_000
    var days = 30
    /// Only this size of commit.
    var perCommit: Int?
    var rounds = 1
    var data = "../shared/data/complete-journey"
    var binary = ".build/release/grandlivre"
    var kernel = ".build/kernel"
    var json: String?
    /// Valgrind has no room for the usual map of 1 TiB.
    var mapBytes: Int?

    /// Says on standard error what is wrong with the words, and ends with status 64.
    init(_ words: [String]) {
        var words = words
        func option(_ name: String) -> String? {
            guard let at = words.firstIndex(of: name) else { return nil }
            guard at + 1 < words.count else { Self.refuse("\(name): a value is missing") }
            let value = words[at + 1]
            words.removeSubrange(at...at + 1)
            return value
        }
        func count(_ name: String) -> Int? {
            guard let text = option(name) else { return nil }
            guard let value = Int(text), value > 0, value <= 1_000_000_000 else {
                Self.refuse("\(name) \(text): a number from 1 to 1000000000 is expected")
            }
            return value
        }
        if let value = count("--events") { events = value }
        if let value = count("--members") { members = value }
        if let value = count("--days") { days = value }
        perCommit = count("--commit")
        if let value = count("--rounds") { rounds = value }
        if let value = option("--data") { data = value }
        if let value = option("--binary") { binary = value }
        if let value = option("--kernel") { kernel = value }
        json = option("--json")
        mapBytes = count("--map-gib").map { $0 << 30 }
        if let first = words.first { command = first }
        operands = Array(words.dropFirst())
        if words.contains("--help") || words.contains("-h") { command = "help" }
        if command != "help", let stray = operands.first(where: { $0.hasPrefix("-") }) {
            Self.refuse("\(stray): there is no such option")
        }
    }

    static func refuse(_ reason: String) -> Never {
        FileHandle.standardError.write(Data("Benchmarks: \(reason)\n".utf8))
        exit(64)
    }

    func wants(_ name: String) -> Bool { command == "all" || command == name }
}
