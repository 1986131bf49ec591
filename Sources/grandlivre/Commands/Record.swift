import ArgumentParser
import Commerce
import Events
@preconcurrency import Glibc
import Ledger

struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: say(
            "Inscrit des événements : JSON proto3, un par ligne.", "Records events: proto3 JSON, one a line."),
        discussion: say(
            "Tout le fichier est un seul lot, inscrit en entier ou pas du tout, sauf avec --partial. Montants en unités mineures entières.",
            "The whole file is one batch, recorded whole or not at all, except with --partial. Amounts are integer minor units."
        ))

    @Argument(help: ArgumentHelp(say("Fichier, ou - pour l’entrée standard.", "File, or - for standard input.")))
    var file: String = "-"

    @Option(
        help: ArgumentHelp(
            say(
                "Inscrit les bonnes lignes et écrit les autres dans ce fichier.",
                "Records the good lines and writes the others to this file."), valueName: "rejects"))
    var partial: String?

    @Option(
        help: ArgumentHelp(
            say("Dernière séquence connue du journal.", "Newest sequence of the log that is known."),
            valueName: "sequence"))
    var expectLog: UInt64?

    @Option(
        help: ArgumentHelp(
            say("Dernière séquence connue d’une partie.", "Newest sequence known of a party."), valueName: "id=sequence"
        ))
    var expectParty: [String] = []

    @Option(
        help: ArgumentHelp(
            say("Dernière séquence connue d’une commande.", "Newest sequence known of an order."),
            valueName: "book/id=sequence"))
    var expectOrder: [String] = []

    func run() throws {
        let expectations = try expectations()
        let store = try Opening.store(readOnly: false)
        let reader = try LineReader(file)
        // Before anything is recorded: a rejects file that cannot be written would lose the lines left out.
        let rejects = try partial.map { path throws(LedgerError) in try RejectsFile(path, input: reader) }
        Signals.watch()
        let writer = try LedgerWriter(store)
        defer { writer.close() }
        var recorder = LineRecorder(writer: writer, expectations: expectations, isPartial: partial != nil)
        while let line = try reader.next() {
            try Signals.check()
            switch line {
            case .success(let text): try recorder.take(text, number: reader.number)
            case .failure(let refusal):
                recorder.reject(reader.number, "", refusal.text(Invocation.current.language))
            }
            guard recorder.mayGoOn else { break }
        }
        try recorder.finish()
        if recorder.hasErasures { try Erasing.apply(in: store) }
        try rejects?.write(recorder.rejects)
        if !recorder.rejects.isEmpty { throw InputRefused() }
    }

    private func expectations() throws(LedgerError) -> [Expectation] {
        var result: [Expectation] = []
        if let expectLog { result.append(Expectation(.log, sequence: expectLog)) }
        for text in expectParty {
            let (name, sequence) = try split(text, "--expect-party", "household-900=1204")
            result.append(Expectation(.party(name), sequence: sequence))
        }
        for text in expectOrder {
            let (name, sequence) = try split(text, "--expect-order", "grand-io/basket-1=1204")
            guard let slash = name.firstIndex(of: "/") else {
                throw wrong(text, "--expect-order", "grand-io/basket-1=1204")
            }
            result.append(
                Expectation(
                    .order(book: String(name[..<slash]), String(name[name.index(after: slash)...])), sequence: sequence)
            )
        }
        return result
    }

    private func split(_ text: String, _ option: String, _ example: String) throws(LedgerError) -> (String, UInt64) {
        guard let equals = text.lastIndex(of: "="), let sequence = UInt64(text[text.index(after: equals)...]) else {
            throw wrong(text, option, example)
        }
        return (String(text[..<equals]), sequence)
    }

    private func wrong(_ text: String, _ option: String, _ example: String) -> LedgerError {
        LedgerError(
            .usage, "\(option) « \(text) »", Text("forme inconnue", "unknown form"),
            remedy: Text("par exemple \(example)", "for example \(example)"))
    }
}

/// A line that was not recorded.
struct Reject {
    let line: Int
    let text: String
    let reason: String
}

