import Accounting
package import Commerce

/// One sending of slips of one form: what stands, what an authority must be told since the sending before, and the files of both.
package struct SlipSending: Sendable {
    /// One file of the folder.
    package struct File: Equatable, Sendable {
        package var name: String
        package var bytes: [UInt8]
    }

    package let form: SlipForm
    package let year: Int
    package let book: String
    /// All slips of the year, as they should stand now.
    package let slips: DividendSlips
    /// What goes out now: everything, or what changed since the sending before.
    package let changes: [DividendSlip]
    package let settings: SlipSettings
    package let recipients: [String: SlipRecipient]
    /// By member: the number of the slip that stands, and of the one before it.
    package let numbers: [String: RL1.Number]
    /// Whether a member asks for theirs alone: there is nothing to file then.
    package let isOwn: Bool

    /// The sending of `slips`. `numbers` are those that a person gives for slips that go out now.
    package init(
        _ form: SlipForm, _ slips: DividendSlips, book: String, since previous: SlipRegister?, settings: SlipSettings,
        recipients: [String: SlipRecipient], numbers given: [String: String], isOwn: Bool = false
    ) {
        self.form = form
        self.book = book
        self.slips = slips
        self.settings = settings
        self.recipients = recipients
        self.isOwn = isOwn
        year = slips.year
        changes = previous.map { slips.changes(since: $0.slips, form) } ?? slips.slips(form)
        var numbers: [String: RL1.Number] = [:]
        let changed = Set(changes.map(\.memberID))
        for slip in slips.slips(form) + changes {
            let before = previous?.numbers[slip.memberID] ?? ""
            // A slip that did not change keeps its number; one that goes out has a number of its own.
            let own = given[slip.memberID] ?? ""
            let current = changed.contains(slip.memberID) ? (own == before ? "" : own) : before
            numbers[slip.memberID] = RL1.Number(current: current, previous: before)
        }
        self.numbers = numbers
    }

    /// The name of the files that belong together: "t4a-2018".
    package static func stem(_ form: SlipForm, _ year: Int) -> String { "\(form.rawValue)-\(year)" }

    package func count(_ action: SlipAction) -> Int { changes.reduce(0) { $0 + ($1.action == action ? 1 : 0) } }

    /// The files, and what the returns among them lack. `note` is what the summary of the printout says of the books.
    ///
    /// Throws `StatementError` where sums overflow.
    package func files(
        summary: SlipPrintout.Summary?, language: Language
    ) throws(StatementError) -> (files: [File], gaps: [SlipGap]) {
        let stem = Self.stem(form, year)
        let current = numbers.mapValues(\.current)
        var files = [
            File(
                name: stem + ".csv",
                bytes: try SlipCSV.write(
                    slips.slips(form), year: year, recipients: recipients, numbers: current, book: book,
                    language: language))
        ]
        if changes != slips.slips(form) {
            files.append(
                File(
                    name: stem + "-changes.csv",
                    bytes: try SlipCSV.write(
                        changes, year: year, recipients: recipients, numbers: current, book: book, language: language)))
        }
        files.append(
            File(
                name: stem + ".html",
                bytes: SlipPrintout.html(
                    changes, year: year, issuer: settings.issuer, recipients: recipients, summary: summary,
                    language: language, rules: settings.rules)))
        guard !isOwn else { return (files, []) }
        var gaps: [SlipGap] = []
        for action in SlipAction.allCases {
            let part = changes.filter { $0.action == action }
            guard !part.isEmpty else { continue }
            let document = try document(part)
            files.append(File(name: "\(stem)-\(action.rawValue).xml", bytes: document.marked))
            for gap in document.gaps where !gap.memberID.isEmpty || !gaps.contains(gap) { gaps.append(gap) }
        }
        if !gaps.isEmpty { files.append(File(name: stem + "-gaps.csv", bytes: Self.table(gaps, language))) }
        return (files, gaps)
    }

    private func document(_ part: [DividendSlip]) throws(StatementError) -> SlipDocument {
        switch form {
        case .t4a:
            try T4A.write(
                part, year: year, issuer: settings.issuer, recipients: recipients, transmitter: settings.transmitter)
        case .rl1:
            try RL1.write(
                part, year: year, rules: settings.rules, issuer: settings.issuer, recipients: recipients,
                numbers: numbers, schemaVersion: settings.schemaVersion, transmitter: settings.transmitter)
        }
    }

    /// A row a gap: whose, what, why.
    package static func table(_ gaps: [SlipGap], _ language: Language) -> [UInt8] {
        var table = SlipTable()
        table.row([
            SlipColumn.member.name(language), Text("élément", "element")(language), Text("lacune", "gap")(language),
            Text("libellé", "label")(language),
        ])
        for gap in gaps { table.row([gap.memberID, gap.field, gap.kind.rawValue, gap.text(language)]) }
        return table.bytes
    }
}
