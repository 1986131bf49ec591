package import Commerce
import EventLog
import Index
package import LMDB
package import Transparency

/// What `audit verify` found: every check with what it looked at, and every flaw with its place.
package struct Verification: Sendable {
    /// The checks, in the order in which a report tells them.
    package enum Check: String, CaseIterable, Sendable {
        /// Meta pages, numbers, bounds and room of pages.
        case pages
        /// Keys in order, in pages and across them.
        case keys
        /// Counters of the trees.
        case counters
        /// Reached and free pages are all pages.
        case freePages
        /// The records that say what the file is, and nothing else in it.
        case records
        /// Checksums of all values.
        case checksums
        /// Entries decode canonically.
        case entries
        /// Sequences have no gap.
        case sequences
        /// Recorded time never falls.
        case recordedTimes
        /// Nodes of the tree.
        case tree
        /// The root and the other figures of the head.
        case root
        /// Signed checkpoints that the ledger keeps.
        case checkpoints
        /// Their signatures, by the keys that were named.
        case signatures
        /// Journal entries sum to zero per book and currency.
        case journal
        /// Views are what a fresh fold gives.
        case views
        /// So is the index of sources and keys.
        case idempotency
        /// And those of parties and of their events.
        case parties
        /// Digests of views that events attest are those of a fresh fold.
        case attestations
        /// Sealed data opens, or its person is erased.
        case personalData
    }

    /// One check and what came of it.
    package struct Outcome: Sendable {
        package let check: Check
        /// What was looked at: pages, keys, entries, rows.
        package internal(set) var count: UInt64 = 0
        package internal(set) var findings = 0
        /// Why it was not done; `nil` where it was.
        package internal(set) var omitted: Text?
        /// What it did not look at, or up to where it holds; `nil` where there is nothing to say.
        package internal(set) var remark: Text?
    }

    /// A flaw.
    package struct Finding: Sendable {
        package let check: Check
        package let page: UInt64?
        package let database: String?
        package let key: [UInt8]?
        package let sequence: UInt64?
        package let reason: Text
    }

    package internal(set) var size: UInt64 = 0
    /// The root that the entries give, in hex; `nil` where they were not read.
    package internal(set) var root: String?
    package internal(set) var outcomes: [Outcome]
    package internal(set) var findings: [Finding] = []
    /// The bytes of the file that mean something, where that was asked for.
    package internal(set) var used: [UsedBytes] = []

    package var isSound: Bool { findings.isEmpty }

    init() { outcomes = Check.allCases.map { Outcome(check: $0) } }

    mutating func count(_ check: Check, _ count: UInt64) {
        for index in outcomes.indices where outcomes[index].check == check { outcomes[index].count = count }
    }

    mutating func omit(_ checks: [Check], _ reason: Text) {
        for index in outcomes.indices where checks.contains(outcomes[index].check) { outcomes[index].omitted = reason }
    }

    mutating func remark(_ check: Check, _ text: Text) {
        for index in outcomes.indices where outcomes[index].check == check { outcomes[index].remark = text }
    }

    mutating func find(
        _ check: Check, page: UInt64? = nil, database: String? = nil, key: [UInt8]? = nil, sequence: UInt64? = nil,
        _ reason: Text
    ) {
        for index in outcomes.indices where outcomes[index].check == check { outcomes[index].findings += 1 }
        findings.append(
            Finding(check: check, page: page, database: database, key: key, sequence: sequence, reason: reason))
    }

    func found(_ check: Check) -> Int { outcomes.first { $0.check == check }?.findings ?? 0 }

    /// The checks of the second step: they need the file mapped.
    static let mapped: [Check] = Check.allCases.filter { ![.pages, .keys, .counters, .freePages].contains($0) }
}

extension Verification {
    /// What whoever verifies may bring, and wants to hear.
    package struct Options {
        /// Lists the bytes that mean something.
        package var listsUsed = false
        /// The persons' keys; where none are given, sealed data is not opened.
        package var keyring: (() throws(LedgerError) -> Keyring?)?
        /// Whose signatures under the kept checkpoints are believed; where none are named, none is checked.
        package var policy: WitnessPolicy?
        /// Compares every attestation of the views, where otherwise only the newest are.
        package var comparesAllAttestations = false
        /// What is done, of all, and whether pages (else events) are counted.
        package var progress: (_ done: UInt64, _ of: UInt64, _ countsPages: Bool) -> Void = { _, _, _ in }

        package init() {}
    }

