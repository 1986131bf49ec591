import Interchange
import Testing

/// Names of accounts as plain-text tools take them.
@Suite struct PlainTextAccountsTests {
    @Test(arguments: [
        ("assets:bank", "", "assets:bank", "Assets:Bank"),
        ("assets:in-transit", "815", "assets:in-transit:815", "Assets:In-transit:ID-815"),
        ("assets:receivable", "m-12", "assets:receivable:m-12", "Assets:Receivable:ID-m-12"),
        ("assets:receivable", "Ube", "assets:receivable:Ube", "Assets:Receivable:ID-U55be"),
        ("assets:receivable", "U55be", "assets:receivable:U55be", "Assets:Receivable:ID-U5555be"),
        ("assets:receivable", "élo", "assets:receivable:élo", "Assets:Receivable:ID-UC3UA9lo"),
        (
            "assets:receivable", "a:b  c;%", "assets:receivable:a%3Ab%20%20c%3B%25",
            "Assets:Receivable:ID-aU3AbU20U20cU3BU25"
        ),
    ])
    func `are lawful for each tool`(_ account: String, _ party: String, _ plain: String, _ beancount: String) {
        #expect(PlainTextAccounts.plain(account, party) == plain)
        #expect(PlainTextAccounts.beancount(account, party) == beancount)
    }

    @Test func `never meet the name of an account of the book`() {
        #expect(PlainTextAccounts.plain("assets:bank", "815") { $0 == "assets:bank:815" } == "assets:bank:815%")
        #expect(
            PlainTextAccounts.beancount("assets:bank:id-815", "") != PlainTextAccounts.beancount("assets:bank", "815"))
    }

    @Test func `two parties never share one`() {
        let parties = ["a b", "a%20b", "aU20b", "a-b", "A-b", "a_b", "a.b", "U", "u", "é", "U00e9"]
        #expect(Set(parties.map { PlainTextAccounts.plain("assets:x", $0) }).count == parties.count)
        #expect(Set(parties.map { PlainTextAccounts.beancount("assets:x", $0) }).count == parties.count)
    }
}
