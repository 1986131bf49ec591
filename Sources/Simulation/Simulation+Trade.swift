import Accounting
import Bytes
import Commerce
import Events

/// What trade brings besides: gift cards, holds, chargebacks.
enum TradeStep: UInt8 {
    case chargeback, reverseChargeback, expireHold
}

/// Gift cards that were sold and not used up.
struct TradeState {
    var cards: [(number: Int, leftMinor: Int64)] = []
    var cardsSold = 0
    var holds = 0
}

extension Simulation {
    private static let dayUs: Int64 = 86_400_000_000
    private static let chargebackFeeMinor: Int64 = 1_500

    /// Before Christmas most of all, cards are sold as presents.
    func sellCard(to order: SimulatedOrder) throws {
        let month = calendar.day(at: nowUs).month
        guard chance.happens(perMille: month == 12 ? 25 : 6) else { return }
        trade.cardsSold += 1
        let number = trade.cardsSold
        let amount = [2_500, 5_000, 10_000][chance.weighted([50, 35, 15])]
        try tell(Books.market) { event in
            event.giftCardSold {
                $0.card(names("carte-", number))
                $0.buyer(buyer(order))
                $0.institution(Bytes(Town.institutions[order.institution]))
                $0.amountMinor(Int64(amount))
                $0.currency("CAD")
            }
        }
        capture(Books.market, order.institution, Int64(amount))
        trade.cards.append((number, Int64(amount)))
    }

    /// A card pays what it can of some orders; what it paid.
    func redeemCard(_ number: Int) throws -> Int64 {
        guard chance.happens(perMille: 8), let card = trade.cards.first else { return 0 }
        trade.cards.removeFirst()
        let total = shop.orders[number].totalMinor
        let amount = min(card.leftMinor, total)
        shop.payments += 1
        let payment = names("pk-", shop.payments)
        try tell(Books.market) { event in
            event.giftCardRedeemed {
                $0.card(names("carte-", card.number))
                $0.payment(payment)
                $0.order(order(number))
                $0.amountMinor(amount)
                $0.currency("CAD")
            }
        }
        shop.orders[number].card = card.number
        shop.orders[number].cardMinor = amount
        if card.leftMinor > amount { trade.cards.append((card.number, card.leftMinor - amount)) }
        return amount
    }

    /// Some amounts are held before they are captured; some holds are let go, or forgotten until they expire.
    ///
    /// - Returns: the hold that the capture draws on, or none.
    func hold(_ number: Int, _ amountMinor: Int64) throws -> Int? {
        let fate = chance.weighted([965, 25, 5, 5])
        guard fate > 0, amountMinor > 0 else { return nil }
        trade.holds += 1
        let hold = trade.holds
        let placed = shop.orders[number]
        try tell(Books.market) { event in
            event.paymentAuthorized {
                $0.authorization(names("aut-", hold))
                $0.order(order(number))
                $0.institution(Bytes(Town.institutions[placed.institution]))
                $0.amountMinor(amountMinor)
                $0.currency("CAD")
                $0.expiresAt { $0.write(microseconds: nowUs + 7 * Self.dayUs) }
            }
        }
        switch fate {
        case 1: return hold
        case 2:
            try tell(Books.market) { event in
                event.authorizationVoided {
                    $0.authorization(names("aut-", hold))
                    $0.reason("payé autrement")
                }
            }
        default: agenda.plan(.trade(hold, .expireHold), at: nowUs + 7 * Self.dayUs + 60_000_000)
        }
        return nil
    }

    func move(trade number: Int, _ step: TradeStep) throws {
        switch step {
        case .expireHold:
            try tell(Books.market) { event in
                event.authorizationExpired { $0.authorization(names("aut-", number)) }
            }
        case .chargeback:
            let placed = shop.orders[number]
            let amount = placed.totalMinor - placed.cardMinor
            guard amount > 0 else { return }
            try tell(Books.market) { event in
                event.chargebackReceived {
                    $0.chargeback(names("retro-", number + 1))
                    $0.order(order(number))
                    $0.institution(Bytes(Town.institutions[placed.institution]))
                    $0.amountMinor(amount)
                    $0.currency("CAD")
                    $0.feeMinor(Self.chargebackFeeMinor)
                    $0.reason("opération contestée")
                }
            }
            capture(Books.market, placed.institution, -(amount + Self.chargebackFeeMinor))
            guard chance.happens(perMille: 350) else { return }
            agenda.plan(.trade(number, .reverseChargeback), at: nowUs + chance.within(10...30) * Self.dayUs)
        case .reverseChargeback:
            let placed = shop.orders[number]
            let amount = placed.totalMinor - placed.cardMinor
            try tell(Books.market) { event in
                event.chargebackReversed {
                    $0.chargeback(names("retro-", number + 1))
                    $0.institution(Bytes(Town.institutions[placed.institution]))
                    $0.amountMinor(amount)
                    $0.currency("CAD")
                }
            }
            capture(Books.market, placed.institution, amount)
        }
    }

