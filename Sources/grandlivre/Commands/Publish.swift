import ArgumentParser
import Commerce
import Ledger
import Transparency

struct Publish: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: say(
            "Publie le journal en fichiers statiques (C2SP tlog-tiles).",
            "Publishes the log as static files (C2SP tlog-tiles)."),
        discussion: say(
            "Jusqu’à un point de contrôle signé. Une seconde fois, n’écrit que ce qui est nouveau. Les événements y sont en clair pour qui lit le dossier, les données personnelles scellées; --hashes-only ne publie que les empreintes.",
            "Up to a signed checkpoint. A second time it writes what is new only. Events are there for whoever reads the folder, personal data sealed; --hashes-only publishes hashes alone."
        ))
    @Argument(help: ArgumentHelp(say("Dossier.", "Folder."))) var folder: String
    @Option(
        help: ArgumentHelp(
            say(
                "Taille du point de contrôle; par défaut le dernier.",
                "Size of the checkpoint; the newest by default."), valueName: "number"))
    var size: UInt64?
    @Flag(help: ArgumentHelp(say("Sans les événements.", "Without the events."))) var hashesOnly = false

    func run() throws {
        let store = try Opening.store(readOnly: true)
        let (checkpoint, note) = try store.checkpoint(size: size)
        let files = try TileWriter(store, directory: folder, hasEntries: !hashesOnly).publish(checkpoint, note)
        guard Invocation.current.format == .table else {
            return putLine(JSON.object(NoteFile.fields(checkpoint) + [("files", .count(files))]).line)
        }
        let language = Invocation.current.language
        putLine(
            say("Événements publiés : ", "Events published: ") + shown(count: checkpoint.size, language)
                + say(" · fichiers écrits : ", " · files written: ") + shown(count: files, language))
    }
}
