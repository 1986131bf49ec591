import Accounting
import Reconciliation

extension MatchingWorld {
    /// Payouts and dividends: files of a day, booked one by one or as one sum, with all that institutions do to them.
    mutating func makePayouts() {
        var number = 0
        for index in days.indices {
            let isDividendDay = index == days.count / 3
            let count =
                isDividendDay ? shape.dividends : random.within(shape.payoutsPerDay / 2...shape.payoutsPerDay * 3 / 2)
            let isBatch = !isDividendDay && random.perMille(80)
            var sequences: [UInt64] = []
            var total = 0
            let batchIndex = index + delay()
            for _ in 0..<count {
                number += 1
                let (amount, party) = (amount(), UInt32(100 + random.below(shape.payees)))
                let reference = reference(number)
                let item = book(
                    -amount, day(index), party: party, .payout, file: UInt32(index + 1),
                    references: [reference, "evenement-\(number)"])
                sequences.append(item)
                total += amount
                if !isBatch { enterPayout(amount, index, party, reference, item) }
            }
            if isBatch, batchIndex < days.count {
                let entry = enter(
                    -total, day(batchIndex), StatementTexts(batch: "000\(index + 1)", text: "DEPOT DIRECT"))
                isTrue([entry], sequences)
            }
        }
        makeReturnsOfEarlierYears()
    }

    private mutating func enterPayout(_ amount: Int, _ index: Int, _ party: UInt32, _ reference: String, _ item: UInt64)
    {
        let booking = index + delay()
        guard booking < days.count, !random.perMille(shape.inTransit) else { return }
        let texts = payoutTexts(reference, party)
        let seen = random.perMille(shape.unknownParty) ? 0 : party
        switch random.below(1000) {
        case 0..<3:  // The wrong sign, or another amount: whose it is is plain, that it is that is not.
            _ = enter(amount, day(booking), party: seen, texts)
        case 3..<5:
            _ = enter(-amount - random.within(1...900), day(booking), party: seen, texts)
        case 5..<9 where amount > 1000:  // In two parts, each with the whole reference.
            var whole = texts
            whole.endToEnd = reference
            whole.text = ""
            let first = random.within(1...amount - 1)
            guard first * 2 != amount else { return }
            let a = enter(-first, day(booking), party: seen, whole)
            let b = enter(first - amount, day(booking), party: seen, whole)
            isTrue([a, b], [item])
        default:
            let entry = enter(-amount, day(booking), party: seen, texts)
            isTrue([entry], [item])
            enterAfter(entry, amount, booking, seen, texts, item)
        }
    }

    /// Booked twice, taken back, returned.
    private mutating func enterAfter(
        _ entry: UInt64, _ amount: Int, _ booking: Int, _ party: UInt32, _ texts: StatementTexts, _ item: UInt64
    ) {
        if random.perMille(shape.duplicates) {
            let again = enter(-amount, day(booking + random.below(2)), party: party, texts)
            if random.perMille(500), !texts.endToEnd.isEmpty {
                let back = enter(amount, day(booking + 3), party: party, isReversal: true, texts)
                isTrue([again, back], [])
            }
        } else if random.perMille(15) {
            var back = texts
            back.returnCode = "905"
            let entry = enter(amount, day(booking + 2), party: party, back)
            classified[entry] = (.returned, item)
        }
    }

    private mutating func payoutTexts(_ reference: String, _ party: UInt32) -> StatementTexts {
        var texts = StatementTexts(code: "PMNT/ICDT/ESCT")
        if random.perMille(500) { texts.counterparty = name(party) }
        let roll = random.below(1000)
        if roll < shape.missingReference {
            texts.endToEnd = random.perMille(300) ? "NOTPROVIDED" : ""
            if random.perMille(400) {
                texts.text = "VIREMENT /REF/\(reference.lowercased()) MERCI"
            } else {
                texts.text = "VIREMENT"
            }
        } else if roll < shape.missingReference + shape.truncated {
            texts.endToEnd = String(reference.prefix(random.within(8...16)))
        } else {
            texts.endToEnd = random.perMille(300) ? reference.filter { $0 != "-" } : reference
        }
        return texts
    }

