package import Accounting
package import Bytes
package import Events

/// Who we are in the files that institutions take: by policy, so that a file is made again from the log alone.
package enum PaymentFileTerms {
    /// Field of the policy in PolicyAdopted.
    package static let policyField = 17
    static let originatorsMax = 64

    /// How we are known to an institution by the policy in force; `nil` where none says it.
    ///
    /// - Parameter sequence: only policies before it count.
    package static func originator(
        of institution: Bytes, _ book: Book, at us: Int64, knownAt sequence: UInt64
    ) -> PaymentOriginatorView? {
        let policy = book.policy(PaymentFilesPolicyView.self, policyField, at: us, knownAt: sequence)
        return policy?.originators.lazy.compactMap { try? $0.view() }.first { $0.institution == institution }
    }

    /// The account of cash that a file's money leaves. Throws where the name is another's.
    package static func cash(_ name: Bytes) -> AccountCode? {
        guard !name.isEmpty else { return .bank }
        guard name.count <= AccountName.lengthMax, let account = AccountCode(name: name.string) else { return nil }
        return account == .bank || account == .trustBank ? account : nil
    }
}

extension Check {
    /// Digits, as many as `widths` allows.
    static func digits(
        _ value: Bytes, _ field: @autoclosure () -> String, _ widths: ClosedRange<Int>
    ) throws(Refusal) {
        guard widths.contains(value.count), value.array.allSatisfy({ (0x30...0x39).contains($0) }) else {
            let wanted =
                widths.count == 1 ? "\(widths.upperBound)" : "\(widths.lowerBound)–\(widths.upperBound)"
            throw Refusal(
                .malformed, field(), value.prefix(40),
                Text("ce ne sont pas des chiffres de cette longueur", "not digits of that length"),
                accepted: Text("\(wanted) chiffres", "\(wanted) digits"))
        }
    }
}

extension Policies {
    static func decide(paymentFiles policy: PaymentFilesPolicyView) throws {
        guard policy.originators.count <= PaymentFileTerms.originatorsMax else {
            throw Refusal(
                .outOfRange, "paymentFiles.originators", Int64(policy.originators.count),
                Text("trop d’institutions", "too many institutions"),
                accepted: Text(
                    "au plus \(PaymentFileTerms.originatorsMax)", "at most \(PaymentFileTerms.originatorsMax)"))
        }
        var known: Set<[UInt8]> = []
        for (at, encoded) in policy.originators.enumerated() {
            let place = "paymentFiles.originators[\(at)]"
            let originator = try encoded.view()
            try decide(originator, place)
            guard known.insert(originator.institution.array).inserted else {
                throw Refusal(
                    .duplicate, "\(place).institution", originator.institution,
                    Text("institution répétée", "the same institution twice"),
                    accepted: Text("chaque institution une fois", "each institution once"))
            }
        }
    }

    private static func decide(_ originator: PaymentOriginatorView, _ place: String) throws {
        try Check.digits(originator.institution, "\(place).institution", 3...3)
        let id = originator.originatorId
        guard id.count == 10, id.array.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }) else {
            throw Refusal(
                .malformed, "\(place).originatorId", id.prefix(40),
                Text("ce n’est pas un numéro d’émetteur", "not an originator id"),
                accepted: Text("dix chiffres ou lettres majuscules", "ten digits or capital letters"))
        }
        try Check.name(originator.shortName, "\(place).shortName", max: 60)
        try Check.name(originator.longName, "\(place).longName", max: 120)
        try Check.digits(originator.dataCentre, "\(place).dataCentre", 5...5)
        let pattern = originator.itemTracePattern
        guard
            pattern.isEmpty
                || pattern.count == 22
                    && pattern.array.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x46 || $0 == 0x4E })
        else {
            throw Refusal(
                .malformed, "\(place).itemTracePattern", pattern.prefix(40),
                Text("ce modèle ne fait pas de numéros de suivi", "this pattern makes no item trace numbers"),
                accepted: Text(
                    "22 caractères : des chiffres, une suite de F, une suite de N",
                    "22 characters: digits, a run of F, a run of N"))
        }
        guard !originator.accounts.isEmpty else {
            throw Refusal(
                .missing, "\(place).accounts", "", Text("aucun compte ne paie", "no account pays"),
                accepted: Text("un compte au moins", "one account at least"))
        }
        var known: Set<AccountCode> = []
        for (at, encoded) in originator.accounts.enumerated() {
            let account = try encoded.view()
            let field = "\(place).accounts[\(at)]"
            guard let cash = PaymentFileTerms.cash(account.ledgerAccount) else { throw notCash(account, field) }
            guard known.insert(cash).inserted else {
                throw Refusal(
                    .duplicate, "\(field).ledgerAccount", account.ledgerAccount,
                    Text("compte répété", "the same account twice"),
                    accepted: Text("chaque compte une fois", "each account once"))
            }
            try Check.digits(account.transit, "\(field).transit", 5...5)
            try Check.digits(account.account, "\(field).account", 1...12)
            guard !account.returnTransit.isEmpty || !account.returnAccount.isEmpty else { continue }
            try Check.digits(account.returnTransit, "\(field).returnTransit", 5...5)
            try Check.digits(account.returnAccount, "\(field).returnAccount", 1...12)
        }
    }

    private static func notCash(_ account: PayingAccountView, _ field: String) -> Refusal {
        Refusal(
            .notAllowed, "\(field).ledgerAccount", account.ledgerAccount.prefix(40),
            Text("ce n’est pas une encaisse", "no account of cash"),
            accepted: Text("assets:bank ou assets:trust-bank", "assets:bank or assets:trust-bank"))
    }
}
