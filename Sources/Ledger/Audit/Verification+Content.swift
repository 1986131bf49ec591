import Accounting
import Bytes
import Commerce
import EventLog
import Events
import Index
import LMDB
import Transparency

extension Verification {
    /// The second step: all that stands in the pages of one snapshot.
    mutating func check(
        _ store: LedgerStore, _ reading: consuming ReadTransaction, _ options: Options
    ) throws(LMDBError) {
        let audit = LogAudit(store.log, reading, flaw: Self.flaw)
        let snapshot: LedgerSnapshot?
        var unreadable: LedgerError?
        do throws(LedgerError) { snapshot = try LedgerSnapshot(store) } catch {
            unreadable = error
            // Entries can be folded whatever the views say.
            snapshot = try? LedgerSnapshot.forRebuild(store)
        }
        let fold = compare(snapshot, audit, options)
        try audit.finish()
        take(audit)
        checkCheckpoints(audit, store, options.policy)
        takeValues(snapshot, audit)
        take(fold, snapshot, unreadable)
        checkPersonalData(unreadable == nil && fold.error == nil ? snapshot : nil, options)
    }

    // MARK: the log

    /// What is wrong with the bytes of an entry.
    private static func flaw(_ sequence: UInt64, _ entry: Bytes) -> String? {
        do throws(WireError) {
            let event = try EventView(entry)
            try event.validate()
            guard EventHeader.isPresent(in: entry) else { return "it has no header" }
            guard event.sequence == sequence else { return "it says that it is event \(event.sequence ?? 0)" }
            return nil
        } catch {
            return "\(error)"
        }
    }

    private mutating func take(_ audit: LogAudit) {
        size = audit.entries
        root = audit.root.hex
        for check in [Check.entries, .sequences, .recordedTimes] { count(check, audit.entries) }
        count(.tree, audit.nodes)
        count(.root, 1)
        for finding in audit.findings {
            let check: Check =
                switch finding.code {
                case .checksum: .checksums
                case .gap: .sequences
                case .time: .recordedTimes
                case .form: .entries
                case .node: .tree
                case .root, .head: .root
                case .unknown: .records
                }
            find(
                check, database: finding.database, key: finding.key.isEmpty ? nil : finding.key,
                sequence: finding.sequence, finding.text)
        }
    }

    private mutating func takeValues(_ snapshot: LedgerSnapshot?, _ audit: LogAudit) {
        var values = audit.values
        if let reader = snapshot?.index.reader {
            var flaws: [(String, [UInt8], Bool)] = []
            values += reader.auditValues { database, key, isUnknown in
                if flaws.count < LogAudit.findingsMax { flaws.append((database, key.array, isUnknown)) }
            }
            for (database, key, isUnknown) in flaws {
                find(
                    isUnknown ? .records : .checksums, database: database, key: key,
                    isUnknown
                        ? Text("enregistrement inconnu", "a record that nobody writes")
                        : Text("la somme de contrôle ne tient pas", "the checksum does not hold"))
            }
        }
        count(.checksums, values)
        count(.records, UInt64(EventLog.databaseNames.count + IndexReader.databaseNames.count))
    }

    // MARK: views

    /// What a fresh fold gave.
    private struct Fold {
        var report: RebuildReport?
        var error: LedgerError?
        var journalEntries: UInt64 = 0
        var unbalanced: [(sequence: UInt64, reason: String)] = []
        var attestations: Attestations?
    }

    private func compare(_ snapshot: LedgerSnapshot?, _ audit: LogAudit, _ options: Options) -> Fold {
        var fold = Fold()
        guard let snapshot else { return fold }
        var attestations = Attestations(snapshot, takesAll: options.comparesAllAttestations)
        var watch = FoldWatch(audit: audit, stops: attestations.sizes)
        watch.told = { fact, views in
            guard !views.journal.isEmpty else { return }
            fold.journalEntries += 1
            do throws(JournalEntryError) {
                try views.journal.checkBalanced()
            } catch {
                if fold.unbalanced.count < LogAudit.findingsMax {
                    fold.unbalanced.append((fact.sequence, "\(error)"))
                }
            }
        }
        watch.reached = { attestations.compare($0, $1, snapshot.entry) }
        do throws(LedgerError) {
            fold.report = try Rebuild.compare(snapshot, watch) { options.progress($0, $1, false) }
        } catch { fold.error = error }
        // What was folded without an entry says nothing of an attestation.
        if snapshot.index.failure == nil { fold.attestations = attestations }
        return fold
    }

    private static let indexes: [String: Check] = [
        "idempotency": .idempotency, "partyName": .parties, "party": .parties, "partyEvents": .parties,
        "orderEvents": .parties,
    ]

    private mutating func take(_ fold: Fold, _ snapshot: LedgerSnapshot?, _ unreadable: LedgerError?) {
        count(.journal, fold.journalEntries)
        for (sequence, reason) in fold.unbalanced {
            find(.journal, sequence: sequence, Text("écriture non équilibrée : \(reason)", "not balanced: \(reason)"))
        }
        let dependent: [Check] = [.journal, .views, .idempotency, .parties, .attestations]
        guard let report = fold.report, fold.error == nil else {
            let reason = fold.error?.reason ?? Text("le journal ne se lit pas", "the log cannot be read")
            // Entries that are damaged cannot be folded; they were named.
            if isSound { find(.views, reason) }
            omit(dependent, Text("calcul neuf impossible", "no fresh fold is possible"))
            return
        }
        if let attestations = fold.attestations {
            take(attestations)
        } else {
            omit([.attestations], Text("calcul neuf impossible", "no fresh fold is possible"))
        }
        for view in report.after {
            let check = Self.indexes[view.view] ?? .views
            count(check, (outcomes.first { $0.check == check }?.count ?? 0) + view.rows)
        }
        if let unreadable {
            find(.views, unreadable.reason)
        } else if let failure = snapshot?.index.failure {
            find(.views, Text("les vues ne se lisent pas : \(failure)", "the views cannot be read: \(failure)"))
        }
        guard unreadable == nil else { return }
        for name in report.differing {
            find(
                Self.indexes[name] ?? .views, database: name,
                Text("la vue \(name) diffère d’un calcul neuf", "the view \(name) differs from a fresh fold"))
        }
    }

    // MARK: personal data

    private mutating func checkPersonalData(_ snapshot: LedgerSnapshot?, _ options: Options) {
        guard let snapshot else {
            return omit([.personalData], Text("les vues ne se lisent pas", "the views cannot be read"))
        }
        let sealed = snapshot.views.identityRecords().reduce(UInt64(0)) { $0 + UInt64($1.record.dataCount) }
        count(.personalData, sealed)
        guard sealed > 0 else { return }
        guard let keyring = options.keyring else {
            return omit([.personalData], Text("sans la clé du grand livre", "without the ledger's key"))
        }
        do throws(LedgerError) {
            let audit = try IdentityAudit(snapshot, keyring())
            for sequence in audit.failures {
                find(
                    .personalData, sequence: sequence,
                    Text(
                        "ne s’ouvre pas, et la personne n’est pas effacée",
                        "does not open, and its person is not erased"))
            }
            for identity in audit.undestroyed {
                find(
                    .personalData,
                    Text(
                        "la clé de \(identity), effacée, existe encore", "the key of \(identity), erased, still stands")
                )
            }
            if audit.damagedSlots > 0 {
                find(
                    .personalData,
                    Text(
                        "emplacements de clé abîmés : \(audit.damagedSlots)", "damaged key slots: \(audit.damagedSlots)"
                    ))
            }
        } catch {
            find(.personalData, error.reason)
        }
    }
}
