import Accounting
import Bytes
import Commerce
import Ledger

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A sample as a file, which says all that it takes to draw it again, and which `audit evaluate` reads.
struct SampleFile {
    struct Item {
        let id: String
        let amountMinor: Int64
        let isTop: Bool
        let unitMinor: Int64?
    }

    /// What is written, as it is written.
    struct Fields: Decodable, Equatable {
        struct Item: Decodable, Equatable {
            let id: String
            let sequence: UInt64?
            let party: String
            let date: String
            let amount: String
            let stratum: String
            let unit: String?
        }

        struct Population: Decodable, Equatable {
            let items: Int
            let total: String
            let otherSideItems: Int
            let otherSideTotal: String
            let opening: String
            let debits: String
            let credits: String
            let closing: String
            let trialBalance: String
            let ties: Bool
            let largest: String
        }

        let format: String
        let book: String
        let account: String
        let year: UInt16
        let of: String
        let side: String
        let currency: String
        let logSize: UInt64
        let root: String
        let generator: String
        let seed: String
        let method: String
        let confidence: Int
        let materiality: String?
        let expected: String?
        let factorMicro: Int64?
        let interval: String?
        let start: String?
        let count: Int?
        let population: Population
        let items: [Item]
    }

    static let format = "grandlivre-audit-sample/1"
    static let generator = "SplitMix64"

    let path: String
    let fields: Fields
    let currency: Currency
    let method: SampleMethod
    let seed: UInt64
    let of: SamplePopulation.Items
    let side: SamplePopulation.Side
    let totalMinor: Int64
    let largestMinor: Int64
    let items: [Item]

    /// Reads a file and holds it to what it follows from: see `check`.
    init(reading path: String) throws {
        self.path = path
        let text = try AuditConfig.file(path)
        guard let fields = try? Self.decoded(text), fields.format == Self.format, fields.generator == Self.generator,
            let currency = Currency(utf8: fields.currency.utf8)
        else { throw Self.refused(path) }
        (self.fields, self.currency) = (fields, currency)
        func wrong(_ field: String) -> LedgerError { Self.wrong(path, field) }
        func minor(_ text: String?, _ field: String) throws(LedgerError) -> Int64 {
            guard let text, let value = try? DecimalText.parse(utf8: Array(text.utf8), exponent: currency.exponent),
                (0...AuditSample.amountMinorMax).contains(value)
            else { throw wrong(field) }
            return value
        }
        guard let seed = UInt64(fields.seed) else { throw wrong("seed") }
        guard let of = SamplePopulation.Items(rawValue: fields.of) else { throw wrong("of") }
        guard let side = SamplePopulation.Side(rawValue: fields.side) else { throw wrong("side") }
        (self.seed, self.of, self.side) = (seed, of, side)
        switch fields.method {
        case "monetaryUnit":
            method = .monetaryUnit(
                materialityMinor: try minor(fields.materiality, "materiality"),
                expectedMinor: try minor(fields.expected, "expected"), confidence: fields.confidence)
        case "random":
            guard let count = fields.count else { throw wrong("count") }
            method = .random(count: count, confidence: fields.confidence)
        default: throw wrong("method")
        }
        totalMinor = try minor(fields.population.total, "population.total")
        largestMinor = try minor(fields.population.largest, "population.largest")
        items = try fields.items.enumerated().map { (at, item) throws(LedgerError) in
            guard let stratum = SampledItem.Stratum(rawValue: item.stratum) else {
                throw wrong("items[\(at)].stratum")
            }
            return Item(
                id: item.id, amountMinor: try minor(item.amount, "items[\(at)].amount"), isTop: stratum == .top,
                unitMinor: try item.unit.map { text throws(LedgerError) in try minor(text, "items[\(at)].unit") })
        }
        try check()
    }

    static func decoded(_ text: String) throws -> Fields {
        try JSONDecoder().decode(Fields.self, from: Data(text.utf8))
    }

    static func refused(_ path: String) -> LedgerError {
        LedgerError(
            .badInput, path, Text("ce n’est pas un échantillon", "not a sample"),
            remedy: Text(
                "un fichier de « grandlivre audit sample --out »", "a file of \"grandlivre audit sample --out\""))
    }

    static func wrong(_ path: String, _ field: String) -> LedgerError {
        LedgerError(
            .badInput, "\(path): \(field)",
            Text("ne suit pas du reste de l’échantillon", "does not follow from the rest of the sample"),
            remedy: Text(
                "le fichier tel que « audit sample --out » l’écrit", "the file as \"audit sample --out\" writes it")
        )
    }

    /// The sample with its population, as it is written.
    static func json(_ sample: AuditSample, _ population: SamplePopulation, logSize: UInt64, root: String) -> JSON {
        let currency = population.currency
        func amount(_ minor: Int64) -> JSON { .amount(minor, currency) }
        var method: [(String, JSON)] = []
        switch sample.method {
        case .monetaryUnit(let materiality, let expected, let confidence):
            method = [
                ("method", .text("monetaryUnit")), ("confidence", .count(confidence)),
                ("materiality", amount(materiality)), ("expected", amount(expected)),
                ("factorMicro", ConfidenceFactors.micro(confidence, 0).map { .int($0) } ?? .null),
                ("interval", amount(sample.intervalMinor)), ("start", amount(sample.startMinor)),
            ]
        case .random(let count, let confidence):
            method = [("method", .text("random")), ("count", .count(count)), ("confidence", .count(confidence))]
        }
        let head: [(String, JSON)] = [
            ("format", .text(format)), ("book", .text(population.book)), ("account", .text(population.account)),
            ("year", .count(population.year)), ("of", .text(population.items.rawValue)),
            ("side", .text(population.side.rawValue)), ("currency", .text(currency.code)),
            ("logSize", .count(logSize)), ("root", .text(root)), ("generator", .text(generator)),
            // A seed may be larger than numbers of JavaScript.
            ("seed", .text("\(sample.seed)")),
        ]
        let ofPopulation: [(String, JSON)] = [
            ("items", .count(population.all.count)), ("total", amount(population.totalMinor)),
            ("otherSideItems", .count(population.otherCount)), ("otherSideTotal", amount(population.otherMinor)),
            ("opening", amount(population.openingMinor)), ("debits", amount(population.debitsMinor)),
            ("credits", amount(population.creditsMinor)), ("closing", amount(population.closingMinor)),
            ("trialBalance", amount(population.trialBalanceMinor)), ("ties", .bool(population.ties)),
            ("largest", amount(population.largestMinor)),
        ]
        let items = sample.items.map { item in
            JSON.object([
                ("id", .text(item.item.id)), ("sequence", item.item.sequence.map { .count($0) } ?? .null),
                ("party", .text(item.item.party)), ("date", .text(item.item.day.text)),
                ("amount", amount(item.item.amountMinor)), ("stratum", .text(item.stratum.rawValue)),
                ("unit", item.unit.map { amount($0) } ?? .null),
            ])
        }
        return .object(head + method + [("population", .object(ofPopulation)), ("items", .array(items))])
    }
}
