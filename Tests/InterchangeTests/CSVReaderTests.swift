import Accounting
import Bytes
import Interchange
import Testing

@Suite struct CSVReaderTests {
    private func open(_ text: String, _ body: (CSVReader) throws -> Void) throws {
        let folder = try ScratchFolder()
        try folder.write("file.csv", text)
        try body(try CSVReader(path: "\(folder.path)/file.csv", name: "file.csv"))
    }

    private func rows(_ text: String) throws -> [[String]] {
        var rows: [[String]] = []
        try open(text) { reader in
            while try reader.next() { rows.append((0..<reader.columns.count).map { reader[$0].string }) }
        }
        return rows
    }

    private func refusal(_ text: String) -> ImportError? {
        do { _ = try rows(text) } catch { return error as? ImportError }
        return nil
    }

    @Test(arguments: [
        ("a,b\n1,2\n3,4\n", [["1", "2"], ["3", "4"]]),
        ("a,b\n1,2", [["1", "2"]]),
        ("a,b\r\n1,2\r\n3,4", [["1", "2"], ["3", "4"]]),
        ("a,b\n,\n", [["", ""]]),
        ("a,b\n1,", [["1", ""]]),
        ("a,b\n\"1\",\"2\"\n", [["1", "2"]]),
        ("a,b\n\"x,y\",\"p\nq\"\n5,6\n", [["x,y", "p\nq"], ["5", "6"]]),
        ("a,b\r\n\"x \"\"y\"\"\",\"\"\r\n", [["x \"y\"", ""]]),
        ("a,b\n1,\"2\"", [["1", "2"]]),
        ("a,b\n\"\"\"\",z\n", [["\"", "z"]]),
        ("\u{FEFF}a,b\n1,2\n", [["1", "2"]]),
        ("a,b\n", []),
        ("a,b", []),
    ])
    func rowsAreSplitAsRFC4180Says(_ text: String, _ expected: [[String]]) throws {
        #expect(try rows(text) == expected)
    }

    @Test func columnsAreFoundByName() throws {
        try open("\u{FEFF}a,\"b,c\"\r\n1,2\r\n") { reader in
            #expect(reader.columns == ["a", "b,c"])
            let position = try reader.column("b,c")
            #expect(position == 1)
            #expect { try reader.column("d") } throws: { ($0 as? ImportError)?.code == .header }
        }
    }

    @Test(arguments: [
        ("", ImportError.Code.header, 1),
        ("a,b\n1\n", .row, 2),
        ("a,b\n1,2\n1,2,3\n", .row, 3),
        ("a,b\n\n", .row, 2),
        ("a,b\n\"x\ny\",2\n1\n", .row, 4),
        ("a,b\n\"x\"y,2\n", .row, 2),
        ("a,b\nx\"y\",2\n", .row, 2),
        ("a,b\n1,2\n\"x,2\n3,4\n", .truncated, 3),
    ])
    func aBadRowIsRefusedWithItsLine(_ text: String, _ code: ImportError.Code, _ line: Int) throws {
        let error = try #require(refusal(text))
        #expect(error.code == code)
        #expect(error.line == line)
    }

    @Test func rowsGoOnAcrossBlocks() throws {
        // Rows of many lengths, so that block ends fall at every place of a row, inside quotes too.
        var text = "n,quoted,tail\n"
        var expected: [[String]] = []
        for n in 0..<20_000 {
            let filler = String(repeating: "x", count: n % 67)
            text += n % 3 == 0 ? "\(n),\"\(filler),\"\"\n\",\(n % 10)\r\n" : "\(n),\(filler),\(n % 10)\n"
            expected.append(["\(n)", n % 3 == 0 ? "\(filler),\"\n" : filler, "\(n % 10)"])
        }
        #expect(text.utf8.count > 2 * GzipReader.blockSize)
        #expect(try rows(text) == expected)
    }

