import Bytes
import Commerce
import Events
import Ledger

/// What happens to a member's data and membership next.
enum PersonStep: UInt8 {
    case move, withdrawConsent, leave, repay, erase
}

/// What people said of themselves, and who is gone.
struct PeopleState {
    /// Keys that the seed decides: the same data is sealed to the same bytes each time. They guard nobody real.
    let keyring: Keyring
    /// Members who agree that campaigns are counted, and those who agree to the newsletter.
    var attributes: Set<Int> = []
    var newsletter: Set<Int> = []
    /// Members who left.
    var gone: Set<Int> = []
    var provided = 0
    /// Members who wait for their share's worth.
    var waiting: [Int] = []

    init(seed: UInt64) { keyring = Keyring(seed: Array("grandlivre simulation people \(seed)".utf8)) }

    func isGone(_ member: Int) -> Bool { gone.contains(member) }
}

extension Simulation {
    private static let dayUs: Int64 = 86_400_000_000

    /// Everybody who gives personal data: members, workers, drivers, creators, directors.
    var personNames: [String] {
        (0..<town.members).map { member($0).string } + (0..<town.workers).map { worker($0).string }
            + (0..<town.drivers).map { driver($0).string } + (0..<artists).map { artist($0).string }
            + Self.directors.map { director(of: $0).description }
    }

    /// Registers a person, who then says who they are.
    func register(person identity: Bytes) throws {
        try register(identity)
        try provide(identity, personalData())
    }

    private func personalData() -> PersonalData {
        people.provided += 1
        let first = PersonWords.firstNames[chance.below(PersonWords.firstNames.count)]
        let family = PersonWords.familyNames[chance.below(PersonWords.familyNames.count)]
        var data = PersonalData()
        data.name = "\(first) \(family)"
        data.email = "personne.\(people.provided)@example.org"
        data.telephone = "514-555-01\(10 + chance.below(90))"
        data.language = chance.happens(perMille: 800) ? "fr" : "en"
        address(&data)
        return data
    }

    private func address(_ data: inout PersonalData) {
        let (city, area) = PersonWords.cities[chance.below(PersonWords.cities.count)]
        let letter = PersonWords.postalLetters[chance.below(PersonWords.postalLetters.count)]
        data.streetAddress =
            "\(chance.within(1...9_800)), \(PersonWords.streets[chance.below(PersonWords.streets.count)])"
        data.city = city
        data.province = "QC"
        data.postalCode = "\(area) \(chance.below(10))\(letter)\(chance.below(10))"
    }

    private func provide(_ identity: Bytes, _ data: PersonalData) throws {
        let name = identity.string
        guard let key = try people.keyring.key(of: name) else { return }
        let sealed = key.seal(data, of: name)
        try tell(Books.identity) { event in
            event.personalDataProvided { body in
                body.identity(identity)
                key.id.withBytes { body.keyId($0) }
                sealed.withBytes { body.sealed($0) }
            }
        }
    }

    /// Purpose by purpose; later some move house, take a consent back, leave, and ask to be erased.
    func consent(of number: Int) throws {
        var purposes: [StaticString] = ["delivery"]
        if chance.happens(perMille: 900) {
            purposes.append("attribution")
            people.attributes.insert(number)
        }
        if chance.happens(perMille: 500) {
            purposes.append("newsletter")
            people.newsletter.insert(number)
        }
        for purpose in purposes {
            // Whoever shops agrees to what the marketplace does with their data.
            try tell(Books.market, by: member(number)) { event in
                event.consentGranted {
                    $0.identity(member(number))
                    $0.purpose(Bytes(purpose))
                    $0.textVersion("2025-1")
                }
            }
        }
        for (step, perMille) in [(PersonStep.move, 60), (.withdrawConsent, 80), (.leave, 30)]
        where chance.happens(perMille: perMille) {
            // Spread over a year, whatever part of it is simulated.
            let day = chance.within(2...360)
            guard day < options.days, shop.joinedDay[number] == 0 else { continue }
            agenda.plan(.person(member: number, step), at: nowUs + Int64(day) * Self.dayUs + 36_000_000_000)
        }
    }

    func move(person number: Int, _ step: PersonStep) throws {
        let identity = member(number)
        switch step {
        case .move: if !people.isGone(number) { try provide(identity, personalData()) }
        case .withdrawConsent:
            guard !people.isGone(number), people.newsletter.remove(number) != nil else { return }
            try tell(Books.market, by: identity) { event in
                event.consentWithdrawn {
                    $0.identity(identity)
                    $0.purpose("newsletter")
                }
            }
        case .leave: try leave(number)
        case .repay:
            try tell(Books.market) { event in
                event.redemptionPaid {
                    $0.redemption(names("rachat-", number + 1))
                    $0.institution("815")
                    $0.amountMinor(Terms.sharePriceMinor)
                    $0.currency("CAD")
                }
            }
        case .erase:
            try tell(Books.identity, by: identity) { event in
                event.identityErased {
                    $0.identity(identity)
                    $0.reason("demande de la personne")
                }
            }
        }
    }

    /// A member leaves, is paid back their share by and by, and often wants to be forgotten.
    private func leave(_ number: Int) throws {
        people.gone.insert(number)
        var books: [StaticString] = [Books.market]
        if number % 3 == 0 { books.append(Books.rides) }
        for book in books {
            try tell(book) { event in
                event.memberWithdrew {
                    $0.member(member(number))
                    $0.reason("départ")
                }
            }
        }
        people.waiting.append(number)
        if chance.happens(perMille: 400) {
            agenda.plan(.person(member: number, .erase), at: nowUs + 30 * Self.dayUs)
        }
    }

    /// The board accepts what the cooperative can bear (C-67.2 s.38); the others wait for the next month.
    func redeemShares() throws {
        guard !people.waiting.isEmpty, let views = try booksNow(), let market = book(Books.market, views) else {
            return
        }
        let bearable = max(0, Int(views.netAssets(market) / Terms.sharePriceMinor))
        let accepted = people.waiting.prefix(bearable)
        people.waiting.removeFirst(accepted.count)
        for number in accepted { try redeem(number) }
    }

    private func redeem(_ number: Int) throws {
        try tell(Books.market) { event in
            event.redemptionAccepted {
                $0.redemption(names("rachat-", number + 1))
                $0.member(member(number))
                $0.shareClass(.common)
                $0.shares(1)
                $0.amountMinor(Terms.sharePriceMinor)
                $0.currency("CAD")
            }
        }
        agenda.plan(.person(member: number, .repay), at: nowUs + 30 * Self.dayUs)
    }
}
