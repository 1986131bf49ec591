import ArgumentParser
import Commerce
import Ledger

struct VerifyIdentities: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-identities",
        abstract: say(
            "Vérifie que toute donnée personnelle s’ouvre, ou que sa clé est détruite.",
            "Checks that all personal data opens, or that its key is destroyed."),
        discussion: say(
            "Détruit d’abord les clés des identités effacées qui subsistent, par exemple après le retour d’une vieille copie de persons.keys.",
            "First destroys keys of erased identities that still stand, for example after an old copy of persons.keys was put back."
        ))

    func run() throws {
        let snapshot = try Opening.snapshot()
        let keyring = try Keyring.open(Opening.keysPath, ledgerKey: Self.key(snapshot), isWritable: true)
        let applied = try keyring?.applyErasures(snapshot.views) ?? 0
        let audit = try IdentityAudit(snapshot, keyring, appliedAgain: applied)
        if Invocation.current.format == .json {
            putLine(
                JSON.object([
                    ("opened", .count(audit.opened)), ("closed", .count(audit.closed)),
                    ("erasedIdentities", .count(audit.erasedIdentities)),
                    ("appliedAgain", .count(audit.appliedAgain)), ("damagedSlots", .count(audit.damagedSlots)),
                    ("failures", .array(audit.failures.map { .count($0) })),
                    ("undestroyed", .array(audit.undestroyed.map { .text($0) })), ("clean", .bool(audit.isClean)),
                ]).line)
        } else {
            var listing = Listing([
                .init(key: "item", title: Text("Données personnelles", "Personal data")),
                .init(key: "count", title: Text("Nombre", "Count"), isNumber: true),
            ])
            for (name, count) in [
                (Text("s’ouvrent", "open"), audit.opened),
                (Text("effacées, illisibles à jamais", "erased, closed for ever"), audit.closed),
                (Text("identités effacées", "erased identities"), audit.erasedIdentities),
                (Text("effacements appliqués de nouveau", "erasures applied again"), audit.appliedAgain),
                (Text("emplacements de clé abîmés", "damaged key slots"), audit.damagedSlots),
                (Text("ne s’ouvrent pas", "do not open"), audit.failures.count),
                (Text("clés qui devraient être détruites", "keys that should be destroyed"), audit.undestroyed.count),
            ] { listing.add([.text(name(Invocation.current.language)), .count(count)]) }
            show(listing)
        }
        guard !audit.isClean else { return }
        for sequence in audit.failures.prefix(10) {
            note(
                "grandlivre: "
                    + say("l’événement \(sequence) ne s’ouvre pas", "event \(sequence) does not open"))
        }
        throw AnswerIsNo()
    }

    /// Without personal data there is nothing that a key would open.
    private static func key(_ snapshot: LedgerSnapshot) throws(LedgerError) -> LedgerKey? {
        if let key = try Opening.ledgerKey() { return key }
        let needsKey = snapshot.views.identityRecords().contains { $0.record.dataCount > 0 && !$0.record.isErased }
        if needsKey { throw LedgerKey.missing() }
        return nil
    }
}
