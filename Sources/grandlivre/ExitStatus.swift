import ArgumentParser
import Commerce
import EventLog
@preconcurrency import Glibc
import Interchange
import Ledger
import Reconciliation

/// The answer to what was asked is "no": a difference was found. The command has said which.
struct AnswerIsNo: Error {}

/// Input that was refused; the command has said what, line by line.
struct InputRefused: Error {}

/// Where errors become exit statuses (DESIGN §7), and one line on stderr.
enum ExitStatus {
    static let no: Int32 = 1
    static let usage: Int32 = 64
    static let badInput: Int32 = 65
    static let notFound: Int32 = 66
    static let internalError: Int32 = 70
    static let cannotCreate: Int32 = 73
    static let inputOutput: Int32 = 74
    static let busy: Int32 = 75

    /// Says what went wrong and returns the status.
    static func report(_ error: any Error) -> Int32 {
        let language = Invocation.current.language
        switch error {
        case is AnswerIsNo: return no
        case is InputRefused: return badInput
        case let error as LedgerError:
            note("grandlivre: \(error.text(language))")
            return status(error.code)
        case let error as Refusal:
            note("grandlivre: \(error.text(language))")
            return badInput
        case let error as ImportError:
            note("grandlivre: \(Reason.text(error, language))")
            return error.code == .missing || error.code == .unreadable ? notFound : badInput
        case let error as StatementError:
            note("grandlivre: \(error.line(in: language))")
            return error.code == .unreadable ? notFound : badInput
        case let error as Interrupted:
            note(
                "grandlivre: "
                    + say(
                        "interrompu; relancer la même commande reprend où elle en était",
                        "interrupted; the same command goes on from here"))
            return 128 + error.signal
        default: return reportUsage(error)
        }
    }

    /// What was asked for could not be written to its end: a full disk must not pass for success.
    static func outputFailed() -> Int32 {
        note(
            "grandlivre: "
                + say(
                    "sortie standard : écriture incomplète; libérer de l’espace, puis recommencer",
                    "standard output: not written completely; free some space, then start again"))
        return inputOutput
    }

    private static func status(_ code: LedgerError.Code) -> Int32 {
        switch code {
        case .no: no
        case .usage: usage
        case .badInput: badInput
        case .notFound: notFound
        case .cannotCreate: cannotCreate
        case .inputOutput: inputOutput
        case .busy: busy
        default: internalError
        }
    }

    /// Help, completion scripts and mistakes in the arguments.
    private static func reportUsage(_ error: any Error) -> Int32 {
        let status = GrandLivre.exitCode(for: error).rawValue
        if status == 0 {
            // "help X" of a word that is no command is a mistake like X itself.
            if Invocation.current.arguments.first == "help",
                let unknown = UnknownCommand.mistake(in: Array(Invocation.current.arguments.dropFirst()))
            {
                note("grandlivre: " + unknown.text(Invocation.current.language))
                return usage
            }
            putLine(Help.translated(GrandLivre.fullMessage(for: error)))
            return 0
        }
        let message = GrandLivre.message(for: error)
        let unknown =
            message.lowercased().contains("unexpected argument")
            ? UnknownCommand.mistake(in: Invocation.current.arguments) : nil
        note("grandlivre: " + (unknown?.text(Invocation.current.language) ?? Help.translatedMistake(message)))
        return usage
    }
}

/// A signal asked the program to end; it did so between two batches.
struct Interrupted: Error {
    let signal: Int32
}

/// Remembers SIGINT and SIGTERM so that long work ends between two batches.
enum Signals {
    nonisolated(unsafe) private static var received: sig_atomic_t = 0

    static func watch() {
        signal(SIGINT) { Signals.received = $0 }
        signal(SIGTERM) { Signals.received = $0 }
    }

    /// LMDB reads a map: a damaged page or a full disk under it arrives as a signal. It ends the program with the status of a failed
    /// disk and one line, like any other failure of the disk; nothing half done is ever committed.
    static func reportDamage() {
        for number in [SIGSEGV, SIGBUS] {
            signal(number) { _ in
                let line: StaticString =
                    "grandlivre: lecture impossible (fichier abîmé ou disque plein); restaurer une copie · the file is damaged or the disk full; restore a copy\n"
                _ = write(STDERR_FILENO, line.utf8Start, line.utf8CodeUnitCount)
                _exit(74)
            }
        }
    }

    static var isInterrupted: Bool { received != 0 }

    static func check() throws(Interrupted) {
        if received != 0 { throw Interrupted(signal: received) }
    }
}
