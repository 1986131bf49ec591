import Commerce

/// The argument parser's own words, in French.
enum Help {
    static func translated(_ text: String) -> String {
        guard Invocation.current.language == .french else { return text }
        var out = text
        for (english, french) in [
            ("OVERVIEW: ", "APERÇU : "), ("USAGE: ", "EMPLOI : "), ("ARGUMENTS:", "ARGUMENTS :"),
            ("OPTIONS:", "OPTIONS :"),
            ("SUBCOMMANDS:", "COMMANDES :"), ("Show help information.", "Montre cette aide."),
            ("Show the version.", "Montre la version."),
            ("<subcommand>", "<commande>"), ("Show subcommand help information.", "Montre l’aide d’une commande."),
            ("(default: ", "(par défaut : "), ("(values: ", "(valeurs : "),
            (" for detailed help.", " pour une aide détaillée."), ("  See '", "  Voir « "),
            ("' pour une", " » pour une"),
        ] {
            out = replace(out, english, french)
        }
        return out
    }

    static func translatedMistake(_ text: String) -> String {
        let first = text.split(separator: "\n").first.map(String.init) ?? text
        guard Invocation.current.language == .french else { return first }
        var out = first
        for (english, french) in [
            ("Missing expected argument", "il manque l’argument"), ("Unknown option", "option inconnue"),
            ("Unexpected argument", "argument inattendu"), ("unexpected arguments", "arguments inattendus"),
            ("Missing value for", "il manque la valeur de"), ("The value", "la valeur"),
            ("is invalid for", "n’est pas valide pour"),
            ("Please provide one of", "valeurs acceptées :"), ("Did you mean", "vouliez-vous dire"),
        ] {
            out = replace(out, english, french)
        }
        return out
    }

    private static func replace(_ text: String, _ old: String, _ new: String) -> String {
        text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
