import Commerce
import Events
import Interchange

/// Reasons that deeper rooms give in English only, by their codes.
enum Reason {
    static func text(_ failure: EventJSON.Failure, _ language: Language) -> String {
        guard language == .french else { return failure.description }
        var reason =
            switch failure.code {
            case .notJSON: "ce n’est pas un objet JSON; accepté : un événement par ligne, en JSON proto3"
            case .duplicateKey: "la clé est répétée dans le même objet; accepté : chaque clé une fois"
            case .unknownField where failure.field == "leafHash":
                "la ligne ne finit pas par l’empreinte de son événement, 64 chiffres hexadécimaux"
            case .badValue where failure.field == "leafHash":
                "\(failure.value ?? "") n’est pas l’empreinte de l’événement"
            case .unknownField: "le schéma ne connaît pas ce champ"
            case .unknownValue: failure.value.map { "valeur \($0) inconnue" } ?? "valeur inconnue du schéma"
            case .badValue:
                failure.value.map { "valeur \($0) refusée" } ?? "la valeur n’est pas du type que veut le schéma"
            default: "l’événement n’a pas la forme du schéma"
            }
        if let expected = failure.expected { reason += "; accepté : \(french(expected))" }
        return failure.field.isEmpty ? reason : "\(failure.field) : \(reason)"
    }

    private static func french(_ expected: EventJSON.Expectation) -> String {
        switch expected {
        case .text: "un texte entre guillemets droits"
        case .base64: "du base64 entre guillemets droits"
        case .bool: "true ou false"
        case .oneOf(let names): names.joined(separator: ", ")
        case .time: "une heure RFC 3339, par exemple \(EventJSON.Expectation.exampleTime)"
        case .object: "un objet"
        case .wholeNumber(let least, let most): "un nombre entier de \(least) à \(most)"
        case .wholeMicroseconds: "des microsecondes entières"
        case .oneBody: "un seul fait par événement"
        case .list(let one): "une liste, et dans celle-ci : \(french(one))"
        }
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
            case .missing: "le fichier manque; nommer un fichier qui existe, .csv.gz ou .csv"
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
