import Accounting
import Bytes

/// The basket being read: its lines are encoded as they come, the rest is known at its end.
struct Basket {
    var isOpen = false
    /// The fields that all lines of a basket share, as the file has them.
    let number = ByteBuffer(capacity: 64)
    let household = ByteBuffer(capacity: 64)
    let store = ByteBuffer(capacity: 64)
    let time = ByteBuffer(capacity: 64)

    var householdNumber: UInt64 = 0
    var storePosition = 0
    var atUs: Int64 = 0
    /// Encoded `lines` of the purchase.
    let lines = ByteBuffer(capacity: 1 << 16)
    var merchandiseMinor: Int64 = 0
    var taxableMinor: Int64 = 0

    let product = NameText("product-")
    let seller = NameText("store-")
    let buyer = NameText("household-")
    let order = NameText("basket-")
    let paymentKey = NameText("payment-basket-")
    let handOverKey = NameText("handover-basket-")
    /// The seller of all lines: `seller` composed once.
    var sellerName = Bytes("")

    /// Baskets that were read: their lines must be contiguous.
    var seen = IntegerTable(capacity: 1 << 17)
}

extension ByteBuffer {
    func set(_ bytes: Bytes) {
        removeAll()
        append(bytes)
    }
}

/// Where the columns of the transactions file are.
struct TransactionColumns {
    let household: Int
    let store: Int
    let basket: Int
    let product: Int
    let quantity: Int
    let value: Int
    let retailDiscount: Int
    let couponDiscount: Int
    let couponMatchDiscount: Int
    let time: Int

    init(_ file: CSVReader) throws(ImportError) {
        household = try file.column("household_id")
        store = try file.column("store_id")
        basket = try file.column("basket_id")
        product = try file.column("product_id")
        quantity = try file.column("quantity")
        value = try file.column("sales_value")
        retailDiscount = try file.column("retail_disc")
        couponDiscount = try file.column("coupon_disc")
        couponMatchDiscount = try file.column("coupon_match_disc")
        time = try file.column("transaction_timestamp")
    }
}
