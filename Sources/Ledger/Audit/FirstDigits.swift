import Accounting
import Commerce

/// How often each first digit stands before amounts, against Benford's law.
struct FirstDigits {
    /// log10(1 + 1/d) in millionths, d from 1 to 9 (Benford 1938): they sum to a million.
    static let expectedPpm: [Int64] = [301_030, 176_091, 124_939, 96_910, 79_181, 66_947, 57_992, 51_153, 45_757]

    private(set) var counts = [Int64](repeating: 0, count: 9)

    var total: Int64 { counts.reduce(0, +) }

    /// Every amount debited in the book's currency.
    mutating func count(_ entry: AuditEntry, _ currency: UInt16) {
        for line in entry.lines where line.amountMinor > 0 && line.currency == currency {
            var digit = line.amountMinor
            while digit >= 10 { digit /= 10 }
            counts[Int(digit) - 1] += 1
        }
    }

    /// Share of a digit, in parts per million.
    func sharePpm(_ digit: Int) -> Int64 { total == 0 ? 0 : counts[digit - 1] * 1_000_000 / total }

    /// Mean absolute deviation in parts per million: above 15 000 the amounts do not follow the law (Nigrini, Benford's Law, 2012, ch. 7).
    var deviationPpm: Int64 {
        (1...9).reduce(0) { $0 + abs(sharePpm($1) - Self.expectedPpm[$1 - 1]) } / 9
    }
}

extension JournalTests {
    /// Nothing below so many records: few amounts follow no law.
    func benford(_ digits: FirstDigits) -> [AuditFinding] {
        guard digits.total >= settings[.benfordRecordsMin],
            digits.deviationPpm > settings[.benfordDeviationMaxPpm]
        else { return [] }
        func percent(_ ppm: Int64, _ language: Language) -> String {
            let tenths = (ppm + 500) / 1_000
            return shown(decimal: "\(tenths / 10).\(tenths % 10)", language)
        }
        func shares(_ language: Language) -> String {
            (1...9).map { "\($0) " + percent(digits.sharePpm($0), language) }.joined(separator: " · ")
        }
        let (total, deviation) = (digits.total, digits.deviationPpm)
        return [
            AuditFinding(
                test: .benford, sequences: [], day: nil, recordedDay: nil, kind: nil, amountMinor: 0, accounts: [],
                actor: "",
                reason: Text(
                    "\(shown(count: total, .french)) montants, écart moyen \(percent(deviation, .french)) %; premiers chiffres en % : \(shares(.french))",
                    "\(shown(count: total, .english)) amounts, mean deviation \(percent(deviation, .english))%; first digits in %: \(shares(.english))"
                ))
        ]
    }
}
