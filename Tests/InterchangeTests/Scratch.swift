import CZlib
import Glibc

/// A folder of its own for one test, removed when the test lets go of it.
final class ScratchFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/interchange-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Unwritable() }
        path = String(cString: made)
    }

    deinit {
        guard let directory = opendir(path) else { return }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            unlink("\(path)/\(name)")
        }
        closedir(directory)
        rmdir(path)
    }

    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        guard let file = fopen("\(path)/\(name)", "wb") else { throw Unwritable() }
        defer { fclose(file) }
        let bytes = Array(bytes)
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Unwritable() }
    }

    func write(_ name: String, _ text: String) throws { try write(name, text.utf8) }

    func remove(_ name: String) { unlink("\(path)/\(name)") }

    struct Unwritable: Error {}
}

/// One gzip member that holds `bytes`.
func gzip(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var input = Array(bytes)
    var stream = z_stream()
    deflateInit2_(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var output = [UInt8](repeating: 0, count: input.count + 1024)
    let written = input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            deflate(&stream, Z_FINISH)
            return output.count - Int(stream.avail_out)
        }
    }
    return Array(output.prefix(written))
}

/// Bytes that do not compress, the same on every machine.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
    }
}
