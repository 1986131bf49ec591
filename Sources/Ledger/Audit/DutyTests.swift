import Accounting
import Bytes
package import Commerce
package import Events

/// What one person must not do twice over (CAS 315: segregation of duties).
package enum DutyRule: String, CaseIterable, Sendable {
    /// Approves what they prepared or recorded.
    case preparesAndApproves
    /// Takes a payee in and pays them.
    case createsAndPays
    /// Records a debt and pays it.
    case recordsAndPays
    /// Records a payment and says that the institution made it.
    case recordsAndReconciles
    /// Pays themselves.
    case paysSelf
    /// Holds two roles that belong to two people.
    case conflictingRoles
    /// Money went out and nobody is named.
    case noActor

    package var label: Text {
        switch self {
        case .preparesAndApproves: Text("Prépare et approuve", "Prepares and approves")
        case .createsAndPays: Text("Crée le bénéficiaire et le paie", "Creates the payee and pays")
        case .recordsAndPays: Text("Inscrit la dette et la paie", "Records the debt and pays it")
        case .recordsAndReconciles: Text("Inscrit et rapproche", "Records and reconciles")
        case .paysSelf: Text("Se paie", "Pays themselves")
        case .conflictingRoles: Text("Rôles incompatibles", "Conflicting roles")
        case .noActor: Text("Sans auteur", "No actor")
        }
    }
}

/// One case of duties that were not kept apart.
package struct DutyFinding: Sendable {
    package let rule: DutyRule
    package let actor: String
    /// The first act, then the second; one where it is a single act.
    package let sequences: [UInt64]
    /// Kind of the last act; `nil` for roles.
    package let kind: EventKind?
    /// Who or what it was about: a payee, a claim, two roles.
    package let subject: String
    package let amountMinor: Int64
}

