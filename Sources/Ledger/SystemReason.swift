package import Commerce
@preconcurrency import Glibc

/// What the system says of a file, in both languages; it speaks English only.
package enum SystemReason {
    package static func text(_ number: Int32) -> Text {
        let english = String(cString: strerror(number))
        let french =
            switch number {
            case ENOENT: "fichier ou dossier introuvable"
            case EACCES, EPERM: "accès refusé"
            case EEXIST: "il existe déjà"
            case EISDIR: "c’est un dossier"
            case ENOTDIR: "un élément du chemin n’est pas un dossier"
            case EROFS: "système de fichiers en lecture seule"
            case ENOSPC, EDQUOT: "disque plein"
            case EMFILE, ENFILE: "trop de fichiers ouverts"
            case ENAMETOOLONG: "nom trop long"
            case ENOTEMPTY: "le dossier n’est pas vide"
            case EIO: "erreur du disque"
            case ENODEV, ENXIO: "aucun appareil ne répond"
            case ENOMEM: "mémoire insuffisante"
            case EFBIG: "fichier trop grand"
            case ELOOP: "trop de liens symboliques"
            case EBUSY, ETXTBSY: "occupé par un autre programme"
            case EINVAL: "le système refuse ce fichier"
            case EPIPE: "le lecteur est parti"
            default: "erreur \(number) du système"
            }
        return Text(french, english)
    }
}
