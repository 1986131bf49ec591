import Accounting
import Bytes
import Commerce
import EventLog
import Events
import Fixtures
import Index
import Ledger
import SwiftProtobuf
import Testing

/// Random histories of three books and two currencies, legal and illegal, against a plain account of the same federation.
@Suite("Random histories of a federation")
struct FederationHistoriesTests {
    private static let deeds = 10

    /// 10 000 histories: recorded or refused as they should be; every balance and every mirror is what the plain account says.
    @Test(arguments: 0..<50)
    func `books owe each other what the invoices say, and each currency balances`(block: Int) throws {
        for seed in UInt64(block * 200)..<UInt64(block * 200 + 200) {
            var random = Seeded(seed)
            let desk = try FederationModel.desk()
            var model = FederationModel()
            var accepted: [Event] = []
            for step in 0..<Self.deeds {
                let deed = model.deed(&random, step: step, desk.story)
                if let early = FederationModel.early(deed, desk.story) {
                    let refusal = try desk.refusal(early)
                    try #require(refusal?.field == "effectiveAt", "seed \(seed), step \(step): \(early)")
                }
                let event = FederationModel.event(deed, &desk.story)
                do {
                    try desk.record(event)
                    try #require(deed.isLegal, "seed \(seed), step \(step): recorded \(event)")
                    accepted.append(event)
                    model = deed.after
                } catch let refusal as Refusal {
                    try #require(!deed.isLegal, "seed \(seed), step \(step): \(refusal.text(.english)) \(event)")
                }
            }
            let balances = desk.balancesOfAll
            try #require(balances == model.balances, "seed \(seed)")
            for book in desk.views.allBooks {
                for currency in [Currency.cad, .usd] {
                    let sum = balances.filter { $0.key.hasPrefix(book.name + " ") && $0.key.hasSuffix(currency.code) }
                        .values.reduce(0, +)
                    try #require(sum == 0, "seed \(seed): \(book.name) \(currency.code)")
                }
                let foreign: Currency = book.currency == .cad ? .usd : .cad
                let worth = desk.views.currencyWorth(book, foreign)
                try #require(worth == desk.views.balance(book: book, .currencyExchange), "seed \(seed): \(book.name)")
                for other in desk.views.allBooks where other.id != book.id {
                    for currency in [Currency.cad, .usd] {
                        let owed = desk.views.owed(by: book, to: other, currency.rawValue)
                        let key = "\(book.name) liabilities:intercoop-payable \(other.name) \(currency.code)"
                        try #require(owed >= 0 && owed == -(balances[key] ?? 0), "seed \(seed): \(key)")
                    }
                }
            }
            // Refused events left nothing: without them the views are the same. Making them twice is most of the time.
            guard seed % 4 == 0 else { continue }
            let quiet = try FederationModel.desk()
            try quiet.replay(accepted)
            try #require(Rebuild.digests(quiet.views.index) == Rebuild.digests(desk.views.index), "seed \(seed)")
        }
    }

    /// The same through the writer, then folded anew and combined: every column sums to zero, and no book owes another.
    @Test(arguments: 20_000..<20_004 as Range<UInt64>)
    func `a rebuild gives the same digests, and the combined statement balances at any day`(seed: UInt64) throws {
        var random = Seeded(seed)
        let (opened, opening) = try FederationModel.opening()
        var story = opened
        let shelf = try Shelf(&story, opening: [])
        try shelf.record(opening)
        var model = FederationModel()
        for step in 0..<80 {
            let deed = model.deed(&random, step: step, story)
            let outcome = try shelf.append([FederationModel.event(deed, &story)])
            try #require(outcome.refused.isEmpty == deed.isLegal, "seed \(seed): \(outcome.refused)")
            if deed.isLegal { model = deed.after }
        }
        try #require(Rebuild.check(shelf.store) { _, _ in }.differing == [], "seed \(seed)")
        let snapshot = try shelf.snapshot()
        for at in [nil, Moment.day(CivilDate(clampingDays: 17_200)), .sequence(snapshot.head.count - 20)] {
            for books in [[], ["a", "b"], ["c", "a"]] {
                var query = CombinedQuery()
                query.books = books
                query.at = at
                let statement = try query.statement(snapshot)
                for currency in [Currency.cad, .usd] {
                    let rows = statement.rows.filter { $0.currency == currency }
                    for column in statement.books.indices {
                        try #require(rows.reduce(0) { $0 + $1.booksMinor[column] } == 0, "seed \(seed)")
                    }
                    try #require(rows.reduce(0) { $0 + $1.eliminationMinor } == 0, "seed \(seed)")
                }
                guard books.isEmpty else { continue }
                for row in statement.rows where row.account.contains("intercoop") || row.account == "expenses:services"
                {
                    try #require(row.combinedMinor == 0, "seed \(seed): \(row)")
                }
            }
        }
    }
}

