import Bytes
import Events
import Fixtures
import Foundation
import Index
import Testing

@testable import Commerce

/// Identities: what may be recorded of a person, and what the views know of them.
@Suite struct IdentityTests {
    private static let key = [UInt8](repeating: 9, count: 32)

    private func refused(_ desk: Desk, _ body: Body, _ field: String, _ code: Refusal.Code, at: String? = nil) throws {
        let before = desk.digests
        let refusal = try #require(try desk.refusal(body, at: at), "\(body)")
        #expect(refusal.field == field && refusal.code == code, "\(refusal.text(.english))")
        #expect(!refusal.reason.french.isEmpty && !refusal.accepted.french.isEmpty)
        #expect(desk.digests == before)
    }

    @Test func `the newest sealed data counts, and posts nothing`() throws {
        let desk = try Desk()
        #expect(try desk.record(.personalData("ana")).isEmpty)
        let first = desk.size - 1
        #expect(desk.views.identity(desk.party("ana"))?.dataSequence == first)
        try desk.record(.personalData("ana", seed: 2))
        let record = try #require(desk.views.identity(desk.party("ana")))
        #expect(record.dataSequence == first + 1 && record.dataCount == 2 && !record.isErased)
        #expect(desk.views.identity(desk.party("bob")) == nil)
        #expect(desk.views.newestEvent(ofParty: desk.party("ana")) == first + 1)
    }

    @Test func `what is not sealed is refused`() throws {
        let desk = try Desk()
        try refused(desk, .personalData("nobody"), "identity", .unknown)
        try refused(desk, .personalData("ana", keyId: 7), "keyId", .malformed)
        try refused(desk, .personalData("ana", bytes: 28), "sealed", .outOfRange)
        try refused(desk, .personalData("ana", bytes: 8_193), "sealed", .outOfRange)
        var clear = PersonalData()
        clear.name = "Ana Tremblay"
        clear.email = "ana@example.org"
        clear.streetAddress = "12, rue de l’Érable"
        for text in [clear.clear, Array(clear.json.utf8), Array("Ana Tremblay, 12, rue de l’Érable".utf8)] {
            var provided = PersonalDataProvided()
            provided.identity = "ana"
            provided.keyID = .init(repeating: 7, count: 8)
            provided.sealed = .init(text)
            try refused(desk, .personalDataProvided(provided), "sealed", .notAllowed)
        }
        try refused(desk, .identity("ana@example.org"), "identity", .notAllowed)
        try refused(desk, .erasure("ana", reason: "wrote from ana@example.org"), "reason", .notAllowed)
        try refused(desk, .consent("ana", to: "to ana@example.org"), "purpose", .malformed)
        try refused(desk, .consent("ana", to: "delivery", text: "Version 1"), "textVersion", .malformed)
    }

    @Test func `consent is by purpose, once, and until it is withdrawn`() throws {
        let desk = try Desk()
        let ana = desk.party("ana")
        let book = try #require(desk.book("grand-io"))
        func consents(_ purpose: String) -> Bool {
            Array(purpose.utf8).withBytes { desk.agrees(ana, $0, book) }
        }
        try refused(desk, .consentWithdrawn("ana", from: "delivery"), "purpose", .unknown)
        try desk.record(.consent("ana", to: "delivery"), at: "2017-02-01T12:00:00Z")
        #expect(consents("delivery") && !consents("newsletter"))
        try refused(desk, .consent("ana", to: "delivery"), "purpose", .duplicate)
        try refused(
            desk, .consentWithdrawn("ana", from: "delivery"), "effectiveAt", .outOfRange, at: "2017-01-31T12:00:00Z")
        try desk.record(.consent("ana", to: "delivery", text: "v2"), at: "2017-02-02T12:00:00Z")
        try desk.record(.consent("ana", to: "newsletter"))
        try desk.record(.consentWithdrawn("ana", from: "delivery"))
        #expect(!consents("delivery") && consents("newsletter"))
        try refused(desk, .consentWithdrawn("ana", from: "delivery"), "purpose", .unknown)
        try desk.record(.consent("ana", to: "delivery"))
        #expect(consents("delivery"))
        #expect(desk.views.consents(ana).map(\.purpose) == ["delivery", "newsletter"])
    }