    // MARK: catalogue and accounts

    /// Things of one season are listed on its first day and withdrawn on the next one's; a description is put right.
    func renewCatalogue() throws {
        let month = calendar.day(at: nowUs).month
        let item = town.products[town.ordinary[chance.below(town.ordinary.count)]]
        if let seasonal = catalogue.seasonal {
            try tell(Books.market) { event in
                event.productDelisted {
                    $0.product(names("saison-", seasonal))
                    $0.reason("fin de saison")
                }
            }
        }
        catalogue.seasons += 1
        let number = catalogue.seasons
        catalogue.seasonal = number
        for isRevised in [false, true] {
            let text = "Article du mois \(month)" + (isRevised ? ", nouveau format" : "")
            try tell(Books.market) { event in
                if isRevised {
                    event.productRevised {
                        $0.product(names("saison-", number))
                        $0.seller(seller(item.seller))
                        $0.taxClass(item.taxClass)
                        $0.department(Town.categories[item.category])
                        $0.category(Town.categories[item.category])
                        $0.description(text)
                        $0.unitPriceMinor(item.priceMinor)
                    }
                } else {
                    event.productListed {
                        $0.product(names("saison-", number))
                        $0.seller(seller(item.seller))
                        $0.taxClass(item.taxClass)
                        $0.department(Town.categories[item.category])
                        $0.category(Town.categories[item.category])
                        $0.description(text)
                        $0.unitPriceMinor(item.priceMinor)
                    }
                }
            }
        }
    }

    /// What was posted to the wrong account is corrected by two other people.
    func correctWages(_ amount: Int64) throws {
        guard calendar.day(at: nowUs).day == 15, chance.happens(perMille: 250) else { return }
        let wrong = UInt64(events - 1)
        try tell(Books.market) { event in
            event.correctionPosted { entry in
                entry.correctedSequence(wrong)
                for (account, minor) in [("expenses:wages", amount - 10_000), ("expenses:other", 10_000)] {
                    entry.replacement {
                        $0.account(account)
                        $0.currency("CAD")
                        $0.debitMinor(minor)
                    }
                }
                entry.replacement {
                    $0.account("assets:bank")
                    $0.party("815")
                    $0.currency("CAD")
                    $0.creditMinor(amount)
                }
                entry.reason("formation comptée comme salaire")
                entry.preparer("t-2")
                entry.approver("t-3")
            }
        }
    }

    /// A fortnight after its end a month takes no more facts; the year's last one waits for the close.
    func lockMonth() throws {
        guard let last = calendar.day(at: nowUs).firstOfMonth.adding(days: -1), last >= options.from,
            last.year == options.from.year, last.month < 12
        else { return }
        try tell(Books.market) { event in
            event.periodLocked {
                $0.throughDate(last.text)
                $0.reason("fin de mois")
            }
        }
    }

    /// Some shelves are counted; now and then a copy is missing, or spoiled.
    func countStock() throws {
        for _ in 0..<3 {
            let book = chance.below(town.storedBooks)
            let isMissing = stock[book] > 0 && chance.happens(perMille: 200)
            catalogue.counts += 1
            let number = catalogue.counts
            if isMissing {
                stock[book] -= 1
                shelf[book] -= 1
            }
            try tell(Books.booksellers) { event in
                event.stockCounted {
                    $0.count(names("denombrement-", number))
                    $0.site("entrepot-montreal")
                    $0.product(product(town.firstStoredBook + book))
                    $0.counted(Int64(shelf[book]))
                }
            }
        }
        let spoiled = chance.below(town.storedBooks)
        guard stock[spoiled] > 0 else { return }
        stock[spoiled] -= 1
        shelf[spoiled] -= 1
        catalogue.counts += 1
        let number = catalogue.counts
        try tell(Books.booksellers) { event in
            event.stockAdjusted {
                $0.adjustment(names("ajustement-", number))
                $0.site("entrepot-montreal")
                $0.product(product(town.firstStoredBook + spoiled))
                $0.change(-1)
                $0.reason("exemplaire abîmé")
            }
        }
    }
}

/// What changes in the catalogue and on the shelves.
struct CatalogueState {
    var seasons = 0
    var seasonal: Int?
    var counts = 0
}
