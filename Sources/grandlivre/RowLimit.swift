import ArgumentParser
import Commerce

/// How many rows are shown at most: a number from 1 on, or `all`. The one type of every `--limit`.
struct RowLimit: Equatable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// `Int.max`: all.
    let rows: Int

    init(integerLiteral rows: Int) { self.rows = rows }

    /// One row more than are shown: whether there are more.
    var oneMore: Int { rows == .max ? .max : rows + 1 }

    /// Refuses, with what is accepted, whatever is neither a number from 1 on nor `all`.
    init(_ text: String) throws {
        if text == "all" {
            rows = .max
        } else if let number = Int(text), number > 0 {
            rows = number
        } else {
            throw ValidationError(
                say("accepté : un nombre à partir de 1, ou all", "accepted: a number from 1 on, or all"))
        }
    }

    /// Of a list where nothing was asked: so many rows of a table, and all of what a program reads.
    static var ofList: RowLimit { RowLimit(integerLiteral: Invocation.current.format == .table ? tableRows : .max) }

    private static let tableRows = 50

    var description: String { rows == .max ? "all" : "\(rows)" }

    static var helpWithoutDefault: ArgumentHelp {
        ArgumentHelp(say("Au plus ce nombre; sans lui, toutes les lignes.", "At most this many; without it, all rows."))
    }

    static var help: ArgumentHelp {
        ArgumentHelp(
            say(
                "Au plus ce nombre, ou all : toutes. Par défaut \(tableRows) dans un tableau; JSON et CSV donnent toutes les lignes.",
                "At most this many, or all. By default \(tableRows) in a table; JSON and CSV give all rows."))
    }
}
