import Bytes
import Commerce
package import Events

/// The digests of the views, as an event that the next checkpoint covers.
package enum ViewAttestation {
    /// Proposes what a fresh fold found. Throws `.no` where the views that serve are others, `.notFound` for a log without events.
    package static func proposals(
        _ report: RebuildReport, book: String, source: String, actor: String, effectiveAtUs: Int64
    ) throws(LedgerError) -> Proposals {
        guard report.differing.isEmpty else {
            let names = report.differing.joined(separator: ", ")
            throw LedgerError(
                .no, names, Text("ces vues diffèrent d’un calcul neuf", "these views differ from a fresh fold"),
                remedy: Text(
                    "« grandlivre rebuild », et chercher la cause", "\"grandlivre rebuild\", and find the cause"))
        }
        guard report.size > 0 else {
            throw LedgerError(
                .notFound, book, Text("le journal est vide", "the log is empty"),
                remedy: Text("inscrire d’abord un événement", "record an event first"))
        }
        let proposals = Proposals()
        do throws(ProposalError) {
            try proposals.append { writer in
                writer.effectiveAt { $0.write(microseconds: effectiveAtUs) }
                writer.book(book)
                writer.source(source)
                writer.key("views-\(report.size - 1)")
                writer.actor(actor)
                writer.viewsAttested { body in
                    body.throughSequence(report.size - 1)
                    body.version(Views.version)
                    for view in report.after.sorted(by: { Array($0.view.utf8).lexicographicallyPrecedes($1.view.utf8) })
                    {
                        body.views { row in
                            row.view(view.view)
                            view.digest.withBytes { row.digest($0) }
                            if view.rows > 0 { row.rows(view.rows) }
                        }
                    }
                }
            }
        } catch {
            throw LedgerError(
                .internalError, book, Text("\(error)", "\(error)"), remedy: Text("signaler ce défaut", "report this"))
        }
        return proposals
    }
}
