import Commerce
import Glibc

/// An ordinary file of bounded size, open for reading.
final class StatementFileReader {
    private let descriptor: CInt
    private let size: Int
    private let source: StatementSource
    private var consumed = 0

    /// Opens the file at `path`; a folder, a pipe or a file beyond the limit is refused.
    init(path: String, _ source: StatementSource) throws(StatementError) {
        // A pipe would wait here for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.unreadable(source) }
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0
        var refusal: StatementError?
        if !isKnown {
            refusal = Self.unreadable(source)
        } else if status.st_mode & S_IFMT != S_IFREG {
            refusal = source.refusal(
                .unreadable, Text("n’est pas un fichier ordinaire", "is not a regular file"),
                accepted: Text("un fichier", "a file"))
        } else if status.st_size > source.limits.fileBytesMax {
            refusal = Self.tooLarge(source)
        }
        self.descriptor = descriptor
        self.size = Int(status.st_size)
        self.source = source
        if let refusal { throw refusal }
    }

    deinit { close(descriptor) }

    /// The next bytes, fewer only at the end of the file.
    func read(atMost max: Int) throws(StatementError) -> [UInt8] {
        var reason: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: max) { buffer, count in
            while count < max, let base = buffer.baseAddress {
                let got = Glibc.read(descriptor, base + count, max - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { reason = errno }
                guard got > 0 else { break }
                count += got
            }
        }
        guard reason == 0 else { throw Self.unreadable(source, reason: reason) }
        consumed += bytes.count
        return bytes
    }

    /// All that follows.
    func read() throws(StatementError) -> [UInt8] {
        // One byte more than the size: a file that grows meanwhile is seen.
        let bytes = try read(atMost: max(0, size - consumed) + 1)
        guard consumed <= size else {
            throw source.refusal(
                .unreadable, Text("le fichier grandit pendant la lecture", "the file grows while it is read"),
                accepted: Text("un fichier complet", "a finished file"))
        }
        return bytes
    }

    /// The descriptor, at the beginning of the file again; it holds as long as the reader does.
    func rewound() throws(StatementError) -> CInt {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw Self.unreadable(source) }
        return descriptor
    }

    private static func unreadable(_ source: StatementSource, reason: CInt = errno) -> StatementError {
        let said = String(cString: strerror(reason))
        return source.refusal(
            .unreadable, Text("ne se laisse pas lire (\(said))", "cannot be read (\(said))"),
            accepted: Text("un fichier lisible", "a readable file"))
    }

    /// The refusal of a file beyond the limit.
    static func tooLarge(_ source: StatementSource) -> StatementError {
        source.tooMany(Text("octets", "bytes"), max: source.limits.fileBytesMax)
    }
}
