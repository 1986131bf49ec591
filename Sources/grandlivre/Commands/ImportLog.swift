import ArgumentParser
import Commerce
import Events
import Interchange
import Ledger

struct ImportLog: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jsonl",
        abstract: say(
            "Refait un grand livre de « export jsonl », à la même racine.",
            "Makes a ledger of \"export jsonl\" again, with the same root."),
        discussion: say(
            "L’empreinte de chaque ligne est vérifiée, les règles décident de nouveau. Crée le grand livre si le dossier est absent ou vide; interrompu ou refusé, il reprend où il en était. La clé des données personnelles n’est pas dans l’exportation.",
            "The hash of each line is checked, the rules decide again. Creates the ledger if its folder is missing or empty; interrupted or refused, it resumes where it was. The keys of personal data are not in the export."
        ))

    @Argument(help: ArgumentHelp(say("Fichier, ou - pour l’entrée standard.", "File, or - for standard input.")))
    var file: String = "-"
    @Option(
        help: ArgumentHelp(
            say("Racine attendue, en hexadécimal.", "The root that is expected, in hexadecimal.")))
    var root: String?
    @Option(
        help: ArgumentHelp(say("Nom du journal dans ses points de contrôle.", "The log's name in its checkpoints.")))
    var origin: String = "grandlivre/ledger"

    func run() throws {
        let reader = try LineReader(file)
        let store = try Opening.openOrCreate(Invocation.current.ledger, origin: origin)
        Signals.watch()
        let log = try LogImport(store)
        defer { log.close() }
        do {
            while let line = try reader.next() {
                try Signals.check()
                switch line {
                case .success(let text):
                    if !text.isEmpty { try log.take(text, number: reader.number) }
                case .failure(let refusal):
                    throw LogImport.LineRefused(line: reader.number, reason: .rule(refusal))
                }
            }
            try log.finish()
        } catch let refused as LogImport.LineRefused {
            let language = Invocation.current.language
            let reason =
                switch refused.reason {
                case .json(let failure): Reason.text(failure, language)
                case .entry(let error): Reason.text(error, language)
                case .rule(let refusal): refusal.text(language)
                }
            note(
                "grandlivre: " + say("ligne \(refused.line) : \(reason)", "line \(refused.line): \(reason)") + "; "
                    + resumption(log, language))
            throw InputRefused()
        }
        try tell(log, LedgerStatistics(LedgerSnapshot(store)))
    }

    /// What stays of an import that was refused, and how it goes on.
    private func resumption(_ log: LogImport, _ language: Language) -> String {
        let recorded = shown(count: log.recorded, language)
        let repeats = shown(count: log.repeats, language)
        return say(
            "\(recorded) événements inscrits, \(repeats) déjà là : corriger le fichier, puis relancer la même commande, qui reprend là",
            "\(recorded) events recorded, \(repeats) there already: mend the file, then run the same command, which goes on there"
        )
    }

    private func tell(_ log: LogImport, _ statistics: LedgerStatistics) throws {
        let language = Invocation.current.language
        if Invocation.current.format == .table {
            let recorded = shown(count: log.recorded, language)
            let repeats = shown(count: log.repeats, language)
            putLine(
                say(
                    "\(recorded) événements inscrits, \(repeats) déjà là; racine \(statistics.root)",
                    "\(recorded) events recorded, \(repeats) there already; root \(statistics.root)"))
        } else {
            putLine(
                JSON.object([
                    ("recorded", .count(log.recorded)), ("repeats", .count(log.repeats)),
                    ("events", .count(statistics.events)), ("root", .text(statistics.root)),
                ]).line)
        }
        guard let root, root.lowercased() != statistics.root else { return }
        note(
            "grandlivre: "
                + say("la racine n’est pas celle attendue, \(root)", "the root is not the expected one, \(root)"))
        throw AnswerIsNo()
    }
}
