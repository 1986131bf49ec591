import Bytes

extension CSVReader {
    enum Scan {
        /// The row is complete and `at` is behind it.
        case row
        /// The row holds a quote: the careful scan is to do it.
        case quote
        /// The block ends before the row does.
        case more
    }

    /// Splits the row at `at`, as long as it has no quotes.
    ///
    /// Eight bytes are compared at once: a byte equal to the one looked for turns to zero under XOR, and
    /// `(x & 0x7F…) + 0x7F…` has its high bit clear exactly for zero bytes. The block has readable bytes behind its end.
    func scanPlainRow() -> Scan {
        let base = data.buffer.baseAddress.unsafelyUnwrapped
        let count = data.count
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let ones: UInt64 = 0x0101_0101_0101_0101
        let comma = ones &* UInt64(separator)
        let newline = ones &* 0x0A
        let quote = ones &* 0x22
        var field = 0
        var start = at
        var position = at
        while position < count {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let a = word ^ comma
            let b = word ^ newline
            let c = word ^ quote
            let zeroA = ((a & low) &+ low) | a | low
            let zeroB = ((b & low) &+ low) | b | low
            let zeroC = ((c & low) &+ low) | c | low
            var found = ~(zeroA & zeroB & zeroC)
            while found != 0 {
                let here = position &+ (found.trailingZeroBitCount &>> 3)
                if here >= count { return .more }
                let byte = base.load(fromByteOffset: here, as: UInt8.self)
                if byte == 0x22 { return .quote }
                if field == fieldCapacity { growFields() }
                starts[field] = Int32(truncatingIfNeeded: start)
                ends[field] = Int32(truncatingIfNeeded: here)
                field &+= 1
                start = here &+ 1
                if byte == 0x0A {
                    trimCarriageReturn(field &- 1)
                    fieldCount = field
                    at = start
                    nextLine = line &+ 1
                    return .row
                }
                found &= found &- 1
            }
            position &+= 8
        }
        return .more
    }

    /// Splits the row at `at` byte by byte, quotes and all; false where the block ends before the row does, unless it
    /// is the file's last (`atEnd`). Doubled quotes are made single in place.
    func scanQuotedRow(atEnd: Bool) throws(ImportError) -> Bool {
        // A look ahead first: the row must be whole before anything in it is moved.
        guard let end = rowEnd(atEnd: atEnd) else { return false }
        let bytes = UnsafeMutableRawPointer(mutating: data.buffer.baseAddress.unsafelyUnwrapped)
        fieldCount = 0
        var position = at
        var lines = 0
        while true {
            if fieldCount == fieldCapacity { growFields() }
            starts[fieldCount] = Int32(truncatingIfNeeded: position)
            if position < end, data[position] == 0x22 {
                position += 1
                starts[fieldCount] += 1
                var write = position
                while position < end {
                    let byte = data[position]
                    if byte == 0x22 {
                        guard position + 1 < end, data[position + 1] == 0x22 else { break }
                        position += 1
                    }
                    if byte == 0x0A { lines += 1 }
                    bytes.storeBytes(of: byte, toByteOffset: write, as: UInt8.self)
                    write += 1
                    position += 1
                }
                ends[fieldCount] = Int32(truncatingIfNeeded: write)
                position += 1
                if position < end, data[position] == 0x0D, position + 1 == end { position += 1 }
                guard position >= end || data[position] == separator else {
                    throw strayQuote("has text behind a closing quote")
                }
            } else {
                while position < end, data[position] != separator {
                    if data[position] == 0x22 { throw strayQuote("has a quote inside a field without quotes") }
                    position += 1
                }
                ends[fieldCount] = Int32(truncatingIfNeeded: position)
                if position == end { trimCarriageReturn(fieldCount) }
            }
            fieldCount += 1
            if position >= end { break }
            position += 1
        }
        nextLine = line + lines + 1
        at = min(end + 1, data.count)
        return true
    }

    /// Where the line end of the row at `at` stands: the first outside quotes.
    private func rowEnd(atEnd: Bool) -> Int? {
        var inQuotes = false
        var position = at
        while position < data.count {
            let byte = data[position]
            if byte == 0x22 { inQuotes.toggle() }
            if byte == 0x0A, !inQuotes { return position }
            position += 1
        }
        return atEnd && !inQuotes ? data.count : nil
    }

    private func strayQuote(_ reason: String) -> ImportError {
        ImportError(
            .row, file: file, line: line, reason: reason,
            expected: "a field in quotes from end to end, its own quotes doubled")
    }

    private func trimCarriageReturn(_ field: Int) {
        let end = Int(ends[field])
        if end > Int(starts[field]), data[end &- 1] == 0x0D { ends[field] &-= 1 }
    }

    @inline(never)
    private func growFields() {
        let capacity = fieldCapacity * 2
        for row in [\CSVReader.starts, \CSVReader.ends] {
            let larger = UnsafeMutablePointer<Int32>.allocate(capacity: capacity)
            larger.update(from: self[keyPath: row], count: fieldCapacity)
            self[keyPath: row].deallocate()
            self[keyPath: row] = larger
        }
        fieldCapacity = capacity
    }
}
