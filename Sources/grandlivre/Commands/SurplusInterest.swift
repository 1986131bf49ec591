import Accounting
import ArgumentParser
import Commerce
import Ledger

struct SurplusInterest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "interest",
        abstract: say(
            "Attribue l’intérêt des parts privilégiées, avant l’affectation.",
            "Allocates the interest on preferred shares, before the allocation."))
    @OptionGroup var year: YearOptions
    @OptionGroup var act: ActOptions
    @Option(help: ArgumentHelp(say("Taux en %, par exemple 3.5.", "Rate in %, for example 3.5."))) var rate: String

    func run() throws {
        let snapshot = try Opening.snapshotForWriting()
        let (book, _) = try year.closed(snapshot.views)
        let proposals = try act.yearEnd(book, year.year).allocateInterest(
            Percent.parse(rate, "--rate"), effectiveAtUs: act.effectiveAtUs(snapshot), snapshot.views)
        try act.record(
            proposals, in: snapshot.store,
            Text("Intérêt de \(year.year) attribué", "Interest of \(year.year) allocated"))
    }
}

struct SurplusPayInterest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pay-interest",
        abstract: say("Verse l’intérêt des parts privilégiées.", "Pays the interest on preferred shares."))
    @OptionGroup var year: YearOptions
    @OptionGroup var act: ActOptions
    @Option(
        help: ArgumentHelp(
            say(
                "Institution d’où part l’argent, par exemple 815.",
                "Institution the money leaves from, for example 815.")))
    var institution: String

    func run() throws {
        let snapshot = try Opening.snapshotForWriting()
        let (book, _) = try year.closed(snapshot.views)
        let proposals = try act.yearEnd(book, year.year).payInterest(
            institution: institution, effectiveAtUs: act.effectiveAtUs(snapshot), snapshot.views)
        try act.record(
            proposals, in: snapshot.store, Text("Intérêt de \(year.year) versé", "Interest of \(year.year) paid"))
    }
}

/// Rates as people write them, from 0 to 100: "3.5" is 3.5 %.
enum Percent {
    static func parse(_ text: String, _ option: String) throws(LedgerError) -> RatePpm {
        do throws(MoneyError) {
            let ppm = try Opening.decimal(text, exponent: 4)
            guard let rate = UInt32(exactly: ppm), rate <= 1_000_000 else { throw MoneyError.overflow("percent") }
            return RatePpm(rate)
        } catch {
            throw LedgerError(
                .usage, "\(option) « \(text) »", Text("ce n’est pas un pourcentage", "not a percentage"),
                remedy: Text("par exemple 20 ou 12,5", "for example 20 or 12.5"))
        }
    }
}
