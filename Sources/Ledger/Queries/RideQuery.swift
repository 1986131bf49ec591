package import Accounting
import Bytes
package import Commerce
import Events
import Index

/// One ride with its name and the names of its people.
package struct RideRow: Sendable {
    package let name: String
    package let record: RideRecord
    package let rider: String
    /// Empty until a driver accepts.
    package let driver: String
}

/// Which rides of a book are wanted.
package struct RideQuery {
    package let book: Book
    package var driver: String?
    package var rider: String?
    package var state: RideState?
    /// Local days of the request.
    package var from: CivilDate?
    package var to: CivilDate?
    package var limit = Int.max

    package init(book: Book) { self.book = book }

    /// The rides, in the order of their names; with a driver or a rider the newest first.
    ///
    /// - Complexity: O(rides of the book), or of the party.
    package func rows(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [RideRow] {
        let views = snapshot.views
        var names: [[UInt8]] = []
        if let party = driver ?? rider {
            let kind: EventKind = driver != nil ? .rideAccepted : .rideRequested
            var query = EventQuery()
            query.party = party
            query.kind = kind
            query.isReversed = true
            for sequence in try query.sequences(snapshot) {
                guard let event = views.event(sequence), event.book.string == book.name else { continue }
                if kind == .rideAccepted {
                    guard let body = try? RideAcceptedView(event.bodyBytes), body.driver.string == party else {
                        continue
                    }
                    names.append(body.ride.array)
                } else if let body = try? RideRequestedView(event.bodyBytes) {
                    names.append(body.ride.array)
                }
            }
        } else {
            let rows = views.index.rows(prefix: views.key.begin(.ride).u16(book.id).bytes)
            while rows.next() { names.append(rows.key.dropFirst(3).array) }
        }
        var result: [RideRow] = []
        for name in names where result.count < limit {
            guard let ride = name.withBytes({ views.ride($0, book) }), isWanted(ride, views) else { continue }
            result.append(Self.row(String(decoding: name, as: UTF8.self), ride, views))
        }
        try snapshot.check()
        return result
    }

    private func isWanted(_ ride: RideRecord, _ views: Views) -> Bool {
        if let state, ride.state != state { return false }
        if let from, ride.day < from.daysSinceEpoch { return false }
        if let to, ride.day > to.daysSinceEpoch { return false }
        // A driver and a rider: the driver's rides, of which the rider's are wanted.
        if driver != nil, let rider, !views.riders(ride).contains(where: { views.partyName($0) == rider }) {
            return false
        }
        return true
    }

    private static func row(_ name: String, _ ride: RideRecord, _ views: Views) -> RideRow {
        RideRow(
            name: name, record: ride, rider: views.partyName(ride.rider), driver: views.partyName(ride.driver))
    }

    /// One ride by its name.
    package static func ride(_ name: String, _ book: Book, _ snapshot: LedgerSnapshot) throws(LedgerError) -> RideRow {
        let views = snapshot.views
        let found = Array(name.utf8).withBytes { views.ride($0, book) }
        try snapshot.check()
        guard let found else {
            throw LedgerError(
                .notFound, name, Text("course inconnue", "unknown ride"),
                remedy: Text("« grandlivre rides » les nomme", "\"grandlivre rides\" names them"))
        }
        return row(name, found, views)
    }
}

/// What a driver earned in a year. Amounts in minor units.
package struct DriverEarnings: Sendable {
    package let rides: Int64
    package let meters: Int64
    package let faresMinor: Int64
    package let platformMinor: Int64
    package let tipsMinor: Int64
    package let cancellationFeesMinor: Int64
    /// Owed to the driver now, of all years.
    package let payableMinor: Int64

    package var earnedMinor: Int64 { faresMinor - platformMinor + tipsMinor + cancellationFeesMinor }

    package init(_ driver: String, year: UInt16, _ book: Book, _ snapshot: LedgerSnapshot) throws(LedgerError) {
        let views = snapshot.views
        guard let party = Array(driver.utf8).withBytes({ views.party(.identity, $0) }) else {
            throw LedgerError(
                .notFound, driver, Text("chauffeur inconnu", "unknown driver"),
                remedy: Text("une identité enregistrée", "a registered identity"))
        }
        let counts = views.driverTotal(party, year: year, .rides, book)
        let fares = views.driverTotal(party, year: year, .fares, book)
        let extras = views.driverTotal(party, year: year, .extras, book)
        rides = counts.first
        meters = counts.second
        faresMinor = fares.first
        platformMinor = fares.second
        tipsMinor = extras.first
        cancellationFeesMinor = extras.second
        payableMinor = -views.balance(book: book, .driverPayable, party: party)
        try snapshot.check()
    }
}
