import ArgumentParser
import Bytes
import Commerce
import EventLog
import Events
import Ledger

struct Approve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: say(
            "Signe des propositions : qui approuve exactement cela.", "Signs proposals: who approves exactly this."),
        discussion: say(
            "Lit du JSON proto3, un événement par ligne, et l’écrit avec la signature; rien n’est inscrit. Sans --approver, le grand livre dit à qui est la clé.",
            "Reads proto3 JSON, one event a line, and writes it with the signature; nothing is recorded. Without --approver the ledger says whose key it is."
        ))

    @Argument(help: ArgumentHelp(say("Fichier, ou - pour l’entrée standard.", "File, or - for standard input.")))
    var file: String = "-"
    @Option(
        help: ArgumentHelp(say("Fichier de la clé de signature.", "File of the signing key."), valueName: "keyfile"))
    var key: String
    @Option(help: ArgumentHelp(say("Identité de qui approuve.", "Identity of the approver."))) var approver: String?

    func run() throws {
        let key = try KeyFile.read(key)
        let approver = try approver ?? Self.owner(key, self.key, Opening.snapshot())
        let reader = try LineReader(file)
        var lines: [String] = []
        var isRefused = false
        // Nothing is written before every line was signed: half a file would pass for the whole.
        while let line = try reader.next() {
            do {
                let text = try line.get()
                guard !text.allSatisfy(\.isWhitespace) else { continue }
                lines.append(try Self.signed(EventJSON.decode(line: text), by: approver, key))
            } catch {
                isRefused = true
                let reason = Self.reason(error)
                note("grandlivre: " + say("ligne \(reader.number) : \(reason)", "line \(reader.number): \(reason)"))
            }
        }
        if isRefused { throw InputRefused() }
        for line in lines { putLine(line) }
    }

    private static func reason(_ error: any Error) -> String {
        let language = Invocation.current.language
        return switch error {
        case let failure as EventJSON.Failure: Reason.text(failure, language)
        case let error as ProposalError: Reason.text(error, language)
        case let refusal as Refusal: refusal.text(language)
        default: "\(error)"
        }
    }

    /// The event's line with one approval more.
    private static func signed(_ event: Event, by approver: String, _ key: SigningSeed) throws -> String {
        guard event.actor.lowercased() != approver.lowercased() else {
            throw Refusal(
                .notAllowed, "actor", event.actor,
                Text("la personne qui prépare ne peut approuver", "who prepares cannot approve"),
                accepted: Text("une autre personne", "another person"))
        }
        guard !event.approvals.contains(where: { $0.approver == approver }) else {
            throw Refusal(
                .duplicate, "approvals", approver, Text("a déjà signé", "has signed already"),
                accepted: Text("chaque personne une fois", "each person once"))
        }
        var event = event
        let proposals = Proposals()
        try proposals.append(event)
        guard let signature = key.approve(try EventView(proposals[0])) else {
            throw Refusal(
                .malformed, "approvals", approver, Text("signature impossible", "cannot be signed"),
                accepted: Text("une autre clé", "another key"))
        }
        event.approve(by: approver, signature)
        return try EventJSON.encode(proposal: event)
    }

    /// Whose the key is, as the ledger knows it.
    static func owner(_ key: SigningSeed, _ path: String, _ snapshot: LedgerSnapshot) throws(LedgerError) -> String {
        guard let party = snapshot.views.owner(ofKey: key.publicKey) else {
            throw LedgerError(
                .notFound, path,
                Text("le grand livre ne connaît pas cette clé", "the ledger does not know this key"),
                remedy: Text(
                    "inscrire signingKeyRegistered, ou dire --approver",
                    "record signingKeyRegistered, or say --approver"))
        }
        return snapshot.views.partyName(party)
    }
}
