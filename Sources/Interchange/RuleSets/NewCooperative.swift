package import Accounting
import Bytes
package import Commerce
package import Events
package import Ledger

/// A person or cooperative that founds a cooperative.
package struct Founder {
    package var identity: String
    package var category: MemberCategory
    package var groups: [Group]
    package var roles: [Role]

    package init(identity: String, category: MemberCategory, groups: [Group], roles: [Role]) {
        self.identity = identity
        self.category = category
        self.groups = groups
        self.roles = roles
    }
}

/// A cooperative to be founded: its book, its rules, its first members and their roles, as one batch of proposals.
package struct NewCooperative {
    package var book: String
    package var name: String
    package var form: LegalForm
    package var currency = Currency.cad
    package var timeZone = "America/Toronto"
    package var sharePriceMinor: Int64 = 1_000
    /// The first book of a log may drive its clock by its data.
    package var clock = Clock.machine
    package var rules = RuleSet.quebec
    package var terms = RuleSetTerms()
    package var founders: [Founder] = []
    /// Through which each founder pays one common share; `nil`: none subscribes yet.
    package var institution: String?

    package init(book: String, name: String, form: LegalForm) {
        self.book = book
        self.name = name
        self.form = form
        let group: Group =
            switch form {
            case .producers: .seller
            case .workers: .worker
            default: .consumer
            }
        terms.groups = [(group, 1_000_000)]
    }

    /// The founding, the rules, the members and at last the roles: from the first one on nobody else may record.
    ///
    /// The first role is an administrator's, whoever is named first as one; that person records what follows.
    /// - Throws: `usage` where a text does not fit into an event.
    package func proposals(effectiveAtUs: Int64, source: String, actor: String?, _ views: Views) throws(LedgerError)
        -> Proposals
    {
        let proposals = Proposals()
        let administrator = founders.first { $0.roles.contains(.administrator) }
        let actor = actor ?? administrator?.identity ?? "grandlivre"
        func propose(_ key: String, _ body: (EventWriter) -> Void) throws(LedgerError) {
            do throws(ProposalError) {
                try proposals.append { writer in
                    writer.effectiveAt { $0.write(microseconds: effectiveAtUs) }
                    writer.book(book)
                    writer.source(source)
                    writer.key("\(book)/\(key)")
                    writer.actor(actor)
                    body(writer)
                }
            } catch {
                throw LedgerError(
                    .usage, key, Text("\(error)", "\(error)"), remedy: Text("des textes plus courts", "shorter texts"))
            }
        }
        try propose("founding") { event in
            event.cooperativeFounded {
                $0.name(name)
                $0.legalForm(form)
                $0.currency(currency.code)
                $0.timeZone(timeZone)
                $0.commonSharePriceMinor(sharePriceMinor)
                $0.clock(clock)
            }
        }
        for policy in rules.policies(terms) {
            try propose("\(policy.key)") { event in event.policyAdopted { policy.write($0) } }
        }
        for founder in founders {
            if Array(founder.identity.utf8).withBytes({ views.party(.identity, $0) }) == nil {
                try propose("identity-\(founder.identity)") { event in
                    event.identityRegistered { $0.identity(founder.identity) }
                }
            }
            try propose("member-\(founder.identity)") { event in
                event.memberAdmitted {
                    $0.member(founder.identity)
                    $0.category(founder.category)
                    $0.groups(founder.groups)
                }
            }
            guard let institution else { continue }
            try propose("shares-\(founder.identity)") { event in
                event.sharesSubscribed {
                    $0.member(founder.identity)
                    $0.shareClass(.common)
                    $0.shares(1)
                    $0.amountMinor(sharePriceMinor)
                    $0.currency(currency.code)
                    $0.institution(institution)
                }
            }
        }
        for (founder, role) in grants(administrator) {
            try propose("role-\(founder)-\(Roles.name(role))") { event in
                event.roleGranted {
                    $0.grantee(founder)
                    $0.role(role)
                }
            }
        }
        return proposals
    }

    /// The administrator first: the rules want the first grant to be theirs.
    private func grants(_ administrator: Founder?) -> [(String, Role)] {
        var grants = founders.flatMap { founder in founder.roles.map { (founder.identity, $0) } }
        if let administrator,
            let at = grants.firstIndex(where: { $0.0 == administrator.identity && $0.1 == .administrator })
        {
            grants.insert(grants.remove(at: at), at: 0)
        }
        return grants
    }
}
