/// How entries and items are matched: rules in order and their parameters. The caller takes the one in force on the day.
package struct MatchingPolicy: Equatable, Sendable {
    /// What to do with equal amounts of one party, day and kind, as many on both sides.
    package enum Interchangeable: String, Sendable {
        /// They are exceptions. The default: which payable was paid is a fact about a claim, and the statement does not say it.
        case refuse
        /// Paired in the order of their numbers: every balance, of the party too, is the same whichever is taken.
        case lowestFirst
    }

    /// Run in this order; a rule that is not named does not run.
    ///
    /// References come before everything. Captures of whole days come before single amounts: an acquirer's deposit is never one capture because the figures agree.
    package var rules: [MatchingRule] = [
        .reversal, .reference, .referencePrefix, .referenceText, .batch, .settlement, .amountAndParty, .amountAlone,
        .subset, .split,
    ]

    /// Least length of a reference that was cut off, in comparable characters.
    package var prefixLeast = 10
    /// Least length of a reference that is looked for inside texts, in comparable characters.
    package var textReferenceLeast = 8
    /// Business days that an entry may be booked before its item's expected day, and after it.
    package var daysBefore: Int32 = 2
    package var daysAfter: Int32 = 5
    /// Business days on both sides beyond these in which there must be no second candidate: what lies just outside a window is no less likely.
    package var daysGuard: Int32 = 5
    /// Business days on both sides where nothing but amount and day speak.
    package var daysNarrow: Int32 = 1
    /// Business days from an entry to its reversal.
    package var reversalDays: Int32 = 20
    /// Days of captures that may come as one deposit.
    package var mergedDaysMost = 5
    package var fees = FeeBounds.none
    /// Items (or entries) among which a sum is looked for; at most 32.
    package var subsetCandidatesMost = 20
    /// Items that may share a reference or file; a reference of more is no evidence.
    package var groupMost = 100_000
    /// Steps of all searches of a run together; what is not reached is an exception that says so.
    package var workMost = 100_000_000

    /// How likely, at most, a stranger's amount may agree by chance, in parts per million: with the party known, with nothing known, and for sums.
    ///
    /// An amount that many open items are near to proves nothing, unique or not: with three hundred captures between $10 and $20 every third stranger finds one.
    package var chancePartyPpm: Int64 = 10_000
    package var chanceAlonePpm: Int64 = 1_000
    package var chanceSumPpm: Int64 = 200

    package var interchangeable = Interchangeable.refuse
    /// A counterparty's name that nobody could be found for speaks against an item whose party is known (amount-alone rule).
    package var unknownNameRefuses = true

    /// Codes, or their ends after a "/", of charges and of chargebacks: ISO 20022 subfamilies, OFX TRNTYPE, MT940, BAI2. No standard code says chargeback of
    /// a card: CHBK is what institutions use; the others say that a collected item or a direct debit came back (UPDD, PRDD; MT940 RTI; BAI2 555, 557).
    package var feeCodes: Set<String> = ["CHRG", "FEES", "COMM", "FEE", "SRVCHG", "NCHG", "698"]
    package var chargebackCodes: Set<String> = ["CHBK", "NCHB", "UPDD", "PRDD", "NRTI", "555", "557"]

    /// Parts of ISO 20022 codes that say which way the money goes: an amount of the other sign is a mistake, unless it is a reversal or return.
    package var outgoingCodes: Set<String> = ["ICDT", "IRCT"]
    package var incomingCodes: Set<String> = ["RCDT", "RRCT"]

    package init() {}

    /// The same with every number in the range that it can have, so that no policy, however it was recorded, makes a run fail.
    func bounded() -> MatchingPolicy {
        var policy = self
        policy.prefixLeast = min(max(prefixLeast, 4), PrefixIndex.lengthMost)
        policy.textReferenceLeast = max(textReferenceLeast, 4)
        policy.daysBefore = min(max(daysBefore, 0), Self.daysMost)
        policy.daysAfter = min(max(daysAfter, 0), Self.daysMost)
        policy.daysNarrow = min(max(daysNarrow, 0), Self.daysMost)
        policy.daysGuard = min(max(daysGuard, 0), Self.daysMost)
        policy.reversalDays = min(max(reversalDays, 0), Self.daysMost)
        policy.mergedDaysMost = min(max(mergedDaysMost, 1), 31)
        policy.subsetCandidatesMost = min(max(subsetCandidatesMost, 0), SubsetSum.amountsMost)
        policy.groupMost = min(max(groupMost, 1), MatchingLimits.countMost)
        return policy
    }

    /// Business days of any window.
    package static let daysMost: Int32 = 260

    func entryClass(code: String, returnCode: String, isReversal: Bool) -> EntryClass {
        if !returnCode.isEmpty { return .returned }
        if isReversal { return .reversal }
        let end = code.split(separator: "/").last.map(String.init) ?? code
        if chargebackCodes.contains(code) || chargebackCodes.contains(end) { return .chargeback }
        if feeCodes.contains(code) || feeCodes.contains(end) { return .fee }
        return .ordinary
    }

    /// ISO 20022: merchants' card transactions, which settle captures.
    static func isMerchantCards(_ code: String) -> Bool { code.hasPrefix("PMNT/MCRD/") }

    /// 1 where a code says that money comes in, -1 where it goes out, 0 where it does not say.
    func direction(code: String) -> Int64 {
        for part in code.split(separator: "/") {
            if outgoingCodes.contains(String(part)) { return -1 }
            if incomingCodes.contains(String(part)) { return 1 }
        }
        return 0
    }

    /// Whether `count` open amounts within a neighbourhood of `widthMinor` are too few for a stranger to hit one by chance.
    func isBeyondChance(count: Int, widthMinor: Int64, limitPpm: Int64) -> Bool {
        Int128(count) * 1_000_000 <= Int128(limitPpm) * Int128(widthMinor)
    }

    /// The neighbourhood of an amount: a tenth on each side, ten dollars at least.
    static func neighbourhood(of amountMinor: Int64) -> ClosedRange<Int64> {
        let half = max(1000, Int64(amountMinor.magnitude / 10))
        return (amountMinor - half)...(amountMinor + half)
    }
}
