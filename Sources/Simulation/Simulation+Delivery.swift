import Bytes
import Commerce
import Events

/// What happens to a parcel next.
enum ParcelStep: UInt8 {
    case prepare, transfer, place, deliver, remind, collect, collectLate, expire, sendBack, lose
}

extension Simulation {
    private static let minuteUs: Int64 = 60_000_000
    private static let hourUs: Int64 = 3_600_000_000

    func planParcel(_ number: Int) {
        agenda.plan(.parcel(order: number, .prepare), at: nowUs + chance.within(10...50) * Self.minuteUs)
    }

    func move(_ number: Int, _ step: ParcelStep) throws {
        switch step {
        case .prepare: try prepare(number)
        case .transfer: try transfer(number)
        case .place: try place(number)
        case .deliver:
            try tell(Books.market) { event in event.parcelDelivered { $0.parcel(parcel(number)) } }
            try handOver(number)
        case .remind: try tell(Books.market) { event in event.pickupReminded { $0.parcel(parcel(number)) } }
        case .collect:
            // A locker without a network tells late: within a day, of what happened before.
            guard !chance.happens(perMille: 8) else {
                shop.orders[number].collectedUs = nowUs
                return agenda.plan(
                    .parcel(order: number, .collectLate), at: nowUs + chance.within(2...26) * Self.hourUs)
            }
            try collect(number, at: nowUs)
        case .collectLate: try collect(number, at: shop.orders[number].collectedUs)
        case .expire:
            try tell(Books.market) { event in event.pickupExpired { $0.parcel(parcel(number)) } }
            agenda.plan(.parcel(order: number, .sendBack), at: nowUs + chance.within(4...20) * Self.hourUs)
        case .sendBack:
            try tell(Books.market) { event in
                event.parcelReturned {
                    $0.parcel(parcel(number))
                    $0.reason("non réclamé")
                }
            }
            release(number)
            try takeBack(number, "colis non réclamé")
        case .lose:
            try tell(Books.market) { event in
                event.parcelLost {
                    $0.parcel(parcel(number))
                    $0.reason("introuvable")
                }
            }
            try takeBack(number, "colis perdu")
        }
    }

    private func collect(_ number: Int, at us: Int64) throws {
        try tell(Books.market, at: us) { event in event.parcelCollected { $0.parcel(parcel(number)) } }
        release(number)
        try handOver(number)
    }

    /// The carrier let it fall; a tenth of it is spoiled.
    func damage(_ number: Int) throws {
        let amount = max(1, worth(number) / 10)
        try tell(Books.market) { event in
            event.parcelDamaged {
                $0.parcel(parcel(number))
                $0.damageMinor(amount)
                $0.reason("boîte écrasée")
            }
        }
    }

    /// A parcel holds what its retailer, that of the first line, sold in the order.
    private func worth(_ number: Int) -> Int64 {
        let lines = shop.orders[number].lines
        let retailer = town.products[lines[0].product].seller
        return lines.reduce(0) { $0 + (town.products[$1.product].seller == retailer ? $1.amountMinor : 0) }
    }

    private func prepare(_ number: Int) throws {
        if isStored(number) { try ship(number) }
        let placed = shop.orders[number]
        let size = chance.weighted([60, 30, 10])
        shop.orders[number].size = size
        shop.orders[number].site = placed.member % town.lockerSites
        shop.orders[number].carrier = chance.below(town.carriers)
        let retailer = town.products[placed.lines[0].product].seller
        let worth = worth(number)
        try tell(Books.market) { event in
            event.parcelPrepared {
                $0.parcel(parcel(number))
                $0.order(order(number))
                $0.retailer(seller(retailer))
                $0.size(CompartmentSize.all[size])
                $0.weightGrams(chance.within(80...(900 + 2_000 * Int64(size))))
                $0.valueMinor(worth)
                $0.currency("CAD")
                if placed.mode != .door { $0.site(site(shop.orders[number].site)) }
            }
        }
        agenda.plan(.parcel(order: number, .transfer), at: nowUs + chance.within(10...40) * Self.minuteUs)
    }

    private func transfer(_ number: Int) throws {
        let placed = shop.orders[number]
        let retailer = town.products[placed.lines[0].product].seller
        try tell(Books.market) { event in
            event.parcelTransferred {
                $0.parcel(parcel(number))
                $0.from(seller(retailer))
                $0.to(carrier(placed.carrier))
            }
        }
        guard !chance.happens(perMille: 2) else {
            return agenda.plan(.parcel(order: number, .lose), at: nowUs + chance.within(24...72) * Self.hourUs)
        }
        if chance.happens(perMille: 4) { agenda.plan(.damaged(order: number), at: nowUs + 10 * Self.minuteUs) }
        let isLate = chance.happens(perMille: 45)
        let minutes: Int64
        switch placed.mode {
        case .locker4H: minutes = isLate ? chance.within(200...600) : chance.within(20...140)
        case .locker24H: minutes = isLate ? chance.within(1_400...3_000) : chance.within(120...1_200)
        default: minutes = chance.within(60...2_400)
        }
        agenda.plan(
            .parcel(order: number, placed.mode == .door ? .deliver : .place), at: nowUs + minutes * Self.minuteUs)
    }

    /// In a free compartment of that size; a full site takes it as soon as one is free.
    private func place(_ number: Int) throws {
        let placed = shop.orders[number]
        guard let compartment = shop.free[placed.site][placed.size].popLast() else {
            return agenda.plan(.parcel(order: number, .place), at: nowUs + 45 * Self.minuteUs)
        }
        shop.orders[number].compartment = compartment
        try tell(Books.market) { event in
            event.parcelPlaced {
                $0.parcel(parcel(number))
                $0.site(site(placed.site))
                $0.compartment(UInt32(compartment))
                $0.size(CompartmentSize.all[placed.size])
            }
        }
        // One scan in two hundred is a mistake: undone, and told again.
        if chance.happens(perMille: 5) {
            let scanned = UInt64(events - 1)
            try tell(Books.market, at: nowUs + Self.minuteUs) { event in
                event.scanVoided {
                    $0.parcel(parcel(number))
                    $0.scannedSequence(scanned)
                    $0.reason("mauvais colis lu")
                }
            }
            try tell(Books.market, at: nowUs + 2 * Self.minuteUs) { event in
                event.parcelPlaced {
                    $0.parcel(parcel(number))
                    $0.site(site(placed.site))
                    $0.compartment(UInt32(compartment))
                    $0.size(CompartmentSize.all[placed.size])
                }
            }
        }
        if chance.happens(perMille: 25) {
            agenda.plan(.parcel(order: number, .remind), at: nowUs + 48 * Self.hourUs)
            agenda.plan(
                .parcel(order: number, .expire), at: nowUs + Int64(Terms.pickupHours) * Self.hourUs + 3 * Self.minuteUs)
        } else {
            agenda.plan(.parcel(order: number, .collect), at: nowUs + chance.within(40...2_000) * Self.minuteUs)
        }
    }

    private func release(_ number: Int) {
        let placed = shop.orders[number]
        shop.free[placed.site][placed.size].append(placed.compartment)
    }
}
