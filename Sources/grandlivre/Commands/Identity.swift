import Accounting
import ArgumentParser
import Bytes
import Commerce
import EventLog
import Events
@preconcurrency import Glibc
import Ledger
import Transparency

struct IdentityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity",
        abstract: say(
            "L’identité d’une personne : données scellées, consentements, clés, effacement.",
            "A person's identity: sealed data, consents, keys, erasure."),
        subcommands: [
            IdentityShow.self, IdentityRegister.self, IdentityProvide.self, IdentityProvideAll.self,
            IdentityConsent.self, IdentityWithdraw.self, IdentityKey.self, IdentityErase.self, IdentityNewKey.self,
        ])
}

/// Who records it, in which book and when.
struct IdentityOptions: ParsableArguments {
    @Argument(help: ArgumentHelp(say("Identité.", "Identity."))) var identity: String
    @Option(
        help: ArgumentHelp(
            say(
                "Le livre; par défaut celui qui a enregistré la personne, ou le seul.",
                "The book; by default the one that registered the person, or the only one.")))
    var book: String?
    @Option(help: ArgumentHelp(say("Qui l’inscrit.", "Who records it."))) var actor: String = "grandlivre"
    @Option(help: ArgumentHelp(say("Système qui l’énonce.", "System that states it."))) var source: String = "identity"
    @Option(help: ArgumentHelp(say("Quand (UTC); par défaut maintenant.", "When (UTC); now by default."))) var at:
        String?

    func proposals(_ snapshot: LedgerSnapshot) throws(LedgerError) -> IdentityProposals {
        let now = max(Clock.nowUs, Int64(clamping: snapshot.head.lastRecordedAtUs))
        var us = now
        if let at {
            do throws(CalendarError) {
                us = try InstantText.parse(at)
            } catch {
                throw LedgerError(
                    .usage, "--at « \(at) »", Text("ce n’est pas une heure UTC", "not a UTC time"),
                    remedy: Text("par exemple 2018-04-15T16:00:00Z", "for example 2018-04-15T16:00:00Z"))
            }
        }
        let book = try chosenBook(snapshot.views)
        return IdentityProposals(book: book.name, source: source, actor: actor, effectiveAtUs: us)
    }

    /// The book that was named, else the one that registered the person, else the only one.
    func chosenBook(_ views: Views) throws(LedgerError) -> Book {
        if book == nil, let party = Array(identity.utf8).withBytes({ views.party(.identity, $0) }),
            let home = views.home(ofIdentity: party)
        {
            return home
        }
        return try Opening.book(book, views)
    }

    func party(_ views: Views) throws(LedgerError) -> UInt32 {
        guard let party = Array(identity.utf8).withBytes({ views.party(.identity, $0) }) else {
            throw LedgerError.unknown(.identity, identity, for: .current, views)
        }
        return party
    }

    /// Records what was proposed, and says so.
    func record(_ proposals: Proposals, in store: LedgerStore, _ done: Text) throws {
        let writer = try LedgerWriter(store)
        defer { writer.close() }
        let outcome = try writer.append(proposals)
        if let refused = outcome.refused.first { throw refused.refusal }
        guard let receipt = outcome.receipts.first ?? nil else { return }
        Self.tell(receipt.sequence, isRepeat: receipt.isRepeat, done)
    }

    static func tell(_ sequence: UInt64, isRepeat: Bool, _ done: Text) {
        guard Invocation.current.format == .table else {
            return putLine(JSON.object([("sequence", .count(sequence)), ("repeat", .bool(isRepeat))]).line)
        }
        let again = Text(" · déjà inscrit", " · recorded before")(Invocation.current.language)
        putLine(
            done(Invocation.current.language) + Text(" · événement ", " · event ")(Invocation.current.language)
                + "\(sequence)" + (isRepeat ? again : ""))
    }
}

struct IdentityRegister: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: say("Enregistre une identité pseudonyme.", "Registers a pseudonymous identity."))
    @OptionGroup var options: IdentityOptions

    func run() throws {
        let snapshot = try Opening.snapshotForWriting()
        if Array(options.identity.utf8).withBytes({ snapshot.views.party(.identity, $0) }) != nil {
            throw LedgerError(
                .badInput, options.identity, Text("identité déjà enregistrée", "identity already registered"),
                remedy: Text("« grandlivre identity show » la montre", "\"grandlivre identity show\" shows it"))
        }
        try options.record(
            options.proposals(snapshot).register(options.identity), in: snapshot.store,
            Text("Identité enregistrée", "Identity registered"))
    }
}

