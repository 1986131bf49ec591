import Accounting
import Bytes
import Commerce
import Events

/// What events do to funds held for others and to the money in trust, by effective day.
///
/// A seller is owed from the purchase on, but nothing is held before the buyer has paid: of each order and ride, what is not collected yet is left out. What
/// came in is the holders' first, and only then the cooperative's.
final class TrustFold {
    /// Whose funds, and why. What is below zero is owed by the holder and is never set off against another's.
    private struct Place: Hashable {
        let account: AccountCode
        let party: UInt32
        /// Credits of orders and rides stand apart from what the same person owes otherwise.
        var isOfDeal = false
    }

    private struct DatedPlace: Hashable {
        let day: Int32
        let place: Place
    }

    private struct DatedCash: Hashable {
        let day: Int32
        let institution: UInt32
        let isTransit: Bool
    }

    /// An order or a ride that is not settled between its buyer and the book.
    private struct Deal {
        /// What each who pays owes still; below zero: is to get back.
        var debts: [(party: UInt32, minor: Int64)] = []
        var chargedMinor: Int64 = 0
        /// What of it is others', and how much of that nobody has paid yet.
        var shares: [(place: Place, minor: Int64, uncollected: Int64)] = []
        /// What payers are to get back, as counted.
        var credits: [(party: UInt32, minor: Int64)] = []

        var isSettled: Bool {
            debts.allSatisfy { $0.minor == 0 } && shares.allSatisfy { $0.uncollected == 0 }
                && credits.allSatisfy { $0.minor == 0 }
        }

        mutating func owe(_ party: UInt32, _ minor: Int64) {
            if let at = debts.firstIndex(where: { $0.party == party }) {
                debts[at].minor &+= minor
            } else {
                debts.append((party, minor))
            }
        }

        mutating func share(_ place: Place, _ minor: Int64) {
            if let at = shares.firstIndex(where: { $0.place == place }) {
                shares[at].minor &+= minor
            } else {
                shares.append((place, minor, 0))
            }
        }
    }

    private let book: Book
    private var held: [DatedPlace: Int64] = [:]
    private var cash: [DatedCash: Int64] = [:]
    private var deals: [UInt64: Deal] = [:]

    init(_ book: Book) { self.book = book }

    // MARK: events

    func add(_ fact: Fact, _ journal: JournalEntry, _ views: Views) {
        var deal: (number: UInt64, payer: UInt32?, isCharge: Bool)?
        var isDealKnown = false
        for posting in journal.postings
        where posting.book == book.id && posting.currency == book.currency.rawValue {
            guard let account = AccountCode(rawValue: posting.account) else { continue }
            switch account {
            case .trustBank, .inTransit:
                let key = DatedCash(
                    day: fact.day, institution: posting.party, isTransit: account == .inTransit)
                cash[key, default: 0] &+= posting.amountMinor
            case .giftCards: hold(Place(account: account, party: 0), 0 &- posting.amountMinor, fact.day)
            case .payoutsInTransit:
                // Until the institution has paid, the money of a payout is the payee's still.
                guard let payee = payee(fact, views) else { continue }
                hold(Place(account: account, party: payee), 0 &- posting.amountMinor, fact.day)
            case _ where HeldFunds.accounts.contains(account):
                if !isDealKnown {
                    deal = self.deal(fact, views)
                    isDealKnown = true
                }
                let place = Place(account: account, party: posting.party)
                guard account != .receivable else {
                    if let deal, deal.payer ?? posting.party == posting.party {
                        deals[deal.number, default: Deal()].owe(posting.party, posting.amountMinor)
                        if deal.isCharge { deals[deal.number]?.chargedMinor &+= posting.amountMinor }
                    } else {
                        hold(place, 0 &- posting.amountMinor, fact.day)
                    }
                    continue
                }
                hold(place, 0 &- posting.amountMinor, fact.day)
                // An event that charges its payer has all there is to know; what is settled already has nothing left to collect.
                if let deal, deal.isCharge || deals[deal.number] != nil {
                    deals[deal.number, default: Deal()].share(place, 0 &- posting.amountMinor)
                }
            default: continue
            }
        }
        if let deal { settle(deal.number, fact.day) }
        // Payouts whose settlement was taken back: what is under way is the payees' again.
        if case .entryUnmatched(let bytes)? = fact.event.body, fact.book?.id == book.id,
            let body = try? EntryUnmatchedView(bytes)
        {
            for payout in views.payoutsTakenBack(body, book) where HeldFunds.accounts.contains(payout.account) {
                hold(Place(account: .payoutsInTransit, party: payout.payee), payout.amountMinor, fact.day)
            }
        }
    }