/// What a federation of three books (a, b in CAD; c in USD) does, and what its books must then say.
struct FederationModel {
    struct Deed {
        let body: Body
        let book: String
        let approvers: [String]
        let isLegal: Bool
        /// When what it follows from was effective: it is refused a microsecond before, and half the time recorded as of then.
        var causeUs: Int64?
        var isLate = false
        let after: FederationModel
    }

    static let opens = "2017-01-02T15:00:00Z"
    static let currencies = ["a": "CAD", "b": "CAD", "c": "USD"]
    /// Fee "u" at 1.37 each, "p" 3.3 %, "m" 40.00 a period; all exempt between currencies, standard between a and b.
    private var balancesMinor: [String: Int64] = [:]
    private var invoices: Set<String> = []
    private var periods: [String: Int] = [:]
    private var clientInvoices: [String: (book: String, currency: String, left: Int64, us: Int64)] = [:]
    private var names: Set<String> = []
    private var worths: [String: Int64] = [:]
    /// How debts changed, by "debtor creditor currency", and when the next deed is effective if it is not late.
    private var changes: [String: [(us: Int64, minor: Int64)]] = [:]
    private var nowUs: Int64 = 0
    /// By agreement, days of the year 2017.
    private var ended: [String: Int] = [:]
    private var invoicedDays: [String: Int] = [:]
    /// Days of the months of 2017.
    private static let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    var balances: [String: Int64] { balancesMinor.filter { $0.value != 0 } }

    static let pairs = [("a", "b"), ("b", "a"), ("a", "c"), ("c", "b")]

    /// What opens the books, and the story after it. Signed and recorded once: signatures take longer than a short history.
    static func opening() throws -> (story: Story, events: [Event]) { try signed.get() }

    private static let signed = Result {
        var story = Story(book: "a", from: opens)
        let events = try opening(&story)
        let desk = try Desk(opening: [])
        for event in events { try desk.record(event) }
        return (story: story, events: events)
    }

    private static func opening(_ story: inout Story) throws -> [Event] {
        var events: [Event] = []
        func add(_ book: String, _ body: Body, _ approvers: [String] = []) throws {
            story.book = book
            events.append(try story.event(body).approved(by: approvers))
        }
        for book in ["a", "b", "c"] {
            try add(
                book, .founding(name: book, currency: currencies[book] ?? "CAD", clock: book == "a" ? .data : .machine))
            try add(book, .taxes())
            try add(book, .identity("\(book)1"))
            try add(book, .signingKey(of: "\(book)1"))
            try add(book, .admission("\(book)1", [.consumer]))
        }
        try add("a", .identity("acme"))
        for (provider, client) in pairs {
            let taxClass: TaxClass = isTaxed(provider, client) ? .standard : .zeroRated
            try add(
                provider,
                .agreement(
                    client, client: client,
                    [.unit("u", 137, taxClass), .percent("p", ppm: 33_000, taxClass), .period("m", 4_000, taxClass)],
                    currency: currencies[provider] ?? "CAD"), ["\(provider)1", "\(client)1"])
        }
        return events
    }

    static func desk() throws -> Desk {
        let desk = try Desk(Story(book: "a", from: opens), opening: [])
        let (story, events) = try opening()
        try desk.replay(events)
        desk.story = story
        return desk
    }

