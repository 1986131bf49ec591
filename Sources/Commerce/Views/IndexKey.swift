package import Bytes

/// The indexes: the first byte of every row. From 0x80 on equal keys are summed, below it the newest row counts; rows from 0x40 to 0x7F can be removed.
///
/// Fields of a key are big-endian in the order given; `book` 2 bytes, `party` 4, `sequence` 6, `day` 4 (days since 1970, biased by 2³¹), `year` 2.
/// A number is never given a second meaning; a change of a row's layout raises `Views.version`.
package enum IndexByte: UInt8, CaseIterable, Sendable {
    /// hash of source and key (8) → sequence
    case idempotency = 0x01
    /// kind (1) ‖ name → party
    case partyName = 0x02
    /// party → kind (1) ‖ name
    case party = 0x03
    /// name → book
    case bookName = 0x04
    /// book → sequence of the founding
    case book = 0x05
    /// book ‖ name → account number
    case accountName = 0x06
    /// book ‖ account (2) → name
    case account = 0x07
    /// (nothing) → next party, book and account numbers
    case nextNumbers = 0x08
    /// book ‖ sequence → nothing: the policies adopted
    case policy = 0x09
    /// book → last locked day
    case lock = 0x0A
    /// book ‖ party ‖ sequence → nothing: admissions before the one in MemberRecord
    case admission = 0x0B
    /// book ‖ party → MemberRecord
    case member = 0x10
    /// book ‖ product → ProductRecord
    case product = 0x11
    /// book ‖ order → OrderRecord
    case order = 0x12
    /// book ‖ payment → sequence
    case payment = 0x13
    /// book ‖ payout → PayoutRecord
    case payout = 0x14
    /// book ‖ campaign → sequence
    case campaign = 0x15
    /// book ‖ year → FiscalYearRecord
    case fiscalYear = 0x16
    /// book ‖ year ‖ party → DividendRecord
    case dividend = 0x17
    /// order's sequence ‖ refund → sequence
    case refund = 0x18
    /// sequence of a manual entry → sequence of its correction
    case correction = 0x19
    /// order's sequence ‖ campaign ‖ 0 ‖ coupon → sequence
    case attribution = 0x1A
    /// order's sequence ‖ seller → number of the seller's book, which has the sale, too; see SellerBooks
    case sellerMirror = 0x1B
    /// party ‖ sequence → event kind
    case partyEvents = 0x20
    /// order's sequence ‖ sequence → event kind
    case orderEvents = 0x21

    /// book ‖ account (2) ‖ currency (2) ‖ party → debits, credits
    case balance = 0x90
    /// book ‖ account (2) ‖ currency (2) ‖ party ‖ effective day ‖ recorded day → debits, credits
    case movement = 0x91
    /// order's sequence ‖ line (4) → amount and quantity refunded
    case refundedLine = 0x92
    /// book ‖ seller → owed for orders not handed over, and for digital lines that wait for their licence: added, released
    case pendingPayable = 0x93
    /// book ‖ institution ‖ currency (2) ‖ day → captured, settled
    case captures = 0x94
    /// book ‖ year ‖ group (1) ‖ party → patronage base, nothing
    case patronage = 0x95
    /// book ‖ year ‖ group (1) → business with members, with non-members
    case business = 0x96
    /// book ‖ year → dividends declared in cash, in shares
    case declared = 0x97
    /// book ‖ calendar year ‖ party → dividends paid, tax withheld
    case withholding = 0x98
    /// book ‖ counter (1) ‖ text → counts; see OrderTotals
    case total = 0x99
    /// event kind (2) → events, bytes
    case kindStatistics = 0x9A
    /// book ‖ campaign → purchases attributed, nothing
    case campaignPurchases = 0x9B
    /// book → all debits ever posted: no balance can be larger; assets less debts in the book's own currency
    case turnover = 0x9C

    // MARK: Identity (0x1C, 0x22–0x25)
    /// party → IdentityRecord
    case identity = 0x22
    /// party ‖ book ‖ purpose → ConsentRecord
    case consent = 0x23
    /// public key (32) → SigningKeyRecord
    case signingKey = 0x24
    /// party ‖ sequence of the registration → nothing
    case signingKeyOf = 0x25
    /// party → book that registered the identity
    case identityHome = 0x1C

    // MARK: Cooperative (0x26–0x2B, 0x40–0x43, 0xA0–0xA3)
    /// book → sequence of the first grant; book ‖ party ‖ role (1) → RoleRecord
    case role = 0x26
    /// book ‖ contribution → sequence; book ‖ 0 ‖ group (1) → unit of the group
    case contribution = 0x27
    /// book ‖ sharing → sequence
    case sharing = 0x28
    /// book ‖ claim → ClaimRecord
    case expenseClaim = 0x29
    /// book ‖ district → sequence
    case district = 0x2A
    /// book ‖ district ‖ 0 ‖ party ‖ sequence of the joining → SeatRecord
    case districtSeat = 0x2B
    /// book ‖ claim → sequence: claims that wait for a decision or for money
    case openClaim = 0x40
    /// book ‖ seller → sequence of its joining: the district that it is in
    case districtOf = 0x41
    /// book ‖ year → revenue shared with members, costs that they bear
    case shared = 0xA0
    /// book ‖ member → claims approved, claims reimbursed
    case claims = 0xA1

    // MARK: Agreements (0x2C–0x2F, 0x44–0x47, 0xA4–0xA7)
    /// provider's book ‖ 0 ‖ agreement → AgreementRecord; provider's book ‖ 1 ‖ agreement ‖ 0 ‖ first day → sequence: its versions;
    /// client's book ‖ 2 ‖ provider's book ‖ agreement → nothing
    case agreement = 0x2C
    /// book ‖ invoice → InvoiceRecord
    case invoice = 0x2D
    /// book ‖ kind (1) ‖ name → sequence: nettings, settlements, exchanges, contributions, grants; see AgreementReference
    case agreementReference = 0x2E
    /// provider's book ‖ agreement ‖ 0 ‖ fee ‖ 0 ‖ last day → first day: the periods invoiced
    case invoicedPeriod = 0x2F
    /// book ‖ currency (2) ‖ day → RevaluationRecord
    case revaluation = 0x44
    /// contributor's book ‖ year → sequence of the contribution
    case solidarityYear = 0x45
    /// book ‖ foreign currency (2) ‖ day → worth in the book's own currency: added, taken away
    case currencyWorth = 0xA4
    /// book ‖ counterpart's book ‖ account (2) ‖ currency (2) ‖ day ‖ recorded day → debits, credits that have their mirror in the other's book
    case mirror = 0xA5
    /// fund's book ‖ contributor's book → contributed, granted
    case solidarity = 0xA6
    /// book ‖ other's book ‖ currency (2) ‖ effective time (8, biased) ‖ sequence → what the other owes the book: more, less; of a book and itself,
    /// what its solidarity fund has
    case intercoopChange = 0xA7

    // MARK: Digital (0x30–0x33, 0xA8–0xAB)
    /// book ‖ product → WorkRecord
    case work = 0x30
    /// book ‖ product ‖ 0 ‖ effective time (8, biased) ‖ sequence → nothing: the split sheets of a work
    case royaltySplit = 0x31
    /// book ‖ licence → LicenceRecord
    case licence = 0x32
    /// book ‖ DigitalId (1) ‖ what it names → sequence
    case digitalId = 0x33
    /// book ‖ creator ‖ year ‖ product → royalties earned, taken back
    case royalties = 0xA8
    /// book ‖ product ‖ 0 ‖ sequence of the split sheet → millionths of a minor unit that plays brought, settled
    case playValue = 0xA9
    /// book ‖ product → microcredits played, settled
    case playCredits = 0xAA
    /// book ‖ listener ‖ 0 → microcredits bought, spent; ‖ 1 → their value in millionths of a minor unit; ‖ 2 ‖ product → plays, 1 once owned
    case listening = 0xAB

    // MARK: Warehouse (0x34–0x36, 0x48–0x4B, 0xAC–0xB3)

    /// site → StorageSiteRecord
    case storageSite = 0x34
    /// book ‖ owner (party; 0: the cooperative itself) ‖ product → StockRecord
    case stock = 0x35
    /// stock's number ‖ sequence ‖ place in the event (2) → StockMovementRecord
    case stockMovement = 0x36
    /// site's sequence ‖ stock's number → StockPlaceRecord, while goods stand there
    case stockPlace = 0x48
    /// order's sequence ‖ stock's number → ReservationRecord, while something is reserved
    case reservation = 0x49
    /// order's sequence ‖ stock's number ‖ site's sequence → PickRecord, while something waits to leave
    case stockPick = 0x4A
    /// book ‖ StockDocument (1) ‖ id → sequence; never removed
    case stockDocument = 0x4B
    /// book ‖ site's sequence ‖ StorageMeasure (1) ‖ day ‖ recorded day → units, lines; of what is stored: units in, out
    case storageUsage = 0xAC
    /// order's sequence ‖ stock's number → units shipped, their cost
    case stockShipped = 0xAD
    /// order's sequence ‖ stock's number → units that came back, their cost
    case stockReturned = 0xAE
    /// stock's number ‖ site's sequence ‖ day → units in, out
    case stockDay = 0xAF
    /// book → listings and revisions that named a stock, nothing
    case stockedListings = 0xB0

    // MARK: Delivery (0x37–0x3A, 0x4C–0x53, 0xB4–0xBB)

    /// book ‖ site → LockerSiteRecord
    case lockerSite = 0x37
    /// book ‖ parcel → sequence of its preparation, the parcel's number
    case parcelName = 0x38
    /// parcel's number (6) → ParcelRecord
    case parcel = 0x39
    /// parcel's number (6) ‖ sequence → ScanRecord
    case parcelScan = 0x3A
    /// book ‖ deadline (8) ‖ order's sequence → its DeliveryMode: promised, paid and not ready
    case promiseDue = 0x4C
    /// site's number (6) ‖ size (1) ‖ compartment (4) → the parcel in it
    case compartment = 0x4D
    /// book ‖ party ‖ parcel's number (6) → ParcelState: what somebody holds and has to pass on
    case custody = 0x4E
    /// order's sequence → OrderDeliveryRecord
    case orderDelivery = 0x4F
    /// order's sequence ‖ parcel's number (6) → 1
    case orderParcel = 0x50
    /// book ‖ promise (1) ‖ month (4) ‖ site's number (6) ‖ carrier → promises kept, missed
    case promises = 0xB4
    /// book ‖ month (4) ‖ site's number (6) → seconds from placed to collected, parcels collected
    case dwell = 0xB5
    /// site's number (6) ‖ day → parcels placed, collected
    case siteDay = 0xB6
    /// book ‖ month (4) ‖ ParcelFigure (1) ‖ site's number (6) ‖ party → parcels, their amounts
    case parcelFigures = 0xB7
    /// order's sequence ‖ retailer (2³² − 1: all) → value of its parcels: prepared, replaced or returned since
    case parcelWorth = 0xB8

    // MARK: Rides (0x3B, 0x54–0x57, 0xBC–0xBF)

    /// book ‖ ride → RideRecord
    case ride = 0x3B
    /// book ‖ driver → sequence of the request: the ride under way
    case drivingNow = 0x54
    /// sequence of the request ‖ rider → owed, paid
    case rideDue = 0xBC
    /// book ‖ year ‖ driver ‖ counter (1) → see DriverTotal
    case driverTotal = 0xBD
    /// sequence of the request ‖ rider → given back: of the charge, in all
    case rideBack = 0xBE

    // MARK: Media (0x3C–0x3D, 0xC0–0xC2)
    /// book ‖ MediaRow (1) ‖ what it says of: touches by name and by person, lines bought here instead of outside Québec
    case media = 0x3C
    /// order's sequence → sequence of its newest MediaCredited
    case mediaCredit = 0x3D
    /// book ‖ campaign → owed to its medium: added, taken back
    case campaignOwed = 0xC0
    /// book ‖ campaign → touches, orders credited
    case campaignTouches = 0xC1
    /// book ‖ month (4, year × 12 + month − 1) ‖ department ‖ 0 ‖ category → repatriated purchases as placed: amount, lines
    case repatriated = 0xC2

    // MARK: Payments (0x3E–0x3F, 0x58–0x5B, 0xC3–0xC7, 0xCB)

    /// book ‖ authorization → AuthorizationRecord
    case authorization = 0x3E
    /// book ‖ card → GiftCardRecord
    case giftCard = 0x3F
    /// book ‖ order's sequence ‖ authorization → OpenHold
    case openHold = 0x58
    /// book ‖ chargeback → ChargebackRecord
    case chargeback = 0x59
    /// book ‖ supplier ‖ invoice → sequence
    case supplierInvoice = 0x5A
    /// order's sequence ‖ sequence of the chargeback → the same
    case orderChargeback = 0x5B
    /// book ‖ tax ‖ 0 ‖ day → tax recoverable: paid, claimed
    case recoverable = 0xC4
    /// book ‖ tax account (2) ‖ event kind (2; with 0x8000: of another book) ‖ day → debits, credits; purchases are what is left of the account's movements
    case taxMovement = 0xC5

    /// book ‖ party → owed beside orders, rides and invoices, collected; see Views.debitSundry
    case sundryDebtor = 0xC6
    /// book ‖ party ‖ effective time ‖ sequence → the same by event: what was owed when
    case sundryMovement = 0xCB
    /// book ‖ party → discounts that it pays for through the cooperative: funded less taken back, nothing
    case sponsored = 0xC7

    /// book ‖ tax account (2) ‖ day of the remittance ‖ last day of its period → remitted, recovered with it
    case remittedPeriod = 0xC3

    // MARK: Surplus (0x5C–0x5F, 0xC8–0xCA)

    /// book ‖ year ‖ party → ShareInterestRecord
    case shareInterest = 0x5C
    /// book ‖ redemption → RedemptionRecord
    case redemption = 0x5D
    /// book ‖ party ‖ share class (1) ‖ effective day ‖ movement (1) → shares, amount; see ShareMovement
    case shareMovement = 0xC8
    /// book ‖ category (1) ‖ effective day → members admitted, left
    case memberMovement = 0xC9
    /// book ‖ year ‖ account (2) → revenue, expenses closed to the surplus
    case closedAccount = 0xCA

    // MARK: Reconciliation (0x60–0x6F, 0xCC–0xCE)

    /// book ‖ account's name → BankAccountRecord
    case bankAccount = 0x60
    /// book ‖ ledger account (2) ‖ currency (2) ‖ institution → sequence of the bank account's declaration, which is its number below
    case bankAccountOf = 0x61
    /// bank account (6) ‖ sequence → BankPartRecord
    case bankPart = 0x62
    /// bank account (6) ‖ OpenPart (1) ‖ sequence → 1; of an entry in suspense, the sequence of its entrySuspended
    case openPart = 0x63
    /// bank account (6) ‖ reference of an entry → its sequence
    case bankReference = 0x64
    /// bank account (6) ‖ last day of the month → SignedMonthRecord
    case signedMonth = 0x65
    /// bank account (6) ‖ sequence → party who answers for it
    case exceptionOwner = 0x66
    /// book ‖ institution ‖ number (4) → PaymentFileRecord
    case paymentFile = 0x67
    /// book ‖ institution → number of its newest file
    case lastPaymentFile = 0x68
    /// book ‖ payout → sequence of the paymentFileIssued
    case payoutFile = 0x69
    /// book ‖ institution ‖ payout → 1: neither settled nor returned
    case payoutUnderWay = 0x6A
    /// book ‖ month (4, year × 12 + month − 1) → written off: amount, exceptions
    case writtenOff = 0xCC
    /// book ‖ account (2) ‖ party → payouts of dividends, interest, redemptions: came back, sent again
    case returnedPayout = 0xCD
    /// sequence of a paymentFileIssued ‖ 0 → its payouts: settled, returned; ‖ 1 → their amounts
    case fileOutcome = 0xCE
}

