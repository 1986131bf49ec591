package import Accounting
import Bytes
package import Commerce
import Events
package import Transparency

/// What a bundle shows once its proofs held: computed from its events alone. Amounts in minor units.
package struct MemberVerdict: Sendable {
    /// One order's part of the base: what was handed over in the year, less what was given back in it.
    package struct Order: Equatable, Sendable {
        package let order: String
        package let purchaseSequence: UInt64
        package let amountMinor: Int64
    }

    package let currency: Currency
    /// In the order of the log.
    package let orders: [Order]
    package var purchasesMinor: Int64 { orders.reduce(0) { $0 &+ $1.amountMinor } }
    package let declaredBaseMinor: Int64
    package let declaredCashMinor: Int64
    package let declaredSharesMinor: Int64
    /// The floors of the exact shares, over the groups whose totals are in the bundle.
    package let floorCashMinor: Int64
    package let floorSharesMinor: Int64
    package let isPaid: Bool
    package let withheldMinor: Int64
    /// The number of the meeting's resolution and its day: the totals of the bases are to be those read with it. `nil` where the bundle withholds it.
    package let resolution: String?
    package let meetingDate: String?
    /// What the bundle cannot show.
    package let unseen: [Text]
}

extension MemberProof {
    /// Events of an order that count as business or lessen it.
    static func counts(_ kind: EventKind?) -> Bool { kind == .orderHandedOver || kind == .purchaseRefunded }

    static func year(_ us: Int64, _ calendar: BookCalendar) -> Int { calendar.day(at: us).year }

    /// A fault in a bundle: what does not follow from what.
    package struct Fault: Error, Equatable, Sendable {
        package let text: Text

        init(_ french: String, _ english: String) { text = Text(french, english) }
    }

    /// What the events are, read once.
    private struct Reading {
        struct Purchase {
            let sequence: UInt64
            let earns: Bool
            let amountMinor: Int64
            var backMinor: Int64 = 0
            var isHandedOver = false
            var countedMinor: Int64 = 0
        }

        var calendar = BookCalendar.utc
        var currency: Currency?
        var sharePriceMinor: Int64 = 1
        var isConsumer = false
        var purchases: [String: Purchase] = [:]
        var rules: [(fromUs: Int64, rules: AllocationRules)] = []
        var resolved: (plan: AllocationPlan, rules: AllocationRules?)?
        var resolution: String?
        var meetingDate: String?
        var declared: (base: Int64, cash: Int64, shares: Int64)?
        var paid: (cash: Int64, shares: Int64, withheld: Int64)?
        var isClosed = false
    }

    /// Checks every entry's place under the checkpoint, computes the base from the purchases and the dividend from base, totals and resolution.
    ///
    /// Throws what does not hold.
    package func verdict(under checkpoint: Checkpoint) throws(Fault) -> MemberVerdict {
        var last: UInt64?
        var reading = Reading()
        for entry in entries {
            guard last.map({ $0 < entry.sequence }) ?? true else {
                throw Fault("les événements se répètent ou reculent", "events repeat or go back")
            }
            last = entry.sequence
            let proof = InclusionProof(
                sequence: entry.sequence, entry: entry.bytes, path: entry.path, checkpoint: self.checkpoint)
            guard proof.holds(under: checkpoint) else {
                throw Fault(
                    "l’événement \(entry.sequence) n’est pas au journal", "event \(entry.sequence) is not in the log")
            }
            let answer = entry.bytes.withBytes { bytes -> Fault? in
                do {
                    try read(EventView(bytes), entry.sequence, &reading)
                    return nil
                } catch let fault as Fault {
                    return fault
                } catch {
                    return Fault(
                        "l’événement \(entry.sequence) est illisible", "event \(entry.sequence) cannot be read")
                }
            }
            if let answer { throw answer }
        }
        return try judged(reading)
    }

