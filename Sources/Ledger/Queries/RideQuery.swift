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
    /// Owed and still due: of the whole ride, or to a rider who asks, their own.
    package let totalMinor: Int64
    package let dueMinor: Int64
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
    /// The first in the order of names that tables have, not in that of bytes.
    package var isInNameOrder = false
    package var limit = Int.max
    /// Only rides that the viewer drives or takes part in are found.
    package var viewer = Viewer.ledger

    package init(book: Book) { self.book = book }

    /// The rides, in the order of their names; with a driver or a rider the newest first.
    ///
    /// - Complexity: O(rides of the book), or of the party.
    package func rows(_ snapshot: LedgerSnapshot) throws(LedgerError) -> [RideRow] {
        let views = snapshot.views
        let own = try viewer.person(in: book, views)
        var names: [[UInt8]] = []
        if let own {
            let name = views.partyName(own)
            for named in [driver, rider] { if let named, named != name { throw Viewer.unknown(named) } }
            names = try self.names(of: own, snapshot)
        } else if let party = driver ?? rider {
            if let rider, Array(rider.utf8).withBytes({ views.party(.identity, $0) }) == nil {
                throw LedgerError.unknown(.identity, rider, for: viewer, views)
            }
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
            if isInNameOrder { names = names.inNameOrder() }
        }
        var result: [RideRow] = []
        for name in names where result.count < limit {
            guard let ride = name.withBytes({ views.ride($0, book) }), isWanted(ride, views) else { continue }
            if let own, driver != nil, ride.driver != own { continue }
            if let own, rider != nil, !views.riders(ride).contains(own) { continue }
            result.append(Self.row(String(decoding: name, as: UTF8.self), ride, own, views))
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

    /// Of the rides that a person asked for, was taken along on or drove, the newest first.
    private func names(of own: UInt32, _ snapshot: LedgerSnapshot) throws(LedgerError) -> [[UInt8]] {
        let views = snapshot.views
        var names: [[UInt8]] = []
        var query = EventQuery()
        query.isReversed = true
        for sequence in try query.sequences(ofParty: own, snapshot) {
            guard let event = views.event(sequence), event.book.string == book.name else { continue }
            if event.bodyField == EventKind.rideAccepted.rawValue, let body = try? RideAcceptedView(event.bodyBytes) {
                let isDriver = views.ride(body.ride, book)?.driver == own
                if isDriver { names.append(body.ride.array) }
            } else if event.bodyField == EventKind.rideRequested.rawValue,
                let body = try? RideRequestedView(event.bodyBytes)
            {
                names.append(body.ride.array)
            }
        }
        return names
    }

    /// A rider sees themselves and their driver; only the driver and the operator see who asked for the ride.
    private static func row(_ name: String, _ ride: RideRecord, _ own: UInt32?, _ views: Views) -> RideRow {
        let isRider = own.map { $0 != ride.driver } ?? false
        let due = own.map { views.rideDue(ride, $0) } ?? Counters()
        return RideRow(
            name: name, record: ride, rider: isRider && own != ride.rider ? "" : views.partyName(ride.rider),
            driver: views.partyName(ride.driver), totalMinor: isRider ? due.first : ride.totalMinor,
            dueMinor: isRider ? due.first - due.second : ride.dueMinor)
    }

    /// One ride by its name.
    package static func ride(
        _ name: String, _ book: Book, for viewer: Viewer = .ledger, _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> RideRow {
        let views = snapshot.views
        let own = try viewer.person(in: book, views)
        let found = Array(name.utf8).withBytes { views.ride($0, book) }.flatMap { ride in
            own.map { ride.driver == $0 || views.riders(ride).contains($0) } ?? true ? ride : nil
        }
        try snapshot.check()
        guard let found else {
            throw LedgerError.unknown(.ride(book), name, for: viewer, views)
        }
        return row(name, found, own, views)
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
            throw LedgerError.unknown(.driver, driver, for: .ledger, views)
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
        let hasDriven = rides != 0 || faresMinor != 0 || extras != Counters() || payableMinor != 0
        guard hasDriven || views.member(party, book)?.isIn(.driver) == true else {
            throw LedgerError(
                .notFound, driver,
                Text("ne conduit pas dans le livre \(book.name)", "drives nobody in book \(book.name)"),
                remedy: Text(
                    "« grandlivre coop members » montre les chauffeurs", "\"grandlivre coop members\" shows the drivers"
                ))
        }
    }
}
