package import Accounting
import Commerce

/// ISO 20022 customer payment status report, pain.002: what became of the payments that we sent.
package enum Pain002 {
    /// Statuses in a file.
    package static let statusesMax = 1_000_000
    /// Reasons of one status; more are left out.
    static let reasonsMax = 20
    /// Versions 03 to 14 say what we read in the same places.
    static let namespaces = (3...14).map {
        "urn:iso:std:iso:20022:tech:xsd:pain.002.001." + ($0 < 10 ? "0\($0)" : "\($0)")
    }

    /// The statuses that the report holds, in its order: the message's before its batches', a batch's before its
    /// payments'. A level without a status of its own is left out. `file` names the report in errors.
    ///
    /// Throws `StatementError`: `format` where it is no pain.002, `malformed`, `limit`, `value` where a status has no
    /// reference by which we would know what it is about.
    package static func read(_ bytes: [UInt8], file: String = "") throws(StatementError) -> [PaymentStatus] {
        try report(bytes, file: file).statuses
    }

    /// The statuses, and the day on which the report says that it was made; `nil` where it does not say.
    package static func report(
        _ bytes: [UInt8], file: String = ""
    ) throws(StatementError) -> (statuses: [PaymentStatus], day: CivilDate?) {
        var report = StatusReport(file: file)
        try XMLElements.read(bytes, file: file) { (step, line) throws(StatementError) in
            switch step {
            case .start(let name, let namespace, let depth, let isEmpty):
                try report.start(name, namespace, depth, line)
                if isEmpty { try report.end(depth, line) }
            case .text(let text): report.text += text
            case .end(let depth): try report.end(depth, line)
            }
        }
        return (try report.finished(), try? CivilDate(String(report.created.prefix(10))))
    }

    /// For fuzzers: reads `bytes` and forgets what came of it.
    package static func fuzz(_ bytes: [UInt8]) { _ = try? read(bytes) }
}

/// A report as it is read: where we are, and the status of each level that is open.
private struct StatusReport {
    let file: String
    var text = ""
    private var path: [String] = []
    private var hasRoot = false
    private var messageID = ""
    /// CreDtTm, as it stands.
    private(set) var created = ""
    private var statuses: [PaymentStatus] = []
    private var message = Level()
    private var batch = Level()
    private var payment = Level()
    private var reason: PaymentStatus.Reason?

    /// What one level says of itself.
    private struct Level {
        var status = ""
        var reasons: [PaymentStatus.Reason] = []
        var batchID = ""
        var instructionID = ""
        var endToEndID = ""
        var servicerReference = ""
        var amount = ""
        /// Where its status belongs: before those of the levels below.
        var place = 0

        mutating func add(_ reason: PaymentStatus.Reason?) {
            guard let reason, reasons.count < Pain002.reasonsMax else { return }
            reasons.append(reason)
        }
    }

    init(file: String) { self.file = file }

    mutating func start(_ name: String, _ namespace: String, _ depth: Int, _ line: Int) throws(StatementError) {
        if depth == 0 {
            guard name == "Document", Pain002.namespaces.contains(namespace) else {
                throw .payment(
                    .format, file: file, line: line, name, namespace,
                    Text("ce n’est pas un rapport de statut pain.002", "this is no pain.002 status report"),
                    accepted: Text("pain.002.001.03 à pain.002.001.14", "pain.002.001.03 to pain.002.001.14"))
            }
            hasRoot = true
        }
        path.append(name)
        text = ""
        // Payment, batch and reason may only open in their places; what a supplement names alike is not one of ours.
        switch path.count {
        case 3 where name == "OrgnlPmtInfAndSts":
            batch = Level()
            batch.place = statuses.count
        case 3 where name == "OrgnlGrpInfAndSts":
            message = Level()
        case 4 where name == "TxInfAndSts" && path[2] == "OrgnlPmtInfAndSts":
            payment = Level()
            payment.batchID = batch.batchID
        default:
            if name == "StsRsnInf" { reason = PaymentStatus.Reason(code: "", isProprietary: false, text: "") }
        }
    }

