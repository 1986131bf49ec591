package import Commerce

/// The two forms on which patronage dividends are reported.
package enum SlipForm: String, CaseIterable, Sendable {
    /// Canada Revenue Agency: box 030 patronage allocations, box 022 income tax deducted.
    case t4a
    /// Revenu Québec: box O other income with code RL, box E Québec income tax withheld.
    case rl1

    /// For people.
    package var name: Text {
        switch self {
        case .t4a: Text("T4A", "T4A")
        case .rl1: Text("relevé 1", "RL-1 slip")
        }
    }

    /// At the head of a page or table.
    package var title: Text { self == .t4a ? name : Text("Relevé 1", name.english) }

    /// The boxes of what was paid and of the tax withheld.
    package var boxes: (paid: String, tax: String) { self == .t4a ? ("030", "022") : ("O", "E") }
}

/// What a slip does to what the authority has.
package enum SlipAction: String, CaseIterable, Sendable {
    case original
    /// Other amounts for the same member.
    case amended
    /// There should have been none; or its name or number was wrong, and an original follows.
    case cancelled

    /// The letter of the Canada Revenue Agency (`rpt_tcd`).
    var federalCode: String {
        switch self {
        case .original: "O"
        case .amended: "A"
        case .cancelled: "C"
        }
    }

    /// The letter of Revenu Québec: the element of the slip.
    var quebecCode: String {
        switch self {
        case .original: "R"
        case .amended: "A"
        case .cancelled: "D"
        }
    }

    /// The kind of sending of Revenu Québec (`TypeEnvoi`).
    var quebecSending: String {
        switch self {
        case .original: "1"
        case .amended: "4"
        case .cancelled: "6"
        }
    }

    /// For people.
    package var name: Text {
        switch self {
        case .original: Text("original", "original")
        case .amended: Text("modifié", "amended")
        case .cancelled: Text("annulé", "cancelled")
        }
    }

    /// Several of them, for people.
    package var plural: Text {
        switch self {
        case .original: Text("originaux", "originals")
        case .amended: Text("modifiés", "amended")
        case .cancelled: Text("annulés", "cancelled")
        }
    }
}

/// One member's slip on one form for one calendar year.
package struct DividendSlip: Equatable, Sendable {
    package var form: SlipForm
    package var action: SlipAction
    /// Pseudonymous; who it is comes from `SlipRecipient`, apart.
    package var memberID: String
    /// Paid in cash and in shares, in cents.
    package var paidMinor: Int64
    /// Withheld for this form's authority, in cents.
    package var taxMinor: Int64
}

/// What a member was paid in a calendar year, and what was withheld.
package struct MemberDividends: Equatable, Sendable {
    package var memberID: String
    /// In cents, shares included.
    package var paidMinor: Int64
    /// ITA 135(3), in cents.
    package var federalTaxMinor: Int64
    /// In cents; nothing in the facts we have asks for it, so it is usually zero.
    package var quebecTaxMinor: Int64

    package init(memberID: String, paidMinor: Int64, federalTaxMinor: Int64, quebecTaxMinor: Int64 = 0) {
        self.memberID = memberID
        self.paidMinor = paidMinor
        self.federalTaxMinor = federalTaxMinor
        self.quebecTaxMinor = quebecTaxMinor
    }
}

/// When a slip is due: data with an effective date (DOMAIN §3), never a constant of the law in code.
package struct SlipRules: Equatable, Sendable {
    /// A T4A where tax was withheld, or above this in the year (M: $500).
    package var t4aAboveMinor: Int64
    /// An RL-1 where tax was withheld, or above this in the year (H: $100).
    package var rl1AboveMinor: Int64
    /// The source in box O (H: RL).
    package var rl1SourceCode: String
    /// Above this count both authorities want files, not paper (H: 5).
    package var paperSlipsMax: Int

    package init(
        t4aAboveMinor: Int64 = 50_000, rl1AboveMinor: Int64 = 10_000, rl1SourceCode: String = "RL",
        paperSlipsMax: Int = 5
    ) {
        self.t4aAboveMinor = t4aAboveMinor
        self.rl1AboveMinor = rl1AboveMinor
        self.rl1SourceCode = rl1SourceCode
        self.paperSlipsMax = paperSlipsMax
    }
}