/// Gathers lines into batches and prints receipts.
struct LineRecorder {
    /// With --partial, as many lines go into one commit.
    static let partialBatch = 4_096
    static let partialBytes = 16 << 20

    let writer: LedgerWriter
    /// For the first commit; what it records moves the log itself.
    private var expectations: [Expectation]
    let isPartial: Bool
    private var proposals = Proposals()
    private var lines: [(number: Int, text: String, key: String)] = []
    private(set) var rejects: [Reject] = []
    /// Whether somebody's keys are to be destroyed now that their erasure is on record.
    private(set) var hasErasures = false

    init(writer: LedgerWriter, expectations: [Expectation], isPartial: Bool) {
        self.writer = writer
        self.expectations = expectations
        self.isPartial = isPartial
    }

    mutating func take(_ text: String, number: Int) throws {
        guard !text.allSatisfy(\.isWhitespace) else { return }
        do {
            let event = try EventJSON.decode(line: text)
            if let refusal = Self.onlyTheRulesMay(event) { return reject(number, text, refusal) }
            try proposals.append(event)
            lines.append((number, isPartial ? text : "", event.key))
            if case .identityErased = event.body { hasErasures = true }
        } catch let failure as EventJSON.Failure {
            reject(number, text, Reason.text(failure, Invocation.current.language))
        } catch let error as ProposalError {
            reject(number, text, Reason.text(error, Invocation.current.language))
        }
        if isPartial, proposals.count == Self.partialBatch || proposals.byteCount > Self.partialBytes { try flush() }
    }

    /// A match in the name of a rule, which needs no second person, is the rules' alone to record.
    private static func onlyTheRulesMay(_ event: Event) -> String? {
        guard event.source == Matches.rulesSource, case .entryMatched(let body)? = event.body, body.rule != .manual
        else {
            return nil
        }
        return say(
            "entryMatched.rule : la source « \(Matches.rulesSource) » est celle de « reconcile match »; à la main : MATCH_RULE_MANUAL",
            "entryMatched.rule: the source \"\(Matches.rulesSource)\" is that of \"reconcile match\"; by hand: MATCH_RULE_MANUAL"
        )
    }

    mutating func reject(_ number: Int, _ text: String, _ reason: String) {
        rejects.append(Reject(line: number, text: text, reason: reason))
        note("grandlivre: " + say("ligne \(number) : \(reason)", "line \(number): \(reason)"))
    }

    /// A batch that can no longer be taken whole need not be gathered to its end.
    var mayGoOn: Bool {
        isPartial || proposals.count <= AppendLimits.events && proposals.byteCount <= AppendLimits.bytes
    }

    mutating func finish() throws {
        // Without --partial one bad line refuses all.
        if isPartial || rejects.isEmpty { try flush() }
    }

    private mutating func flush() throws {
        guard !proposals.isEmpty else { return }
        let outcome = try writer.append(
            proposals, AppendOptions(isPartial: isPartial, expectations: expectations))
        let language = Invocation.current.language
        for refused in outcome.refused where lines.indices.contains(refused.position) {
            let line = lines[refused.position]
            reject(line.number, line.text, refused.refusal.text(language))
        }
        // A refusal of the batch as such (it has moved, it is too large) leaves the other lines without a receipt.
        if isPartial, let first = outcome.refused.first {
            let named = Set(outcome.refused.map(\.position))
            for (position, line) in lines.enumerated()
            where outcome.receipts[position] == nil && !named.contains(position) {
                reject(line.number, line.text, first.refusal.text(language))
            }
        }
        if outcome.recorded > 0 { expectations = [] }
        for (line, receipt) in zip(lines, outcome.receipts) {
            guard let receipt else { continue }
            putLine(
                JSON.object([
                    ("sequence", .count(receipt.sequence)), ("key", .text(line.key)),
                    ("repeat", .bool(receipt.isRepeat)),
                ]).line)
        }
        fflush(stdout)
        proposals = Proposals()
        lines.removeAll(keepingCapacity: true)
    }
}
