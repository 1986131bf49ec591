package import Accounting
package import Bytes
import Events
import Index

/// What a district may see of a month. Amounts in minor units before tax.
package struct DistrictMonth: Equatable, Sendable {
    package let firstDay: CivilDate
    /// Sellers who were in the district from the first to the last instant of the month.
    package let sellers: Int
    /// Orders and sales as placed; `nil` where fewer than five of the sellers sold.
    package let orders: Int64?
    package let salesMinor: Int64?
    /// Taken back by refunds and cancellations; `nil` where fewer than five of the sellers took anything back.
    package let refundsMinor: Int64?

    package init(firstDay: CivilDate, sellers: Int, orders: Int64?, salesMinor: Int64?, refundsMinor: Int64?) {
        self.firstDay = firstDay
        self.sellers = sellers
        self.orders = orders
        self.salesMinor = salesMinor
        self.refundsMinor = refundsMinor
    }
}

/// Sums of a district's sellers by month, of at least five of them.
///
/// A month is published when it is over (by the newest recorded day), over the sellers who were in the district all month: who joined or left in it does not
/// count, and nobody can be added to it or taken from it afterwards. So no two sums of one month differ by a seller. A figure to which fewer than five
/// sellers contribute is withheld.
package enum DistrictReport {
    package static let sellersMin = 5

    /// The complete months from the first joining on, oldest first; `nil` where there is no such district.
    ///
    /// - Complexity: O(events of the district's sellers × their lines).
    package static func months(of district: Bytes, _ book: Book, _ views: Views) -> [DistrictMonth]? {
        guard views.district(district, book) != nil else { return nil }
        let seats = views.seats(district, book)
        guard let firstUs = seats.map(\.seat.joinedAtUs).min(), let newest = newestDay(book, views) else { return [] }
        var figures: [UInt32: [Int32: SellerFigures]] = [:]
        for party in Set(seats.map(\.party)) {
            figures[party] = SellerFigures.of(party, book, views) {
                CivilDate(clampingDays: Int64($0)).firstOfMonth.daysSinceEpoch
            }
        }
        var months: [DistrictMonth] = []
        var first = CivilDate(clampingDays: Int64(book.day(firstUs))).firstOfMonth
        while first.lastOfMonth < newest {
            let instants = book.calendar.instantsUs(from: first, through: first.lastOfMonth)
            let present = Set(
                seats.filter {
                    $0.seat.joinedAtUs <= instants.lowerBound
                        && ($0.seat.leftAtUs == 0 || $0.seat.leftAtUs >= instants.upperBound)
                }.map(\.party))
            let sums = present.compactMap { figures[$0]?[first.daysSinceEpoch] }
            months.append(month(first, present.count, sums))
            guard let next = first.lastOfMonth.adding(days: 1) else { break }
            first = next
        }
        return months
    }

    private static func month(_ first: CivilDate, _ sellers: Int, _ sums: [SellerFigures]) -> DistrictMonth {
        let sold = sums.filter { $0.orders > 0 }
        let gaveBack = sums.filter(\.hasRefunds)
        let isPublished = sold.count >= sellersMin
        return DistrictMonth(
            firstDay: first, sellers: sellers,
            orders: isPublished ? sold.reduce(0) { $0 &+ $1.orders } : nil,
            salesMinor: isPublished ? sold.reduce(0) { $0 &+ $1.sales } : nil,
            refundsMinor: gaveBack.count >= sellersMin ? gaveBack.reduce(0) { $0 &+ $1.refunds } : nil)
    }

    /// The local day of the newest event.
    private static func newestDay(_ book: Book, _ views: Views) -> CivilDate? {
        guard views.entries.count > 0, let newest = views.event(views.entries.count - 1)?.recordedAtUs else {
            return nil
        }
        return CivilDate(clampingDays: Int64(book.day(Int64(clamping: newest))))
    }
}
