import ArgumentParser
import Commerce
import EventLog
import Ledger
import Transparency

struct Prove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: say(
            "Écrit la preuve qu’un événement est au journal, ou que le journal n’a fait que s’allonger.",
            "Writes the proof that an event is in the log, or that the log only grew."),
        subcommands: [ProveEvent.self, ProveMember.self], defaultSubcommand: ProveEvent.self)
}

struct ProveEvent: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "event",
        abstract: say(
            "Un événement jusqu’à un point de contrôle, ou --from A --to B.",
            "An event up to a checkpoint, or --from A --to B."),
        discussion: say(
            "Un fichier JSON que « verify-proof » vérifie sans grand livre. Avec --tlog, la forme C2SP tlog-proof, sans l’événement.",
            "One JSON file that \"verify-proof\" checks without a ledger. With --tlog in the form of C2SP tlog-proof, without the event."
        ))
    @Argument(help: ArgumentHelp(say("Séquence de l’événement.", "Sequence of the event."))) var sequence: UInt64?
    @Option(
        help: ArgumentHelp(
            say(
                "Taille du point de contrôle; par défaut le dernier.",
                "Size of the checkpoint; the newest by default."), valueName: "number"))
    var size: UInt64?
    @Flag(help: ArgumentHelp(say("Écrit la forme C2SP tlog-proof.", "Writes C2SP tlog-proof."))) var tlog = false
    @Option(
        help: ArgumentHelp(say("Taille de l’ancien journal.", "Size of the older log."), valueName: "number"))
    var from: UInt64?
    @Option(
        help: ArgumentHelp(
            say(
                "Taille du nouveau; par défaut celle du dernier point de contrôle.",
                "Size of the newer; by default that of the newest checkpoint."), valueName: "number"))
    var to: UInt64?

    func run() throws {
        switch (sequence, from, to, size, tlog) {
        case (let sequence?, nil, nil, _, _): try event(sequence)
        case (nil, let from?, let to?, nil, false) where to < from:
            throw LedgerError(
                .usage, "--to « \(to) »", Text("avant --from", "before --from"),
                remedy: Text("\(from) ou plus", "\(from) or more"))
        case (nil, let from?, _, nil, false):
            let proof = try Opening.store(readOnly: true).proof(from: from, to: to)
            putLine(ProofDocument.consistency(proof).line)
        default:
            throw LedgerError(
                .usage, "prove",
                Text("une séquence, ou --from et --to", "a sequence, or --from and --to"),
                remedy: Text(
                    "prove 42, prove 42 --size 100 --tlog, prove --from 100 --to 200",
                    "prove 42, prove 42 --size 100 --tlog, prove --from 100 --to 200"))
        }
    }

    private func event(_ sequence: UInt64) throws {
        let store = try Opening.store(readOnly: true)
        try Self.require(sequence, store)
        let proof = try store.proof(of: sequence, size: size)
        guard tlog else { return putLine(ProofDocument.inclusion(proof).line) }
        put(ProofFile(index: sequence, path: proof.path, checkpoint: proof.checkpoint).text)
    }

    /// The proof holds the event's own bytes: it is for whoever may read all of it.
    private static func require(_ sequence: UInt64, _ store: LedgerStore) throws {
        guard !Viewer.current.isOperator else { return }
        let snapshot = try LedgerSnapshot(store)
        var query = EventQuery()
        query.viewer = .current
        query.from = sequence
        query.to = sequence
        guard try query.sequences(snapshot).contains(sequence),
            case .whole = try Viewer.current.disclosure(of: sequence, snapshot)
        else { throw LedgerStore.noEvent(sequence, of: snapshot.head.count) }
    }
}

struct ProveMember: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "member",
        abstract: say(
            "Le dossier par lequel un membre vérifie sa ristourne.",
            "The bundle by which a member checks their dividend."),
        discussion: say(
            "Ses achats et les totaux de l’exercice, chacun prouvé; rien d’autrui. « verify-proof » refait le calcul, sans grand livre.",
            "Their purchases and the year's totals, each proved; nothing of others. \"verify-proof\" does the sum again, without a ledger."
        ))
    @Argument(help: ArgumentHelp(say("Identité du membre.", "The member's identity."))) var member: String
    @OptionGroup var year: YearOptions
    @Option(
        help: ArgumentHelp(
            say("Fichier à écrire; sinon la sortie.", "File to write; else standard output."), valueName: "path"))
    var out: String?

    func run() throws {
        // Its proofs are of the log and its checkpoints, which do not go back in time.
        try Replayed.refuse()
        let snapshot = try Opening.snapshot()
        let (book, _) = try year.closed(snapshot.views)
        // Their own, or any member's for who keeps the book.
        if !Viewer.current.operates(book) {
            guard let own = try Viewer.current.party(snapshot.views), snapshot.views.partyName(own) == member else {
                throw LedgerError.unknown(.identity, member, for: .current, snapshot.views)
            }
        }
        let proof = try snapshot.proof(ofMember: member, in: book, year: year.year)
        guard let out else { return putLine(proof.line) }
        try StatementPage.write(proof.line + "\n", to: out)
        putLine(
            say("\(proof.entries.count) événements prouvés : \(out)", "\(proof.entries.count) events proved: \(out)"))
    }
}
