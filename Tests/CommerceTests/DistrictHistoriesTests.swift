import Accounting
import Bytes
import Commerce
import Events
import Fixtures
import Testing

/// Sellers come and go, sell and take back at random: a district sees what a plain list of the same deeds says, and nothing of fewer than five.
@Suite("Random districts")
struct DistrictHistoriesTests {
    private struct Seat {
        let seller: String
        let from: Int64
        var to = Int64.max
    }

    private struct Sale {
        let seller: String
        let us: Int64
        let amount: Int64
        var isRefund = false
    }

    private static let sellers = (1...8).map { "s\($0)" }

    /// First instants of the months of 2017 on a calendar five hours behind UTC.
    private static let months = (1...7).map { Story.us("2017-0\($0)-01T05:00:00Z") }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `the sums are those of the sellers present all month, of at least five`(seed: UInt64) throws {
        var random = Seeded(seed)
        let desk = try Desk()
        try desk.record(.district("d"))
        for seller in Self.sellers {
            try desk.record(.identity(seller))
            try desk.record(.admission(seller, [.seller]))
        }
        var seats: [Seat] = []
        var sales: [Sale] = []
        for step in 0..<140 {
            desk.story.nowUs += Int64.random(in: 0...(48 * 3_600_000_000), using: &random)
            guard desk.story.nowUs < Self.months[6] - 120_000_000 else { break }
            let seller = Self.sellers.randomElement(using: &random) ?? "s1"
            let open = seats.firstIndex { $0.seller == seller && $0.to == .max }
            let amount = Int64.random(in: 1...9_000, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<2 where open == nil:
                try desk.record(.joining("d", seller))
                seats.append(Seat(seller: seller, from: desk.story.nowUs))
            case 0 where step > 60:
                guard let open else { continue }
                try desk.record(.leaving("d", seller))
                seats[open].to = desk.story.nowUs
            default:
                try desk.record(.purchase("o\(step)", "ana", [.of("milk", seller, amount, .zeroRated)]))
                sales.append(Sale(seller: seller, us: desk.story.nowUs, amount: amount))
                guard Bool.random(using: &random) else { continue }
                try desk.record(.cancellation("o\(step)"))
                sales.append(Sale(seller: seller, us: desk.story.nowUs, amount: amount, isRefund: true))
            }
        }
        try desk.record(.listing("tick"), at: "2017-07-01T15:00:00Z")
        let book = try #require(desk.book)
        let shown = try #require(Array("d".utf8).withBytes { DistrictReport.months(of: $0, book, desk.views) })
        for month in shown {
            let at = try #require(Self.months.firstIndex { book.day($0) == month.firstDay.daysSinceEpoch })
            let (from, to) = (Self.months[at], Self.months[at + 1])
            let present = Set(seats.filter { $0.from <= from && $0.to >= to }.map(\.seller))
            let within = sales.filter { $0.us >= from && $0.us < to && present.contains($0.seller) }
            func sum(_ isRefund: Bool) -> Int64? {
                let those = within.filter { $0.isRefund == isRefund }
                return Set(those.map(\.seller)).count >= 5 ? those.reduce(0) { $0 + $1.amount } : nil
            }
            try #require(month.sellers == present.count, "seed \(seed)")
            try #require(month.salesMinor == sum(false) && month.refundsMinor == sum(true), "seed \(seed)")
            try #require((month.orders == nil) == (month.salesMinor == nil), "seed \(seed)")
        }
        try #require(seats.isEmpty || shown.last?.firstDay.month == 6 || seats[0].from >= Self.months[5])
    }
}