struct IdentityProvide: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provide",
        abstract: say("Scelle et inscrit des données personnelles.", "Seals and records personal data."),
        discussion: say(
            "JSON sur l’entrée standard ou dans un fichier, jamais dans les arguments, que toute la machine voit : "
                + #"{"name", "email", "telephone", "streetAddress", "city", "province", "postalCode", "language", "#
                + #""bankInstitution", "bankTransit", "bankAccount"}. Ce qui est donné remplace tout ce qui l’était."#,
            "JSON on standard input or in a file, never in the arguments, which the whole machine sees: "
                + #"{"name", "email", "telephone", "streetAddress", "city", "province", "postalCode", "language", "#
                + #""bankInstitution", "bankTransit", "bankAccount"}. What is given replaces all that was."#))
    @OptionGroup var options: IdentityOptions
    @Option(help: ArgumentHelp(say("Fichier, ou - pour l’entrée standard.", "File, or - for standard input.")))
    var file: String = "-"

    func run() throws {
        let data = try read()
        guard let key = try Opening.ledgerKey() else { throw LedgerKey.missing() }
        let snapshot = try Opening.snapshotForWriting()
        let views = snapshot.views
        let proposals = try options.proposals(snapshot)
        let party = try options.party(views)
        let keyring = try Keyring.openOrCreate(Opening.keysPath, ledgerKey: key)
        try keyring.applyErasures(views)
        let (keyId, sealed) = try keyring.seal(data, of: options.identity, views)
        let current = views.identity(party)?.dataSequence ?? 0
        // Equal data gives equal bytes: what stands already is not recorded twice.
        if current > 0, let body = views.event(current).flatMap({ try? PersonalDataProvidedView($0.bodyBytes) }),
            body.sealed.array == sealed
        {
            return IdentityOptions.tell(
                current, isRepeat: true, Text("Données personnelles scellées", "Personal data sealed"))
        }
        try options.record(
            proposals.provide(options.identity, keyId: keyId, sealed: sealed, after: current), in: snapshot.store,
            Text("Données personnelles scellées", "Personal data sealed"))
    }

    private func read() throws -> PersonalData {
        let reader = try LineReader(file)
        var text = ""
        while let line = try reader.next() { text += try line.get() + "\n" }
        do throws(EventJSON.Failure) {
            let data = try PersonalData(json: text)
            if !data.clear.isEmpty { return data }
        } catch {
            // What the parser would quote is personal; the name of a field is not.
            guard error.code != .duplicateKey else {
                throw LedgerError(
                    .badInput, error.field, Text("clé répétée", "key repeated"),
                    remedy: Text("chaque clé une fois", "each key once"))
            }
        }
        throw LedgerError(
            .badInput, file, Text("ce ne sont pas des données personnelles en JSON", "not personal data in JSON"),
            remedy: Text(
                "un objet avec name, email, telephone, streetAddress, city, province, postalCode, language, bankInstitution, bankTransit ou bankAccount",
                "an object with name, email, telephone, streetAddress, city, province, postalCode, language, bankInstitution, bankTransit or bankAccount"
            ))
    }
}

struct IdentityConsent: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: say("Inscrit un consentement, pour une seule fin.", "Records consent, to one purpose only."))
    @OptionGroup var options: IdentityOptions
    @Argument(help: ArgumentHelp(say("Fin, par exemple delivery.", "Purpose, for example delivery."))) var purpose:
        String
    @Option(help: ArgumentHelp(say("Version du texte accepté.", "Version of the text that was agreed to.")))
    var textVersion: String

    func run() throws {
        let snapshot = try Opening.snapshotForWriting()
        let known = try consent(options, purpose, snapshot.views)
        try options.record(
            options.proposals(snapshot).consent(
                options.identity, to: purpose, textVersion: textVersion, after: known?.newestSequence ?? 0),
            in: snapshot.store, Text("Consentement inscrit", "Consent recorded"))
    }
}

/// How a consent stands.
private func consent(
    _ options: IdentityOptions, _ purpose: String, _ views: Views
) throws(LedgerError) -> ConsentRecord? {
    let party = try options.party(views)
    let book = try options.chosenBook(views)
    return Array(purpose.utf8).withBytes { views.consent(party, $0, in: book) }
}

