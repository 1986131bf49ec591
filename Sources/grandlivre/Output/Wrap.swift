/// Text in lines of a terminal's width.
enum Wrap {
    static let width = 80

    /// Breaks a line between words; what follows the first line is indented.
    static func line(_ text: String, indent: Int = 0) -> String {
        guard text.count > width else { return text }
        var lines = [""]
        var isFirstWord = true
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if !isFirstWord, lines[lines.count - 1].count + 1 + word.count > width {
                lines.append(String(repeating: " ", count: indent) + word)
            } else {
                lines[lines.count - 1] += (isFirstWord ? "" : " ") + word
            }
            isFirstWord = false
        }
        return lines.joined(separator: "\n")
    }
}
