import Accounting
import Bytes
import Events
import Index

/// Sponsorships: manufacturers and media that pay sellers discounts through the cooperative, each up to what it agreed to itself.
///
/// Nobody owes what they never took upon themselves: a purchase charges a sponsor only under a policy that the sponsor recorded or signed.
enum Sponsorships {
    /// Field of SponsorshipPolicy in PolicyAdopted.
    static let policyField = 15

    /// Whom an event makes a sponsor; `nil` for every other event.
    static func sponsor(_ fact: Fact) -> Bytes? {
        guard case .policyAdopted(let bytes)? = fact.event.body,
            case .sponsorship(let policy)? = (try? PolicyAdoptedView(bytes))?.policy
        else { return nil }
        return (try? SponsorshipPolicyView(policy))?.sponsor
    }

    /// The sponsor's limit at the fact's effective time, as known when it was recorded.
    private static func limit(_ sponsor: Bytes, _ fact: Fact, _ book: Book) -> Int64? {
        book.policy(SponsorshipPolicyView.self, policyField, at: fact.effectiveAtUs, knownAt: fact.sequence) {
            $0.sponsor == sponsor
        }?.limitMinor
    }

    /// A sponsor's signature counts by a key that it registered itself, or that the cooperative did which registered its identity: whoever wants it to pay
    /// does not say which key is its own.
    static func decide(
        signature approval: ApprovalView, _ sponsor: UInt32, _ place: String, _ fact: Fact, _ views: Views
    ) throws(Refusal) {
        let home = views.home(ofIdentity: sponsor)
        let keys = views.signingKeys(sponsor).filter { key in
            guard key.revokedSequence == nil, let event = views.event(key.registeredSequence) else { return false }
            return event.actor == approval.approver || home?.isNamed(event.book) == true
        }
        guard !Approvals.isSigned(fact, by: approval.signature, keys.map(\.key)) else { return }
        throw Refusal(
            .notAllowed, "\(place).signature", SigningKeys.hex(approval.signature.prefix(8)),
            Text(
                "ce n’est pas une signature de cet événement par une clé en vigueur que le commanditaire ou \(home?.name ?? "") a inscrite",
                "not a signature of this event by a key that holds and that the sponsor or \(home?.name ?? "") registered"
            ),
            accepted: Text(
                "la signature par une clé de signingKeyRegistered dont \(approval.approver.string) est l’actor, ou inscrite par \(home?.name ?? "")",
                "the signature by a key of a signingKeyRegistered whose actor is \(approval.approver.string), or that \(home?.name ?? "") registered"
            ))
    }

    /// The sponsor of a discount is an identity with a sponsorship in force.
    static func decide(_ sponsor: Bytes, _ field: String, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        _ = try Check.identity(sponsor, field, views)
        guard let limit = limit(sponsor, fact, book), limit > 0 else {
            throw Refusal(
                .notAllowed, field, sponsor,
                Text("n’a pas accepté de payer des rabais à cette date", "has not agreed to pay discounts on that day"),
                accepted: Text(
                    "un tiers dont une politique sponsorship est en vigueur",
                    "a party whose sponsorship policy is in force"
                ))
        }
    }

    /// What a purchase charges a sponsor is within what is left of its limit.
    static func decide(_ sponsor: OrderAmounts.Sponsor, _ fact: Fact, _ book: Book, _ views: Views) throws(Refusal) {
        let name = views.partyName(sponsor.party)
        let limit = Array(name.utf8).withBytes { Self.limit($0, fact, book) } ?? 0
        let funded = views.sponsored(sponsor.party, book)
        try Check.atMost(
            sponsor.amount, max(0, limit &- funded), "lines",
            Text(
                "\(name) paie au plus \(limit) de rabais, dont \(funded) déjà accordés",
                "\(name) pays discounts of at most \(limit), of which \(funded) are granted"))
    }
}

extension Views {
    /// The discounts that a party pays for through the cooperative, less those taken back.
    func sponsored(_ party: UInt32, _ book: Book) -> Int64 { index.counters(sponsoredKey(party, book)).first }

    /// A sponsor owes a discount, or owes it no more where the amount is negative.
    func debitSponsor(_ book: Book, party: UInt32, _ amount: Int64) {
        debitSundry(book, party: party, amount)
        if amount != 0 { addCounters(sponsoredKey(party, book), amount, 0) }
    }

    private func sponsoredKey(_ party: UInt32, _ book: Book) -> Bytes {
        key.begin(.sponsored).u16(book.id).u32(party).bytes
    }
}

extension Policies {
    static func decide(sponsorship policy: SponsorshipPolicyView, _ fact: Fact, _ views: Views) throws(Refusal) {
        _ = try Check.identity(policy.sponsor, "sponsorship.sponsor", views)
        try Check.notNegative(policy.limitMinor, "sponsorship.limitMinor")
        let hasAgreed =
            fact.event.actor == policy.sponsor || AgreementApprovals.approvers(of: fact).contains(policy.sponsor)
        guard hasAgreed else {
            throw Refusal(
                .missing, "approvals", policy.sponsor,
                Text("le commanditaire ne s’y est pas engagé", "the sponsor has not agreed to it"),
                accepted: Text(
                    "\(policy.sponsor.string) comme actor, ou sa signature (« grandlivre approve »)",
                    "\(policy.sponsor.string) as actor, or its signature (\"grandlivre approve\")"))
        }
    }
}