    private func hold(_ place: Place, _ minor: Int64, _ day: Int32) {
        guard minor != 0 else { return }
        held[DatedPlace(day: day, place: place), default: 0] &+= minor
    }

    /// Counts what is uncollected of a deal and what goes back, as it is now.
    private func settle(_ number: UInt64, _ day: Int32) {
        guard var deal = deals[number] else { return }
        let owed = deal.debts.reduce(Int64(0)) { $0 &+ max(0, $1.minor) }
        let bases = deal.shares.map { max(0, $0.minor) }
        let others = bases.reduce(0, &+)
        let uncollected = min(others, max(0, owed &- max(0, deal.chargedMinor &- others)))
        let parts =
            uncollected == others
            ? bases
            : (try? LargestRemainder.shares(pool: uncollected, bases: bases, tieBreak: Array(bases.indices)))
                ?? bases.map { _ in 0 }
        for (at, part) in parts.enumerated() {
            hold(deal.shares[at].place, deal.shares[at].uncollected &- part, day)
            deal.shares[at].uncollected = part
        }
        for (party, minor) in deal.debts {
            let credit = max(0, 0 &- minor)
            let at = deal.credits.firstIndex { $0.party == party }
            let before = at.map { deal.credits[$0].minor } ?? 0
            guard credit != before else { continue }
            hold(Place(account: .receivable, party: party, isOfDeal: true), credit &- before, day)
            if let at { deal.credits[at].minor = credit } else { deal.credits.append((party, credit)) }
        }
        deals[number] = deal.isSettled ? nil : deal
    }

    /// The order or ride that an event is about: its number, who pays where only one does, and whether the event says what is charged.
    private func deal(_ fact: Fact, _ views: Views) -> (number: UInt64, payer: UInt32?, isCharge: Bool)? {
        guard let own = fact.book, own.id == book.id else { return nil }
        func order(_ name: Bytes?, isCharge: Bool = false) -> (UInt64, UInt32?, Bool)? {
            name.flatMap { views.order($0, own) }.map { ($0.sequence, $0.buyer, isCharge) }
        }
        func ride(_ name: Bytes?, isCharge: Bool = false) -> (UInt64, UInt32?, Bool)? {
            name.flatMap { views.ride($0, own) }.map { ($0.sequence, nil, isCharge) }
        }
        switch fact.event.body {
        case .purchasePlaced(let b)?: return order((try? PurchasePlacedView(b))?.order, isCharge: true)
        case .purchaseRefunded(let b)?: return order((try? PurchaseRefundedView(b))?.order, isCharge: true)
        case .purchaseCancelled(let b)?: return order((try? PurchaseCancelledView(b))?.order, isCharge: true)
        case .orderHandedOver(let b)?: return order((try? OrderHandedOverView(b))?.order)
        case .licenceGranted(let b)?: return order((try? LicenceGrantedView(b))?.order)
        case .paymentCaptured(let b)?: return order((try? PaymentCapturedView(b))?.order)
        case .paymentRefunded(let b)?: return order((try? PaymentRefundedView(b))?.order)
        case .giftCardRedeemed(let b)?: return order((try? GiftCardRedeemedView(b))?.order)
        case .chargebackReceived(let b)?:
            guard let body = try? ChargebackReceivedView(b), body.paymentSequence == 0 else { return nil }
            return order(body.order)
        case .chargebackReversed(let b)?:
            guard let name = (try? ChargebackReversedView(b))?.chargeback, let record = views.chargeback(name, own),
                !record.isOfPayment, let purchase = views.event(record.orderSequence)
            else { return nil }
            return order((try? PurchasePlacedView(purchase.bodyBytes))?.order)
        case .rideCompleted(let b)?: return ride((try? RideCompletedView(b))?.ride, isCharge: true)
        case .rideCancelled(let b)?: return ride((try? RideCancelledView(b))?.ride, isCharge: true)
        case .rideRefunded(let b)?: return ride((try? RideRefundedView(b))?.ride, isCharge: true)
        case .ridePaid(let b)?: return ride((try? RidePaidView(b))?.ride)
        default: return nil
        }
    }

