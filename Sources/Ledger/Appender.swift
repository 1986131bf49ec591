import Accounting
import Bytes
import Commerce
import EventLog
import Events
import Glibc
import Index
import LMDB

/// Takes batches into the log: idempotency, rules, fold, one durable transaction. Lives on the writer's thread.
final class Appender {
    /// Entries that wait outside the runs at most (DESIGN: opening folds no more).
    static let tailMax: UInt64 = 8_192
    /// Fewer entries are folded faster than another run is read.
    static let tailWorthFlushing: UInt64 = 1_024
    /// Rows of these indexes are kept once read; those of the second list never change.
    static let hot = indexes([.member, .product, .nextNumbers])
    static let fixed = indexes([.partyName, .party, .bookName, .book, .accountName, .account, .campaign])
    /// Most keys looked up here are new.
    static let unique = indexes([.idempotency, .order, .payment, .payout])

    private static func indexes(_ list: [IndexByte]) -> Set<UInt8> { Set(list.map(\.rawValue)) }

    /// How far the machine's clock may stand behind the log.
    private static let clockBehindMaxUs: Int64 = 5_000_000

    private let store: LedgerStore
    private let lock: WriterLock
    private let snapshot: LedgerSnapshot
    private var lastRecordedAtUs: UInt64 = 0
    private var isDrivenByData = false
    private(set) var isStopped = false

    private var index: Index { snapshot.index }
    private var views: Views { snapshot.views }
    private var pending: BytesList { snapshot.entries.pending }

    /// Waits for the writer's lock, clears what a rebuild left behind, folds the tail.
    init(_ store: LedgerStore) throws(LedgerError) {
        self.store = store
        do throws(LMDBError) {
            self.lock = try WriterLock(directory: store.directory)
            _ = store.log.environment.clearStaleReaders()
            try Rebuild.discardAbandoned(store)
        } catch {
            throw LedgerError(error, store.directory)
        }
        self.snapshot = try LedgerSnapshot(store)
        snapshot.index.keepHot(Self.hot, fixed: Self.fixed, unique: Self.unique)
        try readClock()
    }

    private func readClock() throws(LedgerError) {
        lastRecordedAtUs = snapshot.head.lastRecordedAtUs
        guard snapshot.head.count > 0, let first = views.event(0) else { return }
        isDrivenByData = Self.asksForDataClock(first)
        try snapshot.check()
    }

    private static func asksForDataClock(_ first: EventView) -> Bool {
        guard case .cooperativeFounded(let bytes)? = first.body, let founded = try? CooperativeFoundedView(bytes) else {
            return false
        }
        return founded.clock == .data
    }

    // MARK: a group of batches

    /// Commits the batches of one group together; each is accepted or refused for itself.
    func commit(_ submissions: [Submission]) {
        guard !isStopped else {
            let stopped = LedgerError(
                .inputOutput, store.directory,
                Text("l’écriture est arrêtée après un échec du disque", "writing stopped after the disk failed"),
                remedy: Text("vérifier le disque, puis redémarrer", "check the disk, then start again"))
            for submission in submissions { submission.finish(.failure(stopped)) }
            return
        }
        var outcomes: [AppendOutcome] = []
        do throws(LedgerError) {
            try snapshot.check()
            let now = try machineTimeUs()
            for submission in submissions { outcomes.append(try take(submission, now: now)) }
            try write()
        } catch {
            for submission in submissions { submission.finish(.failure(error)) }
            recover()
            return
        }
        for (submission, outcome) in zip(submissions, outcomes) {
            var outcome = outcome
            outcome.size = snapshot.head.count
            submission.finish(.success(outcome))
        }
    }

    /// After a failed commit: back to what is on disk.
    private func recover() {
        pending.removeAll()
        do throws(LedgerError) {
            try snapshot.reload()
            try readClock()
        } catch {
            isStopped = true
        }
    }

    /// Before an orderly end: a long tail goes into the runs now, so that the next to open need not fold it.
    func finish() {
        guard !isStopped, snapshot.views.failure == nil else { return }
        let size = snapshot.head.count
        guard size - (index.reader?.manifest.folded ?? 0) >= Self.tailWorthFlushing else { return }
        do throws(LMDBError) {
            try store.log.environment.write { transaction throws(LMDBError) in
                try index.flush(folded: size, to: transaction)
            }
            try index.didCommit()
        } catch {
            // Nothing is lost: the entries are the tail.
            isStopped = true
        }
    }

