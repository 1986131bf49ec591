import Accounting
import Bytes
import Events

extension CompleteJourney {
    /// Reads the transactions: sorted by time, the lines of a basket one behind the other.
    func importBaskets() throws {
        let file = try open("transactions")
        let columns = try TransactionColumns(file)
        while try file.next() {
            if basket.isOpen, file[columns.basket] == basket.number.bytes {
                try checkSameBasket(file, columns)
            } else {
                try finishBasket()
                try beginBasket(file, columns)
            }
            try readLine(file, columns)
        }
        try finishBasket()
    }

    private func beginBasket(_ file: CSVReader, _ columns: TransactionColumns) throws {
        let number = try file.unsigned(columns.basket)
        let store = try file.unsigned(columns.store)
        basket.householdNumber = try file.unsigned(columns.household)
        let us = try file.instantUs(columns.time)
        guard us >= Terms.foundedUs, us <= Terms.yearEndUs else {
            throw file.refusal(
                columns.time, reason: "is outside fiscal year \(Terms.fiscalYear)",
                expected: "2017-01-01T05:00:00Z to 2018-01-01T04:59:59Z")
        }
        guard us >= basket.atUs else {
            throw ImportError(
                .order, file: file.file, line: file.line, column: file.columns[columns.time],
                value: file[columns.time].string, reason: "is earlier than the basket before",
                expected: "baskets sorted by time")
        }
        guard basket.seen.insert(number, 0) else {
            throw ImportError(
                .order, file: file.file, line: file.line, column: file.columns[columns.basket],
                value: file[columns.basket].string, reason: "comes back after another basket",
                expected: "the lines of a basket one behind the other")
        }
        basket.isOpen = true
        basket.atUs = us
        basket.number.set(file[columns.basket])
        basket.household.set(file[columns.household])
        basket.store.set(file[columns.store])
        basket.time.set(file[columns.time])
        basket.lines.removeAll()
        basket.merchandiseMinor = 0
        basket.taxableMinor = 0

        try advance(to: us)
        schedule.enter(us, calendar)
        try meet(household: basket.householdNumber, name: basket.buyer(basket.household.bytes), at: us)
        basket.sellerName = basket.seller(basket.store.bytes)
        basket.storePosition = try meet(store: store, name: basket.sellerName, at: us)
    }

    private func checkSameBasket(_ file: CSVReader, _ columns: TransactionColumns) throws(ImportError) {
        let time = file[columns.time] == basket.time.bytes
        let store = file[columns.store] == basket.store.bytes
        let household = file[columns.household] == basket.household.bytes
        if time && store && household { return }
        let column = !time ? columns.time : !store ? columns.store : columns.household
        let first = !time ? basket.time : !store ? basket.store : basket.household
        throw file.refusal(
            column, reason: "differs from the other lines of basket \(basket.number.bytes.string)",
            expected: "\"\(first.bytes.string)\" on every line of the basket")
    }

    private func readLine(_ file: CSVReader, _ columns: TransactionColumns) throws {
        let product = try file.unsigned(columns.product)
        let quantity = Int64(try file.unsigned(columns.quantity))
        let value = try file.amountMinor(columns.value)
        let retail = try file.amountMinor(columns.retailDiscount)
        let coupon = try file.amountMinor(columns.couponDiscount)
        let couponMatch = try file.amountMinor(columns.couponMatchDiscount)
        let name = basket.product(file[columns.product])
        let taxClass: TaxClass
        if let known = products[product] {
            taxClass = known == UInt32(TaxClass.zeroRated.rawValue) ? .zeroRated : .standard
        } else {
            taxClass = .standard
            try proposeUnlistedProduct(product, name: name, at: basket.atUs)
        }
        // The limit of an event keeps a hostile basket from growing without end.
        guard basket.lines.count < EventHeader.entrySizeMax else {
            throw file.refusal(
                columns.basket, reason: "has too many lines",
                expected: "baskets that fit into one event of 65 535 bytes")
        }
        let seller = basket.sellerName
        PurchasePlacedWriter(basket.lines).lines { line in
            line.product(name)
            line.seller(seller)
            line.quantity(quantity)
            line.amountMinor(value)
            // In the order of the file's columns; each keeps its own entry, also where the funder is the same.
            line.discount(.seller, retail)
            line.discount(.manufacturer, coupon)
            line.discount(.seller, couponMatch)
            line.taxClass(taxClass)
        }
        basket.merchandiseMinor = try sum(basket.merchandiseMinor, value)
        if taxClass == .standard { basket.taxableMinor &+= value }
        report.lines &+= 1
        if value == 0 { report.zeroValueLines &+= 1 }
        if quantity == 0 { report.zeroQuantityLines &+= 1 }
    }

