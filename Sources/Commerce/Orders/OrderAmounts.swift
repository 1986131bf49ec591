import Accounting
import Bytes
import Events
import Index

/// A seller's registrations as an admission lists them: from which day for which taxes of a table (bit n: its tax n).
struct Registrations {
    let table: TaxTable
    let taxes: [(fromDay: Int32, bits: UInt64)]
}

/// What an order is worth to everybody in it: computed from its lines, less what was refunded.
///
/// A purchase posts these amounts; a refund or a cancellation posts the difference between those before and those after, so that what
/// remains is always exactly what a purchase of the remaining lines would have been. Reused from event to event.
final class OrderAmounts {
    struct Seller {
        let party: UInt32
        /// The seller is a cooperative with a book in the ledger.
        var isBook = false
        var merchandise: Int64 = 0
        /// Discounts that the cooperative pays for.
        var funded: Int64 = 0
        /// Discounts that manufacturers and media pay for through the cooperative.
        var sponsored: Int64 = 0
        var commission: Int64 = 0
        /// Taxes that a registered seller remits itself.
        var taxes: Int64 = 0
        /// Bit n: registered for tax n of the table of the place of supply.
        var registered: UInt64 = 0
        /// Bit n: registered for tax n of the book's own table, which a commission bears: that service is supplied to the seller.
        var registeredAtHome: UInt64 = 0

        var payable: Int64 { merchandise + funded + sponsored - commission + taxes }
    }

    /// Who pays discounts through the cooperative, and how much.
    struct Sponsor {
        let party: UInt32
        var amount: Int64 = 0
    }

    struct Tax {
        let account: UInt16
        var charged: Int64 = 0
        /// The part that the cooperative owes as deemed supplier.
        var owed: Int64 = 0
    }

    private(set) var sellers: [Seller] = []
    private(set) var taxes: [Tax] = []
    private(set) var merchandise: Int64 = 0
    private(set) var commission: Int64 = 0
    private(set) var total: Int64 = 0
    /// Discounts that the cooperative pays for, of all sellers.
    private(set) var funded: Int64 = 0
    /// Empty for nearly every order.
    private(set) var sponsors: [Sponsor] = []
    private(set) var lines = 0
    /// Amounts by seller and tax class, eight a seller.
    private var bases: [Int64] = []
    /// Taxes rounded line by line, by seller and tax; empty where the order is the basis.
    private var lineTaxes: [Int64] = []
    /// Taxes that registered sellers remit themselves, by seller and tax; empty while no such seller has a book in the ledger.
    private var sellerTaxes: [Int64] = []
    /// Taxes on the commission by seller and tax of the book's own table; empty while no seller is registered.
    private var commissionTaxes: [Int64] = []
    /// The accounts those taxes are owed on.
    private(set) var commissionAccounts: [UInt16] = []

    /// Nothing bought yet.
    func clear() {
        sellers.removeAll(keepingCapacity: true)
        taxes.removeAll(keepingCapacity: true)
        bases.removeAll(keepingCapacity: true)
        lineTaxes.removeAll(keepingCapacity: true)
        sellerTaxes.removeAll(keepingCapacity: true)
        commissionTaxes.removeAll(keepingCapacity: true)
        commissionAccounts.removeAll(keepingCapacity: true)
        sponsors.removeAll(keepingCapacity: true)
        merchandise = 0
        commission = 0
        total = 0
        funded = 0
        lines = 0
    }