    static func event(_ deed: Deed, _ story: inout Story) -> Event {
        story.book = deed.book
        let us = now(story)
        let unsigned = story.event(deed.body, at: InstantText.format(us: deed.isLate ? deed.causeUs ?? us : us))
        let event = (try? unsigned.approved(by: deed.approvers)) ?? unsigned
        story.nowUs = us
        return event
    }

    /// When the next deed is recorded.
    private static func now(_ story: Story) -> Int64 { story.nowUs + 4 * 86_400_000_000 + 60_000_000 }

    /// A lawful deed that is effective before what it follows from.
    static func early(_ deed: Deed, _ story: Story) -> Event? {
        guard deed.isLegal, let cause = deed.causeUs else { return nil }
        var other = story
        other.book = deed.book
        return other.event(deed.body, at: InstantText.format(us: cause - 1), key: "early")
    }

    private static func isTaxed(_ a: String, _ b: String) -> Bool { currencies[a] == currencies[b] }

    private static func currency(_ book: String) -> String { currencies[book] ?? "CAD" }

    private mutating func post(_ book: String, _ account: String, _ currency: String, _ minor: Int64) {
        balancesMinor["\(book) \(account) \(currency)", default: 0] += minor
    }

    private func balance(_ book: String, _ account: String, _ currency: String) -> Int64 {
        balancesMinor["\(book) \(account) \(currency)"] ?? 0
    }

    /// The last change before which less than the amount was owed.
    private func cause(_ debtor: String, _ creditor: String, _ currency: String, _ amount: Int64) -> Int64? {
        var left = owed(debtor, creditor, currency)
        for change in (changes["\(debtor) \(creditor) \(currency)"] ?? []).sorted(by: { $0.us > $1.us }) {
            left -= change.minor
            if left < amount { return change.us }
        }
        return nil
    }

    private mutating func owe(_ debtor: String, _ creditor: String, _ currency: String, _ minor: Int64) {
        changes["\(debtor) \(creditor) \(currency)", default: []].append((nowUs, minor))
        post(creditor, "assets:intercoop-receivable \(debtor)", currency, minor)
        post(debtor, "liabilities:intercoop-payable \(creditor)", currency, -minor)
    }

    private func owed(_ debtor: String, _ creditor: String, _ currency: String) -> Int64 {
        balance(creditor, "assets:intercoop-receivable \(debtor)", currency)
    }

    /// Comes in of a foreign currency against its worth; a position that closes realises what is left.
    private mutating func move(_ book: String, _ foreign: String, _ holding: Int64, _ worth: Int64) {
        let own = Self.currency(book)
        post(book, "assets:currency-exchange", foreign, -holding)
        post(book, "assets:currency-exchange", own, worth)
        worths[book, default: 0] += worth
        if balance(book, "assets:currency-exchange", foreign) == 0 { value(book, -(worths[book] ?? 0)) }
    }

    private mutating func value(_ book: String, _ gain: Int64) {
        let own = Self.currency(book)
        post(book, "assets:currency-exchange", own, gain)
        post(book, gain > 0 ? "revenue:exchange-gains" : "expenses:exchange-losses", own, -gain)
        worths[book, default: 0] += gain
    }

    private static func halfUp(_ minor: Int64, _ ppm: Int64) -> Int64 { (minor * ppm + 500_000) / 1_000_000 }

    /// A deed every four days, the first on 6 January.
    func deed(_ random: inout Seeded, step: Int, _ story: Story) -> Deed {
        var model = self
        model.nowUs = Self.now(story)
        return model.deed(&random, step: step)
    }

