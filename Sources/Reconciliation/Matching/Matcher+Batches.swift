extension Matcher {
    private struct FileKey: Comparable {
        var file: UInt32
        var part: UInt8
        var position: Int32
        var item: UInt32

        static func < (a: FileKey, b: FileKey) -> Bool {
            (a.file, a.part, a.position, a.item) < (b.file, b.part, b.position, b.item)
        }
    }

    /// Entries that name a payment file, or one of its parts: all of it, what of it is due on one day, or, of few items, the only subset that has the sum. Then
    /// those that name nothing, and are all payments of one day.
    mutating func matchBatches() {
        matchFiles()
        matchDays()
    }

    /// Debits without a reference of ours that are the sum of all open payments of one day, where no other day has it, and no single payment.
    private mutating func matchDays() {
        var days: [Int32: (items: [Int], sum: Int64)] = [:]
        for item in items.rows.indices where itemStates[item] == .open && items.rows[item].item.kind == .payout {
            guard amount(item: item) < 0 else { continue }
            days[itemPositions[item], default: ([], 0)].items.append(item)
            days[itemPositions[item]]?.sum += amount(item: item)
        }
        var bySum: [Int64: [Int32]] = [:]
        for position in days.keys.sorted() {
            guard let day = days[position], day.items.count > 1 else { continue }
            bySum[day.sum, default: []].append(position)
        }
        guard !bySum.isEmpty else { return }
        var payees = Set(items.rows.lazy.filter { $0.item.kind == .payout }.map(\.item.party))
        payees.remove(0)
        var wanting: [Int32: [Int]] = [:]
        for entry in entries.rows.indices where entryStates[entry] == .open && classes[entry] == .ordinary {
            let row = entries.rows[entry]
            guard let all = bySum[amount(entry: entry)], row.endToEnd.isEmpty else { continue }
            // A stranger's debit may be as much: the institution calls it a batch, or nobody is named.
            let isNamed = !row.counterparty.isEmpty || payees.contains(party(entry: entry))
            guard !row.batch.isEmpty || !isNamed else { continue }
            let near = itemWindow(entry)
            let fits = all.filter(near.contains)
            guard let fit = fits.first, fits.count == 1, spend(items.count) else { continue }
            let isSingle = items.rows.indices.contains {
                itemStates[$0] == .open && amount(item: $0) == amount(entry: entry) && near.contains(itemPositions[$0])
            }
            if !isSingle { wanting[fit, default: []].append(entry) }
        }
        for position in wanting.keys.sorted() {
            guard let found = wanting[position], let day = days[position] else { continue }
            if let entry = found.first, found.count == 1 {
                match(.batch, entries: [entry], items: day.items)
            } else {
                for entry in found { hold(entry, .ambiguous, candidates: day.items) }
            }
        }
    }

    private mutating func matchFiles() {
        var keys: ContiguousArray<FileKey> = []
        for item in items.rows.indices where items.rows[item].item.fileNumber != 0 {
            keys.append(
                .init(
                    file: items.rows[item].item.fileNumber, part: items.rows[item].item.filePart,
                    position: itemPositions[item], item: UInt32(item)))
        }
        guard !keys.isEmpty else { return }
        keys.sort()
        for entry in entries.rows.indices where entryStates[entry] == .open && classes[entry] == .ordinary {
            guard let (file, part) = fileNumber(entry) else { continue }
            let start = keys.partition(before: FileKey(file: file, part: part ?? 0, position: .min, item: 0))
            let end = keys.partition(before: FileKey(file: file, part: part ?? .max, position: .max, item: .max))
            guard start < end, end - start <= policy.groupMost else { continue }
            guard spend(end - start) else {
                hold(entry, .tooMany)
                continue
            }
            matchFile(entry, keys[start..<end])
        }
    }

    private mutating func matchFile(_ entry: Int, _ file: ArraySlice<FileKey>) {
        let open = file.filter { itemStates[Int($0.item)] == .open }
        guard !open.isEmpty else { return refuseFile(entry, file) }
        let wanted = amount(entry: entry)
        let all = open.map { Int($0.item) }
        if sum(all) == wanted { return match(.batch, entries: [entry], items: all.sorted()) }
        var fits: [[Int]] = []
        for position in Set(open.map(\.position)).sorted() {
            let day = open.filter { $0.position == position }.map { Int($0.item) }
            if sum(day) == wanted { fits.append(day.sorted()) }
        }
        if let fit = fits.first, fits.count == 1 { return match(.batch, entries: [entry], items: fit) }
        if fits.isEmpty, let members = subset(of: all, entry: entry) {
            return match(.batch, entries: [entry], items: members.sorted())
        }
        block(entry, fits.isEmpty ? .amountDiffers : .ambiguous, candidates: all)
    }

    /// The file's items are all on statements already.
    private mutating func refuseFile(_ entry: Int, _ file: ArraySlice<FileKey>) {
        let all = file.map { Int($0.item) }
        block(entry, sum(all) == amount(entry: entry) ? .duplicate : .amountDiffers, candidates: all)
    }

    private mutating func subset(of all: [Int], entry: Int) -> [Int]? {
        guard all.count <= policy.subsetCandidatesMost else { return nil }
        guard spend(2 << (all.count / 2 + 1)) else { return nil }
        let amounts = all.map { amount(item: $0) }
        guard case .one(let places) = SubsetSum.find(amounts, totalMinor: amount(entry: entry)) else { return nil }
        guard SubsetSum.isBeyondChance(amounts, size: places.count, limitPpm: policy.chanceSumPpm) else { return nil }
        return places.map { all[$0] }
    }

    func sum(_ found: [Int]) -> Int64 { found.reduce(0) { $0 + amount(item: $1) } }

    /// A batch that is a number is a file's; one of two numbers with a P between them, "12P5", names a part of it.
    private func fileNumber(_ entry: Int) -> (file: UInt32, part: UInt8?)? {
        let batch = entries.bytes(of: entries.rows[entry].batch)
        let numbers = batch.split(separator: 0x50, maxSplits: 1, omittingEmptySubsequences: false)
        guard (1...2).contains(numbers.count),
            numbers.allSatisfy({ !$0.isEmpty && $0.count <= 9 && $0.allSatisfy(ReferenceText.isDigit) })
        else { return nil }
        let values = numbers.map { $0.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 0x30) } }
        guard values.count == 2 else { return (values[0], nil) }
        return UInt8(exactly: values[1]).map { (values[0], $0) }
    }
}
