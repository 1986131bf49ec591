import Foundation

/// What the command line asks for: `Benchmarks [COMMAND] [--events N] [--commit N] [--rounds N] [--data FOLDER] [--binary PATH] [--kernel PATH]
/// [--json FILE] [--map-gib N]`.
struct Arguments {
    var command = "all"
    /// What follows the command, for those that take more.
    var operands: [String] = []
    var events = 400_000
    /// Only this size of commit.
    var perCommit: Int?
    var rounds = 1
    var data = "../shared/data/complete-journey"
    var binary = ".build/release/grandlivre"
    var kernel = ".build/kernel"
    var json: String?
    /// Valgrind has no room for the usual map of 1 TiB.
    var mapBytes: Int?

    init(_ words: [String]) {
        var words = words
        func option(_ name: String) -> String? {
            guard let at = words.firstIndex(of: name), at + 1 < words.count else { return nil }
            let value = words[at + 1]
            words.removeSubrange(at...at + 1)
            return value
        }
        if let value = option("--events").flatMap(Int.init) { events = value }
        perCommit = option("--commit").flatMap(Int.init)
        if let value = option("--rounds").flatMap(Int.init) { rounds = max(1, value) }
        if let value = option("--data") { data = value }
        if let value = option("--binary") { binary = value }
        if let value = option("--kernel") { kernel = value }
        json = option("--json")
        mapBytes = option("--map-gib").flatMap(Int.init).map { $0 << 30 }
        if let first = words.first { command = first }
        operands = Array(words.dropFirst())
    }

    func wants(_ name: String) -> Bool { command == "all" || command == name }
}
