import Bytes
import Foundation
import SwiftProtobuf
import Testing

@testable import Events

/// One event as it was first written, in both forms. Golden files are added, never changed.
struct Golden: CustomTestStringConvertible, Sendable {
    let name: String
    let bytes: [UInt8]
    let json: String

    var testDescription: String { name }
    /// "PolicyAdopted" of "PolicyAdopted-taxes".
    var kindName: String { String(name.prefix { $0 != "-" }) }

    static let all: [Golden] = {
        guard let folder = Bundle.module.resourceURL?.appendingPathComponent("Golden"),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        else { return [] }
        return names.filter { $0.hasSuffix(".bin") }.sorted().compactMap { file in
            let name = String(file.dropLast(4))
            guard let bytes = try? Data(contentsOf: folder.appendingPathComponent(file)),
                let json = try? String(contentsOf: folder.appendingPathComponent("\(name).json"), encoding: .utf8)
            else { return nil }
            return Golden(name: name, bytes: [UInt8](bytes), json: json.trimmingCharacters(in: .newlines))
        }
    }()
}

@Suite("Golden events")
struct GoldenTests {
    @Test("every kind of event has a golden file", arguments: EventKind.allCases)
    func everyKindHasOne(kind: EventKind) {
        #expect(Golden.all.contains { $0.kindName == kind.name }, "no golden file for \(kind.name)")
    }

    @Test("every policy has a golden file")
    func everyPolicyHasOne() throws {
        let fields = try Golden.all.filter { $0.kindName == "PolicyAdopted" }.map { golden in
            try golden.bytes.withBytes { (bytes) throws(WireError) in
                try PolicyAdoptedView(EventView(bytes).bodyBytes).policyField
            }
        }
        let known = WireMessage.named("PolicyAdopted")?.fields.map { Int($0.number) }
        #expect(Set(fields) == Set(known ?? []))
    }

    @Test("golden bytes are read in place, deeply, and written again to the same bytes", arguments: Golden.all)
    func readInPlace(golden: Golden) throws {
        let written = try golden.bytes.withBytes { (bytes) throws(WireError) in
            let view = try EventView(bytes)
            try view.validate()
            let out = ByteBuffer()
            try view.write(to: out)
            return out.bytes.array
        }
        #expect(written == golden.bytes)
    }

    @Test("golden bytes are their kind", arguments: Golden.all)
    func kind(golden: Golden) throws {
        let kind = try golden.bytes.withBytes { (bytes) throws(WireError) in try EventView(bytes).kind }
        #expect(kind?.name == golden.kindName)
        #expect(kind == EventKind(name: golden.kindName))
    }

    @Test("golden bytes and golden JSON are one event", arguments: Golden.all)
    func json(golden: Golden) throws {
        let json = try golden.bytes.withBytes { (bytes) throws(EventJSON.Failure) in try EventJSON.encode(entry: bytes)
        }
        #expect(json == golden.json)
        let event = try EventJSON.decode(line: golden.json)
        #expect(try event.serializedBytes() == golden.bytes)
    }
}