/// Who did both halves of what two people should do, from the log alone.
package struct DutyTests {
    private let book: Book
    private let services: Set<String>
    /// Who did an act: by document, actor and first sequence.
    private var acts: [String: [(actor: String, sequence: UInt64)]] = [:]
    private var findings: [DutyFinding] = []

    /// - Parameters:
    ///   - year: the last act lies in it; what came before may be older.
    ///   - services: actors that are programs; what they do is not one person's.
    /// - Complexity: O(events).
    package static func run(_ period: AuditPeriod, services: Set<String>, _ snapshot: LedgerSnapshot)
        throws(LedgerError) -> [DutyFinding]
    {
        var tests = DutyTests(book: period.book, services: services)
        let name = Array(period.book.name.utf8)
        try snapshot.events { sequence, event in
            guard event.book.array == name else { return }
            let day = period.book.day(event.effectiveAt.map(microseconds) ?? 0)
            tests.see(event, sequence, isReported: period.contains(day))
        }
        tests.roles(snapshot.views)
        try snapshot.check()
        let order = Dictionary(uniqueKeysWithValues: DutyRule.allCases.enumerated().map { ($1, $0) })
        return tests.findings.sorted {
            (order[$0.rule] ?? 0, $0.sequences.last ?? 0, $0.actor) < (
                order[$1.rule] ?? 0, $1.sequences.last ?? 0, $1.actor
            )
        }
    }

    private init(book: Book, services: Set<String>) {
        self.book = book
        self.services = services
    }

    private mutating func see(_ event: EventView, _ sequence: UInt64, isReported: Bool) {
        guard let kind = EventKind(rawValue: event.bodyField), let body = event.body else { return }
        let act = Act(
            sequence: sequence, kind: kind, actor: event.actor.string, isReported: isReported,
            approvers: event.approvals)
        do {
            try see(body, act)
        } catch {
            // What is not readable is a matter of `audit verify`.
        }
        approvals(act)
    }

    private struct Act {
        let sequence: UInt64
        let kind: EventKind
        let actor: String
        let isReported: Bool
        let approvers: Repeated<ApprovalView>
    }

    private mutating func see(_ body: EventBody, _ act: Act) throws {
        switch body {
        case .identityRegistered(let b): did("payee \(try IdentityRegisteredView(b).identity.string)", act)
        case .memberAdmitted(let b): did("payee \(try MemberAdmittedView(b).member.string)", act)
        case .journalEntryPosted(let b):
            let entry = try JournalEntryPostedView(b)
            let amount = try entry.lines.reduce(Int64(0)) { $0 &+ (try $1.view().debitMinor) }
            people(entry.preparer.string, entry.approver.string, amount, act)
        case .correctionPosted(let b):
            let entry = try CorrectionPostedView(b)
            let amount = try entry.replacement.reduce(Int64(0)) { $0 &+ (try $1.view().debitMinor) }
            people(entry.preparer.string, entry.approver.string, amount, act)
        case .supplierInvoiced(let b): did("owed \(try SupplierInvoicedView(b).supplier.string)", act)
        case .expenseClaimed(let b):
            let claim = try ExpenseClaimedView(b)
            did("claim \(claim.claim.string)", act)
            acts["claim \(claim.claim.string)", default: []].append((claim.member.string, act.sequence))
            acts["claimant \(claim.claim.string)"] = [(claim.member.string, act.sequence)]
        case .expenseApproved(let b):
            let claim = try ExpenseApprovedView(b).claim.string
            compare(.preparesAndApproves, "claim \(claim)", claim, 0, act)
            did("approved \(claim)", act)
        case .expenseReimbursed(let b):
            let paid = try ExpenseReimbursedView(b)
            let claim = paid.claim.string
            let member = acts["claimant \(claim)"]?.first?.actor ?? ""
            compare(.recordsAndPays, "approved \(claim)", claim, paid.amountMinor, act)
            pays(member, paid.amountMinor, act)
        case .purchaseRefunded(let b): did("refund \(try PurchaseRefundedView(b).order.string)", act)
        case .purchaseCancelled(let b): did("refund \(try PurchaseCancelledView(b).order.string)", act)
        case .paymentRefunded(let b):
            let paid = try PaymentRefundedView(b)
            compare(.recordsAndPays, "refund \(paid.order.string)", paid.order.string, paid.amountMinor, act)
            nobody(paid.order.string, paid.amountMinor, act)
        case .redemptionAccepted(let b):
            let accepted = try RedemptionAcceptedView(b)
            did("redemption \(accepted.redemption.string)", act)
            acts["holder \(accepted.redemption.string)"] = [(accepted.member.string, act.sequence)]
        case .redemptionPaid(let b):
            let paid = try RedemptionPaidView(b)
            let name = paid.redemption.string
            compare(.recordsAndPays, "redemption \(name)", name, paid.amountMinor, act)
            pays(acts["holder \(name)"]?.first?.actor ?? "", paid.amountMinor, act)
        case .sharesRedeemed(let b):
            let paid = try SharesRedeemedView(b)
            pays(paid.member.string, paid.amountMinor, act)
        case .patronageDividendDeclared(let b):
            let declared = try PatronageDividendDeclaredView(b)
            did("dividend \(declared.fiscalYear) \(declared.member.string)", act)
        case .patronageDividendPaid(let b):
            let paid = try PatronageDividendPaidView(b)
            let member = paid.member.string
            compare(.recordsAndPays, "dividend \(paid.fiscalYear) \(member)", member, paid.cashMinor, act)
            pays(member, paid.cashMinor, act, comparesPayee: false)
        case .payoutInstructed(let b):
            let paid = try PayoutInstructedView(b)
            let payee = paid.payee.string
            if paid.account.string == AccountCode.accountsPayable.name {
                compare(.recordsAndPays, "owed \(payee)", payee, paid.amountMinor, act)
            }
            pays(payee, paid.amountMinor, act)
            did("payout \(paid.payout.string)", act)
        case .payoutSettled(let b):
            let payout = try PayoutSettledView(b).payout.string
            compare(.recordsAndReconciles, "payout \(payout)", payout, 0, act)
        case .payoutReturned(let b):
            let payout = try PayoutReturnedView(b).payout.string
            compare(.recordsAndReconciles, "payout \(payout)", payout, 0, act)
        case .paymentCaptured(let b): did("captured \(try PaymentCapturedView(b).institution.string)", act)
        case .fundsSettled(let b):
            let settled = try FundsSettledView(b)
            let institution = settled.institution.string
            compare(.recordsAndReconciles, "captured \(institution)", institution, settled.grossMinor, act)
        case .taxRemitted(let b):
            let paid = try TaxRemittedView(b)
            nobody(paid.tax.string, paid.amountMinor, act)
        default: break
        }
    }

    /// Remembers the first time that somebody did something.
    private mutating func did(_ document: String, _ act: Act) {
        guard !act.actor.isEmpty, !services.contains(act.actor) else { return }
        let known = acts[document] ?? []
        if !known.contains(where: { $0.actor == act.actor }) { acts[document] = known + [(act.actor, act.sequence)] }
    }

    private mutating func report(
        _ rule: DutyRule, _ actor: String, _ sequences: [UInt64], _ subject: String, _ amount: Int64, _ act: Act
    ) {
        guard act.isReported, !services.contains(actor) else { return }
        findings.append(
            DutyFinding(
                rule: rule, actor: actor, sequences: sequences, kind: act.kind, subject: subject, amountMinor: amount))
    }

    private mutating func compare(
        _ rule: DutyRule, _ document: String, _ subject: String, _ amount: Int64, _ act: Act
    ) {
        guard !act.actor.isEmpty, let first = acts[document]?.first(where: { $0.actor == act.actor }) else { return }
        report(rule, act.actor, [first.sequence, act.sequence], subject, amount, act)
    }

    /// Money to a person: not by themselves, not by whoever took them in, not by nobody.
    private mutating func pays(_ payee: String, _ amount: Int64, _ act: Act, comparesPayee: Bool = true) {
        if !act.actor.isEmpty, act.actor == payee { report(.paysSelf, payee, [act.sequence], payee, amount, act) }
        if comparesPayee { compare(.createsAndPays, "payee \(payee)", payee, amount, act) }
        nobody(payee, amount, act)
    }

    private mutating func nobody(_ subject: String, _ amount: Int64, _ act: Act) {
        if act.actor.isEmpty { report(.noActor, "", [act.sequence], subject, amount, act) }
    }

    private mutating func people(_ preparer: String, _ approver: String, _ amount: Int64, _ act: Act) {
        // The rules refuse both; an entry of another program may have them.
        if !approver.isEmpty, approver == preparer || approver == act.actor {
            report(.preparesAndApproves, approver, [act.sequence], preparer, amount, act)
        }
        if approver.isEmpty { report(.noActor, act.actor, [act.sequence], preparer, amount, act) }
    }

    private mutating func approvals(_ act: Act) {
        for encoded in act.approvers {
            guard let approver = try? encoded.view().approver.string, approver == act.actor else { continue }
            report(.preparesAndApproves, approver, [act.sequence], approver, 0, act)
        }
    }

    // MARK: roles

    /// Roles that belong to two people: who keeps the books or sets the rules takes no money out, who approves prepares nothing, who audits does nothing.
    private static let conflicts: [(Role, Role)] = [
        (.accountant, .treasurer), (.administrator, .treasurer), (.accountant, .approver), (.treasurer, .approver),
        (.sales, .treasurer), (.warehouse, .accountant),
    ]

    private mutating func roles(_ views: Views) {
        var held: [UInt32: [(role: Role, sequence: UInt64)]] = [:]
        for row in views.roles(book) where row.record.isActive {
            held[row.party, default: []].append((row.role, row.record.grantedSequence))
        }
        for (party, roles) in held {
            let actor = views.partyName(party)
            guard !services.contains(actor) else { continue }
            var pairs = Self.conflicts
            for other in roles where other.role != .auditor { pairs.append((.auditor, other.role)) }
            for (first, second) in pairs {
                guard let one = roles.first(where: { $0.role == first }),
                    let other = roles.first(where: { $0.role == second })
                else { continue }
                findings.append(
                    DutyFinding(
                        rule: .conflictingRoles, actor: actor, sequences: [one.sequence, other.sequence].sorted(),
                        kind: nil, subject: "\(Roles.name(first)) \(Roles.name(second))", amountMinor: 0))
            }
        }
    }
}
