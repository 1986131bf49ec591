import Accounting
import Bytes
import Events
import Index

/// Service agreements between cooperatives: the provider's book has them, both sign.
enum Agreements {
    /// Fees of one agreement, and lines of one invoice.
    static let feesMax = 200

    static func decide(signed body: AgreementSignedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        try Check.id(body.agreement, "agreement", max: 64)
        let client = try Check.cooperative(body.clientBook, "clientBook", views)
        guard client.id != book.id else {
            throw Refusal(
                .notAllowed, "clientBook", body.clientBook,
                Text("une coopérative ne s’engage pas envers elle-même", "a cooperative does not contract with itself"),
                accepted: Text("le livre d’une autre coopérative", "the book of another cooperative"))
        }
        guard body.kind != .unspecified else {
            throw Refusal(
                .missing, "kind", "", Text("la nature de l’entente manque", "the kind of agreement is missing"),
                accepted: Text("par exemple AGREEMENT_KIND_PLATFORM", "for example AGREEMENT_KIND_PLATFORM"))
        }
        let start = try Check.date(body.startDate, "startDate")
        if !body.endDate.isEmpty {
            let end = try Check.date(body.endDate, "endDate")
            guard start <= end else {
                throw Refusal(
                    .outOfRange, "endDate", body.endDate, Text("avant le début", "before the start"),
                    accepted: Text("\(start.text) ou plus tard", "\(start.text) or later"))
            }
        }
        let currency = try Check.isoCurrency(body.currency)
        try decide(body.fees)
        if let earlier = views.agreement(body.agreement, book) {
            try decide(earlier, body, start, client, currency, views)
        }
        try AgreementApprovals.decide(fact, book, client, views)
    }

    /// A new version changes the fees and the end, never whom it binds nor what was invoiced.
    private static func decide(
        _ earlier: AgreementRecord, _ body: AgreementSignedView, _ start: CivilDate, _ client: Book,
        _ currency: Currency, _ views: Views
    ) throws(Refusal) {
        guard earlier.endedDay == .max else {
            throw Refusal(
                .duplicate, "agreement", body.agreement,
                Text("l’entente a pris fin", "the agreement has ended"),
                accepted: Text("une entente nouvelle", "a new agreement"))
        }
        guard earlier.client == client.id else {
            let name = views.book(number: earlier.client)?.name ?? ""
            throw Refusal(
                .conflict, "clientBook", body.clientBook,
                Text("l’entente lie une autre coopérative", "the agreement binds another cooperative"),
                accepted: Text(name, name))
        }
        guard earlier.kind == body.kind.rawValue else {
            let kind = AgreementKind(rawValue: earlier.kind) ?? .unspecified
            throw Refusal(
                .conflict, "kind", "\(body.kind)", Text("la nature de l’entente est autre", "the kind is another"),
                accepted: Text("\(kind)", "\(kind)"))
        }
        guard earlier.currency == currency.rawValue else {
            let code = Currency(rawValue: earlier.currency).code
            throw Refusal(
                .conflict, "currency", body.currency,
                Text("la monnaie de l’entente est autre", "the agreement's currency is another"),
                accepted: Text(code, code))
        }
        let last = max(earlier.versionDay, earlier.invoicedDay)
        guard start.daysSinceEpoch > last else {
            let first = CivilDate(clampingDays: Int64(last) + 1).text
            throw Refusal(
                .conflict, "startDate", body.startDate,
                Text(
                    "une version ne remplace ni la précédente ni ce qui est facturé",
                    "a version replaces neither the one before nor what is invoiced"),
                accepted: Text("\(first) ou plus tard", "\(first) or later"))
        }
    }

