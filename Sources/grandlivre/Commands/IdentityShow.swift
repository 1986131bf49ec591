import Accounting
import ArgumentParser
import Bytes
import Commerce
import Events
import Ledger
import Transparency

struct IdentityShow: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: say("Consentements, clés et effacement d’une identité.", "An identity's consents, keys and erasure."))
    @Argument(help: ArgumentHelp(say("Identité.", "Identity."))) var identity: String
    @Flag(
        help: ArgumentHelp(
            say("Ouvre aussi les données personnelles (clé requise).", "Opens the personal data too (needs the key).")))
    var personal = false

    func run() throws {
        let snapshot = try Opening.snapshot()
        let views = snapshot.views
        guard let party = Array(identity.utf8).withBytes({ views.party(.identity, $0) }),
            try Viewer.current.mayRead(identity: party, views)
        else {
            throw LedgerError.unknown(.identity, identity, for: .current, views)
        }
        let opened = personal ? try Opening.personalData(party, views) : nil
        guard Invocation.current.format == .table else {
            var members = IdentityText.json(identity, party, views)
            if personal { members.append(("personalData", PersonalText.json(opened))) }
            try snapshot.check()
            return putLine(JSON.object(members).line)
        }
        put(IdentityText.table(identity, party, views))
        put(PersonalText.table(opened, asked: personal))
        try snapshot.check()
    }
}

/// What is known of an identity, for people and programs.
enum IdentityText {
    static func json(_ identity: String, _ party: UInt32, _ views: Views) -> [(String, JSON)] {
        let record = views.identity(party)
        let seen = seen(of: party, views)
        return [
            ("identity", .text(identity)),
            ("personalDataSequence", record.flatMap { $0.dataCount > 0 ? .count($0.dataSequence) : nil } ?? .null),
            ("erasedAt", record.flatMap { $0.isErased ? .time($0.erasedAtUs) : nil } ?? .null),
            (
                "consents",
                .array(
                    seen.consents.map { book, purpose, consent in
                        .object([
                            ("book", .text(book)), ("purpose", .text(purpose)),
                            ("textVersion", .text(textVersion(consent, views))),
                            ("grantedAt", .time(consent.grantedAtUs)),
                            ("withdrawnAt", consent.isWithdrawn ? .time(consent.withdrawnAtUs) : .null),
                            ("isInForce", .bool(!consent.isWithdrawn && record?.isErased != true)),
                        ])
                    })
            ),
            (
                "signingKeys",
                .array(
                    seen.keys.map { key in
                        .object([
                            ("book", .text(key.book)), ("publicKey", .text(Hex.text(key.key))),
                            ("registeredSequence", .count(key.registeredSequence)),
                            ("revokedSequence", key.revokedSequence.map { .count($0) } ?? .null),
                        ])
                    })
            ),
        ]
    }

    private struct SeenKey {
        let book: String
        let key: [UInt8]
        let registeredSequence: UInt64
        let revokedSequence: UInt64?
    }

    /// Consents and keys in the books that exist for whoever asks: to whom a person agreed to what is between the two.
    private static func seen(
        of party: UInt32, _ views: Views
    ) -> (consents: [(book: String, purpose: String, consent: ConsentRecord)], keys: [SeenKey]) {
        let consents = views.consents(party).map { (views.book(number: $0.book)?.name ?? "", $0.purpose, $0.record) }
        let keys = views.signingKeys(party).map { key in
            SeenKey(
                book: views.event(key.registeredSequence)?.book.string ?? "", key: key.key,
                registeredSequence: key.registeredSequence, revokedSequence: key.revokedSequence)
        }
        return (
            consents.filter { Viewer.current.sees(book: $0.0) }, keys.filter { Viewer.current.sees(book: $0.book) }
        )
    }

    private static func textVersion(_ consent: ConsentRecord, _ views: Views) -> String {
        views.event(consent.grantedSequence).flatMap { try? ConsentGrantedView($0.bodyBytes) }?.textVersion.string ?? ""
    }

    static func table(_ identity: String, _ party: UInt32, _ views: Views) -> String {
        let language = Invocation.current.language
        func day(_ us: Int64) -> String { String(InstantText.format(us: us).prefix(10)) }
        let record = views.identity(party)
        // An erasure ends every consent.
        func ended(_ consent: ConsentRecord) -> Int64? {
            consent.isWithdrawn ? consent.withdrawnAtUs : record.flatMap { $0.isErased ? $0.erasedAtUs : nil }
        }
        var out = identity
        if let record, record.isErased {
            out += say(" · effacée le ", " · erased on ") + day(record.erasedAtUs)
        } else if let record, record.dataCount > 0 {
            out += say(" · données scellées : événement ", " · sealed data: event ") + "\(record.dataSequence)"
        } else {
            out += say(" · sans données personnelles", " · no personal data")
        }
        out += "\n"
        let seen = seen(of: party, views)
        if !seen.consents.isEmpty {
            var listing = Listing([
                .init(key: "book", title: Text("Donné à", "Given to"), isOptional: true),
                .init(key: "purpose", title: Text("Consentement", "Consent")),
                .init(key: "textVersion", title: Text("Texte", "Text"), isOptional: true),
                .init(key: "grantedAt", title: Text("Donné le", "Given on")),
                .init(key: "withdrawnAt", title: Text("Retiré le", "Withdrawn on")),
            ])
            for (book, purpose, consent) in seen.consents {
                listing.add([
                    .text(book), .text(purpose), .text(textVersion(consent, views)), .text(day(consent.grantedAtUs)),
                    .text(ended(consent).map(day) ?? ""),
                ])
            }
            out += "\n" + listing.table(language)
        }
        if !seen.keys.isEmpty {
            out += "\n" + say("Clés de signature", "Signing keys") + "\n"
            // A key is copied into other commands: each on its own line, whole.
            for key in seen.keys {
                out += say("Inscrite par \(key.book) à l’événement ", "Registered by \(key.book), event ")
                out += "\(key.registeredSequence)"
                if let revoked = key.revokedSequence {
                    out += say(" · révoquée à l’événement ", " · revoked by event ") + "\(revoked)"
                }
                out += "\n  base64  \(Base64.encode(key.key))\n  hex     \(Hex.text(key.key))\n"
            }
        }
        return out
    }
}