    private func finishBasket() throws {
        guard basket.isOpen else { return }
        basket.isOpen = false
        let us = basket.atUs
        let amounts = try amounts()
        let order = basket.order(basket.number.bytes)
        let buyer = basket.buyer(basket.household.bytes)
        try propose(.purchasePlaced, at: us, key: order) { event in
            event.purchasePlaced {
                $0.order(order)
                $0.buyer(buyer)
                $0.buyerStatus(.member)
                $0.currency(Bytes(Terms.currency))
                $0.out.append(basket.lines.bytes)
                $0.tax("gst", amounts.gst)
                $0.tax("qst", amounts.qst)
                $0.totalMinor(amounts.total)
                $0.deliveryMode(.inStore)
            }
        }
        if amounts.total == 0 {
            report.zeroTotalOrders += 1
        } else {
            let institution = Institution(household: basket.householdNumber)
            let payment = basket.paymentKey(basket.number.bytes)
            try propose(.paymentCaptured, at: us, key: payment) { event in
                event.paymentCaptured {
                    $0.payment(payment)
                    $0.order(order)
                    $0.institution(institution.number)
                    $0.amountMinor(amounts.total)
                    $0.currency(Bytes(Terms.currency))
                }
            }
            try capture(amounts.total, institution)
        }
        try propose(.orderHandedOver, at: us, key: basket.handOverKey(basket.number.bytes)) { event in
            event.orderHandedOver { $0.order(order) }
        }
        try owe(amounts.owed, store: basket.storePosition)
        try proposeAttributions(order: order, household: basket.householdNumber, day: schedule.date, at: us)
        try flushIfFull()
    }

    /// Taxes on the order's taxable total, what the household pays, and what the store is owed; summed in the report.
    private func amounts() throws -> (gst: Int64, qst: Int64, total: Int64, owed: Int64) {
        let merchandise = basket.merchandiseMinor
        do {
            let gst = try Terms.gst.applied(to: basket.taxableMinor)
            let qst = try Terms.qst.applied(to: basket.taxableMinor)
            let commission = try Terms.commission.applied(to: merchandise)
            let total = try sum(sum(merchandise, gst), qst)
            report.orders += 1
            report.merchandiseMinor = try sum(report.merchandiseMinor, merchandise)
            report.gstMinor = try sum(report.gstMinor, gst)
            report.qstMinor = try sum(report.qstMinor, qst)
            report.totalMinor = try sum(report.totalMinor, total)
            return (gst, qst, total, merchandise - commission)
        } catch {
            throw tooLarge()
        }
    }
}

// What is zero is left out.
extension PurchaseLineWriter {
    @inline(__always)
    fileprivate func discount(_ funder: Funder, _ amountMinor: Int64) {
        guard amountMinor != 0 else { return }
        discounts {
            $0.funder(funder)
            $0.amountMinor(amountMinor)
        }
    }
}

extension PurchasePlacedWriter {
    fileprivate func tax(_ name: StaticString, _ amountMinor: Int64) {
        guard amountMinor != 0 else { return }
        taxes {
            $0.tax(Bytes(name))
            $0.amountMinor(amountMinor)
        }
    }
}
