import ArgumentParser

struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: say("Ce que demande un auditeur.", "What an auditor asks."),
        subcommands: [
            AuditVerify.self
        ])
}
