package import Bytes

/// Reads comma-separated values (RFC 4180) row by row, without a copy or an allocation for each field.
///
/// Semicolons stand for the commas where the first row has them and no comma. The first row names the columns; every other row has as many fields. Lines end with LF or CRLF. A field in quotes
/// may hold commas, line ends and doubled quotes. Rows are at most 65 536 bytes.
/// - Complexity: O(bytes); eight bytes at a time while there are no quotes.
package final class CSVReader {
    /// The file as messages name it.
    package let file: String
    /// Names of the columns, as the first row gives them.
    package private(set) var columns: [String] = []
    /// Line on which the current row begins, from 1.
    @exclusivity(unchecked) package private(set) var line = 0

    /// What stands between two fields: a comma, or a semicolon.
    @exclusivity(unchecked) private(set) var separator: UInt8 = 0x2C

    let blocks: InflatedBlocks
    /// The block at hand, from the current row on; nothing else borrows these across a call.
    @exclusivity(unchecked) var data: Bytes
    @exclusivity(unchecked) var at = 0
    @exclusivity(unchecked) var nextLine = 1
    private var sourceEnded = false

    /// Where field i of the current row begins and ends in `data`.
    @exclusivity(unchecked) var starts: UnsafeMutablePointer<Int32>
    @exclusivity(unchecked) var ends: UnsafeMutablePointer<Int32>
    @exclusivity(unchecked) var fieldCapacity = 64
    @exclusivity(unchecked) package internal(set) var fieldCount = 0

    /// Opens `path`, gzip or plain; messages call it `name`. Throws where the file cannot be read or has no header.
    package init(path: String, name: String) throws(ImportError) {
        self.file = name
        self.blocks = try InflatedBlocks(path: path, name: name)
        self.starts = .allocate(capacity: 64)
        self.ends = .allocate(capacity: 64)
        self.data = Bytes(UnsafeRawBufferPointer(start: nil, count: 0))
        guard try readRow() else {
            throw ImportError(.header, file: name, line: 1, reason: "is empty", expected: "a row of column names")
        }
        if fieldCount == 1, self[0].buffer.contains(0x3B) {
            separator = 0x3B
            (at, nextLine) = (0, 1)
            _ = try readRow()
        }
        for index in 0..<fieldCount {
            var name = self[index]
            // Some tools put a byte order mark in front of UTF-8.
            if index == 0, name.count >= 3, name[0] == 0xEF, name[1] == 0xBB, name[2] == 0xBF {
                name = name.dropFirst(3)
            }
            columns.append(name.string)
        }
    }

    deinit {
        starts.deallocate()
        ends.deallocate()
    }

    /// Bytes of the stored file that have been taken up so far, and all that there are.
    package var consumed: Int { blocks.consumed }
    package var fileSize: Int { blocks.fileSize }

    /// Position of the column called `name`.
    package func column(_ name: String) throws(ImportError) -> Int {
        if let index = columns.firstIndex(of: name) { return index }
        throw ImportError(
            .header, file: file, line: 1, column: name,
            reason: "is not among the columns "
                + columns.joined(separator: ","), expected: "a column of that name")
    }

    /// Goes to the next row; false at the end of the file.
    package func next() throws(ImportError) -> Bool {
        guard try readRow() else { return false }
        if fieldCount != columns.count { throw wrongCount() }
        return true
    }

    /// Field `index` of the current row, without its quotes. Holds until the next row.
    package subscript(_ index: Int) -> Bytes {
        precondition(index >= 0 && index < fieldCount)
        return data[Int(starts[index])..<Int(ends[index])]
    }

    /// An error about field `index` of the current row.
    @inline(never)
    package func refusal(_ index: Int, reason: String, expected: String) -> ImportError {
        ImportError(
            .value, file: file, line: line, column: index < columns.count ? columns[index] : nil,
            value: self[index].string, reason: reason, expected: expected)
    }

    @inline(never)
    private func wrongCount() -> ImportError {
        ImportError(
            .row, file: file, line: line, reason: "has \(fieldCount) fields",
            expected: "\(columns.count), one for each column of the header")
    }

    private func readRow() throws(ImportError) -> Bool {
        line = nextLine
        while true {
            switch scanPlainRow() {
            case .row: return true
            case .quote:
                if try scanQuotedRow(atEnd: sourceEnded) { return true }
            case .more: break
            }
            // The row goes on behind this block.
            if sourceEnded { return try readLastRow() }
            let tail = data[at..<data.count]
            if let block = try blocks.next(carrying: tail) {
                data = block
                at = 0
            } else {
                sourceEnded = true
            }
        }
    }

    /// The last row may lack its line end.
    private func readLastRow() throws(ImportError) -> Bool {
        guard at < data.count else {
            fieldCount = 0
            return false
        }
        if try scanQuotedRow(atEnd: true) { return true }
        throw ImportError(
            .truncated, file: file, line: line, reason: "has a quoted field that does not end",
            expected: "a closing quote")
    }
}
