import Interchange
import Testing

/// What stands in the ledger ends no text of another format.
@Suite struct ExportTextTests {
    /// A quote with an accent is one character to Swift, and a quote to whoever reads bytes.
    private static let accent = "\u{301}"

    @Test func `quotes are doubled or escaped, also under an accent`() {
        #expect(ExportText.sql("l'an").utf8.elementsEqual("'l''an'".utf8))
        #expect(ExportText.sql("x'\(Self.accent)); DROP").utf8.elementsEqual("'x''\(Self.accent)); DROP'".utf8))
        #expect(ExportText.quoted("a\"b\\\"\(Self.accent)").utf8.elementsEqual("\"a\\\"b\\\\\\\"\(Self.accent)\"".utf8))
        #expect(ExportText.csv(["a\"\(Self.accent)", "b"]).utf8.elementsEqual("\"a\"\"\(Self.accent)\",b\r\n".utf8))
        #expect(ExportText.xml("<\(Self.accent)&>").utf8.elementsEqual("&lt;\(Self.accent)&amp;&gt;".utf8))
    }

    @Test func `a text stays one line`() {
        for end in ["\n", "\r\n", "\u{85}", "\u{2028}", "\u{0}", "\u{1B}"] {
            let line = ExportText.line("a\(end)b")
            #expect(line.hasPrefix("a ") && line.hasSuffix(" b") && !line.unicodeScalars.contains { $0.value < 0x20 })
        }
        #expect(ExportText.line("Écriture — « à »") == "Écriture — « à »")
    }

    @Test func `a description ends where it should, and a formula does not run`() {
        let line = ExportText.line("a;\(Self.accent)b|c", without: [(";", ","), ("|", "/")])
        #expect(line.utf8.elementsEqual("a,\(Self.accent)b/c".utf8))
        #expect(ExportText.csv(["=1+1", "+2", "@x", "-3.00"]) == "'=1+1,'+2,'@x,-3.00\r\n")
        // A minus begins a number or a formula; an apostrophe of one's own is another cell than the quoted sign.
        #expect(ExportText.csv(["-1+1", "-a", "-", "-12", "a-b"]) == "'-1+1,'-a,'-,-12,a-b\r\n")
        #expect(ExportText.csv(["=a", "'=a", "'a", "it's"]) == "'=a,''=a,''a,it's\r\n")
    }
}
