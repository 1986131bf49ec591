import Bytes
import Events
import Interchange
import SwiftProtobuf
import Testing

@Suite struct CompleteJourneyRefusalTests {
    private func entries(_ folder: ScratchFolder) throws -> [[UInt8]] {
        var entries: [[UInt8]] = []
        _ = try CompleteJourney(folder: folder.path).run(
            sink: { batch in for index in 0..<batch.count { entries.append(batch[index].array) } },
            onYearEnd: { _ in })
        return entries
    }

    private func refusal(_ folder: ScratchFolder) throws -> ImportError {
        do { _ = try entries(folder) } catch { return try #require(error as? ImportError) }
        throw NothingRefused()
    }

    private struct NothingRefused: Error {}
    private struct Interrupted: Error {}

    /// Many baskets, for several batches.
    private func manyBaskets() throws -> ScratchFolder {
        var rows = TinyFolder.header
        for n in 0..<6000 {
            let minute = "\(n / 60 % 24 < 10 ? "0" : "")\(n / 60 % 24):\(n % 60 < 10 ? "0" : "")\(n % 60)"
            let day = n / 1440 + 2
            rows += "\(n % 50),\(n % 7),\(1000 + n),11,1,\(n % 90).\(10 + n % 80),0.00,0.00,0.00,1,"
            rows += "2017-01-0\(day)T\(minute):00Z\n"
        }
        return try TinyFolder.make(transactions: rows)
    }

    @Test func twoImportsGiveTheSameBytes() throws {
        let folder = try manyBaskets()
        let first = try entries(folder)
        #expect(first.count > 3 * CompleteJourney.batchCount)
        #expect(try entries(folder) == first)
    }

    @Test func anInterruptedImportHasHandedOverAPrefix() throws {
        let folder = try manyBaskets()
        let whole = try entries(folder)
        var handed: [[UInt8]] = []
        var yearEnded = false
        #expect(throws: Interrupted.self) {
            _ = try CompleteJourney(folder: folder.path).run(
                sink: { batch in
                    if handed.count > CompleteJourney.batchCount { throw Interrupted() }
                    for index in 0..<batch.count { handed.append(batch[index].array) }
                }, onYearEnd: { _ in yearEnded = true })
        }
        #expect(!handed.isEmpty)
        #expect(handed.count < whole.count)
        #expect(handed == Array(whole.prefix(handed.count)))
        #expect(!yearEnded)
    }

    @Test func aSinkMayKeepItsBatches() throws {
        let folder = try manyBaskets()
        var kept: [Proposals] = []
        _ = try CompleteJourney(folder: folder.path).run(sink: { kept.append($0) }, onYearEnd: { _ in })
        let entries = kept.flatMap { batch in (0..<batch.count).map { batch[$0].array } }
        #expect(kept.count > 2)
        #expect(try entries == self.entries(folder))
    }

    @Test func keysAreUnique() throws {
        let keys = try entries(try manyBaskets()).map { entry in
            try Event(serializedBytes: entry).key
        }
        #expect(Set(keys).count == keys.count)
    }

    @Test func progressReachesTheEnd() throws {
        let folder = try manyBaskets()
        var last: ImportProgress?
        _ = try CompleteJourney(folder: folder.path).run(
            sink: { _ in }, onYearEnd: { _ in },
            progress: { progress in
                #expect(progress.lines >= last?.lines ?? 0)
                #expect(progress.bytesDone >= last?.bytesDone ?? 0)
                last = progress
            })
        let end = try #require(last)
        #expect(end.lines == 6000)
        #expect(end.bytesDone == end.bytesTotal)
    }

    @Test(arguments: ["products.csv", "campaign_descriptions.csv.gz", "coupon_redemptions.csv", "transactions.csv.gz"])
    func aMissingFileIsNamed(_ name: String) throws {
        let folder = try TinyFolder.make()
        folder.remove(name)
        #expect { _ = try CompleteJourney(folder: folder.path) } throws: {
            let error = $0 as? ImportError
            return error?.code == .missing && error?.reason.contains(name.prefix { $0 != "." }) == true
        }
    }

    @Test(arguments: [
        ("1,1,1,11,x,1.00,0,0,0,1,2017-01-02T10:00:00Z\n", ImportError.Code.value, "quantity", 2),
        ("1,1,1,11,1,-1.00,0,0,0,1,2017-01-02T10:00:00Z\n", .value, "sales_value", 2),
        ("1,1,1,11,1,1.00,0,0.001,0,1,2017-01-02T10:00:00Z\n", .value, "coupon_disc", 2),
        ("1,1,1,11,1,1.00,0,0,0,1,yesterday\n", .value, "transaction_timestamp", 2),
        ("1,1,1,11,1,1.00,0,0,0,1,2017-01-01T04:59:59Z\n", .value, "transaction_timestamp", 2),
        ("1,1,1,11,1,1.00,0,0,0,1,2018-01-01T05:00:00Z\n", .value, "transaction_timestamp", 2),
        ("a,1,1,11,1,1.00,0,0,0,1,2017-01-02T10:00:00Z\n", .value, "household_id", 2),
        (
            "1,1,1,11,1,1.00,0,0,0,1,2017-01-02T10:00:00Z\n1,2,1,11,1,1.00,0,0,0,1,2017-01-02T10:00:00Z\n", .value,
            "store_id", 3
        ),
        (
            "1,1,1,11,1,1.00,0,0,0,1,2017-01-02T10:00:00Z\n1,1,2,11,1,1.00,0,0,0,1,2017-01-02T09:00:00Z\n", .order,
            "transaction_timestamp", 3
        ),
        (
            "1,1,1,11,1,1.00,0,0,0,1,2017-01-02T10:00:00Z\n1,1,2,11,1,1.00,0,0,0,1,2017-01-02T10:00:00Z\n"
                + "1,1,1,11,1,1.00,0,0,0,1,2017-01-02T10:00:00Z\n", .order, "basket_id", 4
        ),
        ("1,1,1,11,1,1.00\n", .row, "", 2),
    ])
    func aBadTransactionIsRefusedWithItsPlace(
        _ rows: String, _ code: ImportError.Code, _ column: String, _ line: Int
    ) throws {
        let error = try refusal(TinyFolder.make(transactions: TinyFolder.header + rows))
        #expect(error.file == "transactions.csv.gz")
        #expect(error.code == code)
        #expect((error.column ?? "") == column)
        #expect(error.line == line)
    }

    @Test func aBasketThatNoEventCanHoldIsRefused() throws {
        let line = "1,1,1,11,1,1.00,0,0,0,1,2017-01-02T10:00:00Z\n"
        let rows = TinyFolder.header + String(repeating: line, count: 5000)
        let error = try refusal(TinyFolder.make(transactions: rows))
        #expect(error.column == "basket_id")
    }

    @Test func missingColumnsAreNamed() throws {
        let error = try refusal(TinyFolder.make(transactions: "household_id,store_id\n1,2\n"))
        #expect(error.code == .header)
        #expect(error.column == "basket_id")
    }

    @Test func aProductListedTwiceIsRefused() throws {
        let error = try refusal(TinyFolder.make(products: TinyFolder.products + "11,2,GROCERY,National,,,\n"))
        #expect(error.file == "products.csv")
        #expect(error.line == 4)
    }

    @Test func textThatCannotStandInAnEventIsRefused() throws {
        let error = try refusal(TinyFolder.make(products: TinyFolder.products + "13,2,GRO\u{7}CERY,National,,,\n"))
        #expect(error.column == "department")
    }
}
