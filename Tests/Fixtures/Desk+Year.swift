import Commerce
package import Events
import Index

/// A year at the desk: what is sold without tax is, under a commission of 100 %, all revenue.
extension Desk {
    package func sell(
        _ order: String, _ buyer: String, _ amount: Int64, seller: String = "sam", status: BuyerStatus = .member
    ) throws {
        try record(.purchase(order, buyer, [.of("milk", seller, amount, .zeroRated)], status: status))
        try record(.capture("p-\(order)", order, amount))
        try record(.handOver(order))
    }

    package func spend(_ amount: Int64) throws {
        try record(.entry([.debit("expenses:rent", amount), .credit("assets:bank", amount, party: "815")]))
    }

    /// Closes a year at its last local second; returns the postings.
    @discardableResult
    package func close(_ year: UInt32, _ surplus: Int64) throws -> [String] {
        try record(.close(year, surplus: surplus), at: "\(year + 1)-01-01T04:59:59Z")
    }

    /// What the fold of another slice counts: patronage in the group's own unit.
    package func count(_ group: Group, _ member: String, _ base: Int64, year: UInt16) {
        guard let book else { return }
        let place = views.key.begin(.patronage).u16(book.id).u16(year).u8(UInt8(group.rawValue)).u32(party(member))
        views.index.add(place.bytes, Counters(base, 0))
    }

    /// What the fold of another slice counts: business with members and with others.
    package func count(_ group: Group, members: Int64, others: Int64, year: UInt16) {
        guard let book else { return }
        let place = views.key.begin(.business).u16(book.id).u16(year).u8(UInt8(group.rawValue))
        views.index.add(place.bytes, Counters(members, others))
    }
}
