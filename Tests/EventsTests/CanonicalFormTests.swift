import Bytes
import SwiftProtobuf
import Testing

@testable import Events

@Suite("Canonical form")
struct CanonicalFormTests {
    @Test("every message of the schemas is under test")
    func allTypes() {
        #expect(Set(SchemaType.all.map(\.name)) == Set(wireMessages.map(\.name)))
        #expect(SchemaType.all.count == wireMessages.count)
    }

    @Test(
        "what SwiftProtobuf writes, the readers accept and the writers write again", arguments: 0..<8 as Range<UInt64>)
    func agreement(seed: UInt64) throws {
        var made = RandomMessages(seed: seed)
        for type in SchemaType.all {
            for round in 0..<25 {
                let canonical: [UInt8] = try type.message.init(serializedBytes: made.message(type.name))
                    .serializedBytes()
                let place = "\(type.name), seed \(seed), round \(round), bytes \(canonical)"
                #expect(refusal(of: canonical, type) == nil, "\(place)")
                #expect(rewritten(canonical, type) == canonical, "\(place)")
            }
        }
    }

    @Test(
        "the readers accept changed bytes exactly when SwiftProtobuf writes them again",
        arguments: 100..<108 as Range<UInt64>)
    func disagreement(seed: UInt64) throws {
        var made = RandomMessages(seed: seed)
        var changes = Changes(seed: seed &* 31)
        var refused = 0
        for type in SchemaType.all {
            for _ in 0..<20 {
                let canonical: [UInt8] = try type.message.init(serializedBytes: made.message(type.name))
                    .serializedBytes()
                for change in Changes.Kind.allCases {
                    guard let changed = changes.apply(change, to: canonical) else { continue }
                    let accepted = refusal(of: changed, type) == nil
                    refused += accepted ? 0 : 1
                    #expect(
                        accepted == isCanonical(changed, type),
                        "\(type.name), seed \(seed), \(change): \(canonical) became \(changed)")
                    if accepted {
                        #expect(rewritten(changed, type) == changed, "\(type.name), seed \(seed), \(change)")
                    }
                }
            }
        }
        #expect(refused > 1_000)
    }

    private func refusal(of bytes: [UInt8], _ type: SchemaType) -> WireError? {
        bytes.withBytes { bytes in
            do throws(WireError) {
                try type.view.init(bytes).validate()
                return nil
            } catch { return error }
        }
    }

    private func rewritten(_ bytes: [UInt8], _ type: SchemaType) -> [UInt8]? {
        bytes.withBytes { bytes in
            let out = ByteBuffer()
            do throws(WireError) { try type.view.init(bytes).write(to: out) } catch { return nil }
            return out.bytes.array
        }
    }

    /// The other side's word: what it knows of the bytes, it writes again to the same bytes.
    private func isCanonical(_ bytes: [UInt8], _ type: SchemaType) -> Bool {
        var options = BinaryDecodingOptions()
        options.discardUnknownFields = true
        guard let message = try? type.message.init(serializedBytes: bytes, options: options),
            let again: [UInt8] = try? message.serializedBytes()
        else { return false }
        // SwiftProtobuf keeps values that the schema does not name; the ledger refuses them.
        guard again == bytes else { return false }
        var parts = ""
        dump(message, to: &parts)
        return !parts.contains("UNRECOGNIZED")
    }
}
