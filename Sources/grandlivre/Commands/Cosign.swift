import ArgumentParser
import Bytes
import Commerce
import EventLog
import Ledger
import Transparency

/// A witness signs that the log only grew since it last signed. Asks no ledger.
struct Cosign: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "cosign",
        abstract: say("Co-signe un point de contrôle, comme témoin.", "Co-signs a checkpoint, as a witness."),
        discussion: say(
            "Refuse (état 1) si rien ne prouve que le journal prolonge celui que le témoin a signé la dernière fois; la preuve est celle de « prove --from A --to B ». N’ouvre pas de grand livre.",
            "Refuses (status 1) where nothing proves that the log extends the one that the witness last signed; the proof is that of \"prove --from A --to B\". Opens no ledger."
        ))
    @Argument(help: ArgumentHelp(say("Fichier du point de contrôle.", "File of the checkpoint."))) var file: String
    @Option(help: ArgumentHelp(say("Fichier de la clé du témoin.", "File of the witness's key."), valueName: "keyfile"))
    var key: String
    @Option(help: ArgumentHelp(say("Nom du témoin.", "Name of the witness."))) var name: String
    @Option(
        help: ArgumentHelp(
            say("Clé de vérification du journal.", "Verifier key of the log."), valueName: "verifier-key"))
    var logKey: String
    @Option(
        help: ArgumentHelp(
            say("Fichier où le témoin garde sa dernière note.", "File in which the witness keeps its last note."),
            valueName: "statefile"))
    var state: String
    @Option(
        help: ArgumentHelp(
            say("Fichier de la preuve de cohérence.", "File of the consistency proof."), valueName: "prooffile"))
    var proof: String?
    @Flag(
        help: ArgumentHelp(
            say("La première fois : aucune note n’est encore gardée.", "The first time: no note is kept yet.")))
    var first = false

    func run() throws {
        let log = try NoteFile.key(logKey, "--log-key")
        let seed = try KeyFile.read(key)
        let signer = try NoteFile.reading(name) { () throws(NoteError) in
            try NoteSigner(name: name, algorithm: .cosignature, seed: seed.seed)
        }
        let checkpoint = try NoteFile.checkpoint(file, log)
        let signed = try Witness(signer, of: log, state: state).cosign(
            checkpoint, file, proof: try proof.map { try Self.consistency($0) }, isFirst: first,
            at: UInt64(max(0, Clock.nowUs / 1_000_000)))
        NoteFile.show(signed.checkpoint, signed.note)
    }

    private static func consistency(_ file: String) throws(LedgerError) -> ConsistencyProof {
        guard case .consistency(let proof) = try ProofDocument(file: file) else {
            throw LedgerError(
                .badInput, file,
                Text("preuve d’un événement, non de cohérence", "proof of an event, not of consistency"),
                remedy: Text("« grandlivre prove --from A --to B »", "\"grandlivre prove --from A --to B\""))
        }
        return proof
    }
}
