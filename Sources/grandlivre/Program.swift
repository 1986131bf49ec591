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
                throw Viewer.reserved(
                    type(of: command).configuration.commandName ?? "\(type(of: command))".lowercased())
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
            Partout :
              --ledger DOSSIER         ou GRANDLIVRE_LEDGER; sinon ./ledger
              --format table|json|csv  table par défaut (formes : Docs/json.md)
              --lang fr|en             sinon LC_ALL, LC_MESSAGES, LANG
              --as ACTEUR              ou GRANDLIVRE_AS : ce que cet acteur peut voir

            États de sortie : 0 fait · 1 la réponse est « non » · 64 usage
            65 données refusées · 66 introuvable · 70 erreur interne
            73 création impossible · 74 entrée-sortie · 75 occupé, réessayer

            Exemples :
              grandlivre --ledger essai simulate --members 200 --days 30
              grandlivre --ledger essai balances --book grand-io
              grandlivre --ledger essai statement m-12
            """,
            """
            Everywhere:
              --ledger DIR             or GRANDLIVRE_LEDGER; else ./ledger
              --format table|json|csv  table by default (shapes: Docs/json.md)
              --lang fr|en             else LC_ALL, LC_MESSAGES, LANG
              --as ACTOR               or GRANDLIVRE_AS: what that actor may see

            Exit status: 0 done · 1 the answer is "no" · 64 usage
            65 data refused · 66 not found · 70 internal error
            73 cannot create · 74 input or output · 75 busy, try again

            Examples:
              grandlivre --ledger trial simulate --members 200 --days 30
              grandlivre --ledger trial balances --book grand-io
              grandlivre --ledger trial statement m-12
            """),
        version: "grandlivre 0.3.0 (" + say("règles ", "rules ") + "\(Views.rulesVersion), "
            + say("vues ", "views ") + "\(Views.version))",
        // The log; people; trade; the books; a plausible ledger.
        subcommands: [
            Init.self,
            Record.self,
            Import.self,
            Log.self,
            Export.self,
            Replay.self,
            Diff.self,
            Stats.self,
            RebuildCommand.self,
            Coop.self,
            MemberCommand.self,
            IdentityCommand.self,
            VerifyIdentities.self,
            CheckpointCommand.self,
            Cosign.self,
            Prove.self,
            VerifyProof.self,
            Publish.self,
            Audit.self,
            Keys.self,
            Approve.self,
            CatalogCommand.self,
            OrdersCommand.self,
            PaymentsCommand.self,
            ParcelsCommand.self,
            LockersCommand.self,
            DeliveriesCommand.self,
            StockCommand.self,
            RidesCommand.self,
            LicencesCommand.self,
            RoyaltiesCommand.self,
            CampaignsCommand.self,
            Balances.self,
            AccountCommand.self,
            StatementCommand.self,
            Taxes.self,
            Reconcile.self,
            Trust.self,
            PayoutsCommand.self,
            Slips.self,
            Surplus.self,
            AgreementCommand.self,
            Simulate.self,
            Demo.self,
        ])
}
