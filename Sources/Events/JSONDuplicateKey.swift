/// Finds a key that stands twice in one object of a JSON text. Parsers take the one or the other silently, so that two readers of the same line would read
/// different facts.
enum JSONDuplicateKey {
    /// An object or a list that is open.
    private struct Level {
        let isObject: Bool
        /// Where its keys begin among all.
        let firstKey: Int
        /// Elements of a list that are complete.
        var index = 0
        /// Whether the next string is a key.
        var isAtKey: Bool
    }

    /// The path of the first such key, for example "lines[2].quantity"; `nil` where there is none. The text is JSON: a parser has read it.
    ///
    /// - Complexity: O(text), times the keys of an object, which are as many as the schema knows.
    static func find(in text: String) -> String? {
        var text = text
        return text.withUTF8 { find($0) }
    }

    private static func find(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        var levels: [Level] = []
        var keys: [Range<Int>] = []
        var at = 0
        while at < text.count {
            let byte = text[at]
            at += 1
            switch byte {
            case 0x22:
                let start = at
                while at < text.count, text[at] != 0x22 { at += text[at] == 0x5C ? 2 : 1 }
                at += 1
                guard let level = levels.last, level.isAtKey, at <= text.count else { continue }
                levels[levels.count - 1].isAtKey = false
                let key = start..<(at - 1)
                let isKnown = keys[level.firstKey...].contains { isSame($0, key, text) }
                keys.append(key)
                if isKnown { return path(levels, keys, text) }
            case 0x7B, 0x5B:
                levels.append(Level(isObject: byte == 0x7B, firstKey: keys.count, isAtKey: byte == 0x7B))
            case 0x7D, 0x5D:
                if let level = levels.popLast() { keys.removeSubrange(level.firstKey...) }
            case 0x2C where !levels.isEmpty:
                levels[levels.count - 1].index += 1
                levels[levels.count - 1].isAtKey = levels[levels.count - 1].isObject
            default: break
            }
        }
        return nil
    }

    /// Keys are compared as the schema reads them: escapes undone, "tax_class" like "taxClass".
    private static func isSame(_ a: Range<Int>, _ b: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        if text[a].elementsEqual(text[b]) { return true }
        guard text[a].contains(where: isWrittenOtherwise) || text[b].contains(where: isWrittenOtherwise) else {
            return false
        }
        return name(a, text) == name(b, text)
    }

    private static func isWrittenOtherwise(_ byte: UInt8) -> Bool { byte == 0x5C || byte == 0x5F }

    private static func name(_ key: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> String {
        JSONExplainer.camelCase(unescaped(String(decoding: text[key], as: UTF8.self)))
    }

    /// What `\uXXXX` says. The names of a schema are ASCII: no other escape is in them.
    private static func unescaped(_ text: String) -> String {
        guard let escape = text.firstIndex(of: "\\") else { return text }
        let digits = text[escape...].dropFirst(2).prefix(4)
        guard text[escape...].hasPrefix("\\u"), let value = UInt32(digits, radix: 16),
            let scalar = Unicode.Scalar(value)
        else { return text }
        return text[..<escape] + String(Character(scalar)) + unescaped(String(text[escape...].dropFirst(6)))
    }

    private static func path(_ levels: [Level], _ keys: [Range<Int>], _ text: UnsafeBufferPointer<UInt8>) -> String {
        var path = ""
        for (depth, level) in levels.enumerated() {
            guard level.isObject else {
                path += "[\(level.index)]"
                continue
            }
            let last = depth + 1 < levels.count ? levels[depth + 1].firstKey : keys.count
            guard last > level.firstKey else { continue }
            path += (path.isEmpty ? "" : ".") + name(keys[last - 1], text)
        }
        return path
    }
}
