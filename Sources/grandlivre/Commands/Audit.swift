import ArgumentParser
import Commerce

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
}
