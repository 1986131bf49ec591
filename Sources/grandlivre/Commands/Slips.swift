import Accounting
import ArgumentParser
import Bytes
import Commerce
import Events
@preconcurrency import Glibc
import Ledger
import Reconciliation

struct Slips: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: say(
            "Les feuillets fiscaux : T4A, relevé 1, vendeurs d’une plateforme.",
            "Tax slips: T4A, RL-1, sellers of a platform."),
        discussion: say(
            """
            Noms et adresses : les données scellées (--ledger-key) et --recipients; numéros du payeur : --payer. Ce qui manque est dans une liste, jamais inventé : état 1, et les fichiers disent de ne pas les transmettre. Colonnes et clés : Docs/tax-slips.md.

            Exemples :
              grandlivre slips t4a --year 2025 --out t4a-2025
              grandlivre slips rl1 --year 2025 --out corrige --previous rl1-2025
              grandlivre slips platform --year 2025 --out vendeurs.csv
            """,
            """
            Names and addresses: sealed data (--ledger-key) and --recipients; the payer's numbers: --payer. What is missing is listed, never invented: status 1, and the files say not to send them. Columns and keys: Docs/tax-slips.md.

            Examples:
              grandlivre slips t4a --year 2025 --out t4a-2025
              grandlivre slips rl1 --year 2025 --out amended --previous rl1-2025
              grandlivre slips platform --year 2025 --out sellers.csv
            """),
        subcommands: [SlipsT4A.self, SlipsRL1.self, SlipsPlatform.self])
}

/// Which year of which book, and what the ledger does not hold.
struct SlipOptions: ParsableArguments {
    @Option(help: ArgumentHelp(say("L’année civile.", "The calendar year."))) var year: Int
    @Option(help: ArgumentHelp(say("Le livre, s’il y en a plusieurs.", "The book, where there are several."))) var book:
        String?
    @Option(
        help: ArgumentHelp(
            say(
                "Table des bénéficiaires (CSV) : membre, NAS, adresse…",
                "Table of recipients (CSV): member, SIN, address…"), valueName: "file"))
    var recipients: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Fichier « clé = valeur » : qui paie, qui transmet, seuils.",
                "File \"key = value\": who pays, who sends, thresholds."), valueName: "file"))
    var payer: String?

    /// Also makes what is written readable by its owner only: it holds names and social insurance numbers.
    func begin() throws(LedgerError) {
        umask(0o077)
        guard (1900...9998).contains(year) else {
            throw LedgerError(
                .usage, "--year « \(year) »", Text("année hors limites", "year out of range"),
                remedy: Text("1900 à 9998", "1900 to 9998"))
        }
    }

    /// Who pays is the book, unless the file names it otherwise.
    func settings(_ book: Book) throws(StatementError) -> SlipSettings {
        var settings = try payer.map { path throws(StatementError) in try SlipSettings(path: path) } ?? SlipSettings()
        if settings.issuer.name.isEmpty { settings.issuer.name = book.legalName }
        return settings
    }

    func people(_ book: Book, _ views: Views) throws -> SlipPeople {
        let file = try recipients.map { try SlipRecipients(path: $0) } ?? SlipRecipients()
        // Whom whoever asks may not know of is answered as whom nobody knows.
        try file.check { name in
            guard let party = Array(name.utf8).withBytes({ views.party(.identity, $0) }) else { return false }
            return (try? Viewer.current.mayRead(identity: party, views)) == true
        }
        return SlipPeople(file, book, views)
    }
}

/// Who members and sellers are, from a person's file and from what they gave themselves, as far as whoever asks may open it.
final class SlipPeople {
    let file: SlipRecipients
    private let book: Book
    private let views: Views
    /// Opened when it is first needed; nil within where it cannot be.
    private var keyring: Keyring??

    init(_ file: SlipRecipients, _ book: Book, _ views: Views) {
        self.file = file
        self.book = book
        self.views = views
    }

    func recipient(_ member: String) throws -> SlipRecipient? {
        guard let party = Array(member.utf8).withBytes({ views.party(.identity, $0) }) else {
            return file.recipient(member, data: nil)
        }
        let isBook = views.member(party, book)?.isBook == true
        let legalName = isBook ? Array(member.utf8).withBytes { views.book($0) }?.legalName ?? "" : ""
        return file.recipient(member, data: try personalData(party), organisation: legalName)
    }