    @Test func `an erased identity takes no personal data and no consent, and still takes amounts`() throws {
        let desk = try Desk()
        let ana = desk.party("ana")
        try desk.record(.personalData("ana"))
        try desk.record(.consent("ana", to: "delivery"))
        try desk.record(.signingKey("ana", Self.key))
        let balances = desk.balances
        #expect(try desk.record(.erasure("ana")).isEmpty)
        #expect(desk.balances == balances)
        let erased = desk.size - 1
        #expect(desk.views.identity(ana)?.erasedSequence == erased)
        let book = try #require(desk.book("grand-io"))
        #expect(!Array("delivery".utf8).withBytes { desk.agrees(ana, $0, book) })
        #expect(desk.views.signingKeys(ana).map(\.revokedSequence) == [erased])
        try refused(desk, .erasure("ana"), "identity", .notAllowed)
        try refused(desk, .personalData("ana"), "identity", .notAllowed)
        try refused(desk, .consent("ana", to: "newsletter"), "identity", .notAllowed)
        try refused(desk, .consentWithdrawn("ana", from: "delivery"), "identity", .notAllowed)
        try refused(desk, .signingKey("ana", [UInt8](repeating: 8, count: 32)), "identity", .notAllowed)
        try refused(desk, .erasure("bob", reason: ""), "reason", .missing)
        try desk.record(.purchase("o1", "ana", [.of("milk", "sam", 1_000, .zeroRated)]))
        #expect(desk.balance("assets:receivable", "ana") == 1_000)
    }

    @Test func `a key has one holder for ever, and a revoked one signs nothing`() throws {
        let desk = try Desk()
        let ana = desk.party("ana")
        try desk.record(.signingKey("ana", Self.key))
        let registered = desk.size - 1
        try refused(desk, .signingKey("bob", Self.key), "publicKey", .duplicate)
        try refused(desk, .keyRevoked("bob", Self.key), "publicKey", .unknown)
        try desk.record(.keyRevoked("ana", Self.key))
        let revoked = desk.size - 1
        #expect(desk.views.signingKeys(ana).map(\.key) == [Self.key])
        #expect(desk.views.signingKeys(ana).map(\.registeredSequence) == [registered])
        #expect(desk.views.signingKeys(ana).map(\.revokedSequence) == [revoked])
        try refused(desk, .keyRevoked("ana", Self.key), "publicKey", .duplicate)
        try refused(desk, .signingKey("ana", Self.key), "publicKey", .duplicate)
        try refused(desk, .signingKey("ana", [1, 2, 3]), "publicKey", .malformed)
        try refused(desk, .signingKey("ana", [UInt8](repeating: 0, count: 32)), "publicKey", .notAllowed)
        let minusOne = [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]
        try refused(desk, .signingKey("ana", minusOne), "publicKey", .notAllowed)
        try refused(desk, .signingKey("ana", minusOne.dropLast() + [0xFF]), "publicKey", .notAllowed)
    }

    /// A second cooperative, which has ana as its member and did not register her.
    private func neighbours() throws -> Desk {
        let desk = try Desk()
        desk.story.book = "boreal"
        try desk.record(.founding(name: "Boréal", clock: .machine))
        try desk.record(.admission("ana", [.consumer]))
        return desk
    }

    @Test func `nobody but the person, or the cooperative that registered them, speaks for them`() throws {
        let desk = try neighbours()
        for body in [Body.personalData("ana"), .consent("ana", to: "delivery"), .erasure("ana")] {
            try refused(desk, body, "identity", .notAllowed)
            let refusal = try desk.refusal(body)
            #expect(refusal?.accepted.english == "the person as actor, or the book grand-io")
            #expect(try desk.refusal(desk.story.event(body, by: "ana")) == nil)
        }
        try desk.record(desk.story.event(.consent("ana", to: "delivery"), by: "ana"))
        try refused(desk, .consentWithdrawn("ana", from: "delivery"), "identity", .notAllowed)
        desk.story.book = "grand-io"
        // What she agreed to there, she did not agree to here.
        try refused(desk, .consentWithdrawn("ana", from: "delivery"), "purpose", .unknown)
        try desk.record(.consent("ana", to: "delivery"))
        #expect(desk.views.consents(desk.party("ana")).map(\.book) == [1, 2])
    }

