import ArgumentParser
import Commerce
@preconcurrency import Glibc
import Ledger

@main
struct Program {
    static func main() {
        // A reader that goes away (| head) ends the program without a word.
        signal(SIGPIPE, SIG_DFL)
        Signals.reportDamage()
        let invocation = Invocation.current
        if let mistake = invocation.mistake {
            note("grandlivre: \(mistake(invocation.language))")
            exit(ExitStatus.usage)
        }
        do {
            var command = try GrandLivre.parseAsRoot(invocation.arguments)
            guard invocation.viewer.isOperator || command is any ScopedQuery else {
                throw Viewer.refused(type(of: command).configuration.commandName ?? "\(type(of: command))".lowercased())
            }
            try command.run()
            guard fflush(stdout) == 0, ferror(stdout) == 0 else { exit(ExitStatus.outputFailed()) }
        } catch {
            exit(ExitStatus.report(error))
        }
    }
}

struct GrandLivre: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grandlivre",
        abstract: say("Le grand livre des coopératives.", "The ledger of the cooperatives."),
        discussion: say(
            """
            Partout : --ledger DOSSIER (ou GRANDLIVRE_LEDGER; sinon ./ledger), --format table|json|csv, --lang fr|en,
            --as ACTEUR (ou GRANDLIVRE_AS) : ne montre que ce que cet acteur peut voir.
            État de sortie : 0 fait · 1 la réponse est « non » · 64 usage · 65 données refusées · 66 introuvable · 70 erreur interne ·
            73 création impossible · 74 entrée-sortie · 75 occupé, réessayer.
            """,
            """
            Everywhere: --ledger DIR (or GRANDLIVRE_LEDGER; else ./ledger), --format table|json|csv, --lang fr|en,
            --as ACTOR (or GRANDLIVRE_AS): shows only what that actor may see.
            Exit status: 0 done · 1 the answer is "no" · 64 usage · 65 data refused · 66 not found · 70 internal error ·
            73 cannot create · 74 input or output · 75 busy, try again.
            """),
        subcommands: [
            Init.self,
            Record.self,
            Import.self,
            Log.self,
            CatalogCommand.self,
            Balances.self,
            AccountCommand.self,
            MemberCommand.self,
            OrdersCommand.self,
            Surplus.self,
            RebuildCommand.self,
            IdentityCommand.self,
            VerifyIdentities.self,
            LicencesCommand.self,
            RoyaltiesCommand.self,
            CampaignsCommand.self,
            ParcelsCommand.self,
            LockersCommand.self,
            DeliveriesCommand.self,
            Taxes.self,
            RidesCommand.self,
            PaymentsCommand.self,
            Coop.self,
            Approve.self,
            Keys.self,
            StockCommand.self,
            Stats.self,
            Simulate.self,
            StatementCommand.self,
            Demo.self,
            AgreementCommand.self,
        ])
}
