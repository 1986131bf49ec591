import Accounting
import Bytes
import Commerce
import Events

/// The accounts that the cooperatives have at institutions, where statements are asked for.
extension Simulation {
    /// Where money moves: 815 in every book, 006 where its cards are taken, and dollars of the client abroad.
    private static let bankAccounts: [(book: StaticString, institution: StaticString, currency: StaticString)] =
        Books.all.map { ($0, "815", "CAD") } + [
            (Books.market, "006", "CAD"), (Books.rides, "006", "CAD"), (Books.support, "815", "USD"),
        ]

    /// Declares them from the first day: what is posted before a declaration is no item of the books.
    func declareBankAccounts() throws {
        for book in Books.all {
            try tell(book) { event in
                event.policyAdopted { policy in
                    policy.reconciliation {
                        $0.windowDays(5)
                        $0.feeMaxPpm(Terms.cardFee.ppm)
                        $0.settlementTexts { $0.text(Bytes(InstitutionBook.depositText)) }
                        $0.paymentTexts { $0.text(Bytes(InstitutionBook.paymentsText)) }
                    }
                }
            }
        }
        for (number, place) in Self.bankAccounts.enumerated() {
            let isForeign = place.currency.description != "CAD"
            let account = place.institution.description + (isForeign ? "-usd" : "-courant")
            try tell(place.book) { event in
                event.bankAccountDeclared {
                    $0.account(account)
                    $0.institution(Bytes(place.institution))
                    // Transit and account, as its statements name it.
                    $0.number("2000\(number + 1)\(1_000_000 + 1_111 * (number + 1))")
                    $0.currency(Bytes(place.currency))
                    $0.fromDate(options.from.text)
                }
            }
        }
    }
}
