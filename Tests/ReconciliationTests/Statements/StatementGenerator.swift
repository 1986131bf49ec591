import Accounting

@testable import Reconciliation

/// SplitMix64: the same numbers for a seed on every machine.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Makes statements of a credit union's kind, with what a format can carry.
struct StatementGenerator {
    /// What a format has a place for.
    struct Places {
        var hasReversals = true
        var hasBatches = true
        var hasReturns = true
        var hasParties = true
        var referenceMax = 35
        var endToEndMax = 35
        var hasSingleDay = false
        var hasNumber = true
        var codes: [String] = []
        var creditCodes: [String]?
        var format = ""
        var hasAccents = true
    }

    var random: SeededRandom
    let places: Places
    private static let currencies = ["CAD", "CAD", "USD", "EUR", "JPY", "KWD"]
    private static let words = [
        "ristourne", "Coopérative", "évènement", "PAIEMENT", "No", "1234", "L’Épicerie", "Noël", "A&B", "<x>",
        "Saint-Jérôme",
        "frais", "dépôt", "œuvre", "1.50", "§", "…", "été", "virement", "(2017)",
    ]

    init(seed: UInt64, _ places: Places) {
        random = SeededRandom(seed: seed)
        self.places = places
    }

    mutating func text(words count: ClosedRange<Int>) -> String {
        (0..<Int.random(in: count, using: &random)).map { _ in
            Self.words.randomElement(using: &random) ?? ""
        }.joined(separator: " ")
    }

    mutating func identifier(max: Int) -> String {
        let letters = Array("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-")
        let tail = (0..<Int.random(in: 3...(max - 1), using: &random)).map { _ in
            letters.randomElement(using: &random) ?? "X"
        }
        return "R" + String(tail)
    }

    mutating func statement() -> BankStatement {
        let start = 17_000 + Int.random(in: 0..<800, using: &random)
        let length = places.hasSingleDay ? 1 : Int.random(in: 1...31, using: &random)
        var entries: [StatementEntry] = []
        var balance = Int64.random(in: -5_000_000...500_000_000, using: &random)
        let opening = balance
        for index in 0..<Int.random(in: 0...40, using: &random) {
            let day = CivilDate(clampingDays: Int64(start + Int.random(in: 0..<length, using: &random)))
            entries.append(entry(day, index))
            balance += entries[entries.count - 1].amountMinor
        }
        var currency = Self.currencies.randomElement(using: &random) ?? "CAD"
        if places.format == "CSV" { currency = "CAD" }
        let through = CivilDate(clampingDays: Int64(start + length - 1))
        var statement = BankStatement(
            kind: .statement, format: places.format,
            account: StatementAccount(
                institution: ["815", "006"].randomElement(using: &random) ?? "815",
                number: "0\(Int.random(in: 10_000...99_999, using: &random))-\(Int.random(in: 1...9, using: &random))",
                currency: currency),
            identification: identifier(max: 16), from: CivilDate(clampingDays: Int64(start)), through: through,
            openingMinor: opening, closingMinor: balance, entries: entries)
        if places.hasNumber { statement.number = UInt64.random(in: 1...99_999, using: &random) }
        return statement
    }

    private mutating func entry(_ day: CivilDate, _ index: Int) -> StatementEntry {
        let magnitude = Int64.random(in: 1...10_000_000, using: &random)
        let isCredit = Bool.random(using: &random)
        var entry = StatementEntry(
            reference: String((identifier(max: places.referenceMax - 4) + "\(index)").prefix(places.referenceMax)),
            bookingDate: day,
            valueDate: day.adding(days: Int.random(in: -2...2, using: &random)) ?? day,
            amountMinor: isCredit ? magnitude : -magnitude)
        entry.code = (isCredit ? places.creditCodes ?? places.codes : places.codes).randomElement(using: &random) ?? ""
        if Bool.random(using: &random) { entry.endToEnd = identifier(max: places.endToEndMax) }
        entry.text = text(words: 0...9)
        if places.hasBatches, Bool.random(using: &random) { entry.batch = identifier(max: 30) }
        if places.hasReversals { entry.isReversal = Int.random(in: 0..<10, using: &random) == 0 }
        if places.hasReturns, Int.random(in: 0..<8, using: &random) == 0 {
            entry.returnCode = ["902", "905", "AC04", "AM04"].randomElement(using: &random) ?? ""
        }
        if places.hasParties { entry.counterparty = text(words: 0...5) }
        return entry
    }
}
