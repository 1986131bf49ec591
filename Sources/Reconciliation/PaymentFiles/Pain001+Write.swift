import Accounting
import Commerce

extension Pain001 {
    /// The file of `orders`.
    ///
    /// Throws `StatementError`: `value` where a field cannot be carried, `limit` where there are too many orders,
    /// `total` where their sum overflows. The same arguments make the same bytes.
    package static func write(_ file: PaymentFile, _ orders: [PaymentOrder]) throws(StatementError) -> Written {
        let plan = try Plan(file, orders)
        let bytes = try XMLText.document(file.messageID) { (xml) throws(StatementError) in
            try xml.element("Document", ["xmlns": namespace]) { (xml) throws(StatementError) in
                try xml.element("CstmrCdtTrfInitn") { (xml) throws(StatementError) in
                    try plan.header(&xml)
                    for (batch, payments) in plan.batches { try plan.batch(batch, payments, &xml) }
                }
            }
        }
        return Written(
            bytes: bytes, warnings: plan.warnings, batches: plan.batches.map { $0.0 }, totalMinor: plan.totalMinor)
    }
}

/// What the file will say, checked before it is written.
private struct Plan {
    struct Payment {
        let order: PaymentOrder
        let name: String
        let remittance: String
    }

    let file: PaymentFile
    let longName: String
    var batches: [(Pain001.Batch, [Payment])] = []
    var warnings: [PaymentWarning] = []
    var count = 0
    var totalMinor: Int64 = 0

    init(_ file: PaymentFile, _ orders: [PaymentOrder]) throws(StatementError) {
        self.file = file
        let check = PaymentCheck(file: file)
        try check.head()
        longName = LatinText.folded(file.longName, to: .swift)
        try check.count(orders.count, max: Pain001.ordersMax)
        count = orders.count
        var known: Set<String> = []
        var grouped: [PaymentPurpose: [Payment]] = [:]
        for (index, order) in orders.enumerated() {
            let place = "orders[\(index)]"
            try check.order(order, place, amountMinorMax: Pain001.amountMinorMax)
            guard known.insert(order.payoutID).inserted else {
                throw .payment(
                    .value, file: file.messageID, "\(place).payoutID", order.payoutID,
                    Text("ce versement est déjà dans le fichier", "this payout is already in the file"),
                    accepted: Text("chaque versement une seule fois", "each payout once"))
            }
            let name = try check.payee(order, place, .swift)
            grouped[order.purpose, default: []].append(
                Payment(
                    order: order, name: shortened(name, order),
                    remittance: shortened(LatinText.folded(order.remittance, to: .swift), order)))
        }
        for purpose in PaymentPurpose.allCases {
            guard let payments = grouped[purpose] else { continue }
            // 100 000 amounts of ten digits stay below 2^63.
            let sum = payments.reduce(Int64(0)) { $0 + $1.order.amountMinor }
            totalMinor += sum
            let batch = Pain001.Batch(
                id: "\(file.messageID)-\(purpose.batchSuffix)", purpose: purpose, count: payments.count, totalMinor: sum
            )
            batches.append((batch, payments))
        }
    }

    private mutating func shortened(_ text: String, _ order: PaymentOrder) -> String {
        let cut = LatinText.cut(text, to: 140)
        if cut != text {
            warnings.append(
                PaymentWarning(
                    kind: .shortened, payoutID: order.payoutID,
                    text: Text("texte abrégé : « \(cut) »", "text shortened: \"\(cut)\"")))
        }
        return cut
    }

    func header(_ xml: inout XMLText) throws(StatementError) {
        try xml.element("GrpHdr") { (xml) throws(StatementError) in
            xml.leaf("MsgId", file.messageID)
            xml.leaf("CreDtTm", creationTime)
            xml.leaf("NbOfTxs", "\(count)")
            xml.leaf("CtrlSum", Pain001.amount(totalMinor, file.currency))
            try party("InitgPty", &xml)
        }
    }

