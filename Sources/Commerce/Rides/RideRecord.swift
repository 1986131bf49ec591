package import Bytes
import Events
package import Index

/// How far a ride has come.
package enum RideState: Int, CaseIterable, Sendable {
    case requested = 0
    case accepted = 1
    case started = 2
    case completed = 3
    case cancelled = 4

    /// No driver is under way for it any more.
    package var isOver: Bool { self == .completed || self == .cancelled }
}

/// A ride as it stands; who rode is read from its request, what it cost from its completion, by sequence.
package struct RideRecord: Record {
    /// The request's sequence.
    package var sequence: UInt64 = 0
    package var rider: UInt32 = 0
    /// 0 until a driver accepts.
    package var driver: UInt32 = 0
    package var state = RideState.requested
    package var companions: Int64 = 0
    package var requestedAtUs: Int64 = 0
    /// When its state last changed.
    package var changedAtUs: Int64 = 0
    /// The completion's or cancellation's sequence.
    package var endSequence: UInt64 = 0
    /// What the riders owe in all: the fare's total, or the fee of a cancellation.
    package var totalMinor: Int64 = 0
    package var paidMinor: Int64 = 0
    /// Local day of the request.
    package var day: Int32 = 0
    /// The event by which its state last changed.
    var changedSequence: UInt64 = 0
    /// The last payment by effective time; 0 while there is none.
    var paidSequence: UInt64 = 0
    /// Given back of the fare that the riders were charged, and of the tip; what goes with it is computed.
    package var refundedFareMinor: Int64 = 0
    package var refundedTipMinor: Int64 = 0
    /// Taxes, levy, fare and tip given back.
    package var refundedMinor: Int64 = 0
    var refundedSequence: UInt64 = 0

    init() {}

    package init(_ reader: inout RecordReader) {
        sequence = reader.unsigned()
        rider = UInt32(truncatingIfNeeded: reader.unsigned())
        driver = UInt32(truncatingIfNeeded: reader.unsigned())
        state = RideState(rawValue: Int(reader.int())) ?? .requested
        companions = reader.int()
        requestedAtUs = reader.int()
        changedAtUs = reader.int()
        endSequence = reader.unsigned()
        totalMinor = reader.int()
        paidMinor = reader.int()
        day = Int32(truncatingIfNeeded: reader.int())
        changedSequence = reader.unsigned()
        paidSequence = reader.unsigned()
        refundedFareMinor = reader.int()
        refundedTipMinor = reader.int()
        refundedMinor = reader.int()
        refundedSequence = reader.unsigned()
    }

    package func write(_ out: RecordWriter) {
        out.unsigned(sequence)
        out.unsigned(UInt64(rider))
        out.unsigned(UInt64(driver))
        out.int(Int64(state.rawValue))
        out.int(companions)
        out.int(requestedAtUs)
        out.int(changedAtUs)
        out.unsigned(endSequence)
        out.int(totalMinor)
        out.int(paidMinor)
        out.int(Int64(day))
        out.unsigned(changedSequence)
        guard paidSequence != 0 else { return }
        out.unsigned(paidSequence)
        guard refundedSequence != 0 else { return }
        out.int(refundedFareMinor)
        out.int(refundedTipMinor)
        out.int(refundedMinor)
        out.unsigned(refundedSequence)
    }

    package var dueMinor: Int64 { totalMinor &- paidMinor }
}

/// Counters of a driver's year, as `driverTotal` keeps them.
package enum DriverTotal: UInt8, Sendable {
    /// rides completed, metres
    case rides = 1
    /// fares, the platform's part of them
    case fares = 2
    /// tips, fees of cancellations
    case extras = 3
}

extension Views {
    package func ride(_ name: Bytes, _ book: Book) -> RideRecord? {
        record(RideRecord.self, key.begin(.ride).u16(book.id).text(name).bytes)
    }

    func putRide(_ record: RideRecord, _ name: Bytes, _ book: Book) {
        put(key.begin(.ride).u16(book.id).text(name).bytes, record)
    }

    /// The request of the ride that a driver has accepted and not ended.
    func rideUnderWay(_ driver: UInt32, _ book: Book) -> UInt64? {
        number(key.begin(.drivingNow).u16(book.id).u32(driver).bytes)
    }

    func setRideUnderWay(_ request: UInt64?, _ driver: UInt32, _ book: Book) {
        let row = key.begin(.drivingNow).u16(book.id).u32(driver).bytes
        guard let request else { return index.remove(row) }
        putNumber(row, request)
    }

    /// What a rider owes for a ride, and has paid.
    package func rideDue(_ ride: RideRecord, _ rider: UInt32) -> Counters {
        index.counters(key.begin(.rideDue).sequence(ride.sequence).u32(rider).bytes)
    }

    func addRideDue(_ ride: RideRecord, _ rider: UInt32, owed: Int64, paid: Int64) {
        addCounters(key.begin(.rideDue).sequence(ride.sequence).u32(rider).bytes, owed, paid)
    }

    /// What a rider got back of a ride: of the charge, and with tax, levy and tip.
    func rideBack(_ ride: RideRecord, _ rider: UInt32) -> Counters {
        index.counters(key.begin(.rideBack).sequence(ride.sequence).u32(rider).bytes)
    }

    func addRideBack(_ ride: RideRecord, _ rider: UInt32, charge: Int64, total: Int64) {
        addCounters(key.begin(.rideBack).sequence(ride.sequence).u32(rider).bytes, charge, total)
    }

    package func driverTotal(_ driver: UInt32, year: UInt16, _ total: DriverTotal, _ book: Book) -> Counters {
        index.counters(driverKey(driver, year, total, book))
    }

    func addDriverTotal(
        _ driver: UInt32, _ year: UInt16, _ total: DriverTotal, _ first: Int64, _ second: Int64, _ book: Book
    ) {
        addCounters(driverKey(driver, year, total, book), first, second)
    }

    private func driverKey(_ driver: UInt32, _ year: UInt16, _ total: DriverTotal, _ book: Book) -> Bytes {
        key.begin(.driverTotal).u16(book.id).u16(year).u32(driver).u8(total.rawValue).bytes
    }

    /// The rider who requested the ride and the companions, in the request's order.
    package func riders(_ ride: RideRecord) -> [UInt32] {
        guard ride.companions > 0, let request = body(RideRequestedView.self, of: ride.sequence) else {
            return [ride.rider]
        }
        return [ride.rider]
            + request.companions.compactMap { encoded in
                (try? encoded.view()).flatMap { party(.identity, $0.rider) }
            }
    }
}
