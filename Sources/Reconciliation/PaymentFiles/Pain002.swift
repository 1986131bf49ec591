package import Accounting
import Bytes
import Commerce

/// ISO 20022 customer payment status report, pain.002: what became of the payments that we sent.
package enum Pain002 {
    /// Statuses in a file.
    package static let statusesMax = 1_000_000
    /// Reasons of one status; more are left out.
    static let reasonsMax = 20
    /// No text of a report is long, and few levels are deep: what is more is not one.
    private static let limits: StatementLimits = {
        var limits = StatementLimits()
        limits.fileBytesMax = 64 << 20
        limits.depthMax = 32
        limits.fieldBytesMax = 4096
        return limits
    }()
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
        let source = StatementSource(name: file, reading: StatementReading(limits: limits))
        guard bytes.count <= limits.fileBytesMax else { throw StatementFileReader.tooLarge(source) }
        try XMLMarkup.refuseDeclaredTypes(bytes, source)
        return try bytes.withBytes { (bytes) throws(StatementError) -> ([PaymentStatus], CivilDate?) in
            var report = StatusReport(try XMLMarkup(bytes, source))
            return (try report.read(), try? CivilDate(String(report.created.prefix(10))))
        }
    }

    /// For fuzzers: reads `bytes` and forgets what came of it.
    package static func fuzz(_ bytes: [UInt8]) { _ = try? read(bytes) }
}

/// A report as it is read: one payment is in memory at a time.
private struct StatusReport {
    private let markup: XMLMarkup
    private var messageID = ""
    /// CreDtTm, as it stands.
    private(set) var created = ""
    private var statuses: [PaymentStatus] = []

    init(_ markup: XMLMarkup) { self.markup = markup }

    mutating func read() throws(StatementError) -> [PaymentStatus] {
        var path: [String] = []
        // What a batch says of itself, without its payments, and where its status belongs: before theirs.
        var batch = MarkupElement(name: "", currency: "", line: nil)
        var place = 0
        var hasRoot = false
        while let event = try markup.next() {
            switch event {
            case .start(let name, let currency):
                if path.isEmpty { try root(name) }
                hasRoot = true
                path.append(name)
                // Only in their places: what a supplement names alike is not one of ours.
                if path.count == 3, name == "OrgnlPmtInfAndSts" {
                    batch = MarkupElement(name: name, currency: currency, line: markup.line)
                    place = statuses.count
                } else if path.count >= 3 {
                    let element = try markup.element(name, currency: currency)
                    path.removeLast()
                    if path.count == 2, name == "GrpHdr" {
                        created = element.text("CreDtTm")
                    } else if path.count == 2, name == "OrgnlGrpInfAndSts" {
                        messageID = element.text("OrgnlMsgId")
                        try add(element, .message, "GrpSts")
                    } else if path.count == 3, name == "TxInfAndSts" {
                        try add(element, .payment, "TxSts")
                    } else if path.count == 3 {
                        batch.children.append(element)
                    }
                }
            case .text: continue
            case .end:
                if path.popLast() == "OrgnlPmtInfAndSts" { try finish(batch, at: place) }
            }
        }
        guard hasRoot else {
            throw markup.source.refusal(
                .malformed, Text("le document est vide", "the document is empty"),
                accepted: Text("un rapport pain.002", "a pain.002 report"))
        }
        return statuses
    }

    private func root(_ name: String) throws(StatementError) {
        guard name == "Document", Pain002.namespaces.contains(markup.namespace) else {
            throw markup.source.refusal(
                .format, line: markup.line, field: name, value: markup.namespace,
                Text("ce n’est pas un rapport de statut pain.002", "this is no pain.002 status report"),
                accepted: Text("pain.002.001.03 à pain.002.001.14", "pain.002.001.03 to pain.002.001.14"))
        }
    }

    /// The payments of the batch know its name only now; its own status goes before theirs.
    private mutating func finish(_ batch: MarkupElement, at place: Int) throws(StatementError) {
        let batchID = batch.text("OrgnlPmtInfId")
        for index in place..<statuses.count { statuses[index].batchID = batchID }
        let count = statuses.count
        try add(batch, .batch, "PmtInfSts", batchID: batchID)
        if statuses.count > count { statuses.insert(statuses.removeLast(), at: place) }
    }

    /// The status of a level, where it says one of its own.
    private mutating func add(
        _ level: MarkupElement, _ kind: PaymentStatus.Level, _ statusName: String, batchID: String = ""
    ) throws(StatementError) {
        let status = level.text(statusName)
        guard !status.isEmpty else { return }
        guard statuses.count < Pain002.statusesMax else {
            throw markup.source.tooMany(Text("statuts", "statuses"), max: Pain002.statusesMax, line: level.line)
        }
        let endToEndID = level.text("OrgnlEndToEndId")
        let payoutID = endToEndID.isEmpty ? level.text("OrgnlInstrId") : endToEndID
        guard kind != .payment || !payoutID.isEmpty else {
            throw markup.source.refusal(
                .value, line: level.line, field: "TxInfAndSts", value: status,
                Text(
                    "ce statut ne dit pas de quel paiement il s’agit",
                    "this status does not say which payment it is about"),
                accepted: Text("OrgnlEndToEndId ou OrgnlInstrId", "OrgnlEndToEndId or OrgnlInstrId"))
        }
        statuses.append(
            PaymentStatus(
                level: kind, status: status,
                reasons: level.all("StsRsnInf").prefix(Pain002.reasonsMax).map(Self.reason),
                messageID: messageID, batchID: batchID, payoutID: kind == .payment ? payoutID : "",
                servicerReference: level.text("AcctSvcrRef"), amount: level.text("OrgnlTxRef", "Amt", "InstdAmt")))
    }

    private static func reason(_ element: MarkupElement) -> PaymentStatus.Reason {
        let code = element.text("Rsn", "Cd")
        return PaymentStatus.Reason(
            code: code.isEmpty ? element.text("Rsn", "Prtry") : code,
            isProprietary: code.isEmpty && element["Rsn", "Prtry"] != nil,
            text: element.all("AddtlInf").map(\.text).joined(separator: " "))
    }
}
