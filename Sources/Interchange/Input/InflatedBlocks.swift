package import Bytes
import Glibc
import Ledger

/// A file's bytes in blocks, read and decompressed on a thread of their own while the caller works on the block before.
///
/// Two blocks go round. Each has room in front of it, so that the unfinished row at the end of one block is put
/// directly before the next one and every row lies in one piece.
package final class InflatedBlocks {
    /// Room in front of each block: the longest unfinished row that can be carried, in bytes.
    package static let carryLimit = 1 << 16
    /// Readable bytes behind each block, for those who read whole words.
    static let padding = 16

    /// The file as messages name it.
    package let file: String
    /// Size of the file as it is stored, in bytes.
    package let fileSize: Int

    private let shared: Shared
    private var turn = 0
    private var holds = false
    private var ended = false

    /// Bytes of the stored file behind the blocks handed out so far.
    package private(set) var consumed = 0

    package init(path: String, name: String) throws(ImportError) {
        let reader = try GzipReader(path: path, name: name)
        self.file = name
        self.fileSize = reader.fileSize
        self.shared = Shared(reader)
        // The thread holds what it fills; nobody waits for its end.
        let status = startThread { [shared] in shared.fill() }
        guard status == 0 else {
            ended = true
            throw ImportError(
                .unreadable, file: name, reason: "has no thread to be read by: \(String(cString: strerror(status)))",
                expected: "a thread to be available")
        }
    }

    deinit { shared.stop() }

    /// The next block, with the bytes of `tail` (the end of the block before) in front of it; nil at the end, and then
    /// `tail` still holds. What was handed out before holds until this call.
    package func next(carrying tail: Bytes) throws(ImportError) -> Bytes? {
        if ended { return nil }
        sem_wait(shared.full)
        let slot = shared.slots[turn]
        if let failure = slot.failure {
            ended = true
            throw failure
        }
        guard slot.count > 0 else {
            ended = true
            return nil
        }
        guard tail.count <= Self.carryLimit else {
            throw ImportError(
                .row, file: file, reason: "has a row that is too long", expected: "rows of at most 65 536 bytes")
        }
        let start = slot.base + Self.carryLimit - tail.count
        start.copyMemory(from: tail.buffer.baseAddress ?? UnsafeRawPointer(start), byteCount: tail.count)
        consumed = slot.consumed
        // The tail is safe now: the block that it came from may be filled again.
        if holds { sem_post(shared.free) }
        holds = true
        turn = 1 - turn
        return Bytes(base: UnsafeRawPointer(start), count: tail.count + slot.count)
    }

    /// One of the two blocks.
    private final class Slot {
        let base: UnsafeMutableRawPointer
        var count = 0
        var consumed = 0
        var failure: ImportError?

        init() {
            let size = InflatedBlocks.carryLimit + GzipReader.blockSize + InflatedBlocks.padding
            base = .allocate(byteCount: size, alignment: 16)
            base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        }

        deinit { base.deallocate() }
    }

    /// What the two threads share. A slot belongs to the filler between `free` and `full`, else to the caller; the
    /// semaphores order their accesses, hence unchecked.
    private final class Shared: @unchecked Sendable {
        let reader: GzipReader
        let slots = [Slot(), Slot()]
        let full = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        let free = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        private let stopping = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

        init(_ reader: GzipReader) {
            self.reader = reader
            sem_init(full, 0, 0)
            sem_init(free, 0, 2)
            sem_init(stopping, 0, 0)
        }

        deinit {
            for semaphore in [full, free, stopping] {
                sem_destroy(semaphore)
                semaphore.deallocate()
            }
        }

        func stop() {
            sem_post(stopping)
            sem_post(free)
        }

        func fill() {
            var turn = 0
            while true {
                sem_wait(free)
                if sem_trywait(stopping) == 0 { return }
                let slot = slots[turn]
                let block = UnsafeMutableRawBufferPointer(
                    start: slot.base + InflatedBlocks.carryLimit, count: GzipReader.blockSize)
                var last = true
                do throws(ImportError) {
                    slot.count = try reader.read(into: block)
                    last = slot.count == 0
                } catch {
                    slot.failure = error
                }
                slot.consumed = reader.consumed
                sem_post(full)
                if last { return }
                turn = 1 - turn
            }
        }
    }
}