extension IndexByte {
    /// What no fold reads and no balance is made of: a fold for balances alone leaves these rows out. Movements stay: the close of a year sums them.
    package static let besideBalances: Set<IndexByte> = [
        .idempotency, .payment, .attribution, .partyEvents, .orderEvents, .pendingPayable, .captures, .total,
        .kindStatistics, .campaignPurchases, .turnover, .identity, .identityHome, .royalties, .media,
        .campaignOwed, .campaignTouches, .repatriated, .compartment, .custody, .promises, .dwell, .siteDay,
        .parcelFigures, .agreementReference, .invoicedPeriod, .revaluation, .solidarityYear, .solidarity,
        .parcelWorth, .recoverable, .taxMovement, .remittedPeriod, .sundryDebtor, .sundryMovement, .sponsored,
        .shareMovement, .memberMovement, .closedAccount, .intercoopChange, .sharing, .openClaim,
        .stockMovement, .stockDocument, .storageUsage, .shared, .claims,
        .signedMonth, .exceptionOwner, .writtenOff, .payoutUnderWay, .fileOutcome,
    ]
}

/// Composes a key in reused memory. The bytes hold until the next key is begun.
///
/// Names have at most 128 bytes and a key at most two of them, so 512 bytes always do; longer text is cut and finds nothing.
package final class KeyBuilder {
    private static let capacity = 512
    private let base = UnsafeMutableRawPointer.allocate(byteCount: KeyBuilder.capacity, alignment: 16)
    @exclusivity(unchecked) private var count = 0

    deinit { base.deallocate() }

    @inline(__always)
    package var bytes: Bytes { Bytes(base: UnsafeRawPointer(base), count: count) }

    @inline(__always)
    private func append<T: FixedWidthInteger>(_ value: T) {
        base.storeBytes(of: value.bigEndian, toByteOffset: count, as: T.self)
        count &+= MemoryLayout<T>.size
    }

    @inline(__always) @discardableResult
    package func begin(_ index: IndexByte) -> KeyBuilder {
        count = 0
        append(index.rawValue)
        return self
    }

    @inline(__always) @discardableResult
    package func u8(_ value: UInt8) -> KeyBuilder {
        append(value)
        return self
    }

    @inline(__always) @discardableResult
    package func u16(_ value: UInt16) -> KeyBuilder {
        append(value)
        return self
    }

    @inline(__always) @discardableResult
    package func u32(_ value: UInt32) -> KeyBuilder {
        append(value)
        return self
    }

    @inline(__always) @discardableResult
    package func u64(_ value: UInt64) -> KeyBuilder {
        append(value)
        return self
    }

    @inline(__always) @discardableResult
    package func sequence(_ value: UInt64) -> KeyBuilder {
        append(UInt16(truncatingIfNeeded: value >> 32))
        append(UInt32(truncatingIfNeeded: value))
        return self
    }

    @inline(__always) @discardableResult
    package func day(_ value: Int32) -> KeyBuilder {
        append(value.sortable)
        return self
    }

    @discardableResult
    package func text(_ value: Bytes) -> KeyBuilder {
        let length = Swift.min(value.count, 192)
        precondition(count &+ length <= Self.capacity, "a key of more than 512 bytes")
        (base + count).copyMemory(from: value.base, byteCount: length)
        count &+= length
        return self
    }

    @discardableResult
    package func text(_ value: String) -> KeyBuilder {
        Array(value.utf8).withBytes { text($0) }
    }
}