    /// Computes the amounts of a purchase of which `refunded[i]` was taken back of line i (no entries: nothing was).
    func compute(
        _ purchase: PurchasePlacedView, refunded: [Counters] = [], cancelled: Bool = false, at us: Int64,
        sequence: UInt64,
        book: Book, views: Views
    ) throws(MoneyError) {
        clear()
        let table = book.taxes(in: purchase.jurisdiction, at: us, knownAt: sequence)
        let home = purchase.jurisdiction.isEmpty ? table : book.taxes(at: us, knownAt: sequence)
        var seller = 0
        var sellerName = Bytes.none
        for encoded in purchase.lines {
            guard let line = try? encoded.view() else { continue }
            var amount = cancelled ? 0 : line.amountMinor
            let back = lines < refunded.count ? refunded[lines] : Counters()
            amount -= back.first
            lines += 1
            if sellers.isEmpty || line.seller != sellerName {
                sellerName = line.seller
                seller = index(of: sellerName, at: us, knownAt: sequence, table, home, book, views)
            }
            sellers[seller].merchandise = try Money.sum(sellers[seller].merchandise, amount)
            merchandise = try Money.sum(merchandise, amount)
            let taxClass = line.taxClass.rawValue
            if (0..<8).contains(taxClass) { bases[seller * 8 + taxClass] += amount }
            if table.basis == .line {
                for (index, tax) in table.taxes.enumerated() where tax.rates[taxClass] > 0 {
                    let at = seller * table.taxes.count + index
                    lineTaxes[at] = try Money.sum(lineTaxes[at], RatePpm(tax.rates[taxClass]).applied(to: amount))
                }
            }
            if !line.discounts.isEmpty, !cancelled {
                let part = try fundedPart(
                    line, remaining: amount, quantity: line.quantity - back.second, seller: seller, views)
                sellers[seller].funded = try Money.sum(sellers[seller].funded, part)
                funded = try Money.sum(funded, part)
            }
        }
        commission = try book.commission(at: us, knownAt: sequence).applied(to: merchandise)
        try shareCommission()
        total = merchandise
        var registered: UInt64 = 0
        for seller in sellers { registered |= seller.registered }
        for index in table.taxes.indices {
            let charged =
                table.basis == .line ? try lineTax(index, of: table.taxes.count) : try orderTax(table.bands[index])
            var owed = charged
            if registered & (1 << UInt64(index)) != 0 {
                owed = try shareTax(charged, table.taxes[index], index, of: table.taxes.count)
            }
            taxes.append(Tax(account: table.taxes[index].account, charged: charged, owed: owed))
            total = try Money.sum(total, charged)
        }
        for seller in sellers where seller.registeredAtHome != 0 { return try taxCommission(home) }
    }

    private func index(
        of name: Bytes, at us: Int64, knownAt sequence: UInt64, _ table: TaxTable, _ home: TaxTable, _ book: Book,
        _ views: Views
    ) -> Int {
        let party = views.party(.identity, name) ?? 0
        if let known = sellers.firstIndex(where: { $0.party == party }) { return known }
        var seller = Seller(party: party)
        if let member = views.member(party, book) {
            seller.isBook = member.isBook
            if member.hasRegistrations || member.admittedSequence >= sequence,
                let admitted = views.admission(party, member, knownAt: sequence, book)
            {
                seller.registered = registrations(admitted, at: us, table, book, views)
                seller.registeredAtHome =
                    table === home ? seller.registered : registrations(admitted, at: us, home, book, views)
            }
        }
        sellers.append(seller)
        for _ in 0..<8 { bases.append(0) }
        if table.basis == .line { for _ in table.taxes { lineTaxes.append(0) } }
        return sellers.count - 1
    }

    /// Registration numbers and dates decide who is supplier (T-0.1 s.477.18.4). GST and HST are one registration.
    private func registrations(_ admission: UInt64, at us: Int64, _ table: TaxTable, _ book: Book, _ views: Views)
        -> UInt64
    {
        let day = book.day(us)
        let known = views.registrations[admission]?.first { $0.table === table } ?? read(admission, table, views)
        return known.taxes.reduce(0) { $1.fromDay <= day ? $0 | $1.bits : $0 }
    }

    private func read(_ admission: UInt64, _ table: TaxTable, _ views: Views) -> Registrations {
        var taxes: [(fromDay: Int32, bits: UInt64)] = []
        guard let admitted = views.body(MemberAdmittedView.self, of: admission) else {
            return Registrations(table: table, taxes: [])
        }
        for encoded in admitted.registrations {
            guard let registration = try? encoded.view(),
                let from = try? CivilDate.parse(utf8: registration.fromDate.buffer)
            else { continue }
            var bits: UInt64 = 0
            for (index, tax) in table.taxes.enumerated()
            where index < 64
                && (tax.isNamed(registration.tax) || registration.tax == "gst" && tax.isNamed(Bytes("hst")))
            {
                bits |= 1 << UInt64(index)
            }
            taxes.append((from.daysSinceEpoch, bits))
        }
        let known = Registrations(table: table, taxes: taxes)
        views.registrations[admission, default: []].append(known)
        return known
    }

