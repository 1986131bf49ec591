import Commerce
import Events
import Fixtures
import Testing

/// Ids that look the same are the same: what nobody sees is in none of them.
@Suite("Ids")
struct IdTests {
    static let refused = [
        "ana ", " ana", "ana lee", "ana\u{A0}", "a\u{2009}na", "a\u{202F}na", "a\u{3000}na", "a\u{200B}na",
        "a\u{200D}na",
        "\u{FEFF}ana", "a\u{AD}na", "a\u{202E}na", "a\u{2066}na", "a\u{2028}na", "a\u{85}na", "a\tna", "a\u{0}",
        "a\u{7F}",
        "e\u{301}va", "\u{430}na", "a×b", "a÷b", "\u{149}", "\u{17F}", "\u{212A}", "\u{FF41}na", "«a»",
    ]

    static let accepted = [
        "anabel", "Éva", "o'b", "œuvre-17", "st_1.2:3/4", "ÀÿĀžŠ", "m-1", "#(){}[]",
    ]

    @Test(arguments: refused)
    func `no space, no sign that nobody sees, no letter of two characters`(_ id: String) throws {
        let desk = try Desk()
        #expect(try desk.refusal(.identity(id))?.field == "identity")
        #expect(try desk.refusal(.listing(id))?.field == "product")
        #expect(try desk.refusal(.campaign(id))?.field == "campaign")
        #expect(try desk.refusal(.subscription("ana", institution: id))?.field == "institution")
        #expect(try desk.refusal(.commission(ppm: 1), by: id)?.field == "actor")
        var event = desk.story.event(.founding(clock: .machine))
        event.book = id
        #expect(try desk.refusal(event)?.field == "book")
        event = desk.story.event(.commission(ppm: 1))
        event.source = id
        #expect(try desk.refusal(event)?.field == "source")
        let lines: [EntryLine] = [.debit("expenses:rent", 5), .credit("assets:bank", 5, party: "815")]
        #expect(try desk.refusal(.entry(lines, preparer: id))?.field == "preparer")
        #expect(try desk.refusal(.entry(lines, approver: id))?.field == "approver")
    }

    @Test(arguments: accepted)
    func `letters with their accents and visible ASCII`(_ id: String) throws {
        let desk = try Desk()
        #expect(try desk.refusal(.identity(id)) == nil)
        #expect(try desk.refusal(.listing(id)) == nil)
    }

    /// Every scalar by itself and between letters: what passes is one visible letter, figure or sign, and its own canonical composition.
    @Test func `what passes is its own NFC`() throws {
        let desk = try Desk()
        var passed = 0
        for value in UInt32(1)...0x30FF {
            guard let scalar = Unicode.Scalar(value), value != 0x40 else { continue }
            let id = "x\(Character(scalar))y"
            guard try desk.refusal(.identity(id)) == nil else { continue }
            passed += 1
            #expect(
                scalar.properties.generalCategory != .spaceSeparator && !scalar.properties.isDefaultIgnorableCodePoint)
            #expect(scalar.properties.canonicalCombiningClass == .notReordered)
            // A letter is one scalar, and equal to itself alone.
            #expect(Array(id.unicodeScalars).count == 3)
        }
        #expect(passed == 93 + 188)
    }
}
