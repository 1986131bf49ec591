import Accounting
import Bytes
package import Events
import Index

/// A policy that holds.
package struct PolicyInForce: Equatable, Sendable {
    /// The field of PolicyAdopted: "taxes"; a sharing rule with its name: "sharing workshop".
    package let name: String
    package let fromUs: Int64
    package let sequence: UInt64
    /// What it says, in few words.
    package let detail: Text
}

/// What a cooperative is: its founding, members, shares and rules.
package struct CooperativeSummary {
    package let form: LegalForm
    package let foundedAtUs: Int64
    /// Members at the moment asked for.
    package let members: Int
    package let byCategory: [(category: MemberCategory, members: Int)]
    package let byGroup: [(group: Group, members: Int)]
    package let commonShares: Int64
    package let preferredShares: Int64
    package let policies: [PolicyInForce]

    /// - Parameter us: the moment that membership and policies are read at, microseconds since 1970.
    /// - Complexity: O(members + policies adopted).
    package init(_ book: Book, at us: Int64, _ views: Views) {
        form = book.legalForm
        foundedAtUs = views.event(book.foundedSequence)?.effectiveAt.map(microseconds) ?? 0
        var categories: [Int: Int] = [:]
        var groups: [Group: Int] = [:]
        var active = 0
        var shares: (common: Int64, preferred: Int64) = (0, 0)
        for (_, member) in views.members(book) {
            shares.common &+= member.commonShares
            shares.preferred &+= member.preferredShares
            guard member.isActive(at: us) else { continue }
            active += 1
            categories[member.category, default: 0] += 1
            for group in Group.allCases where group != .unspecified && member.isIn(group) {
                groups[group, default: 0] += 1
            }
        }
        members = active
        byCategory = MemberCategory.allCases.compactMap { category in
            categories[category.rawValue].map { (category, $0) }
        }
        byGroup = Group.allCases.compactMap { group in groups[group].map { (group, $0) } }
        commonShares = shares.common
        preferredShares = shares.preferred
        policies = views.policies(book, at: us)
    }
}

extension Views {
    /// Everybody who is or was a member, by party.
    ///
    /// - Complexity: O(members).
    package func members(_ book: Book) -> [(party: UInt32, record: MemberRecord)] {
        var result: [(UInt32, MemberRecord)] = []
        let rows = index.rows(prefix: key.begin(.member).u16(book.id).bytes)
        while rows.next() {
            var keys = KeyReader(rows.key)
            _ = keys.u16()
            var values = RecordReader(rows.value)
            result.append((keys.u32(), MemberRecord(&values)))
        }
        return result
    }

    /// The policies in force at a time, by name; the latest by effective time, then by sequence, holds.
    ///
    /// - Complexity: O(policies adopted).
    package func policies(_ book: Book, at us: Int64) -> [PolicyInForce] {
        var sequences: [UInt64] = []
        let rows = index.rows(prefix: key.begin(.policy).u16(book.id).bytes)
        while rows.next() {
            var keys = KeyReader(rows.key)
            _ = keys.u16()
            sequences.append(keys.sequence())
        }
        var best: [String: PolicyInForce] = [:]
        for sequence in sequences {
            guard let event = event(sequence), let policy = PolicyText.read(event, sequence, book) else { continue }
            guard policy.fromUs <= us || policy.name == "calendar" else { continue }
            if let known = best[policy.name], (known.fromUs, known.sequence) > (policy.fromUs, sequence) { continue }
            best[policy.name] = policy
        }
        return best.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}

/// Policies in few words.
private enum PolicyText {
    static func read(_ event: EventView, _ sequence: UInt64, _ book: Book) -> PolicyInForce? {
        guard let policy = try? PolicyAdoptedView(event.bodyBytes).policy,
            let (name, detail) = try? describe(policy, book)
        else { return nil }
        return PolicyInForce(
            name: name, fromUs: event.effectiveAt.map(microseconds) ?? 0, sequence: sequence, detail: detail)
    }

    private static func percent(_ ppm: UInt32) -> Text {
        let text = RatePpm(ppm).percentText
        return Text(text.replacing(".", with: ",") + " %", text + " %")
    }

    private static func amount(_ minor: Int64, _ book: Book) -> Text {
        let text = DecimalText.format(minor: minor, currency: book.currency)
        return Text(text.replacing(".", with: ","), text)
    }

