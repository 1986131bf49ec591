package import Accounting
import Bytes
package import Events
import Index

/// Policies: tax tables, commission, allocation, withholding, calendar. Effective-dated, never restating.
enum Policies {
    /// Fewer taxes than the bits of a registration.
    static let ratesMax = 60
    static let jurisdictionBytesMax = 16

    static func decide(_ body: PolicyAdoptedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        guard let policy = body.policy else {
            throw Refusal(
                .missing, "policy", "", Text("la politique manque", "the policy is missing"),
                accepted: Text(
                    "une politique du schéma, par exemple commission", "a policy of the schema, for example commission")
            )
        }
        do {
            switch policy {
            case .taxes(let bytes): try decide(TaxPolicyView(bytes))
            case .commission(let bytes): try rate(CommissionPolicyView(bytes).ratePpm, "commission.ratePpm")
            case .allocation(let bytes): try AllocationRules.decide(AllocationPolicyView(bytes))
            case .calendar(let bytes): try decide(calendar(CalendarPolicyView(bytes)), book)
            case .withholding(let bytes):
                let withholding = try WithholdingPolicyView(bytes)
                try rate(withholding.ratePpm, "withholding.ratePpm")
                try Check.notNegative(withholding.exemptMinor, "withholding.exemptMinor")
            case .approvals(let bytes): try decide(approvals: ApprovalPolicyView(bytes), fact, book, views)
            case .sharing(let bytes): try decide(sharing: SharingPolicyView(bytes), fact, book, views)
            case .media(let bytes): try decide(media: MediaPolicyView(bytes), fact, book, views)
            case .delivery(let bytes): try decide(delivery: DeliveryPolicyView(bytes), fact, book, views)
            case .limits(let bytes): try decide(limits: LimitPolicyView(bytes), fact, book, views)
            case .streaming(let bytes): try decide(streaming: StreamingPolicyView(bytes), fact, book, views)
            case .rides(let bytes): try decide(rides: RidePolicyView(bytes), fact, book, views)
            case .chargebacks(let bytes): try decide(chargebacks: ChargebackPolicyView(bytes), fact, book, views)
            case .solidarity(let bytes): try decide(solidarity: SolidarityPolicyView(bytes), fact, book, views)
            case .sponsorship(let bytes): try decide(sponsorship: SponsorshipPolicyView(bytes), fact, views)
            case .reconciliation(let bytes): try decide(reconciliation: ReconciliationPolicyView(bytes))
            case .paymentFiles(let bytes): try decide(paymentFiles: PaymentFilesPolicyView(bytes))
            }
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(
                .malformed, "policy", "", Text("\(error)", "\(error)"),
                accepted: Text("une politique du schéma", "a policy of the schema"))
        }
    }

    /// A new calendar must not move what is locked back into an open day.
    private static func decide(_ calendar: BookCalendar, _ book: Book) throws(Refusal) {
        guard let locked = book.lockedThrough else { return }
        let day = CivilDate(clampingDays: Int64(locked))
        guard calendar.lastInstantUs(of: day) == book.calendar.lastInstantUs(of: day) else {
            throw Refusal(
                .locked, "calendar.offsets", "",
                Text(
                    "la fin du \(day.text), jour verrouillé, changerait",
                    "the end of \(day.text), a locked day, would move"),
                accepted: Text(
                    "les décalages en vigueur jusqu’au \(day.text)", "the offsets in force through \(day.text)"))
        }
    }

    static func rate(_ ppm: UInt32, _ field: String) throws(Refusal) {
        guard ppm <= 1_000_000 else {
            throw Refusal(
                .outOfRange, field, Int64(ppm), Text("plus de 100 %", "more than 100 %"),
                accepted: Text("de 0 à 1000000 parties par million", "0 to 1000000 parts per million"))
        }
    }

    private static func decide(_ policy: TaxPolicyView) throws {
        guard policy.basis != .unspecified else {
            throw Refusal(
                .missing, "taxes.basis", "", Text("la base d’arrondi manque", "the basis is missing"),
                accepted: Text("TAX_BASIS_ORDER ou TAX_BASIS_LINE", "TAX_BASIS_ORDER or TAX_BASIS_LINE"))
        }
        try Check.text(policy.jurisdiction, "taxes.jurisdiction", max: jurisdictionBytesMax)
        guard policy.rates.count <= ratesMax else {
            throw Refusal(
                .outOfRange, "taxes.rates", Int64(policy.rates.count), Text("trop de taux", "too many rates"),
                accepted: Text("au plus \(ratesMax)", "at most \(ratesMax)"))
        }
        for (index, encoded) in policy.rates.enumerated() {
            let rate = try encoded.view()
            try Check.name(rate.tax, "taxes.rates[\(index)].tax", max: 16)
            guard AccountName.isValid("liabilities:\(rate.tax.string)-payable") else {
                throw Refusal(
                    .malformed, "taxes.rates[\(index)].tax", rate.tax, Text("nom de taxe invalide", "not a tax name"),
                    accepted: Text("des minuscules, par exemple gst", "lower-case letters, for example gst"))
            }
            // A tax must not be owed on an account that means something else.
            if let known = AccountCode(name: "liabilities:\(rate.tax.string)-payable"),
                ![.gstPayable, .qstPayable, .hstPayable].contains(known)
            {
                throw Refusal(
                    .notAllowed, "taxes.rates[\(index)].tax", rate.tax,
                    Text(
                        "le compte \(known.name) sert à autre chose", "the account \(known.name) means something else"),
                    accepted: Text("gst, qst, hst ou un nom nouveau", "gst, qst, hst or a new name"))
            }
            for earlier in 0..<index {
                guard let other = try? policy.rates[earlier], other.tax == rate.tax, other.taxClass == rate.taxClass
                else { continue }
                throw Refusal(
                    .duplicate, "taxes.rates[\(index)]", rate.tax,
                    Text("le taux de cette classe est déjà donné", "the rate of this class is given already"),
                    accepted: Text("un taux par taxe et par classe", "one rate a tax and class"))
            }
            try self.rate(rate.ratePpm, "taxes.rates[\(index)].ratePpm")
            guard rate.taxClass != .unspecified else {
                throw Refusal(
                    .missing, "taxes.rates[\(index)].taxClass", "", Text("la classe manque", "the class is missing"),
                    accepted: Text("par exemple TAX_CLASS_STANDARD", "for example TAX_CLASS_STANDARD"))
            }
        }
    }

