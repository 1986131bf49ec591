import Testing

@testable import Ledger

/// The order of names in tables, and what is near a name.
@Suite struct NameOrderTests {
    @Test func `accents and case do not move a name, and numbers stand by their value`() {
        let names = [
            "Alimentation", "École", "ecole", "Électronique", "casier-2", "casier-10", "casier-010", "Œufs", "oiseau",
            "Vélo",
            "vente", "", "m-1", "m-12", "m-2", "m-1x", "e\u{301}té",
        ]
        #expect(
            names.map(NameOrder.init).sorted().map(\.name) == [
                "", "Alimentation", "casier-2", "casier-010", "casier-10", "ecole", "École", "Électronique",
                "e\u{301}té", "m-1",
                "m-1x", "m-2", "m-12", "Œufs", "oiseau", "Vélo", "vente",
            ])
    }

    @Test(arguments: 0..<20) func `the order is total and depends on nothing but the names`(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let letters = Array("aAéÉ0019-. œzZ")
        let names = (0..<40).map { _ in
            NameOrder(String((0..<next(6)).map { _ in letters[next(letters.count)] }))
        }
        let sorted = names.sorted()
        #expect(names.reversed().sorted().map(\.name) == sorted.map(\.name))
        for (i, a) in sorted.enumerated() {
            for b in sorted[i...] {
                #expect(!(b < a), "\(a.name) · \(b.name), seed \(seed)")
                #expect((a == b) == (!(a < b) && !(b < a)), "\(a.name) · \(b.name), seed \(seed)")
            }
        }
    }

    @Test func `two letters apart, or a beginning, is near; half of the name is not`() {
        let names = ["balances", "m-1", "m-12", "Électronique", "entrepot-montreal", "c-1"]
        for (text, near) in [
            ("balences", "balances"), ("blaances", "balances"), ("balancess", "balances"),
            ("electronique", "Électronique"),
            ("entrepot", "entrepot-montreal"), ("m-1x", "m-1"), ("nope", nil), ("zz", nil), ("", nil), ("x", nil),
        ] as [(String, String?)] { #expect(NearName.find(text, among: names) == near, "\(text)") }
    }
}
