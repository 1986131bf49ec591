import Accounting
import Bytes
import Commerce
import Events

/// Who listens to what, and what plays have brought.
struct WorkState {
    static let firstPlay: Int64 = 2_000
    static let playsToOwn = 9
    static let creditPriceMinor: Int64 = 122

    /// Microcredits left, by member.
    var credits: [Int: Int64] = [:]
    /// Plays by member and work.
    var plays: [Int: Int] = [:]
    /// Microcredits that each work brought, and what of them was settled, in minor units.
    var brought: [Int64]
    var settledMinor: [Int64]
    var settledMicrocredits: [Int64]
    var licences = 0
    var downloads = 0
    var told = 0

    init(works: Int) {
        brought = Array(repeating: 0, count: works)
        settledMinor = brought
        settledMicrocredits = brought
    }
}

extension Simulation {
    func artist(_ number: Int) -> Bytes { names("artiste-", number + 1) }

    var artists: Int { max(6, town.works / 2) }

    func publishWorks() throws {
        try tell(Books.market) { event in
            event.policyAdopted { policy in
                policy.streaming {
                    $0.firstPlayMicrocredits(WorkState.firstPlay)
                    $0.playsToOwn(UInt32(WorkState.playsToOwn))
                    $0.creditPriceMinor(WorkState.creditPriceMinor)
                    $0.creatorsPpm(700_000)
                }
            }
        }
        for number in 0..<artists { try register(person: artist(number)) }
        for work in 0..<town.works {
            let creators = [work % artists, (work + 1) % artists, (work * 7 + 3) % artists]
            let unique = creators.enumerated().filter { creators.firstIndex(of: $0.element) == $0.offset }.map(
                \.element)
            try tell(Books.market) { event in
                event.workPublished { published in
                    published.product(product(town.firstWork + work))
                    published.kind(.music)
                    published.isrc(isrc(work))
                    published.title("Œuvre \(work + 1)")
                    for creator in unique {
                        published.creators {
                            $0.creator(artist(creator))
                            $0.role("interprète")
                        }
                    }
                    published.downloadsMax(5)
                }
            }
            try split(work, among: unique)
        }
    }

    /// Two letters of a country, three of a registrant, two digits of a year, five of the recording.
    private func isrc(_ work: Int) -> Bytes { names("CAQUB25", 10_000 + work) }

    private func split(_ work: Int, among creators: [Int]) throws {
        var left: UInt32 = 1_000_000
        try tell(Books.market) { event in
            event.royaltiesSplit { agreed in
                agreed.product(product(town.firstWork + work))
                for (at, creator) in creators.enumerated() {
                    let share = at == creators.count - 1 ? left : left / 2
                    left -= share
                    agreed.parts {
                        $0.creator(artist(creator))
                        $0.role("interprète")
                        $0.sharePpm(share)
                    }
                }
            }
        }
    }

    func grantLicences(_ order: Int) throws {
        for (at, line) in shop.orders[order].lines.enumerated() where town.products[line.product].goods == .digital {
            works.licences += 1
            let licence = works.licences
            shop.orders[order].licence = licence
            try tell(Books.market) { event in
                event.licenceGranted {
                    $0.licence(names("licence-", licence))
                    $0.order(self.order(order))
                    $0.line(UInt32(at))
                }
            }
            agenda.plan(.download(licence: licence), at: nowUs + chance.within(1...60) * 60_000_000)
        }
    }

    func download(_ licence: Int) throws {
        works.downloads += 1
        try tell(Books.market) { event in
            event.workDownloaded {
                $0.licence(names("licence-", licence))
                $0.download(names("dl-", works.downloads))
            }
        }
    }

    func planListening(_ span: Range<Int64>) {
        for _ in 0..<max(1, town.members * 30 / 1_000) {
            agenda.plan(.listen, at: span.lowerBound + chance.within(0...Int64(82_000_000)) * 1_000)
        }
    }

    /// One member in ten listens; credits are bought when they run out.
    func listen() throws {
        let listener = chance.favoured(max(1, town.members / 10))
        guard shop.joinedDay[listener] == 0, !people.isGone(listener) else { return }
        let work = chance.favoured(town.works)
        let place = listener * town.works + work
        let plays = works.plays[place] ?? 0
        let cost = plays < WorkState.playsToOwn ? WorkState.firstPlay << Int64(plays) : 0
        if works.credits[listener, default: 0] < cost { try buyCredits(listener) }
        works.credits[listener, default: 0] -= cost
        works.plays[place] = plays + 1
        works.brought[work] += cost
        works.told += 1
        try tell(Books.market) { event in
            event.workPlayed {
                $0.play(names("ecoute-", works.told))
                $0.product(product(town.firstWork + work))
                $0.listener(member(listener))
            }
        }
    }

    private func buyCredits(_ listener: Int) throws {
        let credits: Int64 = 5
        let amount = credits * WorkState.creditPriceMinor
        let gst = try Terms.gst.applied(to: amount)
        let qst = try Terms.qst.applied(to: amount)
        shop.payments += 1
        let purchase = names("credits-", shop.payments)
        try tell(Books.market) { event in
            event.creditsBought { bought in
                bought.purchase(purchase)
                bought.listener(member(listener))
                bought.institution(Bytes(Town.institutions[listener & 1]))
                bought.credits(credits)
                bought.amountMinor(amount)
                for (tax, charged) in [("gst", gst), ("qst", qst)] as [(StaticString, Int64)] where charged != 0 {
                    bought.taxes {
                        $0.tax(Bytes(tax))
                        $0.amountMinor(charged)
                    }
                }
                bought.totalMinor(amount + gst + qst)
                bought.currency("CAD")
            }
        }
        capture(Books.market, listener & 1, amount + gst + qst)
        works.credits[listener, default: 0] += credits * 1_000_000
    }

    /// What plays brought this month, in whole cents; the rest waits for the next.
    func settlePlays() throws {
        for work in 0..<town.works {
            let worth = works.brought[work] * WorkState.creditPriceMinor / 1_000_000
            let amount = worth - works.settledMinor[work]
            guard amount > 0 else { continue }
            let played = works.brought[work] - works.settledMicrocredits[work]
            shop.payments += 1
            let settlement = names("ecoutes-", shop.payments)
            try tell(Books.market) { event in
                event.playsSettled {
                    $0.settlement(settlement)
                    $0.product(product(town.firstWork + work))
                    $0.currency("CAD")
                    $0.microcredits(played)
                    $0.amountMinor(amount)
                }
            }
            works.settledMinor[work] = worth
            works.settledMicrocredits[work] = works.brought[work]
        }
    }
}