    /// What the cooperative pays of a line, in proportion to what remains of it: by amount, or by quantity where the buyer paid nothing.
    /// What others pay through it is added to the sponsors.
    private func fundedPart(
        _ line: PurchaseLineView, remaining: Int64, quantity: Int64, seller: Int, _ views: Views
    ) throws(MoneyError) -> Int64 {
        let (part, whole) =
            line.amountMinor != 0 ? (remaining, line.amountMinor) : (quantity, line.quantity)
        var sum: Int64 = 0
        for encoded in line.discounts {
            guard let discount = try? encoded.view(),
                discount.funder == .cooperative || !discount.funderParty.isEmpty
            else { continue }
            let share =
                part == whole ? discount.amountMinor : try Money.proportion(discount.amountMinor, part, over: whole)
            if discount.funder == .cooperative {
                sum = try Money.sum(sum, share)
            } else {
                sellers[seller].sponsored = try Money.sum(sellers[seller].sponsored, share)
                try sponsor(views.party(.identity, discount.funderParty) ?? 0, share)
            }
        }
        return sum
    }

    private func sponsor(_ party: UInt32, _ share: Int64) throws(MoneyError) {
        guard let known = sponsors.firstIndex(where: { $0.party == party }) else {
            return sponsors.append(Sponsor(party: party, amount: share))
        }
        sponsors[known].amount = try Money.sum(sponsors[known].amount, share)
    }

    /// What a party pays of the discounts.
    func sponsored(by party: UInt32) -> Int64 { sponsors.first { $0.party == party }?.amount ?? 0 }

    private func shareCommission() throws(MoneyError) {
        guard sellers.count > 1 else {
            if !sellers.isEmpty { sellers[0].commission = commission }
            return
        }
        guard commission != 0 else { return }
        let parts = try LargestRemainder.shares(
            pool: commission, bases: sellers.map(\.merchandise), tieBreak: Array(sellers.indices))
        for index in sellers.indices { sellers[index].commission = parts[index] }
    }

    /// One tax on the order's taxable total: classes of one rate are summed before rounding.
    private func orderTax(_ bands: [TaxTable.Band]) throws(MoneyError) -> Int64 {
        var sum: Int64 = 0
        for band in bands {
            var base: Int64 = 0
            for at in bases.indices where band.classes & 1 << UInt8(at & 7) != 0 {
                base = try Money.sum(base, bases[at])
            }
            if base != 0 { sum = try Money.sum(sum, band.rate.applied(to: base)) }
        }
        return sum
    }

    /// One tax as rounded on each line.
    private func lineTax(_ index: Int, of count: Int) throws(MoneyError) -> Int64 {
        var sum: Int64 = 0
        for seller in sellers.indices { sum = try Money.sum(sum, lineTaxes[seller * count + index]) }
        return sum
    }

    /// A tax on what the cooperative charges a seller that is registered for it; a commission on a supply that the cooperative
    /// is deemed to make bears none (T-0.1 s.477.18.4, 2°). A commission is a service of the standard class.
    private func taxCommission(_ table: TaxTable) throws(MoneyError) {
        for tax in table.taxes { commissionAccounts.append(tax.account) }
        for seller in sellers {
            for (index, tax) in table.taxes.enumerated() {
                let bears = index < 64 && seller.registeredAtHome & (1 << UInt64(index)) != 0
                let rate = RatePpm(tax.rates[TaxClass.standard.rawValue])
                commissionTaxes.append(bears ? try rate.applied(to: seller.commission) : 0)
            }
        }
    }

    /// The tax on the account at position `tax` of `commissionAccounts` on the commission of the seller at `seller`.
    func commissionTax(seller: Int, tax: Int) -> Int64 {
        let at = seller * commissionAccounts.count + tax
        return at < commissionTaxes.count ? commissionTaxes[at] : 0
    }

    /// Gives each registered seller its part of a tax; what the cooperative owes remains.
    private func shareTax(_ charged: Int64, _ tax: TaxTable.Tax, _ index: Int, of tableCount: Int) throws(MoneyError)
        -> Int64
    {
        guard charged != 0 else { return 0 }
        var weights: [Int64] = []
        for seller in sellers.indices {
            var weight: Int64 = 0
            for taxClass in 0..<8 {
                weight = try Money.sum(weight, Money.product(bases[seller * 8 + taxClass], Int64(tax.rates[taxClass])))
            }
            weights.append(weight)
        }
        let parts =
            lineTaxes.isEmpty
            ? try LargestRemainder.shares(pool: charged, bases: weights, tieBreak: Array(sellers.indices))
            : sellers.indices.map { lineTaxes[$0 * tableCount + index] }
        var owed = charged
        for seller in sellers.indices where sellers[seller].registered & (1 << UInt64(index)) != 0 {
            sellers[seller].taxes += parts[seller]
            owed -= parts[seller]
            if sellers[seller].isBook { keep(parts[seller], seller, index, of: tableCount) }
        }
        return owed
    }