    private func read(_ event: EventView, _ sequence: UInt64, _ reading: inout Reading) throws {
        guard event.book.string == book else {
            throw Fault("l’événement \(sequence) est d’un autre livre", "event \(sequence) is of another book")
        }
        let us = event.effectiveAt.map(microseconds) ?? 0
        func require(_ name: Bytes) throws {
            guard name.string == member else {
                throw Fault("l’événement \(sequence) est d’un autre membre", "event \(sequence) is of another member")
            }
        }
        let isOfYear = Self.year(us, reading.calendar) == Int(year)
        switch event.kind {
        case .cooperativeFounded:
            let body = try CooperativeFoundedView(event.bodyBytes)
            reading.currency = try Currency(code: body.currency.string)
            reading.sharePriceMinor = max(1, body.commonSharePriceMinor)
        case .policyAdopted:
            switch try PolicyAdoptedView(event.bodyBytes).policy {
            case .calendar(let bytes): reading.calendar = try BookCalendar(CalendarPolicyView(bytes))
            case .allocation(let bytes):
                reading.rules.append((us, try AllocationRules(policy: AllocationPolicyView(bytes))))
            default: break
            }
        case .memberAdmitted:
            let body = try MemberAdmittedView(event.bodyBytes)
            try require(body.member)
            reading.isConsumer = body.groups.contains(.consumer)
        case .memberReclassified:
            let body = try MemberReclassifiedView(event.bodyBytes)
            try require(body.member)
            reading.isConsumer = body.groups.contains(.consumer)
        case .purchasePlaced:
            let body = try PurchasePlacedView(event.bodyBytes)
            try require(body.buyer)
            var amount: Int64 = 0
            for encoded in body.lines { amount &+= try encoded.view().amountMinor }
            reading.purchases[body.order.string] = Reading.Purchase(
                sequence: sequence, earns: body.buyerStatus == .member && reading.isConsumer, amountMinor: amount)
        case .orderHandedOver:
            let name = try OrderHandedOverView(event.bodyBytes).order.string
            guard var purchase = reading.purchases[name] else { throw Self.noPurchase(sequence) }
            purchase.isHandedOver = true
            if isOfYear { purchase.countedMinor &+= purchase.amountMinor &- purchase.backMinor }
            reading.purchases[name] = purchase
        case .purchaseRefunded:
            let body = try PurchaseRefundedView(event.bodyBytes)
            guard var purchase = reading.purchases[body.order.string] else { throw Self.noPurchase(sequence) }
            var back: Int64 = 0
            for encoded in body.lines { back &+= try encoded.view().amountMinor }
            purchase.backMinor &+= back
            if purchase.isHandedOver, isOfYear { purchase.countedMinor &-= back }
            reading.purchases[body.order.string] = purchase
        case .fiscalYearClosed:
            reading.isClosed = try FiscalYearClosedView(event.bodyBytes).fiscalYear == UInt32(year)
        case .allocationResolved:
            let body = try AllocationResolvedView(event.bodyBytes)
            guard body.fiscalYear == UInt32(year) else { break }
            let inForce = reading.rules.enumerated().filter { $0.element.fromUs <= us }
                .max { ($0.element.fromUs, $0.offset) < ($1.element.fromUs, $1.offset) }
            (reading.resolution, reading.meetingDate) = (body.resolution.string, body.meetingDate.string)
            reading.resolved = (
                AllocationPlan(
                    reserveMinor: body.reserveMinor, dividendsCashMinor: body.dividendsCashMinor,
                    dividendsSharesMinor: body.dividendsSharesMinor), inForce?.element.rules
            )
        case .patronageDividendDeclared:
            let body = try PatronageDividendDeclaredView(event.bodyBytes)
            try require(body.member)
            if body.fiscalYear == UInt32(year) {
                reading.declared = (body.baseMinor, body.cashMinor, body.sharesMinor)
            }
        case .patronageDividendPaid:
            let body = try PatronageDividendPaidView(event.bodyBytes)
            try require(body.member)
            if body.fiscalYear == UInt32(year) {
                reading.paid = (body.cashMinor, body.sharesMinor, body.withheldMinor)
            }
        default: throw Fault("l’événement \(sequence) n’y a pas sa place", "event \(sequence) has no place in it")
        }
    }