    /// Checks the ledger in `directory`: first the pages, by plain reads; only where they are sound, all that stands in them, through the map.
    ///
    /// Nothing is written, but where somebody records meanwhile: then the writer's lock is taken until a snapshot is held.
    ///
    /// - Throws: what keeps it from looking: no ledger there, another program's file, a newer version, somebody who writes for longer than ten seconds.
    /// - Complexity: O(file and events), on two threads.
    package static func run(_ directory: String, _ options: Options = Options()) throws(LedgerError) -> Verification {
        do throws(LMDBError) {
            return try verify(directory, options)
        } catch {
            throw LedgerError(error, directory)
        }
    }

    private static func verify(_ directory: String, _ options: Options) throws(LMDBError) -> Verification {
        var verification = Verification()
        var lock: WriterLock?
        while true {
            var walk = EventLog.pageOptions
            walk.listsUsed = options.listsUsed
            let pages = try PageWalk.run(directory: directory, walk) { options.progress($0, $1, true) }
            if lock == nil, !pages.isNewest, !pages.findings.isEmpty {
                lock = try WriterLock(directory: directory)
                continue
            }
            verification = Verification()
            try verification.take(pages, directory)
            guard verification.isSound else {
                verification.omit(
                    mapped,
                    Text("les pages sont abîmées", "the pages are damaged"))
                return verification
            }
            guard let store = try verification.open(directory) else {
                verification.omit(
                    mapped.filter { $0 != .records },
                    Text("le fichier ne dit pas ce qu’il est", "the file does not say what it is"))
                return verification
            }
            let reading = try store.log.environment.read()
            if lock == nil, reading.transactionID != pages.transaction {
                lock = try WriterLock(directory: directory)
                continue
            }
            lock = nil
            try verification.check(store, reading, options)
            return verification
        }
    }

    // MARK: the first step

    private mutating func take(_ pages: PageReport, _ directory: String) throws(LMDBError) {
        count(.pages, pages.pages)
        count(.keys, pages.keys)
        count(.counters, pages.counters)
        count(.freePages, pages.free)
        used = pages.used
        for finding in pages.findings { take(finding) }
        guard isSound else { return }
        let expected = EventLog.databaseNames + IndexReader.databaseNames
        let present = pages.databases.map(\.name)
        let known = present.filter(expected.contains)
        // Where hardly a name is ours, the file is another program's, and a ledger that was never finished has none.
        guard known.count * 2 >= expected.count else { return }
        for name in expected where !present.contains(name) {
            find(.records, database: name, Text("la base \(name) manque", "the database \(name) is missing"))
        }
        for name in present where !expected.contains(name) {
            find(.records, database: name, Text("base inconnue", "a database that nobody made"))
        }
    }

    private mutating func take(_ finding: PageFinding) {
        let check: Check =
            switch finding.code {
            case .order, .separator: .keys
            case .counter: .counters
            case .freeList, .lost: .freePages
            case .claimedTwice where finding.database == "free": .freePages
            default: .pages
            }
        let isName = finding.code == .meta || finding.code == .counter
        find(
            check, page: finding.page, database: finding.database.isEmpty ? nil : finding.database,
            key: isName || finding.key.isEmpty ? nil : finding.key,
            sequence: finding.database == "entries" ? finding.ordinal : nil, finding.text)
    }

    /// Maps the file; `nil`, with a finding, where its records are damaged. What keeps it from being mapped at all, such as a right that is missing, is thrown.
    private mutating func open(_ directory: String) throws(LMDBError) -> LedgerStore? {
        do throws(LMDBError) {
            return try LedgerStore.stored(directory, readOnly: true)
        } catch {
            // The pages are sound. So a name or the record that says what this is was changed, or it is no ledger of ours at all.
            let isChanged =
                switch error.code {
                case .corrupt, .truncatedFile, .badKey, .other: true
                case .foreignFile, .newerFile: EventLog.isDamagedFormat(in: directory)
                default: false
                }
            guard isChanged else { throw error }
            find(.records, database: "format", LedgerError(error, directory).reason)
            return nil
        }
    }
}
