import ArgumentParser
import Bytes
import Commerce
import Events
import Ledger

struct IdentityProvideAll: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provide-all",
        abstract: say(
            "Scelle et inscrit les données de plusieurs personnes, d’un CSV.",
            "Seals and records the data of many people, from a CSV file."),
        discussion: say(
            "Première ligne : identity, puis les champs de « identity provide » que le fichier donne (name, bankInstitution, bankTransit, bankAccount…). "
                + "Ce que le fichier ne nomme pas reste comme il était. Tout le fichier est inscrit, ou rien.",
            "First line: identity, then those fields of \"identity provide\" that the file gives (name, bankInstitution, bankTransit, bankAccount…). "
                + "What the file does not name stays as it was. The whole file is recorded, or nothing."))
    @Argument(help: ArgumentHelp(say("Fichier CSV.", "CSV file."))) var file: String
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(help: ArgumentHelp(say("Qui l’inscrit.", "Who records it."))) var actor: String = "grandlivre"
    @Option(help: ArgumentHelp(say("Système qui l’énonce.", "System that states it."))) var source: String = "identity"
    @Option(help: ArgumentHelp(say("Quand (UTC); par défaut maintenant.", "When (UTC); now by default."))) var at:
        String?

    /// By the names of their columns.
    private static var fields: [(column: String, path: WritableKeyPath<PersonalData, String>)] {
        [
            ("name", \.name), ("email", \.email), ("telephone", \.telephone), ("streetAddress", \.streetAddress),
            ("city", \.city), ("province", \.province), ("postalCode", \.postalCode), ("language", \.language),
            ("bankInstitution", \.bankInstitution), ("bankTransit", \.bankTransit), ("bankAccount", \.bankAccount),
        ]
    }

    func run() throws {
        let rows = try CSVRows.read(
            file, required: ["identity"], optional: Self.fields.map { $0.column.lowercased() })
        guard let key = try Opening.ledgerKey() else { throw LedgerKey.missing() }
        let snapshot = try Opening.snapshotForWriting()
        let views = snapshot.views
        let proposals = IdentityProposals(
            book: try Opening.book(book, views).name, source: source, actor: actor,
            effectiveAtUs: try ActOptions.effectiveAtUs(at, snapshot))
        let keyring = try Keyring.openOrCreate(Opening.keysPath, ledgerKey: key)
        try keyring.applyErasures(views)
        let all = Proposals(capacity: 1 << 20)
        var seen: Set<String> = []
        Signals.watch()
        for (line, cells) in rows {
            try Signals.check()
            let identity = cells["identity"] ?? ""
            guard let party = Array(identity.utf8).withBytes({ views.party(.identity, $0) }) else {
                throw at(line, Text("identité inconnue", "unknown identity"), identity)
            }
            guard seen.insert(identity).inserted else { throw at(line, Text("deux fois", "twice"), identity) }
            let record = views.identity(party)
            let before = try keyring.personalData(of: party, views)
            var data = before ?? PersonalData()
            for (column, path) in Self.fields {
                if let value = cells[column.lowercased()] { data[keyPath: path] = value }
            }
            if data == before ?? PersonalData() { continue }
            let (keyId, sealed): ([UInt8], [UInt8])
            do throws(LedgerError) {
                (keyId, sealed) = try keyring.seal(data, of: identity, views)
            } catch {
                throw LedgerError(error.code, "\(file):\(line), \(error.place)", error.reason, remedy: error.remedy)
            }
            let one = try proposals.provide(
                identity, keyId: keyId, sealed: sealed, after: record?.dataSequence ?? 0)
            try all.append(encoded: one[0])
        }
        try ActOptions.record(
            all, in: snapshot.store, Text("Données personnelles scellées", "Personal data sealed"))
    }

    private func at(_ line: Int, _ reason: Text, _ identity: String) -> LedgerError {
        LedgerError(
            .badInput, "\(file):\(line), « \(identity) »", reason,
            remedy: Text("une identité enregistrée, une fois", "an identity that is registered, once"))
    }
}