    private static func noPurchase(_ sequence: UInt64) -> Fault {
        Fault("l’achat de l’événement \(sequence) manque", "the purchase of event \(sequence) is missing")
    }

    private func judged(_ reading: Reading) throws(Fault) -> MemberVerdict {
        let withheld = groups.filter { $0.totals == nil }
        guard let currency = reading.currency, reading.isClosed, reading.resolved != nil || !withheld.isEmpty,
            let declared = reading.declared
        else {
            throw Fault(
                "il manque la fondation, la clôture, la résolution ou la déclaration",
                "the founding, the close, the resolution or the declaration is missing")
        }
        let orders = reading.purchases.filter { $0.value.earns && $0.value.countedMinor != 0 }
            .map {
                MemberVerdict.Order(
                    order: $0.key, purchaseSequence: $0.value.sequence, amountMinor: $0.value.countedMinor)
            }
            .sorted { $0.purchaseSequence < $1.purchaseSequence }
        let purchases = max(0, orders.reduce(0) { $0 &+ $1.amountMinor })
        var unseen: [Text] = []
        if let resolved = reading.resolved { try checkPools(resolved, &unseen) }
        var base: Int64 = 0
        for group in groups where group.group.isInMoney { base &+= group.base }
        guard base == declared.base else {
            throw Fault("les bases ne font pas celle de la déclaration", "the bases do not sum to the declared one")
        }
        if let consumer = groups.first(where: { $0.group == .consumer }), consumer.base != purchases {
            throw Fault(
                "les achats font \(purchases), la base dit \(consumer.base)",
                "the purchases make \(purchases), the base says \(consumer.base)")
        }
        let cash = try floors(declared.cash, "cashMinor") { $0.poolCashMinor }
        let shares = try floors(declared.shares, "sharesMinor") { $0.poolSharesMinor }
        if groups.contains(where: { $0.group != .consumer && $0.base != 0 }) {
            unseen.append(
                Text(
                    "les bases des autres groupes que les consommateurs : elles tiennent aux achats d’autrui",
                    "the bases of groups other than the consumers: they rest on other people's purchases"))
        }
        if !withheld.isEmpty {
            unseen.append(
                Text(
                    "la part d’un groupe où un ou deux seulement ont fait affaire : son total dirait les affaires d’autrui",
                    "the share of a group in which only one or two did business: its total would tell others' business")
            )
        }
        let minutes = [reading.resolution, reading.meetingDate].compactMap { $0 }.joined(separator: ", ")
        if reading.resolved == nil {
            unseen.append(
                Text(
                    "la résolution et les règles, dont cette part se tirerait : comparer les sommes à partager au procès-verbal",
                    "the resolution and the rules, from which that share would follow: compare the pools with the minutes"
                ))
        }
        unseen.append(
            Text(
                "le total des bases : aucun événement ne le dit; le comparer à celui du procès-verbal"
                    + (minutes.isEmpty ? "" : " (résolution \(minutes))") + " ou de l’auditeur",
                "the total of the bases: no event says it; compare it with that of the minutes"
                    + (minutes.isEmpty ? "" : " (resolution \(minutes))") + " or of the auditor"))
        unseen.append(
            Text(
                "le dernier cent, aux plus forts restes : il dépend des bases de tous",
                "the last cent, by largest remainder: it depends on everybody's bases"))
        try checkPayment(reading, declared.cash, declared.shares)
        return MemberVerdict(
            currency: currency, orders: orders, declaredBaseMinor: declared.base, declaredCashMinor: declared.cash,
            declaredSharesMinor: declared.shares, floorCashMinor: cash, floorSharesMinor: shares,
            isPaid: reading.paid != nil, withheldMinor: reading.paid?.withheld ?? 0, resolution: reading.resolution,
            meetingDate: reading.meetingDate, unseen: unseen)
    }

