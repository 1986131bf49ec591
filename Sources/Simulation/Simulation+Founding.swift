import Accounting
import Bytes
import Commerce
import Events

/// Books of the economy.
enum Books {
    static let market: StaticString = "grand-io"
    static let booksellers: StaticString = "libraires"
    static let warehouse: StaticString = "entrepot"
    static let rides: StaticString = "covoit"
    static let identity: StaticString = "uniqc"
    static let support: StaticString = "soutien"

    static let all: [StaticString] = [market, booksellers, warehouse, rides, identity, support]
    /// Those who feed the solidarity fund, which Uniqc keeps.
    static let contributors: [StaticString] = [market, booksellers, warehouse, rides, support]
}

/// Terms that the cooperatives adopt; amounts in minor units.
enum Terms {
    static let commission = RatePpm(120_000)
    static let gst = RatePpm(50_000)
    static let qst = RatePpm(99_750)
    static let sharePriceMinor: Int64 = 1_000
    /// A preferred share costs this much; its interest a year is what the meeting may allow.
    static let preferredPriceMinor: Int64 = 10_000
    static let preferredShares: UInt32 = 100
    static let preferredHolders = 5
    static var preferredMinor: Int64 { Int64(preferredHolders) * Int64(preferredShares) * preferredPriceMinor }
    static let interest = RatePpm(35_000)
    static let solidarity = RatePpm(10_000)
    static let pickupHours = 72
    /// What institutions keep of a day's card payments.
    static let cardFee = RatePpm(15_000)
}

extension Simulation {
    private var startUs: Int64 { calendar.instantsUs(from: options.from, through: options.from).lowerBound }

    func found() throws {
        nowUs = startUs
        try found(Books.market, "Grand.io", .solidarity, clock: .data)
        try found(Books.identity, "Uniqc", .solidarity)
        try adoptPolicies(Books.market)
        try registerPeople()
        try foundWarehouse()
        try foundServices()
        try listProducts()
        try stockBooks()
        try openLockers()
        try launchCampaigns()
        try publishWorks()
        try foundRides()
        for (book, groups) in [
            (Books.warehouse, [(.worker, 1_000_000)]), (Books.booksellers, [(.seller, 1_000_000)]),
            (Books.identity, [(.consumer, 1_000_000)]), (Books.support, [(.worker, 1_000_000)]),
            (Books.rides, [(.driver, 700_000), (.rider, 300_000)]),
        ] as [(StaticString, [(Group, UInt32)])] {
            try adoptAllocation(book, groups)
        }
        try foundSolidarity()
        if options.hasBankAccounts { try declareBankAccounts() }
        try grantRoles()
        try flush()
    }

    func found(_ book: StaticString, _ name: String, _ form: LegalForm, clock: Clock = .machine) throws {
        try tell(book) { event in
            event.cooperativeFounded {
                $0.name(name)
                $0.legalForm(form)
                $0.currency("CAD")
                $0.timeZone("America/Toronto")
                $0.commonSharePriceMinor(Terms.sharePriceMinor)
                $0.clock(clock)
            }
        }
        try tell(book) { event in
            event.policyAdopted { policy in
                policy.calendar { calendar in
                    for change in self.calendar.changes {
                        calendar.offsets {
                            $0.from { $0.write(microseconds: change.fromUs) }
                            $0.offsetSeconds(change.offsetSeconds)
                        }
                    }
                }
            }
        }
        let rates: [(StaticString, TaxClass, RatePpm)] = [
            ("gst", .standard, Terms.gst), ("gst", .printedBook, Terms.gst), ("gst", .digital, Terms.gst),
            ("gst", .transport, Terms.gst), ("qst", .standard, Terms.qst), ("qst", .digital, Terms.qst),
            ("qst", .transport, Terms.qst),
        ]
        try tell(book) { event in
            event.policyAdopted { policy in
                policy.taxes { taxes in
                    taxes.jurisdiction("CA-QC")
                    for (tax, taxClass, rate) in rates {
                        taxes.rates {
                            $0.tax(Bytes(tax))
                            $0.taxClass(taxClass)
                            $0.ratePpm(rate.ppm)
                        }
                    }
                    taxes.basis(.order)
                }
            }
        }
    }