    private static func describe(_ policy: PolicyAdoptedPolicy, _ book: Book) throws -> (String, Text) {
        switch policy {
        case .taxes(let bytes): return ("taxes", try taxes(TaxPolicyView(bytes)))
        case .commission(let bytes): return ("commission", percent(try CommissionPolicyView(bytes).ratePpm))
        case .allocation(let bytes):
            let policy = try AllocationPolicyView(bytes)
            let least = percent(policy.reserveMinPpm)
            let version = policy.rulesVersion.string
            return (
                "allocation",
                Text("\(version), réserve au moins \(least.french)", "\(version), reserve at least \(least.english)")
            )
        case .calendar(let bytes):
            let count = try CalendarPolicyView(bytes).offsets.count
            return ("calendar", Text("\(count) changements d’heure", "\(count) changes of offset"))
        case .withholding(let bytes):
            let policy = try WithholdingPolicyView(bytes)
            let (rate, exempt) = (percent(policy.ratePpm), amount(policy.exemptMinor, book))
            return (
                "withholding",
                Text("\(rate.french) au-delà de \(exempt.french)", "\(rate.english) above \(exempt.english)")
            )
        case .approvals(let bytes):
            let kinds = try ApprovalPolicyView(bytes).rules.compactMap { rule -> Text? in
                guard let name = try? rule.view().kind.string else { return nil }
                return EventKind.allCases.first { $0.name.lowercased() == name.lowercased() }?.label ?? Text(name, name)
            }
            guard !kinds.isEmpty else { return ("approvals", Text("–", "–")) }
            return (
                "approvals",
                Text(kinds.map(\.french).joined(separator: ", "), kinds.map(\.english).joined(separator: ", "))
            )
        case .sharing(let bytes):
            let policy = try SharingPolicyView(bytes)
            let isCosts = policy.total == .expenses
            return (
                "sharing \(policy.rule.string)",
                Text(
                    (isCosts ? "charges" : "produits") + ", \(policy.parts.count) parts",
                    (isCosts ? "expenses" : "revenue") + ", \(policy.parts.count) parts")
            )
        case .media(let bytes):
            let policy = try MediaPolicyView(bytes)
            let rate = percent(policy.ratePpm)
            return (
                "media",
                Text(
                    "\(rate.french) des achats, \(policy.windowDays) jours",
                    "\(rate.english) of purchases, \(policy.windowDays) days")
            )
        case .delivery(let bytes):
            let policy = try DeliveryPolicyView(bytes)
            let hosting = amount(policy.hostingFeeMinor, book)
            return (
                "delivery",
                Text(
                    "\(policy.pickupHours) h au casier, \(hosting.french) à l’hôte",
                    "\(policy.pickupHours) h in the locker, \(hosting.english) to the host")
            )
        case .limits(let bytes):
            let policy = try LimitPolicyView(bytes)
            let limits = [
                ("crédit d’un membre", "a member's credit", policy.memberCreditMinor),
                ("institution par jour", "institution a day", policy.institutionDailyMinor),
                ("versement", "payout", policy.payoutMinor),
            ].filter { $0.2 != 0 }.map { french, english, minor in
                Text("\(french) \(amount(minor, book).french)", "\(english) \(amount(minor, book).english)")
            }
            return (
                "limits",
                Text(
                    limits.isEmpty ? "aucune" : limits.map(\.french).joined(separator: ", "),
                    limits.isEmpty ? "none" : limits.map(\.english).joined(separator: ", "))
            )
        case .paymentFiles(let bytes):
            let names = try PaymentFilesPolicyView(bytes).originators.map { try $0.view().institution.string }
            let all = names.joined(separator: ", ")
            return ("paymentFiles", Text(all, all))
        case .reconciliation(let bytes):
            let policy = try ReconciliationPolicyView(bytes)
            let (one, month) = (amount(policy.writeOffMaxMinor, book), amount(policy.writeOffMonthMaxMinor, book))
            return (
                "reconciliation",
                Text(
                    "\(policy.windowDays) jours ouvrables, radiations d’au plus \(one.french), \(month.french) par mois",
                    "\(policy.windowDays) business days, write-offs up to \(one.english), \(month.english) a month")
            )
        case .streaming(let bytes):
            let policy = try StreamingPolicyView(bytes)
            let (price, creators) = (amount(policy.creditPriceMinor, book), percent(policy.creatorsPpm))
            return (
                "streaming",
                Text(
                    "crédit à \(price.french), \(creators.french) aux créateurs, acquis en \(policy.playsToOwn) écoutes",
                    "credit at \(price.english), \(creators.english) to creators, owned after \(policy.playsToOwn) plays"
                )
            )
        case .rides(let bytes):
            let policy = try RidePolicyView(bytes)
            let (levy, platform) = (amount(policy.levyMinor, book), percent(policy.platformPpm))
            return (
                "rides",
                Text(
                    "redevance \(levy.french), plateforme \(platform.french)",
                    "levy \(levy.english), platform \(platform.english)")
            )
        case .chargebacks(let bytes):
            let isSeller = try ChargebackPolicyView(bytes).bearer == .seller
            return (
                "chargebacks",
                isSeller
                    ? Text("au vendeur", "borne by the seller") : Text("à la coopérative", "borne by the cooperative")
            )
        case .solidarity(let bytes):
            let policy = try SolidarityPolicyView(bytes)
            let part = percent(policy.contributionPpm)
            let fund = policy.fundBook.string
            return ("solidarity", Text("\(part.french) à \(fund)", "\(part.english) to \(fund)"))
        case .sponsorship(let bytes):
            let policy = try SponsorshipPolicyView(bytes)
            let most = amount(policy.limitMinor, book)
            return (
                "sponsorship \(policy.sponsor.string)",
                Text("rabais jusqu’à \(most.french)", "discounts up to \(most.english)")
            )
        }
    }

    /// "GST 5 %, QST 9.975 %": the rates of the standard class.
    private static func taxes(_ policy: TaxPolicyView) throws -> Text {
        var french: [String] = []
        var english: [String] = []
        for encoded in policy.rates {
            let rate = try encoded.view()
            guard rate.taxClass == .standard else { continue }
            let name = Text.tax(rate.tax.string)
            french.append("\(name.french) \(percent(rate.ratePpm).french)")
            english.append("\(name.english) \(percent(rate.ratePpm).english)")
        }
        let place = policy.jurisdiction.string
        return Text(([place] + french).joined(separator: ", "), ([place] + english).joined(separator: ", "))
    }
}