    private func write() throws(LedgerError) {
        guard pending.count > 0 else { return }
        let size = snapshot.head.count + UInt64(pending.count)
        let flushes = size - (index.reader?.manifest.folded ?? 0) >= Self.tailMax
        do throws(LMDBError) {
            let head = try store.log.environment.write { transaction throws(LMDBError) in
                let head = try store.log.append(pending, lastRecordedAtUs: lastRecordedAtUs, to: transaction)
                if flushes { try index.flush(folded: size, to: transaction) }
                return head
            }
            if flushes { try index.didCommit() } else { try index.reader?.renew() }
            pending.removeAll()
            snapshot.setHead(head)
        } catch {
            if error.code == .writerStopped || error.code == .io { isStopped = true }
            throw LedgerError(error, store.directory)
        }
    }

    // MARK: one batch

    private func take(_ submission: Submission, now: Int64) throws(LedgerError) -> AppendOutcome {
        let proposals = submission.proposals
        let start = pending.count
        let firstTime = lastRecordedAtUs
        let wasDrivenByData = isDrivenByData
        var outcome = AppendOutcome(
            receipts: Array(repeating: nil, count: proposals.count), refused: [], size: 0)
        func refuse(_ position: Int, _ refusal: Refusal) {
            outcome.refused.append(RefusedProposal(position: position, refusal: refusal))
        }
        if let refusal = limits(proposals) ?? moved(submission.options.expectations) {
            refuse(0, refusal)
            return outcome
        }
        for position in 0..<proposals.count {
            do throws(Refusal) {
                outcome.receipts[position] = try take(proposals[position], now: now)
            } catch {
                refuse(position, error)
            }
            try snapshot.check()
        }
        if !outcome.refused.isEmpty, !submission.options.isPartial {
            outcome.receipts = Array(repeating: nil, count: proposals.count)
            lastRecordedAtUs = firstTime
            isDrivenByData = wasDrivenByData
            try undo(to: start)
        }
        return outcome
    }

    private func take(_ proposal: Bytes, now: Int64) throws(Refusal) -> Receipt {
        let event = try read(proposal)
        if let sequence = Idempotency.find(source: event.source, key: event.key, views) {
            return try repeated(proposal, sequence)
        }
        let sequence = snapshot.head.count + UInt64(pending.count)
        if sequence == 0 { isDrivenByData = Self.asksForDataClock(event) }
        if isDrivenByData { try checkNotAhead(event, now: now) }
        let recordedAt = isDrivenByData ? max(0, event.effectiveAt.map(microseconds) ?? 0) : now
        let recordedAtUs = max(Int64(clamping: lastRecordedAtUs), recordedAt)
        let fact = Fact(event, sequence: sequence, recordedAtUs: recordedAtUs, views: views)
        try Rules.decide(fact, views)
        let offset = pending.buffer.count
        pending.append(proposal)
        pending.buffer.writeHeader(
            at: offset, sequence: sequence, recordedAtUs: UInt64(recordedAtUs), rules: Views.rulesVersion)
        lastRecordedAtUs = UInt64(recordedAtUs)
        Folds.fold(fact, views)
        return Receipt(sequence: sequence, isRepeat: false)
    }

    /// Data that drives the clock must not drive it past the machine's: nothing later could be recorded any more.
    private func checkNotAhead(_ event: EventView, now: Int64) throws(Refusal) {
        guard let at = event.effectiveAt.map(microseconds), at > now + 86_400_000_000 else { return }
        throw Refusal(
            .outOfRange, "effectiveAt", InstantText.format(us: at),
            Text("l’événement n’a pas encore eu lieu", "the event has not happened yet"),
            accepted: Text(
                "au plus tard \(InstantText.format(us: now + 86_400_000_000))",
                "at the latest \(InstantText.format(us: now + 86_400_000_000))"))
    }