    /// Whole shares, the rest in cash: what is paid is what was declared.
    private func checkPayment(_ reading: Reading, _ cash: Int64, _ shares: Int64) throws(Fault) {
        guard let paid = reading.paid else { return }
        let rest = shares % reading.sharePriceMinor
        guard paid.cash == cash &+ rest, paid.shares == shares &- rest, (0...max(0, paid.cash)).contains(paid.withheld)
        else { throw Fault("le versement n’est pas ce qui fut déclaré", "the payment is not what was declared") }
    }

    /// The groups' pools sum to the resolution's; without caps they follow from the policy.
    private func checkPools(
        _ resolved: (plan: AllocationPlan, rules: AllocationRules?), _ unseen: inout [Text]
    ) throws(Fault) {
        let wrong = Fault(
            "les parts des groupes ne sont pas celles de la résolution", "the groups' pools are not the resolution's")
        let sharing = resolved.rules?.sharingGroups ?? [(.consumer, 1_000_000)]
        // Who has the resolution may be told every group's.
        let totals = groups.compactMap(\.totals)
        guard totals.count == groups.count, sharing.map(\.group) == groups.map(\.group),
            totals.reduce(Int128(0), { $0 + Int128($1.poolCashMinor) }) == Int128(resolved.plan.dividendsCashMinor),
            totals.reduce(Int128(0), { $0 + Int128($1.poolSharesMinor) }) == Int128(resolved.plan.dividendsSharesMinor)
        else { throw wrong }
        guard resolved.rules?.isCappedByCategory != true else {
            unseen.append(
                Text(
                    "la part de chaque groupe : son plafond tient aux affaires avec les non-membres",
                    "each group's pool: its cap rests on business with non-members"))
            return
        }
        let weights = sharing.map { Int64($0.sharePpm) }
        let ranks = Array(weights.indices)
        guard
            let cash = try? LargestRemainder.shares(
                pool: resolved.plan.dividendsCashMinor, bases: weights, tieBreak: ranks),
            let shares = try? LargestRemainder.shares(
                pool: resolved.plan.dividendsSharesMinor, bases: weights, tieBreak: ranks),
            cash == totals.map(\.poolCashMinor), shares == totals.map(\.poolSharesMinor)
        else { throw wrong }
    }

    /// The sum over the groups of `⌊pool × base ÷ total⌋`; what was declared is that, or up to one minor unit more a group,
    /// and whatever a group of the member's adds whose totals are withheld.
    private func floors(
        _ declaredMinor: Int64, _ what: String, _ pool: (Totals) -> Int64
    ) throws(Fault) -> Int64 {
        var least = Int128(0)
        var most = Int128(0)
        for group in groups {
            guard group.base >= 0, group.totals.map({ pool($0) >= 0 }) ?? true else {
                throw Fault("une base ou une part est négative", "a base or a pool is negative")
            }
            guard let totals = group.totals else {
                if group.base > 0 { most = Int128(Int64.max) }
                continue
            }
            guard totals.base >= group.base else {
                throw Fault("un total est sous la base", "a total is below the base")
            }
            guard totals.base > 0 else { continue }
            let (part, rest) = (Int128(pool(totals)) * Int128(group.base)).quotientAndRemainder(
                dividingBy: Int128(totals.base))
            least += part
            most += part + (rest > 0 ? 1 : 0)
        }
        guard (least...max(least, most)).contains(Int128(declaredMinor)) else {
            throw Fault(
                "\(what) \(declaredMinor) : la base en donne \(least) à \(most)",
                "\(what) \(declaredMinor): the base gives \(least) to \(most)")
        }
        return Int64(clamping: least)
    }
}
