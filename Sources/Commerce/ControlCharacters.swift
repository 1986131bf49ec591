extension Unicode.Scalar {
    /// Controls of C0 and C1, marks that turn the direction of text and those that end a line: terminals obey them, people do not see them.
    package var isControl: Bool {
        switch value {
        case ..<0x20, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
