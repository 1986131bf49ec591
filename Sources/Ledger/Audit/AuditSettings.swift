package import Accounting
package import Commerce
package import Events

/// The journal-entry tests, in the order in which findings stand.
package enum AuditTest: String, CaseIterable, Sendable {
    case gaps
    case duplicates
    case afterClose
    case backdated
    case actors
    case round
    case weekend
    case holiday
    case pairs
    case revenue
    case reason
    case large
    case benford

    package var label: Text {
        switch self {
        case .gaps: Text("Trou de numérotation", "Gap in numbering")
        case .duplicates: Text("Doublon", "Duplicate")
        case .afterClose: Text("Après la clôture", "After the close")
        case .backdated: Text("Antidatée", "Backdated")
        case .actors: Text("Auteur inhabituel", "Unusual actor")
        case .round: Text("Montant rond", "Round amount")
        case .weekend: Text("Fin de semaine", "Weekend")
        case .holiday: Text("Jour férié", "Holiday")
        case .pairs: Text("Comptes inhabituels", "Unusual accounts")
        case .revenue: Text("Produit à la main", "Revenue by hand")
        case .reason: Text("Motif sommaire", "Scant reason")
        case .large: Text("Gros montant", "Large amount")
        case .benford: Text("Loi de Benford", "Benford’s law")
        }
    }
}

/// The thresholds of the journal-entry tests.
package struct AuditSettings: Sendable {
    /// One threshold by its name, as `--set` and the configuration file say it.
    package enum Name: String, CaseIterable, Sendable {
        /// A series of numbers counts from so many on, and where so many of a million are there.
        case gapsSeriesMin = "gaps.seriesMin"
        case gapsDensityPpm = "gaps.densityPpm"
        /// Two entries alike so many days apart or fewer.
        case duplicatesDays = "duplicates.days"
        /// Recorded more than so many days after the fact.
        case backdatedDays = "backdated.days"
        /// An actor with at most so many entries of a kind, of which there are so many and at most so many actors.
        case actorsEntriesMax = "actors.entriesMax"
        case actorsPopulationMin = "actors.populationMin"
        case actorsDistinctMax = "actors.distinctMax"
        /// Amounts that are a multiple of it; 0: none.
        case roundUnit = "round.unit"
        /// Accounts that meet at most so many times, where so many entries were made.
        case pairsEntriesMax = "pairs.entriesMax"
        case pairsPopulationMin = "pairs.populationMin"
        /// A reason with fewer letters.
        case reasonLettersMin = "reason.lettersMin"
        /// Entries of that amount and more; 0: none.
        case largeAmount = "large.amount"
        /// First digits, from so many amounts on, whose mean deviation is larger.
        case benfordRecordsMin = "benford.recordsMin"
        case benfordDeviationMaxPpm = "benford.deviationMaxPpm"
        /// 1: holidays of that jurisdiction count; 0: they do not.
        case holidayQuebec = "holiday.quebec"
        case holidayCanada = "holiday.canada"
        /// The day that weekends and holidays are compared with: 1 the recorded one, 2 the effective one, 3 either.
        case daysBasis = "days.basis"

        /// Whether the value is an amount of the book's currency.
        package var isAmount: Bool { self == .roundUnit || self == .largeAmount }

        var initial: Int64 {
            switch self {
            case .gapsSeriesMin: 10
            case .gapsDensityPpm: 900_000
            case .duplicatesDays: 7
            case .backdatedDays: 5
            case .actorsEntriesMax: 2
            case .actorsPopulationMin, .actorsDistinctMax, .pairsPopulationMin: 20
            case .roundUnit: 100_000
            case .pairsEntriesMax: 1
            case .reasonLettersMin: 10
            case .largeAmount: 0
            case .benfordRecordsMin: 5_000
            case .benfordDeviationMaxPpm: 15_000
            case .holidayQuebec, .holidayCanada, .daysBasis: 1
            }
        }
    }

    private var values: [Name: Int64] = [:]
    /// The kinds that people in an office write: round amounts, weekends, holidays, pairs and reasons are looked for among them.
    package var kinds: [EventKind] = [.journalEntryPosted, .correctionPosted, .supplierInvoiced]
    /// The tests that are run.
    package var tests: Set<AuditTest> = Set(AuditTest.allCases)

    package init() {}

    package subscript(name: Name) -> Int64 {
        get { values[name] ?? name.initial }
        set { values[name] = newValue }
    }

    var jurisdictions: Set<Holiday.Jurisdiction> {
        var result: Set<Holiday.Jurisdiction> = []
        if self[.holidayQuebec] != 0 { result.insert(.quebec) }
        if self[.holidayCanada] != 0 { result.insert(.canada) }
        return result
    }

    /// Sets a threshold from its name and value as people write them; `kinds` and `tests` take names between commas.
    ///
    /// - Parameter place: the option or the file, for the refusal.
    package mutating func set(_ key: String, to value: String, _ currency: Currency, in place: String)
        throws(LedgerError)
    {
        switch key {
        case "kinds": kinds = try names(value, place) { name in EventKind.allCases.first { $0.name == name } }
        case "tests": tests = Set(try names(value, place) { AuditTest(rawValue: $0) })
        default:
            guard let name = Name(rawValue: key) else {
                let known = (Name.allCases.map(\.rawValue) + ["kinds", "tests"]).joined(separator: ", ")
                let near = NearName.find(key, among: Name.allCases.map(\.rawValue) + ["kinds", "tests"])
                throw LedgerError(
                    .usage, "\(place) « \(key) »", Text("seuil inconnu", "unknown threshold"),
                    remedy: near.map(LedgerError.didYouMean) ?? Text("accepté : \(known)", "accepted: \(known)"))
            }
            let parsed = try? DecimalText.parse(
                utf8: Array(value.utf8).map { $0 == 0x2C ? 0x2E : $0 },
                exponent: name.isAmount ? currency.exponent : 0)
            guard let parsed, parsed >= 0, name != .daysBasis || (1...3).contains(parsed) else {
                throw LedgerError(
                    .usage, "\(place) « \(key)=\(value) »", Text("valeur hors limites", "value out of range"),
                    remedy: name == .daysBasis
                        ? Text("1 inscrite, 2 effective, 3 l’une ou l’autre", "1 recorded, 2 effective, 3 either")
                        : name.isAmount
                            ? Text("un montant de 0 ou plus", "an amount of 0 or more")
                            : Text("un entier de 0 ou plus", "a whole number of 0 or more"))
            }
            self[name] = parsed
        }
    }

    private func names<Value>(_ text: String, _ place: String, _ find: (String) -> Value?) throws(LedgerError)
        -> [Value]
    {
        var result: [Value] = []
        for part in text.split(separator: ",") {
            guard let value = find(String(part)) else {
                throw LedgerError(
                    .usage, "\(place) « \(part) »", Text("nom inconnu", "unknown name"),
                    remedy: Text(
                        "des noms séparés par des virgules : \(AuditTest.allCases.map(\.rawValue).joined(separator: ", "))",
                        "names between commas: \(AuditTest.allCases.map(\.rawValue).joined(separator: ", "))"))
            }
            result.append(value)
        }
        return result
    }
}