    /// The Act's floors (C-67.2 s.146), and the groups that share.
    func adoptAllocation(_ book: StaticString, _ groups: [(Group, UInt32)], isCapped: Bool = true) throws {
        try tell(book) { event in
            event.policyAdopted { policy in
                policy.allocation { allocation in
                    allocation.reserveMinPpm(100_000)
                    allocation.reserveAndSharesMinPpm(200_000)
                    allocation.equityToDebtsPpm(400_000)
                    for (group, share) in groups {
                        allocation.groups {
                            $0.group(group)
                            $0.sharePpm(share)
                        }
                    }
                    allocation.rulesVersion(isCapped ? "C-67.2 art. 128.1" : "C-67.2")
                    if isCapped { allocation.cappedByCategory(true) }
                }
            }
        }
    }

    private func adoptPolicies(_ book: StaticString) throws {
        try tell(book) { event in event.policyAdopted { $0.commission { $0.ratePpm(Terms.commission.ppm) } } }
        try adoptAllocation(book, [(.consumer, 600_000), (.seller, 400_000)], isCapped: false)
        try tell(book) { event in
            event.policyAdopted { policy in
                policy.withholding {
                    // ITA 135(3).
                    $0.ratePpm(150_000)
                    $0.exemptMinor(10_000)
                }
            }
        }
        try tell(book) { event in
            event.policyAdopted { policy in
                policy.media {
                    $0.rule(.last)
                    $0.windowDays(14)
                    $0.ratePpm(10_000)
                }
            }
        }
        try tell(book) { event in
            event.policyAdopted { policy in
                policy.delivery { delivery in
                    delivery.pickupHours(UInt32(Terms.pickupHours))
                    for (mode, fee) in [(DeliveryMode.locker4H, 250), (.locker24H, 150), (.door, 325)] {
                        delivery.fees {
                            $0.mode(mode)
                            $0.carrierFeeMinor(Int64(fee))
                        }
                    }
                    delivery.hostingFeeMinor(35)
                }
            }
        }
    }

    /// A part of each year's surplus goes to the fund that Uniqc keeps for the federation.
    private func foundSolidarity() throws {
        for book in Books.contributors {
            try tell(book) { event in
                event.policyAdopted { policy in
                    policy.solidarity {
                        $0.fundBook(Bytes(Books.identity))
                        $0.contributionPpm(Terms.solidarity.ppm)
                    }
                }
            }
        }
    }

    /// The support firm says who may do what: its director rules, its system keeps the books and the money, a second person approves up to a limit.
    private func grantRoles() throws {
        let book = Books.support
        for person in ["simulation", "comptable-soutien", "caisse-soutien"] as [StaticString] {
            try register(Bytes(person))
        }
        for (person, role, limit) in [
            (director(of: book), .administrator, nil), ("simulation", .accountant, nil),
            ("simulation", .treasurer, nil),
            ("comptable-soutien", .accountant, 5_000_000), ("caisse-soutien", .treasurer, 250_000),
            ("comptable-soutien", .approver, 1_000_000),
        ] as [(StaticString, Role, Int64?)] {
            try tell(book, by: Bytes(director(of: book))) { event in
                event.roleGranted {
                    $0.grantee(Bytes(person))
                    $0.role(role)
                    if let limit { $0.limitMinor(limit) }
                }
            }
        }
    }

    // MARK: people

    func seller(_ number: Int) -> Bytes {
        if number == town.booksellers { return Bytes("libraires") }
        if number == town.musicians { return Bytes("musiciens") }
        return number < Town.largeRetailers ? names("detaillant-", number + 1) : names("boutique-", number + 1)
    }

    func member(_ number: Int) -> Bytes { names("m-", number + 1) }
    func visitor(_ number: Int) -> Bytes { names("v-", number + 1) }
    func carrier(_ number: Int) -> Bytes { names("transporteur-", number + 1) }
    func medium(_ number: Int) -> Bytes { names("media-", number + 1) }
    func host(_ site: Int) -> Bytes { Bytes(Self.hosts[site % Self.hosts.count].0) }
    func site(_ number: Int) -> Bytes { names("casier-", number + 1) }
    func product(_ number: Int) -> Bytes { names("p-", number + 1) }
    func order(_ number: Int) -> Bytes { names("c-", number + 1) }
    func parcel(_ number: Int) -> Bytes { names("colis-", number + 1) }

    /// Who hosts lockers, and where.
    static let hosts: [(StaticString, LockerSiteKind)] = [
        ("hote-caisses", .caisse), ("hote-banque", .branch), ("hote-metro", .metroStation),
        ("hote-abribus", .busShelter),
    ]

    func register(_ identity: Bytes) throws {
        try tell(Books.identity) { event in event.identityRegistered { $0.identity(identity) } }
    }

