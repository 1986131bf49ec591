/// What :86: says of a movement: "/EREF/…/REMI/…", "166?00…?20EREF+…?32NAME", or plain text.
struct MT940Details {
    private let text: String
    private static let codes: Set<Substring> = [
        "EREF", "KREF", "PREF", "IREF", "RREF", "MARF", "MREF", "CSID", "CRED", "ORDP", "BENM", "REMI", "TRTP", "RTRN",
        "NAME", "IBAN", "BIC", "ID", "ADDR", "PURP", "ULTC", "ULTD", "ULTB", "CNTP", "OCMT", "CHGS", "ISDT", "ACCW",
        "SVCL", "NRTX", "TRCD", "ACCT", "ADTX", "USTD", "STRD",
    ]

    /// Lines of 65 characters were cut there, and go on without a space; shorter ones were ended.
    init(_ lines: [ArraySlice<UInt8>]) {
        var whole = ""
        var isCut = true
        for line in lines {
            let part = String(decoding: line, as: UTF8.self)
            if !isCut, !part.hasPrefix("/"), !part.hasPrefix("?") { whole += " " }
            whole += part
            isCut = part.unicodeScalars.count >= 65
        }
        text = whole
    }

    /// Writes into the entry what stands here.
    func describe(_ entry: inout StatementEntry) {
        let bytes = Array(text.utf8)
        if bytes.count > 4, bytes.prefix(3).allSatisfy({ (0x30...0x39).contains($0) }), bytes[3] == 0x3F {
            describeNumbered(&entry)
        } else if bytes.first == 0x2F {
            describeCoded(&entry)
        } else {
            add(text, to: &entry)
        }
    }

    private func add(_ text: String, to entry: inout StatementEntry) {
        entry.text = FieldText.joined([entry.text, FieldText.clean(text)])
    }

    /// "/EREF/E2E-1/ORDP//NAME/Jeanne Roy/REMI/ristourne": a value goes on to the next code that is known.
    private func describeCoded(_ entry: inout StatementEntry) {
        var values: [(code: Substring, value: String)] = []
        for part in text.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            // What people wrote comes last and may hold anything.
            if Self.codes.contains(part), values.last?.code != "REMI" {
                values.append((part, ""))
            } else if let last = values.indices.last {
                values[last].value += (values[last].value.isEmpty ? "" : "/") + part
            } else {
                add("/" + part, to: &entry)
            }
        }
        for (code, value) in values {
            let value = FieldText.clean(value)
            guard !value.isEmpty else { continue }
            switch code {
            case "EREF": if value != "NOTPROVIDED" { entry.endToEnd = value }
            case "PREF": entry.batch = value
            case "RTRN": entry.returnCode = value
            case "CNTP":
                // Account, institution, name, city.
                let parts = value.split(separator: "/", omittingEmptySubsequences: false)
                if entry.counterparty.isEmpty, parts.count > 2 {
                    entry.counterparty = FieldText.clean(String(parts[2]))
                }
            case "NAME": if entry.counterparty.isEmpty { entry.counterparty = value }
            case "REMI": add(value.hasPrefix("USTD//") ? String(value.dropFirst(6)) : value, to: &entry)
            case "ADTX": add(value, to: &entry)
            default: break
            }
        }
    }

    /// "166?00VIREMENT?20EREF+E2E-1?21SVWZ+ristourne?32JEANNE ROY": ?20–?29 and ?60–?63 are one text, ?32 and ?33 the name.
    private func describeNumbered(_ entry: inout StatementEntry) {
        var purpose = ""
        var name = ""
        var kind = ""
        for part in text.split(separator: "?", omittingEmptySubsequences: false).dropFirst() {
            let value = String(part.dropFirst(2))
            switch FieldText.digits(part, 0, 2) {
            case 0?: kind = value
            case .some(20...29), .some(60...63): purpose += value
            case .some(32...33): name += value
            default: break
            }
        }
        if entry.counterparty.isEmpty { entry.counterparty = FieldText.clean(name) }
        let marks = ["EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "SVWZ+", "ABWA+", "RTRN+", "PREF+"]
        var values: [(mark: String, value: String)] = [("", "")]
        var rest = purpose[...]
        while let first = rest.first {
            if let mark = marks.first(where: { rest.hasPrefix($0) }) {
                values.append((mark, ""))
                rest = rest.dropFirst(mark.count)
            } else {
                values[values.count - 1].value.append(first)
                rest = rest.dropFirst()
            }
        }
        add(kind, to: &entry)
        for (mark, value) in values {
            let value = FieldText.clean(value)
            switch mark {
            case "EREF+": if !value.isEmpty, value != "NOTPROVIDED" { entry.endToEnd = value }
            case "PREF+": entry.batch = value
            case "RTRN+": entry.returnCode = value
            case "SVWZ+", "": add(value, to: &entry)
            default: break
            }
        }
    }
}
