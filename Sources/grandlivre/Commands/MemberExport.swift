import Accounting
import ArgumentParser
import Bytes
import Commerce
import Events
import Ledger

struct MemberCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "member",
        abstract: say("Ce que le grand livre sait d’un membre.", "What the ledger knows of a member."),
        subcommands: [MemberShow.self, MemberExport.self], defaultSubcommand: MemberShow.self)
}

/// Portability (P-39.1 s.27): what a person gave, in a structured, commonly used format.
struct MemberExport: ParsableCommand, ScopedQuery {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: say(
            "Remet à une personne ce qu’elle a donné, en JSON.", "Gives a person what they gave, as JSON."),
        discussion: say(
            "Données personnelles ouvertes, consentements, adhésions, et les événements qui la concernent; ceux qui parlent aussi d’autrui sont réduits à sa part.",
            "Personal data opened, consents, memberships, and the events that concern them; those that speak of others too are reduced to the person's part."
        ))
    @Argument(help: ArgumentHelp(say("Identité du membre.", "The member's identity."))) var member: String

    func run() throws {
        let snapshot = try Opening.snapshot()
        let views = snapshot.views
        guard let party = Array(member.utf8).withBytes({ views.party(.identity, $0) }),
            try Viewer.current.mayRead(identity: party, views)
        else {
            throw LedgerError.unknown(.identity, member, for: .current, views)
        }
        let personal = try Opening.personalData(party, views)
        var members = IdentityText.json(member, party, views)
        members.append(("personalData", PersonalText.json(personal)))
        members.append(("memberships", .array(memberships(party, views))))
        members.append(("events", .array(try events(party, snapshot).map { .raw($0) })))
        try snapshot.check()
        putLine(JSON.object(members).line)
    }

    private func memberships(_ party: UInt32, _ views: Views) -> [JSON] {
        views.allBooks.filter { Viewer.current.sees(book: $0.name) }.compactMap { book in
            guard let record = views.member(party, book) else { return nil }
            let groups = Group.allCases.filter { $0 != .unspecified && record.isIn($0) }
            return .object([
                ("book", .text(book.name)), ("name", .text(book.legalName)),
                ("category", .text(MemberCategory(rawValue: record.category).map { "\($0)" } ?? "")),
                ("groups", .array(groups.map { .text("\($0)") })), ("admittedAt", .time(record.admittedAtUs)),
                ("withdrewAt", record.withdrewAtUs == 0 ? .null : .time(record.withdrewAtUs)),
                ("commonShares", .int(record.commonShares)), ("preferredShares", .int(record.preferredShares)),
            ])
        }
    }

    /// The events as the person sees them, whoever runs the export: nobody else's figures leave with them.
    private func events(_ party: UInt32, _ snapshot: LedgerSnapshot) throws -> [String] {
        let person = Viewer(.party(.identity, member))
        var lines: [String] = []
        for sequence in try EventQuery().sequences(ofParty: party, snapshot) {
            guard let entry = snapshot.entry(sequence), let event = snapshot.views.event(sequence),
                Viewer.current.sees(book: event.book.string)
            else { continue }
            switch try person.disclosure(of: sequence, snapshot) {
            case .whole: lines.append(try EventJSON.encode(entry: entry))
            case .part(let part):
                lines.append(
                    try EventJSON.encode(
                        redacted: part, type: lowerFirst(snapshot.views.event(sequence)?.kind?.name ?? "?")))
            }
        }
        return lines
    }
}