    mutating func end(_ depth: Int, _ line: Int) throws(StatementError) {
        guard let name = path.last, depth == path.count - 1 else { return }
        defer {
            path.removeLast()
            text = ""
        }
        if path.count == 4, path[2] == "GrpHdr", name == "CreDtTm" { created = text }
        if path.count >= 3, path[2] == "OrgnlGrpInfAndSts" {
            if path.count == 4, name == "OrgnlMsgId" { messageID = text }
            if path.count == 4, name == "GrpSts" { message.status = text }
            message.add(finishedReason(name, depth: 4))
            if path.count == 3 { try add(message, .message, line) }
        } else if path.count >= 4, path[3] == "TxInfAndSts", path[2] == "OrgnlPmtInfAndSts" {
            if path.count == 5 { paymentField(name) }
            payment.add(finishedReason(name, depth: 5))
            if path.count == 7, path[4] == "OrgnlTxRef", path[5] == "Amt", name == "InstdAmt" { payment.amount = text }
            if path.count == 4 { try add(payment, .payment, line) }
        } else if path.count >= 3, path[2] == "OrgnlPmtInfAndSts" {
            if path.count == 4, name == "OrgnlPmtInfId" { batch.batchID = text }
            if path.count == 4, name == "PmtInfSts" { batch.status = text }
            batch.add(finishedReason(name, depth: 4))
            if path.count == 3 { try add(batch, .batch, line) }
        }
    }

    private mutating func paymentField(_ name: String) {
        switch name {
        case "OrgnlInstrId": payment.instructionID = text
        case "OrgnlEndToEndId": payment.endToEndID = text
        case "TxSts": payment.status = text
        case "AcctSvcrRef": payment.servicerReference = text
        default: break
        }
    }

    /// `StsRsnInf` at a depth, `Rsn/Cd` or `Rsn/Prtry` and words, once it ends.
    private mutating func finishedReason(_ name: String, depth: Int) -> PaymentStatus.Reason? {
        guard path.count >= depth, path[depth - 1] == "StsRsnInf", var open = reason else { return nil }
        if path.count == depth + 2, path[depth] == "Rsn", name == "Cd" || name == "Prtry" {
            open.code = text
            open.isProprietary = name == "Prtry"
        } else if path.count == depth + 1, name == "AddtlInf" {
            open.text += open.text.isEmpty ? text : " " + text
        } else if path.count == depth {
            reason = nil
            return open
        }
        reason = open
        return nil
    }

    private mutating func add(_ level: Level, _ kind: PaymentStatus.Level, _ line: Int) throws(StatementError) {
        guard !level.status.isEmpty else { return }
        guard statuses.count < Pain002.statusesMax else {
            throw .payment(
                .limit, file: file, line: line, "TxInfAndSts", "\(statuses.count)",
                Text("il y a trop de statuts", "there are too many statuses"),
                accepted: Text("au plus \(Pain002.statusesMax)", "at most \(Pain002.statusesMax)"))
        }
        let payoutID = level.endToEndID.isEmpty ? level.instructionID : level.endToEndID
        guard kind != .payment || !payoutID.isEmpty else {
            throw .payment(
                .value, file: file, line: line, "TxInfAndSts", level.status,
                Text(
                    "ce statut ne dit pas de quel paiement il s’agit",
                    "this status does not say which payment it is about"),
                accepted: Text("OrgnlEndToEndId ou OrgnlInstrId", "OrgnlEndToEndId or OrgnlInstrId"))
        }
        let status = PaymentStatus(
            level: kind, status: level.status, reasons: level.reasons, messageID: messageID,
            batchID: kind == .message ? "" : level.batchID, payoutID: payoutID,
            servicerReference: level.servicerReference, amount: level.amount)
        if kind == .batch {
            statuses.insert(status, at: min(level.place, statuses.count))
        } else {
            statuses.append(status)
        }
    }

    func finished() throws(StatementError) -> [PaymentStatus] {
        guard hasRoot else {
            throw .payment(
                .malformed, file: file, "", "", Text("le document est vide", "the document is empty"),
                accepted: Text("un rapport pain.002", "a pain.002 report"))
        }
        return statuses
    }
}
