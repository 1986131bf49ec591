import Accounting
import Commerce
import Reconciliation

/// What an institution books of an account: its entries in the order of its days, and what they are.
struct InstitutionBook {
    let account: InstitutionAccount
    private(set) var entries: [InstitutionEntry] = []
    private(set) var truths: [InstitutionTruth] = []
    private let rates: InstitutionNoise.Rates
    /// Its own stream: the year's chance is not drawn from.
    private var chance: Chance
    private var deposits = 0
    private var batches = 0
    private let calendar = BusinessCalendar.canada

    /// How the institutions call the settlement of captures.
    static let depositText: StaticString = "DEPOT CARTES"

    /// How they call all payments of a day that they book as one.
    static let paymentsText: StaticString = "DEPOT DIRECT"

    /// Longer references are cut, as ISO 20022's Max35Text cuts them.
    static let referenceMost = 35

    init(_ account: InstitutionAccount, _ noise: InstitutionNoise, seed: UInt64) {
        self.account = account
        rates = noise.rates
        let name = Array("\(account.book.name)/\(account.name)".utf8)
        chance = Chance(seed: name.reduce(seed ^ 0x5EED_0F_BA2C) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 })
        bookDeposits()
        bookPayments()
        bookReturned()
        bookOwn()
        bookCharges()
        bookStrangers()
        let order = entries.indices.sorted { (entries[$0].day, $0) < (entries[$1].day, $1) }
        entries = order.map { entries[$0] }
    }

    private func later(_ day: CivilDate, _ days: Int) -> CivilDate {
        var day = calendar.rolledForward(day)
        for _ in 0..<days { day = calendar.rolledForward(day.adding(days: 1) ?? day) }
        return day
    }

    private func movements(_ kind: InstitutionMovement.Kind) -> [(day: CivilDate, movements: [InstitutionMovement])] {
        var days: [CivilDate: [InstitutionMovement]] = [:]
        for movement in account.movements where movement.kind == kind {
            days[calendar.rolledForward(movement.day), default: []].append(movement)
        }
        return days.keys.sorted().map { ($0, days[$0] ?? []) }
    }

    private mutating func truth(_ items: [UInt64], _ noise: NoiseKind) -> Int {
        truths.append(InstitutionTruth(items: items, noise: noise))
        return truths.count - 1
    }

    // MARK: deposits

    /// Captures arrive on business days: those of a weekend as one deposit, some with those of the day before.
    private mutating func bookDeposits() {
        var waiting: [InstitutionMovement] = []
        let days = movements(.deposit)
        for (place, (day, arrived)) in days.enumerated() {
            let isFollowed = place + 1 < days.count && days[place + 1].day == later(day, 1)
            if waiting.isEmpty, isFollowed, chance.happens(perMille: rates.merged) {
                waiting = arrived
                continue
            }
            let all = waiting + arrived
            let noise: NoiseKind = !waiting.isEmpty ? .merged : arrived.count > 1 ? .weekend : .none
            waiting = []
            let total = all.reduce(Int64(0)) { $0 + $1.amountMinor }
            if total == 0 {
                for one in all { deposit([one], one.amountMinor, day, .none) }
            } else {
                deposit(all, total, day, noise)
            }
        }
    }

    private mutating func deposit(
        _ movements: [InstitutionMovement], _ amountMinor: Int64, _ day: CivilDate, _ noise: NoiseKind
    ) {
        deposits += 1
        let digits = "\(deposits)"
        let number = String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits
        var entry = InstitutionEntry(
            day: day, amountMinor: amountMinor, purpose: .deposit, truth: 0,
            reference: "DEP\(account.institution)\(number)", text: "\(Self.depositText) \(day.text)")
        let items = movements.map(\.item)
        let fees = movements.reduce(Int64(0)) { $0 + $1.feesMinor }
        guard amountMinor > 0, noise == .none || noise == .weekend else {
            entry.truth = truth(items, noise)
            entries.append(entry)
            return
        }
        let roll = chance.below(1_000)
        if roll < rates.lateFee, fees > 0 {
            entry.truth = truth(items, .lateFee)
            entry.amountMinor += fees
            entries.append(entry)
            entries.append(
                InstitutionEntry(
                    day: later(day, chance.within(3...8)), amountMinor: -fees, purpose: .charge, truth: entry.truth,
                    text: "FRAIS CARTES \(day.text)"))
            return
        }
        book(entry, items, noise, roll: roll - rates.lateFee)
    }

    // MARK: what goes out

    /// Payouts and dividends, one by one or those of a day as one debit.
    private mutating func bookPayments() {
        for (day, movements) in movements(.payout) {
            guard movements.count < 3 || !chance.happens(perMille: 250) else {
                batch(movements, day)
                continue
            }
            for movement in movements { pay(movement, day) }
        }
    }

    private mutating func batch(_ movements: [InstitutionMovement], _ day: CivilDate) {
        batches += 1
        var entry = InstitutionEntry(
            day: day, amountMinor: movements.reduce(0) { $0 + $1.amountMinor }, purpose: .payment,
            truth: truth(movements.map(\.item), .batch), text: "\(Self.paymentsText) \(movements.count) PAIEMENTS",
            batch: "LOT\(account.institution)-\(batches)")
        entry.details = movements.map {
            .init(amountMinor: $0.amountMinor, reference: given($0.reference), party: $0.party, item: $0.item)
        }
        entries.append(entry)
    }

    private mutating func bookOwn() {
        for (day, movements) in movements(.own) {
            for movement in movements { pay(movement, day) }
        }
    }

    private mutating func pay(_ movement: InstitutionMovement, _ day: CivilDate) {
        var entry = InstitutionEntry(
            day: day, amountMinor: movement.amountMinor, purpose: movement.amountMinor < 0 ? .payment : .receipt,
            truth: 0, reference: given(movement.reference), party: movement.party.uppercased(), text: "VIREMENT")
        var noise = NoiseKind.none
        let roll = chance.below(1_000)
        if roll < rates.late {
            entry.day = later(day, 1)
            noise = .late
        } else if roll < rates.late + rates.truncated, entry.reference.utf8.count >= 12 {
            entry.reference = String(
                entry.reference.prefix(chance.within(8...min(16, entry.reference.utf8.count - 1))))
            noise = .truncated
        } else if roll < rates.late + rates.truncated + rates.lost {
            entry.reference = ""
            noise = .lost
        } else {
            return book(
                entry, [movement.item], .none, roll: roll - rates.late - rates.truncated - rates.lost)
        }
        entry.truth = truth([movement.item], noise)
        entries.append(entry)
    }

    /// A reference as institutions give it back: capitals, digits and dashes.
    private func given(_ reference: String) -> String {
        let plain = reference.uppercased().utf8.map {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) ? $0 : UInt8(ascii: "-")
        }
        return String(decoding: plain.prefix(Self.referenceMost), as: UTF8.self)
    }

    /// Sent, and sent back with a code of CPA Standard 005 some days later.
    private mutating func bookReturned() {
        for (day, movements) in movements(.returned) {
            for movement in movements {
                var entry = InstitutionEntry(
                    day: day, amountMinor: movement.amountMinor, purpose: .payment, truth: truth([], .returned),
                    reference: given(movement.reference), party: movement.party.uppercased(), text: "VIREMENT")
                entries.append(entry)
                entry.day = later(day, chance.within(1...3))
                entry.amountMinor = -movement.amountMinor
                entry.purpose = .returned
                entry.returnCode = "902"
                entry.text = "RETOUR"
                entries.append(entry)
            }
        }
    }

    // MARK: mistakes

    /// Books an entry: as it is, twice with one taken back, or with the wrong sign, which is corrected. What is corrected is each other.
    private mutating func book(_ right: InstitutionEntry, _ items: [UInt64], _ noise: NoiseKind, roll: Int) {
        var entry = right
        guard roll >= 0, roll < rates.signReversed + rates.duplicated else {
            entry.truth = truth(items, noise)
            entries.append(entry)
            return
        }
        var (other, back) = (entry, entry)
        back.isReversal = true
        if roll < rates.signReversed {
            other.amountMinor = -entry.amountMinor
            other.truth = truth([], .signReversed)
            back.truth = other.truth
            entry.truth = truth(items, noise)
            entry.day = later(entry.day, 1)
            back.day = entry.day
            entries += [other, back, entry]
        } else {
            entry.truth = truth(items, noise)
            other.truth = truth([], .duplicated)
            other.day = later(entry.day, chance.below(2))
            back.truth = other.truth
            back.amountMinor = -entry.amountMinor
            back.day = later(other.day, chance.within(1...3))
            entries += [entry, other, back]
        }
    }

    // MARK: what the books do not have

    /// What the institution asks for a month, on the first business day of the next one or later.
    private mutating func bookCharges() {
        guard account.record.currency == account.book.currency, let last = account.movements.map(\.day).max() else {
            return
        }
        var month = CivilDate(clampingDays: Int64(account.record.fromDay)).firstOfMonth
        while let next = month.lastOfMonth.adding(days: 1), next <= last {
            let isLate = chance.happens(perMille: rates.lateCharge)
            entries.append(
                InstitutionEntry(
                    day: later(next, isLate ? chance.within(3...12) : 0),
                    amountMinor: -chance.within(Int64(900)...3_900),
                    purpose: .charge, truth: truth([], isLate ? .lateCharge : .charge),
                    text: "FRAIS DU MOIS \(month.text.prefix(7))"))
            month = next
        }
    }

    private mutating func bookStrangers() {
        guard let last = account.movements.map(\.day).max() else { return }
        var day = calendar.rolledForward(CivilDate(clampingDays: Int64(account.record.fromDay)))
        while day < last {
            if chance.happens(perMille: rates.stranger) {
                let isIn = chance.happens(perMille: 500)
                let amount = like(day, isIn) ?? chance.within(Int64(1_000)...250_000)
                entries.append(
                    InstitutionEntry(
                        day: day, amountMinor: isIn ? amount : -amount, purpose: isIn ? .receipt : .payment,
                        truth: truth([], .stranger), reference: "X\(chance.within(10_000_000...99_999_999))",
                        party: "INCONNUE INC", text: "VIREMENT"))
            }
            day = later(day, 1)
        }
    }

    /// Half of them are of as much as something that moves near that day: a deposit less any fee, or a payout. Nothing but the name tells them apart.
    private mutating func like(_ day: CivilDate, _ isIn: Bool) -> Int64? {
        guard chance.happens(perMille: 500) else { return nil }
        let near = account.movements.filter {
            $0.kind == (isIn ? .deposit : .payout)
                && (day.daysSinceEpoch - 3...day.daysSinceEpoch).contains($0.day.daysSinceEpoch)
        }
        guard !near.isEmpty else { return nil }
        let one = near[chance.below(near.count)]
        return isIn && one.feesMinor > 0
            ? one.amountMinor + chance.within(0...one.feesMinor) : Int64(clamping: one.amountMinor.magnitude)
    }
}
