import Bytes
import Events

/// What the views were at a sequence, by their digests, so that an auditor who folds the log again can tell a program or a disk that changed them.
///
/// Nobody can co-sign a digest without folding the log, so it is an event and no line of a checkpoint. Whether the digests are right is found by folding, not by
/// this rule.
enum ViewAttestations {
    private static let viewsMax = 256

    static func decide(_ body: ViewsAttestedView, _ fact: Fact) throws(Refusal) {
        _ = try Check.book(fact)
        guard body.throughSequence < fact.sequence else {
            throw Refusal(
                .outOfRange, "throughSequence", "\(body.throughSequence)",
                Text("cet événement n’est pas encore inscrit", "that event is not recorded yet"),
                accepted: Text("moins que \(fact.sequence)", "below \(fact.sequence)"))
        }
        guard body.version > 0 else {
            throw Refusal(
                .missing, "version", "", Text("la version des vues manque", "the version of the views is missing"),
                accepted: Text("1 ou plus", "1 or more"))
        }
        guard (1...viewsMax).contains(body.views.count) else {
            throw Refusal(
                .outOfRange, "views", Int64(body.views.count), Text("nombre de vues", "number of views"),
                accepted: Text("de 1 à \(viewsMax)", "1 to \(viewsMax)"))
        }
        var before = Bytes.none
        for (at, encoded) in body.views.enumerated() {
            guard let view = try? encoded.view() else { continue }
            try Check.id(view.view, "views[\(at)].view", max: 64)
            guard at == 0 || before < view.view else {
                throw Refusal(
                    .duplicate, "views[\(at)].view", view.view,
                    Text("les vues vont dans l’ordre de leurs noms", "views go in the order of their names"),
                    accepted: Text("chaque nom une fois, en ordre croissant", "each name once, ascending"))
            }
            before = view.view
            guard view.digest.count == 32 else {
                throw Refusal(
                    .malformed, "views[\(at)].digest", "",
                    Text("\(view.digest.count) octets", "\(view.digest.count) bytes"),
                    accepted: Text("un SHA-256 : 32 octets", "a SHA-256: 32 bytes"))
            }
        }
    }
}
