import Accounting
import Bytes
import Commerce
import Events

/// Who serves whom, for how much a month.
struct Service {
    let agreement: StaticString
    let provider: StaticString
    let client: StaticString
    let kind: AgreementKind
    let monthlyMinor: Int64
    /// For each order picked; 0 where nothing is counted.
    let unitMinor: Int64

    static let all = [
        Service(
            agreement: "identite", provider: Books.identity, client: Books.market, kind: .platform,
            monthlyMinor: 150_000, unitMinor: 0),
        Service(
            agreement: "entreposage", provider: Books.warehouse, client: Books.booksellers, kind: .warehousing,
            monthlyMinor: 90_000, unitMinor: 85),
        // The market sells the booksellers' books.
        Service(
            agreement: "marche", provider: Books.market, client: Books.booksellers, kind: .platform,
            monthlyMinor: 40_000, unitMinor: 0),
        Service(
            agreement: "soutien", provider: Books.support, client: Books.market, kind: .support, monthlyMinor: 220_000,
            unitMinor: 0),
        // The support firm works in the market's offices: what the two owe each other is set off first.
        Service(
            agreement: "bureaux", provider: Books.market, client: Books.support, kind: .hosting, monthlyMinor: 65_000,
            unitMinor: 0),
    ]
}

extension Simulation {
    /// Those who bind a cooperative; each has a key.
    static let directors: [StaticString] = [
        Books.market, Books.booksellers, Books.warehouse, Books.identity, Books.support,
    ]

    func director(of book: StaticString) -> StaticString {
        switch book.description {
        case Books.booksellers.description: "direction-libraires"
        case Books.warehouse.description: "direction-entrepot"
        case Books.identity.description: "direction-uniqc"
        case Books.support.description: "direction-soutien"
        default: "direction-grand-io"
        }
    }

