import Accounting
import Bytes
package import Commerce
import Events
package import Ledger

/// What the sellers and drivers of a book were credited in a calendar year, by quarter, for the platform report (ITA Part XX).
///
/// A sale counts on the local day of its hand-over, a ride on that of its end; what is taken back later counts on its own day. Consideration is what the
/// seller is owed (gross − commission − taxes on it, and the taxes that a registered seller remits itself), fees the commission, taxes those on the
/// commission. Taxes that the cooperative owes as deemed supplier are its own. Royalties are left out: they are shared after the sale.
package enum PlatformFigures {
    /// Those of everybody or, for `only`, of one party: in byte order of their ids.
    ///
    /// Names and addresses are blank; registration numbers are those of the admission. Throws where a sum leaves 64 bits.
    /// - Complexity: O(log): what an order is worth is folded, not stored.
    package static func sellers(
        _ book: Book, year: Int, only: UInt32? = nil, _ snapshot: LedgerSnapshot
    ) throws(LedgerError) -> [PlatformSeller] {
        let tally = Tally()
        try snapshot.journal { fact, journal, folding in
            guard let own = fact.book, own.name == book.name else { return }
            let day = CivilDate(clampingDays: Int64(fact.day))
            guard day.year == year else { return }
            let quarter = (day.month - 1) / 3
            switch fact.event.body {
            case .orderHandedOver?: tally.add(folding.saleParts(), quarter, activities: 1, own)
            case .purchaseRefunded(let bytes)?:
                // What comes back before the hand-over was never credited for good.
                guard let body = try? PurchaseRefundedView(bytes), folding.order(body.order, own)?.isHandedOver == true
                else { return }
                tally.add(folding.saleParts(), quarter, activities: 0, own)
            case .rideCompleted?, .rideRefunded?, .rideCancelled?:
                tally.addRide(journal, quarter, isRide: fact.event.kind == .rideCompleted, own)
            default: break
            }
        }
        guard !tally.isTooLarge else {
            throw LedgerError(
                .badInput, book.name, Text("la somme des ventes déborde", "the sum of the sales overflows"),
                remedy: Text("des montants qui tiennent en 64 bits", "amounts that fit 64 bits"))
        }
        let views = snapshot.views
        let sellers = tally.quarters.compactMap { party, quarters -> PlatformSeller? in
            guard only == nil || party == only else { return nil }
            return seller(party, quarters, tally.drivers.contains(party), book, views)
        }
        try snapshot.check()
        return sellers.sorted { $0.sellerID.utf8.lexicographicallyPrecedes($1.sellerID.utf8) }
    }

    private static func seller(
        _ party: UInt32, _ quarters: [PlatformQuarter], _ drives: Bool, _ book: Book, _ views: Views
    ) -> PlatformSeller {
        var seller = PlatformSeller(sellerID: views.partyName(party), quarters: quarters)
        seller.sellsGoodsOnly = !drives
        seller.isEntity = nil
        guard let member = views.member(party, book) else { return seller }
        if member.isBook {
            seller.isEntity = true
            seller.name = Array(seller.sellerID.utf8).withBytes { views.book($0) }?.legalName ?? ""
        }
        if member.hasRegistrations, let event = views.event(member.admittedSequence),
            let body = try? MemberAdmittedView(event.bodyBytes)
        {
            for encoded in body.registrations {
                guard let registration = try? encoded.view() else { continue }
                switch registration.tax.string {
                case "gst", "hst": seller.gstNumber = registration.number.string
                case "qst": seller.qstNumber = registration.number.string
                default: break
                }
            }
        }
        return seller
    }

    /// Sums by party and quarter.
    private final class Tally {
        private(set) var quarters: [UInt32: [PlatformQuarter]] = [:]
        private(set) var drivers: Set<UInt32> = []
        private(set) var isTooLarge = false

        func add(_ parts: [(party: UInt32, part: SellerPart)], _ quarter: Int, activities: Int64, _ book: Book) {
            for (party, part) in parts {
                add(
                    PlatformQuarter(
                        considerationMinor: part.netMinor, activities: activities, feesMinor: part.commissionMinor,
                        taxesMinor: part.commissionTaxesMinor), party, quarter)
            }
        }

        /// A ride has one driver: what the event gives them, and what it gives the cooperative.
        func addRide(_ journal: JournalEntry, _ quarter: Int, isRide: Bool, _ book: Book) {
            var change = PlatformQuarter(activities: isRide ? 1 : 0)
            var driver: UInt32?
            for posting in journal.postings where posting.book == book.id {
                switch posting.account {
                case AccountCode.driverPayable.rawValue:
                    driver = posting.party
                    change.considerationMinor &-= posting.amountMinor
                case AccountCode.rides.rawValue: change.feesMinor &-= posting.amountMinor
                default: break
                }
            }
            guard let driver else { return }
            drivers.insert(driver)
            add(change, driver, quarter)
        }

        private func add(_ change: PlatformQuarter, _ party: UInt32, _ quarter: Int) {
            guard (0..<4).contains(quarter) else { return }
            var year = quarters[party] ?? Array(repeating: PlatformQuarter(), count: 4)
            do throws(StatementError) {
                year[quarter] = try year[quarter].adding(change, place: "part-xx")
            } catch {
                isTooLarge = true
            }
            quarters[party] = year
        }
    }
}
