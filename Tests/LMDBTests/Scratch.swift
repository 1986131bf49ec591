import Bytes
import Glibc
import LMDB

/// A directory of its own for one test, removed with everything in it.
final class Scratch {
    let path: String

    init() {
        var template = Array("/tmp/lmdb-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, mkdtemp(start) != nil else { return "/nonexistent" }
            return String(cString: start)
        }
    }

    deinit {
        // Tests leave files and at most one level of directories.
        Self.remove(path)
    }

    private static func remove(_ path: String) {
        guard let directory = opendir(path) else {
            unlink(path)
            return
        }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { remove("\(path)/\(name)") }
        }
        closedir(directory)
        rmdir(path)
    }

    func open(_ options: Environment.Options = .small) throws(LMDBError) -> Environment {
        try Environment.open(directory: path, options: options)
    }
}

extension Environment.Options {
    /// A map that also fits under sanitizers.
    static let small = Environment.Options(mapBytes: 1 << 30)
}

/// Lends the bytes of an integer key, big-endian.
func key(_ number: UInt64) -> Bytes { Keys.shared.bytes(number) }

/// Lends text as bytes.
func text(_ text: StaticString) -> Bytes {
    Bytes(base: UnsafeRawPointer(text.utf8Start), count: text.utf8CodeUnitCount)
}

/// Keys that are never freed, so that tests may pass them around.
enum Keys {
    static let shared = Keys.self

    static func bytes(_ number: UInt64) -> Bytes {
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
        buffer.storeBytes(of: number.bigEndian, as: UInt64.self)
        return Bytes(base: buffer, count: 8)
    }
}

/// Writes a file as a whole.
func write(_ path: String, _ content: [UInt8]) {
    let file = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    _ = Glibc.write(file, content, content.count)
    close(file)
}

/// Overwrites a part of a file.
func patch(_ path: String, at offset: Int, with content: [UInt8]) {
    let file = Glibc.open(path, O_WRONLY)
    _ = pwrite(file, content, content.count, off_t(offset))
    close(file)
}

/// The length of a file; -1 when there is none.
func size(_ path: String) -> Int {
    var information = stat()
    return stat(path, &information) == 0 ? Int(information.st_size) : -1
}