    private static func decide(_ fees: Repeated<AgreementFeeView>) throws(Refusal) {
        guard (1...feesMax).contains(fees.count) else {
            throw Refusal(
                .outOfRange, "fees", Int64(fees.count), Text("nombre de tarifs hors limites", "number of fees"),
                accepted: Text("de 1 à \(feesMax)", "1 to \(feesMax)"))
        }
        var names: [Bytes] = []
        for (at, encoded) in fees.enumerated() {
            guard let fee = try? encoded.view() else { continue }
            try Check.id(fee.fee, "fees[\(at)].fee", max: 64)
            guard !names.contains(fee.fee) else {
                throw Refusal(
                    .duplicate, "fees[\(at)].fee", fee.fee, Text("tarif déjà donné", "fee given already"),
                    accepted: Text("chaque tarif une fois", "each fee once"))
            }
            names.append(fee.fee)
            guard fee.taxClass != .unspecified else {
                throw Refusal(
                    .missing, "fees[\(at)].taxClass", "", Text("la classe manque", "the class is missing"),
                    accepted: Text("par exemple TAX_CLASS_STANDARD", "for example TAX_CLASS_STANDARD"))
            }
            guard fee.basis == .period ? fee.periodMonths <= 120 : fee.periodMonths == 0 else {
                guard fee.basis == .period else {
                    throw superfluous("fees[\(at)].periodMonths", Int64(fee.periodMonths))
                }
                throw Refusal(
                    .outOfRange, "fees[\(at)].periodMonths", Int64(fee.periodMonths),
                    Text("période hors limites", "period out of range"),
                    accepted: Text("de 1 à 120 mois, 0 pour un", "1 to 120 months, 0 for one"))
            }
            switch fee.basis {
            case .unit, .period:
                try Check.positive(fee.priceMinor, "fees[\(at)].priceMinor")
                guard fee.ratePpm == 0 else { throw superfluous("fees[\(at)].ratePpm", Int64(fee.ratePpm)) }
            case .percent:
                guard fee.priceMinor == 0 else { throw superfluous("fees[\(at)].priceMinor", fee.priceMinor) }
                guard (1...1_000_000).contains(fee.ratePpm) else {
                    throw Refusal(
                        .outOfRange, "fees[\(at)].ratePpm", Int64(fee.ratePpm),
                        Text("taux hors limites", "rate out of range"),
                        accepted: Text("de 1 à 1000000 parties par million", "1 to 1000000 parts per million"))
                }
            default:
                throw Refusal(
                    .missing, "fees[\(at)].basis", "", Text("la base du tarif manque", "the fee's basis is missing"),
                    accepted: Text("par exemple FEE_BASIS_UNIT", "for example FEE_BASIS_UNIT"))
            }
        }
    }

    private static func superfluous(_ field: String, _ value: Int64) -> Refusal {
        Refusal(
            .conflict, field, value, Text("la base du tarif ne l’emploie pas", "the fee's basis does not use it"),
            accepted: Text("0", "0"))
    }

    static func fold(signed body: AgreementSignedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, let client = views.book(body.clientBook),
            let start = try? CivilDate.parse(utf8: body.startDate.buffer),
            let currency = Currency(utf8: body.currency.buffer)
        else { return views.noBook(fact) }
        let earlier = views.agreement(body.agreement, book)
        var record = earlier ?? AgreementRecord()
        record.signedSequence = fact.sequence
        record.client = client.id
        record.kind = body.kind.rawValue
        record.currency = currency.rawValue
        if earlier == nil { record.startDay = start.daysSinceEpoch }
        record.versionDay = start.daysSinceEpoch
        record.endDay = (try? CivilDate.parse(utf8: body.endDate.buffer))?.daysSinceEpoch ?? .max
        views.putAgreement(record, body.agreement, book)
        views.putNumber(
            views.key.begin(.agreement).u16(book.id).u8(1).text(body.agreement).u8(0).day(record.versionDay).bytes,
            fact.sequence)
        views.putNumber(
            views.key.begin(.agreement).u16(client.id).u8(2).u16(book.id).text(body.agreement).bytes, 1)
        touchBoth(book, client, fact, views)
        for name in AgreementApprovals.approvers(of: fact) {
            if let party = views.party(.identity, name) { views.touch(party, fact) }
        }
    }

    static func decide(ended body: AgreementEndedView, _ fact: Fact, _ views: Views) throws(Refusal) {
        let book = try Check.book(fact)
        let record = try Check.agreement(body.agreement, book, views)
        try Check.text(body.reason, "reason")
        guard record.endedDay == .max else {
            throw Refusal(
                .duplicate, "agreement", body.agreement, Text("l’entente a déjà pris fin", "the agreement has ended"),
                accepted: Text("une entente en vigueur", "an agreement in force"))
        }
        guard fact.day >= record.invoicedDay else {
            let last = CivilDate(clampingDays: Int64(record.invoicedDay)).text
            throw Refusal(
                .conflict, "effectiveAt", InstantText.format(us: fact.effectiveAtUs),
                Text("des services sont facturés jusqu’au \(last)", "services are invoiced through \(last)"),
                accepted: Text("le \(last) ou plus tard", "\(last) or later"))
        }
    }

    static func fold(ended body: AgreementEndedView, _ fact: Fact, _ views: Views) {
        guard let book = fact.book, var record = views.agreement(body.agreement, book),
            let client = views.book(number: record.client)
        else { return views.noBook(fact) }
        record.endedDay = fact.day
        views.putAgreement(record, body.agreement, book)
        touchBoth(book, client, fact, views)
    }

    static func touchBoth(_ book: Book, _ other: Book, _ fact: Fact, _ views: Views) {
        views.touch(views.cooperative(book), fact)
        views.touch(views.cooperative(other), fact)
    }
}

extension Check {
    static func agreement(_ name: Bytes, _ book: Book, _ views: Views) throws(Refusal) -> AgreementRecord {
        try Check.id(name, "agreement", max: 64)
        guard let record = views.agreement(name, book) else {
            throw Refusal(
                .unknown, "agreement", name,
                Text("aucune entente de ce nom dans \(book.name)", "no agreement of that name in \(book.name)"),
                accepted: Text("une entente de agreementSigned", "an agreement of agreementSigned"))
        }
        return record
    }
}
