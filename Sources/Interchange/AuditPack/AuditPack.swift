import Accounting
import Bytes
package import Commerce
import EventLog
package import Events
package import Ledger
package import Transparency

/// Everything an auditor takes away of one year of one book: the log up to a signed checkpoint, the book's journal, what both say of the year's end, and a verifier that needs
/// nothing else.
///
/// Amounts are decimal strings, CSV is UTF-8 with a line of names. Whoever writes it adds findings, samples and pages for people as further files.
package struct AuditPack {
    /// What is signed, and by which key where it is known.
    package struct Trust {
        package let checkpoint: Checkpoint
        package let note: SignedNote
        package let logKey: NoteVerifier?
        /// Who signs the index of files too: it binds the operator to what no signature of the log covers, such as postings.
        fileprivate let signer: NoteSigner?

        package init(_ checkpoint: Checkpoint, _ note: SignedNote, logKey: NoteVerifier?, signer: NoteSigner? = nil) {
            self.signer = signer
            self.checkpoint = checkpoint
            self.note = note
            self.logKey = logKey
        }
    }

    /// What was written, for reports.
    package struct Content {
        package let book: Book
        package let year: UInt16
        package let trust: Trust
        package let earlier: [Checkpoint]
        package let figures: PackFigures
        package let allocation: PackAllocation
        /// The newest event that states digests of views, and how many it states.
        package let attested: (sequence: UInt64, views: Int)?
        /// How many of the log's events are of the book.
        package let ownCount: UInt64
        package let kinds: [(kind: EventKind, count: Int)]
        package var files: Int
    }

    /// How many of the earlier checkpoints that the ledger keeps go with the pack: the newest.
    private static let earlierMax = 20

    /// The ledger at the checkpoint.
    private let snapshot: LedgerSnapshot
    private let book: Book
    private let year: UInt16
    private let record: FiscalYearRecord
    private let folder: PackFolder
    /// Of the program that writes.
    private let version: String

    /// Checks all that may refuse the pack, and changes nothing: who signs a checkpoint for it does so afterwards.
    ///
    /// Throws `.notFound` for a year that is not closed at the snapshot, `.cannotCreate` for a folder that has files.
    package init(
        _ snapshot: LedgerSnapshot, _ book: Book, year: UInt16, folder path: String, version: String
    ) throws(LedgerError) {
        guard let record = snapshot.views.fiscalYear(year, book) else {
            let size = snapshot.head.count
            throw LedgerError(
                .notFound, "\(book.name) \(year)",
                Text(
                    "l’exercice n’est pas clos au point de contrôle de \(size) événements",
                    "the fiscal year is not closed at the checkpoint of \(size) events"),
                remedy: Text(
                    "clore l’exercice, ou signer un nouveau point de contrôle avec --key FICHIER",
                    "close the year, or sign a new checkpoint with --key FILE"))
        }
        folder = try PackFolder(path)
        self.snapshot = snapshot
        self.book = book
        self.year = year
        self.record = record
        self.version = version
    }

    private var size: UInt64 { snapshot.head.count }

    /// Makes the folder: what cannot be made refuses the pack before anything is signed.
    package func makeFolder() throws(LedgerError) { try folder.make() }

    /// Writes the pack.
    ///
    /// Throws `.inputOutput` where views and journal do not agree.
    /// - Parameters:
    ///   - trust: the signed root of the snapshot.
    ///   - beside: findings, samples and pages for people, by file name.
    ///   - progress: events done, of how many.
    /// - Complexity: O(log) twice; in memory the balances and the members.
    package func write(
        _ trust: Trust, beside: (Content) -> [(name: String, text: String)], progress: (UInt64, UInt64) -> Void
    ) throws -> Content {
        let views = snapshot.views
        try folder.make()
        let log = try writeLog(progress)
        let earlier = try writeNotes(trust)
        try writeViews(log.attested)
        let figures = try writeJournal()
        try check(figures, views)
        try writeBalances(figures)
        let allocation = try PackAllocation(book, year: year, record, views)
        try snapshot.check()
        try writeAllocation(allocation)
        try writeManifest(figures, trust.checkpoint)
        try folder.text("schemas.proto", SchemaText.proto)
        // A program of another language that shares nothing with this one, and what stands where.
        for (name, bytes) in [
            ("verify.py", PackageResources.verify_py), ("LISEZMOI.txt", PackageResources.LISEZMOI_txt),
            ("README.txt", PackageResources.README_txt),
        ] {
            try folder.text(name, String(decoding: bytes, as: UTF8.self))
        }
        var content = Content(
            book: book, year: year, trust: trust, earlier: earlier, figures: figures, allocation: allocation,
            attested: log.attested.map { ($0.sequence, $0.rows.count) }, ownCount: log.ownCount,
            kinds: log.kinds.sorted { ($1.value, $0.key.name) < ($0.value, $1.key.name) }.map { ($0.key, $0.value) },
            files: 0)
        for file in beside(content) { try folder.text(file.name, file.text) }
        try folder.finish(trust.signer)
        content.files = folder.count
        return content
    }

    /// Views and journal say the same, or one of them is damaged.
    private func check(_ figures: PackFigures, _ views: Views) throws(LedgerError) {
        guard let last = CivilDate(year: Int(year), month: 12, day: 31) else { return }
        var sums: [PackFigures.Place: Int64] = [:]
        for row in views.balances(book, through: last.daysSinceEpoch) {
            let place = PackFigures.Place(
                account: views.accountName(row.account, book: book.id), currency: Currency(rawValue: row.currency))
            sums[place, default: 0] &+= row.balanceMinor
        }
        let places = Set(sums.keys).union(figures.accounts.keys)
        guard let wrong = places.sorted().first(where: { sums[$0] ?? 0 != figures.accounts[$0]?.closingMinor ?? 0 })
        else { return }
        throw LedgerError(
            .inputOutput, "\(book.name) \(wrong.account)",
            Text("les vues et les écritures diffèrent", "views and entries differ"),
            remedy: Text("« grandlivre rebuild --check »", "\"grandlivre rebuild --check\""))
    }

    // MARK: log

    private struct LogFacts {
        var ownCount: UInt64 = 0
        var kinds: [EventKind: Int] = [:]
        var attested: Attested?
    }

    struct Attested {
        let sequence: UInt64
        let throughSequence: UInt64
        let version: UInt32
        let rows: [(view: String, rows: UInt64, digest: String)]
    }

    /// `log.jsonl` for people and `import jsonl`, `entries.jsonl` with the bytes that were hashed.
    ///
    /// No event is left out, also not those of other books or with sealed data: by a hash alone nobody could tell what an event is, and the operator could call one sealed that posted.
    private func writeLog(_ progress: (UInt64, UInt64) -> Void) throws -> LogFacts {
        var facts = LogFacts()
        try folder.files("log.jsonl", "entries.jsonl") { log, entries in
            for sequence in 0..<size {
                guard let entry = snapshot.entry(sequence) else {
                    try snapshot.check()
                    throw LedgerStore.noEvent(sequence, of: size)
                }
                if sequence % 4_096 == 0 { progress(sequence, size) }
                let event = try EventView(entry)
                let leafHash = Hash.leaf(entry).hex
                if let kind = event.kind { facts.kinds[kind, default: 0] += 1 }
                if event.kind == .viewsAttested { facts.attested = try Self.attested(event, sequence) }
                if event.book.string == book.name { facts.ownCount += 1 }
                let recordedAt = InstantText.format(us: Int64(clamping: event.recordedAtUs ?? 0))
                log.put(EventJSON.line(try EventJSON.encode(entry: entry), leafHash: leafHash) + "\n")
                entries.put(
                    "{\"sequence\":\(sequence),\"recordedAt\":\"\(recordedAt)\","
                        + "\"entry\":\"\(Base64.encode(entry.array))\",\"leafHash\":\"\(leafHash)\"}\n")
            }
        }
        progress(size, size)
        return facts
    }

    private static func attested(_ event: EventView, _ sequence: UInt64) throws -> Attested {
        let body = try ViewsAttestedView(event.bodyBytes)
        var rows: [(view: String, rows: UInt64, digest: String)] = []
        for encoded in body.views {
            let row = try encoded.view()
            rows.append((row.view.string, row.rows, Hash(row.digest).hex))
        }
        return Attested(
            sequence: sequence, throughSequence: body.throughSequence, version: body.version, rows: rows)
    }

    /// The checkpoint, earlier ones, and the proof that the log only grew since the newest of those.
    private func writeNotes(_ trust: Trust) throws -> [Checkpoint] {
        let kept = try snapshot.store.checkpoints()
        var note = trust.note
        // Co-signatures that came back since are kept in the ledger, under the same text.
        for other in kept where other.note.text == note.text {
            for signature in other.note.signatures { note.add(signature) }
        }
        try folder.text("checkpoint.note", note.encoded)
        if let key = trust.logKey { try folder.text("log.vkey", key.text + "\n") }
        let earlier = kept.filter { $0.checkpoint.size < size }.suffix(Self.earlierMax)
        for (checkpoint, note) in earlier { try folder.text("checkpoint-\(checkpoint.size).note", note.encoded) }
        if let last = earlier.last, last.checkpoint.size > 0 {
            let proof = try snapshot.store.proof(from: last.checkpoint.size, to: size)
            try folder.text("consistency.json", ProofDocument.consistency(proof).line + "\n")
        }
        return earlier.map(\.checkpoint)
    }

    private func writeViews(_ attested: Attested?) throws {
        try folder.file("views.csv") { file in
            file.put(ExportText.csv(["view", "rows", "digest", "version", "throughSequence", "sequence"]))
            for row in attested?.rows ?? [] {
                file.put(
                    ExportText.csv([
                        row.view, "\(row.rows)", row.digest, "\(attested?.version ?? 0)",
                        "\(attested?.throughSequence ?? 0)", "\(attested?.sequence ?? 0)",
                    ]))
            }
        }
    }

    // MARK: the book

    private func writeJournal() throws -> PackFigures {
        var figures = PackFigures(book, year: year)
        let journal = BookJournal(snapshot, [book])
        try folder.file("journal.csv") { file in
            file.put(ExportText.csv(JournalCSV.columns))
            try journal.entries { entry in
                JournalCSV.write(entry, .french, to: file)
                figures.add(entry)
            }
        }
        return figures
    }

    private func writeBalances(_ figures: PackFigures) throws {
        try folder.file("accounts.csv") { file in
            file.put(ExportText.csv(["account", "class", "frenchLabel", "englishLabel", "isControl"]))
            for account in figures.accountNames {
                let code = AccountCode(name: account)
                file.put(
                    ExportText.csv([
                        account, AccountClass(ofAccount: account)?.name ?? "", code?.frenchLabel ?? account,
                        code?.englishLabel ?? account, code?.isControl == true ? "true" : "false",
                    ]))
            }
        }
        try folder.file("trial-balance.csv") { file in
            file.put(
                ExportText.csv([
                    "account", "currency", "opening", "debits", "credits", "beforeClosing", "closingEntries", "closing",
                ]))
            for (place, sums) in figures.trialBalance {
                let amounts = [
                    sums.openingMinor, sums.debitsMinor, sums.creditsMinor, sums.beforeClosingMinor,
                    sums.closingEntriesMinor, sums.closingMinor,
                ]
                file.put(
                    ExportText.csv(
                        [place.account, place.currency.code]
                            + amounts.map { DecimalText.format(minor: $0, currency: place.currency) }))
            }
        }
        try folder.file("subledgers.csv") { file in
            file.put(ExportText.csv(["account", "party", "currency", "balance"]))
            for (part, balance) in figures.subledgers {
                let currency = part.place.currency
                file.put(
                    ExportText.csv([
                        part.place.account, part.party, currency.code,
                        DecimalText.format(minor: balance, currency: currency),
                    ]))
            }
        }
    }

    private func writeAllocation(_ allocation: PackAllocation) throws {
        func amount(_ minor: Int64) -> String { DecimalText.format(minor: minor, currency: book.currency) }
        let (record, plan) = (allocation.record, allocation.record.plan)
        let parts = [
            ("reserveMinor", plan.reserveMinor), ("reserveForRebatesMinor", plan.reserveForRebatesMinor),
            ("dividendsCashMinor", plan.dividendsCashMinor), ("dividendsSharesMinor", plan.dividendsSharesMinor),
            ("communityMinor", plan.communityMinor), ("deficitMinor", plan.deficitMinor),
        ].map { "\"\($0)\":\($1)" }.joined(separator: ",")
        try folder.text(
            "allocation.json",
            "{\"year\":\(year),\"surplusMinor\":\(record.surplusMinor),\"interestMinor\":\(record.interestMinor),"
                + "\"isResolved\":\(record.isResolved),\"resolvedSequence\":\(record.resolvedSequence),"
                + "\"cappedByCategory\":\(allocation.isCappedByCategory),\"plan\":{\(parts)}}\n")
        try folder.file("groups.csv") { file in
            file.put(
                ExportText.csv(["group", "sharePpm", "membersBusiness", "totalBusiness", "cap", "cash", "shares"]))
            for group in allocation.groups {
                file.put(
                    ExportText.csv([
                        PackAllocation.name(group.group), "\(group.sharePpm)", "\(group.membersBusiness)",
                        "\(group.totalBusiness)", group.capMinor.map(amount) ?? "", amount(group.cashMinor),
                        amount(group.sharesMinor),
                    ]))
            }
        }
        try folder.file("bases.csv") { file in
            file.put(ExportText.csv(["group", "member", "base", "cash", "shares"]))
            for group in allocation.groups {
                for share in allocation.shares {
                    for part in share.groups where part.group == group.group {
                        file.put(
                            ExportText.csv([
                                PackAllocation.name(part.group), share.member, "\(part.base)", amount(part.cashMinor),
                                amount(part.sharesMinor),
                            ]))
                    }
                }
            }
        }
        try folder.file("dividends.csv") { file in
            file.put(
                ExportText.csv([
                    "member", "base", "cash", "shares", "declaredSequence", "paidSequence", "withheld",
                ]))
            for dividend in allocation.dividends {
                let (share, record) = (dividend.share, dividend.record)
                file.put(
                    ExportText.csv([
                        share.member, amount(share.baseMinor), amount(share.cashMinor), amount(share.sharesMinor),
                        record.map { "\($0.declaredSequence)" } ?? "",
                        record.flatMap { $0.isPaid ? "\($0.paidSequence)" : nil } ?? "",
                        record.flatMap { $0.isPaid ? amount($0.withheldMinor) : nil } ?? "",
                    ]))
            }
        }
    }

    private func writeManifest(_ figures: PackFigures, _ checkpoint: Checkpoint) throws {
        let currencies = Set(figures.accounts.keys.map(\.currency)).union(figures.currencies).union([book.currency])
            .sorted { $0.code < $1.code }
            .map { "\"\($0.code)\":\($0.exponent)" }.joined(separator: ",")
        let clocks = book.calendar.changes.map {
            "{\"from\":\"\(InstantText.format(us: $0.fromUs))\",\"seconds\":\($0.offsetSeconds)}"
        }.joined(separator: ",")
        let recorded = InstantText.format(us: Int64(clamping: snapshot.head.lastRecordedAtUs))
        try folder.text(
            "manifest.json",
            """
            {"pack":"grandlivre/audit-pack/v1","writtenBy":\(Self.json(version)),"lastRecordedAt":"\(recorded)",
            "origin":\(Self.json(checkpoint.origin)),"size":\(checkpoint.size),"root":"\(checkpoint.root.hex)",
            "book":\(Self.json(book.name)),"legalName":\(Self.json(book.legalName)),"currency":"\(book.currency.code)",
            "year":\(year),"firstDate":"\(year)-01-01","lastDate":"\(year)-12-31",
            "currencies":{\(currencies)},
            "clocks":[\(clocks)]}

            """)
    }

    private static func json(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
