import Foundation
import Testing

/// A small generator (SplitMix64), the same everywhere.
private struct Random {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}

/// A market of sellers who compete at one table: every amount in it occurs once, so that whoever reads one knows whose it is.
private struct CompetingSellers {
    static let sellers = ["aube", "brume", "cime"]

    private(set) var lines: [String] = []
    /// By order: seller and amount of each line, in cents.
    private(set) var orders: [(name: String, lines: [(seller: String, amount: Int)])] = []
    /// What only one seller may know: amounts, in cents.
    private(set) var amounts: [String: Set<Int>] = [:]
    /// Sums over several sellers, which none of them may know.
    private(set) var sums: Set<Int> = []
    private var minute = 0
    private var used: Set<Int> = []

    init(seed: UInt64) {
        var random = Random(state: seed)
        add(
            #""cooperativeFounded":{"name":"Marché","legalForm":"LEGAL_FORM_SOLIDARITY","currency":"CAD","timeZone":"America/Toronto","commonSharePriceMinor":"1000","clock":"CLOCK_DATA"}"#
        )
        add(#""policyAdopted":{"commission":{"ratePpm":40000}}"#)
        add(
            #""policyAdopted":{"allocation":{"reserveMinPpm":100000,"reserveAndSharesMinPpm":200000,"equityToDebtsPpm":400000,"rulesVersion":"C-67.2","groups":[{"group":"GROUP_CONSUMER","sharePpm":500000},{"group":"GROUP_SELLER","sharePpm":500000}]}}"#
        )
        for person in ["b1", "b2"] + Self.sellers {
            add(#""identityRegistered":{"identity":"\#(person)"}"#)
            let group = person.hasPrefix("b1") || person == "b2" ? "CONSUMER" : "SELLER"
            add(
                #""memberAdmitted":{"member":"\#(person)","category":"MEMBER_CATEGORY_USER","groups":["GROUP_\#(group)"]}"#
            )
            add(#""consentGranted":{"identity":"\#(person)","purpose":"delivery","textVersion":"v1"}"#)
            guard person == "b1" else { continue }
            add(#""consentGranted":{"identity":"b1","purpose":"attribution","textVersion":"v1"}"#)
        }
        add(#""productListed":{"product":"pain","taxClass":"TAX_CLASS_ZERO_RATED"}"#)
        for number in 0..<7 { order("c\(number)", &random) }
        found()
        for (at, seller) in Self.sellers.enumerated() {
            work(seller, at, &random)
            parcel(seller, at, &random)
            stock(seller, at, &random)
            ride(seller, at, &random)
        }
    }

    /// Who carries, drives, creates and advertises beside the sellers, who host lockers and campaigns themselves.
    private mutating func found() {
        for (person, category, group) in [
            ("porteur", "WORKER", "CARRIER"), ("chauffeur", "WORKER", "DRIVER"), ("auteure", "USER", "CREATOR"),
        ] {
            add(#""identityRegistered":{"identity":"\#(person)"}"#)
            add(
                #""memberAdmitted":{"member":"\#(person)","category":"MEMBER_CATEGORY_\#(category)","groups":["GROUP_\#(group)"]}"#
            )
        }
        add(#""policyAdopted":{"media":{"rule":"ATTRIBUTION_RULE_LAST","windowDays":7,"ratePpm":20000}}"#)
        add(#""policyAdopted":{"chargebacks":{"bearer":"CHARGEBACK_BEARER_SELLER"}}"#)
        add(
            #""policyAdopted":{"delivery":{"pickupHours":48,"fees":[{"mode":"DELIVERY_MODE_LOCKER_24H","carrierFeeMinor":"300"}],"hostingFeeMinor":"50"}}"#
        )
        add(#""policyAdopted":{"rides":{"levyMinor":"0","platformPpm":0,"cancellationFeeMinor":"0"}}"#)
        add(#""productListed":{"product":"miche","taxClass":"TAX_CLASS_ZERO_RATED"}"#)
        add(#""storageSiteOpened":{"site":"depot","name":"Dépôt"}"#)
        for (at, seller) in Self.sellers.enumerated() {
            add(
                #""lockerSiteOpened":{"site":"casier\#(at)","host":"\#(seller)","kind":"LOCKER_SITE_KIND_STORE","compartments":[{"size":"COMPARTMENT_SIZE_SMALL","count":8}],"name":"Casier \#(at)"}"#
            )
            add(
                #""campaignLaunched":{"campaign":"annonce\#(at)","kind":"radio","startDate":"2025-01-01","endDate":"2025-12-31","medium":"\#(seller)"}"#
            )
        }
    }

    /// A seller's work is sold, licensed, credited to the campaign of another, and charged back.
    private mutating func work(_ seller: String, _ at: Int, _ random: inout Random) {
        let amount = fresh(&random)
        amounts[seller, default: []].insert(amount)
        add(#""productListed":{"product":"chant\#(at)","seller":"\#(seller)","taxClass":"TAX_CLASS_DIGITAL"}"#)
        add(
            #""workPublished":{"product":"chant\#(at)","kind":"WORK_KIND_MUSIC","title":"Chant","creators":[{"creator":"\#(seller)","role":"author"},{"creator":"auteure","role":"performer"}]}"#
        )
        let share = fresh(&random) % 600_000 + 200_000
        amounts[seller, default: []].insert(share)
        add(
            #""royaltiesSplit":{"product":"chant\#(at)","parts":[{"creator":"\#(seller)","role":"author","sharePpm":\#(share)},{"creator":"auteure","role":"performer","sharePpm":\#(1_000_000 - share)}]}"#
        )
        let medium = (at + 1) % Self.sellers.count
        add(
            #""campaignTouched":{"touch":"t\#(at)","campaign":"annonce\#(medium)","identity":"b1"}"#,
            about: Self.sellers[medium])
        add(
            #""purchasePlaced":{"order":"w\#(at)","buyer":"b1","buyerStatus":"BUYER_STATUS_MEMBER","currency":"CAD","lines":[{"product":"chant\#(at)","seller":"\#(seller)","quantity":"1","amountMinor":"\#(amount)","taxClass":"TAX_CLASS_DIGITAL"}],"totalMinor":"\#(amount)"}"#
        )
        orders.append(("w\(at)", [(seller, amount)]))
        add(
            #""paymentCaptured":{"payment":"pw\#(at)","order":"w\#(at)","institution":"815","amountMinor":"\#(amount)","currency":"CAD"}"#
        )
        add(#""orderHandedOver":{"order":"w\#(at)"}"#, about: seller)
        add(#""licenceGranted":{"licence":"l\#(at)","order":"w\#(at)"}"#, about: seller)
        let credited = (amount * 2 + 50) / 100
        amounts[Self.sellers[medium], default: []].insert(credited)
        add(
            #""mediaCredited":{"order":"w\#(at)","shares":[{"campaign":"annonce\#(medium)","amountMinor":"\#(credited)"}]}"#,
            about: seller)
        let back = 10_000 + random.next(9_000)
        amounts[seller, default: []].insert(back)
        add(
            #""chargebackReceived":{"chargeback":"x\#(at)","order":"w\#(at)","institution":"815","amountMinor":"\#(back)","currency":"CAD","reason":"4853"}"#,
            about: seller)
    }

    /// A seller's parcel goes to the locker that another hosts.
    private mutating func parcel(_ seller: String, _ at: Int, _ random: inout Random) {
        let amount = fresh(&random)
        amounts[seller, default: []].insert(amount)
        let host = (at + 1) % Self.sellers.count
        add(
            #""purchasePlaced":{"order":"k\#(at)","buyer":"b2","buyerStatus":"BUYER_STATUS_MEMBER","currency":"CAD","lines":[{"product":"pain","seller":"\#(seller)","amountMinor":"\#(amount)","taxClass":"TAX_CLASS_ZERO_RATED"}],"totalMinor":"\#(amount)","deliveryMode":"DELIVERY_MODE_LOCKER_24H"}"#
        )
        orders.append(("k\(at)", [(seller, amount)]))
        add(
            #""paymentCaptured":{"payment":"pk\#(at)","order":"k\#(at)","institution":"815","amountMinor":"\#(amount)","currency":"CAD"}"#
        )
        add(
            #""parcelPrepared":{"parcel":"colis\#(at)","order":"k\#(at)","retailer":"\#(seller)","size":"COMPARTMENT_SIZE_SMALL","weightGrams":"400","valueMinor":"\#(amount)","currency":"CAD","site":"casier\#(host)"}"#
        )
        add(#""parcelTransferred":{"parcel":"colis\#(at)","from":"\#(seller)","to":"porteur"}"#)
        add(
            #""parcelPlaced":{"parcel":"colis\#(at)","site":"casier\#(host)","compartment":1,"size":"COMPARTMENT_SIZE_SMALL"}"#,
            about: seller)
        let damage = 1_000 + random.next(9_000)
        amounts[seller, default: []].insert(damage)
        // Whoever keeps it answers for it.
        amounts[Self.sellers[host], default: []].insert(damage)
        add(
            #""parcelDamaged":{"parcel":"colis\#(at)","damageMinor":"\#(damage)","reason":"chez \#(seller)"}"#,
            about: seller)
    }

    private mutating func stock(_ seller: String, _ at: Int, _ random: inout Random) {
        let units = fresh(&random)
        amounts[seller, default: []].insert(units)
        add(
            #""stockReceived":{"receipt":"s\#(at)","site":"depot","product":"miche","quantity":"\#(units)","currency":"CAD","owner":"\#(seller)"}"#
        )
        let gone = 20_000 + random.next(9)
        amounts[seller, default: []].formUnion([units - gone, gone])
        add(
            #""stockAdjusted":{"adjustment":"a\#(at)","site":"depot","product":"miche","change":"-\#(gone)","reason":"perte","owner":"\#(seller)"}"#
        )
    }

    /// One ride alone, and one with another seller beside.
    private mutating func ride(_ seller: String, _ at: Int, _ random: inout Random) {
        let fare = fresh(&random)
        amounts[seller, default: []].insert(fare)
        let other = Self.sellers[(at + 1) % Self.sellers.count]
        for (name, minor, companions) in [("r\(at)", fare, ""), ("q\(at)", 1_234, #"{"rider":"\#(other)"}"#)] {
            add(
                #""rideRequested":{"ride":"\#(name)","rider":"\#(seller)","fromZone":"plateau","toZone":"rosemont","companions":[\#(companions)]}"#
            )
            add(#""rideAccepted":{"ride":"\#(name)","driver":"chauffeur"}"#, about: seller)
            add(#""rideStarted":{"ride":"\#(name)"}"#, about: seller)
            add(
                #""rideCompleted":{"ride":"\#(name)","currency":"CAD","baseMinor":"\#(minor)","distanceMeters":"4200","durationSeconds":"780","totalMinor":"\#(minor)"}"#,
                about: seller)
        }
    }

    private mutating func order(_ name: String, _ random: inout Random) {
        var all = Self.sellers
        var chosen: [(seller: String, amount: Int)] = []
        for _ in 0...random.next(3) {
            let seller = all.remove(at: random.next(all.count))
            let amount = fresh(&random)
            chosen.append((seller, amount))
            amounts[seller, default: []].insert(amount)
        }
        orders.append((name, chosen))
        let total = chosen.reduce(0) { $0 + $1.amount }
        if chosen.count > 1 { sums.insert(total) }
        let listed = chosen.map {
            #"{"product":"pain","seller":"\#($0.seller)","amountMinor":"\#($0.amount)","taxClass":"TAX_CLASS_ZERO_RATED"}"#
        }
        let buyer = "b\(1 + random.next(2))"
        add(
            #""purchasePlaced":{"order":"\#(name)","buyer":"\#(buyer)","buyerStatus":"BUYER_STATUS_MEMBER","currency":"CAD","lines":[\#(listed.joined(separator: ","))],"totalMinor":"\#(total)"}"#
        )
        add(
            #""paymentCaptured":{"payment":"p\#(name)","order":"\#(name)","institution":"815","amountMinor":"\#(total)","currency":"CAD"}"#
        )
        add(#""orderHandedOver":{"order":"\#(name)"}"#, about: chosen.map(\.seller).joined())
        if random.next(3) == 0 {
            let line = random.next(chosen.count)
            let back = 1_000 + random.next(4_000)
            amounts[chosen[line].seller, default: []].insert(back)
            add(
                #""purchaseRefunded":{"order":"\#(name)","refund":"r","lines":[{"line":\#(line),"amountMinor":"\#(back)"}],"totalMinor":"\#(back)"}"#
            )
        } else {
            // A part of what the order brought its first seller.
            let paid = 1_000 + random.next(4_000)
            amounts[chosen[0].seller, default: []].insert(paid)
            add(
                #""payoutInstructed":{"payout":"v\#(name)-\#(chosen[0].seller)","payee":"\#(chosen[0].seller)","institution":"815","amountMinor":"\#(paid)","currency":"CAD"}"#
            )
        }
    }

    private mutating func fresh(_ random: inout Random) -> Int {
        while true {
            let amount = 20_011 + random.next(900_000)
            if used.insert(amount).inserted { return amount }
        }
    }

    private mutating func add(_ body: String, about: String = "") {
        minute += 1
        let time =
            "2025-02-\(minute / 1_440 + 10)T\(12 + minute / 60 % 12):\(minute % 60 < 10 ? "0" : "")\(minute % 60):00Z"
        // Keys tell whom they are about, as those of real systems do.
        let names = Self.sellers.filter { (body + about).contains($0) }.joined(separator: "+")
        lines.append(
            #"{"effectiveAt":"\#(time)","book":"marche","source":"t","key":"\#(minute)-\#(names)","actor":"caisse-\#(names)",\#(body)}"#
        )
    }
}

/// Who sees what: two retailers can never read one another's figures through any query that takes an actor.
@Suite struct ViewerTests {
    private func opened(_ market: CompetingSellers) throws -> Program {
        let program = try Program()
        #expect(try program.run("init").status == 0)
        let file = program.folder + ".jsonl"
        try market.lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let recorded = try program.run("record", file)
        #expect(recorded.status == 0, "\(recorded.err)")
        return program
    }

    /// Every number of a text in cents, whether it was written "1,234.56", "1234.56" or, in events, "123456".
    private func numbers(_ text: String) -> Set<Int> {
        var found: Set<Int> = []
        for match in text.matches(of: #/[0-9][0-9,.]*/#) {
            for part in [String(match.output), String(match.output.filter { $0 != "," })]
                + match.output.split(separator: ",").map(String.init)
            {
                if let number = Int(part.filter { $0 != "." }) { found.insert(number) }
            }
        }
        return found
    }

    private func queries(_ market: CompetingSellers) -> [[String]] {
        let orders = market.orders.map(\.name)
        let year = ["--year", "2025"]
        return [
            ["log"], ["log", "--reverse", "--limit", "5"], ["log", "--type", "purchasePlaced"],
            ["log", "--type", "payoutInstructed"], ["log", "--from", "3", "--to", "40"],
            ["balances"], ["balances", "--parties"], ["balances", "--at", "2025-02-10"], ["balances", "--at", "30"],
            ["balances", "--book", "marche", "--as-known-at", "2025-12-31"],
            ["balances", "--account", "liabilities:seller-payable"],
            ["account", "liabilities:seller-payable"], ["account", "assets:receivable"],
            ["account", "liabilities:deferred-commission"], ["account", "revenue:commission"],
            ["account", "assets:in-transit", "--party", "815"], ["log", "--party", "815"], ["log", "--party", "b1"],
            ["member", "b1"], ["member", "export", "b1"], ["identity", "show", "b1"],
            ["orders"], ["orders", "--summary"], ["orders", "--buyer", "b1"], ["orders", "--limit", "all"],
            ["surplus", "show"] + year, ["surplus", "plan"] + year, ["stats"], ["rebuild", "--check"],
            ["verify-identities"],
            ["stock"], ["stock", "--site", "depot"], ["stock", "low", "--below", "9999999"], ["stock", "picks"],
            ["stock", "sites"], ["stock", "movements", "miche"], ["lockers"], ["parcels"],
            ["parcels", "--limit", "all"],
            ["parcels", "--site", "casier1"], ["parcels", "--holder", "porteur"], ["parcels", "--order", "k0"],
            ["parcels", "export", "--epcis"], ["deliveries"], ["deliveries", "--by", "carrier"],
            ["deliveries", "--losses"], ["deliveries", "--late", "--at", "2026-01-01T00:00:00Z"],
            ["rides"], ["rides", "--driver", "chauffeur"], ["rides", "earnings", "chauffeur"] + year,
            ["licences"], ["licences", "--product", "chant1"], ["royalties"], ["royalties", "due"] + year,
            ["royalties", "split", "chant0"], ["royalties", "split", "chant1"], ["royalties", "plays", "chant0"],
            ["campaigns"], ["campaigns", "repatriated"], ["taxes"] + year, ["payments", "holds"],
            ["payments", "cards"], ["agreement", "list"], ["balances", "--combined"], ["coop", "list"],
            ["coop", "show"], ["coop", "members"], ["coop", "roles"], ["coop", "expenses"], ["statement", "b1"],
            ["statement", "chauffeur"], ["surplus", "groups"] + year, ["surplus", "report"] + year,
            ["surplus", "register"], ["surplus", "register", "--movements"],
            ["surplus", "interest", "--rate", "1"] + year,
        ]
            + (0..<3).flatMap { at in
                ["r", "q"].map { ["rides", "show", "\($0)\(at)"] } + [["parcels", "show", "colis\(at)"]]
            } + orders.map { ["orders", $0] } + orders.map { ["log", "--order", $0] }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `no output names another seller or shows an amount that is only theirs`(seed: UInt64) throws {
        let market = CompetingSellers(seed: seed)
        let program = try opened(market)
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        if seed == 1 { #expect(try program.run("surplus", "close", "--year", "2025").status == 0) }
        for (position, seller) in CompetingSellers.sellers.enumerated() {
            let others = CompetingSellers.sellers.filter { $0 != seller }
            let hidden = others.reduce(into: market.sums) { $0.formUnion(market.amounts[$1] ?? []) }
                .subtracting(market.amounts[seller] ?? [])
            var answered = 0
            for (number, query) in queries(market).enumerated() {
                // Each query in one format here, in another for the next seller.
                let format = ["json", "table", "csv"][(number + position) % 3]
                let answer = try program.run(["--as", seller, "--format", format] + query)
                for other in others {
                    #expect(
                        !answer.out.contains(other) && !answer.err.contains(other),
                        "seed \(seed): \(seller) reads of \(other) in \(query) \(format)")
                }
                let seen = numbers(answer.out + answer.err).intersection(hidden)
                #expect(seen.isEmpty, "seed \(seed): \(seller) reads \(seen) in \(query) \(format)")
                #expect([0, 66].contains(answer.status), "\(query): \(answer.err)")
                if answer.status == 0 { answered += 1 }
            }
            #expect(answered > 15)
            // Its own are there.
            let own = try program.run("--as", seller, "orders", "--format", "json", "--limit", "all").out
            for order in market.orders {
                for line in order.lines where line.seller == seller { #expect(numbers(own).contains(line.amount)) }
            }
            #expect(try program.run("--as", seller, "member", seller).status == 0)
            #expect(try program.run("--as", seller, "member", "export", seller).status == 0)
            let statement = try program.run("--as", seller, "--format", "json", "statement", seller)
            #expect(statement.status == 0 && !others.contains { statement.out.contains($0) }, "\(statement)")
            #expect(numbers(statement.out).isDisjoint(with: hidden))
            for (query, rows) in [
                (["stock"], 1), (["parcels"], 2), (["rides"], 3), (["royalties"], 1), (["campaigns"], 1),
                (["lockers"], 3), (["stock", "movements", "miche"], 2),
            ] {
                let own = try program.run(["--as", seller, "--format", "csv"] + query)
                #expect(
                    own.status == 0 && own.out.split(whereSeparator: \.isNewline).count == rows + 1, "\(query): \(own)")
            }
            #expect(try program.run("--as", seller, "log", "--party", seller).status == 0)
        }
    }

    @Test func `what may not be seen is answered as what does not exist`() throws {
        let market = CompetingSellers(seed: 9)
        let program = try opened(market)
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        for query in [
            ["member", "X"], ["member", "export", "X"], ["identity", "show", "X"], ["log", "--party", "X"],
            ["account", "liabilities:seller-payable", "--party", "X"], ["balances", "--party", "X"],
            ["orders", "--buyer", "X"],
        ] {
            let hidden = try program.run(["--as", "aube"] + query.map { $0 == "X" ? "brume" : $0 })
            let absent = try program.run(["--as", "aube"] + query.map { $0 == "X" ? "nobody" : $0 })
            #expect(hidden.status == absent.status, "\(query)")
            #expect(hidden.out == absent.out)
            #expect(
                hidden.err
                    == absent.err.split(separator: "nobody", omittingEmptySubsequences: false)
                    .joined(separator: "brume"))
        }
        let other = try #require(market.orders.first { !$0.lines.contains { $0.seller == "aube" } })
        let hidden = try program.run("--as", "aube", "orders", other.name)
        #expect(hidden.status == 66 && hidden.err == "grandlivre: \(other.name): unknown order; check the id\n")
    }

    @Test func `a command that does not ask who asks refuses`() throws {
        let program = try opened(CompetingSellers(seed: 9))
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        for query in [
            ["stats"], ["rebuild"], ["record", "/dev/null"], ["surplus", "close", "--year", "2025"],
            ["identity", "register", "new"], ["identity", "erase", "aube", "--reason", "x"], ["verify-identities"],
            ["demo"], ["init"],
        ] {
            for actor in ["aube", "coop:marche", "815", "district:marche/centre"] {
                let answer = try program.run(["--as", actor] + query)
                #expect(answer.status == 66 && answer.out.isEmpty, "\(query) as \(actor): \(answer.out)")
            }
        }
        #expect(try program.run("--as", "", "balances").status == 64)
        #expect(try program.run("--as", "nobody", "balances").status == 66)
        #expect(try program.run("--as", "district:marche/centre", "balances").status == 66)
        #expect(try program.run("--as", "aube", "catalog").status == 0)
    }

    @Test func `a cooperative sees its own book and its own members only`() throws {
        let program = try opened(CompetingSellers(seed: 4))
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        func line(_ key: Int, _ body: String) -> String {
            #"{"effectiveAt":"2025-03-01T12:0\#(key):00Z","book":"atelier","source":"t","key":"a\#(key)","actor":"x",\#(body)}"#
        }
        let lines = [
            line(
                1,
                #""cooperativeFounded":{"name":"Atelier","legalForm":"LEGAL_FORM_SOLIDARITY","currency":"CAD","timeZone":"America/Toronto","commonSharePriceMinor":"1000"}"#
            ),
            line(2, #""identityRegistered":{"identity":"artisan"}"#),
            line(
                3,
                #""memberAdmitted":{"member":"artisan","category":"MEMBER_CATEGORY_WORKER","groups":["GROUP_WORKER"]}"#),
            line(4, #""memberAdmitted":{"member":"b1","category":"MEMBER_CATEGORY_USER","groups":["GROUP_CONSUMER"]}"#),
            line(
                5,
                #""sharesSubscribed":{"member":"artisan","shareClass":"SHARE_CLASS_COMMON","shares":1,"amountMinor":"1000","currency":"CAD","institution":"815"}"#
            ),
        ]
        let file = program.folder + ".jsonl"
        try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let recorded = try program.run("record", file)
        #expect(recorded.status == 0, "\(recorded.err)")
        for query in [
            ["log"], ["balances", "--parties"], ["account", "assets:bank"], ["orders"], ["member", "b1"],
            ["member", "artisan"], ["identity", "show", "b1"], ["member", "export", "b1"], ["log", "--party", "b1"],
        ] {
            let answer = try program.run(["--as", "coop:atelier", "--format", "json"] + query)
            #expect(answer.status == 0, "\(query): \(answer.err)")
            #expect(!answer.out.contains("marche") && !answer.out.contains("aube"), "\(query)")
        }
        for query in [
            ["balances", "--book", "marche"], ["account", "assets:bank", "--book", "marche"], ["member", "aube"],
            ["member", "b1", "--book", "marche"], ["identity", "show", "aube"], ["member", "export", "aube"],
            ["log", "--party", "aube"], ["orders", "c0", "--book", "marche"], ["log", "--order", "marche/c0"],
            ["log", "--order", "c0"],
        ] {
            let answer = try program.run(["--as", "coop:atelier"] + query)
            #expect(answer.status == 66, "\(query): \(answer.out)")
            #expect(!answer.err.contains("books: marche"))
        }
        let whole = try program.run("--as", "coop:marche", "balances", "--format", "json").out
        let all = try program.run("balances", "--book", "marche", "--format", "json").out
        #expect(whole == all)
        // Who is a member of both sees both.
        let own = try program.run("--as", "b1", "log", "--format", "json").out
        #expect(own.contains("marche") && own.contains("atelier"))
    }

    @Test func `an institution sees what passes through it`() throws {
        let market = CompetingSellers(seed: 5)
        let program = try opened(market)
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let captures = try program.run("--as", "815", "log", "--type", "paymentCaptured", "--format", "json").out
        #expect(captures.split(separator: "\n").count == market.orders.count && !captures.contains("redacted"))
        #expect(try program.run("--as", "institution:815", "balances").out.contains("in-transit"))
        #expect(
            try program.run("--as", "815", "account", "liabilities:seller-payable", "--format", "json").out == "[]\n")
    }
}