    @Test func `a key is revoked in the book that registered it, and each book has its own number of them`() throws {
        let desk = try neighbours()
        try desk.record(.signingKey("ana", Self.key))
        desk.story.book = "grand-io"
        try refused(desk, .keyRevoked("ana", Self.key), "publicKey", .notAllowed)
        #expect(try desk.refusal(.keyRevoked("ana", Self.key))?.accepted.english.contains("boreal") == true)
        for byte in UInt8(2)..<18 { try desk.record(.signingKey("ana", [byte] + [UInt8](repeating: 0, count: 31))) }
        try refused(desk, .signingKey("ana", [18] + [UInt8](repeating: 0, count: 31)), "identity", .outOfRange)
        desk.story.book = "boreal"
        try desk.record(.signingKey("ana", [18] + [UInt8](repeating: 0, count: 31)))
        try desk.record(.keyRevoked("ana", Self.key))
    }
}

extension Story {
    fileprivate mutating func event(_ body: Body, by actor: String) -> Event {
        var event = event(body)
        event.actor = actor
        return event
    }
}

extension Desk {
    /// Whether a consent holds now.
    fileprivate func agrees(_ party: UInt32, _ purpose: Bytes, _ book: Book) -> Bool {
        views.consent(unlessErased: party, to: purpose, in: book)?.isWithdrawn == false
    }

    fileprivate var digests: [String] { views.index.digests().map { "\($0)" } }
}

/// Random histories of a few people against a plain account of them.
@Suite struct IdentityHistoryTests {
    /// What the test itself remembers of a person.
    private struct Person: Equatable {
        var data = 0
        var isErased = false
        /// The book that registered the person.
        var home = "grand-io"
        /// In force, by book and purpose.
        var consents: [String: String] = [:]
    }

    private struct Model {
        var people: [String: Person] = [:]
        /// Holder, whether it signs, and where it was registered.
        var keys: [UInt8: (holder: String, signs: Bool, book: String)] = [:]

        /// Applies a deed; whether it is legal.
        mutating func takes(_ deed: Deed) -> Bool {
            let name = deed.name
            if case .register = deed.what {
                guard people[name] == nil, !name.contains("@") else { return false }
                people[name] = Person(home: deed.book)
                return true
            }
            guard let person = people[name] else { return false }
            let speaks = deed.isOwn || person.home == deed.book
            switch deed.what {
            case .register: return false
            case .provide(let bytes):
                guard !person.isErased, speaks, bytes > 28 else { return false }
                people[name]?.data += 1
            case .consent(let purpose, let text):
                let place = "\(deed.book) \(purpose)"
                guard !person.isErased, speaks, person.consents[place] != text else { return false }
                people[name]?.consents[place] = text
            case .withdraw(let purpose):
                let place = "\(deed.book) \(purpose)"
                guard !person.isErased, speaks, person.consents[place] != nil else { return false }
                people[name]?.consents[place] = nil
            case .erase:
                guard !person.isErased, speaks else { return false }
                people[name]?.isErased = true
                for (key, held) in keys where held.holder == name { keys[key]?.signs = false }
            case .key(let byte):
                guard !person.isErased, keys[byte] == nil, byte > 1 else { return false }
                keys[byte] = (name, true, deed.book)
            case .revoke(let byte):
                guard let held = keys[byte], held.holder == name, held.signs, held.book == deed.book else {
                    return false
                }
                keys[byte]?.signs = false
            }
            return true
        }
    }

    private struct Deed {
        enum What {
            case register, erase
            case provide(Int)
            case consent(String, String)
            case withdraw(String)
            case key(UInt8)
            case revoke(UInt8)
        }

        let name: String
        let book: String
        /// Whether the person records it.
        let isOwn: Bool
        let what: What