    private func deed(_ random: inout Seeded, step: Int) -> Deed {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...3: service(&random)
        case 4: netting(&random)
        case 5: settlement(&random)
        case 6: client(&random)
        case 7: payment(&random)
        case 8: exchange(&random)
        default: Bool.random(using: &random) ? revaluation(&random) : ending(&random, day: 6 + 4 * step)
        }
    }

    private func made(
        _ body: Body, _ book: String, _ isLegal: Bool, by approvers: [String] = [], after causeUs: Int64? = nil,
        isLate: Bool = false,
        _ change: (inout FederationModel) -> Void
    ) -> Deed {
        var after = self
        if isLate, let causeUs { after.nowUs = causeUs }
        if isLegal { change(&after) }
        return Deed(
            body: body, book: book, approvers: approvers, isLegal: isLegal, causeUs: causeUs, isLate: isLate,
            after: after)
    }

    private func name(_ prefix: String, _ random: inout Seeded) -> String {
        prefix + "\(Int.random(in: 0..<40, using: &random))"
    }

    private func service(_ random: inout Seeded) -> Deed {
        let (provider, client) = Self.pairs.randomElement(using: &random) ?? ("a", "b")
        let currency = Self.currency(provider)
        let invoice = name("f", &random)
        // The months that have ended, and one that has not.
        let today = Int((nowUs - 18_000_000_000) / 86_400_000_000) - 17_166
        var month = Int.random(
            in: 1...min(12, 1 + (1...12).count { Self.lengths.prefix($0).reduce(0, +) <= today }), using: &random)
        // One month or two at once; or what the end of the agreement leaves of one.
        var last = min(12, month + Int.random(in: 0...1, using: &random))
        let end = ended["\(provider) \(client)"]
        var lastDay = Self.lengths.prefix(last).reduce(0, +)
        var isStub = false
        if let end, Bool.random(using: &random) {
            month = 1 + (1...12).count { Self.lengths.prefix($0).reduce(0, +) < end }
            (last, isStub) = (month, end < Self.lengths.prefix(month).reduce(0, +))
            lastDay = end
        }
        var lines: [InvoiceLine] = []
        var isLegal = !invoices.contains("\(provider) \(invoice)")
        if let end, lastDay > end { isLegal = false }
        if lastDay > today { isLegal = false }
        var net: Int64 = 0
        var used: [String] = []
        for fee in ["u", "p", "m"].shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)) {
            let quantity = fee == "m" ? Int64(last - month + 1) : Int64.random(in: 1...40_000, using: &random)
            var amount = fee == "u" ? 137 * quantity : fee == "p" ? Self.halfUp(quantity, 33_000) : 4_000 * quantity
            if isStub, fee == "m" {
                amount = Int64.random(in: 0...4_400, using: &random)
                if amount > 4_000 { isLegal = false }
            }
            lines.append(.line(fee, quantity, amount))
            net += amount
            for month in month...last { used.append("\(provider) \(client) \(fee) \(month)") }
        }
        if used.contains(where: { periods[$0] != nil }) || net == 0 { isLegal = false }
        // Nothing counts "u" and "p" here: the client approves them.
        let isApproved = Int.random(in: 0..<6, using: &random) > 0
        if !isApproved, isStub || lines.contains(where: { $0.fee != "m" }) { isLegal = false }
        var taxes: [(String, Int64)] = []
        if Self.isTaxed(provider, client) {
            taxes = [("gst", Self.halfUp(net, 50_000)), ("qst", Self.halfUp(net, 99_750))].filter { $0.1 != 0 }
        }
        var total = taxes.reduce(net) { $0 + $1.1 }
        var worth: Int64 = 0
        if Self.currency(client) != currency { worth = max(1, total * Int64.random(in: 60...90, using: &random) / 100) }
        switch Int.random(in: 0..<12, using: &random) {
        case 0:
            lines[0].amountMinor += 1
            isLegal = false
        case 1:
            total += 1
            isLegal = false
        case 2 where !taxes.isEmpty:
            taxes[0].1 += 1
            isLegal = false
        case 3 where worth != 0:
            worth = 0
            isLegal = false
        default: break
        }
        func date(_ month: Int, _ day: Int) -> String {
            "2017-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
        }
        let lastOfMonth = lastDay - Self.lengths.prefix(last - 1).reduce(0, +)
        let body = Body.serviceInvoice(
            invoice, client, from: date(month, 1), to: date(last, lastOfMonth), lines, taxes: taxes, total: total,
            currency: currency, clientWorth: worth, rate: worth == 0 ? "" : "r")
        return made(body, provider, isLegal, by: isApproved ? ["\(client)1"] : []) { model in
            model.invoices.insert("\(provider) \(invoice)")
            for period in used { model.periods[period] = 1 }
            model.invoicedDays["\(provider) \(client)"] = max(
                lastDay, model.invoicedDays["\(provider) \(client)"] ?? 0)
            model.owe(client, provider, currency, total)
            model.post(provider, "revenue:services", currency, -net)
            for (tax, amount) in taxes { model.post(provider, "liabilities:\(tax)-payable", currency, -amount) }
            if worth != 0 {
                model.move(client, currency, -total, -worth)
                model.post(client, "expenses:services", Self.currency(client), worth)
            } else {
                model.post(client, "expenses:services", currency, net)
                model.post(client, "assets:tax-recoverable", currency, total - net)
            }
        }
    }

    private func two(_ random: inout Seeded) -> (String, String, String) {
        let books = ["a", "b", "c"].shuffled(using: &random)
        return (books[0], books[1], Bool.random(using: &random) ? "CAD" : "USD")
    }

    /// An amount around a limit, so that both sides of it come often.
    private func around(_ limit: Int64, _ random: inout Seeded) -> Int64 {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: limit
        case 1: limit + 1
        default: limit > 0 ? Int64.random(in: 1...limit, using: &random) : Int64.random(in: -1...1, using: &random)
        }
    }

    private func netting(_ random: inout Seeded) -> Deed {
        let (book, other, currency) = two(&random)
        let most = min(owed(book, other, currency), owed(other, book, currency))
        let amount = around(most, &random)
        let id = name("n", &random)
        let isLegal = (1...max(1, most)).contains(amount) && amount <= most && !names.contains("\(book) \(id)")
        let causes = [cause(book, other, currency, amount), cause(other, book, currency, amount)].compactMap { $0 }
        let isLate = Bool.random(using: &random)
        return made(
            .netting(id, with: other, amount, currency: currency), book, isLegal, after: causes.max(), isLate: isLate
        ) { model in
            model.names.insert("\(book) \(id)")
            model.owe(book, other, currency, -amount)
            model.owe(other, book, currency, -amount)
        }
    }

    private func settlement(_ random: inout Seeded) -> Deed {
        let (book, other, currency) = two(&random)
        let most = owed(book, other, currency)
        let amount = around(most, &random)
        let id = name("s", &random)
        let isLegal = amount >= 1 && amount <= most && !names.contains("\(book) \(id)")
        let isLate = Bool.random(using: &random)
        return made(
            .settlement(id, to: other, amount, currency: currency), book, isLegal,
            after: cause(book, other, currency, amount), isLate: isLate
        ) { model in
            model.names.insert("\(book) \(id)")
            model.owe(book, other, currency, -amount)
            model.post(book, "assets:bank 815", currency, -amount)
            model.post(other, "assets:bank 006", currency, amount)
        }
    }

    private func client(_ random: inout Seeded) -> Deed {
        let book = ["a", "b", "c"].randomElement(using: &random) ?? "a"
        let currency = Bool.random(using: &random) ? "CAD" : "USD"
        let isForeign = currency != Self.currency(book)
        let invoice = name("k", &random)
        let amount = Int64.random(in: 1...90_000, using: &random)
        let isTaxed = !isForeign && Bool.random(using: &random)
        var isLegal = !invoices.contains("\(book) \(invoice)")
        var taxes: [(String, Int64)] = []
        if isTaxed {
            taxes = [("gst", Self.halfUp(amount, 50_000)), ("qst", Self.halfUp(amount, 99_750))].filter { $0.1 != 0 }
        }
        var worth = isForeign ? max(1, amount * Int64.random(in: 70...140, using: &random) / 100) : amount
        var taxClass: TaxClass = isTaxed ? .standard : .zeroRated
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            worth = isForeign ? 0 : worth + 1
            isLegal = false
        case 1 where isForeign && Self.halfUp(amount, 99_750) > 0:
            taxClass = .standard
            isLegal = false
        default: break
        }
        let body = Body.clientInvoice(
            invoice, "acme", amount, taxClass, taxes: taxes, currency: currency, worth: worth,
            rate: isForeign ? "r" : "")
        let total = taxes.reduce(amount) { $0 + $1.1 }
        return made(body, book, isLegal) { model in
            model.invoices.insert("\(book) \(invoice)")
            model.clientInvoices["\(book) \(invoice)"] = (book, currency, total, model.nowUs)
            model.post(book, "assets:receivable acme", currency, total)
            if isForeign { model.move(book, currency, amount, worth) }
            model.post(book, "revenue:services", Self.currency(book), -worth)
            for (tax, minor) in taxes { model.post(book, "liabilities:\(tax)-payable", currency, -minor) }
        }
    }

    private func payment(_ random: inout Seeded) -> Deed {
        let keys = clientInvoices.keys.sorted()
        guard let key = keys.randomElement(using: &random), let invoice = clientInvoices[key] else {
            return made(.clientPayment("none", 1), "a", false) { _ in }
        }
        let amount = around(invoice.left, &random)
        let name = key.split(separator: " ").last.map(String.init) ?? ""
        let isRight = Int.random(in: 0..<6, using: &random) > 0
        let currency = isRight ? invoice.currency : "EUR"
        let isLegal = isRight && amount >= 1 && amount <= invoice.left
        let isLate = Bool.random(using: &random)
        return made(
            .clientPayment(name, amount, currency: currency), invoice.book, isLegal, after: invoice.us, isLate: isLate
        ) { model in
            model.clientInvoices[key]?.left -= amount
            model.post(invoice.book, "assets:bank 815", currency, amount)
            model.post(invoice.book, "assets:receivable acme", currency, -amount)
        }
    }

    private func exchange(_ random: inout Seeded) -> Deed {
        let book = ["a", "b", "c"].randomElement(using: &random) ?? "a"
        let own = Self.currency(book)
        let foreign = own == "CAD" ? "USD" : "CAD"
        let id = name("x", &random)
        let isNew = !names.contains("\(book) \(id)")
        let bought = Int64.random(in: 0...50_000, using: &random)
        if Bool.random(using: &random) {
            let sold = Int64.random(in: 1...50_000, using: &random)
            return made(.exchange(id, sold: sold, own, bought: bought, foreign), book, isNew && bought > 0) { model in
                model.names.insert("\(book) \(id)")
                model.post(book, "assets:bank 815", own, -sold)
                model.post(book, "assets:bank 815", foreign, bought)
                model.move(book, foreign, bought, sold)
            }
        }
        let most = balance(book, "assets:bank 815", foreign)
        let sold = around(max(0, most), &random)
        let isLegal = isNew && bought > 0 && sold >= 1 && sold <= most
        return made(.exchange(id, sold: sold, foreign, bought: bought, own), book, isLegal) { model in
            model.names.insert("\(book) \(id)")
            model.post(book, "assets:bank 815", foreign, -sold)
            model.post(book, "assets:bank 815", own, bought)
            model.move(book, foreign, -sold, -bought)
        }
    }

    private func revaluation(_ random: inout Seeded) -> Deed {
        let book = ["a", "b", "c"].randomElement(using: &random) ?? "a"
        let foreign = Self.currency(book) == "CAD" ? "USD" : "CAD"
        let holding = -balance(book, "assets:currency-exchange", foreign)
        let stated = Int.random(in: 0..<5, using: &random) == 0 ? holding + 1 : holding
        let worth = stated * Int64.random(in: 70...140, using: &random) / 100
        return made(.revaluation(foreign, holding: stated, worth: worth), book, stated == holding) { model in
            model.value(book, worth - (model.worths[book] ?? 0))
        }
    }

    private func ending(_ random: inout Seeded, day: Int) -> Deed {
        let (provider, client) = Self.pairs.randomElement(using: &random) ?? ("a", "b")
        let key = "\(provider) \(client)"
        let isLegal = ended[key] == nil && day >= invoicedDays[key] ?? 0
        return made(.agreementEnd(client), provider, isLegal) { $0.ended[key] = day }
    }
}