    private mutating func makeReturnsOfEarlierYears() {
        for number in 0..<10 {
            let reference = "VIEUX\(random.letters(8))"
            let amount = amount()
            let item = book(
                -amount, day(0), party: UInt32(100 + number), .payout, isSettled: true, references: [reference])
            var texts = StatementTexts(endToEnd: reference)
            texts.returnCode = "914"
            classified[enter(amount, day(number), party: UInt32(100 + number), texts)] = (.returned, item)
        }
    }

    /// Captures of two acquirers, settled the next day net of fees, some days merged, some with fees that come late, some charged back.
    mutating func makeCaptures() {
        for acquirer in [UInt32(1), 2] {
            var waiting: [(items: [UInt64], gross: Int)] = []
            for index in days.indices {
                var group: (items: [UInt64], gross: Int) = ([], 0)
                for number in 0..<random.within(1...shape.capturesPerDay) {
                    let amount = random.within(300...20_000)
                    let reference = "CAP\(acquirer)-\(index)-\(number)-\(random.letters(6))"
                    let item = book(amount, day(index), party: acquirer, .settlement, references: [reference])
                    group.items.append(item)
                    group.gross += amount
                    if random.perMille(3) {
                        let texts = StatementTexts(endToEnd: reference, code: "PMNT/MCRD/CHBK")
                        classified[enter(-amount, day(index + 3), party: acquirer, texts)] = (.chargeback, item)
                    }
                }
                waiting.append(group)
                if random.perMille(920) || waiting.count > 2 { deposit(&waiting, acquirer, index) }
            }
        }
    }

    private mutating func deposit(_ waiting: inout [(items: [UInt64], gross: Int)], _ acquirer: UInt32, _ index: Int) {
        let items = waiting.flatMap(\.items)
        let gross = waiting.reduce(0) { $0 + $1.gross }
        waiting = []
        let fee = (gross * 26_500 + 500_000) / 1_000_000 + 10 * items.count
        let booking = index + random.below(2)
        guard booking < days.count else { return }
        let isLate = random.perMille(100)
        let texts = StatementTexts(
            endToEnd: random.perMille(300) ? "DEP\(random.letters(7))" : "", counterparty: "ACQUEREUR \(acquirer)",
            text: "DEPOT CARTES", code: "PMNT/MCRD/SMRT")
        let party = random.perMille(10) ? 0 : acquirer
        let entry = enter(isLate ? gross : gross - fee, day(booking), party: party, texts)
        isTrue([entry], items)
        if isLate {
            let late = enter(
                -fee, day(booking + 5), party: party, StatementTexts(text: "FRAIS", code: "PMNT/MDOP/CHRG"))
            classified[late] = (.fee, nil)
        }
    }

    /// Members who pay: one by one, and two or three claims at once.
    mutating func makeReceipts() {
        for index in days.indices {
            for _ in 0..<3 {
                let party = UInt32(100 + random.below(shape.payees))
                let amounts = (0..<(random.perMille(200) ? random.within(2...3) : 1)).map { _ in amount() }
                let items = amounts.map {
                    book($0, day(index), party: party, .other, references: ["FACT\(random.letters(8))"])
                }
                let booking = index + delay()
                guard booking < days.count else { continue }
                let entry = enter(
                    amounts.reduce(0, +), day(booking), party: party, StatementTexts(counterparty: name(party)))
                isTrue([entry], items)
            }
        }
    }

    mutating func makeFees() {
        for index in stride(from: 20, to: days.count, by: 21) {
            classified[enter(-random.within(500...9_000), day(index), StatementTexts(code: "SRVCHG"))] = (.fee, nil)
        }
    }

    /// What the books know nothing of; some of it from people and acquirers that they know.
    mutating func makeStrangers() {
        for index in days.indices where random.perMille(shape.strangers * shape.payoutsPerDay) {
            let sign = random.perMille(500) ? 1 : -1
            let party = random.perMille(300) ? UInt32(100 + random.below(shape.payees)) : random.perMille(200) ? 1 : 0
            var texts = StatementTexts(text: "VIREMENT \(random.letters(9))")
            if random.perMille(700) { texts.counterparty = "Inconnue inc." }
            if random.perMille(300) { texts.endToEnd = random.letters(12) }
            // One whom the books know, and who pays just what one item of theirs is, has by all that can be seen paid it: no truth says otherwise.
            let figure = party == 0 ? amount() : random.within(500...250_000)
            if party != 0 { texts.counterparty = name(party) }
            _ = enter(sign * figure, day(index), party: party, texts)
        }
    }
}
