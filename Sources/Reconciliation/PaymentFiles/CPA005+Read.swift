import Accounting
import Commerce

extension CPA005 {
    /// The file that `bytes` are. `file` names it in errors.
    ///
    /// Records are lines (LF or CR LF, each of 1464 characters or ending after its last used segment), or 1464
    /// characters each without lines. Checked: characters, record numbers without gap, one originator and file number,
    /// used segments before blank ones, and the trailer's counts and sums. Institutions differ on whether returns count
    /// with what was returned, so the trailer may count `I` with `C` and `J` with `D` or leave them out. `checksTotals:
    /// false` reads a file whose trailer is wrong, for those who look for the reason.
    ///
    /// Throws `StatementError`: `limit`, `malformed`, `encoding`, `value`, `total`.
    package static func read(
        _ bytes: [UInt8], file: String = "", checksTotals: Bool = true
    ) throws(StatementError) -> File {
        guard bytes.count <= fileBytesMax else {
            throw .payment(
                .limit, file: file, "", "\(bytes.count)", Text("le fichier est trop gros", "the file is too large"),
                accepted: Text("au plus \(fileBytesMax) octets", "at most \(fileBytesMax) bytes"))
        }
        var reader = CPA005Reader(file: file)
        if bytes.contains(0x0A) {
            try reader.lines(bytes)
        } else {
            try reader.fixed(bytes)
        }
        let result = try reader.finished()
        if checksTotals { try reader.checkTotals(result) }
        return result
    }

    /// For fuzzers: reads `bytes` and forgets what came of it.
    package static func fuzz(_ bytes: [UInt8]) { _ = try? read(bytes) }
}

/// A file as it is read, record by record.
private struct CPA005Reader {
    let file: String
    private var recordNumber = 0
    private var header: CPA005.File?
    private var trailer: CPA005.Trailer?
    private var items: [CPA005.Item] = []
    /// The originator's id and the file's number, alike in all records.
    private var identity: [UInt8] = []

    init(file: String) { self.file = file }

    private func failure(
        _ code: StatementError.Code, _ field: String, _ value: String, _ reason: Text, accepted: Text
    ) -> StatementError {
        .payment(code, file: file, line: max(recordNumber, 1), field, value, reason, accepted: accepted)
    }

