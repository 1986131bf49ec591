import Commerce
@preconcurrency import Glibc

/// What the system says of a file, in both languages; it speaks English only.
enum SystemReason {
    static func text(_ number: Int32) -> Text {
        let english = String(cString: strerror(number))
        let french =
            switch number {
            case ENOENT: "fichier ou dossier introuvable"
            case EACCES, EPERM: "accès refusé"
            case EISDIR: "c’est un dossier"
            case ENOTDIR: "un élément du chemin n’est pas un dossier"
            case EROFS: "système de fichiers en lecture seule"
            case ENOSPC, EDQUOT: "disque plein"
            case EMFILE, ENFILE: "trop de fichiers ouverts"
            case ENAMETOOLONG: "nom trop long"
            default: "erreur \(number) du système (\(english))"
            }
        return Text(french, english)
    }
}
