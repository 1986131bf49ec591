import ArgumentParser
import Commerce
@preconcurrency import Glibc
import LMDB
import Ledger

struct AuditVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: say(
            "Vérifie tout le grand livre : fichier, journal, arbre, écritures, vues.",
            "Checks the whole ledger: file, log, tree, journal entries, views."),
        discussion: say(
            "Lit d’abord les pages sans se fier à aucune; puis compare tout à un calcul neuf. Ne change rien. État 1 si quelque chose est trouvé.",
            "First reads the pages without believing any; then compares everything with a fresh fold. Changes nothing. Status 1 when something is found."
        ))

    /// Whose signatures under the kept checkpoints are checked.
    @OptionGroup var trust: TrustOptions
    @Flag(
        help: ArgumentHelp(
            say(
                "Compare toutes les vues attestées, même anciennes.", "Compares all attested views, however old.")))
    var allAttestations = false
    @Option(help: ArgumentHelp("", visibility: .hidden)) var usedBytes: String?

    func run() throws {
        let meter = ProgressMeter()
        var options = Verification.Options()
        options.listsUsed = usedBytes != nil
        options.policy = try trust.trustedIfNamed()
        options.comparesAllAttestations = allAttestations
        options.progress = { done, total, countsPages in
            meter.show(
                done: Int(clamping: done), total: Int(clamping: total),
                detail: countsPages
                    ? say("\(done) pages", "\(done) pages") : say("\(done) événements", "\(done) events"))
        }
        if let key = try Opening.ledgerKey() {
            options.keyring = { () throws(LedgerError) in
                try Keyring.open(Opening.keysPath, ledgerKey: key, isWritable: false)
            }
        }
        let verification = try Verification.run(Invocation.current.ledger, options)
        meter.clear()
        if let usedBytes { try write(verification.used, to: usedBytes) }
        switch Invocation.current.format {
        case .json: putLine(json(verification).line)
        case .csv:
            show(listing(verification))
            for finding in verification.findings {
                note(
                    "grandlivre: \(finding.check.rawValue): \(place(finding)): \(finding.reason(Invocation.current.language))"
                )
            }
        case .table:
            show(listing(verification))
            if !verification.isSound {
                putLine("")
                show(findings(verification))
            }
        }
        if !verification.isSound { throw AnswerIsNo() }
    }

    private func listing(_ verification: Verification) -> Listing {
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "check", title: Text("Vérification", "Check")),
            .init(key: "count", title: Text("Nombre", "Count"), isNumber: true),
            .init(key: "findings", title: Text("Trouvés", "Found"), isNumber: true),
            .init(key: "omitted", title: Text("Résultat", "Result")),
            .init(key: "remark", title: Text("Remarque", "Remark"), isHidden: true),
        ])
        var told: String?
        for outcome in verification.outcomes {
            let omitted = outcome.omitted?(language)
            // Why is said once for all that follow.
            let why = omitted == told ? "" : omitted.map { say(" : \($0)", ": \($0)") } ?? ""
            told = omitted
            let remark = outcome.remark?(language)
            let result =
                omitted.map { _ in say("non vérifié", "not checked") + why }
                ?? (outcome.findings == 0 ? say("bon", "sound") : say("ABÎMÉ", "DAMAGED"))
                + (remark.map { say(" : \($0)", ": \($0)") } ?? "")
            listing.add(
                [
                    .text(outcome.check.rawValue), .count(outcome.count), .count(outcome.findings),
                    omitted.map { .text($0) } ?? .null, remark.map { .text($0) } ?? .null,
                ],
                shown: [
                    outcome.check.label(language), shown(count: outcome.count, language),
                    shown(count: outcome.findings, language), result,
                ])
        }
        return listing
    }

    private func findings(_ verification: Verification) -> Listing {
        let language = Invocation.current.language
        var listing = Listing([
            .init(key: "check", title: Text("Vérification", "Check")),
            .init(key: "place", title: Text("Où", "Where")),
            .init(key: "reason", title: Text("Quoi", "What")),
        ])
        for finding in verification.findings {
            listing.add([
                .text(finding.check.label(language)), .text(place(finding)), .text(finding.reason(language)),
            ])
        }
        return listing
    }

    private func json(_ verification: Verification) -> JSON {
        let language = Invocation.current.language
        return .object([
            ("events", .count(verification.size)), ("root", verification.root.map { .text($0) } ?? .null),
            ("sound", .bool(verification.isSound)),
            (
                "checks",
                .array(
                    verification.outcomes.map {
                        .object([
                            ("check", .text($0.check.rawValue)), ("count", .count($0.count)),
                            ("findings", .count($0.findings)),
                            ("omitted", $0.omitted.map { .text($0(language)) } ?? .null),
                            ("remark", $0.remark.map { .text($0(language)) } ?? .null),
                        ])
                    })
            ),
            (
                "findings",
                .array(
                    verification.findings.map {
                        .object([
                            ("check", .text($0.check.rawValue)), ("page", $0.page.map { .count($0) } ?? .null),
                            ("database", $0.database.map { .text($0) } ?? .null),
                            ("key", $0.key.map { .text(hex($0)) } ?? .null),
                            ("sequence", $0.sequence.map { .count($0) } ?? .null),
                            ("reason", .text($0.reason(language))),
                        ])
                    })
            ),
        ])
    }

    /// Where it was found: sequence, database, page, key.
    private func place(_ finding: Verification.Finding) -> String {
        var parts: [String] = []
        if let sequence = finding.sequence { parts.append(say("événement \(sequence)", "event \(sequence)")) }
        if let database = finding.database { parts.append(database) }
        if let page = finding.page { parts.append("page \(page)") }
        if let key = finding.key, finding.sequence == nil { parts.append(say("clé ", "key ") + hex(key)) }
        return parts.joined(separator: ", ")
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// For Scripts/check-flips: which bytes of data.mdb mean something.
    private func write(_ used: [UsedBytes], to path: String) throws {
        var text = "offset,length,kind,database,sequence\n"
        for bytes in used {
            let sequence = bytes.database == "entries" ? bytes.ordinal.map { "\($0)" } ?? "" : ""
            text += "\(bytes.offset),\(bytes.length),\(bytes.kind.rawValue),\(bytes.database),\(sequence)\n"
        }
        guard let file = fopen(path, "w") else {
            throw LedgerError(
                .cannotCreate, path, Text("impossible de l’écrire", "it cannot be written"),
                remedy: Text("nommer un autre fichier", "name another file"))
        }
        defer { fclose(file) }
        fputs(text, file)
    }
}
