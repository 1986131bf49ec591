import Accounting
import Bytes
import Events
import Index

/// Royalties follow their order: what a refund takes from the seller it takes from the creators, and no seller is paid what is the creators'.
enum RoyaltiesOfOrder {
    /// Whether a purchase has lines that creators share.
    ///
    /// - Complexity: a look-up a line where a work is bought; else a test.
    static func concern(_ body: PurchasePlacedView, _ fact: Fact, _ book: Book, _ views: Views) -> Bool {
        guard book.splitsRoyalties, views.sawWork || !views.isDecided(fact) else { return false }
        return body.lines.contains { encoded in
            guard let line = try? encoded.view(), views.product(line.product, book)?.isWork == true else {
                return false
            }
            return views.split(line.product, at: fact.effectiveAtUs, knownAt: fact.sequence, book) != nil
        }
    }

    /// Called once an order has changed: its hand-over, a refund, a licence, a chargeback. Uses `after`.
    ///
    /// A line with a licence gives the creators what the seller is owed for it now. A line that waits for its licence is held back from
    /// the seller's payouts, unless the whole order was charged back, no licence can be granted and the sellers bear the loss.
    static func follow(_ order: OrderRecord, _ fact: Fact, _ book: Book, _ views: Views) {
        guard order.isHandedOver, order.sharesRoyalties else { return }
        guard let lines = try? views.royaltyLines(order, book) else {
            return views.index.fail("event \(fact.sequence): its royalties cannot be computed")
        }
        for line in lines {
            if let (name, licence) = views.licence(ofLine: line.line, order, book), licence.revokedSequence == 0 {
                hold(0, line, order, book, views)
                share(licence, name, line, fact, book, views)
            } else {
                let isLost = order.isChargedBackWhole && Chargebacks.areSellers(order, book, views)
                hold(line.isDigital && !isLost ? line.netMinor : 0, line, order, book, views)
            }
        }
    }

    /// Dr royalties payable / Cr seller payable: what is taken back of a licence's line, to the cent of each creator.
    private static func share(
        _ known: LicenceRecord, _ name: Bytes, _ line: RoyaltyLine, _ fact: Fact, _ book: Book, _ views: Views
    ) {
        guard line.netMinor != known.royaltiesMinor else { return }
        var licence = known
        licence.royaltiesMinor = line.netMinor
        views.put(views.licenceKey(name, book), licence)
        views.debit(book, .sellerPayable, party: licence.seller, line.netMinor - known.royaltiesMinor)
        Royalties.post(
            line.netMinor, from: known.royaltiesMinor, product: line.product, split: licence.split,
            patronage: licence.patronage, fact, book, views)
        views.touch(licence.seller, fact)
    }

    private static func hold(_ minor: Int64, _ line: RoyaltyLine, _ order: OrderRecord, _ book: Book, _ views: Views) {
        func row() -> Bytes { views.digitalKey(.held, book).sequence(order.sequence).u32(line.line).bytes }
        let known = Int64(clamping: views.number(row()) ?? 0)
        guard minor != known else { return }
        views.putNumber(row(), UInt64(minor))
        views.addCounters(
            views.key.begin(.pendingPayable).u16(book.id).u32(line.seller).bytes, minor - known, 0)
    }
}