    /// The one check of form: canonical bytes, or a refusal.
    private func read(_ proposal: Bytes) throws(Refusal) -> EventView {
        let accepted = Text("l’encodage canonique du schéma", "the schema's canonical encoding")
        guard proposal.count <= EventHeader.entrySizeMax, EventHeader.isPresent(in: proposal) else {
            throw Refusal(
                .malformed, "event", "\(proposal.count)",
                Text("taille ou en-tête de l’événement", "size or header of the event"),
                accepted: accepted)
        }
        do throws(WireError) {
            let event = try EventView(proposal)
            try event.validate()
            return event
        } catch {
            throw Refusal(.malformed, "event", "", Text("\(error)", "\(error)"), accepted: accepted)
        }
    }

    private func repeated(_ proposal: Bytes, _ sequence: UInt64) throws(Refusal) -> Receipt {
        guard let entry = snapshot.entry(sequence), EventHeader.content(of: entry) == EventHeader.content(of: proposal)
        else {
            throw Refusal(
                .conflict, "key", "",
                Text(
                    "l’événement \(sequence) a cette source et cette clé, avec un autre contenu",
                    "event \(sequence) has this source and key with other content"),
                accepted: Text("le même contenu, ou une autre clé", "the same content, or another key"))
        }
        return Receipt(sequence: sequence, isRepeat: true)
    }

    private func limits(_ proposals: Proposals) -> Refusal? {
        guard proposals.count > AppendLimits.events || proposals.byteCount > AppendLimits.bytes else { return nil }
        return Refusal(
            .outOfRange, "batch", "\(proposals.count)", Text("lot trop grand", "batch too large"),
            accepted: Text("au plus 65536 événements et 64 Mio", "at most 65536 events and 64 MiB"))
    }

    /// Takes a refused batch out of memory: what is committed and the batches accepted before it are folded again.
    private func undo(to start: Int) throws(LedgerError) {
        guard pending.count > start else { return }
        pending.truncate(toCount: start)
        index.dropOverlay()
        views.forget()
        try snapshot.foldTail()
        LedgerSnapshot.fold(snapshot.head.count..<snapshot.head.count + UInt64(start), snapshot.entries, views)
        try snapshot.check()
    }

    // MARK: expectations and clock

    private func moved(_ expectations: [Expectation]) -> Refusal? {
        for expectation in expectations {
            let (name, newest) = newestSequence(expectation.subject)
            guard let newest, newest > expectation.sequence else { continue }
            return Refusal(
                .moved, "expect", "\(expectation.sequence)",
                Text("\(name) a avancé jusqu’à la séquence \(newest)", "\(name) has moved on to sequence \(newest)"),
                accepted: Text("\(newest), après relecture", "\(newest), after reading again"))
        }
        return nil
    }

    private func newestSequence(_ subject: Expectation.Subject) -> (String, UInt64?) {
        switch subject {
        case .log:
            let size = snapshot.head.count + UInt64(pending.count)
            return ("log", size > 0 ? size - 1 : nil)
        case .party(let name):
            let party = Array(name.utf8).withBytes { views.party(.identity, $0) ?? views.party(.institution, $0) }
            return (name, party.flatMap { views.newestEvent(ofParty: $0) })
        case .order(let book, let name):
            guard let book = Array(book.utf8).withBytes({ views.book($0) }),
                let order = Array(name.utf8).withBytes({ views.order($0, book) })
            else { return (name, nil) }
            return (name, views.newestEvent(ofOrder: order.sequence))
        }
    }

    private func machineTimeUs() throws(LedgerError) -> Int64 {
        var time = timespec()
        guard clock_gettime(CLOCK_REALTIME, &time) == 0 else { return 0 }
        let now = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
        let last = Int64(clamping: lastRecordedAtUs)
        guard isDrivenByData || now >= last - Self.clockBehindMaxUs else {
            throw LedgerError(
                .inputOutput, store.directory,
                Text(
                    "l’horloge retarde : \(InstantText.format(us: now)), alors que le dernier événement est de \(InstantText.format(us: last))",
                    "the clock is behind: \(InstantText.format(us: now)), while the last event was recorded at \(InstantText.format(us: last))"
                ),
                remedy: Text("régler l’horloge de la machine", "set the machine's clock"))
        }
        return now
    }
}
