import ArgumentParser
import Commerce
import Ledger

/// A word that stands where a command is expected and is none.
enum UnknownCommand {
    /// What is said of it; `nil` where every word that could be a command is one.
    static func mistake(in arguments: [String]) -> LedgerError? {
        var command: any ParsableCommand.Type = GrandLivre.self
        var path = "grandlivre"
        for argument in arguments {
            let commands = command.configuration.subcommands
            guard !argument.hasPrefix("-"), !commands.isEmpty else { return nil }
            if let next = commands.first(where: { name($0) == argument }) {
                (command, path) = (next, path + " " + argument)
                continue
            }
            let near = NearName.find(argument, among: commands.map(name))
            // Where a command may be left out, the word may be one of its arguments.
            guard near != nil || command.configuration.defaultSubcommand == nil else { return nil }
            return LedgerError(
                .usage, argument, Text("commande inconnue", "unknown command"),
                remedy: near.map(LedgerError.didYouMean)
                    ?? Text("« \(path) --help » les nomme", "\"\(path) --help\" names them"))
        }
        return nil
    }

    private static func name(_ command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? "\(command)".lowercased()
    }
}