    /// What nobody gave the key for is missing, and listed with all else that is: figures do not wait for a key.
    private func personalData(_ party: UInt32) throws -> PersonalData? {
        guard let record = views.identity(party), !record.isErased, record.dataCount > 0,
            try Viewer.current.mayOpen(personalDataOf: party, views)
        else { return nil }
        let known = try keyring ?? open()
        keyring = .some(known)
        return try known?.personalData(of: party, views)
    }

    private func open() throws(LedgerError) -> Keyring? {
        var missing = LedgerKey.missing()
        if try Opening.ledgerKey() != nil {
            if let keyring = try Opening.keyring() { return keyring }
            missing = LedgerError(
                .notFound, Opening.keysPath, Text("le fichier des clés manque", "the file of keys is missing"),
                remedy: Text("le nommer par GRANDLIVRE_KEYS", "name it with GRANDLIVRE_KEYS"))
        }
        note(
            "grandlivre: "
                + say("données scellées laissées fermées : ", "sealed data left closed: ")
                + missing.text(Invocation.current.language))
        return nil
    }
}

/// What stands in the way of sending, for people.
enum SlipGaps {
    /// Kinds and elements with how often each is missing, in the order in which they first come.
    static func put(_ gaps: [SlipGap], file: String) {
        guard !gaps.isEmpty else { return }
        let language = Invocation.current.language
        var order: [String] = []
        var counts: [String: (gap: SlipGap, count: Int)] = [:]
        for gap in gaps {
            let key = gap.kind.rawValue + " " + gap.field
            if counts[key] == nil { order.append(key) }
            counts[key] = (gap, (counts[key]?.count ?? 0) + 1)
        }
        var listing = Listing([
            .init(key: "field", title: Text("Lacune", "Gap")), .init(key: "kind", title: Text("Nature", "Kind")),
            .init(key: "count", title: Text("Nombre", "Count"), isNumber: true),
        ])
        for key in order {
            guard let (gap, count) = counts[key] else { continue }
            listing.add(
                [.text(gap.field), .text(gap.kind.rawValue), .count(count)],
                shown: [gap.label(language), gap.kind.name(language), shown(count: count, language)])
        }
        putLine("")
        grandlivre.put(listing.table(language))
        let count = shown(count: gaps.filter(\.kind.isUnready).count, language)
        guard gaps.contains(where: \.kind.isUnready) else { return }
        putLine(
            say(
                "Pas prêt à transmettre : lacunes, \(count); en détail : \(file)",
                "Not ready to be sent: gaps, \(count); in detail: \(file)"))
    }
}

/// A folder that appears whole or not at all, readable by its owner only: slips hold names and social insurance numbers.
enum SlipFolder {
    /// Refuses (73) a folder that has something in it.
    static func requireEmpty(_ folder: String) throws(LedgerError) {
        guard let entries = opendir(folder) else {
            if errno == ENOENT { return }
            throw failed(folder, errno)
        }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name == "." || name == ".." else { throw taken(folder) }
        }
    }

    static func write(_ files: [SlipSending.File], to folder: String) throws(LedgerError) {
        var path = folder
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        var template = Array("\(path).XXXXXX".utf8CString)
        // mkdtemp makes it 0700.
        guard mkdtemp(&template) != nil else { throw failed(folder, errno) }
        let draft = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        do throws(LedgerError) {
            for file in files {
                try file.bytes.withBytes { bytes throws(LedgerError) in
                    try WholeFile.replace(draft + "/" + file.name, bytes)
                }
            }
            // A folder takes the place of an empty one, never of one that has something in it.
            guard rename(draft, path) == 0 else {
                throw errno == ENOTEMPTY || errno == EEXIST ? taken(folder) : failed(folder, errno)
            }
        } catch {
            for file in files { unlink(draft + "/" + file.name) }
            rmdir(draft)
            throw error
        }
    }

    private static func taken(_ folder: String) -> LedgerError {
        LedgerError(
            .cannotCreate, folder, Text("le dossier n’est pas vide", "the folder is not empty"),
            remedy: Text("nommer un dossier vide ou absent", "name an empty or missing folder"))
    }

    private static func failed(_ folder: String, _ number: Int32) -> LedgerError {
        LedgerError(
            number == ENOSPC ? .inputOutput : .cannotCreate, folder, SystemReason.text(number),
            remedy: Text("nommer un dossier que l’on peut créer", "name a folder that can be made"))
    }
}
