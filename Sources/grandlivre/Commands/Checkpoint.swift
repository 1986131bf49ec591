import Accounting
import ArgumentParser
import Bytes
import Commerce
import EventLog
import Events
import Ledger
import Transparency

struct CheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: say(
            "Points de contrôle : la racine du journal, signée (C2SP).", "Checkpoints: the log's root, signed (C2SP)."),
        discussion: say(
            "Un point de contrôle dit combien d’événements le journal compte et leur racine. Qui en garde un reconnaît ensuite toute réécriture. Pas à pas : Docs/checkpoints.md.",
            "A checkpoint says how many events the log has, and their root. Whoever keeps one knows any rewriting by it. Step by step: Docs/checkpoints.md."
        ),
        subcommands: [
            CheckpointSign.self, CheckpointShow.self, CheckpointList.self, CheckpointAdd.self, CheckpointVerify.self,
            CheckpointAttestViews.self,
        ],
        defaultSubcommand: CheckpointSign.self)
}

struct CheckpointSign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: say(
            "Signe tout ce qui est inscrit, et garde la note.", "Signs all that is recorded, and keeps the note."))
    @Option(help: ArgumentHelp(say("Fichier de la clé du journal.", "File of the log's key."), valueName: "keyfile"))
    var key: String

    func run() throws {
        let seed = try KeyFile.read(key)
        let store = try Opening.store(readOnly: false)
        let origin = store.log.format.origin
        let signer = try NoteFile.reading(origin) { () throws(NoteError) in
            try NoteSigner(name: origin, algorithm: .ed25519, seed: seed.seed)
        }
        let signed = try store.signCheckpoint(signer)
        NoteFile.show(signed.checkpoint, signed.note)
    }
}

/// What a checkpoint says is for everybody: it is what they compare.
struct CheckpointShow: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: say(
            "Le dernier point de contrôle, ou celui d’une taille.", "The newest checkpoint, or that of a size."))
    @Option(help: ArgumentHelp(say("Nombre d’événements.", "Number of events."), valueName: "number"))
    var size: UInt64?

    func run() throws {
        let found = try Opening.store(readOnly: true).checkpoint(size: size)
        NoteFile.show(found.checkpoint, found.note)
    }
}

struct CheckpointList: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("Les points de contrôle gardés.", "The checkpoints that are kept."))

    func run() throws {
        var listing = Listing([
            .init(key: "size", title: Text("Événements", "Events"), isNumber: true),
            .init(key: "root", title: Text("Racine", "Root")),
            .init(key: "signers", title: Text("Signé par", "Signed by")),
        ])
        listing.nothing = Text("Aucun point de contrôle.", "No checkpoint.")
        for (checkpoint, note) in try Opening.store(readOnly: true).checkpoints() {
            let signers = note.signatures.map(\.name)
            listing.add(
                [.count(checkpoint.size), .text(checkpoint.root.hex), .array(signers.map { .text($0) })],
                shown: [
                    shown(count: checkpoint.size, Invocation.current.language),
                    String(checkpoint.root.hex.prefix(16)) + "…", signers.joined(separator: ", "),
                ])
        }
        show(listing)
    }
}

struct CheckpointAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: say(
            "Garde un point de contrôle revenu de ses témoins.", "Keeps a checkpoint that its witnesses gave back."))
    @Argument(help: ArgumentHelp(say("Fichier de la note.", "File of the note."))) var file: String
    /// A signature that does not hold would take the place of one that does: witnesses that are named are checked.
    @OptionGroup var trust: TrustOptions

    func run() throws {
        let signed = try trust.judged(WholeFile.read(file), file).checkpoint
        let kept = try Opening.store(readOnly: false).keep(signed)
        NoteFile.show(kept.checkpoint, kept.note)
    }
}

/// Asks no ledger.
struct CheckpointVerify: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: say(
            "Vérifie une note sans grand livre : le journal et ses témoins.",
            "Verifies a note without a ledger: the log and its witnesses."))
    @Argument(help: ArgumentHelp(say("Fichier de la note.", "File of the note."))) var file: String
    @OptionGroup var trust: TrustOptions

    func run() throws {
        let answer = try trust.judged(WholeFile.read(file), file)
        let checkpoint = answer.checkpoint.checkpoint
        // A time that no calendar has is the witness's own affair.
        let cosigned = answer.cosigned.map { signature in
            (signature.witness.name, Int64(clamping: min(signature.time, 253_402_300_799)) * 1_000_000)
        }
        guard Invocation.current.format == .table else {
            let witnesses = cosigned.map { JSON.object([("name", .text($0)), ("time", .time($1))]) }
            return putLine(JSON.object(NoteFile.fields(checkpoint) + [("witnesses", .array(witnesses))]).line)
        }
        let language = Invocation.current.language
        putLine(say("Tient : ", "Holds: ") + checkpoint.origin)
        putLine(say("Événements : ", "Events: ") + shown(count: checkpoint.size, language))
        putLine(say("Racine : ", "Root: ") + checkpoint.root.hex)
        for (name, time) in cosigned {
            putLine(say("Témoin : ", "Witness: ") + name + " · " + InstantText.format(us: time))
        }
    }
}

struct CheckpointAttestViews: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest-views",
        abstract: say(
            "Inscrit les empreintes des vues (viewsAttested).", "Records the digests of the views (viewsAttested)."),
        discussion: say(
            "Refait d’abord toutes les vues à côté : état 1, et rien d’inscrit, si une diffère. Le prochain point de contrôle couvre l’événement.",
            "First folds all views anew beside: status 1, and nothing recorded, where one differs. The next checkpoint covers the event."
        ))
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(help: ArgumentHelp(say("Qui l’inscrit.", "Who records it."))) var actor: String = "grandlivre"
    @Option(help: ArgumentHelp(say("Système qui l’énonce.", "System that states it."))) var source: String = "audit"
    @Option(help: ArgumentHelp(say("Quand (UTC); par défaut maintenant.", "When (UTC); now by default."))) var at:
        String?

    func run() throws {
        let snapshot = try Opening.snapshotForWriting()
        let book = try Opening.book(book, snapshot.views)
        let at = try ActOptions.effectiveAtUs(at, snapshot)
        let meter = ProgressMeter()
        let report = try Ledger.Rebuild.check(snapshot.store) {
            meter.show(done: Int($0), total: Int($1), detail: say("\($0) événements", "\($0) events"))
        }
        meter.clear()
        let proposals = try ViewAttestation.proposals(
            report, book: book.name, source: source, actor: actor, effectiveAtUs: at)
        let outcome = try ActOptions.append(proposals, to: snapshot.store)
        guard let receipt = outcome.receipts.first ?? nil else { return }
        guard Invocation.current.format == .table else {
            return putLine(
                JSON.object([
                    ("sequence", .count(receipt.sequence)), ("throughSequence", .count(report.size - 1)),
                    ("views", .count(report.after.count)), ("repeat", .bool(receipt.isRepeat)),
                ]).line)
        }
        putLine(
            say(
                "Empreintes de \(report.after.count) vues inscrites · événement \(receipt.sequence)",
                "Digests of \(report.after.count) views recorded · event \(receipt.sequence)"))
    }
}
