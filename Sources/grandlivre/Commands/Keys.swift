import ArgumentParser
import Commerce
import Ledger
import Transparency

struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: say("Les clés de signature (Ed25519).", "Signing keys (Ed25519)."),
        discussion: say(
            """
            Pas à pas, dans Docs/approvals.md : keys new, identity key, approve, record.
            """,
            """
            Step by step, in Docs/approvals.md: keys new, identity key, approve, record.
            """),
        subcommands: [KeysNew.self, KeysShow.self])
}

struct KeysNew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: say(
            "Crée une clé dans un fichier que son propriétaire seul lit.",
            "Makes a key in a file that its owner alone reads."))

    @Argument(help: ArgumentHelp(say("Fichier nouveau.", "A new file."))) var file: String

    func run() throws { KeysShow.show(try KeyFile.create(file), file) }
}

struct KeysShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: say("La clé publique d’un fichier de clé.", "The public key of a key file."))

    @Argument(help: ArgumentHelp(say("Fichier de clé.", "Key file."))) var file: String
    @Option(
        help: ArgumentHelp(
            say(
                "Nom de qui signe des points de contrôle : montre la clé de vérification (C2SP).",
                "Name of who signs checkpoints: shows the verifier key (C2SP).")))
    var name: String?
    @Flag(help: ArgumentHelp(say("Clé de témoin (cosign), non de journal.", "A witness's key (cosign), not a log's.")))
    var witness = false

    func run() throws {
        let key = try KeyFile.read(file)
        guard let name else { return Self.show(key, file) }
        let verifier = try NoteFile.reading(name) { () throws(NoteError) in
            try NoteSigner(name: name, algorithm: witness ? .cosignature : .ed25519, seed: key.seed).verifier
        }
        putLine(
            Invocation.current.format == .table
                ? verifier.text : JSON.object([("file", .text(file)), ("verifierKey", .text(verifier.text))]).line)
    }

    static func show(_ key: SigningSeed, _ file: String) {
        let encoded = Base64.encode(key.publicKey)
        if Invocation.current.format == .table {
            putLine(
                say("Clé publique (signingKeyRegistered.publicKey) : ", "Public key (signingKeyRegistered.publicKey): ")
                    + encoded)
        } else {
            putLine(JSON.object([("file", .text(file)), ("publicKey", .text(encoded))]).line)
        }
    }
}