struct IdentityWithdraw: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: say("Retire un consentement.", "Withdraws consent."))
    @OptionGroup var options: IdentityOptions
    @Argument(help: ArgumentHelp(say("Fin, par exemple delivery.", "Purpose, for example delivery."))) var purpose:
        String

    func run() throws {
        let snapshot = try Opening.snapshotForWriting()
        let known = try consent(options, purpose, snapshot.views)
        try options.record(
            options.proposals(snapshot).withdraw(
                options.identity, from: purpose, after: known?.newestSequence ?? 0),
            in: snapshot.store, Text("Consentement retiré", "Consent withdrawn"))
    }
}

struct IdentityKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: say(
            "Enregistre ou révoque une clé de signature Ed25519.", "Registers or revokes an Ed25519 signing key."))
    @OptionGroup var options: IdentityOptions
    @Argument(
        help: ArgumentHelp(
            say(
                "Clé publique, telle que « keys show » la donne, ou en hexadécimal.",
                "Public key as \"keys show\" gives it, or in hexadecimal.")))
    var publicKey: String
    @Flag(help: ArgumentHelp(say("Révoque la clé.", "Revokes the key."))) var revoke = false
    @Option(help: ArgumentHelp(say("Pourquoi.", "Why."))) var reason: String = ""

    func run() throws {
        guard let key = Hex.bytes(publicKey.utf8) ?? Base64.decode(publicKey), key.count == 32 else {
            throw LedgerError(
                .usage, publicKey, Text("ce n’est pas une clé publique", "not a public key"),
                remedy: Text(
                    "32 octets en base64, ou 64 chiffres hexadécimaux", "32 bytes in base64, or 64 hexadecimal digits"))
        }
        let snapshot = try Opening.snapshotForWriting()
        let proposals = try options.proposals(snapshot)
        try options.record(
            revoke
                ? proposals.revokeKey(options.identity, key, reason: reason)
                : proposals.registerKey(options.identity, key),
            in: snapshot.store,
            revoke ? Text("Clé révoquée", "Key revoked") : Text("Clé enregistrée", "Key registered"))
    }
}

struct IdentityErase: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: say(
            "Efface une personne : inscrit l’effacement, puis détruit sa clé.",
            "Erases a person: records the erasure, then destroys their key."))
    @OptionGroup var options: IdentityOptions
    @Option(help: ArgumentHelp(say("Pourquoi.", "Why."))) var reason: String

    func run() throws {
        let snapshot = try Opening.snapshotForWriting()
        let party = try options.party(snapshot.views)
        if let record = snapshot.views.identity(party), record.isErased {
            IdentityOptions.tell(
                record.erasedSequence, isRepeat: true, Text("Identité effacée", "Identity erased"))
        } else {
            // Durable first: a key that is gone without a record would look like damage.
            try options.record(
                options.proposals(snapshot).erase(options.identity, reason: reason), in: snapshot.store,
                Text("Identité effacée", "Identity erased"))
        }
        try Erasing.apply(in: snapshot.store)
    }
}

/// The second half of an erasure: what the log says is erased loses its key.
enum Erasing {
    static func apply(in store: LedgerStore) throws(LedgerError) {
        guard let keyring = try Keyring.open(Opening.keysPath, ledgerKey: nil, isWritable: true) else { return }
        try keyring.applyErasures(LedgerSnapshot(store).views)
    }
}

struct IdentityNewKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "newkey",
        abstract: say(
            "Tire une clé de grand livre et l’écrit dans un fichier neuf.",
            "Draws a ledger key and writes it to a new file."))
    @Argument(help: ArgumentHelp(say("Fichier, qui ne doit pas exister.", "File, which must not exist."))) var file:
        String

    func run() throws {
        try Self.store(LedgerKey.random(), in: file)
        if Invocation.current.format == .json {
            putLine(JSON.object([("file", .text(file))]).line)
        } else {
            putLine(
                say(
                    "Clé écrite : \(file). La garder ailleurs que le grand livre; sans elle, rien ne s’ouvre.",
                    "Key written: \(file). Keep it elsewhere than the ledger; nothing opens without it."))
        }
    }

    /// Writes a key to a new file, readable by its owner only.
    static func store(_ key: [UInt8], in file: String) throws(LedgerError) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw LedgerError(
                .cannotCreate, file, SystemReason.text(errno),
                remedy: Text("nommer un fichier qui n’existe pas", "name a file that does not exist"))
        }
        defer { close(descriptor) }
        let text = Array((Hex.text(key) + "\n").utf8)
        guard write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0 else {
            throw LedgerError(
                .inputOutput, file, SystemReason.text(errno), remedy: Text("vérifier le disque", "check the disk"))
        }
    }
}
