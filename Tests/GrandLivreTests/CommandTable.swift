import Foundation
import Testing

/// The commands that only read, on a ledger that the simulation wrote, each with values that exist.
///
/// What a command takes is read from its own help, so that no command and no option can be forgotten.
struct CommandTable {
    struct Command {
        let words: [String]
        /// Names of options and arguments with the name of their value, in the order of the help.
        let options: [(option: String, value: String)]
        let arguments: [String]
        let required: Set<String>
        let hasBook: Bool
    }

    /// Commands that write, or ask for files; their names are refused by the rules.
    private static let writing: Set<String> = [
        "init", "record", "import", "export", "simulate", "demo", "approve", "keys", "rebuild", "verify-identities",
        "surplus close", "surplus interest", "surplus resolve", "surplus declare", "surplus pay",
        "surplus pay-interest",
        "identity register", "identity provide", "identity provide-all", "identity consent", "identity withdraw",
        "identity key",
        "identity erase", "identity newkey", "coop found", "parcels export",
        "payouts instruct", "payouts send", "payouts file", "payouts returns",
        "reconcile declare", "reconcile import", "reconcile match", "reconcile undo", "reconcile write-off",
        "reconcile assign", "reconcile explain", "reconcile report", "reconcile sign",
        "slips t4a", "slips rl1", "slips platform",
        "audit confirm", "audit evaluate", "audit pack", "checkpoint", "cosign", "prove", "verify-proof", "publish",
    ]

    /// Values that name a thing of the ledger.
    static let names: Set<String> = [
        "account", "agreement", "book", "books", "buyer", "client", "creator", "department", "district", "driver",
        "first",
        "holder", "identity", "medium", "member", "operator", "order", "owner", "parcel", "party", "product", "ride",
        "rider", "rule", "second", "seller", "site",
    ]

    private static let values = [
        "account": "assets:bank", "agreement": "entreposage", "amount": "12.00", "book": "grand-io",
        "books": "grand-io",
        "creator": "artiste-1", "from": "2025-01-01", "to": "2025-01-31", "year": "2025", "first": "grand-io",
        "second": "soutien", "seller": "detaillant-1", "holder": "m-12", "identity": "m-12", "member": "m-12",
        "order": "c-12", "party": "m-12", "before": "100", "after": "200", "point": "2025-01-20",
        "subject": "assets:bank",
        "product": "p-1", "operator": "entrepot", "buyer": "m-12", "owner": "libraires", "quarter": "1",
    ]

    private static let ofCommand: [String: [String: String]] = [
        "royalties": ["product": "p-1075"], "rides": ["book": "covoit", "ride": "course-1", "driver": "chauffeur-1"],
        "stock": ["book": "libraires", "product": "p-1045"], "parcels": ["parcel": "colis-1"],
        "agreement": ["book": "entrepot"],
        "audit": [
            "seed": "1", "items": "postings", "method": "mus", "confidence": "95", "days": "5", "events": "5",
            "expected": "0",
            "amount": "1000.00", "to": "2026-01-31",
        ],
    ]

    let program: Program

    init() throws {
        program = try Program()
        let simulated = try program.run("simulate", "--members", "200", "--days", "40")
        try #require(simulated.status == 0, "\(simulated.err)")
    }

    func remove() { try? FileManager.default.removeItem(atPath: program.folder) }

    /// A value that exists for that option of that command.
    func value(_ name: String, _ command: Command) -> String {
        Self.ofCommand[command.words[0]]?[name] ?? Self.values[name] ?? "x"
    }

    /// The command with the values it needs and nothing else, but for what `given` says.
    func line(_ command: Command, _ given: [String: String] = [:]) -> [String] {
        var line = command.words
        for argument in command.arguments {
            guard let value = given[argument] ?? (command.required.contains(argument) ? value(argument, command) : nil)
            else { continue }
            line.append(value)
        }
        for (option, name) in command.options {
            let isNeeded = command.required.contains(option) || option == "--book"
            if let value = given[option] ?? (isNeeded ? value(name, command) : nil) { line += [option, value] }
        }
        return line
    }

    /// Every command of the program that reads.
    func commands() throws -> [Command] { try commands(under: []) }

    private func commands(under words: [String]) throws -> [Command] {
        guard !Self.writing.contains(words.joined(separator: " ")) else { return [] }
        let help = try program.run(words + ["--help"]).out.split(separator: "\n").map(String.init)
        // A long one goes on in lines that stand further in.
        let usage = (help.firstIndex { $0.hasPrefix("USAGE:") }).map { start in
            ([help[start]] + help[start...].dropFirst().prefix { $0.hasPrefix("    ") })
                .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
        }
        guard let start = help.firstIndex(of: "SUBCOMMANDS:") else {
            return [Self.command(words, help, usage ?? "")]
        }
        let names = help[start...].dropFirst().compactMap { line in
            line.hasPrefix("  ") && !line.hasPrefix("   ") && !line.hasPrefix("  See")
                ? line.split(separator: " ").first.map(String.init) : nil
        }
        return try names.flatMap { try commands(under: words + [$0]) }
    }

    private static func command(_ words: [String], _ help: [String], _ usage: String) -> Command {
        var options: [(option: String, value: String)] = []
        var arguments: [String] = []
        for line in help {
            let parts = line.split(separator: " ")
            guard line.hasPrefix("  "), !line.hasPrefix("   "), let first = parts.first else { continue }
            if first.hasPrefix("--"), parts.count > 1, parts[1].hasPrefix("<") {
                options.append((String(first), String(parts[1].dropFirst().dropLast())))
            } else if first.hasPrefix("<") {
                arguments.append(String(first.dropFirst().dropLast()))
            }
        }
        let isRequired = { (text: String) in
            usage.contains(" \(text)") && !usage.contains("[\(text)") && !usage.contains("[-- \(text)")
        }
        return Command(
            words: words, options: options, arguments: arguments,
            required: Set(
                options.filter { isRequired("\($0.option) <\($0.value)>") }.map(\.option)
                    + arguments.filter { isRequired("<\($0)>") }), hasBook: options.contains { $0.option == "--book" })
    }
}
