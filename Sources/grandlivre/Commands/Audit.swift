import ArgumentParser
import Commerce
import Ledger

struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: say("Ce qu’un auditeur demande au grand livre.", "What an auditor asks of the ledger."),
        subcommands: [
            AuditConfirm.self,
            AuditCutoff.self,
            AuditDuties.self,
            AuditEvaluate.self,
            AuditPackCommand.self,
            AuditRelated.self,
            AuditSampleCommand.self,
            AuditSubsequent.self,
            AuditTests.self,
            AuditTies.self,
            AuditVerify.self,
        ])
}

/// Which year of which book an auditor looks at; the year need not be closed.
struct AuditYear: ParsableArguments {
    @Option(help: ArgumentHelp(say("L’exercice.", "The fiscal year."))) var year: UInt16
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?

    /// Above a table: what it is of, and how many events were examined.
    func putTitle(_ name: Text, _ days: String, _ period: AuditPeriod, _ events: Int) {
        let language = Invocation.current.language
        guard Invocation.current.format == .table else { return }
        putLine(name(language) + " · \(period.book.name) · " + days)
        putLine(say("Événements examinés : ", "Events examined: ") + shown(count: events, language))
    }
}
