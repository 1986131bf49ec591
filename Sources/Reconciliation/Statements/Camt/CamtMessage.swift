import Commerce

/// Which message of ISO 20022 a file holds, by the namespace of its document.
struct CamtMessage: Equatable {
    let kind: BankStatement.Kind
    /// "camt.053.001.08".
    let name: String

    static let versions = ["02", "04", "08", "14"]
    static let accepted = Text(
        "camt.052, camt.053 ou camt.054, versions 02, 04, 08 ou 14, ou OFX",
        "camt.052, camt.053 or camt.054, versions 02, 04, 08 or 14, or OFX")

    /// Nil for a namespace that is not ISO 20022's camt; throws where the message or its version is not one of ours.
    init?(namespace: String, line: Int?, _ source: StatementSource) throws(StatementError) {
        let prefix = "urn:iso:std:iso:20022:tech:xsd:"
        guard namespace.hasPrefix(prefix + "camt.") else { return nil }
        name = String(namespace.dropFirst(prefix.count))
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let kinds: [Substring: BankStatement.Kind] = ["052": .intraday, "053": .statement, "054": .notification]
        guard parts.count == 4, let kind = kinds[parts[1]], parts[2] == "001",
            Self.versions.contains(String(parts[3]))
        else {
            throw source.refusal(
                .format, line: line, field: "xmlns", value: name,
                Text("n’est pas un message que l’on sache lire", "is not a message that can be read"),
                accepted: Self.accepted)
        }
        self.kind = kind
    }

    /// The element of one statement.
    var statementElement: String {
        switch kind {
        case .statement: "Stmt"
        case .intraday: "Rpt"
        case .notification: "Ntfctn"
        }
    }
}
