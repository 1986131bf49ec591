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
struct SampleFile: Decodable {
    struct Item: Decodable {
        let id: String
        let amount: String
        let stratum: String
    }

    struct Population: Decodable {
        let total: String
        let items: Int?
        let largest: String?
    }

    static let format = "grandlivre-audit-sample/1"

    let format: String
    let currency: String
    let method: String
    let confidence: Int?
    let materiality: String?
    let interval: String?
    let population: Population
    let items: [Item]

    init(reading path: String) throws {
        let text = try AuditConfig.file(path)
        do {
            self = try JSONDecoder().decode(SampleFile.self, from: Data(text.utf8))
        } catch {
            throw Self.refused(path)
        }
        guard format == Self.format else { throw Self.refused(path) }
    }

    static func refused(_ path: String) -> LedgerError {
        LedgerError(
            .badInput, path, Text("ce n’est pas un échantillon", "not a sample"),
            remedy: Text(
                "un fichier de « grandlivre audit sample --out »", "a file of \"grandlivre audit sample --out\""))
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
            ("logSize", .count(logSize)), ("root", .text(root)), ("generator", .text("SplitMix64")),
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