    func admit(
        _ book: StaticString, _ identity: Bytes, _ category: MemberCategory, _ groups: [Group], registered: Bool = false
    ) throws {
        try tell(book) { event in
            event.memberAdmitted { member in
                member.member(identity)
                member.category(category)
                member.groups(groups)
                guard registered else { return }
                for tax in ["gst", "qst"] as [StaticString] {
                    member.registrations {
                        $0.tax(Bytes(tax))
                        $0.number(tax.description == "gst" ? "123456789RT0001" : "1234567890TQ0001")
                        $0.fromDate("2010-01-01")
                    }
                }
            }
        }
    }

    func subscribe(_ identity: Bytes, _ shares: UInt32, institution: Int) throws {
        try tell(Books.market) { event in
            event.sharesSubscribed {
                $0.member(identity)
                $0.shareClass(.common)
                $0.shares(shares)
                $0.amountMinor(Int64(shares) * Terms.sharePriceMinor)
                $0.currency("CAD")
                $0.institution(Bytes(Town.institutions[institution]))
            }
        }
        capture(Books.market, institution, Int64(shares) * Terms.sharePriceMinor)
    }

    /// Large retailers lend the market its first means as preferred shares.
    private func subscribePreferred(_ identity: Bytes, institution: Int) throws {
        let amount = Int64(Terms.preferredShares) * Terms.preferredPriceMinor
        try tell(Books.market) { event in
            event.sharesSubscribed {
                $0.member(identity)
                $0.shareClass(.preferred)
                $0.shares(Terms.preferredShares)
                $0.amountMinor(amount)
                $0.currency("CAD")
                $0.institution(Bytes(Town.institutions[institution]))
            }
        }
        capture(Books.market, institution, amount)
    }

    private func registerPeople() throws {
        for number in 0..<town.sellers {
            try register(seller(number))
            // Large retailers and cooperatives are registered for the taxes, small shops mostly are not.
            let registered = number < Town.largeRetailers || number >= town.booksellers || chance.happens(perMille: 300)
            try admit(Books.market, seller(number), .user, [.seller], registered: registered)
            try subscribe(seller(number), number < Town.largeRetailers ? 1_000 : 10, institution: number & 1)
        }
        for number in 0..<Terms.preferredHolders { try subscribePreferred(seller(number), institution: number & 1) }
        for number in 0..<town.members where shop.joinedDay[number] == 0 { try join(number) }
        for number in 0..<town.visitors { try register(visitor(number)) }
        for number in 0..<town.carriers {
            try register(carrier(number))
            try admit(Books.market, carrier(number), .user, [.carrier])
        }
        for number in 0..<town.media { try register(medium(number)) }
        for (host, _) in Self.hosts { try register(Bytes(host)) }
        for number in 0..<town.workers {
            try register(person: names("t-", number + 1))
            try admit(Books.market, names("t-", number + 1), .worker, [.worker])
        }
        for person in ["bailleur", "autorite"] as [StaticString] { try register(Bytes(person)) }
    }

    func join(_ number: Int) throws {
        try register(person: member(number))
        try consent(of: number)
        try admit(Books.market, member(number), .user, [.consumer])
        try subscribe(member(number), 1, institution: number & 1)
    }

    // MARK: things

    private func listProducts() throws {
        for (number, item) in town.products.enumerated() {
            try tell(Books.market) { event in
                event.productListed {
                    $0.product(product(number))
                    $0.seller(seller(item.seller))
                    $0.taxClass(item.taxClass)
                    $0.department(Town.categories[item.category])
                    $0.category(Town.categories[item.category])
                    $0.description("\(Town.categories[item.category]) \(number + 1)")
                    $0.unitPriceMinor(item.priceMinor)
                    if item.goods == .storedBook { $0.stockBook(Bytes(Books.booksellers)) }
                }
            }
        }
    }

    private func openLockers() throws {
        for number in 0..<town.lockerSites {
            try tell(Books.market) { event in
                event.lockerSiteOpened { opened in
                    opened.site(site(number))
                    opened.host(host(number))
                    opened.kind(Self.hosts[number % Self.hosts.count].1)
                    for (size, count) in zip(CompartmentSize.all, ShopState.compartments) {
                        opened.compartments {
                            $0.size(size)
                            $0.count(UInt32(count))
                        }
                    }
                    opened.name("Casier \(number + 1)")
                }
            }
        }
    }
}

extension CompartmentSize {
    static let all: [CompartmentSize] = [.small, .medium, .large]
}
