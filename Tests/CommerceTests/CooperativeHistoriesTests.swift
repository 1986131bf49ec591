import Commerce
import Events
import Fixtures
import Index
import Testing

/// Random histories of roles, hours, sharing and claims: recorded where a plain model says so, refused where not, and every figure is the model's.
@Suite("Random histories of a cooperative")
struct CooperativeHistoriesTests {
    private static let deeds = 12

    @Test(arguments: 0..<100)
    func `who may do what, and what everybody is owed`(block: Int) throws {
        for seed in UInt64(block * 100)..<UInt64(block * 100 + 100) {
            var random = Seeded(seed)
            let desk = try Desk(opening: CooperativeModel.opening)
            var model = CooperativeModel()
            var accepted: [Event] = []
            for step in 0..<Self.deeds {
                let deed = try model.deed(&desk.story, &random)
                do {
                    try desk.record(deed.event)
                    try #require(deed.isLegal, "seed \(seed), step \(step): recorded \(deed.event)")
                    accepted.append(deed.event)
                } catch let refusal as Refusal {
                    try #require(!deed.isLegal, "seed \(seed), step \(step): \(refusal.text(.english)) \(deed.event)")
                }
                model = deed.after
                // A batch that is refused later makes the writer read its books anew.
                if Int.random(in: 0..<8, using: &random) == 0 { desk.views.forget() }
            }
            try check(desk, model, seed)
            // Refused events left nothing: without them the views are the same.
            let quiet = try Desk(opening: CooperativeModel.opening)
            try quiet.replay(accepted)
            try #require(digests(quiet) == digests(desk), "seed \(seed)")
        }
    }

    private func digests(_ desk: Desk) -> [[UInt8]] { desk.views.index.digests().map(\.digest) }

    private func check(_ desk: Desk, _ model: CooperativeModel, _ seed: UInt64) throws {
        let balances = desk.balances
        try #require(balances == model.balances, "seed \(seed)")
        try #require(balances.values.reduce(0, +) == 0, "seed \(seed)")
        let book = try #require(desk.book)
        try #require(book.hasRoles == model.hasRoles, "seed \(seed)")
        var roles: [String: Int64] = [:]
        for (party, role, record) in desk.views.roles(book) where record.isActive {
            roles["\(desk.views.partyName(party))/\(role.rawValue)"] = record.limitMinor ?? .max
        }
        try #require(roles == model.roles, "seed \(seed)")
        for person in CooperativeModel.people {
            let party = desk.party(person)
            try #require(
                desk.views.patronage(of: party, .worker, year: 2017, book) == model.hours[person] ?? 0, "seed \(seed)")
            try #require(desk.views.member(party, book)?.isIn(.worker) == model.working.contains(person))
        }
        let claims = desk.views.claims(book, openOnly: false)
        try #require(claims.count == model.claims.count, "seed \(seed)")
        for (name, record) in claims {
            let claim = try #require(model.claims[name], "seed \(seed)")
            try #require("\(record.state)" == claim.state && record.reimbursedMinor == claim.paid, "seed \(seed)")
        }
        let open = model.claims.filter { ["claimed", "approved"].contains($0.value.state) }.keys.sorted()
        try #require(desk.views.claims(book, openOnly: true).map(\.name).sorted() == open, "seed \(seed)")
    }
}
