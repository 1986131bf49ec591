extension Matcher {
    /// Looks up every end-to-end id, and asks for those that no item has whether they are the beginning of one.
    mutating func lookUp() {
        for entry in entries.rows.indices {
            let row = entries.rows[entry]
            if !row.endToEnd.isEmpty {
                let reference = entries.bytes(of: row.endToEnd)
                chains[entry] = index.chain(reference, in: items)
                guard reference.count >= policy.prefixLeast else { continue }
                if chains[entry] == 0 || isOtherItem(entry) || isFar(entry) { ask(entry, reference) }
            } else if !row.text.isEmpty, let last = lastToken(row.text), last.count >= policy.prefixLeast,
                last.contains(where: ReferenceText.isDigit), index.chain(last[...], in: items) == 0
            {
                // A text is cut at its end.
                ask(entry, last[...])
            }
        }
        if !prefixes.isEmpty { prefixes.answer(items) }
    }

    /// Whether the only item of its reference is of another amount: "versement-12" may be what is left of "versement-123".
    private func isOtherItem(_ entry: Int) -> Bool {
        var found: [Int] = []
        guard index.collect(chains[entry], most: 1, into: &found), let item = found.first else { return false }
        return amount(item: item).signum() == amount(entry: entry).signum()
            && amount(item: item) != amount(entry: entry)
    }

    /// Whether the item of its reference was expected at quite another time: then the reference may be what is left of another's.
    private func isFar(_ entry: Int) -> Bool {
        var found: [Int] = []
        guard index.collect(chains[entry], most: 1, into: &found), let item = found.first else { return false }
        let days = entryPositions[entry] - itemPositions[item]
        return !(-policy.reversalDays...policy.reversalDays).contains(days)
    }

    /// Whether a reference that is far from its item is the beginning of others, too.
    func isPerhapsCut(_ entry: Int) -> Bool { queries[entry] != 0 && isFar(entry) && prefixItem(entry) == nil }

    private mutating func ask(_ entry: Int, _ prefix: ArraySlice<UInt8>) {
        queries[entry] = UInt32(prefixes.add(prefix) + 1)
    }

    /// The only item that has a reference which begins as the entry's does.
    func prefixItem(_ entry: Int) -> Int? {
        queries[entry] == 0 ? nil : prefixes.onlyItem(Int(queries[entry]) - 1)
    }

    /// Items with the entry's whole end-to-end id, ascending.
    mutating func exactItems(_ entry: Int) -> [Int] {
        var found: [Int] = []
        guard chains[entry] != 0 else { return found }
        collect(chains[entry], into: &found)
        return afford(entry, found)
    }

    /// What was found, or nothing where the run has done all it may: then nobody has compared, and nothing else may take the entry.
    private mutating func afford(_ entry: Int, _ found: [Int]) -> [Int] {
        guard !hasWorkLeft || !spend(found.count) else { return found }
        block(entry, .tooMany)
        return []
    }

    /// Items whose whole reference stands in the entry's text or is its batch, ascending.
    mutating func textItems(_ entry: Int) -> [Int] {
        let row = entries.rows[entry]
        var found: [Int] = []
        if !row.batch.isEmpty { look(entries.bytes(of: row.batch), into: &found) }
        var token: [UInt8] = []
        var word: [UInt8] = []
        var parts = 0
        for byte in entries.bytes(of: row.text) {
            if Self.isSeparator(byte) {
                if !token.isEmpty { parts += 1 }
                look(&token, into: &found)
            } else {
                ReferenceText.appendFolded(byte, to: &token)
            }
            if byte <= 0x20 {
                if parts > 1 { look(&word, into: &found) }
                word.removeAll(keepingCapacity: true)
                parts = 0
            } else {
                ReferenceText.appendFolded(byte, to: &word)
            }
        }
        if !token.isEmpty { parts += 1 }
        look(&token, into: &found)
        if parts > 1 { look(&word, into: &found) }
        found = afford(entry, found)
        found.sort()
        var distinct: [Int] = []
        for item in found where distinct.last != item { distinct.append(item) }
        return distinct
    }

    private mutating func look(_ token: inout [UInt8], into found: inout [Int]) {
        ReferenceText.finish(&token, from: 0)
        look(token[...], into: &found)
        token.removeAll(keepingCapacity: true)
    }

    private mutating func look(_ reference: ArraySlice<UInt8>, into found: inout [Int]) {
        guard reference.count >= policy.textReferenceLeast, found.count <= policy.groupMost else { return }
        let chain = index.chain(reference, in: items)
        if chain != 0 { collect(chain, into: &found) }
    }

    /// What more items share than the policy takes says nothing of one; it is counted once.
    private mutating func collect(_ chain: UInt32, into found: inout [Int]) {
        guard hasWorkLeft, !commonChains.contains(chain) else { return }
        if !index.collect(chain, most: policy.groupMost, into: &found) { commonChains.insert(chain) }
    }

    /// White space, and the punctuation by which institutions join fields: "/EREF/…", "REF:…".
    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x22, 0x27, 0x28, 0x29, 0x2C, 0x2F, 0x3A, 0x3B, 0x3D, 0x5B, 0x5D, 0x7C: true
        default: false
        }
    }

    private func lastToken(_ text: TextRange) -> [UInt8]? {
        let bytes = entries.bytes(of: text)
        let end = bytes.lastIndex { !Self.isSeparator($0) }
        guard let end else { return nil }
        let start = bytes[...end].lastIndex { Self.isSeparator($0) }.map { $0 + 1 } ?? bytes.startIndex
        var token: [UInt8] = []
        for byte in bytes[start...end] { ReferenceText.appendFolded(byte, to: &token) }
        ReferenceText.finish(&token, from: 0)
        return token
    }
}
