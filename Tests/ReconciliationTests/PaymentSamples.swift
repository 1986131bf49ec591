import Accounting
import Foundation
import Reconciliation

/// Orders, files and tools for the tests of payment files and slips.
enum PaymentSamples {
    static func day(_ year: Int, _ month: Int, _ day: Int) throws -> CivilDate {
        try CivilDate("\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)")
    }

    static func file(trace: String? = "612100610FFFFNNNNNNNNN", number: Int = 42) throws -> PaymentFile {
        PaymentFile(
            originatorID: "8150012345", shortName: "Grand.io", longName: "Coopérative Grand.io",
            account: PaymentAccount(institution: "815", transit: "30000", number: "1234567"),
            returnAccount: PaymentAccount(institution: "815", transit: "30000", number: "7654321"), dataCentre: "81510",
            number: number, creationDay: try day(2017, 3, 30), creationSecond: 36_061, dueDay: try day(2017, 3, 31),
            messageID: "20170330-0042", itemTracePattern: trace)
    }

    static func order(_ index: Int, amountMinor: Int64? = nil, purpose: PaymentPurpose = .dividend) -> PaymentOrder {
        PaymentOrder(
            payoutID: "payout-2017-03-store-\(index)", payeeName: names[index % names.count],
            account: PaymentAccount(
                institution: index.isMultiple(of: 2) ? "815" : "006", transit: String("\(10_000 + index)".suffix(5)),
                number: "\(1_000_000 + index)"),
            amountMinor: amountMinor ?? Int64(index * 1013 + 7), purpose: purpose,
            remittance: "Ristourne 2016 — Grand.io")
    }

    static func orders(_ count: Int) -> [PaymentOrder] { (1...max(count, 1)).prefix(count).map { order($0) } }

    static let names = [
        "Zoé L’Écuyer", "Librairie « Le Bœuf à cœur »", "Ève-Marie D'Œuvre Ñuñez", "Garçon & Fils inc.",
        "O'Brien, \"Pat\" <pat@exemple>", "🎻 Orchestre\u{7} de la Ville\nreine", "Anne\u{301} Côte\u{301}",
    ]

    /// The folder of data that others made; nil (and said) where it is absent.
    static var data: String? {
        if let path = ProcessInfo.processInfo.environment["GRANDLIVRE_SHARED_DATA"] { return path }
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appending(path: "shared/data").path
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
            folder = folder.deletingLastPathComponent()
        }
        print("shared/data is absent: the tests that read it are skipped")
        return nil
    }

    static func bytes(ofShared path: String) -> [UInt8]? {
        guard let data, let content = FileManager.default.contents(atPath: data + "/" + path) else { return nil }
        return Array(content)
    }

    /// What a command says: status, standard output and error together. Nil (and said) where the tool is absent.
    static func run(_ tool: String, _ arguments: [String], input: [UInt8]) throws -> (status: Int32, output: String)? {
        guard let path = ["/usr/bin/", "/usr/local/bin/"].map({ $0 + tool }).first(where: isExecutable) else {
            print("\(tool) is absent: what needs it is skipped")
            return nil
        }
        let name = FileManager.default.temporaryDirectory.appending(path: "payments-\(UUID().uuidString)")
        try Data(input).write(to: name)
        defer { try? FileManager.default.removeItem(at: name) }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments.map { $0 == "FILE" ? name.path : $0 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    private static func isExecutable(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// Whether the independent reader finds the file right; nil where Python is absent.
    static func independentReading(_ bytes: [UInt8], _ options: String...) throws -> (status: Int32, output: String)? {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Independent/cpa005.py").path
        return try run("python3", [script, "FILE"] + options, input: bytes)
    }
}

/// SplitMix64, so that a printed seed repeats a test.
struct PaymentSeed: RandomNumberGenerator {
    private var state: UInt64

    /// How many damaged files a fuzzing test tries for each seed; `GRANDLIVRE_FUZZ_ROUNDS` asks for more.
    static var rounds: Int { ProcessInfo.processInfo.environment["GRANDLIVRE_FUZZ_ROUNDS"].flatMap(Int.init) ?? 400 }

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// `bytes` with a few places changed, cut, doubled or moved.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        for _ in 0...Int.random(in: 0..<4, using: &self) {
            guard !result.isEmpty else { return result }
            let place = Int.random(in: 0..<result.count, using: &self)
            let length = min(Int.random(in: 1...300, using: &self), result.count - place)
            switch Int.random(in: 0..<6, using: &self) {
            case 0: result[place] = UInt8.random(in: 0...255, using: &self)
            case 1: result.removeSubrange(place..<place + length)
            case 2: result.insert(contentsOf: result[place..<place + length], at: place)
            case 3: result.removeSubrange(place...)
            case 4: result[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            default:
                let words = [
                    "<!DOCTYPE a [<!ENTITY b \"c\">]>", "&b;", "999999999999999999", "\n", " ", "<![CDATA[", "-",
                ]
                result.insert(contentsOf: Array(words[Int.random(in: 0..<words.count, using: &self)].utf8), at: place)
            }
        }
        return result
    }
}
