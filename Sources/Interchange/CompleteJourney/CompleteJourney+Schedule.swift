import Accounting
import Bytes
import Events

extension CompleteJourney {
    /// Proposes all that is due up to `us`, in the order of its time.
    func advance(to us: Int64) throws {
        while schedule.nextUs <= us {
            let launch = media.campaigns.first?.launchedUs ?? .max
            let settlement = schedule.days.first?.settledUs ?? .max
            let payout = schedule.months.first?.paidUs ?? .max
            let next = min(launch, settlement, payout)
            schedule.setNext(next)
            guard next <= us, next < .max else { return }
            if launch == next, let campaign = media.campaigns.popFirst() {
                try proposeLaunch(campaign)
            } else if settlement == next {
                try proposeSettlements(schedule.days.removeFirst())
            } else {
                try proposePayouts(schedule.months.removeFirst())
            }
            try flushIfFull()
        }
    }

    /// Adds to what an institution has captured on the current local day.
    func capture(_ amountMinor: Int64, _ institution: Institution) throws {
        let last = schedule.days.count - 1
        schedule.days[last].grossMinor[institution.rawValue] = try sum(
            schedule.days[last].grossMinor[institution.rawValue], amountMinor)
    }

    /// Adds to what a store is owed for the current local month.
    func owe(_ amountMinor: Int64, store: Int) throws {
        let last = schedule.months.count - 1
        let missing = store + 1 - schedule.months[last].owedMinor.count
        if missing > 0 { schedule.months[last].owedMinor += Array(repeating: 0, count: missing) }
        schedule.months[last].owedMinor[store] = try sum(schedule.months[last].owedMinor[store], amountMinor)
    }

    private func proposeSettlements(_ day: Schedule.Day) throws {
        for institution in Institution.allCases where day.grossMinor[institution.rawValue] > 0 {
            let key = "settlement-\(institution.number.string)-\(day.date.text)"
            try Array(key.utf8).withBytes { (key) throws(ImportError) in
                try propose(.fundsSettled, at: day.settledUs, key: key) { event in
                    event.fundsSettled {
                        $0.institution(institution.number)
                        $0.captureDate(day.date.text)
                        $0.grossMinor(day.grossMinor[institution.rawValue])
                        $0.valueDate(day.valueDate.text)
                        $0.currency(Bytes(Terms.currency))
                    }
                }
            }
        }
    }

    private func proposePayouts(_ month: Schedule.Month) throws {
        let stores = month.owedMinor.indices.sorted { parties.stores[$0] < parties.stores[$1] }
        for store in stores where month.owedMinor[store] > 0 {
            let payee = "store-\(parties.stores[store])"
            let suffix = "\(payee)-\(month.first.text.prefix(7))"
            let payout = "payout-\(suffix)"
            try Array(payout.utf8).withBytes { (key) throws(ImportError) in
                try propose(.payoutInstructed, at: month.paidUs, key: key) { event in
                    event.payoutInstructed {
                        $0.payout(key)
                        $0.payee(payee)
                        $0.institution(Institution.desjardins.number)
                        $0.amountMinor(month.owedMinor[store])
                        $0.currency(Bytes(Terms.currency))
                    }
                }
            }
            try Array("payout-settled-\(suffix)".utf8).withBytes { (key) throws(ImportError) in
                try propose(.payoutSettled, at: month.paidUs, key: key) { event in
                    event.payoutSettled { $0.payout(payout) }
                }
            }
        }
    }
}