    @Test func manyFieldsFit() throws {
        let names = (0..<200).map { "c\($0)" }
        let text = names.joined(separator: ",") + "\n" + names.joined(separator: ",") + "\n"
        #expect(try rows(text) == [names])
    }

    @Test func aRowTooLongIsRefused() throws {
        let error = try #require(refusal("a\n" + String(repeating: "x", count: 600_000) + "\n"))
        #expect(error.code == .row)
    }

    @Test func damageInTheMiddleIsPassedOn() throws {
        let folder = try ScratchFolder()
        let text = "a,b\n" + String(repeating: "1,2\n", count: 200_000)
        try folder.write("file.csv.gz", gzip(text.utf8).dropLast(100))
        let reader = try CSVReader(path: "\(folder.path)/file.csv.gz", name: "file.csv.gz")
        #expect { while try reader.next() {} } throws: { ($0 as? ImportError)?.code == .truncated }
    }

    @Test func aReaderMayBeDroppedHalfway() throws {
        // Nothing to compare: the thread behind the reader must end, or the test does not.
        let text = "a,b\n" + String(repeating: "1,2\n", count: 500_000)
        try open(text) { reader in
            let isRow = try reader.next()
            #expect(isRow)
        }
    }

    @Test(arguments: [
        ("0", 0), ("0.00", 0), ("12", 1200), ("12.5", 1250), ("12.50", 1250), ("0.07", 7),
        ("99999999999.99", 9_999_999_999_999),
    ])
    func amountsAreReadExactly(_ text: String, _ minor: Int64) throws {
        try open("v\n\(text)\n") { reader in
            _ = try reader.next()
            #expect(try reader.amountMinor(0) == minor)
        }
    }

    @Test(arguments: ["\"\"", "-1.00", "1.005", "1.", ".5", "1.2.3", "abc", "1e3", "100000000000", " 1"])
    func whatIsNoAmountIsRefused(_ text: String) throws {
        try open("v\n\(text)\n") { reader in
            _ = try reader.next()
            #expect { try reader.amountMinor(0) } throws: {
                let error = $0 as? ImportError
                return error?.code == .value && error?.line == 2 && error?.column == "v"
            }
        }
    }

    @Test(arguments: ["\"\"", "-1", "007", "1.0", "x", "1234567890123456"])
    func whatIsNoNumberIsRefused(_ text: String) throws {
        try open("v\n\(text)\n") { reader in
            _ = try reader.next()
            #expect { try reader.unsigned(0) } throws: { ($0 as? ImportError)?.code == .value }
        }
    }

    @Test(arguments: [
        "2017-01-01T11:53:26Z", "2016-02-29T00:00:00Z", "1969-12-31T23:59:59Z", "2017-01-01T11:53:26.5Z",
    ])
    func timesAreReadAsTheCalendarReadsThem(_ text: String) throws {
        try open("v\n\(text)\n") { reader in
            _ = try reader.next()
            #expect(try reader.instantUs(0) == InstantText.parse(text))
        }
    }

    @Test(arguments: [
        "2017-02-29T00:00:00Z", "2017-01-01T24:00:00Z", "2017-01-01 11:53:26Z", "2017-01-01T11:53:26", "2017-01-01",
        "20x7-01-01T11:53:26Z", "2017-01-01T11:60:26Z",
    ])
    func whatIsNoTimeIsRefused(_ text: String) throws {
        try open("v\n\(text)\n") { reader in
            _ = try reader.next()
            #expect { try reader.instantUs(0) } throws: { ($0 as? ImportError)?.code == .value }
        }
    }

    @Test func messagesSayWhereWhatAndWhatWouldBeRight() throws {
        try open("id,value\n1,2\n3,\"bad\u{1B}[31m\"\n") { reader in
            _ = try reader.next()
            _ = try reader.next()
            #expect { try reader.amountMinor(1) } throws: {
                "\($0)" == "file.csv, line 3, column value: \"bad·[31m\" is not an amount; expected at most 11 digits, "
                    + "a point and two digits, not negative, such as 12.50"
            }
        }
    }
}
