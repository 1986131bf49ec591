import Accounting
import Bytes
import Events
import Index

extension Licences {
    /// A licence falls with the sale: something of its line must have been refunded since it was granted, or the whole order charged back.
    /// Where only a part was refunded, another licence is granted for what remains; so too once the chargeback is reversed.
    static func decide(revoked body: LicenceRevokedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let licence = try inForce(body.licence, fact, book, views)
        try Check.name(body.reason, "reason", max: 500)
        guard let line = views.line(licence, book) else { return }
        let back = views.refundedLine(line.order, licence.line)
        guard
            back.first > licence.refundedMinor || back.second > licence.refundedQuantity
                || line.order.isChargedBackWhole
        else {
            throw Refusal(
                .notAllowed, "licence", body.licence,
                Text(
                    "rien de la ligne n’a été remboursé depuis l’octroi, ni la commande rétrofacturée en entier",
                    "nothing of the line was refunded since the grant, nor the whole order charged back"),
                accepted: Text(
                    "après purchaseRefunded pour la ligne \(licence.line) de \(line.name.string), ou chargebackReceived pour tout",
                    "after purchaseRefunded for line \(licence.line) of \(line.name.string), or chargebackReceived for all of it"
                ))
        }
        // The first refund of the line since the grant, or the chargeback that took the last of the order.
        var causes = views.all([.purchaseRefunded], of: licence.order).filter {
            $0 > licence.sequence && takesBack($0, licence.line, views)
        }
        if line.order.isChargedBackWhole { causes += views.all([.chargebackReceived], of: licence.order).suffix(1) }
        guard let first = causes.min(by: { views.effectiveAtUs($0) < views.effectiveAtUs($1) }) else { return }
        try Check.notBefore(
            fact, eventAt: first, Text("ce qui la fait tomber", "what makes it fall"), views)
    }

    private static func takesBack(_ refund: UInt64, _ line: UInt32, _ views: Views) -> Bool {
        views.body(PurchaseRefundedView.self, of: refund)?.lines.contains { (try? $0.view())?.line == line } == true
    }

    /// Reverses to the cent the royalties that refunds have left, in the year of the revocation; what was paid turns the creator's account debit.
    static func fold(revoked body: LicenceRevokedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var licence = views.licence(body.licence, book) else { return views.noBook(fact) }
        guard let line = views.line(licence, book) else {
            return views.index.fail("event \(fact.sequence): no such line")
        }
        if licence.split != 0 {
            views.credit(book, .sellerPayable, party: licence.seller, licence.royaltiesMinor)
            Royalties.post(
                -licence.royaltiesMinor, product: line.line.product, split: licence.split,
                patronage: licence.patronage, fact, book, views)
        }
        licence.revokedSequence = fact.sequence
        views.put(views.licenceKey(body.licence, book), licence)
        RoyaltiesOfOrder.follow(line.order, fact, book, views)
        views.touch(licence.holder, fact)
        views.touch(licence.seller, fact)
        views.touchOrder(licence.order, fact)
    }
}
