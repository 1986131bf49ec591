import Commerce

/// The argument parser's own words, in French.
enum Help {
    static func translated(_ text: String) -> String {
        // Completion scripts and the description for manuals pass here too, and are for programs.
        guard text.hasPrefix("OVERVIEW: ") || text.hasPrefix("USAGE: ") else { return text }
        guard Invocation.current.language == .french else {
            return text.split(separator: "\n", omittingEmptySubsequences: false).map {
                $0.hasPrefix("USAGE: ") ? Wrap.line(String($0), indent: 4) : String($0)
            }.joined(separator: "\n")
        }
        var out = text
        for (english, french) in [
            ("OVERVIEW: ", "APERÇU : "), ("USAGE: ", "EMPLOI : "), ("ARGUMENTS:", "ARGUMENTS :"),
            ("OPTIONS:", "OPTIONS :"),
            ("SUBCOMMANDS:", "COMMANDES :"), ("Show help information.", "Montre cette aide."),
            ("Show the version.", "Montre la version."),
            ("<subcommand>", "<commande>"), ("Show subcommand help information.", "Montre l’aide d’une commande."),
            ("(default: ", "(par défaut : "), (" (default)", " (par défaut)"), ("(values: ", "(valeurs : "),
            (" for detailed help.", " pour une aide détaillée."), ("  See '", "  Voir « "),
            ("' pour une", " » pour une"),
        ] {
            out = replace(out, english, french)
        }
        return out.split(separator: "\n", omittingEmptySubsequences: false).map { line($0) }.joined(separator: "\n")
    }

    /// Where the parser lets the explanation of an option begin.
    private static let column = 26

    /// A line of the help with the names of its values in French: the explanations stay in their column and in the terminal.
    private static func line(_ text: Substring) -> String {
        // Whether an explanation stands in its column, after the gap that follows the names.
        let isExplained = text.hasPrefix("  ") && text.count > column && text.prefix(column).hasSuffix("  ")
        let tail = isExplained ? text.dropFirst(column) : ""
        var out = String(isExplained ? text.prefix(column) : text)
        if isExplained { while out.last == " " { out.removeLast() } }
        for (english, french) in valueNames { out = replace(out, "<\(english)>", "<\(french)>") }
        guard !tail.isEmpty else { return Wrap.line(out, indent: text.hasPrefix("EMPLOI") ? 4 : column) }
        let pad = String(repeating: " ", count: column)
        if out.count < column { return Wrap.line(out + pad.dropFirst(out.count) + tail, indent: column) }
        return out + "\n" + Wrap.line(pad + tail, indent: column)
    }

    /// What stands for a value in the help of options and arguments.
    private static let valueNames = [
        ("account", "compte"), ("actor", "auteur"), ("agreement", "entente"), ("amount", "montant"),
        ("approver", "approbateur"), ("as-known-at", "date-ou-séquence"), ("at", "date"), ("below", "nombre"),
        ("book", "livre"), ("book-amount", "montant"), ("books", "livres"), ("by", "regroupement"),
        ("buyer", "acheteur"),
        ("cash", "montant"), ("account-number", "numéro"), ("date", "date"), ("day", "jour"), ("month", "mois"),
        ("currency", "monnaie"),
        ("entry", "ligne"), ("item", "écriture"), ("opening", "solde"), ("files", "fichiers"), ("part", "rôle"),
        ("client", "livre"), ("client-book-amount", "montant"), ("creator", "créateur"),
        ("days", "jours"), ("debt", "dette"), ("department", "rayon"), ("district", "district"),
        ("driver", "chauffeur"),
        ("events", "nombre"), ("fee=quantity", "tarif=quantité"), ("file", "fichier"), ("first", "livre"),
        ("folder", "dossier"), ("from", "début"), ("holder", "titulaire"), ("html", "fichier"),
        ("id=sequence", "id=séquence"),
        ("book/id=sequence", "livre/id=séquence"), ("identity", "identité"), ("invoice", "facture"),
        ("keyfile", "fichier-de-clé"), ("limit", "nombre"), ("medium", "média"), ("member", "membre"),
        ("members", "membres"), ("netting", "compensation"), ("on", "date"), ("operator", "livre"),
        ("options", "options"),
        ("order", "commande"), ("origin", "nom"), ("out", "fichier"), ("root", "racine"), ("owner", "propriétaire"),
        ("parcel", "colis"), ("party", "partie"),
        ("pdf", "fichier"), ("product", "produit"), ("public-key", "clé-publique"), ("quarter", "trimestre"),
        ("rate-source", "source"), ("reason", "motif"), ("rejects", "fichier"), ("reserve", "montant"),
        ("ride", "course"), ("threshold", "seuil"), ("items", "éléments"), ("method", "méthode"),
        ("auditor", "auditeur"), ("kind", "genre"), ("side", "côté"), ("confidence", "pourcentage"),
        ("count", "nombre"),
        ("rider", "passager"), ("rule", "règle"), ("second", "livre"), ("seed", "graine"), ("sequence", "séquence"),
        ("shares", "montant"), ("site", "lieu"), ("source", "source"), ("standard", "norme"), ("state", "état"),
        ("to", "fin"),
        ("type", "type"),
        ("year", "année"), ("purpose", "finalité"), ("shares-percent", "pourcentage"),
        ("reserve-percent", "pourcentage"), ("community-percent", "pourcentage"), ("rebates", "montant"),
        ("deficit", "montant"), ("community", "montant"), ("text-version", "version"), ("seller", "vendeur"),
        ("resolution", "numéro"), ("rate", "taux"), ("meeting", "date"), ("share-price", "montant"),
        ("rules", "règles"), ("name", "nom"), ("minutes", "fichier"), ("founders", "personnes"), ("form", "forme"),
        ("commission-ppm", "parties-par-million"), ("clock", "horloge"), ("verifier-key", "clé-de-vérification"),
        ("policyfile", "fichier-de-politique"), ("number", "nombre"), ("statefile", "fichier-d’état"),
        ("prooffile", "fichier-de-preuve"), ("checkpointfile", "fichier-de-note"),
    ]

    static func translatedMistake(_ text: String) -> String {
        let first = text.split(separator: "\n").first.map(String.init) ?? text
        guard Invocation.current.language == .french else { return first }
        var out = first
        for (english, french) in valueNames { out = replace(out, "<\(english)>", "<\(french)>") }
        for (english, french) in [
            ("Missing expected argument", "il manque l’argument"), ("Unknown option", "option inconnue"),
            ("Unexpected argument", "argument inattendu"), ("unexpected arguments", "arguments inattendus"),
            ("Missing value for", "il manque la valeur de"), ("The value", "la valeur"),
            ("is invalid for", "n’est pas valide pour"),
            ("Please provide one of", "valeurs acceptées :"), (". Did you mean", "; vouliez-vous dire"),
            ("Missing one of:", "il manque un de :"), ("Missing required subcommand.", "il manque une sous-commande."),
            ("': ", "' : "), ("'?", "' ?"),
        ] {
            out = replace(out, english, french)
        }
        return out
    }

    private static func replace(_ text: String, _ old: String, _ new: String) -> String {
        text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
