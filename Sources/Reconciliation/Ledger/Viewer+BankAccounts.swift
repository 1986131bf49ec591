import Bytes
package import Commerce
import Events
package import Ledger

extension Viewer {
    /// The bank accounts that the viewer may know of, by name: to an institution those at itself and no other's, to whoever operates the book all.
    ///
    /// Throws for a person or a district, who have none.
    package func bankAccounts(
        _ book: Book, _ views: Views
    ) throws(LedgerError) -> [(name: String, record: BankAccountRecord)] {
        let all = views.bankAccounts(book)
        if operates(book) { return all }
        guard let own = try party(views),
            Array(views.partyName(own).utf8).withBytes({ views.party(.institution, $0) }) == own
        else { throw Viewer.refused(book.name) }
        return all.filter { $0.record.institution == own }
    }

    /// One of them by our name for it. Another's account does not exist: the answer is the same, and so are the names that it proposes.
    package func bankAccount(named name: String, _ book: Book, _ views: Views) throws(LedgerError) -> BankAccountRecord
    {
        let all = try bankAccounts(book, views)
        if let found = all.first(where: { $0.name == name }) { return found.record }
        let names = all.map(\.name).joined(separator: ", ")
        throw LedgerError(
            .notFound, name, Text("compte bancaire non déclaré", "undeclared bank account"),
            remedy: names.isEmpty
                ? Text("« grandlivre reconcile declare »", "\"grandlivre reconcile declare\"")
                : Text("l’un de : \(names)", "one of: \(names)"))
    }

    /// How an item of the books is called to the viewer: its key, which may name another party, where all of the event is the viewer's to read.
    func reference(of sequence: UInt64, _ snapshot: LedgerSnapshot) -> String {
        guard let event = snapshot.views.event(sequence) else { return "" }
        // What is stated here is named by the account that it is about.
        if isOperator || event.source.string == EventBatch.source { return event.key.string }
        guard let disclosure = try? disclosure(of: sequence, snapshot), case .whole = disclosure else { return "" }
        return event.key.string
    }
}
