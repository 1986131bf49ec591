import Accounting
import Bytes
import Events
import Index

/// Loss and damage: whoever holds the parcel owes the retailer for it; the retailer's own loss is owed to nobody.
extension Parcels {
    static func decide(lost body: ParcelLostView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        _ = try underWay(body.parcel, fact, book, views)
        try Check.name(body.reason, "reason", max: 500)
    }

    static func fold(lost body: ParcelLostView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let parcel = views.parcel(body.parcel, book) else { return views.noParcel(fact) }
        // What damage took before is owed already.
        scan(parcel, owing: owed(parcel.record.worthMinor, parcel.record), fact, book, views) {
            $0.state = .lost
            $0.leaveCompartment()
        }
    }

    static func decide(damaged body: ParcelDamagedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let parcel = try underWay(body.parcel, fact, book, views).record
        try Check.positive(body.damageMinor, "damageMinor")
        try Check.atMost(
            body.damageMinor, parcel.worthMinor, "damageMinor",
            Text("plus que ce que vaut encore le colis", "more than the parcel is still worth"))
        try Check.name(body.reason, "reason", max: 500)
    }

    static func fold(damaged body: ParcelDamagedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let parcel = views.parcel(body.parcel, book) else { return views.noParcel(fact) }
        scan(parcel, owing: owed(body.damageMinor, parcel.record), fact, book, views) {
            $0.damagedMinor += body.damageMinor
        }
    }

    private static func owed(_ amount: Int64, _ parcel: ParcelRecord) -> ScanDues {
        var dues = ScanDues()
        guard parcel.holder != parcel.retailer else { return dues }
        dues.debtor = parcel.holder
        dues.owedMinor = amount
        return dues
    }
}
