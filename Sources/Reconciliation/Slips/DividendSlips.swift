import Accounting
import Commerce

/// The slips of a cooperative's dividends for a calendar year, as they should stand now.
package struct DividendSlips: Equatable, Sendable {
    package var year: Int
    package var rules: SlipRules
    /// By member id; every slip is an original here, see `changes(since:form:)`.
    package private(set) var t4a: [DividendSlip]
    package private(set) var rl1: [DividendSlip]
    /// Who was paid too little for any slip.
    package private(set) var belowThresholds: Int

    /// Members in a year.
    package static let membersMax = 5_000_000

    /// The slips that `members` need. The order given does not matter.
    ///
    /// Throws `StatementError`: `value` where a member stands twice or an amount is impossible, `limit`, `total` where
    /// sums overflow.
    package init(year: Int, members: [MemberDividends], rules: SlipRules = SlipRules()) throws(StatementError) {
        self.year = year
        self.rules = rules
        guard members.count <= Self.membersMax else {
            throw .payment(
                .limit, file: Self.place(year), "members", "\(members.count)",
                Text("il y a trop de membres", "there are too many members"),
                accepted: Text("au plus \(Self.membersMax)", "at most \(Self.membersMax)"))
        }
        t4a = []
        rl1 = []
        belowThresholds = 0
        var previous: String?
        for member in members.sorted(by: { $0.memberID < $1.memberID }) {
            try Self.check(member, year, isKnown: member.memberID == previous)
            previous = member.memberID
            let count = t4a.count + rl1.count
            if member.federalTaxMinor > 0 || member.paidMinor > rules.t4aAboveMinor {
                t4a.append(
                    DividendSlip(
                        form: .t4a, action: .original, memberID: member.memberID, paidMinor: member.paidMinor,
                        taxMinor: member.federalTaxMinor))
            }
            if member.quebecTaxMinor > 0 || member.paidMinor > rules.rl1AboveMinor {
                rl1.append(
                    DividendSlip(
                        form: .rl1, action: .original, memberID: member.memberID, paidMinor: member.paidMinor,
                        taxMinor: member.quebecTaxMinor))
            }
            if t4a.count + rl1.count == count { belowThresholds += 1 }
        }
        for form in SlipForm.allCases { _ = try Self.summary(of: slips(form), year: year) }
    }

    /// The slips of one form.
    package func slips(_ form: SlipForm) -> [DividendSlip] { form == .t4a ? t4a : rl1 }

    /// Whether the authority wants files: more slips than it takes on paper.
    package func needsFile(_ form: SlipForm) -> Bool { slips(form).count > rules.paperSlipsMax }

    /// Counts and sums of one form.
    package func summary(_ form: SlipForm) throws(StatementError) -> SlipSummary {
        try Self.summary(of: slips(form), year: year)
    }

    static func summary(of slips: [DividendSlip], year: Int) throws(StatementError) -> SlipSummary {
        do {
            return SlipSummary(
                count: slips.count, paidMinor: try Money.total(slips.map(\.paidMinor)),
                taxMinor: try Money.total(slips.map(\.taxMinor)))
        } catch {
            throw .payment(
                .total, file: place(year), "total", "",
                Text("la somme des feuillets déborde", "the sum of the slips overflows"),
                accepted: Text("des montants en cents qui tiennent en 64 bits", "amounts in cents that fit 64 bits"))
        }
    }

    /// Refuses slips whose tax is not what the books withheld in the year, with the figures.
    ///
    /// Whatever was withheld is on a slip, since a slip is due as soon as tax was withheld: the sums must be equal.
    package func tie(federalWithheldMinor: Int64, quebecWithheldMinor: Int64 = 0) throws(StatementError) {
        for (form, booksMinor) in [(SlipForm.t4a, federalWithheldMinor), (.rl1, quebecWithheldMinor)] {
            let slipsMinor = try summary(form).taxMinor
            guard slipsMinor != booksMinor else { continue }
            let said = DecimalText.format(minor: slipsMinor, exponent: 2)
            let books = DecimalText.format(minor: booksMinor, exponent: 2)
            // Both lie within the amounts of a year; where the difference does not fit, it is left out.
            let difference = slipsMinor.subtractingReportingOverflow(booksMinor)
            let gap = difference.overflow ? "" : DecimalText.format(minor: difference.partialValue, exponent: 2)
            throw .payment(
                .total, file: Self.place(year), "\(form.rawValue), \(form.boxes.tax)", said,
                Text(
                    "les feuillets portent \(said) d’impôt retenu, les livres \(books) : écart de \(gap)",
                    "the slips have \(said) of tax withheld, the books \(books): a difference of \(gap)"),
                accepted: Text(
                    "le total retenu aux livres pour \(year) : \(books)",
                    "what the books withheld for \(year): \(books)"))
        }
    }

    /// What must be sent where `previous` was sent before: new slips, amended ones, cancelled ones (with the amounts
    /// that they had). Nothing where nothing changed. Each action goes in a file of its own.
    package func changes(since previous: DividendSlips, _ form: SlipForm) -> [DividendSlip] {
        changes(since: previous.slips(form), form)
    }

    /// The same where the slips sent before come from elsewhere.
    package func changes(since previous: [DividendSlip], _ form: SlipForm) -> [DividendSlip] {
        let before = Dictionary(previous.map { ($0.memberID, $0) }, uniquingKeysWith: { first, _ in first })
        let now = Set(slips(form).map(\.memberID))
        var changes: [DividendSlip] = []
        for slip in slips(form) {
            guard let old = before[slip.memberID] else {
                changes.append(slip)
                continue
            }
            guard old.paidMinor != slip.paidMinor || old.taxMinor != slip.taxMinor else { continue }
            var amended = slip
            amended.action = .amended
            changes.append(amended)
        }
        for slip in previous where !now.contains(slip.memberID) {
            var cancelled = slip
            cancelled.action = .cancelled
            changes.append(cancelled)
        }
        return changes
    }

    private static func place(_ year: Int) -> String { "slips-\(year)" }

    private static func check(_ member: MemberDividends, _ year: Int, isKnown: Bool) throws(StatementError) {
        func refusal(_ field: String, _ value: String, _ reason: Text, _ accepted: Text) -> StatementError {
            .payment(.value, file: place(year), "\(member.memberID).\(field)", value, reason, accepted: accepted)
        }
        guard !isKnown else {
            throw refusal(
                "memberID", member.memberID, Text("ce membre figure deux fois", "this member stands twice"),
                Text("le total de l’année par membre", "the year's total for each member"))
        }
        guard member.paidMinor >= 0 else {
            throw refusal(
                "paidMinor", "\(member.paidMinor)", Text("ce montant est négatif", "this amount is negative"),
                Text("zéro ou plus", "zero or more"))
        }
        for (field, tax) in [("federalTaxMinor", member.federalTaxMinor), ("quebecTaxMinor", member.quebecTaxMinor)] {
            guard tax >= 0, tax <= member.paidMinor else {
                throw refusal(
                    field, "\(tax)",
                    Text(
                        "l’impôt retenu n’est pas entre zéro et le montant versé",
                        "the tax withheld is not between zero and the amount paid"),
                    Text("de 0 à \(member.paidMinor)", "0 to \(member.paidMinor)"))
            }
        }
    }
}

/// Counts and sums of slips, as the summary of a return says them.
package struct SlipSummary: Equatable, Sendable {
    package var count: Int
    package var paidMinor: Int64
    package var taxMinor: Int64

    package init(count: Int, paidMinor: Int64, taxMinor: Int64) {
        self.count = count
        self.paidMinor = paidMinor
        self.taxMinor = taxMinor
    }
}
