import Commerce
package import Transparency

extension LedgerError {
    /// What is wrong with a note, in both languages: data of the wrong form is refused (65), a signature that does not hold is a "no" (1).
    package init(_ error: NoteError, _ place: String) {
        switch error {
        case .malformed(let fault):
            let (reason, remedy) = fault.text
            self.init(.badInput, place, reason, remedy: remedy)
        case .badSignature(let name):
            self.init(
                .no, place, Text("la signature de \(name) ne tient pas", "the signature of \(name) does not hold"),
                remedy: Text("reprendre le texte à sa source", "get the text from its source"))
        case .unsigned(let name):
            self.init(
                .no, place, Text("non signé par \(name)", "not signed by \(name)"),
                remedy: Text(
                    "vérifier la clé, ou reprendre le texte à sa source",
                    "check the key, or get the text from its source"))
        case .otherLog(let origin, let key):
            self.init(
                .no, place,
                Text("d’un autre journal : \(origin), signé par \(key)", "of another log: \(origin), signed by \(key)"),
                remedy: Text("un point de contrôle de \(key)", "a checkpoint of \(key)"))
        case .policy(let line, let fault):
            let (reason, remedy) = fault.text
            self.init(.badInput, line > 0 ? "\(place):\(line)" : place, reason, remedy: remedy)
        }
    }
}

extension NoteFault {
    /// What is wrong, and what would be right (C2SP signed-note, tlog-checkpoint, tlog-proof).
    fileprivate var text: (reason: Text, remedy: Text) {
        switch self {
        case .keyName:
            (
                Text("ce n’est pas un nom de clé", "not a key's name"),
                Text("un nom sans espace ni « + »", "a name without space and without \"+\"")
            )
        case .publicKey, .secretKey:
            (
                Text("ce n’est pas une clé Ed25519", "not an Ed25519 key"),
                Text("« grandlivre keys new FICHIER » en crée une", "\"grandlivre keys new FILE\" makes one")
            )
        case .verifierKey:
            (
                Text("ce n’est pas une clé de vérification", "not a verifier key"),
                Text(
                    "nom+id+base64, comme l’écrit « grandlivre keys show FICHIER --name NOM »",
                    "name+id+base64, as \"grandlivre keys show FILE --name NAME\" writes it")
            )
        case .keyId(let right):
            (
                Text("l’id n’est pas celui de la clé", "the id is not the key's"),
                Text("\(right), ou une autre clé", "\(right), or another key")
            )
        case .tooLarge:
            (
                Text("trop grand pour une note", "too large for a note"),
                Text("au plus \(SignedNote.bytesMax) octets", "at most \(SignedNote.bytesMax) bytes")
            )
        case .notText:
            (
                Text("ce n’est pas du texte", "not a text"),
                Text("de l’UTF-8 sans caractère de commande", "UTF-8 without control characters")
            )
        case .shape:
            (
                Text("ce n’est pas une note signée", "not a signed note"),
                Text(
                    "un texte, une ligne vide, des signatures, chaque ligne finie",
                    "a text, an empty line, signatures, each line ended")
            )
        case .signatureCount(let count):
            (
                Text("\(count) signatures", "\(count) signatures"),
                Text("de 1 à \(SignedNote.signaturesMax)", "1 to \(SignedNote.signaturesMax)")
            )
        case .signatureLine(let line):
            (
                Text("ce n’est pas une signature : « \(line) »", "not a signature: \"\(line)\""),
                Text("— nom base64(id et signature)", "\u{2014} name base64(id and signature)")
            )
        case .checkpoint:
            (
                Text("ce n’est pas un point de contrôle", "not a checkpoint"),
                Text("origine, taille et racine, chacune sur sa ligne", "origin, size and root, each on its line")
            )
        case .checkpointSize(let size):
            (
                Text("taille « \(size) »", "size \"\(size)\""),
                Text("un nombre décimal sans zéro de tête", "a decimal number without leading zeros")
            )
        case .checkpointRoot(let root):
            (Text("racine « \(root) »", "root \"\(root)\""), Text("le base64 de 32 octets", "the base64 of 32 bytes"))
        case .proofHeader, .proofExtra, .proofIndex, .proofPath, .proofEnd:
            (
                Text("ce n’est pas une preuve", "not a proof"),
                Text("un fichier de « grandlivre prove --tlog »", "a file of \"grandlivre prove --tlog\"")
            )
        }
    }
}

extension PolicyFault {
    /// What is wrong, and what would be right (C2SP tlog-policy).
    fileprivate var text: (reason: Text, remedy: Text) {
        switch self {
        case .notText: NoteFault.notText.text
        case .line:
            (
                Text("ligne inconnue", "unknown line"),
                Text(
                    "log CLÉ, witness NOM CLÉ, group NOM NOMBRE|any|all NOM…, quorum NOM|none",
                    "log KEY, witness NAME KEY, group NAME NUMBER|any|all NAME…, quorum NAME|none")
            )
        case .key: NoteFault.verifierKey.text
        case .algorithm:
            (
                Text("clé de l’autre sorte", "a key of the other kind"),
                Text(
                    "un témoin : « keys show FICHIER --name NOM --witness »; un journal, sans --witness",
                    "a witness's: \"keys show FILE --name NAME --witness\"; a log's, without --witness")
            )
        case .duplicateKey:
            (Text("clé déjà nommée", "key named before"), Text("chaque clé une fois", "each key once"))
        case .duplicateName(let name):
            (Text("nom déjà pris : \(name)", "name taken: \(name)"), Text("un autre nom", "another name"))
        case .unknownName(let name):
            (
                Text("nom inconnu : \(name)", "unknown name: \(name)"),
                Text("le nom d’une ligne précédente", "the name of an earlier line")
            )
        case .repeatedMember(let name):
            (
                Text("déjà membre d’un groupe : \(name)", "already in a group: \(name)"),
                Text("chaque nom une fois", "each name once")
            )
        case .threshold(let number):
            (
                Text("seuil « \(number) »", "threshold \"\(number)\""),
                Text("any, all, ou de 1 au nombre des membres", "any, all, or 1 to the number of members")
            )
        case .quorum:
            (
                Text("il faut une ligne quorum, une seule", "one quorum line, and only one, is needed"),
                Text("quorum NOM, ou quorum none", "quorum NAME, or quorum none")
            )
        case .noLog:
            (
                Text("aucune ligne log : de quel journal ?", "no log line: of which log?"),
                Text("log CLÉ", "log KEY")
            )
        }
    }
}
