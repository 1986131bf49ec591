package import Commerce
import EventLog
import LMDB

extension PageFinding {
    /// What is wrong, for people.
    var text: Text {
        let name = String(decoding: key, as: UTF8.self)
        switch code {
        case .missing:
            return Text(
                "la page est au-delà de la fin du fichier (\(found) octets)",
                "the page is behind the end of the file (\(found) bytes)")
        case .meta:
            return Text(
                "page d’en-tête : \(name) vaut \(found), attendu \(expected)",
                "meta page: \(name) is \(found), expected \(expected)")
        case .pageNumber:
            return Text(
                "la page dit être la page \(found)", "the page says that it is page \(found)")
        case .pageKind:
            return Text(
                "la page n’est pas du genre attendu (\(found), attendu \(expected))",
                "the page is not of the kind expected here (\(found), expected \(expected))")
        case .room:
            return Text("les nœuds ne remplissent pas leur page", "the nodes do not fill their page")
        case .node: return Text("nœud impossible", "an impossible node")
        case .order:
            return Text("la clé n’est pas à sa place", "the key is out of order")
        case .separator:
            return Text(
                "la clé de la page supérieure n’est pas celle-ci", "the key in the page above is not this one")
        case .pointer:
            return Text(
                "renvoi à la page \(found), hors du fichier", "a pointer to page \(found), outside the file")
        case .claimedTwice:
            return Text(
                "la page \(found) est prise deux fois, ou libre et prise",
                "page \(found) is taken twice, or free and taken")
        case .overflow:
            return Text(
                "les pages d’une grande valeur sont abîmées", "the pages of a large value are damaged")
        case .counter:
            return Text(
                "compteur \(name) : \(found), compté \(expected)", "counter \(name): \(found), counted \(expected)")
        case .freeList: return Text("liste de pages libres abîmée", "a damaged list of free pages")
        case .lost:
            return Text(
                "\(found) pages ne sont ni prises ni libres", "\(found) pages are neither taken nor free")
        }
    }
}

extension LogAudit.Finding {
    /// What is wrong, for people.
    var text: Text {
        switch code {
        case .checksum: return Text("la somme de contrôle ne tient pas", "the checksum does not hold")
        case .gap:
            let from = sequence ?? 0
            return expected == from + 1
                ? Text("l’événement manque", "the event is missing")
                : Text("il manque \(expected &- from) événements", "\(expected &- from) events are missing")
        case .time:
            return Text("inscrit avant l’événement précédent", "recorded before the event in front of it")
        case .form: return Text("forme non canonique : \(reason)", "not canonical: \(reason)")
        case .node:
            return Text(
                "le nœud n’est pas l’empreinte des événements qu’il couvre",
                "the node is not the hash of the events below it")
        case .root:
            return Text(
                "les événements donnent une autre racine : \(reason)", "the events give another root: \(reason)")
        case .head:
            return Text(
                "l’en-tête dit \(reason) = \(found), compté \(expected)",
                "the head says \(reason) = \(found), counted \(expected)")
        case .unknown: return Text("enregistrement inconnu", "a record that nobody writes")
        }
    }
}

extension Verification.Check {
    /// Its name, for people.
    package var label: Text {
        switch self {
        case .pages: Text("Pages du fichier", "Pages of the file")
        case .keys: Text("Clés en ordre", "Keys in order")
        case .counters: Text("Compteurs des arbres", "Counters of the trees")
        case .freePages: Text("Pages libres", "Free pages")
        case .records: Text("Bases et enregistrements", "Databases and records")
        case .checksums: Text("Sommes de contrôle", "Checksums")
        case .entries: Text("Événements canoniques", "Canonical events")
        case .sequences: Text("Séquences sans trou", "Sequences without a gap")
        case .recordedTimes: Text("Heures d’inscription", "Recorded times")
        case .tree: Text("Nœuds de l’arbre", "Nodes of the tree")
        case .root: Text("Racine et en-tête", "Root and head")
        case .checkpoints: Text("Points de contrôle", "Checkpoints")
        case .signatures: Text("Signatures des points", "Signatures of checkpoints")
        case .journal: Text("Écritures équilibrées", "Balanced journal entries")
        case .views: Text("Vues égales à un calcul neuf", "Views equal to a fresh fold")
        case .idempotency: Text("Index des sources et clés", "Index of sources and keys")
        case .parties: Text("Index des parties", "Indexes of parties")
        case .attestations: Text("Vues attestées", "Attested views")
        case .personalData: Text("Données personnelles scellées", "Sealed personal data")
        }
    }
}