    /// Whose money a payout under way is; `nil` where it pays a debt of the cooperative's own.
    private func payee(_ fact: Fact, _ views: Views) -> UInt32? {
        let name: Bytes? =
            switch fact.event.body {
            case .payoutInstructed(let b)?: (try? PayoutInstructedView(b))?.payout
            case .payoutSettled(let b)?: (try? PayoutSettledView(b))?.payout
            case .payoutReturned(let b)?: (try? PayoutReturnedView(b))?.payout
            default: nil
            }
        guard let name, let own = fact.book, let payout = views.payout(name, own),
            HeldFunds.accounts.contains(payout.account)
        else { return nil }
        return payout.payee
    }

    // MARK: days

    struct Balances {
        var days: [TrustDay] = []
        var holders: [(account: AccountCode, party: UInt32, minor: Int64)] = []
        var places: [(institution: UInt32, trustMinor: Int64, transitMinor: Int64)] = []
        var shortSince: CivilDate?
    }

    /// The end of each day asked for. `own`: only this holder's.
    ///
    /// - Parameter accounts: when the trust account of an institution counts; only there is what is in transit on its way to trust.
    func balances(
        from first: Int32, through last: Int32, of own: UInt32?, _ accounts: [UInt32: [ClosedRange<Int32>]]
    ) -> Balances {
        var result = Balances()
        let changes = held.filter { $0.key.day <= last && (own == nil || $0.key.place.party == own) }
            .sorted { $0.key.day < $1.key.day }
        let moves = cash.filter { $0.key.day <= last }.sorted { $0.key.day < $1.key.day }
        var balances: [Place: Int64] = [:]
        var trust: [UInt32: Int64] = [:]
        var transit: [UInt32: Int64] = [:]
        var heldMinor: Int64 = 0
        var (change, move) = (0, 0)
        func isTrust(_ institution: UInt32, _ day: Int32) -> Bool {
            accounts[institution]?.contains { $0.contains(day) } ?? false
        }
        // The days on which something is known to change, and all that are asked for.
        var marks = Set(changes.map(\.key.day) + moves.map(\.key.day) + accounts.values.joined().map(\.lowerBound))
        if first <= last { marks.formUnion(first...last) }
        for day in marks.sorted() where day <= last {
            while change < changes.count, changes[change].key.day == day {
                let place = changes[change].key.place
                let before = balances[place] ?? 0
                let after = before &+ changes[change].value
                balances[place] = after
                heldMinor = heldMinor &+ max(0, after) &- max(0, before)
                change += 1
            }
            while move < moves.count, moves[move].key.day == day {
                let key = moves[move].key
                if key.isTransit {
                    transit[key.institution, default: 0] &+= moves[move].value
                } else {
                    trust[key.institution, default: 0] &+= moves[move].value
                }
                move += 1
            }
            let transitMinor = transit.reduce(Int64(0)) { isTrust($1.key, day) ? $0 &+ $1.value : $0 }
            let end = TrustDay(
                day: CivilDate(clampingDays: Int64(day)), heldMinor: heldMinor,
                trustMinor: own == nil ? trust.values.reduce(0, &+) : nil,
                inTransitMinor: own == nil ? transitMinor : nil)
            result.shortSince = end.isShort ? result.shortSince ?? end.day : nil
            if day >= first { result.days.append(end) }
        }
        var sums: [Place: Int64] = [:]
        for (place, minor) in balances where minor > 0 {
            sums[Place(account: place.account, party: place.party), default: 0] &+= minor
        }
        result.holders = sums.map { ($0.key.account, $0.key.party, $0.value) }
        let institutions = Set(trust.keys).union(accounts.keys)
        result.places = institutions.map {
            ($0, trust[$0] ?? 0, isTrust($0, last) ? transit[$0] ?? 0 : 0)
        }
        return result
    }
}
