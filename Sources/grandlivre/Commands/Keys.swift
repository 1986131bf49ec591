import ArgumentParser
import Commerce
import Ledger

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

    func run() throws { Self.show(try KeyFile.read(file), file) }

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
