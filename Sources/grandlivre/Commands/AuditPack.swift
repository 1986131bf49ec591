import Accounting
import ArgumentParser
import Commerce
import EventLog
import Interchange
import Ledger
import Transparency

struct AuditPackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack",
        abstract: say(
            "Le dossier qu’un auditeur emporte, avec de quoi le vérifier.",
            "What an auditor takes away, with the means to verify it."),
        discussion: say(
            """
            Le journal jusqu’à un point de contrôle signé, les écritures, la balance, les auxiliaires, l’affectation, les constats des tests d’audit, des échantillons, un rapport et verify.py. Sans --checkpoint ni --key : le dernier point de contrôle gardé. Un dossier refusé ne signe rien. Pas à pas : Docs/auditor.md.

            Exemples :
              grandlivre audit pack --book grand-io --year 2025 dossier --key cle
              python3 dossier/verify.py --key "$(grandlivre keys show cle --name ORIGINE)"
            """,
            """
            The log up to a signed checkpoint, entries, trial balance, sub-ledgers, allocation, findings of the audit tests, samples, a report and verify.py. Without --checkpoint or --key: the newest checkpoint that is kept. A pack that is refused signs nothing. Step by step: Docs/auditor.md.

            Examples:
              grandlivre audit pack --book grand-io --year 2025 pack --key key
              python3 pack/verify.py --key "$(grandlivre keys show key --name ORIGIN)"
            """))
    @Argument(help: ArgumentHelp(say("Dossier vide ou absent.", "Empty or missing folder."), valueName: "folder"))
    var folder: String
    @OptionGroup var year: YearOptions
    @Option(
        help: ArgumentHelp(
            say("Fichier d’un point de contrôle de ce grand livre.", "File of a checkpoint of this ledger.")))
    var checkpoint: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Fichier de la clé du journal, qui signe tout ce qui est inscrit.",
                "File of the log's key, which signs all that is recorded."), valueName: "keyfile"))
    var key: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Clé de vérification du journal, jointe au dossier.", "Verifier key of the log, put into the pack."),
            valueName: "verifier-key"))
    var logKey: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Seuil de signification pour les travaux; par défaut 0,75 % des produits ou de l’actif, le plus grand.",
                "Performance materiality; by default 0.75 % of revenue or assets, whichever is larger."),
            valueName: "amount"))
    var materiality: String?
    @Option(
        help: ArgumentHelp(say("Anomalie attendue.", "Expected misstatement."), valueName: "amount"))
    var expected: String = "0"
    @Option(help: ArgumentHelp(say("Degré de confiance, en %.", "Confidence, in %."))) var confidence: Int = 95

    func run() throws {
        guard checkpoint == nil || key == nil, logKey == nil || key == nil else {
            throw LedgerError(
                .usage, "--key", Text("--key signe et vérifie tout seul", "--key signs and verifies by itself"),
                remedy: Text(
                    "--key seul, ou --checkpoint avec --log-key", "--key alone, or --checkpoint with --log-key"))
        }
        let seed = try key.map { path throws(LedgerError) in try KeyFile.read(path) }
        let store = try Opening.store(readOnly: seed == nil)
        var snapshot = try LedgerSnapshot(store)
        let given = seed == nil ? try trust(store) : nil
        if let size = given?.checkpoint.size, size < snapshot.head.count { snapshot = try snapshot.past(atSize: size) }
        let book = try Opening.book(year.book, snapshot.views)
        // All that may refuse the pack comes before anything is signed.
        let pack = try AuditPack(
            snapshot, book, year: year.year, folder: folder, version: GrandLivre.configuration.version)
        let findings = try PackFindings(
            AuditPeriod(book: book.name, year: year.year, snapshot.views), terms(book), snapshot)
        try pack.makeFolder()
        guard let trust = try given ?? seed.map({ try signed(store, $0, snapshot.head) }) else { return }
        let meter = ProgressMeter()
        defer { meter.clear() }
        let content = try pack.write(
            trust,
            beside: { content in
                findings.files(trust.checkpoint)
                    + Language.allCases.map { ("report.\($0.rawValue).html", PackReport(content, findings, $0).html) }
            },
            progress: { meter.show(done: Int($0), total: Int($1), detail: say("\($0) événements", "\($0) events")) })
        meter.clear()
        tell(content, findings)
    }

    private func terms(_ book: Book) throws(LedgerError) -> SampleTerms {
        var terms = SampleTerms()
        if let materiality { terms.materialityMinor = try Opening.amount(materiality, "--materiality", book.currency) }
        terms.expectedMinor = try Opening.amount(expected, "--expected", book.currency)
        terms.confidence = confidence
        return terms
    }

    /// Signs what the pack is made of, and keeps the note.
    private func signed(_ store: LedgerStore, _ seed: SigningSeed, _ head: LogHead) throws -> AuditPack.Trust {
        let origin = store.log.format.origin
        let signer = try NoteFile.reading(origin) { () throws(NoteError) in
            try NoteSigner(name: origin, algorithm: .ed25519, seed: seed.seed)
        }
        let signed = try store.signCheckpoint(signer, at: head)
        return AuditPack.Trust(signed.checkpoint, signed.note, logKey: signer.verifier, signer: signer)
    }

    /// The checkpoint up to which the pack goes; one of another log, or a root that this log never had, is refused.
    private func trust(_ store: LedgerStore) throws -> AuditPack.Trust {
        let origin = store.log.format.origin
        let verifier = try logKey.map { text throws(LedgerError) in try NoteFile.key(text, "--log-key") }
        guard let checkpoint else {
            let found = try store.checkpoint()
            try verify(found.note, verifier, "checkpoint \(found.checkpoint.size)")
            return AuditPack.Trust(found.checkpoint, found.note, logKey: verifier)
        }
        let bytes = try WholeFile.read(checkpoint)
        let (note, stated) = try NoteFile.reading(checkpoint) { () throws(NoteError) in
            let note = try SignedNote(bytes)
            return (note, try Checkpoint(text: note.text))
        }
        try verify(note, verifier, checkpoint)
        let size = try store.size()
        guard stated.origin == origin, stated.size <= size, try store.root(atSize: stated.size) == stated.root else {
            throw LedgerError(
                .no, checkpoint,
                Text("ce n’est pas un point de contrôle de ce grand livre", "not a checkpoint of this ledger"),
                remedy: Text("« grandlivre checkpoint show »", "\"grandlivre checkpoint show\""))
        }
        return AuditPack.Trust(stated, note, logKey: verifier)
    }

    private func verify(_ note: SignedNote, _ key: NoteVerifier?, _ place: String) throws(LedgerError) {
        guard let key else { return }
        let isSigned = try NoteFile.reading(place) { () throws(NoteError) in try !note.verified(by: [key]).isEmpty }
        guard isSigned else { throw LedgerError(NoteError.unsigned(key.name), place) }
    }

    private func tell(_ content: AuditPack.Content, _ findings: PackFindings) {
        let checkpoint = content.trust.checkpoint
        guard Invocation.current.format == .table else {
            return putLine(
                JSON.object([
                    ("folder", .text(folder)), ("book", .text(content.book.name)),
                    ("year", .count(UInt64(content.year))),
                    ("size", .count(checkpoint.size)), ("root", .text(checkpoint.root.hex)),
                    ("entries", .count(UInt64(content.figures.entries))),
                    ("accounts", .count(UInt64(content.figures.accounts.count))),
                    ("dividends", .count(UInt64(content.allocation.dividends.count))),
                    ("findings", .count(findings.count)), ("samples", .count(findings.samples.drawn.count)),
                    ("ownEvents", .count(content.ownCount)), ("files", .count(UInt64(content.files))),
                ]).line)
        }
        let language = Invocation.current.language
        putLine("\(folder) · \(content.book.legalName) · \(content.year)")
        putLine(say("Événements : ", "Events: ") + shown(count: checkpoint.size, language))
        putLine(
            say(
                "Tout le journal de la fédération, sous pseudonymes; de ce livre : ",
                "The federation's whole log, under pseudonyms; of this book: ")
                + shown(count: content.ownCount, language))
        putLine(say("Racine : ", "Root: ") + checkpoint.root.hex)
        putLine(
            say("Écritures : ", "Entries: ") + shown(count: content.figures.entries, language)
                + say(" · comptes : ", " · accounts: ") + shown(count: content.figures.accounts.count, language)
                + say(" · ristournes : ", " · dividends: ")
                + shown(count: content.allocation.dividends.count, language))
        putLine(
            say("Constats : ", "Findings: ") + shown(count: findings.count, language)
                + say(" · échantillons : ", " · samples: ") + shown(count: findings.samples.drawn.count, language)
                + say(" · fichiers : ", " · files: ") + "\(content.files)")
        putLine(
            say("À vérifier : ", "To verify: ") + "python3 \(folder)/verify.py --key "
                + say("CLÉ", "KEY") + (key == nil ? " --unsigned-index" : ""))
    }
}