        init(_ random: inout Seeded) {
            book = Bool.random(using: &random) ? "grand-io" : "boreal"
            isOwn = Int.random(in: 0..<4, using: &random) == 0
            name = ["ana", "bob", "cid", "new", "other", "x@y"].randomElement(using: &random) ?? ""
            let purpose = ["delivery", "newsletter"].randomElement(using: &random) ?? ""
            let byte = UInt8.random(in: 0...5, using: &random)
            what =
                switch Int.random(in: 0..<16, using: &random) {
                case 0...1: .register
                case 2...4: .provide([27, 28, 29, 80].randomElement(using: &random) ?? 0)
                case 5...7: .consent(purpose, Bool.random(using: &random) ? "v1" : "v2")
                case 8...9: .withdraw(purpose)
                case 10...12: .key(byte)
                case 13...14: .revoke(byte)
                default: .erase
                }
        }

        var body: Body {
            func key(_ byte: UInt8) -> [UInt8] { [byte] + [UInt8](repeating: 0, count: 31) }
            return switch what {
            case .register: .identity(name)
            case .provide(let bytes): .personalData(name, bytes: bytes)
            case .consent(let purpose, let text): .consent(name, to: purpose, text: text)
            case .withdraw(let purpose): .consentWithdrawn(name, from: purpose)
            case .erase: .erasure(name)
            case .key(let byte): .signingKey(name, key(byte))
            case .revoke(let byte): .keyRevoked(name, key(byte))
            }
        }
    }

    @Test(arguments: 0..<20)
    func `what is legal is recorded, what is not is refused, and the views say the same as a plain account`(
        block: Int
    ) throws {
        for seed in UInt64(block * 500)..<UInt64(block * 500 + 500) {
            var random = Seeded(seed)
            let desk = try Desk(opening: [.founding()])
            desk.story.book = "boreal"
            var opening = [desk.story.event(.founding(name: "Boréal", clock: .machine))]
            desk.story.book = "grand-io"
            opening += ["ana", "bob", "cid"].map { desk.story.event(.identity($0)) }
            try desk.replay(opening)
            var model = Model(people: ["ana": Person(), "bob": Person(), "cid": Person()])
            var accepted: [Event] = []
            for step in 0..<14 {
                let deed = Deed(&random)
                var after = model
                let isLegal = after.takes(deed)
                desk.story.book = deed.book
                let event = deed.isOwn ? desk.story.event(deed.body, by: deed.name) : desk.story.event(deed.body)
                do {
                    try desk.record(event)
                    let journal = desk.journal
                    try #require(isLegal && journal.isEmpty, "seed \(seed), step \(step): recorded \(deed)")
                    accepted.append(event)
                    model = after
                } catch let refusal as Refusal {
                    try #require(!isLegal, "seed \(seed), step \(step): \(refusal.text(.english))")
                }
            }
            for (name, person) in model.people {
                let party = desk.party(name)
                let record = desk.views.identity(party)
                try #require(record?.dataCount ?? 0 == UInt64(person.data), "seed \(seed): \(name)")
                try #require(record?.isErased ?? false == person.isErased, "seed \(seed): \(name)")
                for (book, purpose) in ["grand-io", "boreal"].flatMap({ [($0, "delivery"), ($0, "newsletter")] }) {
                    let place = try #require(desk.book(book))
                    let holds = Array(purpose.utf8).withBytes { desk.agrees(party, $0, place) }
                    try #require(
                        holds == (!person.isErased && person.consents["\(book) \(purpose)"] != nil),
                        "seed \(seed): \(name)")
                }
                try #require(desk.views.home(ofIdentity: party)?.name == person.home, "seed \(seed): \(name)")
                let signs = desk.views.signingKeys(party).filter { $0.revokedSequence == nil }.map { $0.key[0] }
                let expected = model.keys.filter { $0.value.holder == name && $0.value.signs }.map(\.key)
                try #require(Set(signs) == Set(expected) && signs.count == expected.count, "seed \(seed): \(name)")
            }
            try #require(desk.balances.isEmpty)
            let quiet = try Desk(opening: [.founding()])
            try quiet.replay(opening + accepted)
            try #require(quiet.digests == desk.digests, "seed \(seed)")
        }
    }
}