    private func keep(_ tax: Int64, _ seller: Int, _ index: Int, of tableCount: Int) {
        while sellerTaxes.count < sellers.count * tableCount { sellerTaxes.append(0) }
        sellerTaxes[seller * tableCount + index] = tax
    }

    /// What a seller that has a book in the ledger remits itself of the tax at position `tax` of a table of `count`.
    func sellerTax(seller: Int, tax: Int, of count: Int) -> Int64 {
        let at = seller * count + tax
        return at < sellerTaxes.count ? sellerTaxes[at] : 0
    }
}

extension Views {
    /// Posts what changed between `before` and `after`, and once the order is handed over moves patronage bases with it (DOMAIN: purchase,
    /// refund).
    ///
    /// - Parameter earned: the commission was earned already, so it is revenue that changes, not the deferred part.
    func postChange(_ order: OrderRecord, earned: Bool, _ fact: Fact, _ book: Book) {
        debit(book, .receivable, party: order.buyer, after.total - before.total)
        credit(book, earned ? .commission : .deferredCommission, after.commission - before.commission)
        for index in after.taxes.indices {
            let owed = index < before.taxes.count ? before.taxes[index].owed : 0
            credit(book, account: after.taxes[index].account, after.taxes[index].owed - owed)
        }
        for index in after.sellers.indices {
            let seller = after.sellers[index]
            let old = index < before.sellers.count ? before.sellers[index] : OrderAmounts.Seller(party: seller.party)
            credit(book, .sellerPayable, party: seller.party, seller.payable - old.payable)
            debit(book, .discounts, seller.funded - old.funded)
            if earned {
                for (at, account) in after.commissionAccounts.enumerated() {
                    let change =
                        after.commissionTax(seller: index, tax: at) - before.commissionTax(seller: index, tax: at)
                    debit(book, .sellerPayable, party: seller.party, change)
                    credit(book, account: account, change)
                }
            } else {
                addCounters(
                    key.begin(.pendingPayable).u16(book.id).u32(seller.party).bytes, seller.payable - old.payable, 0)
            }
            touch(seller.party, fact)
        }
        if !(after.sponsors.isEmpty && before.sponsors.isEmpty) { postSponsors(fact, book) }
        if earned { addBusiness(order, fact, book) }
        touch(order.buyer, fact)
        touchOrder(order.sequence, fact)
    }

    /// Counts what changed between `before` and `after` as business with the cooperative: done when the order is handed over, less what is
    /// refunded afterwards. Who orders and never pays has done none (C-67.2 s.143).
    func addBusiness(_ order: OrderRecord, _ fact: Fact, _ book: Book) {
        let year = fact.year
        for (index, seller) in after.sellers.enumerated() {
            let old = index < before.sellers.count ? before.sellers[index].merchandise : 0
            addPatronage(book, year, .seller, seller.party, seller.merchandise - old)
        }
        let change = after.merchandise - before.merchandise
        if order.earnsPatronage { addPatronage(book, year, .consumer, order.buyer, change) }
        if book.businessYear != year {
            book.businessYear = year
            book.businessPlace = RowPlace()
        }
        let business = order.buyerIsMember ? Counters(change, 0) : Counters(0, change)
        index.add(&book.businessPlace, business) {
            key.begin(.business).u16(book.id).u16(year).u8(UInt8(Group.consumer.rawValue)).bytes
        }
    }

    /// Manufacturers and media owe the discounts that they pay through the cooperative.
    private func postSponsors(_ fact: Fact, _ book: Book) {
        for sponsor in after.sponsors {
            debitSponsor(book, party: sponsor.party, sponsor.amount - before.sponsored(by: sponsor.party))
            touch(sponsor.party, fact)
        }
        for sponsor in before.sponsors where !after.sponsors.contains(where: { $0.party == sponsor.party }) {
            debitSponsor(book, party: sponsor.party, -sponsor.amount)
            touch(sponsor.party, fact)
        }
    }

    func addPatronage(_ book: Book, _ year: UInt16, _ group: Group, _ party: UInt32, _ amount: Int64) {
        addCounters(key.begin(.patronage).u16(book.id).u16(year).u8(UInt8(group.rawValue)).u32(party).bytes, amount, 0)
    }

    func addCounters(_ key: Bytes, _ first: Int64, _ second: Int64) { index.add(key, Counters(first, second)) }
}

extension Fact {
    /// The fiscal year of the effective day: the calendar year.
    var year: UInt16 { UInt16(clamping: CivilDate(clampingDays: Int64(day)).year) }
}
