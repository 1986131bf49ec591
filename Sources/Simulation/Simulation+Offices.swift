import Accounting
import Bytes
import Commerce
import Events

/// What offices do on their days.
enum OfficeDuty {
    case payouts
    case board
    case catalogue
    case lock
    case count
    case settlePayout(book: String, number: Int)
    case wages
    case rent
    case remit(through: CivilDate)
    case share
    case plays
    case replenish
    case hours
    case invoices
    case settlements
    case abroad
    case paidAbroad(invoice: Int, amountMinor: Int64)
}

extension Simulation {
    func planOffices(_ date: CivilDate, _ span: Range<Int64>) {
        let noon = span.lowerBound + 12 * 3_600_000_000
        if date.day == 5 { agenda.plan(.office(.payouts), at: noon) }
        if date.day == 1 { agenda.plan(.office(.catalogue), at: noon) }
        if date.day == 16 { agenda.plan(.office(.lock), at: noon) }
        if date.day == 19 { agenda.plan(.office(.count), at: noon) }
        if date.day == 25 { agenda.plan(.office(.board), at: noon) }
        if date.day == 15 || date.lastOfMonth == date { agenda.plan(.office(.wages), at: noon) }
        if date.lastOfMonth == date { agenda.plan(.office(.plays), at: noon) }
        if date.day == 2, date > options.from { agenda.plan(.office(.invoices), at: noon) }
        if date.weekday == 5 { agenda.plan(.office(.hours), at: noon) }
        if date.day == 12 { agenda.plan(.office(.settlements), at: noon) }
        if date.day == 10, date.month % 3 == 2 { agenda.plan(.office(.abroad), at: noon) }
        if date.day == 20 { agenda.plan(.office(.replenish), at: noon) }
        if date.day == 1 { agenda.plan(.office(.rent), at: noon) }
        if date.month % 3 == 0, date.lastOfMonth == date {
            // Returns are due within the month after the quarter.
            agenda.plan(.office(.remit(through: date)), at: noon + 28 * 86_400_000_000)
        }
        if date.day == 20, date.month % 3 == 0 { agenda.plan(.office(.share), at: noon) }
    }

    func happen(_ deed: Deed) throws {
        switch deed {
        case .join(let member): try join(member)
        case .buy(let member, let day): try buy(member: member, day: day)
        case .bringBack(let order): try bringBack(order)
        case .parcel(let order, let step): try move(order, step)
        case .settle(let day): try settle(day)
        case .touch(let campaign): try touch(campaign)
        case .expense(let claim, let total, let step): try decide(expense: claim, total, step)
        case .requestRide: try requestRide()
        case .ride(let number, let step): try move(ride: number, step)
        case .listen: try listen()
        case .download(let licence): try download(licence)
        case .office(let duty): try perform(duty)
        case .trade(let number, let step): try move(trade: number, step)
        case .damaged(let order): try damage(order)
        case .person(let member, let step): try move(person: member, step)
        }
    }

    /// The morning after: a day's captures arrive, less the fee on what came in.
    private func settle(_ place: CaptureDay) throws {
        guard let gross = captures.removeValue(forKey: place), gross != 0 else { return }
        let fees = gross > 0 ? try Terms.cardFee.applied(to: gross) : 0
        let today = calendar.day(at: nowUs)
        try tell(book(named: place.book)) { event in
            event.fundsSettled {
                $0.institution(Bytes(Town.institutions[place.institution]))
                $0.captureDate(CivilDate(clampingDays: Int64(place.day)).text)
                $0.grossMinor(gross)
                $0.feesMinor(fees)
                $0.valueDate(today.text)
                $0.currency("CAD")
            }
        }
    }

    private func book(named name: String) -> StaticString {
        name == Books.rides.description ? Books.rides : Books.market
    }

    private func perform(_ duty: OfficeDuty) throws {
        switch duty {
        case .payouts: try payOut()
        case .board: try redeemShares()
        case .catalogue: try renewCatalogue()
        case .lock: try lockMonth()
        case .count: try countStock()
        case .settlePayout(let name, let number):
            // An account that is closed sends the money back; the next month pays it.
            guard !chance.happens(perMille: 12) else {
                return try tell(book(named: name)) { event in
                    event.payoutReturned {
                        $0.payout(names("versement-", number))
                        $0.returnCode("902")
                    }
                }
            }
            try tell(book(named: name)) { event in event.payoutSettled { $0.payout(names("versement-", number)) } }
        case .wages: try payWages()
        case .rent: try payRent()
        case .remit(let date): try remit(through: date)
        case .share: try shareRevenue()
        case .plays: try settlePlays()
        case .replenish: try replenish()
        case .hours: try recordHours()
        case .invoices: try invoiceServices()
        case .settlements: try settleServices()
        case .abroad: try invoiceAbroad()
        case .paidAbroad(let invoice, let amount): try paidAbroad(invoice, amount)
        }
    }

    /// Everybody who is owed something by the books as they stand.
    private func payOut() throws {
        guard let views = try booksNow(), let market = book(Books.market, views), let rides = book(Books.rides, views)
        else { return }
        for number in 0..<town.sellers {
            let owed = seller(number).array.withBytes { name in
                views.party(.identity, name).map { views.payable($0, market) } ?? 0
            }
            if owed > 0 { try payOut(Books.market, seller(number), owed, account: nil) }
        }
        for number in 0..<town.carriers { try pay(carrier(number), .accountsPayable, market, views) }
        for number in 0..<town.media { try pay(medium(number), .accountsPayable, market, views) }
        for (host, _) in Self.hosts { try pay(Bytes(host), .accountsPayable, market, views) }
        try pay(Bytes("bailleur"), .accountsPayable, market, views)
        for number in 0..<artists { try pay(artist(number), .royaltiesPayable, market, views) }
        for number in 0..<town.drivers { try pay(driver(number), .driverPayable, rides, views) }
    }

