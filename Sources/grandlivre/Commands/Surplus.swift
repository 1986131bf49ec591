import EventLog
import Accounting
import ArgumentParser
import Bytes
import Commerce
import Events
import Ledger

struct Surplus: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: say(
            "L’excédent d’un exercice : clôture, affectation, ristournes.",
            "A year's surplus: close, allocation, patronage dividends."),
        subcommands: [
            SurplusShow.self, SurplusGroups.self, SurplusPlan.self, SurplusClose.self, SurplusInterest.self,
            SurplusResolve.self, SurplusDeclare.self, SurplusPay.self, SurplusPayInterest.self, SurplusReport.self,
            SurplusRegister.self,
        ])
}

/// Which year of which book.
struct YearOptions: ParsableArguments {
    @Option(help: ArgumentHelp(say("L’exercice.", "The fiscal year."))) var year: UInt16
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    func closed(_ views: Views) throws(LedgerError) -> (Book, FiscalYearRecord) {
        let book = try Opening.book(book, views)
        guard let record = views.fiscalYear(year, book) else {
            throw LedgerError(
                .notFound, "\(book.name) \(year)", Text("l’exercice n’est pas clos", "the fiscal year is not closed"),
                remedy: remedy("close"))
        }
        return (book, record)
    }

    /// The command of this year and book that comes next.
    func remedy(_ command: String) -> Text {
        let line = "grandlivre surplus \(command) --year \(year)" + (book.map { " --book \($0)" } ?? "")
        return Text("« \(line) »", "\"\(line)\"")
    }

    /// What is said of somebody who did no business with the cooperative that year.
    func nothing(_ member: String) -> String {
        say("\(member) : aucune affaire en \(year).", "\(member): no business in \(year).")
    }
}

/// Who records it and when.
struct ActOptions: ParsableArguments {
    @Option(help: ArgumentHelp(say("Qui l’inscrit.", "Who records it."))) var actor: String = "grandlivre"
    @Option(help: ArgumentHelp(say("Système qui l’énonce.", "System that states it."))) var source: String = "surplus"
    @Option(help: ArgumentHelp(say("Quand (UTC); par défaut maintenant.", "When (UTC); now by default."))) var at:
        String?

    func effectiveAtUs(_ snapshot: LedgerSnapshot) throws(LedgerError) -> Int64 { try Self.effectiveAtUs(at, snapshot) }

    /// The time that was given, else now, never before the newest event.
    static func effectiveAtUs(_ at: String?, _ snapshot: LedgerSnapshot) throws(LedgerError) -> Int64 {
        guard let at else { return max(Clock.nowUs, Int64(clamping: snapshot.head.lastRecordedAtUs)) }
        do throws(CalendarError) {
            return try InstantText.parse(at)
        } catch {
            throw LedgerError(
                .usage, "--at « \(at) »", Text("ce n’est pas une heure UTC", "not a UTC time"),
                remedy: Text("par exemple 2018-04-15T16:00:00Z", "for example 2018-04-15T16:00:00Z"))
        }
    }

    func yearEnd(_ book: Book, _ year: UInt16) -> YearEnd {
        var end = YearEnd(book: book.name, year: year, source: source, actor: actor)
        end.keepsTimes = at == nil
        return end
    }

    /// Records what was proposed, and says so.
    func record(_ proposals: Proposals, in store: LedgerStore, _ done: Text) throws {
        try Self.record(proposals, in: store, done)
    }

    static func record(_ proposals: Proposals, in store: LedgerStore, _ done: Text) throws {
        try tell(append(proposals, to: store), done)
    }

    /// Records what was proposed, or throws the refusal.
    static func append(_ proposals: Proposals, to store: LedgerStore) throws -> AppendOutcome {
        let writer = try LedgerWriter(store)
        defer { writer.close() }
        let outcome = try writer.append(proposals)
        if let refused = outcome.refused.first { throw refused.refusal }
        return outcome
    }

    static func tell(_ outcome: AppendOutcome, _ done: Text) {
        if Invocation.current.format == .table {
            putLine(
                done(Invocation.current.language)
                    + say(
                        " · événements : \(outcome.recorded), déjà inscrits : \(outcome.repeats)",
                        " · events: \(outcome.recorded), recorded before: \(outcome.repeats)"))
        } else {
            putLine(JSON.object([("recorded", .count(outcome.recorded)), ("repeats", .count(outcome.repeats))]).line)
        }
    }
}

