import Accounting
import Commerce

/// The file being read: its name for messages, and how it is read.
struct StatementSource: Sendable {
    let name: String
    let reading: StatementReading

    var limits: StatementLimits { reading.limits }

    /// An error about this file; the value is quoted on one line.
    func refusal(
        _ code: StatementError.Code, line: Int? = nil, field: String = "", value: String = "", _ reason: Text,
        accepted: Text
    ) -> StatementError {
        StatementError(
            code: code, file: name, line: line, field: field, value: StatementError.quoted(value), reason: reason,
            accepted: accepted)
    }

    /// Something that the format requires is not there.
    func missing(_ field: String, line: Int? = nil, _ what: Text) -> StatementError {
        refusal(
            .value, line: line, field: field,
            Text("manque : \(what.french)", "is missing: \(what.english)"), accepted: what)
    }

    /// A limit that the file passes.
    func tooMany(_ what: Text, max: Int, line: Int? = nil) -> StatementError {
        refusal(
            .limit, line: line,
            Text("le fichier contient trop de : \(what.french)", "the file holds too many \(what.english)"),
            accepted: Text("au plus \(max)", "at most \(max)"))
    }

    /// The currency that the file names.
    func currency(_ code: String, line: Int? = nil, field: String) throws(StatementError) -> Currency {
        if let currency = Currency(utf8: code.utf8) { return currency }
        throw refusal(
            .value, line: line, field: field, value: code,
            Text("n’est pas une monnaie d’ISO 4217", "is not a currency of ISO 4217"),
            accepted: Text("un code de trois lettres tel que CAD", "a three-letter code such as CAD"))
    }

    /// The minor units that a decimal says; see `StatementAmount`.
    func amount(
        _ text: String, exponent: Int, line: Int? = nil, field: String, isSigned: Bool = false
    ) throws(StatementError) -> Int64 {
        do throws(StatementAmount.Trouble) {
            return try StatementAmount.minor(text.utf8, exponent: exponent, isSigned: isSigned)
        } catch {
            throw refusal(
                .value, line: line, field: field, value: text, error.reason(exponent: exponent),
                accepted: Text(
                    "un montant tel que \(StatementAmount.french(125_050, exponent: exponent))",
                    "an amount such as \(DecimalText.format(minor: 125_050, exponent: exponent))"))
        }
    }

    /// A day of year, month and day.
    func day(
        _ year: Int?, _ month: Int?, _ day: Int?, line: Int? = nil, field: String, value: String, form: String
    ) throws(StatementError) -> CivilDate {
        if let year, let month, let day, let date = CivilDate(year: year, month: month, day: day) { return date }
        throw refusal(
            .value, line: line, field: field, value: value, Text("n’est pas une date", "is not a day"),
            accepted: Text("une date de la forme \(form)", "a day of the form \(form)"))
    }

    /// `a + b`, where a file may say amounts of any size.
    func sum(_ a: Int64, _ b: Int64, line: Int? = nil, field: String) throws(StatementError) -> Int64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        guard !overflow else { throw tooLarge(line: line, field: field) }
        return sum
    }

    /// `a - b`, where a file may say amounts of any size: the least integer has no opposite.
    func difference(_ a: Int64, _ b: Int64, line: Int? = nil, field: String) throws(StatementError) -> Int64 {
        let (difference, overflow) = a.subtractingReportingOverflow(b)
        guard !overflow else { throw tooLarge(line: line, field: field) }
        return difference
    }

    private func tooLarge(line: Int?, field: String) -> StatementError {
        refusal(
            .limit, line: line, field: field,
            Text("la somme dépasse 64 bits d’unités mineures", "the sum does not fit 64 bits of minor units"),
            accepted: Text("des montants moindres", "smaller amounts"))
    }
}
