import CZlib
import Glibc

/// Reads a file from the front and takes off gzip compression where there is any.
///
/// RFC 1952: a file may hold several members one behind the other; zeros behind the last are padding. A file that
/// does not begin with the magic number is handed out as it is. Blocks are at most 256 KiB.
package final class GzipReader {
    /// Size of the blocks that are read and handed out, in bytes.
    package static let blockSize = 1 << 18

    package let file: String
    /// Size of the file as it is stored, in bytes.
    package let fileSize: Int
    /// Bytes of the stored file that have been used so far.
    package private(set) var consumed = 0

    private let descriptor: Int32
    private let input: UnsafeMutablePointer<UInt8>
    private var inputCount = 0
    private var inputAt = 0
    private var inputEnded = false
    private var stream = z_stream()
    private var state = State.start

    private enum State {
        case start
        case plain
        case member
        case betweenMembers
        case ended
    }

    /// Opens `path`; messages call it `name`.
    package init(path: String, name: String) throws(ImportError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code: ImportError.Code = errno == ENOENT ? .missing : .unreadable
            throw ImportError(
                code, file: name, reason: "cannot be opened: \(String(cString: strerror(errno)))",
                expected: "a readable file")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw ImportError(.unreadable, file: name, reason: "is not a file", expected: "a readable file")
        }
        self.file = name
        self.fileSize = Int(status.st_size)
        self.descriptor = descriptor
        self.input = .allocate(capacity: Self.blockSize)
        // 15: the largest window; 16: the gzip wrapper.
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            // The object is complete, so its end closes the file.
            throw ImportError(.unreadable, file: name, reason: "zlib did not start", expected: "memory for zlib")
        }
    }

    deinit {
        inflateEnd(&stream)
        input.deallocate()
        close(descriptor)
    }

    /// Fills `block` from its front as far as the file goes and answers the bytes written; 0 at the end.
    package func read(into block: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
        var written = 0
        while written < block.count {
            if inputAt == inputCount { try refill() }
            switch state {
            case .start:
                state = hasMagic ? .member : .plain
            case .plain:
                guard inputAt < inputCount else { return written }
                let count = min(inputCount - inputAt, block.count - written)
                (block.baseAddress.unsafelyUnwrapped + written).copyMemory(from: input + inputAt, byteCount: count)
                inputAt += count
                consumed += count
                written += count
            case .member:
                written += try inflateMember(into: UnsafeMutableRawBufferPointer(rebasing: block[written...]))
            case .betweenMembers:
                try passToNextMember()
            case .ended:
                return written
            }
        }
        return written
    }

    private func refill() throws(ImportError) {
        guard !inputEnded else { return }
        var count: Int
        repeat { count = Glibc.read(descriptor, input, Self.blockSize) } while count < 0 && errno == EINTR
        guard count >= 0 else {
            throw ImportError(
                .unreadable, file: file, offset: consumed,
                reason: "cannot be read: \(String(cString: strerror(errno)))", expected: "a readable file")
        }
        inputAt = 0
        inputCount = count
        inputEnded = count == 0
    }

    private var hasMagic: Bool {
        inputCount - inputAt >= 2 && input[inputAt] == 0x1F && input[inputAt + 1] == 0x8B
    }

    private func inflateMember(into block: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
        let available = inputCount - inputAt
        stream.next_in = input + inputAt
        stream.avail_in = UInt32(available)
        stream.next_out = block.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(block.count)
        let status = inflate(&stream, Z_NO_FLUSH)
        let used = available - Int(stream.avail_in)
        inputAt += used
        consumed += used
        switch status {
        case Z_STREAM_END:
            state = .betweenMembers
        case Z_OK, Z_BUF_ERROR:
            // Without input there is no progress to wait for.
            if available == 0, inputEnded, stream.avail_out == UInt32(block.count) {
                throw ImportError(
                    .truncated, file: file, offset: consumed, reason: "ends in the middle of its gzip data",
                    expected: "a complete file; copy or download it again")
            }
        default:
            let detail = stream.msg.map { String(cString: $0) } ?? "zlib status \(status)"
            throw ImportError(
                .corrupt, file: file, offset: consumed, reason: "has damaged gzip data (\(detail))",
                expected: "an intact file; copy or download it again")
        }
        return block.count - Int(stream.avail_out)
    }

    private func passToNextMember() throws(ImportError) {
        guard inputAt < inputCount else {
            state = .ended
            return
        }
        if input[inputAt] == 0 {
            while inputAt < inputCount, input[inputAt] == 0 {
                inputAt += 1
                consumed += 1
            }
            return
        }
        // A lone first byte of the magic number may wait for the next block; zlib itself checks the second.
        guard input[inputAt] == 0x1F else {
            throw ImportError(
                .corrupt, file: file, offset: consumed, reason: "has bytes after its gzip data",
                expected: "another gzip member or the end of the file")
        }
        inflateReset(&stream)
        state = .member
    }
}