struct SurplusClose: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: say("Clôt l’exercice et verrouille la période.", "Closes the year and locks the period."))
    @OptionGroup var year: YearOptions
    @OptionGroup var act: ActOptions

    func run() throws {
        let snapshot = try Opening.snapshotForWriting()
        let book = try Opening.book(year.book, snapshot.views)
        let proposals = try act.yearEnd(book, year.year).close(snapshot.views)
        try act.record(proposals, in: snapshot.store, Text("Exercice \(year.year) clos", "Year \(year.year) closed"))
    }
}

struct SurplusResolve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: say(
            "Inscrit la résolution de l’assemblée générale.", "Records the resolution of the general meeting."))
    @OptionGroup var year: YearOptions
    @OptionGroup var options: PlanOptions
    @OptionGroup var act: ActOptions
    @Option(help: ArgumentHelp(say("Date de l’assemblée.", "Date of the meeting."))) var meeting: String
    @Option(help: ArgumentHelp(say("Numéro de la résolution.", "Number of the resolution."))) var resolution: String
    @Option(
        help: ArgumentHelp(
            say(
                "Le procès-verbal, dont l’empreinte SHA-256 est inscrite.",
                "The minutes, whose SHA-256 is recorded.")))
    var minutes: String?

    func run() throws {
        let hash = try minutes.map { try DocumentHash.ofFile($0) }
        let snapshot = try Opening.snapshotForWriting()
        let (book, record) = try year.closed(snapshot.views)
        let effectiveAtUs = try act.effectiveAtUs(snapshot)
        let base = AllocationBase(
            surplusMinor: snapshot.views.allocatable(book, record), memberBusinessMinor: 0, totalBusinessMinor: 0,
            equityMinor: 0, debtsMinor: 0,
            // What a resolution covered stood before it: the same command says the same again.
            deficitMinor: max(0, snapshot.views.balance(book: book, .deficit))
                + (record.isResolved ? record.plan.deficitMinor : 0))
        let plan = try options.plan(base, book)
        guard !record.isResolved || plan == record.plan else {
            throw LedgerError(
                .badInput, "\(book.name) \(year.year)",
                Text(
                    "les excédents sont déjà affectés, autrement, par l’événement \(record.resolvedSequence)",
                    "the surplus is allocated already, otherwise, by event \(record.resolvedSequence)"),
                remedy: Text(
                    "« grandlivre surplus show --year \(year.year) » montre l’affectation",
                    "\"grandlivre surplus show --year \(year.year)\" shows the allocation"))
        }
        let proposals = try act.yearEnd(book, year.year).resolve(
            plan, meeting: Opening.date(meeting, "--meeting"), resolution: resolution,
            minutesSha256: hash ?? [], effectiveAtUs: effectiveAtUs, snapshot.views)
        try act.record(
            proposals, in: snapshot.store,
            Text("Excédents de \(year.year) affectés", "Surplus of \(year.year) allocated"))
        if hash == nil {
            note(
                "grandlivre: "
                    + say(
                        "résolution sans procès-verbal; --minutes FICHIER en inscrit l’empreinte",
                        "resolution without minutes; --minutes FILE records their hash"))
        }
    }
}

struct SurplusDeclare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "declare",
        abstract: say("Déclare la ristourne de chaque membre.", "Declares each member's dividend."))
    @OptionGroup var year: YearOptions
    @OptionGroup var act: ActOptions

    func run() throws {
        let snapshot = try Opening.snapshotForWriting()
        let (book, _) = try year.closed(snapshot.views)
        let proposals = try act.yearEnd(book, year.year).declare(
            effectiveAtUs: act.effectiveAtUs(snapshot), snapshot.views)
        try act.record(
            proposals, in: snapshot.store,
            Text("Ristournes de \(year.year) déclarées", "Dividends of \(year.year) declared"))
    }
}

struct SurplusPay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pay",
        abstract: say("Verse les ristournes, retenue d’impôt déduite.", "Pays the dividends, less the tax withheld."))
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
        let proposals = try act.yearEnd(book, year.year).pay(
            institution: institution, effectiveAtUs: act.effectiveAtUs(snapshot), snapshot.views)
        try act.record(
            proposals, in: snapshot.store, Text("Ristournes de \(year.year) versées", "Dividends of \(year.year) paid"))
    }
}