    func book(_ name: StaticString, _ views: Views) -> Book? {
        Array(name.description.utf8).withBytes { views.book($0) }
    }

    /// Pays a party what an account says it is owed.
    private func pay(_ who: Bytes, _ account: AccountCode, _ book: Book, _ views: Views) throws {
        guard let party = who.array.withBytes({ views.party(.identity, $0) }) else { return }
        let owed = -views.balance(book: book, account, party: party)
        guard owed > 0 else { return }
        try payOut(self.book(named: book.name), who, owed, account: account)
    }

    private func payOut(_ book: StaticString, _ who: Bytes, _ amountMinor: Int64, account: AccountCode?) throws {
        shop.payouts += 1
        let number = shop.payouts
        try tell(book) { event in
            event.payoutInstructed {
                $0.payout(names("versement-", number))
                $0.payee(who)
                $0.institution("815")
                $0.amountMinor(amountMinor)
                $0.currency("CAD")
                if let account { $0.account(account.name) }
            }
        }
        agenda.plan(.office(.settlePayout(book: book.description, number: number)), at: nowUs + 86_400_000_000)
    }

    private func payWages() throws {
        let amount = Int64(town.workers) * 190_000
        try tell(Books.market) { event in
            event.journalEntryPosted { entry in
                entry.lines {
                    $0.account("expenses:wages")
                    $0.currency("CAD")
                    $0.debitMinor(amount)
                }
                entry.lines {
                    $0.account("assets:bank")
                    $0.party("815")
                    $0.currency("CAD")
                    $0.creditMinor(amount)
                }
                entry.reason("paie")
                entry.preparer("t-1")
                entry.approver("t-2")
            }
        }
        try correctWages(amount)
    }

    private func payRent() throws {
        shop.payments += 1
        let invoice = names("loyer-", shop.payments)
        let rent: Int64 = 250_000
        let gst = try Terms.gst.applied(to: rent)
        let qst = try Terms.qst.applied(to: rent)
        let due = calendar.day(at: nowUs + 30 * 86_400_000_000)
        try tell(Books.market) { event in
            event.supplierInvoiced { bill in
                bill.invoice(invoice)
                bill.supplier("bailleur")
                bill.currency("CAD")
                bill.lines {
                    $0.account("expenses:rent")
                    $0.amountMinor(rent)
                    $0.description("loyer du mois")
                }
                for (tax, amount) in [("gst", gst), ("qst", qst)] as [(StaticString, Int64)] {
                    bill.taxes {
                        $0.tax(Bytes(tax))
                        $0.amountMinor(amount)
                    }
                }
                bill.totalMinor(rent + gst + qst)
                bill.dueDate(due.text)
            }
        }
    }

    /// The quarter's return of every book: what each tax's account owed at its end, less the credits that stood then.
    private func remit(through end: CivilDate) throws {
        guard let views = try booksNow() else { return }
        let last = end.daysSinceEpoch
        for name in Books.all {
            guard let book = book(name, views) else { continue }
            for (tax, account) in book.taxNames {
                let due = Array(tax.utf8).withBytes { views.taxDue($0, account, book, through: last) }
                let (owed, recovered) = (max(0, due.owedMinor), due.recoverableMinor)
                guard owed > 0 || recovered > 0 else { continue }
                try tell(name) { event in
                    event.taxRemitted {
                        $0.tax(tax)
                        $0.institution("815")
                        $0.amountMinor(owed)
                        $0.currency("CAD")
                        $0.periodEndDate(end.text)
                        if recovered > 0 { $0.recoveredMinor(recovered) }
                    }
                }
            }
        }
    }

    // MARK: sharing

    /// Part of what the rides brought goes to the drivers by what they drove in the year, as their rule says.
    private func shareRevenue() throws {
        guard let views = try booksNow(), let rides = book(Books.rides, views) else { return }
        let today = calendar.day(at: nowUs)
        // A quarter of what the year has left so far: nothing is shared of a year that costs more than it brings.
        let amount = views.result(rides, yearOf: today.daysSinceEpoch) / 4
        guard amount > 0,
            let rule = Array("chauffeurs".utf8).withBytes({ rides.sharingRule($0, at: nowUs, knownAt: .max) })
        else { return }
        let parts = try SharingRule.parts(of: amount, rule, year: UInt16(clamping: today.year), rides, views)
        guard !parts.isEmpty else { return }
        shop.payments += 1
        let sharing = names("partage-", shop.payments)
        try tell(Books.rides) { event in
            event.revenueShared { shared in
                shared.sharing(sharing)
                shared.rule("chauffeurs")
                shared.currency("CAD")
                shared.amountMinor(amount)
                for part in parts {
                    shared.parts {
                        $0.member(part.member)
                        $0.amountMinor(part.amountMinor)
                    }
                }
                shared.description("courses du trimestre")
            }
        }
        for part in parts {
            try Array(part.member.utf8).withBytes {
                try payOut(Books.rides, $0, part.amountMinor, account: .membersPayable)
            }
        }
    }
}
