import Accounting
import Bytes
import Commerce
import Events

extension Simulation {
    func worker(_ number: Int) -> Bytes { names("t-", number + 1) }

    /// Each Friday the week's hours; now and then an expense that a colleague approves and the treasury pays back.
    func recordHours() throws {
        let day = calendar.day(at: nowUs)
        for number in 0..<town.workers {
            shop.contributions += 1
            let contribution = names("semaine-", shop.contributions)
            let hours = chance.within(28_000...Int64(40_000))
            try tell(Books.market) { event in
                event.contributionRecorded {
                    $0.contribution(contribution)
                    $0.member(worker(number))
                    $0.group(.worker)
                    $0.unit("heure")
                    $0.quantityThousandths(hours)
                    $0.workDate(day.text)
                }
            }
        }
        if chance.happens(perMille: 500) { try claimExpense(chance.below(town.workers)) }
    }

    private func claimExpense(_ number: Int) throws {
        shop.contributions += 1
        let claim = shop.contributions
        let amount = chance.within(1_500...Int64(25_000))
        let gst = try Terms.gst.applied(to: amount)
        let qst = try Terms.qst.applied(to: amount)
        let day = calendar.day(at: nowUs)
        try tell(Books.market, by: worker(number)) { event in
            event.expenseClaimed { claimed in
                claimed.claim(names("depense-", claim))
                claimed.member(worker(number))
                claimed.currency("CAD")
                claimed.lines {
                    $0.account("expenses:other")
                    $0.amountMinor(amount)
                    $0.description("déplacement")
                }
                for (tax, paid) in [("gst", gst), ("qst", qst)] as [(StaticString, Int64)] where paid != 0 {
                    claimed.taxes {
                        $0.tax(Bytes(tax))
                        $0.amountMinor(paid)
                    }
                }
                claimed.totalMinor(amount + gst + qst)
                claimed.incurredDate(day.text)
            }
        }
        let isRejected = chance.happens(perMille: 60)
        agenda.plan(
            .expense(claim: claim, totalMinor: amount + gst + qst, isRejected ? .reject : .approve),
            at: nowUs + chance.within(20...90) * 3_600_000_000)
    }

    func decide(expense claim: Int, _ totalMinor: Int64, _ step: ExpenseStep) throws {
        switch step {
        case .approve:
            try tell(Books.market, by: Bytes("direction-grand-io")) { event in
                event.expenseApproved { $0.claim(names("depense-", claim)) }
            }
            agenda.plan(
                .expense(claim: claim, totalMinor: totalMinor, .reimburse), at: nowUs + 2 * 86_400_000_000)
        case .reject:
            try tell(Books.market, by: Bytes("direction-grand-io")) { event in
                event.expenseRejected {
                    $0.claim(names("depense-", claim))
                    $0.reason("reçu illisible")
                }
            }
        case .reimburse:
            try tell(Books.market) { event in
                event.expenseReimbursed {
                    $0.claim(names("depense-", claim))
                    $0.institution("815")
                    $0.amountMinor(totalMinor)
                    $0.currency("CAD")
                }
            }
        }
    }
}

/// What becomes of an expense claim next.
enum ExpenseStep: UInt8 {
    case approve, reject, reimburse
}
