import Accounting
import Bytes
import Commerce
import EventLog
import Events
import Glibc
import Index
import LMDB

/// Decides batches: idempotency, rules, fold. What it accepts waits in a draft until the committer takes it. Lives on the writer's thread.
final class Appender {
    /// As many entries over the runs and an overlay becomes a run. It is written before half as many again have come, or with the commit that brings them:
    /// so at most 8 192 wait outside the runs, and opening folds no more (DESIGN).
    static let freezeEvents: UInt64 = 4_096
    /// Fewer entries are folded faster than another run is read.
    static let tailWorthFlushing: UInt64 = 1_024
    /// Most keys looked up here are new.
    static let unique = Set(
        [
            IndexByte.idempotency, .order, .payment, .payout, .partyName, .member, .product, .parcelName,
            .orderDelivery,
            .licence, .digitalId, .media, .mediaCredit, .ride, .expenseClaim, .contribution, .giftCard, .authorization,
            .refundedLine, .parcelWorth, .listening, .rideDue,
        ].map(\.rawValue))

    /// What rules and folds ask of runs again and again.
    static let asked = AskedKeys(
        points: Set(
            [
                IndexByte.party, .member, .order, .refund, .identity, .consent, .work, .licence, .digitalId,
                .listening, .playValue, .stock, .stockDocument, .stockPlace, .stockPick, .reservation, .lockerSite,
                .parcelName, .parcel, .promiseDue, .compartment, .orderDelivery, .parcelWorth, .drivingNow, .ride,
                .media, .mediaCredit, .authorization, .giftCard, .chargeback,
            ].map(\.rawValue)),
        prefixes: [
            IndexByte.media.rawValue: 8, IndexByte.orderEvents.rawValue: 7, IndexByte.stockDay.rawValue: 13,
            IndexByte.reservation.rawValue: 7, IndexByte.stockPick.rawValue: 7, IndexByte.stockShipped.rawValue: 7,
            IndexByte.stockReturned.rawValue: 7, IndexByte.openHold.rawValue: 9,
            IndexByte.attribution.rawValue: 7, IndexByte.refund.rawValue: 7, IndexByte.orderParcel.rawValue: 7,
        ])

    /// Events whose memory is fetched together.
    private static let announced = 16
    /// After a refused batch so many that follow can be taken back without folding anything again.
    private static let markedBatches = 64

    /// How far the machine's clock may stand behind the log.
    private static let clockBehindMaxUs: Int64 = 5_000_000

    private let store: LedgerStore
    private let lock: WriterLock
    private let snapshot: LedgerSnapshot
    private let foresight = Foresight()
    let committer: Committer
    /// What is being decided, and what was handed over.
    private(set) var draft = Draft()
    private var inFlight: Draft?
    private var spare: Draft? = Draft()
    private var lastRecordedAtUs: UInt64 = 0
    private var isDrivenByData = false
    private var isStopped = false
    private var batchesToMark = 0
    /// The size of the log, drafts included, that `index.undo` goes back to.
    private var markedSize: UInt64?

    private let index: Index
    private let views: Views