    fileprivate static func calendar(_ policy: CalendarPolicyView) throws -> BookCalendar {
        var changes: [UtcOffsetChange] = []
        for (index, encoded) in policy.offsets.enumerated() {
            let offset = try encoded.view()
            guard let from = offset.from else {
                throw Refusal(
                    .missing, "calendar.offsets[\(index)].from", "", Text("l’heure manque", "the time is missing"),
                    accepted: Text("une heure UTC", "a UTC time"))
            }
            changes.append(UtcOffsetChange(fromUs: microseconds(from), offsetSeconds: offset.offsetSeconds))
        }
        do throws(CalendarError) {
            return try BookCalendar(changes: changes)
        } catch {
            throw Refusal(
                .malformed, "calendar.\(error.place)", "", Text(error.reason, error.reason),
                accepted: Text(error.accepted, error.accepted))
        }
    }

    static func fold(_ body: PolicyAdoptedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book else { return views.index.fail("event \(fact.sequence): its book is not founded") }
        views.index.put(views.key.begin(.policy).u16(book.id).sequence(fact.sequence).bytes, Bytes.none)
        // A tax that the chart does not know gets its account now, so that later folds find it.
        apply(fact.event, sequence: fact.sequence, to: book, views)
    }

    /// Adds an adopted policy to a book in memory.
    static func apply(_ event: EventView, sequence: UInt64, to book: Book, _ views: Views) {
        let from = event.effectiveAt.map(microseconds) ?? 0
        do {
            let adopted = try PolicyAdoptedView(event.bodyBytes)
            guard let policy = adopted.policy else { return }
            switch policy {
            case .taxes(let bytes):
                book.adopt(taxes: try table(TaxPolicyView(bytes), book, views), fromUs: from, sequence: sequence)
            case .commission(let bytes):
                book.commissions.append(
                    Dated(fromUs: from, sequence: sequence, policy: RatePpm(try CommissionPolicyView(bytes).ratePpm)))
            case .allocation(let bytes):
                book.allocations.append(
                    Dated(fromUs: from, sequence: sequence, policy: try AllocationRules(AllocationPolicyView(bytes))))
            case .calendar(let bytes):
                book.setCalendar(try calendar(CalendarPolicyView(bytes)))
            case .withholding(let bytes):
                let policy = try WithholdingPolicyView(bytes)
                book.withholdings.append(
                    Dated(
                        fromUs: from, sequence: sequence,
                        policy: WithholdingRule(rate: RatePpm(policy.ratePpm), exemptMinor: policy.exemptMinor)))
            case .approvals(let bytes), .sharing(let bytes), .media(let bytes), .delivery(let bytes),
                .limits(let bytes), .streaming(let bytes), .rides(let bytes), .chargebacks(let bytes),
                .solidarity(let bytes), .sponsorship(let bytes), .reconciliation(let bytes), .paymentFiles(let bytes):
                book.adopt(adopted.policyField, bytes, fromUs: from, sequence: sequence)
            }
        } catch {
            views.index.fail("event \(sequence): its policy cannot be read: \(error)")
        }
    }

    private static func table(_ policy: TaxPolicyView, _ book: Book, _ views: Views) throws -> TaxTable {
        var taxes: [TaxTable.Tax] = []
        for encoded in policy.rates {
            let rate = try encoded.view()
            let name = rate.tax.array
            if !taxes.contains(where: { $0.name == name }) {
                let account = Array("liabilities:".utf8) + name + Array("-payable".utf8)
                let number = account.withBytes { views.internAccount($0, book: book.id) }
                taxes.append(TaxTable.Tax(name: name, account: number, rates: Array(repeating: 0, count: 8)))
            }
            guard let at = taxes.firstIndex(where: { $0.name == name }), (0..<8).contains(rate.taxClass.rawValue) else {
                continue
            }
            taxes[at].rates[rate.taxClass.rawValue] = rate.ratePpm
        }
        return TaxTable(
            taxes: taxes, basis: policy.basis == .line ? .line : .order, jurisdiction: policy.jurisdiction.array)
    }
}

extension BookCalendar {
    /// The calendar that a policy says. Throws where it says none.
    package init(_ policy: CalendarPolicyView) throws { self = try Policies.calendar(policy) }
}