extension Int32 {
    /// As a number whose byte order is the day's order.
    var sortable: UInt32 { UInt32(bitPattern: self) ^ 0x8000_0000 }
}

extension Int64 {
    /// A time as a number whose byte order is the order of time.
    package var sortable: UInt64 { UInt64(bitPattern: self) ^ 1 << 63 }

    package init(sortable: UInt64) { self = Int64(bitPattern: sortable ^ 1 << 63) }
}

/// Reads the fields of a key back.
package struct KeyReader {
    private let key: Bytes
    private var offset = 1

    package init(_ key: Bytes) { self.key = key }

    package mutating func u8() -> UInt8 { next(1, UInt8.self) }
    package mutating func u16() -> UInt16 { next(2, UInt16.self) }
    package mutating func u32() -> UInt32 { next(4, UInt32.self) }
    package mutating func sequence() -> UInt64 {
        let high = UInt64(u16())
        return high << 32 | UInt64(u32())
    }
    package mutating func day() -> Int32 { Int32(bitPattern: u32() ^ 0x8000_0000) }
    package var rest: Bytes { key.dropFirst(Swift.min(offset, key.count)) }

    private mutating func next<T: FixedWidthInteger>(_ width: Int, _: T.Type) -> T {
        guard offset + width <= key.count else {
            offset = key.count
            return 0
        }
        defer { offset += width }
        return key.bigEndian(at: offset)
    }
}