    /// Waits for the writer's lock, clears what a rebuild left behind, folds the tail.
    init(_ store: LedgerStore, gate: Gate) throws(LedgerError) {
        self.store = store
        do throws(LMDBError) {
            self.lock = try WriterLock(directory: store.directory)
            _ = store.log.environment.clearStaleReaders()
            try Rebuild.discardAbandoned(store)
        } catch {
            throw LedgerError(error, store.directory)
        }
        self.snapshot = try LedgerSnapshot(store)
        self.index = snapshot.index
        self.views = snapshot.views
        let filters = RunFilters(Self.asked)
        self.committer = try Committer(store, gate: gate, filters: filters)
        snapshot.index.filterMisses(of: Self.unique)
        snapshot.index.reader?.filter(by: filters)
        snapshot.index.limitsSums = true
        views.settleKeys()
        snapshot.entries.open = draft.entries
        try readClock()
        try committer.start()
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

    // MARK: drafts

    /// Sequence of the next event.
    private var nextSequence: UInt64 {
        snapshot.entries.committed + UInt64(inFlight?.entries.count ?? 0) + UInt64(draft.entries.count)
    }

    /// Decides the batches of one group; each is accepted or refused for itself, and answered when the draft is durable.
    func take(_ submissions: [Submission]) {
        guard !isStopped else {
            let stopped = LedgerError(
                .inputOutput, store.directory,
                Text("l’écriture est arrêtée après un échec du disque", "writing stopped after the disk failed"),
                remedy: Text("vérifier le disque, puis redémarrer", "check the disk, then start again"))
            for submission in submissions { submission.finish(.failure(stopped)) }
            return
        }
        for (position, submission) in submissions.enumerated() {
            let now: Int64
            do throws(LedgerError) {
                now = try machineTimeUs()
            } catch {
                // Nothing was decided yet: only this caller has to wait until the clock is right.
                submission.finish(.failure(error))
                continue
            }
            do throws(LedgerError) {
                try snapshot.check()
                draft.answer(submission, try take(submission, now: now))
            } catch {
                for later in submissions[position...] { later.finish(.failure(error)) }
                return recover(error)
            }
        }
    }

    /// Hashes a few entries of the draft.
    func hash() { draft.hash(atMost: 32) }

    /// Hands the draft to the committer, which must be idle; a small one is written here.
    func handOver() {
        let size = nextSequence
        draft.lastRecordedAtUs = lastRecordedAtUs
        // A draft of answers alone writes nothing, so it cannot begin a run.
        if !index.isFrozen, size - folded >= Self.freezeEvents, draft.entries.count > 0 {
            draft.frozen = (index.freeze(folded: size), size)
        }
        inFlight = draft
        snapshot.entries.inFlight = draft.entries
        draft = spare ?? Draft()
        spare = nil
        snapshot.entries.open = draft.entries
        guard let inFlight else { return }
        if inFlight.entries.count < Committer.smallEvents {
            receive(committer.writeHere(inFlight))
        } else {
            committer.take(inFlight)
        }
    }

    private var folded: UInt64 { index.reader?.manifest.folded ?? 0 }

    /// Learns what became of the draft that was handed over, waiting for it.
    func receive() {
        if let committed = committer.result() { receive(committed) }
    }

    private func receive(_ committed: Committed) {
        do throws(LMDBError) {
            let (head, isFlushed) = try committed.result.get()
            if isFlushed { try index.thaw() } else { try index.reader?.renew() }
            snapshot.setHead(head)
            snapshot.entries.inFlight = nil
            inFlight = nil
            committed.draft.removeAll()
            spare = committed.draft
        } catch {
            if error.code == .writerStopped || error.code == .io { isStopped = true }
            recover(LedgerError(error, store.directory))
        }
    }

    /// After a failure: those who wait are told, and memory goes back to what is on disk.
    private func recover(_ error: LedgerError) {
        let running = committer.result()
        if case .failure(let failure)? = running?.result, failure.code == .writerStopped || failure.code == .io {
            isStopped = true
        }
        for waiting in [running?.draft ?? inFlight, draft] {
            // What was durable has been answered; answering again changes nothing.
            waiting?.fail(error)
            waiting?.removeAll()
        }
        inFlight = nil
        snapshot.entries.inFlight = nil
        spare = spare ?? Draft()
        do throws(LedgerError) {
            try snapshot.reload()
            views.settleKeys()
            try committer.reload()
            try readClock()
        } catch {
            isStopped = true
        }
    }

    /// Before an orderly end: a long tail goes into the runs now, so that the next to open need not fold it.
    func finish() {
        defer { committer.end() }
        guard !isStopped, snapshot.views.failure == nil else { return }
        let size = snapshot.head.count
        guard index.isFrozen || size - folded >= Self.tailWorthFlushing else { return }
        // At most two: what is being written, and what came since.
        for _ in 0..<2 where !isStopped && size - folded > 0 {
            let last = Draft()
            last.lastRecordedAtUs = lastRecordedAtUs
            if !index.isFrozen { last.frozen = (index.freeze(folded: size), size) }
            receive(committer.writeHere(last))
        }
    }

    // MARK: one batch

    private func take(_ submission: Submission, now: Int64) throws(LedgerError) -> AppendOutcome {
        let proposals = submission.proposals
        let start = place
        var outcome = AppendOutcome(
            receipts: Array(repeating: nil, count: proposals.count), refused: [], size: 0)
        func refuse(_ position: Int, _ refusal: Refusal) {
            outcome.refused.append(RefusedProposal(position: position, refusal: refusal))
        }
        assert(submission.options.recorded.isEmpty || submission.options.recorded.count == proposals.count)
        if let refusal = limits(proposals) ?? moved(submission.options.expectations) {
            refuse(0, refusal)
            return outcome
        }
        mark(nextSequence)
        defer { unmark() }
        let (views, entries, foresight) = (views, draft.entries, foresight)
        let base = nextSequence - UInt64(entries.count)
        for position in 0..<proposals.count {
            if position % Self.announced == 0 { Self.announce(proposals, from: position, foresight, views) }
            let before = place
            do throws(Refusal) {
                outcome.receipts[position] = try take(
                    proposals[position], sequence: base + UInt64(entries.count), now: now,
                    as: submission.options.recorded.isEmpty ? nil : submission.options.recorded[position], entries,
                    views)
            } catch {
                refuse(position, error)
            }
            if let reason = index.overflow, outcome.receipts[position] != nil {
                outcome.receipts[position] = nil
                refuse(position, Self.tooLarge(proposals[position], reason))
                try undo(to: before, ofBatchFrom: start)
            }
            try snapshot.check()
        }
        if !outcome.refused.isEmpty, !submission.options.isPartial {
            outcome.receipts = Array(repeating: nil, count: proposals.count)
            try undo(to: start, ofBatchFrom: start)
        }
        return outcome
    }

    /// No rule knows every sum that an event adds to; what would leave its limit is refused once the fold has met it, and the fold is undone.
    private static func tooLarge(_ proposal: Bytes, _ reason: String) -> Refusal {
        let key = (try? EventView(proposal).key) ?? Bytes.none
        return Refusal(
            .outOfRange, "event", key,
            Text(
                "avec cet événement, une somme du grand livre sortirait de ses limites",
                "with this event a sum of the ledger would leave its limits"),
            accepted: Text(
                "des montants et des quantités dont aucune somme n’atteint 2^62",
                "amounts and quantities of which no sum reaches 2^62"))
    }

    /// Fetches what the next events will ask for, when they are more than a few.
    private static func announce(_ proposals: Proposals, from start: Int, _ foresight: Foresight, _ views: Views) {
        let end = min(proposals.count, start + announced)
        guard end - start > 2 else { return }
        foresight.begin()
        for position in start..<end { foresight.announce(proposals[position], views) }
        foresight.announceParties(views)
    }

    private func take(
        _ proposal: Bytes, sequence: UInt64, now: Int64, as recorded: RecordedHeader?, _ entries: BytesList,
        _ views: Views
    ) throws(Refusal) -> Receipt {
        let event = try read(proposal)
        let (known, free) = Idempotency.locate(source: event.source, key: event.key, views)
        if let known {
            guard recorded == nil else { throw RecordedHeader.twice(event.key, known) }
            return try repeated(proposal, known)
        }
        if sequence == 0 { isDrivenByData = Self.asksForDataClock(event) }
        if isDrivenByData { try checkNotAhead(event, now: now) }
        let recordedAt = isDrivenByData ? max(0, event.effectiveAt.map(microseconds) ?? 0) : now
        let earliest = max(Int64(clamping: lastRecordedAtUs), recordedAt)
        let recordedAtUs =
            try recorded?.time(at: sequence, after: lastRecordedAtUs, due: isDrivenByData ? earliest : nil) ?? earliest
        let rules = recorded?.rules ?? Views.rulesVersion
        let fact = Fact(event, sequence: sequence, recordedAtUs: recordedAtUs, idempotencyHash: free, views: views)
        // What was decided by older rules than these is not decided anew; its fold knows them.
        if rules == Views.rulesVersion { try Rules.decide(fact, views) }
        let offset = entries.buffer.count
        entries.append(proposal)
        entries.buffer.writeHeader(
            at: offset, sequence: sequence, recordedAtUs: UInt64(recordedAtUs), rules: rules)
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

    // MARK: undoing

    /// Where the draft and the clock stand.
    private struct Place {
        let entries: Int
        let lastRecordedAtUs: UInt64
        let isDrivenByData: Bool
    }

    private var place: Place {
        Place(entries: draft.entries.count, lastRecordedAtUs: lastRecordedAtUs, isDrivenByData: isDrivenByData)
    }

    /// Takes a refused batch or event out of memory.
    ///
    /// To keep what every row was costs all who are never refused. So the first time, what came since the last overlay was set aside is folded again, some
    /// milliseconds; the batches that follow are marked, and taken back row by row, for as long as somebody goes on sending what is refused.
    private func undo(to place: Place, ofBatchFrom start: Place) throws(LedgerError) {
        lastRecordedAtUs = place.lastRecordedAtUs
        isDrivenByData = place.isDrivenByData
        guard draft.entries.count > place.entries else { return }
        draft.truncate(toCount: place.entries)
        let batch = nextSequence - UInt64(place.entries - start.entries)
        if markedSize != nil { index.undo() } else { index.dropActive() }
        views.forget()
        LedgerSnapshot.fold((markedSize ?? index.settledThrough)..<batch, snapshot.entries, views)
        batchesToMark = Self.markedBatches
        mark(batch)
        LedgerSnapshot.fold(batch..<nextSequence, snapshot.entries, views)
        try snapshot.check()
    }

    /// Marks where the log has `size` events, while refused batches are expected.
    private func mark(_ size: UInt64) {
        guard batchesToMark > 0 else { return }
        index.mark()
        markedSize = size
    }

    private func unmark() {
        guard markedSize != nil else { return }
        index.unmark()
        markedSize = nil
        batchesToMark -= 1
    }

    // MARK: expectations and clock

    private func moved(_ expectations: [Expectation]) -> Refusal? {
        for expectation in expectations {
            let (name, newest) = newestSequence(expectation.subject)
            guard newest ?? 0 >= expectation.sequence else {
                // Whoever knows more than the log was told by another log, or by this one before it was restored.
                let known = newest.map { "\($0)" }
                return Refusal(
                    .moved, "expect", "\(expectation.sequence)",
                    Text(
                        "\(name) n’a pas cette séquence; \(known.map { "sa dernière est \($0)" } ?? "le journal ne le connaît pas")",
                        "\(name) has no such sequence; \(known.map { "its latest is \($0)" } ?? "the log does not know it")"
                    ),
                    accepted: Text(
                        "\(known ?? "0"), après relecture; le journal a-t-il été restauré ?",
                        "\(known ?? "0"), after reading again; was the log restored?"))
            }
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
            let size = nextSequence
            return ("log", size > 0 ? size - 1 : nil)
        case .party(let name):
            let party = Array(name.utf8).withBytes { views.party(named: $0) }
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