    mutating func lines(_ bytes: [UInt8]) throws(StatementError) {
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != 0x0A { end += 1 }
            var line = bytes[start..<end]
            if line.last == 0x0D { line = line.dropLast() }
            start = end + 1
            // A file may end with an empty line, or with the end-of-file sign of older systems.
            if start >= bytes.count, line.isEmpty || Array(line) == [0x1A] { break }
            try record(line)
        }
    }

    mutating func fixed(_ bytes: [UInt8]) throws(StatementError) {
        guard !bytes.isEmpty, bytes.count.isMultiple(of: CPA005.recordBytes) else {
            throw failure(
                .malformed, "", "\(bytes.count)",
                Text(
                    "sans lignes, la longueur n’est pas un multiple de 1464",
                    "without lines, the length is no multiple of 1464"),
                accepted: Text("des enregistrements de 1464 caractères", "records of 1464 characters"))
        }
        for start in stride(from: 0, to: bytes.count, by: CPA005.recordBytes) {
            try record(bytes[start..<start + CPA005.recordBytes])
        }
    }

    private mutating func record(_ bytes: ArraySlice<UInt8>) throws(StatementError) {
        recordNumber += 1
        guard trailer == nil else {
            throw failure(
                .malformed, "Z", "", Text("des enregistrements suivent Z", "records follow Z"),
                accepted: Text("Z est le dernier", "Z is the last"))
        }
        if let place = bytes.firstIndex(where: { !(0x20...0x7E).contains($0) }) {
            throw failure(
                .encoding, "\(place - bytes.startIndex + 1)", "0x" + String(bytes[place], radix: 16),
                Text("ce caractère n’est pas permis", "this character is not permitted"),
                accepted: Text("des caractères ASCII imprimables", "printable ASCII characters"))
        }
        let record = CPA005Record(bytes: bytes)
        let type = record.text(1, 1)
        guard bytes.count >= CPA005.headBytes, bytes.count <= CPA005.recordBytes else { throw length(bytes, type) }
        try head(record, type)
        switch type {
        case "A": try readHeader(record)
        case "Z": try readTrailer(record)
        default:
            guard let kind = CPA005.Kind(rawValue: type) else {
                throw failure(
                    .malformed, "1", type, Text("ce type d’enregistrement est inconnu", "this record type is unknown"),
                    accepted: Text("A, C, D, E, F, I, J ou Z", "A, C, D, E, F, I, J or Z"))
            }
            try segments(record, kind)
        }
    }

    private func length(_ bytes: ArraySlice<UInt8>, _ type: String) -> StatementError {
        failure(
            .malformed, type, "\(bytes.count)",
            Text("cet enregistrement n’a pas la bonne longueur", "this record does not have the right length"),
            accepted: Text(
                "1464 caractères, ou la fin après le dernier segment utilisé (24 + 240 par segment)",
                "1464 characters, or the end after the last used segment (24 + 240 per segment)"))
    }

    private mutating func head(_ record: CPA005Record, _ type: String) throws(StatementError) {
        guard (recordNumber == 1) == (type == "A") else {
            throw failure(
                .malformed, "1", type,
                Text("l’enregistrement A ouvre le fichier, une seule fois", "record A opens the file, once"),
                accepted: recordNumber == 1 ? Text("A", "A") : Text("C, D, E, F, I, J ou Z", "C, D, E, F, I, J or Z"))
        }
        guard record.number(2, 10) == Int64(recordNumber) else {
            throw failure(
                .malformed, "2–10", record.text(2, 10),
                Text("le numéro d’enregistrement ne suit pas", "the record number does not follow"),
                accepted: Text("\(recordNumber)", "\(recordNumber)"))
        }
        let same = Array(record.raw(11, 24))
        if identity.isEmpty { identity = same }
        guard same == identity else {
            throw failure(
                .malformed, "11–24", record.text(11, 24),
                Text(
                    "l’émetteur ou le numéro de fichier n’est pas celui de l’en-tête",
                    "the originator or the file number is not that of the header"),
                accepted: Text(
                    String(decoding: identity, as: UTF8.self), String(decoding: identity, as: UTF8.self)))
        }
    }

    private mutating func readHeader(_ record: CPA005Record) throws(StatementError) {
        guard record.count >= 35, isWhole(record) else { throw length(record.bytes, "A") }
        let number = try required(record, 21, 24)
        guard (1...9999).contains(number) else {
            throw failure(
                .value, "A 21–24", record.text(21, 24),
                Text("le numéro de création du fichier est hors limites", "the file creation number is out of range"),
                accepted: Text("de 0001 à 9999", "0001 to 9999"))
        }
        guard let day = try day(record, 25, 30) else { throw badDay(record, 25, 30) }
        let currency = record.text(56, 58)
        guard currency.isEmpty || Currency(utf8: currency.utf8) != nil else {
            throw failure(
                .value, "A 56–58", currency, Text("cette devise est inconnue", "this currency is unknown"),
                accepted: Text("CAD ou USD", "CAD or USD"))
        }
        header = CPA005.File(
            originatorID: record.text(11, 20), number: Int(number), creationDay: day, dataCentre: record.text(31, 35),
            currency: currency, items: [], trailer: CPA005.Trailer())
    }

    /// All 1464 characters, or none of the blanks at the end: anything between has lost or gained a character.
    private func isWhole(_ record: CPA005Record) -> Bool {
        record.count == CPA005.recordBytes || record.bytes.last != 0x20
    }

    private mutating func readTrailer(_ record: CPA005Record) throws(StatementError) {
        // E and F may be left out where there are none.
        guard record.count >= CPA005.headBytes + 44, isWhole(record) else { throw length(record.bytes, "Z") }
        var totals: [CPA005.Total] = []
        for index in 0..<4 {
            let first = CPA005.headBytes + 1 + index * 22
            let isBlank = record.text(first, first + 21).isEmpty
            let minor = isBlank ? 0 : try required(record, first, first + 13)
            let count = isBlank ? 0 : try required(record, first + 14, first + 21)
            totals.append(CPA005.Total(minor: minor, count: count))
        }
        trailer = CPA005.Trailer(
            debits: totals[0], credits: totals[1], creditReversals: totals[2], debitReversals: totals[3])
    }

    private mutating func segments(_ record: CPA005Record, _ kind: CPA005.Kind) throws(StatementError) {
        let used = record.count - CPA005.headBytes
        guard used > 0, used.isMultiple(of: CPA005.segmentBytes) else { throw length(record.bytes, kind.rawValue) }
        var isOver = false
        for index in 0..<used / CPA005.segmentBytes {
            let segment = record.segment(index)
            if segment.isBlank {
                isOver = true
                guard index > 0 else {
                    throw failure(
                        .malformed, "\(kind.rawValue) 25–264", "",
                        Text("le premier segment est en blanc", "the first segment is blank"),
                        accepted: Text("au moins un segment utilisé", "at least one used segment"))
                }
                continue
            }
            guard !isOver else {
                throw failure(
                    .malformed, "\(kind.rawValue), segment \(index + 1)", segment.text(1, 40),
                    Text("un segment utilisé suit un segment en blanc", "a used segment follows a blank one"),
                    accepted: Text("les segments en blanc à la fin", "blank segments at the end"))
            }
            guard items.count < CPA005.itemsMax else {
                throw failure(
                    .limit, kind.rawValue, "\(items.count)", Text("il y a trop d’articles", "there are too many items"),
                    accepted: Text("au plus \(CPA005.itemsMax)", "at most \(CPA005.itemsMax)"))
            }
            items.append(try item(segment, kind, index + 1))
        }
    }

    private func item(
        _ segment: CPA005Record, _ kind: CPA005.Kind, _ number: Int
    ) throws(StatementError) -> CPA005.Item {
        _ = try required(segment, 1, 3)
        return CPA005.Item(
            kind: kind, transactionCode: segment.text(1, 3), storedCode: segment.text(63, 65),
            amountMinor: try required(segment, 4, 13), day: try day(segment, 14, 19),
            routingNumber: segment.text(20, 28), accountNumber: segment.text(29, 40), itemTrace: segment.text(41, 62),
            shortName: segment.text(66, 80), payeeName: segment.text(81, 110), longName: segment.text(111, 140),
            originatorID: segment.text(141, 150), crossReference: segment.text(151, 169),
            returnRoutingNumber: segment.text(170, 178), returnAccountNumber: segment.text(179, 190),
            sundry: segment.text(191, 205), originalItemTrace: segment.text(206, 227),
            settlementCode: segment.text(228, 229), invalidElements: segment.text(230, 240),
            recordNumber: recordNumber, segment: number)
    }

    private func required(_ record: CPA005Record, _ first: Int, _ last: Int) throws(StatementError) -> Int64 {
        guard let number = record.number(first, last) else {
            throw failure(
                .value, "\(first)–\(last)", record.text(first, last),
                Text("ce n’est pas un nombre", "this is not a number"),
                accepted: Text("\(last - first + 1) chiffres", "\(last - first + 1) digits"))
        }
        return number
    }

    /// 0YYDDD of this century; nil where it is blank or zero.
    private func day(_ record: CPA005Record, _ first: Int, _ last: Int) throws(StatementError) -> CivilDate? {
        if record.text(first, last).isEmpty { return nil }
        guard let number = record.number(first, last) else { throw badDay(record, first, last) }
        if number == 0 { return nil }
        let (year, dayOfYear) = (Int(number / 1000), Int(number % 1000))
        guard year <= 99, dayOfYear >= 1, dayOfYear <= (CivilDate.isLeap(2000 + year) ? 366 : 365),
            let day = CivilDate(year: 2000 + year, month: 1, day: 1)?.adding(days: dayOfYear - 1)
        else { throw badDay(record, first, last) }
        return day
    }

    private func badDay(_ record: CPA005Record, _ first: Int, _ last: Int) -> StatementError {
        failure(
            .value, "\(first)–\(last)", record.text(first, last), Text("ce n’est pas un jour", "this is not a day"),
            accepted: Text("0AAJJJ, par exemple 017365", "0YYDDD, such as 017365"))
    }

    func finished() throws(StatementError) -> CPA005.File {
        guard var result = header, let trailer else {
            throw failure(
                .malformed, header == nil ? "A" : "Z", "",
                header == nil
                    ? Text("le fichier n’a pas d’en-tête", "the file has no header")
                    : Text("le fichier se termine sans enregistrement Z", "the file ends without record Z"),
                accepted: Text("un fichier de A à Z", "a file from A to Z"))
        }
        result.items = items
        result.trailer = trailer
        return result
    }

    func checkTotals(_ result: CPA005.File) throws(StatementError) {
        var sums: [CPA005.Kind: CPA005.Total] = [:]
        for item in result.items {
            // Ten digits each, a million of them at most: below 2^63.
            sums[item.kind, default: CPA005.Total()].minor += item.amountMinor
            sums[item.kind, default: CPA005.Total()].count += 1
        }
        let trailer = result.trailer
        try agree("D", trailer.debits, sums[.debit], with: sums[.returnedDebit])
        try agree("C", trailer.credits, sums[.credit], with: sums[.returnedCredit])
        try agree("E", trailer.creditReversals, sums[.creditReversal], with: nil)
        try agree("F", trailer.debitReversals, sums[.debitReversal], with: nil)
    }

    private func agree(
        _ field: String, _ said: CPA005.Total, _ found: CPA005.Total?, with returns: CPA005.Total?
    ) throws(StatementError) {
        let alone = found ?? CPA005.Total()
        let all = CPA005.Total(
            minor: alone.minor + (returns?.minor ?? 0), count: alone.count + (returns?.count ?? 0))
        guard said != alone, said != all else { return }
        let (has, says) = (
            StatementAmount.text(alone.minor, exponent: 2), StatementAmount.text(said.minor, exponent: 2)
        )
        throw failure(
            .total, "Z, \(field)", "",
            Text(
                "l’enregistrement Z annonce \(said.count) articles pour \(says.french), le fichier en porte \(alone.count) pour \(has.french)",
                "record Z says \(said.count) items of \(says.english), the file has \(alone.count) of \(has.english)"),
            accepted: Text("\(alone.count) articles pour \(has.french)", "\(alone.count) items of \(has.english)"))
    }
}
