import Commerce
@preconcurrency import Glibc
import Ledger

enum OutputFormat: String, CaseIterable, Sendable {
    case table
    case json
    case csv
}

/// What every command is told: which ledger, which language, which format. These options stand before or after the command.
struct Invocation: Sendable {
    let ledger: String
    let language: Language
    let format: OutputFormat
    /// Who asks, and so what they may see.
    let viewer: Viewer
    /// File of the ledger's key, where one was named.
    let ledgerKeyFile: String?
    /// The arguments without the options above.
    let arguments: [String]
    /// An option above that was given wrongly.
    let mistake: Text?

    static let current = Invocation(Array(CommandLine.arguments.dropFirst()))

    init(_ all: [String]) {
        var rest: [String] = []
        var values: [String: String] = [:]
        var mistake: Text?
        var index = 0
        while index < all.count {
            let argument = all[index]
            index += 1
            // What follows `replay … --` is a command like any other.
            if argument == "--", rest.first != "replay" {
                rest += all[(index - 1)...]
                break
            }
            guard
                let name = ["--ledger", "--format", "--lang", "--as", "--ledger-key"].first(where: {
                    argument == $0 || argument.hasPrefix($0 + "=")
                })
            else {
                rest.append(argument)
                continue
            }
            if argument != name {
                values[name] = String(argument.dropFirst(name.count + 1))
            } else if index < all.count {
                values[name] = all[index]
                index += 1
            } else {
                mistake = Text("\(name) : la valeur manque", "\(name): the value is missing")
            }
        }
        ledger = values["--ledger"] ?? Self.environment("GRANDLIVRE_LEDGER") ?? "./ledger"
        language = values["--lang"].flatMap { Language(rawValue: $0) } ?? Self.languageOfLocale
        format = values["--format"].flatMap { OutputFormat(rawValue: $0) } ?? .table
        if let given = values["--format"], OutputFormat(rawValue: given) == nil {
            mistake = Text(
                "--format « \(given) » : format inconnu; accepté : table, json ou csv",
                "--format \"\(given)\": unknown format; accepted: table, json or csv")
        }
        if let given = values["--lang"], Language(rawValue: given) == nil {
            mistake = Text(
                "--lang « \(given) » : langue inconnue; accepté : fr ou en",
                "--lang \"\(given)\": unknown language; accepted: fr or en")
        }
        ledgerKeyFile = values["--ledger-key"] ?? Self.environment("GRANDLIVRE_LEDGER_KEY_FILE")
        // An actor that cannot be read must not pass for none: whoever asks without one sees everything.
        let actor = values["--as"] ?? getenv("GRANDLIVRE_AS").map { String(cString: $0) }
        var viewer = Viewer.ledger
        if let actor {
            do throws(LedgerError) {
                guard !actor.isEmpty else { throw Viewer.unknown(actor) }
                viewer = try Viewer(actor: actor)
            } catch {
                mistake = Text(
                    "--as « \(actor) » : forme inconnue; accepté : ID, coop:LIVRE, institution:NO ou district:LIVRE/NOM",
                    "--as \"\(actor)\": unknown form; accepted: ID, coop:BOOK, institution:NO or district:BOOK/NAME")
            }
        }
        self.viewer = viewer
        arguments = rest
        self.mistake = mistake
    }

    /// French where the locale does not say English.
    private static var languageOfLocale: Language {
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            guard let value = environment(name), !value.isEmpty else { continue }
            return value.lowercased().hasPrefix("en") ? .english : .french
        }
        return .french
    }

    static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }
}

/// A command that asks `Viewer.current` before it answers. Every other command refuses when somebody in particular asks (`--as`).
protocol ScopedQuery {}

extension Viewer {
    /// Who asks in this invocation.
    static var current: Viewer { Invocation.current.viewer }

    /// How `--as` names them; empty for the operator of the ledger.
    var text: String {
        switch scope {
        case .ledger: ""
        case .cooperative(let book): "coop:\(book)"
        case .party(.institution, let name): "institution:\(name)"
        case .party(_, let name): name
        case .district(let book, let name): "district:\(book)/\(name)"
        }
    }

    /// Which part of a book's balances they see; `nil` for all.
    var part: Text? {
        switch scope {
        case .ledger, .cooperative: nil
        case .party, .district:
            Text(
                "Vue partielle (\(text)) : ses seuls sous-comptes; débits et crédits ne s’y égalent pas.",
                "Partial view (\(text)): its own sub-accounts only; debits and credits need not be equal.")
        }
    }
}

/// The text in the language of this invocation.
func say(_ french: String, _ english: String) -> String { Text(french, english)(Invocation.current.language) }

/// Everything that goes to stdout passes here: what a ledger holds does not command a terminal.
func put(_ text: String) {
    if let past = Replayed.current, past.isHeld { past.held += printable(text) } else { fputs(printable(text), stdout) }
}

func putLine(_ text: String) { put(text + "\n") }

/// The text with its control characters as JSON escapes: in JSON they say the same, elsewhere they are seen. Ends of lines stay where they are kept.
func printable(_ text: String, keepingLines: Bool = true) -> String {
    // Nearly all text has none; letters with accents and punctuation may begin like one.
    guard
        text.utf8.contains(where: {
            $0 < 0x20 && !($0 == 0x0A && keepingLines) || $0 == 0x7F || $0 == 0xC2 || $0 == 0xE2
        })
    else { return text }
    var shown = String.UnicodeScalarView()
    var scalars = text.unicodeScalars.makeIterator()
    var next = scalars.next()
    while let scalar = next {
        next = scalars.next()
        let isEndOfLine = scalar == "\n" || scalar == "\r" && next == "\n"
        guard scalar.isControl, !(isEndOfLine && keepingLines) else {
            shown.append(scalar)
            continue
        }
        let digits = String(scalar.value, radix: 16)
        shown.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
    }
    return String(shown)
}

/// One line on stderr. What a hostile input put into it stays one visible line.
func note(_ text: String) {
    var line = ""
    for scalar in text.unicodeScalars { line.unicodeScalars.append(scalar.isControl ? "·" : scalar) }
    fputs(line + "\n", stderr)
}

/// Prints a listing in the format asked for.
func show(_ listing: Listing) {
    switch Invocation.current.format {
    case .table: put(listing.table(Invocation.current.language))
    case .json: putLine(listing.json.line)
    case .csv: put(listing.csv)
    }
}
