import Accounting
import Commerce

/// What holds for every format: checked before a byte is written.
struct PaymentCheck {
    let file: PaymentFile

    private func refusal(_ field: String, _ value: String, _ reason: Text, accepted: Text) -> StatementError {
        .payment(.value, file: file.messageID, field, value, reason, accepted: accepted)
    }

    /// The head of the file.
    func head() throws(StatementError) {
        try identifier("messageID", file.messageID, widthMax: 31)
        let isOriginator =
            file.originatorID.utf8.count == 10
            && file.originatorID.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
        guard isOriginator else {
            throw refusal(
                "originatorID", file.originatorID,
                Text("le numéro d’émetteur n’a pas la forme attendue", "the originator id does not have its form"),
                accepted: Text("dix chiffres ou lettres majuscules", "ten digits or capital letters"))
        }
        guard (1...9999).contains(file.number) else {
            throw refusal(
                "number", "\(file.number)",
                Text("le numéro de création du fichier est hors limites", "the file creation number is out of range"),
                accepted: Text("de 1 à 9999 ; après 9999 vient 1", "1 to 9999; 1 follows 9999"))
        }
        try digits("dataCentre", file.dataCentre, 5...5)
        try account("account", file.account)
        try account("returnAccount", file.returnAccount)
        try originatorName("shortName", file.shortName, 15)
        try originatorName("longName", file.longName, 30)
        guard (0..<86_400).contains(file.creationSecond) else {
            throw refusal(
                "creationSecond", "\(file.creationSecond)",
                Text("un jour n’a pas cette seconde", "a day has no such second"),
                accepted: Text("de 0 à 86399", "0 to 86399"))
        }
        guard file.dueDay >= file.creationDay else {
            throw refusal(
                "dueDay", file.dueDay.text,
                Text(
                    "les fonds seraient disponibles avant la création du fichier, le \(file.creationDay.text)",
                    "funds would be available before the file is created, on \(file.creationDay.text)"),
                accepted: Text("le \(file.creationDay.text) ou plus tard", "\(file.creationDay.text) or later"))
        }
        guard (2000...2099).contains(file.creationDay.year), (2000...2099).contains(file.dueDay.year) else {
            throw refusal(
                "creationDay", file.creationDay.text,
                Text("l’année s’écrit à deux chiffres", "the year is written with two digits"),
                accepted: Text("un jour de 2000 à 2099", "a day from 2000 to 2099"))
        }
    }

    /// One order. `amountMinorMax` is what the format can hold.
    func order(_ order: PaymentOrder, _ place: String, amountMinorMax: Int64) throws(StatementError) {
        try identifier("\(place).payoutID", order.payoutID, widthMax: 35)
        let field = "\(place) (\(order.payoutID))"
        try account("\(field).account", order.account)
        guard order.currency == file.currency else {
            throw refusal(
                "\(field).currency", order.currency.code,
                Text("le fichier est en \(file.currency.code)", "the file is in \(file.currency.code)"),
                accepted: Text("un fichier par devise", "one file per currency"))
        }
        guard order.amountMinor > 0, order.amountMinor <= amountMinorMax else {
            throw refusal(
                "\(field).amountMinor", DecimalText.format(minor: order.amountMinor, currency: order.currency),
                Text("ce montant ne peut pas être versé", "this amount cannot be paid"),
                accepted: Text(
                    "plus que zéro, au plus \(DecimalText.format(minor: amountMinorMax, currency: order.currency))",
                    "more than zero, at most \(DecimalText.format(minor: amountMinorMax, currency: order.currency))"))
        }
    }

    /// A payee's name in a repertoire; a name of which nothing remains is refused.
    func payee(
        _ order: PaymentOrder, _ place: String, _ repertoire: LatinText.Repertoire
    ) throws(StatementError) -> String {
        let name = LatinText.folded(order.payeeName, to: repertoire)
        guard name.utf8.contains(where: { (0x41...0x5A).contains($0 & 0xDF) || (0x30...0x39).contains($0) }) else {
            throw refusal(
                "\(place) (\(order.payoutID)).payeeName", order.payeeName,
                Text(
                    "le nom du bénéficiaire n’a aucun caractère que le format puisse porter",
                    "the payee's name has no character that the format can carry"),
                accepted: Text("un nom en lettres latines", "a name in Latin letters"))
        }
        return name
    }

    /// How many orders there are.
    func count(_ count: Int, max: Int) throws(StatementError) {
        guard (1...max).contains(count) else {
            throw .payment(
                .limit, file: file.messageID, "orders", "\(count)",
                count == 0
                    ? Text("un fichier sans paiement est refusé", "a file without payments is refused")
                    : Text("il y a trop de paiements", "there are too many payments"),
                accepted: Text("de 1 à \(max) paiements par fichier", "1 to \(max) payments per file"))
        }
    }

    func identifier(_ field: String, _ value: String, widthMax: Int) throws(StatementError) {
        guard LatinText.isIdentifier(value, widthMax: widthMax) else {
            throw refusal(
                field, value, Text("cet identifiant ne peut pas voyager tel quel", "this id cannot travel as it is"),
                accepted: Text(
                    "de 1 à \(widthMax) lettres sans accent, chiffres, « - », « . », « : », « / » au milieu",
                    "1 to \(widthMax) unaccented letters, digits, \"-\", \".\", \":\", \"/\" in between"))
        }
    }

    private func originatorName(_ field: String, _ name: String, _ width: Int) throws(StatementError) {
        let folded = LatinText.folded(name, to: .cpa005)
        guard (1...width).contains(folded.utf8.count) else {
            throw refusal(
                field, name, Text("le nom de l’émetteur n’entre pas", "the originator's name does not fit"),
                accepted: Text("de 1 à \(width) caractères sans accents", "1 to \(width) characters without accents"))
        }
    }

    private func account(_ field: String, _ account: PaymentAccount) throws(StatementError) {
        try digits("\(field).institution", account.institution, 3...3)
        try digits("\(field).transit", account.transit, 5...5)
        try digits("\(field).number", account.number, 1...12)
    }

    private func digits(_ field: String, _ value: String, _ widths: ClosedRange<Int>) throws(StatementError) {
        guard LatinText.isDigits(value, widths) else {
            let wanted = widths.count == 1 ? "\(widths.upperBound)" : "\(widths.lowerBound)–\(widths.upperBound)"
            throw refusal(
                field, value,
                Text("ce ne sont pas des chiffres de cette longueur", "these are not digits of that length"),
                accepted: Text("\(wanted) chiffres", "\(wanted) digits"))
        }
    }
}
