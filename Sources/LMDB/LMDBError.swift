/// Why the store could not do what was asked: what was tried, where, why it failed and what would help.
package struct LMDBError: Error, Equatable, Sendable {
    /// The kind of failure. Open: a later version may add kinds.
    package struct Code: RawRepresentable, Sendable, Hashable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        package static let directoryMissing = Code(rawValue: "directoryMissing")
        package static let notADirectory = Code(rawValue: "notADirectory")
        /// What stands under the file's name is a folder, a pipe or a device.
        package static let notAFile = Code(rawValue: "notAFile")
        /// The path has links that lead to each other.
        package static let linkLoop = Code(rawValue: "linkLoop")
        package static let permissionDenied = Code(rawValue: "permissionDenied")
        package static let readOnlyMount = Code(rawValue: "readOnlyMount")
        package static let networkFileSystem = Code(rawValue: "networkFileSystem")
        package static let foreignFile = Code(rawValue: "foreignFile")
        package static let newerFile = Code(rawValue: "newerFile")
        /// The file ends before its own last page.
        package static let truncatedFile = Code(rawValue: "truncatedFile")
        package static let corrupt = Code(rawValue: "corrupt")
        package static let diskFull = Code(rawValue: "diskFull")
        /// The process may not write files of this size (RLIMIT_FSIZE).
        package static let fileSizeLimit = Code(rawValue: "fileSizeLimit")
        /// The address space does not hold the map (RLIMIT_AS).
        package static let mapTooLarge = Code(rawValue: "mapTooLarge")
        /// The map is full, or another process writes with a larger one.
        package static let mapTooSmall = Code(rawValue: "mapTooSmall")
        package static let readersFull = Code(rawValue: "readersFull")
        package static let tooManyFiles = Code(rawValue: "tooManyFiles")
        package static let busy = Code(rawValue: "busy")
        package static let notFound = Code(rawValue: "notFound")
        package static let exists = Code(rawValue: "exists")
        /// A key is empty or over 511 bytes, or was appended out of order.
        package static let badKey = Code(rawValue: "badKey")
        package static let entryTooLarge = Code(rawValue: "entryTooLarge")
        /// Writing through an environment that was opened for reading, or with other options than the first opener's.
        package static let readOnly = Code(rawValue: "readOnly")
        package static let optionsDiffer = Code(rawValue: "optionsDiffer")
        /// A commit failed before; nothing more is written through this environment.
        package static let writerStopped = Code(rawValue: "writerStopped")
        /// A cursor was used after its transaction ended or moved to another snapshot.
        package static let transactionEnded = Code(rawValue: "transactionEnded")
        package static let io = Code(rawValue: "io")
        package static let other = Code(rawValue: "other")
    }

    package let code: Code
    /// What was tried: "open", "commit", "get".
    package let operation: String
    /// The directory or file it was tried on.
    package let path: String
    package let reason: String
    /// What would help.
    package let remedy: String

    package init(code: Code, operation: String, path: String, reason: String, remedy: String) {
        self.code = code
        self.operation = operation
        self.path = path
        self.reason = reason
        self.remedy = remedy
    }
}

extension LMDBError: CustomStringConvertible {
    /// One line: what, where, why, what to do.
    package var description: String { "\(operation): \(path): \(reason); \(remedy)" }
}
