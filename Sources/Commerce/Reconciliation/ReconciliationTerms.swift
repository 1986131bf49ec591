import Bytes
package import Events

/// How entries are matched and exceptions given up.
package enum ReconciliationTerms {
    /// Field of the policy in PolicyAdopted.
    package static let policyField = 16
    static let windowDaysMax: UInt32 = 60
    static let minutesOfDay: UInt32 = 24 * 60
    static let settlementTextLeast = 3

    /// The policy in force; `nil` where there is none.
    package static func policy(_ book: Book, at us: Int64) -> ReconciliationPolicyView? {
        book.policy(ReconciliationPolicyView.self, policyField, at: us, knownAt: .max)
    }
}

extension Policies {
    static func decide(reconciliation policy: ReconciliationPolicyView) throws(Refusal) {
        for rule in policy.rules where rule == .unspecified || rule == .manual {
            throw Refusal(
                .notAllowed, "reconciliation.rules", "\(rule)", Text("ce n’est pas une règle", "not a rule"),
                accepted: Text("par exemple MATCH_RULE_REFERENCE", "for example MATCH_RULE_REFERENCE"))
        }
        guard policy.windowDays <= ReconciliationTerms.windowDaysMax else {
            throw Refusal(
                .outOfRange, "reconciliation.windowDays", Int64(policy.windowDays),
                Text("fenêtre trop large", "the window is too wide"),
                accepted: Text(
                    "au plus \(ReconciliationTerms.windowDaysMax) jours ouvrables",
                    "at most \(ReconciliationTerms.windowDaysMax) business days"))
        }
        try rate(policy.feeMaxPpm, "reconciliation.feeMaxPpm")
        try Check.notNegative(policy.feeMaxMinor, "reconciliation.feeMaxMinor")
        try Check.notNegative(policy.writeOffMaxMinor, "reconciliation.writeOffMaxMinor")
        try Check.notNegative(policy.writeOffMonthMaxMinor, "reconciliation.writeOffMonthMaxMinor")
        guard policy.cutOffMinutes < ReconciliationTerms.minutesOfDay else {
            throw Refusal(
                .outOfRange, "reconciliation.cutOffMinutes", Int64(policy.cutOffMinutes),
                Text("plus qu’un jour", "more than a day"), accepted: Text("de 0 à 1439", "0 to 1439"))
        }
        try Check.notNegative(policy.chargeMaxMinor, "reconciliation.chargeMaxMinor")
        try texts(policy.settlementTexts, "settlementTexts")
        try texts(policy.paymentTexts, "paymentTexts")
    }

    /// Words of a letter or two stand in any text.
    private static func texts(_ texts: Repeated<SettlementTextView>, _ name: String) throws(Refusal) {
        for (index, encoded) in texts.enumerated() {
            let field = "reconciliation.\(name)[\(index)].text"
            let text = try? encoded.view().text
            guard let text, text.count >= ReconciliationTerms.settlementTextLeast else {
                throw Refusal(
                    .missing, field, text?.string ?? "", Text("trop court", "too short"),
                    accepted: Text(
                        "au moins \(ReconciliationTerms.settlementTextLeast) octets, par exemple DEPOT CARTES",
                        "at least \(ReconciliationTerms.settlementTextLeast) bytes, for example CARD DEPOSIT"))
            }
            try Check.text(text, field, max: 64)
        }
    }
}