    private var creationTime: String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let second = file.creationSecond
        return "\(file.creationDay.text)T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
    }

    /// Us: our name and the id that the institution gave us.
    private func party(_ name: String, _ xml: inout XMLText) throws(StatementError) {
        try xml.element(name) { (xml) throws(StatementError) in
            xml.leaf("Nm", longName)
            try xml.element("Id") { (xml) throws(StatementError) in
                try xml.element("OrgId") { (xml) throws(StatementError) in
                    try xml.element("Othr") { (xml) throws(StatementError) in xml.leaf("Id", file.originatorID) }
                }
            }
        }
    }

    func batch(_ batch: Pain001.Batch, _ payments: [Payment], _ xml: inout XMLText) throws(StatementError) {
        try xml.element("PmtInf") { (xml) throws(StatementError) in
            xml.leaf("PmtInfId", batch.id)
            xml.leaf("PmtMtd", "TRF")
            xml.leaf("NbOfTxs", "\(batch.count)")
            xml.leaf("CtrlSum", Pain001.amount(batch.totalMinor, file.currency))
            try xml.element("PmtTpInf") { (xml) throws(StatementError) in
                // Not urgent: the batch clearing of the day, not a wire.
                try xml.element("SvcLvl") { (xml) throws(StatementError) in xml.leaf("Cd", "NURG") }
                try xml.element("CtgyPurp") { (xml) throws(StatementError) in
                    xml.leaf("Cd", batch.purpose.categoryCode)
                }
            }
            try xml.element("ReqdExctnDt") { (xml) throws(StatementError) in xml.leaf("Dt", file.dueDay.text) }
            try party("Dbtr", &xml)
            try account("DbtrAcct", file.account, currency: file.currency.code, &xml)
            try agent("DbtrAgt", file.account, &xml)
            for payment in payments { try transaction(payment, &xml) }
        }
    }

    private func transaction(_ payment: Payment, _ xml: inout XMLText) throws(StatementError) {
        let order = payment.order
        try xml.element("CdtTrfTxInf") { (xml) throws(StatementError) in
            try xml.element("PmtId") { (xml) throws(StatementError) in
                xml.leaf("InstrId", order.payoutID)
                xml.leaf("EndToEndId", order.payoutID)
            }
            try xml.element("Amt") { (xml) throws(StatementError) in
                xml.leaf(
                    "InstdAmt", Pain001.amount(order.amountMinor, order.currency), ["Ccy": order.currency.code])
            }
            try agent("CdtrAgt", order.account, &xml)
            try xml.element("Cdtr") { (xml) throws(StatementError) in xml.leaf("Nm", payment.name) }
            try account("CdtrAcct", order.account, currency: "", &xml)
            try xml.element("Purp") { (xml) throws(StatementError) in xml.leaf("Cd", order.purpose.purposeCode) }
            if !payment.remittance.isEmpty {
                try xml.element("RmtInf") { (xml) throws(StatementError) in xml.leaf("Ustrd", payment.remittance) }
            }
        }
    }

    private func account(
        _ name: String, _ account: PaymentAccount, currency: String, _ xml: inout XMLText
    ) throws(StatementError) {
        try xml.element(name) { (xml) throws(StatementError) in
            try xml.element("Id") { (xml) throws(StatementError) in
                try xml.element("Othr") { (xml) throws(StatementError) in xml.leaf("Id", account.number) }
            }
            xml.leafIfAny("Ccy", currency)
        }
    }

    private func agent(_ name: String, _ account: PaymentAccount, _ xml: inout XMLText) throws(StatementError) {
        try xml.element(name) { (xml) throws(StatementError) in
            try xml.element("FinInstnId") { (xml) throws(StatementError) in
                try xml.element("ClrSysMmbId") { (xml) throws(StatementError) in
                    try xml.element("ClrSysId") { (xml) throws(StatementError) in xml.leaf("Cd", "CACPA") }
                    xml.leaf("MmbId", account.routingNumber)
                }
            }
        }
    }
}
