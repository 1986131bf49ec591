import EventLog
import Foundation
import LMDB
import Testing

@Suite struct WriterLockTests {
    private let scratch = Scratch()

    @Test func oneHoldsItAndTheNextIsToldWho() throws {
        _ = try scratch.create()
        let first = try WriterLock(directory: scratch.directory)
        let busy = failure { _ = try WriterLock(directory: scratch.directory, waitMs: 0) }
        #expect(busy?.code == .busy)
        #expect(busy?.reason.contains("\(getpid())") == true)
        withExtendedLifetime(first) {}
    }

    @Test func itIsFreeAfterItsHolder() throws {
        _ = try scratch.create()
        do { withExtendedLifetime(try WriterLock(directory: scratch.directory)) {} }
        _ = try WriterLock(directory: scratch.directory, waitMs: 0)
    }

    @Test func aMissingDirectoryIsTold() {
        #expect(failure { _ = try WriterLock(directory: scratch.directory, waitMs: 0) }?.code == .directoryMissing)
    }
}