    /// Keys that the options' seed decides: they sign nothing but a simulation.
    private func key(of book: StaticString) -> SigningSeed? {
        var chance = Chance(
            seed: options.seed ^ director(of: book).description.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        return SigningSeed(seed: (0..<32).map { _ in UInt8(truncatingIfNeeded: chance.next()) })
    }

    func foundServices() throws {
        try found(Books.support, "Soutien logiciel", .workers)
        try register(Bytes("client-abidjan"))
        for book in Self.directors {
            try register(person: Bytes(director(of: book)))
            let category: MemberCategory =
                book.description == Books.warehouse.description || book.description == Books.support.description
                ? .worker : .user
            try admit(book, Bytes(director(of: book)), category, [])
            guard let key = key(of: book) else { continue }
            try tell(book) { event in
                event.signingKeyRegistered { registered in
                    registered.identity(Bytes(director(of: book)))
                    key.publicKey.withBytes { registered.publicKey($0) }
                }
            }
        }
        for service in Service.all { try sign(service) }
    }

    private func sign(_ service: Service) throws {
        try tell(service.provider, approvedBy: [service.provider, service.client]) { event in
            event.agreementSigned { signed in
                signed.agreement(Bytes(service.agreement))
                signed.clientBook(Bytes(service.client))
                signed.kind(service.kind)
                signed.startDate(options.from.text)
                signed.fees {
                    $0.fee("mois")
                    $0.basis(.period)
                    $0.priceMinor(service.monthlyMinor)
                    $0.taxClass(.standard)
                }
                if service.unitMinor > 0 {
                    signed.fees {
                        $0.fee("commande")
                        $0.basis(.unit)
                        $0.priceMinor(service.unitMinor)
                        $0.taxClass(.standard)
                    }
                }
                signed.currency("CAD")
            }
        }
    }

    /// Adds an event that the directors of some cooperatives sign: it is written once to be signed, and once more with the signatures.
    private func tell(_ book: StaticString, approvedBy signers: [StaticString], _ body: (EventWriter) -> Void) throws {
        let unsigned = Proposals()
        let number = events + 1
        func write(_ event: EventWriter, _ approvals: [(StaticString, [UInt8])]) {
            event.effectiveAt { $0.write(microseconds: nowUs) }
            event.book(Bytes(book))
            event.source(Bytes("simulation"))
            event.key(names("e", number))
            event.actor(Bytes("simulation"))
            for (signer, signature) in approvals {
                event.approvals { approval in
                    approval.approver(Bytes(signer))
                    signature.withBytes { approval.signature($0) }
                }
            }
            body(event)
        }
        try unsigned.append { write($0, []) }
        let view = try EventView(unsigned[0])
        let approvals = signers.compactMap { signer in
            key(of: signer)?.approve(view).map { (director(of: signer), $0) }
        }
        try tell { write($0, approvals) }
    }

    /// Last month's services, on the 2nd.
    func invoiceServices() throws {
        let last = calendar.day(at: nowUs).firstOfMonth.adding(days: -1) ?? options.from
        guard last >= options.from else { return }
        // A month's fee is for a whole month.
        let first = last.firstOfMonth
        guard first >= options.from else { return }
        for service in Service.all {
            let orders = service.unitMinor > 0 ? Int64(picked) : 0
            let net = service.monthlyMinor + orders * service.unitMinor
            let gst = try Terms.gst.applied(to: net)
            let qst = try Terms.qst.applied(to: net)
            invoices += 1
            let invoice = names("facture-", invoices)
            // Nothing counts the orders but the warehouse: the client approves them.
            try tell(service.provider, approvedBy: orders > 0 ? [service.client] : []) { event in
                event.serviceInvoiced { bill in
                    bill.invoice(invoice)
                    bill.agreement(Bytes(service.agreement))
                    bill.currency("CAD")
                    bill.fromDate(first.text)
                    bill.toDate(last.text)
                    bill.lines {
                        $0.fee("mois")
                        $0.quantity(1)
                        $0.amountMinor(service.monthlyMinor)
                    }
                    if orders > 0 {
                        bill.lines {
                            $0.fee("commande")
                            $0.quantity(orders)
                            $0.amountMinor(orders * service.unitMinor)
                        }
                    }
                    for (tax, amount) in [("gst", gst), ("qst", qst)] as [(StaticString, Int64)] where amount != 0 {
                        bill.taxes {
                            $0.tax(Bytes(tax))
                            $0.amountMinor(amount)
                        }
                    }
                    bill.totalMinor(net + gst + qst)
                }
            }
            owed[service.agreement.description] = net + gst + qst
        }
        picked = 0
    }

    /// What two cooperatives owe each other is set off, as far as it goes.
    private func net() throws {
        for (place, service) in Service.all.enumerated() {
            for other in Service.all[..<place]
            where other.client.description == service.provider.description
                && other.provider.description == service.client.description
            {
                let (one, two) = (service.agreement.description, other.agreement.description)
                let amount = min(owed[one] ?? 0, owed[two] ?? 0)
                guard amount > 0 else { continue }
                invoices += 1
                let netting = names("compensation-", invoices)
                try tell(service.provider) { event in
                    event.balancesNetted {
                        $0.netting(netting)
                        $0.counterpartBook(Bytes(service.client))
                        $0.currency("CAD")
                        $0.amountMinor(amount)
                    }
                }
                owed[one]? -= amount
                owed[two]? -= amount
            }
        }
    }

    /// What is owed between cooperatives, on the 12th.
    func settleServices() throws {
        try net()
        for service in Service.all {
            guard let amount = owed.removeValue(forKey: service.agreement.description), amount > 0 else { continue }
            invoices += 1
            let settlement = names("reglement-", invoices)
            try tell(service.client) { event in
                event.intercoopSettled {
                    $0.settlement(settlement)
                    $0.counterpartBook(Bytes(service.provider))
                    $0.currency("CAD")
                    $0.amountMinor(amount)
                    $0.institution("815")
                    $0.counterpartInstitution("815")
                }
            }
        }
    }

    /// The support firm's client abroad: zero-rated, in another currency, paid three weeks later, and sold for our own.
    func invoiceAbroad() throws {
        invoices += 1
        let number = invoices
        let amount = 1_200_000 + chance.within(0...Int64(400_000))
        let worth = amount * (1_350_000 + chance.within(0...Int64(50_000))) / 1_000_000
        try tell(Books.support) { event in
            event.clientInvoiced {
                $0.invoice(names("export-", number))
                $0.client("client-abidjan")
                $0.currency("USD")
                $0.amountMinor(amount)
                $0.taxClass(.zeroRated)
                $0.totalMinor(amount)
                $0.bookAmountMinor(worth)
                $0.rateSource("Banque du Canada, \(calendar.day(at: nowUs).text)")
                $0.description("développement du trimestre")
            }
        }
        agenda.plan(.office(.paidAbroad(invoice: number, amountMinor: amount)), at: nowUs + 21 * 86_400_000_000)
    }

    func paidAbroad(_ number: Int, _ amount: Int64) throws {
        try tell(Books.support) { event in
            event.clientInvoicePaid {
                $0.invoice(names("export-", number))
                $0.institution("815")
                $0.amountMinor(amount)
                $0.currency("USD")
            }
        }
        let bought = amount * (1_350_000 + chance.within(0...Int64(50_000))) / 1_000_000
        try tell(Books.support) { event in
            event.currencyExchanged {
                $0.exchange(names("change-", number))
                $0.institution("815")
                $0.soldCurrency("USD")
                $0.soldMinor(amount)
                $0.boughtCurrency("CAD")
                $0.boughtMinor(bought)
            }
        }
    }
}
