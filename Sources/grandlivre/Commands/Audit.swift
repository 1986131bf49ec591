import ArgumentParser
import Commerce

struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: say("Ce qu’un auditeur demande au grand livre.", "What an auditor asks of the ledger."),
        subcommands: [
            AuditPackCommand.self
        ])
}
