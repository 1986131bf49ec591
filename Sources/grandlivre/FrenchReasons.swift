import Commerce
import Events
import Interchange

/// Reasons that deeper rooms give in English only, by their codes.
enum Reason {
    static func text(_ failure: EventJSON.Failure, _ language: Language) -> String {
        guard language == .french else { return failure.description }
        let reason =
            switch failure.code {
            case .notJSON: "ce n’est pas un objet JSON; accepté : un événement par ligne, en JSON proto3"
            case .duplicateKey: "la clé est répétée dans le même objet; accepté : chaque clé une fois"
            case .unknownField: "le schéma ne connaît pas ce champ"
            case .unknownValue: "le schéma ne connaît pas cette valeur"
            case .badValue: "la valeur n’est pas du type que veut le schéma"
            default: "l’événement n’a pas la forme du schéma"
            }
        return failure.field.isEmpty ? reason : "\(failure.field) : \(reason)"
    }

    static func text(_ error: ProposalError, _ language: Language) -> String {
        guard language == .french else { return "\(error.reason)" }
        return error.code == .tooLarge
            ? "l’événement dépasse 65 535 octets" : "l’événement n’a pas l’encodage canonique du schéma"
    }

    static func text(_ error: ImportError, _ language: Language) -> String {
        guard language == .french else { return "\(error)" }
        let reason =
            switch error.code {
            case .missing: "le fichier manque; accepté : un dossier des fichiers de Complete Journey (.csv.gz ou .csv)"
            case .unreadable: "lecture impossible; vérifier les droits et le disque"
            case .corrupt: "les octets comprimés sont abîmés; reprendre le fichier à sa source"
            case .truncated: "le fichier s’arrête en chemin; reprendre le fichier à sa source"
            case .header: "la première ligne ne nomme pas les colonnes voulues"
            case .row: "la ligne est mal formée (guillemets, nombre de champs, longueur)"
            case .value: "le champ ne contient pas ce que promet sa colonne"
            case .order: "la ligne n’est pas à sa place : trier par heure, les lignes d’un panier ensemble"
            case .refused: "le grand livre a refusé ce que disent les fichiers"
            default: "le fichier ne peut être importé"
            }
        var place = error.file
        if let line = error.line { place += ":\(line)" }
        if let column = error.column { place += " \(column)" }
        if let offset = error.offset { place += " (octet \(offset))" }
        if let value = error.value { place += " « \(value) »" }
        return "\(place) : \(reason)"
    }
}
