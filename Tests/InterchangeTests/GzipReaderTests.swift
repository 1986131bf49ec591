import Interchange
import Testing

@Suite struct GzipReaderTests {
    /// All that the reader gives, taken in pieces of `piece` bytes.
    private func readAll(_ stored: [UInt8], piece: Int = 4096) throws -> [UInt8] {
        let folder = try ScratchFolder()
        try folder.write("file.gz", stored)
        let reader = try GzipReader(path: "\(folder.path)/file.gz", name: "file.gz")
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 16)
        defer { block.deallocate() }
        var all: [UInt8] = []
        while true {
            let count = try reader.read(into: block)
            if count == 0 { break }
            all += block[..<count]
        }
        #expect(reader.consumed == stored.count)
        return all
    }

    private func refusal(_ stored: [UInt8]) -> ImportError? {
        do { _ = try readAll(stored) } catch { return error as? ImportError }
        return nil
    }

    @Test(arguments: [0, 1, 4095, 4096, 4097, 262_144, 700_001])
    func contentIsTheSameWhateverItsSize(_ size: Int) throws {
        let content = noise(size)
        #expect(try readAll(gzip(content)) == content)
        #expect(try readAll(content) == content)
    }

    @Test func membersAreReadOneBehindTheOther() throws {
        let parts = [noise(300_000, seed: 2), [], noise(5, seed: 3)]
        #expect(try readAll(parts.flatMap { gzip($0) }) == parts.flatMap { $0 })
        #expect(try readAll(gzip(parts[0]) + gzip(parts[2]), piece: 7) == parts[0] + parts[2])
    }

    @Test func zerosBehindTheLastMemberArePadding() throws {
        #expect(try readAll(gzip("abc".utf8) + [0, 0, 0, 0]) == Array("abc".utf8))
    }

    @Test(arguments: [1, 8, 9, 1000, 250_000])
    func aFileCutShortIsRefusedWithItsPlace(_ cut: Int) throws {
        let stored = Array(gzip(noise(400_000)).dropLast(cut))
        let error = try #require(refusal(stored))
        #expect(error.code == .truncated)
        #expect(error.file == "file.gz")
        #expect(error.offset == stored.count)
    }

    @Test func aDamagedByteIsRefused() throws {
        var stored = gzip(noise(1000))
        // The checksum at the end.
        stored[stored.count - 6] ^= 1
        #expect(try #require(refusal(stored)).code == .corrupt)
        stored = gzip(Array(repeating: 0x41, count: 100_000))
        stored[12] ^= 0xFF
        #expect(try #require(refusal(stored)).code == .corrupt)
    }

    @Test func bytesBehindTheMembersAreRefused() throws {
        let member = gzip("abc".utf8)
        let error = try #require(refusal(member + Array("trailing".utf8)))
        #expect(error.code == .corrupt)
        #expect(error.offset == member.count)
    }

    @Test func whatIsNotAFileIsRefused() throws {
        let folder = try ScratchFolder()
        #expect {
            _ = try GzipReader(path: "\(folder.path)/none.gz", name: "none.gz")
        } throws: { ($0 as? ImportError)?.code == .missing }
        #expect {
            _ = try GzipReader(path: folder.path, name: "folder")
        } throws: { ($0 as? ImportError)?.code == .unreadable }
    }
}
