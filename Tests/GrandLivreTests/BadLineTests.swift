import Foundation
import Testing

/// A line that is no event is refused with the value and what would be right, in both languages.
@Suite struct BadLineTests {
    private static let head =
        #"{"book":"b","source":"s","key":"1","actor":"a","effectiveAt":"2026-01-06T15:30:00Z","#

    @Test(arguments: [
        (
            head + #""paymentCaptured":{"amountMinor":"1,00"}}"#,
            #"paymentCaptured.amountMinor : valeur "1,00" refusée; accepté : un nombre entier de"#,
            #"paymentCaptured.amountMinor: "1,00" is refused; a whole number from"#
        ),
        (
            head + #""memberAdmitted":{"category":"USER"}}"#,
            #"memberAdmitted.category : valeur "USER" inconnue; accepté : MEMBER_CATEGORY_UNSPECIFIED, MEMBER_CATEGORY_"#,
            #"memberAdmitted.category: "USER" is unknown; one of MEMBER_CATEGORY_UNSPECIFIED, MEMBER_CATEGORY_"#
        ),
        (
            #"{"effectiveAt":"2026-01-06 15:30"}"#,
            #"effectiveAt : valeur "2026-01-06 15:30" refusée; accepté : une heure RFC 3339, par exemple "2017"#,
            #"effectiveAt: "2026-01-06 15:30" is refused; an RFC 3339 time such as "2017"#
        ),
        (
            head + #""productListed":{"taxClass":"TAX_CLASS_STANDRD"}}"#,
            #"productListed.taxClass : valeur "TAX_CLASS_STANDRD" inconnue; accepté : TAX_CLASS_"#,
            #"productListed.taxClass: "TAX_CLASS_STANDRD" is unknown; one of TAX_CLASS_"#
        ),
        (
            #"{"effectiveAt":"2026-01-06T15:30:00.000000001Z"}"#,
            "effectiveAt : valeur 1 ns refusée; accepté : des microsecondes entières", "effectiveAt: 1 ns is finer"
        ),
        (
            head + #""identityRegistered":{"identity":"a"},"orderHandedOver":{"order":"o"}}"#,
            "valeur identityRegistered + orderHandedOver refusée; accepté : un seul fait par événement",
            "identityRegistered and orderHandedOver in one event"
        ),
    ]) func `a bad value is named`(line: String, french: String, english: String) throws {
        let program = try Program()
        #expect(try program.run("init").status == 0)
        defer { try? FileManager.default.removeItem(atPath: program.folder) }
        let file = program.folder + ".jsonl"
        try line.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        for (language, expected) in [("fr", french), ("en", english)] {
            let answer = try program.run("record", file, language: language)
            #expect(answer.status == 65 && answer.err.contains(expected), "\(answer.err)")
        }
    }
}
