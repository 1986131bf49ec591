import Commerce
import EventLog
package import LMDB

extension LedgerError {
    /// What the storage says, in both languages.
    package init(_ error: LMDBError, _ directory: String) {
        let (code, french) = Self.describe(error.code)
        self.init(
            code, error.path.isEmpty ? directory : error.path,
            Text(french.0, error.reason), remedy: Text(french.1, error.remedy))
    }

    private static func describe(_ code: LMDBError.Code) -> (Code, (String, String)) {
        switch code {
        case .directoryMissing: (.notFound, ("le dossier n’existe pas", "le créer avec « grandlivre init »"))
        case .notADirectory: (.notFound, ("ce n’est pas un dossier", "nommer un dossier avec --ledger"))
        case .notAFile: (.notFound, ("ce n’est pas un fichier ordinaire", "nommer le dossier d’un grand livre"))
        case .linkLoop: (.notFound, ("trop de liens symboliques", "nommer le dossier même"))
        case .notFound: (.notFound, ("il n’y a pas de grand livre ici", "le créer avec « grandlivre init »"))
        case .permissionDenied: (.inputOutput, ("accès refusé", "donner le droit de lire et d’écrire ce dossier"))
        case .readOnlyMount: (.inputOutput, ("système de fichiers en lecture seule", "le monter en écriture"))
        case .readOnly: (.inputOutput, ("ouvert en lecture seule", "l’ouvrir en écriture"))
        case .networkFileSystem: (.inputOutput, ("système de fichiers réseau", "employer un disque local"))
        case .foreignFile: (.badInput, ("ce fichier n’est pas un grand livre", "nommer un autre dossier avec --ledger"))
        case .newerFile: (.badInput, ("écrit par une version plus récente", "employer cette version de grandlivre"))
        case .truncatedFile: (.inputOutput, ("fichier tronqué", "restaurer une copie"))
        case .corrupt: (.inputOutput, ("fichier abîmé", "restaurer une copie"))
        case .diskFull: (.inputOutput, ("disque plein; rien n’a été inscrit", "libérer de l’espace, puis recommencer"))
        case .fileSizeLimit: (.inputOutput, ("limite de taille de fichier atteinte", "lever la limite (ulimit -f)"))
        case .mapTooLarge: (.inputOutput, ("l’espace d’adressage manque", "lever la limite (ulimit -v)"))
        case .mapTooSmall: (.inputOutput, ("la carte mémoire est pleine", "ouvrir avec une carte plus grande"))
        case .readersFull: (.busy, ("trop de lecteurs à la fois", "réessayer quand d’autres auront fini"))
        case .busy: (.busy, ("un autre processus écrit dans ce grand livre", "réessayer quand il aura fini"))
        case .exists: (.cannotCreate, ("il existe déjà", "nommer un dossier vide"))
        case .writerStopped:
            (
                .inputOutput,
                ("l’écriture est arrêtée après un échec du disque", "redémarrer après avoir vérifié le disque")
            )
        case .tooManyFiles: (.inputOutput, ("trop de fichiers ouverts", "lever la limite (ulimit -n)"))
        case .optionsDiffer: (.internalError, ("déjà ouvert autrement dans ce processus", "signaler ce défaut"))
        case .badKey, .entryTooLarge, .transactionEnded:
            (.internalError, ("le stockage refuse l’opération", "signaler ce défaut"))
        default: (.inputOutput, ("échec du stockage", "vérifier le disque et ses droits"))
        }
    }
}
